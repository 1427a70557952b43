//! Taking a file in: is it complete, and a private copy of it, hashed on the way. Verifies nothing.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Read, Write},
    ops::{ControlFlow, Range},
    os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::Arc,
};

use rustix::fs::OFlags;

use crate::{
    Digest, Error, Identity, Limits,
    envelope::{Envelope, HEADER, MAGIC, PACKAGE},
    error::{Limited, attempt},
    file::BUFFER,
    statement::Statement,
};

/// How much of a package a file holds, by its own unverified word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// It does not begin like one.
    NotAPackage,
    /// More has to come.
    Arriving {
        /// Bytes there.
        have: u64,
        /// Bytes that it will have; while the envelope is incomplete, only up to the envelope's end.
        expect: u64,
    },
    /// As long as it says, or so broken that only verifying can tell what is wrong.
    Complete,
    /// Longer than it says.
    TooLong {
        /// Bytes there.
        have: u64,
        /// Bytes announced.
        expect: u64,
    },
}

/// Compares a file's length with what its head announces. Cheap: reads at most the envelope.
///
/// # Errors
/// `NotAFile`, `IsALink`, `Io`.
pub fn completeness(path: &Path) -> Result<Completeness, Error> {
    let mut file = open_plain(path)?;
    let have = file.metadata().map_err(attempt("look at", path.display()))?.len();
    let mut head = Vec::new();
    let mut read = |limit: u64, head: &mut Vec<u8>| {
        (&mut file).take(limit).read_to_end(head).map_err(attempt("read", path.display()))
    };
    read(HEADER, &mut head)?;
    let Some(length) = envelope_length(&head) else {
        let begins = MAGIC.starts_with(&head[..head.len().min(MAGIC.len())]);
        return Ok(if begins {
            Completeness::Arriving { have, expect: HEADER }
        } else {
            Completeness::NotAPackage
        });
    };
    if length > Limits::ENVELOPE {
        return Ok(Completeness::Complete);
    }
    head.clear();
    if (read(length, &mut head)? as u64) < length {
        return Ok(Completeness::Arriving { have, expect: HEADER + length });
    }
    Ok(announced_payload(&head).map_or(Completeness::Complete, |size| compare(have, HEADER + length, size)))
}

/// The envelope's length, if `head` is a whole header.
fn envelope_length(head: &[u8]) -> Option<u64> {
    let (magic, length) = head.split_first_chunk::<4>()?;
    let length = length.first_chunk::<4>()?;
    (*magic == MAGIC).then(|| u64::from(u32::from_le_bytes(*length)))
}

/// Where the payload of a package that was accepted before begins, and whether it is encrypted.
pub(crate) fn payload_of(file: &File) -> Result<(Range<u64>, bool), Error> {
    let unread = |_| Error::Truncated { have: 0, expected: HEADER };
    let size = file.metadata().map_err(attempt("look at", "the package"))?.len();
    let mut head = [0; HEADER as usize];
    file.read_exact_at(&mut head, 0).map_err(unread)?;
    let length = envelope_length(&head).filter(|length| *length <= Limits::ENVELOPE);
    let length = length.ok_or_else(|| not_a_package(&head))?;
    let mut envelope = vec![0; usize::try_from(length).expect("a short envelope")];
    file.read_exact_at(&mut envelope, HEADER).map_err(unread)?;
    let statement = Statement::parse(&Envelope::parse(PACKAGE, &envelope)?.statement)?;
    Ok((HEADER + length..size, statement.plaintext.is_some()))
}

/// The payload's size by the unverified statement: a hint for waiting, nothing more.
fn announced_payload(envelope: &[u8]) -> Option<u64> {
    let envelope = Envelope::parse(PACKAGE, envelope).ok()?;
    Statement::parse(&envelope.statement).ok().map(|statement| statement.payload.size)
}

fn compare(have: u64, payload_start: u64, payload: u64) -> Completeness {
    let expect = payload_start.saturating_add(payload);
    match have.cmp(&expect) {
        std::cmp::Ordering::Less => Completeness::Arriving { have, expect },
        std::cmp::Ordering::Equal => Completeness::Complete,
        std::cmp::Ordering::Greater => Completeness::TooLong { have, expect },
    }
}

/// Opens a regular file without following a link in its last part, and without waiting for a FIFO's other end.
pub(crate) fn open_plain(path: &Path) -> Result<File, Error> {
    let shown = || path.display().to_string();
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY).bits();
    let open = OpenOptions::new().read(true).custom_flags(flags.cast_signed()).open(path);
    let file = match open {
        Err(error) if error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) => {
            return Err(Error::IsALink { path: shown() });
        }
        // A socket, or a device without a driver.
        Err(error) if error.raw_os_error() == Some(rustix::io::Errno::NXIO.raw_os_error()) => {
            return Err(Error::NotAFile { path: shown() });
        }
        other => other.map_err(attempt("open", path.display()))?,
    };
    let is_file = file.metadata().map_err(attempt("look at", path.display()))?.is_file();
    if is_file { Ok(file) } else { Err(Error::NotAFile { path: shown() }) }
}

/// A file of ours that is removed when dropped, unless it was kept.
#[derive(Debug)]
pub(crate) struct PrivateFile {
    pub file: File,
    pub path: Option<PathBuf>,
}

impl PrivateFile {
    /// A new file (0600) with a random name in `folder`, which is made (0700) if it is missing.
    pub(crate) fn create(folder: &Path) -> Result<Self, Error> {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
        made.map_err(attempt("make the folder", folder.display()))?;
        let mut random = [0_u8; 16];
        getrandom::fill(&mut random)
            .map_err(|e| attempt("name a file in", folder.display())(io::Error::other(e)))?;
        let path = folder.join(format!(".{:032x}.part", u128::from_ne_bytes(random)));
        let open = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path);
        let file = open.map_err(attempt("make", path.display()))?;
        Ok(Self { file, path: Some(path) })
    }

    /// Moves the file to `place`, its bytes on the disk first, and keeps it from then on.
    pub(crate) fn persist(&mut self, place: &Path) -> Result<(), Error> {
        self.file.sync_all().map_err(attempt("write", place.display()))?;
        if let Some(path) = &self.path {
            fs::rename(path, place).map_err(attempt("move a file to", place.display()))?;
        }
        self.path = None;
        Ok(())
    }
}

impl Drop for PrivateFile {
    fn drop(&mut self) {
        if let Some(path) = self.path.take() {
            // Whoever owns the staging folder empties it at start; there is nobody to tell here.
            let _ = fs::remove_file(path);
        }
    }
}

/// A private copy, read once and hashed, of which nothing is believed yet. Removed when dropped.
#[derive(Debug)]
pub struct Staged {
    pub(crate) held: PrivateFile,
    pub(crate) envelope: Vec<u8>,
    pub(crate) payload: Range<u64>,
    pub(crate) payload_digest: Digest,
    pub(crate) limits: Limits,
    pub(crate) identity: Option<Arc<Identity>>,
}

impl Staged {
    /// Gives what opens an encrypted package; without, or with another, it ends as `not_for_this_center`.
    #[must_use]
    pub fn opened_by(mut self, identity: Option<Arc<Identity>>) -> Self {
        self.identity = identity;
        self
    }
}

/// Copies `source` to its end into a new file in `staging` while hashing; `progress` hears the bytes so far.
///
/// # Errors
/// `Empty`, `NotAPackage`, `Truncated` (within the envelope), `TooLarge`, `Cancelled`, `Io`. Nothing stays behind.
pub fn stage(
    source: &mut dyn Read,
    staging: &Path,
    limits: &Limits,
    progress: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Result<Staged, Error> {
    let held = PrivateFile::create(staging)?;
    let mut intake = Intake { source, copy: Some(&held.file), limits, progress, count: 0 };
    let (envelope, payload, payload_digest) = intake.run()?;
    Ok(Staged { held, envelope, payload, payload_digest, limits: limits.clone(), identity: None })
}

/// [`stage`] for a file by path: it must be a regular file and no link, and is opened once.
///
/// # Errors
/// Those of [`stage`], `NotAFile`, `IsALink`.
pub fn stage_path(
    path: &Path,
    staging: &Path,
    limits: &Limits,
    progress: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Result<Staged, Error> {
    let mut file = open_plain(path)?;
    let size = file.metadata().map_err(attempt("look at", path.display()))?.len();
    if size > limits.file {
        return Err(Error::TooLarge { what: Limited::File, limit: limits.file, path: None });
    }
    stage(&mut file, staging, limits, progress)
}

/// Takes a file that is private already, without copying it. It is not removed when dropped.
///
/// # Errors
/// Those of [`stage`].
pub fn open(mut file: File) -> Result<Staged, Error> {
    let limits = Limits::default();
    io::Seek::rewind(&mut file).map_err(attempt("read", "the package"))?;
    let progress = &mut |_| ControlFlow::Continue(());
    let mut intake = Intake { source: &mut file, copy: None, limits: &limits, progress, count: 0 };
    let (envelope, payload, payload_digest) = intake.run()?;
    Ok(Staged {
        held: PrivateFile { file, path: None },
        envelope,
        payload,
        payload_digest,
        limits,
        identity: None,
    })
}

/// The envelope of the file at `path`, not verified.
pub(crate) fn read_envelope(path: &Path) -> Result<Vec<u8>, Error> {
    let (limits, progress) = (&Limits::default(), &mut |_| ControlFlow::Continue(()));
    Intake { source: &mut open_plain(path)?, copy: None, limits, progress, count: 0 }.envelope()
}

/// The one pass over a package's bytes.
struct Intake<'a> {
    source: &'a mut dyn Read,
    copy: Option<&'a File>,
    limits: &'a Limits,
    progress: &'a mut dyn FnMut(u64) -> ControlFlow<()>,
    count: u64,
}

impl Intake<'_> {
    fn run(&mut self) -> Result<(Vec<u8>, Range<u64>, Digest), Error> {
        let envelope = self.envelope()?;
        let start = self.count;
        let digest = self.payload()?;
        Ok((envelope, start..self.count, digest))
    }

    fn envelope(&mut self) -> Result<Vec<u8>, Error> {
        let mut head = Vec::new();
        self.read_head(HEADER, &mut head)?;
        let length = envelope_length(&head).ok_or_else(|| not_a_package(&head))?;
        if length > Limits::ENVELOPE {
            return Err(Error::TooLarge { what: Limited::Envelope, limit: Limits::ENVELOPE, path: None });
        }
        let mut envelope = Vec::new();
        self.read_head(length, &mut envelope)?;
        if (envelope.len() as u64) < length {
            return Err(Error::Truncated { have: self.count, expected: HEADER + length });
        }
        Ok(envelope)
    }

    fn read_head(&mut self, length: u64, bytes: &mut Vec<u8>) -> Result<(), Error> {
        (&mut self.source).take(length).read_to_end(bytes).map_err(attempt("read", "the package"))?;
        self.took(bytes)
    }

    fn payload(&mut self) -> Result<Digest, Error> {
        let mut hasher = blake3::Hasher::new();
        let mut buffer = vec![0; BUFFER];
        loop {
            let read = match self.source.read(&mut buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                other => other.map_err(attempt("read", "the package"))?,
            };
            if read == 0 {
                return Ok(hasher.finalize().into());
            }
            hasher.update(&buffer[..read]);
            self.took(&buffer[..read])?;
        }
    }

    fn took(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.count += bytes.len() as u64;
        if self.count > self.limits.file {
            return Err(Error::TooLarge { what: Limited::File, limit: self.limits.file, path: None });
        }
        if let Some(mut copy) = self.copy {
            copy.write_all(bytes).map_err(attempt("copy", "the package"))?;
        }
        if (self.progress)(self.count).is_break() { Err(Error::Cancelled) } else { Ok(()) }
    }
}

fn not_a_package(head: &[u8]) -> Error {
    if head.is_empty() {
        return Error::Empty;
    }
    if MAGIC.starts_with(head) || head.starts_with(&MAGIC) {
        return Error::Truncated { have: head.len() as u64, expected: HEADER };
    }
    let text = head.trim_ascii_start();
    let kinds: [(&[u8], &'static str); 6] = [
        (b"PK", "a ZIP archive"),
        (b"\x1f\x8b", "a gzip file"),
        (b"\x7fELF", "a program or library"),
        (b"age-encr", "an encrypted file"),
        (b"<", "a web page or XML file"),
        (b"{", "a JSON file"),
    ];
    let resembles = kinds.iter().find(|(magic, _)| text.starts_with(magic)).map(|(_, kind)| *kind);
    Error::NotAPackage { resembles }
}
