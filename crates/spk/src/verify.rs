//! The twelve checks in their order, and the package that passed them. Executes nothing, keeps nothing, knows no
//! database.

use std::{
    fs::File,
    io::Write,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use crate::{
    Claim, Digest, Error, HostFacts, Manifest, PublicKey, Standing, Statement, Texts, Trust, TrustNone,
    Warning,
    archive::{self, Copied, Entry, EntryTable, copy_entry, read_entry},
    contents::{self, Contents, Question, find},
    encryption::{self, Opened},
    envelope::{Envelope, PACKAGE},
    error::Tampered,
    file::Source,
    stage::{PrivateFile, Staged, read_envelope},
};

/// The checks in their order: the first is [`crate::completeness`], the second [`crate::stage_path`], the others are
/// [`Staged::verify`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// The file is as long as its head announces.
    Completeness = 1,
    /// A private copy is made and hashed.
    Copy,
    /// Magic, length and canonical envelope.
    Envelope,
    /// The signature fits the statement.
    Signature,
    /// The statement's shape, key and dates.
    Statement,
    /// The payload's size and digest.
    Payload,
    /// The key may bring this package.
    Trust,
    /// An encrypted payload is opened.
    Decryption,
    /// The archive keeps every rule.
    Archive,
    /// `plugin.json`, locales and icon.
    Manifest,
    /// `plugin.json` and statement are of one plugin and version.
    Identity,
    /// There is a library for this platform.
    Library,
}

impl Stage {
    /// All of them, in order.
    pub const ALL: [Self; 12] = [
        Self::Completeness,
        Self::Copy,
        Self::Envelope,
        Self::Signature,
        Self::Statement,
        Self::Payload,
        Self::Trust,
        Self::Decryption,
        Self::Archive,
        Self::Manifest,
        Self::Identity,
        Self::Library,
    ];

    /// 1 to 12.
    #[must_use]
    pub fn number(self) -> u8 {
        self as u8
    }

    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Completeness => "completeness",
            Self::Copy => "copy",
            Self::Envelope => "envelope",
            Self::Signature => "signature",
            Self::Statement => "statement",
            Self::Payload => "payload",
            Self::Trust => "trust",
            Self::Decryption => "decryption",
            Self::Archive => "archive",
            Self::Manifest => "manifest",
            Self::Identity => "identity",
            Self::Library => "library",
        }
    }
}

/// Tells the caller which check begins, and hears whether to go on.
pub(crate) struct Steps<'a>(pub &'a mut dyn FnMut(Stage) -> ControlFlow<()>);

impl Steps<'_> {
    pub(crate) fn begin(&mut self, stage: Stage) -> Result<(), Error> {
        if (self.0)(stage).is_break() { Err(Error::Cancelled) } else { Ok(()) }
    }
}

struct Run<'a> {
    strict: bool,
    steps: Steps<'a>,
}

impl Staged {
    /// Runs checks 3 to 12; `progress` hears each as it begins.
    ///
    /// # Errors
    /// The first check that fails; the private copy is removed then.
    pub fn verify(
        self,
        trust: &dyn Trust,
        host: &HostFacts,
        progress: &mut dyn FnMut(Stage) -> ControlFlow<()>,
    ) -> Result<VerifiedPackage, Error> {
        self.run(trust, host, Run { strict: false, steps: Steps(progress) })
    }

    /// [`Staged::verify`] as the publisher's tools do it: warnings are defects, and the libraries of all platforms
    /// are looked at instead of this one's.
    pub(crate) fn verify_strictly(self, host: &HostFacts) -> Result<VerifiedPackage, Error> {
        let steps = Steps(&mut |_| ControlFlow::Continue(()));
        self.run(&TrustNone, host, Run { strict: true, steps })
    }

    fn run(self, trust: &dyn Trust, host: &HostFacts, run: Run) -> Result<VerifiedPackage, Error> {
        let Run { strict, mut steps } = run;
        let Outside { digest, key, statement } = self.check_outside(host, &mut steps)?;
        steps.begin(Stage::Trust)?;
        let standing = trust.judge(&claim(key, digest, &statement))?;
        steps.begin(Stage::Decryption)?;
        let opened = self.open_payload(&statement)?;
        let question = Question { strict, ..self.question(host, &statement, opened.as_ref()) };
        let contents = contents::check(&question, &mut steps)?;
        let library = contents.manifest.library.get(&host.target).cloned();
        Ok(VerifiedPackage { held: self.held, opened, digest, key, statement, standing, contents, library })
    }

    /// Runs checks 3 to 6, which need no key to what is inside; `progress` hears each as it begins. Asks nobody for
    /// trust.
    ///
    /// # Errors
    /// The first check that fails.
    pub fn outside(
        &self,
        host: &HostFacts,
        progress: &mut dyn FnMut(Stage) -> ControlFlow<()>,
    ) -> Result<Outside, Error> {
        self.check_outside(host, &mut Steps(progress))
    }

    fn check_outside(&self, host: &HostFacts, steps: &mut Steps) -> Result<Outside, Error> {
        steps.begin(Stage::Envelope)?;
        let envelope = Envelope::parse(PACKAGE, &self.envelope)?;
        steps.begin(Stage::Signature)?;
        let key = envelope.verify()?;
        steps.begin(Stage::Statement)?;
        let statement = Statement::parse(&envelope.statement)?;
        statement.check_key(key)?;
        statement.check_dates(host.now)?;
        steps.begin(Stage::Payload)?;
        self.check_payload(&statement)?;
        Ok(Outside { digest: envelope.digest(), key, statement })
    }

    /// For how many keys the payload is encrypted; `None` if the statement says that it is not. Needs none of them.
    ///
    /// # Errors
    /// `UnsupportedEncryption`, `DecryptionFailed`, `Io`.
    pub fn recipients(&self, statement: &Statement) -> Result<Option<usize>, Error> {
        let counted = statement.plaintext.map(|_| encryption::check_header(&self.held.file, &self.payload));
        counted.transpose()
    }

    /// Check 8: the archive, if it is encrypted, opened and compared to its end with what was signed.
    fn open_payload(&self, statement: &Statement) -> Result<Option<Opened>, Error> {
        let Some(plaintext) = &statement.plaintext else { return Ok(None) };
        let opened = Opened::new(&self.held.file, self.payload.clone(), self.identity.as_deref())?;
        opened.check(plaintext)?;
        Ok(Some(opened))
    }

    pub(crate) fn check_payload(&self, statement: &Statement) -> Result<(), Error> {
        let size = self.payload.end - self.payload.start;
        let (have, expected) = (self.payload.end, self.payload.start.saturating_add(statement.payload.size));
        match size.cmp(&statement.payload.size) {
            std::cmp::Ordering::Less => Err(Error::Truncated { have, expected }),
            std::cmp::Ordering::Greater => Err(Error::TrailingBytes { have, expected }),
            std::cmp::Ordering::Equal if self.payload_digest == statement.payload.blake3 => Ok(()),
            std::cmp::Ordering::Equal => Err(Error::Tampered(Tampered::Payload)),
        }
    }

    fn question<'a>(
        &'a self,
        host: &'a HostFacts,
        statement: &'a Statement,
        opened: Option<&'a Opened>,
    ) -> Question<'a> {
        let (file, payload) = match opened {
            Some(opened) => (Source::Opened(opened), 0..opened.size()),
            None => (Source::File(&self.held.file), self.payload.clone()),
        };
        Question { file, payload, limits: &self.limits, host, statement: Some(statement), strict: false }
    }
}

/// What can be told of a package without a look inside.
#[derive(Clone, Debug)]
pub struct Outside {
    /// The package's identity.
    pub digest: Digest,
    /// Who signed it.
    pub key: PublicKey,
    /// What was signed.
    pub statement: Statement,
}

/// What the head of the file at `path` says, its signature verified. Nothing is known of the payload, not even that
/// it is there, nor of dates and trust: good for naming a file in a message, not for acting on it.
///
/// # Errors
/// `NotAFile`, `IsALink`, `Empty`, `NotAPackage`, `Truncated`, and those of checks 3 to 5.
pub fn peek(path: &Path) -> Result<Claim, Error> {
    let envelope = Envelope::parse(PACKAGE, &read_envelope(path)?)?;
    let key = envelope.verify()?;
    let statement = Statement::parse(&envelope.statement)?;
    statement.check_key(key)?;
    Ok(claim(key, envelope.digest(), &statement))
}

fn claim(key: PublicKey, digest: Digest, statement: &Statement) -> Claim {
    let Statement { id, version, release, created, .. } = statement.clone();
    Claim { key, id, version, release, digest, created }
}

/// A package that passed every check, with the private copy it was checked in. The only way to its entries.
#[derive(Debug)]
pub struct VerifiedPackage {
    held: PrivateFile,
    opened: Option<Opened>,
    digest: Digest,
    key: PublicKey,
    statement: Statement,
    standing: Standing,
    contents: Contents,
    library: Option<String>,
}

impl VerifiedPackage {
    /// The package's identity.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Who signed it.
    #[must_use]
    pub fn key(&self) -> PublicKey {
        self.key
    }

    /// What was signed.
    #[must_use]
    pub fn statement(&self) -> &Statement {
        &self.statement
    }

    /// Its `plugin.json`.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.contents.manifest
    }

    /// The texts of its locales.
    #[must_use]
    pub fn texts(&self) -> &Texts {
        &self.contents.texts
    }

    /// What trust was asked about.
    #[must_use]
    pub fn claim(&self) -> Claim {
        claim(self.key, self.digest, &self.statement)
    }

    /// How the center stands to the key.
    #[must_use]
    pub fn standing(&self) -> Standing {
        self.standing
    }

    /// What is worth a look.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.contents.warnings
    }

    /// Its entries, in the archive's order.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.contents.entries
    }

    /// The path of the library for this platform.
    #[must_use]
    pub fn library(&self) -> Option<&str> {
        self.library.as_deref()
    }

    /// Hashes the packed bytes of every entry, for [`crate::StoredPackage`]; `progress` hears the bytes so far.
    ///
    /// # Errors
    /// `EntryCorrupt`, `Cancelled`, `Io`.
    pub fn index(&self, progress: &mut dyn FnMut(u64) -> ControlFlow<()>) -> Result<EntryTable, Error> {
        archive::index(self.source(), &self.contents.entries, None, progress)
    }

    /// Reads a whole entry of at most `max` bytes.
    ///
    /// # Errors
    /// `NoSuchEntry`, `TooLarge`, `EntryCorrupt`, `Io`.
    pub fn read(&self, name: &str, max: u64) -> Result<Vec<u8>, Error> {
        read_entry(self.source(), self.entry(name)?, max)
    }

    /// Writes the library for this platform to `sink`, to its end. Returns its size and digest. What was written
    /// may be used only after this returns without error.
    ///
    /// # Errors
    /// `NoSuchEntry`, `EntryCorrupt`, `Io`.
    pub fn inflate_library(&self, sink: &mut dyn Write) -> Result<(u64, Digest), Error> {
        let copied = self.copy_library(sink)?;
        Ok((copied.size, copied.unpacked))
    }

    /// [`VerifiedPackage::inflate_library`] and [`VerifiedPackage::index`] in one, reading the library once.
    ///
    /// # Errors
    /// Those of both.
    pub fn index_and_inflate(
        &self,
        sink: &mut dyn Write,
        progress: &mut dyn FnMut(u64) -> ControlFlow<()>,
    ) -> Result<(EntryTable, u64, Digest), Error> {
        let copied = self.copy_library(sink)?;
        let known = self.library().map(|name| (name, copied.packed));
        let table = archive::index(self.source(), &self.contents.entries, known, progress)?;
        Ok((table, copied.size, copied.unpacked))
    }

    fn copy_library(&self, sink: &mut dyn Write) -> Result<Copied, Error> {
        copy_entry(self.source(), self.entry(self.library().unwrap_or_default())?, sink)
    }

    /// Whether it was encrypted for who read it.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.opened.is_some()
    }

    fn source(&self) -> Source<'_> {
        self.opened.as_ref().map_or(Source::File(&self.held.file), Source::Opened)
    }

    /// Where the private copy is; `None` if it came through [`crate::open`].
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.held.path.as_deref()
    }

    /// The handle that was verified.
    #[must_use]
    pub fn file(&self) -> &File {
        &self.held.file
    }

    /// Writes the copy to the disk (fsync), moves it to `place`, which must be on the same file system, and returns
    /// its handle. The folder is not synced.
    ///
    /// # Errors
    /// `Io`; the copy is removed then.
    pub fn persist(mut self, place: &Path) -> Result<File, Error> {
        self.held.persist(place)?;
        self.held.file.try_clone().map_err(crate::error::attempt("keep open", place.display()))
    }

    /// Hands over the copy: from now on the caller removes it.
    ///
    /// # Errors
    /// `Io` if the handle can't be kept.
    pub fn into_file(mut self) -> Result<(File, Option<PathBuf>), Error> {
        let file = self.held.file.try_clone().map_err(crate::error::attempt("keep open", "the package"))?;
        Ok((file, self.held.path.take()))
    }

    fn entry(&self, name: &str) -> Result<&Entry, Error> {
        let missing = || Error::NoSuchEntry { path: archive::printable(name.as_bytes()) };
        find(&self.contents.entries, name).ok_or_else(missing)
    }
}
