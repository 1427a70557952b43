//! Settings that are tried before they are saved, those that need a new process, and the way back to earlier ones.

use center::request::Request;
use center::views::{SettingsChangeView, TestedView};
use serde_json::{Value, json};
use spk::PluginId;

use crate::dump;
use crate::fixtures::Package;
use crate::wait;
use crate::world::{PASSWORD, Refusal, SOON, World, is_alive};

const SECRET: &str = "Teekanne-55102";

/// Follows orders, one of which is a password.
fn rogue(id: &str) -> Package {
    let text = json!({ "type": "string" });
    let properties = json!({
        "test": text, "start": text,
        "token": { "type": "string", "format": "password", "title": "Token" },
        "port": { "type": "integer", "default": 80, "title": "Port", "requiresRestart": true },
    });
    Package::rogue(id).config(&["token"], properties)
}

fn try_out(world: &World, plugin: &PluginId, values: Value) -> Result<TestedView, Refusal> {
    let request = Request::ConfigTest { plugin: plugin.clone(), values, locale: "en".into() };
    world.ask(request).map(|answer| serde_json::from_value(answer).expect("its shape"))
}

fn failed(tested: Result<TestedView, Refusal>) -> String {
    match tested {
        Ok(TestedView::Failed { message }) => message,
        other => panic!("the test did not fail: {other:?}"),
    }
}

fn passed(message: &str) -> Result<TestedView, Refusal> {
    Ok(TestedView::Passed { message: Some(message.into()) })
}

/// As the command line wants it.
fn sign_in(world: &World) {
    assert!(world.run(&["login", "root", "--password-stdin"], PASSWORD).status.success());
}

/// The hosts of this center.
fn hosts(world: &World) -> Vec<u32> {
    let of = format!("/proc/{0}/task/{0}/children", world.pid());
    let all = std::fs::read_dir(format!("/proc/{}/task", world.pid())).expect("it runs");
    let threads = all.filter_map(Result::ok).map(|task| task.path().join("children"));
    let children = threads.chain([of.into()]).filter_map(|path| std::fs::read_to_string(path).ok());
    let mut pids: Vec<u32> = children
        .flat_map(|text| text.split_whitespace().map(|pid| pid.parse().expect("a pid")).collect::<Vec<_>>())
        .collect();
    pids.sort_unstable();
    pids.dedup();
    pids
}

#[test]
fn what_is_typed_is_tried_while_off_in_a_process_that_ends_and_nothing_is_stored() {
    let world = World::new();
    let plugin = world.install(&rogue("com.example.tried"));
    let before = dump::of(&world);
    let refused = try_out(&world, &plugin, json!({ "port": "none" })).unwrap_err();
    assert_eq!(refused.code, "invalid_settings", "{refused:?}");
    let fields = refused.details["invalid"].as_array().unwrap();
    assert_eq!(fields.len(), 2, "the missing one too: {fields:?}");

    let typed = json!({ "token": { "$set": SECRET } });
    assert_eq!(try_out(&world, &plugin, typed.clone()), passed("looks good"));
    let quoting = json!({ "token": { "$set": SECRET }, "test": "quote" });
    let said = failed(try_out(&world, &plugin, quoting));
    assert!(said.contains("•••") && said.contains("\"port\":80") && !said.contains(SECRET), "{said}");
    for deed in ["panic", "abort", "fail-at-length"] {
        let said = failed(try_out(&world, &plugin, json!({ "token": { "$set": SECRET }, "test": deed })));
        assert!(!said.is_empty() && said.len() <= 4096, "{deed}: {said}");
        assert!(!said.contains('\u{1b}'), "{deed}: {said}");
    }
    assert_eq!(world.state(&plugin)["state"], "set_up_first");
    assert_eq!(dump::of(&world), before, "nothing is stored, and no failure counts");
    wait::until("no process to be left", SOON, || hosts(&world).is_empty().then_some(()));
    world.save(&plugin, typed).unwrap();
    world.switch_on(&plugin);
}

#[test]
fn a_running_plugin_tries_settings_in_its_own_process_and_goes_on_with_what_is_saved() {
    let world = World::new();
    let plugin = world.install(&rogue("com.example.tried"));
    world.save(&plugin, json!({ "token": { "$set": SECRET } })).unwrap();
    world.switch_on(&plugin);
    let (pid, before) = (world.host_pid(&plugin), dump::of(&world));
    assert_eq!(try_out(&world, &plugin, json!({ "port": 81 })), passed("looks good"));
    let said = failed(try_out(&world, &plugin, json!({ "port": 81, "test": "quote" })));
    assert!(said.contains("\"port\":81") && said.contains("•••"), "the stored secret is given: {said}");
    assert_eq!((world.host_pid(&plugin), dump::of(&world)), (pid, before));
    assert!(is_alive(pid) && world.answers(&plugin));
}

#[test]
fn a_plugin_without_a_test_says_so_and_one_that_may_not_run_is_not_run() {
    let world = World::new();
    let package =
        Package::probe("com.example.untested").config(&[], json!({ "clientId": { "type": "string" } }));
    let plugin = world.install(&package);
    assert_eq!(try_out(&world, &plugin, json!({})), Ok(TestedView::Unsupported));
    let key = world.publisher.key.public();
    world.get::<Value>(Request::PublisherWithdraw { key, reason: "left".into() });
    let refused = try_out(&world, &plugin, json!({})).unwrap_err();
    assert_eq!(refused.code, "cannot_test");
    assert_eq!(refused.details["reasons"], json!([{ "reason": "publisher_not_trusted" }]));
}

#[test]
fn a_setting_that_requires_a_restart_gives_a_running_plugin_a_new_process() {
    let world = World::new();
    let plugin = world.install(&rogue("com.example.restarted"));
    world.save(&plugin, json!({ "token": { "$set": SECRET } })).unwrap();
    world.switch_on(&plugin);
    let first = world.host_pid(&plugin);
    let saved = world.save(&plugin, json!({ "test": "trace" })).unwrap();
    assert_eq!(saved["restarts"], false);
    assert_eq!(try_out(&world, &plugin, json!({})), passed("looks good"));
    assert_eq!(world.host_pid(&plugin), first, "others are handed over");
    let saved = world.save(&plugin, json!({ "port": 8080 })).unwrap();
    assert_eq!(saved["restarts"], true);
    wait::until("another process", SOON, || {
        let state = world.state(&plugin);
        (state["state"] == "running"
            && world.show(&plugin).process.is_some_and(|process| process.pid != first))
        .then_some(())
    });
    assert!(!is_alive(first), "the first one has ended");
    let failures: Vec<_> = dump::of(&world).into_iter().filter(|line| line.starts_with("failures")).collect();
    assert!(failures.is_empty(), "it is no failure: {failures:?}");
}

#[test]
fn the_history_says_who_changed_what_and_leads_back_to_any_state_but_for_secrets() {
    let world = World::new();
    let plugin = world.install(&rogue("com.example.history"));
    let history = || -> Vec<SettingsChangeView> {
        world.get(Request::ConfigHistory { plugin: plugin.clone(), locale: "en".into() })
    };
    assert_eq!(history(), []);
    world.save(&plugin, json!({ "port": 81, "token": { "$set": SECRET } })).unwrap();
    world.save(&plugin, json!({ "port": 82, "start": "nothing" })).unwrap();
    world.save(&plugin, json!({ "port": null })).unwrap();
    let changes = history();
    assert_eq!(changes.iter().map(|change| change.revision).collect::<Vec<_>>(), [3, 2, 1]);
    assert!(changes.iter().all(|change| change.by.by.is_some()));
    assert!(!json!(changes).to_string().contains(SECRET));
    let first = &changes[2];
    let shown: Vec<_> = first.fields.iter().map(|f| (f.title.as_str(), f.secret, &f.after)).collect();
    assert_eq!(shown, [("Port", false, &json!(81)), ("Token", true, &Value::Null)]);
    assert_eq!(changes[0].values, json!({}), "this is how it is");
    assert_eq!(first.values, json!({ "port": 81, "start": null }));

    sign_in(&world);
    let restored = world.run_json(&["config", "restore", plugin.as_str(), "2"]);
    assert_eq!((&restored["values"]["port"], &restored["values"]["start"]), (&json!(82), &json!("nothing")));
    assert_eq!(restored["revision"], 4, "it is a change like any other");
    let output = world.run(&["config", "restore", plugin.as_str(), "9"], "");
    assert!(!output.status.success() && String::from_utf8_lossy(&output.stderr).contains("revision 9"));
}

#[test]
fn the_command_line_tries_settings_and_fails_with_the_plugins_own_words() {
    let world = World::new();
    let plugin = world.install(&rogue("com.example.tried"));
    sign_in(&world);
    let tries = |arguments: &[&str]| {
        let start = ["config", "test", plugin.as_str(), "--secret-stdin", "token"];
        let output = world.run(&[&start, arguments].concat(), SECRET);
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&said).into_owned())
    };
    assert_eq!(tries(&[]), (true, "The test passed: looks good\n".into()));
    let (worked, said) = tries(&["test=fail"]);
    assert!(!worked && said.contains("the rogue fails") && said.contains("Nothing was saved"), "{said}");
}
