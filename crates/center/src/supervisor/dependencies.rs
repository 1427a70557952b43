//! How supervisors look at each other: what a plugin waits for, and who has to be down before it goes down. `resolve` says
//! what plugins need; each still acts on its own process alone.

use std::collections::HashSet;
use std::time::Duration;

use spk::{Manifest, PluginId};
use tokio::time::{Instant, timeout_at};

use super::{Handle, State, Supervisors};
use crate::lifecycle::Observed;
use crate::resolve::{self, Awaited, Stand, required};
use crate::snapshot::Snapshot;

/// Who wants to know whether a plugin is about to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Waiter {
    /// One that can do without: it does not wait for what may itself wait for others like it.
    Supervisor,
    /// One who switched it on.
    Person,
}

impl Supervisors {
    /// What this plugin has to wait for now; empty if it can start.
    #[must_use]
    pub fn awaited<'m>(&self, snapshot: &Snapshot, manifest: &'m Manifest) -> Vec<Awaited<'m>> {
        resolve::awaited(manifest, |id| self.stand(snapshot, id))
    }

    fn stand<'s>(&self, snapshot: &'s Snapshot, id: &PluginId) -> Stand<'s> {
        let facts = snapshot.plugins.get(id);
        let wanted = facts.is_some_and(|facts| facts.wanted);
        let running = self.get(id).is_some_and(|handle| handle.state().observed == Observed::Running);
        Stand {
            version: facts.map(|facts| &facts.package.manifest.version),
            wanted,
            running,
            coming: wanted && !running && self.is_coming(snapshot, id, Waiter::Supervisor),
        }
    }

    /// Whether a plugin is about to run: it comes up, or waits for nothing but what is about to run.
    fn is_coming(&self, snapshot: &Snapshot, plugin: &PluginId, waiter: Waiter) -> bool {
        let mut seen = HashSet::new();
        let mut open = vec![plugin];
        while let Some(id) = open.pop() {
            let Some(facts) = snapshot.plugins.get(id).filter(|facts| facts.wanted) else { return false };
            match self.get(id).map(|handle| handle.state()) {
                Some(State { observed: Observed::Starting | Observed::Running, .. }) => {}
                // It comes back, because it is wanted.
                Some(State { observed: Observed::Stopping, held: false, .. }) if waiter == Waiter::Person => {
                }
                // It has not looked yet.
                Some(State { observed: Observed::Off, held: false, .. }) => {}
                Some(State { observed: Observed::Waiting, .. }) => {
                    let needs = required(&facts.package.manifest).map(|need| need.plugin);
                    let absent: Vec<_> = needs.filter(|id| !self.is_running(id)).collect();
                    if absent.is_empty() && !(waiter == Waiter::Person && self.may_run(snapshot, facts)) {
                        return false;
                    }
                    open.extend(absent.into_iter().filter(|id| seen.insert((*id).clone())));
                }
                _ => return false,
            }
        }
        true
    }

    /// Waits until these are up or it shows that one will not be, but not longer than `within`.
    pub async fn settle_on(&self, plugins: &[PluginId], within: Duration) {
        let mut news = self.context.bus.subscribe();
        let settled = || {
            let snapshot = self.context.store.snapshot();
            let under_way = |id: &PluginId| {
                !self.is_running(id)
                    && self.get(id).is_some()
                    && self.is_coming(&snapshot, id, Waiter::Person)
            };
            !plugins.iter().any(under_way)
        };
        let waiting = async { while !settled() && news.next().await.is_some() {} };
        let _ = tokio::time::timeout(within, waiting).await;
    }

    /// Waits until no plugin that does not run without this one has a process any more. Those stop by themselves, because
    /// this one has said that it is about to; each within `limit`, so all of them within as many times that.
    pub(super) async fn dependents_down(&self, plugin: &PluginId, limit: Duration) {
        let snapshot = self.context.store.snapshot();
        let depending = self.depending(&snapshot, plugin);
        let many = u32::try_from(resolve::dependents_on(&snapshot, plugin).len()).unwrap_or(u32::MAX);
        let deadline = Instant::now() + limit.saturating_mul(many.saturating_add(1));
        for (id, handle) in depending {
            if timeout_at(deadline, handle.settle(Duration::MAX, |state| !has_process(state))).await.is_err()
            {
                tracing::warn!(%plugin, dependent = %id, "stops before what needs it");
            }
        }
    }

    fn depending(&self, snapshot: &Snapshot, plugin: &PluginId) -> Vec<(PluginId, Handle)> {
        let hangs = |id: &&PluginId| {
            let facts = snapshot.plugins.get(*id);
            facts.is_some_and(|facts| required(&facts.package.manifest).any(|need| need.plugin == plugin))
        };
        let dependents = snapshot.dependents(plugin).iter().filter(hangs);
        dependents.filter_map(|id| Some((id.clone(), self.get(id)?))).collect()
    }
}

fn has_process(state: &State) -> bool {
    matches!(state.observed, Observed::Starting | Observed::Running | Observed::Stopping)
}
