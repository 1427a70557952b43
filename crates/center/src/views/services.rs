//! What leaves the center about services between plugins.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::NamedView;

/// The services of a plugin.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ServicesView {
    /// Those that other plugins may call.
    pub provides: Vec<ProvidedServiceView>,
    /// Those of other plugins that it may call.
    pub uses: Vec<UsedServiceView>,
}

/// A service that a plugin provides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ProvidedServiceView {
    /// Its name.
    pub name: String,
    /// The version of its contract.
    pub version: String,
    /// The title of the permission that the account behind a call needs.
    pub permission: String,
    /// Whether it can be called now.
    pub state: ServiceState,
    /// The installed plugins that say they use it.
    pub used_by: Vec<NamedView>,
}

/// A service that a plugin uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UsedServiceView {
    /// Its name.
    pub name: String,
    /// Accepted versions, such as `^1`.
    pub requirement: String,
    /// The installed plugin that provides it.
    pub provider: Option<NamedView>,
    /// In which version.
    pub version: Option<String>,
    /// Whether it can be called now.
    pub state: ServiceState,
}

/// Whether a service can be called now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ServiceState {
    /// By those who may.
    Available,
    /// No installed plugin provides it.
    Missing,
    /// It is provided in a version that is not accepted.
    OtherVersion,
    /// Its provider does not run, or may not be used.
    NotRunning,
}
