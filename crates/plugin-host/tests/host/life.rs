//! Start, calls, settings, health, stop; and what becomes of a plugin that fails in each.

use std::os::unix::process::ExitStatusExt;

use plugin_rpc::{Act, Level, ToHost, raw};
use serde_json::json;

use crate::harness::{Center, Setup, code, compile, value};

fn rogue(config: &serde_json::Value) -> Center {
    Center::running(&Setup::of("rogue"), config)
}

#[test]
fn a_plugin_starts_answers_and_stops() {
    let mut center = Center::running(&Setup::of("clock"), &json!({}));
    let told = value(center.call("now", &json!(null)))["unixMilliseconds"].as_u64().expect("a number");
    let here = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis();
    assert!(here.abs_diff(u128::from(told)) < 60_000, "{told} is not about {here}");
    assert_eq!(value(center.health()), json!(null));
    assert_eq!(value(center.act(Act::Stop)), json!(null));
    assert_eq!(center.wait_for_end().code(), Some(0));
}

#[test]
fn a_plugin_is_called_only_while_it_runs() {
    let mut center = Center::loaded(&Setup::of("clock"));
    assert_eq!(code(center.call("now", &json!(null))), "out_of_order");
    assert_eq!(code(center.health()), "out_of_order");
    assert_eq!(code(center.act(Act::Configure { config: raw(&json!({})) })), "out_of_order");
    assert_eq!(code(center.act(Act::Load)), "out_of_order");
    assert_eq!(value(center.act(Act::Start { config: raw(&json!({})) })), json!(null));
    assert_eq!(code(center.act(Act::Start { config: raw(&json!({})) })), "out_of_order");
}

#[test]
fn settings_of_the_wrong_shape_are_a_fault() {
    let mut center = Center::loaded(&Setup::of("clock"));
    assert_eq!(code(center.act(Act::Start { config: raw(&json!(7)) })), "invalid_settings");
}

#[test]
fn unknown_commands_and_wrong_arguments_are_told_apart() {
    let mut center = Center::running(&Setup::of("clock"), &json!({}));
    assert_eq!(code(center.call("dance", &json!(null))), "unknown_command");
    assert_eq!(code(center.call("now", &json!([1]))), "invalid_arguments");
}

#[test]
fn settings_are_tried_without_a_start() {
    let mut center = Center::loaded(&Setup::of("rogue"));
    assert_eq!(value(center.act(Act::Test { config: raw(&json!({})) })), json!("looks good"));
    assert_eq!(code(center.act(Act::Test { config: raw(&json!({ "test": "fail" })) })), "rogue");
    assert_eq!(
        code(Center::loaded(&Setup::of("clock")).act(Act::Test { config: raw(&json!({})) })),
        "unsupported"
    );
}

#[test]
fn new_settings_are_applied_or_need_a_restart() {
    let configure = |center: &mut Center| value(center.act(Act::Configure { config: raw(&json!({})) }));
    assert_eq!(configure(&mut rogue(&json!({}))), json!({ "restart": false }));
    let mut clock = Center::running(&Setup::of("clock"), &json!({}));
    assert_eq!(configure(&mut clock), json!({ "restart": true }));
}

#[test]
fn a_panic_is_a_fault_and_the_host_lives() {
    let mut center = rogue(&json!({ "health": "panic", "service": "panic" }));
    let fault = center.call("do", &json!({ "deed": "panic" })).unwrap_err();
    assert_eq!((fault.code.as_str(), fault.message.as_str()), ("panicked", "the rogue panics"));
    assert_eq!(code(center.health()), "panicked");
    let id = center.send(|id| ToHost::Service { id, name: "s".into(), args: raw(&json!(1)) });
    assert_eq!(code(center.wait_for(id)), "panicked");
    assert_eq!(
        code(center.act(Act::Configure { config: raw(&json!({ "configure": "panic" })) })),
        "panicked"
    );
    assert_eq!(value(center.call("echo", &json!("still here"))), json!("still here"));
}

#[test]
fn a_failed_start_is_a_fault_and_can_be_tried_again() {
    let mut center = Center::loaded(&Setup::of("rogue"));
    for (deed, expected) in [("fail", "rogue"), ("panic", "panicked")] {
        assert_eq!(code(center.act(Act::Start { config: raw(&json!({ "start": deed })) })), expected);
    }
    assert_eq!(value(center.act(Act::Start { config: raw(&json!({})) })), json!(null));
}

#[test]
fn a_crash_in_any_function_ends_only_the_host() {
    let (abort, segfault, exit) = (Some(libc::SIGABRT), Some(libc::SIGSEGV), None);
    for (deed, signal) in [("abort", abort), ("segfault", segfault), ("exit", exit), ("gigabytes", abort)] {
        for function in ["create", "start", "test", "configure", "health", "stop", "call"] {
            assert_eq!(end_of(function, deed), signal, "{deed} in {function}");
        }
    }
}

fn end_of(function: &'static str, deed: &str) -> Option<i32> {
    let mut setup = Setup::of("rogue");
    if function == "create" {
        setup.env.push(("ROGUE_CREATE", deed.to_owned()));
    }
    let (mut center, _) = Center::greeted(&setup);
    center.send(|id| ToHost::Do { id, act: Act::Load });
    let orders = || raw(&json!({ function: deed }));
    match function {
        "create" => return center.wait_for_end().signal(),
        "test" => center.send(|id| ToHost::Do { id, act: Act::Test { config: orders() } }),
        _ => center.send(|id| ToHost::Do { id, act: Act::Start { config: orders() } }),
    };
    if !matches!(function, "start" | "test") {
        center.wait_for(2).expect("the plugin starts");
    }
    match function {
        "configure" => center.send(|id| ToHost::Do { id, act: Act::Configure { config: orders() } }),
        "health" => center.send(|id| ToHost::Health { id }),
        "stop" => center.send(|id| ToHost::Do { id, act: Act::Stop }),
        "call" => center.begin("do", &json!({ "deed": deed })),
        _ => 0,
    };
    center.wait_for_end().signal()
}

#[test]
fn two_calls_overlap_if_the_plugin_takes_two() {
    let mut center = rogue(&json!({}));
    let (first, second) = (center.begin("meet", &json!(null)), center.begin("meet", &json!(null)));
    assert_eq!(value(center.wait_for(second)), json!("met"));
    assert_eq!(value(center.wait_for(first)), json!("met"));
}

#[test]
fn calls_beyond_the_plugins_number_wait_and_too_many_are_refused() {
    let mut center = rogue(&json!({}));
    for _ in 0..2 {
        center.begin("do", &json!({ "deed": "hang" }));
    }
    let waiting: Vec<u64> = (0..64).map(|_| center.begin("echo", &json!(1))).collect();
    let refused = center.begin("echo", &json!(2));
    assert_eq!(code(center.wait_for(refused)), "too_many_calls");
    assert_eq!(value(center.health()), json!(null), "a busy plugin still answers its probe");
    assert_eq!(waiting.len(), 64);
}

#[test]
fn a_hanging_function_leaves_the_others_answering() {
    for function in ["configure", "health"] {
        let mut center = rogue(&json!({ "health": "hang" }));
        match function {
            "configure" => {
                let config = raw(&json!({ "configure": "hang" }));
                center.send(|id| ToHost::Do { id, act: Act::Configure { config } })
            }
            _ => center.send(|id| ToHost::Health { id }),
        };
        assert_eq!(value(center.call("echo", &json!(function))), json!(function));
    }
}

#[test]
fn a_stop_waits_for_the_calls_that_run() {
    let mut center = rogue(&json!({}));
    let first = center.begin("meet", &json!(null));
    center.wait_for_log("waiting for another call");
    let stop = center.send(|id| ToHost::Do { id, act: Act::Stop });
    assert_eq!(value(center.wait_for(stop)), json!(null));
    assert_eq!(code(center.wait_for(first)), "alone", "the call was let to its end");
}

#[test]
fn values_are_stored_and_read_by_the_center_alone() {
    let mut center = rogue(&json!({}));
    let said = value(center.call("remember", &json!({ "key": "你好", "value": { "a": [1, null] } })));
    assert_eq!(said, json!([["你好", { "a": [1, null] }]]));
    assert_eq!(center.store["你好"], json!({ "a": [1, null] }));
}

#[test]
fn traced_events_reach_the_log_with_level_target_and_fields() {
    let mut center = rogue(&json!({}));
    value(center.call("do", &json!({ "deed": "trace" })));
    let (level, target, message, fields) = center.log.remove(0);
    assert_eq!((level, target.as_str()), (Level::Warn, "rogue::deeds"));
    assert_eq!(message, "a line\nwith control characters \u{7}");
    assert_eq!(fields, json!({ "attempt": 3, "path": "a\u{1b}[2Jb" }));
}

#[test]
fn a_flood_of_log_lines_loses_no_answer() {
    let mut center = rogue(&json!({}));
    assert_eq!(value(center.call("do", &json!({ "deed": "flood" }))), json!("done"));
    assert_eq!(center.log.len(), 100_000);
    assert_eq!(center.log[99_999].3, json!({ "number": 99_999 }));
}

#[test]
fn a_host_dies_with_the_thread_that_started_it() {
    let started = std::thread::spawn(|| Center::greeted(&Setup::of("clock")).0);
    let mut center = started.join().unwrap();
    assert_eq!(center.wait_for_end().signal(), Some(libc::SIGKILL));
}

#[test]
fn nothing_that_the_center_had_open_reaches_the_plugin() {
    let (theirs, _other) = std::os::unix::net::UnixStream::pair().unwrap();
    rustix::io::fcntl_setfd(&theirs, rustix::io::FdFlags::empty()).unwrap();
    let mut center = rogue(&json!({}));
    assert_eq!(
        center.attempt("descriptors", ""),
        json!([0, 1, 2, 4, 5]),
        "input, output, errors, the pipes from and to the center"
    );
}

/// One call at a time; a call may wait for a probe, or ask for a value.
const SINGLE: &str = r#"
#include <sched.h>
#include <string.h>
#include "sprocket_plugin.h"
static const sprocket_host *host;
static volatile int probed;
static int state;
static void *create(const sprocket_host *given, sprocket_reply *reply) { (void)reply; host = given; return &state; }
static void destroy(void *self) { (void)self; }
static void health(void *self, sprocket_reply *reply) { (void)self; (void)reply; probed = 1; }
static void invoke(void *self, uint64_t call, sprocket_text command, sprocket_text args, sprocket_reply *reply) {
    (void)self;
    if (command.len == 4 && !memcmp(command.ptr, "wait", 4)) {
        while (!probed) sched_yield();
        return;
    }
    sprocket_text key = { "key", 3 };
    sprocket_answer put = host->storage_put(host, call, key, args);
    host->release(host, put);
    sprocket_answer got = host->storage_get(host, call, key);
    host->respond(reply, got.value);
    host->release(host, got);
}
const sprocket_plugin_table sprocket_plugin = {
    .version = SPROCKET_ABI_VERSION, .size = sizeof sprocket_plugin,
    .create = create, .invoke = invoke, .health = health, .destroy = destroy,
};
"#;

#[test]
fn a_long_call_of_a_plugin_that_takes_one_keeps_nobody_from_being_heard() {
    let mut center = Center::running(&Setup::with(compile(SINGLE)), &json!({}));
    for _ in 0..3 {
        let call = center.begin("wait", &json!(null));
        assert_eq!(value(center.health()), json!(null));
        assert_eq!(value(center.wait_for(call)), json!(null));
    }
}

#[test]
fn a_call_can_ask_while_others_wait_behind_it() {
    let mut center = Center::running(&Setup::with(compile(SINGLE)), &json!({}));
    let calls: Vec<u64> = (0..60).map(|number| center.begin("ask", &json!(number))).collect();
    for (number, call) in calls.into_iter().enumerate() {
        assert_eq!(value(center.wait_for(call)), json!(number));
    }
}
