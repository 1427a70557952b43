//! The graph of installed plugins: what one waits for, what has to be on with it, what goes off with it.

use std::collections::HashSet;

use semver::Version;
use spk::{Manifest, PluginId};

use super::{Need, Strength, needs, required};
use crate::snapshot::{PluginFacts, Snapshot};

/// How a plugin stands, for those that need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stand<'a> {
    /// The installed version; `None`: not installed.
    pub version: Option<&'a Version>,
    /// Whether superadmins want it on.
    pub wanted: bool,
    /// Whether it runs, and is not asked to stop.
    pub running: bool,
    /// Whether it is about to run.
    pub coming: bool,
}

/// A plugin that another one waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Awaited<'a> {
    /// What is needed.
    pub need: Need<'a>,
    /// Why it is not there.
    pub why: Why,
}

/// Why something needed is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// It is not installed.
    Missing,
    /// It is installed in this version, which does not do.
    OtherVersion(Version),
    /// It is off.
    Off,
    /// It is on and does not run.
    NotRunning,
}

/// What a plugin has to wait for before it starts; empty if it can. What it can do without holds it back only while
/// that is coming up.
#[must_use]
pub fn awaited<'m, 's>(
    manifest: &'m Manifest,
    stand: impl Fn(&'m PluginId) -> Stand<'s>,
) -> Vec<Awaited<'m>> {
    let missing = |need: Need<'m>| {
        let stand = stand(need.plugin);
        let why = why_not(need, stand)?;
        let holds_back = need.strength != Strength::Optional || (why == Why::NotRunning && stand.coming);
        holds_back.then_some(Awaited { need, why })
    };
    needs(manifest).filter_map(missing).collect()
}

fn why_not(need: Need<'_>, stand: Stand<'_>) -> Option<Why> {
    match stand.version {
        None => Some(Why::Missing),
        Some(version) if !need.range.matches(version) => Some(Why::OtherVersion(version.clone())),
        Some(_) if !stand.wanted => Some(Why::Off),
        Some(_) if !stand.running => Some(Why::NotRunning),
        Some(_) => None,
    }
}

/// The plugins that are off and that this one does not run without, at any distance; what others need comes first.
/// What is missing or of another version is not among them: turning on does not mend it.
#[must_use]
pub fn off_dependencies(snapshot: &Snapshot, plugin: &PluginId) -> Vec<PluginId> {
    let next = |facts: &PluginFacts| -> Vec<PluginId> {
        let fits = |need: &Need<'_>| {
            let needed = snapshot.plugins.get(need.plugin);
            needed.is_some_and(|facts| need.range.matches(&facts.package.manifest.version))
        };
        required(&facts.package.manifest).filter(fits).map(|need| need.plugin.clone()).collect()
    };
    let mut found = beyond(snapshot, plugin, next);
    found.retain(|id| !snapshot.plugins[id].wanted);
    found
}

/// The plugins that are wanted on and do not run without this one, at any distance; those come first that nobody needs.
#[must_use]
pub fn dependents_on(snapshot: &Snapshot, plugin: &PluginId) -> Vec<PluginId> {
    let next = |facts: &PluginFacts| -> Vec<PluginId> {
        let needed = &facts.package.manifest;
        let hangs = |id: &&PluginId| {
            let Some(facts) = snapshot.plugins.get(*id).filter(|facts| facts.wanted) else { return false };
            let mut needs = required(&facts.package.manifest);
            needs.any(|need| *need.plugin == needed.id && need.range.matches(&needed.version))
        };
        snapshot.dependents(&needed.id).iter().filter(hangs).cloned().collect()
    };
    beyond(snapshot, plugin, next)
}

/// All installed plugins that `next` leads to from one, the farthest first, itself not among them.
fn beyond(
    snapshot: &Snapshot,
    from: &PluginId,
    next: impl Fn(&PluginFacts) -> Vec<PluginId>,
) -> Vec<PluginId> {
    let mut seen = HashSet::from([from.clone()]);
    let mut done = Vec::new();
    // A stack of its own: a chain of plugins may be long.
    let mut open = vec![(from.clone(), None)];
    while let Some((id, after)) = open.last_mut() {
        let queue = after.get_or_insert_with(|| {
            let mut ids = snapshot.plugins.get(id).map(&next).unwrap_or_default();
            ids.reverse();
            ids
        });
        match queue.pop() {
            Some(id) => {
                if snapshot.plugins.contains_key(&id) && seen.insert(id.clone()) {
                    open.push((id, None));
                }
            }
            None => done.extend(open.pop().map(|(id, _)| id)),
        }
    }
    done.pop();
    done
}
