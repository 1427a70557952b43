//! Keys of publishers as files: reading them, with a passphrase where one is needed, and showing whose they are.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use spk::{KeyError, PublicKey, Recipient, SigningKey};

use crate::failure::{Failure, Outcome};
use crate::input;
use crate::screen::Page;

/// The key that signs.
#[derive(Debug, clap::Args)]
pub struct KeyArgs {
    /// The private key's file, as `sprocket keygen` made it
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// Read the key's passphrase from the first line of standard input
    #[arg(long)]
    pub passphrase_stdin: bool,
}

/// For whom a package is encrypted.
#[derive(Debug, clap::Args)]
pub struct Readers {
    /// Encrypt it for this center (`age1…`, as `sprocket recipient` shows it there); may be given up to 16 times
    #[arg(long, value_name = "RECIPIENT")]
    pub encrypt_to: Vec<Recipient>,
}

impl KeyArgs {
    /// Reads the key; asks for its passphrase only if it has one.
    pub fn load(&self) -> Outcome<SigningKey> {
        match SigningKey::load(&self.key, None) {
            Err(KeyError::PassphraseNeeded) => {
                let words = input::password("Passphrase of the key", self.passphrase_stdin)?;
                Ok(SigningKey::load(&self.key, Some(&words.0))?)
            }
            Err(KeyError::Io(cause)) => {
                Err(Failure::io(format_args!("cannot read the key `{}`", self.key.display()), &cause))
            }
            loaded => Ok(loaded?),
        }
    }
}

/// A public key from its text (`ed25519:…`) or its PEM file.
pub fn public_key(text: &str) -> Outcome<PublicKey> {
    if text.starts_with("ed25519:") {
        return Ok(text.parse::<PublicKey>()?);
    }
    if !Path::new(text).exists() {
        let hint =
            "Give the key's PEM file, or the key itself: `sprocket --json publisher list` has those known.";
        return Err(Failure::new("not_found", format!("`{text}` is neither a file nor a key"), hint));
    }
    let pem = fs::read_to_string(Path::new(text));
    let pem =
        pem.map_err(|cause| Failure::io(format_args!("cannot read the public key `{text}`"), &cause))?;
    Ok(PublicKey::from_pem(&pem)?)
}

/// A key for programs.
pub fn key_json(key: &PublicKey) -> Value {
    json!({ "key": key.to_string(), "fingerprint": key.fingerprint(), "check_code": key.check_code() })
}

/// A key for people.
pub fn show_key(page: &mut Page, key: &PublicKey) {
    page.pairs([
        ("Key", key.to_string()),
        ("Check code", key.check_code()),
        ("Fingerprint", key.fingerprint()),
    ]);
}
