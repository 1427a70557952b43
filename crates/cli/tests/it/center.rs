//! Commands that need a center: one that runs, or the home opened by the command itself.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::thread;

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::world::{PASSWORD, Running, World, write};

const ID: &str = "com.example.test";
const TRUST: [&str; 7] =
    ["--yes", "--trust", "Example", "--namespace", "com.example.*", "--checked", "by phone"];

/// A signed-in super administrator, with a running center or without.
fn signed_in(serving: bool) -> (World, Option<Running>) {
    let world = World::new();
    world.init();
    let running = serving.then(|| world.serve());
    (world, running)
}

fn installed(serving: bool) -> (World, Option<Running>) {
    let (world, running) = signed_in(serving);
    let package = world.package(ID, "1.0.0", "1");
    world.ask(&[&["install", package.to_str().unwrap()], &TRUST[..]].concat()).done();
    (world, running)
}

#[test]
fn a_home_that_is_not_there_is_not_brought_into_being_by_a_look() {
    let world = World::new();
    for command in [&["status"][..], &["list"], &["login", "li", "--password-stdin"]] {
        world.ask(command).failed(3, "not_initialised");
    }
    assert!(!world.home().exists());
}

#[test]
fn init_creates_one_superadmin_and_shows_no_token() {
    let world = World::new();
    let made = world.init();
    assert!(made["recovery_code"].as_str().is_some_and(|code| code.len() >= 16));
    assert_eq!(made["role"], json!("superadmin"));
    assert!(!made.to_string().contains("token"));
    world.ask_with(&["init", "--login", "x", "--password-stdin"], PASSWORD).failed(1, "already_initialised");
    let mode = fs::metadata(world.home()).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o700);
}

#[test]
fn a_session_lasts_from_login_to_logout_with_and_without_a_running_center() {
    for serving in [false, true] {
        let (world, _running) = signed_in(serving);
        world.ask(&["list"]).done();
        world.ask(&["logout"]).done();
        world.ask(&["logout"]).done();
        world.ask(&["list"]).failed(3, "not_signed_in");
        world.login("li", "wrong password").failed(3, "wrong_credentials");
        world.login("nobody", PASSWORD).failed(3, "wrong_credentials");
        let signed_in = world.login("li", PASSWORD).done();
        assert!(signed_in.get("token").is_none());
        assert_eq!(world.ask(&["list"]).done(), json!([]));
    }
}

#[test]
fn status_says_whether_a_center_runs() {
    for serving in [false, true] {
        let (world, _running) = signed_in(serving);
        let status = world.ask(&["status"]).done();
        assert_eq!((&status["serving"], &status["initialised"]), (&json!(serving), &json!(true)));
        assert_eq!(status["home"], json!(world.home()));
    }
}

#[test]
fn what_only_a_running_center_can_do_says_so() {
    let (world, _) = signed_in(false);
    for command in [&["call", ID, "ask"][..], &["events"], &["logs", ID, "--follow"]] {
        world.ask(command).failed(6, "center_not_running");
    }
}

#[test]
fn an_unknown_publishers_package_waits_until_its_key_is_trusted() {
    for serving in [false, true] {
        let (world, _running) = signed_in(serving);
        let package = world.package(ID, "1.0.0", "1");
        let install = ["install", package.to_str().unwrap(), "--yes"];
        let refused = world.ask(&install).failed(5, "approval_needed");
        let plan = &refused["details"]["plan"];
        assert_eq!((&plan["plugin"], &plan["trusted"]), (&json!(ID), &json!(false)));
        assert_eq!(world.ask(&["list"]).done(), json!([]));

        let applied = world.ask(&[&install[..2], &TRUST[..]].concat()).done();
        assert_eq!((&applied["plugin"], &applied["kind"]), (&json!(ID), &json!("install")));
        let publishers = world.ask(&["publisher", "list"]).done();
        assert_eq!(publishers[0]["checked"], json!("by phone"));
        assert_eq!(world.ask(&["list"]).done()[0]["observed"]["state"], json!("set_up_first"));
        world.ask(&install).failed(1, "already_installed");

        let next = world.package(ID, "1.1.0", "2");
        let applied = world.ask(&["install", next.to_str().unwrap(), "--yes"]).done();
        assert_eq!((&applied["kind"], &applied["version"]), (&json!("upgrade"), &json!("1.1.0")));
        world.ask(&install).failed(1, "downgrade");
    }
}

#[test]
fn nothing_is_installed_without_a_yes() {
    let (world, _) = installed(false);
    let next = world.package(ID, "2.0.0", "2");
    world.ask(&["install", next.to_str().unwrap()]).failed(5, "approval_needed");
    let shown = world.person(&["install", next.to_str().unwrap()]);
    assert_eq!(shown.code, 5);
    assert!(shown.out.contains("1.0.0 is replaced by 2.0.0"), "{shown:?}");
    assert_eq!(world.ask(&["list"]).done()[0]["version"], json!("1.0.0"));
    world.ask(&["install", "nowhere.spk", "--yes"]).failed(4, "not_found");
}

#[test]
fn a_refused_switch_names_every_missing_field() {
    for serving in [false, true] {
        let (world, _running) = installed(serving);
        let refused = world.ask(&["on", ID]).failed(1, "cannot_turn_on");
        let missing: Vec<_> =
            refused["details"]["reasons"].as_array().unwrap().iter().map(|r| &r["pointer"]).collect();
        assert_eq!(missing, [&json!("/clientId"), &json!("/secret")]);
        let shown = world.person(&["on", ID]);
        assert!(
            shown.err.contains("  - the required setting Client ID (`/clientId`) is empty\n"),
            "{shown:?}"
        );
        assert_eq!((shown.code, shown.out.as_str()), (1, ""));
    }
}

#[test]
fn settings_are_typed_checked_and_secrets_never_shown() {
    for serving in [false, true] {
        let (world, _running) = installed(serving);
        let set = ["config", "set", ID, "clientId=0042", "threshold=0.5", "--secret-stdin", "secret"];
        let saved = world.ask_with(&set, "hunter2\n").done();
        let value = |settings: &Value, key: &str| {
            let fields = settings["fields"].as_array().unwrap();
            fields.iter().find(|f| f["pointer"] == json!(format!("/{key}"))).unwrap().clone()
        };
        assert_eq!(value(&saved, "clientId")["value"], json!("0042"));
        assert_eq!(value(&saved, "threshold")["value"], json!(0.5));
        assert_eq!(value(&saved, "secret")["stored"], json!(true));
        assert!(!saved.to_string().contains("hunter2"));
        world.ask(&["config", "set", ID, "threshold=7"]).failed(1, "invalid_settings");
        world.ask(&["config", "set", ID, "secret=hunter3"]).failed(2, "usage");
        let cleared = world.ask(&["config", "unset", ID, "threshold", "secret"]).done();
        assert_eq!(value(&cleared, "threshold")["value"], json!(0.8));
        assert_eq!(value(&cleared, "secret")["stored"], json!(false));
        write(&world.path("secret.txt"), b"hunter2\n");
        let saved = world.ask(&["config", "set", ID, "--secret-file", "secret=secret.txt"]).done();
        assert_eq!((value(&saved, "secret")["stored"].clone(), &saved["missing"]), (json!(true), &json!([])));
        assert_eq!(world.ask(&["config", "get", ID]).done()["revision"], saved["revision"]);
    }
}

#[test]
fn grants_name_accounts_and_departments_as_people_do() {
    let (world, _running) = installed(true);
    world.ask(&["department", "create", "Support"]).done();
    world.ask(&["department", "create", "Support/E-mail"]).done();
    let made = world.ask(&["account", "create", "wang", "--department", "Support/E-mail"]).done();
    world.ask(&["grant", ID, "use", "--department", "Support", "--below"]).done();
    let why = world.ask(&["why", ID, "use", "--account", "wang"]).done();
    assert_eq!(why["sources"][0]["path"], json!(["Support"]));
    assert_eq!(why["obstacles"], json!(["not_running"]));
    assert_eq!(world.ask(&["grant", ID]).done()[0]["people"], json!(1));
    world.ask(&["revoke", ID, "use", "--department", "Support", "--below"]).done();
    assert_eq!(world.ask(&["grant", ID]).done()[0]["people"], json!(0));
    world.ask(&["grant", ID, "use", "--account", "nobody"]).failed(4, "not_found");
    world.ask(&["grant", ID, "use", "--department", "Support/Phone"]).failed(4, "not_found");
    world.ask(&["grant", ID, "use"]).failed(2, "usage");

    let once = made["one_time_password"].as_str().unwrap();
    assert_eq!(world.login("wang", once).done()["must_change"], json!(true));
    world.ask(&["call", ID, "ask"]).failed(3, "password_change_required");
    let change = ["account", "password", "--password-stdin"];
    world.ask_with(&change, &format!("{once}\nanother good one\n")).done();
    world.login("wang", "another good one").done();
    world.ask(&["list"]).failed(3, "not_a_superadmin");
    world.ask(&["grant", ID, "use", "--everyone"]).failed(3, "not_a_superadmin");
}

#[test]
fn uninstalling_keeps_what_people_entered_and_purging_needs_a_yes() {
    let (world, _) = installed(false);
    world.ask(&["config", "set", ID, "clientId=a"]).done();
    world.ask(&["uninstall", ID]).done();
    assert_eq!(world.ask(&["list"]).done(), json!([]));
    world.ask(&["show", ID]).failed(4, "not_found");
    let package = world.path("com.example.test.v1.0.0.spk");
    let again = world.ask(&["install", package.to_str().unwrap(), "--yes"]).done();
    assert_eq!(again["kind"], json!("reinstall"));
    assert_eq!(world.ask(&["config", "get", ID]).done()["fields"][0]["value"], json!("a"));
    world.ask(&["uninstall", ID, "--purge"]).failed(2, "usage");
    world.ask(&["uninstall", ID, "--purge", "--yes"]).done();
}

#[test]
fn a_package_in_the_folder_waits_for_approve() {
    let (world, running) = signed_in(true);
    let events = listen(&world);
    let package = world.package(ID, "1.0.0", "1");
    fs::copy(&package, world.home().join("plugins/new.spk")).unwrap();
    while next_event(&events, "folder_changed")["state"] != json!("waiting") {}
    assert_eq!(world.ask(&["folder"]).done()[0]["plugin"], json!(ID));
    world.ask(&["approve", ID, "--yes"]).failed(5, "approval_needed");
    world.ask(&["approve", "other.spk", "--yes"]).failed(4, "not_found");
    world.ask(&[&["approve", "new.spk"], &TRUST[..]].concat()).done();
    assert_eq!(world.ask(&["list"]).done()[0]["id"], json!(ID));
    assert!(world.home().join("plugins/com.example.test.v1.0.0.spk").exists());
    drop(running);
}

fn listen(world: &World) -> Running {
    let events = world.start(&["events", "--json"]);
    assert_eq!(events.next_line("listening"), r#"{"listening":true}"#);
    events
}

/// The next event of this kind.
fn next_event(events: &Running, kind: &str) -> Value {
    loop {
        let event: Value = serde_json::from_str(&events.next_line(kind)).unwrap();
        if event["kind"] == json!(kind) {
            return event;
        }
    }
}

#[test]
fn serving_ends_cleanly_on_both_signals_and_leaves_no_socket() {
    for signal in [Signal::INT, Signal::TERM] {
        let (world, running) = signed_in(true);
        let socket = world.home().join("control.sock");
        assert_eq!(fs::metadata(&socket).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(running.unwrap().end(signal), Some(0));
        assert!(!socket.exists());
        assert_eq!(world.ask(&["status"]).done()["serving"], json!(false));
    }
}

#[test]
fn a_center_that_was_killed_leaves_a_socket_that_stops_nobody() {
    let (world, running) = signed_in(true);
    running.unwrap().end(Signal::KILL);
    assert!(world.home().join("control.sock").exists());
    assert_eq!(world.ask(&["status"]).done()["serving"], json!(false));
    let _running = world.serve();
    assert_eq!(world.ask(&["status"]).done()["serving"], json!(true));
}

#[test]
fn a_second_center_on_one_home_is_refused() {
    let (world, _running) = signed_in(true);
    world.ask(&["serve"]).failed(8, "center_running");
    assert_eq!(world.ask(&["status"]).done()["serving"], json!(true));
}

#[test]
fn commands_at_the_same_time_wait_for_each_other() {
    let (world, _) = signed_in(false);
    thread::scope(|scope| {
        for number in 0..6 {
            let world = &world;
            scope.spawn(move || world.ask(&["department", "create", &format!("D{number}")]).done());
        }
    });
    assert_eq!(world.ask(&["department", "list"]).done().as_array().unwrap().len(), 6);
}

#[test]
fn garbage_on_the_socket_disturbs_no_command() {
    let (world, _running) = signed_in(true);
    let mut bad = UnixStream::connect(world.home().join("control.sock")).unwrap();
    bad.write_all(&[0xff; 64]).unwrap();
    let mut answer = Vec::new();
    // It is answered, and then cut off, since it goes on talking.
    let _ = bad.read_to_end(&mut answer);
    assert!(String::from_utf8_lossy(&answer).contains("\"error\""));
    world.ask(&["list"]).done();
}

#[test]
fn events_are_one_json_document_per_line() {
    let (world, running) = signed_in(true);
    let mut events = listen(&world);
    world.ask(&["department", "create", "Support"]).done();
    let event = next_event(&events, "people_changed");
    assert!(event["at"].as_i64().is_some_and(|at| at > 0));
    running.unwrap().end(Signal::TERM);
    assert_eq!(events.wait(), Some(0), "the stream ends with the center");
}

#[test]
fn no_core_is_ever_written() {
    let (_world, running) = signed_in(true);
    let running = running.unwrap();
    let limits = fs::read_to_string(format!("/proc/{}/limits", running.id())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"]);
}

#[test]
fn what_is_not_there_is_never_passed_over_in_silence() {
    let (world, _running) = installed(false);
    let unset = |key: &str| world.person(&["config", "unset", ID, key]);
    let mistyped = unset("treshold");
    assert_eq!(mistyped.code, 4, "{mistyped:?}");
    assert!(mistyped.err.contains("not among the settings") && mistyped.err.contains("`threshold`"));
    assert_eq!(unset("threshold").code, 0);
    assert!(world.person(&["logs", ID]).out.contains("is empty"));
    let off = world.person(&["off", ID]).out;
    assert!(off.starts_with("com.example.test: ") && off.contains("(switch: Off)"), "{off}");
    let error = world.ask(&["publisher", "withdraw", "Example", "--reason", "x"]).failed(4, "not_found");
    assert!(error["message"].as_str().unwrap().contains("neither a file nor a key"), "{error}");
    world.ask(&["--home", "", "status"]).failed(2, "usage");
}

#[test]
fn people_are_named_by_what_they_sign_in_with_in_any_case() {
    let (world, _running) = installed(false);
    world.ask(&["account", "create", "wang"]).done();
    world.ask(&["grant", ID, "use", "--account", "Wang"]).done();
    let audit = world.person(&["audit"]).out;
    assert!(audit.contains(" li ") && !audit.contains("account 1"), "{audit}");
}
