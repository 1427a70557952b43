//! The switch: what stands against turning a plugin on, and turning it on and off.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::json;
use spk::manifest::Manifest;
use spk::{Digest, PluginId, PublicKey};

use crate::actor::Actor;
use crate::audit::Entry;
use crate::error::{Code, Error, Result};
use crate::install::lacking;
use crate::lifecycle::Observed;
use crate::settings;
use crate::snapshot::{PluginFacts, Snapshot};
use crate::store::Store;
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
    if !context.licenses.let_run(&snapshot, facts) {
        blockers.push(Blocker::LicenseNeeded { verdict: context.licenses.best(&snapshot, facts) });
    }
    if !context.home.package(&facts.digest).is_file() {
        blockers.push(Blocker::PackageMissing);
    }
    blockers.extend(dependencies(&snapshot, &facts.package.manifest));
    Ok(blockers)
}

/// Whether the key that signed the installed package is trusted now, and for this plugin.
///
/// # Errors
/// `database`.
pub fn is_trusted(context: &Context, facts: &PluginFacts) -> Result<bool> {
    let key: PublicKey = crate::snapshot::stored(&facts.key)?;
    trust::is_trusted(&context.store, &key, &facts.package.manifest.id)
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

/// What a person wants.
#[derive(Debug, Clone, Copy)]
pub struct Wish {
    /// On or off.
    pub on: bool,
    /// The plugin's revision as the person saw it; `None`: whatever it is.
    pub revision: Option<i64>,
}

/// Turns a plugin on or off, and waits until that shows or does not.
///
/// # Errors
/// `cannot_turn_on` with every reason in `details.reasons`; `changed_meanwhile` with `details.revision` and
/// `details.wanted` as they are now; `not_a_superadmin`, `not_found`, `database`.
pub async fn switch(
    context: &Context,
    all: &Supervisors,
    actor: &Actor,
    (plugin, Wish { on, revision }): (&PluginId, Wish),
) -> Result<()> {
    actor.must_manage()?;
    let judged = judged(&context.store, plugin)?;
    must_be_fresh(installed(&context.store.snapshot(), plugin)?, revision)?;
    if on {
        must_be_complete(context, plugin)?;
    }
    write(&context.store, actor, plugin, (on.then_some(judged), revision))?;
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
        Blocker::LicenseNeeded { .. } => "it needs a license that holds".into(),
        Blocker::PackageMissing => "its package file is missing".into(),
    }
}

/// What completeness is judged on: the installed package and the revision of its settings.
type Judged = (Digest, i64);

fn judged(store: &Store, plugin: &PluginId) -> Result<Judged> {
    let digest = installed(&store.snapshot(), plugin)?.digest;
    let query = "SELECT revision FROM settings WHERE plugin = ?1";
    let revision = |db: &Connection| db.query_row(query, [plugin.as_ref()], |row| row.get(0)).optional();
    Ok((digest, store.read(|db| Ok(revision(db)?))?.unwrap_or_default()))
}

/// Passes if this is the revision that the plugin has.
fn must_be_fresh(facts: &PluginFacts, revision: Option<i64>) -> Result<()> {
    if revision.is_none_or(|revision| revision == facts.revision) {
        return Ok(());
    }
    let message = format!("`{}` was changed by someone else", facts.package.manifest.id);
    let details = json!({ "revision": facts.revision, "wanted": facts.wanted });
    Err(Error::new(Code::ChangedMeanwhile, message).details(details))
}

/// Switches on what was judged and nothing else; with `None`, off. Only at this revision, if one is given.
fn write(
    store: &Store,
    actor: &Actor,
    plugin: &PluginId,
    (on, seen): (Option<Judged>, Option<i64>),
) -> Result<()> {
    let snapshot = store.snapshot();
    let before = installed(&snapshot, plugin)?.wanted;
    let (digest, revision) = on.unzip();
    let on = digest.is_some();
    let entry = Entry::new(actor, if on { "plugin_switched_on" } else { "plugin_switched_off" }, plugin)
        .details(json!({ "before": before, "after": on }));
    store.write(entry, |tx, _| {
        let changed = tx.execute(
            "UPDATE plugins SET wanted = ?2, off_because = NULL, revision = revision + 1
             WHERE id = ?1 AND digest IS NOT NULL AND (?5 IS NULL OR revision = ?5) AND (?3 IS NULL OR (digest = ?3 AND ?4 = coalesce(
               (SELECT revision FROM settings WHERE plugin = ?1), 0)))",
            params![plugin.as_ref(), on, digest.map(|digest| digest.to_string()), revision, seen],
        )?;
        if changed == 0 {
            let message = format!("`{plugin}` or its settings were changed meanwhile");
            return Err(Error::new(Code::ChangedMeanwhile, message));
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::System;
    use crate::test_world::World;

    #[test]
    fn what_changed_since_it_was_judged_is_not_switched_on() {
        let world = World::new();
        let (boss, key) = (world.superadmin("boss"), format!("ed25519:{}=", "A".repeat(43)));
        let manifest = |version| json!({ "id": "com.example.a", "name": "A", "version": version, "publisher": "P", "library": {} });
        let plugin = world.install(&manifest("1.0.0"), &key);
        let note = |sql: &str| {
            world.store.note(System("test"), |tx| Ok(tx.execute(sql, []).map(drop)?)).unwrap();
        };
        let wanted = || installed(&world.store.snapshot(), &plugin).unwrap().wanted;
        let on =
            |judged| write(&world.store, &boss, &plugin, (Some(judged), None)).map_err(|error| error.code);

        let before_save = judged(&world.store, &plugin).unwrap();
        note(
            "INSERT INTO settings (plugin, difference, unused, changed_at, revision) VALUES ('com.example.a', '{}', '{}', 1, 1)",
        );
        assert_eq!(on(before_save), Err(Code::ChangedMeanwhile), "its settings were saved");
        let before_upgrade = judged(&world.store, &plugin).unwrap();
        world.install(&manifest("1.1.0"), &key);
        assert_eq!(on(before_upgrade), Err(Code::ChangedMeanwhile), "it was upgraded");
        assert!(!wanted());
        assert_eq!(world.recorded("plugin_switched_on"), 0);
        on(judged(&world.store, &plugin).unwrap()).unwrap();
        assert!(wanted());
        write(&world.store, &boss, &plugin, (None, None)).unwrap();
        assert!(!wanted());
    }

    #[test]
    fn a_switch_based_on_an_old_revision_is_refused_with_what_is_now() {
        let world = World::new();
        let (boss, key) = (world.superadmin("boss"), format!("ed25519:{}=", "A".repeat(43)));
        let manifest = json!({ "id": "com.example.a", "name": "A", "version": "1.0.0", "publisher": "P", "library": {} });
        let plugin = world.install(&manifest, &key);
        let facts = || installed(&world.store.snapshot(), &plugin).unwrap().clone();
        let on =
            |seen| write(&world.store, &boss, &plugin, (Some(judged(&world.store, &plugin).unwrap()), seen));
        let seen = facts().revision;
        on(Some(seen)).unwrap();
        assert!(facts().wanted);
        let refused = must_be_fresh(&facts(), Some(seen)).unwrap_err();
        assert_eq!(refused.code, Code::ChangedMeanwhile);
        assert_eq!(*refused.details, json!({ "revision": facts().revision, "wanted": true }));
        assert_eq!(
            on(Some(seen)).unwrap_err().code,
            Code::ChangedMeanwhile,
            "decided inside the transaction too"
        );
        must_be_fresh(&facts(), Some(facts().revision)).unwrap();
        must_be_fresh(&facts(), None).unwrap();
    }
}
