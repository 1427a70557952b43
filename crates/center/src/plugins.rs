//! Plugins as lists and pages show them.

use std::collections::BTreeMap;
use std::sync::Arc;

use rusqlite::OptionalExtension;
use serde_json::{Value, json};
use spk::{Manifest, PluginId, Texts};

use crate::actor::AccountId;
use crate::audit;
use crate::capabilities::Approved;
use crate::dependencies;
use crate::error::{Code, Error, Result};
use crate::folder;
use crate::license;
use crate::lifecycle::Observed;
use crate::permissions;
use crate::resolve;
use crate::services;
use crate::settings;
use crate::snapshot::{PackageFacts, PluginFacts, Snapshot, Subject};
use crate::store::Store;
use crate::supervisor::failures::ALLOWED as FAILURES_ALLOWED;
use crate::supervisor::{Context, State, Supervisors};
use crate::switch;
use crate::trust;
use crate::views::{
    ActView, Blocker, CommandView, LicenseVerdict, MeasureView, PluginDetailView, PluginView, ProcessView,
    StateView, TitledView, UpdateView, WithdrawnView,
};

/// All installed plugins, by name.
///
/// # Errors
/// `database`.
pub fn list(context: &Context, all: &Supervisors, locale: &str) -> Result<Vec<PluginView>> {
    let shown = Shown::now(context, all, locale)?;
    let views = shown.snapshot.plugins.iter().map(|(id, facts)| shown.view(id, facts));
    // One that was uninstalled since the picture was taken is not in the list.
    let views = views.filter(|view| !matches!(view, Err(error) if error.code == Code::NotFound));
    let mut views = views.collect::<Result<Vec<_>>>()?;
    views.sort_by(|a, b| (a.name.to_lowercase(), &a.id).cmp(&(b.name.to_lowercase(), &b.id)));
    Ok(views)
}

/// One plugin.
///
/// # Errors
/// `not_found`, `database`.
pub fn show(
    context: &Context,
    all: &Supervisors,
    plugin: &PluginId,
    locale: &str,
) -> Result<PluginDetailView> {
    let shown = Shown::now(context, all, locale)?;
    let facts = switch::installed(&shown.snapshot, plugin)?;
    let state = all.get(plugin).map(|supervisor| supervisor.state());
    let manifest = &facts.package.manifest;
    let command =
        |c: &spk::manifest::Command| CommandView { id: c.id.clone(), permission: c.permission.clone() };
    Ok(PluginDetailView {
        plugin: shown.view(plugin, facts)?,
        description: facts.package.texts.resolve(&manifest.description, locale),
        permissions: permissions(&facts.package, locale),
        dependencies: dependencies::dependencies(&shown.snapshot, manifest, locale),
        dependents: dependencies::dependents(&shown.snapshot, plugin, locale),
        services: services::view(all, &shown.snapshot, plugin, locale),
        approved: approved(&context.store, plugin)?,
        digest: facts.digest.to_string(),
        release: facts.release,
        fingerprint: facts.package.key.fingerprint(),
        installed_at: facts.installed_at,
        installed_by: facts.installed_by,
        commands: manifest.commands.iter().map(command).collect(),
        asked: json!(Approved::all_of(manifest)),
        capabilities: json!(Approved::read(&facts.approved)?),
        sandbox: state.iter().flat_map(|state| &state.sandbox).map(measure).collect(),
        blockers: switch::blockers(context, plugin, locale)?,
        license: license::of_plugin(
            (&context.store, &context.licenses),
            &shown.snapshot,
            (facts, all.is_running(plugin)),
            locale,
        )?,
        process: state.as_ref().and_then(|state| Some(ProcessView { pid: state.pid?, since: state.since })),
    })
}

/// Passes for a plugin that is installed, or of which something is kept.
///
/// # Errors
/// `not_found`, `database`.
pub fn must_be_known(store: &Store, plugin: &PluginId) -> Result<()> {
    let query = "SELECT count(*) FROM plugins WHERE id = ?1";
    let known: bool = store.read(|db| Ok(db.query_row(query, [plugin.as_ref()], |row| row.get(0))?))?;
    if known { Ok(()) } else { Err(Error::new(Code::NotFound, format!("there is no plugin `{plugin}`"))) }
}

/// What a plugin is doing.
///
/// # Errors
/// `database`.
pub fn observe(
    context: &Context,
    all: &Supervisors,
    (plugin, facts): (&PluginId, &PluginFacts),
    locale: &str,
) -> Result<StateView> {
    let state = all.get(plugin).map(|supervisor| supervisor.state());
    let observed = state.as_ref().map_or(Observed::Off, |state| state.observed);
    Ok(match (observed, &state) {
        (Observed::Running, _) => StateView::Running,
        (Observed::Starting, _) => StateView::Starting,
        (Observed::Stopping, _) => StateView::Stopping,
        (Observed::Restarting, Some(state)) => restarting(context, state),
        (Observed::Waiting, _) if !context.licenses.let_run(&context.store.snapshot(), facts) => {
            unlicensed(context, facts)
        }
        (Observed::Waiting, _) if !all.has_secrets_at_hand(plugin) => waiting_for_key(context)?,
        (Observed::Waiting, _) if switch::is_trusted(context, facts)? => waiting(context, all, facts, locale),
        (Observed::Waiting, _) => untrusted(context, facts)?,
        _ => resting(context, plugin, facts)?,
    })
}

fn resting(context: &Context, plugin: &PluginId, facts: &PluginFacts) -> Result<StateView> {
    if !context.home.package(&facts.digest).is_file() {
        return Ok(StateView::PackageMissing);
    }
    if let Some(why) = facts.off_because.as_deref().filter(|_| !facts.wanted) {
        let why: Value = serde_json::from_str(why)?;
        let failures =
            why["failures"].as_u64().and_then(|n| u32::try_from(n).ok()).unwrap_or(FAILURES_ALLOWED);
        return Ok(StateView::StoppedAfterErrors {
            failures,
            cause: why["cause"].as_str().unwrap_or_default().into(),
            ending: serde_json::from_value(why["ending"].clone()).ok(),
        });
    }
    if facts.wanted {
        return Ok(StateView::Off);
    }
    Ok(match switch::blockers(context, plugin, "en")?.as_slice() {
        [] => StateView::Off,
        [Blocker::LicenseNeeded { .. }] => StateView::LicenseNeeded,
        reasons if reasons.contains(&Blocker::PublisherNotTrusted) => untrusted(context, facts)?,
        _ => StateView::SetUpFirst,
    })
}

fn untrusted(context: &Context, facts: &PluginFacts) -> Result<StateView> {
    let Some(WithdrawnView { by, at, reason }) = trust::withdrawn(&context.store, &facts.package.key)? else {
        return Ok(StateView::NotTrusted { by: None, at: None, reason: None });
    };
    let snapshot = context.store.snapshot();
    let by = by.and_then(|account| snapshot.accounts.get(&account)).map(|account| account.name.clone());
    Ok(StateView::NotTrusted { by, at: Some(at), reason: Some(reason) })
}

/// On, and no license lets it run.
fn unlicensed(context: &Context, facts: &PluginFacts) -> StateView {
    match context.licenses.best(&context.store.snapshot(), facts) {
        Some(LicenseVerdict::Expired { at }) => StateView::LicenseExpired { at },
        _ => StateView::LicenseNeeded,
    }
}

fn restarting(context: &Context, state: &State) -> StateView {
    let left = state.resumes_at.unwrap_or_default() - context.clock.now();
    let in_ms = u64::try_from(left).unwrap_or_default();
    let ending = state.ending.clone();
    let cause = ending.as_ref().map(ToString::to_string).unwrap_or_default();
    StateView::Restarting { attempt: state.failures, of: FAILURES_ALLOWED, in_ms, cause, ending }
}

/// On, and the key of its passwords is not at hand.
fn waiting_for_key(context: &Context) -> Result<StateView> {
    let trouble = context.store.read(|db| context.secrets.trouble(db))?;
    Ok(match trouble.map(|trouble| trouble.code) {
        Some(Code::SecretsKeyDamaged) => StateView::PasswordsUnreadable,
        code => StateView::WaitingForKeyring { lost: code == Some(Code::SecretsKeyLost) },
    })
}

/// What it waits for; it is on its way if that has come meanwhile.
fn waiting(context: &Context, all: &Supervisors, facts: &PluginFacts, locale: &str) -> StateView {
    let snapshot = context.store.snapshot();
    let manifest = &facts.package.manifest;
    let awaited = dependencies::awaited(&snapshot, &all.awaited(&snapshot, manifest), locale);
    if awaited.is_empty() {
        return StateView::Starting;
    }
    let together = resolve::off_dependencies(&snapshot, &manifest.id);
    StateView::WaitingForDependency { awaited, together }
}

/// What the views of plugins are made of, read once for a whole list.
struct Shown<'a> {
    context: &'a Context,
    all: &'a Supervisors,
    snapshot: Arc<Snapshot>,
    updates: BTreeMap<PluginId, UpdateView>,
    locale: &'a str,
}

impl<'a> Shown<'a> {
    fn now(context: &'a Context, all: &'a Supervisors, locale: &'a str) -> Result<Self> {
        let updates = folder::updates(&context.store)?;
        Ok(Self { context, all, snapshot: context.store.snapshot(), updates, locale })
    }

    fn view(&self, id: &PluginId, facts: &PluginFacts) -> Result<PluginView> {
        let Self { context, all, snapshot, locale, .. } = self;
        let manifest = &facts.package.manifest;
        let label = trust::label(&context.store, &facts.package.key)?;
        let grants = snapshot.grants.get(id);
        let everyone =
            grants.is_some_and(|g| g.values().flatten().any(|grant| grant.subject == Subject::Everyone));
        Ok(PluginView {
            id: id.clone(),
            name: facts.package.texts.resolve(&manifest.name, locale),
            version: manifest.version.to_string(),
            key: facts.package.key.to_string(),
            parent: manifest.parent.as_ref().map(|parent| parent.id.clone()),
            icon: context.icons.of(&context.store, facts.digest, manifest),
            missing: settings::missing(&context.store, &context.secrets, id, locale)?,
            update: self.updates.get(id).cloned(),
            trusted: switch::is_trusted(context, facts)?,
            publisher: label.unwrap_or_else(|| facts.package.texts.resolve(&manifest.publisher, locale)),
            wanted: facts.wanted,
            observed: observe(context, all, (id, facts), locale)?,
            people: permissions::people_of_plugin(snapshot, id),
            everyone,
            revision: facts.revision,
        })
    }
}

/// The permissions of a package, in its order.
#[must_use]
pub fn permissions(package: &PackageFacts, locale: &str) -> Vec<TitledView> {
    titled(&package.manifest, &package.texts, locale)
}

/// The permissions of a manifest, in its order.
#[must_use]
pub fn titled(manifest: &Manifest, texts: &Texts, locale: &str) -> Vec<TitledView> {
    let title = |title: &str, id: &str| texts.resolve(if title.is_empty() { id } else { title }, locale);
    let view = |permission: &spk::manifest::Permission| TitledView {
        id: permission.id.clone(),
        title: title(&permission.title, &permission.id),
    };
    manifest.permissions.iter().map(view).collect()
}

fn approved(store: &Store, plugin: &PluginId) -> Result<Option<ActView>> {
    let query = "SELECT approved_by, approved_at FROM plugins WHERE id = ?1 AND approved_at IS NOT NULL";
    store.read(|db| {
        let row = db.query_row(query, [plugin.as_ref()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        row.map(|(by, at): (Option<i64>, _)| audit::act(db, by.map(AccountId), at)).transpose()
    })
}

/// A measure of the sandbox for people.
#[must_use]
pub fn measure(measure: &plugin_rpc::Measure) -> MeasureView {
    MeasureView { name: measure.name.clone(), enforced: measure.enforced, note: measure.note.clone() }
}
