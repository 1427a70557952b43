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
            trouble: self.trouble(store)?.map(Into::into),
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
