//! The `.spk` package format: what a package is, how it is made and how it is checked.
//!
//! It knows no database, no network and no process; trust is asked of the caller through [`Trust`].

mod archive;
pub mod config;
mod contents;
mod digest;
mod encryption;
mod envelope;
mod error;
mod file;
mod host;
mod id;
mod installation;
pub mod json;
mod key;
mod library;
mod license;
mod limits;
pub mod locales;
pub mod manifest;
pub mod pack;
mod secret;
mod stage;
mod statement;
mod stored;
mod trust;
mod verify;

pub use archive::{ArchiveRule, Entry, EntryRecord, EntryTable, Method, NameRule, check_name, printable};
pub use config::ConfigSchema;
pub use digest::{Digest, DigestError};
pub use encryption::{Identity, MAX_RECIPIENTS, Recipient};
pub use error::{Error, Limited, Tampered};
pub use host::HostFacts;
pub use id::{IdError, PluginId};
pub use installation::{CodeError, InstallationCode};
pub use key::{KeyError, PublicKey, SigningKey};
pub use license::{License, LicenseError, SignedLicense};
pub use limits::Limits;
pub use locales::Texts;
pub use manifest::{Defect, Manifest, Warning};
pub use pack::{PackInput, Packed, pack, sign};
pub use secret::SecretString;
pub use stage::{Completeness, Staged, completeness, open, stage, stage_path};
pub use statement::{Content, MAX_RELEASE, StatedPublisher, Statement};
pub use stored::StoredPackage;
pub use trust::{Accepted, Claim, Refusal, Standing, Trust, TrustNone, judge_release};
pub use verify::{Outside, Stage, VerifiedPackage, peek};
