//! Secrets at rest: sealed with XChaCha20-Poly1305, bound to their center, plugin and field. Knows no schema and shows nothing.

mod key;
mod keyring;
mod keys;
mod record;
mod rekey;
mod watch;

use std::collections::BTreeSet;
use std::sync::Arc;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use spk::{PluginId, SecretString};
use zeroize::Zeroizing;

use crate::error::{Code, Error, Result};
use crate::meta;
use crate::paths::Home;
use crate::store::{Store, System};
use key::Key;
pub use keyring::Keyring;
use keyring::Unlock;
use keys::Keys;
pub use record::KeyPlace;
pub use rekey::Rekey;
pub use watch::Watch;

/// The layout of a sealed value: this byte, 24 bytes of nonce, ciphertext with its tag.
const LAYOUT: u8 = 1;
const NONCE: usize = 24;

/// What seals and opens the secrets of one center.
#[derive(Debug)]
pub struct Secrets {
    keys: Arc<Keys>,
}

/// One secret's place: whose, and the JSON pointer of its field.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The plugin.
    pub plugin: &'a PluginId,
    /// JSON pointer into its settings.
    pub field: &'a str,
}

impl Secrets {
    /// The secrets of this home. A key that lies in a keyring is to be loaded.
    ///
    /// # Errors
    /// `database`.
    pub fn new(store: &Store, home: &Home, keyring: Keyring) -> Result<Self> {
        Ok(Self { keys: Arc::new(Keys::new(meta::center_id(store)?, home.keys(), keyring)) })
    }

    /// Brings the key to hand if it lies in a keyring, and tidies up after a change of keys that was cut short. `ask`: a
    /// person may be asked to unlock the keyring; that is not waited for.
    ///
    /// # Errors
    /// `database`, `internal`.
    pub fn load(&self, store: &Store, ask: bool) -> Result<()> {
        self.keys.open(store, if ask { Unlock::Ask } else { Unlock::Never })
    }

    /// Why nothing of what is stored can be opened, if that is so: its keyring does not give the key, or its file is not it.
    ///
    /// # Errors
    /// `database`.
    pub fn trouble(&self, db: &Connection) -> Result<Option<Error>> {
        if rekey::count(db)? == 0 {
            return Ok(None);
        }
        if self.keys.is_awaited(db)? {
            return Ok(Some(self.keys.unavailable()));
        }
        Ok(if self.opens_any(db)? { None } else { Some(self.keys.damaged(db)?) })
    }

    /// Whether the secrets of this plugin can be opened as far as the key is concerned.
    ///
    /// # Errors
    /// `database`.
    pub fn at_hand(&self, store: &Store, plugin: &PluginId) -> Result<bool> {
        store.read(|db| Ok(stored(db, plugin)?.is_empty() || self.trouble(db)?.is_none()))
    }

    /// To be called before something is sealed for the first time, outside of a transaction: the first key goes into the
    /// keyring where one is open, else a file is made when it is needed.
    ///
    /// # Errors
    /// `database`; `internal` if the computer gives no random numbers.
    pub fn get_ready(&self, store: &Store) -> Result<()> {
        let _alone = self.keys.alone();
        let is_first = store.read(|db| Ok(record::in_force(db)?.is_none() && rekey::count(db)? == 0))?;
        if !is_first || self.keys.path(&record::Named::default()).exists() || !self.keys.keyring_is_open() {
            return Ok(());
        }
        match self.keys.make(store, KeyPlace::Keyring, Unlock::Never) {
            Ok(named) => {
                store.note(System("the first key of the secrets"), |tx| record::put_in_force(tx, &named))
            }
            Err(error) => {
                tracing::warn!(%error, "the key of the secrets becomes a file");
                Ok(())
            }
        }
    }

    /// Seals a secret into the database, in place of an older one. Makes the key's file if there is no key.
    ///
    /// # Errors
    /// `keyring_unavailable`, `secrets_key_lost`; `internal` if the key cannot be kept; `secrets_unreadable` if its file is
    /// damaged; `database`.
    pub fn seal(&self, tx: &Transaction<'_>, place: Place<'_>, secret: &SecretString) -> Result<()> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|e| Error::internal(format_args!("no random numbers: {e}")))?;
        let aad = self.bound_to(place);
        let payload = Payload { msg: secret.expose().as_bytes(), aad: &aad };
        let sealed = cipher(&self.keys.in_force_or_made(tx)?).encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.map_err(|_| Error::internal("a secret could not be sealed"))?;
        tx.execute(
            "INSERT OR REPLACE INTO secrets (plugin, field, sealed) VALUES (?1, ?2, ?3)",
            params![place.plugin.as_str(), place.field, [&[LAYOUT][..], &nonce, &sealed].concat()],
        )?;
        Ok(())
    }

    /// Opens a secret; `None` if none is stored.
    ///
    /// # Errors
    /// `keyring_unavailable`, `secrets_key_lost`; `secrets_unreadable` if the key's file is gone or another one, or the row
    /// was moved or changed.
    pub fn open(&self, db: &Connection, place: Place<'_>) -> Result<Option<SecretString>> {
        let mut query = db.prepare_cached("SELECT sealed FROM secrets WHERE plugin = ?1 AND field = ?2")?;
        let row = params![place.plugin.as_str(), place.field];
        let Some(sealed) = query.query_row(row, |row| row.get::<_, Vec<u8>>(0)).optional()? else {
            return Ok(None);
        };
        let key = self.keys.in_force(db)?.ok_or_else(|| unreadable(place))?;
        self.unsealed(place, &sealed, &key).map(Some)
    }

    /// The key in force, to be put into a backup; `None` if there is none.
    ///
    /// # Errors
    /// As [`Secrets::open`].
    pub fn key_for_backup(&self, db: &Connection) -> Result<Option<Zeroizing<[u8; 32]>>> {
        if rekey::count(db)? == 0 { Ok(None) } else { self.keys.in_force(db) }
    }

    fn unsealed(&self, place: Place<'_>, sealed: &[u8], key: &Key) -> Result<SecretString> {
        let Some(([LAYOUT], rest)) = sealed.split_first_chunk::<1>() else { return Err(unreadable(place)) };
        let Some((nonce, sealed)) = rest.split_first_chunk::<NONCE>() else { return Err(unreadable(place)) };
        let payload = Payload { msg: sealed, aad: &self.bound_to(place) };
        let plain = cipher(key).decrypt(&XNonce::from(*nonce), payload).map_err(|_| unreadable(place))?;
        let plain = Zeroizing::new(plain);
        let text = std::str::from_utf8(&plain).map_err(|_| unreadable(place))?;
        Ok(SecretString::new(text))
    }

    /// What a sealed value is bound to: moved to another place, it cannot be opened. An array, so that no two places look alike.
    fn bound_to(&self, place: Place<'_>) -> Vec<u8> {
        let parts = ["sprocket secret v1", self.keys.center(), place.plugin.as_str(), place.field];
        serde_json::to_vec(&parts).expect("strings always serialise")
    }
}

fn cipher(key: &Key) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new((&**key).into())
}

fn unreadable(place: Place<'_>) -> Error {
    let message =
        format!("the secret `{}` of `{}` cannot be read with the key at hand", place.field, place.plugin);
    Error::new(Code::SecretsUnreadable, message).details(serde_json::json!({ "pointer": place.field }))
}

/// Forgets a secret; whether there was one. The freed bytes are overwritten (`secure_delete`).
///
/// # Errors
/// `database`.
pub fn clear(tx: &Transaction<'_>, place: Place<'_>) -> Result<bool> {
    let remove = "DELETE FROM secrets WHERE plugin = ?1 AND field = ?2";
    Ok(tx.execute(remove, params![place.plugin.as_str(), place.field])? > 0)
}

/// The fields of a plugin for which a secret is stored.
///
/// # Errors
/// `database`.
pub fn stored(db: &Connection, plugin: &PluginId) -> Result<BTreeSet<String>> {
    let mut query = db.prepare_cached("SELECT field FROM secrets WHERE plugin = ?1")?;
    let fields = query.query_map([plugin.as_str()], |row| row.get(0))?;
    Ok(fields.collect::<Result<_, _>>()?)
}

/// A copy of the database that comes with its key as the first key file.
///
/// # Errors
/// `database`.
pub fn as_first_file(copy: &Connection) -> Result<()> {
    record::forget_all(copy)
}

/// The plugins of which secrets are stored.
///
/// # Errors
/// `database`.
fn owners(db: &Connection) -> Result<Vec<PluginId>> {
    let mut query = db.prepare_cached("SELECT DISTINCT plugin FROM secrets ORDER BY plugin")?;
    let ids = query.query_map([], |row| row.get::<_, String>(0))?;
    ids.map(|id| crate::snapshot::stored(&id?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::System;
    use crate::test_world::World;

    const BOT: &str = "com.example.bot";

    fn seal(world: &World, secrets: &Secrets, field: &str, text: &str) {
        let plugin = BOT.parse().unwrap();
        let place = Place { plugin: &plugin, field };
        let change = |tx: &Transaction<'_>| secrets.seal(tx, place, &SecretString::new(text));
        world.store.note(System("test"), change).unwrap();
    }

    fn open(world: &World, secrets: &Secrets, field: &str) -> Result<Option<SecretString>> {
        let plugin = BOT.parse().unwrap();
        world.store.read(|db| secrets.open(db, Place { plugin: &plugin, field }))
    }

    #[test]
    fn a_secret_comes_back_until_it_is_cleared() {
        let world = World::new();
        let secrets = Secrets::new(&world.store, &world.home, Keyring::None).unwrap();
        assert_eq!(open(&world, &secrets, "/secret").unwrap(), None);
        assert!(!world.home.keys().join("secrets.key").exists(), "no key before there is a secret");
        seal(&world, &secrets, "/secret", "hunter2 \u{1f511}");
        seal(&world, &secrets, "/other", "");
        let later = Secrets::new(&world.reopened(), &world.home, Keyring::None).unwrap();
        assert_eq!(open(&world, &later, "/secret").unwrap(), Some(SecretString::new("hunter2 \u{1f511}")));
        assert_eq!(open(&world, &later, "/other").unwrap(), Some(SecretString::new("")));
        let plugin: PluginId = BOT.parse().unwrap();
        let place = Place { plugin: &plugin, field: "/secret" };
        assert!(world.store.note(System("test"), |tx| clear(tx, place)).unwrap());
        assert!(!world.store.note(System("test"), |tx| clear(tx, place)).unwrap());
        assert_eq!(open(&world, &later, "/secret").unwrap(), None);
        let left = world.store.read(|db| stored(db, &plugin)).unwrap();
        assert_eq!(left.into_iter().collect::<Vec<_>>(), ["/other"]);
    }

    #[test]
    fn sealing_the_same_twice_looks_different() {
        let world = World::new();
        let secrets = Secrets::new(&world.store, &world.home, Keyring::None).unwrap();
        seal(&world, &secrets, "/a", "hunter2");
        seal(&world, &secrets, "/b", "hunter2");
        let read = |field: &str| -> Vec<u8> {
            let sealed = "SELECT sealed FROM secrets WHERE field = ?1";
            world.store.read(|db| Ok(db.query_row(sealed, [field], |row| row.get(0))?)).unwrap()
        };
        assert_ne!(read("/a")[1..25], read("/b")[1..25], "a nonce must not repeat");
        assert_ne!(read("/a")[25..], read("/b")[25..]);
    }

    #[test]
    fn a_secret_that_was_moved_or_changed_is_not_opened() {
        let world = World::new();
        let secrets = Secrets::new(&world.store, &world.home, Keyring::None).unwrap();
        let code = |world: &World| open(world, &secrets, "/secret").unwrap_err().code;
        for tampering in [
            "UPDATE secrets SET sealed = (SELECT sealed FROM secrets WHERE field = '/other') WHERE field = '/secret'",
            "UPDATE secrets SET sealed = substr(sealed, 1, 20) WHERE field = '/secret'",
            "UPDATE secrets SET sealed = x'' WHERE field = '/secret'",
            "UPDATE secrets SET sealed = CAST(x'02' || substr(sealed, 2) AS BLOB) WHERE field = '/secret'",
            "UPDATE secrets SET sealed = CAST(sealed || x'00' AS BLOB) WHERE field = '/secret'",
        ] {
            seal(&world, &secrets, "/secret", "hunter2");
            seal(&world, &secrets, "/other", "hunter3");
            assert_eq!(open(&world, &secrets, "/secret").unwrap(), Some(SecretString::new("hunter2")));
            world.store.note(System("test"), |tx| Ok(tx.execute(tampering, [])?)).unwrap();
            assert_eq!(code(&world), Code::SecretsUnreadable, "{tampering}");
        }
    }

    #[test]
    fn another_centers_key_or_id_opens_nothing() {
        let (world, other) = (World::new(), World::new());
        let secrets = Secrets::new(&world.store, &world.home, Keyring::None).unwrap();
        seal(&world, &secrets, "/secret", "hunter2");
        let foreign_id = Secrets::new(&other.store, &world.home, Keyring::None).unwrap();
        assert_eq!(open(&world, &foreign_id, "/secret").unwrap_err().code, Code::SecretsUnreadable);
        let key = world.home.keys().join("secrets.key");
        std::fs::remove_file(&key).unwrap();
        let keyless = Secrets::new(&world.store, &world.home, Keyring::None).unwrap();
        assert_eq!(open(&world, &keyless, "/secret").unwrap_err().code, Code::SecretsUnreadable);
        assert!(!key.exists(), "reading makes no key");
        seal(&world, &keyless, "/other", "x");
        assert_eq!(open(&world, &keyless, "/secret").unwrap_err().code, Code::SecretsUnreadable);
    }
}
