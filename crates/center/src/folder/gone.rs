//! What it means that a file is gone: nothing, an upgrade, or that its plugin is to be uninstalled, or asked about.

use std::collections::{BTreeMap, HashMap};

use serde_json::json;
use spk::{Digest, PluginId};
use tokio::time::Instant;

use super::peek::peek;
use super::reconcile::{Reconciler, Rows, off};
use super::rows::{Row, Verdict};
use super::sight::Sight;
use super::{Inbox, Removals};
use crate::attention;
use crate::error::{Code, Error, Result};

/// So many plugins have to be installed before a large loss is asked about.
const ASK_FROM: usize = 4;

/// What is remembered of files that are gone.
#[derive(Debug, Default)]
pub(super) struct Gone {
    /// Since when each plugin has no file.
    since: HashMap<PluginId, Instant>,
    /// When to decide.
    pub due: Option<Instant>,
}

/// A plugin that is installed and has no file any more.
#[derive(Debug)]
struct Missing {
    digest: Digest,
    names: Vec<String>,
}

impl Gone {
    pub fn reset(&mut self) {
        *self = Self::default();
    }
}

impl<I: Inbox> Reconciler<I> {
    /// Decides about what is gone, once it was gone long enough.
    pub async fn weigh_gone(&mut self, sight: &Sight, rows: &Rows) -> Result<()> {
        let missing = self.missing(sight, rows).await?;
        let now = Instant::now();
        self.gone.since.retain(|plugin, _| missing.contains_key(plugin));
        for plugin in missing.keys() {
            self.gone.since.entry(plugin.clone()).or_insert(now);
        }
        let Some(newest) = self.gone.since.values().max().copied() else {
            self.gone.due = None;
            return if self.is_asked()? {
                self.ledger().concern(attention::MANY_REMOVED, None)
            } else {
                Ok(())
            };
        };
        if now < newest + self.waits.grace {
            self.gone.due = Some(newest + self.waits.grace);
            return Ok(());
        }
        self.gone.due = None;
        if self.is_to_be_asked(missing.len())? {
            self.ask(&missing)
        } else {
            self.uninstall(missing).await.map(drop)
        }
    }

    /// Carries out what a person answered.
    pub async fn answer_removals(&mut self, answer: Removals) -> Result<()> {
        if !self.is_asked()? {
            let nothing = Error::new(Code::NotFound, "nothing is asked about removed files");
            return Err(nothing.hint("Look at `sprocket folder` and `sprocket attention`."));
        }
        let folder = self.mirror.folder();
        let owner = self.mirror.owner();
        let unavailable =
            |reason| Error::new(Code::FolderUnavailable, format!("the plugin folder: {reason}"));
        let (_, sight) = off(move || super::sight::look(&folder, &owner)).await.map_err(unavailable)?;
        let rows = self.ledger().rows()?.into_iter().map(|row| (row.name.clone(), row)).collect();
        let missing = self.missing(&sight, &rows).await?;
        match answer {
            Removals::Uninstall => self.uninstall(missing).await?,
            Removals::PutBack => self.put_back(missing).await?,
        }
        self.ledger().concern(attention::MANY_REMOVED, None)
    }

    /// Installed plugins whose files are gone, and that no file in the folder is about to replace. Rows that mean
    /// nothing any more are forgotten.
    async fn missing(&self, sight: &Sight, rows: &Rows) -> Result<BTreeMap<PluginId, Missing>> {
        let installed = self.inbox.installed();
        let mut missing: BTreeMap<PluginId, Missing> = BTreeMap::new();
        let is_ours = |row: &Row| matches!(row.verdict, Verdict::Placing | Verdict::Removing);
        for row in rows.values().filter(|row| !sight.files.contains_key(&row.name) && !is_ours(row)) {
            let stood_for = row.stands_for().and_then(|digest| {
                let (plugin, digest) = installed.iter().find(|(_, installed)| **installed == digest)?;
                Some((plugin.clone(), *digest))
            });
            let Some((plugin, digest)) = stood_for.filter(|(_, digest)| !is_held(*digest, sight, rows))
            else {
                self.ledger().forget(&row.name)?;
                continue;
            };
            if !self.is_being_replaced(&plugin, sight, rows).await {
                missing
                    .entry(plugin)
                    .or_insert(Missing { digest, names: Vec::new() })
                    .names
                    .push(row.name.clone());
            }
        }
        Ok(missing)
    }

    /// Whether another file of this plugin is arriving, waits for approval, or is being placed.
    async fn is_being_replaced(&self, plugin: &PluginId, sight: &Sight, rows: &Rows) -> bool {
        let replaces = |row: &Row| match row.verdict {
            Verdict::Placing => true,
            Verdict::Waiting { .. } => sight.files.contains_key(&row.name),
            _ => false,
        };
        if rows.values().any(|row| row.plugin.as_ref() == Some(plugin) && replaces(row)) {
            return true;
        }
        let pending: Vec<_> = self.pending.keys().map(|name| self.path(name)).collect();
        let plugin = plugin.clone();
        off(move || pending.iter().any(|path| peek(path).is_some_and(|said| said.plugin == plugin))).await
    }

    fn is_to_be_asked(&self, missing: usize) -> Result<bool> {
        let installed = self.inbox.installed().len();
        Ok((installed >= ASK_FROM && missing * 2 > installed) || self.is_asked()?)
    }

    fn is_asked(&self) -> Result<bool> {
        let known = |db: &_| attention::cause(db, attention::MANY_REMOVED, attention::FOLDER);
        Ok(self.ledger().store.read(known)?.is_some())
    }

    fn ask(&self, missing: &BTreeMap<PluginId, Missing>) -> Result<()> {
        let plugins: Vec<_> = missing.keys().collect();
        let message =
            format!("the files of {} plugins are gone from the plugin folder at once", plugins.len());
        let cause = Error::new(Code::ManyRemoved, message).details(json!({ "plugins": plugins }));
        self.ledger().concern(attention::MANY_REMOVED, Some(cause.into()))
    }

    async fn uninstall(&mut self, missing: BTreeMap<PluginId, Missing>) -> Result<()> {
        for (plugin, Missing { digest, names }) in missing {
            let back = names.iter().any(|name| self.path(name).symlink_metadata().is_ok());
            if back || self.believed().await.is_none() {
                self.gone.due = Some(Instant::now());
                return Ok(());
            }
            if let Err(error) = self.inbox.removed(plugin.clone(), digest).await {
                tracing::warn!(%plugin, %error, "a removed plugin could not be uninstalled yet");
                self.gone.due = Some(Instant::now() + self.waits.retry);
                continue;
            }
            for name in names {
                self.ledger().forget(&name)?;
            }
        }
        Ok(())
    }

    async fn put_back(&self, missing: BTreeMap<PluginId, Missing>) -> Result<()> {
        let mirror = std::sync::Arc::clone(&self.mirror);
        off(move || missing.iter().try_for_each(|(plugin, missing)| mirror.put_back(plugin, missing.digest)))
            .await
    }
}

/// Whether a file in the folder holds this installed package.
fn is_held(digest: Digest, sight: &Sight, rows: &Rows) -> bool {
    let holds = |row: &Row| row.verdict == Verdict::Installed && row.digest == Some(digest);
    let there = |row: &Row| sight.files.get(&row.name).is_some_and(|seen| seen.stamp.same_bytes(&row.stamp));
    rows.values().any(|row| holds(row) && there(row))
}
