//! The strict reader of the archive's directory: every byte of the payload belongs to exactly one entry or record,
//! and both headers of an entry agree. Inflates nothing.

use std::{
    collections::HashSet,
    io::{BufReader, Read},
    ops::Range,
};

use super::{
    ArchiveRule, Method, NameRule, check_name, folded,
    headers::{CENTRAL_SIZE, Central, Common, END_SIZE, End, LOCAL_SIZE, UTF8_FLAG, read_local},
    printable,
};
use crate::{
    error::{Error, Limited, attempt},
    file::{Section, Source},
    limits::Limits,
};

/// One file in the archive. Offsets count from the beginning of the package file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The path below the package's root.
    pub name: String,
    /// Where its packed bytes begin.
    pub offset: u64,
    /// Packed bytes.
    pub packed: u64,
    /// Unpacked bytes, as declared.
    pub unpacked: u64,
    /// How it is packed.
    pub method: Method,
    /// CRC-32 of the unpacked bytes, as declared.
    pub crc: u32,
    /// Mode 0755 instead of 0644.
    pub executable: bool,
}

fn broken(rule: ArchiveRule) -> Error {
    Error::Archive { rule, path: None }
}

fn broken_at(rule: ArchiveRule, name: &str) -> Error {
    Error::Archive { rule, path: Some(printable(name.as_bytes())) }
}

/// Reads and checks the directory of the archive that fills `payload` of `file`.
///
/// # Errors
/// `Archive`, `UnsafePath` or `TooLarge`.
pub(crate) fn read_directory(
    source: Source,
    payload: Range<u64>,
    limits: &Limits,
) -> Result<Vec<Entry>, Error> {
    let end = read_end(source, &payload, limits)?;
    let directory = payload.start + u64::from(end.directory_offset);
    let section = Section::new(source, directory..payload.end - END_SIZE);
    let mut scan =
        Scan { file: source, payload, limits, source: BufReader::new(section), next: 0, unpacked: 0 };
    let entries = (0..end.entries).map(|_| scan.entry()).collect::<Result<Vec<_>, _>>()?;
    scan.finish(u64::from(end.directory_offset))?;
    check_names_together(&entries)?;
    Ok(entries)
}

fn read_end(source: Source, payload: &Range<u64>, limits: &Limits) -> Result<End, Error> {
    let size = payload.end - payload.start;
    let start = size.checked_sub(END_SIZE).ok_or(broken(ArchiveRule::EndMissing))?;
    let mut bytes = [0; END_SIZE as usize];
    source.read_exact_at(&mut bytes, payload.start + start).map_err(attempt("read", "the archive's end"))?;
    let end = End::read(&bytes).ok_or_else(|| missing_end(source, payload))?;
    check_end(&end)?;
    let (offset, length) = (u64::from(end.directory_offset), u64::from(end.directory_size));
    if offset + length != start {
        return Err(broken(ArchiveRule::Directory));
    }
    if u64::from(end.entries) > limits.entries {
        return Err(broken(ArchiveRule::TooManyEntries));
    }
    if length > Limits::DIRECTORY {
        return Err(Error::TooLarge { what: Limited::Directory, limit: Limits::DIRECTORY, path: None });
    }
    Ok(end)
}

fn check_end(end: &End) -> Result<(), Error> {
    let rule = match end {
        End { comment_length: 1.., .. } => ArchiveRule::Comment,
        End { entries: u16::MAX, .. }
        | End { directory_size: u32::MAX, .. }
        | End { directory_offset: u32::MAX, .. } => ArchiveRule::Zip64,
        End { disk: 1.., .. } | End { directory_disk: 1.., .. } => ArchiveRule::Split,
        end if end.entries_here != end.entries => ArchiveRule::Split,
        _ => return Ok(()),
    };
    Err(broken(rule))
}

/// Tells an archive with a comment from what is no archive: only for the message.
fn missing_end(source: Source, payload: &Range<u64>) -> Error {
    let tail = (payload.end - payload.start).min(u64::from(u16::MAX) + END_SIZE);
    let mut bytes = vec![0; usize::try_from(tail).expect("the tail is short")];
    let read = source.read_exact_at(&mut bytes, payload.end - tail);
    let has_comment = (0..bytes.len()).any(|at| {
        let rest = bytes.len() - at;
        End::read(&bytes[at..]).is_some_and(|end| usize::from(end.comment_length) + END_SIZE as usize == rest)
    });
    broken(if read.is_ok() && has_comment { ArchiveRule::Comment } else { ArchiveRule::EndMissing })
}

/// The walk over the central directory, checking each local header on the way.
struct Scan<'a> {
    file: Source<'a>,
    payload: Range<u64>,
    limits: &'a Limits,
    source: BufReader<Section<'a>>,
    /// Where the next local header has to be, from the payload's beginning.
    next: u64,
    unpacked: u64,
}

impl Scan<'_> {
    fn entry(&mut self) -> Result<Entry, Error> {
        let mut bytes = [0; CENTRAL_SIZE as usize];
        self.source.read_exact(&mut bytes).map_err(|_| broken(ArchiveRule::Directory))?;
        let central = Central::read(&bytes).ok_or(broken(ArchiveRule::Directory))?;
        let mut name = vec![0; usize::from(central.common.name_length)];
        self.source.read_exact(&mut name).map_err(|_| broken(ArchiveRule::Directory))?;
        let name = readable_name(name, central.common.flags)?;
        check_central(&central).map_err(|rule| broken_at(rule, &name))?;
        let entry = self.place(&central, name)?;
        self.check_local(&central, &entry)?;
        self.add_sizes(&entry)?;
        Ok(entry)
    }

    fn place(&mut self, central: &Central, name: String) -> Result<Entry, Error> {
        let offset = u64::from(central.offset);
        if offset != self.next {
            let rule = if offset > self.next { ArchiveRule::Gap } else { ArchiveRule::Overlap };
            return Err(broken_at(rule, &name));
        }
        let (packed, unpacked) = (u64::from(central.common.packed), u64::from(central.common.unpacked));
        let data = offset + LOCAL_SIZE + name.len() as u64;
        self.next = data + packed;
        let method = Method::from_number(central.common.method);
        let method = method.ok_or_else(|| broken_at(ArchiveRule::Method, &name))?;
        let executable = central.external == 0o100_755 << 16;
        Ok(Entry {
            name,
            offset: self.payload.start + data,
            packed,
            unpacked,
            method,
            crc: central.common.crc,
            executable,
        })
    }

    fn check_local(&self, central: &Central, entry: &Entry) -> Result<(), Error> {
        let differs = || broken_at(ArchiveRule::HeaderMismatch, &entry.name);
        let start = self.payload.start + u64::from(central.offset);
        if self.payload.start + self.next > self.payload.end {
            return Err(broken_at(ArchiveRule::Overlap, &entry.name));
        }
        let mut bytes = vec![0; LOCAL_SIZE as usize + entry.name.len()];
        self.file.read_exact_at(&mut bytes, start).map_err(attempt("read the header of", &entry.name))?;
        let local = read_local(&bytes).ok_or_else(differs)?;
        let same = local == central.common && &bytes[LOCAL_SIZE as usize..] == entry.name.as_bytes();
        if same { Ok(()) } else { Err(differs()) }
    }

    fn add_sizes(&mut self, entry: &Entry) -> Result<(), Error> {
        if entry.method == Method::Stored && entry.packed != entry.unpacked {
            return Err(broken_at(ArchiveRule::Sizes, &entry.name));
        }
        if entry.unpacked > Limits::RATIO_FROM && entry.unpacked > entry.packed * self.limits.ratio {
            return Err(broken_at(ArchiveRule::Ratio, &entry.name));
        }
        self.unpacked += entry.unpacked;
        if self.unpacked > self.limits.unpacked {
            return Err(Error::TooLarge { what: Limited::Unpacked, limit: self.limits.unpacked, path: None });
        }
        Ok(())
    }

    /// The directory ends where its size says, and begins where the last entry ends.
    fn finish(&mut self, directory: u64) -> Result<(), Error> {
        let mut rest = [0; 1];
        if self.source.read(&mut rest).map_err(attempt("read", "the archive's directory"))? != 0 {
            return Err(broken(ArchiveRule::Directory));
        }
        match self.next.cmp(&directory) {
            std::cmp::Ordering::Less => Err(broken(ArchiveRule::Gap)),
            std::cmp::Ordering::Equal => Ok(()),
            std::cmp::Ordering::Greater => Err(broken(ArchiveRule::Overlap)),
        }
    }
}

fn readable_name(bytes: Vec<u8>, flags: u16) -> Result<String, Error> {
    let shown = printable(&bytes);
    let unsafe_path = |rule| Error::UnsafePath { path: shown.clone(), rule };
    let name = String::from_utf8(bytes).map_err(|_| unsafe_path(NameRule::NotUtf8))?;
    if flags & UTF8_FLAG == 0 && !name.is_ascii() {
        return Err(unsafe_path(NameRule::NotUtf8));
    }
    check_name(&name).map_err(unsafe_path)?;
    Ok(name)
}

fn check_central(central: &Central) -> Result<(), ArchiveRule> {
    let Common { needed, flags, packed, unpacked, extra_length, .. } = central.common;
    let regular = [0o100_644 << 16, 0o100_755 << 16].contains(&central.external);
    let broken = [
        (flags & 1 != 0, ArchiveRule::Encrypted),
        (flags & 1 << 3 != 0, ArchiveRule::DataDescriptor),
        (flags & !UTF8_FLAG != 0, ArchiveRule::Flags),
        ([packed, unpacked, central.offset].contains(&u32::MAX), ArchiveRule::Zip64),
        (needed > 20, ArchiveRule::Zip64),
        (extra_length != 0, ArchiveRule::ExtraField),
        (central.comment_length != 0, ArchiveRule::EntryComment),
        (central.disk != 0, ArchiveRule::Split),
        (central.made_by >> 8 != 3 || central.internal != 0 || !regular, ArchiveRule::Attributes),
    ];
    broken.iter().find(|(holds, _)| *holds).map_or(Ok(()), |(_, rule)| Err(*rule))
}

/// No two names are one file, and none is a folder too, even where case and Unicode form do not count.
fn check_names_together(entries: &[Entry]) -> Result<(), Error> {
    let mut files = HashSet::with_capacity(entries.len());
    for entry in entries {
        if !files.insert(folded(&entry.name)) {
            return Err(broken_at(ArchiveRule::DuplicateName, &entry.name));
        }
    }
    for entry in entries {
        let name = folded(&entry.name);
        let mut folders = name.match_indices('/').map(|(at, _)| &name[..at]);
        if folders.any(|folder| files.contains(folder)) {
            return Err(broken_at(ArchiveRule::FileIsFolder, &entry.name));
        }
    }
    Ok(())
}
