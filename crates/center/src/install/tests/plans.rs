//! How many plans wait for their answer.

use serde_json::json;

use super::World;
use crate::error::Code;
use crate::install::Progress;
use crate::install::plans::MOST;
use crate::request::Request;

#[tokio::test(flavor = "multi_thread")]
async fn the_oldest_plan_of_somebody_who_has_too_many_is_forgotten_with_its_copy() {
    let world = World::new().await;
    let package = world.pack(&json!({}));
    let mut plans = Vec::new();
    for _ in 0..=MOST {
        plans.push(world.plan(&package, &Progress::silent()).await.unwrap().plan);
    }
    assert_eq!(world.packages(), (MOST, 0), "a private copy for each plan that waits");
    let gone = world.apply(&plans[0], &Progress::silent()).await.unwrap_err();
    assert_eq!(gone.code, Code::PlanGone);
    for plan in &plans[1..] {
        world.ask(Request::PlanDiscard { plan: plan.clone() }).await;
    }
    assert_eq!(world.packages(), (0, 0));
}
