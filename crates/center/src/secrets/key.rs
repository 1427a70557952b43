//! The 32-byte key that seals secrets, and its place as a file that only its owner can read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use zeroize::Zeroizing;

use crate::error::{Code, Error, Result};

/// The key, wiped when it is dropped.
pub(super) type Key = Zeroizing<[u8; 32]>;

/// What stands between a key's name and the random end of a name that is not its own yet.
const DRAFT: &str = ".part-";

/// A new key.
///
/// # Errors
/// `internal` if the computer gives no random numbers.
pub(super) fn random() -> Result<Key> {
    let mut key = Key::new([0; 32]);
    getrandom::fill(&mut *key).map_err(|e| Error::internal(format_args!("no random numbers: {e}")))?;
    Ok(key)
}

/// The key in a file; `None` if there is no file.
///
/// # Errors
/// `secrets_unreadable` if the file is not a private file of 32 bytes; `internal` if it cannot be read.
pub(super) fn read(path: &Path) -> Result<Option<Key>> {
    match File::open(path) {
        Ok(file) => read_from(&file, path).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed("read", path, &error)),
    }
}

/// The key in a file, made now if there is no file. Of two that make one at the same time, both use the one that was first.
///
/// # Errors
/// As [`read`] and [`write`].
pub(super) fn read_or_make(path: &Path) -> Result<Key> {
    if let Some(key) = read(path)? {
        return Ok(key);
    }
    write(path, &random()?)?;
    read(path)?.ok_or_else(|| Error::internal("the key of the secrets was removed while it was made"))
}

/// Puts a key into its file, unless there is one.
///
/// # Errors
/// `internal`, `disk_full`.
pub(super) fn write(path: &Path, key: &Key) -> Result<()> {
    place(path, key).map_err(|error| failed("make", path, &error))
}

/// Deletes a key's file; also if there is none.
///
/// # Errors
/// `internal`.
pub(super) fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path).and_then(|()| sync_folder(path)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed("delete", path, &error)),
        _ => Ok(()),
    }
}

/// Deletes what a write that was cut short left in the folder of keys; nobody may be writing there.
///
/// # Errors
/// `internal`.
pub(super) fn remove_drafts(folder: &Path) -> Result<()> {
    let entries = fs::read_dir(folder).map_err(|error| failed("look for", folder, &error))?;
    for path in entries.filter_map(std::result::Result::ok).map(|entry| entry.path()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("secrets") && name.contains(DRAFT) {
            remove(&path)?;
        }
    }
    Ok(())
}

fn read_from(mut file: &File, path: &Path) -> Result<Key> {
    let about = file.metadata().map_err(|error| failed("read", path, &error))?;
    if about.permissions().mode() & 0o077 != 0 {
        let message = format!("the key `{}` can be read by others", path.display());
        return Err(Error::new(Code::SecretsUnreadable, message).hint("Make it private with `chmod 600`."));
    }
    let mut key = Key::new([0; 32]);
    if about.len() != 32 || file.read_exact(&mut *key).is_err() {
        let message = format!("the key `{}` is not 32 bytes long", path.display());
        return Err(Error::new(Code::SecretsUnreadable, message).hint("Restore it from a backup."));
    }
    Ok(key)
}

/// Written whole beside its place and linked there, so that no half a key is ever in it and none is replaced.
fn place(path: &Path, key: &Key) -> io::Result<()> {
    let mut name = [0; 8];
    getrandom::fill(&mut name).map_err(io::Error::other)?;
    let draft = path.with_extension(format!("{}{:016x}", &DRAFT[1..], u64::from_be_bytes(name)));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    file.write_all(&**key)?;
    file.sync_all()?;
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    sync_folder(path)
}

fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
}

fn failed(attempt: &str, path: &Path, error: &io::Error) -> Error {
    Error::io(format_args!("cannot {attempt} the key `{}`", path.display()), error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_private_whole_and_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets.key");
        assert!(read(&path).unwrap().is_none());
        let made = read_or_make(&path).unwrap();
        let about = fs::metadata(&path).unwrap();
        assert_eq!((about.permissions().mode() & 0o777, about.len()), (0o600, 32));
        write(&path, &random().unwrap()).unwrap();
        assert_eq!(*read_or_make(&path).unwrap(), *made);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left");
        let other = folder.path().join("packages.age");
        fs::write(&other, "kept").unwrap();
        fs::write(folder.path().join("secrets.part-0123"), [7; 20]).unwrap();
        remove_drafts(folder.path()).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "half a key is not left either");
        remove(&path).unwrap();
        remove(&path).unwrap();
        assert!(!path.exists() && other.exists());
    }

    #[test]
    fn an_open_or_damaged_key_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets.key");
        write(&path, &random().unwrap()).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert_eq!(read_or_make(&path).unwrap_err().code, Code::SecretsUnreadable);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&path, [1; 31]).unwrap();
        assert_eq!(read_or_make(&path).unwrap_err().code, Code::SecretsUnreadable);
        assert_eq!(fs::read(&path).unwrap(), [1; 31], "a damaged key is left as it is");
    }
}
