//! Reading by offset through one handle, without a position that others could move: a file, or what is encrypted in it.

use std::{
    fs::File,
    io::{self, Read},
    ops::Range,
    os::unix::fs::FileExt,
};

use crate::encryption::Opened;

/// The size of the buffers that large contents go through.
pub(crate) const BUFFER: usize = 256 * 1024;

/// What an archive is read from. Offsets count from the beginning of the file, or of the archive that was encrypted.
#[derive(Clone, Copy)]
pub(crate) enum Source<'a> {
    File(&'a File),
    Opened(&'a Opened),
}

impl Source<'_> {
    pub(crate) fn read_at(self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        match self {
            Self::File(file) => file.read_at(buffer, offset),
            Self::Opened(opened) => opened.read_at(buffer, offset),
        }
    }

    pub(crate) fn read_exact_at(self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        let end = offset.saturating_add(buffer.len() as u64);
        Section::new(self, offset..end).read_exact(buffer)
    }
}

/// A range as a reader.
pub(crate) struct Section<'a> {
    source: Source<'a>,
    rest: Range<u64>,
}

impl<'a> Section<'a> {
    pub(crate) fn new(source: Source<'a>, range: Range<u64>) -> Self {
        Self { source, rest: range }
    }
}

impl Read for Section<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.rest.end.saturating_sub(self.rest.start);
        let take = usize::try_from(left).map_or(buffer.len(), |left| left.min(buffer.len()));
        let read = self.source.read_at(&mut buffer[..take], self.rest.start)?;
        self.rest.start += read as u64;
        Ok(read)
    }
}
