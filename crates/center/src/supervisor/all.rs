//! All supervisors of a center, by plugin.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use spk::PluginId;
use tokio::sync::mpsc;

use super::task::Supervisor;
use super::{Context, Handle};
use crate::host_client::HostClient;
use crate::snapshot::{PluginFacts, Snapshot};
use crate::switch;

/// All supervisors of a center.
pub struct Supervisors {
    pub(crate) context: Arc<Context>,
    handles: RwLock<HashMap<PluginId, Handle>>,
    pub(super) changes: mpsc::UnboundedSender<PluginId>,
    serving: AtomicBool,
}

impl Supervisors {
    /// Starts nobody yet.
    pub fn new(context: Arc<Context>) -> Arc<Self> {
        let (changes, changed) = mpsc::unbounded_channel();
        let supervisors =
            Arc::new(Self { context, handles: RwLock::default(), changes, serving: AtomicBool::new(false) });
        supervisors.context.services.reach(&supervisors);
        tokio::spawn(tell_dependents(Arc::downgrade(&supervisors), changed));
        supervisors
    }

    /// The supervisor of this plugin, if it is installed and the center serves.
    #[must_use]
    pub fn get(&self, plugin: &PluginId) -> Option<Handle> {
        self.handles.read().unwrap_or_else(PoisonError::into_inner).get(plugin).cloned()
    }

    /// The running host of this plugin, if it runs.
    #[must_use]
    pub fn active(&self, plugin: &PluginId) -> Option<Arc<HostClient>> {
        self.handles.read().unwrap_or_else(PoisonError::into_inner).get(plugin)?.active()
    }

    /// Whether plugins run in this center.
    #[must_use]
    pub fn is_serving(&self) -> bool {
        self.serving.load(Ordering::Relaxed)
    }

    /// Whether it answers calls.
    #[must_use]
    pub fn is_running(&self, plugin: &PluginId) -> bool {
        self.active(plugin).is_some()
    }

    /// From now on plugins run: those that are wanted are started.
    pub fn serve(self: &Arc<Self>) {
        self.serving.store(true, Ordering::Relaxed);
        self.look_all();
    }

    /// Sees to it that the plugin has a supervisor, and that it looks at the facts; nothing happens in a center that does not serve.
    pub fn look(self: &Arc<Self>, plugin: &PluginId) {
        if !self.is_serving() {
            return;
        }
        let mut handles = self.handles.write().unwrap_or_else(PoisonError::into_inner);
        handles.entry(plugin.clone()).or_insert_with(|| Supervisor::start(self, plugin.clone())).look();
    }

    /// Sees to every installed plugin.
    pub fn look_all(self: &Arc<Self>) {
        for plugin in self.context.store.snapshot().plugins.keys() {
            self.look(plugin);
        }
    }

    /// The plugin is no longer installed: its supervisor ends.
    pub fn forget(&self, plugin: &PluginId) {
        self.handles.write().unwrap_or_else(PoisonError::into_inner).remove(plugin);
    }

    /// Stops every plugin and waits for it; switches stay as they are.
    pub async fn stop_all(&self) {
        self.serving.store(false, Ordering::Relaxed);
        let handles: Vec<Handle> =
            self.handles.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect();
        let stopping: Vec<_> =
            handles.into_iter().map(|h| tokio::spawn(async move { h.hold(Duration::ZERO).await })).collect();
        // All are held to the end: none may come back, and each finds those that it stops after.
        let mut held = Vec::new();
        for stopped in stopping {
            held.push(stopped.await);
        }
        self.handles.write().unwrap_or_else(PoisonError::into_inner).clear();
    }

    pub(super) fn can_start(&self, plugin: &PluginId) -> bool {
        let snapshot = self.context.store.snapshot();
        let Some(facts) = snapshot.plugins.get(plugin) else { return false };
        self.may_run(&snapshot, facts) && self.awaited(&snapshot, &facts.package.manifest).is_empty()
    }

    /// Whether it could start, as far as other plugins are not concerned.
    pub(super) fn may_run(&self, snapshot: &Snapshot, facts: &PluginFacts) -> bool {
        self.is_serving()
            && switch::is_trusted(&self.context, facts).unwrap_or_default()
            && self.context.licenses.let_run(snapshot, facts)
            && self.has_secrets_at_hand(&facts.package.manifest.id)
    }

    /// Whether the key of its stored passwords is there, if it has any.
    pub fn has_secrets_at_hand(&self, plugin: &PluginId) -> bool {
        self.context.secrets.at_hand(&self.context.store, plugin).unwrap_or_default()
    }
}

/// A plugin whose state changed may be what others wait for.
async fn tell_dependents(
    supervisors: std::sync::Weak<Supervisors>,
    mut changed: mpsc::UnboundedReceiver<PluginId>,
) {
    while let Some(plugin) = changed.recv().await {
        let Some(supervisors) = supervisors.upgrade() else { return };
        let snapshot = supervisors.context.store.snapshot();
        for handle in snapshot.dependents(&plugin).iter().filter_map(|id| supervisors.get(id)) {
            handle.look();
        }
    }
}
