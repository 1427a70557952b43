//! The center's own key for packages that are encrypted for it: a private file in `keys/`, made when somebody asks for
//! its public half. Knows nothing of what is inside a package.

use std::io;
use std::path::Path;
use std::sync::Arc;

use serde_json::json;
use spk::{Identity, KeyError};

use crate::actor::Actor;
use crate::audit::Entry;
use crate::error::{Code, Error, Result};
use crate::paths::Home;
use crate::store::Store;
use crate::views::RecipientView;

/// For whom publishers encrypt packages so that this center can read them. The key is made now if there is none yet.
///
/// # Errors
/// `not_a_superadmin`; `encryption_key_unusable`; `database`.
pub fn recipient(home: &Home, store: &Store, actor: &Actor) -> Result<RecipientView> {
    actor.must_manage()?;
    let path = home.encryption_key();
    if let Some(identity) = load(&path)? {
        return Ok(view(&identity));
    }
    match Identity::generate().save(&path) {
        Ok(()) => {}
        // Another was a moment faster; both use what is there.
        Err(KeyError::Io(cause)) if cause.kind() == io::ErrorKind::AlreadyExists => {}
        Err(cause) => return Err(unusable(&path, &cause)),
    }
    let made = load(&path)?.map(|identity| view(&identity));
    let made = made.ok_or_else(|| Error::internal("the key for packages was removed while it was made"))?;
    store.write(Entry::new(actor, "encryption_key_made", &made.recipient), |_, entry| {
        entry.set_details(json!({ "recipient": made.recipient }));
        Ok(())
    })?;
    Ok(made)
}

fn view(identity: &Identity) -> RecipientView {
    RecipientView { recipient: identity.recipient().to_string() }
}

/// What opens the packages of this center. A key that cannot be used matters to encrypted packages alone.
pub struct Opener {
    found: Result<Option<Arc<Identity>>>,
}

impl Opener {
    /// Reads the key of this home.
    #[must_use]
    pub fn of(home: &Home) -> Self {
        Self { found: load(&home.encryption_key()).map(|identity| identity.map(Arc::new)) }
    }

    /// The key, if there is one that can be used.
    #[must_use]
    pub fn identity(&self) -> Option<Arc<Identity>> {
        self.found.as_ref().ok().cloned().flatten()
    }

    /// Why a package was not read: if its key was missing and ours cannot be used, that is the cause.
    #[must_use]
    pub fn explain(self, refused: spk::Error) -> Error {
        match (refused, self.found) {
            (spk::Error::NotForThisCenter, Err(unusable)) => unusable,
            (refused, _) => refused.into(),
        }
    }
}

fn load(path: &Path) -> Result<Option<Identity>> {
    match Identity::load(path) {
        Ok(identity) => Ok(Some(identity)),
        Err(KeyError::Io(cause)) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(unusable(path, &cause)),
    }
}

fn unusable(path: &Path, cause: &KeyError) -> Error {
    let message = format!("the key for encrypted packages `{}` cannot be used: {cause}", path.display());
    Error::new(Code::EncryptionKeyUnusable, message).hint(cause.hint())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::actor::Role;
    use crate::test_world::World;

    #[test]
    fn the_key_is_made_once_private_and_on_record() {
        let world = World::new();
        let home = &world.home;
        let actor = world.superadmin("ann");
        let ordinary = recipient(home, &world.store, &Actor::Person(world.person("bo", Role::Account)));
        assert_eq!(ordinary.unwrap_err().code, Code::NotASuperadmin);
        assert!(Opener::of(home).identity().is_none() && !home.encryption_key().exists());
        let made = recipient(home, &world.store, &actor).unwrap();
        assert_eq!(recipient(home, &world.store, &actor).unwrap(), made);
        assert_eq!(Opener::of(home).identity().unwrap().recipient().to_string(), made.recipient);
        let mode = fs::metadata(home.encryption_key()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let rows = world.store.read(|db| crate::audit::last(db, 10)).unwrap();
        let made = rows.iter().filter(|row| row.action == "encryption_key_made").count();
        assert_eq!(made, 1);
    }

    #[test]
    fn a_key_that_others_can_read_is_named_as_the_cause() {
        let world = World::new();
        let home = &world.home;
        fs::write(home.encryption_key(), "AGE-SECRET-KEY-1").unwrap();
        fs::set_permissions(home.encryption_key(), fs::Permissions::from_mode(0o644)).unwrap();
        let opener = Opener::of(home);
        assert!(opener.identity().is_none());
        let error = opener.explain(spk::Error::NotForThisCenter);
        assert_eq!(error.code, Code::EncryptionKeyUnusable);
        assert!(error.hint.contains("chmod 600"), "{error:?}");
        let other = Opener::of(home).explain(spk::Error::Unsigned);
        assert_eq!(other.code.as_str(), "unsigned", "what is not encrypted needs no key");
    }
}
