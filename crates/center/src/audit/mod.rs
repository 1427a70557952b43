//! The audit trail: each management act as a row chained to the one before. Rows hold account ids; names stand apart, so that they can go.

mod actions;
mod chain;
mod export;
mod search;

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::actor::{AccountId, Actor};
use crate::clock::UnixMs;
use crate::error::Result;
use crate::views::ActView;

pub use actions::ACTIONS;
pub use chain::{Break, BreakCause, Head, Verdict, check, verify};
pub(crate) use export::plain;
pub use export::{Format, collect, write};
pub use search::{Filter, Words, last, search};

use chain::Chained;

/// What is to be recorded.
#[derive(Debug, Clone)]
pub struct Entry {
    actor: &'static str,
    account: Option<AccountId>,
    action: &'static str,
    target: String,
    details: Value,
    beside: Beside,
}

/// What belongs to a row without being chained, so that names of people can go.
#[derive(Debug, Clone, Default)]
struct Beside {
    target_name: Option<String>,
    names: Option<Value>,
}

impl Entry {
    /// `action` is one of [`ACTIONS`]; `target` names the object.
    #[allow(clippy::needless_pass_by_value, reason = "a target is named by whatever shows it")]
    pub fn new(actor: &Actor, action: &'static str, target: impl ToString) -> Self {
        debug_assert!(ACTIONS.contains(&action), "`{action}` is not in `audit::ACTIONS`");
        Self {
            actor: actor.kind(),
            account: actor.account(),
            action,
            target: target.to_string(),
            details: Value::Null,
            beside: Beside::default(),
        }
    }
    /// What people call the target now: an account's login, a department's path, a publisher's label.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.set_name(name);
        self
    }
    /// As [`Entry::named`], from inside the change.
    pub fn set_name(&mut self, name: impl Into<String>) {
        self.beside.target_name = Some(name.into());
    }
    /// Names of people before and after: shown with the details, but not chained.
    pub fn set_names(&mut self, names: Value) {
        self.beside.names = Some(names);
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
    #[allow(clippy::needless_pass_by_value, reason = "a target is named by whatever shows it")]
    pub fn set_target(&mut self, target: impl ToString) {
        self.target = target.to_string();
    }
}

/// A recorded row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ts_rs::TS)]
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
    /// The name of the person behind it.
    #[serde(default)]
    pub name: Option<String>,
    /// What people called the target then: an account's login, a department's path, a publisher's label.
    #[serde(default)]
    pub target_name: Option<String>,
    /// How often it happened within a minute, the same each time.
    #[serde(default = "once")]
    pub times: u32,
}

fn once() -> u32 {
    1
}

/// Appends a row, the new head of the trail; only the store calls it.
pub(crate) fn append(tx: &Transaction<'_>, entry: &Entry, at: UnixMs) -> Result<Head> {
    let last: Option<(i64, Vec<u8>)> = tx
        .query_row("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let (seq, previous) = last.map_or((1, vec![0; 32]), |(seq, hash)| (seq + 1, hash));
    let row = Chained {
        seq,
        at,
        actor: entry.actor.into(),
        account: entry.account,
        action: entry.action.into(),
        target: entry.target.clone(),
        details: serde_json::value::to_raw_value(&entry.details)?,
    };
    let hash = row.hash(&previous)?;
    tx.execute(
        "INSERT INTO audit (seq, at, actor, account, action, target, details, previous, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![seq, at, row.actor, row.account.map(|a| a.0), row.action, row.target, row.details.get(), previous, hash],
    )?;
    put_beside(tx, seq, &entry.beside)?;
    Ok(Head { seq, hash })
}

fn put_beside(tx: &Transaction<'_>, seq: i64, beside: &Beside) -> Result<()> {
    if beside.target_name.is_none() && beside.names.is_none() {
        return Ok(());
    }
    let names = beside.names.as_ref().map(Value::to_string);
    let insert = "INSERT INTO audit_beside (seq, target_name, names) VALUES (?1, ?2, ?3)";
    tx.execute(insert, params![seq, beside.target_name, names])?;
    Ok(())
}

/// Counts the row of the same refusal since then once more; `false` if there is none.
pub(crate) fn repeat(tx: &Transaction<'_>, entry: &Entry, since: UnixMs) -> Result<bool> {
    let account = entry.account.map(|account| account.0);
    let same = tx.query_row(
        "SELECT seq FROM audit INDEXED BY audit_refusals
         WHERE action IN ('refused', 'sign_in_refused', 'recovery_refused') AND action = ?1 AND target = ?2
         AND at > ?3 AND account IS ?4 AND details = ?5 ORDER BY seq DESC LIMIT 1",
        params![entry.action, entry.target, since, account, entry.details.to_string()],
        |row| row.get::<_, i64>(0),
    );
    let Some(seq) = same.optional()? else { return Ok(false) };
    let count = "INSERT INTO audit_beside (seq, times) VALUES (?1, 2) ON CONFLICT (seq) DO UPDATE SET times = times + 1";
    tx.execute(count, [seq])?;
    Ok(true)
}

/// Who did something, by the name that is known of the account; also of one that is gone.
///
/// # Errors
/// `database`.
pub fn act(db: &Connection, by: Option<AccountId>, at: UnixMs) -> Result<ActView> {
    let query = "SELECT coalesce((SELECT name FROM accounts WHERE id = ?1), (SELECT name FROM audit_names WHERE account = ?1))";
    let name = by.map(|account| db.query_row(query, [account.0], |row| row.get(0))).transpose()?;
    Ok(ActView { by, name: name.flatten(), at })
}
