//! What leaves the center: plain structs for the window and the command line. No secret and no token of another session is ever in one.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use spk::PluginId;
use ts_rs::TS;

use crate::actor::{AccountId, DepartmentId, Role};
use crate::clock::UnixMs;
use crate::error::ErrorView;
use crate::request::Token;
use crate::snapshot::{Grant, Subject};

/// How a center is.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct StatusView {
    /// Sprocket's version.
    pub version: String,
    /// The home folder.
    pub home: String,
    /// Whether plugins run in this process (false: the command line opened the home itself).
    pub serving: bool,
    /// Whether a superadmin exists.
    pub initialised: bool,
    /// How many plugins are installed.
    pub installed: usize,
    /// How many run.
    pub running: usize,
    /// How many things need a person.
    pub attention: usize,
    /// `watching`, `polling`, `idle`, or why the plugin folder is not believed.
    pub folder: String,
    /// The plugin folder, absolute.
    pub folder_path: String,
    /// What the sandbox enforces on this computer; empty until a plugin ran.
    pub sandbox: Vec<MeasureView>,
}

/// The first superadmin, created.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct InitView {
    /// To print and keep; shown once.
    pub recovery_code: String,
    /// The new session.
    pub signed_in: SignedInView,
}

impl std::fmt::Debug for InitView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InitView").field("signed_in", &self.signed_in).finish_non_exhaustive()
    }
}

/// A new session.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SignedInView {
    /// Whose.
    pub account: AccountId,
    /// Its login.
    pub login: String,
    /// Its role.
    pub role: Role,
    /// The one-time password has to be changed before anything else.
    pub must_change: bool,
    /// Proves the session; kept by the shell or the command line, never given to a web view.
    pub token: Token,
}

/// An account.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AccountView {
    /// Its id.
    pub id: AccountId,
    /// What it signs in with.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// What it may do in the center.
    pub role: Role,
    /// Whether it may sign in.
    pub enabled: bool,
    /// Full paths of its departments.
    pub departments: Vec<DepartmentView>,
    /// Its revision.
    pub revision: i64,
}

/// An account, created.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct AccountCreatedView {
    /// Its id.
    pub id: AccountId,
    /// To hand over; works once, shown once.
    pub one_time_password: String,
}

impl std::fmt::Debug for AccountCreatedView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccountCreatedView").field("id", &self.id).finish_non_exhaustive()
    }
}

/// An account whose password was set anew with its recovery code.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct RecoveredView {
    /// What it signs in with.
    pub login: String,
    /// The next code, to print and keep; shown once.
    pub recovery_code: String,
}

impl std::fmt::Debug for RecoveredView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RecoveredView").field("login", &self.login).finish_non_exhaustive()
    }
}

/// A department.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DepartmentView {
    /// Its id.
    pub id: DepartmentId,
    /// Its full path, from the top.
    pub path: Vec<String>,
    /// The department above.
    pub parent: Option<DepartmentId>,
}

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

/// What a plugin is doing; the switch shows what is wanted, this what is.
#[allow(missing_docs, reason = "the fields are what their variant says")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum StateView {
    /// Switched off.
    Off,
    /// Off, and something is missing before it can be switched on.
    SetUpFirst,
    /// On, but a dependency does not run.
    WaitingForDependency { name: String },
    /// Coming up.
    Starting,
    /// Running.
    Running,
    /// Going down.
    Stopping,
    /// Ended by itself; comes back in `in_ms` milliseconds.
    Restarting { attempt: u32, of: u32, in_ms: u64, cause: String },
    /// Ended too often and was turned off.
    StoppedAfterErrors { failures: u32, cause: String },
    /// The stored package is gone or not what was verified.
    PackageMissing,
}

/// A plugin in a list.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PluginView {
    /// Its id.
    pub id: PluginId,
    /// Its name in the asked language.
    pub name: String,
    /// Installed version.
    pub version: String,
    /// Who made it: the label of the trusted key.
    pub publisher: String,
    /// The signer's keyid.
    pub key: String,
    /// Its icon as a `data:` address; an image only.
    pub icon: Option<String>,
    /// Whether that key is trusted now.
    pub trusted: bool,
    /// What superadmins want.
    pub wanted: bool,
    /// What is.
    pub observed: StateView,
    /// Titles of the required settings that are empty.
    pub missing: Vec<String>,
    /// A newer version that waits for a person in the plugin folder.
    pub update: Option<UpdateView>,
    /// How many enabled accounts can use it, superadmins not counted.
    pub people: usize,
    /// Granted to everyone.
    pub everyone: bool,
    /// Its revision.
    pub revision: i64,
}

/// Everything about one plugin.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PluginDetailView {
    /// As in the list.
    #[serde(flatten)]
    pub plugin: PluginView,
    /// What it is for, in the asked language.
    pub description: String,
    /// The package's digest.
    pub digest: String,
    /// Its release counter.
    pub release: u64,
    /// The signer's fingerprint.
    pub fingerprint: String,
    /// Installed or last upgraded.
    pub installed_at: UnixMs,
    /// By whom; `None`: the folder or the system.
    pub installed_by: Option<AccountId>,
    /// Its commands and the permission each asks for.
    pub commands: Vec<CommandView>,
    /// Its permissions.
    pub permissions: Vec<TitledView>,
    /// Other plugins that it needs.
    pub dependencies: Vec<DependencyView>,
    /// Who approved what it may do, and when; `None` if nothing had to be approved.
    pub approved: Option<ActView>,
    /// All capabilities that the package asks for, approved or not.
    pub asked: Value,
    /// Approved capabilities.
    pub capabilities: Value,
    /// Each measure of its sandbox, while it runs.
    pub sandbox: Vec<MeasureView>,
    /// Why it cannot be switched on; empty if it can.
    pub blockers: Vec<Blocker>,
    /// The process, while it runs.
    pub process: Option<ProcessView>,
}

/// A running plugin's process.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ProcessView {
    /// Its process id.
    pub pid: u32,
    /// Since when it runs.
    pub since: UnixMs,
}

/// A command of a plugin.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CommandView {
    /// Its id.
    pub id: String,
    /// The permission it asks for.
    pub permission: String,
}

/// A measure of the sandbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MeasureView {
    /// Its name.
    pub name: String,
    /// Whether this computer enforces it.
    pub enforced: bool,
    /// Why not, or what is special.
    pub note: Option<String>,
}

/// One reason why a plugin cannot be switched on, with what leads to its remedy.
#[allow(missing_docs, reason = "the fields are what their variant says")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Blocker {
    /// A required setting is empty.
    SettingMissing { pointer: String, title: String },
    /// A setting breaks a rule.
    SettingInvalid { pointer: String, title: String, code: String },
    /// A dependency is not installed, or not in the asked version.
    DependencyMissing { plugin: String, requirement: String },
    /// A dependency is off.
    DependencyOff { plugin: String },
    /// Capabilities are not approved.
    CapabilitiesNotApproved,
    /// Trust in its publisher was withdrawn.
    PublisherNotTrusted,
    /// It needs a license.
    LicenseNeeded,
    /// The stored package is gone or changed.
    PackageMissing,
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
    /// What it is for, in the asked language.
    pub description: String,
    /// Its icon as a `data:` address; an image only.
    pub icon: Option<String>,
    /// Other plugins that it needs.
    pub dependencies: Vec<DependencyView>,
    /// Whether it needs a license, and from whom: `none`, `host`, `vendor`.
    pub license: String,
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
    /// What a person should know.
    pub warnings: Vec<String>,
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

/// What the switch did.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SwitchedView {
    /// What is wanted now.
    pub wanted: bool,
    /// What is now.
    pub observed: StateView,
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

/// A plugin's settings as a form shows them. Secrets: only whether one is stored.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SettingsView {
    /// Whose.
    pub plugin: PluginId,
    /// To send back with a save.
    pub revision: i64,
    /// The JSON Schema in the asked language: texts resolved, an object at the top, password fields marked by their format.
    pub schema: Value,
    /// Named groups of fields, in order.
    pub sections: Vec<SectionView>,
    /// The values in force, nested as in the schema; secrets left out.
    pub values: Value,
    /// Who saved last, and when.
    pub changed: Option<ActView>,
    /// The fields in order.
    pub fields: Vec<FieldView>,
    /// Saved values that the present schema does not know; not given to the plugin.
    pub unused: Value,
    /// What is missing before it can be on.
    pub missing: Vec<FindingView>,
    /// Whether the change turned the plugin off.
    pub turned_off: bool,
}

/// One field.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FieldView {
    /// JSON pointer into the settings.
    pub pointer: String,
    /// Its title in the asked language.
    pub title: String,
    /// `string`, `password`, `integer`, …
    pub kind: String,
    /// Must not be empty while the plugin is on.
    pub required: bool,
    /// The value in force; `null` for a secret.
    pub value: Value,
    /// Whether the value is the default.
    pub is_default: bool,
    /// For a secret: whether one is stored.
    pub stored: Option<bool>,
}

/// Something that is not right with a field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct FindingView {
    /// JSON pointer into the settings.
    pub pointer: String,
    /// The field's title.
    pub title: String,
    /// The rule, such as `required`, `minimum`.
    pub code: String,
    /// The rule's values, never the field's.
    pub params: Value,
    /// The sentence in English.
    pub message: String,
}

/// What a save would say.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CheckView {
    /// May be saved while off; blocks switching on.
    pub missing: Vec<FindingView>,
    /// May not be saved.
    pub invalid: Vec<FindingView>,
}

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
    /// The plugin does not run.
    NotRunning,
    /// The plugin has no such permission.
    UnknownPermission,
    /// Nothing grants it.
    NoGrant,
}

/// Something that needs a person.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AttentionView {
    /// To dismiss it.
    pub id: i64,
    /// `package_refused`, `approval_waiting`, `plugin_failed`, …
    pub kind: String,
    /// A plugin's id or a file's name.
    pub subject: String,
    /// What and what next.
    pub cause: ErrorView,
    /// Since when.
    pub since: UnixMs,
}

/// An id with its title in the asked language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TitledView {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
}

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
    /// Whether it is wanted on.
    pub on: bool,
    /// Whether the plugin does without.
    pub optional: bool,
}

/// Who did something, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ActView {
    /// The account; `None`: the folder or the system.
    pub by: Option<AccountId>,
    /// Its name then.
    pub name: Option<String>,
    /// When.
    pub at: UnixMs,
}

/// A newer version that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UpdateView {
    /// The file's name in the plugin folder.
    pub file: String,
    /// Its version.
    pub version: String,
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

/// A named group of settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SectionView {
    /// Its id, as fields name it.
    pub id: String,
    /// Its title in the asked language.
    pub title: String,
}

/// A person, shortly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PersonView {
    /// The account.
    pub id: AccountId,
    /// What it signs in with.
    pub login: String,
    /// The person's name.
    pub name: String,
}

/// What a change of grants would mean for people; superadmins are not counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReachView {
    /// How many can use it now.
    pub before: usize,
    /// How many could after.
    pub after: usize,
    /// Who would gain it.
    pub gains: Vec<PersonView>,
    /// Who would lose it.
    pub loses: Vec<PersonView>,
}

/// What a change of people would mean for one permission of one plugin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReachChangeView {
    /// Which plugin.
    pub plugin: PluginId,
    /// Its name in the asked language.
    pub name: String,
    /// Which permission.
    pub permission: TitledView,
    /// Who would gain it.
    pub gains: Vec<PersonView>,
    /// Who would lose it.
    pub loses: Vec<PersonView>,
}

/// The asker's own plugins.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct MineView {
    /// Those that the account was granted anything of, by name.
    pub plugins: Vec<MinePluginView>,
    /// Names of superadmins who can give access.
    pub contacts: Vec<String>,
}

/// A plugin as an account that uses it sees it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct MinePluginView {
    /// Its id.
    pub id: PluginId,
    /// Its name in the asked language.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What it is for, in the asked language.
    pub description: String,
    /// Its icon as a `data:` address; an image only.
    pub icon: Option<String>,
    /// Whether it runs now.
    pub running: bool,
    /// The permissions that the account has.
    pub permissions: Vec<TitledView>,
    /// The commands that it may call.
    pub commands: Vec<CommandView>,
}

/// What an uninstall would do.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct UninstallView {
    /// How many enabled accounts could no longer use it, superadmins not counted.
    pub people: usize,
    /// Bytes of its data, settings and log.
    pub data: u64,
    /// Names of installed plugins that need it.
    pub needed_by: Vec<String>,
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
