//! What the database says of the keys that seal secrets: where the one in force is, and which ones are left over. Holds
//! no key.

use rusqlite::{Connection, OptionalExtension, Transaction};
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString};
use ts_rs::TS;

use crate::error::{Error, Result};

/// The row of `meta` that names the key in force.
const IN_FORCE: &str = "secrets_key";
/// How rows of `meta` begin that name a key which is to be forgotten: it was replaced, or never came into force.
const LEFT: &str = "secrets_key_left/";

/// Where a key lies.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS, Display, EnumString,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum KeyPlace {
    /// A file below the home that only its owner can read.
    #[default]
    File,
    /// The keyring of the desktop session.
    Keyring,
}

/// One key: its place and its name there. The name of the first key in a file is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Named {
    pub(super) place: KeyPlace,
    pub(super) id: String,
}

impl Named {
    /// A name that no key has yet.
    ///
    /// # Errors
    /// `internal` if the computer gives no random numbers.
    pub(super) fn new(place: KeyPlace) -> Result<Self> {
        let mut id = [0; 16];
        getrandom::fill(&mut id).map_err(|e| Error::internal(format_args!("no random numbers: {e}")))?;
        Ok(Self { place, id: format!("{:032x}", u128::from_be_bytes(id)) })
    }

    fn text(&self) -> String {
        format!("{}:{}", self.place, self.id)
    }

    fn parsed(text: &str) -> Result<Self> {
        let parts = text.split_once(':');
        let named = parts.and_then(|(place, id)| Some(Self { place: place.parse().ok()?, id: id.into() }));
        named.ok_or_else(|| Error::internal(format_args!("`{text}` names no key")))
    }
}

/// The key in force; `None` as long as none was put on record: then it is the first file, if that is there.
///
/// # Errors
/// `database`.
pub(super) fn in_force(db: &Connection) -> Result<Option<Named>> {
    let mut query = db.prepare_cached("SELECT value FROM meta WHERE key = ?1")?;
    let text: Option<String> = query.query_row([IN_FORCE], |row| row.get(0)).optional()?;
    text.as_deref().map(Named::parsed).transpose()
}

/// From now on this key is in force, and no longer one that is left.
///
/// # Errors
/// `database`.
pub(super) fn put_in_force(tx: &Transaction<'_>, key: &Named) -> Result<()> {
    tx.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)", [IN_FORCE, &key.text()])?;
    is_gone(tx, key)
}

/// This key is to be forgotten unless it comes into force.
///
/// # Errors
/// `database`.
pub(super) fn leave(tx: &Transaction<'_>, key: &Named) -> Result<()> {
    let row = format!("{LEFT}{}", key.text());
    tx.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, '')", [row])?;
    Ok(())
}

/// This key is not left any more.
///
/// # Errors
/// `database`.
pub(super) fn is_gone(tx: &Transaction<'_>, key: &Named) -> Result<()> {
    tx.execute("DELETE FROM meta WHERE key = ?1", [format!("{LEFT}{}", key.text())])?;
    Ok(())
}

/// The keys that are to be forgotten.
///
/// # Errors
/// `database`.
pub(super) fn left(db: &Connection) -> Result<Vec<Named>> {
    let mut query = db.prepare("SELECT substr(key, ?2) FROM meta WHERE substr(key, 1, ?2 - 1) = ?1")?;
    let rows = query.query_map((LEFT, LEFT.len() + 1), |row| row.get::<_, String>(0))?;
    rows.map(|text| Named::parsed(&text?)).collect()
}

/// As if the first key file were in force, and nothing left: for a copy of the database that such a file comes with.
///
/// # Errors
/// `database`.
pub(super) fn forget_all(db: &Connection) -> Result<()> {
    let forget = "DELETE FROM meta WHERE key = ?1 OR substr(key, 1, ?3) = ?2";
    db.execute(forget, (IN_FORCE, LEFT, LEFT.len()))?;
    Ok(())
}
