//! What the plugin folder is right now: whether it is ours, and what lies in it. Opens nothing but the marker.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use rusqlite::Transaction;
use rustix::fs::OFlags;

use super::rows::Stamp;
use crate::error::{Code, Error, Result};
use crate::paths::private_folder;
use crate::store::{Store, System};

/// The file that says whose folder it is.
pub(crate) const MARKER: &str = ".sprocket-folder";
/// Under this key of `meta` stands that a folder was made once, so that a missing one is not silently replaced.
const MADE: &str = "plugin_folder_made";

/// Device and number of a folder: another one is another folder.
pub(crate) type Identity = (u64, u64);

/// One file, link, folder or the like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seen {
    /// When its bytes changed.
    pub stamp: Stamp,
    /// What it is.
    pub kind: Kind,
}

/// What lies under a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A file like any other, with a name that can be shown.
    File,
    /// A symbolic link.
    Link,
    /// A folder, FIFO, socket or device.
    Other,
    /// A file whose name is not UTF-8; known by its name written out.
    Unnameable,
}

/// All that lies in a folder that is believed.
#[derive(Debug, Default)]
pub(crate) struct Sight {
    /// By name; hidden files and `.part` files left out.
    pub files: BTreeMap<String, Seen>,
}

/// Makes the folder and its marker on the first start of this center. Later a missing one stays missing.
pub(crate) fn prepare(folder: &Path, center: &str, store: &Store) -> Result<()> {
    let made = store.read(|db| {
        Ok(db.query_row("SELECT count(*) FROM meta WHERE key = ?1", [MADE], |row| row.get::<_, i64>(0))? > 0)
    })?;
    if made {
        return Ok(());
    }
    mark(folder, center)?;
    store.note(System("the plugin folder was made"), |tx| {
        tx.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, '1')", [MADE])?;
        Ok(())
    })
}

/// The folder counts as never made.
pub(crate) fn forget_made(tx: &Transaction<'_>) -> Result<()> {
    tx.execute("DELETE FROM meta WHERE key = ?1", [MADE])?;
    Ok(())
}

/// Makes the folder, if it is missing, and its marker.
///
/// # Errors
/// `folder_unavailable` if the system refuses.
pub(crate) fn mark(folder: &Path, center: &str) -> Result<()> {
    let unavailable = |e: &dyn std::fmt::Display| {
        let message = format!("cannot mark `{}` as the plugin folder: {e}", folder.display());
        Error::new(Code::FolderUnavailable, message).hint("Look at what lies there, and at its rights.")
    };
    private_folder(folder).map_err(|e| unavailable(&e))?;
    let new = OpenOptions::new().write(true).create_new(true).mode(0o600).open(folder.join(MARKER));
    let marked = new.and_then(|mut marker| {
        marker.write_all(format!("{center}\n").as_bytes()).and_then(|()| marker.sync_all())
    });
    match marked {
        Err(e) if e.kind() != ErrorKind::AlreadyExists => Err(unavailable(&e)),
        _ => Ok(()),
    }
}

/// Passes if what lies under the folder's name is nobody else's plugin folder.
///
/// # Errors
/// `folder_unavailable`.
pub(crate) fn must_be_free(folder: &Path, center: &str) -> Result<()> {
    match read_marker(&folder.join(MARKER)) {
        Ok(marker) if marker != center => {
            let message = format!("`{}` is the plugin folder of another center", folder.display());
            Err(Error::new(Code::FolderUnavailable, message).hint("Move it away first."))
        }
        _ => Ok(()),
    }
}

/// Whether this is the folder of this center; else why it is not believed.
pub(crate) fn believe(folder: &Path, center: &str) -> Result<Identity, String> {
    let meta = fs::metadata(folder).map_err(|e| match e.kind() {
        ErrorKind::NotFound => "the folder is missing".to_owned(),
        _ => format!("the folder cannot be read: {e}"),
    })?;
    if !meta.is_dir() {
        return Err("there is no folder under its name".into());
    }
    let marker = read_marker(&folder.join(MARKER))?;
    if marker != center {
        return Err("the folder belongs to another center".into());
    }
    keep_private(folder, meta.mode())?;
    Ok((meta.dev(), meta.ino()))
}

/// Everything in the folder. It is believed before and after, so that nothing is listed of a folder that came between.
pub(crate) fn look(folder: &Path, center: &str) -> Result<(Identity, Sight), String> {
    let identity = believe(folder, center)?;
    let unreadable = |e: std::io::Error| format!("the folder cannot be read: {e}");
    let mut sight = Sight::default();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name();
        if is_ours(name.as_encoded_bytes()) {
            continue;
        }
        // What is gone again by now is not there.
        let Ok(meta) = entry.metadata() else { continue };
        let kind = kind_of(&meta.file_type());
        let (name, kind) = match name.into_string() {
            Ok(name) => (name, kind),
            Err(bytes) => (bytes.as_encoded_bytes().escape_ascii().to_string(), Kind::Unnameable),
        };
        sight.files.insert(name, Seen { stamp: Stamp::of(&meta), kind });
    }
    if believe(folder, center)? != identity {
        return Err("the folder was replaced while it was read".into());
    }
    Ok((identity, sight))
}

/// Whether changes in this folder reach us as events. Over a network or through FUSE others may change it unseen.
pub(crate) fn can_be_watched(folder: &Path) -> bool {
    const UNSEEN: [u64; 8] = [
        0x6969,      // NFS
        0x517b,      // SMB
        0xff53_4d42, // CIFS
        0xfe53_4d42, // SMB2
        0x6573_5546, // FUSE
        0x0102_1997, // 9P
        0x786f_4256, // VirtualBox
        0x00c3_6400, // Ceph
    ];
    let Ok(folder) = File::open(folder) else { return false };
    let kind = rustix::fs::fstatfs(&folder).map(|system| u64::try_from(system.f_type).unwrap_or_default());
    kind.is_ok_and(|kind| !UNSEEN.contains(&kind))
}

/// Hidden files, and files that some program is still writing under another name.
pub(crate) fn is_ours(name: &[u8]) -> bool {
    name.starts_with(b".") || name.ends_with(b".part")
}

fn kind_of(file: &fs::FileType) -> Kind {
    match file {
        file if file.is_file() => Kind::File,
        file if file.is_symlink() => Kind::Link,
        _ => Kind::Other,
    }
}

fn read_marker(path: &Path) -> Result<String, String> {
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    let marker = OpenOptions::new().read(true).custom_flags(flags).open(path);
    let marker = marker.map_err(|e| match e.kind() {
        ErrorKind::NotFound => format!("the folder has no `{MARKER}`"),
        _ => format!("`{MARKER}` cannot be read: {e}"),
    })?;
    let mut text = String::new();
    marker.take(256).read_to_string(&mut text).map_err(|e| format!("`{MARKER}` cannot be read: {e}"))?;
    Ok(text.trim_end().into())
}

fn keep_private(folder: &Path, mode: u32) -> Result<(), String> {
    if mode & 0o077 == 0 || fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).is_ok() {
        return Ok(());
    }
    if mode & 0o022 == 0 { Ok(()) } else { Err("others may write into the folder".into()) }
}
