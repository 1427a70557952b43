//! What leaves the center about who was granted what, and why somebody may or may not.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::snapshot::{Grant, Subject};

/// Who may use a plugin.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct GrantsView {
    /// To send back with a change.
    pub revision: i64,
    /// Each permission.
    pub permissions: Vec<PermissionView>,
}

/// A permission of a plugin and who has it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PermissionView {
    /// Its id.
    pub id: String,
    /// Its title in the asked language.
    pub title: String,
    /// Who was granted it.
    pub grants: Vec<Grant>,
    /// How many enabled accounts that makes, superadmins not counted.
    pub people: usize,
}

/// Why an account may or may not use a plugin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct WhyView {
    /// Whether it may, now.
    pub allowed: bool,
    /// What gives it the permission, even if something else prevents its use.
    pub sources: Vec<SourceView>,
    /// What prevents its use.
    pub obstacles: Vec<Obstacle>,
}

/// What gives a permission.
#[allow(missing_docs, reason = "the fields are what their variant says")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "source", rename_all = "snake_case")]
pub enum SourceView {
    /// The account is a superadmin.
    Superadmin,
    /// A grant; `path`: the department through which it comes, from the top.
    Grant { subject: Subject, path: Vec<String> },
}

/// What prevents the use of a plugin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Obstacle {
    /// No such account.
    UnknownAccount,
    /// The account is disabled.
    AccountDisabled,
    /// The plugin is not installed.
    NotInstalled,
    /// No license lets it be used.
    NoLicense,
    /// The plugin does not run.
    NotRunning,
    /// The plugin has no such permission.
    UnknownPermission,
    /// Nothing grants it.
    NoGrant,
}
