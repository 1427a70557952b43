//! Answers about installed plugins, and about the center that carries them.

use std::path::PathBuf;

use serde_json::Value;
use spk::PluginId;

use super::json;
use crate::actor::{AccountId, Actor};
use crate::center::Center;
use crate::error::{Code, Error, Result};
use crate::events::Event;
use crate::permissions::Condition;
use crate::settings::{self, Save};
use crate::snapshot::PluginFacts;
use crate::supervisor::Due;
use crate::switch::{self, Wish};
use crate::views::{StatusView, SwitchedView};
use crate::{attention, mine, permissions, plugins};

impl Center {
    pub(super) async fn status(&self) -> Result<StatusView> {
        let snapshot = self.context.store.snapshot();
        Ok(StatusView {
            folder_path: self.context.home.plugins().display().to_string(),
            sandbox: self.context.sandbox.load().iter().map(plugins::measure).collect(),
            version: env!("CARGO_PKG_VERSION").into(),
            home: self.context.home.root().display().to_string(),
            serving: self.serving,
            initialised: !snapshot.accounts.is_empty(),
            installed: snapshot.plugins.len(),
            running: snapshot.plugins.keys().filter(|plugin| self.supervisors.is_running(plugin)).count(),
            attention: self.context.store.read(attention::list)?.len(),
            folder: self
                .folder
                .read()
                .await
                .as_ref()
                .map_or_else(|| "idle".into(), |folder| folder.status().to_string()),
        })
    }

    pub(super) fn mine(&self, actor: &Actor, locale: &str) -> Result<Value> {
        json(mine::mine(&self.context.store, actor, |plugin, facts| self.now(plugin, facts), locale)?)
    }

    pub(super) fn account_plugins(&self, actor: &Actor, account: AccountId, locale: &str) -> Result<Value> {
        let now = |plugin: &PluginId, facts: &PluginFacts| self.now(plugin, facts);
        json(mine::seen_as(&self.context.store, (actor, account), now, locale)?)
    }

    /// How a plugin is now, and its icon.
    fn now(&self, plugin: &PluginId, facts: &PluginFacts) -> (Condition, Option<String>) {
        let (context, store) = (&*self.context, &*self.context.store);
        let licensed = context.licenses.let_use(&store.snapshot(), facts);
        let condition = Condition { running: self.supervisors.is_running(plugin), licensed };
        (condition, context.icons.of(store, facts.digest, &facts.package.manifest))
    }

    pub(super) async fn plugin_switch(
        &self,
        actor: &Actor,
        plugin: &PluginId,
        wish: Wish<'_>,
    ) -> Result<Value> {
        switch::switch(&self.context, &self.supervisors, actor, (plugin, wish)).await?;
        self.context.licenses.tell();
        let snapshot = self.context.store.snapshot();
        let facts = switch::installed(&snapshot, plugin)?;
        let observed = plugins::observe(&self.context, &self.supervisors, (plugin, facts), "en")?;
        json(SwitchedView { wanted: facts.wanted, observed })
    }

    pub(super) fn config_set(&self, actor: &Actor, plugin: PluginId, save: &Save<'_>) -> Result<Value> {
        let view = settings::save(&self.context.store, &self.context.secrets, actor, &plugin, save)?;
        if let Some(supervisor) = self.supervisors.get(&plugin) {
            match (view.turned_off, view.restarts) {
                (true, _) => supervisor.look(),
                (_, true) => supervisor.configure(Due::Restarted),
                _ => supervisor.configure(Due::HandedOver),
            }
        }
        let revision = view.revision;
        self.told(Event::SettingsChanged { plugin, revision }, view)
    }

    pub(super) fn grants_told(&self, plugin: PluginId, locale: &str) -> Result<Value> {
        let view = permissions::view(&self.context.store.snapshot(), &plugin, locale);
        self.told(Event::GrantsChanged { plugin }, view)
    }

    pub(super) fn why(&self, plugin: &PluginId, permission: &str, account: AccountId) -> Result<Value> {
        let store = &self.context.store;
        plugins::must_be_known(store, plugin)?;
        let snapshot = store.snapshot();
        let licensed = |facts: &PluginFacts| self.context.licenses.let_use(&snapshot, facts);
        let condition = Condition {
            running: self.supervisors.is_running(plugin),
            licensed: snapshot.plugins.get(plugin).is_none_or(licensed),
        };
        json(permissions::explain(&snapshot, condition, account, (plugin, permission))?)
    }

    pub(super) async fn plugin_call(
        &self,
        actor: &Actor,
        plugin: &PluginId,
        (command, args): (&str, &Value),
    ) -> Result<Value> {
        let args = serde_json::value::to_raw_value(args)?;
        let answer = self.call(actor.must_be_signed_in()?, plugin, command, args).await?;
        // It was found to be JSON on its way; a number may still be beyond what we can hold.
        serde_json::from_str(answer.get()).map_err(|cause| {
            let message = format!("`{plugin}` answered what cannot be handed on: {cause}");
            Error::new(Code::PluginFault, message)
        })
    }

    pub(super) fn window_raise(&self, files: Vec<PathBuf>) -> Result<Value> {
        if !self.window {
            return Err(Error::new(Code::NoWindow, "the center of this home runs without a window"));
        }
        self.told(Event::RaiseRequested { files }, ())
    }
}
