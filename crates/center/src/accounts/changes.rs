//! What superadmins change about an account: whether it may sign in, what it may do, its name, where it belongs, its password.
//! Each change can be tied to the revision that the person saw.

use rusqlite::{OptionalExtension, Transaction, params};
use serde_json::json;
use spk::PluginId;

use super::people::{checked_name, view, word};
use super::{departments, password, sessions, throttle};
use crate::actor::{AccountId, Actor, DepartmentId, Role};
use crate::audit::Entry;
use crate::error::{Code, Error, Result};
use crate::snapshot::stored;
use crate::store::Store;
use crate::views::AccountCreatedView;

/// The account that is to be changed.
#[derive(Debug, Clone, Copy)]
pub struct Whom {
    /// Which.
    pub account: AccountId,
    /// The revision that the person saw; `None`: whatever it is.
    pub revision: Option<i64>,
}

impl From<AccountId> for Whom {
    fn from(account: AccountId) -> Self {
        Self { account, revision: None }
    }
}

/// Lets an account sign in, or no longer; disabling ends its sessions.
///
/// # Errors
/// `not_a_superadmin`, `not_found`, `changed_meanwhile`, `last_superadmin`.
pub fn enable(store: &Store, actor: &Actor, whom: impl Into<Whom>, enabled: bool) -> Result<()> {
    let action = if enabled { "account_enabled" } else { "account_disabled" };
    change(store, (actor, action), whom.into(), |tx, entry, found| {
        entry.set_details(json!({ "before": found.enabled, "after": enabled }));
        write_enabled(tx, found.id, enabled)
    })
}

/// As [`enable`], as part of another change or of a rehearsal.
pub(crate) fn write_enabled(tx: &Transaction<'_>, account: AccountId, enabled: bool) -> Result<()> {
    must_exist(tx, account)?;
    if !enabled {
        must_leave_a_superadmin(tx, account)?;
        sessions::end_all(tx, account)?;
    }
    let change = "UPDATE accounts SET enabled = ?1, revision = revision + 1 WHERE id = ?2";
    tx.execute(change, params![enabled, account.0])?;
    Ok(())
}

/// Makes an account a superadmin, or no longer; a change ends its sessions.
///
/// # Errors
/// `not_a_superadmin`, `not_found`, `changed_meanwhile`, `last_superadmin`.
pub fn set_role(store: &Store, actor: &Actor, whom: impl Into<Whom>, role: Role) -> Result<()> {
    change(store, (actor, "account_role_changed"), whom.into(), |tx, entry, found| {
        entry.set_details(json!({ "before": found.role, "after": role }));
        if found.role == role {
            return Ok(());
        }
        if role != Role::Superadmin {
            must_leave_a_superadmin(tx, found.id)?;
        }
        let change = "UPDATE accounts SET role = ?1, revision = revision + 1 WHERE id = ?2";
        tx.execute(change, params![word(role), found.id.0])?;
        // A code from an earlier time as a superadmin must not come back; the person makes a new one.
        tx.execute(
            "UPDATE accounts SET recovery = NULL WHERE id = ?1 AND role = 'superadmin'",
            [found.id.0],
        )?;
        sessions::end_all(tx, found.id)
    })
}

/// Gives an account's person another name; the login stays.
///
/// # Errors
/// `not_a_superadmin`, `not_found`, `changed_meanwhile`, `invalid_input`.
pub fn rename(store: &Store, actor: &Actor, whom: impl Into<Whom>, name: &str) -> Result<()> {
    actor.must_manage()?;
    let name = checked_name(name)?;
    change(store, (actor, "account_renamed"), whom.into(), |tx, entry, found| {
        entry.set_names(json!({ "before": found.name, "after": name }));
        let change = "UPDATE accounts SET name = ?1, revision = revision + 1 WHERE id = ?2";
        tx.execute(change, params![name, found.id.0])?;
        let names = "UPDATE audit_names SET name = ?1 WHERE account = ?2";
        tx.execute(names, params![name, found.id.0])?;
        Ok(())
    })
}

/// Deletes an account: its sessions end, it leaves its departments, what it was granted itself goes. Its name stays readable in the
/// audit trail. Returns the plugins whose grants changed.
///
/// # Errors
/// `not_a_superadmin`, `not_found`, `changed_meanwhile`, `last_superadmin`.
pub fn delete(store: &Store, actor: &Actor, whom: impl Into<Whom>) -> Result<Vec<PluginId>> {
    change(store, (actor, "account_deleted"), whom.into(), |tx, entry, found| {
        let (departments, grants) = (departments_of(tx, found.id)?, grants_of(tx, found.id)?);
        write_deleted(tx, found.id)?;
        throttle::forget(tx, &found.login)?;
        let mut plugins = grants.iter().map(|(plugin, _)| stored(plugin)).collect::<Result<Vec<_>>>()?;
        plugins.dedup();
        let grant =
            |(plugin, permission): &(String, String)| json!({ "plugin": plugin, "permission": permission });
        let grants: Vec<_> = grants.iter().map(grant).collect();
        entry.set_details(json!({ "role": found.role, "departments": departments, "grants": grants }));
        Ok(plugins)
    })
}

/// As [`delete`], as part of another change or of a rehearsal.
pub(crate) fn write_deleted(tx: &Transaction<'_>, account: AccountId) -> Result<()> {
    must_exist(tx, account)?;
    must_leave_a_superadmin(tx, account)?;
    tx.execute("DELETE FROM grants WHERE subject = 'account' AND subject_id = ?1", [account.0])?;
    // Sessions and memberships go with it.
    tx.execute("DELETE FROM accounts WHERE id = ?1", [account.0])?;
    Ok(())
}

/// Plugin and permission, by plugin.
fn grants_of(tx: &Transaction<'_>, account: AccountId) -> Result<Vec<(String, String)>> {
    let mut query = tx.prepare(
        "SELECT plugin, permission FROM grants WHERE subject = 'account' AND subject_id = ?1
         ORDER BY plugin, permission",
    )?;
    Ok(query.query_map([account.0], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?)
}

/// Puts an account into these departments and no others.
///
/// # Errors
/// `not_a_superadmin`, `changed_meanwhile`, `not_found` for the account or a department.
pub fn set_departments(
    store: &Store,
    actor: &Actor,
    whom: impl Into<Whom>,
    new: &[DepartmentId],
) -> Result<()> {
    change(store, (actor, "account_departments_changed"), whom.into(), |tx, entry, found| {
        let before = departments_of(tx, found.id)?;
        write_departments(tx, found.id, new)?;
        entry.set_details(json!({ "before": before, "after": departments_of(tx, found.id)? }));
        Ok(())
    })
}

/// As [`set_departments`], as part of another change or of a rehearsal.
pub(crate) fn write_departments(
    tx: &Transaction<'_>,
    account: AccountId,
    new: &[DepartmentId],
) -> Result<()> {
    must_exist(tx, account)?;
    tx.execute("DELETE FROM memberships WHERE account = ?1", [account.0])?;
    for department in new {
        departments::must_exist(tx, *department)?;
        let join = "INSERT OR IGNORE INTO memberships (account, department) VALUES (?1, ?2)";
        tx.execute(join, [account.0, department.0])?;
    }
    tx.execute("UPDATE accounts SET revision = revision + 1 WHERE id = ?1", [account.0])?;
    Ok(())
}

fn departments_of(tx: &Transaction<'_>, account: AccountId) -> Result<Vec<i64>> {
    let mut query =
        tx.prepare("SELECT department FROM memberships WHERE account = ?1 ORDER BY department")?;
    Ok(query.query_map([account.0], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// Gives an account a new one-time password in place of its own, and ends its sessions.
///
/// # Errors
/// `not_a_superadmin`, `not_found`.
pub fn reset(store: &Store, actor: &Actor, account: AccountId) -> Result<AccountCreatedView> {
    actor.must_manage()?;
    let one_time_password = password::one_time()?;
    let hash = password::hash(&one_time_password)?;
    change(store, (actor, "account_password_reset"), account.into(), |tx, _, found| {
        let change =
            "UPDATE accounts SET password = ?1, must_change = 1, revision = revision + 1 WHERE id = ?2";
        tx.execute(change, params![hash, account.0])?;
        throttle::forget(tx, &found.login)?;
        sessions::end_all(tx, account)
    })?;
    Ok(AccountCreatedView { id: account, one_time_password })
}

/// An account inside a change.
struct Found {
    id: AccountId,
    login: String,
    name: String,
    role: Role,
    enabled: bool,
    revision: i64,
}

/// Changes an account that is as the person saw it, on record under its login.
fn change<T>(
    store: &Store,
    (actor, action): (&Actor, &'static str),
    whom: Whom,
    write: impl FnOnce(&Transaction<'_>, &mut Entry, &Found) -> Result<T>,
) -> Result<T> {
    actor.must_manage()?;
    store.write(Entry::new(actor, action, whom.account.0), |tx, entry| {
        let found = must_exist(tx, whom.account)?;
        if whom.revision.is_some_and(|seen| seen != found.revision) {
            return Err(changed_meanwhile(store, &found));
        }
        entry.set_name(&found.login);
        write(tx, entry, &found)
    })
}

/// Holds the account as it is, to be shown beside what the person wanted.
fn changed_meanwhile(store: &Store, found: &Found) -> Error {
    let snapshot = store.snapshot();
    let current = snapshot.accounts.get(&found.id).map(|facts| view(&snapshot, found.id, facts));
    Error::new(Code::ChangedMeanwhile, format!("the account `{}` was changed meanwhile", found.login))
        .details(json!({ "revision": found.revision, "current": current }))
}

/// What it signs in with.
pub(super) fn login_of(tx: &Transaction<'_>, account: AccountId) -> Result<String> {
    must_exist(tx, account).map(|found| found.login)
}

fn must_exist(tx: &Transaction<'_>, id: AccountId) -> Result<Found> {
    let query = "SELECT login, name, role, enabled, revision FROM accounts WHERE id = ?1";
    let found = tx.query_row(query, [id.0], |row| {
        let role = if row.get::<_, String>(2)? == "superadmin" { Role::Superadmin } else { Role::Account };
        let (login, name) = (row.get(0)?, row.get(1)?);
        Ok(Found { id, login, name, role, enabled: row.get(3)?, revision: row.get(4)? })
    });
    let unknown = || Error::new(Code::NotFound, format!("there is no account {}", id.0));
    found.optional()?.ok_or_else(unknown)
}

fn must_leave_a_superadmin(tx: &Transaction<'_>, leaving: AccountId) -> Result<()> {
    let is_one = superadmins(tx, None)? > superadmins(tx, Some(leaving))?;
    if is_one && superadmins(tx, Some(leaving))? == 0 {
        return Err(Error::new(Code::LastSuperadmin, "this is the last enabled super administrator"));
    }
    Ok(())
}

/// How many enabled superadmins there are, not counting one.
pub(super) fn superadmins(tx: &Transaction<'_>, without: Option<AccountId>) -> Result<i64> {
    let count = "SELECT count(*) FROM accounts WHERE role = 'superadmin' AND enabled = 1 AND id IS NOT ?1";
    Ok(tx.query_row(count, [without.map(|id| id.0)], |row| row.get(0))?)
}
