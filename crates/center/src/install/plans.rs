//! Plans that wait for their answer, in memory, bound to who asked for them.

use std::sync::{Arc, Mutex, PoisonError};

use spk::VerifiedPackage;

use super::arrange::Offered;
use crate::actor::Actor;
use crate::capabilities::Approved;
use crate::clock::{Clock, UnixMs};
use crate::error::{Code, Error, Result};
use crate::views::PlanView;

/// 30 minutes.
const LIFE: UnixMs = 30 * 60 * 1000;
/// So many wait for one actor, since each holds a private copy of its package.
pub const MOST: usize = 128;

/// A verified package and what would happen with it.
pub struct Plan {
    /// What the person sees.
    pub view: PlanView,
    /// Who may apply it.
    pub actor: Actor,
    /// The package, in its private copy.
    pub package: VerifiedPackage,
    /// What was approved before.
    pub approved: Approved,
    /// Its name, if it lies in the plugin folder.
    pub file: Option<String>,
    /// The other plans that it was arranged with.
    pub companions: Vec<String>,
}

impl Plan {
    /// Bytes that carrying it out still writes: the mirror's file, unless it lies there. The private copy is on the disk.
    pub fn still_needs(&self) -> u64 {
        if self.file.is_some() { 0 } else { self.view.size }
    }
}

/// The oldest first.
pub struct Plans {
    plans: Mutex<Vec<(UnixMs, Plan)>>,
    clock: Arc<dyn Clock>,
}

impl Plans {
    /// None yet.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { plans: Mutex::default(), clock }
    }

    /// Keeps a plan; forgets old ones, and the oldest of an actor that has too many.
    pub fn keep(&self, plan: Plan) {
        let now = self.clock.now();
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        plans.retain(|(at, _)| now - *at < LIFE);
        if plans.iter().filter(|(_, other)| same(&other.actor, &plan.actor)).count() >= MOST
            && let Some(oldest) = plans.iter().position(|(_, other)| same(&other.actor, &plan.actor))
        {
            plans.remove(oldest);
        }
        plans.push((now, plan));
    }

    /// Makes each of these count on the others; returns what is in them.
    ///
    /// # Errors
    /// `plan_gone` if one of them is unknown, too old, or somebody else's.
    pub fn arrange(&self, actor: &Actor, ids: &[String]) -> Result<Vec<Offered>> {
        let now = self.clock.now();
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        let place = |id: &String| plans.iter().position(|kept| is_own(kept, actor, id, now)).ok_or_else(gone);
        let places = ids.iter().map(place).collect::<Result<Vec<_>>>()?;
        for (place, id) in places.iter().zip(ids) {
            plans[*place].1.companions = ids.iter().filter(|other| *other != id).cloned().collect();
        }
        Ok(places.into_iter().map(|place| Offered::of(&plans[place].1.package)).collect())
    }

    /// What is in those of these that are still kept.
    pub fn offered(&self, actor: &Actor, ids: &[String]) -> Vec<Offered> {
        let now = self.clock.now();
        let plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        let find = |id: &String| plans.iter().find(|kept| is_own(kept, actor, id, now));
        ids.iter().filter_map(find).map(|(_, plan)| Offered::of(&plan.package)).collect()
    }

    /// Takes a plan out; only its own actor can.
    ///
    /// # Errors
    /// `plan_gone`: unknown, too old, or somebody else's.
    pub fn take(&self, actor: &Actor, id: &str) -> Result<Plan> {
        let now = self.clock.now();
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        let found = plans.iter().position(|kept| is_own(kept, actor, id, now)).ok_or_else(gone)?;
        Ok(plans.remove(found).1)
    }
}

fn is_own((at, plan): &(UnixMs, Plan), actor: &Actor, id: &str, now: UnixMs) -> bool {
    plan.view.plan == id && now - at < LIFE && same(&plan.actor, actor)
}

fn gone() -> Error {
    Error::new(Code::PlanGone, "there is no such plan any more")
}

fn same(one: &Actor, other: &Actor) -> bool {
    one.kind() == other.kind() && one.account() == other.account()
}
