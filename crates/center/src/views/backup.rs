//! Backups, as they are shown.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::backup::LeftOut;
use crate::clock::UnixMs;

/// A backup that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BackupView {
    /// Where it is.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// Whether it is encrypted, and then holds secrets and keys.
    pub with_secrets: bool,
    /// Secrets that are not in it.
    pub left_out: Vec<LeftOut>,
}

/// A backup that was brought back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RestoredView {
    /// The home that it is in now.
    pub home: String,
    /// When it was made.
    pub made_at: UnixMs,
    /// The version of Sprocket that made it.
    pub product: String,
    /// Secrets to be entered again.
    pub left_out: Vec<LeftOut>,
    /// Ids of plugins that were turned off because a secret of theirs is missing.
    pub switched_off: Vec<String>,
    /// Whether the audit trail holds together.
    pub trail_whole: bool,
    /// Where the center is kept that was there before; `None`: there was none.
    pub put_aside: Option<String>,
}
