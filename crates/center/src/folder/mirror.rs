//! Keeps one file per installed plugin in the plugin folder, `<id>.v<version>.spk`. A row says what is about to happen
//! before it happens, so that a crash is repaired and the watcher meets nothing unknown. Blocks; installs nothing.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{OptionalExtension, Transaction};
use rustix::fs::{CWD, RenameFlags, renameat_with};
use spk::{Digest, PluginId};

use super::ledger::Ledger;
use super::peek::peek;
use super::rows::{self, Row, Stamp, Verdict};
use super::sight::{self, Kind, believe};
use crate::clock::{Clock, UnixMs};
use crate::error::{Code, Error, Result};
use crate::events::Bus;
use crate::paths::Home;
use crate::store::Store;

/// The longest name that leaves room for the hidden one under which a file is written.
const MAX_NAME: usize = 240;

/// The plugin folder as the center writes to it.
pub struct Mirror {
    home: Home,
    center: String,
    /// What the folder's marker has to say.
    owner: Mutex<String>,
    ledger: Ledger,
    /// One act at a time.
    acts: Mutex<()>,
    /// Names that an act is placing right now.
    busy: Mutex<HashSet<String>>,
}

/// An installed package whose file belongs into the folder.
#[derive(Debug, Clone)]
pub struct Placed {
    /// Which plugin.
    pub plugin: PluginId,
    /// Its version, for the file's name.
    pub version: String,
    /// The package; its bytes are in the home's `packages`.
    pub digest: Digest,
    /// The name of a file in the folder that holds these bytes already; it is renamed instead of copied.
    pub already_at: Option<String>,
}

/// What a mirror works with.
pub struct MirrorParts {
    /// Where packages and the plugin folder are.
    pub home: Home,
    /// Where rows are kept.
    pub store: Arc<Store>,
    /// Where changes are told.
    pub bus: Bus,
    /// The time of what is told.
    pub clock: Arc<dyn Clock>,
    /// The center's id, as the folder's marker says it.
    pub center: String,
}

/// Notes, in the transaction that installs a package, which file is to be placed and which are to go: what is cut off
/// after it is done by the next start.
///
/// # Errors
/// `database`.
pub(crate) fn note_due(tx: &Transaction<'_>, placed: &Placed, at: UnixMs) -> Result<()> {
    due_rows(rows::load(tx)?, placed).iter().try_for_each(|row| rows::keep(tx, row, at).map(drop))
}

/// Has the folder made anew at the next start of a center, with the files that it had of what is installed.
///
/// # Errors
/// `database`.
pub(crate) fn place_all_anew(tx: &Transaction<'_>, at: UnixMs) -> Result<()> {
    sight::forget_made(tx)?;
    for row in rows::load(tx)? {
        if matches!(row.verdict, Verdict::Installed | Verdict::Placing) {
            rows::keep(tx, &Row { stamp: Stamp::default(), verdict: Verdict::Placing, ..row }, at)?;
        } else {
            rows::forget(tx, &row.name)?;
        }
    }
    Ok(())
}

/// The row of the file to be placed, then those of the plugin's files that go.
fn due_rows(rows: Vec<Row>, placed: &Placed) -> Vec<Row> {
    let name = file_name(placed);
    let goes = |row: &Row| {
        row.name != name
            && row.plugin.as_ref() == Some(&placed.plugin)
            && row.digest != Some(placed.digest)
            && matches!(row.verdict, Verdict::Installed | Verdict::Removing)
    };
    let going = rows.into_iter().filter(goes).map(|row| Row { verdict: Verdict::Removing, ..row });
    let placing = Row {
        name: name.clone(),
        stamp: Stamp::default(),
        digest: Some(placed.digest),
        plugin: Some(placed.plugin.clone()),
        verdict: Verdict::Placing,
    };
    [placing].into_iter().chain(going).collect()
}

impl Mirror {
    /// The mirror of this home, whose folder is made at the first start of this center.
    #[must_use]
    pub fn new(parts: MirrorParts) -> Self {
        let MirrorParts { home, store, bus, clock, center } = parts;
        let ledger = Ledger { store, bus, clock };
        let owner = sight::prepare(&home.plugins(), &center, &ledger.store).unwrap_or_else(|error| {
            tracing::warn!(%error, "the plugin folder could not be made");
            String::new()
        });
        let owner = Mutex::new(owner);
        Self { home, center, owner, ledger, acts: Mutex::default(), busy: Mutex::default() }
    }

    /// Puts the file of an installed package into the folder, and takes away the plugin's other installed ones.
    /// A folder that is not believed is left alone; [`Self::repair`] does it once the folder is back.
    ///
    /// # Errors
    /// `database`; `internal` if a file cannot be written, then the row still says `placing` and the next repair
    /// tries again. The installed plugin is not touched by it.
    pub fn place(&self, placed: &Placed) -> Result<()> {
        let _act = lock(&self.acts);
        let name = file_name(placed);
        let _busy = self.be_busy(&name);
        let mut rows = due_rows(self.ledger.rows()?, placed);
        self.ledger.keep(&rows)?;
        if self.believed() {
            let row = rows.swap_remove(0);
            self.put(row, placed.already_at.as_deref())?;
            self.take_away(&rows)?;
        }
        Ok(())
    }

    /// Puts the file of an installed package back, whose version the store knows.
    ///
    /// # Errors
    /// As [`Self::place`]; `not_found` if the package is not known.
    pub fn put_back(&self, plugin: &PluginId, digest: Digest) -> Result<()> {
        let query = "SELECT version FROM packages WHERE digest = ?1";
        let version = self.ledger.store.read(|db| {
            Ok(db.query_row(query, [digest.to_string()], |row| row.get::<_, String>(0)).optional()?)
        })?;
        let version = version
            .ok_or_else(|| Error::new(Code::NotFound, format!("no package of `{plugin}` is stored")))?;
        self.place(&Placed { plugin: plugin.clone(), version, digest, already_at: None })
    }

    /// Takes away the files of a plugin that is installed no more.
    ///
    /// # Errors
    /// `database`; `internal` if a file cannot be deleted.
    pub fn remove(&self, plugin: &PluginId) -> Result<()> {
        let _act = lock(&self.acts);
        let rows = self.rows_of(plugin)?.into_iter();
        let rows: Vec<_> = rows.map(|row| Row { verdict: Verdict::Removing, ..row }).collect();
        self.ledger.keep(&rows)?;
        if self.believed() { self.take_away(&rows) } else { Ok(()) }
    }

    /// Forgets the files of a plugin that was uninstalled because somebody took them away. What lies there by now is
    /// a new file, put there meanwhile.
    ///
    /// # Errors
    /// `database`.
    pub fn forget(&self, plugin: &PluginId) -> Result<()> {
        let _act = lock(&self.acts);
        self.rows_of(plugin)?.iter().try_for_each(|row| self.ledger.forget(&row.name))
    }

    fn rows_of(&self, plugin: &PluginId) -> Result<Vec<Row>> {
        let ours = |row: &Row| {
            row.plugin.as_ref() == Some(plugin)
                && matches!(row.verdict, Verdict::Installed | Verdict::Placing)
        };
        Ok(self.ledger.rows()?.into_iter().filter(ours).collect())
    }

    /// Carries out what was begun before a crash, or while the folder was away.
    ///
    /// # Errors
    /// `database`. A file that cannot be written is left for the next time.
    pub fn repair(&self) -> Result<()> {
        let _act = lock(&self.acts);
        for row in self.ledger.rows()? {
            let repaired = match row.verdict {
                Verdict::Placing => self.place_again(row),
                Verdict::Removing => self.take_away(&[row]),
                _ => Ok(()),
            };
            if let Err(error) = repaired {
                tracing::warn!(%error, "a file of the plugin folder could not be repaired");
            }
        }
        Ok(())
    }

    /// The names of files that are being placed.
    pub(crate) fn busy(&self) -> HashSet<String> {
        lock(&self.busy).clone()
    }

    pub(crate) fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.home.plugins()
    }

    /// What the folder's marker has to say.
    pub(crate) fn owner(&self) -> String {
        lock(&self.owner).clone()
    }

    /// Makes the folder anew; every file that it had of what is installed is placed at the next repair.
    ///
    /// # Errors
    /// `folder_unavailable`, `database`.
    pub(crate) fn renew(&self) -> Result<()> {
        let installed = |row: &Row| row.verdict == Verdict::Installed;
        let rows = self.ledger.rows()?.into_iter().filter(installed);
        let rows: Vec<Row> = rows.map(|row| Row { verdict: Verdict::Placing, ..row }).collect();
        // Before the folder can be believed: what it lacks then is to be placed, not gone.
        self.ledger.keep(&rows)?;
        let owner = sight::renew(&self.folder(), &self.center, &self.ledger.store)?;
        *lock(&self.owner) = owner;
        Ok(())
    }

    fn believed(&self) -> bool {
        believe(&self.folder(), &self.owner()).is_ok()
    }

    fn be_busy<'a>(&'a self, name: &str) -> Busy<'a> {
        lock(&self.busy).insert(name.into());
        Busy { names: &self.busy, name: name.into() }
    }

    fn place_again(&self, row: Row) -> Result<()> {
        let _busy = self.be_busy(&row.name);
        let target = self.folder().join(&row.name);
        if row.digest.is_none() || self.installed(&row)? != row.digest {
            remove_if_there(&part_of(&target))?;
            return self.ledger.forget(&row.name);
        }
        let there = peek(&target).map(|peek| peek.digest) == row.digest;
        let already_at = there.then(|| row.name.clone());
        self.put(row, already_at.as_deref())
    }

    fn installed(&self, row: &Row) -> Result<Option<Digest>> {
        let snapshot = self.ledger.store.snapshot();
        Ok(row.plugin.as_ref().and_then(|plugin| snapshot.plugins.get(plugin)).map(|facts| facts.digest))
    }

    /// Makes the file of a row be there, then says so.
    fn put(&self, row: Row, already_at: Option<&str>) -> Result<()> {
        let Some(digest) = row.digest else { return Ok(()) };
        let (folder, source) = (self.folder(), self.home.package(&digest));
        let target = folder.join(&row.name);
        let failed = |e: io::Error| Error::io(format_args!("cannot write `{}`", target.display()), &e);
        let said = already_at.filter(|name| holds(&folder, name, &source)).map(str::to_owned);
        let there = said.or(self.unsettled(&row, digest)?);
        let there = there.as_deref();
        if there != Some(&row.name) {
            make_way(&target).map_err(failed)?;
        }
        match there {
            Some(name) if name == row.name => {}
            Some(name) => match fs::rename(folder.join(name), &target) {
                Err(e) if e.kind() == ErrorKind::NotFound => return self.put(row, None),
                renamed => renamed.map_err(failed)?,
            },
            None => copy(&source, &target).map_err(failed)?,
        }
        sync(&folder).map_err(failed)?;
        let stamp = Stamp::of(&fs::symlink_metadata(&target).map_err(failed)?);
        let row = Row { stamp, verdict: Verdict::Installed, ..row };
        match there {
            Some(name) if name != row.name => self.ledger.rename(name, &row),
            _ => self.ledger.keep(std::slice::from_ref(&row)),
        }
    }

    /// A file with the bytes to be placed that has no verdict yet, as what a package was installed from is left under
    /// another name: by whoever renamed it meanwhile, or by a crash before it got the mirror's name.
    fn unsettled(&self, row: &Row, digest: Digest) -> Result<Option<String>> {
        let folder = self.folder();
        let rows = self.ledger.rows()?;
        let settled = |name: &str| {
            rows.iter().any(|row| {
                row.name == name && row.digest == Some(digest) && row.verdict == Verdict::Installed
            })
        };
        let Ok((_, sight)) = sight::look(&folder, &self.owner()) else { return Ok(None) };
        let source = self.home.package(&digest);
        let files = sight.files.into_iter().filter(|(_, seen)| seen.kind == Kind::File);
        let mut names = files.map(|(name, _)| name).filter(|name| *name != row.name && !settled(name));
        Ok(names.find(|name| {
            holds(&folder, name, &source)
                && peek(&folder.join(name)).is_some_and(|peek| peek.digest == digest)
        }))
    }

    /// Deletes the files of these rows, if they still are what the rows say, and forgets them.
    fn take_away(&self, rows: &[Row]) -> Result<()> {
        let folder = self.folder();
        for row in rows {
            let path = folder.join(&row.name);
            let failed = |e: io::Error| Error::io(format_args!("cannot delete `{}`", path.display()), &e);
            let same = fs::symlink_metadata(&path).is_ok_and(|meta| Stamp::of(&meta).same_bytes(&row.stamp));
            if same || peek(&path).is_some_and(|peek| Some(peek.digest) == row.digest) {
                remove_if_there(&path)?;
                sync(&folder).map_err(failed)?;
            }
            self.ledger.forget(&row.name)?;
        }
        Ok(())
    }
}

/// Marks a name as being placed, until dropped.
struct Busy<'a> {
    names: &'a Mutex<HashSet<String>>,
    name: String,
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        lock(self.names).remove(&self.name);
    }
}

/// The name under which people find a package.
fn file_name(placed: &Placed) -> String {
    let name = format!("{}.v{}.spk", placed.plugin, placed.version);
    if name.len() <= MAX_NAME {
        name
    } else {
        format!("{}.{}.spk", &placed.plugin, &placed.digest.to_string()[..32])
    }
}

/// Whether a file of the folder is as long as the package that it was installed from.
fn holds(folder: &Path, name: &str, package: &Path) -> bool {
    let plain = Path::new(name).file_name().is_some_and(|last| last == name);
    let length =
        |path: &Path| fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file).map(|meta| meta.len());
    plain && length(&folder.join(name)).is_some_and(|have| Some(have) == length(package))
}

/// What somebody put under the name of a file that is to be placed gets a name beside it; nothing is overwritten.
fn make_way(target: &Path) -> io::Result<()> {
    let stem = target.file_stem().unwrap_or_default().to_string_lossy();
    for number in 2_u32.. {
        if matches!(fs::symlink_metadata(target), Err(e) if e.kind() == ErrorKind::NotFound) {
            break;
        }
        let beside = target.with_file_name(format!("{stem} ({number}).spk"));
        match rename_if_free(target, &beside) {
            Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
            moved => return moved,
        }
    }
    Ok(())
}

fn rename_if_free(from: &Path, to: &Path) -> io::Result<()> {
    Ok(renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE)?)
}

fn copy(source: &Path, target: &Path) -> io::Result<()> {
    let part = part_of(target);
    let copied = copy_to(source, &part).and_then(|()| fs::rename(&part, target));
    if copied.is_err() {
        let _ = fs::remove_file(&part);
    }
    copied
}

fn copy_to(source: &Path, part: &Path) -> io::Result<()> {
    match fs::remove_file(part) {
        Err(e) if e.kind() != ErrorKind::NotFound => return Err(e),
        _ => {}
    }
    let mut from = File::open(source)?;
    let mut to = OpenOptions::new().write(true).create_new(true).mode(0o600).open(part)?;
    io::copy(&mut from, &mut to)?;
    to.sync_all()
}

fn part_of(target: &Path) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    target.with_file_name(format!(".{name}.part"))
}

fn remove_if_there(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != ErrorKind::NotFound => {
            Err(Error::io(format_args!("cannot delete `{}`", path.display()), &e))
        }
        _ => Ok(()),
    }
}

fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
