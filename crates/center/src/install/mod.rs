//! From a file to an installed plugin, and back: plan (copy, verify, compare; changes nothing) → apply (one transaction) → uninstall.

mod arrange;
mod commit;
mod inbox;
pub mod kept;
mod lookalike;
mod plans;
pub mod progress;
mod review;
mod trial;
mod uninstall;
pub mod versions;

#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::fs::{self, File};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{OptionalExtension, params};
use serde_json::json;
use spk::manifest::Manifest;
use spk::{Completeness, Digest, HostFacts, PluginId, Standing, VerifiedPackage};

use crate::actor::Actor;
use crate::audit::Entry;
use crate::capabilities::Approved;
use crate::disk;
use crate::encryption::Opener;
use crate::error::{Code, Error, Result};
use crate::events::Event;
use crate::folder::Mirror;
use crate::packages::{self, TARGET};
use crate::paths::Home;
use crate::request::Answers;
use crate::services;
use crate::snapshot::{PluginFacts, stored};
use crate::store::blocking;
use crate::supervisor::{self, Context, Kept as KeptHost, Supervisors};
use crate::switch;
use crate::trust::StoreTrust;
use crate::views::{AppliedView, PlanKind, PlanView, ProgressStage};
use arrange::{Company, Offered};
pub use plans::Plan;
use plans::Plans;
pub use progress::Progress;
use review::Kept;
use trial::Trial;
pub use trial::recover;

/// How long the calls to an old version that are under way may take before it is stopped.
const CALLS_MAY_TAKE: Duration = Duration::from_secs(5);

/// Carries out installs, upgrades and uninstalls.
pub struct Installer {
    context: Arc<Context>,
    supervisors: Arc<Supervisors>,
    mirror: Arc<Mirror>,
    plans: Plans,
    /// Held only while deciding: reading facts, checking, one transaction.
    deciding: tokio::sync::Mutex<()>,
    open: Arc<Mutex<HashSet<PluginId>>>,
}

/// While this lives, no other operation on the same plugin begins.
struct Open {
    plugin: PluginId,
    all: Arc<Mutex<HashSet<PluginId>>>,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.plugin);
    }
}

impl Installer {
    /// For the plugins of this context.
    pub fn new(context: Arc<Context>, supervisors: Arc<Supervisors>, mirror: Arc<Mirror>) -> Self {
        let plans = Plans::new(Arc::clone(&context.clock));
        Self {
            context,
            supervisors,
            mirror,
            plans,
            deciding: tokio::sync::Mutex::default(),
            open: Arc::default(),
        }
    }

    /// Copies, verifies and compares a file, and keeps the result for 30 minutes. Changes nothing.
    ///
    /// # Errors
    /// `not_a_superadmin` before the file is opened; every code of the package's checks; `disk_full`; `cancelled`: nothing is kept.
    pub fn plan(&self, actor: &Actor, path: &Path, locale: &str, progress: &Progress) -> Result<PlanView> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        self.plan_as(actor, Source { path, name, back_to: None }, locale, progress)
    }

    fn plan_as(
        &self,
        actor: &Actor,
        source: Source<'_>,
        locale: &str,
        progress: &Progress,
    ) -> Result<PlanView> {
        if *actor != Actor::Folder {
            actor.must_manage()?;
        }
        let package = blocking(|| self.verify(&source, progress))?;
        let Source { path, name, back_to } = source;
        let snapshot = self.context.store.snapshot();
        let installed = snapshot.plugins.get(&package.manifest().id);
        let kept = self.kept(&package.manifest().id)?;
        let before = review::Before { installed, kept: kept.as_ref(), goes_back: back_to.is_some() };
        before.must_be_of((&package.manifest().id, package.key()))?;
        let alone = Company { all: vec![Offered::of(&package)], arranged: false };
        alone.must_close_no_circle(&snapshot)?;
        services::must_be_free(&snapshot, package.manifest())?;
        let mut view = review::view(&self.context, &package, before, (name.clone(), locale))?;
        view.conflicts = alone.conflict_views(&snapshot, locale);
        let in_folder = path.parent() == Some(&self.context.home.plugins());
        let file = in_folder.then_some(name);
        let approved = before.approved()?;
        progress.close()?;
        self.plans.keep(Plan {
            view: view.clone(),
            actor: actor.clone(),
            package,
            approved,
            file,
            companions: Vec::new(),
        });
        Ok(view)
    }

    /// Forgets a plan and its private copy.
    ///
    /// # Errors
    /// `plan_gone`.
    pub fn discard(&self, actor: &Actor, plan: &str) -> Result<()> {
        self.plans.take(actor, plan).map(drop)
    }

    /// Carries out a plan.
    ///
    /// # Errors
    /// `approval_needed`, `invalid_settings`, `would_be_incomplete` and `busy` (the plan stays), `dependency_cycle`,
    /// `dependency_conflict`, `service_taken`, `plan_gone`, `plan_changed` with the new review, `cancelled` and `disk_full` (the plan is gone
    /// with its private copy), and what writing can bring.
    pub async fn apply(
        &self,
        actor: &Actor,
        plan: &str,
        answers: &Answers,
        progress: &Progress,
    ) -> Result<AppliedView> {
        let plan = self.plans.take(actor, plan)?;
        let answered = review::must_be_answered(actor, &plan.view, answers);
        if let Err(missing) = answered.and_then(|()| self.must_be_filled_in(&plan, answers)) {
            self.plans.keep(plan);
            return Err(missing);
        }
        disk::must_have(self.context.home.root(), plan.still_needs())?;
        let _open = match self.begin(&plan.view.plugin) {
            Ok(open) => open,
            Err(busy) => {
                self.plans.keep(plan);
                return Err(busy);
            }
        };
        let fresh = (plan.view.kind == PlanKind::Install).then(|| plan.view.plugin.clone());
        let memory = packages::memory()?;
        let _waits = self.launch_ahead(&plan, answers, &memory);
        let done = self.carry_out(actor, plan, memory, (answers, progress)).await;
        if let (Err(_), Some(plugin)) = (&done, fresh) {
            // Made for the host that waits; where nothing was installed, nobody else needs it.
            let _ = fs::remove_dir(self.context.home.private_folder(&plugin));
        }
        let prepared = done?;
        let PlanView { plugin, version, kind, .. } = prepared.view.clone();
        let wanted = self.context.store.snapshot().plugins.get(&plugin).is_some_and(|facts| facts.wanted);
        let mut not_turned_on = None;
        if wanted && answers.turn_on {
            progress.finish(ProgressStage::Starting);
            switch::settle(&self.supervisors, std::slice::from_ref(&plugin), true).await;
        } else if !wanted {
            // Nobody comes for the library soon.
            self.context.libraries.forget();
            let refused = answers.turn_on.then(|| switch::must_be_complete(&self.context, &plugin).err());
            not_turned_on = refused.flatten().map(Into::into);
        }
        self.mirror(&prepared);
        Ok(AppliedView { plugin, version, kind, not_turned_on })
    }

    /// What is on stays on, so it must not lack what its new version requires.
    fn must_be_filled_in(&self, plan: &Plan, answers: &Answers) -> Result<()> {
        let snapshot = self.context.store.snapshot();
        let is_on = snapshot.plugins.get(&plan.view.plugin).is_some_and(|facts| facts.wanted);
        let candidate = self.context.candidate(plan.package.manifest(), plan.package.texts());
        candidate.must_take(&answers.settings.0, is_on)
    }

    async fn carry_out(
        &self,
        actor: &Actor,
        plan: Plan,
        memory: File,
        (answers, progress): (&Answers, &Progress),
    ) -> Result<commit::Prepared> {
        let home = self.context.home.root();
        let (room, company) = (plan.still_needs(), self.company(&plan));
        let prepared = blocking(|| commit::prepare(&self.context, plan, memory, progress))
            .map_err(|refused| disk::with_figures(refused, home, room))?;
        if let Err(refused) = self.commit(actor, (&prepared, &company), answers, progress).await {
            prepared.abandon(&self.context);
            return Err(disk::with_figures(refused, home, room));
        }
        Ok(prepared)
    }

    /// A host for the start that is likely to follow, which gets ready while the package is read. What does not succeed
    /// here is done by the start itself.
    fn launch_ahead(&self, plan: &Plan, answers: &Answers, memory: &File) -> Option<KeptHost<'_>> {
        let (view, manifest) = (&plan.view, plan.package.manifest());
        let follows = match view.kind {
            kind if kind.replaces() => self.supervisors.is_running(&view.plugin),
            _ => answers.turn_on && view.missing.is_empty() && self.supervisors.is_serving(),
        };
        if !follows {
            return None;
        }
        let approved = commit::approved((view, answers), manifest, &plan.approved);
        let hello = supervisor::greeting(&self.context, manifest, &approved).ok()?;
        let (library, package) = (memory.try_clone().ok()?.into(), (&view.plugin, plan.package.digest()));
        Some(self.context.ahead.launch(&self.context, package, hello, library))
    }

    /// The file in the plugin folder. A row says what is due, so what does not succeed now is done at the next start.
    fn mirror(&self, prepared: &commit::Prepared) {
        if let Err(error) = blocking(|| self.mirror.place(&prepared.placed())) {
            tracing::warn!(%error, plugin = %prepared.view.plugin, "its file could not be placed in the plugin folder");
        }
    }

    /// Approves all that an installed plugin asks for.
    ///
    /// # Errors
    /// `not_a_superadmin`, `not_found`, `database`.
    pub fn approve_capabilities(&self, actor: &Actor, plugin: &PluginId) -> Result<()> {
        actor.must_manage()?;
        let snapshot = self.context.store.snapshot();
        let approved = Approved::all_of(&switch::installed(&snapshot, plugin)?.package.manifest);
        let entry = Entry::new(actor, "capabilities_approved", plugin).details(json!(approved));
        self.context.store.write(entry, |tx, _| {
            let sql = "UPDATE plugins SET capabilities = ?2, approved_by = ?3, approved_at = ?4, revision = revision + 1
                       WHERE id = ?1";
            let by = actor.account().map(|account| account.0);
            let now = self.context.clock.now();
            tx.execute(sql, params![plugin.as_ref(), serde_json::to_string(&approved)?, by, now])?;
            Ok(())
        })
    }

    async fn commit(
        &self,
        actor: &Actor,
        (prepared, company): (&commit::Prepared, &Company),
        answers: &Answers,
        progress: &Progress,
    ) -> Result<()> {
        company.must_fit(&self.context.store.snapshot())?;
        let view = &prepared.view;
        let plugin = &view.plugin;
        progress.must_go_on()?;
        let runs = self.supervisors.is_running(plugin);
        let supervisor = self.supervisors.get(plugin).filter(|_| view.kind.replaces());
        let held = match &supervisor {
            Some(supervisor) => supervisor.hold(CALLS_MAY_TAKE).await,
            None => None,
        };
        let trial = match &held {
            Some(_) if runs => Some(Trial::begin(&self.context, prepared, answers).await?),
            _ => None,
        };
        let written = self.write((actor, answers), (prepared, company), progress).await;
        match (trial, held, supervisor) {
            (Some(trial), Some(held), Some(supervisor)) if written.is_ok() => trial.keep(held, &supervisor),
            (Some(trial), ..) => trial.undo().await,
            _ => {}
        }
        written?;
        self.supervisors.look(plugin);
        self.context.licenses.tell();
        self.announce(view);
        Ok(())
    }

    /// Decides for the last time, and makes it so.
    async fn write(
        &self,
        (actor, answers): (&Actor, &Answers),
        (prepared, company): (&commit::Prepared, &Company),
        progress: &Progress,
    ) -> Result<()> {
        let _deciding = self.deciding.lock().await;
        self.must_be_unchanged(prepared)?;
        let snapshot = self.context.store.snapshot();
        company.must_fit(&snapshot)?;
        services::must_be_free(&snapshot, &prepared.manifest)?;
        progress.close()?;
        commit::write(&self.context, actor, prepared, answers)
    }

    fn announce(&self, view: &PlanView) {
        let plugin = view.plugin.clone();
        let event = match (&view.kind, &view.from) {
            (kind, Some(from)) if kind.replaces() => {
                Event::PluginUpgraded { plugin, from: from.clone(), to: view.version.clone() }
            }
            _ => Event::PluginInstalled { plugin, version: view.version.clone() },
        };
        self.context.bus.publish(self.context.clock.now(), event);
    }

    /// What was reviewed must still be what would happen.
    fn must_be_unchanged(&self, prepared: &commit::Prepared) -> Result<()> {
        let snapshot = self.context.store.snapshot();
        let installed = snapshot.plugins.get(&prepared.view.plugin);
        let same = installed.map(|facts| facts.package.manifest.version.to_string()) == prepared.view.from;
        let kept = self.kept(&prepared.view.plugin)?;
        let goes_back = prepared.view.kind == PlanKind::GoBack;
        let before = review::Before { installed, kept: kept.as_ref(), goes_back };
        before.must_be_of((&prepared.view.plugin, prepared.claim.key))?;
        let standing = StoreTrust::read(&self.context.store)?.judge_again(&prepared.claim, goes_back);
        match standing {
            Ok(standing) if same && (standing == Standing::Known) == prepared.view.trusted => Ok(()),
            Err(refused) => Err(refused),
            Ok(_) => {
                Err(Error::new(Code::PlanChanged, "the plugin or its publisher changed since the review"))
            }
        }
    }

    fn verify(&self, source: &Source<'_>, progress: &Progress) -> Result<VerifiedPackage> {
        let path = source.path;
        let limits = spk::Limits::default();
        let size = fs::symlink_metadata(path).ok().map(|file| file.len());
        progress.begin(ProgressStage::Copying, size)?;
        let (home, staging) = (self.context.home.root(), self.context.home.staging());
        let room = self.room_for(path, size.unwrap_or_default());
        // What is no package is told as such, however large.
        if spk::completeness(path).is_ok_and(|found| found == Completeness::Complete) {
            disk::must_have(home, room)?;
        }
        let staged = spk::stage_path(path, &staging, &limits, &mut |done| progress.reach(done))
            .map_err(|refused| disk::with_figures(refused.into(), home, room))?;
        let host = host_facts(self.context.clock.now())?;
        let trust = StoreTrust::read(&self.context.store)?;
        let trust = Lenient { trust, home: &self.context.home, back_to: source.back_to };
        let opener = Opener::of(&self.context.home);
        let staged = staged.opened_by(opener.identity());
        let package = staged.verify(&trust, &host, &mut |check| at_check(progress, check));
        let package = package.map_err(|refused| opener.explain(refused))?;
        self.must_not_reach_home(package.manifest())?;
        self.must_not_be_lost(package)
    }

    /// A file that is the installed package, whose stored copy is gone, takes that copy's place; then it is installed already.
    fn must_not_be_lost(&self, package: VerifiedPackage) -> Result<VerifiedPackage> {
        let (plugin, digest) = (package.manifest().id.clone(), package.digest());
        let snapshot = self.context.store.snapshot();
        if snapshot.plugins.get(&plugin).is_none_or(|facts| facts.digest != digest) {
            return Ok(package);
        }
        let version = package.manifest().version.clone();
        package.file().sync_all().map_err(|e| Error::io("cannot write the package to the disk", &e))?;
        commit::move_to(package, &self.context.home.package(&digest))?;
        packages::sync_folder(&self.context.home.packages())?;
        tracing::info!(%plugin, %digest, "its package is back");
        self.supervisors.look(&plugin);
        self.context.bus.publish(self.context.clock.now(), Event::PluginChanged { plugin });
        Err(spk::Error::from(spk::Refusal::AlreadyInstalled { version }).into())
    }

    /// The private copy, and the mirror's file unless it is this one.
    fn room_for(&self, path: &Path, size: u64) -> u64 {
        let in_folder = path.parent() == Some(&self.context.home.plugins());
        if in_folder { size } else { size.saturating_mul(2) }
    }

    /// `read` and `write` never overlap the center's own home.
    fn must_not_reach_home(&self, manifest: &Manifest) -> Result<()> {
        use spk::manifest::Place;
        let home = self.context.home.root().to_string_lossy();
        let asked = manifest.capabilities.read.iter().chain(&manifest.capabilities.write);
        let reaches = |entry: &&String| entry.parse::<Place>().is_ok_and(|place| place.overlaps(&home));
        match asked.into_iter().find(reaches) {
            Some(entry) => Err(Error::new(
                Code::Package("reaches_home"),
                format!("the plugin asks for `{entry}`, which overlaps the center's own folder"),
            )
            .hint("Ask the publisher for a package that does not.")),
            None => Ok(()),
        }
    }

    /// What an uninstalled plugin left.
    fn kept(&self, plugin: &PluginId) -> Result<Option<Kept>> {
        let query = "SELECT key, capabilities FROM plugins WHERE id = ?1 AND digest IS NULL";
        let row: Option<(String, String)> = self.context.store.read(|db| {
            Ok(db.query_row(query, [plugin.as_ref()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
        })?;
        row.map(|(key, approved)| Ok(Kept { key: stored(&key)?, approved: Approved::read(&approved)? }))
            .transpose()
    }

    fn begin(&self, plugin: &PluginId) -> Result<Open> {
        let fresh = self.open.lock().unwrap_or_else(PoisonError::into_inner).insert(plugin.clone());
        if !fresh {
            return Err(Error::new(Code::Busy, format!("another operation on `{plugin}` is under way")));
        }
        Ok(Open { plugin: plugin.clone(), all: Arc::clone(&self.open) })
    }
}

/// Where a package is read from.
struct Source<'a> {
    path: &'a Path,
    /// What people know it by.
    name: String,
    /// The earlier version that is wanted on purpose.
    back_to: Option<Digest>,
}

/// Trust as it is, but for two: an installed package whose stored copy is gone is not refused for being installed, nor the
/// version that is wanted back for being older.
struct Lenient<'a> {
    trust: StoreTrust,
    home: &'a Home,
    back_to: Option<Digest>,
}

impl spk::Trust for Lenient<'_> {
    fn judge(&self, claim: &spk::Claim) -> Result<Standing, spk::Refusal> {
        match self.trust.judge(claim) {
            Err(spk::Refusal::AlreadyInstalled { .. }) if !self.home.package(&claim.digest).is_file() => {
                Ok(Standing::Known)
            }
            Err(spk::Refusal::Downgrade { .. }) if self.back_to == Some(claim.digest) => {
                self.trust.judge_publisher(claim)
            }
            judged => judged,
        }
    }
}

/// What people see of the checks: the signature, then the contents.
fn at_check(progress: &Progress, check: spk::Stage) -> ControlFlow<()> {
    let begun = match check {
        spk::Stage::Envelope => progress.begin(ProgressStage::Signature, None),
        spk::Stage::Decryption => progress.begin(ProgressStage::Contents, None),
        _ => progress.must_go_on(),
    };
    begun.map_or(ControlFlow::Break(()), ControlFlow::Continue)
}

/// What a package is judged against on this computer.
///
/// # Errors
/// `internal` if the clock shows no usable time.
pub fn host_facts(now: crate::clock::UnixMs) -> Result<HostFacts> {
    let sprocket_version =
        env!("CARGO_PKG_VERSION").parse().map_err(|e| Error::internal(format_args!("{e}")))?;
    let now = jiff::Timestamp::from_millisecond(now)
        .map_err(|e| Error::internal(format_args!("the clock: {e}")))?;
    Ok(HostFacts { sprocket_version, target: TARGET.into(), now })
}

/// What the plugin asks for beyond what was approved.
///
/// # Errors
/// `internal` if the stored approval is not readable.
pub fn lacking(facts: &PluginFacts) -> Result<Option<Approved>> {
    Ok(Approved::read(&facts.approved)?.lacks(&facts.package.manifest))
}
