//! A license: what an issuer signs about a plugin's use. Who may issue one, and whether it is valid now, is not judged here.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Digest, Error, InstallationCode, KeyError, PluginId, PublicKey, SigningKey,
    archive::printable,
    envelope::Envelope,
    json,
    statement::{read_maybe_time, read_time, write_maybe_time, write_time},
};

/// What the statement of a license is: no other signed statement passes for one.
const LICENSE: &str = "application/vnd.sprocket.license.v1+json";
/// The only format there is.
const FORMAT: u64 = 1;
/// Most bytes of a license file.
const LARGEST: usize = 64 << 10;
const LONGEST_TEXT: usize = 200;
const MOST_FEATURES: usize = 64;
const LONGEST_FEATURE: usize = 64;

/// Why a file is no license, or a license cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum LicenseError {
    /// Something else.
    #[error("this is not a license file: {detail}")]
    NotALicense {
        /// What was found.
        detail: String,
    },
    /// The signature does not fit what it stands under.
    #[error("the license was changed after it was signed")]
    Tampered,
    /// Made for a later version.
    #[error("the license is of a format that this version does not know")]
    UnknownFormat,
    /// Its issuer signed something that breaks the rules of licenses.
    #[error("the license breaks a rule: {detail}")]
    Malformed {
        /// Which.
        detail: String,
    },
    /// The issuer's key is not usable.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl LicenseError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotALicense { .. } => "not_a_license",
            Self::Tampered => "license_tampered",
            Self::UnknownFormat => "license_format_unknown",
            Self::Malformed { .. } => "license_malformed",
            Self::Key(_) => "license_key_unusable",
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NotALicense { .. } => "Choose the `.license` file that the publisher sent.",
            Self::Tampered => "Get the license from its publisher again, and do not edit it.",
            Self::UnknownFormat => "Install a newer version of Sprocket.",
            Self::Malformed { .. } | Self::Key(_) => "Ask the publisher for another license.",
        }
    }
}

/// What an issuer says about the use of a plugin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct License {
    /// Always 1.
    pub format: u64,
    /// The issuer's own number for it.
    pub serial: String,
    /// The plugin.
    pub plugin: PluginId,
    /// Whom it was issued to, for people.
    pub licensee: String,
    /// When it was issued; RFC 3339 in UTC, whole seconds, as all its times.
    #[serde(serialize_with = "write_time", deserialize_with = "read_time")]
    pub issued: Timestamp,
    /// The first moment of its term.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(serialize_with = "write_maybe_time", deserialize_with = "read_maybe_time")]
    pub not_before: Option<Timestamp>,
    /// The last moment of its term; without it the license never ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(serialize_with = "write_maybe_time", deserialize_with = "read_maybe_time")]
    pub not_after: Option<Timestamp>,
    /// Words of the plugin's own for what is licensed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub features: Vec<String>,
    /// How many accounts may use the plugin; without it any number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seats: Option<u32>,
    /// The one center that it holds for; without it any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installation: Option<InstallationCode>,
    /// The key that signs it.
    pub issuer: PublicKey,
}

/// A license whose signature fits. Says nothing about who signed it.
#[derive(Clone, Debug)]
pub struct SignedLicense {
    license: License,
    bytes: Vec<u8>,
}

impl License {
    /// The license for `key` to sign, with everything optional left out.
    #[must_use]
    pub fn new(
        key: &SigningKey,
        (plugin, licensee): (PluginId, String),
        serial: String,
        issued: Timestamp,
    ) -> Self {
        Self {
            format: FORMAT,
            serial,
            plugin,
            licensee,
            issued,
            not_before: None,
            not_after: None,
            features: Vec::new(),
            seats: None,
            installation: None,
            issuer: key.public(),
        }
    }

    /// Signs it: the bytes of a license file.
    ///
    /// # Errors
    /// `Malformed` if it breaks a rule, or names another issuer than `key`.
    pub fn sign(&self, key: &SigningKey) -> Result<Vec<u8>, LicenseError> {
        self.check(key.public())?;
        let statement = serde_json::to_vec(self).expect("a license has only strings and numbers");
        let mut file = Envelope::sign(LICENSE, statement, key).to_bytes();
        file.push(b'\n');
        Ok(file)
    }

    fn parse(statement: &[u8]) -> Result<Self, LicenseError> {
        let malformed = |detail: String| LicenseError::Malformed { detail: printable(detail.as_bytes()) };
        let value = json::parse_strict(statement, 4).map_err(|e| malformed(e.to_string()))?;
        match value.get("format").map(serde_json::Value::as_u64) {
            Some(Some(FORMAT)) => {}
            Some(_) => return Err(LicenseError::UnknownFormat),
            None => return Err(malformed("missing field `format`".into())),
        }
        serde_json::from_value(value).map_err(|e| malformed(e.to_string()))
    }

    fn check(&self, signed_by: PublicKey) -> Result<(), LicenseError> {
        let is_text = |text: &str| {
            !text.trim().is_empty() && text.len() <= LONGEST_TEXT && !text.chars().any(char::is_control)
        };
        let rules = [
            (self.format == FORMAT, "its format is 1"),
            (self.issuer == signed_by, "it names the key that signs it as its issuer"),
            (is_text(&self.serial), "its serial has 1 to 200 bytes of text"),
            (is_text(&self.licensee), "its licensee has 1 to 200 bytes of text"),
            (self.seats != Some(0), "it has at least one seat"),
            (
                self.not_before.zip(self.not_after).is_none_or(|(from, to)| from <= to),
                "it begins before it ends",
            ),
            (self.features.len() <= MOST_FEATURES, "it has at most 64 features"),
            (
                self.features.iter().all(|feature| is_feature(feature)),
                "a feature has 1 to 64 letters, digits, `.`, `_` or `-`",
            ),
        ];
        match rules.into_iter().find(|(kept, _)| !kept) {
            Some((_, rule)) => Err(LicenseError::Malformed { detail: rule.into() }),
            None => Ok(()),
        }
    }
}

fn is_feature(word: &str) -> bool {
    (1..=LONGEST_FEATURE).contains(&word.len())
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

impl SignedLicense {
    /// Reads a license file; white space around it, as mail programs add it, does not matter.
    ///
    /// # Errors
    /// Every [`LicenseError`].
    pub fn open(file: &[u8]) -> Result<Self, LicenseError> {
        let bytes = file.trim_ascii();
        if bytes.len() > LARGEST {
            return Err(LicenseError::NotALicense { detail: "it is too large".into() });
        }
        let envelope = Envelope::parse(LICENSE, bytes).map_err(unreadable)?;
        let issuer = envelope.verify().map_err(unreadable)?;
        let license = License::parse(&envelope.statement)?;
        license.check(issuer)?;
        Ok(Self { license, bytes: bytes.to_vec() })
    }

    /// What was signed.
    #[must_use]
    pub fn license(&self) -> &License {
        &self.license
    }

    /// The canonical bytes, as [`SignedLicense::open`] reads them.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its identity: the digest of the canonical bytes.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(&self.bytes)
    }
}

fn unreadable(cause: Error) -> LicenseError {
    match cause {
        Error::Tampered(_) | Error::EnvelopeNotCanonical => LicenseError::Tampered,
        Error::Unsigned => LicenseError::NotALicense { detail: "nobody signed it".into() },
        Error::Key(cause) => LicenseError::Key(cause),
        other => LicenseError::NotALicense { detail: other.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn license(key: &SigningKey) -> License {
        let plugin = "com.example.chatbot".parse().unwrap();
        let of = (plugin, "Acme".to_owned());
        let at = "2026-01-01T00:00:00Z".parse().unwrap();
        License { seats: Some(5), features: vec!["voice".into()], ..License::new(key, of, "L-1".into(), at) }
    }

    #[test]
    fn a_signed_license_reads_back_as_it_was() {
        let key = SigningKey::generate().unwrap();
        let license = License { not_after: Some("2027-01-01T00:00:00Z".parse().unwrap()), ..license(&key) };
        let file = license.sign(&key).unwrap();
        let opened = SignedLicense::open(&file).unwrap();
        assert_eq!(opened.license(), &license);
        let mailed = [b"\r\n".as_slice(), &file, b"\n\n"].concat();
        assert_eq!(SignedLicense::open(&mailed).unwrap().digest(), opened.digest());
    }

    #[test]
    fn no_byte_of_a_license_can_be_changed() {
        let key = SigningKey::generate().unwrap();
        let file = license(&key).sign(&key).unwrap();
        let file = file.trim_ascii();
        for at in 0..file.len() {
            for bit in [0, 3, 6] {
                let mut changed = file.to_vec();
                changed[at] ^= 1 << bit;
                assert!(SignedLicense::open(&changed).is_err(), "byte {at}, bit {bit}");
            }
        }
        let payload = file.windows(11).position(|part| part == br#""payload":""#).unwrap() + 40;
        let mut changed = file.to_vec();
        changed[payload] = if changed[payload] == b'A' { b'B' } else { b'A' };
        assert_eq!(SignedLicense::open(&changed).unwrap_err().code(), "license_tampered");
        assert!(SignedLicense::open(&file[..file.len() - 1]).is_err());
    }

    #[test]
    fn a_signature_over_something_else_is_no_license() {
        let key = SigningKey::generate().unwrap();
        let statement = serde_json::to_vec(&license(&key)).unwrap();
        let package = Envelope::sign(crate::envelope::PACKAGE, statement.clone(), &key).to_bytes();
        assert_eq!(SignedLicense::open(&package).unwrap_err().code(), "not_a_license");
        let relabelled = String::from_utf8(package).unwrap().replace(crate::envelope::PACKAGE, LICENSE);
        assert_eq!(SignedLicense::open(relabelled.as_bytes()).unwrap_err().code(), "license_tampered");
        for other in ["", "{}", "SPK1", "-----BEGIN PUBLIC KEY-----", "\u{feff}"] {
            assert_eq!(SignedLicense::open(other.as_bytes()).unwrap_err().code(), "not_a_license", "{other}");
        }
    }

    #[test]
    fn what_breaks_a_rule_is_neither_signed_nor_read() {
        let key = SigningKey::generate().unwrap();
        let other = SigningKey::generate().unwrap().public();
        let at = |text: &str| Some(text.parse().unwrap());
        let broken: Vec<fn(License) -> License> = vec![
            |l| License { seats: Some(0), ..l },
            |l| License { licensee: " ".into(), ..l },
            |l| License { serial: "a\u{7}".into(), ..l },
            |l| License { features: vec!["two words".into()], ..l },
            |l| License { features: vec!["x".into(); 65], ..l },
            |l| License { format: 2, ..l },
        ];
        let mut broken: Vec<License> = broken.into_iter().map(|breaks| breaks(license(&key))).collect();
        broken.push(License { issuer: other, ..license(&key) });
        let (not_before, not_after) = (at("2027-01-01T00:00:00Z"), at("2026-01-01T00:00:00Z"));
        broken.push(License { not_before, not_after, ..license(&key) });
        for license in broken {
            assert_eq!(license.sign(&key).unwrap_err().code(), "license_malformed");
            let statement = serde_json::to_vec(&license).unwrap();
            let file = Envelope::sign(LICENSE, statement, &key).to_bytes();
            assert!(SignedLicense::open(&file).is_err(), "{license:?}");
        }
        let mut unknown = serde_json::to_value(license(&key)).unwrap();
        unknown["trial"] = true.into();
        let file = Envelope::sign(LICENSE, serde_json::to_vec(&unknown).unwrap(), &key).to_bytes();
        assert_eq!(SignedLicense::open(&file).unwrap_err().code(), "license_malformed");
    }
}
