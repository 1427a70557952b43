//! The statement: what the publisher signs about a package. Knows nothing of how it is signed.

use jiff::{SignedDuration, Timestamp};
use semver::Version;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;

use crate::{Digest, Error, PluginId, PublicKey, archive::printable, json};

/// The only format there is.
pub(crate) const FORMAT: u64 = 1;
/// The highest release: what JavaScript's numbers still tell from its neighbours.
pub const MAX_RELEASE: u64 = (1 << 53) - 2;

const AHEAD: SignedDuration = SignedDuration::from_hours(24);

/// What the publisher signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Always 1.
    pub format: u64,
    /// The plugin.
    pub id: PluginId,
    /// Its version.
    pub version: Version,
    /// The release counter, 1…2⁵³−2: what makes one package newer than another.
    pub release: u64,
    /// When it was packed; RFC 3339 in UTC, whole seconds.
    #[serde(serialize_with = "write_time", deserialize_with = "read_time")]
    pub created: Timestamp,
    /// Until when it may be installed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(serialize_with = "write_maybe_time", deserialize_with = "read_maybe_time")]
    pub expires: Option<Timestamp>,
    /// Who says so.
    pub publisher: StatedPublisher,
    /// The bytes behind the envelope.
    pub payload: Content,
    /// The archive inside an encrypted payload.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plaintext: Option<Content>,
}

/// The publisher as the statement names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatedPublisher {
    /// A name for people; proves nothing.
    pub name: String,
    /// The key; absent only while the package is unsigned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<PublicKey>,
}

/// Bytes by size and digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// In bytes.
    pub size: u64,
    /// Their digest.
    pub blake3: Digest,
}

impl Statement {
    /// Reads a statement; says nothing yet about key and dates.
    ///
    /// # Errors
    /// `StatementUnreadable`, `UnknownFormat`, `StatementMalformed` or `ReleaseOutOfRange`.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let value = json::parse_strict(bytes, 8).map_err(Error::StatementUnreadable)?;
        check_format(&value)?;
        let malformed =
            |e: serde_json::Error| Error::StatementMalformed { detail: printable(e.to_string().as_bytes()) };
        let statement: Self = serde_json::from_value(value).map_err(malformed)?;
        statement.check_release()?;
        Ok(statement)
    }

    pub(crate) fn check_release(&self) -> Result<(), Error> {
        if (1..=MAX_RELEASE).contains(&self.release) { Ok(()) } else { Err(Error::ReleaseOutOfRange) }
    }

    /// The bytes that are signed.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a statement has only strings and numbers")
    }

    /// The statement's key is the one that signed.
    pub(crate) fn check_key(&self, signed_by: PublicKey) -> Result<(), Error> {
        match self.publisher.key {
            Some(stated) if stated == signed_by => Ok(()),
            Some(stated) => Err(Error::KeyMismatch { stated, signed_by }),
            None => Err(Error::StatementMalformed { detail: "missing field `key`".into() }),
        }
    }

    /// It is not expired, and not from the future.
    pub(crate) fn check_dates(&self, now: Timestamp) -> Result<(), Error> {
        if self.created.duration_since(now) > AHEAD {
            return Err(Error::FromTheFuture { created: self.created });
        }
        match self.expires {
            Some(at) if at < now => Err(Error::Expired { at }),
            _ => Ok(()),
        }
    }
}

fn check_format(value: &Value) -> Result<(), Error> {
    match value.get("format") {
        Some(number) if number.as_u64() == Some(FORMAT) => Ok(()),
        Some(other) => Err(Error::UnknownFormat { found: printable(other.to_string().as_bytes()) }),
        None => Err(Error::StatementMalformed { detail: "missing field `format`".into() }),
    }
}

pub(crate) fn write_time<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(time)
}

#[expect(clippy::ref_option, reason = "serde hands a reference to the field")]
pub(crate) fn write_maybe_time<S: Serializer>(
    time: &Option<Timestamp>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => write_time(time, serializer),
        None => serializer.serialize_none(),
    }
}

pub(crate) fn read_time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    let text = String::deserialize(deserializer)?;
    let time: Timestamp = text.parse().map_err(|_| de::Error::custom("a time is not RFC 3339"))?;
    if time.to_string() == text && time.subsec_nanosecond() == 0 {
        return Ok(time);
    }
    Err(de::Error::custom("a time is not written as whole seconds in UTC"))
}

pub(crate) fn read_maybe_time<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Timestamp>, D::Error> {
    read_time(deserializer).map(Some)
}
