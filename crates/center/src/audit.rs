//! The audit trail: each management act as a row chained to the one before. Rows hold account ids; names stand apart, so that they can go.

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::actor::{AccountId, Actor};
use crate::clock::UnixMs;
use crate::error::Result;

/// What is to be recorded.
#[derive(Debug, Clone)]
pub struct Entry {
    actor: &'static str,
    account: Option<AccountId>,
    action: &'static str,
    target: String,
    details: Value,
}

impl Entry {
    /// `action` is a word in the past tense such as `plugin_installed`; `target` names the object.
    pub fn new(actor: &Actor, action: &'static str, target: impl ToString) -> Self {
        Self {
            actor: actor.kind(),
            account: actor.account(),
            action,
            target: target.to_string(),
            details: Value::Null,
        }
    }
    /// Before and after, digest, signer: never a secret.
    #[must_use]
    pub fn details(mut self, details: Value) -> Self {
        self.details = details;
        self
    }
    /// Replaces the details from inside the change.
    pub fn set_details(&mut self, details: Value) {
        self.details = details;
    }
    /// Replaces the target from inside the change, for an id that did not exist before.
    pub fn set_target(&mut self, target: impl ToString) {
        self.target = target.to_string();
    }
}

/// A recorded row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Counts from 1 without gaps.
    pub seq: i64,
    /// When.
    pub at: UnixMs,
    /// `person`, `folder`, `system` or `nobody`.
    pub actor: String,
    /// The account behind it.
    pub account: Option<AccountId>,
    /// What was done.
    pub action: String,
    /// To what.
    pub target: String,
    /// Before and after.
    pub details: Value,
}

impl Row {
    /// What the chain is made of: BLAKE3 over the previous hash and this row's canonical JSON.
    fn hash(&self, previous: &[u8]) -> Result<[u8; 32]> {
        let mut hasher = blake3::Hasher::new_derive_key("sprocket audit row v1");
        hasher.update(previous);
        hasher.update(&serde_json::to_vec(self)?);
        Ok(*hasher.finalize().as_bytes())
    }
}

/// Appends a row; only `Store::write` calls it.
pub(crate) fn append(tx: &Transaction<'_>, entry: &Entry, at: UnixMs) -> Result<()> {
    let last: Option<(i64, Vec<u8>)> = tx
        .query_row("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let (seq, previous) = last.map_or((1, vec![0; 32]), |(seq, hash)| (seq + 1, hash));
    let row = Row {
        seq,
        at,
        actor: entry.actor.into(),
        account: entry.account,
        action: entry.action.into(),
        target: entry.target.clone(),
        details: entry.details.clone(),
    };
    let hash = row.hash(&previous)?;
    tx.execute(
        "INSERT INTO audit (seq, at, actor, account, action, target, details, previous, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![seq, at, row.actor, row.account.map(|a| a.0), row.action, row.target, row.details.to_string(), previous, hash],
    )?;
    Ok(())
}

/// The last `count` rows, oldest first.
///
/// # Errors
/// `database`.
pub fn last(db: &Connection, count: usize) -> Result<Vec<Row>> {
    let mut query = db.prepare_cached(
        "SELECT seq, at, actor, account, action, target, details FROM (SELECT * FROM audit ORDER BY seq DESC LIMIT ?1) ORDER BY seq",
    )?;
    let rows = query.query_map([i64::try_from(count).unwrap_or(i64::MAX)], |row| Ok(read(row)))?;
    rows.map(|row| row?).collect()
}

fn read(row: &rusqlite::Row<'_>) -> Result<Row> {
    Ok(Row {
        seq: row.get(0)?,
        at: row.get(1)?,
        actor: row.get(2)?,
        account: row.get::<_, Option<i64>>(3)?.map(AccountId),
        action: row.get(4)?,
        target: row.get(5)?,
        details: serde_json::from_str(&row.get::<_, String>(6)?)?,
    })
}
