//! Several reviewed packages as one: which fit together and with what is installed, and in which order they come. A plan
//! that was arranged with others counts on those that are still to be applied.

use serde_json::json;
use spk::{Manifest, Texts, VerifiedPackage};

use super::Installer;
use super::plans::Plan;
use crate::actor::Actor;
use crate::dependencies::Names;
use crate::error::{Code, Error, Result};
use crate::resolve::{self, Conflict};
use crate::snapshot::Snapshot;
use crate::views::{ArrangementView, ConflictView, HeldBackView};

/// What of a package others have to know.
#[derive(Clone)]
pub struct Offered {
    /// Its plugin.json.
    pub manifest: Manifest,
    /// Its texts.
    pub texts: Texts,
}

impl Offered {
    /// Of a verified package.
    pub fn of(package: &VerifiedPackage) -> Self {
        Self { manifest: package.manifest().clone(), texts: package.texts().clone() }
    }
}

/// A package with those that it counts on.
pub struct Company {
    /// The package itself, then the others.
    pub all: Vec<Offered>,
    /// It was arranged with others: what it needs and nobody has stands against it.
    pub arranged: bool,
}

impl Company {
    /// Why the first package cannot be installed as things are.
    fn conflicts(&self, snapshot: &Snapshot) -> Vec<Conflict> {
        let manifests: Vec<&Manifest> = self.all.iter().map(|one| &one.manifest).collect();
        resolve::arrange(snapshot, &manifests, self.arranged).held_back.remove(&0).unwrap_or_default()
    }

    /// The same for people.
    pub fn conflict_views(&self, snapshot: &Snapshot, locale: &str) -> Vec<ConflictView> {
        let names = names(snapshot, &self.all, locale);
        self.conflicts(snapshot).iter().map(|conflict| names.conflict(conflict)).collect()
    }

    /// Passes if the first package closes no circle.
    ///
    /// # Errors
    /// `dependency_cycle`, naming the whole circle.
    pub fn must_close_no_circle(&self, snapshot: &Snapshot) -> Result<()> {
        let circle = self.conflicts(snapshot).into_iter().find(|one| matches!(one, Conflict::Cycle { .. }));
        circle.map_or(Ok(()), |circle| Err(self.refusal(snapshot, &[circle])))
    }

    /// Passes if the first package fits.
    ///
    /// # Errors
    /// `dependency_cycle`, `dependency_conflict` with every reason in `details.conflicts`.
    pub fn must_fit(&self, snapshot: &Snapshot) -> Result<()> {
        match &self.conflicts(snapshot)[..] {
            [] => Ok(()),
            conflicts => Err(self.refusal(snapshot, conflicts)),
        }
    }

    fn refusal(&self, snapshot: &Snapshot, conflicts: &[Conflict]) -> Error {
        let code = match conflicts {
            [Conflict::Cycle { .. }] => Code::DependencyCycle,
            _ => Code::DependencyConflict,
        };
        let words: Vec<String> = conflicts.iter().map(ToString::to_string).collect();
        let names = names(snapshot, &self.all, "en");
        let views: Vec<_> = conflicts.iter().map(|conflict| names.conflict(conflict)).collect();
        Error::new(code, words.join("; ")).details(json!({ "conflicts": views }))
    }
}

fn names<'a>(snapshot: &'a Snapshot, offered: &'a [Offered], locale: &'a str) -> Names<'a> {
    Names::new(snapshot, locale).with(offered.iter().map(|one| (&one.manifest, &one.texts)))
}

impl Installer {
    /// Puts plans in order. From now on each of them counts on the others, as long as those are still to be applied.
    ///
    /// # Errors
    /// `not_a_superadmin`; `plan_gone` if one of them is not there any more.
    pub fn arrange(&self, actor: &Actor, plans: &[String], locale: &str) -> Result<ArrangementView> {
        actor.must_manage()?;
        let offered = self.plans.arrange(actor, plans)?;
        let snapshot = self.context.store.snapshot();
        let manifests: Vec<&Manifest> = offered.iter().map(|one| &one.manifest).collect();
        let arranged = resolve::arrange(&snapshot, &manifests, plans.len() > 1);
        let names = names(&snapshot, &offered, locale);
        let held_back = |(place, conflicts): (usize, Vec<Conflict>)| HeldBackView {
            plan: plans[place].clone(),
            conflicts: conflicts.iter().map(|conflict| names.conflict(conflict)).collect(),
        };
        Ok(ArrangementView {
            order: arranged.order.iter().map(|place| plans[*place].clone()).collect(),
            held_back: arranged.held_back.into_iter().map(held_back).collect(),
        })
    }

    /// A plan's package with those that it counts on and that are still to be applied.
    pub(super) fn company(&self, plan: &Plan) -> Company {
        let others = self.plans.offered(&plan.actor, &plan.companions);
        let all = [vec![Offered::of(&plan.package)], others].concat();
        Company { all, arranged: !plan.companions.is_empty() }
    }
}
