//! The chain of the trail, its head beside the database, and what became of both.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::str::FromStr;

use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use ts_rs::TS;

use crate::actor::AccountId;
use crate::clock::UnixMs;
use crate::error::{Code, Error, Result};
use crate::store::Store;

fn link(previous: &[u8], row: &[u8]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key("sprocket audit row v1");
    hasher.update(previous);
    hasher.update(row);
    *hasher.finalize().as_bytes()
}

/// What the chain is made of. Details are the very text that was stored: parsing could change a number's spelling, and so the hash.
#[derive(Serialize)]
pub(super) struct Chained {
    pub(super) seq: i64,
    pub(super) at: UnixMs,
    pub(super) actor: String,
    pub(super) account: Option<AccountId>,
    pub(super) action: String,
    pub(super) target: String,
    pub(super) details: Box<RawValue>,
}

impl Chained {
    /// BLAKE3 over the previous hash and this row's JSON.
    pub(super) fn hash(&self, previous: &[u8]) -> Result<[u8; 32]> {
        Ok(link(previous, &serde_json::to_vec(self)?))
    }
}

/// The end of the trail at some moment, written `SEQ:HASH` with the hash as lower-case hex. A copy of it kept elsewhere
/// shows later whether rows were cut off or written anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Head {
    /// The number of the last row; 0 before the first.
    pub seq: i64,
    /// Its hash.
    pub hash: [u8; 32],
}

impl std::fmt::Display for Head {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.seq, blake3::Hash::from_bytes(self.hash).to_hex())
    }
}

impl From<Head> for String {
    fn from(head: Head) -> Self {
        head.to_string()
    }
}

impl TryFrom<String> for Head {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl FromStr for Head {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let parts = text.trim().split_once(':').and_then(|(seq, hash)| {
            let hash = blake3::Hash::from_hex(hash).ok()?;
            Some(Self { seq: seq.parse().ok()?, hash: *hash.as_bytes() })
        });
        let unreadable = || Error::new(Code::InvalidInput, format!("`{text}` is no head of an audit trail"));
        parts.ok_or_else(|| unreadable().hint("write it as `sprocket audit verify` showed it: `SEQ:HASH`"))
    }
}

impl Head {
    /// Replaces the copy beside the database.
    pub(crate) fn keep(&self, file: &Path) -> std::io::Result<()> {
        let part = file.with_extension("part");
        let mut written = File::create(&part)?;
        writeln!(written, "{self}")?;
        drop(written);
        fs::rename(part, file)
    }

    /// The copy beside the database; `None` if there is none.
    ///
    /// # Errors
    /// `invalid_input` if it is not a head; `home_unavailable` if it can't be read.
    pub(crate) fn kept(file: &Path) -> Result<Option<Self>> {
        match fs::read_to_string(file) {
            Ok(text) => text.parse().map(Some),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) => {
                Err(Error::new(Code::HomeUnavailable, format!("cannot read `{}`: {e}", file.display())))
            }
        }
    }
}

/// What became of the trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(rename = "AuditVerdict")]
pub struct Verdict {
    /// How many rows hold together, from the first on.
    pub rows: i64,
    /// The end of these.
    #[ts(type = "string")]
    pub head: Head,
    /// How many kept heads it was held against. Without any, a tail that was cut off can't be seen.
    pub heads: usize,
    /// The first row that does not fit.
    pub broken: Option<Break>,
}

/// Where the chain breaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(rename = "AuditBreak")]
pub struct Break {
    /// The number of the row that should be there.
    pub seq: i64,
    /// What is wrong with it.
    pub cause: BreakCause,
}

/// What is wrong with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "AuditBreakCause")]
pub enum BreakCause {
    /// A row is gone.
    Missing,
    /// It does not follow the row before.
    Unlinked,
    /// Its contents are not what was recorded.
    Changed,
    /// It was the last, or before the last, when a head was kept; now the trail ends before it.
    Cut,
    /// The chain holds, but is another than when a head was kept.
    Rewritten,
}

/// Reads the whole trail, recomputes its chain, and holds it against heads that were kept: a trail may have grown since,
/// never shrunk.
///
/// # Errors
/// `database`.
pub fn verify(db: &Connection, kept: &[Head]) -> Result<Verdict> {
    let mut query = db.prepare(
        "SELECT seq, at, actor, account, action, target, details, previous, hash FROM audit ORDER BY seq",
    )?;
    let mut rows = query.query([])?;
    let mut head = Head { seq: 0, hash: [0; 32] };
    let verdict = |head: Head, broken| Verdict { rows: head.seq, head, heads: kept.len(), broken };
    while let Some(row) = rows.next()? {
        let seq = head.seq + 1;
        let was_other = |hash: &[u8; 32]| kept.iter().any(|kept| kept.seq == seq && kept.hash != *hash);
        let cause = match next_link(row, (seq, &head.hash))? {
            Ok(hash) if was_other(&hash) => BreakCause::Rewritten,
            Ok(hash) => {
                head = Head { seq, hash };
                continue;
            }
            Err(cause) => cause,
        };
        return Ok(verdict(head, Some(Break { seq, cause })));
    }
    let cut = kept.iter().any(|kept| kept.seq > head.seq);
    let broken = cut.then_some(Break { seq: head.seq + 1, cause: BreakCause::Cut });
    Ok(verdict(head, broken))
}

/// [`verify`] of a center, against the head that it keeps itself and one that was kept elsewhere.
///
/// # Errors
/// As [`verify`] and [`Head::kept`].
pub fn check(store: &Store, elsewhere: Option<Head>) -> Result<Verdict> {
    // Read first: a row that is added meanwhile is no fault.
    let kept: Vec<_> = store.kept_head()?.into_iter().chain(elsewhere).collect();
    store.read(|db| verify(db, &kept))
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
    use crate::actor::Actor;
    use crate::audit::Entry;
    use crate::store::System;
    use crate::test_world::World;

    fn world_with(rows: usize) -> World {
        let world = World::new();
        for index in 0..rows {
            let details = json!({ "z": 0.1 + 0.2, "a": [1e300, -0.0, 5e-324], "text": "\u{1f511}\"\\", "index": index });
            let entry = Entry::new(&Actor::System, "settings_changed", index).details(details);
            world.store.write(entry, |_, _| Ok(())).unwrap();
        }
        world
    }

    fn verdict(world: &World) -> Verdict {
        world.store.read(|db| verify(db, &[])).unwrap()
    }

    #[test]
    fn an_untouched_trail_holds_together() {
        let empty = Verdict { rows: 0, head: Head { seq: 0, hash: [0; 32] }, heads: 0, broken: None };
        assert_eq!(verdict(&World::new()), empty);
        let world = world_with(5);
        let five = verdict(&world);
        assert_eq!((five.rows, five.broken.clone()), (5, None));
        world.store.write(Entry::new(&Actor::System, "settings_changed", 6), |_, _| Ok(())).unwrap();
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
    fn a_trail_that_was_cut_or_written_anew_is_found_by_a_kept_head() {
        let world = world_with(5);
        let file = world.home.audit_head();
        let kept = Head::kept(&file).unwrap().expect("each row replaces the head");
        assert_eq!(kept, verdict(&world).head);
        let against = |kept: Head| world.store.read(|db| verify(db, &[kept])).unwrap().broken;
        assert_eq!(against(kept), None);
        world
            .store
            .note(System("test"), |tx| Ok(tx.execute("DELETE FROM audit WHERE seq = 5", [])?))
            .unwrap();
        assert_eq!(verdict(&world).broken, None, "the rest holds together");
        assert_eq!(against(kept), Some(Break { seq: 5, cause: BreakCause::Cut }));
        world.store.write(Entry::new(&Actor::System, "settings_changed", "another"), |_, _| Ok(())).unwrap();
        assert_eq!(against(kept), Some(Break { seq: 5, cause: BreakCause::Rewritten }));
    }

    #[test]
    fn a_head_that_lags_behind_is_no_fault() {
        let world = world_with(3);
        let early = Head::kept(&world.home.audit_head()).unwrap().unwrap();
        world.store.write(Entry::new(&Actor::System, "settings_changed", 4), |_, _| Ok(())).unwrap();
        assert_eq!(world.store.read(|db| verify(db, &[early])).unwrap().broken, None);
    }

    #[test]
    fn a_head_is_read_as_it_is_written_and_nothing_else_is() {
        let head = Head { seq: 12, hash: [0xab; 32] };
        assert_eq!(head.to_string().parse::<Head>().unwrap(), head);
        for wrong in ["", "12", "12:ab", &format!("x{head}"), &format!("{head}0")] {
            assert_eq!(wrong.parse::<Head>().unwrap_err().code, Code::InvalidInput, "{wrong}");
        }
    }
}
