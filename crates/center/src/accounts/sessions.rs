//! Signing in and the sessions that come of it. A session is looked up anew for every request; of its token only a digest is stored.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::{password, throttle};
use crate::actor::{AccountId, Actor, Role, Session};
use crate::audit::Entry;
use crate::clock::UnixMs;
use crate::error::{Code, Error, Result};
use crate::refusals::TOGETHER;
use crate::request::{Password, SessionKind, Token};
use crate::store::{Store, System};
use crate::views::SignedInView;

/// How long a session may go unrecorded as seen, in milliseconds: recording costs a commit.
const SEEN_WITHIN: UnixMs = 5 * 60 * 1_000;

const WINDOW: &str = "window";

struct Row {
    session: Session,
    name: String,
    password: String,
    must_change: bool,
    enabled: bool,
    seen_at: UnixMs,
}

/// What somebody shows to sign in.
#[derive(Debug, Clone, Copy)]
pub struct Credentials<'a> {
    /// Whose.
    pub login: &'a str,
    /// Its password, or its one-time password.
    pub password: &'a Password,
    /// Where the session will live.
    pub kind: SessionKind,
}

/// Signs somebody in. An unknown login, a wrong password and the time both take look the same.
///
/// # Errors
/// `throttled`, `wrong_credentials`; `account_disabled` only to somebody who knows the password.
pub fn sign_in(store: &Store, given: Credentials<'_>, now: UnixMs) -> Result<SignedInView> {
    let login = given.login.trim();
    let found = store.read(|db| by_login(db, login))?;
    let admitted = throttle::admit(store, login, now);
    let judged = admitted.and_then(|()| judge(found.as_ref(), given.password));
    match (found, judged) {
        (Some(row), Ok(())) => admit(store, &row, (given.kind, now)),
        (found, judged) => {
            let cause = judged.err().unwrap_or_else(wrong);
            let target = found.as_ref().map(|row| row.session.account.0.to_string());
            let entry = Entry::new(&Actor::Nobody, "sign_in_refused", target.as_deref().unwrap_or("unknown"))
                .details(serde_json::json!({ "code": cause.code }));
            let entry = found.into_iter().fold(entry, |entry, row| entry.named(row.session.login));
            store.record(&entry, TOGETHER)?;
            Err(cause)
        }
    }
}

fn wrong() -> Error {
    Error::new(Code::WrongCredentials, "login or password is wrong")
}

fn judge(found: Option<&Row>, password: &Password) -> Result<()> {
    let matches = password::matches(&password.0, found.map(|row| row.password.as_str()));
    match found.filter(|_| matches) {
        Some(row) if row.enabled => Ok(()),
        Some(_) => Err(Error::new(Code::AccountDisabled, "this account is disabled")),
        None => Err(wrong()),
    }
}

fn admit(store: &Store, row: &Row, (kind, now): (SessionKind, UnixMs)) -> Result<SignedInView> {
    store.write(own_act(&row.session, "signed_in"), |tx, _| {
        let unchanged: bool = tx.query_row(
            "SELECT count(*) FROM accounts WHERE id = ?1 AND enabled = 1 AND password = ?2",
            params![row.session.account.0, row.password],
            |found| found.get(0),
        )?;
        if !unchanged {
            return Err(Error::new(Code::WrongCredentials, "the account was changed meanwhile"));
        }
        throttle::forget(tx, &row.session.login)?;
        open(tx, &row.session, Opening { kind, must_change: row.must_change, now })
    })
}

fn own_act(session: &Session, action: &'static str) -> Entry {
    Entry::new(&Actor::Person(session.clone()), action, session.account.0).named(&session.login)
}

/// How a session begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Opening {
    pub kind: SessionKind,
    pub must_change: bool,
    pub now: UnixMs,
}

/// Makes a session and its token.
pub(super) fn open(tx: &Transaction<'_>, session: &Session, opening: Opening) -> Result<SignedInView> {
    let Opening { kind, must_change, now } = opening;
    let kind = match kind {
        SessionKind::Window => WINDOW,
        SessionKind::CommandLine => "command_line",
    };
    let mut random = [0; 32];
    password::fill(&mut random)?;
    let token = Token(spk::Digest(random).to_string());
    tx.execute(
        "INSERT INTO sessions (token, account, kind, created_at, seen_at) VALUES (?1, ?2, ?3, ?4, ?4)",
        params![digest(&token), session.account.0, kind, now],
    )?;
    let (login, role) = (session.login.clone(), session.role);
    Ok(SignedInView { account: session.account, login, role, must_change, token })
}

/// As it is stored.
pub(super) fn kind(word: &str) -> SessionKind {
    if word == WINDOW { SessionKind::Window } else { SessionKind::CommandLine }
}

/// Whose token this is, as the account is now.
///
/// # Errors
/// `not_signed_in`; `password_change_required` while a one-time password stands.
pub fn resolve(store: &Store, token: &Token, now: UnixMs) -> Result<Session> {
    let row = row_of(store, token)?;
    if row.must_change {
        return Err(Error::new(
            Code::PasswordChangeRequired,
            "the one-time password has to be changed first",
        ));
    }
    seen(store, token, (row.seen_at, now))?;
    Ok(row.session)
}

/// As [`resolve`], also while a one-time password stands: for changing it, for signing out, and nothing else.
///
/// # Errors
/// `not_signed_in`.
pub fn resolve_for_password_change(store: &Store, token: &Token, now: UnixMs) -> Result<Session> {
    let row = row_of(store, token)?;
    seen(store, token, (row.seen_at, now))?;
    Ok(row.session)
}

fn row_of(store: &Store, token: &Token) -> Result<Row> {
    store
        .read(|db| by_token(db, token))?
        .filter(|row| row.enabled)
        .ok_or_else(|| Error::new(Code::NotSignedIn, "nobody is signed in"))
}

fn seen(store: &Store, token: &Token, (before, now): (UnixMs, UnixMs)) -> Result<()> {
    if now - before < SEEN_WITHIN {
        return Ok(());
    }
    store.note(System("a session was used"), |tx| {
        tx.execute("UPDATE sessions SET seen_at = ?1 WHERE token = ?2", params![now, digest(token)])?;
        Ok(())
    })
}

/// Ends the session of this token; one that has ended already is fine.
///
/// # Errors
/// `not_signed_in` for nobody; `database`.
pub fn sign_out(store: &Store, actor: &Actor, token: Option<&Token>) -> Result<()> {
    let session = actor.must_be_signed_in()?;
    let Some(token) = token else { return Ok(()) };
    store.write(own_act(session, "signed_out"), |tx, _| {
        let end = "DELETE FROM sessions WHERE token = ?1 AND account = ?2";
        tx.execute(end, params![digest(token), session.account.0])?;
        Ok(())
    })
}

/// Changes the password of the token's account and ends its other sessions.
///
/// # Errors
/// `not_signed_in`, `throttled`, `wrong_credentials` if `old` is not the password, `weak_password`.
pub fn change_password(
    store: &Store,
    token: Option<&Token>,
    old: &Password,
    new: &Password,
    now: UnixMs,
) -> Result<()> {
    let token = token.ok_or_else(|| Error::new(Code::NotSignedIn, "nobody is signed in"))?;
    let row = row_of(store, token)?;
    throttle::admit(store, &row.session.login, now)?;
    if !password::matches(&old.0, Some(&row.password)) {
        return Err(Error::new(Code::WrongCredentials, "the old password is wrong"));
    }
    store.note(System("the old password was right"), |tx| throttle::forget(tx, &row.session.login))?;
    password::judge(&new.0, &row.session.login, &row.name)?;
    if old.0 == new.0 {
        return Err(Error::new(Code::WeakPassword, "the new password is the old one")
            .details(serde_json::json!({ "rule": "same" })));
    }
    let hash = password::hash(&new.0)?;
    store.write(own_act(&row.session, "password_changed"), |tx, _| {
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

pub(super) fn digest(token: &Token) -> [u8; 32] {
    blake3::derive_key("sprocket session token v1", token.0.as_bytes())
}

fn by_token(db: &Connection, token: &Token) -> Result<Option<Row>> {
    let mut query = db.prepare_cached(
        "SELECT a.id, a.login, a.role, a.name, a.password, a.must_change, a.enabled, s.seen_at
         FROM sessions s JOIN accounts a ON a.id = s.account WHERE s.token = ?1",
    )?;
    Ok(query.query_row([digest(token)], read).optional()?)
}

fn by_login(db: &Connection, login: &str) -> Result<Option<Row>> {
    let mut query = db.prepare_cached(
        "SELECT id, login, role, name, password, must_change, enabled, 0 FROM accounts WHERE login = ?1",
    )?;
    Ok(query.query_row([login], read).optional()?)
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    let role = if row.get::<_, String>(2)? == "superadmin" { Role::Superadmin } else { Role::Account };
    let session = Session { account: AccountId(row.get(0)?), login: row.get(1)?, role };
    let (name, password) = (row.get(3)?, row.get(4)?);
    Ok(Row { session, name, password, must_change: row.get(5)?, enabled: row.get(6)?, seen_at: row.get(7)? })
}
