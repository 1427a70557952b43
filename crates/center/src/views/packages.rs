//! What leaves the center about packages: who signs them, reviews, the plugin folder, and what an uninstall leaves.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use spk::PluginId;
use ts_rs::TS;

use super::{ConflictView, DependencyView, DependentView, SettingsView, TitledView};
use crate::actor::AccountId;
use crate::clock::UnixMs;
use crate::error::ErrorView;

/// A publisher's key and what it is trusted for.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PublisherView {
    /// The keyid.
    pub key: String,
    /// 64 hex digits in groups of four.
    pub fingerprint: String,
    /// Six groups of five digits.
    pub check_code: String,
    /// The name a superadmin gave it.
    pub label: String,
    /// What ids it may sign.
    pub namespaces: Vec<String>,
    /// How it was checked.
    pub checked: String,
    /// Who trusted it.
    pub added_by: Option<AccountId>,
    /// When.
    pub added_at: UnixMs,
    /// Set when trust was withdrawn.
    pub withdrawn: Option<WithdrawnView>,
}

/// A publisher's key, as people compare it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct KeyView {
    /// 64 hex digits in groups of four.
    pub fingerprint: String,
    /// Six groups of five digits.
    pub check_code: String,
}

/// For whom publishers encrypt packages so that this center can read them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RecipientView {
    /// An X25519 key as age writes it: `age1…`.
    pub recipient: String,
}

/// Trust, withdrawn.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct WithdrawnView {
    /// By whom.
    pub by: Option<AccountId>,
    /// When.
    pub at: UnixMs,
    /// Why, in their words.
    pub reason: String,
}

/// A review: what would happen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PlanView {
    /// To apply or discard it within 30 minutes.
    pub plan: String,
    /// What it would do.
    pub kind: PlanKind,
    /// Which plugin.
    pub plugin: PluginId,
    /// Its name in the asked language.
    pub name: String,
    /// The package's version.
    pub version: String,
    /// The installed version, for an upgrade.
    pub from: Option<String>,
    /// The package's digest.
    pub digest: String,
    /// Bytes of the file.
    pub size: u64,
    /// The file's name, as it was given.
    pub file: String,
    /// How many files are inside.
    pub files: usize,
    /// Another installed plugin that it could be taken for.
    pub resembles: Option<ResemblesView>,
    /// Whether it came encrypted for this center.
    pub encrypted: bool,
    /// What it is for, in the asked language.
    pub description: String,
    /// Its icon as a `data:` address; an image only.
    pub icon: Option<String>,
    /// Other plugins that it needs.
    pub dependencies: Vec<DependencyView>,
    /// Whether it needs a license, and from whom: `none`, `host`, `vendor`.
    pub license: String,
    /// Whether nothing about licenses stands against running it: it needs none of the center's, or has one that holds.
    pub licensed: bool,
    /// Who says they made it.
    pub publisher: String,
    /// The signer's keyid.
    pub key: String,
    /// 64 hex digits in groups of four.
    pub fingerprint: String,
    /// Six groups of five digits.
    pub check_code: String,
    /// Whether the key is trusted already.
    pub trusted: bool,
    /// What a person could trust this key for, the wider first: `com.example.*`, then the one id.
    pub namespaces: Vec<String>,
    /// Capabilities that the installed version has and this one does not ask for.
    pub removed: Value,
    /// Permissions that the installed version does not have (an install: all).
    pub permissions_added: Vec<TitledView>,
    /// Permissions that only the installed version has.
    pub permissions_removed: Vec<TitledView>,
    /// What it asks for (an upgrade: only what is new).
    pub capabilities: Value,
    /// Whether a person has to approve capabilities.
    pub approve_capabilities: bool,
    /// Required settings that would be empty.
    pub missing: Vec<String>,
    /// Of an upgrade that lacks any: the settings as they would be, to fill them in with the answer.
    pub settings: Option<SettingsView>,
    /// Why it cannot be installed as things are; empty if it can.
    pub conflicts: Vec<ConflictView>,
    /// What a person should know.
    pub warnings: Vec<String>,
}

/// A plugin whose id or name looks like that of a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ResemblesView {
    /// Its id.
    pub plugin: String,
    /// Its name in the asked language.
    pub name: String,
}

/// What a plan would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PlanKind {
    /// A new plugin; stays off.
    Install,
    /// A kept one comes back with its settings, grants and data.
    Reinstall,
    /// A higher release of an installed one.
    Upgrade,
    /// A lower release of an installed one, on purpose.
    GoBack,
}

impl PlanKind {
    /// Whether an installed version makes room for this one.
    #[must_use]
    pub fn replaces(self) -> bool {
        matches!(self, Self::Upgrade | Self::GoBack)
    }
}

/// A version of an installed plugin whose package is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct VersionView {
    /// The package.
    pub digest: String,
    /// As its publisher numbered it.
    pub version: String,
    /// The counter that stops downgrades.
    pub release: u64,
    /// When it was accepted first.
    pub accepted_at: UnixMs,
    /// Whether it is the one that is installed.
    pub installed: bool,
}

/// How far an install is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ProgressView {
    /// What is being done.
    pub stage: ProgressStage,
    /// Bytes done in this stage.
    pub done: u64,
    /// Bytes of this stage, where that is known.
    pub total: Option<u64>,
}

/// What an install is doing, in order: the first three for a review, the others when it is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ProgressStage {
    /// The file is copied and hashed.
    Copying,
    /// Its signature and digests are checked.
    Signature,
    /// What is inside is checked.
    Contents,
    /// The library is unpacked and every file hashed.
    Unpacking,
    /// The package is put in its place and recorded; an older version is stopped first.
    Saving,
    /// The plugin comes up; nothing can be cancelled any more.
    Starting,
}

/// What an apply did.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AppliedView {
    /// Which plugin.
    pub plugin: PluginId,
    /// Its version now.
    pub version: String,
    /// What was done.
    pub kind: PlanKind,
    /// Why it was not switched on, though that was asked for.
    pub not_turned_on: Option<ErrorView>,
}

/// A file in the plugin folder.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FolderFileView {
    /// Its name.
    pub file: String,
    /// The plugin in it, once known.
    pub plugin: Option<String>,
    /// The plugin's name in the asked language, its version and publisher, once known.
    pub about: Option<PackageView>,
    /// `installed`, `arriving`, `waiting`, `refused`, `superseded`, …
    pub state: String,
    /// Why it waits or was refused.
    pub cause: Option<ErrorView>,
}

/// What a package says of itself, once its signature was verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PackageView {
    /// The plugin's name in the asked language.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The trusted publisher's label, else what the package says.
    pub publisher: String,
    /// Whether the key is trusted.
    pub trusted: bool,
}

/// What an uninstall would do.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct UninstallView {
    /// How many enabled accounts could no longer use it, superadmins not counted.
    pub people: usize,
    /// Bytes of its data, settings and log.
    pub data: u64,
    /// Installed plugins that need it and do not run without it.
    pub needed_by: Vec<DependentView>,
    /// Those that are on and have to be turned off with it, at any distance.
    pub together: Vec<PluginId>,
}

/// What an uninstalled plugin left.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct KeptView {
    /// Its id.
    pub plugin: PluginId,
    /// Its name in the asked language, if its package is still there, else its id.
    pub name: String,
    /// The version that can be put back; `None` if its package is gone.
    pub version: Option<String>,
    /// When it was uninstalled.
    pub since: UnixMs,
    /// Bytes of its data and log.
    pub data: u64,
    /// Whether settings are kept.
    pub settings: bool,
    /// How many grants are kept.
    pub grants: usize,
}
