//! For how long an uninstalled plugin can come back.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::json;

use super::World;
use crate::center::Options;
use crate::clock::{Clock, SystemClock, UnixMs};
use crate::packages;
use crate::paths::Home;
use crate::request::Request;
use crate::store::Store;
use crate::views::{KeptView, PlanView};

const DAY: UnixMs = 24 * 60 * 60 * 1000;

/// The real time and some more.
#[derive(Default)]
struct Ahead(AtomicI64);

impl Clock for Ahead {
    fn now(&self) -> UnixMs {
        SystemClock.now() + self.0.load(Ordering::Relaxed)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_is_kept_for_thirty_days_after_the_uninstall_and_not_longer() {
    let clock = Arc::new(Ahead::default());
    let options = Options { clock: Arc::clone(&clock) as Arc<dyn Clock>, ..Options::default() };
    let mut world = World::opened(options).await;
    world.install(&world.pack(&json!({}))).await;
    let plugin: spk::PluginId = "com.example.a".parse().unwrap();
    world.ask(Request::PluginUninstall { plugin: plugin.clone(), purge: false }).await;
    let home = Home::at(world.folder.path().join("home"));
    let store = Store::open(&home, Arc::new(SystemClock)).unwrap();
    let sweep = || packages::sweep(&home, &store, clock.now()).unwrap();

    clock.0.store(29 * DAY, Ordering::Relaxed);
    sweep();
    assert_eq!(world.packages(), (0, 1), "the start keeps it");
    world.sign_in().await;
    let put_back = Request::PackagePutBack { plugin: plugin.clone(), locale: "en".into() };
    let plan: PlanView = serde_json::from_value(world.ask(put_back.clone()).await).unwrap();
    assert_eq!(plan.file, "com.example.a.v1.0.0.spk");
    world.ask(Request::PlanDiscard { plan: plan.plan }).await;

    clock.0.store(31 * DAY, Ordering::Relaxed);
    world.sign_in().await;
    let late = world.center.handle(Some(&world.token), put_back).await.unwrap_err();
    assert_eq!(late.code.as_str(), "not_found");
    let kept = world.ask(Request::KeptList { locale: "en".into() }).await;
    let kept: Vec<KeptView> = serde_json::from_value(kept).unwrap();
    assert_eq!((kept[0].version.clone(), kept[0].name.as_str()), (None, "A"));
    assert_eq!(world.packages(), (0, 1));
    sweep();
    assert_eq!(world.packages(), (0, 0), "the start takes it away");
}
