//! The `.spk` package format: what a package is, how it is made and how it is checked.
//!
//! It knows no database, no network and no process.

mod digest;
mod host;
mod id;
pub mod json;
pub mod manifest;

pub use digest::{Digest, DigestError};
pub use host::HostFacts;
pub use id::{IdError, PluginId};
pub use manifest::{Defect, Manifest, Warning};
