//! Starting, starting again, going to the background, quitting, and being killed.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use center::request::{Answers, Request, TrustAnswer};
use center::views::{AppliedView, PlanView};
use serde_json::{Value, json};
use spk::PluginId;

use crate::fixtures::{Package, Publisher};
use crate::harness::observer::Observer;
use crate::harness::screen::{Family, Screen, built, is_alive, signal};
use crate::harness::wait;
use crate::harness::window::{SOON, Window};
use crate::{PASSWORD, code, create_account, initialise, sign_in};

const PLUGIN: &str = "com.example.rogue";

/// Installs a plugin from beside the window and turns it on; returns its process.
async fn run_plugin(home: &Path) -> u32 {
    let root = Observer::sign_in(home, "root", PASSWORD).await;
    let package = Package::rogue(PLUGIN).pack(&Publisher::new("Example Ltd"), &home.join("outbox"));
    let plan: PlanView = root.get(Request::PackagePlan { path: package, locale: "en".into() }).await;
    let trust = TrustAnswer {
        label: "Example Ltd".into(),
        namespaces: vec!["com.example.*".into()],
        checked: "in a test".into(),
    };
    let answers = Answers { trust: Some(trust), capabilities: true, turn_on: true, ..Answers::default() };
    let _: AppliedView = root.get(Request::PackageApply { plan: plan.plan, answers }).await;
    plugin_process(home).await
}

/// The plugin's process, once it runs.
async fn plugin_process(home: &Path) -> u32 {
    let root = Observer::sign_in(home, "root", PASSWORD).await;
    let mut pid = None;
    let began = std::time::Instant::now();
    while pid.is_none() {
        assert!(began.elapsed() < SOON, "the plugin does not run");
        let plugin: PluginId = PLUGIN.parse().expect("a good id");
        let shown: Value = root.get(Request::PluginShow { plugin, locale: "en".into() }).await;
        pid = shown["process"]["pid"].as_u64().filter(|_| shown["observed"]["state"] == "running");
        tokio::task::yield_now().await;
    }
    u32::try_from(pid.expect("it was found")).expect("a process id")
}

/// A second start of the program, on the window's own screen.
fn start_again(window: &Window, arguments: &[&str], folder: &Path) -> Output {
    let mut again = window.screen.on(Command::new(built("sprocket-desktop")));
    again.env("SPROCKET_HOME", window.home()).current_dir(folder).args(arguments);
    again.output().expect("it starts")
}

pub fn is_shown(screen: &Screen) -> bool {
    !screen.xdotool(&["search", "--onlyvisible", "--name", "^Sprocket$"]).is_empty()
}

#[tokio::test]
async fn without_a_display_the_window_says_so_and_nothing_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    let mut command = Command::new(built("sprocket-desktop"));
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").env("SPROCKET_HOME", &home);
    let run = command.output().unwrap();
    let said = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(69), "{said}");
    assert!(said.contains("there is no display"), "{said}");
    assert!(!said.contains("panicked"), "{said}");
    assert!(!home.exists());
}

#[tokio::test]
async fn files_of_a_start_wait_until_somebody_may_look_at_them() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("a 插件.spk");
    let window = Window::over(home.path()).files(std::slice::from_ref(&file)).open().await;
    assert_eq!(code(window.invoke("files_take", json!({})).await), "not_signed_in");
    initialise(&window).await;
    assert_eq!(window.invoke("files_take", json!({})).await, Ok(json!([file])));
    assert_eq!(window.invoke("files_take", json!({})).await, Ok(json!([])), "each is given out once");
    window.end().await;
}

#[tokio::test]
async fn a_second_start_raises_the_first_and_hands_its_files_over() {
    let home = tempfile::tempdir().unwrap();
    let window = Window::over(home.path()).open().await;
    initialise(&window).await;
    window.invoke("window_hide", json!({})).await.unwrap();
    wait::until("the window to be hidden", SOON, || (!is_shown(&window.screen)).then_some(()));
    let again = start_again(&window, &["b 件.spk"], home.path());
    assert!(again.status.success(), "{again:?}");
    wait::until("the window to be shown again", SOON, || is_shown(&window.screen).then_some(()));
    let path = home.path().join("b 件.spk");
    let event = json!({ "kind": "raise_requested", "files": [path] });
    let is_event = |text: &String| {
        serde_json::from_str::<Value>(text).is_ok_and(|told| {
            told["payload"]["kind"] == event["kind"] && told["payload"]["files"] == event["files"]
        })
    };
    window.until("the page to be told", async || window.heard().await.iter().any(is_event)).await;
    assert_eq!(window.invoke("files_take", json!({})).await, Ok(json!([])));

    window.invoke("sign_out", json!({})).await.unwrap();
    assert!(start_again(&window, &["c.spk"], home.path()).status.success());
    sign_in(&window, "root").await;
    window
        .until("the file to be kept", async || {
            window.invoke("files_take", json!({})).await == Ok(json!([home.path().join("c.spk")]))
        })
        .await;
    window.end().await;
}

#[tokio::test]
async fn the_command_line_works_beside_the_window_and_reaches_the_same_center() {
    let home = tempfile::tempdir().unwrap();
    let window = Window::over(home.path()).open().await;
    initialise(&window).await;
    let mut status = Command::new(built("sprocket"));
    let status = status.args(["status", "--json"]).env("SPROCKET_HOME", home.path()).output().unwrap();
    let view: Value = serde_json::from_slice(&status.stdout).unwrap();
    assert_eq!((&view["serving"], &view["initialised"]), (&json!(true), &json!(true)), "{view}");
    window.end().await;
    let socket = center::paths::Home::at(home.path()).control_socket();
    assert!(!socket.exists(), "a clean end leaves no socket");
}

#[tokio::test]
async fn a_center_without_window_is_named_with_what_to_do_and_an_exit_code_of_its_own() {
    let home = tempfile::tempdir().unwrap();
    let mut serve = Command::new(built("sprocket"));
    serve.arg("serve").env("SPROCKET_HOME", home.path()).stdout(std::process::Stdio::null());
    let _serving = Family::start(serve.stderr(std::process::Stdio::null()));
    let socket = center::paths::Home::at(home.path()).control_socket();
    wait::until("the center to listen", SOON, || socket.exists().then_some(()));
    let (status, said) = failed_start(home.path());
    assert_eq!(status, Some(75), "{said}");
    assert!(said.contains("without a window") && said.contains("sprocket serve"), "{said}");
}

#[tokio::test]
async fn a_newer_database_and_a_home_that_is_no_folder_are_shown_in_a_message() {
    let folder = tempfile::tempdir().unwrap();
    let newer = folder.path().join("newer");
    fs::create_dir(&newer).unwrap();
    let database = rusqlite::Connection::open(newer.join("center.db")).unwrap();
    database.pragma_update(None, "user_version", 9999).unwrap();
    drop(database);
    let (status, said) = failed_start(&newer);
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("newer"), "{said}");
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let (status, said) = failed_start(&file);
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("file"), "{said}");
}

/// Starts on a screen where a message can be seen, closes it as a person would, and returns exit code and output.
fn failed_start(home: &Path) -> (Option<i32>, String) {
    let screen = Screen::start(800, 600);
    let log = tempfile::NamedTempFile::new().expect("a file");
    let mut command = screen.on(Command::new(built("sprocket-desktop")));
    command.env("SPROCKET_HOME", home).env("NO_AT_BRIDGE", "1").stderr(log.reopen().expect("the same file"));
    let mut started = Family::start(&mut command);
    let message = wait::until("the message to be shown", SOON, || {
        let shown = screen.xdotool(&["search", "--onlyvisible", "--name", "^Sprocket$"]);
        (!shown.is_empty()).then_some(shown)
    });
    let status = wait::until("the program to end", SOON, || {
        screen.xdotool(&["windowfocus", &message, "key", "--window", &message, "Escape"]);
        started.0.try_wait().expect("its own child")
    });
    (status.code(), fs::read_to_string(log.path()).expect("text"))
}

#[tokio::test]
async fn closing_the_window_keeps_plugins_running_and_quitting_stops_them() {
    let home = tempfile::tempdir().unwrap();
    let screen = std::sync::Arc::new(Screen::start(1280, 800).managed());
    let window = Window::over(home.path()).on(&screen).open().await;
    initialise(&window).await;
    create_account(home.path(), "wang").await;
    let plugin = run_plugin(home.path()).await;

    wait::until("the window to close", SOON, || {
        let id = screen.xdotool(&["search", "--onlyvisible", "--name", "^Sprocket$"]);
        if !id.is_empty() {
            screen.xdotool(&["windowactivate", &id, "key", "alt+F4"]);
        }
        id.is_empty().then_some(())
    });
    assert!(window.is_running() && is_alive(plugin), "closed, and everything runs on");
    assert!(start_again(&window, &[], home.path()).status.success());
    wait::until("the window to come back", SOON, || is_shown(&screen).then_some(()));

    let refused = window.invoke("quit", json!({ "stop": false })).await.unwrap_err();
    assert_eq!((&refused["code"], &refused["details"]["running"]), (&json!("busy"), &json!(1)));
    sign_in(&window, "wang").await;
    assert_eq!(code(window.invoke("quit", json!({ "stop": true })).await), "not_a_superadmin");
    assert!(is_alive(plugin));
    sign_in(&window, "root").await;
    let _ = window
        .client
        .execute("window.__TAURI_INTERNALS__.invoke('quit', { args: { stop: true } })", vec![])
        .await;
    window.wait_for_end();
    assert!(!is_alive(plugin), "its plugins stopped with it");
}

#[tokio::test]
async fn a_killed_application_brings_back_what_was_on() {
    let home = tempfile::tempdir().unwrap();
    let window = Window::over(home.path()).open().await;
    initialise(&window).await;
    let plugin = run_plugin(home.path()).await;
    window.kill();
    wait::until("the plugin to end with its center", SOON, || (!is_alive(plugin)).then_some(()));
    let window = Window::over(home.path()).open().await;
    let again = plugin_process(home.path()).await;
    assert_ne!(again, plugin);
    assert_eq!(
        window.invoke("session_get", json!({})).await,
        Ok(Value::Null),
        "nobody is signed in by a restart"
    );
    window.end().await;
    assert!(!is_alive(again), "a polite end stops it");
}

#[tokio::test]
async fn a_polite_signal_in_the_middle_of_a_start_ends_cleanly() {
    let home = tempfile::tempdir().unwrap();
    let window = Window::over(home.path()).open().await;
    signal(window.pid, rustix::process::Signal::INT);
    window.wait_for_end();
    assert!(!center::paths::Home::at(home.path()).control_socket().exists());
}
