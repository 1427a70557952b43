//! Making a backup beside a running center: SQLite files as one moment each, packages as they are.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use age::secrecy::SecretString;
use rusqlite::{Connection, OpenFlags};
use rustix::fs::{CWD, OFlags, RenameFlags, renameat_with};
use rustix::io::Errno;
use serde_json::json;
use zeroize::Zeroizing;

use super::entry::Kind;
use super::{CONTENTS, Contents, FORMAT, LeftOut, Listed, sealed};
use crate::actor::Actor;
use crate::audit::Entry;
use crate::clock::UnixMs;
use crate::error::{Code, Error, Result};
use crate::meta;
use crate::paths::Home;
use crate::secrets::{self, Secrets};
use crate::snapshot::stored;
use crate::store::Store;
use crate::views::BackupView;

/// The key of the secrets, wherever it lies in the center.
const KEY: &str = "keys/secrets.key";

/// What a backup is made of.
pub struct Whole<'a> {
    /// Where the center's files are.
    pub home: &'a Home,
    /// Its database.
    pub store: &'a Store,
    /// Its secrets, whose key may lie elsewhere.
    pub secrets: &'a Secrets,
}

/// What is wanted.
pub struct Make<'a> {
    /// Where the file is to be; never overwritten.
    pub path: &'a Path,
    /// Encrypts the file; only then it holds secrets and keys.
    pub passphrase: Option<SecretString>,
    /// The time.
    pub now: UnixMs,
}

/// Writes everything of a home into one file that only its owner can read, then puts it in its place.
///
/// # Errors
/// `not_a_superadmin`; `already_exists` if something lies at the path; `invalid_input` if its folder cannot be written;
/// `keyring_unavailable`, `secrets_key_lost` if the key belongs into it and is not to be had; `disk_full`, `database`.
pub fn make(of: &Whole<'_>, actor: &Actor, wish: &Make<'_>) -> Result<BackupView> {
    actor.must_manage()?;
    let part = Part::beside(wish.path)?;
    let with_secrets = wish.passphrase.is_some();
    let left_out = write(of, &part, wish)?;
    let bytes = fs::metadata(&part.0).map_err(|e| failed("read", &part.0, &e))?.len();
    part.place(wish.path)?;
    let entry = Entry::new(actor, "backup_made", wish.path.to_string_lossy());
    of.store.write(entry, |_, entry| {
        entry.set_details(json!({ "with_secrets": with_secrets, "bytes": bytes }));
        Ok(())
    })?;
    Ok(BackupView { path: wish.path.to_string_lossy().into(), bytes, with_secrets, left_out })
}

fn write(of: &Whole<'_>, part: &Part, wish: &Make<'_>) -> Result<Vec<LeftOut>> {
    let lost = |e: io::Error| failed("write", &part.0, &e);
    let file = part.create()?;
    match &wish.passphrase {
        Some(passphrase) => {
            let out = sealed::sealing(BufWriter::new(&file), passphrase).map_err(lost)?;
            let (out, left_out) = archive(of, (out, true), wish.now)?;
            out.finish().and_then(|mut inner| inner.flush()).map_err(lost)?;
            file.sync_all().map_err(lost)?;
            Ok(left_out)
        }
        None => {
            let (mut out, left_out) = archive(of, (BufWriter::new(&file), false), wish.now)?;
            out.flush().and_then(|()| file.sync_all()).map_err(lost)?;
            Ok(left_out)
        }
    }
}

fn archive<W: Write>(
    of: &Whole<'_>,
    (out, with_secrets): (W, bool),
    now: UnixMs,
) -> Result<(W, Vec<LeftOut>)> {
    let Whole { home, store, secrets } = *of;
    let room = tempfile::Builder::new().prefix("backup-").tempdir_in(home.staging());
    let room = room.map_err(|e| failed("write", &home.staging(), &e))?;
    let copies = room.path();
    let mut archive = Archive { tar: tar::Builder::new(out), files: Vec::new(), now };
    // The head may lag behind the rows, never lead them.
    archive.add_if_there(&home.audit_head(), "audit.head")?;
    let database = copies.join("center.db");
    copy_database(&home.database(), &database)?;
    let (key, left_out) = if with_secrets {
        (take_key(secrets, &database)?, Vec::new())
    } else {
        (None, leave_secrets_out(&database)?)
    };
    archive.add_if_there(&database, "center.db")?;
    for (path, name) in files_in(&home.packages(), "packages")? {
        archive.add_if_there(&path, &name)?;
    }
    for (path, name) in files_in(&home.stores(), "stores")? {
        let copy = copies.join("store.db");
        copy_database(&path, &copy)?;
        archive.add_if_there(&copy, &name)?;
        fs::remove_file(&copy).map_err(|e| failed("delete", &copy, &e))?;
    }
    archive.add_below(&home.data(), "data")?;
    if with_secrets {
        archive.add_if_there(&home.keys().join("packages.age"), "keys/packages.age")?;
        if let Some(key) = key {
            archive.add_bytes(&*key, KEY)?;
        }
    }
    let contents = Contents {
        format: FORMAT,
        product: env!("CARGO_PKG_VERSION").into(),
        center: meta::center_id(store)?,
        made_at: now,
        left_out: left_out.clone(),
        files: std::mem::take(&mut archive.files),
    };
    Ok((archive.finish(&contents)?, left_out))
}

/// The database as of one moment, without what was deleted from it.
pub(crate) fn copy_database(from: &Path, to: &Path) -> Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(from, flags)?;
    db.busy_timeout(std::time::Duration::from_secs(5))?;
    db.execute("VACUUM INTO ?1", [to.to_string_lossy()])?;
    Ok(())
}

/// The key that opens the secrets of a copy, which from now on expects it as a file of the home.
fn take_key(secrets: &Secrets, copy: &Path) -> Result<Option<Zeroizing<[u8; 32]>>> {
    let db = Connection::open(copy)?;
    let key = secrets.key_for_backup(&db)?;
    secrets::as_first_file(&db)?;
    Ok(key)
}

/// Takes secrets and sessions out of a copy; which secrets those were.
fn leave_secrets_out(copy: &Path) -> Result<Vec<LeftOut>> {
    let db = Connection::open(copy)?;
    db.pragma_update(None, "secure_delete", true)?;
    let mut query = db.prepare("SELECT plugin, field FROM secrets ORDER BY plugin, field")?;
    let rows = query.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    let left_out = rows.map(|row| {
        let (plugin, pointer) = row?;
        Ok(LeftOut { plugin: stored(&plugin)?, pointer })
    });
    let left_out: Vec<LeftOut> = left_out.collect::<Result<_>>()?;
    db.execute_batch("DELETE FROM secrets; DELETE FROM sessions;")?;
    secrets::as_first_file(&db)?;
    Ok(left_out)
}

/// The files of a folder that belong into a backup, with their names in it.
fn files_in(folder: &Path, name: &str) -> Result<Vec<(PathBuf, String)>> {
    let unreadable = |e: io::Error| failed("read", folder, &e);
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = format!("{name}/{}", entry.file_name().to_string_lossy());
        if Kind::of(Path::new(&name)).is_some() {
            files.push((entry.path(), name));
        }
    }
    files.sort();
    Ok(files)
}

struct Archive<W: Write> {
    tar: tar::Builder<W>,
    files: Vec<Listed>,
    now: UnixMs,
}

impl<W: Write> Archive<W> {
    /// Adds a regular file; links are not followed, and what is gone by now is left out.
    fn add_if_there(&mut self, path: &Path, name: &str) -> Result<()> {
        let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
        let file = match File::options().read(true).custom_flags(flags).open(path) {
            Ok(file) => file,
            Err(e)
                if e.kind() == io::ErrorKind::NotFound
                    || e.raw_os_error() == Some(Errno::LOOP.raw_os_error()) =>
            {
                return Ok(());
            }
            Err(e) => return Err(failed("read", path, &e)),
        };
        let about = file.metadata().map_err(|e| failed("read", path, &e))?;
        if !about.is_file() {
            return Ok(());
        }
        // A plugin may be writing: the size that was announced is what is written.
        let size = about.size();
        self.add(file.chain(io::repeat(0)), (name, size)).map_err(|e| failed("add", path, &e))
    }

    /// Adds what is no file of its own.
    fn add_bytes(&mut self, bytes: &[u8], name: &str) -> Result<()> {
        self.add(bytes, (name, bytes.len() as u64)).map_err(|e| failed("add", Path::new(name), &e))
    }

    fn add(&mut self, from: impl Read, (name, size): (&str, u64)) -> io::Result<()> {
        let mut read = Summed { of: from.take(size), sum: blake3::Hasher::new() };
        let mut header = self.header(size);
        self.tar.append_data(&mut header, name, &mut read)?;
        let blake3 = read.sum.finalize().to_hex().to_string();
        self.files.push(Listed { path: name.into(), bytes: size, blake3 });
        Ok(())
    }

    /// Adds what lies below a folder. Names that are not text are left out, as plugins make them without need.
    fn add_below(&mut self, folder: &Path, name: &str) -> Result<()> {
        let unreadable = |e: io::Error| failed("read", folder, &e);
        let mut entries: Vec<_> =
            fs::read_dir(folder).map_err(unreadable)?.collect::<io::Result<_>>().map_err(unreadable)?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let Some(name) = entry.file_name().to_str().map(|last| format!("{name}/{last}")) else {
                continue;
            };
            if entry.file_type().map_err(unreadable)?.is_dir() {
                self.add_below(&entry.path(), &name)?;
            } else if Kind::of(Path::new(&name)).is_some() {
                self.add_if_there(&entry.path(), &name)?;
            }
        }
        Ok(())
    }

    fn finish(mut self, contents: &Contents) -> Result<W> {
        let text = serde_json::to_vec(contents)?;
        let mut header = self.header(text.len() as u64);
        let written = self.tar.append_data(&mut header, CONTENTS, &text[..]);
        written.and_then(|()| self.tar.into_inner()).map_err(|e| Error::io("cannot write the backup", &e))
    }

    fn header(&self, size: u64) -> tar::Header {
        let mut header = tar::Header::new_gnu();
        header.set_size(size);
        header.set_mode(0o600);
        header.set_mtime(u64::try_from(self.now / 1000).unwrap_or_default());
        header
    }
}

/// Sums what is read through it.
struct Summed<R> {
    of: R,
    sum: blake3::Hasher,
}

impl<R: Read> Read for Summed<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let bytes = self.of.read(into)?;
        self.sum.update(&into[..bytes]);
        Ok(bytes)
    }
}

/// The file while it grows, hidden beside its place; deleted if it never gets there.
struct Part(PathBuf);

impl Part {
    fn beside(path: &Path) -> Result<Self> {
        let Some(name) = path.file_name().filter(|_| path.is_absolute()) else {
            let message = format!("`{}` is no full path of a file", path.display());
            return Err(Error::new(Code::InvalidInput, message));
        };
        if fs::symlink_metadata(path).is_ok() {
            return Err(there_already(path));
        }
        Ok(Self(path.with_file_name(format!(".{}.part", name.to_string_lossy()))))
    }

    fn create(&self) -> Result<File> {
        let made = File::options().write(true).create_new(true).mode(0o600).open(&self.0);
        made.map_err(|e| match failed("write", &self.0, &e) {
            full if full.code == Code::DiskFull => full,
            other => {
                Error::new(Code::InvalidInput, other.message).hint("Choose a folder that can be written.")
            }
        })
    }

    fn place(&self, path: &Path) -> Result<()> {
        match renameat_with(CWD, &self.0, CWD, path, RenameFlags::NOREPLACE) {
            Err(Errno::EXIST) => Err(there_already(path)),
            moved => moved.map_err(|e| failed("write", path, &e.into())),
        }
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn there_already(path: &Path) -> Error {
    Error::new(Code::AlreadyExists, format!("`{}` is there already", path.display()))
}

fn failed(attempt: &str, path: &Path, cause: &io::Error) -> Error {
    Error::io(format_args!("cannot {attempt} `{}`", path.display()), cause)
}
