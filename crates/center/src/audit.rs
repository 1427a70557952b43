//! The audit trail: each management act as a row chained to the one before. Rows hold account ids; names stand apart, so that they can go.

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::actor::{AccountId, Actor};
use crate::clock::UnixMs;
use crate::error::Result;
use crate::views::ActView;

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
    /// `action` is a word in the past tense such as `plugin_installed`; `target` names the object.
    #[allow(clippy::needless_pass_by_value, reason = "a target is named by whatever shows it")]
    pub fn new(actor: &Actor, action: &'static str, target: impl ToString) -> Self {
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

fn link(previous: &[u8], row: &[u8]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key("sprocket audit row v1");
    hasher.update(previous);
    hasher.update(row);
    *hasher.finalize().as_bytes()
}

/// Appends a row; only the store calls it.
pub(crate) fn append(tx: &Transaction<'_>, entry: &Entry, at: UnixMs) -> Result<()> {
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
    put_beside(tx, seq, &entry.beside)
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
        "SELECT seq FROM audit WHERE action = 'refused' AND account = ?1 AND target = ?2
         AND details = ?3 AND at > ?4 ORDER BY seq DESC LIMIT 1",
        params![account, entry.target, entry.details.to_string(), since],
        |row| row.get::<_, i64>(0),
    );
    let Some(seq) = same.optional()? else { return Ok(false) };
    let count = "INSERT INTO audit_beside (seq, times) VALUES (?1, 2) ON CONFLICT (seq) DO UPDATE SET times = times + 1";
    tx.execute(count, [seq])?;
    Ok(true)
}

/// The last `count` rows, oldest first.
///
/// # Errors
/// `database`.
pub fn last(db: &Connection, count: usize) -> Result<Vec<Row>> {
    let mut query = db.prepare_cached(
        "SELECT a.seq, a.at, a.actor, a.account, a.action, a.target, a.details, n.name, b.target_name, b.names, b.times
         FROM (SELECT * FROM audit ORDER BY seq DESC LIMIT ?1) a
         LEFT JOIN audit_names n ON n.account = a.account LEFT JOIN audit_beside b ON b.seq = a.seq ORDER BY a.seq",
    )?;
    let rows = query.query_map([i64::try_from(count).unwrap_or(i64::MAX)], |row| Ok(read(row)))?;
    rows.map(|row| row?).collect()
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

fn read(row: &rusqlite::Row<'_>) -> Result<Row> {
    let details = serde_json::from_str(&row.get::<_, String>(6)?)?;
    Ok(Row {
        seq: row.get(0)?,
        at: row.get(1)?,
        actor: row.get(2)?,
        account: row.get::<_, Option<i64>>(3)?.map(AccountId),
        action: row.get(4)?,
        target: row.get(5)?,
        details: with_names(details, row.get(9)?)?,
        name: row.get(7)?,
        target_name: row.get(8)?,
        times: row.get::<_, Option<u32>>(10)?.unwrap_or(1),
    })
}

fn with_names(mut details: Value, names: Option<String>) -> Result<Value> {
    let Some(names) = names else { return Ok(details) };
    let names: Map<String, Value> = serde_json::from_str(&names)?;
    match &mut details {
        Value::Object(details) => details.extend(names),
        _ => details = Value::Object(names),
    }
    Ok(details)
}

/// What the chain is made of. Details are the very text that was stored: parsing could change a number's spelling, and so the hash.
#[derive(Serialize)]
struct Chained {
    seq: i64,
    at: UnixMs,
    actor: String,
    account: Option<AccountId>,
    action: String,
    target: String,
    details: Box<RawValue>,
}

impl Chained {
    /// BLAKE3 over the previous hash and this row's JSON.
    fn hash(&self, previous: &[u8]) -> Result<[u8; 32]> {
        Ok(link(previous, &serde_json::to_vec(self)?))
    }
}

/// What became of the trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// How many rows hold together, from the first on.
    pub rows: i64,
    /// The last of their hashes, lower-case hex; an outside copy of it shows a trail that was cut or written anew.
    pub head: String,
    /// The first row that does not fit.
    pub broken: Option<Break>,
}

/// Where the chain breaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Break {
    /// The number of the row that should be there.
    pub seq: i64,
    /// What is wrong with it.
    pub cause: BreakCause,
}

/// What is wrong with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BreakCause {
    /// A row is gone.
    Missing,
    /// It does not follow the row before.
    Unlinked,
    /// Its contents are not what was recorded.
    Changed,
}

/// Reads the whole trail and recomputes its chain. A cut tail alone cannot be seen here: compare `head` with a copy.
///
/// # Errors
/// `database`.
pub fn verify(db: &Connection) -> Result<Verdict> {
    let mut query = db.prepare(
        "SELECT seq, at, actor, account, action, target, details, previous, hash FROM audit ORDER BY seq",
    )?;
    let mut rows = query.query([])?;
    let (mut count, mut head) = (0, [0; 32]);
    let mut broken = None;
    while let Some(row) = rows.next()? {
        match next_link(row, (count + 1, &head))? {
            Ok(hash) => (count, head) = (count + 1, hash),
            Err(cause) => {
                broken = Some(Break { seq: count + 1, cause });
                break;
            }
        }
    }
    Ok(Verdict { rows: count, head: blake3::Hash::from_bytes(head).to_hex().to_string(), broken })
}

/// The hash of this row if it is the expected one.
fn next_link(row: &rusqlite::Row<'_>, (seq, head): (i64, &[u8; 32])) -> Result<Result<[u8; 32], BreakCause>> {
    if row.get::<_, i64>(0)? != seq {
        return Ok(Err(BreakCause::Missing));
    }
    if row.get::<_, Vec<u8>>(7)? != head {
        return Ok(Err(BreakCause::Unlinked));
    }
    let Ok(details) = RawValue::from_string(row.get(6)?) else { return Ok(Err(BreakCause::Changed)) };
    let stored = Chained {
        seq,
        at: row.get(1)?,
        actor: row.get(2)?,
        account: row.get::<_, Option<i64>>(3)?.map(AccountId),
        action: row.get(4)?,
        target: row.get(5)?,
        details,
    };
    let hash = stored.hash(head)?;
    Ok(if row.get::<_, Vec<u8>>(8)? == hash { Ok(hash) } else { Err(BreakCause::Changed) })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::store::System;
    use crate::test_world::World;

    fn world_with(rows: usize) -> World {
        let world = World::new();
        for index in 0..rows {
            let details = json!({ "z": 0.1 + 0.2, "a": [1e300, -0.0, 5e-324], "text": "\u{1f511}\"\\", "index": index });
            let entry = Entry::new(&Actor::System, "tested", index).details(details);
            world.store.write(entry, |_, _| Ok(())).unwrap();
        }
        world
    }

    fn verdict(world: &World) -> Verdict {
        world.reopened().read(verify).unwrap()
    }

    #[test]
    fn an_untouched_trail_holds_together() {
        assert_eq!(verdict(&World::new()), Verdict { rows: 0, head: "0".repeat(64), broken: None });
        let world = world_with(5);
        let five = verdict(&world);
        assert_eq!((five.rows, five.broken.clone()), (5, None));
        world.store.write(Entry::new(&Actor::System, "tested", 6), |_, _| Ok(())).unwrap();
        assert_ne!(verdict(&world).head, five.head);
    }

    #[test]
    fn every_change_of_a_row_is_found_at_that_row() {
        for change in [
            "at = at + 1",
            "actor = 'person'",
            "account = 1",
            "action = 'approved'",
            "target = target || ' '",
            "details = '{}'",
            "details = replace(details, 'index', 'INDEX')",
            "details = 'not json'",
            "hash = zeroblob(32)",
        ] {
            let world = world_with(4);
            let sql = format!("UPDATE audit SET {change} WHERE seq = 3");
            world.store.note(System("test"), |tx| Ok(tx.execute(&sql, [])?)).unwrap();
            let found = verdict(&world);
            let expected = Break { seq: 3, cause: BreakCause::Changed };
            assert_eq!((found.rows, found.broken), (2, Some(expected)), "{change}");
        }
    }

    #[test]
    fn a_row_that_is_gone_put_in_or_moved_is_found() {
        for (sql, seq, cause) in [
            ("DELETE FROM audit WHERE seq = 2", 2, BreakCause::Missing),
            ("DELETE FROM audit WHERE seq = 1", 1, BreakCause::Missing),
            (
                "DELETE FROM audit WHERE seq = 2; UPDATE audit SET seq = seq - 1 WHERE seq > 2",
                2,
                BreakCause::Unlinked,
            ),
            ("UPDATE audit SET previous = zeroblob(32) WHERE seq = 4", 4, BreakCause::Unlinked),
        ] {
            let world = world_with(5);
            world.store.note(System("test"), |tx| Ok(tx.execute_batch(sql)?)).unwrap();
            assert_eq!(verdict(&world).broken, Some(Break { seq, cause }), "{sql}");
        }
    }

    #[test]
    fn a_cut_tail_shows_in_the_head() {
        let world = world_with(5);
        let before = verdict(&world);
        world
            .store
            .note(System("test"), |tx| Ok(tx.execute("DELETE FROM audit WHERE seq = 5", [])?))
            .unwrap();
        let after = verdict(&world);
        assert_eq!((after.rows, after.broken.is_none(), after.head == before.head), (4, true, false));
    }
}
