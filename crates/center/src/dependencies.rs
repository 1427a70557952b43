//! What plugins need of each other, as lists, pages and reviews show it. Decides nothing: `resolve` does.

use std::collections::HashMap;

use spk::{Manifest, PluginId, Texts};

use crate::resolve::{self, Awaited, Conflict, Strength, Why, needs};
use crate::snapshot::Snapshot;
use crate::views::{AwaitedBecause, AwaitedView, ConflictView, DependencyView, DependentView, NamedView};

/// Names of plugins in one language: of those that are installed, and of packages that are looked at.
pub struct Names<'a> {
    snapshot: &'a Snapshot,
    offered: HashMap<&'a PluginId, (&'a Manifest, &'a Texts)>,
    locale: &'a str,
}

impl<'a> Names<'a> {
    /// Of installed plugins.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot, locale: &'a str) -> Self {
        Self { snapshot, offered: HashMap::new(), locale }
    }

    /// And of these packages.
    #[must_use]
    pub fn with(mut self, offered: impl IntoIterator<Item = (&'a Manifest, &'a Texts)>) -> Self {
        self.offered.extend(offered.into_iter().map(|(manifest, texts)| (&manifest.id, (manifest, texts))));
        self
    }

    /// The name of a plugin; its id if it is not known.
    #[must_use]
    pub fn of(&self, id: &PluginId) -> String {
        let installed = self.snapshot.plugins.get(id).map(|facts| &*facts.package);
        let installed = installed.map(|package| (&package.manifest, &package.texts));
        let known = installed.or_else(|| self.offered.get(id).copied());
        known.map_or_else(|| id.to_string(), |(manifest, texts)| texts.resolve(&manifest.name, self.locale))
    }

    /// Id and name.
    #[must_use]
    pub fn named(&self, id: &PluginId) -> NamedView {
        NamedView { id: id.clone(), name: self.of(id) }
    }

    /// A conflict for people.
    #[must_use]
    pub fn conflict(&self, conflict: &Conflict) -> ConflictView {
        let named = |id: &PluginId| self.named(id);
        match conflict {
            Conflict::Missing { plugin, needs, range } => ConflictView::Missing {
                plugin: named(plugin),
                needs: named(needs),
                requirement: range.to_string(),
            },
            Conflict::OtherVersion { plugin, needs, range, version, offered } => ConflictView::OtherVersion {
                plugin: named(plugin),
                needs: named(needs),
                requirement: range.to_string(),
                version: version.to_string(),
                offered: *offered,
            },
            Conflict::HeldBack { plugin, needs, range, because } => ConflictView::HeldBack {
                plugin: named(plugin),
                needs: named(needs),
                requirement: range.to_string(),
                because: because.iter().map(|conflict| self.conflict(conflict)).collect(),
            },
            Conflict::Breaks { plugin, version, dependent, range } => ConflictView::Breaks {
                plugin: named(plugin),
                version: version.to_string(),
                dependent: named(dependent),
                requirement: range.to_string(),
            },
            Conflict::Cycle { plugins } => {
                ConflictView::Cycle { plugins: plugins.iter().map(named).collect() }
            }
            Conflict::Superseded { plugin, by } => {
                ConflictView::Superseded { plugin: named(plugin), by: by.to_string() }
            }
        }
    }
}

/// What a manifest says it depends on: its parent, what it needs, then what it can do without.
#[must_use]
pub fn dependencies(snapshot: &Snapshot, manifest: &Manifest, locale: &str) -> Vec<DependencyView> {
    let names = Names::new(snapshot, locale);
    let view = |need: resolve::Need<'_>| {
        let facts = snapshot.plugins.get(need.plugin);
        let installed = facts.map(|facts| &facts.package.manifest.version);
        DependencyView {
            id: need.plugin.to_string(),
            name: names.of(need.plugin),
            requirement: need.range.to_string(),
            installed: installed.map(ToString::to_string),
            fits: installed.is_some_and(|version| need.range.matches(version)),
            on: facts.is_some_and(|facts| facts.wanted),
            optional: need.strength == Strength::Optional,
            parent: need.strength == Strength::Parent,
        }
    };
    needs(manifest).map(view).collect()
}

/// The installed plugins that say they need this one.
#[must_use]
pub fn dependents(snapshot: &Snapshot, plugin: &PluginId, locale: &str) -> Vec<DependentView> {
    let names = Names::new(snapshot, locale);
    let version = snapshot.plugins.get(plugin).map(|facts| &facts.package.manifest.version);
    let view = |id: &PluginId| {
        let facts = snapshot.plugins.get(id)?;
        let need = needs(&facts.package.manifest).find(|need| need.plugin == plugin)?;
        Some(DependentView {
            id: id.clone(),
            name: names.of(id),
            requirement: need.range.to_string(),
            fits: version.is_some_and(|version| need.range.matches(version)),
            on: facts.wanted,
            optional: need.strength == Strength::Optional,
            child: need.strength == Strength::Parent,
        })
    };
    let mut views: Vec<_> = snapshot.dependents(plugin).iter().filter_map(view).collect();
    views.sort_by(|a, b| (a.name.to_lowercase(), &a.id).cmp(&(b.name.to_lowercase(), &b.id)));
    views
}

/// What a plugin waits for.
#[must_use]
pub fn awaited(snapshot: &Snapshot, awaited: &[Awaited<'_>], locale: &str) -> Vec<AwaitedView> {
    let names = Names::new(snapshot, locale);
    let view = |awaited: &Awaited<'_>| AwaitedView {
        id: awaited.need.plugin.clone(),
        name: names.of(awaited.need.plugin),
        requirement: awaited.need.range.to_string(),
        why: match awaited.why {
            Why::Missing => AwaitedBecause::Missing,
            Why::OtherVersion(_) => AwaitedBecause::OtherVersion,
            Why::Off => AwaitedBecause::Off,
            Why::NotRunning => AwaitedBecause::NotRunning,
        },
    };
    awaited.iter().map(view).collect()
}
