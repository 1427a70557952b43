//! What leaves the center about licenses: the imported ones, what each is worth, and what a plugin's vendor says.

use serde::{Deserialize, Serialize};
use spk::PluginId;
use ts_rs::TS;

use super::ActView;
use crate::clock::UnixMs;

/// What a license is worth for its plugin, here and now.
#[allow(missing_docs, reason = "the fields are what their variant says")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum LicenseVerdict {
    /// It holds.
    Valid,
    /// It holds, and no further account may be granted the plugin.
    SeatsFull { seats: u32, used: usize },
    /// Its term begins later.
    NotYetValid { from: UnixMs },
    /// Its term has ended; `at` was its last moment.
    Expired { at: UnixMs },
    /// It was issued for another center; `code` names that one.
    OtherInstallation { code: String },
    /// It was issued for another plugin.
    OtherPlugin { plugin: String },
    /// Whoever signed it may not issue licenses for the plugin.
    UnknownIssuer { fingerprint: String },
    /// It was changed after it was signed.
    Tampered,
}

/// An imported license.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LicenseView {
    /// Its digest: what it is removed by.
    pub id: String,
    /// The plugin that it was imported for.
    pub plugin: PluginId,
    /// The plugin's name in the asked language, else its id.
    pub name: String,
    /// What it is worth now; `None` while its plugin is not installed.
    pub verdict: Option<LicenseVerdict>,
    /// Whether the plugin runs by this one.
    pub in_use: bool,
    /// What was signed; `None` if it was changed after signing.
    pub terms: Option<LicenseTermsView>,
    /// Who imported it, and when.
    pub imported: ActView,
}

/// What an issuer signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LicenseTermsView {
    /// The issuer's own number.
    pub serial: String,
    /// Whom it was issued to.
    pub licensee: String,
    /// When it was issued.
    pub issued: UnixMs,
    /// The first moment of its term; `None`: always.
    pub not_before: Option<UnixMs>,
    /// The last moment of its term; `None`: never ends.
    pub not_after: Option<UnixMs>,
    /// The plugin's own words for what is licensed.
    pub features: Vec<String>,
    /// How many accounts may use the plugin; `None`: any number.
    pub seats: Option<u32>,
    /// The one installation that it is for; `None`: any.
    pub installation: Option<String>,
    /// The fingerprint of the key that signed it.
    pub issuer: String,
}

/// How an installed plugin is licensed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PluginLicenseView {
    /// `none`, `host`: the center checks; `vendor`: the plugin's own check counts.
    pub mode: String,
    /// Its licenses, the one in use first.
    pub licenses: Vec<LicenseView>,
    /// The last moment until which its licenses let it run without a gap; `None`: they never end, or do not let it run now.
    pub until: Option<UnixMs>,
    /// How many accounts may use it and do; `None`: any number may.
    pub seats: Option<SeatsView>,
    /// What the plugin's own check said last, while it runs.
    pub vendor: Option<VendorLicenseView>,
}

/// Seats of a license.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SeatsView {
    /// How many there are.
    pub seats: u32,
    /// How many enabled accounts were granted the plugin, superadmins not counted.
    pub used: usize,
}

/// What the own check of a plugin said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct VendorLicenseView {
    /// Whether the plugin may be used.
    pub valid: bool,
    /// The plugin's own sentence; text only.
    pub message: String,
    /// Until when, as the plugin says.
    pub until: Option<UnixMs>,
}
