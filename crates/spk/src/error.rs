//! Everything that can be wrong with a package, each cause with its code, sentence and next step.

use std::io;

use jiff::Timestamp;
use semver::Version;
use serde_json::{Value, json};

use crate::{Defect, KeyError, PluginId, PublicKey, Refusal, archive::ArchiveRule, archive::NameRule, json};

/// What a size limit was about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limited {
    /// The whole file.
    File,
    /// The envelope.
    Envelope,
    /// The archive's central directory.
    Directory,
    /// All entries unpacked.
    Unpacked,
    /// One entry, against what its reader takes.
    Entry,
}

impl Limited {
    /// A name for details.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Envelope => "envelope",
            Self::Directory => "directory",
            Self::Unpacked => "unpacked",
            Self::Entry => "entry",
        }
    }
}

/// Which of the signed bytes changed after signing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tampered {
    /// The signature does not fit the statement.
    Statement,
    /// The payload is not the one that the statement names.
    Payload,
}

/// Why a package is not accepted, or can't be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The system failed us; nothing is said about the package.
    #[error("{attempt}: {source}")]
    Io {
        /// What was being done, with the object's name.
        attempt: String,
        /// The system's answer.
        source: io::Error,
    },
    /// The caller's progress function said stop.
    #[error("cancelled")]
    Cancelled,
    /// A folder, FIFO, device or socket.
    #[error("`{path}` is not a file")]
    NotAFile {
        /// The path.
        path: String,
    },
    /// A symbolic link.
    #[error("`{path}` is a link, which is not followed")]
    IsALink {
        /// The path.
        path: String,
    },
    /// No bytes at all.
    #[error("the file is empty")]
    Empty,
    /// It does not begin with `SPK1`.
    #[error("not a package{}", .resembles.map(|kind| format!(", but {kind}")).unwrap_or_default())]
    NotAPackage {
        /// What it looks like, such as `a ZIP archive`.
        resembles: Option<&'static str>,
    },
    /// Shorter than it says.
    #[error("the file ends early: {have} of {expected} bytes")]
    Truncated {
        /// Bytes there.
        have: u64,
        /// Bytes announced.
        expected: u64,
    },
    /// Longer than it says.
    #[error("{} bytes follow after the end of the package", .have.saturating_sub(*.expected))]
    TrailingBytes {
        /// Bytes there.
        have: u64,
        /// Bytes announced.
        expected: u64,
    },
    /// Over one of the limits.
    #[error("too large: the {} would be over {limit} bytes", .what.as_str())]
    TooLarge {
        /// What.
        what: Limited,
        /// The limit in bytes.
        limit: u64,
        /// The entry, for `Entry`.
        path: Option<String>,
    },
    /// The envelope is not the JSON that it has to be.
    #[error("the envelope can't be read: {detail}")]
    EnvelopeMalformed {
        /// What is wrong.
        detail: String,
    },
    /// The envelope names another payload type.
    #[error("the envelope announces `{found}`, which is no package")]
    UnknownPayloadType {
        /// The type found.
        found: String,
    },
    /// The envelope is right but not in its one spelling.
    #[error("the envelope is not written in its canonical form")]
    EnvelopeNotCanonical,
    /// No signature.
    #[error("the package is not signed")]
    Unsigned,
    /// More than one signature.
    #[error("the package carries {count} signatures instead of one")]
    SeveralSignatures {
        /// How many.
        count: usize,
    },
    /// The key in the envelope is not usable.
    #[error("the package's key: {0}")]
    Key(#[source] KeyError),
    /// Bytes changed after signing.
    #[error("{}", match .0 {
        Tampered::Statement => "the signature does not fit: the statement was changed after signing",
        Tampered::Payload => "the content was changed after signing",
    })]
    Tampered(Tampered),
    /// The signed statement is not strict JSON.
    #[error("the statement can't be read: {0}")]
    StatementUnreadable(#[source] json::Error),
    /// The signed statement has another shape.
    #[error("the statement is not understood: {detail}")]
    StatementMalformed {
        /// What is wrong.
        detail: String,
    },
    /// Another format number.
    #[error("the package has format {found}; this version reads format 1")]
    UnknownFormat {
        /// The number, as written.
        found: String,
    },
    /// The statement names another key than the one that signed.
    #[error("the statement names another key than the one that signed it")]
    KeyMismatch {
        /// The key in the statement.
        stated: PublicKey,
        /// The key that signed.
        signed_by: PublicKey,
    },
    /// Past its last day for installing.
    #[error("the package could be installed until {at}")]
    Expired {
        /// The end.
        at: Timestamp,
    },
    /// Made more than a day ahead of our clock.
    #[error("the package says it was made on {created}, which is still to come")]
    FromTheFuture {
        /// The stated time.
        created: Timestamp,
    },
    /// Trust refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Encrypted, and none of the keys that open it is here.
    #[error("the package is encrypted for others")]
    NotForThisCenter,
    /// Encrypted for too many, by a password, or by keys of another kind.
    #[error("the package is encrypted with {found}, which is not accepted")]
    UnsupportedEncryption {
        /// What was found, made printable.
        found: String,
    },
    /// Signed, but not what the encryption makes.
    #[error("the content can't be decrypted: it is damaged, although it was signed so")]
    DecryptionFailed,
    /// What was decrypted is not what was signed.
    #[error("what is inside the encryption is not what the statement says")]
    PlaintextMismatch,
    /// `plugin.json` names another key than the one that signed, or, where it has to, none.
    #[error("`plugin.json` {}", match .found {
        Some(_) => "names another publisher's key than the one that signed",
        None => "does not name its publisher's key, which an encrypted package has to",
    })]
    PublisherKeyMismatch {
        /// In `plugin.json`.
        found: Option<PublicKey>,
        /// The key that signed.
        signed_by: Option<PublicKey>,
    },
    /// The archive breaks a rule.
    #[error("the archive is refused: {rule}{}", .path.as_ref().map(|p| format!(" (`{p}`)")).unwrap_or_default())]
    Archive {
        /// The rule.
        rule: ArchiveRule,
        /// The entry, made printable.
        path: Option<String>,
    },
    /// A name that could lead elsewhere, or means different things to different systems.
    #[error("`{path}` is not a safe name: {rule}")]
    UnsafePath {
        /// The name, made printable.
        path: String,
        /// The rule.
        rule: NameRule,
    },
    /// The bytes of an entry are not what the archive declares, or not those recorded at verification.
    #[error("`{path}` is damaged: its bytes are not what was declared")]
    EntryCorrupt {
        /// The entry.
        path: String,
    },
    /// No entry of this name.
    #[error("the package has no `{path}`")]
    NoSuchEntry {
        /// The name.
        path: String,
    },
    /// No `plugin.json`.
    #[error("the package has no `plugin.json`")]
    ManifestMissing,
    /// `plugin.json` has defects.
    #[error("`plugin.json` has {} mistake{} that only the publisher can mend", .0.len(), if .0.len() == 1 { "" } else { "s" })]
    ManifestInvalid(Vec<Defect>),
    /// `plugin.json` names another id than the statement.
    #[error("`plugin.json` is of `{found}`, the statement of `{stated}`")]
    IdMismatch {
        /// In `plugin.json`.
        found: PluginId,
        /// In the statement.
        stated: PluginId,
    },
    /// `plugin.json` names another version than the statement.
    #[error("`plugin.json` is of version {found}, the statement of {stated}")]
    VersionMismatch {
        /// In `plugin.json`.
        found: Version,
        /// In the statement.
        stated: Version,
    },
    /// Nothing for this platform.
    #[error("the package has no library for this platform, `{target}`")]
    LibraryMissingForPlatform {
        /// This platform.
        target: String,
        /// The platforms that it has one for.
        offered: Vec<String>,
    },
    /// The library's file is not an ELF shared object.
    #[error("`{path}` is not a shared library")]
    LibraryNotElf {
        /// The entry.
        path: String,
    },
    /// The library is for another processor.
    #[error("`{path}` is not built for `{target}`")]
    LibraryWrongArchitecture {
        /// The entry.
        path: String,
        /// The target it is listed under.
        target: String,
    },
    /// `sign` was given a package that is signed.
    #[error("the package is signed already")]
    AlreadySigned,
    /// A release number outside 1…2⁵³−2.
    #[error("a release is a number from 1 to 9007199254740990")]
    ReleaseOutOfRange,
    /// `SOURCE_DATE_EPOCH` is no time.
    #[error("`SOURCE_DATE_EPOCH` is not a number of seconds since 1970")]
    BadSourceDate,
}

impl Error {
    /// The stable code, by which callers branch and windows translate.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Io { .. } => "io",
            Self::Cancelled => "cancelled",
            Self::NotAFile { .. } => "not_a_file",
            Self::IsALink { .. } => "is_a_link",
            Self::Empty => "empty_file",
            Self::NotAPackage { .. } => "not_a_package",
            Self::Truncated { .. } => "truncated",
            Self::TrailingBytes { .. } => "trailing_bytes",
            Self::TooLarge { .. } => "too_large",
            Self::EnvelopeMalformed { .. } => "envelope_malformed",
            Self::UnknownPayloadType { .. } => "unknown_payload_type",
            Self::EnvelopeNotCanonical => "envelope_not_canonical",
            Self::Unsigned => "unsigned",
            Self::SeveralSignatures { .. } => "several_signatures",
            Self::Key(error) => error.code(),
            Self::Tampered(_) => "tampered",
            Self::StatementUnreadable(error) => match error {
                json::Error::DuplicateKey { .. } => "statement_duplicate_key",
                _ => "statement_unreadable",
            },
            Self::StatementMalformed { .. } => "statement_malformed",
            Self::UnknownFormat { .. } => "unknown_format",
            Self::KeyMismatch { .. } => "key_mismatch",
            Self::Expired { .. } => "expired",
            Self::FromTheFuture { .. } => "from_the_future",
            Self::Refused(refusal) => refusal.code(),
            Self::NotForThisCenter => "not_for_this_center",
            Self::UnsupportedEncryption { .. } => "unsupported_encryption",
            Self::DecryptionFailed => "decryption_failed",
            Self::PlaintextMismatch => "plaintext_mismatch",
            Self::PublisherKeyMismatch { .. } => "publisher_key_mismatch",
            Self::Archive { rule, .. } => rule.code(),
            Self::UnsafePath { .. } => "unsafe_path",
            Self::EntryCorrupt { .. } => "entry_corrupt",
            Self::NoSuchEntry { .. } => "no_such_entry",
            Self::ManifestMissing => "manifest_missing",
            Self::ManifestInvalid(_) => "manifest_invalid",
            Self::IdMismatch { .. } => "id_mismatch",
            Self::VersionMismatch { .. } => "version_mismatch",
            Self::LibraryMissingForPlatform { .. } => "library_missing_for_platform",
            Self::LibraryNotElf { .. } => "library_not_elf",
            Self::LibraryWrongArchitecture { .. } => "library_wrong_architecture",
            Self::AlreadySigned => "already_signed",
            Self::ReleaseOutOfRange => "release_out_of_range",
            Self::BadSourceDate => "bad_source_date",
        }
    }

    /// What to do about it, one sentence.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Io { .. } => "Check the disk, the path and its permissions, then try again.",
            Self::Cancelled => "Start again when you are ready; nothing was changed.",
            Self::NotAFile { .. } | Self::IsALink { .. } => "Give the file itself, not a folder or a link.",
            Self::Empty | Self::Truncated { .. } => "Copy or download the file again.",
            Self::NotAPackage { .. } => "Ask the publisher for the .spk file.",
            Self::Unsigned => "Ask the publisher for a signed package, or sign it with `sprocket sign`.",
            Self::Tampered(_) | Self::TrailingBytes { .. } | Self::EntryCorrupt { .. } => {
                "Do not use this file; get it again from its publisher."
            }
            Self::Key(_) => "Do not install it; ask the publisher for a package signed with a proper key.",
            Self::UnknownFormat { .. } => "Update Sprocket, or ask the publisher for a package of format 1.",
            Self::NotForThisCenter => {
                "Send the publisher what `sprocket recipient` shows, and ask for a package made for it."
            }
            Self::UnsupportedEncryption { .. } | Self::DecryptionFailed | Self::PlaintextMismatch => {
                "Ask the publisher for a package made with `sprocket pack --encrypt-to`."
            }
            Self::PublisherKeyMismatch { .. } => {
                "Get it from its publisher directly; who makes it puts the signing key into `publisherKey`."
            }
            Self::Expired { .. } => "Ask the publisher for a newer package.",
            Self::FromTheFuture { .. } => "Check this computer's clock and the publisher's.",
            Self::Refused(refusal) => refusal.hint(),
            Self::ManifestInvalid(_) | Self::ManifestMissing => {
                "Ask the publisher for a corrected package; `sprocket pack` names every defect."
            }
            Self::IdMismatch { .. } | Self::VersionMismatch { .. } | Self::KeyMismatch { .. } => {
                "Ask the publisher to pack it again with `sprocket pack`."
            }
            Self::LibraryMissingForPlatform { .. }
            | Self::LibraryNotElf { .. }
            | Self::LibraryWrongArchitecture { .. } => {
                "Ask the publisher for a package built for this platform."
            }
            Self::AlreadySigned => "Pack it again without a key to sign it with another.",
            Self::ReleaseOutOfRange => "Give a release in that range, or none to use the time of packing.",
            Self::BadSourceDate => "Unset it, or set it to seconds since 1970.",
            Self::NoSuchEntry { .. } => "Check the name.",
            Self::TooLarge { .. } => "Ask the publisher for a smaller package.",
            Self::EnvelopeMalformed { .. }
            | Self::UnknownPayloadType { .. }
            | Self::EnvelopeNotCanonical
            | Self::SeveralSignatures { .. }
            | Self::StatementUnreadable(_)
            | Self::StatementMalformed { .. }
            | Self::Archive { .. }
            | Self::UnsafePath { .. } => "Ask the publisher for a package made with `sprocket pack`.",
        }
    }

    /// The facts of the case as a JSON object; empty where code and sentence say it all.
    #[must_use]
    pub fn details(&self) -> Value {
        match self {
            Self::Io { attempt, source } => json!({ "attempt": attempt, "cause": source.to_string() }),
            Self::NotAFile { path }
            | Self::IsALink { path }
            | Self::EntryCorrupt { path }
            | Self::NoSuchEntry { path }
            | Self::LibraryNotElf { path } => json!({ "path": path }),
            Self::NotAPackage { resembles } => json!({ "resembles": resembles }),
            Self::Truncated { have, expected } | Self::TrailingBytes { have, expected } => {
                json!({ "have": have, "expected": expected })
            }
            Self::TooLarge { what, limit, path } => {
                json!({ "what": what.as_str(), "limit": limit, "path": path })
            }
            Self::EnvelopeMalformed { detail } | Self::StatementMalformed { detail } => {
                json!({ "detail": detail })
            }
            Self::StatementUnreadable(error) => json!({ "detail": error.to_string() }),
            Self::UnknownPayloadType { found } | Self::UnknownFormat { found } => json!({ "found": found }),
            Self::UnsupportedEncryption { found } => json!({ "found": found }),
            Self::PublisherKeyMismatch { found, signed_by } => {
                json!({ "found": found, "signed_by": signed_by })
            }
            Self::SeveralSignatures { count } => json!({ "count": count }),
            Self::Tampered(part) => json!({ "part": part.as_str() }),
            Self::KeyMismatch { stated, signed_by } => json!({ "stated": stated, "signed_by": signed_by }),
            Self::Expired { at } => json!({ "at": at.to_string() }),
            Self::FromTheFuture { created } => json!({ "created": created.to_string() }),
            Self::Refused(refusal) => refusal.details(),
            Self::Archive { rule, path } => json!({ "rule": rule.code(), "path": path }),
            Self::UnsafePath { path, rule } => json!({ "path": path, "rule": rule.code() }),
            Self::ManifestInvalid(defects) => json!({ "defects": defects }),
            Self::IdMismatch { found, stated } => json!({ "found": found, "stated": stated }),
            Self::VersionMismatch { found, stated } => json!({ "found": found, "stated": stated }),
            Self::LibraryMissingForPlatform { target, offered } => {
                json!({ "target": target, "offered": offered })
            }
            Self::LibraryWrongArchitecture { path, target } => json!({ "path": path, "target": target }),
            Self::Cancelled
            | Self::Empty
            | Self::EnvelopeNotCanonical
            | Self::Unsigned
            | Self::Key(_)
            | Self::NotForThisCenter
            | Self::DecryptionFailed
            | Self::PlaintextMismatch
            | Self::ManifestMissing
            | Self::AlreadySigned
            | Self::ReleaseOutOfRange
            | Self::BadSourceDate => json!({}),
        }
    }
}

impl Tampered {
    fn as_str(self) -> &'static str {
        match self {
            Self::Statement => "statement",
            Self::Payload => "payload",
        }
    }
}

/// Names the attempt in an I/O error: `.map_err(attempt("open", path))`.
pub(crate) fn attempt<T: std::fmt::Display>(
    verb: &'static str,
    object: T,
) -> impl FnOnce(io::Error) -> Error {
    move |source| Error::Io { attempt: format!("{verb} `{object}`"), source }
}
