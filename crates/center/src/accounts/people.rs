//! Who has an account: the first one, new ones, the list. Knows no session's token.

use rusqlite::{Transaction, params};
use serde_json::json;

use super::changes::superadmins;
use super::sessions::Opening;
use super::{departments, password, sessions};
use crate::actor::{AccountId, Actor, Role, Session};
use crate::audit::Entry;
use crate::clock::UnixMs;
use crate::error::{Code, Error, Result};
use crate::request::{Password, SessionKind};
use crate::snapshot::{AccountFacts, Snapshot};
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

/// The first superadmin's account.
#[derive(Debug, Clone, Copy)]
pub struct FirstAccount<'a> {
    /// What it will sign in with.
    pub login: &'a str,
    /// The person's name.
    pub name: &'a str,
    /// As the person chose it.
    pub password: &'a Password,
    /// Where its session will live.
    pub kind: SessionKind,
}

/// Creates the first superadmin, signed in, with a recovery code that is shown once.
///
/// # Errors
/// `already_initialised`, `invalid_input`, `weak_password`.
pub fn initialise(store: &Store, first: FirstAccount<'_>, now: UnixMs) -> Result<InitView> {
    if has_superadmin(store) {
        return Err(already_initialised());
    }
    let (login, name) = (checked_login(first.login)?, checked_name(first.name)?);
    password::judge(&first.password.0, login, name)?;
    let recovery_code = password::recovery_code()?;
    let (hash, recovery) = (password::hash(&first.password.0)?, password::hash(&recovery_code)?);
    let signed_in = store.write(Entry::new(&Actor::Nobody, "center_initialised", ""), |tx, entry| {
        if superadmins(tx, None)? > 0 {
            return Err(already_initialised());
        }
        let new = NewAccount { login, name, role: Role::Superadmin };
        let account = insert(tx, &new, &hash, now)?;
        tx.execute("UPDATE accounts SET recovery = ?1 WHERE id = ?2", params![recovery, account.0])?;
        entry.set_target(account.0);
        entry.set_name(login);
        let session = Session { account, login: login.into(), role: Role::Superadmin };
        sessions::open(tx, &session, Opening { kind: first.kind, must_change: false, now })
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
    let views = snapshot.accounts.iter().map(|(id, account)| view(&snapshot, *id, account));
    let mut views: Vec<_> = views.collect();
    views.sort_by(|a, b| a.login.cmp(&b.login));
    Ok(views)
}

/// The asker's own account.
///
/// # Errors
/// `not_signed_in`.
pub fn me(store: &Store, actor: &Actor) -> Result<AccountView> {
    let id = actor.must_be_signed_in()?.account();
    let snapshot = store.snapshot();
    let facts = snapshot.accounts.get(&id);
    let gone = || Error::new(Code::NotSignedIn, "nobody is signed in");
    facts.map(|facts| view(&snapshot, id, facts)).ok_or_else(gone)
}

pub(super) fn view(snapshot: &Snapshot, id: AccountId, account: &AccountFacts) -> AccountView {
    AccountView {
        id,
        login: account.login.clone(),
        name: account.name.clone(),
        role: account.role,
        enabled: account.enabled,
        departments: departments::views(snapshot, account.departments.iter().copied()),
        recovery_code: account.recovery_code,
        revision: account.revision,
    }
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
        let id = insert_once(tx, &new, &hash, now)?;
        entry.set_target(id.0);
        entry.set_name(new.login);
        entry.set_details(json!({ "role": new.role }));
        Ok(id)
    })?;
    Ok(AccountCreatedView { id, one_time_password })
}

/// As [`insert`], with a one-time password.
pub(super) fn insert_once(
    tx: &Transaction<'_>,
    new: &NewAccount<'_>,
    hash: &str,
    now: UnixMs,
) -> Result<AccountId> {
    let id = insert(tx, new, hash, now)?;
    tx.execute("UPDATE accounts SET must_change = 1 WHERE id = ?1", [id.0])?;
    Ok(id)
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

pub(super) fn word(role: Role) -> &'static str {
    match role {
        Role::Superadmin => "superadmin",
        Role::Account => "account",
    }
}

pub(super) fn checked_login(login: &str) -> Result<&str> {
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
