//! An imported license as it lies in the database. Its signature is verified each time it is read from there.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use spk::{Digest, License, PluginId, SignedLicense};

use crate::actor::AccountId;
use crate::clock::UnixMs;
use crate::error::Result;
use crate::snapshot::stored;

/// An imported license.
#[derive(Debug, Clone)]
pub struct Held {
    /// What it was called when it was imported.
    pub id: Digest,
    /// What was signed; `None` if the stored bytes are not what was signed.
    pub license: Option<License>,
    /// When it was imported.
    pub imported_at: UnixMs,
    /// By whom.
    pub imported_by: Option<AccountId>,
}

/// Verified licenses by the digest of their bytes, so that a new picture verifies no signature again.
#[derive(Default)]
pub(crate) struct Verified(Mutex<HashMap<Digest, Option<License>>>);

impl Verified {
    fn get(&self, bytes: &[u8]) -> Option<License> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let open = || SignedLicense::open(bytes).ok().map(|signed| signed.license().clone());
        known.entry(Digest::of(bytes)).or_insert_with(open).clone()
    }
}

/// All licenses, also those of plugins that are not installed.
pub(crate) fn load(db: &Connection, verified: &Verified) -> Result<HashMap<PluginId, Vec<Arc<Held>>>> {
    let query =
        "SELECT plugin, digest, signed, imported_at, imported_by FROM licenses ORDER BY imported_at, digest";
    let mut query = db.prepare_cached(query)?;
    let mut rows = query.query([])?;
    let mut licenses: HashMap<PluginId, Vec<Arc<Held>>> = HashMap::new();
    while let Some(row) = rows.next()? {
        let bytes: Vec<u8> = row.get(2)?;
        let id: Digest = stored(&row.get::<_, String>(1)?)?;
        let license = verified.get(&bytes).filter(|_| Digest::of(&bytes) == id);
        let imported_by = row.get::<_, Option<i64>>(4)?.map(AccountId);
        let held = Held { id, license, imported_at: row.get(3)?, imported_by };
        licenses.entry(stored(&row.get::<_, String>(0)?)?).or_default().push(Arc::new(held));
    }
    Ok(licenses)
}
