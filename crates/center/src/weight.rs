//! How much room something takes on the disk. Follows no link, and counts a file with several names once for each.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// So many entries are looked at; a plugin may make any number.
const ENTRIES: usize = 200_000;

/// What an entry takes by itself: an empty file is not free either.
const ENTRY: u64 = 512;

/// Bytes on the disk of a file, or of a folder with everything below; 0 if there is nothing, or nothing to be read.
#[must_use]
pub fn of(path: &Path) -> u64 {
    look(path).0
}

/// How many bytes there are, if these are more than `allowed`, or too many entries to be looked at.
#[must_use]
pub fn beyond(path: &Path, allowed: u64) -> Option<u64> {
    let (bytes, seen) = look(path);
    (bytes > allowed || seen >= ENTRIES).then_some(bytes)
}

/// The bytes of everything, and how many entries were looked at.
fn look(path: &Path) -> (u64, usize) {
    let (mut bytes, mut seen, mut left) = (0_u64, 0, vec![PathBuf::from(path)]);
    while let Some(path) = left.pop() {
        let Ok(meta) = fs::symlink_metadata(&path) else { continue };
        bytes = bytes.saturating_add(meta.blocks().saturating_mul(512) + ENTRY);
        if meta.is_dir() {
            let below = fs::read_dir(&path).into_iter().flatten().filter_map(Result::ok);
            let below = below.take(ENTRIES.saturating_sub(seen)).map(|entry| entry.path());
            let before = left.len();
            left.extend(below);
            seen += left.len() - before;
        }
    }
    (bytes, seen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_below_is_counted_and_links_lead_nowhere() {
        let folder = tempfile::tempdir().unwrap();
        let (inside, outside) = (folder.path().join("in"), folder.path().join("out"));
        fs::create_dir_all(inside.join("deep/er")).unwrap();
        fs::write(inside.join("deep/er/a"), vec![1; 300_000]).unwrap();
        fs::write(inside.join("b"), vec![1; 100_000]).unwrap();
        fs::write(&outside, vec![1; 900_000]).unwrap();
        std::os::unix::fs::symlink(&outside, inside.join("link")).unwrap();
        let bytes = of(&inside);
        assert!((400_000..500_000).contains(&bytes), "{bytes}");
        assert_eq!(of(&folder.path().join("nothing")), 0);
        assert_eq!((beyond(&inside, bytes), beyond(&inside, bytes - 1)), (None, Some(bytes)));
    }

    #[test]
    fn empty_files_are_not_free() {
        let folder = tempfile::tempdir().unwrap();
        for number in 0..100 {
            fs::write(folder.path().join(number.to_string()), "").unwrap();
        }
        assert!(of(folder.path()) >= 100 * ENTRY);
    }
}
