//! The switch: what stands against turning a plugin on, and turning it on and off.

use std::time::Duration;

use rusqlite::params;
use serde_json::json;
use spk::manifest::{LicenseMode, Manifest};
use spk::{PluginId, PublicKey};

use crate::actor::Actor;
use crate::audit::Entry;
use crate::error::{Code, Error, Result};
use crate::install::lacking;
use crate::lifecycle::Observed;
use crate::settings;
use crate::snapshot::{PluginFacts, Snapshot};
use crate::supervisor::{Context, Supervisors, failures};
use crate::trust;
use crate::views::Blocker;

/// How long the answer to a switch waits for the plugin to be up or down.
const SETTLE: Duration = Duration::from_secs(20);

/// Every reason why this plugin cannot be on, all at once; empty if it can.
///
/// # Errors
/// `not_found`, `database`.
pub fn blockers(context: &Context, plugin: &PluginId, locale: &str) -> Result<Vec<Blocker>> {
    let snapshot = context.store.snapshot();
    let facts = installed(&snapshot, plugin)?;
    let mut blockers = settings::blockers(&context.store, &context.secrets, plugin, locale)?;
    if lacking(facts)?.is_some() {
        blockers.push(Blocker::CapabilitiesNotApproved);
    }
    if !is_trusted(context, facts)? {
        blockers.push(Blocker::PublisherNotTrusted);
    }
    if facts.package.manifest.license.mode == LicenseMode::Host {
        blockers.push(Blocker::LicenseNeeded);
    }
    if !context.home.package(&facts.digest).is_file() {
        blockers.push(Blocker::PackageMissing);
    }
    blockers.extend(dependencies(&snapshot, &facts.package.manifest));
    Ok(blockers)
}

/// Whether the key that signed the installed package is trusted now.
///
/// # Errors
/// `database`.
pub fn is_trusted(context: &Context, facts: &PluginFacts) -> Result<bool> {
    let key: PublicKey = crate::snapshot::stored(&facts.key)?;
    Ok(trust::label(&context.store, &key)?.is_some())
}

/// What a plugin depends on and that is not there, or not on.
pub fn dependencies<'a>(
    snapshot: &'a Snapshot,
    manifest: &'a Manifest,
) -> impl Iterator<Item = Blocker> + 'a {
    manifest.dependencies.iter().filter_map(|(id, range)| {
        let missing = Blocker::DependencyMissing { plugin: id.to_string(), requirement: range.to_string() };
        match snapshot.plugins.get(id) {
            Some(facts) if !range.matches(&facts.package.manifest.version) => Some(missing),
            Some(facts) if !facts.wanted => Some(Blocker::DependencyOff { plugin: id.to_string() }),
            Some(_) => None,
            None => Some(missing),
        }
    })
}

/// Turns a plugin on or off, and waits until that shows or does not.
///
/// # Errors
/// `cannot_turn_on` with every reason in `details.reasons`; `not_a_superadmin`, `not_found`, `database`.
pub async fn switch(
    context: &Context,
    all: &Supervisors,
    actor: &Actor,
    plugin: &PluginId,
    on: bool,
) -> Result<()> {
    actor.must_manage()?;
    if on {
        must_be_complete(context, plugin)?;
    }
    write(context, actor, plugin, on)?;
    settle(all, plugin, on).await;
    Ok(())
}

/// Has the plugin's supervisor look at the switch, and waits until that shows or does not.
pub async fn settle(all: &Supervisors, plugin: &PluginId, on: bool) {
    if let Some(supervisor) = all.get(plugin) {
        supervisor.look();
        supervisor.settle(SETTLE, |state| settled(state.observed, on)).await;
    }
}

/// Passes if nothing stands against the plugin being on.
///
/// # Errors
/// `cannot_turn_on` with every reason.
pub fn must_be_complete(context: &Context, plugin: &PluginId) -> Result<()> {
    let reasons = blockers(context, plugin, "en")?;
    if reasons.is_empty() {
        return Ok(());
    }
    let words: Vec<String> = reasons.iter().map(describe).collect();
    let message = format!("`{plugin}` cannot be turned on: {}", words.join("; "));
    Err(Error::new(Code::CannotTurnOn, message).details(json!({ "reasons": reasons })))
}

fn describe(blocker: &Blocker) -> String {
    match blocker {
        Blocker::SettingMissing { title, .. } => format!("`{title}` is empty"),
        Blocker::SettingInvalid { title, .. } => format!("`{title}` is not valid"),
        Blocker::DependencyMissing { plugin, requirement } => format!("it needs `{plugin}` {requirement}"),
        Blocker::DependencyOff { plugin } => format!("`{plugin}`, which it needs, is off"),
        Blocker::CapabilitiesNotApproved => "what it may do is not approved".into(),
        Blocker::PublisherNotTrusted => "its publisher is not trusted".into(),
        Blocker::LicenseNeeded => "it needs a license".into(),
        Blocker::PackageMissing => "its package file is missing".into(),
    }
}

fn write(context: &Context, actor: &Actor, plugin: &PluginId, on: bool) -> Result<()> {
    let snapshot = context.store.snapshot();
    let before = installed(&snapshot, plugin)?.wanted;
    let entry = Entry::new(actor, if on { "plugin_switched_on" } else { "plugin_switched_off" }, plugin)
        .details(json!({ "before": before, "after": on }));
    context.store.write(entry, |tx, _| {
        tx.execute(
            "UPDATE plugins SET wanted = ?2, off_because = NULL, revision = revision + 1 WHERE id = ?1",
            params![plugin.as_ref(), on],
        )?;
        failures::forget(tx, plugin)
    })
}

/// A start has settled also when it has failed once: waiting longer would tell nothing new.
fn settled(observed: Observed, on: bool) -> bool {
    if on {
        !matches!(observed, Observed::Off | Observed::Starting | Observed::Stopping)
    } else {
        matches!(observed, Observed::Off | Observed::Failed)
    }
}

/// The facts of an installed plugin.
///
/// # Errors
/// `not_found`.
pub fn installed<'a>(snapshot: &'a Snapshot, plugin: &PluginId) -> Result<&'a PluginFacts> {
    let facts = snapshot.plugins.get(plugin);
    facts.ok_or_else(|| Error::new(Code::NotFound, format!("`{plugin}` is not installed")))
}
