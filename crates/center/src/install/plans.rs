//! Plans that wait for their answer, in memory, bound to who asked for them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use spk::VerifiedPackage;

use crate::actor::Actor;
use crate::capabilities::Approved;
use crate::clock::{Clock, UnixMs};
use crate::error::{Code, Error, Result};
use crate::views::PlanView;

/// 30 minutes.
const LIFE: UnixMs = 30 * 60 * 1000;

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
}

/// By random id.
pub struct Plans {
    plans: Mutex<HashMap<String, (UnixMs, Plan)>>,
    clock: Arc<dyn Clock>,
}

impl Plans {
    /// None yet.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { plans: Mutex::default(), clock }
    }

    /// Keeps a plan; forgets old ones.
    pub fn keep(&self, plan: Plan) {
        let now = self.clock.now();
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        plans.retain(|_, (at, _)| now - *at < LIFE);
        plans.insert(plan.view.plan.clone(), (now, plan));
    }

    /// Takes a plan out; only its own actor can.
    ///
    /// # Errors
    /// `plan_gone`: unknown, too old, or somebody else's.
    pub fn take(&self, actor: &Actor, id: &str) -> Result<Plan> {
        let now = self.clock.now();
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        match plans.get(id) {
            Some((at, plan)) if now - at < LIFE && same(&plan.actor, actor) => {}
            _ => return Err(Error::new(Code::PlanGone, "there is no such plan any more")),
        }
        let (_, plan) = plans.remove(id).expect("it was there under the same lock");
        Ok(plan)
    }
}

fn same(one: &Actor, other: &Actor) -> bool {
    one.kind() == other.kind() && one.account() == other.account()
}
