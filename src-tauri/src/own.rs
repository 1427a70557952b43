//! The shell's own commands: what goes in and out, and who may ask. Knows neither how they are done nor the center's rules.

use std::path::PathBuf;

use center::actor::{AccountId, Role};
use center::audit::{Filter, Format};
use center::request::{Answers, Asker, Password};
use center::views::{HandOverView, SignedInView};
use serde::{Deserialize, Serialize};
use tauri::ipc::JavaScriptChannelId;
use ts_rs::TS;

use crate::drafts::Draft;
use crate::preferences::Preferences;

/// One command that the shell does itself, or in its own way.
#[derive(Deserialize, TS)]
#[serde(tag = "command", content = "args", rename_all = "snake_case")]
#[ts(rename = "ShellRequest")]
pub enum Own {
    /// → [`Session`] or `null`
    SessionGet,
    /// Hides everything until the same person's password is given → `null`
    Lock,
    /// → [`Session`]
    Unlock { password: Password },
    /// The center's request of this name, with its progress → `PlanView`
    PackagePlan {
        path: PathBuf,
        locale: String,
        operation: String,
        #[ts(type = "Channel<ProgressView>")]
        progress: JavaScriptChannelId,
    },
    /// The center's request of this name, with its progress → `AppliedView`
    PackageApply {
        plan: String,
        answers: Answers,
        operation: String,
        #[ts(type = "Channel<ProgressView>")]
        progress: JavaScriptChannelId,
    },
    /// Asks an operation to end before it has an effect; one that is over is fine → `null`
    OperationCancel { operation: String },
    /// Sends a plugin's new log lines to the channel, in place of the plugin's earlier one → `null`
    LogFollow {
        plugin: String,
        #[ts(type = "Channel<Line>")]
        channel: JavaScriptChannelId,
    },
    /// → `null`
    LogUnfollow { plugin: String },
    /// The platform's dialog for several packages; empty if it was cancelled → `string[]`
    FilesChoose,
    /// Files that the application was started with, each given out once → `string[]`
    FilesTake,
    /// What lies at a path → [`PathLook`]
    PathLook { path: PathBuf },
    /// Shows the plugin folder in the platform's file manager → `null`
    FolderOpen,
    /// Writes the wanted rows of the audit trail where a person says → the file's path, or `null` if it was cancelled
    AuditExport { format: Format, filter: Filter },
    /// Makes a backup where a person says; with a passphrase it is encrypted, and only then holds secrets and keys
    /// → `BackupView`, or `null` if it was cancelled
    BackupSave { passphrase: Option<Password> },
    /// The platform's dialog for a backup, before the first start → [`BackupFile`], or `null` if it was cancelled
    BackupChoose,
    /// Makes this center, which nobody set up, what a backup holds → `RestoredView`
    BackupRestore { path: PathBuf, passphrase: Option<Password> },
    /// The platform's dialog for one table of accounts → its path, or `null` if it was cancelled
    TableChoose,
    /// Writes one-time passwords where a person says, for that person alone → the file's path, or `null` if it was cancelled
    PasswordsSave { accounts: Vec<HandOverView> },
    /// Packages to try → [`SamplePackage`]`[]`
    SamplePackages,
    /// What this person entered before and did not save → [`crate::drafts::KeptDraft`]`[]`
    DraftList,
    /// Keeps what this person entered and did not save → `null`
    DraftKeep(Draft),
    /// Forgets what this person entered for a plugin → `null`
    DraftDrop { plugin: String },
    /// Whether the window starts when somebody signs in to this computer; `null` where that cannot be → `boolean | null`
    AutostartGet,
    /// → `null`
    AutostartSet { on: bool },
    /// → [`Preferences`]
    PreferencesGet,
    /// → `null`
    PreferencesSet(Preferences),
    /// `stop`: plugins may stop with it; without, it is refused while any runs → `null`
    Quit { stop: bool },
    /// → `null`
    WindowHide,
}

impl Own {
    /// Who may ask. What depends on more than the role is checked where it is done.
    pub fn asker(&self) -> Asker {
        match self {
            Self::SessionGet
            | Self::Unlock { .. }
            | Self::PreferencesGet
            | Self::PreferencesSet(_)
            | Self::BackupChoose
            | Self::BackupRestore { .. }
            | Self::Quit { .. }
            | Self::WindowHide => Asker::Anybody,
            Self::Lock | Self::FilesTake => Asker::SignedIn,
            Self::PackagePlan { .. }
            | Self::PackageApply { .. }
            | Self::OperationCancel { .. }
            | Self::LogFollow { .. }
            | Self::LogUnfollow { .. }
            | Self::FilesChoose
            | Self::PathLook { .. }
            | Self::FolderOpen
            | Self::DraftList
            | Self::DraftKeep(_)
            | Self::DraftDrop { .. }
            | Self::AutostartGet
            | Self::AutostartSet { .. }
            | Self::AuditExport { .. }
            | Self::BackupSave { .. }
            | Self::TableChoose
            | Self::PasswordsSave { .. }
            | Self::SamplePackages => Asker::Superadmin,
        }
    }
}

/// Who is signed in at this window. The token stays with the shell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Session {
    /// Whose.
    pub account: AccountId,
    /// Its login.
    pub login: String,
    /// The person's name; the login until it is known.
    pub name: String,
    /// Its role.
    pub role: Role,
    /// The one-time password has to be replaced first.
    pub must_change: bool,
    /// Nothing is answered until [`Own::Unlock`].
    pub locked: bool,
}

impl Session {
    /// A new one; the login stands for the name.
    pub fn of(new: &SignedInView) -> Self {
        let (login, name) = (new.login.clone(), new.login.clone());
        let SignedInView { account, role, must_change, .. } = *new;
        Self { account, login, name, role, must_change, locked: false }
    }
}

/// The first superadmin, created and signed in.
#[derive(Serialize, TS)]
pub struct Initialised {
    /// To print and keep; shown once.
    pub recovery_code: String,
    /// The new session.
    pub session: Session,
}

/// A file that begins as a backup does.
#[derive(Debug, PartialEq, Eq, Serialize, TS)]
pub struct BackupFile {
    /// Where it is.
    pub path: PathBuf,
    /// How large.
    pub bytes: u64,
    /// A passphrase is needed.
    pub encrypted: bool,
}

/// What lies at a path.
#[derive(Debug, PartialEq, Eq, Serialize, TS)]
pub struct PathLook {
    /// Links are followed; what is neither file nor folder counts as missing.
    pub kind: PathKind,
    /// Packages directly inside a folder, in order of their names; at most 100.
    pub packages: Vec<PathBuf>,
}

/// What a path leads to.
#[derive(Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PathKind {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// Nothing that could hold a package.
    Missing,
}

/// A package to try.
#[derive(Debug, PartialEq, Eq, Serialize, TS)]
pub struct SamplePackage {
    /// The last part of its file's id.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
}
