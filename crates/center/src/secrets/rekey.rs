//! Another key for all secrets: made and kept first, then everything is sealed anew and the new key comes into force in
//! one transaction, then the old one is forgotten. Wherever that ends, the key in force opens what is stored.

use rusqlite::{Connection, Transaction};
use serde_json::json;
use spk::PluginId;

use super::key::Key;
use super::keyring::Unlock;
use super::record::{self, KeyPlace};
use super::{Place, Secrets, clear};
use crate::actor::Actor;
use crate::audit::Entry;
use crate::backup::LeftOut;
use crate::error::{Code, Error, Result};
use crate::snapshot::stored;
use crate::store::Store;
use crate::views::{RekeyedView, SecretsKeyView};

/// What is wanted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rekey {
    /// Where the new key is to be; `None`: where the old one is.
    pub to: Option<KeyPlace>,
    /// Delete what the old key does not open, instead of refusing.
    pub give_up: bool,
}

impl Secrets {
    /// Where the key in force is, and whether it is at hand.
    ///
    /// # Errors
    /// `not_a_superadmin`, `database`.
    pub fn show(&self, store: &Store, actor: &Actor) -> Result<SecretsKeyView> {
        actor.must_manage()?;
        let place = store.read(record::in_force)?.unwrap_or_default().place;
        Ok(SecretsKeyView {
            place,
            secrets: store.read(count)?,
            trouble: store.read(|db| self.trouble(db))?.map(Into::into),
            keyring: self.keys.keyring_is_open(),
        })
    }

    /// Seals everything with a new key and forgets the old one.
    ///
    /// # Errors
    /// `not_a_superadmin`; `keyring_unavailable`, `secrets_key_lost` or `secrets_unreadable` with `details.secrets` if the
    /// old key does not open everything; `keyring_unavailable`, `internal`, `disk_full` if the new one cannot be kept.
    pub fn rekey(&self, store: &Store, actor: &Actor, wish: Rekey) -> Result<RekeyedView> {
        actor.must_manage()?;
        let _alone = self.keys.alone();
        self.keys.sweep(store)?;
        let old = store.read(record::in_force)?.unwrap_or_default();
        let key = match store.read(|db| self.keys.in_force(db)) {
            Err(error) if !wish.give_up && store.read(count)? > 0 => return Err(error),
            key => key.unwrap_or_default(),
        };
        let new = self.keys.make(store, wish.to.unwrap_or(old.place), Unlock::Ask)?;
        let entry = Entry::new(actor, "secrets_rekeyed", new.place);
        let rekeyed = store.write(entry, |tx, entry| {
            record::put_in_force(tx, &new)?;
            record::leave(tx, &old)?;
            let rekeyed = self.reseal(tx, key.as_ref(), wish.give_up)?;
            entry.set_details(json!({
                "from": old.place, "to": new.place, "secrets": rekeyed.secrets,
                "given_up": rekeyed.given_up, "switched_off": rekeyed.switched_off,
            }));
            Ok(RekeyedView { place: new.place, ..rekeyed })
        })?;
        self.keys.sweep(store)?;
        self.keys.news.notify_one();
        Ok(rekeyed)
    }

    /// Everything that is stored, opened with the old key and sealed with the one in force.
    fn reseal(&self, tx: &Transaction<'_>, old: Option<&Key>, give_up: bool) -> Result<RekeyedView> {
        let mut rekeyed = RekeyedView::default();
        for (plugin, pointer, sealed) in all(tx)? {
            let place = Place { plugin: &plugin, field: &pointer };
            match old.map(|key| self.unsealed(place, &sealed, key)) {
                Some(Ok(secret)) => {
                    self.seal(tx, place, &secret)?;
                    rekeyed.secrets += 1;
                }
                _ => {
                    clear(tx, place)?;
                    if turn_off(tx, &plugin)? {
                        rekeyed.switched_off.push(plugin.clone());
                    }
                    rekeyed.given_up.push(LeftOut { plugin, pointer });
                }
            }
        }
        if rekeyed.given_up.is_empty() || give_up {
            return Ok(rekeyed);
        }
        let message = format!("{} stored passwords cannot be read", rekeyed.given_up.len());
        Err(Error::new(Code::SecretsUnreadable, message).details(json!({ "secrets": rekeyed.given_up })))
    }
}

impl Secrets {
    /// How many secrets are stored, and what stands against opening some or all of them.
    ///
    /// # Errors
    /// `database`.
    pub(crate) fn examine(&self, store: &Store) -> Result<(u64, Vec<Error>)> {
        store.read(|db| {
            let rows = all(db)?;
            let wrong = match self.trouble(db)? {
                Some(trouble) => vec![trouble],
                None => rows
                    .iter()
                    .filter_map(|(plugin, field, _)| self.open(db, Place { plugin, field }).err())
                    .collect(),
            };
            Ok((rows.len() as u64, wrong))
        })
    }

    /// Whether the key at hand opens at least one of the stored secrets.
    pub(super) fn opens_any(&self, db: &Connection) -> Result<bool> {
        let Ok(Some(key)) = self.keys.in_force(db) else { return Ok(false) };
        let opens =
            |(plugin, field, sealed): &Row| self.unsealed(Place { plugin, field }, sealed, &key).is_ok();
        Ok(all(db)?.iter().any(opens))
    }
}

/// Whose, the pointer of its field, and what is stored.
type Row = (PluginId, String, Vec<u8>);

fn all(db: &Connection) -> Result<Vec<Row>> {
    let mut query = db.prepare("SELECT plugin, field, sealed FROM secrets ORDER BY plugin, field")?;
    let rows = query.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?)))?;
    rows.map(|row| row.map_err(Error::from).and_then(|(id, at, sealed)| Ok((stored(&id)?, at, sealed))))
        .collect()
}

/// How many secrets are stored.
pub(super) fn count(db: &Connection) -> Result<u64> {
    Ok(db.query_row("SELECT count(*) FROM secrets", [], |row| row.get(0))?)
}

/// Never on and incomplete.
fn turn_off(tx: &Transaction<'_>, plugin: &PluginId) -> Result<bool> {
    let off = "UPDATE plugins SET wanted = 0, off_because = NULL, revision = revision + 1
               WHERE id = ?1 AND wanted = 1";
    Ok(tx.execute(off, [plugin.as_str()])? > 0)
}

#[cfg(test)]
mod tests {
    use spk::SecretString;

    use super::*;
    use crate::actor::Role;
    use crate::secrets::Keyring;
    use crate::secrets::record::Named;
    use crate::store::System;
    use crate::test_world::World;

    const BOT: &str = "com.example.bot";

    fn secrets(world: &World) -> Secrets {
        Secrets::new(&world.store, &world.home, Keyring::None).unwrap()
    }

    fn seal(world: &World, secrets: &Secrets, field: &str) {
        let plugin = BOT.parse().unwrap();
        let seal = |tx: &Transaction<'_>| {
            secrets.seal(tx, Place { plugin: &plugin, field }, &SecretString::new("hunter2"))
        };
        world.store.note(System("test"), seal).unwrap();
    }

    fn opened(world: &World, secrets: &Secrets, field: &str) -> Result<Option<SecretString>> {
        let plugin = BOT.parse().unwrap();
        world.store.read(|db| secrets.open(db, Place { plugin: &plugin, field }))
    }

    fn key_files(world: &World) -> usize {
        std::fs::read_dir(world.home.keys()).unwrap().count()
    }

    fn is_known(world: &World, secrets: &Secrets) -> bool {
        opened(world, secrets, "/secret").unwrap() == Some(SecretString::new("hunter2"))
    }

    fn superadmin(world: &World) -> Actor {
        Actor::Person(world.person("root", Role::Superadmin))
    }

    #[test]
    fn with_a_new_key_everything_is_sealed_anew_and_the_old_file_is_gone() {
        let world = World::new();
        let (secrets, root) = (secrets(&world), superadmin(&world));
        seal(&world, &secrets, "/secret");
        let sealed = || world.store.read(|db| Ok(all(db)?.remove(0).2)).unwrap();
        let (before, file) = (sealed(), world.home.keys().join("secrets.key"));
        let old = std::fs::read(&file).unwrap();
        let rekeyed = secrets.rekey(&world.store, &root, Rekey::default()).unwrap();
        assert_eq!((rekeyed.place, rekeyed.secrets), (KeyPlace::File, 1));
        assert!(sealed() != before && !file.exists() && key_files(&world) == 1);
        let new = world.store.read(record::in_force).unwrap().unwrap();
        assert_ne!(std::fs::read(secrets.keys.path(&new)).unwrap(), old);
        assert!(is_known(&world, &secrets) && is_known(&world, &self::secrets(&world)));
    }

    #[test]
    fn only_a_superadmin_changes_the_key() {
        let world = World::new();
        let account = Actor::Person(world.person("anna", Role::Account));
        let refused = secrets(&world).rekey(&world.store, &account, Rekey::default()).unwrap_err();
        assert_eq!(refused.code, Code::NotASuperadmin);
        assert_eq!(secrets(&world).show(&world.store, &account).unwrap_err().code, Code::NotASuperadmin);
    }

    #[test]
    fn a_change_cut_short_before_it_holds_leaves_the_old_key_in_force_and_nothing_else() {
        let world = World::new();
        let before = secrets(&world);
        seal(&world, &before, "/secret");
        before.keys.make(&world.store, KeyPlace::File, Unlock::Never).unwrap();
        assert_eq!(key_files(&world), 2, "the new key is there already");
        let later = secrets(&world);
        later.load(&world.store, false).unwrap();
        assert!(is_known(&world, &later) && key_files(&world) == 1);
        assert_eq!(world.store.read(record::left).unwrap(), []);
    }

    #[test]
    fn a_look_at_the_keyring_in_the_middle_of_a_change_leaves_the_new_key_alone() {
        let world = World::new();
        let secrets = secrets(&world);
        seal(&world, &secrets, "/secret");
        let changing = secrets.keys.alone();
        let new = secrets.keys.make(&world.store, KeyPlace::File, Unlock::Never).unwrap();
        secrets.load(&world.store, false).unwrap();
        assert_eq!((key_files(&world), world.store.read(record::left).unwrap()), (2, vec![new]));
        drop(changing);
        secrets.load(&world.store, false).unwrap();
        assert_eq!((key_files(&world), world.store.read(record::left).unwrap()), (1, vec![]));
    }

    #[test]
    fn a_change_cut_short_after_it_holds_leaves_the_new_key_in_force_and_nothing_else() {
        let world = World::new();
        let (before, root) = (secrets(&world), superadmin(&world));
        seal(&world, &before, "/secret");
        let old = std::fs::read(world.home.keys().join("secrets.key")).unwrap();
        before.rekey(&world.store, &root, Rekey::default()).unwrap();
        let left = world.home.keys().join("secrets.key");
        std::fs::write(&left, old).unwrap();
        world.store.note(System("test"), |tx| record::leave(tx, &Named::default())).unwrap();
        let later = secrets(&world);
        later.load(&world.store, false).unwrap();
        assert!(is_known(&world, &later) && !left.exists() && key_files(&world) == 1);
    }

    #[test]
    fn what_cannot_be_opened_stops_the_change_unless_it_is_given_up() {
        let world = World::new();
        let (secrets, root) = (secrets(&world), superadmin(&world));
        seal(&world, &secrets, "/secret");
        seal(&world, &secrets, "/torn");
        let tear = "UPDATE secrets SET sealed = substr(sealed, 1, 30) WHERE field = '/torn'";
        world.store.note(System("test"), |tx| Ok(tx.execute(tear, [])?)).unwrap();
        let refused = secrets.rekey(&world.store, &root, Rekey::default()).unwrap_err();
        assert_eq!(refused.code, Code::SecretsUnreadable);
        assert_eq!(refused.details["secrets"], json!([{ "plugin": BOT, "pointer": "/torn" }]));
        assert!(is_known(&world, &secrets), "nothing has changed");
        let wish = Rekey { to: None, give_up: true };
        let rekeyed = secrets.rekey(&world.store, &root, wish).unwrap();
        assert_eq!((rekeyed.secrets, rekeyed.given_up.len()), (1, 1));
        assert!(is_known(&world, &secrets) && key_files(&world) == 1);
        assert_eq!(opened(&world, &secrets, "/torn").unwrap(), None);
    }

    #[test]
    fn without_a_keyring_the_key_is_not_moved_there_and_nothing_changes() {
        let world = World::new();
        let (secrets, root) = (secrets(&world), superadmin(&world));
        seal(&world, &secrets, "/secret");
        let wish = Rekey { to: Some(KeyPlace::Keyring), give_up: false };
        let refused = secrets.rekey(&world.store, &root, wish).unwrap_err();
        assert_eq!(refused.code, Code::KeyringUnavailable);
        assert!(is_known(&world, &secrets) && world.home.keys().join("secrets.key").exists());
    }
}
