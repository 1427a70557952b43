//! How far an install is, and how it is cancelled.

use std::sync::{Arc, Mutex};

use serde_json::json;

use super::{Progress, World};
use crate::error::Code;
use crate::request::Request;
use crate::views::{ProgressStage, ProgressView};

use ProgressStage::{Contents, Copying, Saving, Signature, Unpacking};

/// A progress that remembers what it was told, and cancels at the first telling that `at` names.
fn cancelling(at: impl Fn(&ProgressView) -> bool + Send + Sync + 'static) -> (Progress, Told) {
    let told = Told::default();
    let (heard, own) = (told.clone(), Arc::new(Mutex::new(None::<Progress>)));
    let itself = Arc::clone(&own);
    let progress = Progress::new(move |view| {
        heard.0.lock().unwrap().push(view.clone());
        if at(view) {
            let itself = itself.lock().unwrap().clone().unwrap();
            assert!(itself.cancel(), "it can still be cancelled in {view:?}");
        }
    });
    *own.lock().unwrap() = Some(progress.clone());
    (progress, told)
}

#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<ProgressView>>>);

impl Told {
    fn views(&self) -> Vec<ProgressView> {
        self.0.lock().unwrap().clone()
    }

    fn stages(&self) -> Vec<ProgressStage> {
        let mut stages: Vec<_> = self.views().iter().map(|view| view.stage).collect();
        stages.dedup();
        stages
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_and_an_apply_tell_how_far_they_are() {
    let world = World::new().await;
    let path = world.pack(&json!({}));
    let size = std::fs::metadata(&path).unwrap().len();
    let (progress, told) = cancelling(|_| false);
    let plan = world.plan(&path, &progress).await.unwrap();
    assert_eq!(told.stages(), [Copying, Signature, Contents]);
    let copied: Vec<_> = told.views().into_iter().filter(|view| view.stage == Copying).collect();
    assert!(copied.len() > 3 && copied.is_sorted_by_key(|view| view.done), "{copied:?}");
    assert!(copied.iter().all(|view| view.total == Some(size)), "{copied:?}");
    assert_eq!(copied.last().unwrap().done, size);

    assert_eq!(world.packages(), (1, 0), "a plan keeps its private copy");
    let (progress, told) = cancelling(|_| false);
    world.apply(&plan.plan, &progress).await.unwrap();
    assert_eq!(told.stages(), [Unpacking, Saving]);
    let unpacked: Vec<_> = told.views().into_iter().filter(|view| view.stage == Unpacking).collect();
    let last = unpacked.last().unwrap();
    assert!(unpacked.len() > 3 && last.total == Some(last.done), "{unpacked:?}");
    assert!(!progress.cancel(), "what is committed is not cancelled");
    assert_eq!(world.packages(), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_cancelled_between_and_within_stages_and_leaves_nothing() {
    let world = World::new().await;
    let path = world.pack(&json!({}));
    for stage in [Copying, Signature, Contents] {
        let (progress, told) = cancelling(move |view| view.stage == stage);
        let refused = world.plan(&path, &progress).await.unwrap_err();
        assert_eq!(refused.code, Code::Cancelled, "{stage:?}");
        assert_eq!(told.stages().last(), Some(&stage));
        assert_eq!(world.packages(), (0, 0), "{stage:?}");
    }
    let (progress, told) = cancelling(|view| view.done > 0);
    assert_eq!(world.plan(&path, &progress).await.unwrap_err().code, Code::Cancelled);
    let last = told.views().pop().unwrap();
    assert!(last.stage == Copying && last.done < last.total.unwrap(), "the copy was broken off: {last:?}");
    assert_eq!(world.packages(), (0, 0));
    assert_eq!(world.ask(Request::PluginList { locale: "en".into() }).await, json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_apply_is_cancelled_until_it_is_committed_and_its_plan_is_gone() {
    let world = World::new().await;
    let path = world.pack(&json!({}));
    let at: [fn(&ProgressView) -> bool; 3] = [
        |view| view.stage == Unpacking,
        |view| view.stage == Unpacking && view.done > 0 && view.total > Some(view.done),
        |view| view.stage == Saving,
    ];
    for at in at {
        let plan = world.plan(&path, &Progress::silent()).await.unwrap().plan;
        let (progress, told) = cancelling(at);
        let refused = world.apply(&plan, &progress).await.unwrap_err();
        assert_eq!(refused.code, Code::Cancelled, "{:?}", told.views());
        assert_eq!(world.packages(), (0, 0), "{:?}", told.views());
        let again = world.apply(&plan, &Progress::silent()).await.unwrap_err();
        assert_eq!(again.code, Code::PlanGone);
    }
    assert_eq!(world.ask(Request::PluginList { locale: "en".into() }).await, json!([]));
    assert_eq!(
        world.ask(Request::PublisherList).await,
        json!([]),
        "trust given in a cancelled apply is not kept"
    );
    let plan = world.plan(&path, &Progress::silent()).await.unwrap().plan;
    world.apply(&plan, &Progress::silent()).await.unwrap();
}
