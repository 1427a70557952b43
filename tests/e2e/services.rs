//! Services between plugins: who may call one and for whom, what happens when its provider is not there, and what a
//! hostile caller or provider gets.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use center::center::{Center, Options};
use center::events::Event;
use center::logs::Line;
use center::request::{Answers, Request, SessionKind, Token, TrustAnswer};
use center::snapshot::Subject;
use center::supervisor::Limits;
use center::views::{AppliedView, ServiceState};
use serde_json::{Value, json};
use spk::PluginId;

use crate::fixtures::{Package, built};
use crate::wait;
use crate::world::{PASSWORD, Person, Refusal, SOON, World, ask_alone, kill_dash_nine, password};

fn named(name: &str) -> String {
    format!("com.example.{name}")
}

/// A rogue that provides a service of its name, and uses others in version 1.
fn plugin(name: &str, uses: &[&str]) -> Package {
    Package::rogue(&named(name)).with("services", services(name, uses))
}

/// The same of the probe, which works on one call at once.
fn narrow(name: &str, uses: &[&str]) -> Package {
    Package::probe(&named(name)).with("services", services(name, uses))
}

fn services(name: &str, uses: &[&str]) -> Value {
    let uses: Vec<_> =
        uses.iter().map(|used| json!({ "name": format!("{used}.turn"), "version": "^1" })).collect();
    let own = json!({ "name": format!("{name}.turn"), "version": "1.2.0", "permission": "use" });
    json!({ "provides": [own], "uses": uses })
}

fn asking(service: &str, args: Value) -> Value {
    let mut wish = json!({ "service": format!("{service}.turn") });
    wish["args"] = args;
    wish
}

/// What a rogue's call of a service came to.
fn ask(world: &World, who: &Token, caller: &PluginId, wish: Value) -> Result<Value, Refusal> {
    world.call(who, caller, "ask", wish)
}

/// The code and the sentence with which the call of a service failed.
#[track_caller]
fn failed(outcome: Result<Value, Refusal>) -> (String, String) {
    let refusal = outcome.expect_err("the service fails");
    assert_eq!(refusal.code, "plugin_fault", "{refusal:?}");
    let text = |key: &str| refusal.details[key].as_str().expect("a text").to_owned();
    (text("code"), text("message"))
}

/// The lines of a plugin's log with these words.
fn logged(world: &World, plugin: &PluginId, words: &str) -> Vec<Line> {
    let mut log: Vec<Line> = world.get(Request::LogTail { plugin: plugin.clone(), lines: 200 });
    log.retain(|line| line.message.contains(words));
    log
}

/// An account that may use some plugins.
fn anna(world: &World, may_use: &[&PluginId]) -> Person {
    let anna = world.person("anna");
    may_use.iter().for_each(|plugin| world.grant(plugin, Subject::Account { id: anna.id }));
    anna
}

#[test]
fn a_service_is_called_only_if_declared_and_with_the_rights_of_the_account_behind_the_call() {
    let world = World::new();
    let desk = world.install_running(&plugin("desk", &[]));
    let front = world.install_running(&plugin("front", &["desk", "absent", "newer"]));
    let newer = json!({ "provides": [{ "name": "newer.turn", "version": "2.0.0", "permission": "use" }] });
    world.install_running(&Package::rogue("com.example.newer").with("services", newer));
    let anna = anna(&world, &[&front]);
    let answer =
        |service: &str| ask(&world, &anna.token, &front, asking(service, json!({ "echo": [1, "二"] })));

    let (code, why) = failed(answer("desk"));
    assert_eq!(code, "not_permitted", "{why}");
    assert!(why.contains("desk.turn") && why.contains("com.example.desk"), "{why}");
    world.grant(&desk, Subject::Account { id: anna.id });
    assert_eq!(answer("desk").unwrap(), json!([1, "二"]));

    assert_eq!(failed(answer("front")).0, "service_undeclared");
    assert_eq!(failed(answer("absent")).0, "service_missing");
    let (code, why) = failed(answer("newer"));
    assert_eq!(code, "service_version");
    assert!(why.contains("2.0.0") && why.contains("^1"), "{why}");
}

#[test]
fn a_service_is_withdrawn_the_moment_its_provider_stops_and_both_pages_say_so() {
    let world = World::new();
    let desk = world.install_running(&plugin("desk", &[]));
    let front = world.install_running(&plugin("front", &["desk", "absent"]));
    let echo = || ask(&world, &world.root, &front, asking("desk", json!({ "echo": 1 })));
    let states = || {
        let (provided, used) = (world.show(&desk).services.provides, world.show(&front).services.uses);
        assert_eq!(used[1].state, ServiceState::Missing, "`absent` keeps nobody from running");
        (provided[0].state, used[0].state)
    };
    assert_eq!(echo().unwrap(), 1);
    assert_eq!(states(), (ServiceState::Available, ServiceState::Available));
    assert_eq!(world.show(&desk).services.provides[0].used_by[0].id, front);

    world.switch_off(&desk);
    let (code, why) = failed(echo());
    assert_eq!(code, "plugin_stopped");
    assert!(why.contains("desk.turn") && why.contains("Turn it on first"), "{why}");
    assert_eq!(states(), (ServiceState::NotRunning, ServiceState::NotRunning));
    let login = world.run(&["login", "root", "--password-stdin"], PASSWORD);
    assert!(login.status.success(), "{login:?}");
    let shown = String::from_utf8(world.run(&["show", "com.example.front"], "").stdout).unwrap();
    assert!(shown.contains("desk.turn ^1 (com.example.desk 1.2.0): not available now"), "{shown}");
    world.switch_on(&desk);
    assert_eq!(echo().unwrap(), 1);
}

#[test]
fn a_provider_that_crashes_in_a_service_fails_that_call_and_its_caller_lives() {
    let world = World::new();
    let desk = world.install_running(&plugin("desk", &[]));
    let front = world.install_running(&plugin("front", &["desk"]));
    let (pid, crashed) = (world.host_pid(&front), world.host_pid(&desk));
    for (deed, code) in [("fail", "rogue"), ("panic", "panicked"), ("abort", "plugin_stopped")] {
        let (came, why) = failed(ask(&world, &world.root, &front, asking("desk", json!({ "deed": deed }))));
        assert_eq!(came, code, "{why}");
    }
    assert!(world.answers(&front) && world.host_pid(&front) == pid, "the caller is the same process");
    wait::until("the provider to be back", SOON, || {
        ask(&world, &world.root, &front, asking("desk", json!({ "echo": 1 }))).ok()
    });
    assert_ne!(world.host_pid(&desk), crashed);
}

/// In this process, since only here a call may take less than 30 s.
#[test]
fn a_service_gets_what_is_left_of_its_callers_time_and_a_silent_one_is_ended_after_twice_its_own() {
    let world = World::raw();
    let limits = Limits { call: Duration::from_secs(2), ..Limits::default() };
    let host_program = Some(built("plugin-host"));
    let options = Options { serve: true, host_program, limits, ..Options::default() };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let center = runtime.block_on(Center::open(world.home(), options)).unwrap();
    let ask = |token: Option<&Token>, request| runtime.block_on(center.handle(token, request));
    let (login, kind) = ("root".to_owned(), SessionKind::CommandLine);
    let init = Request::Init { name: login.clone(), login, password: password(PASSWORD), kind };
    let root: Token = serde_json::from_value(ask(None, init).unwrap()["signed_in"]["token"].clone()).unwrap();
    let install = |package: &Package| {
        let request = Request::PackagePlan { path: world.pack(package), locale: "en".into() };
        let plan = ask(Some(&root), request).unwrap()["plan"].as_str().unwrap().to_owned();
        let (label, checked) = ("Example Ltd".to_owned(), "made here".to_owned());
        let trust = Some(TrustAnswer { label, namespaces: vec!["com.example.*".into()], checked });
        let answers = Answers { trust, capabilities: true, turn_on: true, ..Answers::default() };
        let applied = ask(Some(&root), Request::PackageApply { plan, answers }).unwrap();
        serde_json::from_value::<AppliedView>(applied).unwrap().plugin
    };
    let (desk, front) = (install(&plugin("desk", &[])), install(&plugin("front", &["desk"])));
    let call = |plugin: &PluginId, call: &str, args| {
        ask(Some(&root), Request::PluginCall { plugin: plugin.clone(), call: call.into(), args })
    };
    let mut news = center.listen();
    let begun = Instant::now();
    let wish = json!({ "service": "desk.turn", "args": { "deed": "hang" }, "after": 1500 });
    // The account's time ends with the service's: it hears of either.
    let refusal = call(&front, "ask", wish).unwrap_err();
    let code = refusal.details["code"].as_str().unwrap_or(refusal.code.as_str());
    assert_eq!(code, "timed_out", "{refusal:?}");
    assert_eq!(call(&front, "echo", json!(1)).unwrap(), 1, "the caller lives");
    let tail =
        || ask(Some(&root), Request::LogTail { plugin: front.clone(), lines: 20 }).unwrap().to_string();
    wait::until("the caller to learn it too", SOON, || {
        tail().contains("desk.turn failed: timed_out").then_some(())
    });
    assert!(begun.elapsed() < Duration::from_millis(3400), "it had half a second, not two more");
    let crashed = async {
        loop {
            if let Event::PluginCrashed { plugin, cause } = news.next().await.unwrap().event {
                return (plugin, cause);
            }
        }
    };
    let (plugin, cause) = runtime.block_on(async { tokio::time::timeout(SOON, crashed).await }).unwrap();
    assert!(plugin == desk && cause.contains("hung"), "{plugin}: {cause}");
    assert!(begun.elapsed() > Duration::from_millis(5400), "half a second of silence is no reason to end it");
    runtime.block_on(center.shutdown());
}

#[test]
fn calls_that_come_back_to_a_plugin_on_their_way_are_refused_naming_the_circle() {
    let world = World::new();
    let one = world.install_running(&plugin("one", &["two"]));
    world.install_running(&plugin("two", &["one", "three"]));
    world.install_running(&plugin("three", &["one"]));
    let back = json!({ "ask": asking("one", json!({ "echo": 1 })) });
    let (code, why) = failed(ask(&world, &world.root, &one, asking("two", back.clone())));
    assert_eq!(code, "service_cycle");
    assert!(why.contains("`com.example.one` → `com.example.two` → `com.example.one`"), "{why}");
    let through = json!({ "ask": asking("three", back) });
    let (code, why) = failed(ask(&world, &world.root, &one, asking("two", through)));
    assert_eq!(code, "service_cycle");
    assert!(why.contains("two` → `com.example.three` → `com.example.one`"), "{why}");
    let straight = json!({ "ask": asking("three", json!({ "echo": "there" })) });
    assert_eq!(ask(&world, &world.root, &one, asking("two", straight)).unwrap(), "there");
}

#[test]
fn two_plugins_that_would_wait_for_each_other_forever_are_told_so_at_once() {
    let world = World::new();
    world.install_running(&plugin("gate", &[]));
    let left = world.install_running(&narrow("left", &["gate", "right"]));
    let right = world.install_running(&narrow("right", &["gate", "left"]));
    // Both work on a call with all that they have when they ask each other: the gate opens for two.
    let relay = |plugin: &PluginId, other: &str| {
        let (home, root, plugin) = (world.home(), world.root.clone(), plugin.clone());
        let args = json!(["gate.turn", format!("{other}.turn")]);
        thread::spawn(move || {
            ask_alone(&home, &root, Request::PluginCall { plugin, call: "relay".into(), args })
        })
    };
    let calls = [relay(&left, "right"), relay(&right, "left")];
    let mut outcomes = calls.map(|call| call.join().unwrap());
    outcomes.sort_by_key(Result::is_ok);
    let [refused, answered] = outcomes;
    let (code, why) = failed(refused);
    assert_eq!(code, "service_cycle", "{why}");
    assert_eq!(answered.unwrap(), "meet", "so the other one is answered");
}

#[test]
fn neither_the_number_of_an_ended_call_nor_that_of_anothers_call_lends_any_rights() {
    let world = World::new();
    let desk = world.install_running(&plugin("desk", &[]));
    let front = world.install_running(&plugin("front", &["desk"]));
    let forger = world.install_running(&plugin("forger", &["desk"]));
    let anna = anna(&world, &[&forger]);
    for _ in 0..5 {
        // The superadmin's calls to the forger itself, all of which have ended.
        assert!(world.answers(&forger));
    }
    let (home, root, args) = (world.home(), world.root.clone(), asking("desk", json!({ "deed": "hang" })));
    let request = Request::PluginCall { plugin: front, call: "ask".into(), args };
    let waiting = thread::spawn(move || ask_alone(&home, &root, request));
    wait::until("the superadmin's call to be under way", SOON, || {
        logged(&world, &desk, "hang").first().map(drop)
    });
    let numbers = json!({ "service": "desk.turn", "numbers": 200 });
    let came = world.call(&anna.token, &forger, "forge", numbers).unwrap();
    let came: BTreeMap<String, u64> = serde_json::from_value(came).unwrap();
    assert_eq!(came.keys().collect::<Vec<_>>(), ["no_call", "not_permitted"], "{came:?}");
    assert!((6..199).contains(&came["not_permitted"]), "only anna's own call is one: {came:?}");
    kill_dash_nine(world.host_pid(&desk));
    assert_eq!(failed(waiting.join().unwrap()).0, "plugin_stopped");
    wait::until("the provider to be back", SOON, || world.answers(&desk).then_some(()));
    world.grant(&desk, Subject::Account { id: anna.id });
    let numbers = json!({ "service": "desk.turn", "numbers": 200 });
    let came = world.call(&anna.token, &forger, "forge", numbers).unwrap();
    assert!(came.get("ok").is_some() && came.as_object().unwrap().len() == 2, "{came}");
}

#[test]
fn a_plugin_that_floods_another_has_sixteen_calls_under_way_and_values_are_bounded() {
    let world = World::new();
    let desk = world.install_running(&plugin("desk", &[]));
    let front = world.install_running(&plugin("front", &["desk"]));
    let other = world.install_running(&plugin("other", &["desk"]));
    let pid = world.host_pid(&front);

    let large = asking("desk", json!({ "echo": "x".repeat(1 << 20) }));
    assert_eq!(failed(ask(&world, &world.root, &front, large)).0, "too_large");
    let large = asking("desk", json!({ "large": 1 << 20 }));
    assert_eq!(failed(ask(&world, &world.root, &front, large)).0, "too_large");
    let half = asking("desk", json!({ "large": 1 << 19 }));
    assert_eq!(ask(&world, &world.root, &front, half).unwrap().as_str().map(str::len), Some(1 << 19));

    let flood = json!({ "wish": asking("desk", json!({ "deed": "hang" })), "times": 50 });
    let (home, root) = (world.home(), world.root.clone());
    let request = Request::PluginCall { plugin: front.clone(), call: "flood".into(), args: flood };
    let flooding = thread::spawn(move || ask_alone(&home, &root, request));
    wait::until("34 of 50 to be refused", SOON, || {
        (logged(&world, &front, "too_many_calls").len() == 34).then_some(())
    });
    assert!(world.answers(&front) && world.answers(&other), "nobody else notices");
    kill_dash_nine(world.host_pid(&desk));
    let came = flooding.join().unwrap().unwrap();
    assert_eq!(came, json!({ "plugin_stopped": 16, "too_many_calls": 34 }));
    assert_eq!(world.host_pid(&front), pid);
    wait::until("the provider to be back", SOON, || {
        ask(&world, &world.root, &other, asking("desk", json!({ "echo": 1 }))).ok()
    });
}

#[test]
fn a_name_belongs_to_the_first_provider_installed_until_that_is_uninstalled() {
    let world = World::new();
    let desk = world.install_running(&plugin("desk", &[]));
    let second = Package::rogue("com.example.second");
    let rival = second.clone().with("services", services("desk", &[]));
    let file = world.pack(&rival);
    let refusal = world.plan(&file).unwrap_err();
    assert_eq!(refusal.code, "service_taken");
    assert_eq!(refusal.details, json!({ "service": "desk.turn", "plugin": desk }));

    world.install(&second);
    let grown = world.pack(&rival.clone().version("1.1.0", 2));
    assert_eq!(world.plan(&grown).unwrap_err().code, "service_taken", "nor does an upgrade take it");
    let own = world.pack(&plugin("desk", &[]).version("1.1.0", 2));
    let plan = world.plan(&own).unwrap();
    let _: AppliedView = world.get(Request::PackageApply { plan: plan.plan, answers: Answers::default() });

    // Two that were reviewed while the name was free: the first that is applied has it.
    let _: Value = world.get(Request::PluginUninstall { plugin: desk, purge: false });
    let third = Package::rogue("com.example.third").with("services", services("desk", &[]));
    let plans = [grown, world.pack(&third)].map(|file| world.plan(&file).unwrap().plan);
    let [first, late] = plans.map(|plan| {
        let answers = Answers { capabilities: true, ..Answers::default() };
        world.ask(Request::PackageApply { plan, answers })
    });
    first.unwrap();
    assert_eq!(late.unwrap_err().code, "service_taken");
}

#[test]
fn the_review_shows_used_services_as_a_right_and_an_upgrade_what_is_new_and_gone() {
    let world = World::new();
    let file = world.pack(&plugin("front", &["desk", "old"]));
    let plan = world.plan(&file).unwrap();
    assert_eq!(plan.capabilities["uses"], json!(["desk.turn", "old.turn"]));
    assert!(plan.approve_capabilities, "it is a right that somebody has to give");
    world.install(&plugin("front", &["desk", "old"]));
    let file = world.pack(&plugin("front", &["desk", "new"]).version("1.1.0", 2));
    let plan = world.plan(&file).unwrap();
    assert_eq!(plan.capabilities["uses"], json!(["new.turn"]));
    assert_eq!(plan.removed["uses"], json!(["old.turn"]));
    assert!(plan.approve_capabilities);
}

#[test]
fn calls_of_a_service_wait_while_its_provider_is_upgraded_and_none_is_lost() {
    let world = World::new();
    world.install_running(&plugin("desk", &[]));
    let front = world.install_running(&plugin("front", &["desk"]));
    let file = world.pack(&plugin("desk", &[]).version("1.1.0", 2));
    let plan = world.plan(&file).unwrap().plan;
    let upgraded = AtomicBool::new(false);
    thread::scope(|scope| {
        let calling = scope.spawn(|| {
            let mut calls = 0;
            while !upgraded.load(Ordering::SeqCst) || calls < 3 {
                let args = asking("desk", json!({ "echo": calls }));
                let call = Request::PluginCall { plugin: front.clone(), call: "ask".into(), args };
                assert_eq!(ask_alone(&world.home(), &world.root, call).unwrap(), calls);
                calls += 1;
            }
        });
        let apply = Request::PackageApply { plan, answers: Answers::default() };
        ask_alone(&world.home(), &world.root, apply).unwrap();
        upgraded.store(true, Ordering::SeqCst);
        calling.join().unwrap();
    });
}
