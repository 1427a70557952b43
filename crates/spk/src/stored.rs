//! Reading entries of a package that was accepted before: what is read is compared with what was recorded then.

use std::{fs::File, io::Write, path::Path};

use crate::{
    Digest, Error,
    archive::{EntryRecord, EntryTable, copy_entry, printable, read_recorded},
    stage::open_plain,
};

/// An accepted package's file with the records made when it was accepted.
#[derive(Debug)]
pub struct StoredPackage {
    file: File,
    table: EntryTable,
}

impl StoredPackage {
    /// Opens the package at `path`, following no link.
    ///
    /// # Errors
    /// `NotAFile`, `IsALink`, `Io`.
    pub fn open(path: &Path, table: EntryTable) -> Result<Self, Error> {
        Ok(Self::from_file(open_plain(path)?, table))
    }

    /// Takes a file that is open already.
    #[must_use]
    pub fn from_file(file: File, table: EntryTable) -> Self {
        Self { file, table }
    }

    /// The records.
    #[must_use]
    pub fn table(&self) -> &EntryTable {
        &self.table
    }

    /// Reads a whole entry of at most `max` bytes. Its packed bytes are compared before they are unpacked.
    ///
    /// # Errors
    /// `NoSuchEntry`, `TooLarge`, `EntryCorrupt`, `Io`.
    pub fn read(&self, name: &str, max: u64) -> Result<Vec<u8>, Error> {
        read_recorded(&self.file, self.record(name)?, max)
    }

    /// Writes an entry of any size to `sink`, comparing its packed bytes on the way; returns its size and digest.
    /// What was written may be used only after this returns without error.
    ///
    /// # Errors
    /// `NoSuchEntry`, `EntryCorrupt`, `Io`.
    pub fn inflate(&self, name: &str, sink: &mut dyn Write) -> Result<(u64, Digest), Error> {
        let record = self.record(name)?;
        let copied = copy_entry(&self.file, &record.entry(), sink)?;
        if copied.packed != record.blake3 {
            return Err(Error::EntryCorrupt { path: record.name.clone() });
        }
        Ok((copied.size, copied.unpacked))
    }

    fn record(&self, name: &str) -> Result<&EntryRecord, Error> {
        self.table.get(name).ok_or_else(|| Error::NoSuchEntry { path: printable(name.as_bytes()) })
    }
}
