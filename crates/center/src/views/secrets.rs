//! The key of stored passwords, as it is shown. Never the key itself.

use serde::{Deserialize, Serialize};
use spk::PluginId;
use ts_rs::TS;

use crate::backup::LeftOut;
use crate::error::ErrorView;
use crate::secrets::KeyPlace;

/// Where the key is that seals stored passwords.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SecretsKeyView {
    /// Where it is, or the first one would be if no keyring is open.
    pub place: KeyPlace,
    /// How many passwords are stored.
    pub secrets: u64,
    /// Why they cannot be opened.
    pub trouble: Option<ErrorView>,
    /// Whether a keyring is open now.
    pub keyring: bool,
}

/// A change of keys.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RekeyedView {
    /// Where the new key is.
    pub place: KeyPlace,
    /// How many passwords it seals now.
    pub secrets: u64,
    /// The passwords that could not be opened and were deleted.
    pub given_up: Vec<LeftOut>,
    /// The plugins that were turned off because of that.
    #[ts(type = "Array<string>")]
    pub switched_off: Vec<PluginId>,
}
