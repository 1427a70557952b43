//! What an examination of a center found, as it is shown.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::ErrorView;

/// Part of what a center keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Area {
    /// What people and packages decided.
    Database,
    /// The record of who did what.
    AuditTrail,
    /// The home's rights and the room on its disk.
    Home,
    /// Verified packages, from which plugins run.
    Packages,
    /// The folder that people see.
    PluginFolder,
    /// What plugins keep.
    PluginData,
    /// Passwords in plugins' settings, and the key that opens them.
    StoredPasswords,
}

/// One area.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ExaminedView {
    /// Which.
    pub area: Area,
    /// How many files, rows or the like were looked at.
    pub looked_at: u64,
    /// What is not as it was left.
    pub wrong: Vec<ErrorView>,
}
