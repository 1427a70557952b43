//! The sessions that an account has open, and ending them before their time. Knows a session by a name made from its token's digest,
//! which opens nothing.

use rusqlite::{Connection, Transaction, params};
use serde_json::json;

use super::sessions::digest;
use super::{changes, sessions};
use crate::actor::{AccountId, Actor};
use crate::audit::Entry;
use crate::error::{Code, Error, Result};
use crate::request::Token;
use crate::store::Store;
use crate::views::SessionView;

/// A session's name in SQL: the first half of its token's digest is more than enough to tell sessions apart.
const ID: &str = "lower(hex(substr(token, 1, 8)))";

/// Whose sessions, asked from which session.
#[derive(Debug, Clone, Copy)]
pub struct Whose<'a> {
    /// `None`: the asker's own.
    pub account: Option<AccountId>,
    /// The asker's session.
    pub token: Option<&'a Token>,
}

impl Whose<'_> {
    fn account(self, actor: &Actor) -> Result<AccountId> {
        let own = actor.must_be_signed_in()?.account();
        if let Some(other) = self.account.filter(|account| *account != own) {
            actor.must_manage()?;
            return Ok(other);
        }
        Ok(own)
    }

    fn digest(self) -> Vec<u8> {
        self.token.map(|token| digest(token).to_vec()).unwrap_or_default()
    }
}

/// The open sessions, the one used last first.
///
/// # Errors
/// `not_signed_in`; for others than the own: `not_a_superadmin`, `not_found`.
pub fn list(store: &Store, actor: &Actor, whose: Whose<'_>) -> Result<Vec<SessionView>> {
    let account = whose.account(actor)?;
    if !store.snapshot().accounts.contains_key(&account) {
        return Err(Error::new(Code::NotFound, format!("there is no account {}", account.0)));
    }
    store.read(|db| open_of(db, account, &whose.digest()))
}

/// Ends one session, or with `None` all but the one that asks. What it asks next is refused. Returns how many ended.
///
/// # Errors
/// As [`list`]; `not_found` if there is no such session, or none any more.
pub fn end(store: &Store, actor: &Actor, whose: Whose<'_>, session: Option<&str>) -> Result<usize> {
    let account = whose.account(actor)?;
    store.write(Entry::new(actor, "session_ended", account.0), |tx, entry| {
        entry.set_name(changes::login_of(tx, account)?);
        let ended = match session {
            Some(id) => end_one(tx, account, id)?,
            None => tx.execute(
                "DELETE FROM sessions WHERE account = ?1 AND token <> ?2",
                params![account.0, whose.digest()],
            )?,
        };
        entry.set_details(json!({ "sessions": ended }));
        Ok(ended)
    })
}

fn end_one(tx: &Transaction<'_>, account: AccountId, id: &str) -> Result<usize> {
    let end = format!("DELETE FROM sessions WHERE account = ?1 AND {ID} = ?2");
    match tx.execute(&end, params![account.0, id])? {
        0 => {
            Err(Error::new(Code::NotFound, "this session has ended already")
                .hint("Look at the sessions again."))
        }
        ended => Ok(ended),
    }
}

fn open_of(db: &Connection, account: AccountId, own: &[u8]) -> Result<Vec<SessionView>> {
    let mut query = db.prepare_cached(&format!(
        "SELECT {ID}, kind, created_at, seen_at, token = ?2 FROM sessions WHERE account = ?1
         ORDER BY seen_at DESC, created_at DESC, token"
    ))?;
    let rows = query.query_map(params![account.0, own], |row| {
        let kind = sessions::kind(&row.get::<_, String>(1)?);
        Ok(SessionView { id: row.get(0)?, kind, since: row.get(2)?, seen: row.get(3)?, own: row.get(4)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
