//! A real store in a temporary home, for the tests of this crate. Knows no rule that is tested.

use std::sync::Arc;

use spk::{Digest, PluginId};

use crate::actor::{AccountId, Actor, Role, Session};
use crate::clock::{Clock, UnixMs};
use crate::license::Licenses;
use crate::paths::Home;
use crate::store::{Store, System};

/// The moment at which everything in these tests happens.
pub(crate) const NOW: UnixMs = 1_800_000_000_000;

/// A signer: the public key of the first test of RFC 8032, section 7.1.
pub(crate) const KEY: &str = "ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

struct Still;

impl Clock for Still {
    fn now(&self) -> UnixMs {
        NOW
    }
}

/// A home with an empty center.
pub(crate) struct World {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) home: Home,
    pub(crate) store: Arc<Store>,
    pub(crate) licenses: Licenses,
}

impl World {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path());
        home.create().unwrap();
        let store = Arc::new(Store::open(&home, Arc::new(Still)).unwrap());
        let licenses = Licenses::open(&store, Arc::new(Still)).unwrap();
        Self { folder, home, store, licenses }
    }

    /// What grants are decided on.
    pub(crate) fn parts(&self) -> (&Store, &Licenses) {
        (&self.store, &self.licenses)
    }

    /// The same database, opened once more.
    pub(crate) fn reopened(&self) -> Store {
        Store::open(&self.home, Arc::new(Still)).unwrap()
    }

    /// An enabled account that nobody can sign in with, as its session.
    pub(crate) fn person(&self, login: &str, role: Role) -> Session {
        let word = if role == Role::Superadmin { "superadmin" } else { "account" };
        let id = self.store.note(System("test"), |tx| {
            tx.execute(
                "INSERT INTO accounts (login, name, role, password, created_at) VALUES (?1, ?1, ?2, '', ?3)",
                rusqlite::params![login, word, NOW],
            )?;
            Ok(tx.last_insert_rowid())
        });
        Session { account: AccountId(id.unwrap()), login: login.into(), role }
    }

    /// A superadmin who acts.
    pub(crate) fn superadmin(&self, login: &str) -> Actor {
        Actor::Person(self.person(login, Role::Superadmin))
    }

    /// As [`World::install_by`], signed by [`KEY`].
    pub(crate) fn install(&self, manifest: &serde_json::Value) -> PluginId {
        self.install_by(manifest, KEY)
    }

    /// Puts a plugin into the database, as an install would: the manifest's id, signed by `key`.
    pub(crate) fn install_by(&self, manifest: &serde_json::Value, key: &str) -> PluginId {
        let text = |name: &str| manifest[name].as_str().unwrap().to_owned();
        let digest = Digest::of(manifest.to_string().as_bytes()).to_string();
        self.store
            .note(System("test"), |tx| {
                tx.execute(
                    "INSERT INTO packages (digest, plugin, version, release, key, size, manifest, texts, entries, added_at)
                     VALUES (?1, ?2, ?3, 1, ?4, 1, ?5, '{}', '[]', ?6)",
                    rusqlite::params![digest, text("id"), text("version"), key, manifest.to_string(), NOW],
                )?;
                tx.execute(
                    "INSERT INTO plugins (id, key, digest, capabilities, installed_at) VALUES (?1, ?2, ?3, '{}', ?4)
                     ON CONFLICT (id) DO UPDATE SET digest = excluded.digest",
                    rusqlite::params![text("id"), key, digest, NOW],
                )?;
                Ok(())
            })
            .unwrap();
        text("id").parse().unwrap()
    }

    /// How often this was recorded.
    pub(crate) fn recorded(&self, action: &str) -> usize {
        let rows = self.store.read(|db| crate::audit::last(db, 10_000)).unwrap();
        rows.iter().filter(|row| row.action == action).count()
    }
}
