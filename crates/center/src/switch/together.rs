//! Switching plugins that hang on each other: what has to go on or off with one, whether that was agreed, in one transaction.

use rusqlite::Transaction;
use serde_json::json;
use spk::PluginId;

use super::{Judged, blockers, dependencies, describe, installed, judged, set};
use crate::actor::Actor;
use crate::audit::{self, Entry};
use crate::dependencies::Names;
use crate::error::{Code, Error, Result};
use crate::resolve::{dependents_on, off_dependencies};
use crate::snapshot::Snapshot;
use crate::store::Store;
use crate::supervisor::Context;
use crate::views::{Blocker, NamedView};

/// The plugins that are turned on with this one, what others need first, each as it was judged: those of `agreed` that
/// are needed. Passes only if nothing stands against any of them.
///
/// # Errors
/// `cannot_turn_on` with every reason, and in `details.together` the plugins that would have to be turned on with it.
pub fn to_turn_on(
    context: &Context,
    plugin: &PluginId,
    agreed: &[PluginId],
) -> Result<Vec<(PluginId, Judged)>> {
    let snapshot = context.store.snapshot();
    let off = off_dependencies(&snapshot, plugin);
    let turning: Vec<&PluginId> = off.iter().filter(|id| agreed.contains(id)).collect();
    let left = |id: &PluginId| -> Result<Vec<Blocker>> {
        let comes_along = |blocker: &Blocker| matches!(blocker, Blocker::DependencyOff { plugin } if turning.iter().any(|id| id.as_str() == plugin));
        Ok(blockers(context, id, "en")?.into_iter().filter(|blocker| !comes_along(blocker)).collect())
    };
    let mut reasons = left(plugin)?;
    for id in &turning {
        let blocked = left(id)?;
        if !blocked.is_empty() {
            reasons.push(Blocker::DependencyBlocked { plugin: id.to_string(), reasons: blocked });
        }
    }
    if reasons.is_empty() {
        return turning.into_iter().map(|id| Ok((id.clone(), judged(&context.store, id)?))).collect();
    }
    let words: Vec<String> = reasons.iter().map(describe).collect();
    let message = format!("`{plugin}` cannot be turned on: {}", words.join("; "));
    let details = json!({ "reasons": reasons, "together": off });
    Err(Error::new(Code::CannotTurnOn, message).hint(remedies(&reasons)).details(details))
}

/// What removes these causes, each once.
fn remedies(reasons: &[Blocker]) -> String {
    let remedy = |reason: &Blocker| match reason {
        Blocker::SettingMissing { .. } | Blocker::SettingInvalid { .. } => {
            "Fill in the settings: `sprocket config set`."
        }
        Blocker::DependencyMissing { .. } | Blocker::DependencyOtherVersion { .. } => {
            "Install what it needs: `sprocket install`."
        }
        Blocker::DependencyOff { .. } => "Turn on what it needs too: `sprocket on --with-dependencies`.",
        Blocker::DependencyBlocked { .. } => "Make the plugin that it needs ready first.",
        Blocker::CapabilitiesNotApproved => "Review what it may do: `sprocket approve`.",
        Blocker::PublisherNotTrusted => "Compare its publisher's check code: `sprocket publisher trust`.",
        Blocker::LicenseNeeded { .. } => "Import a license: `sprocket license import`.",
        Blocker::PackageMissing => "Install the package again from the publisher's file.",
    };
    let mut remedies: Vec<&str> = Vec::new();
    for reason in reasons {
        if !remedies.contains(&remedy(reason)) {
            remedies.push(remedy(reason));
        }
    }
    remedies.join(" ")
}

/// The plugins that are turned off with this one, those first that nobody needs.
///
/// # Errors
/// `needed_by_others` with all of them, if not each was agreed to.
pub fn to_turn_off(snapshot: &Snapshot, plugin: &PluginId, agreed: &[PluginId]) -> Result<Vec<PluginId>> {
    let needing = dependents_on(snapshot, plugin);
    if needing.iter().all(|id| agreed.contains(id)) {
        return Ok(needing);
    }
    let names = Names::new(snapshot, "en");
    let words: Vec<String> = needing.iter().map(|id| format!("`{id}`")).collect();
    let needed_by: Vec<NamedView> = needing.iter().map(|id| names.named(id)).collect();
    let message = format!("`{plugin}` is needed by plugins that are on: {}", words.join(", "));
    Err(Error::new(Code::NeededByOthers, message).details(json!({ "needed_by": needed_by })))
}

/// Turns plugins off in one transaction, if nobody else needs the first one meanwhile.
///
/// # Errors
/// `changed_meanwhile`, `needed_by_others`, `database`.
pub fn turn_off(
    store: &Store,
    actor: &Actor,
    (plugin, seen): (&PluginId, Option<i64>),
    others: &[PluginId],
) -> Result<()> {
    let entry = entry(store, actor, (plugin, false))?;
    store.write(entry, |tx, _| {
        to_turn_off(&store.snapshot(), plugin, others)?;
        switch_others_off(tx, store, actor, others)?;
        set(tx, plugin, None, seen)
    })
}

/// Switches plugins off inside another change, each with its own row in the audit trail.
///
/// # Errors
/// `changed_meanwhile`, `database`.
pub fn switch_others_off(
    tx: &Transaction<'_>,
    store: &Store,
    actor: &Actor,
    others: &[PluginId],
) -> Result<()> {
    for id in others {
        audit::append(tx, &entry(store, actor, (id, false))?, store.now())?;
        set(tx, id, None, None)?;
    }
    Ok(())
}

/// Switches plugins on inside another change, each with its own row in the audit trail. Passes if everything that each of
/// them, and `plugin`, needs is on by then.
///
/// # Errors
/// `changed_meanwhile`, `database`.
pub fn switch_others_on(
    tx: &Transaction<'_>,
    store: &Store,
    (actor, plugin): (&Actor, &PluginId),
    others: &[(PluginId, Judged)],
) -> Result<()> {
    // The picture is replaced before the writer lets go, so here it is as it will be before this change.
    let snapshot = store.snapshot();
    for id in others.iter().map(|(id, _)| id).chain([plugin]) {
        let comes_along = |blocker: &Blocker| matches!(blocker, Blocker::DependencyOff { plugin } if others.iter().any(|(id, _)| id.as_str() == plugin));
        let manifest = &installed(&snapshot, id)?.package.manifest;
        if dependencies(&snapshot, manifest).any(|blocker| !comes_along(&blocker)) {
            let message = format!("what `{id}` needs was changed meanwhile");
            return Err(Error::new(Code::ChangedMeanwhile, message));
        }
    }
    for (id, judged) in others {
        audit::append(tx, &entry(store, actor, (id, true))?, store.now())?;
        set(tx, id, Some(*judged), None)?;
    }
    Ok(())
}

/// How a switch is recorded.
///
/// # Errors
/// `not_found`.
pub fn entry(store: &Store, actor: &Actor, (plugin, on): (&PluginId, bool)) -> Result<Entry> {
    let before = installed(&store.snapshot(), plugin)?.wanted;
    let action = if on { "plugin_switched_on" } else { "plugin_switched_off" };
    Ok(Entry::new(actor, action, plugin).details(json!({ "before": before, "after": on })))
}
