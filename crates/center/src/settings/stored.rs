//! The rows of settings and their history. Knows no schema; secrets are never in these rows.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde_json::Value;
use spk::PluginId;

use super::form::nothing;
use crate::actor::AccountId;
use crate::audit;
use crate::clock::UnixMs;
use crate::error::Result;
use crate::views::ActView;

/// What is saved for a plugin.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stored {
    /// What differs from the defaults, secrets excluded.
    pub(super) difference: Value,
    /// Pointer → value that the present schema does not know or refuses.
    pub(super) unused: BTreeMap<String, Value>,
    /// Counts the changes; 0 before the first.
    pub(super) revision: i64,
}

/// Who changed what and when.
pub(super) struct Change {
    pub(super) account: Option<AccountId>,
    pub(super) at: UnixMs,
    /// Pointer → `{before, after}` or `"changed"`.
    pub(super) changed: Value,
}

pub(super) fn read(db: &Connection, plugin: &PluginId) -> Result<Stored> {
    let mut query =
        db.prepare_cached("SELECT difference, unused, revision FROM settings WHERE plugin = ?1")?;
    let text = |row: &rusqlite::Row<'_>, column| row.get::<_, String>(column);
    let row = query.query_row([plugin.as_str()], |row| Ok((text(row, 0)?, text(row, 1)?, row.get(2)?)));
    let Some((difference, unused, revision)) = row.optional()? else {
        return Ok(Stored { difference: nothing(), unused: BTreeMap::new(), revision: 0 });
    };
    let (difference, unused) = (serde_json::from_str(&difference)?, serde_json::from_str(&unused)?);
    Ok(Stored { difference, unused, revision })
}

/// Who saved last, and when; `None` before the first time.
pub(super) fn changed(db: &Connection, plugin: &PluginId) -> Result<Option<ActView>> {
    let query = "SELECT changed_by, changed_at FROM settings WHERE plugin = ?1";
    let row = db.query_row(query, [plugin.as_str()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    row.map(|(by, at): (Option<i64>, _)| audit::act(db, by.map(AccountId), at)).transpose()
}

/// So many changes are kept per plugin; the audit trail keeps who changed which fields beyond that.
const KEPT: i64 = 100;

/// Saves, and adds a row to the history.
pub(super) fn write(tx: &Transaction<'_>, plugin: &PluginId, new: &Stored, change: &Change) -> Result<()> {
    let (difference, account) = (new.difference.to_string(), change.account.map(|id| id.0));
    tx.execute(
        "INSERT INTO settings (plugin, difference, unused, changed_by, changed_at, revision) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (plugin) DO UPDATE SET difference = excluded.difference, unused = excluded.unused,
           changed_by = excluded.changed_by, changed_at = excluded.changed_at, revision = excluded.revision",
        params![plugin.as_str(), difference, serde_json::to_string(&new.unused)?, account, change.at, new.revision],
    )?;
    tx.execute(
        "INSERT INTO settings_history (plugin, revision, at, account, difference, changes) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![plugin.as_str(), new.revision, change.at, account, difference, change.changed.to_string()],
    )?;
    tx.execute(
        "DELETE FROM settings_history WHERE plugin = ?1
           AND seq <= (SELECT seq FROM settings_history WHERE plugin = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2)",
        params![plugin.as_str(), KEPT],
    )?;
    Ok(())
}

/// Takes what became a secret out of the history, where it was recorded as plain text.
pub(super) fn redact(tx: &Transaction<'_>, plugin: &PluginId, pointers: &[&str]) -> Result<()> {
    let mut query = tx.prepare("SELECT seq, difference, changes FROM settings_history WHERE plugin = ?1")?;
    let text = |row: &rusqlite::Row<'_>, column| row.get::<_, String>(column);
    let rows = query.query_map([plugin.as_str()], |row| Ok((row.get(0)?, text(row, 1)?, text(row, 2)?)))?;
    for (seq, difference, changes) in rows.collect::<Result<Vec<(i64, _, _)>, _>>()? {
        let mut difference: Value = serde_json::from_str(&difference)?;
        let mut changes: Value = serde_json::from_str(&changes)?;
        for pointer in pointers {
            for hidden in [difference.pointer_mut(pointer), changes.get_mut(*pointer)].into_iter().flatten() {
                *hidden = "changed".into();
            }
        }
        let update = "UPDATE settings_history SET difference = ?1, changes = ?2 WHERE seq = ?3";
        tx.execute(update, params![difference.to_string(), changes.to_string(), seq])?;
    }
    Ok(())
}
