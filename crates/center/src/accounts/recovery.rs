//! The way back in for a superadmin who lost the password: a recovery code, printed at the first start or made later. Knows no
//! session's token.

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::json;

use super::{password, sessions, throttle};
use crate::actor::{AccountId, Actor, Role, Session};
use crate::audit::Entry;
use crate::clock::UnixMs;
use crate::error::{Code, Error, Result};
use crate::refusals::TOGETHER;
use crate::request::Password;
use crate::store::Store;
use crate::views::RecoveredView;

/// What somebody shows to get back in.
#[derive(Debug, Clone, Copy)]
pub struct Recovery<'a> {
    /// Whose password is lost.
    pub login: &'a str,
    /// The code, in any case, with or without its hyphens.
    pub code: &'a Password,
    /// The new password.
    pub new: &'a Password,
}

struct Row {
    session: Session,
    name: String,
    enabled: bool,
    recovery: Option<String>,
}

/// Sets a new password for an enabled superadmin who has a recovery code, ends its sessions, and gives it another code.
/// An unknown login and a wrong code look the same, and guessing is slowed down as for passwords, but apart from them.
///
/// # Errors
/// `throttled`, `wrong_credentials`, `weak_password`; `account_disabled` and `not_a_superadmin` only to somebody who knows the code.
pub fn recover(store: &Store, given: Recovery<'_>, now: UnixMs) -> Result<RecoveredView> {
    let login = given.login.trim();
    let attempts = format!("recovery of {login}");
    if let Err(cause) = throttle::admit(store, &attempts, now) {
        return Err(refused(store, login, cause)?);
    }
    let found = store.read(|db| by_login(db, login))?;
    let stored = found.as_ref().and_then(|row| row.recovery.as_deref());
    let matches = password::matches(&password::spelled(&given.code.0), stored);
    let Some(row) = found.filter(|_| matches) else {
        let cause = Error::new(Code::WrongCredentials, "login or recovery code is wrong");
        return Err(refused(store, login, cause)?);
    };
    may_return(&row)?;
    password::judge(&given.new.0, &row.session.login, &row.name)?;
    let recovery_code = password::recovery_code()?;
    let (hash, recovery) = (password::hash(&given.new.0)?, password::hash(&recovery_code)?);
    let account = row.session.account;
    let actor = Actor::Person(row.session.clone());
    let entry = Entry::new(&actor, "account_recovered", account.0).named(&row.session.login);
    store.write(entry, |tx, _| {
        let changed = tx.execute(
            "UPDATE accounts SET password = ?1, recovery = ?2, must_change = 0, revision = revision + 1
             WHERE id = ?3 AND recovery = ?4 AND enabled = 1 AND role = 'superadmin'",
            params![hash, recovery, account.0, row.recovery],
        )?;
        if changed == 0 {
            return Err(Error::new(Code::ChangedMeanwhile, "the account was changed meanwhile"));
        }
        throttle::forget(tx, &attempts)?;
        throttle::forget(tx, &row.session.login)?;
        sessions::end_all(tx, account)
    })?;
    Ok(RecoveredView { login: row.session.login, recovery_code })
}

/// Gives a superadmin who shows the password a recovery code of their own; the one before it no longer works.
///
/// # Errors
/// `not_a_superadmin`, `throttled`; `wrong_credentials` if that is not the password.
pub fn make_code(store: &Store, actor: &Actor, given: &Password, now: UnixMs) -> Result<RecoveredView> {
    actor.must_manage()?;
    let Session { account, login, .. } = actor.must_be_signed_in()?.clone();
    throttle::admit(store, &login, now)?;
    let query = "SELECT password FROM accounts WHERE id = ?1";
    let stored: String = store.read(|db| Ok(db.query_row(query, [account.0], |row| row.get(0))?))?;
    if !password::matches(&given.0, Some(&stored)) {
        return Err(Error::new(Code::WrongCredentials, "the password is wrong"));
    }
    let recovery_code = password::recovery_code()?;
    let recovery = password::hash(&recovery_code)?;
    let entry = Entry::new(actor, "recovery_code_made", account.0).named(&login);
    store.write(entry, |tx, _| {
        let change =
            "UPDATE accounts SET recovery = ?1 WHERE id = ?2 AND password = ?3 AND role = 'superadmin'";
        if tx.execute(change, params![recovery, account.0, stored])? == 0 {
            return Err(Error::new(Code::ChangedMeanwhile, "the account was changed meanwhile"));
        }
        throttle::forget(tx, &login)
    })?;
    Ok(RecoveredView { login, recovery_code })
}

/// Puts it on record; the same again within a minute is counted.
fn refused(store: &Store, login: &str, cause: Error) -> Result<Error> {
    let snapshot = store.snapshot();
    let known = snapshot.accounts.iter().find(|(_, facts)| facts.login.eq_ignore_ascii_case(login));
    // What was typed as a login may be a secret by mistake.
    let (target, name) = known.map_or_else(
        || ("unknown".into(), "unknown"),
        |(id, facts)| (id.0.to_string(), facts.login.as_str()),
    );
    let entry = Entry::new(&Actor::Nobody, "recovery_refused", target).named(name);
    store.record(&entry.details(json!({ "code": cause.code })), TOGETHER)?;
    Ok(cause)
}

fn may_return(row: &Row) -> Result<()> {
    if !row.enabled {
        return Err(Error::new(Code::AccountDisabled, "this account is disabled"));
    }
    if row.session.role != Role::Superadmin {
        let message = "only a super administrator has a recovery code";
        return Err(Error::new(Code::NotASuperadmin, message));
    }
    Ok(())
}

fn by_login(db: &Connection, login: &str) -> Result<Option<Row>> {
    let query = "SELECT id, login, role, name, enabled, recovery FROM accounts WHERE login = ?1";
    let row = db.query_row(query, [login], |row| {
        let role = if row.get::<_, String>(2)? == "superadmin" { Role::Superadmin } else { Role::Account };
        let session = Session { account: AccountId(row.get(0)?), login: row.get(1)?, role };
        Ok(Row { session, name: row.get(3)?, enabled: row.get(4)?, recovery: row.get(5)? })
    });
    Ok(row.optional()?)
}
