//! The one error that leaves the center: a stable code, a sentence, the next step, details.
//! The window and the command line translate by code; nothing here knows either.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use crate::disk;

/// What most functions of the center return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $hint:literal;)*) => {
        /// Every cause that a caller can tell apart; a stable word in the window, the command line and the audit.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code {
            $($(#[$doc])* $name,)*
            /// A defect of a package, by the code that `spk` gives it.
            Package(&'static str),
        }
        impl Code {
            /// The stable word.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* Self::Package(code) => code }
            }
            /// What to do next, where the code alone tells it.
            fn default_hint(self) -> &'static str {
                match self { $(Self::$name => $hint,)* Self::Package(_) => "" }
            }
        }
    };
}

codes! {
    /// Something that the center could not do with its own files or database.
    Internal = "internal", "Look at the log; if it happens again, report it with these words.";
    /// The home folder cannot be used.
    HomeUnavailable = "home_unavailable", "Check the folder's owner, its rights and the free space.";
    /// Another process holds this home.
    CenterRunning = "center_running", "Stop the running center first, or let it do this.";
    /// A center without a window cannot raise one.
    NoWindow = "no_window", "Stop the running `sprocket serve`, then start the window: it runs the same center.";
    /// The window hides everything until the password of its account is given.
    Locked = "locked", "Enter your password to unlock it.";
    /// Only a running center can do this.
    CenterNotRunning = "center_not_running", "Start it with `sprocket serve`.";
    /// The database was written by a newer version.
    DatabaseNewer = "database_newer", "Start the newer version of Sprocket, or restore a backup.";
    /// The database could not be read or written.
    Database = "database", "Check the free space and the rights of the home folder.";
    /// There is no room for what has to be written; `details.needs` and `details.free` say how much, where that is known.
    DiskFull = "disk_full", "Free some space, then try again.";
    /// No superadmin exists yet.
    NotInitialised = "not_initialised", "Run `sprocket init` first.";
    /// A superadmin exists already.
    AlreadyInitialised = "already_initialised", "Sign in with `sprocket login`.";
    /// Nobody is signed in.
    NotSignedIn = "not_signed_in", "Sign in with `sprocket login`.";
    /// Login or password is wrong.
    WrongCredentials = "wrong_credentials", "Check both and try again.";
    /// Too many failed attempts.
    Throttled = "throttled", "Wait, then try again.";
    /// The account is disabled.
    AccountDisabled = "account_disabled", "Ask a super administrator.";
    /// The one-time password has to be changed first.
    PasswordChangeRequired = "password_change_required", "Change the password first: `sprocket account password`.";
    /// Only a superadmin may do this.
    NotASuperadmin = "not_a_superadmin", "Ask a super administrator.";
    /// This account may not use the plugin.
    NotPermitted = "not_permitted", "Ask a super administrator for access.";
    /// The last superadmin would be gone.
    LastSuperadmin = "last_superadmin", "Make someone else a super administrator first.";
    /// Trust in the publisher of a plugin that was on was withdrawn.
    PublisherWithdrawn = "publisher_withdrawn", "Trust the publisher again, or uninstall the plugin.";
    /// There are departments below it.
    DepartmentNotEmpty = "department_not_empty", "Move or delete the departments below it first.";
    /// The password is too weak.
    WeakPassword = "weak_password", "Use at least 10 characters that are hard to guess, such as three or four words that have nothing to do with each other.";
    /// A file is no table that can be read.
    NotATable = "not_a_table", "Save it from your spreadsheet program as \"CSV UTF-8 (comma delimited)\".";
    /// The first line of a table does not name the columns that are needed; `details.missing` does.
    TableColumns = "table_columns", "The first line names the columns: login, name, departments, role; the first two are needed.";
    /// A table has more than `details.lines` people or `details.limit` bytes.
    TableTooLarge = "table_too_large", "Split it into several files.";
    /// A field of the request is not usable.
    InvalidInput = "invalid_input", "Correct it and try again.";
    /// The thing named does not exist.
    NotFound = "not_found", "Look for the right name: `sprocket list` has the plugins, `sprocket show` one plugin's commands and permissions.";
    /// It exists already.
    AlreadyExists = "already_exists", "Choose another name.";
    /// It was changed by someone else since it was read.
    ChangedMeanwhile = "changed_meanwhile", "Look at both values, then save again.";
    /// The plan is unknown or older than 30 minutes.
    PlanGone = "plan_gone", "Start again from the file.";
    /// The world changed between review and approval.
    PlanChanged = "plan_changed", "Look at the new review.";
    /// The operation was cancelled before it had an effect.
    Cancelled = "cancelled", "Start again when you are ready; nothing was changed.";
    /// A person has to approve first.
    ApprovalNeeded = "approval_needed", "Review it with `sprocket approve`.";
    /// Another operation on this plugin is under way.
    Busy = "busy", "Wait until it has ended.";
    /// It cannot be switched on yet; `details.reasons` lists all causes.
    CannotTurnOn = "cannot_turn_on", "Remove each cause, then try again.";
    /// No code of the plugin may run yet, so its settings cannot be tried; `details.reasons` lists all causes.
    CannotTest = "cannot_test", "Remove each cause, then try again.";
    /// A required field would become empty while the plugin is on.
    WouldBeIncomplete = "would_be_incomplete", "Fill the field, or agree with `--turn-off` to empty it and turn the plugin off.";
    /// Values break the plugin's rules; `details.invalid` lists them.
    InvalidSettings = "invalid_settings", "Correct the fields named; `sprocket config get` lists them.";
    /// The plugin is not running.
    PluginStopped = "plugin_stopped", "Turn it on first.";
    /// The plugin has no such command.
    UnknownCommand = "unknown_command", "Look at `sprocket show` for its commands.";
    /// The plugin did not answer in time.
    TimedOut = "timed_out", "Try again; if it stays so, look at its log.";
    /// The plugin is being replaced by another version.
    Upgrading = "upgrading", "Try again in a moment.";
    /// A new version did not start; `details.kept` is the one that runs on.
    UpgradeFailed = "upgrade_failed", "Look at the plugin's log, and ask its publisher for another version.";
    /// The plugin answered with an error of its own; `details` has its code and sentence.
    PluginFault = "plugin_fault", "Look at the plugin's log.";
    /// The plugin could not be started.
    StartFailed = "start_failed", "Look at the plugin's log.";
    /// The stored package is not what was verified.
    StoredPackageChanged = "stored_package_changed", "Install the package again from the publisher's file.";
    /// The plugin asks for more than its approved amount of storage.
    QuotaExceeded = "quota_exceeded", "Delete some of its data, or approve more storage.";
    /// Other plugins need this one.
    NeededByOthers = "needed_by_others", "Turn those off too, or first.";
    /// The plugin needs a license that holds.
    LicenseNeeded = "license_needed", "Import a license: `sprocket license import`.";
    /// The license's term has ended.
    LicenseExpired = "license_expired", "Get a new license from the publisher and import it; the plugin's data is kept.";
    /// The license that a plugin runs by ends soon.
    LicenseExpiring = "license_expiring", "Get a new license from the publisher and import it.";
    /// The plugin that the license is for is not installed.
    LicensePluginMissing = "license_plugin_missing", "Install the plugin first, then import its license.";
    /// The plugin needs no license that is imported.
    LicenseNotNeeded = "license_not_needed", "Keep the file; nothing needs to be done.";
    /// The license is for another plugin.
    LicenseOtherPlugin = "license_other_plugin", "Import it for the plugin that it names.";
    /// The license is for another center.
    LicenseOtherInstallation = "license_other_installation", "Order one with this center's installation code: `sprocket license code`.";
    /// Who signed the license may not issue any for this plugin.
    LicenseUnknownIssuer = "license_unknown_issuer", "Get the license from the plugin's publisher.";
    /// The licenses hold for no further account.
    LicenseSeatsFull = "license_seats_full", "Take the plugin from someone else first, or import a license with more seats.";
    /// The plugin's own check refuses its license.
    LicenseRefused = "license_refused", "Check the plugin's settings, and ask its publisher.";
    /// The computer's clock is behind a time that was seen before.
    ClockBehind = "clock_behind", "Set the computer's clock right. If it is right, import a newly issued license.";
    /// Plugins would need each other in a circle.
    DependencyCycle = "dependency_cycle", "Ask the publishers; none of these plugins could ever start.";
    /// A package does not fit what is installed; `details.conflicts` lists all reasons.
    DependencyConflict = "dependency_conflict", "Install those plugins together, or turn off what stands against it first.";
    /// Another installed plugin provides a service of the same name; `details` names both.
    ServiceTaken = "service_taken", "Uninstall the plugin that provides it, or keep that one and do without this.";
    /// A secret cannot be read back with the key at hand.
    SecretsUnreadable = "secrets_unreadable", "Enter the secret again.";
    /// The keyring that holds the key of stored passwords is locked, or nobody answers; `details.locked` says which.
    KeyringUnavailable = "keyring_unavailable", "Unlock the keyring of this desktop session; what waits for it goes on by itself.";
    /// The keyring does not hold the key of stored passwords any more.
    SecretsKeyLost = "secrets_key_lost", "Bring the keyring back, or begin with a new key and enter the passwords again: `sprocket rekey --give-up`.";
    /// The file with the key of stored passwords is damaged, gone, or that of another center: it opens none of them.
    SecretsKeyDamaged = "secrets_key_damaged", "Put the folder `keys` of this center back from a backup; what waits for it goes on by itself. Without one, begin with a new key and enter the passwords again: `sprocket rekey --give-up`.";
    /// The key that opens encrypted packages is missing or cannot be used.
    EncryptionKeyUnusable = "encryption_key_unusable", "Restore it from a backup.";
    /// The passphrase of a backup is missing or wrong.
    BackupPassphrase = "backup_passphrase", "Give the passphrase that was chosen when the backup was made.";
    /// A file is something else than a backup.
    NotABackup = "not_a_backup", "Choose the file that Sprocket saved as a backup.";
    /// The end of a backup is missing.
    BackupIncomplete = "backup_incomplete", "Copy or download it again, or use another backup.";
    /// A backup does not hold what was put into it.
    BackupDamaged = "backup_damaged", "Copy it again from where it was saved, or use another backup.";
    /// A later version made the backup; `details.version` says which.
    BackupNewer = "backup_newer", "Install that version of Sprocket or a later one, then restore it there.";
    /// The plugin folder cannot be believed.
    FolderUnavailable = "folder_unavailable", "Bring the folder back, or make it anew: `sprocket folder --renew`.";
    /// The files of most plugins left the plugin folder at once.
    ManyRemoved = "many_removed", "Put the files back: `sprocket folder --put-back`; or uninstall these plugins: `sprocket folder --uninstall-missing`.";
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// What went wrong, for a person and for a program.
#[derive(Debug, Clone, Serialize)]
pub struct Error {
    /// The stable word.
    pub code: Code,
    /// One lower-case phrase with names in backticks.
    pub message: Box<str>,
    /// The next step.
    pub hint: Box<str>,
    /// Values for translation and for buttons; `null` if there are none.
    pub details: Box<Value>,
}

impl Error {
    /// An error with the code's own hint.
    pub fn new(code: Code, message: impl Into<Box<str>>) -> Self {
        Self { code, message: message.into(), hint: code.default_hint().into(), details: Box::default() }
    }
    /// Replaces the hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<Box<str>>) -> Self {
        self.hint = hint.into();
        self
    }
    /// Adds details.
    #[must_use]
    pub fn details(mut self, details: Value) -> Self {
        self.details = details.into();
        self
    }
    /// Something of the center's own that failed, with what was attempted.
    pub fn internal(attempt: impl fmt::Display) -> Self {
        Self::new(Code::Internal, attempt.to_string())
    }
    /// A file operation that failed; `disk_full` where that is why.
    pub fn io(attempt: impl fmt::Display, cause: &std::io::Error) -> Self {
        if disk::is_full(cause) {
            return disk::full(attempt);
        }
        Self::new(Code::Internal, format!("{attempt}: {cause}"))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
impl std::error::Error for Error {}

impl From<rusqlite::Error> for Error {
    fn from(cause: rusqlite::Error) -> Self {
        if cause.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull) {
            return disk::full("the database cannot grow");
        }
        Self::new(Code::Database, format!("the database refused: {cause}"))
    }
}
impl From<serde_json::Error> for Error {
    fn from(cause: serde_json::Error) -> Self {
        Self::internal(format_args!("stored JSON is not readable: {cause}"))
    }
}
impl From<spk::Error> for Error {
    fn from(cause: spk::Error) -> Self {
        let code = match &cause {
            spk::Error::Io { attempt, source } if disk::is_full(source) => return disk::full(attempt),
            spk::Error::Cancelled => Code::Cancelled,
            _ => Code::Package(cause.code()),
        };
        Self::new(code, cause.to_string()).hint(cause.hint()).details(cause.details())
    }
}

impl From<spk::LicenseError> for Error {
    fn from(cause: spk::LicenseError) -> Self {
        Self::new(Code::Package(cause.code()), cause.to_string()).hint(cause.hint())
    }
}

/// An [`Error`] as it crosses the control socket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ts_rs::TS)]
pub struct ErrorView {
    /// The stable word.
    pub code: String,
    /// The sentence.
    pub message: String,
    /// The next step.
    pub hint: String,
    /// Values, or `null`.
    pub details: Value,
}

impl From<Error> for ErrorView {
    fn from(error: Error) -> Self {
        Self {
            code: error.code.as_str().into(),
            message: error.message.into(),
            hint: error.hint.into(),
            details: *error.details,
        }
    }
}
