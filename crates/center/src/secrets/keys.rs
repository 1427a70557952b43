//! The keys of one center at hand: read from their places, made, put there and forgotten. Which of them is in force is
//! the database's to say, at each use, so that a change of keys holds from its commit on.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use rusqlite::{Connection, Transaction};
use tokio::sync::Notify;

use super::key::{self, Key};
use super::keyring::{Absence, Keyring, PROMPTLY, UNLOCKING, Unlock, Which, in_time};
use super::record::{self, KeyPlace, Named};
use crate::error::{Code, Error, Result};
use crate::store::{Store, System, blocking};

/// What seals and opens, by name.
pub(super) struct Keys {
    center: String,
    folder: PathBuf,
    keyring: Keyring,
    known: RwLock<HashMap<Named, Key>>,
    /// Why the keyring's key is not known.
    absence: Mutex<Absence>,
    changing: Mutex<()>,
    /// A key came, or may be there now.
    pub(super) news: Notify,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys({}, {:?})", self.folder.display(), self.keyring)
    }
}

impl Keys {
    pub(super) fn new(center: String, folder: PathBuf, keyring: Keyring) -> Self {
        Self {
            center,
            folder,
            keyring,
            known: RwLock::default(),
            absence: Mutex::new(Absence::Silent("it was not asked".into())),
            changing: Mutex::default(),
            news: Notify::new(),
        }
    }

    pub(super) fn center(&self) -> &str {
        &self.center
    }

    /// The key in force; `None` if its file is gone.
    ///
    /// # Errors
    /// `keyring_unavailable`, `secrets_key_lost`; `secrets_unreadable` if its file is damaged.
    pub(super) fn in_force(&self, db: &Connection) -> Result<Option<Key>> {
        let named = record::in_force(db)?.unwrap_or_default();
        match (self.known(&named), named.place) {
            (Some(key), _) => Ok(Some(key)),
            (None, KeyPlace::File) => {
                let key = key::read(&self.path(&named))?;
                Ok(key.inspect(|key| self.know(named, key.clone())))
            }
            (None, KeyPlace::Keyring) => Err(self.unavailable()),
        }
    }

    /// The key to seal with; a file is made if there is none.
    ///
    /// # Errors
    /// As [`Keys::in_force`]; `internal`, `disk_full` if no key can be kept.
    pub(super) fn in_force_or_made(&self, tx: &Transaction<'_>) -> Result<Key> {
        if let Some(key) = self.in_force(tx)? {
            return Ok(key);
        }
        let named = record::in_force(tx)?.unwrap_or_default();
        let key = key::read_or_make(&self.path(&named))?;
        self.know(named, key.clone());
        Ok(key)
    }

    /// What the center does first of all: drafts of keys that were cut short go, then as [`Keys::load`].
    ///
    /// # Errors
    /// `database`, `internal`.
    pub(super) fn open(self: &Arc<Self>, store: &Store, unlock: Unlock) -> Result<()> {
        key::remove_drafts(&self.folder)?;
        self.load(store, unlock)
    }

    /// Brings the keyring's key to hand if it is in force, and forgets what is left over. Returns soon; a person who
    /// unlocks the keyring later is awaited in a thread, and `news` tells.
    ///
    /// # Errors
    /// `database`.
    pub(super) fn load(self: &Arc<Self>, store: &Store, unlock: Unlock) -> Result<()> {
        if store.read(|db| self.is_awaited(db))? {
            let (keys, named) = (Arc::clone(self), store.read(record::in_force)?.unwrap_or_default());
            let took = blocking(|| {
                in_time(PROMPTLY, move || {
                    keys.took(&named, keys.keyring.read(keys.which(&named), unlock));
                    Ok(())
                })
            });
            if let Err(absence) = took {
                self.lacks(absence);
            }
        }
        // Whoever is changing the key has one on record that is not in force yet, and sweeps at the end.
        self.changing.try_lock().map_or(Ok(()), |_alone| self.sweep(store))
    }

    /// Whether the key in force lies in the keyring and is not at hand.
    ///
    /// # Errors
    /// `database`.
    pub(super) fn is_awaited(&self, db: &Connection) -> Result<bool> {
        let named = record::in_force(db)?;
        Ok(named.is_some_and(|named| named.place == KeyPlace::Keyring && self.known(&named).is_none()))
    }

    fn took(&self, named: &Named, read: std::result::Result<Key, Absence>) {
        match read {
            Ok(key) => {
                self.know(named.clone(), key);
                self.news.notify_one();
            }
            Err(absence) => self.lacks(absence),
        }
    }

    fn lacks(&self, absence: Absence) {
        *self.absence.lock().unwrap_or_else(PoisonError::into_inner) = absence;
    }

    /// Why the keyring's key is not at hand.
    pub(super) fn unavailable(&self) -> Error {
        let absence = self.absence.lock().unwrap_or_else(PoisonError::into_inner).clone();
        refused(&absence)
    }

    /// That the key's file opens nothing. It is read anew at its next use: a person may have put it back.
    ///
    /// # Errors
    /// `database`.
    pub(super) fn damaged(&self, db: &Connection) -> Result<Error> {
        let named = record::in_force(db)?.unwrap_or_default();
        self.known.write().unwrap_or_else(PoisonError::into_inner).remove(&named);
        let path = self.path(&named);
        let how = match key::read(&path) {
            Ok(Some(_)) => "is the key of something else".to_owned(),
            Ok(None) => "is gone".to_owned(),
            Err(error) => format!("cannot be used: {error}"),
        };
        let message = format!("no stored password can be read: `{}` {how}", path.display());
        Ok(Error::new(Code::SecretsKeyDamaged, message))
    }

    /// Whether a keyring takes new keys now.
    pub(super) fn keyring_is_open(&self) -> bool {
        let keyring = self.keyring;
        blocking(|| in_time(PROMPTLY, move || keyring.is_open())).is_ok()
    }

    /// While this lives, nobody else changes which key is in force.
    pub(super) fn alone(&self) -> MutexGuard<'_, ()> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a key and puts it to its place; known from then on, not yet in force. It is on record before it is there.
    ///
    /// # Errors
    /// `keyring_unavailable`, `internal`, `disk_full`, `database`.
    pub(super) fn make(self: &Arc<Self>, store: &Store, place: KeyPlace, unlock: Unlock) -> Result<Named> {
        let (named, key) = (Named::new(place)?, key::random()?);
        store.note(System("a key is about to be kept"), |tx| record::leave(tx, &named))?;
        match place {
            KeyPlace::File => key::write(&self.path(&named), &key)?,
            KeyPlace::Keyring => self.keep(&named, &key, unlock)?,
        }
        self.know(named.clone(), key);
        Ok(named)
    }

    fn keep(self: &Arc<Self>, named: &Named, key: &Key, unlock: Unlock) -> Result<()> {
        let (keys, named, key) = (Arc::clone(self), named.clone(), key.clone());
        let patience = if unlock == Unlock::Ask { UNLOCKING + PROMPTLY } else { PROMPTLY };
        self.ask(patience, move || keys.keyring.keep(keys.which(&named), &key, unlock))
    }

    fn ask(
        &self,
        patience: Duration,
        work: impl FnOnce() -> std::result::Result<(), Absence> + Send + 'static,
    ) -> Result<()> {
        blocking(|| in_time(patience, work)).map_err(|absence| refused(&absence))
    }

    /// Forgets the keys that are left over. What cannot be reached now stays on record.
    ///
    /// # Errors
    /// `database`.
    pub(super) fn sweep(self: &Arc<Self>, store: &Store) -> Result<()> {
        for named in store.read(record::left)? {
            match self.forget(&named) {
                Ok(()) => store.note(System("a key is gone"), |tx| record::is_gone(tx, &named))?,
                Err(error) => tracing::warn!(%error, place = %named.place, "an old key is not deleted yet"),
            }
        }
        Ok(())
    }

    fn forget(self: &Arc<Self>, named: &Named) -> Result<()> {
        self.known.write().unwrap_or_else(PoisonError::into_inner).remove(named);
        let (keys, own) = (Arc::clone(self), named.clone());
        match named.place {
            KeyPlace::File => key::remove(&self.path(named)),
            KeyPlace::Keyring => self.ask(PROMPTLY, move || keys.keyring.forget(keys.which(&own))),
        }
    }

    fn known(&self, named: &Named) -> Option<Key> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).get(named).cloned()
    }

    fn know(&self, named: Named, key: Key) {
        self.known.write().unwrap_or_else(PoisonError::into_inner).insert(named, key);
    }

    fn which<'a>(&'a self, named: &'a Named) -> Which<'a> {
        Which { center: &self.center, key: &named.id }
    }

    pub(super) fn path(&self, named: &Named) -> PathBuf {
        match named.id.as_str() {
            "" => self.folder.join("secrets.key"),
            id => self.folder.join(format!("secrets-{id}.key")),
        }
    }
}

fn refused(absence: &Absence) -> Error {
    let code = match absence {
        Absence::Gone => Code::SecretsKeyLost,
        Absence::Silent(_) | Absence::Locked => Code::KeyringUnavailable,
    };
    Error::new(code, absence.to_string())
        .details(serde_json::json!({ "locked": *absence == Absence::Locked }))
}
