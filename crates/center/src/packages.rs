//! Verified packages in `packages/`, and their libraries in sealed memory, where nobody can change them between check and load.

use std::fs::{self, File};
use std::io::Write;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use rusqlite::params;
use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, memfd_create};
use rustix::io::Errno;
use spk::{Digest, EntryTable, StoredPackage};

use crate::clock::UnixMs;
use crate::encryption::Opener;
use crate::error::{Code, Error, Result};
use crate::paths::Home;
use crate::store::Store;

/// The platform whose libraries this computer loads.
pub const TARGET: &str =
    if cfg!(target_arch = "aarch64") { "aarch64-unknown-linux-gnu" } else { "x86_64-unknown-linux-gnu" };

/// How often sealing is tried; each try waits by itself.
const SEAL_TRIES: usize = 20;

/// Libraries, ready to be handed to a host.
#[derive(Debug)]
pub struct Libraries {
    home: Home,
    /// The one that was checked last, kept for a start that is likely to follow at once.
    ready: Mutex<Option<(Digest, OwnedFd)>>,
}

impl Libraries {
    /// Of the packages of this home.
    #[must_use]
    pub fn new(home: Home) -> Self {
        Self { home, ready: Mutex::new(None) }
    }

    /// Keeps a library that was just checked.
    pub fn keep(&self, digest: Digest, library: OwnedFd) {
        *self.ready.lock().unwrap_or_else(PoisonError::into_inner) = Some((digest, library));
    }

    /// Gives back the memory of a library that nobody came for.
    pub fn forget(&self) {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// Gives back the memory of this library: its host has it.
    pub fn release(&self, digest: Digest) {
        let mut ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        ready.take_if(|(kept, _)| *kept == digest);
    }

    /// The library of an installed package, compared with what was verified.
    ///
    /// # Errors
    /// `stored_package_changed` if the file in `packages/` is gone or differs.
    pub fn of(&self, store: &Store, digest: Digest) -> Result<OwnedFd> {
        let kept = self.ready.lock().unwrap_or_else(PoisonError::into_inner).take();
        match kept {
            Some((kept, library)) if kept == digest => Ok(library),
            _ => self.read(store, digest),
        }
    }

    fn read(&self, store: &Store, digest: Digest) -> Result<OwnedFd> {
        let (package, library) = open(&self.home, store, digest)?;
        let library = |memory: &mut dyn Write| package.inflate(&library, memory).map(drop);
        fill(memory()?, library).map_err(|cause| changed(digest, &cause))
    }
}

/// An installed package and the path of its library for this platform.
///
/// # Errors
/// `stored_package_changed` if the file is gone or differs.
pub fn open(home: &Home, store: &Store, digest: Digest) -> Result<(StoredPackage, String)> {
    let package = stored(home, store, digest)?;
    let snapshot = store.snapshot();
    let manifest = snapshot.plugins.values().find(|facts| facts.digest == digest);
    let library = manifest.and_then(|facts| facts.package.manifest.library_for(TARGET));
    let library = library
        .ok_or_else(|| Error::internal(format_args!("package {digest} has no library for {TARGET}")))?;
    Ok((package, library.to_owned()))
}

/// A package that was accepted once, with the records of that time.
///
/// # Errors
/// `stored_package_changed` if the file is gone or cannot be opened.
pub fn stored(home: &Home, store: &Store, digest: Digest) -> Result<StoredPackage> {
    let table: String = store.read(|db| {
        let query = "SELECT entries FROM packages WHERE digest = ?1";
        Ok(db.query_row(query, params![digest.to_string()], |row| row.get(0))?)
    })?;
    let table: EntryTable = serde_json::from_str(&table)?;
    let opener = Opener::of(home);
    let opened = StoredPackage::open(&home.package(&digest), table, opener.identity().as_deref());
    opened.map_err(|cause| match cause {
        spk::Error::NotForThisCenter => {
            let message = format!("the key that opens the stored package {digest} is gone");
            let error = opener.explain(spk::Error::NotForThisCenter);
            if error.code == Code::EncryptionKeyUnusable {
                error
            } else {
                Error::new(Code::EncryptionKeyUnusable, message)
            }
        }
        cause => changed(digest, &cause),
    })
}

fn changed(digest: Digest, cause: &dyn std::fmt::Display) -> Error {
    Error::new(Code::StoredPackageChanged, format!("the stored package {digest} cannot be used: {cause}"))
}

/// Memory for a library, empty.
///
/// # Errors
/// The system's refusal.
pub fn memory() -> Result<File> {
    let memory = memfd_create("library", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING).map_err(refused)?;
    Ok(memory.into())
}

/// The memory with what `library` writes, sealed against every change.
///
/// # Errors
/// What `library` returns, or the system's refusal.
pub fn fill(
    mut memory: File,
    library: impl FnOnce(&mut dyn Write) -> Result<(), spk::Error>,
) -> Result<OwnedFd> {
    library(&mut memory)?;
    seal(memory.as_fd()).map_err(refused)?;
    Ok(memory.into())
}

/// Seals memory that nobody has mapped. The kernel may hold on to some of its pages for a moment when there is much to
/// do; it gives up waiting for them after a fifth of a second (`memfd_wait_for_pins`), which is too soon.
fn seal(memory: BorrowedFd<'_>) -> Result<(), Errno> {
    let seals = SealFlags::SEAL | SealFlags::SHRINK | SealFlags::GROW | SealFlags::WRITE;
    let busy = |sealed: &Result<(), Errno>| *sealed == Err(Errno::BUSY);
    let mut tries = std::iter::repeat_with(|| fcntl_add_seals(memory, seals)).take(SEAL_TRIES);
    tries.find(|sealed| !busy(sealed)).unwrap_or(Err(Errno::BUSY))
}

fn refused(cause: Errno) -> Error {
    Error::io("cannot keep the library in memory", &cause.into())
}

/// Makes renames in a folder durable.
///
/// # Errors
/// `internal` naming the folder.
pub fn sync_folder(folder: &Path) -> Result<()> {
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|e| Error::io(format_args!("cannot write `{}` to the disk", folder.display()), &e))
}

/// For so long after an uninstall a plugin's package is kept to be put back.
pub const RETURNS_WITHIN: UnixMs = 30 * 24 * 60 * 60 * 1000;

/// So many versions before the installed one can be gone back to.
const EARLIER_VERSIONS: i64 = 3;

/// The packages whose files are kept, each with when it was accepted.
///
/// # Errors
/// `database`.
pub(crate) fn kept(store: &Store, now: UnixMs) -> Result<Vec<(Digest, UnixMs)>> {
    store.read(|db| {
        let mut query = db.prepare(
            "SELECT digest, added_at FROM (
               SELECT k.digest, k.added_at, row_number() OVER (
                 PARTITION BY k.plugin
                 ORDER BY k.digest = coalesce(p.digest, p.last_digest) DESC, k.added_at DESC, k.release DESC
               ) AS place
               FROM packages k JOIN plugins p ON p.id = k.plugin
               WHERE p.digest IS NOT NULL OR coalesce(p.uninstalled_at, ?1) > ?1 - ?2
             ) WHERE place <= ?3",
        )?;
        let of = [now, RETURNS_WITHIN, 1 + EARLIER_VERSIONS];
        let rows = query.query_map(of, |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
        rows.map(|row| {
            row.map_err(Error::from).and_then(|(digest, at)| Ok((crate::snapshot::stored(&digest)?, at)))
        })
        .collect()
    })
}

/// Removes files of packages that nobody needs any more: what an interrupted install left, what belongs to a plugin of
/// which nothing is kept, and what was uninstalled long ago.
///
/// # Errors
/// `database`, or `internal` naming the folder.
pub fn sweep(home: &Home, store: &Store, now: UnixMs) -> Result<()> {
    let known: Vec<String> = kept(store, now)?.iter().map(|(digest, _)| digest.to_string()).collect();
    let unreadable = |e: std::io::Error| Error::io("cannot read the packages folder", &e);
    for entry in fs::read_dir(home.packages()).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        if path.extension().is_some_and(|e| e == "spk") && !known.iter().any(|digest| *digest == stem) {
            fs::remove_file(&path).map_err(unreadable)?;
        }
    }
    for entry in fs::read_dir(home.staging()).map_err(unreadable)? {
        fs::remove_file(entry.map_err(unreadable)?.path()).map_err(unreadable)?;
    }
    Ok(())
}
