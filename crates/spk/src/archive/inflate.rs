//! Reading entries: bounded by what they declare, to their very end, and an error for any lie.

use std::io::{Read, Write};

use flate2::{Crc, Decompress, FlushDecompress, Status};

use super::{Entry, EntryRecord, Method};
use crate::{
    Digest,
    error::{Error, Limited, attempt},
    file::{BUFFER, Section, Source},
};

/// What reading an entry to its end found out.
pub(crate) struct Copied {
    /// Unpacked bytes.
    pub size: u64,
    /// BLAKE3 of the unpacked bytes.
    pub unpacked: Digest,
    /// BLAKE3 of the packed bytes.
    pub packed: Digest,
}

fn corrupt(entry: &Entry) -> Error {
    Error::EntryCorrupt { path: entry.name.clone() }
}

/// Writes the unpacked bytes of `entry` to `sink`. At most the declared size is ever written; nothing of it may be
/// used before this returns.
///
/// # Errors
/// `EntryCorrupt` if sizes, checksum or the packed stream's end are not as declared; `Io`.
pub(crate) fn copy_entry(file: Source, entry: &Entry, sink: &mut dyn Write) -> Result<Copied, Error> {
    let source = Section::new(file, entry.offset..entry.offset + entry.packed);
    Unpacking::new(entry, source, sink).run()
}

/// The whole of an entry of at most `max` bytes.
pub(crate) fn read_entry(file: Source, entry: &Entry, max: u64) -> Result<Vec<u8>, Error> {
    let mut bytes = buffer_for(entry, max)?;
    copy_entry(file, entry, &mut bytes)?;
    Ok(bytes)
}

/// The whole of a recorded entry: its packed bytes are compared with the record before they are unpacked.
pub(crate) fn read_recorded(file: Source, record: &EntryRecord, max: u64) -> Result<Vec<u8>, Error> {
    let entry = record.entry();
    let mut bytes = buffer_for(&entry, max)?;
    let mut packed = buffer_of(entry.packed, &entry, max.saturating_add(BUFFER as u64))?;
    let mut source = Section::new(file, entry.offset..entry.offset + entry.packed);
    source.read_to_end(&mut packed).map_err(attempt("read", &entry.name))?;
    if Digest::of(&packed) != record.blake3 {
        return Err(corrupt(&entry));
    }
    Unpacking::new(&entry, packed.as_slice(), &mut bytes).run()?;
    Ok(bytes)
}

/// Up to `count` bytes from the beginning of an entry; the rest is not looked at.
pub(crate) fn read_prefix(file: Source, entry: &Entry, count: usize) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::with_capacity(count);
    let source = Section::new(file, entry.offset..entry.offset + entry.packed);
    let read = match entry.method {
        Method::Stored => source.take(count as u64).read_to_end(&mut bytes),
        Method::Deflated => {
            flate2::read::DeflateDecoder::new(source).take(count as u64).read_to_end(&mut bytes)
        }
    };
    read.map_err(|_| corrupt(entry))?;
    Ok(bytes)
}

fn buffer_for(entry: &Entry, max: u64) -> Result<Vec<u8>, Error> {
    buffer_of(entry.unpacked, entry, max)
}

fn buffer_of(size: u64, entry: &Entry, max: u64) -> Result<Vec<u8>, Error> {
    let too_large = || Error::TooLarge { what: Limited::Entry, limit: max, path: Some(entry.name.clone()) };
    if size > max {
        return Err(too_large());
    }
    Ok(Vec::with_capacity(usize::try_from(size).map_err(|_| too_large())?))
}

struct Unpacking<'a, R> {
    entry: &'a Entry,
    source: R,
    sink: &'a mut dyn Write,
    crc: Crc,
    packed: blake3::Hasher,
    /// Only for what is deflated: stored bytes are their own packed bytes.
    unpacked: Option<blake3::Hasher>,
    size: u64,
}

impl<'a, R: Read> Unpacking<'a, R> {
    fn new(entry: &'a Entry, source: R, sink: &'a mut dyn Write) -> Self {
        let unpacked = (entry.method == Method::Deflated).then(blake3::Hasher::new);
        Self { entry, source, sink, crc: Crc::new(), packed: blake3::Hasher::new(), unpacked, size: 0 }
    }

    fn run(mut self) -> Result<Copied, Error> {
        match self.entry.method {
            Method::Stored => self.copy()?,
            Method::Deflated => self.inflate()?,
        }
        let as_declared = self.size == self.entry.unpacked
            && self.packed.count() == self.entry.packed
            && self.crc.sum() == self.entry.crc;
        if !as_declared {
            return Err(corrupt(self.entry));
        }
        let packed: Digest = self.packed.finalize().into();
        let unpacked = self.unpacked.map_or(packed, |hasher| hasher.finalize().into());
        Ok(Copied { size: self.size, unpacked, packed })
    }

    fn fill(&mut self, buffer: &mut [u8]) -> Result<usize, Error> {
        let read = self.source.read(buffer).map_err(attempt("read", &self.entry.name))?;
        self.packed.update(&buffer[..read]);
        Ok(read)
    }

    fn emit(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.size += bytes.len() as u64;
        if self.size > self.entry.unpacked {
            return Err(corrupt(self.entry));
        }
        self.crc.update(bytes);
        if let Some(hasher) = &mut self.unpacked {
            hasher.update(bytes);
        }
        self.sink.write_all(bytes).map_err(attempt("write", &self.entry.name))
    }

    fn copy(&mut self) -> Result<(), Error> {
        let mut buffer = vec![0; BUFFER];
        loop {
            match self.fill(&mut buffer)? {
                0 => return Ok(()),
                read => self.emit(&buffer[..read])?,
            }
        }
    }

    /// Feeds the packed bytes through, and refuses a stream that ends before they do or after.
    fn inflate(&mut self) -> Result<(), Error> {
        let mut inflater = Decompress::new(false);
        let (mut input, mut output) = (vec![0; BUFFER], vec![0; BUFFER]);
        let (mut at, mut filled) = (0, 0);
        loop {
            if at == filled {
                (at, filled) = (0, self.fill(&mut input)?);
            }
            let (before_in, before_out) = (inflater.total_in(), inflater.total_out());
            let status = inflater.decompress(&input[at..filled], &mut output, FlushDecompress::None);
            let status = status.map_err(|_| corrupt(self.entry))?;
            let taken = usize::try_from(inflater.total_in() - before_in).expect("at most a buffer");
            let made = usize::try_from(inflater.total_out() - before_out).expect("at most a buffer");
            at += taken;
            self.emit(&output[..made])?;
            match status {
                Status::StreamEnd => break,
                _ if taken == 0 && made == 0 && filled == 0 => return Err(corrupt(self.entry)),
                _ => {}
            }
        }
        if at == filled && self.fill(&mut input)? == 0 { Ok(()) } else { Err(corrupt(self.entry)) }
    }
}
