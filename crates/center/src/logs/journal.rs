//! The files of one plugin's log: JSON Lines in `current.jsonl`, older ones numbered from 1, the oldest dropped.
//! Knows no rule about what may be written.

use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::line::Line;

/// The most bytes of one file.
const MAX_FILE: u64 = 2 << 20;
/// How many files are kept, the current one included.
const FILES: usize = 5;

/// A plugin's log, open for appending.
pub(crate) struct Journal {
    folder: PathBuf,
    file: BufWriter<File>,
    size: u64,
}

impl Journal {
    pub(crate) fn open(folder: &Path) -> io::Result<Self> {
        let mut file =
            OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(part(folder, 0))?;
        let size = end_last_line(&mut file)?;
        Ok(Self { folder: folder.into(), file: BufWriter::new(file), size })
    }

    /// Appends a line without its line break.
    pub(crate) fn append(&mut self, json: &str) -> io::Result<()> {
        let length = json.len() as u64 + 1;
        if self.size > 0 && self.size + length > MAX_FILE {
            self.rotate()?;
        }
        self.file.write_all(json.as_bytes())?;
        self.file.write_all(b"\n")?;
        self.size += length;
        Ok(())
    }

    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }

    fn rotate(&mut self) -> io::Result<()> {
        self.file.flush()?;
        for older in (0..FILES - 1).rev() {
            match fs::rename(part(&self.folder, older), part(&self.folder, older + 1)) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
                _ => {}
            }
        }
        *self = Self::open(&self.folder)?;
        Ok(())
    }
}

/// The last `count` lines that can be read, oldest first.
pub(crate) fn tail(folder: &Path, count: usize) -> io::Result<Vec<Line>> {
    let mut lines = VecDeque::new();
    for number in 0..FILES {
        let text = match fs::read(part(folder, number)) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => continue,
            read => read?,
        };
        for line in text.rsplit(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()) {
            if lines.len() == count {
                return Ok(lines.into());
            }
            lines.push_front(line);
        }
    }
    Ok(lines.into())
}

fn part(folder: &Path, number: usize) -> PathBuf {
    if number == 0 { folder.join("current.jsonl") } else { folder.join(format!("{number}.jsonl")) }
}

/// Ends a line that was cut by a crash, so that the next one stands alone; returns the file's size.
fn end_last_line(file: &mut File) -> io::Result<u64> {
    let size = file.seek(SeekFrom::End(0))?;
    if size == 0 {
        return Ok(0);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    if last == *b"\n" {
        return Ok(size);
    }
    file.write_all(b"\n")?;
    Ok(size + 1)
}
