//! Licenses with real processes: expiry while a plugin runs and its return, a clock that was set back, what a vendor says.

use std::path::PathBuf;
use std::time::Duration;

use center::request::Request;
use center::views::{AttentionView, LicenseView};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use spk::PluginId;

use crate::fixtures::Package;
use crate::wait;
use crate::world::{SOON, World};

const LATER: Duration = Duration::from_secs(30);

fn paid(id: &str) -> Package {
    Package::rogue(id).with("license", json!({ "mode": "host" }))
}

/// Has the publisher issue a license with their own tool, as they would.
fn issue(world: &World, plugin: &PluginId, until: Timestamp, more: &[&str]) -> PathBuf {
    let key = world.folder().join("issuer.key");
    if !key.exists() {
        world.publisher.key.save(&key, None).expect("a new file");
    }
    let out = world.folder().join(format!("{until}.license"));
    let (key, until) = (key.to_string_lossy().into_owned(), until.to_string());
    let words = ["license", "issue", plugin.as_ref(), "--key", &key, "--licensee", "Acme", "--until", &until];
    world.run_json(&[&words[..], &["--out", &out.to_string_lossy()], more].concat());
    out
}

fn import(world: &World, path: PathBuf) -> LicenseView {
    world.get(Request::LicenseImport { path, plugin: None, locale: "en".into() })
}

fn needs(world: &World, kind: &str) -> bool {
    let list: Vec<AttentionView> = world.get(Request::AttentionList);
    list.iter().any(|concern| concern.kind == kind)
}

fn after(seconds: i64) -> Timestamp {
    Timestamp::now() + SignedDuration::from_secs(seconds)
}

fn switch_on(plugin: &PluginId) -> Request {
    Request::PluginSwitch { plugin: plugin.clone(), on: true, revision: None }
}

#[test]
fn an_expiry_stops_the_running_plugin_and_a_renewal_brings_it_back_by_itself() {
    let world = World::new();
    let plugin = world.install(&paid("com.example.paid"));
    assert_eq!(world.state(&plugin)["state"], "license_needed");
    let refusal = world.refusal(switch_on(&plugin));
    assert_eq!(refusal.details["reasons"], json!([{ "reason": "license_needed", "verdict": null }]));

    let first = import(&world, issue(&world, &plugin, after(8), &["--feature", "voice"]));
    assert!(first.in_use);
    world.switch_on(&plugin);
    assert_eq!(world.call(&world.root, &plugin, "features", Value::Null), Ok(json!(["voice"])));
    let kept = json!({ "key": "k", "value": "kept" });
    world.call(&world.root, &plugin, "remember", kept).unwrap();
    assert!(needs(&world, "license_expiring"), "it ends within 30 days");

    world.wait_state_within(&plugin, "license_expired", LATER);
    let shown = world.show(&plugin);
    assert!(shown.plugin.wanted && shown.process.is_none(), "the switch stays on");
    let refused = world.call(&world.root, &plugin, "echo", json!(1)).unwrap_err();
    assert_eq!(refused.code, "license_needed");
    wait::until("a person to be told", SOON, || needs(&world, "license_expired").then_some(()));

    import(&world, issue(&world, &plugin, after(90 * 86_400), &[]));
    world.wait_state_within(&plugin, "running", LATER);
    let more = json!({ "key": "k", "value": "kept" });
    assert_eq!(world.call(&world.root, &plugin, "remember", more), Ok(json!([["k", "kept"]])));
    assert_eq!(world.call(&world.root, &plugin, "features", Value::Null), Ok(json!([])));
    wait::until("the list to be empty", SOON, || {
        (!needs(&world, "license_expired") && !needs(&world, "license_expiring")).then_some(())
    });
}

#[test]
fn removing_the_license_in_use_stops_the_plugin_and_its_code_orders_another() {
    let world = World::new();
    let plugin = world.install(&paid("com.example.paid"));
    let code: String = world.get(Request::LicenseCode);
    let here = import(&world, issue(&world, &plugin, after(86_400), &["--installation", &code]));
    world.switch_on(&plugin);
    let mut elsewhere = World::new();
    elsewhere.publisher = world.publisher.clone();
    elsewhere.trust(&world.publisher);
    elsewhere.install(&paid("com.example.paid"));
    let there = issue(&world, &plugin, after(86_401), &["--installation", &code]);
    let wish = Request::LicenseImport { path: there, plugin: None, locale: "en".into() };
    assert_eq!(elsewhere.refusal(wish).code, "license_other_installation");

    let _: Value = world.get(Request::LicenseRemove { license: here.id });
    world.wait_state(&plugin, "license_needed");
    assert!(world.show(&plugin).plugin.wanted);
}

#[test]
fn a_clock_that_was_set_back_is_said_and_gives_no_more_time() {
    let mut world = World::new();
    let plugin = world.install(&paid("com.example.paid"));
    let first = import(&world, issue(&world, &plugin, after(86_400), &[]));
    world.switch_on(&plugin);
    world.stop();
    // What the center would have stored if it had run with the clock three days ahead.
    let database = rusqlite::Connection::open(world.home().database()).unwrap();
    let ahead = after(3 * 86_400).as_millisecond().to_string();
    let changed = database.execute("UPDATE meta SET value = ?1 WHERE key = 'latest_time'", [&ahead]).unwrap();
    assert_eq!(changed, 1, "the latest time was stored at the end");
    drop(database);
    world.start();
    world.wait_state(&plugin, "license_expired");
    wait::until("the clock to be told of", SOON, || needs(&world, "clock_behind").then_some(()));
    let issued = first.terms.unwrap().issued;
    wait::until("another second", SOON, || (Timestamp::now().as_millisecond() > issued + 1000).then_some(()));
    import(&world, issue(&world, &plugin, after(40 * 86_400), &[]));
    world.wait_state(&plugin, "running");
    wait::until("the clock to be believed", SOON, || (!needs(&world, "clock_behind")).then_some(()));
}

#[test]
fn what_the_vendors_own_check_says_is_shown_and_counts() {
    let world = World::new();
    let said = json!({ "type": "object", "properties": {
        "valid": { "type": "boolean" }, "message": { "type": "string" },
    } });
    let package = Package::rogue("com.example.vendor").with("license", json!({ "mode": "vendor" }));
    let plugin = world.install(&package.config(&[], json!({ "license": said })));
    let order = |valid: bool, message: &str| {
        let values = json!({ "license": { "valid": valid, "message": message } });
        world.save(&plugin, values).unwrap();
    };
    let shown = || world.show(&plugin).license.vendor.map(|said| (said.valid, said.message));
    let becomes = |valid: bool, message: &str| {
        let expected = Some((valid, message.to_owned()));
        wait::until("the vendor's verdict", LATER, || (shown() == expected).then_some(()));
    };
    order(true, "contract 7");
    world.switch_on(&plugin);
    becomes(true, "contract 7");
    assert!(world.answers(&plugin));
    order(false, "contract 7 has ended");
    becomes(false, "contract 7 has ended");
    let refused = world.call(&world.root, &plugin, "echo", json!(1)).unwrap_err();
    assert_eq!(refused.code, "license_needed");
    wait::until("a person to be told", SOON, || needs(&world, "license_refused").then_some(()));
    assert_eq!(world.state(&plugin)["state"], "running", "it goes on checking");
    order(true, "contract 8");
    becomes(true, "contract 8");
    assert!(world.answers(&plugin));
}
