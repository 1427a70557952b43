//! The 32-byte key that seals secrets, as a file that only its owner can read. A keyring may stand in its place later.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use zeroize::Zeroizing;

use crate::error::{Code, Error, Result};

/// The key, wiped when it is dropped.
pub(super) type Key = Zeroizing<[u8; 32]>;

/// Where the key is, and the key once it was read.
pub(super) struct KeyFile {
    path: PathBuf,
    known: OnceLock<Key>,
}

impl std::fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeyFile({})", self.path.display())
    }
}

impl KeyFile {
    pub(super) fn at(path: PathBuf) -> Self {
        Self { path, known: OnceLock::new() }
    }

    /// The key; `None` if there is no file.
    ///
    /// # Errors
    /// `secrets_unreadable` if the file is not a private file of 32 bytes; `internal` if it cannot be read.
    pub(super) fn read(&self) -> Result<Option<&Key>> {
        if let Some(key) = self.known.get() {
            return Ok(Some(key));
        }
        let key = match File::open(&self.path) {
            Ok(file) => read_from(&file, &self.path)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed("read", &self.path, &error)),
        };
        Ok(Some(self.known.get_or_init(|| key)))
    }

    /// The key, made now if there is no file. Of two that make one at the same time, both use the one that was first.
    pub(super) fn read_or_make(&self) -> Result<&Key> {
        if self.read()?.is_none() {
            make(&self.path).map_err(|error| failed("make", &self.path, &error))?;
        }
        self.read()?.ok_or_else(|| Error::internal("the key of the secrets was removed while it was made"))
    }
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
fn make(path: &Path) -> io::Result<()> {
    let mut key = Key::new([0; 32]);
    getrandom::fill(&mut *key).map_err(io::Error::other)?;
    let mut name = [0; 8];
    getrandom::fill(&mut name).map_err(io::Error::other)?;
    let draft = path.with_extension(format!("part-{:016x}", u64::from_be_bytes(name)));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    file.write_all(&*key)?;
    file.sync_all()?;
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
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
        let first = KeyFile::at(path.clone());
        assert!(first.read().unwrap().is_none());
        let made: [u8; 32] = **first.read_or_make().unwrap();
        let about = fs::metadata(&path).unwrap();
        assert_eq!((about.permissions().mode() & 0o777, about.len()), (0o600, 32));
        make(&path).unwrap();
        assert_eq!(**KeyFile::at(path.clone()).read_or_make().unwrap(), made);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left");
        assert!(!format!("{first:?}").contains(&format!("{}, {}", made[0], made[1])));
    }

    #[test]
    fn an_open_or_damaged_key_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets.key");
        make(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert_eq!(KeyFile::at(path.clone()).read_or_make().unwrap_err().code, Code::SecretsUnreadable);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&path, [1; 31]).unwrap();
        assert_eq!(KeyFile::at(path.clone()).read_or_make().unwrap_err().code, Code::SecretsUnreadable);
        assert_eq!(fs::read(&path).unwrap(), [1; 31], "a damaged key is left as it is");
    }
}
