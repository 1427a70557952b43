//! Bringing a backup back: unpacked and checked beside the home, then exchanged with it in one step. Nobody signs in
//! for this: whoever may write the home of a center may restore one.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use age::secrecy::SecretString;
use jiff::Timestamp;
use rusqlite::Connection;
use serde_json::json;

use super::Contents;
use super::room::Room;
use super::unpack::{damaged, look, newer, unpack};
use crate::actor::Actor;
use crate::audit::{self, Entry};
use crate::clock::{Clock, UnixMs};
use crate::disk;
use crate::error::{Code, Error, Result};
use crate::folder;
use crate::paths::{Home, private_folder};
use crate::store::{BEFORE_SHAPE, Store};
use crate::views::RestoredView;

/// What a center and its window make of themselves at a start, and what may be deleted where nobody lives.
const OWN: [&str; 14] = [
    "center.db",
    "center.db-wal",
    "center.db-shm",
    "audit.head",
    "control.sock",
    "window.json",
    "drafts",
    "plugins",
    "packages",
    "stores",
    "data",
    "logs",
    "backups",
    "keys",
];

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

/// A backup, unpacked beside a home and found good. Dropped, it leaves nothing.
pub struct Prepared {
    room: Room,
    root: PathBuf,
    contents: Contents,
    trail_whole: bool,
    switched_off: Vec<String>,
    replace: bool,
    now: UnixMs,
}

/// Puts what a backup holds in the place of what is in a home, all of it or nothing. A center that was there is kept
/// beside the home under another name.
///
/// # Errors
/// `center_running`; `already_initialised` if a center lives there and `replace` is not set; as [`prepare`];
/// `home_unavailable` if the home cannot be exchanged.
pub fn restore(home: &Home, wish: &Restore<'_>) -> Result<RestoredView> {
    let home = Home::at(found(home)?);
    let lock = home.lock()?;
    must_be_free(&home, wish.replace)?;
    prepare(&home, wish)?.take_place(&lock).map(|(_, view)| view)
}

/// Unpacks a backup beside the home, checks it as a center, and brings it up to date. Nothing in the home is touched, and
/// a center may be running there.
///
/// # Errors
/// `not_found`; `not_a_backup`, `backup_passphrase`, `backup_incomplete`, `backup_damaged`, `backup_newer`; `disk_full`;
/// `home_unavailable` if nothing can be written beside it.
pub fn prepare(home: &Home, wish: &Restore<'_>) -> Result<Prepared> {
    let root = found(home)?;
    let bytes = look(wish.path)?.bytes;
    let room = Room::beside(&root)?;
    disk::must_have(room.path(), bytes)?;
    let staged = Home::at(room.path());
    let contents = unpack(&staged, wish.path, wish.passphrase.as_ref())
        .map_err(|refused| disk::with_figures(refused, room.path(), bytes))?;
    let (trail_whole, switched_off) = adopt(&staged, &contents, wish)?;
    let (replace, now) = (wish.replace, wish.clock.now());
    Ok(Prepared { room, root, contents, trail_whole, switched_off, replace, now })
}

impl Prepared {
    /// Takes the place of the home, whose lock is held and in which nothing is open. The lock of what is there now.
    ///
    /// # Errors
    /// `already_initialised` if somebody lives there, and is not to be put aside; `home_unavailable`. Then the home is as
    /// it was.
    pub fn take_place(self, _held: &File) -> Result<(File, RestoredView)> {
        let home = Home::at(&self.root);
        let lived_in = must_be_free(&home, self.replace)?;
        let aside = (lived_in || holds_more(&home)).then(|| aside(&self.root, self.now));
        let lock = self.room.take_place_of(&self.root, aside.as_deref())?;
        let view = RestoredView {
            home: self.root.to_string_lossy().into(),
            made_at: self.contents.made_at,
            product: self.contents.product,
            left_out: self.contents.left_out,
            switched_off: self.switched_off,
            trail_whole: self.trail_whole,
            put_aside: aside.map(|path| path.to_string_lossy().into()),
        };
        Ok((lock, view))
    }
}

/// The home's folder, made if it was missing, by the path that leads to it without links.
fn found(home: &Home) -> Result<PathBuf> {
    let root = home.root();
    private_folder(root)?;
    fs::canonicalize(root).map_err(|e| Error::io(format_args!("cannot find `{}`", root.display()), &e))
}

/// Whether a center lives there that is to be put aside.
fn must_be_free(home: &Home, replace: bool) -> Result<bool> {
    let lived_in = is_lived_in(home)?;
    if lived_in && !replace {
        let message = format!("a center lives in `{}` already", home.root().display());
        let hint = "Name another home with `--home`, or agree with `--replace` that this one is put aside.";
        return Err(Error::new(Code::AlreadyInitialised, message).hint(hint));
    }
    Ok(lived_in)
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

/// Whether somebody put something there: a file of their own, a package, a backup.
fn holds_more(home: &Home) -> bool {
    let strange = |name: &OsStr| !OWN.iter().any(|own| name == *own);
    let put_in = |name: &OsStr| !name.to_string_lossy().starts_with('.');
    let kept = |name: &OsStr| !name.to_string_lossy().starts_with(BEFORE_SHAPE);
    has(home.root(), strange) || has(&home.plugins(), put_in) || has(&home.backups(), kept)
}

fn has(folder: &Path, such: impl Fn(&OsStr) -> bool) -> bool {
    fs::read_dir(folder).into_iter().flatten().any(|entry| entry.map_or(true, |e| such(&e.file_name())))
}

/// Where what was there is kept.
fn aside(root: &Path, now: UnixMs) -> PathBuf {
    let at = Timestamp::from_millisecond(now).unwrap_or_default().strftime("%Y%m%d-%H%M%S").to_string();
    let name = root.file_name().unwrap_or_default().to_string_lossy().into_owned();
    root.with_file_name(format!("{name}.replaced-{at}"))
}

/// Checks what was unpacked as a center, brings it up to date and puts on record where it comes from. Plugins that lack
/// a secret now are off. Whether the audit trail is whole, and which plugins those are.
fn adopt(staged: &Home, contents: &Contents, wish: &Restore<'_>) -> Result<(bool, Vec<String>)> {
    if !staged.database().exists() {
        return Err(damaged("it has no database"));
    }
    let store = Store::open(staged, Arc::clone(&wish.clock)).map_err(|e| match e.code {
        Code::DatabaseNewer => newer(&contents.product),
        _ => e,
    })?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_that_does_not_fit_is_refused_with_both_figures_before_anything_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("large.backup");
        fs::write(&path, "center.db\0").unwrap();
        // Without taking any room.
        File::options().write(true).open(&path).unwrap().set_len(1 << 42).unwrap();
        let home = Home::at(folder.path().join("home"));
        let clock = Arc::new(crate::clock::SystemClock);
        let wish = Restore { path: &path, passphrase: None, replace: false, clock };
        let refused = prepare(&home, &wish).map(|_| ()).unwrap_err();
        assert_eq!(refused.code, Code::DiskFull);
        assert!(refused.details["needs"].as_u64() > refused.details["free"].as_u64(), "{refused:?}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "the file and the home");
    }

    #[test]
    fn what_somebody_put_into_a_home_is_told_from_what_a_start_leaves() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path());
        home.create().unwrap();
        drop(Store::open(&home, Arc::new(crate::clock::SystemClock)).unwrap());
        fs::create_dir(home.plugins()).unwrap();
        fs::write(home.plugins().join(".sprocket-folder"), "an id").unwrap();
        fs::write(home.root().join("window.json"), "{}").unwrap();
        assert!(!holds_more(&home));
        for put in [home.plugins().join("a.spk"), home.backups().join("b"), home.root().join("letter.txt")] {
            fs::write(&put, "mine").unwrap();
            assert!(holds_more(&home), "{}", put.display());
            fs::remove_file(put).unwrap();
        }
    }
}
