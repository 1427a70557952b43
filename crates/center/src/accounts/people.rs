//! Accounts as superadmins keep them: the first one, new ones, what they may do, where they belong. Knows no session's token.

use rusqlite::{OptionalExtension, Transaction, params};
use serde_json::json;

use super::{departments, password, sessions};
use crate::actor::{AccountId, Actor, DepartmentId, Role, Session};
use crate::audit::Entry;
use crate::clock::UnixMs;
use crate::error::{Code, Error, Result};
use crate::request::Password;
use crate::store::Store;
use crate::views::{AccountCreatedView, AccountView, InitView};

const LONGEST_LOGIN: usize = 64;
const LONGEST_NAME: usize = 128;

/// An account that does not exist yet.
#[derive(Debug, Clone, Copy)]
pub struct NewAccount<'a> {
    /// What it will sign in with; unique without regard to case.
    pub login: &'a str,
    /// The person's name.
    pub name: &'a str,
    /// What it may do in the center.
    pub role: Role,
}

/// Creates the first superadmin, signed in, with a recovery code that is shown once.
///
/// # Errors
/// `already_initialised`, `invalid_input`, `weak_password`.
pub fn initialise(
    store: &Store,
    login: &str,
    name: &str,
    chosen: &Password,
    now: UnixMs,
) -> Result<InitView> {
    if has_superadmin(store) {
        return Err(already_initialised());
    }
    let (login, name) = (checked_login(login)?, checked_name(name)?);
    password::judge(&chosen.0, login, name)?;
    let recovery_code = password::recovery_code()?;
    let (hash, recovery) = (password::hash(&chosen.0)?, password::hash(&recovery_code)?);
    let signed_in = store.write(Entry::new(&Actor::Nobody, "center_initialised", ""), |tx, entry| {
        if superadmins(tx, None)? > 0 {
            return Err(already_initialised());
        }
        let new = NewAccount { login, name, role: Role::Superadmin };
        let account = insert(tx, &new, &hash, now)?;
        tx.execute("UPDATE accounts SET recovery = ?1 WHERE id = ?2", params![recovery, account.0])?;
        entry.set_target(account.0);
        let session = Session { account, login: login.into(), role: Role::Superadmin };
        sessions::open(tx, &session, false, now)
    })?;
    Ok(InitView { recovery_code, signed_in })
}

fn has_superadmin(store: &Store) -> bool {
    store.snapshot().accounts.values().any(|account| account.role == Role::Superadmin)
}

fn already_initialised() -> Error {
    Error::new(Code::AlreadyInitialised, "a super administrator exists already")
}

/// Every account, by login.
///
/// # Errors
/// `not_a_superadmin`.
pub fn list(store: &Store, actor: &Actor) -> Result<Vec<AccountView>> {
    actor.must_manage()?;
    let snapshot = store.snapshot();
    let view = |(id, account): (&AccountId, &crate::snapshot::AccountFacts)| AccountView {
        revision: 0,
        id: *id,
        login: account.login.clone(),
        name: account.name.clone(),
        role: account.role,
        enabled: account.enabled,
        departments: departments::views(&snapshot, account.departments.iter().copied()),
    };
    let mut views: Vec<_> = snapshot.accounts.iter().map(view).collect();
    views.sort_by(|a, b| a.login.cmp(&b.login));
    Ok(views)
}

/// Creates an account with a one-time password, which has to be changed before anything else.
///
/// # Errors
/// `not_a_superadmin`, `invalid_input`, `already_exists`.
pub fn create(store: &Store, actor: &Actor, new: &NewAccount<'_>, now: UnixMs) -> Result<AccountCreatedView> {
    actor.must_manage()?;
    let new = NewAccount { login: checked_login(new.login)?, name: checked_name(new.name)?, role: new.role };
    let one_time_password = password::one_time()?;
    let hash = password::hash(&one_time_password)?;
    let id = store.write(Entry::new(actor, "account_created", ""), |tx, entry| {
        let id = insert(tx, &new, &hash, now)?;
        tx.execute("UPDATE accounts SET must_change = 1 WHERE id = ?1", [id.0])?;
        entry.set_target(id.0);
        entry.set_details(json!({ "role": new.role }));
        Ok(id)
    })?;
    Ok(AccountCreatedView { id, one_time_password })
}

fn insert(tx: &Transaction<'_>, new: &NewAccount<'_>, hash: &str, now: UnixMs) -> Result<AccountId> {
    let taken: bool =
        tx.query_row("SELECT count(*) FROM accounts WHERE login = ?1", [new.login], |row| row.get(0))?;
    if taken {
        return Err(Error::new(Code::AlreadyExists, format!("the login `{}` is taken", new.login)));
    }
    tx.execute(
        "INSERT INTO accounts (login, name, role, password, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![new.login, new.name, word(new.role), hash, now],
    )?;
    let id = tx.last_insert_rowid();
    tx.execute(
        "INSERT OR REPLACE INTO audit_names (account, login, name) VALUES (?1, ?2, ?3)",
        params![id, new.login, new.name],
    )?;
    Ok(AccountId(id))
}

/// Lets an account sign in, or no longer; disabling ends its sessions.
///
/// # Errors
/// `not_a_superadmin`, `not_found`, `last_superadmin`.
pub fn enable(store: &Store, actor: &Actor, account: AccountId, enabled: bool) -> Result<()> {
    actor.must_manage()?;
    let action = if enabled { "account_enabled" } else { "account_disabled" };
    store.write(Entry::new(actor, action, account.0), |tx, _| {
        must_exist(tx, account)?;
        if !enabled {
            must_leave_a_superadmin(tx, account)?;
            sessions::end_all(tx, account)?;
        }
        let change = "UPDATE accounts SET enabled = ?1, revision = revision + 1 WHERE id = ?2";
        tx.execute(change, params![enabled, account.0])?;
        Ok(())
    })
}

/// Makes an account a superadmin, or no longer; a change ends its sessions.
///
/// # Errors
/// `not_a_superadmin`, `not_found`, `last_superadmin`.
pub fn set_role(store: &Store, actor: &Actor, account: AccountId, role: Role) -> Result<()> {
    actor.must_manage()?;
    store.write(Entry::new(actor, "account_role_changed", account.0), |tx, entry| {
        let before = must_exist(tx, account)?;
        entry.set_details(json!({ "before": before, "after": role }));
        if before == role {
            return Ok(());
        }
        if role != Role::Superadmin {
            must_leave_a_superadmin(tx, account)?;
        }
        let change = "UPDATE accounts SET role = ?1, revision = revision + 1 WHERE id = ?2";
        tx.execute(change, params![word(role), account.0])?;
        sessions::end_all(tx, account)
    })
}

/// Puts an account into these departments and no others.
///
/// # Errors
/// `not_a_superadmin`, `not_found` for the account or a department.
pub fn set_departments(store: &Store, actor: &Actor, account: AccountId, new: &[DepartmentId]) -> Result<()> {
    actor.must_manage()?;
    store.write(Entry::new(actor, "account_departments_changed", account.0), |tx, entry| {
        must_exist(tx, account)?;
        let mut query =
            tx.prepare("SELECT department FROM memberships WHERE account = ?1 ORDER BY department")?;
        let before: Vec<i64> = query.query_map([account.0], |row| row.get(0))?.collect::<Result<_, _>>()?;
        entry.set_details(json!({ "before": before, "after": new }));
        tx.execute("DELETE FROM memberships WHERE account = ?1", [account.0])?;
        for department in new {
            departments::must_exist(tx, *department)?;
            let join = "INSERT OR IGNORE INTO memberships (account, department) VALUES (?1, ?2)";
            tx.execute(join, [account.0, department.0])?;
        }
        Ok(())
    })
}

/// The account's role now.
fn must_exist(tx: &Transaction<'_>, account: AccountId) -> Result<Role> {
    let role: Option<String> =
        tx.query_row("SELECT role FROM accounts WHERE id = ?1", [account.0], |row| row.get(0)).optional()?;
    match role.as_deref() {
        Some("superadmin") => Ok(Role::Superadmin),
        Some(_) => Ok(Role::Account),
        None => Err(Error::new(Code::NotFound, format!("there is no account {}", account.0))),
    }
}

fn must_leave_a_superadmin(tx: &Transaction<'_>, leaving: AccountId) -> Result<()> {
    let is_one = superadmins(tx, None)? > superadmins(tx, Some(leaving))?;
    if is_one && superadmins(tx, Some(leaving))? == 0 {
        return Err(Error::new(Code::LastSuperadmin, "this is the last enabled super administrator"));
    }
    Ok(())
}

/// How many enabled superadmins there are, not counting one.
fn superadmins(tx: &Transaction<'_>, without: Option<AccountId>) -> Result<i64> {
    let count = "SELECT count(*) FROM accounts WHERE role = 'superadmin' AND enabled = 1 AND id IS NOT ?1";
    Ok(tx.query_row(count, [without.map(|id| id.0)], |row| row.get(0))?)
}

fn word(role: Role) -> &'static str {
    match role {
        Role::Superadmin => "superadmin",
        Role::Account => "account",
    }
}

fn checked_login(login: &str) -> Result<&str> {
    let login = login.trim();
    let odd = |c: char| c.is_whitespace() || c.is_control();
    if login.is_empty() || login.chars().count() > LONGEST_LOGIN || login.contains(odd) {
        let message = format!("a login has 1 to {LONGEST_LOGIN} characters without spaces");
        return Err(Error::new(Code::InvalidInput, message).details(json!({ "field": "login" })));
    }
    Ok(login)
}

pub(super) fn checked_name(name: &str) -> Result<&str> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.contains(char::is_control) {
        let message = format!("a name has 1 to {LONGEST_NAME} characters on one line");
        return Err(Error::new(Code::InvalidInput, message).details(json!({ "field": "name" })));
    }
    Ok(name)
}
