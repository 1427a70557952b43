//! Each plugin in a process of its own: what ends one is noticed by nobody else, and what was on comes back.

use std::time::{Duration, Instant};

use center::logs::{Line, Source};
use center::request::Request;
use serde_json::{Value, json};
use spk::PluginId;

use crate::fixtures::Package;
use crate::wait;
use crate::world::{Refusal, SOON, World, ask_alone, is_alive, kill_dash_nine};

/// A second, as people are promised.
const A_SECOND: Duration = Duration::from_secs(1);
/// The third pause is 8 s; a start comes on top.
const A_WHILE: Duration = Duration::from_secs(30);

/// A rogue that can be told by its settings how to misbehave, and another plugin that must not notice.
fn rogue_and_neighbour(world: &World) -> (PluginId, PluginId) {
    let orders = ["start", "configure", "health", "stop"].map(|name| (name, json!({ "type": "string" })));
    let orders: serde_json::Map<_, _> =
        orders.map(|(name, schema)| (name.to_owned(), schema)).into_iter().collect();
    let rogue = Package::rogue("com.example.rogue").config(&[], Value::Object(orders));
    let neighbour = world.install_running(&Package::rogue("com.example.neighbour"));
    (world.install_running(&rogue), neighbour)
}

/// Has the rogue do something that it may not survive, without waiting for its answer longer than it lives.
fn order(world: &World, rogue: &PluginId, deed: &str) -> Result<Value, Refusal> {
    world.call(&world.root, rogue, "do", json!({ "deed": deed }))
}

/// The rogue ends by `deed`: said at once, shown, running again; nobody else notices.
fn survives(deed: &str, cause: &str) {
    let world = World::new();
    let (rogue, neighbour) = rogue_and_neighbour(&world);
    let (pid, next_door) = (world.host_pid(&rogue), world.host_pid(&neighbour));
    let events = world.follow(Request::Events);

    let refusal = order(&world, &rogue, deed).expect_err("it does not survive this");
    assert_eq!(refusal.code, "plugin_stopped", "{refusal:?}");
    let crashed = events.wait_for("the crash to be told", A_SECOND, |e| e["kind"] == "plugin_crashed");
    assert!(crashed["cause"].to_string().contains(cause), "{crashed}");
    assert!(world.answers(&neighbour), "the neighbour answers");

    world.wait_state(&rogue, "running");
    wait::until("the rogue to answer again", SOON, || world.answers(&rogue).then_some(()));
    assert_ne!(world.host_pid(&rogue), pid);
    assert_eq!(world.host_pid(&neighbour), next_door, "the neighbour's process is the same");
    assert_eq!(world.status().running, 2);
}

#[test]
fn a_plugin_that_aborts_is_restarted_and_nobody_else_notices() {
    survives("abort", "SIGABRT");
}

#[test]
fn a_plugin_that_faults_is_restarted_and_nobody_else_notices() {
    survives("segfault", "SIGSEGV");
}

#[test]
fn a_plugin_that_exits_is_restarted_and_nobody_else_notices() {
    survives("exit", "exit code 0");
}

#[test]
fn a_plugin_that_wants_all_memory_is_refused_it_and_nobody_else_notices() {
    survives("gigabytes", "SIGABRT");
}

#[test]
fn a_plugin_that_makes_threads_without_end_is_ended_and_nobody_else_notices() {
    survives("threads", "threads, 512 are allowed");
}

#[test]
fn a_plugin_that_speaks_garbage_is_ended_and_nobody_else_notices() {
    survives("garbage", "protocol");
}

#[test]
fn a_plugin_that_forges_an_answer_is_ended_and_nobody_else_notices() {
    survives("forged-answer", "protocol");
}

#[test]
fn a_plugin_that_announces_a_huge_frame_is_ended_and_nobody_else_notices() {
    survives("huge-frame", "protocol");
}

#[test]
fn a_plugin_that_fills_its_folder_with_small_files_is_ended_and_turned_off_and_nobody_else_notices() {
    let world = World::new();
    let neighbour = world.install_running(&Package::rogue("com.example.neighbour"));
    let hoarder = Package::rogue("com.example.hoarder").with("capabilities", json!({ "storage": "2 MiB" }));
    let hoarder = world.install_running(&hoarder);
    let next_door = world.host_pid(&neighbour);
    let events = world.follow(Request::Events);

    let hoard = json!({ "deed": "hoard", "path": "small" });
    assert_eq!(world.call(&world.root, &hoarder, "do", hoard).unwrap(), "succeeded", "each file is small");
    let crashed = events.wait_for("the crash to be told", SOON, |e| e["kind"] == "plugin_crashed");
    assert!(crashed["cause"].to_string().contains("storage, 2 are approved"), "{crashed}");
    let off = wait::until("the third failure", A_WHILE, || {
        Some(world.state(&hoarder)).filter(|state| state["state"] == "stopped_after_errors")
    });
    assert!(off["cause"].to_string().contains("storage"), "{off}");
    assert!(world.answers(&neighbour) && world.host_pid(&neighbour) == next_door);
}

#[test]
fn a_plugin_that_panics_fails_its_call_and_lives() {
    let world = World::new();
    let (rogue, neighbour) = rogue_and_neighbour(&world);
    let pid = world.host_pid(&rogue);
    let refusal = order(&world, &rogue, "panic").unwrap_err();
    assert_eq!(refusal.code, "plugin_fault", "{refusal:?}");
    assert!(world.answers(&rogue) && world.answers(&neighbour));
    assert_eq!(world.host_pid(&rogue), pid, "a panic ends a call, not the process");
}

#[test]
fn a_hanging_call_holds_up_nobody_else() {
    let world = World::new();
    let (rogue, neighbour) = rogue_and_neighbour(&world);
    std::thread::scope(|scope| {
        let (home, root, hung) = (world.home(), world.root.clone(), rogue.clone());
        let hanging = scope.spawn(move || {
            let args = json!({ "deed": "hang" });
            ask_alone(&home, &root, Request::PluginCall { plugin: hung, call: "do".into(), args })
        });
        wait::throughout("the center and the other plugin answer", Duration::from_secs(3), || {
            !hanging.is_finished() && world.answers(&neighbour)
        });
        assert!(world.answers(&rogue), "its other thread answers");
        world.switch_off(&rogue);
        assert_eq!(world.state(&rogue)["state"], "off", "it can be turned off");
        assert_eq!(hanging.join().unwrap().unwrap_err().code, "plugin_stopped");
    });
}

#[test]
fn a_frozen_plugin_that_takes_no_more_bytes_can_be_turned_off() {
    let world = World::new();
    let (rogue, neighbour) = rogue_and_neighbour(&world);
    std::thread::scope(|scope| {
        for (call, args) in [("do", json!({ "deed": "freeze" })), ("echo", json!("x".repeat(2 << 20)))] {
            let (home, root, plugin) = (world.home(), world.root.clone(), rogue.clone());
            scope.spawn(move || {
                ask_alone(&home, &root, Request::PluginCall { plugin, call: call.into(), args })
            });
            wait::throughout("the neighbour answers", A_SECOND, || world.answers(&neighbour));
        }
        world.switch_off(&rogue);
        assert_eq!(world.state(&rogue)["state"], "off", "it can be turned off");
    });
    let log: Vec<Line> = world.get(Request::LogTail { plugin: rogue.clone(), lines: 100 });
    assert!(log.iter().any(|line| line.message.contains("was killed")), "its log says how: {log:?}");
    world.switch_on(&rogue);
    assert!(world.answers(&rogue), "and on again");
}

#[test]
fn what_a_plugin_says_about_its_failure_is_cut_to_a_readable_length() {
    let world = World::new();
    let (rogue, neighbour) = rogue_and_neighbour(&world);
    let events = world.follow(Request::Events);
    let refusal = order(&world, &rogue, "fail-at-length").unwrap_err();
    assert_eq!(refusal.code, "plugin_fault", "{}", refusal.code);
    world.save(&rogue, json!({ "configure": "fail-at-length" })).unwrap();
    let crashed = events.wait_for("its end to be told", SOON, |e| e["kind"] == "plugin_crashed");
    let cause = crashed["cause"].as_str().unwrap();
    assert!(cause.len() < 4096 && !cause.contains('\u{1b}'), "{} bytes", cause.len());
    assert!(cause.contains("no"), "what it said begins as it said it");
    assert_eq!(world.list().len(), 2, "the list of plugins can still be read");
    assert!(world.answers(&neighbour));
}

#[test]
fn a_plugin_whose_health_hangs_is_ended_as_hung_and_restarted() {
    let world = World::new();
    let (rogue, neighbour) = rogue_and_neighbour(&world);
    let pid = world.host_pid(&rogue);
    let events = world.follow(Request::Events);
    world.save(&rogue, json!({ "health": "hang" })).unwrap();
    let crashed =
        events.wait_for("it to be ended as hung", Duration::from_secs(60), |e| e["kind"] == "plugin_crashed");
    assert!(crashed["cause"].as_str().unwrap().contains("hung"), "{crashed}");
    assert!(!is_alive(pid), "its process is gone");
    assert!(world.answers(&neighbour));
}

#[test]
fn a_plugin_that_says_it_is_not_well_is_restarted_with_its_own_words() {
    let world = World::new();
    let (rogue, _) = rogue_and_neighbour(&world);
    let events = world.follow(Request::Events);
    world.save(&rogue, json!({ "health": "fail" })).unwrap();
    let ended = |event: &Value| event["kind"] == "plugin_crashed";
    let crashed = events.wait_for("it to be ended", Duration::from_secs(60), ended);
    assert!(crashed["cause"].as_str().unwrap().contains("the rogue fails"), "{crashed}");
    let log: Vec<Line> = world.get(Request::LogTail { plugin: rogue, lines: 100 });
    let said = |line: &&Line| line.source == Source::Center && line.message.contains("not well: ");
    assert!(log.iter().filter(said).count() >= 3, "each time: {log:?}");
}

#[test]
fn a_killed_host_is_noticed_at_once_shown_and_restarted() {
    let world = World::new();
    let (rogue, _) = rogue_and_neighbour(&world);
    let pid = world.host_pid(&rogue);
    let events = world.follow(Request::Events);
    kill_dash_nine(pid);
    let killed = Instant::now();
    let state = world.wait_state(&rogue, "restarting");
    assert!(killed.elapsed() < A_SECOND, "noticed after {:?}", killed.elapsed());
    assert_eq!((&state["attempt"], &state["of"]), (&json!(1), &json!(3)), "{state}");
    assert!(state["cause"].as_str().unwrap().contains("SIGKILL"), "{state}");
    events.wait_for("it to be told", A_SECOND, |e| e["kind"] == "plugin_crashed");
    world.wait_state(&rogue, "running");
    assert_ne!(world.host_pid(&rogue), pid);
    assert!(world.answers(&rogue));
    let log: Vec<Line> = world.get(Request::LogTail { plugin: rogue, lines: 100 });
    let told = |line: &Line| line.source == Source::Center && line.message.contains("SIGKILL");
    assert!(log.iter().any(told), "{log:?}");
}

#[test]
fn three_failures_turn_a_plugin_off_with_the_reason_until_a_person_switches_it_on() {
    let world = World::new();
    let (rogue, neighbour) = rogue_and_neighbour(&world);
    let events = world.follow(Request::Events);
    for failure in 1..=3 {
        world.wait_state_within(&rogue, "running", A_WHILE);
        kill_dash_nine(world.host_pid(&rogue));
        if failure < 3 {
            let state = world.wait_state(&rogue, "restarting");
            assert_eq!(state["attempt"], failure, "{state}");
        }
    }
    let state = world.wait_state(&rogue, "stopped_after_errors");
    assert_eq!(state["failures"], 3, "{state}");
    assert!(state["cause"].as_str().unwrap().contains("SIGKILL"), "{state}");
    assert!(!world.show(&rogue).plugin.wanted);
    events.wait_for("it to be told", SOON, |e| e["kind"] == "plugin_turned_off");
    let attention: Vec<Value> = world.get(Request::AttentionList);
    assert!(attention.iter().any(|a| a["kind"] == "plugin_failed"), "{attention:?}");
    wait::throughout("it stays off by itself", Duration::from_secs(1), || {
        world.show(&rogue).process.is_none()
    });
    assert!(world.answers(&neighbour));

    world.switch_on(&rogue);
    let attention: Vec<Value> = world.get(Request::AttentionList);
    assert!(!attention.iter().any(|a| a["kind"] == "plugin_failed"), "the person saw to it");
    kill_dash_nine(world.host_pid(&rogue));
    assert_eq!(world.wait_state(&rogue, "restarting")["attempt"], 1, "the count begins anew");
}

#[test]
fn a_plugin_that_cannot_start_says_why_and_is_turned_off_in_the_end() {
    let world = World::new();
    let (rogue, _) = rogue_and_neighbour(&world);
    world.switch_off(&rogue);
    world.save(&rogue, json!({ "start": "fail" })).unwrap();
    let _: Value = world.get(Request::PluginSwitch { plugin: rogue.clone(), on: true, revision: None });
    let state = world.wait_state_within(&rogue, "stopped_after_errors", A_WHILE);
    assert!(state["cause"].as_str().unwrap().contains("the rogue fails"), "{state}");
}

#[test]
fn no_host_survives_a_killed_center_and_the_next_start_brings_back_what_was_on() {
    let mut world = World::new();
    let (rogue, neighbour) = rogue_and_neighbour(&world);
    let off = world.install_running(&Package::rogue("com.example.off"));
    world.switch_off(&off);
    let hosts = [&rogue, &neighbour].map(|plugin| world.host_pid(plugin));
    assert!(hosts.iter().all(|pid| is_alive(*pid)));
    world.kill();
    wait::until("both hosts to end with their center", A_SECOND, || {
        (!hosts.iter().any(|pid| is_alive(*pid))).then_some(())
    });
    world.start();
    for plugin in [&rogue, &neighbour] {
        world.wait_state(plugin, "running");
        assert!(world.answers(plugin));
    }
    assert_eq!(world.state(&off)["state"], "off");
    assert!(!hosts.contains(&world.host_pid(&rogue)));
}

#[test]
fn a_clean_end_stops_the_plugins_and_keeps_their_switches() {
    let mut world = World::new();
    let (rogue, neighbour) = rogue_and_neighbour(&world);
    let hosts = [&rogue, &neighbour].map(|plugin| world.host_pid(plugin));
    world.stop();
    assert!(!hosts.iter().any(|pid| is_alive(*pid)), "stopped when the center says it has ended");
    assert!(!world.home().control_socket().exists());
    world.start();
    world.wait_state(&rogue, "running");
    world.wait_state(&neighbour, "running");
}

#[test]
fn a_plugin_runs_on_while_every_thread_pool_is_idle() {
    let world = World::new();
    let (rogue, neighbour) = rogue_and_neighbour(&world);
    let before = [&rogue, &neighbour].map(|plugin| world.host_pid(plugin));
    // A runtime ends idle threads of its blocking pool after 10 s. Nothing is asked of the center meanwhile.
    wait::throughout("both processes live", Duration::from_secs(12), || {
        before.iter().all(|pid| is_alive(*pid))
    });
    let after = [&rogue, &neighbour].map(|plugin| world.host_pid(plugin));
    assert_eq!(after, before, "the same processes");
    assert!(world.answers(&rogue) && world.answers(&neighbour));
}

#[test]
fn two_centers_never_share_a_home() {
    let world = World::new();
    let output = world.run(&["--json", "serve"], "");
    assert!(!output.status.success());
    let said =
        String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("center_running"), "{said}");
    assert!(world.status().serving, "the first one is not disturbed");
}
