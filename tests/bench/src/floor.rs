//! What the work would cost without any checking, recording or confining: the least that installing, verifying and calling can take.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Result, ensure};
use rusqlite::Connection;
use rustix::fs::{MemfdFlags, memfd_create};
use spk::EntryRecord;

use crate::Places;

const BUFFER: usize = 256 << 10;

/// A folder and a database as a center has them, and the program that does the least.
pub struct Floor {
    folder: tempfile::TempDir,
    database: Connection,
    program: PathBuf,
}

impl Floor {
    /// In a fresh folder beside the results.
    pub fn new(places: &Places) -> Result<Self> {
        let folder = tempfile::tempdir_in(&places.results)?;
        let database = Connection::open(folder.path().join("floor.db"))?;
        database.pragma_update(None, "journal_mode", "WAL")?;
        database.pragma_update(None, "synchronous", "FULL")?;
        database.execute_batch("CREATE TABLE packages (name TEXT)")?;
        Ok(Self { folder, database, program: places.results.join("floor") })
    }

    /// Copy, fsync, rename, fsync of the folder, one commit, inflate the library, spawn, dlopen.
    pub fn install(&self, package: &Path, library: &EntryRecord) -> Result<()> {
        let path = copy_and_hash(package, self.folder.path())?;
        File::open(&path)?.sync_data()?;
        let place = self.folder.path().join("package");
        fs::rename(path, &place)?;
        File::open(self.folder.path())?.sync_all()?;
        self.database.execute("INSERT INTO packages VALUES ('package')", [])?;
        self.load(&place, library)
    }

    /// Inflate the library, spawn, dlopen.
    pub fn load(&self, package: &Path, library: &EntryRecord) -> Result<()> {
        let memory = inflate(package, library)?;
        let mut child =
            Command::new(&self.program).arg("dlopen").stdin(memory).stdout(Stdio::piped()).spawn()?;
        let mut loaded = [0];
        child.stdout.take().expect("it was asked for").read_exact(&mut loaded)?;
        child.wait()?;
        Ok(())
    }

    /// A process that sends back what it gets.
    pub fn echo(&self) -> Result<Echo> {
        let (here, there) = UnixStream::pair()?;
        let child = Command::new(&self.program).arg("echo").stdin(OwnedFd::from(there)).spawn()?;
        Ok(Echo { socket: here, child })
    }
}

/// Read, copy and BLAKE3 in one pass. Returns the copy.
pub fn copy_and_hash(package: &Path, folder: &Path) -> Result<PathBuf> {
    let path = folder.join("copy");
    let (mut from, mut to) = (File::open(package)?, File::create(&path)?);
    let (mut hasher, mut buffer) = (blake3::Hasher::new(), vec![0; BUFFER]);
    loop {
        let read = from.read(&mut buffer)?;
        if read == 0 {
            std::hint::black_box(hasher.finalize());
            return Ok(path);
        }
        hasher.update(&buffer[..read]);
        to.write_all(&buffer[..read])?;
    }
}

fn inflate(package: &Path, library: &EntryRecord) -> Result<OwnedFd> {
    let mut packed =
        Section { file: File::open(package)?, at: library.offset, end: library.offset + library.packed };
    let mut memory = File::from(memfd_create("library", MemfdFlags::CLOEXEC)?);
    let mut buffer = vec![0; BUFFER];
    let mut source: Box<dyn Read> = match library.method {
        spk::Method::Stored => Box::new(&mut packed),
        spk::Method::Deflated => Box::new(flate2::read::DeflateDecoder::new(&mut packed)),
    };
    loop {
        let read = source.read(&mut buffer)?;
        if read == 0 {
            return Ok(memory.into());
        }
        memory.write_all(&buffer[..read])?;
    }
}

struct Section {
    file: File,
    at: u64,
    end: u64,
}

impl Read for Section {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let left = usize::try_from(self.end - self.at).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.file.read_at(&mut buffer[..left], self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

/// The other end of the bare socket pair.
pub struct Echo {
    socket: UnixStream,
    child: Child,
}

impl Echo {
    /// The process at the other end.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// One round trip of 100 bytes.
    pub fn round_trip(&mut self) -> Result<()> {
        let (sent, mut received) = ([7; 100], [0; 100]);
        self.socket.write_all(&sent)?;
        self.socket.read_exact(&mut received)?;
        ensure!(sent == received, "the echo differs");
        Ok(())
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        let _ = self.socket.shutdown(std::net::Shutdown::Both);
        let _ = self.child.wait();
    }
}
