//! A copy of what a plugin stored, taken while it stands still, and put back if its next version is not kept. Knows no
//! version and no process.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use spk::PluginId;

use crate::backup::copy_database;
use crate::disk;
use crate::error::{Error, Result};
use crate::paths::{Home, private_folder};
use crate::weight;

/// The plugin's store in the copy.
const STORE: &str = "store.db";
/// In its place where the plugin had no store.
const NO_STORE: &str = "no-store";
/// The private folder in the copy.
const FILES: &str = "files";

/// Where the copy of one plugin's data is, and where that data belongs.
pub struct DataCopy {
    place: PathBuf,
    store: PathBuf,
    files: PathBuf,
}

impl DataCopy {
    /// The copy of this plugin's data in this home; nothing is done yet.
    #[must_use]
    pub fn of(home: &Home, plugin: &PluginId) -> Self {
        let place = home.rollback().join(plugin.as_str());
        Self { place, store: home.store(plugin), files: home.private_folder(plugin) }
    }

    /// Takes it, in the place of an earlier one. Blocks copied share their room on the disk where its file system can.
    ///
    /// # Errors
    /// `disk_full`, `database`, `internal`; then nothing of the copy is left.
    pub fn take(&self) -> Result<()> {
        self.discard()?;
        disk::must_have(
            self.files.parent().unwrap_or(&self.files),
            weight::of(&self.store) + weight::of(&self.files),
        )?;
        let taken = self.copy();
        if taken.is_err() {
            // If this fails too, the next start removes it.
            let _ = self.discard();
        }
        taken
    }

    fn copy(&self) -> Result<()> {
        private_folder(&self.place)?;
        if self.store.exists() {
            copy_database(&self.store, &self.place.join(STORE))?;
        } else {
            File::create(self.place.join(NO_STORE)).map_err(failed("write", &self.place))?;
        }
        copy_tree(&self.files, &self.place.join(FILES)).map_err(failed("copy", &self.files))?;
        File::open(&self.place).and_then(|place| place.sync_all()).map_err(failed("write", &self.place))
    }

    /// Puts everything back as it was, and removes the copy. What was cut off is done by doing it again.
    ///
    /// # Errors
    /// `internal`.
    pub fn put_back(&self) -> Result<()> {
        let (store, no_store, files) =
            (self.place.join(STORE), self.place.join(NO_STORE), self.place.join(FILES));
        if store.exists() || no_store.exists() {
            for end in ["", "-wal", "-shm"] {
                let mut file = self.store.clone().into_os_string();
                file.push(end);
                gone(fs::remove_file(&file)).map_err(failed("delete", Path::new(&file)))?;
            }
            gone(fs::rename(&store, &self.store)).map_err(failed("put back", &self.store))?;
            gone(fs::remove_file(&no_store)).map_err(failed("delete", &no_store))?;
        }
        if files.exists() {
            gone(fs::remove_dir_all(&self.files)).map_err(failed("delete", &self.files))?;
            fs::rename(&files, &self.files).map_err(failed("put back", &self.files))?;
        }
        self.discard()
    }

    /// Removes the copy.
    ///
    /// # Errors
    /// `internal`.
    pub fn discard(&self) -> Result<()> {
        gone(fs::remove_dir_all(&self.place)).map_err(failed("delete", &self.place))
    }
}

/// Folders, files and links as they are; whatever else a plugin can make holds nothing.
fn copy_tree(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir(to)?;
    let entries = match fs::read_dir(from) {
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let (from, to, kind) = (entry.path(), to.join(entry.file_name()), entry.file_type()?);
        if kind.is_dir() {
            copy_tree(&from, &to)?;
        } else if kind.is_symlink() {
            symlink(fs::read_link(&from)?, &to)?;
        } else if kind.is_file() {
            fs::copy(&from, &to)?;
            File::open(&to)?.sync_all()?;
        }
    }
    fs::set_permissions(to, fs::metadata(from)?.permissions())?;
    File::open(to)?.sync_all()
}

/// What is not there needs no removing.
fn gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

fn failed<'a>(attempt: &'a str, path: &'a Path) -> impl FnOnce(io::Error) -> Error + 'a {
    move |cause| Error::io(format_args!("cannot {attempt} `{}`", path.display()), &cause)
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    struct World {
        _temp: tempfile::TempDir,
        home: Home,
        plugin: PluginId,
    }

    fn world() -> World {
        let temp = tempfile::tempdir().unwrap();
        let home = Home::at(temp.path());
        home.create().unwrap();
        let plugin: PluginId = "com.example.a".parse().unwrap();
        let files = home.private_folder(&plugin);
        fs::create_dir_all(files.join("deep")).unwrap();
        fs::write(files.join("deep/note"), "before").unwrap();
        symlink("/etc/passwd", files.join("link")).unwrap();
        World { _temp: temp, home, plugin }
    }

    fn write(world: &World, value: &str) -> Connection {
        let db = Connection::open(world.home.store(&world.plugin)).unwrap();
        db.pragma_update(None, "journal_mode", "WAL").unwrap();
        db.execute_batch("CREATE TABLE IF NOT EXISTS t (v TEXT)").unwrap();
        db.execute("INSERT INTO t VALUES (?1)", [value]).unwrap();
        db
    }

    fn rows(world: &World) -> Vec<String> {
        let db = Connection::open(world.home.store(&world.plugin)).unwrap();
        let mut query = db.prepare("SELECT v FROM t").unwrap();
        query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    fn spoil(world: &World) {
        let files = world.home.private_folder(&world.plugin);
        fs::write(files.join("deep/note"), "after").unwrap();
        fs::write(files.join("new"), "after").unwrap();
        fs::remove_file(files.join("link")).unwrap();
    }

    fn must_be_as_before(world: &World) {
        let files = world.home.private_folder(&world.plugin);
        assert_eq!(fs::read_to_string(files.join("deep/note")).unwrap(), "before");
        assert_eq!(fs::read_link(files.join("link")).unwrap(), Path::new("/etc/passwd"));
        assert!(!files.join("new").exists());
        assert!(!world.home.rollback().join(world.plugin.as_str()).exists());
    }

    #[test]
    fn everything_is_back_as_it_was_also_what_lay_in_the_log_of_the_store() {
        let world = world();
        let open = write(&world, "before");
        let copy = DataCopy::of(&world.home, &world.plugin);
        copy.take().unwrap();
        write(&world, "after");
        drop(open);
        spoil(&world);
        copy.put_back().unwrap();
        assert_eq!(rows(&world), ["before"]);
        must_be_as_before(&world);
        copy.put_back().unwrap();
        assert_eq!(rows(&world), ["before"], "a second time changes nothing");
    }

    #[test]
    fn a_store_that_there_was_not_is_gone_again_and_what_was_cut_off_is_finished() {
        let world = world();
        let copy = DataCopy::of(&world.home, &world.plugin);
        copy.take().unwrap();
        drop(write(&world, "after"));
        spoil(&world);
        // As if the center had ended after each of the first steps.
        fs::remove_file(world.home.store(&world.plugin)).unwrap();
        fs::remove_dir_all(world.home.private_folder(&world.plugin)).unwrap();
        copy.put_back().unwrap();
        assert!(!world.home.store(&world.plugin).exists());
        must_be_as_before(&world);
    }
}
