//! Licenses as lists and pages show them.

use spk::manifest::LicenseMode;
use spk::{License, PluginId};

use super::{Cover, Held, Licenses, held_for, publisher, verdict};
use crate::actor::Actor;
use crate::audit;
use crate::error::Result;
use crate::permissions;
use crate::snapshot::{PluginFacts, Snapshot};
use crate::store::Store;
use crate::views::{LicenseTermsView, LicenseVerdict, LicenseView, PluginLicenseView, SeatsView};

/// Every imported license, by plugin, the one in use first.
///
/// # Errors
/// `not_a_superadmin`; `database`.
pub fn list((store, licenses): (&Store, &Licenses), actor: &Actor, locale: &str) -> Result<Vec<LicenseView>> {
    actor.must_manage()?;
    let snapshot = store.snapshot();
    let mut plugins: Vec<&PluginId> = snapshot.licenses.keys().collect();
    plugins.sort();
    let views = plugins.into_iter().map(|plugin| of((store, licenses), &snapshot, plugin, locale));
    let mut views = views.collect::<Result<Vec<_>>>()?.concat();
    views.sort_by_key(|view| view.name.to_lowercase());
    Ok(views)
}

/// How an installed plugin is licensed; `running`: whether its process is there to say so.
///
/// # Errors
/// `database`.
pub fn of_plugin(
    (store, licenses): (&Store, &Licenses),
    snapshot: &Snapshot,
    (facts, running): (&PluginFacts, bool),
    locale: &str,
) -> Result<PluginLicenseView> {
    let plugin = &facts.package.manifest.id;
    let mode = facts.package.manifest.license.mode;
    let until = match licenses.cover(snapshot, (&facts.package.manifest, publisher(snapshot, facts))) {
        Cover::Until(at) => Some(at),
        Cover::None | Cover::Forever => None,
    };
    let used = permissions::people_of_plugin(snapshot, plugin);
    Ok(PluginLicenseView {
        mode: word(mode).into(),
        licenses: of((store, licenses), snapshot, plugin, locale)?,
        until,
        seats: licenses.seats(snapshot, plugin).map(|seats| SeatsView { seats, used }),
        vendor: licenses.vendor(facts).filter(|_| running),
    })
}

/// As plugin.json has it.
pub(crate) fn word(mode: LicenseMode) -> &'static str {
    match mode {
        LicenseMode::None => "none",
        LicenseMode::Host => "host",
        LicenseMode::Vendor => "vendor",
    }
}

fn of(
    (store, licenses): (&Store, &Licenses),
    snapshot: &Snapshot,
    plugin: &PluginId,
    locale: &str,
) -> Result<Vec<LicenseView>> {
    let held = held_for(snapshot, plugin);
    let Some(facts) = snapshot.plugins.get(plugin) else {
        return held.iter().map(|held| view(store, held, (plugin, plugin.to_string()), None)).collect();
    };
    let name = facts.package.texts.resolve(&facts.package.manifest.name, locale);
    let used = permissions::people_of_plugin(snapshot, plugin);
    let judged = licenses.facts((&facts.package.manifest, publisher(snapshot, facts)), used);
    let mut views = Vec::with_capacity(held.len());
    for (held, verdict) in verdict::ranked(held, judged) {
        views.push(view(store, held, (plugin, name.clone()), Some(verdict))?);
    }
    if let Some(first) = views.first_mut() {
        first.in_use = first.verdict.as_ref().is_some_and(verdict::lets_run);
    }
    Ok(views)
}

fn view(
    store: &Store,
    held: &Held,
    (plugin, name): (&PluginId, String),
    verdict: Option<LicenseVerdict>,
) -> Result<LicenseView> {
    Ok(LicenseView {
        id: held.id.to_string(),
        plugin: plugin.clone(),
        name,
        verdict,
        in_use: false,
        terms: held.license.as_ref().map(terms),
        imported: store.read(|db| audit::act(db, held.imported_by, held.imported_at))?,
    })
}

fn terms(license: &License) -> LicenseTermsView {
    let (not_before, not_after) = verdict::term(license);
    LicenseTermsView {
        serial: license.serial.clone(),
        licensee: license.licensee.clone(),
        issued: license.issued.as_millisecond(),
        not_before,
        not_after,
        features: license.features.clone(),
        seats: license.seats,
        installation: license.installation.map(|code| code.to_string()),
        issuer: license.issuer.fingerprint(),
    }
}
