//! Everything that can be asked of a center, as one list: the control socket, the command line and the window speak it.
//! Each request says who may ask it; a request that says nothing does not compile.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use spk::{PluginId, PublicKey};

use crate::actor::{AccountId, DepartmentId, Role};
use crate::folder::Removals;
use crate::snapshot::Subject;

/// A token that proves a session; 32 random bytes as lower-case hex. Redacted in `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Token(pub String);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

/// A password on its way in. Redacted in `Debug`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Password(pub String);

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

/// Who may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    /// Everybody who reaches the center.
    Anybody,
    /// Everybody who signed in.
    SignedIn,
    /// Superadmins.
    Superadmin,
}

impl Asker {
    /// Whether an account of this role (or nobody) may ask.
    #[must_use]
    pub fn admits(self, role: Option<Role>) -> bool {
        match self {
            Self::Anybody => true,
            Self::SignedIn => role.is_some(),
            Self::Superadmin => role == Some(Role::Superadmin),
        }
    }
}

/// One thing asked of a center.
#[allow(missing_docs, reason = "the fields are what their variant says")]
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "command", content = "args", rename_all = "snake_case")]
pub enum Request {
    /// → [`crate::views::StatusView`]
    Status,
    /// Creates the first superadmin → [`crate::views::InitView`]
    Init { login: String, name: String, password: Password },
    /// → [`crate::views::SignedInView`]
    SignIn { login: String, password: Password },
    /// → `null`
    SignOut,
    /// Changes the asker's own password → `null`
    PasswordChange { old: Password, new: Password },

    /// → `Vec<`[`crate::views::AccountView`]`>`
    AccountList,
    /// With a one-time password → [`crate::views::AccountCreatedView`]
    AccountCreate { login: String, name: String, role: Role },
    /// Disabling ends its sessions → `null`
    AccountEnable { account: AccountId, enabled: bool },
    /// → `null`
    AccountRole { account: AccountId, role: Role },
    /// → `null`
    AccountDepartments { account: AccountId, departments: Vec<DepartmentId> },
    /// → `Vec<`[`crate::views::DepartmentView`]`>`
    DepartmentList,
    /// → [`crate::views::DepartmentView`]
    DepartmentCreate { name: String, parent: Option<DepartmentId> },

    /// → `Vec<`[`crate::views::PublisherView`]`>`
    PublisherList,
    /// → [`crate::views::PublisherView`]; `namespaces`: `com.example.*` or one id
    PublisherTrust { key: PublicKey, label: String, namespaces: Vec<String>, checked: String },
    /// Stops its running plugins → `null`
    PublisherWithdraw { key: PublicKey, reason: String },

    /// → `Vec<`[`crate::views::PluginView`]`>`
    PluginList { locale: String },
    /// → [`crate::views::PluginDetailView`]
    PluginShow { plugin: PluginId, locale: String },
    /// Copies, verifies and plans, changes nothing → [`crate::views::PlanView`]
    PackagePlan { path: PathBuf, locale: String },
    /// Carries out a plan → [`crate::views::AppliedView`]
    PackageApply { plan: String, answers: Answers },
    /// Forgets a plan → `null`
    PlanDiscard { plan: String },
    /// Files in the plugin folder that wait for a person, or were refused → `Vec<`[`crate::views::FolderFileView`]`>`
    FolderList,
    /// Re-reads folder and packages, restarts nothing → `null`
    FolderRescan,
    /// Answers the question whether many plugins are to go, whose files went at once → `null`
    FolderRemovals { answer: Removals },
    /// → [`crate::views::SwitchedView`]
    PluginSwitch { plugin: PluginId, on: bool },
    /// Approves what an installed plugin asks for → `null`
    CapabilitiesApprove { plugin: PluginId },
    /// `purge`: settings, grants and data too → `null`
    PluginUninstall { plugin: PluginId, purge: bool },

    /// → [`crate::views::SettingsView`]
    ConfigGet { plugin: PluginId, locale: String },
    /// Validates without saving → [`crate::views::CheckView`]
    ConfigCheck { plugin: PluginId, values: Value },
    /// `values`: by key; secrets as `{"$set": …}` / `{"$clear": true}`; `null` means back to the default.
    /// `turn_off`: agree that an active plugin is turned off if a required field becomes empty → [`crate::views::SettingsView`]
    ConfigSet { plugin: PluginId, values: Value, revision: Option<i64>, turn_off: bool },

    /// → `Vec<`[`crate::views::PermissionView`]`>`
    GrantList { plugin: PluginId, locale: String },
    /// → `null`
    GrantAdd { plugin: PluginId, permission: String, subject: Subject },
    /// → `null`
    GrantRemove { plugin: PluginId, permission: String, subject: Subject },
    /// → [`crate::views::WhyView`]
    Why { plugin: PluginId, permission: String, account: AccountId },

    /// Decided by grants, not by role → the plugin's own JSON
    PluginCall { plugin: PluginId, call: String, args: Value },
    /// The last lines, oldest first → `Vec<`[`crate::logs::Line`]`>`
    LogTail { plugin: PluginId, lines: usize },
    /// What needs a person → `Vec<`[`crate::views::AttentionView`]`>`
    AttentionList,
    /// → `null`
    AttentionDismiss { id: i64 },
    /// Newest last → `Vec<`[`crate::audit::Row`]`>`
    AuditList { last: usize },
    /// Over the control socket: an answer of `null`, then one frame per event
    Events,
    /// Over the control socket: an answer of `null`, then one frame per new line
    LogFollow { plugin: PluginId },
}

/// What a person answered to a review.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answers {
    /// Trust the unknown key: how it was checked and for which ids. `None` keeps the package waiting.
    pub trust: Option<TrustAnswer>,
    /// The capabilities shown were approved.
    pub capabilities: bool,
    /// Switch it on in the same step, if nothing stands against it.
    pub turn_on: bool,
}

/// Trust, given in a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustAnswer {
    /// The publisher's name, as the superadmin wants to see it.
    pub label: String,
    /// `com.example.*` or one id.
    pub namespaces: Vec<String>,
    /// How the check code was compared.
    pub checked: String,
}

/// Settings and arguments of calls may hold anything, so nothing of a request is printed.
impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Request(…)")
    }
}

impl Request {
    /// Who may ask this.
    #[must_use]
    pub fn asker(&self) -> Asker {
        use Asker::{Anybody, SignedIn, Superadmin};
        match self {
            Self::Status | Self::Init { .. } | Self::SignIn { .. } => Anybody,
            Self::SignOut | Self::PasswordChange { .. } | Self::PluginCall { .. } => SignedIn,
            Self::AccountList
            | Self::AccountCreate { .. }
            | Self::AccountEnable { .. }
            | Self::AccountRole { .. }
            | Self::AccountDepartments { .. }
            | Self::DepartmentList
            | Self::DepartmentCreate { .. }
            | Self::PublisherList
            | Self::PublisherTrust { .. }
            | Self::PublisherWithdraw { .. }
            | Self::PluginList { .. }
            | Self::PluginShow { .. }
            | Self::PackagePlan { .. }
            | Self::PackageApply { .. }
            | Self::PlanDiscard { .. }
            | Self::FolderList
            | Self::FolderRescan
            | Self::FolderRemovals { .. }
            | Self::PluginSwitch { .. }
            | Self::CapabilitiesApprove { .. }
            | Self::PluginUninstall { .. }
            | Self::ConfigGet { .. }
            | Self::ConfigCheck { .. }
            | Self::ConfigSet { .. }
            | Self::GrantList { .. }
            | Self::GrantAdd { .. }
            | Self::GrantRemove { .. }
            | Self::Why { .. }
            | Self::LogTail { .. }
            | Self::AttentionList
            | Self::AttentionDismiss { .. }
            | Self::AuditList { .. }
            | Self::Events
            | Self::LogFollow { .. } => Superadmin,
        }
    }
}
