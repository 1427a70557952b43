//! Plugins as lists and pages show them.

use serde_json::{Value, json};
use spk::PluginId;

use crate::capabilities::Approved;
use crate::error::{Code, Error, Result};
use crate::lifecycle::Observed;
use crate::permissions;
use crate::snapshot::{PluginFacts, Snapshot, Subject};
use crate::store::Store;
use crate::supervisor::failures::ALLOWED as FAILURES_ALLOWED;
use crate::supervisor::{Context, State, Supervisors};
use crate::switch;
use crate::trust;
use crate::views::{CommandView, MeasureView, PluginDetailView, PluginView, ProcessView, StateView};

/// All installed plugins, by name.
///
/// # Errors
/// `database`.
pub fn list(context: &Context, all: &Supervisors, locale: &str) -> Result<Vec<PluginView>> {
    let snapshot = context.store.snapshot();
    let views = snapshot.plugins.iter().map(|(id, facts)| view(context, all, &snapshot, (id, facts), locale));
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
    let snapshot = context.store.snapshot();
    let facts = switch::installed(&snapshot, plugin)?;
    let state = all.get(plugin).map(|supervisor| supervisor.state());
    let manifest = &facts.package.manifest;
    let command =
        |c: &spk::manifest::Command| CommandView { id: c.id.clone(), permission: c.permission.clone() };
    let key: spk::PublicKey = crate::snapshot::stored(&facts.key)?;
    Ok(PluginDetailView {
        plugin: view(context, all, &snapshot, (plugin, facts), locale)?,
        description: manifest.localised(&facts.package.texts, locale).description,
        permissions: Vec::new(),
        dependencies: Vec::new(),
        approved: None,
        digest: facts.digest.to_string(),
        release: facts.release,
        fingerprint: key.fingerprint(),
        installed_at: facts.installed_at,
        installed_by: facts.installed_by,
        commands: manifest.commands.iter().map(command).collect(),
        capabilities: json!(Approved::read(&facts.approved)?),
        sandbox: state.iter().flat_map(|state| &state.sandbox).map(measure).collect(),
        blockers: switch::blockers(context, plugin, locale)?,
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
    plugin: &PluginId,
    facts: &PluginFacts,
) -> Result<StateView> {
    let state = all.get(plugin).map(|supervisor| supervisor.state());
    let observed = state.as_ref().map_or(Observed::Off, |state| state.observed);
    Ok(match (observed, &state) {
        (Observed::Running, _) => StateView::Running,
        (Observed::Starting, _) => StateView::Starting,
        (Observed::Stopping, _) => StateView::Stopping,
        (Observed::Restarting, Some(state)) => restarting(context, state),
        (Observed::Waiting, _) if switch::is_trusted(context, facts)? => waiting(context, all, facts),
        (Observed::Waiting, _) => StateView::SetUpFirst,
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
        });
    }
    let blocked = !facts.wanted && !switch::blockers(context, plugin, "en")?.is_empty();
    Ok(if blocked { StateView::SetUpFirst } else { StateView::Off })
}

fn restarting(context: &Context, state: &State) -> StateView {
    let left = state.resumes_at.unwrap_or_default() - context.clock.now();
    let in_ms = u64::try_from(left).unwrap_or_default();
    StateView::Restarting { attempt: state.failures, of: FAILURES_ALLOWED, in_ms, cause: state.cause.clone() }
}

fn waiting(context: &Context, all: &Supervisors, facts: &PluginFacts) -> StateView {
    let missing = facts.package.manifest.dependencies.keys().find(|dependency| !all.is_running(dependency));
    let snapshot = context.store.snapshot();
    let name = missing.map_or_else(String::new, |id| {
        let name = |f: &PluginFacts| f.package.manifest.localised(&f.package.texts, "en").name;
        snapshot.plugins.get(id).map_or_else(|| id.to_string(), name)
    });
    StateView::WaitingForDependency { name }
}

fn view(
    context: &Context,
    all: &Supervisors,
    snapshot: &Snapshot,
    (id, facts): (&PluginId, &PluginFacts),
    locale: &str,
) -> Result<PluginView> {
    let manifest = &facts.package.manifest;
    let label = trust::label(&context.store, &crate::snapshot::stored(&facts.key)?)?;
    let grants = snapshot.grants.get(id);
    let everyone =
        grants.is_some_and(|g| g.values().flatten().any(|grant| grant.subject == Subject::Everyone));
    Ok(PluginView {
        id: id.clone(),
        name: manifest.localised(&facts.package.texts, locale).name,
        version: manifest.version.to_string(),
        key: facts.key.clone(),
        icon: None,
        missing: Vec::new(),
        update: None,
        trusted: switch::is_trusted(context, facts)?,
        publisher: label.unwrap_or_else(|| manifest.publisher.clone()),
        wanted: facts.wanted,
        observed: observe(context, all, id, facts)?,
        people: permissions::people_of_plugin(snapshot, id),
        everyone,
        revision: facts.revision,
    })
}

fn measure(measure: &plugin_rpc::Measure) -> MeasureView {
    MeasureView { name: measure.name.clone(), enforced: measure.enforced, note: measure.note.clone() }
}
