//! An installer as narrow as the folder needs it: it really verifies, keeps packages and rows, and starts nothing.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use rusqlite::params;
use spk::{Digest, Limits, PluginId, TrustNone, VerifiedPackage, stage_path};

use super::host;
use crate::error::{Code, Error, Result};
use crate::folder::{Arrival, Inbox, Mirror, Placed};
use crate::paths::Home;
use crate::store::{Store, System};

pub(super) struct Desk {
    home: Home,
    store: Arc<Store>,
    mirror: Arc<Mirror>,
    book: Mutex<Book>,
}

#[derive(Default)]
struct Book {
    installed: HashMap<PluginId, (Digest, u64)>,
    calls: Vec<String>,
    /// Releases from this one on need a person.
    approve_from: Option<u64>,
    /// So many arrivals are put off.
    busy: usize,
    /// The name that a file gets while it is installed.
    renamed_to: Option<&'static str>,
}

impl Desk {
    pub fn new(home: Home, store: Arc<Store>, mirror: Arc<Mirror>) -> Self {
        Self { home, store, mirror, book: Mutex::default() }
    }

    /// What was asked, in order: `arrived <file>`, `removed <plugin>`.
    pub fn calls(&self) -> Vec<String> {
        self.book.lock().unwrap().calls.clone()
    }

    pub fn arrivals(&self) -> usize {
        self.calls().iter().filter(|call| call.starts_with("arrived")).count()
    }

    pub fn removals(&self) -> usize {
        self.calls().iter().filter(|call| call.starts_with("removed")).count()
    }

    pub fn digest(&self, plugin: &str) -> Option<Digest> {
        self.book.lock().unwrap().installed.get(plugin).map(|(digest, _)| *digest)
    }

    pub fn ask_from(&self, release: u64) {
        self.book.lock().unwrap().approve_from = Some(release);
    }

    pub fn be_busy(&self, times: usize) {
        self.book.lock().unwrap().busy = times;
    }

    pub fn rename_while_installing(&self, name: &'static str) {
        self.book.lock().unwrap().renamed_to = Some(name);
    }

    fn is_busy(&self) -> bool {
        let mut book = self.book.lock().unwrap();
        let busy = book.busy > 0;
        book.busy = book.busy.saturating_sub(1);
        busy
    }

    fn verify(&self, path: &Path) -> Result<VerifiedPackage> {
        let go_on = &mut |_| ControlFlow::Continue(());
        let staged = stage_path(path, &self.home.staging(), &Limits::default(), go_on)?;
        Ok(staged.verify(&TrustNone, &host(), &mut |_| ControlFlow::Continue(()))?)
    }

    fn take(&self, path: &Path) -> Arrival {
        if self.is_busy() {
            return Arrival::TryLater;
        }
        let package = match self.verify(path) {
            Ok(package) => package,
            Err(cause) => return Arrival::Refused { digest: None, cause: cause.into() },
        };
        let (digest, statement) = (package.digest(), package.statement().clone());
        let (plugin, release) = (statement.id, statement.release);
        let before = self.book.lock().unwrap().installed.get(&plugin).copied();
        let refused = |code, message: &str| Arrival::Refused {
            digest: Some(digest),
            cause: Error::new(code, message).into(),
        };
        match before {
            Some((installed, _)) if installed == digest => {
                return Arrival::AlreadyInstalled { plugin, digest };
            }
            Some((_, installed)) if installed >= release => {
                return refused(Code::Package("downgrade"), "older");
            }
            _ => {}
        }
        if self.book.lock().unwrap().approve_from.is_some_and(|from| release >= from) {
            let cause = Error::new(Code::ApprovalNeeded, "a person has to approve").into();
            return Arrival::Waiting { plugin, digest, cause };
        }
        if let Some(name) = self.book.lock().unwrap().renamed_to {
            std::fs::rename(path, path.with_file_name(name)).unwrap();
        }
        self.install(package, path.file_name().map(|name| name.to_string_lossy().into_owned())).unwrap();
        Arrival::Installed { plugin, digest }
    }

    /// Installs without asking, as after a person approved, or by command.
    pub fn install_from(&self, path: &Path) -> Result<()> {
        let inside = path.parent() == Some(&self.home.plugins());
        let already_at = path.file_name().filter(|_| inside).map(|name| name.to_string_lossy().into_owned());
        self.install(self.verify(path)?, already_at)
    }

    fn install(&self, package: VerifiedPackage, already_at: Option<String>) -> Result<()> {
        let (digest, statement) = (package.digest(), package.statement().clone());
        let manifest = serde_json::to_string(package.manifest()).unwrap();
        let texts = serde_json::to_string(package.texts()).unwrap();
        let (plugin, version) = (statement.id, statement.version.to_string());
        let key = package.key().to_string();
        package.persist(&self.home.package(&digest)).unwrap();
        self.book.lock().unwrap().installed.insert(plugin.clone(), (digest, statement.release));
        let written = self.store.note(System("test"), |tx| {
            tx.execute(
                "INSERT OR REPLACE INTO packages (digest, plugin, version, release, key, size, manifest, texts, entries, added_at)
                 VALUES (?1, ?2, ?3, ?4, ?7, 0, ?5, ?6, '{}', 0)",
                params![digest.to_string(), plugin.as_str(), version, statement.release.cast_signed(), manifest, texts, key],
            )?;
            tx.execute(
                "INSERT OR REPLACE INTO plugins (id, key, digest, capabilities, installed_at) VALUES (?1, ?3, ?2, '{}', 0)",
                params![plugin.as_str(), digest.to_string(), key],
            )?;
            Ok(())
        });
        written.unwrap();
        self.mirror.place(&Placed { plugin, version, digest, already_at })
    }

    /// Uninstalls, as by command.
    pub fn uninstall(&self, plugin: &PluginId) {
        self.forget(plugin);
        self.mirror.remove(plugin).unwrap();
    }

    /// The first half of an uninstall: what is installed, and nothing of the folder.
    pub fn forget(&self, plugin: &PluginId) {
        self.book.lock().unwrap().installed.remove(plugin);
        let gone = self.store.note(System("test"), |tx| {
            tx.execute("UPDATE plugins SET digest = NULL WHERE id = ?1", [plugin.as_str()])?;
            Ok(())
        });
        gone.unwrap();
    }
}

impl Inbox for Desk {
    async fn arrived(&self, path: PathBuf) -> Arrival {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        self.book.lock().unwrap().calls.push(format!("arrived {name}"));
        self.take(&path)
    }

    async fn removed(&self, plugin: PluginId, digest: Digest) -> Result<()> {
        self.book.lock().unwrap().calls.push(format!("removed {plugin}"));
        assert_eq!(self.digest(plugin.as_str()), Some(digest), "only what is installed is removed");
        self.uninstall(&plugin);
        Ok(())
    }

    fn installed(&self) -> HashMap<PluginId, Digest> {
        let book = self.book.lock().unwrap();
        book.installed.iter().map(|(plugin, (digest, _))| (plugin.clone(), *digest)).collect()
    }
}
