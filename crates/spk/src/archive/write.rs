//! Writing the archive: the same entries give the same bytes, and nothing that the strict reader would refuse.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
};

use flate2::{Compression, Crc, write::DeflateEncoder};

use super::{
    Method,
    headers::{Central, Common, End, LOCAL_SIZE},
};
use crate::{file::BUFFER, limits::Limits};

/// Writes entries one after the other into a new file.
pub(crate) struct ArchiveWriter {
    file: File,
    next: u64,
    directory: Vec<u8>,
    entries: u16,
}

fn too_large<E>(_: E) -> io::Error {
    io::Error::new(io::ErrorKind::FileTooLarge, "the archive is over 4 GiB")
}

impl ArchiveWriter {
    /// Begins at the beginning of the empty `file`.
    pub(crate) fn new(file: File) -> Self {
        Self { file, next: 0, directory: Vec::new(), entries: 0 }
    }

    /// Adds what `source` holds as `name`. Deflated where that helps and stays within the allowed ratio, else
    /// stored. The caller checked the name.
    pub(crate) fn add(&mut self, name: &str, executable: bool, source: &mut File) -> io::Result<()> {
        let data = self.next + LOCAL_SIZE + name.len() as u64;
        let mut common = self.pack(data, Common::ours(Method::Deflated, name), source)?;
        if !is_worth_it(&common) {
            source.seek(SeekFrom::Start(0))?;
            common = self.pack(data, Common::ours(Method::Stored, name), source)?;
        }
        self.file.seek(SeekFrom::Start(self.next))?;
        self.file.write_all(&common.to_local(name))?;
        let offset = u32::try_from(self.next).map_err(too_large)?;
        self.directory.extend(Central::ours(common, offset, executable).to_bytes(name));
        self.next = data + u64::from(common.packed);
        self.entries = self.entries.checked_add(1).ok_or_else(|| too_large(()))?;
        Ok(())
    }

    fn pack(&mut self, data: u64, mut common: Common, source: &mut File) -> io::Result<Common> {
        self.file.seek(SeekFrom::Start(data))?;
        let mut crc = Crc::new();
        let unpacked = if common.method == Method::Deflated.number() {
            let mut encoder = DeflateEncoder::new(&self.file, Compression::default());
            let size = copy(source, &mut crc, &mut encoder)?;
            encoder.finish()?;
            size
        } else {
            copy(source, &mut crc, &mut &self.file)?
        };
        common.crc = crc.sum();
        common.unpacked = u32::try_from(unpacked).map_err(too_large)?;
        common.packed = u32::try_from(self.file.stream_position()? - data).map_err(too_large)?;
        Ok(common)
    }

    /// Writes the directory and hands the file back.
    pub(crate) fn finish(mut self) -> io::Result<File> {
        let offset = u32::try_from(self.next).map_err(too_large)?;
        let size = u32::try_from(self.directory.len()).map_err(too_large)?;
        self.directory.extend(End::ours(self.entries, offset, size).to_bytes());
        self.file.set_len(self.next)?;
        self.file.seek(SeekFrom::Start(self.next))?;
        self.file.write_all(&self.directory)?;
        Ok(self.file)
    }
}

fn is_worth_it(common: &Common) -> bool {
    let (packed, unpacked) = (u64::from(common.packed), u64::from(common.unpacked));
    let honest = unpacked <= Limits::RATIO_FROM || unpacked <= packed * Limits::default().ratio;
    packed < unpacked && honest
}

fn copy(source: &mut File, crc: &mut Crc, sink: &mut dyn Write) -> io::Result<u64> {
    let mut buffer = vec![0; BUFFER];
    let mut size = 0;
    loop {
        match source.read(&mut buffer)? {
            0 => return Ok(size),
            read => {
                crc.update(&buffer[..read]);
                sink.write_all(&buffer[..read])?;
                size += read as u64;
            }
        }
    }
}
