//! Remembers how often a plugin failed, over restarts of the center, and turns it off when that is too often.

use rusqlite::params;
use serde_json::json;
use spk::PluginId;

use super::Context;
use crate::actor::Actor;
use crate::attention::{self, Concern};
use crate::audit::Entry;
use crate::clock::UnixMs;
use crate::ending::Ending;
use crate::error::{Code, Error, Result};
use crate::store::System;

/// So many failures within [`WINDOW`] turn a plugin off.
pub const ALLOWED: u32 = 3;
/// 60 minutes.
const WINDOW: UnixMs = 60 * 60 * 1000;

/// Records a failure; returns how many there were within the window. The last allowed one turns the plugin off.
pub fn record(context: &Context, plugin: &PluginId, ending: &Ending) -> Result<u32> {
    let now = context.clock.now();
    let id = plugin.to_string();
    let failures: u32 = context.store.note(System("a plugin failed"), |tx| {
        tx.execute("DELETE FROM failures WHERE plugin = ?1 AND at < ?2", params![id, now - WINDOW])?;
        tx.execute(
            "INSERT INTO failures (plugin, at, cause) VALUES (?1, ?2, ?3)",
            params![id, now, ending.to_string()],
        )?;
        Ok(tx.query_row("SELECT count(*) FROM failures WHERE plugin = ?1", [&id], |row| row.get(0))?)
    })?;
    if failures >= ALLOWED {
        turn_off(context, plugin, ending, failures)?;
    }
    Ok(failures)
}

fn turn_off(context: &Context, plugin: &PluginId, ending: &Ending, failures: u32) -> Result<()> {
    let why = json!({ "failures": failures, "cause": ending.to_string(), "ending": ending });
    let entry = Entry::new(&Actor::System, "plugin_turned_off", plugin).details(why.clone());
    context.store.write(entry, |tx, _| {
        tx.execute(
            "UPDATE plugins SET wanted = 0, off_because = ?2, revision = revision + 1 WHERE id = ?1",
            params![plugin.to_string(), why.to_string()],
        )?;
        let concern =
            Concern { kind: attention::PLUGIN_FAILED, subject: plugin.as_ref(), at: context.clock.now() };
        let sentence = format!("it failed {failures} times within 60 minutes; last: {ending}");
        attention::raise(tx, concern, Error::new(Code::StartFailed, sentence).details(why.clone()))?;
        Ok(())
    })
}

/// A person's switch clears the count.
///
/// # Errors
/// `database`.
pub fn forget(tx: &rusqlite::Transaction<'_>, plugin: &PluginId) -> Result<()> {
    tx.execute("DELETE FROM failures WHERE plugin = ?1", [plugin.as_ref()])?;
    attention::clear(tx, attention::PLUGIN_FAILED, plugin.as_ref())?;
    Ok(())
}
