//! The services of a plugin as its page shows them.

use spk::{Manifest, PluginId};

use crate::dependencies::Names;
use crate::plugins;
use crate::snapshot::Snapshot;
use crate::supervisor::Supervisors;
use crate::views::{ProvidedServiceView, ServiceState, ServicesView, UsedServiceView};

/// What an installed plugin provides and uses, and whether that can be called now.
#[must_use]
pub fn view(all: &Supervisors, snapshot: &Snapshot, plugin: &PluginId, locale: &str) -> ServicesView {
    let Some(facts) = snapshot.plugins.get(plugin) else { return ServicesView::default() };
    let (manifest, names) = (&facts.package.manifest, Names::new(snapshot, locale));
    let titles = plugins::permissions(&facts.package, locale);
    let title =
        |id: &str| titles.iter().find(|titled| titled.id == id).map_or(id, |titled| &titled.title).into();
    let provided = |service: &spk::manifest::ProvidedService| ProvidedServiceView {
        name: service.name.clone(),
        version: service.version.to_string(),
        permission: title(&service.permission),
        state: runs(all, snapshot, plugin),
        used_by: users(snapshot, &service.name).map(|id| names.named(id)).collect(),
    };
    let used = |service: &spk::manifest::UsedService| {
        let provider = snapshot.provider(&service.name);
        UsedServiceView {
            name: service.name.clone(),
            requirement: service.version.to_string(),
            provider: provider.map(|(id, _)| names.named(id)),
            version: provider.map(|(_, provided)| provided.version.to_string()),
            state: match provider {
                None => ServiceState::Missing,
                Some((_, provided)) if !service.version.matches(&provided.version) => {
                    ServiceState::OtherVersion
                }
                Some((id, _)) => runs(all, snapshot, id),
            },
        }
    };
    ServicesView {
        provides: manifest.services.provides.iter().map(provided).collect(),
        uses: manifest.services.uses.iter().map(used).collect(),
    }
}

fn runs(all: &Supervisors, snapshot: &Snapshot, plugin: &PluginId) -> ServiceState {
    let facts = snapshot.plugins.get(plugin);
    match facts.is_some_and(|facts| all.is_running(plugin) && all.context.licenses.let_use(snapshot, facts)) {
        true => ServiceState::Available,
        false => ServiceState::NotRunning,
    }
}

/// The installed plugins that say they use a service; by id.
fn users<'a>(snapshot: &'a Snapshot, service: &str) -> impl Iterator<Item = &'a PluginId> {
    let uses = |manifest: &Manifest| manifest.services.uses.iter().any(|used| used.name == service);
    let mut users: Vec<_> = snapshot
        .plugins
        .iter()
        .filter(|(_, facts)| uses(&facts.package.manifest))
        .map(|(id, _)| id)
        .collect();
    users.sort();
    users.into_iter()
}
