//! Everything that can be asked of a center, as one list: the control socket, the command line and the window speak it.
//! Each request says who may ask it; a request that says nothing does not compile.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Value;
pub use spk::PluginId;
use spk::PublicKey;
use ts_rs::TS;

use crate::actor::{AccountId, DepartmentId, Role};
use crate::audit;
use crate::folder::Removals;
use crate::secrets::KeyPlace;
use crate::snapshot::Subject;

/// A token that proves a session; 32 random bytes as lower-case hex. Redacted in `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct Token(pub String);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

/// A password on its way in. Redacted in `Debug`.
#[derive(Clone, Serialize, Deserialize, TS)]
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
#[derive(Clone, Serialize, Deserialize, TS, strum::IntoStaticStr)]
#[serde(tag = "command", content = "args", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Request {
    /// → [`crate::views::StatusView`]
    Status,
    /// Creates the first superadmin → [`crate::views::InitView`]
    Init {
        login: String,
        name: String,
        password: Password,
        #[serde(default)]
        kind: SessionKind,
    },
    /// → [`crate::views::SignedInView`]
    SignIn {
        login: String,
        password: Password,
        #[serde(default)]
        kind: SessionKind,
    },
    /// → `null`
    SignOut,
    /// The asker's own account → [`crate::views::AccountView`]
    Me,
    /// The plugins that the asker was granted, and what it may call in them → [`crate::views::MineView`]
    PluginMine { locale: String },
    /// The open sessions of an account, the asker's own without one → `Vec<`[`crate::views::SessionView`]`>`
    SessionList { account: Option<AccountId> },
    /// Ends one of an account's sessions, or all but the one that asks; without an account, the asker's own → how many ended
    SessionEnd { account: Option<AccountId>, session: Option<String> },
    /// Changes the asker's own password → `null`
    PasswordChange { old: Password, new: Password },

    /// → `Vec<`[`crate::views::AccountView`]`>`
    AccountList,
    /// With a one-time password → [`crate::views::AccountCreatedView`]
    AccountCreate { login: String, name: String, role: Role },
    /// What importing a table of accounts would do, changing nothing; `departments`: make those that are missing too
    /// → [`crate::views::ImportView`]
    AccountImportPlan { path: PathBuf, departments: bool },
    /// Creates what the plan of this name listed, with one-time passwords → [`crate::views::ImportedView`]
    AccountImport { path: PathBuf, departments: bool, plan: String },
    /// Disabling ends its sessions → `null`
    AccountEnable {
        account: AccountId,
        enabled: bool,
        #[serde(default)]
        revision: Option<i64>,
    },
    /// → `null`
    AccountRole {
        account: AccountId,
        role: Role,
        #[serde(default)]
        revision: Option<i64>,
    },
    /// → `null`
    AccountRename {
        account: AccountId,
        name: String,
        #[serde(default)]
        revision: Option<i64>,
    },
    /// A new one-time password; ends its sessions → [`crate::views::AccountCreatedView`]
    AccountReset { account: AccountId },
    /// → `null`
    AccountDepartments {
        account: AccountId,
        departments: Vec<DepartmentId>,
        #[serde(default)]
        revision: Option<i64>,
    },
    /// The plugins that an account was granted anything of, as it sees them, each with what gives it that and what stands
    /// in its way → `Vec<`[`crate::views::SeenPluginView`]`>`
    AccountPlugins { account: AccountId, locale: String },
    /// Ends its sessions, takes it out of its departments, takes its grants; its name stays in the trail → `null`
    AccountDelete {
        account: AccountId,
        #[serde(default)]
        revision: Option<i64>,
    },
    /// Sets a new password with the recovery code, ends the account's sessions, gives another code → [`crate::views::RecoveredView`]
    AccountRecover { login: String, code: Password, new: Password },
    /// A new recovery code for the asker, who shows the password; the one before it is void → [`crate::views::RecoveredView`]
    RecoveryCodeMake { password: Password },
    /// → `Vec<`[`crate::views::DepartmentView`]`>`
    DepartmentList,
    /// → [`crate::views::DepartmentView`]
    DepartmentCreate { name: String, parent: Option<DepartmentId> },
    /// → [`crate::views::DepartmentView`]
    DepartmentRename { department: DepartmentId, name: String },
    /// Not below itself → [`crate::views::DepartmentView`]
    DepartmentMove { department: DepartmentId, parent: Option<DepartmentId> },
    /// Only without departments below it; its members leave it, its grants go → `null`
    DepartmentDelete { department: DepartmentId },
    /// Who would gain and who would lose what, changing nothing → `Vec<`[`crate::views::ReachChangeView`]`>`
    PeoplePreview { change: PeopleChange, locale: String },

    /// → `Vec<`[`crate::views::PublisherView`]`>`
    PublisherList,
    /// → [`crate::views::PublisherView`]; `namespaces`: `com.example.*` or one id
    PublisherTrust { key: PublicKey, label: String, namespaces: Vec<String>, checked: String },
    /// What a key, trusted or not, is compared by → [`crate::views::KeyView`]
    PublisherLook { key: PublicKey },
    /// For whom publishers encrypt packages so that this center reads them; makes the key at the first time
    /// → [`crate::views::RecipientView`]
    RecipientShow,
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
    /// Several plans as one: in which order they can be applied, and which cannot and why; changes nothing. Each of them
    /// then counts on the others → [`crate::views::ArrangementView`]
    PackageArrange { plans: Vec<String>, locale: String },
    /// Forgets a plan → `null`
    PlanDiscard { plan: String },
    /// Files in the plugin folder that wait for a person, or were refused → `Vec<`[`crate::views::FolderFileView`]`>`
    FolderList { locale: String },
    /// Re-reads folder and packages, restarts nothing → `null`
    FolderRescan,
    /// Answers the question whether many plugins are to go, whose files went at once → `null`
    FolderRemovals { answer: Removals },
    /// Makes an unavailable plugin folder anew, with a file for each installed plugin; what lies there stays → `null`
    FolderRenew,
    /// → [`crate::views::SwitchedView`]
    PluginSwitch {
        plugin: PluginId,
        on: bool,
        #[serde(default)]
        revision: Option<i64>,
    },
    /// Switches a plugin together with others, in one act, as far as that is needed: on, with those of `others` that it needs;
    /// off, with those of `others` that need it → [`crate::views::SwitchedView`]
    PluginSwitchTogether {
        plugin: PluginId,
        on: bool,
        others: Vec<PluginId>,
        #[serde(default)]
        revision: Option<i64>,
    },
    /// Approves what an installed plugin asks for → `null`
    CapabilitiesApprove { plugin: PluginId },
    /// Plans the stored package of an uninstalled plugin, within 30 days → [`crate::views::PlanView`]
    PackagePutBack { plugin: PluginId, locale: String },
    /// What an uninstall would do, changing nothing → [`crate::views::UninstallView`]
    UninstallPreview {
        plugin: PluginId,
        #[serde(default)]
        #[ts(optional)]
        locale: Option<String>,
    },
    /// What uninstalled plugins left → `Vec<`[`crate::views::KeptView`]`>`
    KeptList { locale: String },
    /// Deletes what an uninstalled plugin left → `null`
    KeptPurge { plugin: PluginId },
    /// `purge`: settings, grants and data too → `null`
    PluginUninstall { plugin: PluginId, purge: bool },

    /// → [`crate::views::SettingsView`]
    ConfigGet { plugin: PluginId, locale: String },
    /// Validates without saving → [`crate::views::CheckView`]
    ConfigCheck { plugin: PluginId, values: Value, locale: String },
    /// Hands these values over what is saved to the plugin's own test, and stores nothing → [`crate::views::TestedView`]
    ConfigTest { plugin: PluginId, values: Value, locale: String },
    /// What was saved so far, the latest first → `Vec<`[`crate::views::SettingsChangeView`]`>`
    ConfigHistory { plugin: PluginId, locale: String },
    /// `values`: by key; secrets as `{"$set": …}` / `{"$clear": true}`; `null` means back to the default.
    /// `turn_off`: agree that an active plugin is turned off if a required field becomes empty → [`crate::views::SettingsView`]
    ConfigSet { plugin: PluginId, values: Value, revision: Option<i64>, turn_off: bool },

    /// → [`crate::views::GrantsView`]
    GrantList { plugin: PluginId, locale: String },
    /// → [`crate::views::GrantsView`]
    GrantAdd {
        plugin: PluginId,
        permission: String,
        subject: Subject,
        locale: String,
        #[serde(default)]
        revision: Option<i64>,
    },
    /// → [`crate::views::GrantsView`]
    GrantRemove {
        plugin: PluginId,
        permission: String,
        subject: Subject,
        locale: String,
        #[serde(default)]
        revision: Option<i64>,
    },
    /// Who would gain and who would lose a permission, changing nothing → [`crate::views::ReachView`]
    GrantPreview { plugin: PluginId, permission: String, add: Vec<Subject>, remove: Vec<Subject> },
    /// → [`crate::views::WhyView`]
    Why { plugin: PluginId, permission: String, account: AccountId },

    /// Every imported license → `Vec<`[`crate::views::LicenseView`]`>`
    LicenseList { locale: String },
    /// Imports a license file; `plugin`: only if it is for this one → [`crate::views::LicenseView`]
    LicenseImport {
        path: PathBuf,
        #[serde(default)]
        #[ts(optional)]
        plugin: Option<PluginId>,
        locale: String,
    },
    /// Takes an imported license away → `null`
    LicenseRemove { license: String },
    /// What licenses for this center alone are ordered with → 20 digits in groups of five
    LicenseCode,

    /// Decided by grants, not by role → the plugin's own JSON
    PluginCall { plugin: PluginId, call: String, args: Value },
    /// The last lines, oldest first → `Vec<`[`crate::logs::Line`]`>`
    LogTail { plugin: PluginId, lines: usize },
    /// What needs a person → `Vec<`[`crate::views::AttentionView`]`>`
    AttentionList,
    /// → `null`
    AttentionDismiss { id: i64 },
    /// The last of the rows that are wanted, oldest first → `Vec<`[`crate::audit::Row`]`>`
    AuditList {
        last: usize,
        #[serde(default)]
        filter: audit::Filter,
    },
    /// Whether the trail is whole; `against`: a head that was kept elsewhere → [`crate::audit::Verdict`]
    AuditVerify {
        #[serde(default)]
        #[ts(type = "string | null")]
        against: Option<audit::Head>,
    },
    /// Writes everything of the center into one file, encrypted and with its secrets if there is a passphrase
    /// → [`crate::views::BackupView`]
    BackupMake { path: PathBuf, passphrase: Option<Password> },
    /// The versions of an installed plugin that are kept → `Vec<`[`crate::views::VersionView`]`>`
    VersionList { plugin: PluginId },
    /// Plans going back to an earlier version, by its package's digest → [`crate::views::PlanView`]
    VersionPlan { plugin: PluginId, digest: String, locale: String },
    /// Whether what the center keeps is as it was left; `deep`: reads every package whole
    /// → `Vec<`[`crate::views::ExaminedView`]`>`
    Doctor { deep: bool },
    /// Where the key is that seals stored passwords → [`crate::views::SecretsKeyView`]
    SecretsKey,
    /// Seals all stored passwords with a new key and forgets the old one; `to`: where the new one is to be; `give_up`: delete
    /// what the old one does not open → [`crate::views::RekeyedView`]
    SecretsRekey {
        to: Option<KeyPlace>,
        #[serde(default)]
        give_up: bool,
    },
    /// Raises the window of a running center and hands it files to look at → `null`
    WindowRaise { files: Vec<PathBuf> },
    /// Over the control socket: an answer of `null`, then one frame per event
    Events,
    /// Over the control socket: an answer of `null`, then one frame per new line
    LogFollow { plugin: PluginId },
}

/// Where a session lives.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SessionKind {
    /// In the window's shell.
    Window,
    /// With the command line.
    #[default]
    CommandLine,
}

/// A change of people, to see beforehand what it means.
#[allow(missing_docs, reason = "the fields are what their variant says")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum PeopleChange {
    /// An account is enabled or disabled.
    AccountEnabled { account: AccountId, enabled: bool },
    /// An account is deleted.
    AccountDeleted { account: AccountId },
    /// An account's departments become these.
    AccountDepartments { account: AccountId, departments: Vec<DepartmentId> },
    /// A department is moved.
    DepartmentMoved { department: DepartmentId, parent: Option<DepartmentId> },
    /// A department is deleted.
    DepartmentDeleted { department: DepartmentId },
}

/// What a person answered to a review.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Answers {
    /// Trust the unknown key: how it was checked and for which ids. `None` keeps the package waiting.
    pub trust: Option<TrustAnswer>,
    /// The capabilities shown were approved.
    pub capabilities: bool,
    /// Switch it on in the same step, if nothing stands against it.
    pub turn_on: bool,
    /// Settings to save in the same step, as for `config_set`; `null`: none.
    #[serde(default)]
    pub settings: Filled,
}

/// Settings that were filled in. They may hold a password, so they are not printed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct Filled(pub Value);

impl std::fmt::Debug for Filled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Filled(…)")
    }
}

/// Trust, given in a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
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
            Self::Status
            | Self::Init { .. }
            | Self::SignIn { .. }
            | Self::AccountRecover { .. }
            | Self::WindowRaise { .. } => Anybody,
            Self::SignOut
            | Self::Me
            | Self::PluginMine { .. }
            | Self::PasswordChange { .. }
            | Self::SessionList { account: None }
            | Self::SessionEnd { account: None, .. }
            | Self::PluginCall { .. } => SignedIn,
            Self::SessionList { account: Some(_) }
            | Self::SessionEnd { account: Some(_), .. }
            | Self::AccountList
            | Self::AccountCreate { .. }
            | Self::AccountImportPlan { .. }
            | Self::AccountImport { .. }
            | Self::AccountEnable { .. }
            | Self::AccountRole { .. }
            | Self::AccountRename { .. }
            | Self::AccountReset { .. }
            | Self::AccountDepartments { .. }
            | Self::AccountPlugins { .. }
            | Self::AccountDelete { .. }
            | Self::RecoveryCodeMake { .. }
            | Self::DepartmentList
            | Self::DepartmentCreate { .. }
            | Self::DepartmentRename { .. }
            | Self::DepartmentMove { .. }
            | Self::DepartmentDelete { .. }
            | Self::PeoplePreview { .. }
            | Self::PublisherList
            | Self::PublisherLook { .. }
            | Self::PublisherTrust { .. }
            | Self::RecipientShow
            | Self::PublisherWithdraw { .. }
            | Self::PluginList { .. }
            | Self::PluginShow { .. }
            | Self::PackagePlan { .. }
            | Self::PackageApply { .. }
            | Self::PackageArrange { .. }
            | Self::PlanDiscard { .. }
            | Self::FolderList { .. }
            | Self::FolderRescan
            | Self::FolderRemovals { .. }
            | Self::FolderRenew
            | Self::PluginSwitch { .. }
            | Self::PluginSwitchTogether { .. }
            | Self::CapabilitiesApprove { .. }
            | Self::PackagePutBack { .. }
            | Self::UninstallPreview { .. }
            | Self::KeptList { .. }
            | Self::KeptPurge { .. }
            | Self::PluginUninstall { .. }
            | Self::ConfigGet { .. }
            | Self::ConfigCheck { .. }
            | Self::ConfigTest { .. }
            | Self::ConfigHistory { .. }
            | Self::ConfigSet { .. }
            | Self::GrantList { .. }
            | Self::GrantAdd { .. }
            | Self::GrantRemove { .. }
            | Self::GrantPreview { .. }
            | Self::Why { .. }
            | Self::LicenseList { .. }
            | Self::LicenseImport { .. }
            | Self::LicenseRemove { .. }
            | Self::LicenseCode
            | Self::LogTail { .. }
            | Self::AttentionList
            | Self::AttentionDismiss { .. }
            | Self::AuditList { .. }
            | Self::AuditVerify { .. }
            | Self::BackupMake { .. }
            | Self::VersionList { .. }
            | Self::VersionPlan { .. }
            | Self::Doctor { .. }
            | Self::SecretsKey
            | Self::SecretsRekey { .. }
            | Self::Events
            | Self::LogFollow { .. } => Superadmin,
        }
    }
}
