//! One digest over every file that a run of the tests depends on, so that an old record is recognised.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use walkdir::{DirEntry, WalkDir};

/// Folders that building and testing write into, and version control.
const MADE: &[&str] = &[".git", "target", "node_modules", "dist", "gen", "samples"];

/// The map says what the tests show, not what they do: naming a test in it must not make its run stale.
const MAP: &str = "tests/requirements.toml";

/// Hex digest over the paths and contents of all files below `root` that people write, but for the map.
pub fn digest(root: &Path) -> Result<String> {
    let mut hasher = blake3::Hasher::new();
    for path in files(root)? {
        let content =
            fs::read(root.join(&path)).with_context(|| format!("cannot read `{}`", path.display()))?;
        let name = path.to_string_lossy();
        for part in [name.as_bytes(), &content] {
            hasher.update(&(part.len() as u64).to_le_bytes()).update(part);
        }
    }
    Ok(hasher.finalize().to_hex().to_string())
}

fn files(root: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in WalkDir::new(root).sort_by_file_name().into_iter().filter_entry(|entry| !is_made(entry)) {
        let entry = entry?;
        let path = entry.path().strip_prefix(root)?;
        if entry.file_type().is_file() && path != Path::new(MAP) {
            files.push(path.to_owned());
        }
    }
    Ok(files)
}

/// `.git` is a file in a worktree.
fn is_made(entry: &DirEntry) -> bool {
    let name = entry.file_name();
    entry.depth() > 0
        && MADE.iter().any(|made| name == *made)
        && (entry.file_type().is_dir() || name == ".git")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
        let tree = tempfile::tempdir().unwrap();
        for (path, content) in files {
            let path = tree.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        tree
    }

    #[test]
    fn a_change_a_new_name_or_a_new_file_changes_the_digest() {
        let digest_of = |files: &[(&str, &str)]| digest(tree(files).path()).unwrap();
        let first = digest_of(&[("a.rs", "x")]);
        assert_eq!(first, digest_of(&[("a.rs", "x")]));
        assert_ne!(first, digest_of(&[("a.rs", "y")]));
        assert_ne!(first, digest_of(&[("b.rs", "x")]));
        assert_ne!(first, digest_of(&[("a.rs", "x"), ("sub/b.rs", "")]));
        assert_ne!(digest_of(&[("a", "bc")]), digest_of(&[("ab", "c")]));
    }

    #[test]
    fn what_building_makes_and_the_map_do_not_count() {
        let bare = digest(tree(&[("a.rs", "x")]).path()).unwrap();
        let built =
            tree(&[("a.rs", "x"), ("target/debug/a", "1"), ("ui/node_modules/b.js", "2"), (MAP, "3")]);
        assert_eq!(bare, digest(built.path()).unwrap());
    }
}
