//! The one way to `center.db`: open, read, write. No change without its audit entry or a stated reason.
//! After each commit the snapshot that calls are decided on is replaced, before the writer answers.

mod migrate;

pub(crate) use migrate::BEFORE_SHAPE;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use crate::audit::{self, Entry, Head};
use crate::clock::{Clock, UnixMs};
use crate::error::Result;
use crate::paths::Home;
use crate::snapshot::{self, Known, Snapshot};

/// `center.db`, opened.
pub struct Store {
    writer: Mutex<Connection>,
    reader: Mutex<Connection>,
    stale: Arc<AtomicBool>,
    snapshot: ArcSwap<Snapshot>,
    known: Known,
    clock: Arc<dyn Clock>,
    audit_head: PathBuf,
}

/// Why a change has no audit entry: it is bookkeeping of the center itself.
#[derive(Debug, Clone, Copy)]
pub struct System(pub &'static str);

impl Store {
    /// Opens the database of this home, creating or migrating it.
    ///
    /// # Errors
    /// `database_newer` if a later version wrote it; `database` with SQLite's cause.
    pub fn open(home: &Home, clock: Arc<dyn Clock>) -> Result<Self> {
        let mut writer = connect(&home.database())?;
        migrate::migrate(&mut writer, &home.backups())?;
        let stale = Arc::new(AtomicBool::new(false));
        watch_tables(&mut writer, Arc::clone(&stale))?;
        let reader = connect(&home.database())?;
        reader.pragma_update(None, "query_only", true)?;
        let known = Known::default();
        let snapshot = ArcSwap::from_pointee(snapshot::load(&writer, &known)?);
        let (writer, reader) = (Mutex::new(writer), Mutex::new(reader));
        Ok(Self { writer, reader, stale, snapshot, known, clock, audit_head: home.audit_head() })
    }

    /// Lets go of the database's files, once what is being read and written is done. Everything fails from then on.
    ///
    /// # Errors
    /// `database`.
    pub fn close(&self) -> Result<()> {
        for connection in [&self.writer, &self.reader] {
            *lock(connection) = Connection::open_in_memory()?;
        }
        Ok(())
    }

    /// The facts that calls are decided on, as of the last commit.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// The time that its entries get.
    pub fn now(&self) -> UnixMs {
        self.clock.now()
    }

    /// Reads.
    ///
    /// # Errors
    /// What `query` returns.
    pub fn read<T>(&self, query: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        query(&lock(&self.reader))
    }

    /// Changes something and records who did it, in one transaction. `change` may complete the entry (a new id, before and after).
    ///
    /// # Errors
    /// What `change` returns (then nothing was changed), or `database`.
    pub fn write<T>(
        &self,
        entry: Entry,
        change: impl FnOnce(&Transaction<'_>, &mut Entry) -> Result<T>,
    ) -> Result<T> {
        let mut entry = entry;
        self.commit(|tx| {
            let value = change(tx, &mut entry)?;
            Ok((value, Some(audit::append(tx, &entry, self.clock.now())?)))
        })
    }

    /// Puts on record what changed nothing; the same entry within this many milliseconds is counted, not told again.
    ///
    /// # Errors
    /// `database`.
    pub fn record(&self, entry: &Entry, together: UnixMs) -> Result<()> {
        let now = self.clock.now();
        self.commit(|tx| match audit::repeat(tx, entry, now - together)? {
            true => Ok(((), None)),
            false => Ok(((), Some(audit::append(tx, entry, now)?))),
        })
    }

    /// Changes the center's own bookkeeping, which is nobody's act.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub fn note<T>(&self, why: System, change: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        tracing::trace!(why = why.0, "bookkeeping");
        self.commit(|tx| Ok((change(tx)?, None)))
    }

    /// The picture as it is, and as it would be after a change that is not made.
    ///
    /// # Errors
    /// What `change` returns, or `database`.
    pub fn rehearse(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> Result<()>,
    ) -> Result<(Arc<Snapshot>, Snapshot)> {
        blocking(|| {
            let mut writer = lock(&self.writer);
            let tx = Transaction::new(&mut writer, TransactionBehavior::Immediate)?;
            change(&tx)?;
            Ok((self.snapshot(), snapshot::load(&tx, &self.known)?))
        })
    }

    /// The picture as it is inside a change that is not committed yet.
    ///
    /// # Errors
    /// `database`.
    pub fn within(&self, tx: &Transaction<'_>) -> Result<Snapshot> {
        snapshot::load(tx, &self.known)
    }

    /// The head of the audit trail as it is kept beside the database.
    ///
    /// # Errors
    /// `invalid_input` if it is no head; `home_unavailable` if it can't be read.
    pub fn kept_head(&self) -> Result<Option<Head>> {
        Head::kept(&self.audit_head)
    }

    /// Makes a change; `change` says where the audit trail ends then, if it grew.
    fn commit<T>(&self, change: impl FnOnce(&Transaction<'_>) -> Result<(T, Option<Head>)>) -> Result<T> {
        blocking(|| {
            let mut writer = lock(&self.writer);
            let tx = Transaction::new(&mut writer, TransactionBehavior::Immediate)?;
            let (value, head) = change(&tx)?;
            tx.commit()?;
            if let Some(Err(cause)) = head.map(|head| head.keep(&self.audit_head)) {
                // What was done is done; a head that lags behind is no fault.
                tracing::warn!(%cause, file = %self.audit_head.display(), "the head of the audit trail is not kept");
            }
            if self.stale.swap(false, Ordering::Relaxed) {
                self.snapshot.store(Arc::new(snapshot::load(&writer, &self.known)?));
            }
            Ok(value)
        })
    }
}

/// Runs what takes its time at a disk or a processor; tells the runtime so, where there is one.
pub(crate) fn blocking<T>(work: impl FnOnce() -> T) -> T {
    use tokio::runtime::{Handle, RuntimeFlavor};
    match Handle::try_current() {
        Ok(runtime) if runtime.runtime_flavor() == RuntimeFlavor::MultiThread => {
            tokio::task::block_in_place(work)
        }
        _ => work(),
    }
}

fn connect(path: &Path) -> Result<Connection> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    Ok(connection)
}

/// Notices which transactions touch what the snapshot is made of.
fn watch_tables(writer: &mut Connection, stale: Arc<AtomicBool>) -> Result<()> {
    writer.update_hook(Some(move |_: rusqlite::hooks::Action, _: &str, table: &str, _: i64| {
        if snapshot::TABLES.contains(&table) {
            stale.store(true, Ordering::Relaxed);
        }
    }))?;
    Ok(())
}

/// A panic while holding the lock cannot leave half a change: the transaction is rolled back when it is dropped.
fn lock(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}
