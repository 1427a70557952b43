//! Reading a file by offset through one handle, without a position that others could move.

use std::{
    fs::File,
    io::{self, Read},
    ops::Range,
    os::unix::fs::FileExt,
};

/// The size of the buffers that large contents go through.
pub(crate) const BUFFER: usize = 256 * 1024;

pub(crate) fn read_exact_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<()> {
    file.read_exact_at(buffer, offset)
}

/// A range of a file as a reader.
pub(crate) struct Section<'a> {
    file: &'a File,
    rest: Range<u64>,
}

impl<'a> Section<'a> {
    pub(crate) fn new(file: &'a File, range: Range<u64>) -> Self {
        Self { file, rest: range }
    }
}

impl Read for Section<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.rest.end.saturating_sub(self.rest.start);
        let take = usize::try_from(left).map_or(buffer.len(), |left| left.min(buffer.len()));
        let read = self.file.read_at(&mut buffer[..take], self.rest.start)?;
        self.rest.start += read as u64;
        Ok(read)
    }
}
