//! Paths that a person pointed to: looking at them before any is opened, and a file that is theirs alone. Reads names, never contents.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::own::{PathKind, PathLook, SamplePackage};

/// So many packages of a folder are named at most.
const MOST: usize = 100;

/// What lies at a path.
pub fn look(path: &Path) -> PathLook {
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => PathLook { kind: PathKind::Folder, packages: packages_in(path) },
        Ok(found) if found.is_file() => PathLook { kind: PathKind::File, packages: Vec::new() },
        _ => PathLook { kind: PathKind::Missing, packages: Vec::new() },
    }
}

/// An empty file that its owner alone may read, also where another one was.
///
/// # Errors
/// What the disk refuses.
pub fn private(path: &Path) -> io::Result<File> {
    let file = File::options().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.set_permissions(Permissions::from_mode(0o600))?;
    Ok(file)
}

/// The packages in the first of these folders that has any.
pub fn samples(folders: &[PathBuf]) -> Vec<SamplePackage> {
    let filled = folders.iter().map(|folder| packages_in(folder)).find(|found| !found.is_empty());
    let sample = |path: PathBuf| SamplePackage { name: short_name(&path), path };
    filled.unwrap_or_default().into_iter().map(sample).collect()
}

/// `…/com.example.chatbot.v1.4.0.spk` is `chatbot`.
fn short_name(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let id = stem.split_once(".v").map_or(&*stem, |(id, _)| id);
    id.rsplit('.').next().unwrap_or(id).to_owned()
}

fn packages_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.filter_map(Result::ok).map(|entry| entry.path());
    let mut packages: Vec<_> = paths.filter(|path| is_package(path)).collect();
    packages.sort();
    packages.truncate(MOST);
    packages
}

fn is_package(path: &Path) -> bool {
    let hidden = path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
    let named = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("spk"));
    named && !hidden && path.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_file_is_its_owners_alone_also_where_another_one_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("passwords.csv");
        fs::write(&path, "open to all, and longer").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        io::Write::write_all(&mut private(&path).unwrap(), b"new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn files_folders_and_nothing_are_told_apart_and_only_packages_directly_inside_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["b 两.spk", "a.SPK", "c.zip", ".hidden.spk"] {
            fs::write(at(name), "").unwrap();
        }
        fs::create_dir_all(at("deep.spk/x.spk")).unwrap();
        let found = look(folder.path());
        assert_eq!(found, PathLook { kind: PathKind::Folder, packages: vec![at("a.SPK"), at("b 两.spk")] });
        assert_eq!(look(&at("c.zip")), PathLook { kind: PathKind::File, packages: vec![] });
        assert_eq!(look(&at("none")).kind, PathKind::Missing);
        assert_eq!(look(Path::new("/dev/null")).kind, PathKind::Missing);
    }

    #[test]
    fn samples_come_from_the_first_folder_that_has_any_and_have_short_names() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("empty")).unwrap();
        fs::write(at("com.example.hello-c.v1.0.0.spk"), "").unwrap();
        let found = samples(&[at("none"), at("empty"), folder.path().to_owned()]);
        let path = at("com.example.hello-c.v1.0.0.spk");
        assert_eq!(found, [SamplePackage { name: "hello-c".into(), path }]);
    }
}
