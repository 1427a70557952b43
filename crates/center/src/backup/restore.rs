//! Bringing a backup back: unpacked and checked beside the home, then exchanged with it in one step. Nobody signs in
//! for this: whoever may write the home of a center may restore one.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use age::secrecy::SecretString;
use jiff::Timestamp;
use rusqlite::Connection;
use rustix::fs::{CWD, RenameFlags, renameat_with};
use serde_json::json;

use super::entry::Kind;
use super::{CONTENTS, Contents, ENCRYPTED, FORMAT, Listed};
use crate::actor::Actor;
use crate::audit::{self, Entry};
use crate::clock::Clock;
use crate::error::{Code, Error, Result};
use crate::folder;
use crate::paths::{Home, private_folder};
use crate::store::Store;
use crate::views::RestoredView;

/// The most bytes of `backup.json`.
const MAX_CONTENTS: u64 = 64 << 20;

/// What is wanted.
pub struct Restore<'a> {
    /// The backup.
    pub path: &'a Path,
    /// What it was encrypted with.
    pub passphrase: Option<SecretString>,
    /// Agree that a center that lives in the home already is put aside.
    pub replace: bool,
    /// The time of what is recorded.
    pub clock: Arc<dyn Clock>,
}

/// Puts what a backup holds in the place of what is in a home, all of it or nothing. A center that was there is kept
/// beside the home under another name.
///
/// # Errors
/// `center_running`; `already_initialised` if a center lives there and `replace` is not set; `backup_passphrase`,
/// `backup_damaged`; `database_newer`; `disk_full`; `home_unavailable` if the home cannot be exchanged.
pub fn restore(home: &Home, wish: &Restore<'_>) -> Result<RestoredView> {
    let root = home.root();
    private_folder(root)?;
    let root = fs::canonicalize(root)
        .map_err(|e| Error::io(format_args!("cannot find `{}`", root.display()), &e))?;
    // Held to the end; what is exchanged afterwards has a lock of its own.
    let home = Home::at(&root);
    let _lock = home.lock()?;
    let lived_in = is_lived_in(&home)?;
    if lived_in && !wish.replace {
        let message = format!("a center lives in `{}` already", root.display());
        let hint = "Name another home with `--home`, or agree with `--replace` that this one is put aside.";
        return Err(Error::new(Code::AlreadyInitialised, message).hint(hint));
    }
    let room = beside(&root)?;
    let staged = Home::at(room.path());
    let contents = unpack(&staged, wish)?;
    let (trail_whole, switched_off) = adopt(&staged, &contents, wish)?;
    let put_aside = exchange(room, &root, lived_in, wish.clock.now())?;
    Ok(RestoredView {
        home: root.to_string_lossy().into(),
        made_at: contents.made_at,
        product: contents.product,
        left_out: contents.left_out,
        switched_off,
        trail_whole,
        put_aside: put_aside.map(|path| path.to_string_lossy().into()),
    })
}

/// Whether somebody's center is there, and not only what a first start leaves.
fn is_lived_in(home: &Home) -> Result<bool> {
    if !home.database().exists() {
        return Ok(false);
    }
    let db = Connection::open(home.database())?;
    let accounts = db.query_row("SELECT count(*) FROM accounts", [], |row| row.get::<_, i64>(0));
    // What cannot be read is not to be lost either.
    Ok(accounts.map_or(true, |accounts| accounts > 0))
}

/// A folder beside the home, on its disk, that goes again unless it takes the home's place.
fn beside(root: &Path) -> Result<tempfile::TempDir> {
    let parent = root.parent().unwrap_or(root);
    let room = tempfile::Builder::new().prefix(".sprocket-restore-").tempdir_in(parent);
    room.map_err(|e| {
        Error::new(Code::HomeUnavailable, format!("cannot write beside `{}`: {e}", root.display()))
    })
}

fn unpack(into: &Home, wish: &Restore<'_>) -> Result<Contents> {
    let unreadable = |e: io::Error| Error::io(format_args!("cannot read `{}`", wish.path.display()), &e);
    let mut file = BufReader::new(File::open(wish.path).map_err(unreadable)?);
    let mut begins = [0; ENCRYPTED.len()];
    let read = fill(&mut file, &mut begins).map_err(unreadable)?;
    let whole = io::Cursor::new(begins[..read].to_vec()).chain(file);
    match (begins == ENCRYPTED, &wish.passphrase) {
        (false, _) => entries(into, whole),
        (true, None) => Err(Error::new(Code::BackupPassphrase, "the backup is encrypted with a passphrase")),
        (true, Some(passphrase)) => entries(into, decrypted(whole, passphrase)?),
    }
}

fn decrypted(file: impl Read, passphrase: &SecretString) -> Result<impl Read> {
    let wrong = |_| Error::new(Code::BackupPassphrase, "the passphrase does not open this backup");
    let age =
        age::Decryptor::new(file).map_err(|e| damaged(format_args!("its beginning is not readable: {e}")))?;
    let identity = age::scrypt::Identity::new(passphrase.clone());
    age.decrypt(std::iter::once(&identity as &dyn age::Identity)).map_err(wrong)
}

/// Writes every entry to its place, and passes only if they are what the last one lists.
fn entries(into: &Home, file: impl Read) -> Result<Contents> {
    into.create()?;
    let mut tar = tar::Archive::new(file);
    let mut files = Vec::new();
    let mut contents = None;
    for entry in tar.entries().map_err(|e| not_read(&e))? {
        let mut entry = entry.map_err(|e| not_read(&e))?;
        let path = entry.path().map_err(|e| not_read(&e))?.into_owned();
        if contents.is_some() {
            return Err(damaged("something follows its list of contents"));
        }
        if path == Path::new(CONTENTS) {
            contents = Some(read_contents(&mut entry)?);
        } else if entry.header().entry_type().is_file() && Kind::of(&path).is_some() {
            files.push(write(&into.root().join(&path), &path, &mut entry)?);
        } else {
            return Err(damaged(format_args!("`{}` does not belong into a backup", path.display())));
        }
    }
    let contents: Contents = contents.ok_or_else(|| damaged("its end is missing"))?;
    if contents.files != files {
        return Err(damaged("it does not hold what it lists"));
    }
    Ok(contents)
}

fn read_contents(entry: &mut impl Read) -> Result<Contents> {
    let mut text = Vec::new();
    entry.take(MAX_CONTENTS).read_to_end(&mut text).map_err(|e| not_read(&e))?;
    #[derive(serde::Deserialize)]
    struct Format {
        format: u32,
    }
    let format: Format =
        serde_json::from_slice(&text).map_err(|e| damaged(format_args!("its list of contents: {e}")))?;
    if format.format > FORMAT {
        let message =
            format!("the backup has layout {}, this version of Sprocket knows {FORMAT}", format.format);
        return Err(Error::new(Code::DatabaseNewer, message));
    }
    serde_json::from_slice(&text).map_err(|e| damaged(format_args!("its list of contents: {e}")))
}

fn write(to: &Path, path: &Path, entry: &mut impl Read) -> Result<Listed> {
    let failed = |e: io::Error| Error::io(format_args!("cannot write `{}`", to.display()), &e);
    if let Some(folder) = to.parent() {
        private_folder(folder)?;
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to).map_err(failed)?;
    let (mut sum, mut bytes, mut block) = (blake3::Hasher::new(), 0, vec![0; 64 << 10]);
    loop {
        let read = entry.read(&mut block).map_err(|e| not_read(&e))?;
        if read == 0 {
            break;
        }
        file.write_all(&block[..read]).map_err(failed)?;
        sum.update(&block[..read]);
        bytes += read as u64;
    }
    file.sync_all().map_err(failed)?;
    Ok(Listed { path: path.to_string_lossy().into(), bytes, blake3: sum.finalize().to_hex().to_string() })
}

/// Checks what was unpacked as a center, brings it up to date and puts on record where it comes from. Plugins that lack
/// a secret now are off. Whether the audit trail is whole, and which plugins those are.
fn adopt(staged: &Home, contents: &Contents, wish: &Restore<'_>) -> Result<(bool, Vec<String>)> {
    if !staged.database().exists() {
        return Err(damaged("it has no database"));
    }
    let store = Store::open(staged, Arc::clone(&wish.clock))?;
    store.read(must_be_sound)?;
    let trail_whole = audit::check(&store, None)?.broken.is_none();
    let entry = Entry::new(&Actor::System, "backup_restored", contents.center.as_str());
    store.write(entry, |tx, entry| {
        folder::place_all_anew(tx, wish.clock.now())?;
        tx.execute("DELETE FROM sessions", [])?;
        let mut switched_off = Vec::new();
        for left_out in &contents.left_out {
            let off = "UPDATE plugins SET wanted = 0, revision = revision + 1 WHERE id = ?1 AND wanted = 1";
            if tx.execute(off, [left_out.plugin.as_str()])? > 0 {
                switched_off.push(left_out.plugin.to_string());
            }
        }
        entry.set_details(json!({ "made_at": contents.made_at, "switched_off": switched_off }));
        Ok((trail_whole, switched_off))
    })
}

fn must_be_sound(db: &Connection) -> Result<()> {
    let said: String = db.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    let strangers: i64 =
        db.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0))?;
    match (said.as_str(), strangers) {
        ("ok", 0) => Ok(()),
        _ => Err(damaged(format_args!("its database is not sound: {said}"))),
    }
}

/// The unpacked home takes the place of the home in one step; where the center went that was there.
fn exchange(room: tempfile::TempDir, root: &Path, lived_in: bool, now: i64) -> Result<Option<PathBuf>> {
    let failed = |e: rustix::io::Errno| {
        let message = format!("`{}` cannot be exchanged: {}", root.display(), io::Error::from(e));
        Error::new(Code::HomeUnavailable, message)
            .hint("A home that is a disk of its own cannot be; restore into a folder on it.")
    };
    renameat_with(CWD, room.path(), CWD, root, RenameFlags::EXCHANGE).map_err(failed)?;
    let parent = root.parent().unwrap_or(root);
    let synced = File::open(parent).and_then(|parent| parent.sync_all());
    synced.map_err(|e| Error::io(format_args!("cannot write `{}`", parent.display()), &e))?;
    if !lived_in {
        return Ok(None);
    }
    let old = room.keep();
    let at = Timestamp::from_millisecond(now).unwrap_or_default().strftime("%Y%m%d-%H%M%S").to_string();
    let name = root.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let aside = root.with_file_name(format!("{name}.replaced-{at}"));
    match renameat_with(CWD, &old, CWD, &aside, RenameFlags::NOREPLACE) {
        Ok(()) => Ok(Some(aside)),
        Err(_) => Ok(Some(old)),
    }
}

fn fill(from: &mut impl Read, into: &mut [u8]) -> io::Result<usize> {
    let mut read = 0;
    while read < into.len() {
        match from.read(&mut into[read..])? {
            0 => break,
            more => read += more,
        }
    }
    Ok(read)
}

fn not_read(cause: &io::Error) -> Error {
    damaged(format_args!("it cannot be read to its end: {cause}"))
}

fn damaged(how: impl std::fmt::Display) -> Error {
    Error::new(Code::BackupDamaged, format!("this is no whole backup: {how}"))
}
