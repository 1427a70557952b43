//! What the plugin folder is right now: whether it is ours, and what lies in it. Opens nothing but the marker.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use rusqlite::{OptionalExtension, Transaction};
use rustix::fs::OFlags;

use super::rows::Stamp;
use crate::error::{Code, Error, Result};
use crate::paths::private_folder;
use crate::store::{Store, System};

/// The file that says whose folder it is.
pub(crate) const MARKER: &str = ".sprocket-folder";
/// Under this key of `meta` stands which folder was made, so that a missing one is not silently replaced.
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

/// Makes the folder and its marker on the first start of this center. Later a missing one stays missing. What its
/// marker has to say.
pub(crate) fn prepare(folder: &Path, center: &str, store: &Store) -> Result<String> {
    let made = store.read(|db| {
        let query = "SELECT value FROM meta WHERE key = ?1";
        Ok(db.query_row(query, [MADE], |row| row.get::<_, String>(0)).optional()?)
    })?;
    if let Some(id) = made {
        return Ok(marker(center, &id));
    }
    private_folder(folder).map_err(|e| not_marked(folder, &e))?;
    let there = read_marker(&folder.join(MARKER)).ok();
    let known = there.as_deref().and_then(|there| there.strip_prefix(center)?.strip_prefix(' '));
    let id = known.map_or_else(new_id, |known| Ok(known.to_owned()))?;
    if there.is_none() {
        mark(folder, &marker(center, &id))?;
    }
    keep_made(store, &id)?;
    Ok(marker(center, &id))
}

/// Makes the folder anew, or takes over what lies under its name; any other that was ours is not believed any more.
/// What its marker says.
///
/// # Errors
/// `folder_unavailable` if it is another center's, or the system refuses; `database`.
pub(crate) fn renew(folder: &Path, center: &str, store: &Store) -> Result<String> {
    match read_marker(&folder.join(MARKER)) {
        Ok(there) if there.split(' ').next() != Some(center) => {
            let message = format!("`{}` is the plugin folder of another center", folder.display());
            return Err(Error::new(Code::FolderUnavailable, message).hint("Move it away first."));
        }
        _ => {}
    }
    let id = new_id()?;
    keep_made(store, &id)?;
    private_folder(folder).map_err(|e| not_marked(folder, &e))?;
    mark(folder, &marker(center, &id))?;
    Ok(marker(center, &id))
}

/// Which of the folders that were ever ours is meant: below a disk that is not mounted may lie an older one.
fn marker(center: &str, id: &str) -> String {
    format!("{center} {id}")
}

fn new_id() -> Result<String> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(|e| Error::internal(format_args!("no random numbers: {e}")))?;
    Ok(format!("{:016x}", u64::from_be_bytes(bytes)))
}

fn keep_made(store: &Store, id: &str) -> Result<()> {
    store.note(System("the plugin folder was made"), |tx| {
        tx.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)", [MADE, id])?;
        Ok(())
    })
}

/// The folder counts as never made.
pub(crate) fn forget_made(tx: &Transaction<'_>) -> Result<()> {
    tx.execute("DELETE FROM meta WHERE key = ?1", [MADE])?;
    Ok(())
}

/// Writes the marker, whole or not at all.
fn mark(folder: &Path, text: &str) -> Result<()> {
    let (part, place) = (folder.join(format!("{MARKER}.part")), folder.join(MARKER));
    let written = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part);
    let written = written.and_then(|mut marker| {
        marker.write_all(format!("{text}\n").as_bytes()).and_then(|()| marker.sync_all())
    });
    written.and_then(|()| fs::rename(&part, &place)).map_err(|e| not_marked(folder, &e))
}

fn not_marked(folder: &Path, cause: &dyn std::fmt::Display) -> Error {
    let message = format!("cannot mark `{}` as the plugin folder: {cause}", folder.display());
    Error::new(Code::FolderUnavailable, message).hint("Look at what lies there, and at its rights.")
}

/// Whether this is the folder whose marker says `owner`; else why it is not believed.
pub(crate) fn believe(folder: &Path, owner: &str) -> Result<Identity, String> {
    let meta = fs::metadata(folder).map_err(|e| match e.kind() {
        ErrorKind::NotFound => "the folder is missing".to_owned(),
        _ => format!("the folder cannot be read: {e}"),
    })?;
    if !meta.is_dir() {
        return Err("there is no folder under its name".into());
    }
    let marker = read_marker(&folder.join(MARKER))?;
    if marker.split(' ').next() != owner.split(' ').next() {
        return Err("the folder belongs to another center".into());
    }
    if marker != owner {
        return Err("the folder is another than the one that was used last".into());
    }
    keep_private(folder, meta.mode())?;
    Ok((meta.dev(), meta.ino()))
}

/// Everything in the folder. It is believed before and after, so that nothing is listed of a folder that came between.
pub(crate) fn look(folder: &Path, owner: &str) -> Result<(Identity, Sight), String> {
    let identity = believe(folder, owner)?;
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
    if believe(folder, owner)? != identity {
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
