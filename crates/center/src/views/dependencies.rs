//! What leaves the center about what plugins need of each other.

use serde::{Deserialize, Serialize};
use spk::PluginId;
use ts_rs::TS;

/// Another plugin that is needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DependencyView {
    /// Its id.
    pub id: String,
    /// Its name if it is installed, else its id.
    pub name: String,
    /// Accepted versions, such as `^1.2`.
    pub requirement: String,
    /// The installed version.
    pub installed: Option<String>,
    /// Whether the installed version is one of those accepted.
    pub fits: bool,
    /// Whether it is wanted on.
    pub on: bool,
    /// Whether the plugin does without.
    pub optional: bool,
    /// Whether the plugin is a sub-plugin of it.
    pub parent: bool,
}

/// An installed plugin that needs the one shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DependentView {
    /// Its id.
    pub id: PluginId,
    /// Its name in the asked language.
    pub name: String,
    /// The versions that it accepts.
    pub requirement: String,
    /// Whether the installed version is one of those accepted.
    pub fits: bool,
    /// Whether it is wanted on.
    pub on: bool,
    /// Whether it does without.
    pub optional: bool,
    /// Whether it is a sub-plugin of the one shown.
    pub child: bool,
}

/// A plugin that another one waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AwaitedView {
    /// Its id.
    pub id: PluginId,
    /// Its name if it is installed, else its id.
    pub name: String,
    /// Accepted versions.
    pub requirement: String,
    /// Why it is not there.
    pub why: AwaitedBecause,
}

/// Why a needed plugin is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AwaitedBecause {
    /// It is not installed.
    Missing,
    /// Another version is installed.
    OtherVersion,
    /// It is off.
    Off,
    /// It is on and does not run.
    NotRunning,
}

/// A plugin with its name in the asked language; a plugin that is not known is called by its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NamedView {
    /// Its id.
    pub id: PluginId,
    /// Its name.
    pub name: String,
}

/// Why a package cannot be installed as things are.
#[allow(missing_docs, reason = "the fields are what their variant says")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "conflict", rename_all = "snake_case")]
pub enum ConflictView {
    /// What it needs is neither installed nor among the files.
    Missing { plugin: NamedView, needs: NamedView, requirement: String },
    /// What it needs is there in another version; `offered`: among the files.
    OtherVersion { plugin: NamedView, needs: NamedView, requirement: String, version: String, offered: bool },
    /// What it needs is among the files and cannot be installed itself.
    HeldBack { plugin: NamedView, needs: NamedView, requirement: String, because: Vec<ConflictView> },
    /// A plugin that is on needs another version of it.
    Breaks { plugin: NamedView, version: String, dependent: NamedView, requirement: String },
    /// Each of these needs the next one, and the last one the first.
    Cycle { plugins: Vec<NamedView> },
    /// Another file has the same plugin in a higher version.
    Superseded { plugin: NamedView, by: String },
}

/// Several reviewed packages as one: which can be installed, and in which order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ArrangementView {
    /// Plans to apply, in this order: what others need comes first.
    pub order: Vec<String>,
    /// Those that cannot be installed as things are.
    pub held_back: Vec<HeldBackView>,
}

/// A reviewed package that cannot be installed as things are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HeldBackView {
    /// Its plan.
    pub plan: String,
    /// Every reason.
    pub conflicts: Vec<ConflictView>,
}
