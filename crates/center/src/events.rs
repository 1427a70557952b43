//! What happened, told at once to every window and to `sprocket events`. Events carry names, never values that a person entered.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use spk::PluginId;
use tokio::sync::broadcast;
use ts_rs::TS;

use crate::clock::UnixMs;

/// How many events a slow listener may lag behind before it is told to read everything anew.
const BACKLOG: usize = 1024;

/// One thing that happened, in the past tense.
#[allow(missing_docs, reason = "the fields are what their variant says")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// A plugin was installed.
    PluginInstalled { plugin: PluginId, version: String },
    /// A plugin was upgraded.
    PluginUpgraded { plugin: PluginId, from: String, to: String },
    /// A plugin was uninstalled; `purged`: with its settings and data.
    PluginUninstalled { plugin: PluginId, purged: bool },
    /// A plugin runs.
    PluginStarted { plugin: PluginId },
    /// A plugin stopped because it was asked to.
    PluginStopped { plugin: PluginId },
    /// A plugin ended by itself.
    PluginCrashed { plugin: PluginId, cause: String },
    /// The center turned a plugin off.
    PluginTurnedOff { plugin: PluginId, cause: String },
    /// What is shown about a plugin changed.
    PluginChanged { plugin: PluginId },
    /// A plugin's settings were saved.
    SettingsChanged { plugin: PluginId, revision: i64 },
    /// Who may use a plugin changed.
    GrantsChanged { plugin: PluginId },
    /// An account or department changed.
    PeopleChanged,
    /// Trust in a publisher changed.
    PublishersChanged,
    /// A license was imported or removed.
    LicensesChanged { plugin: PluginId },
    /// The list of what needs a person changed.
    AttentionChanged,
    /// A file in the plugin folder got a new verdict.
    FolderChanged { file: String, state: String },
    /// A plugin said something to those who listen; `payload` is its own JSON.
    PluginPublished { plugin: PluginId, event: String, payload: serde_json::Value },
    /// The window was asked to come to the front and look at these files.
    RaiseRequested { files: Vec<PathBuf> },
    /// Events were lost for this listener: read everything anew.
    Lagged,
}

/// An event with its time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Stamped {
    /// When it happened.
    pub at: UnixMs,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// Where events go.
#[derive(Debug, Clone)]
pub struct Bus(broadcast::Sender<Stamped>);

impl Default for Bus {
    fn default() -> Self {
        Self(broadcast::channel(BACKLOG).0)
    }
}

impl Bus {
    /// Tells everybody who listens; nobody listening is fine.
    pub fn publish(&self, at: UnixMs, event: Event) {
        let _ = self.0.send(Stamped { at, event });
    }
    /// Listens from now on.
    #[must_use]
    pub fn subscribe(&self) -> Listener {
        Listener(self.0.subscribe())
    }
}

/// One listener's end.
#[derive(Debug)]
pub struct Listener(broadcast::Receiver<Stamped>);

impl Listener {
    /// The next event; [`Event::Lagged`] in place of those that were missed; `None` when the center has ended.
    pub async fn next(&mut self) -> Option<Stamped> {
        match self.0.recv().await {
            Ok(stamped) => Some(stamped),
            Err(broadcast::error::RecvError::Lagged(_)) => Some(Stamped { at: 0, event: Event::Lagged }),
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }
}
