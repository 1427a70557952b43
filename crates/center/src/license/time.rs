//! The time that licenses are judged by: it never goes back. Knows no license.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use rusqlite::{OptionalExtension, params};

use crate::clock::{Clock, UnixMs};
use crate::error::Result;
use crate::store::{Store, System};

/// So far behind the latest time seen a clock counts as set back, in milliseconds: 1 hour.
pub const TOLERATED: UnixMs = 60 * 60 * 1000;
/// The stored mark may lag so far behind, in milliseconds: 10 minutes.
const KEEP_EVERY: UnixMs = 10 * 60 * 1000;
const KEY: &str = "latest_time";

/// The computer's clock, and the latest time that it ever showed.
pub struct LatestTime {
    clock: Arc<dyn Clock>,
    seen: AtomicI64,
    kept: AtomicI64,
}

impl LatestTime {
    /// Goes on from what the center saw before it ended.
    ///
    /// # Errors
    /// `database`.
    pub fn open(store: &Store, clock: Arc<dyn Clock>) -> Result<Self> {
        let query = "SELECT value FROM meta WHERE key = ?1";
        let text: Option<String> =
            store.read(|db| Ok(db.query_row(query, [KEY], |row| row.get(0)).optional()?))?;
        let kept = text.and_then(|text| text.parse().ok()).unwrap_or_default();
        Ok(Self { clock, seen: AtomicI64::new(kept), kept: AtomicI64::new(kept) })
    }

    /// The time; never earlier than it was before.
    pub fn now(&self) -> UnixMs {
        let now = self.clock.now();
        self.seen.fetch_max(now, Ordering::Relaxed).max(now)
    }

    /// The latest time seen, if the clock is more than an hour behind it.
    pub fn set_back(&self) -> Option<UnixMs> {
        let latest = self.now();
        (latest - self.clock.now() > TOLERATED).then_some(latest)
    }

    /// Stores the latest time, if the stored one lags; `now`: at once.
    ///
    /// # Errors
    /// `database`.
    pub fn keep(&self, store: &Store, at_once: bool) -> Result<()> {
        let (latest, kept) = (self.now(), self.kept.load(Ordering::Relaxed));
        if latest - kept < KEEP_EVERY && !(at_once && latest > kept) {
            return Ok(());
        }
        self.write(store, latest)
    }

    /// The clock is right after all: its time is the latest from now on.
    ///
    /// # Errors
    /// `database`.
    pub fn believe_clock(&self, store: &Store) -> Result<()> {
        let now = self.clock.now();
        self.write(store, now)?;
        self.seen.store(now, Ordering::Relaxed);
        Ok(())
    }

    fn write(&self, store: &Store, latest: UnixMs) -> Result<()> {
        store.note(System("the latest time seen"), |tx| {
            tx.execute(
                "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                params![KEY, latest.to_string()],
            )?;
            Ok(())
        })?;
        self.kept.store(latest, Ordering::Relaxed);
        Ok(())
    }
}
