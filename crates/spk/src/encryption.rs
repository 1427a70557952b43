//! Packages that only some centers can read: age with X25519 keys. Plaintext is made in memory, piece by piece, and
//! never written to a file here. Knows nothing of signatures.

use std::{
    fmt,
    fs::{self, File, OpenOptions},
    io::{self, BufReader, Read, Seek, SeekFrom, Write},
    iter,
    ops::Range,
    os::unix::fs::{FileExt, OpenOptionsExt, PermissionsExt},
    path::Path,
    str::FromStr,
    sync::{Mutex, PoisonError},
};

use age::{Decryptor, Encryptor, secrecy::ExposeSecret, stream::StreamReader, x25519};
use zeroize::Zeroizing;

use crate::{Digest, Error, KeyError, error::attempt, file::BUFFER, statement::Content};

/// For how many a package can be encrypted.
pub const MAX_RECIPIENTS: usize = 16;
/// What every payload of this kind begins with.
const FIRST_LINE: &str = "age-encryption.org/v1";
/// Room for all recipients and then some: age's reader takes a time that grows with the square of the header.
const LONGEST_HEADER: usize = 8 * 1024;

/// For whom a package is encrypted: the public half of an [`Identity`]. Written `age1…`.
#[derive(Clone, PartialEq, Eq)]
pub struct Recipient(x25519::Recipient);

impl FromStr for Recipient {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        text.trim().parse().map(Self).map_err(|_| KeyError::NotARecipient)
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recipient({self})")
    }
}

/// What opens packages that were encrypted for its [`Recipient`]. Never shown by `Debug`.
pub struct Identity(x25519::Identity);

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity(of {})", self.recipient())
    }
}

impl Identity {
    /// Makes a new one from the system's random numbers.
    #[must_use]
    pub fn generate() -> Self {
        Self(x25519::Identity::generate())
    }

    /// What others encrypt for.
    #[must_use]
    pub fn recipient(&self) -> Recipient {
        Recipient(self.0.to_public())
    }

    /// Writes it into a new file that only its owner can read (0600), whole or not at all, as age's own tools read it.
    ///
    /// # Errors
    /// `Io`, also if there is a file already: an identity is never overwritten.
    pub fn save(&self, path: &Path) -> Result<(), KeyError> {
        let mut random = [0_u8; 8];
        getrandom::fill(&mut random).map_err(io::Error::other)?;
        let draft = path.with_extension(format!("part-{:016x}", u64::from_ne_bytes(random)));
        let written = self.write_new(&draft).and_then(|()| fs::hard_link(&draft, path));
        let removed = fs::remove_file(&draft);
        Ok(written.and(removed)?)
    }

    fn write_new(&self, path: &Path) -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        writeln!(file, "# public key: {}", self.recipient())?;
        writeln!(file, "{}", self.0.to_string().expose_secret())?;
        file.sync_all()
    }

    /// Reads it from a file: one line that is no comment.
    ///
    /// # Errors
    /// `TooOpen` if others can read the file, `NotAnIdentity`, `Io`.
    pub fn load(path: &Path) -> Result<Self, KeyError> {
        let mut file = File::open(path)?;
        let mode = file.metadata()?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(KeyError::TooOpen { mode });
        }
        let mut text = Zeroizing::new(String::new());
        Read::take(&mut file, 4096).read_to_string(&mut text).map_err(|_| KeyError::NotAnIdentity)?;
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        match (lines.next(), lines.next()) {
            (Some(line), None) => line.parse().map(Self).map_err(|_| KeyError::NotAnIdentity),
            _ => Err(KeyError::NotAnIdentity),
        }
    }
}

/// Encrypts all of `source` into `sink`.
///
/// # Errors
/// `UnsupportedEncryption` for no recipients or too many; `Io`.
pub(crate) fn encrypt(source: &mut dyn Read, recipients: &[Recipient], sink: &File) -> Result<(), Error> {
    check_count(recipients.len())?;
    let recipients = recipients.iter().map(|recipient| &recipient.0 as &dyn age::Recipient);
    let encryptor = Encryptor::with_recipients(recipients).map_err(|_| otherwise("no X25519 key"))?;
    let encrypted = (|| {
        let mut writer = encryptor.wrap_output(sink)?;
        let mut buffer = vec![0; BUFFER];
        loop {
            match source.read(&mut buffer)? {
                0 => return writer.finish().map(drop),
                read => writer.write_all(&buffer[..read])?,
            }
        }
    })();
    encrypted.map_err(attempt("encrypt", "the archive"))
}

fn check_count(count: usize) -> Result<(), Error> {
    match count {
        1..=MAX_RECIPIENTS => Ok(()),
        _ => Err(otherwise(format!("{count} keys instead of 1 to {MAX_RECIPIENTS}"))),
    }
}

fn otherwise(found: impl Into<String>) -> Error {
    Error::UnsupportedEncryption { found: found.into() }
}

/// The archive inside an encrypted payload, readable by offset.
pub(crate) struct Opened {
    stream: Mutex<StreamReader<BufReader<Part>>>,
    size: u64,
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Opened({} bytes)", self.size)
    }
}

impl Opened {
    /// Opens what fills `payload` of `file`. Nothing but the header and the last piece is read.
    ///
    /// # Errors
    /// `NotForThisCenter`, `UnsupportedEncryption`, `DecryptionFailed`, `Io`.
    pub(crate) fn new(file: &File, payload: Range<u64>, identity: Option<&Identity>) -> Result<Self, Error> {
        check_header(file, &payload)?;
        let identity = identity.ok_or(Error::NotForThisCenter)?;
        let file = file.try_clone().map_err(attempt("read", "the package"))?;
        let part = BufReader::with_capacity(4096, Part { file, range: payload, at: 0 });
        let decryptor = Decryptor::new_buffered(part).map_err(refusal)?;
        let mut stream = decryptor.decrypt(iter::once(&identity.0 as &dyn age::Identity)).map_err(refusal)?;
        let size = stream.seek(SeekFrom::End(0)).map_err(|_| Error::DecryptionFailed)?;
        Ok(Self { stream: Mutex::new(stream), size })
    }

    /// The archive's size in bytes.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// Reads it all, and compares it with what was signed.
    ///
    /// # Errors
    /// `DecryptionFailed`, `PlaintextMismatch`.
    pub(crate) fn check(&self, expected: &Content) -> Result<(), Error> {
        if self.size != expected.size {
            return Err(Error::PlaintextMismatch);
        }
        let (mut hasher, mut buffer) = (blake3::Hasher::new(), vec![0; BUFFER]);
        while hasher.count() < self.size {
            match self.read_at(&mut buffer, hasher.count()) {
                Err(_) | Ok(0) => return Err(Error::DecryptionFailed),
                Ok(read) => _ = hasher.update(&buffer[..read]),
            }
        }
        let found: Digest = hasher.finalize().into();
        if found == expected.blake3 { Ok(()) } else { Err(Error::PlaintextMismatch) }
    }

    /// As [`FileExt::read_at`].
    pub(crate) fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
        stream.seek(SeekFrom::Start(offset.min(self.size)))?;
        stream.read(buffer)
    }
}

fn refusal(error: age::DecryptError) -> Error {
    match error {
        age::DecryptError::NoMatchingKeys => Error::NotForThisCenter,
        age::DecryptError::Io(source) if source.kind() != io::ErrorKind::UnexpectedEof => {
            attempt("read", "the package")(source)
        }
        _ => Error::DecryptionFailed,
    }
}

/// For how many a payload is encrypted, of which only the beginning has to be there. Nothing else than X25519 is
/// taken, so no password is ever stretched and no plugin of age called; what age adds to keep readers tolerant
/// (`…-grease`) is passed over.
///
/// # Errors
/// `UnsupportedEncryption`, `DecryptionFailed` for what is no age at all, `Io`.
pub(crate) fn check_header(file: &File, payload: &Range<u64>) -> Result<usize, Error> {
    let mut head = Vec::new();
    let part = Part {
        file: file.try_clone().map_err(attempt("read", "the package"))?,
        range: payload.clone(),
        at: 0,
    };
    part.take(LONGEST_HEADER as u64).read_to_end(&mut head).map_err(attempt("read", "the package"))?;
    let mut lines = head.split(|byte| *byte == b'\n').map(|line| str::from_utf8(line).unwrap_or_default());
    if lines.next() != Some(FIRST_LINE) {
        return Err(Error::DecryptionFailed);
    }
    let mut count = 0;
    for line in lines {
        match line.strip_prefix("-> ").and_then(|rest| rest.split(' ').next()) {
            Some("X25519") => count += 1,
            Some(kind) if kind.ends_with("-grease") => {}
            Some(kind) => return Err(otherwise(crate::printable(kind.as_bytes()))),
            None if line.starts_with("--- ") => return check_count(count).map(|()| count),
            None => {}
        }
    }
    Err(otherwise(format!("a header of more than {LONGEST_HEADER} bytes")))
}

/// A range of a file with a position of its own.
struct Part {
    file: File,
    range: Range<u64>,
    at: u64,
}

impl Read for Part {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let start = self.range.start + self.at;
        let left = usize::try_from(self.range.end.saturating_sub(start)).unwrap_or(usize::MAX);
        let take = left.min(buffer.len());
        let read = self.file.read_at(&mut buffer[..take], start)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for Part {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => (self.range.end - self.range.start).checked_add_signed(by),
        };
        let length = self.range.end - self.range.start;
        self.at = at.filter(|at| *at <= length).ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}
