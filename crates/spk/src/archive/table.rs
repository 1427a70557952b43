//! What is recorded of each entry when a package is accepted, so that every later read can be compared first.

use std::{io::Read, ops::ControlFlow};

use serde::{Deserialize, Serialize};

use super::Entry;
use crate::{
    Digest,
    error::{Error, attempt},
    file::{BUFFER, Section, Source},
};

/// How an entry is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// As it is.
    Stored,
    /// Deflate.
    Deflated,
}

impl Method {
    pub(crate) fn from_number(number: u16) -> Option<Self> {
        match number {
            0 => Some(Self::Stored),
            8 => Some(Self::Deflated),
            _ => None,
        }
    }

    pub(crate) fn number(self) -> u16 {
        match self {
            Self::Stored => 0,
            Self::Deflated => 8,
        }
    }
}

/// One entry's place, sizes in bytes, and digest of its packed bytes. `offset` counts from the beginning of the
/// package file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryRecord {
    /// Path below the package's root.
    pub name: String,
    /// Where its packed bytes begin.
    pub offset: u64,
    /// Packed bytes.
    pub packed: u64,
    /// Unpacked bytes.
    pub unpacked: u64,
    /// How it is packed.
    pub method: Method,
    /// CRC-32 of the unpacked bytes.
    pub crc: u32,
    /// BLAKE3 of the packed bytes.
    pub blake3: Digest,
}

/// The records of all entries, in the archive's order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntryTable {
    /// The records.
    pub entries: Vec<EntryRecord>,
}

impl EntryTable {
    /// The record of one entry.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&EntryRecord> {
        self.entries.iter().find(|entry| entry.name == name)
    }
}

impl EntryRecord {
    fn new(entry: Entry, blake3: Digest) -> Self {
        let Entry { name, offset, packed, unpacked, method, crc, executable: _ } = entry;
        Self { name, offset, packed, unpacked, method, crc, blake3 }
    }

    pub(crate) fn entry(&self) -> Entry {
        Entry {
            name: self.name.clone(),
            offset: self.offset,
            packed: self.packed,
            unpacked: self.unpacked,
            method: self.method,
            crc: self.crc,
            executable: false,
        }
    }
}

/// Hashes the packed bytes of every entry; `progress` hears how many of them were read here. Entries of which the digest
/// is in `known` already are not read again.
pub(crate) fn index(
    file: Source,
    entries: &[Entry],
    known: Option<(&str, Digest)>,
    progress: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Result<EntryTable, Error> {
    let mut reading = Reading { buffer: vec![0; BUFFER], done: 0, progress };
    let mut records = Vec::with_capacity(entries.len());
    for entry in entries {
        let blake3 = match known {
            Some((name, digest)) if name == entry.name => digest,
            _ => reading.hash_packed(file, entry)?,
        };
        records.push(EntryRecord::new(entry.clone(), blake3));
    }
    Ok(EntryTable { entries: records })
}

struct Reading<'a> {
    buffer: Vec<u8>,
    done: u64,
    progress: &'a mut dyn FnMut(u64) -> ControlFlow<()>,
}

impl Reading<'_> {
    fn hash_packed(&mut self, file: Source, entry: &Entry) -> Result<Digest, Error> {
        let mut section = Section::new(file, entry.offset..entry.offset + entry.packed);
        let mut hasher = blake3::Hasher::new();
        loop {
            match section.read(&mut self.buffer).map_err(attempt("read", &entry.name))? {
                0 if hasher.count() == entry.packed => return Ok(hasher.finalize().into()),
                0 => return Err(Error::EntryCorrupt { path: entry.name.clone() }),
                read => {
                    hasher.update(&self.buffer[..read]);
                    self.took(read)?;
                }
            }
        }
    }

    fn took(&mut self, read: usize) -> Result<(), Error> {
        self.done += read as u64;
        if (self.progress)(self.done).is_break() { Err(Error::Cancelled) } else { Ok(()) }
    }
}
