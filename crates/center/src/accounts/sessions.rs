//! Signing in and the sessions that come of it. A session is looked up anew for every request; of its token only a digest is stored.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::{password, throttle};
use crate::actor::{AccountId, Actor, Role, Session};
use crate::audit::Entry;
use crate::clock::UnixMs;
use crate::error::{Code, Error, Result};
use crate::request::{Password, Token};
use crate::store::{Store, System};
use crate::views::SignedInView;

/// Where a session is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionKind {
    /// By the shell, for its windows.
    Window,
    /// By the command line, in a file.
    CommandLine,
}

impl SessionKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Window => "window",
            Self::CommandLine => "command_line",
        }
    }
}

/// Somebody wants to sign in.
#[derive(Debug, Clone, Copy)]
pub struct Attempt<'a> {
    /// As typed.
    pub login: &'a str,
    /// As typed.
    pub password: &'a Password,
    /// Where the session would be kept.
    pub kind: SessionKind,
}

struct Row {
    session: Session,
    name: String,
    password: String,
    must_change: bool,
    enabled: bool,
}

/// Signs somebody in. An unknown login, a wrong password and the time both take look the same.
///
/// # Errors
/// `throttled`, `wrong_credentials`; `account_disabled` only to somebody who knows the password.
pub fn sign_in(store: &Store, attempt: &Attempt<'_>, now: UnixMs) -> Result<SignedInView> {
    let login = attempt.login.trim();
    throttle::admit(store, login, now)?;
    let found = store.read(|db| by_login(db, login))?;
    let matches = password::matches(&attempt.password.0, found.as_ref().map(|row| row.password.as_str()));
    let refusal = match &found {
        Some(row) if matches && row.enabled => None,
        Some(_) if matches => Some(Error::new(Code::AccountDisabled, "this account is disabled")),
        _ => Some(Error::new(Code::WrongCredentials, "login or password is wrong")),
    };
    match (found, refusal) {
        (Some(row), None) => admit(store, &row, (attempt.kind, now)),
        (found, refusal) => {
            let target = found.map_or_else(|| "unknown".to_owned(), |row| row.session.account.0.to_string());
            store.write(Entry::new(&Actor::Nobody, "sign_in_refused", target), |_, _| Ok(()))?;
            Err(refusal.unwrap_or_else(|| Error::new(Code::WrongCredentials, "login or password is wrong")))
        }
    }
}

fn admit(store: &Store, row: &Row, place: (SessionKind, UnixMs)) -> Result<SignedInView> {
    let actor = Actor::Person(row.session.clone());
    store.write(Entry::new(&actor, "signed_in", row.session.account.0), |tx, _| {
        let unchanged: bool = tx.query_row(
            "SELECT count(*) FROM accounts WHERE id = ?1 AND enabled = 1 AND password = ?2",
            params![row.session.account.0, row.password],
            |found| found.get(0),
        )?;
        if !unchanged {
            return Err(Error::new(Code::WrongCredentials, "the account was changed meanwhile"));
        }
        throttle::forget(tx, &row.session.login)?;
        open(tx, &row.session, row.must_change, place)
    })
}

/// Makes a session and its token.
pub(super) fn open(
    tx: &Transaction<'_>,
    session: &Session,
    must_change: bool,
    (kind, now): (SessionKind, UnixMs),
) -> Result<SignedInView> {
    let mut random = [0; 32];
    password::fill(&mut random)?;
    let token = Token(spk::Digest(random).to_string());
    tx.execute(
        "INSERT INTO sessions (token, account, kind, created_at, seen_at) VALUES (?1, ?2, ?3, ?4, ?4)",
        params![digest(&token), session.account.0, kind.as_str(), now],
    )?;
    let (login, role) = (session.login.clone(), session.role);
    Ok(SignedInView { account: session.account, login, role, must_change, token })
}

/// Whose token this is, as the account is now.
///
/// # Errors
/// `not_signed_in`; `password_change_required` while a one-time password stands.
pub fn resolve(store: &Store, token: &Token) -> Result<Session> {
    let row = row_of(store, token)?;
    if row.must_change {
        return Err(Error::new(Code::PasswordChangeRequired, "the one-time password has to be changed first"));
    }
    Ok(row.session)
}

/// As [`resolve`], also while a one-time password stands: for changing it, and nothing else.
///
/// # Errors
/// `not_signed_in`.
pub fn resolve_for_password_change(store: &Store, token: &Token) -> Result<Session> {
    Ok(row_of(store, token)?.session)
}

fn row_of(store: &Store, token: &Token) -> Result<Row> {
    store
        .read(|db| by_token(db, token))?
        .filter(|row| row.enabled)
        .ok_or_else(|| Error::new(Code::NotSignedIn, "nobody is signed in"))
}

/// Ends the session of this token; a session that has ended already is fine.
///
/// # Errors
/// `database`.
pub fn sign_out(store: &Store, token: &Token) -> Result<()> {
    let Some(row) = store.read(|db| by_token(db, token))? else { return Ok(()) };
    let actor = Actor::Person(row.session);
    store.write(Entry::new(&actor, "signed_out", actor.account().map_or(0, |id| id.0)), |tx, _| {
        tx.execute("DELETE FROM sessions WHERE token = ?1", [digest(token)])?;
        Ok(())
    })
}

/// Changes the password of the token's account and ends its other sessions.
///
/// # Errors
/// `not_signed_in`, `throttled`, `wrong_credentials` if `old` is not the password, `weak_password`.
pub fn change_password(store: &Store, token: &Token, (old, new): (&Password, &Password), now: UnixMs) -> Result<()> {
    let row = row_of(store, token)?;
    throttle::admit(store, &row.session.login, now)?;
    if !password::matches(&old.0, Some(&row.password)) {
        return Err(Error::new(Code::WrongCredentials, "the old password is wrong"));
    }
    store.note(System("the old password was right"), |tx| throttle::forget(tx, &row.session.login))?;
    password::judge(&new.0, &row.session.login, &row.name)?;
    if old.0 == new.0 {
        return Err(Error::new(Code::WeakPassword, "the new password is the old one"));
    }
    let hash = password::hash(&new.0)?;
    let actor = Actor::Person(row.session.clone());
    store.write(Entry::new(&actor, "password_changed", row.session.account.0), |tx, _| {
        let changed = tx.execute(
            "UPDATE accounts SET password = ?1, must_change = 0, revision = revision + 1 WHERE id = ?2 AND password = ?3",
            params![hash, row.session.account.0, row.password],
        )?;
        if changed == 0 {
            return Err(Error::new(Code::ChangedMeanwhile, "the password was changed meanwhile"));
        }
        let other = "DELETE FROM sessions WHERE account = ?1 AND token <> ?2";
        tx.execute(other, params![row.session.account.0, digest(token)])?;
        Ok(())
    })
}

/// Ends all sessions of an account.
pub(super) fn end_all(tx: &Transaction<'_>, account: AccountId) -> Result<()> {
    tx.execute("DELETE FROM sessions WHERE account = ?1", [account.0])?;
    Ok(())
}

fn digest(token: &Token) -> [u8; 32] {
    blake3::derive_key("sprocket session token v1", token.0.as_bytes())
}

fn by_token(db: &Connection, token: &Token) -> Result<Option<Row>> {
    let mut query = db.prepare_cached(
        "SELECT a.id, a.login, a.role, a.name, a.password, a.must_change, a.enabled
         FROM sessions s JOIN accounts a ON a.id = s.account WHERE s.token = ?1",
    )?;
    Ok(query.query_row([digest(token)], read).optional()?)
}

fn by_login(db: &Connection, login: &str) -> Result<Option<Row>> {
    let mut query = db.prepare_cached(
        "SELECT id, login, role, name, password, must_change, enabled FROM accounts WHERE login = ?1",
    )?;
    Ok(query.query_row([login], read).optional()?)
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    let role = if row.get::<_, String>(2)? == "superadmin" { Role::Superadmin } else { Role::Account };
    let session = Session { account: AccountId(row.get(0)?), login: row.get(1)?, role };
    let (name, password) = (row.get(3)?, row.get(4)?);
    Ok(Row { session, name, password, must_change: row.get(5)?, enabled: row.get(6)? })
}
