//! The switch: refused with every reason at once, kept over restarts, and the main job from end to end.

use center::request::Request;
use center::snapshot::Subject;
use serde_json::{Value, json};
use spk::PluginId;

use crate::fixtures::Package;
use crate::world::{Refusal, World, id};

fn switch_on(plugin: &PluginId) -> Request {
    Request::PluginSwitch { plugin: plugin.clone(), on: true, revision: None }
}

fn reasons(refusal: &Refusal) -> Vec<Value> {
    assert_eq!(refusal.code, "cannot_turn_on", "{refusal:?}");
    refusal.details["reasons"].as_array().expect("a list").clone()
}

#[test]
fn the_switch_is_refused_with_all_reasons_at_once() {
    let world = World::new();
    let package = Package::rogue("com.example.demanding")
        .config(
            &["clientId", "secret"],
            json!({
                "clientId": { "type": "string", "title": "Client" },
                "secret": { "type": "string", "format": "password", "title": "Secret" },
            }),
        )
        .with("dependencies", json!({ "com.example.missing": "^1" }));
    let plugin = world.install(&package);
    assert_eq!(world.state(&plugin)["state"], "set_up_first");
    let refusal = world.refusal(switch_on(&plugin));
    let all = reasons(&refusal);
    for (reason, name) in [
        ("setting_missing", "Client"),
        ("setting_missing", "Secret"),
        ("dependency_missing", "com.example.missing"),
    ] {
        let named = |found: &Value| found["reason"] == reason && found.to_string().contains(name);
        assert!(all.iter().any(named), "{reason} {name}: {all:?}");
        assert!(refusal.message.contains(name), "{refusal:?}");
    }
    assert_eq!(all.len(), 3, "{all:?}");
    assert!(!world.show(&plugin).plugin.wanted && world.show(&plugin).process.is_none());
    assert_eq!(json!(world.show(&plugin).blockers), json!(all), "its page shows the same");
}

#[test]
fn capabilities_that_were_not_approved_stand_against_the_switch() {
    let world = World::new();
    let package = Package::rogue("com.example.wide").with("capabilities", json!({ "memory": "512 MiB" }));
    let file = world.pack(&package);
    std::fs::copy(&file, world.plugins().join("wide.spk")).unwrap();
    let plugin = id("com.example.wide");
    crate::wait::until("it to be listed", crate::world::SOON, || world.has(&plugin, "1.0.0").then_some(()));
    let all = reasons(&world.refusal(switch_on(&plugin)));
    assert_eq!(all, [json!({ "reason": "capabilities_not_approved" })]);
    let _: Value = world.get(Request::CapabilitiesApprove { plugin: plugin.clone() });
    world.switch_on(&plugin);
}

#[test]
fn a_dependency_that_is_off_stands_against_the_switch_until_it_is_on() {
    let world = World::new();
    let needed = world.install(&Package::rogue("com.example.needed").version("1.4.0", 1));
    let package =
        Package::rogue("com.example.needing").with("dependencies", json!({ "com.example.needed": "^1.2" }));
    let plugin = world.install(&package);
    let all = reasons(&world.refusal(switch_on(&plugin)));
    assert_eq!(all, [json!({ "reason": "dependency_off", "plugin": "com.example.needed" })]);
    world.switch_on(&needed);
    world.switch_on(&plugin);
}

#[test]
fn the_main_job_from_a_file_to_a_granted_call() {
    let world = World::new();
    let package = Package::probe("com.example.job").config(
        &["clientId", "secret"],
        json!({
            "clientId": { "type": "string", "title": "Client" },
            "secret": { "type": "string", "format": "password", "title": "Secret" },
        }),
    );
    let plugin = world.install(&package);
    assert_eq!(reasons(&world.refusal(switch_on(&plugin))).len(), 2);
    world.save(&plugin, json!({ "clientId": "me" })).unwrap();
    let left = reasons(&world.refusal(switch_on(&plugin)));
    assert!(left.len() == 1 && left[0].to_string().contains("Secret"), "{left:?}");
    world.save(&plugin, json!({ "secret": { "$set": "swordfish and more" } })).unwrap();
    world.switch_on(&plugin);

    let [anna, ben] = ["anna", "ben"].map(|login| world.person(login));
    world.grant(&plugin, Subject::Account { id: anna.id });
    let knows =
        |who: &crate::world::Person| world.call(&who.token, &plugin, "knows", json!("swordfish and more"));
    assert_eq!(knows(&anna), Ok(json!(true)), "the plugin was given the secret");
    assert_eq!(knows(&ben).unwrap_err().code, "not_permitted");
}

#[test]
fn the_switch_is_kept_over_restarts_and_turning_off_always_works() {
    let mut world = World::new();
    let [on, off] =
        ["com.example.on", "com.example.off"].map(|id| world.install_running(&Package::rogue(id)));
    world.switch_off(&off);
    world.switch_off(&off);
    assert_eq!(world.state(&off)["state"], "off", "twice is no error");
    world.stop();
    world.start();
    world.wait_state(&on, "running");
    assert_eq!(world.state(&off)["state"], "off");
    assert_eq!(world.call(&world.root, &off, "echo", json!(1)).unwrap_err().code, "plugin_stopped");
}
