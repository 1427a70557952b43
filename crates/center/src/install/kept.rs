//! What uninstalled plugins left: listing it, putting a plugin back, deleting it for good.

use std::fs;
use std::io::ErrorKind;

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde_json::json;
use spk::{Digest, Manifest, PluginId, Texts};

use super::{Installer, Progress, Source};
use crate::actor::Actor;
use crate::audit::Entry;
use crate::clock::UnixMs;
use crate::dependencies;
use crate::error::{Code, Error, Result};
use crate::events::Event;
use crate::packages::RETURNS_WITHIN;
use crate::permissions;
use crate::plugin_store::PluginStore;
use crate::resolve::dependents_on;
use crate::settings;
use crate::snapshot::stored;
use crate::store::blocking;
use crate::supervisor::Context;
use crate::switch;
use crate::views::{KeptView, PlanView, UninstallView};
use crate::weight;

/// What a purge deletes beside the settings. High-water marks, packages' rows and the audit are history and stay.
const PURGED: [&str; 3] = ["grants", "failures", "licenses"];

/// An uninstalled plugin's row.
struct Left {
    plugin: PluginId,
    last: Option<Digest>,
    since: UnixMs,
}

/// What an uninstall would do.
///
/// # Errors
/// `not_a_superadmin`, `not_found`, `database`.
pub fn preview(context: &Context, actor: &Actor, plugin: &PluginId, locale: &str) -> Result<UninstallView> {
    actor.must_manage()?;
    let snapshot = context.store.snapshot();
    switch::installed(&snapshot, plugin)?;
    let mut needed_by = dependencies::dependents(&snapshot, plugin, locale);
    needed_by.retain(|dependent| !dependent.optional);
    let data = blocking(|| data_of(context, plugin)) + context.store.read(|db| entered(db, plugin))?;
    Ok(UninstallView {
        people: permissions::people_of_plugin(&snapshot, plugin),
        data,
        needed_by,
        together: dependents_on(&snapshot, plugin),
    })
}

/// What uninstalled plugins left, the latest first.
///
/// # Errors
/// `not_a_superadmin`, `database`.
pub fn list(context: &Context, actor: &Actor, locale: &str) -> Result<Vec<KeptView>> {
    actor.must_manage()?;
    let views = |db: &Connection| {
        left(db)?.into_iter().map(|left| view(context, db, &left, locale)).collect::<Result<Vec<_>>>()
    };
    let mut views = context.store.read(views)?;
    blocking(|| views.iter_mut().for_each(|view| view.data = data_of(context, &view.plugin)));
    Ok(views)
}

fn view(context: &Context, db: &Connection, left: &Left, locale: &str) -> Result<KeptView> {
    let plugin = &left.plugin;
    let package = left.last.map(|digest| package(db, digest)).transpose()?.flatten();
    let name = package.as_ref().map(|(manifest, texts)| texts.resolve(&manifest.name, locale));
    let version = package.map(|(manifest, _)| manifest.version.to_string());
    let count = |query: &str| Ok(db.query_row(query, [plugin.as_str()], |row| row.get::<_, i64>(0))?);
    let grants: Result<i64> = count("SELECT count(*) FROM grants WHERE plugin = ?1");
    Ok(KeptView {
        name: name.unwrap_or_else(|| plugin.to_string()),
        version: version.filter(|_| returnable(context, left).is_some()),
        since: left.since,
        data: 0,
        settings: entered(db, plugin)? > 0,
        grants: usize::try_from(grants?).unwrap_or_default(),
        plugin: plugin.clone(),
    })
}

/// The package of an uninstalled plugin that can be put back: still there, and within its time.
fn returnable(context: &Context, left: &Left) -> Option<Digest> {
    let in_time = context.clock.now() - left.since < RETURNS_WITHIN;
    left.last.filter(|digest| in_time && context.home.package(digest).is_file())
}

fn left(db: &Connection) -> Result<Vec<Left>> {
    let mut query = db.prepare_cached(
        "SELECT id, last_digest, coalesce(uninstalled_at, installed_at) AS since FROM plugins
         WHERE digest IS NULL ORDER BY since DESC, id",
    )?;
    let text = |row: &rusqlite::Row<'_>, column| row.get::<_, Option<String>>(column);
    let rows = query.query_map([], |row| Ok((text(row, 0)?, text(row, 1)?, row.get(2)?)))?;
    let read = |(plugin, last, since): (Option<String>, Option<String>, UnixMs)| {
        let last = last.as_deref().map(stored).transpose()?;
        Ok(Left { plugin: stored(&plugin.unwrap_or_default())?, last, since })
    };
    rows.map(|row| read(row?)).collect()
}

fn package(db: &Connection, digest: Digest) -> Result<Option<(Manifest, Texts)>> {
    let query = "SELECT manifest, texts FROM packages WHERE digest = ?1";
    let text = |row: &rusqlite::Row<'_>, column| row.get::<_, String>(column);
    let row = db.query_row(query, [digest.to_string()], |row| Ok((text(row, 0)?, text(row, 1)?)));
    let parsed = |(manifest, texts): (String, String)| {
        Ok((serde_json::from_str(&manifest)?, serde_json::from_str(&texts)?))
    };
    row.optional()?.map(parsed).transpose()
}

/// Bytes of what people entered for a plugin; 0 if that is nothing.
fn entered(db: &Connection, plugin: &PluginId) -> Result<u64> {
    let query = "SELECT coalesce((SELECT sum(length(difference) + length(unused)) FROM settings
                   WHERE plugin = ?1 AND (difference != '{}' OR unused != '{}')), 0)
                 + coalesce((SELECT sum(length(sealed)) FROM secrets WHERE plugin = ?1), 0)";
    let bytes: i64 = db.query_row(query, [plugin.as_str()], |row| row.get(0))?;
    Ok(bytes.cast_unsigned())
}

/// Bytes of a plugin's store, private folder and log.
fn data_of(context: &Context, plugin: &PluginId) -> u64 {
    let store = context.home.store(plugin);
    let beside = |suffix: &str| store.with_file_name(format!("{plugin}.db{suffix}"));
    let log = context.home.logs().join(plugin.as_str());
    [store.clone(), beside("-wal"), beside("-shm"), context.home.private_folder(plugin), log]
        .iter()
        .map(|path| weight::of(path))
        .sum()
}

impl Installer {
    /// Plans the stored package of an uninstalled plugin, like any other file. Of an installed one, whose stored package is
    /// gone, the file in the plugin folder takes its place at once: `None`.
    ///
    /// # Errors
    /// `not_a_superadmin`; `not_found` if nothing can be put back; those of [`Installer::plan`].
    pub fn put_back(
        &self,
        actor: &Actor,
        plugin: &PluginId,
        locale: &str,
        progress: &Progress,
    ) -> Result<Option<PlanView>> {
        actor.must_manage()?;
        if let Some(facts) = self.context.store.snapshot().plugins.get(plugin) {
            let file = format!("{plugin}.v{}.spk", facts.package.manifest.version);
            let path = self.context.home.plugins().join(&file);
            return match self.plan_as(
                actor,
                Source { path: &path, name: file, back_to: None },
                locale,
                progress,
            ) {
                Err(back) if back.code == Code::Package("already_installed") => Ok(None),
                Err(cause) if cause.code == Code::Package("io") => Err(nothing_to_put_back(plugin)),
                other => other.map(Some),
            };
        }
        let left = self.context.store.read(left)?.into_iter().find(|left| left.plugin == *plugin);
        let digest = left
            .and_then(|left| returnable(&self.context, &left))
            .ok_or_else(|| nothing_to_put_back(plugin))?;
        let version =
            self.context.store.read(|db| package(db, digest))?.map(|(manifest, _)| manifest.version);
        let name = version.map_or_else(|| plugin.to_string(), |version| format!("{plugin}.v{version}.spk"));
        let path = self.context.home.package(&digest);
        self.plan_as(actor, Source { path: &path, name, back_to: None }, locale, progress).map(Some)
    }

    /// Deletes what an uninstalled plugin left. What fails in the middle can be repeated: its row goes last.
    ///
    /// # Errors
    /// `not_a_superadmin`; `not_found` if nothing is kept; `already_installed`; `busy`; `internal` naming what could
    /// not be deleted.
    pub async fn purge(&self, actor: &Actor, plugin: &PluginId) -> Result<()> {
        actor.must_manage()?;
        let _open = self.begin(plugin)?;
        if self.context.store.snapshot().plugins.contains_key(plugin) {
            let error = Error::new(Code::Package("already_installed"), format!("`{plugin}` is installed"));
            return Err(error.hint("Uninstall it first."));
        }
        if self.kept(plugin)?.is_none() {
            return Err(Error::new(Code::NotFound, format!("nothing of `{plugin}` is kept")));
        }
        self.purge_left(actor, plugin).await?;
        let event = Event::PluginUninstalled { plugin: plugin.clone(), purged: true };
        self.context.bus.publish(self.context.clock.now(), event);
        Ok(())
    }

    /// Files first, then what is known of them.
    pub(super) async fn purge_left(&self, actor: &Actor, plugin: &PluginId) -> Result<()> {
        self.purge_files(plugin).await?;
        let entry = Entry::new(actor, "plugin_purged", plugin).details(json!({}));
        self.context.store.write(entry, |tx, _| purge_rows(tx, plugin))
    }

    async fn purge_files(&self, plugin: &PluginId) -> Result<()> {
        PluginStore::new(&self.context.home, plugin, 0).purge().await?;
        self.context.logs.remove(plugin).await?;
        let gone = |deleted: std::io::Result<()>, what: &str| match deleted {
            Err(cause) if cause.kind() != ErrorKind::NotFound => {
                Err(Error::io(format_args!("cannot delete the {what} of `{plugin}`"), &cause))
            }
            _ => Ok(()),
        };
        blocking(|| {
            gone(fs::remove_dir_all(self.context.home.private_folder(plugin)), "data")?;
            for digest in self.context.store.read(|db| packages_of(db, plugin))? {
                gone(fs::remove_file(self.context.home.package(&digest)), "package")?;
            }
            Ok(())
        })
    }
}

fn nothing_to_put_back(plugin: &PluginId) -> Error {
    Error::new(Code::NotFound, format!("no package of `{plugin}` is kept that could be put back"))
        .hint("Install it again from the publisher's file.")
}

fn packages_of(db: &Connection, plugin: &PluginId) -> Result<Vec<Digest>> {
    let mut query = db.prepare_cached("SELECT digest FROM packages WHERE plugin = ?1")?;
    let rows = query.query_map([plugin.as_str()], |row| row.get::<_, String>(0))?;
    rows.map(|digest| stored(&digest?)).collect()
}

fn purge_rows(tx: &Transaction<'_>, plugin: &PluginId) -> Result<()> {
    settings::purge(tx, plugin)?;
    for table in PURGED {
        tx.execute(&format!("DELETE FROM {table} WHERE plugin = ?1"), params![plugin.as_ref()])?;
    }
    tx.execute("DELETE FROM plugins WHERE id = ?1 AND digest IS NULL", params![plugin.as_ref()])?;
    Ok(())
}
