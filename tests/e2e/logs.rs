//! What plugins write and what happens, told to those who watch.

use std::time::Duration;

use center::request::Request;
use serde_json::{Value, json};

use crate::feed::Feed;
use crate::fixtures::Package;
use crate::world::{SOON, World, id};

/// What people are promised of events.
const AT_ONCE: Duration = Duration::from_secs(1);

#[test]
fn a_plugins_lines_reach_the_log_with_level_target_and_fields_and_nothing_that_moves_a_cursor() {
    let world = World::new();
    let plugin = world.install_running(&Package::rogue("com.example.chatty"));
    let follow = world.follow(Request::LogFollow { plugin: plugin.clone() });
    world.call(&world.root, &plugin, "do", json!({ "deed": "trace" })).unwrap();

    let is_it =
        |line: &Value| line["message"].as_str().is_some_and(|m| m.contains("with control characters"));
    let line = follow.wait_for("the line to be followed", AT_ONCE, is_it);
    assert_eq!(line["level"], "warn", "{line}");
    assert!(line["target"].as_str().unwrap().starts_with("rogue"), "{line}");
    assert_eq!(line["fields"]["attempt"], 3, "{line}");
    let tail: Vec<Value> = world.get(Request::LogTail { plugin: plugin.clone(), lines: 100 });
    assert!(tail.contains(&line), "the same line is kept: {tail:?}");
    for text in [&line["message"], &line["fields"]["path"], &line["target"]] {
        let text = text.as_str().unwrap();
        assert!(!text.chars().any(char::is_control), "{text:?}");
    }
    assert!(line["fields"]["path"].as_str().unwrap().contains("[2Jb"), "what is harmless stays: {line}");
}

#[test]
fn a_plugins_panic_is_in_its_log() {
    let world = World::new();
    let plugin = world.install_running(&Package::rogue("com.example.loud"));
    let follow = world.follow(Request::LogFollow { plugin: plugin.clone() });
    world.call(&world.root, &plugin, "do", json!({ "deed": "panic" })).unwrap_err();
    follow.wait_for("the panic's words", SOON, |line| line.to_string().contains("the rogue panics"));
}

#[test]
fn a_flood_of_lines_is_bounded_and_disturbs_nobody() {
    let world = World::new();
    let [flooder, neighbour] =
        ["com.example.flooder", "com.example.neighbour"].map(|id| world.install_running(&Package::rogue(id)));
    let _ = world.call(&world.root, &flooder, "do", json!({ "deed": "flood" }));
    assert!(world.answers(&neighbour));
    let folder = world.home().logs().join(flooder.as_ref());
    let size: u64 =
        std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().metadata().unwrap().len()).sum();
    assert!(size < 16 << 20, "100,000 lines left {size} bytes");
    let tail: Vec<Value> = world.get(Request::LogTail { plugin: flooder, lines: 50 });
    assert!(!tail.is_empty());
}

#[test]
fn what_happens_to_a_plugin_is_told_at_once_to_all_who_listen() {
    let world = World::new();
    let (one, two) = (world.follow(Request::Events), world.follow(Request::Events));
    let told = |kind: &str, check: &dyn Fn(&Value) -> bool| {
        for feed in [&one, &two] {
            feed.wait_for(kind, AT_ONCE, |e| {
                e["kind"] == kind && e["plugin"] == "com.example.eventful" && check(e)
            });
        }
    };
    let package = Package::rogue("com.example.eventful");
    let plugin = world.install(&package);
    told("plugin_installed", &|e| e["version"] == "1.0.0");
    world.switch_on(&plugin);
    told("plugin_started", &|_| true);
    world.install(&package.version("1.1.0", 2));
    told("plugin_upgraded", &|e| e["from"] == "1.0.0" && e["to"] == "1.1.0");
    world.wait_state(&plugin, "running");
    world.switch_off(&plugin);
    told("plugin_stopped", &|_| true);
    let _: Value = world.get(Request::PluginUninstall { plugin: plugin.clone(), purge: false });
    told("plugin_uninstalled", &|e| e["purged"] == false);
}

#[test]
fn the_command_line_shows_events_as_they_happen() {
    let world = World::new();
    sign_in(&world);
    let mut events = world.sprocket(&["--json", "events"]);
    let mut events = events.stdout(std::process::Stdio::piped()).spawn().unwrap();
    let lines = Feed::of_json_lines(events.stdout.take().unwrap());
    // The listener is there once it hears of something.
    crate::wait::until("the listener to hear", SOON, || {
        let _: Value = world.get(Request::DepartmentCreate {
            name: format!("D{}", world.get::<Vec<Value>>(Request::DepartmentList).len()),
            parent: None,
        });
        (!lines.seen().is_empty()).then_some(())
    });
    let plugin = world.install_running(&Package::rogue("com.example.watched"));
    for kind in ["plugin_installed", "plugin_started"] {
        lines.wait_for(kind, AT_ONCE, |event| event["kind"] == kind);
    }
    let _: Value = world.get(Request::PluginUninstall { plugin, purge: false });
    lines.wait_for("the uninstalling", AT_ONCE, |event| event["kind"] == "plugin_uninstalled");
    events.kill().unwrap();
    events.wait().unwrap();
}

#[test]
fn refreshing_rereads_the_folder_and_restarts_nothing() {
    let world = World::new();
    let plugin = world.install_running(&Package::rogue("com.example.steady"));
    let pid = world.host_pid(&plugin);
    let _: Value = world.get(Request::FolderRescan);
    std::fs::copy(world.pack(&Package::rogue("com.example.fresh")), world.plugins().join("fresh.spk"))
        .unwrap();
    let _: Value = world.get(Request::FolderRescan);
    crate::wait::until("the new file to be taken", SOON, || {
        world.has(&id("com.example.fresh"), "1.0.0").then_some(())
    });
    assert_eq!(world.host_pid(&plugin), pid);
}

/// Signs the command line in as the superadmin.
pub fn sign_in(world: &World) {
    let output = world.run(&["login", "root", "--password-stdin"], crate::world::PASSWORD);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_log_of_a_plugin_that_never_was_is_not_found() {
    let world = World::new();
    let plugin = id("com.example.nobody");
    assert_eq!(world.refusal(Request::LogTail { plugin, lines: 1 }).code, "not_found");
}
