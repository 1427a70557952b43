//! Plugins that need each other: what waits for what, who starts and stops first, what is refused and what goes together,
//! sub-plugins, and several files as one.

use std::fs;
use std::path::PathBuf;

use center::request::{Answers, Request};
use center::snapshot::Subject;
use center::views::{AppliedView, ArrangementView, PlanView, SwitchedView};
use serde_json::{Value, json};
use spk::PluginId;

use crate::feed::Feed;
use crate::fixtures::Package;
use crate::world::{SOON, World, id, kill_dash_nine};

fn named(name: &str) -> String {
    format!("com.example.{name}")
}

/// A plugin that needs others in version 1.
fn needing(name: &str, others: &[&str]) -> Package {
    let ranges: serde_json::Map<_, _> = others.iter().map(|other| (named(other), json!("^1"))).collect();
    Package::rogue(&named(name)).with("dependencies", Value::Object(ranges))
}

fn child(name: &str, parent: &str) -> Package {
    Package::rogue(&named(name)).with("parent", json!({ "id": named(parent), "version": "^1" }))
}

fn ids(names: &[&str]) -> Vec<PluginId> {
    names.iter().map(|name| id(&named(name))).collect()
}

fn together(plugin: &PluginId, on: bool, others: &[PluginId]) -> Request {
    Request::PluginSwitchTogether { plugin: plugin.clone(), on, others: others.to_vec(), revision: None }
}

/// What happened, as the short names of the plugins, in order.
fn happened(feed: &Feed, kind: &str) -> Vec<String> {
    let of_kind = |event: &Value| {
        let plugin = event["plugin"].as_str().filter(|_| event["kind"] == kind)?;
        Some(plugin.trim_start_matches("com.example.").to_owned())
    };
    feed.seen().iter().filter_map(of_kind).collect()
}

#[track_caller]
fn happens(feed: &Feed, kind: &str, order: &[&str]) {
    crate::wait::until(&format!("{order:?} to be {kind}"), SOON, || {
        (happened(feed, kind).len() >= order.len()).then_some(())
    });
    assert_eq!(happened(feed, kind), order, "{kind}");
}

/// What a plugin waits for, and why.
fn awaited(world: &World, plugin: &PluginId) -> Vec<(String, String)> {
    let state = world.wait_state(plugin, "waiting_for_dependency");
    let text = |one: &Value, key: &str| one[key].as_str().expect("a word").to_owned();
    state["awaited"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| (text(one, "id"), text(one, "why")))
        .collect()
}

/// `base` ← `middle` ← `top`, installed and off.
fn chain(world: &World) -> [PluginId; 3] {
    [needing("base", &[]), needing("middle", &["base"]), needing("top", &["middle"])]
        .map(|package| world.install(&package))
}

fn chain_running(world: &World) -> [PluginId; 3] {
    let plugins = chain(world);
    let _: SwitchedView = world.get(together(&plugins[2], true, &plugins[..2]));
    for plugin in &plugins {
        world.wait_state(plugin, "running");
    }
    plugins
}

#[test]
fn all_that_a_plugin_needs_is_turned_on_with_it_in_one_act_and_starts_first() {
    let mut world = World::new();
    let [base, middle, top] = chain(&world);
    let alone = Request::PluginSwitch { plugin: top.clone(), on: true, revision: None };
    let refusal = world.refusal(alone);
    assert_eq!(refusal.code, "cannot_turn_on");
    assert_eq!(refusal.details["reasons"], json!([{ "reason": "dependency_off", "plugin": middle }]));
    assert_eq!(refusal.details["together"], json!([base, middle]), "what others need first");

    let news = world.follow(Request::Events);
    let switched: SwitchedView = world.get(together(&top, true, &[base.clone(), middle.clone()]));
    assert_eq!(json!(switched.observed)["state"], "running", "the answer comes when all are up");
    happens(&news, "plugin_started", &["base", "middle", "top"]);

    world.stop();
    world.start();
    for plugin in [&base, &middle, &top] {
        world.wait_state(plugin, "running");
    }
}

#[test]
fn turning_on_together_is_refused_as_a_whole_with_the_reasons_of_each() {
    let world = World::new();
    let field = json!({ "secret": { "type": "string", "format": "password", "title": "Secret" } });
    let base = world.install(&needing("base", &[]).config(&["secret"], field));
    let top = world.install(&needing("top", &["base"]));
    let refusal = world.refusal(together(&top, true, std::slice::from_ref(&base)));
    let blocked = &refusal.details["reasons"][0];
    assert_eq!((&blocked["reason"], &blocked["plugin"]), (&json!("dependency_blocked"), &json!(base)));
    assert_eq!(blocked["reasons"][0]["title"], "Secret");
    assert!(!world.show(&base).plugin.wanted && !world.show(&top).plugin.wanted, "nothing was switched");
}

#[test]
fn turning_off_what_others_need_names_all_of_them_and_stops_them_first() {
    let world = World::new();
    let [base, middle, top] = chain_running(&world);
    let refusal = world.refusal(Request::PluginSwitch { plugin: base.clone(), on: false, revision: None });
    assert_eq!(refusal.code, "needed_by_others");
    let others: Vec<_> =
        refusal.details["needed_by"].as_array().expect("a list").iter().map(|one| &one["id"]).collect();
    assert_eq!(others, [&json!(top), &json!(middle)]);
    let some = together(&base, false, std::slice::from_ref(&top));
    assert_eq!(world.refusal(some).code, "needed_by_others", "each has to be agreed to");
    assert!(world.answers(&top), "nothing was stopped");
    for purge in [false, true] {
        let uninstall = Request::PluginUninstall { plugin: base.clone(), purge };
        assert_eq!(world.refusal(uninstall).code, "needed_by_others");
    }

    let news = world.follow(Request::Events);
    let _: SwitchedView = world.get(together(&base, false, &[middle.clone(), top.clone()]));
    happens(&news, "plugin_stopped", &["top", "middle", "base"]);
    for plugin in [&base, &middle, &top] {
        assert!(!world.show(plugin).plugin.wanted);
    }
    let _: Value = world.get(Request::PluginUninstall { plugin: base, purge: false });
}

#[test]
fn when_what_it_needs_crashes_a_plugin_waits_and_comes_back_by_itself() {
    let world = World::new();
    let [base, middle, top] = chain_running(&world);
    let before = world.host_pid(&top);
    let news = world.follow(Request::Events);
    kill_dash_nine(world.host_pid(&base));
    news.wait_for("the crash to be told", SOON, |event| event["kind"] == "plugin_crashed");
    happens(&news, "plugin_started", &["base", "middle", "top"]);
    happens(&news, "plugin_stopped", &["top", "middle"]);
    happens(&news, "plugin_crashed", &["base"]);
    assert_ne!(world.host_pid(&top), before);
    assert!(world.show(&middle).plugin.wanted && world.answers(&top));
}

#[test]
fn what_a_removed_file_takes_away_is_waited_for_until_it_is_back() {
    let world = World::new();
    let parent = world.install_running(&Package::rogue(&named("parent")));
    let below = world.install_running(&child("child", "parent"));
    world.grant(&below, Subject::Everyone);
    assert_eq!(world.list().iter().find(|one| one.id == below).expect("listed").parent, Some(parent.clone()));
    assert!(world.show(&parent).dependents[0].child);
    let anna = world.person("anna");
    let echo = |plugin: &PluginId| world.call(&anna.token, plugin, "echo", json!(1));
    assert_eq!(echo(&below), Ok(json!(1)));
    assert_eq!(echo(&parent).unwrap_err().code, "not_permitted", "a sub-plugin has grants of its own");

    let news = world.follow(Request::Events);
    let file = world.plugins().join(format!("{parent}.v1.0.0.spk"));
    let kept = world.folder().join("kept.spk");
    fs::copy(&file, &kept).expect("readable");
    fs::remove_file(&file).expect("there");
    news.wait_for("the uninstall", SOON, |event| event["kind"] == "plugin_uninstalled");
    happens(&news, "plugin_stopped", &["child", "parent"]);
    assert_eq!(awaited(&world, &below), [(parent.to_string(), "missing".into())]);
    assert!(world.show(&below).plugin.wanted, "what is wanted is kept");

    fs::copy(&kept, &file).expect("writable");
    crate::wait::until("the parent to be listed", SOON, || world.has(&parent, "1.0.0").then_some(()));
    assert_eq!(awaited(&world, &below), [(parent.to_string(), "off".into())]);
    world.switch_on(&parent);
    world.wait_state(&below, "running");
    happens(&news, "plugin_started", &["parent", "child"]);
}

#[test]
fn an_optional_plugin_is_started_after_and_done_without() {
    let mut world = World::new();
    let extra = world.install_running(&Package::rogue(&named("extra")));
    let other = json!({ named("extra"): "^1", named("absent"): "*" });
    let plugin = world.install_running(&Package::rogue(&named("apart")).with("optionalDependencies", other));
    world.switch_off(&extra);
    assert!(world.answers(&plugin), "it does without");
    world.switch_on(&extra);
    world.stop();
    world.start();
    world.wait_state(&plugin, "running");
    world.wait_state(&extra, "running");
    let since = |plugin: &PluginId| world.show(plugin).process.expect("it runs").since;
    assert!(since(&extra) <= since(&plugin), "where it is on, it comes first");
}

#[test]
fn a_circle_is_refused_and_named_in_full() {
    let world = World::new();
    world.install(&needing("a", &["b"]));
    world.install(&needing("b", &["c"]));
    let file = world.pack(&child("c", "a"));
    let refusal = world.plan(&file).unwrap_err();
    assert_eq!(refusal.code, "dependency_cycle");
    let circle = "`com.example.c` needs `com.example.a` needs `com.example.b` needs `com.example.c`";
    assert!(refusal.message.ends_with(circle), "{}", refusal.message);
    fs::copy(&file, world.plugins().join("c.spk")).expect("writable");
    let told = world.wait_verdict("c.spk", "refused");
    assert_eq!(told.cause.expect("a cause").code, "dependency_cycle");
    assert_eq!(world.list().len(), 2);
}

#[test]
fn an_upgrade_that_would_break_what_is_on_is_refused_alone_and_fits_together() {
    let world = World::new();
    let base = world.install_running(&needing("base", &[]));
    let top = world.install_running(&needing("top", &["base"]));
    let two = Package::rogue(&named("base")).version("2.0.0", 2);
    let plan = world.plan(&world.pack(&two)).expect("it can be looked at");
    assert_eq!(json!(plan.conflicts)[0]["conflict"], "breaks");
    let apply =
        |plan: &PlanView| Request::PackageApply { plan: plan.plan.clone(), answers: Answers::default() };
    let refusal = world.refusal(apply(&plan));
    assert_eq!(refusal.code, "dependency_conflict");
    assert_eq!(refusal.message, "`com.example.top`, which is on, needs `com.example.base` ^1; this is 2.0.0");
    assert!(world.has(&base, "1.0.0") && world.answers(&top));

    let new = Package::rogue(&named("top")).version("2.0.0", 2);
    let new = new.with("dependencies", json!({ base.as_str(): "^2" }));
    let plans = [new, two].map(|package| world.plan(&world.pack(&package)).expect("it can be looked at"));
    let arranged: ArrangementView = world.get(Request::PackageArrange {
        plans: plans.iter().map(|plan| plan.plan.clone()).collect(),
        locale: "en".into(),
    });
    assert_eq!(arranged.order, [plans[1].plan.clone(), plans[0].plan.clone()], "what is needed comes first");
    for plan in [&plans[1], &plans[0]] {
        let _: AppliedView = world.get(apply(plan));
    }
    assert!(world.has(&base, "2.0.0") && world.has(&top, "2.0.0"));
    world.wait_state(&top, "running");
}

#[test]
fn of_several_files_a_bad_one_holds_up_only_those_that_need_it() {
    let world = World::new();
    let login = world.run(&["login", "root", "--password-stdin"], crate::world::PASSWORD);
    assert!(login.status.success());
    let pack = |package: &Package| world.pack(package);
    let files: Vec<PathBuf> = [
        needing("tickets", &["directory"]),
        needing("voice", &["lost"]),
        needing("lost", &[]),
        needing("directory", &[]),
        needing("voice-archive", &["voice"]),
    ]
    .iter()
    .map(pack)
    .collect();
    let whole = fs::read(&files[2]).expect("readable");
    fs::write(&files[2], &whole[..whole.len() / 2]).expect("writable");

    let paths: Vec<&str> = files.iter().map(|file| file.to_str().expect("text")).collect();
    let output = world.run(&[&["--json", "install", "--yes"], &paths[..]].concat(), "");
    assert!(!output.status.success(), "one was bad");
    let told: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let batch = &told["error"]["details"];
    let installed: Vec<_> =
        batch["installed"].as_array().expect("a list").iter().map(|one| &one["plugin"]).collect();
    assert_eq!(json!(installed), json!(ids(&["directory", "tickets"])), "what is needed comes first");
    let refused: Vec<_> =
        batch["refused"].as_array().expect("a list").iter().map(|one| &one["error"]["code"]).collect();
    assert_eq!(json!(refused), json!(["truncated", "dependency_conflict", "dependency_conflict"]));
    let last = batch["refused"][2]["error"]["message"].as_str().expect("text");
    assert!(last.contains("cannot be installed because") && last.contains("com.example.lost"), "{last}");
    assert_eq!(world.list().len(), 2);

    let [directory, tickets] = [id("com.example.directory"), id("com.example.tickets")];
    let on = world.run_json(&["on", tickets.as_str(), "--with-dependencies"]);
    assert_eq!(on["observed"]["state"], "running");
    assert!(!world.run(&["off", directory.as_str()], "").status.success(), "tickets needs it");
    world.run_json(&["uninstall", directory.as_str(), "--with-dependents"]);
    assert!(!world.show(&tickets).plugin.wanted);
}
