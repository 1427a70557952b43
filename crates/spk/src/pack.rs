//! Making packages: a folder becomes one file, the same folder the same bytes. What it makes it checks itself, by
//! the reader's own rules.

use std::{
    fs::{self, File},
    io::{self, Seek, Write},
    ops::{ControlFlow, Range},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use jiff::Timestamp;

use crate::{
    Digest, Error, HostFacts, Limits, Manifest, NameRule, Recipient, SigningKey, Statement,
    archive::{ArchiveWriter, check_name, printable},
    contents::{self, Contents, Question},
    encryption,
    envelope::{Envelope, MAGIC, PACKAGE},
    error::attempt,
    file::{BUFFER, Section, Source},
    stage::{PrivateFile, Staged, open, open_plain},
    statement::{Content, FORMAT, StatedPublisher},
    verify::Steps,
};

/// What goes into a package.
#[derive(Debug)]
pub struct PackInput<'a> {
    /// The folder that becomes the package's root. Names that begin with a dot are left out.
    pub folder: &'a Path,
    /// The folder that the package is written to.
    pub output: &'a Path,
    /// The release; by default `created` in seconds.
    pub release: Option<u64>,
    /// The time of packing; by default `SOURCE_DATE_EPOCH`, else the host's now.
    pub created: Option<Timestamp>,
    /// Until when it may be installed.
    pub expires: Option<Timestamp>,
    /// Who signs; without one the package waits for [`sign`].
    pub key: Option<&'a SigningKey>,
    /// For whom it is encrypted, 1 to [`crate::MAX_RECIPIENTS`]; nobody: it is not encrypted. Needs a key that signs.
    pub recipients: &'a [Recipient],
    /// What the package is checked against, its target excepted: every listed platform is checked.
    pub host: &'a HostFacts,
}

/// What was made.
#[derive(Debug)]
pub struct Packed {
    /// `<id>.v<version>.spk` in the output folder.
    pub path: PathBuf,
    /// The package's identity; it changes when an unsigned package is signed.
    pub digest: Digest,
    /// What it says of itself.
    pub statement: Statement,
    /// Paths that were left out because they are hidden.
    pub left_out: Vec<String>,
}

/// Packs a folder. An older file of the same name is replaced, at once and only by a good one.
///
/// # Errors
/// What a reader would refuse, warnings of the manifest among them; `IsALink` and `NotAFile` for what can't be
/// packed; `ReleaseOutOfRange`, `BadSourceDate`, `Io`.
pub fn pack(input: &PackInput) -> Result<Packed, Error> {
    let mut tree = Tree::default();
    tree.walk(input.folder, "")?;
    let archive = write_archive(input, &mut tree)?;
    let content = content_of(&archive.file)?;
    let contents = check_archive(&archive.file, 0..content.size, input.host)?;
    let mut statement = make_statement(input, &contents.manifest, content)?;
    let encrypted = encrypt(&Archive(&archive.file, 0..content.size), input.recipients, input.output)?;
    let payload = match &encrypted {
        Some((held, cipher)) => {
            state_encrypted(&mut statement, *cipher, &contents.manifest)?;
            &held.file
        }
        None => &archive.file,
    };
    let envelope = seal(&statement, input.key);
    let path = input.output.join(file_name(&statement));
    finish(&envelope, &Archive(payload, 0..statement.payload.size), &path, input.host)?;
    Ok(Packed { path, digest: envelope.digest(), statement, left_out: tree.left_out })
}

/// An archive, or what it became by encryption, as a part of a file.
struct Archive<'a>(&'a File, Range<u64>);

impl Archive<'_> {
    fn section(&self) -> Section<'_> {
        Section::new(Source::File(self.0), self.1.clone())
    }
}

/// The archive encrypted into a file beside the package that is being made.
fn encrypt(
    archive: &Archive,
    recipients: &[Recipient],
    folder: &Path,
) -> Result<Option<(PrivateFile, Content)>, Error> {
    if recipients.is_empty() {
        return Ok(None);
    }
    let held = PrivateFile::create(folder)?;
    encryption::encrypt(&mut archive.section(), recipients, &held.file)?;
    let content = content_of(&held.file)?;
    Ok(Some((held, content)))
}

/// What was the payload is the plaintext now.
fn state_encrypted(statement: &mut Statement, cipher: Content, manifest: &Manifest) -> Result<(), Error> {
    if statement.publisher.key.is_none() {
        return Err(Error::Unsigned);
    }
    statement.plaintext = Some(std::mem::replace(&mut statement.payload, cipher));
    contents::check_publisher(manifest, statement)
}

/// The name that a package's file is given.
#[must_use]
pub fn file_name(statement: &Statement) -> String {
    format!("{}.v{}.spk", statement.id, statement.version)
}

/// Signs an unsigned package in place, encrypted for the recipients if there are any: its file is replaced by the
/// signed one.
///
/// # Errors
/// `AlreadySigned`, and what a reader would refuse.
pub fn sign(
    path: &Path,
    key: &SigningKey,
    recipients: &[Recipient],
    host: &HostFacts,
) -> Result<Packed, Error> {
    let staged = open(open_plain(path)?)?;
    let unsigned = Envelope::parse(PACKAGE, &staged.envelope)?;
    if unsigned.signature.is_some() {
        return Err(Error::AlreadySigned);
    }
    let mut statement = Statement::parse(&unsigned.statement)?;
    staged.check_payload(&statement)?;
    statement.publisher.key = Some(key.public());
    let Staged { held, payload, .. } = &staged;
    let archive = || Archive(&held.file, payload.clone());
    let encrypted = encrypt(&archive(), recipients, folder_of(path))?;
    let envelope = match &encrypted {
        Some((cipher, content)) => {
            let contents = check_archive(&held.file, payload.clone(), host)?;
            state_encrypted(&mut statement, *content, &contents.manifest)?;
            let envelope = seal(&statement, Some(key));
            finish(&envelope, &Archive(&cipher.file, 0..content.size), path, host)?;
            envelope
        }
        None => {
            let envelope = seal(&statement, Some(key));
            finish(&envelope, &archive(), path, host)?;
            envelope
        }
    };
    Ok(Packed { path: path.to_owned(), digest: envelope.digest(), statement, left_out: Vec::new() })
}

/// The files to pack, and what was passed over.
#[derive(Default)]
struct Tree {
    /// Name in the package, path on disk, executable.
    files: Vec<(String, PathBuf, bool)>,
    left_out: Vec<String>,
}

impl Tree {
    fn walk(&mut self, folder: &Path, prefix: &str) -> Result<(), Error> {
        for item in fs::read_dir(folder).map_err(attempt("read the folder", folder.display()))? {
            let item = item.map_err(attempt("read the folder", folder.display()))?;
            let raw = item.file_name();
            let name = raw.to_str().ok_or_else(|| Error::UnsafePath {
                path: printable(raw.as_encoded_bytes()),
                rule: NameRule::NotUtf8,
            })?;
            let name = format!("{prefix}{name}");
            if raw.as_encoded_bytes().starts_with(b".") {
                self.left_out.push(name);
            } else {
                self.add(name, item.path())?;
            }
        }
        Ok(())
    }

    fn add(&mut self, name: String, path: PathBuf) -> Result<(), Error> {
        let unsafe_path = |rule| Error::UnsafePath { path: printable(name.as_bytes()), rule };
        check_name(&name).map_err(unsafe_path)?;
        let metadata = fs::symlink_metadata(&path).map_err(attempt("look at", path.display()))?;
        if metadata.is_symlink() {
            return Err(Error::IsALink { path: path.display().to_string() });
        }
        if metadata.is_dir() {
            return self.walk(&path, &format!("{name}/"));
        }
        if !metadata.is_file() {
            return Err(Error::NotAFile { path: path.display().to_string() });
        }
        self.files.push((name, path, metadata.permissions().mode() & 0o100 != 0));
        Ok(())
    }
}

fn write_archive(input: &PackInput, tree: &mut Tree) -> Result<PrivateFile, Error> {
    tree.files.sort();
    tree.left_out.sort();
    let held = PrivateFile::create(input.output)?;
    let handle = held.file.try_clone().map_err(attempt("pack", input.folder.display()))?;
    let mut writer = ArchiveWriter::new(handle);
    for (name, path, executable) in &tree.files {
        let mut source = open_plain(path)?;
        writer.add(name, *executable, &mut source).map_err(attempt("pack", path.display()))?;
    }
    writer.finish().map_err(attempt("pack", input.folder.display()))?;
    Ok(held)
}

fn check_archive(file: &File, payload: Range<u64>, host: &HostFacts) -> Result<Contents, Error> {
    let (limits, file) = (Limits::default(), Source::File(file));
    let question = Question { file, payload, limits: &limits, host, statement: None, strict: true };
    contents::check(&question, &mut Steps(&mut |_| ControlFlow::Continue(())))
}

fn content_of(mut file: &File) -> Result<Content, Error> {
    let mut hasher = blake3::Hasher::new();
    file.rewind().map_err(attempt("read", "the archive"))?;
    hasher.update_reader(file).map_err(attempt("read", "the archive"))?;
    Ok(Content { size: hasher.count(), blake3: hasher.finalize().into() })
}

fn make_statement(input: &PackInput, manifest: &Manifest, payload: Content) -> Result<Statement, Error> {
    let created = whole_seconds(match input.created {
        Some(created) => created,
        None => source_date(std::env::var("SOURCE_DATE_EPOCH").ok().as_deref())?.unwrap_or(input.host.now),
    });
    let release = input.release.unwrap_or(u64::try_from(created.as_second()).unwrap_or_default());
    let statement = Statement {
        format: FORMAT,
        id: manifest.id.clone(),
        version: manifest.version.clone(),
        release,
        created,
        expires: input.expires.map(whole_seconds),
        publisher: StatedPublisher {
            name: manifest.publisher.clone(),
            key: input.key.map(SigningKey::public),
        },
        payload,
        plaintext: None,
    };
    statement.check_release()?;
    Ok(statement)
}

fn whole_seconds(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second()).expect("a timestamp's seconds are a timestamp")
}

fn source_date(text: Option<&str>) -> Result<Option<Timestamp>, Error> {
    let read = |text: &str| Timestamp::from_second(text.parse().ok()?).ok();
    text.map(|text| read(text).ok_or(Error::BadSourceDate)).transpose()
}

fn seal(statement: &Statement, key: Option<&SigningKey>) -> Envelope {
    let bytes = statement.to_bytes();
    match key {
        Some(key) => Envelope::sign(PACKAGE, bytes, key),
        None => Envelope::unsigned(PACKAGE, bytes),
    }
}

/// Writes the package beside its place, reads it as a receiver would, and moves it there.
fn finish(envelope: &Envelope, payload: &Archive, path: &Path, host: &HostFacts) -> Result<(), Error> {
    let mut held = PrivateFile::create(folder_of(path))?;
    let bytes = envelope.to_bytes();
    let written = write_package(&mut held.file, &bytes, &mut payload.section());
    written.map_err(attempt("write", path.display()))?;
    let copy = held.file.try_clone().map_err(attempt("read", path.display()))?;
    let staged = open(copy)?;
    match (&envelope.signature, Statement::parse(&envelope.statement)?.plaintext) {
        (Some(_), None) => drop(staged.verify_strictly(host)?),
        // Who packs can't read it any more; the archive was checked before it was encrypted.
        (Some(_), Some(_)) => drop(staged.outside(host, &mut |_| ControlFlow::Continue(()))?),
        (None, _) => check_unsigned(&staged, host)?,
    }
    let public = fs::Permissions::from_mode(0o644);
    held.file.set_permissions(public).map_err(attempt("write", path.display()))?;
    held.persist(path)
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// What can be said before there is a signature; the archive was checked when it was made.
fn check_unsigned(staged: &Staged, host: &HostFacts) -> Result<(), Error> {
    let statement = Statement::parse(&Envelope::parse(PACKAGE, &staged.envelope)?.statement)?;
    statement.check_dates(host.now)?;
    staged.check_payload(&statement)
}

fn write_package(file: &mut File, envelope: &[u8], payload: &mut Section) -> io::Result<()> {
    let length = u32::try_from(envelope.len()).map_err(io::Error::other)?;
    file.write_all(&MAGIC)?;
    file.write_all(&length.to_le_bytes())?;
    file.write_all(envelope)?;
    let mut payload = io::BufReader::with_capacity(BUFFER, payload);
    io::copy(&mut payload, file).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_source_date_is_seconds_since_1970() {
        assert_eq!(source_date(None).unwrap(), None);
        assert_eq!(source_date(Some("1780315200")).unwrap().unwrap().to_string(), "2026-06-01T12:00:00Z");
        for bad in ["", "today", "1.5", "99999999999999999999"] {
            assert_eq!(source_date(Some(bad)).unwrap_err().code(), "bad_source_date");
        }
    }
}
