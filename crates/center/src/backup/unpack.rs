//! Reading a backup: what it is, whether all of it is there, and its entries, each written to its place in a home.

use std::cell::Cell;
use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::rc::Rc;

use age::DecryptError;
use age::secrecy::SecretString;
use serde_json::json;

use super::entry::Kind;
use super::{CONTENTS, Contents, ENCRYPTED, FORMAT, Listed, Look, sealed};
use crate::error::{Code, Error, Result};
use crate::paths::{Home, private_folder};

/// The most bytes of `backup.json`.
const MAX_CONTENTS: u64 = 64 << 20;
/// How a backup begins that is not encrypted: with the name of its first entry.
const PLAIN: [&[u8]; 2] = [b"audit.head\0", b"center.db\0"];

/// What a file says of itself by its beginning.
///
/// # Errors
/// `not_a_backup`; `backup_incomplete` if not even that is there; `not_found`.
pub fn look(path: &Path) -> Result<Look> {
    let mut file = open(path)?;
    let bytes = file.metadata().map_err(|e| unreadable(path, &e))?.len();
    let begins = beginning(&mut file).map_err(|e| unreadable(path, &e))?;
    Ok(Look { bytes, encrypted: is_encrypted(&begins)? })
}

/// Writes what is in the file into an empty folder. The passphrase is used only if the file is encrypted.
pub(super) fn unpack(into: &Home, path: &Path, passphrase: Option<&SecretString>) -> Result<Contents> {
    let ended = Rc::new(Cell::new(false));
    let mut file = ToItsEnd { of: BufReader::new(open(path)?), ended: Rc::clone(&ended) };
    let begins = beginning(&mut file).map_err(|e| unreadable(path, &e))?;
    let encrypted = is_encrypted(&begins)?;
    let whole = io::Cursor::new(begins).chain(file);
    let unpacked = match (encrypted, passphrase) {
        (false, _) => entries(into, whole),
        (true, None) => Err(Error::new(Code::BackupPassphrase, "the backup is encrypted with a passphrase")),
        (true, Some(passphrase)) => entries(into, decrypted(whole, passphrase)?),
    };
    unpacked.map_err(|e| match e.code {
        // Of an encrypted file, a last piece that was cut looks like one that was changed.
        Code::BackupDamaged if ended.get() && !encrypted => incomplete(&e.message),
        _ => e,
    })
}

fn open(path: &Path) -> Result<File> {
    let file = File::open(path).map_err(|e| unreadable(path, &e))?;
    match file.metadata() {
        Ok(about) if about.is_file() => Ok(file),
        Ok(_) => Err(Error::new(Code::NotABackup, format!("`{}` is no file", path.display()))),
        Err(e) => Err(unreadable(path, &e)),
    }
}

fn unreadable(path: &Path, cause: &io::Error) -> Error {
    let what = format!("cannot read `{}`", path.display());
    match cause.kind() {
        io::ErrorKind::NotFound => {
            Error::new(Code::NotFound, format!("there is no file `{}`", path.display()))
                .hint("Look for the right file.")
        }
        io::ErrorKind::PermissionDenied => Error::new(Code::NotPermitted, format!("{what}: {cause}"))
            .hint("Check the file's owner and its rights."),
        _ => Error::io(what, cause),
    }
}

/// As much of the file as tells what it is.
fn beginning(file: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut begins = Vec::new();
    file.take(ENCRYPTED.len() as u64).read_to_end(&mut begins)?;
    Ok(begins)
}

/// Whether what begins so is encrypted; refused if it is no backup at all.
fn is_encrypted(begins: &[u8]) -> Result<bool> {
    if begins == ENCRYPTED {
        return Ok(true);
    }
    if PLAIN.iter().any(|known| begins.starts_with(known)) {
        return Ok(false);
    }
    let cut = |known: &&[u8]| known.starts_with(begins);
    match [&PLAIN[..], &[ENCRYPTED]].concat().iter().any(cut) {
        true => Err(incomplete("its beginning is not all there")),
        false => Err(Error::new(Code::NotABackup, "this file is no backup of Sprocket")),
    }
}

fn decrypted<R: Read>(file: R, passphrase: &SecretString) -> Result<impl Read + use<R>> {
    let refused = |cause| match cause {
        DecryptError::NoMatchingKeys => {
            Error::new(Code::NotABackup, "the file is encrypted for a key, not with a passphrase")
        }
        DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => {
            Error::new(Code::BackupPassphrase, "the passphrase does not open this backup")
        }
        other => damaged(format_args!("its beginning is not readable: {other}")),
    };
    sealed::opening(file, passphrase).map_err(refused)
}

/// Writes every entry to its place, and passes only if they are what the last one lists.
fn entries(into: &Home, file: impl Read) -> Result<Contents> {
    into.create()?;
    let mut tar = tar::Archive::new(file);
    let mut files = Vec::new();
    let mut contents = None;
    for entry in tar.entries().map_err(|e| not_read(&e))? {
        let mut entry = entry.map_err(|e| not_read(&e))?;
        let path = entry.path().map_err(|e| not_read(&e))?.into_owned();
        if contents.is_some() {
            return Err(damaged("something follows its list of contents"));
        }
        if path == Path::new(CONTENTS) {
            contents = Some(read_contents(&mut entry)?);
        } else if entry.header().entry_type().is_file() && Kind::of(&path).is_some() {
            files.push(write(&into.root().join(&path), &path, &mut entry)?);
        } else {
            return Err(damaged(format_args!("`{}` does not belong into a backup", path.display())));
        }
    }
    let contents: Contents = contents.ok_or_else(|| incomplete("its end is missing"))?;
    if contents.files != files {
        return Err(damaged("it does not hold what it lists"));
    }
    Ok(contents)
}

fn read_contents(entry: &mut impl Read) -> Result<Contents> {
    let mut text = Vec::new();
    entry.take(MAX_CONTENTS).read_to_end(&mut text).map_err(|e| not_read(&e))?;
    #[derive(serde::Deserialize)]
    struct Format {
        format: u32,
        product: String,
    }
    let unreadable = |e| damaged(format_args!("its list of contents: {e}"));
    let known: Format = serde_json::from_slice(&text).map_err(unreadable)?;
    if known.format > FORMAT {
        return Err(newer(&known.product));
    }
    serde_json::from_slice(&text).map_err(unreadable)
}

fn write(to: &Path, path: &Path, entry: &mut impl Read) -> Result<Listed> {
    let failed = |e: io::Error| Error::io(format_args!("cannot write `{}`", to.display()), &e);
    if let Some(folder) = to.parent() {
        private_folder(folder)?;
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to).map_err(failed)?;
    let (mut sum, mut bytes, mut block) = (blake3::Hasher::new(), 0, vec![0; 64 << 10]);
    loop {
        let read = entry.read(&mut block).map_err(|e| not_read(&e))?;
        if read == 0 {
            break;
        }
        file.write_all(&block[..read]).map_err(failed)?;
        sum.update(&block[..read]);
        bytes += read as u64;
    }
    file.sync_all().map_err(failed)?;
    Ok(Listed { path: path.to_string_lossy().into(), bytes, blake3: sum.finalize().to_hex().to_string() })
}

/// Remembers whether the file was read to its end.
struct ToItsEnd<R> {
    of: R,
    ended: Rc<Cell<bool>>,
}

impl<R: Read> Read for ToItsEnd<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.of.read(into)?;
        if read == 0 && !into.is_empty() {
            self.ended.set(true);
        }
        Ok(read)
    }
}

/// A backup that only a later version can bring back.
pub(super) fn newer(product: &str) -> Error {
    let message = format!("the backup was made by the newer Sprocket {product}");
    Error::new(Code::BackupNewer, message).details(json!({ "version": product }))
}

pub(super) fn damaged(how: impl std::fmt::Display) -> Error {
    Error::new(Code::BackupDamaged, format!("the backup is damaged: {how}"))
}

fn incomplete(how: impl std::fmt::Display) -> Error {
    Error::new(Code::BackupIncomplete, format!("the backup is incomplete: {how}"))
}

fn not_read(cause: &io::Error) -> Error {
    damaged(format_args!("it cannot be read to its end: {cause}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_says_by_its_beginning_what_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let says = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            look(&path).map(|look| (look.bytes, look.encrypted)).map_err(|e| e.code)
        };
        assert_eq!(says(b"age-encryption.org/v1\n-> scrypt"), Ok((31, true)));
        assert_eq!(says(b"center.db\0\0\0 and so on, for a while"), Ok((35, false)));
        assert_eq!(says(b"PK\x03\x04 some zip"), Err(Code::NotABackup));
        assert_eq!(says(b"center.dbx and so on"), Err(Code::NotABackup));
        for cut in [&b""[..], b"audit.h", b"age-encry"] {
            assert_eq!(says(cut), Err(Code::BackupIncomplete));
        }
        assert_eq!(look(folder.path()).unwrap_err().code, Code::NotABackup);
        assert_eq!(look(&folder.path().join("none")).unwrap_err().code, Code::NotFound);
    }
}
