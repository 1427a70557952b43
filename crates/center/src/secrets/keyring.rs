//! The keyring of the desktop session, asked over the Secret Service's interface: keeps a center's keys, gives them back,
//! forgets them. Nobody waits for it longer than they say. Knows no database.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use dbus_secret_service::{Collection, EncryptionType, Error as Refusal, Item, SecretService};
use zeroize::Zeroizing;

use super::key::Key;

/// The longest that a keyring may take where no person is asked.
pub(super) const PROMPTLY: Duration = Duration::from_secs(3);
/// The longest that a person may take to unlock it.
pub(super) const UNLOCKING: Duration = Duration::from_secs(60);

/// What an item is called where a person looks into the keyring.
const LABEL: &str = "Sprocket: key of the passwords in plugins' settings";

/// Which keyring a center may use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Keyring {
    /// None: keys are files.
    #[default]
    None,
    /// That of the session whose environment this process has, if there is one.
    OfSession,
}

/// Why a keyring does not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Absence {
    /// Nobody answers, or nothing useful.
    #[error("no keyring answers: {0}")]
    Silent(String),
    /// It waits for its password.
    #[error("the keyring is locked")]
    Locked,
    /// It answers, is open, and does not hold this key.
    #[error("the keyring does not hold the key")]
    Gone,
}

impl From<Refusal> for Absence {
    fn from(cause: Refusal) -> Self {
        match cause {
            Refusal::Locked | Refusal::Prompt => Self::Locked,
            Refusal::NoResult => Self::Silent("it has no place for new passwords".into()),
            other => Self::Silent(other.to_string()),
        }
    }
}

/// Whether a person may be asked to unlock the keyring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unlock {
    /// Only what is open already is used.
    Never,
    /// The keyring asks for its password, and waits for it.
    Ask,
}

/// Which key: of which center, and its id.
#[derive(Debug, Clone, Copy)]
pub(super) struct Which<'a> {
    pub(super) center: &'a str,
    pub(super) key: &'a str,
}

impl<'a> Which<'a> {
    fn attributes(self) -> HashMap<&'a str, &'a str> {
        HashMap::from([("application", "sprocket"), ("center", self.center), ("key", self.key)])
    }
}

/// These wait as long as the keyring does: callers go through [`in_time`].
impl Keyring {
    /// Whether it takes a new key now, without asking a person.
    pub(super) fn is_open(self) -> Result<(), Absence> {
        let service = self.connect(Unlock::Never)?;
        open(&service.get_default_collection()?, Unlock::Never)
    }

    /// The key.
    pub(super) fn read(self, which: Which<'_>, unlock: Unlock) -> Result<Key, Absence> {
        let service = self.connect(unlock)?;
        let found = find(&service, which, unlock)?.ok_or(Absence::Gone)?;
        let bytes = Zeroizing::new(found);
        let mut key = Key::new([0; 32]);
        if bytes.len() != key.len() {
            return Err(Absence::Silent("its key is damaged".into()));
        }
        key.copy_from_slice(&bytes);
        Ok(key)
    }

    /// Puts a key into it.
    pub(super) fn keep(self, which: Which<'_>, key: &Key, unlock: Unlock) -> Result<(), Absence> {
        let service = self.connect(unlock)?;
        let collection = service.get_default_collection()?;
        open(&collection, unlock)?;
        collection.create_item(LABEL, which.attributes(), &**key, true, "application/octet-stream")?;
        Ok(())
    }

    /// Takes a key out of it; also if it is not there.
    pub(super) fn forget(self, which: Which<'_>) -> Result<(), Absence> {
        let service = self.connect(Unlock::Never)?;
        let found = service.search_items(which.attributes())?;
        if !found.locked.is_empty() || (found.unlocked.is_empty() && is_locked(&service)?) {
            return Err(Absence::Locked);
        }
        for item in found.unlocked {
            item.delete()?;
        }
        Ok(())
    }

    fn connect(self, unlock: Unlock) -> Result<SecretService, Absence> {
        if self == Self::None || !is_session() {
            return Err(Absence::Silent("there is no desktop session".into()));
        }
        let wait = if unlock == Unlock::Ask { UNLOCKING.as_secs() } else { 0 };
        Ok(SecretService::connect_with_max_prompt_timeout(EncryptionType::Dh, wait)?)
    }
}

/// Whether there is a session bus. Without this look a library would start one.
fn is_session() -> bool {
    let named = std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some_and(|address| !address.is_empty());
    let folder = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    named || folder.is_some_and(|folder| folder.join("bus").exists())
}

/// Locked keyrings need not say what they hold.
fn find(service: &SecretService, which: Which<'_>, unlock: Unlock) -> Result<Option<Vec<u8>>, Absence> {
    let found = service.search_items(which.attributes())?;
    if let Some(item) = found.unlocked.first() {
        return Ok(Some(item.get_secret()?));
    }
    if let Some(item) = found.locked.first() {
        if unlock == Unlock::Never {
            return Err(Absence::Locked);
        }
        item.unlock()?;
        return Ok(Some(item.get_secret()?));
    }
    if !is_locked(service)? {
        return Ok(None);
    }
    open(&service.get_default_collection()?, unlock)?;
    let found = service.search_items(which.attributes())?;
    Ok(found.unlocked.first().map(Item::get_secret).transpose()?)
}

fn is_locked(service: &SecretService) -> Result<bool, Absence> {
    Ok(service.get_default_collection()?.is_locked()?)
}

fn open(collection: &Collection<'_>, unlock: Unlock) -> Result<(), Absence> {
    match (collection.is_locked()?, unlock) {
        (false, _) => Ok(()),
        (true, Unlock::Never) => Err(Absence::Locked),
        (true, Unlock::Ask) => Ok(collection.unlock()?),
    }
}

/// Does this in a thread of its own, and waits for it no longer than that. What takes longer goes on unheard.
pub(super) fn in_time<T: Send + 'static>(
    patience: Duration,
    work: impl FnOnce() -> Result<T, Absence> + Send + 'static,
) -> Result<T, Absence> {
    let (done, outcome) = mpsc::channel();
    let worker = thread::Builder::new().name("keyring".into()).spawn(move || drop(done.send(work())));
    worker.map_err(|cause| Absence::Silent(cause.to_string()))?;
    let late = |_| Absence::Silent(format!("it took over {} s", patience.as_secs()));
    outcome.recv_timeout(patience).map_err(late)?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_waits_for_a_keyring_that_does_not_answer() {
        let (_held, never) = mpsc::channel::<()>();
        let waited = in_time(Duration::from_millis(20), move || {
            let _ = never.recv();
            Ok(())
        });
        assert!(matches!(waited, Err(Absence::Silent(_))), "{waited:?}");
        assert_eq!(in_time(PROMPTLY, || Ok(7)), Ok(7));
        assert_eq!(in_time::<()>(PROMPTLY, || Err(Absence::Locked)), Err(Absence::Locked));
    }

    #[test]
    fn a_center_without_a_keyring_asks_none() {
        let which = Which { center: "c", key: "k" };
        assert!(matches!(Keyring::None.read(which, Unlock::Never), Err(Absence::Silent(_))));
        assert!(matches!(Keyring::None.is_open(), Err(Absence::Silent(_))));
    }
}
