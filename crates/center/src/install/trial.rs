//! The part of an upgrade that can fail: the new version starts while the old one stands still, and is installed only if
//! it is well. Otherwise the plugin's data is as it was, and the old one comes back. A row says that this is under way, so
//! that a center that was ended meanwhile finds it at its next start.

use std::fs;
use std::sync::Arc;

use plugin_rpc::Level;
use rusqlite::{Transaction, params};
use serde_json::json;
use spk::PluginId;
use zeroize::Zeroizing;

use super::commit::{self, Prepared};
use crate::error::{Code, Error, Result};
use crate::host_client::Launched;
use crate::request::Answers;
use crate::rollback::DataCopy;
use crate::settings;
use crate::store::{System, blocking};
use crate::supervisor::{self, Context, Handle, Held, NewVersion};

/// A new version that runs and is not installed yet.
pub(super) struct Trial<'a> {
    context: &'a Arc<Context>,
    prepared: &'a Prepared,
    copy: DataCopy,
    host: Launched,
    /// The settings that it was started with.
    settings: Zeroizing<String>,
}

impl<'a> Trial<'a> {
    /// Starts the new version of a plugin that is held.
    ///
    /// # Errors
    /// `upgrade_failed`, `disk_full`; the plugin's data is as it was then.
    pub async fn begin(context: &'a Arc<Context>, prepared: &'a Prepared, answers: &Answers) -> Result<Self> {
        let copy = DataCopy::of(&context.home, &prepared.view.plugin);
        blocking(|| copy.take())?;
        context.store.note(System("a new version is tried"), |tx| note(tx, prepared, context.clock.now()))?;
        match start(context, prepared, answers).await {
            Ok((host, settings)) => Ok(Self { context, prepared, copy, host, settings }),
            Err(cause) => {
                undo(context, &prepared.view.plugin, &copy);
                Err(failed(context, prepared, &cause))
            }
        }
    }

    /// It is installed: its process goes on, and gets what was saved since it was started.
    pub fn keep(self, held: Held, supervisor: &Handle) {
        held.go_on_with(self.host);
        let Context { store, secrets, .. } = &**self.context;
        let now = settings::effective_for_plugin(store, secrets, &self.prepared.view.plugin);
        if now.is_ok_and(|now| now.text != self.settings) {
            supervisor.configure(supervisor::Due::HandedOver);
        }
        if let Err(error) = blocking(|| self.copy.discard()) {
            tracing::warn!(%error, "a copy of a plugin's data stays until the next start");
        }
    }

    /// It was not installed after all.
    pub async fn undo(self) {
        supervisor::end(self.context, self.host).await;
        undo(self.context, &self.prepared.view.plugin, &self.copy);
    }
}

async fn start(
    context: &Arc<Context>,
    prepared: &Prepared,
    answers: &Answers,
) -> Result<(Launched, Zeroizing<String>)> {
    let (manifest, texts) = (&prepared.manifest, &prepared.texts);
    let approved = commit::approved((&prepared.view, answers), manifest, &prepared.approved);
    let settings = context.candidate(manifest, texts).effective(&answers.settings.0)?;
    let given = settings.text.clone();
    let new = NewVersion { manifest, digest: prepared.digest, approved: &approved, settings };
    Ok((supervisor::try_out(context, new).await?, given))
}

fn note(tx: &Transaction<'_>, prepared: &Prepared, now: i64) -> Result<()> {
    let view = &prepared.view;
    tx.execute(
        "INSERT OR REPLACE INTO operations (plugin, from_version, to_version, at) VALUES (?1, ?2, ?3, ?4)",
        params![view.plugin.as_str(), view.from, view.version, now],
    )?;
    Ok(())
}

/// The new version is installed, or never will be: in the transaction that says so.
pub(super) fn forget(tx: &Transaction<'_>, plugin: &PluginId) -> Result<()> {
    tx.execute("DELETE FROM operations WHERE plugin = ?1", [plugin.as_str()])?;
    Ok(())
}

/// The plugin's data as it was before the new version ran. Also where that does not succeed nothing is left to be done
/// later: it would undo what the old version stores from now on.
fn undo(context: &Context, plugin: &PluginId, copy: &DataCopy) {
    let put_back = blocking(|| copy.put_back());
    let forgotten = context.store.note(System("a new version is not kept"), |tx| forget(tx, plugin));
    if let Err(error) = put_back.and(forgotten) {
        tracing::error!(%plugin, %error, "what it stored could not be put back");
        remark(context, plugin, Level::Error, format!("what it stored could not be put back: {error}"));
    }
}

fn failed(context: &Context, prepared: &Prepared, cause: &Error) -> Error {
    let view = &prepared.view;
    let old = view.from.as_deref().unwrap_or_default();
    let said = format!("{} did not start: {cause}; {old} runs on", view.version);
    remark(context, &view.plugin, Level::Error, said.clone());
    let details = json!({ "version": view.version, "kept": old, "cause": cause.message });
    Error::new(Code::UpgradeFailed, format!("`{}` {said}", view.plugin)).details(details)
}

fn remark(context: &Context, plugin: &PluginId, level: Level, said: String) {
    context.logs.remark(plugin, (context.clock.now(), level), said, serde_json::Value::Null);
}

/// Undoes what was under way when the center ended, before anything of it starts.
///
/// # Errors
/// `database`.
pub fn recover(context: &Context) -> Result<()> {
    let begun: Vec<(String, String, String)> = context.store.read(|db| {
        let mut query = db.prepare("SELECT plugin, from_version, to_version FROM operations")?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    })?;
    for (plugin, from, to) in begun {
        let plugin: PluginId = crate::snapshot::stored(&plugin)?;
        undo(context, &plugin, &DataCopy::of(&context.home, &plugin));
        let said = format!("the center ended while {to} was tried; {from} is back with what it had stored");
        remark(context, &plugin, Level::Warn, said);
    }
    if let Err(error) = fs::remove_dir_all(context.home.rollback())
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(%error, "copies of plugins' data stay until the next start");
    }
    Ok(())
}
