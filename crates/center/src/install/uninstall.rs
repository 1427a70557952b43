//! The reverse of an install. Works for a broken plugin too.

use std::time::Duration;

use rusqlite::{Transaction, params};
use serde_json::json;
use spk::PluginId;

use super::Installer;
use crate::actor::Actor;
use crate::attention;
use crate::audit::Entry;
use crate::clock::UnixMs;
use crate::error::{Code, Error, Result};
use crate::events::Event;
use crate::store::blocking;
use crate::switch;

impl Installer {
    /// Stops the plugin and takes it away; with `purge` its settings, grants and data too.
    ///
    /// # Errors
    /// `not_a_superadmin`; `needed_by_others` with `details.needed_by`; `not_found`; `busy`; `database`.
    pub async fn uninstall(&self, actor: &Actor, plugin: &PluginId, purge: bool) -> Result<()> {
        if *actor != Actor::Folder || purge {
            actor.must_manage()?;
        }
        self.must_be_needed_by_nobody(actor, plugin)?;
        let _open = self.begin(plugin)?;
        let held = match self.supervisors.get(plugin) {
            Some(supervisor) => supervisor.hold(Duration::ZERO).await,
            None => None,
        };
        {
            let _deciding = self.deciding.lock().await;
            self.must_be_needed_by_nobody(actor, plugin)?;
            self.write_uninstall(actor, plugin, purge)?;
        }
        drop(held);
        self.supervisors.forget(plugin);
        blocking(|| match actor {
            Actor::Folder => self.mirror.forget(plugin),
            _ => self.mirror.remove(plugin),
        })?;
        if purge {
            self.purge_left(actor, plugin).await?;
        }
        self.context.licenses.tell();
        let event = Event::PluginUninstalled { plugin: plugin.clone(), purged: purge };
        self.context.bus.publish(self.context.clock.now(), event);
        Ok(())
    }

    /// A person is asked first; what the folder takes away, others wait for.
    fn must_be_needed_by_nobody(&self, actor: &Actor, plugin: &PluginId) -> Result<()> {
        match actor {
            Actor::Folder => Ok(()),
            _ => switch::together::to_turn_off(&self.context.store.snapshot(), plugin, &[]).map(drop),
        }
    }

    fn write_uninstall(&self, actor: &Actor, plugin: &PluginId, purge: bool) -> Result<()> {
        let snapshot = self.context.store.snapshot();
        let version = snapshot.plugins.get(plugin).map(|facts| facts.package.manifest.version.to_string());
        if version.is_none() && !(purge && self.kept(plugin)?.is_some()) {
            return Err(Error::new(Code::NotFound, format!("`{plugin}` is not installed")));
        }
        let details = json!({ "version": version, "purged": purge });
        let entry = Entry::new(actor, "plugin_uninstalled", plugin).details(details);
        let now = self.context.clock.now();
        self.context.store.write(entry, |tx, _| keep_rows(tx, plugin, now))
    }
}

fn keep_rows(tx: &Transaction<'_>, plugin: &PluginId, now: UnixMs) -> Result<()> {
    tx.execute(
        "UPDATE plugins SET last_digest = digest, digest = NULL, uninstalled_at = ?2, wanted = 0, off_because = NULL,
           revision = revision + 1 WHERE id = ?1 AND digest IS NOT NULL",
        params![plugin.as_ref(), now],
    )?;
    needs_nobody(tx, plugin)
}

/// Nobody has to see to the failures, or the publisher, of a plugin that is gone.
fn needs_nobody(tx: &Transaction<'_>, plugin: &PluginId) -> Result<()> {
    attention::clear(tx, attention::PLUGIN_FAILED, plugin.as_ref())?;
    attention::clear(tx, attention::PUBLISHER_WITHDRAWN, plugin.as_ref()).map(drop)
}
