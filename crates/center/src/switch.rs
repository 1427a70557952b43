//! The switch: what stands against turning a plugin on, and turning it on and off.

pub mod together;

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde_json::json;
use spk::manifest::Manifest;
use spk::{Digest, PluginId};

use crate::actor::Actor;
use crate::error::{Code, Error, Result};
use crate::install::lacking;
use crate::lifecycle::Observed;
use crate::resolve::required;
use crate::settings;
use crate::snapshot::{PluginFacts, Snapshot};
use crate::store::Store;
use crate::supervisor::{Context, Handle, Supervisors, failures};
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
    trust::is_trusted(&context.store, &facts.package.key, &facts.package.manifest.id)
}

/// What a plugin does not run without and that is not there, of another version, or not on.
pub fn dependencies<'a>(
    snapshot: &'a Snapshot,
    manifest: &'a Manifest,
) -> impl Iterator<Item = Blocker> + 'a {
    required(manifest).filter_map(|need| {
        let (plugin, requirement) = (need.plugin.to_string(), need.range.to_string());
        let Some(facts) = snapshot.plugins.get(need.plugin) else {
            return Some(Blocker::DependencyMissing { plugin, requirement });
        };
        let version = &facts.package.manifest.version;
        if !need.range.matches(version) {
            let installed = version.to_string();
            return Some(Blocker::DependencyOtherVersion { plugin, requirement, installed });
        }
        (!facts.wanted).then_some(Blocker::DependencyOff { plugin })
    })
}

/// What a person wants.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'a> {
    /// On or off.
    pub on: bool,
    /// The plugin's revision as the person saw it; `None`: whatever it is.
    pub revision: Option<i64>,
    /// Other plugins that may be switched with it, as far as that is needed: on, those that it needs; off, those that need it.
    pub together: &'a [PluginId],
}

/// Turns a plugin on or off, with others where that was agreed, in one transaction; waits until that shows or does not.
///
/// # Errors
/// `cannot_turn_on` with every reason in `details.reasons`, and what would have to be on with it in `details.together`;
/// `needed_by_others` with `details.needed_by`; `changed_meanwhile` with `details.revision` and `details.wanted` as they are
/// now; `not_a_superadmin`, `not_found`, `database`.
pub async fn switch(
    context: &Context,
    all: &Supervisors,
    actor: &Actor,
    (plugin, wish): (&PluginId, Wish<'_>),
) -> Result<()> {
    actor.must_manage()?;
    let judged = judged(&context.store, plugin)?;
    let snapshot = context.store.snapshot();
    must_be_fresh(installed(&snapshot, plugin)?, wish.revision)?;
    let switched = if wish.on {
        let others = together::to_turn_on(context, plugin, wish.together)?;
        turn_on(&context.store, actor, (plugin, judged, wish.revision), &others)?;
        others.into_iter().map(|(id, _)| id).collect()
    } else {
        let others = together::to_turn_off(&snapshot, plugin, wish.together)?;
        together::turn_off(&context.store, actor, (plugin, wish.revision), &others)?;
        others
    };
    settle(all, &[switched, vec![plugin.clone()]].concat(), wish.on).await;
    Ok(())
}

/// Has the supervisors of plugins look at their switches, and waits until that shows or does not.
pub async fn settle(all: &Supervisors, plugins: &[PluginId], on: bool) {
    let supervisors: Vec<_> = plugins.iter().filter_map(|plugin| all.get(plugin)).collect();
    supervisors.iter().for_each(Handle::look);
    if on {
        all.settle_on(plugins, SETTLE).await;
    } else {
        for supervisor in supervisors {
            supervisor.settle(SETTLE, |state| is_down(state.observed)).await;
        }
    }
}

/// Passes if nothing stands against the plugin being on.
///
/// # Errors
/// `cannot_turn_on` with every reason.
pub fn must_be_complete(context: &Context, plugin: &PluginId) -> Result<()> {
    together::to_turn_on(context, plugin, &[]).map(drop)
}

fn describe(blocker: &Blocker) -> String {
    match blocker {
        Blocker::SettingMissing { title, .. } => format!("`{title}` is empty"),
        Blocker::SettingInvalid { title, .. } => format!("`{title}` is not valid"),
        Blocker::DependencyMissing { plugin, requirement } => {
            format!("it needs `{plugin}` {requirement}, which is not installed")
        }
        Blocker::DependencyOtherVersion { plugin, requirement, installed } => {
            format!("it needs `{plugin}` {requirement}; installed is {installed}")
        }
        Blocker::DependencyOff { plugin } => format!("`{plugin}`, which it needs, is off"),
        Blocker::DependencyBlocked { plugin, reasons } => {
            let words: Vec<String> = reasons.iter().map(describe).collect();
            format!("`{plugin}`, which it needs, cannot be turned on either ({})", words.join("; "))
        }
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

/// Switches on what was judged and nothing else. Only at this revision, if one is given.
fn turn_on(
    store: &Store,
    actor: &Actor,
    (plugin, judged, seen): (&PluginId, Judged, Option<i64>),
    others: &[(PluginId, Judged)],
) -> Result<()> {
    let entry = together::entry(store, actor, (plugin, true))?;
    store.write(entry, |tx, _| {
        together::switch_others_on(tx, store, (actor, plugin), others)?;
        set(tx, plugin, Some(judged), seen)
    })
}

/// Sets one switch: on, if it is still what was judged, or with `None`, off.
fn set(tx: &Transaction<'_>, plugin: &PluginId, on: Option<Judged>, seen: Option<i64>) -> Result<()> {
    let (digest, revision) = on.unzip();
    let changed = tx.execute(
        "UPDATE plugins SET wanted = ?2, off_because = NULL, revision = revision + 1
         WHERE id = ?1 AND digest IS NOT NULL AND (?5 IS NULL OR revision = ?5) AND (?3 IS NULL OR (digest = ?3 AND ?4 = coalesce(
           (SELECT revision FROM settings WHERE plugin = ?1), 0)))",
        params![plugin.as_ref(), digest.is_some(), digest.map(|digest| digest.to_string()), revision, seen],
    )?;
    if changed == 0 {
        let message = format!("`{plugin}` or its settings were changed meanwhile");
        return Err(Error::new(Code::ChangedMeanwhile, message));
    }
    failures::forget(tx, plugin)
}

fn is_down(observed: Observed) -> bool {
    matches!(observed, Observed::Off | Observed::Failed)
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
        let boss = world.superadmin("boss");
        let manifest = |version| json!({ "id": "com.example.a", "name": "A", "version": version, "publisher": "P", "library": {} });
        let plugin = world.install(&manifest("1.0.0"));
        let note = |sql: &str| {
            world.store.note(System("test"), |tx| Ok(tx.execute(sql, []).map(drop)?)).unwrap();
        };
        let wanted = || installed(&world.store.snapshot(), &plugin).unwrap().wanted;
        let on =
            |judged| turn_on(&world.store, &boss, (&plugin, judged, None), &[]).map_err(|error| error.code);

        let before_save = judged(&world.store, &plugin).unwrap();
        note(
            "INSERT INTO settings (plugin, difference, unused, changed_at, revision) VALUES ('com.example.a', '{}', '{}', 1, 1)",
        );
        assert_eq!(on(before_save), Err(Code::ChangedMeanwhile), "its settings were saved");
        let before_upgrade = judged(&world.store, &plugin).unwrap();
        world.install(&manifest("1.1.0"));
        assert_eq!(on(before_upgrade), Err(Code::ChangedMeanwhile), "it was upgraded");
        assert!(!wanted());
        assert_eq!(world.recorded("plugin_switched_on"), 0);
        on(judged(&world.store, &plugin).unwrap()).unwrap();
        assert!(wanted());
        together::turn_off(&world.store, &boss, (&plugin, None), &[]).unwrap();
        assert!(!wanted());
    }

    #[test]
    fn a_switch_based_on_an_old_revision_is_refused_with_what_is_now() {
        let world = World::new();
        let boss = world.superadmin("boss");
        let manifest = json!({ "id": "com.example.a", "name": "A", "version": "1.0.0", "publisher": "P", "library": {} });
        let plugin = world.install(&manifest);
        let facts = || installed(&world.store.snapshot(), &plugin).unwrap().clone();
        let on =
            |seen| turn_on(&world.store, &boss, (&plugin, judged(&world.store, &plugin).unwrap(), seen), &[]);
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
