//! Whether what a center keeps is as it was left: database, audit trail, rights, packages, plugin folder, plugins' data.
//! Looks and tells; mends nothing.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags};
use serde_json::json;
use spk::{Digest, HostFacts};

use crate::audit;
use crate::clock::UnixMs;
use crate::disk;
use crate::error::{Code, Error, ErrorView, Result};
use crate::folder::Mirror;
use crate::packages;
use crate::paths::Home;
use crate::secrets::Secrets;
use crate::store::Store;
use crate::views::{Area, ExaminedView};

/// With less room than this, in bytes, what a center has to do next is likely to be refused.
const LITTLE_ROOM: u64 = 64 << 20;

/// What is looked at.
pub struct Patient<'a> {
    /// Its home.
    pub home: &'a Home,
    /// Its database.
    pub store: &'a Store,
    /// Its stored passwords.
    pub secrets: &'a Secrets,
    /// Its plugin folder.
    pub mirror: &'a Mirror,
    /// The time.
    pub now: UnixMs,
}

/// How many things there are in an area, and what is wrong with some.
pub(crate) type Findings = (u64, Vec<Error>);

impl Patient<'_> {
    /// Looks at everything. `deep` reads each package whole, in the home and in the plugin folder, and compares it with
    /// what was verified; otherwise only what the system says of each file is.
    ///
    /// # Errors
    /// `database` or `internal` if the center cannot even be looked at.
    pub fn examine(&self, deep: bool) -> Result<Vec<ExaminedView>> {
        Ok(vec![
            examined(Area::Database, self.database()),
            examined(Area::AuditTrail, self.trail()?),
            examined(Area::Home, self.rights_and_room()),
            examined(Area::Packages, self.packages(deep)?),
            examined(Area::PluginFolder, self.mirror.examine(deep)?),
            examined(Area::PluginData, self.plugin_data()?),
            examined(Area::StoredPasswords, self.secrets.examine(self.store)?),
        ])
    }

    fn database(&self) -> Findings {
        let path = self.home.database();
        (1, must_be_sound(&path).err().into_iter().collect())
    }

    fn trail(&self) -> Result<Findings> {
        let verdict = audit::check(self.store, None)?;
        let broken = verdict.broken.map(|broken| {
            Error::new(Code::Database, format!("the audit trail is broken at row {}", broken.seq))
                .hint("`sprocket audit verify` says how. Compare with a backup that was kept elsewhere.")
        });
        Ok((verdict.rows.unsigned_abs(), broken.into_iter().collect()))
    }

    fn rights_and_room(&self) -> Findings {
        let keys = fs::read_dir(self.home.keys()).into_iter().flatten().flatten().map(|entry| entry.path());
        let private: Vec<_> =
            [self.home.root().to_owned(), self.home.keys()].into_iter().chain(keys).collect();
        let mut wrong: Vec<_> = private.iter().filter_map(|path| must_be_private(path).err()).collect();
        if let Some(free) = disk::free(self.home.root()).filter(|free| *free < LITTLE_ROOM) {
            wrong.push(disk::full(format_args!("{free} bytes are free")).details(json!({ "free": free })));
        }
        (private.len() as u64, wrong)
    }

    fn packages(&self, deep: bool) -> Result<Findings> {
        let snapshot = self.store.snapshot();
        let installed = |digest| snapshot.plugins.values().any(|facts| facts.digest == digest);
        let there = |digest: &Digest| installed(*digest) || self.home.package(digest).exists();
        let kept = packages::kept(self.store, self.now)?.into_iter().filter(|(digest, _)| there(digest));
        let kept: Vec<_> = kept.collect();
        let wrong = kept.iter().filter_map(|(digest, added_at)| {
            let path = self.home.package(digest);
            let time = Some(*added_at).filter(|_| deep);
            must_hold(&path, *digest, time).err()
        });
        Ok((kept.len() as u64, wrong.collect()))
    }

    fn plugin_data(&self) -> Result<Findings> {
        let folder = self.home.stores();
        let unreadable = |e| Error::io(format_args!("cannot read `{}`", folder.display()), &e);
        let entries =
            fs::read_dir(&folder).and_then(Iterator::collect::<Result<Vec<_>, _>>).map_err(unreadable)?;
        let stores: Vec<_> = entries.into_iter().map(|entry| entry.path()).collect();
        let stores: Vec<_> =
            stores.iter().filter(|path| path.extension().is_some_and(|e| e == "db")).collect();
        Ok((stores.len() as u64, stores.iter().filter_map(|path| must_be_sound(path).err()).collect()))
    }
}

fn examined(area: Area, (looked_at, wrong): Findings) -> ExaminedView {
    ExaminedView { area, looked_at, wrong: wrong.into_iter().map(ErrorView::from).collect() }
}

/// Asks SQLite, over a connection of its own so that nobody waits.
fn must_be_sound(path: &Path) -> Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let said = Connection::open_with_flags(path, flags)
        .and_then(|db| db.query_row("PRAGMA integrity_check(1)", [], |row| row.get::<_, String>(0)));
    let said = said.unwrap_or_else(|e| e.to_string());
    if said == "ok" {
        return Ok(());
    }
    Err(Error::new(Code::Database, format!("`{}` is not sound: {said}", path.display()))
        .hint("Restore a backup: `sprocket restore`."))
}

fn must_be_private(path: &Path) -> Result<()> {
    let meta = fs::symlink_metadata(path)
        .map_err(|e| Error::io(format_args!("cannot look at `{}`", path.display()), &e))?;
    if meta.permissions().mode() & 0o077 == 0 {
        return Ok(());
    }
    let message = format!("`{}` is open to others than its owner", path.display());
    let hint = format!("Make it private: `chmod go= '{}'`.", path.display());
    Err(Error::new(Code::HomeUnavailable, message).hint(hint))
}

/// Passes if a file is there and, read at the `time` when it was accepted, is signed and is the whole package.
///
/// # Errors
/// `stored_package_changed`.
pub(crate) fn must_hold(path: &Path, digest: Digest, time: Option<UnixMs>) -> Result<()> {
    let changed = |how: String| {
        Error::new(Code::StoredPackageChanged, format!("`{}` is not package {digest}: {how}", path.display()))
    };
    let file = File::open(path).map_err(|e| changed(e.to_string()))?;
    let Some(time) = time else { return Ok(()) };
    let host = HostFacts::of_this_build(Timestamp::from_millisecond(time).unwrap_or_default());
    let whole = spk::open(file)
        .and_then(|staged| staged.outside(&host, &mut |_| std::ops::ControlFlow::Continue(())));
    match whole {
        Ok(outside) if outside.digest == digest => Ok(()),
        Ok(outside) => Err(changed(format!("it is package {}", outside.digest))),
        Err(cause) => Err(changed(cause.to_string())),
    }
}
