//! Everything of a center in one file, made while it runs, and brought back into a home. With a passphrase the file is
//! encrypted and holds the secrets and keys too; without one these stay out, and a restore says what to enter again.
//!
//! The file is a tar archive, or an age file around one. Its last entry, `backup.json`, lists what came before with
//! sizes and BLAKE3 sums, so that half a file is never taken for a whole one. The plugin folder and logs are not in it:
//! the folder is made anew from the packages.

mod entry;
mod make;
mod restore;
mod room;
mod sealed;
#[cfg(test)]
mod tests;
mod unpack;

use serde::{Deserialize, Serialize};
use spk::PluginId;

use crate::clock::UnixMs;

pub(crate) use make::copy_database;
pub use make::{Make, Whole, make};
pub use restore::{Prepared, Restore, prepare, restore};
pub use unpack::look;

/// The layout of the file; a later one that older programs cannot read gets a higher number.
const FORMAT: u32 = 1;
/// The last entry.
const CONTENTS: &str = "backup.json";
/// How an age file begins.
const ENCRYPTED: &[u8] = b"age-encryption.org/v1\n";

/// What can be seen of a file before it is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Of the whole file.
    pub bytes: u64,
    /// A passphrase is needed.
    pub encrypted: bool,
}

/// What the last entry says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Contents {
    format: u32,
    /// The version of Sprocket that made it.
    product: String,
    /// The center's id.
    center: String,
    made_at: UnixMs,
    /// Secrets that were left out, to be entered again.
    left_out: Vec<LeftOut>,
    files: Vec<Listed>,
}

/// A stored secret that is not in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct LeftOut {
    /// Whose.
    #[ts(type = "string")]
    pub plugin: PluginId,
    /// JSON pointer of its field.
    pub pointer: String,
}

/// One entry before the last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Listed {
    path: String,
    bytes: u64,
    /// Lower-case hex.
    blake3: String,
}
