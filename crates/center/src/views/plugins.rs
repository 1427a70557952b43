//! What leaves the center about installed plugins: lists, pages, states, and the center that carries them.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use spk::PluginId;
use ts_rs::TS;

use super::{
    AwaitedView, DependencyView, DependentView, LicenseVerdict, PluginLicenseView, ServicesView, WhyView,
};
use crate::actor::AccountId;
use crate::clock::UnixMs;
use crate::ending::Ending;
use crate::error::ErrorView;

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

/// What a plugin is doing; the switch shows what is wanted, this what is.
#[allow(missing_docs, reason = "the fields are what their variant says")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum StateView {
    /// Switched off.
    Off,
    /// Off, and something is missing before it can be switched on.
    SetUpFirst,
    /// Its publisher is not trusted for it; the switch may be on. The rest, if trust was withdrawn: by whom, when, and why.
    NotTrusted { by: Option<String>, at: Option<UnixMs>, reason: Option<String> },
    /// No license holds, and that is all that is missing; the switch may be on.
    LicenseNeeded,
    /// On, but its license's term has ended; starts by itself after a renewal. `at`: the last moment of the term.
    LicenseExpired { at: UnixMs },
    /// On, but the key of its stored passwords is in a keyring that does not give it; `lost`: an open one does not hold it.
    WaitingForKeyring { lost: bool },
    /// On, but the key's file opens none of the stored passwords.
    PasswordsUnreadable,
    /// On, but what it needs does not run; `together`: the plugins that are off and would have to be turned on with it.
    WaitingForDependency { awaited: Vec<AwaitedView>, together: Vec<PluginId> },
    /// Coming up.
    Starting,
    /// Running.
    Running,
    /// Going down.
    Stopping,
    /// Ended by itself (`cause` is `ending` in English); comes back in `in_ms` milliseconds.
    Restarting { attempt: u32, of: u32, in_ms: u64, cause: String, ending: Option<Ending> },
    /// Ended too often and was turned off.
    StoppedAfterErrors { failures: u32, cause: String, ending: Option<Ending> },
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
    /// The plugin of which it is a sub-plugin, installed or not.
    pub parent: Option<PluginId>,
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
    /// Installed plugins that need it.
    pub dependents: Vec<DependentView>,
    /// What it provides to other plugins, and uses of them.
    pub services: ServicesView,
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
    /// How it is licensed.
    pub license: PluginLicenseView,
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
    /// A dependency is not installed.
    DependencyMissing { plugin: String, requirement: String },
    /// A dependency is installed in another version.
    DependencyOtherVersion { plugin: String, requirement: String, installed: String },
    /// A dependency is off.
    DependencyOff { plugin: String },
    /// A dependency that would be turned on with it cannot be.
    DependencyBlocked { plugin: String, reasons: Vec<Blocker> },
    /// Capabilities are not approved.
    CapabilitiesNotApproved,
    /// Trust in its publisher was withdrawn.
    PublisherNotTrusted,
    /// It needs a license that holds; `verdict`: what the best one is worth, if there is any.
    LicenseNeeded { verdict: Option<LicenseVerdict> },
    /// The stored package is gone or changed.
    PackageMissing,
}

/// What the switch did.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SwitchedView {
    /// What is wanted now.
    pub wanted: bool,
    /// What is now.
    pub observed: StateView,
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

/// A plugin as an account that uses it sees it, with the reasons for those who manage.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SeenPluginView {
    /// What the account sees.
    pub plugin: MinePluginView,
    /// For each of its permissions, in their order: what gives it, and what prevents its use now.
    pub why: Vec<WhyView>,
}
