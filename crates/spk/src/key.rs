//! Ed25519 keys as publishers hold them: names, files, fingerprints. Knows nothing of what is signed.

use std::{
    fmt, fs,
    io::{self, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
    str::FromStr,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signature, Signer, VerifyingKey};
use pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey, LineEnding};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

const PREFIX: &str = "ed25519:";

/// Why a key, or a key's file, is not usable.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Another algorithm than Ed25519, or none.
    #[error("a key is written `ed25519:` and then base64")]
    UnknownAlgorithm,
    /// Not the one padded base64 spelling of 32 bytes that are a point of the curve.
    #[error("this is not the one spelling of an Ed25519 key")]
    Malformed,
    /// A small-order point: anyone can make signatures that it accepts.
    #[error("this key is one of the few that accept a signature made by anyone")]
    Weak,
    /// The private key's file needs its passphrase.
    #[error("the private key is wrapped by a passphrase")]
    PassphraseNeeded,
    /// The passphrase does not open it.
    #[error("the passphrase does not open the private key")]
    WrongPassphrase,
    /// Not the text of an X25519 key for encryption.
    #[error("this is not a key that packages can be encrypted for")]
    NotARecipient,
    /// Not the file of an X25519 key for encryption.
    #[error("the file does not hold a key that opens encrypted packages")]
    NotAnIdentity,
    /// Others than its owner can read the private key's file.
    #[error("the private key's file can be read by others (mode {mode:o})")]
    TooOpen {
        /// The permission bits.
        mode: u32,
    },
    /// The file can't be read or written.
    #[error("the key's file: {0}")]
    Io(#[from] io::Error),
}

impl KeyError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownAlgorithm => "unknown_algorithm",
            Self::Malformed => "invalid_key",
            Self::Weak => "weak_key",
            Self::PassphraseNeeded => "passphrase_needed",
            Self::WrongPassphrase => "wrong_passphrase",
            Self::NotARecipient => "invalid_recipient",
            Self::NotAnIdentity => "invalid_identity",
            Self::TooOpen { .. } => "key_file_too_open",
            Self::Io(_) => "io",
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::UnknownAlgorithm | Self::Malformed => "Check that the whole key was copied.",
            Self::Weak => "Make a new key with `sprocket keygen`.",
            Self::PassphraseNeeded => "Give the passphrase that was chosen when the key was made.",
            Self::WrongPassphrase => "Try again; without the passphrase the key is lost.",
            Self::NotARecipient => "It begins with `age1`; `sprocket recipient` shows that of a center.",
            Self::NotAnIdentity => "Restore it from a backup.",
            Self::TooOpen { .. } => "Make it private with `chmod 600`.",
            Self::Io(_) => "Check the path and its permissions.",
        }
    }
}

/// A publisher's public key: 32 bytes that are a point of full order in its one encoding. Written
/// `ed25519:<padded standard base64>`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(type = "string"))]
#[serde(try_from = "String", into = "String")]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// Takes the 32 bytes of a key.
    ///
    /// # Errors
    /// `Malformed` or `Weak`.
    pub fn from_bytes(bytes: [u8; 32]) -> Result<Self, KeyError> {
        if is_above_field(&bytes) {
            return Err(KeyError::Malformed);
        }
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| KeyError::Malformed)?;
        if key.is_weak() { Err(KeyError::Weak) } else { Ok(Self(bytes)) }
    }

    /// The 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Lower-case hex of the BLAKE3 digest of the key, in groups of four, whole.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let hex = blake3::hash(&self.0).to_hex();
        grouped(hex.as_str(), 4)
    }

    /// Six groups of five digits that two people can read to each other: the fingerprint's first 16 bytes as a
    /// big-endian number modulo 10³⁰.
    #[must_use]
    pub fn check_code(&self) -> String {
        let hash = blake3::hash(&self.0);
        let (head, _) = hash.as_bytes().split_first_chunk::<16>().expect("a digest has 32 bytes");
        grouped(&format!("{:030}", u128::from_be_bytes(*head) % 10_u128.pow(30)), 5)
    }

    /// The key as SPKI PEM.
    #[must_use]
    pub fn to_pem(&self) -> String {
        self.verifying().to_public_key_pem(LineEnding::LF).expect("32 bytes always encode")
    }

    /// Reads SPKI PEM.
    ///
    /// # Errors
    /// `Malformed` or `Weak`.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let key = VerifyingKey::from_public_key_pem(pem.trim()).map_err(|_| KeyError::Malformed)?;
        Self::from_bytes(key.to_bytes())
    }

    /// Whether `signature` is this key's over `message`, by the strict rules: canonical S, no small-order R.
    #[must_use]
    pub fn accepts(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.verifying().verify_strict(message, &Signature::from_bytes(signature)).is_ok()
    }

    fn verifying(&self) -> VerifyingKey {
        VerifyingKey::from_bytes(&self.0).expect("checked when the key was made")
    }
}

/// Whether the y coordinate is p or more, so that the same point has a second, smaller spelling.
fn is_above_field(bytes: &[u8; 32]) -> bool {
    bytes[31] & 0x7f == 0x7f && bytes[1..31].iter().all(|b| *b == 0xff) && bytes[0] >= 0xed
}

fn grouped(text: &str, size: usize) -> String {
    let groups: Vec<&str> = text.as_bytes().chunks(size).filter_map(|g| str::from_utf8(g).ok()).collect();
    groups.join(" ")
}

impl FromStr for PublicKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let base64 = text.strip_prefix(PREFIX).ok_or(KeyError::UnknownAlgorithm)?;
        let bytes = STANDARD.decode(base64).map_err(|_| KeyError::Malformed)?;
        Self::from_bytes(bytes.try_into().map_err(|_| KeyError::Malformed)?)
    }
}

impl TryFrom<String> for PublicKey {
    type Error = KeyError;

    fn try_from(text: String) -> Result<Self, KeyError> {
        text.parse()
    }
}

impl From<PublicKey> for String {
    fn from(key: PublicKey) -> Self {
        key.to_string()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", STANDARD.encode(self.0))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

/// A private key. Wiped from memory when dropped; never shown by `Debug`.
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// Makes a new key from the system's random numbers.
    ///
    /// # Errors
    /// `Io` if the system gives none.
    pub fn generate() -> Result<Self, KeyError> {
        let mut seed = Zeroizing::new([0_u8; 32]);
        getrandom::fill(seed.as_mut()).map_err(io::Error::other)?;
        Ok(Self(ed25519_dalek::SigningKey::from_bytes(&seed)))
    }

    /// The key that others verify with.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }

    /// Signs `message`.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }

    /// The key as PKCS#8 PEM, wrapped by `passphrase` if there is one (scrypt and AES-256).
    #[must_use]
    pub fn to_pem(&self, passphrase: Option<&str>) -> Zeroizing<String> {
        let pem = match passphrase {
            Some(words) => self.0.to_pkcs8_encrypted_pem(words, LineEnding::LF),
            None => self.0.to_pkcs8_pem(LineEnding::LF),
        };
        pem.expect("an Ed25519 key always encodes")
    }

    /// Reads PKCS#8 PEM, wrapped or not.
    ///
    /// # Errors
    /// `PassphraseNeeded`, `WrongPassphrase` or `Malformed`.
    pub fn from_pem(pem: &str, passphrase: Option<&str>) -> Result<Self, KeyError> {
        let pem = pem.trim();
        if !pem.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----") {
            let key = ed25519_dalek::SigningKey::from_pkcs8_pem(pem);
            return key.map(Self).map_err(|_| KeyError::Malformed);
        }
        let words = passphrase.ok_or(KeyError::PassphraseNeeded)?;
        let key = ed25519_dalek::SigningKey::from_pkcs8_encrypted_pem(pem, words);
        key.map(Self).map_err(|_| KeyError::WrongPassphrase)
    }

    /// Writes the key into a new file that only its owner can read (0600).
    ///
    /// # Errors
    /// `Io`, also if there is a file already: a key is never overwritten.
    pub fn save(&self, path: &Path, passphrase: Option<&str>) -> Result<(), KeyError> {
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(self.to_pem(passphrase).as_bytes())?;
        Ok(file.sync_all()?)
    }

    /// Reads the key from a file.
    ///
    /// # Errors
    /// `TooOpen` if others can read it, `Io`, and those of [`SigningKey::from_pem`].
    pub fn load(path: &Path, passphrase: Option<&str>) -> Result<Self, KeyError> {
        let mode = fs::metadata(path)?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(KeyError::TooOpen { mode });
        }
        Self::from_pem(&Zeroizing::new(fs::read_to_string(path)?), passphrase)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey(of {})", self.public())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> SigningKey {
        SigningKey(ed25519_dalek::SigningKey::from_bytes(&[7; 32]))
    }

    #[test]
    fn a_public_key_has_one_spelling() {
        let public = key().public();
        assert_eq!(public.to_string().parse::<PublicKey>().unwrap(), public);
        assert_eq!(PublicKey::from_pem(&public.to_pem()).unwrap(), public);
        let code = |text: &str| text.parse::<PublicKey>().unwrap_err().code();
        let text = public.to_string();
        assert_eq!(code(&text.replace("ed25519", "rsa")), "unknown_algorithm");
        assert_eq!(code(text.trim_end_matches('=')), "invalid_key");
        assert_eq!(code("ed25519:AAAA"), "invalid_key");
        let mut above = [0xff_u8; 32];
        above[31] = 0x7f;
        above[0] = 0xf0;
        assert_eq!(PublicKey::from_bytes(above).unwrap_err().code(), "invalid_key");
    }

    #[test]
    fn small_order_keys_are_refused() {
        let mut one = [0_u8; 32];
        one[0] = 1;
        for weak in [[0; 32], one] {
            assert_eq!(PublicKey::from_bytes(weak).unwrap_err().code(), "weak_key");
        }
    }

    /// Its maker knows the private key, yet the same signature could stand under other messages.
    #[test]
    fn a_signature_made_with_a_small_order_point_is_refused() {
        use curve25519_dalek::Scalar;
        use ed25519_dalek::Verifier;
        use sha2::{Digest, Sha512};
        let (key, message) = (key(), b"message");
        let mut point = [0_u8; 32];
        point[0] = 1;
        let hash =
            Sha512::new().chain_update(point).chain_update(key.public().as_bytes()).chain_update(message);
        let challenge = Scalar::from_bytes_mod_order_wide(&hash.finalize().into());
        let mut signature = [0; 64];
        signature[..32].copy_from_slice(&point);
        signature[32..].copy_from_slice((challenge * key.0.to_scalar()).as_bytes());
        let plainly = key.0.verifying_key().verify(message, &Signature::from_bytes(&signature));
        assert!(plainly.is_ok(), "only the strict rules tell");
        assert!(!key.public().accepts(message, &signature));
        assert!(key.public().accepts(message, &key.sign(message)));
    }

    #[test]
    fn fingerprint_and_check_code_come_from_the_same_digest() {
        let public = key().public();
        let fingerprint = public.fingerprint();
        assert_eq!(fingerprint.split(' ').count(), 16);
        let head = u128::from_str_radix(&fingerprint.replace(' ', "")[..32], 16).unwrap();
        let code = public.check_code();
        assert_eq!(code.replace(' ', ""), format!("{:030}", head % 10_u128.pow(30)));
        assert!(code.split(' ').map(str::len).eq([5; 6]));
    }

    #[test]
    fn private_keys_are_kept_for_their_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        for (name, words) in [("plain", None), ("wrapped", Some("correct horse"))] {
            let path = folder.path().join(name);
            key().save(&path, words).unwrap();
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            assert_eq!(SigningKey::load(&path, words).unwrap().public(), key().public());
            assert_eq!(key().save(&path, words).unwrap_err().code(), "io");
        }
        let wrapped = folder.path().join("wrapped");
        assert_eq!(SigningKey::load(&wrapped, None).unwrap_err().code(), "passphrase_needed");
        assert_eq!(SigningKey::load(&wrapped, Some("x")).unwrap_err().code(), "wrong_passphrase");
        fs::set_permissions(&wrapped, fs::Permissions::from_mode(0o640)).unwrap();
        assert_eq!(SigningKey::load(&wrapped, None).unwrap_err().code(), "key_file_too_open");
    }

    #[test]
    fn debug_shows_no_private_key() {
        let shown = format!("{:?}", key());
        assert!(shown.contains("ed25519:") && !shown.contains("7, 7") && !shown.contains("0707"));
    }
}
