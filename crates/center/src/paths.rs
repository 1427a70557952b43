//! Where things lie inside the center's home. Knows names, makes folders, reads nothing.

use std::fs::{self, DirBuilder, File, Permissions};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use etcetera::{AppStrategy, AppStrategyArgs, choose_app_strategy};
use spk::{Digest, PluginId};

use crate::error::{Code, Error, Result};

/// The folder that holds everything of one center.
#[derive(Debug, Clone)]
pub struct Home(PathBuf);

impl Home {
    /// `$SPROCKET_HOME`, else the platform's data folder.
    ///
    /// # Errors
    /// [`Code::HomeUnavailable`] if neither is known.
    pub fn find() -> Result<Self> {
        if let Some(home) = std::env::var_os("SPROCKET_HOME") {
            return Ok(Self::at(PathBuf::from(home)));
        }
        let names = AppStrategyArgs {
            top_level_domain: "org".into(),
            author: "sprocket".into(),
            app_name: "sprocket".into(),
        };
        let strategy = choose_app_strategy(names)
            .map_err(|e| Error::new(Code::HomeUnavailable, format!("no home folder is known: {e}")))?;
        Ok(Self::at(strategy.data_dir()))
    }

    /// The home at this path; nothing is created yet.
    #[must_use]
    pub fn at(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self(std::path::absolute(&path).unwrap_or(path))
    }

    /// Creates every folder that is missing, readable by its owner alone.
    ///
    /// # Errors
    /// [`Code::HomeUnavailable`] naming the folder that could not be made.
    pub fn create(&self) -> Result<()> {
        for folder in [
            self.0.clone(),
            self.packages(),
            self.staging(),
            self.stores(),
            self.data(),
            self.logs(),
            self.backups(),
            self.keys(),
        ] {
            private_folder(&folder)?;
        }
        Ok(())
    }

    /// Keeps other centers out while the file is held. The folder itself is locked: a file in it could be taken away,
    /// and another center would make its own.
    ///
    /// # Errors
    /// [`Code::CenterRunning`]; [`Code::HomeUnavailable`] if the folder cannot be opened or locked.
    pub fn lock(&self) -> Result<File> {
        let unusable = |e: std::io::Error| {
            Error::new(Code::HomeUnavailable, format!("cannot lock `{}`: {e}", self.0.display()))
        };
        let lock = File::open(&self.0).map_err(unusable)?;
        match lock.try_lock() {
            Ok(()) => Ok(lock),
            Err(fs::TryLockError::WouldBlock) => {
                let message = format!("another process runs the center of `{}`", self.0.display());
                Err(Error::new(Code::CenterRunning, message))
            }
            Err(fs::TryLockError::Error(cause)) => Err(unusable(cause)),
        }
    }

    /// The home itself.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.0
    }
    /// The SQLite database.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.0.join("center.db")
    }
    /// A copy of the head of the audit trail.
    #[must_use]
    pub fn audit_head(&self) -> PathBuf {
        self.0.join("audit.head")
    }
    /// The socket on which a running center answers the command line.
    #[must_use]
    pub fn control_socket(&self) -> PathBuf {
        self.0.join("control.sock")
    }
    /// The inbox and mirror that people see.
    #[must_use]
    pub fn plugins(&self) -> PathBuf {
        self.0.join("plugins")
    }
    /// Verified packages: the truth that runs.
    #[must_use]
    pub fn packages(&self) -> PathBuf {
        self.0.join("packages")
    }
    /// The verified package with this digest.
    #[must_use]
    pub fn package(&self, digest: &Digest) -> PathBuf {
        self.packages().join(format!("{digest}.spk"))
    }
    /// Private copies while they are checked; emptied at start.
    #[must_use]
    pub fn staging(&self) -> PathBuf {
        self.0.join("packages/.staging")
    }
    /// One SQLite file per plugin.
    #[must_use]
    pub fn stores(&self) -> PathBuf {
        self.0.join("stores")
    }
    /// The store of this plugin.
    #[must_use]
    pub fn store(&self, plugin: &PluginId) -> PathBuf {
        self.stores().join(format!("{plugin}.db"))
    }
    /// The private folders of all plugins.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.0.join("data")
    }
    /// The private folder of this plugin.
    #[must_use]
    pub fn private_folder(&self, plugin: &PluginId) -> PathBuf {
        self.data().join(plugin.as_ref())
    }
    /// Log lines, a folder per plugin.
    #[must_use]
    pub fn logs(&self) -> PathBuf {
        self.0.join("logs")
    }
    /// What plugins stored before an upgrade that is under way.
    #[must_use]
    pub fn rollback(&self) -> PathBuf {
        self.0.join("rollback")
    }
    /// Backups, also those made before a migration.
    #[must_use]
    pub fn backups(&self) -> PathBuf {
        self.0.join("backups")
    }
    /// The key that seals secrets, where no keyring holds it.
    #[must_use]
    pub fn keys(&self) -> PathBuf {
        self.0.join("keys")
    }
    /// What opens packages that are encrypted for this center.
    #[must_use]
    pub fn encryption_key(&self) -> PathBuf {
        self.keys().join("packages.age")
    }
}

/// Creates `path` and what is missing above it, and makes it readable by its owner alone.
///
/// # Errors
/// [`Code::HomeUnavailable`] naming the folder.
pub fn private_folder(path: &Path) -> Result<()> {
    let made = DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .and_then(|()| fs::set_permissions(path, Permissions::from_mode(0o700)));
    made.map_err(|e| Error::new(Code::HomeUnavailable, format!("cannot prepare `{}`: {e}", path.display())))
}
