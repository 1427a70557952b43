//! What the window remembers of itself, in one small file of the home. Knows no account: it is read before anybody signs in.

use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use center::error::{Code, Error, Result};
use center::paths::Home;
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;
use ts_rs::TS;

/// The longest time without a hand on keyboard or mouse before the window locks itself, in minutes.
const LONGEST: u16 = 480;

/// How the window looks, speaks and locks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Preferences {
    /// `null`: the system's.
    pub locale: Option<Locale>,
    /// Light, dark, or as the system.
    pub theme: Theme,
    /// How long nobody may be there before a superadmin's window locks, in minutes from 1 to 480.
    pub lock_minutes: u16,
}

/// A language of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub enum Locale {
    /// English.
    #[serde(rename = "en")]
    English,
    /// 简体中文.
    #[serde(rename = "zh-CN")]
    Chinese,
}

/// The window's colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// Light.
    Light,
    /// Dark.
    Dark,
    /// As the system.
    Auto,
}

impl Default for Preferences {
    fn default() -> Self {
        Self { locale: None, theme: Theme::Auto, lock_minutes: 15 }
    }
}

/// The file, and what is in it.
pub struct PreferencesFile {
    path: PathBuf,
    now: Mutex<Preferences>,
}

impl PreferencesFile {
    /// Reads it; a missing or unreadable one is the default.
    pub fn open(home: &Home) -> Self {
        let path = home.root().join("window.json");
        let read = fs::read(&path).ok().and_then(|text| serde_json::from_slice::<Preferences>(&text).ok());
        let usable = read.filter(|read| check(read).is_ok());
        Self { path, now: Mutex::new(usable.unwrap_or_default()) }
    }

    /// As they are.
    pub fn get(&self) -> Preferences {
        self.now.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Replaces the file as a whole.
    ///
    /// # Errors
    /// `invalid_input`; `internal` if the disk refuses, and then nothing is changed.
    pub fn set(&self, new: Preferences) -> Result<()> {
        check(&new)?;
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        self.write(&new).map_err(|cause| Error::io("cannot keep the window's preferences", &cause))?;
        *now = new;
        Ok(())
    }

    fn write(&self, new: &Preferences) -> std::io::Result<()> {
        let folder = self.path.parent().expect("it lies in the home");
        let mut file = NamedTempFile::new_in(folder)?;
        file.write_all(serde_json::to_string_pretty(new)?.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(&self.path)?;
        File::open(folder)?.sync_all()
    }
}

fn check(new: &Preferences) -> Result<()> {
    if (1..=LONGEST).contains(&new.lock_minutes) {
        return Ok(());
    }
    Err(Error::new(Code::InvalidInput, format!("`lock_minutes` is not between 1 and {LONGEST}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_is_there_after_the_next_start_and_a_damaged_file_is_the_default() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path());
        let file = PreferencesFile::open(&home);
        assert_eq!(file.get(), Preferences::default());
        let new = Preferences { locale: Some(Locale::Chinese), theme: Theme::Dark, lock_minutes: 5 };
        file.set(new.clone()).unwrap();
        assert_eq!((file.get(), PreferencesFile::open(&home).get()), (new.clone(), new));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file stays");
        fs::write(folder.path().join("window.json"), r#"{"theme":"#).unwrap();
        assert_eq!(PreferencesFile::open(&home).get(), Preferences::default());
    }

    #[test]
    fn a_window_that_never_locks_or_at_once_is_refused_and_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = PreferencesFile::open(&Home::at(folder.path()));
        for lock_minutes in [0, 481] {
            let refused = file.set(Preferences { lock_minutes, ..Preferences::default() }).unwrap_err();
            assert_eq!(refused.code, Code::InvalidInput);
        }
        assert_eq!(file.get(), Preferences::default());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
