//! Reading entries of a package that was accepted before: what is read is compared with what was recorded then.

use std::{fs::File, io::Write, path::Path};

use crate::{
    Digest, Error, Identity,
    archive::{EntryRecord, EntryTable, copy_entry, printable, read_recorded},
    encryption::Opened,
    file::Source,
    stage::{open_plain, payload_of},
};

/// An accepted package's file with the records made when it was accepted.
#[derive(Debug)]
pub struct StoredPackage {
    file: File,
    opened: Option<Opened>,
    table: EntryTable,
}

impl StoredPackage {
    /// Opens the package at `path`, following no link; `identity` opens an encrypted one.
    ///
    /// # Errors
    /// `NotAFile`, `IsALink`, `NotForThisCenter`, `DecryptionFailed`, `Io`, and what an envelope can have wrong.
    pub fn open(path: &Path, table: EntryTable, identity: Option<&Identity>) -> Result<Self, Error> {
        let file = open_plain(path)?;
        // The head is not believed: whatever it says, every entry is compared with its record.
        let (payload, encrypted) = payload_of(&file)?;
        let opened = encrypted.then(|| Opened::new(&file, payload, identity)).transpose()?;
        Ok(Self { file, opened, table })
    }

    fn source(&self) -> Source<'_> {
        self.opened.as_ref().map_or(Source::File(&self.file), Source::Opened)
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
        read_recorded(self.source(), self.record(name)?, max)
    }

    /// Writes an entry of any size to `sink`, comparing its packed bytes on the way; returns its size and digest.
    /// What was written may be used only after this returns without error.
    ///
    /// # Errors
    /// `NoSuchEntry`, `EntryCorrupt`, `Io`.
    pub fn inflate(&self, name: &str, sink: &mut dyn Write) -> Result<(u64, Digest), Error> {
        let record = self.record(name)?;
        let copied = copy_entry(self.source(), &record.entry(), sink)?;
        if copied.packed != record.blake3 {
            return Err(Error::EntryCorrupt { path: record.name.clone() });
        }
        Ok((copied.size, copied.unpacked))
    }

    fn record(&self, name: &str) -> Result<&EntryRecord, Error> {
        self.table.get(name).ok_or_else(|| Error::NoSuchEntry { path: printable(name.as_bytes()) })
    }
}
