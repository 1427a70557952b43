//! For whom a call is made, by when, and which plugins it has come through. A plugin holds only the call's number.

use std::time::Duration;

use spk::PluginId;
use tokio::time::Instant;

use crate::actor::AccountId;

/// What is known of a call as long as a plugin works on it.
#[derive(Debug, Clone)]
pub struct Errand {
    /// Whose rights count, also in the plugins that are called on the way.
    pub account: AccountId,
    /// The plugins that it has come through, in order; the last one works on it.
    pub through: Vec<PluginId>,
    /// How long the answer may take.
    pub within: Duration,
    /// When it is due.
    pub(super) until: Instant,
    /// How long any call may take.
    pub limit: Duration,
}

impl Errand {
    /// An account's call to a plugin, from now on.
    #[must_use]
    pub fn new(account: AccountId, plugin: &PluginId, limit: Duration) -> Self {
        let until = Instant::now() + limit;
        Self { account, through: vec![plugin.clone()], within: limit, until, limit }
    }

    /// The same, passed on to another plugin: no more time, no other account.
    #[must_use]
    pub fn on_to(&self, plugin: &PluginId) -> Self {
        let through = [&self.through[..], std::slice::from_ref(plugin)].concat();
        Self { through, within: self.left(), ..self.clone() }
    }

    /// The time that is left.
    #[must_use]
    pub fn left(&self) -> Duration {
        self.until.saturating_duration_since(Instant::now())
    }
}
