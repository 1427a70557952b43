//! The folder beside a home in which a backup is unpacked, and how it takes the home's place. Knows no backup.
//!
//! Whatever lies under a name of this kind is nobody's: an unpacked backup, or a home in which nobody lived. So the next
//! restore deletes what one left that was killed, and knows by the lock on the folder which are in use.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use tempfile::TempDir;

use crate::error::{Code, Error, Result};
use crate::paths::Home;

/// How such a folder's name begins.
const PREFIX: &str = ".sprocket-restore-";
/// So often another one is made if somebody who tidies up was faster.
const TRIES: u32 = 16;

/// A folder of its own on the home's disk, locked; goes again unless it takes the home's place.
pub(super) struct Room {
    folder: TempDir,
    lock: File,
}

impl Room {
    /// A new one, after those were deleted that nobody uses any more.
    pub fn beside(root: &Path) -> Result<Self> {
        let parent = root.parent().unwrap_or(root);
        let failed = |e: io::Error| {
            Error::new(Code::HomeUnavailable, format!("cannot write beside `{}`: {e}", root.display()))
        };
        tidy(parent);
        for _ in 0..TRIES {
            let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(parent).map_err(failed)?;
            if let Some(lock) = claim(folder.path()) {
                return Ok(Self { folder, lock });
            }
        }
        Err(failed(io::ErrorKind::NotFound.into()))
    }

    /// Where to unpack.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Exchanges the folder with the home in one step. What was there is deleted, or kept as `aside`. The lock of what is
    /// there now, which nobody else could have taken.
    pub fn take_place_of(self, root: &Path, aside: Option<&Path>) -> Result<File> {
        let Self { folder, lock } = self;
        match aside {
            None => exchange(folder.path(), root)?,
            Some(aside) => {
                // It gets the name to keep before it is somebody's, so that no kill leaves a center under the other one.
                renameat_with(CWD, folder.path(), CWD, aside, RenameFlags::NOREPLACE)
                    .map_err(|e| not_exchanged(aside, e))?;
                let _renamed = folder.keep();
                exchange(aside, root).inspect_err(|_| drop(fs::remove_dir_all(aside)))?;
            }
        }
        Ok(lock)
    }
}

fn exchange(new: &Path, root: &Path) -> Result<()> {
    renameat_with(CWD, new, CWD, root, RenameFlags::EXCHANGE).map_err(|e| not_exchanged(root, e))?;
    let parent = root.parent().unwrap_or(root);
    if let Err(cause) = File::open(parent).and_then(|parent| parent.sync_all()) {
        tracing::warn!(%cause, folder = %parent.display(), "it is not known whether the exchange is on the disk yet");
    }
    Ok(())
}

fn not_exchanged(root: &Path, cause: rustix::io::Errno) -> Error {
    let cause = io::Error::from(cause);
    Error::new(Code::HomeUnavailable, format!("`{}` cannot be exchanged: {cause}", root.display()))
        .hint("A home that is a disk of its own cannot be; restore into a folder on it.")
}

/// The folder's lock, if the folder is still there with it.
fn claim(folder: &Path) -> Option<File> {
    let lock = Home::at(folder).lock().ok()?;
    folder.is_dir().then_some(lock)
}

/// Deletes what killed restores left.
fn tidy(parent: &Path) {
    let entries = fs::read_dir(parent).into_iter().flatten().filter_map(io::Result::ok);
    let ours = |name: &str| name.starts_with(PREFIX);
    let left: Vec<PathBuf> = entries
        .filter(|entry| entry.file_name().to_str().is_some_and(ours))
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .map(|entry| entry.path())
        .collect();
    for folder in left {
        let Some(_lock) = claim(&folder) else { continue };
        if let Err(cause) = fs::remove_dir_all(&folder) {
            tracing::warn!(%cause, folder = %folder.display(), "what an earlier restore left cannot be deleted");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_restore_left_goes_with_the_next_one_and_what_is_in_use_stays() {
        let beside = tempfile::tempdir().unwrap();
        let root = beside.path().join("home");
        let left = beside.path().join(format!("{PREFIX}left"));
        fs::create_dir_all(left.join("packages")).unwrap();
        fs::write(left.join("center.db"), "half").unwrap();
        let another = beside.path().join("a folder of somebody's");
        fs::create_dir(&another).unwrap();
        let used = Room::beside(&root).unwrap();
        assert!(!left.exists() && another.is_dir());
        fs::write(used.path().join("center.db"), "being unpacked").unwrap();
        let second = Room::beside(&root).unwrap();
        assert!(used.path().join("center.db").is_file() && second.path() != used.path());
        let path = used.path().to_owned();
        drop(used);
        assert!(!path.exists() && second.path().is_dir());
    }

    #[test]
    fn a_home_is_exchanged_with_its_lock_and_what_was_there_is_kept_or_gone() {
        let beside = tempfile::tempdir().unwrap();
        let (root, aside) = (beside.path().join("home"), beside.path().join("home.replaced"));
        for (aside, was) in [(None, "first"), (Some(&*aside), "second")] {
            fs::create_dir_all(&root).unwrap();
            fs::write(root.join("was"), was).unwrap();
            let room = Room::beside(&root).unwrap();
            fs::write(room.path().join("is"), was).unwrap();
            let lock = room.take_place_of(&root, aside).unwrap();
            assert_eq!(fs::read_to_string(root.join("is")).unwrap(), was);
            assert_eq!(Home::at(&root).lock().unwrap_err().code, Code::CenterRunning);
            drop(lock);
            Home::at(&root).lock().unwrap();
        }
        assert_eq!(fs::read_to_string(aside.join("was")).unwrap(), "second");
        let names = fs::read_dir(beside.path()).unwrap().map(|entry| entry.unwrap().file_name());
        assert_eq!(names.count(), 2, "the home, and the one that was put aside");
    }

    #[test]
    fn a_name_that_is_taken_loses_neither_home() {
        let beside = tempfile::tempdir().unwrap();
        let (root, aside) = (beside.path().join("home"), beside.path().join("taken"));
        fs::create_dir(&root).unwrap();
        fs::write(&aside, "mine").unwrap();
        let room = Room::beside(&root).unwrap();
        let refused = room.take_place_of(&root, Some(&aside)).unwrap_err();
        assert_eq!(refused.code, Code::HomeUnavailable);
        assert!(root.is_dir());
        assert_eq!(fs::read_to_string(&aside).unwrap(), "mine");
    }
}
