//! The command line as scripts use it: the publisher's tools, the main job by commands alone, exit codes, and a home
//! without a running center.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::fixtures::{Package, TARGET, built};
use crate::logs::sign_in;
use crate::world::{PASSWORD, SOON, World, id};

/// A publisher's own folder for a plugin: a password and a client are required, one permission, one command.
fn source(folder: &Path, version: &str) -> String {
    let manifest = json!({
        "id": "com.example.bot", "name": "%name%", "version": version, "publisher": "Example Ltd",
        "library": { TARGET: "lib/plugin.so" },
        "commands": [{ "id": "echo", "permission": "use" }],
        "config": { "type": "object", "required": ["clientId", "secret"], "properties": {
            "clientId": { "type": "string", "title": "Client" },
            "secret": { "type": "string", "format": "password", "title": "Secret" } } },
    });
    fs::create_dir_all(folder.join("lib")).expect("a folder");
    fs::create_dir_all(folder.join("locales")).expect("a folder");
    fs::write(folder.join("plugin.json"), manifest.to_string()).expect("a file");
    fs::write(folder.join("locales/en.json"), r#"{"name":"Chat bot"}"#).expect("a file");
    fs::copy(built("librogue.so"), folder.join("lib/plugin.so")).expect("the library");
    folder.to_str().expect("UTF-8").to_owned()
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// Exit code and JSON of a command, whatever it says.
fn outcome(world: &World, arguments: &[&str], input: &str) -> (i32, Value) {
    let output = world.run(&[&["--json"], arguments].concat(), input);
    let out = String::from_utf8_lossy(&output.stdout);
    let json = serde_json::from_str(&out).unwrap_or_else(|e| panic!("sprocket {arguments:?}: {e}: {out}"));
    (output.status.code().expect("it ended by itself"), json)
}

#[test]
fn a_publisher_makes_a_key_packs_signs_verifies_and_inspects_with_one_command_each() {
    let world = World::raw();
    let (folder, key) = (source(&world.folder().join("source"), "1.4.0"), world.folder().join("key"));
    let made = world.run_json(&["keygen", text(&key)]);
    let outbox = world.folder().join("out");
    fs::create_dir(&outbox).unwrap();
    let packed =
        world.run_json(&["pack", &folder, "--key", text(&key), "--out", text(&outbox), "--release", "7"]);
    let file = outbox.join("com.example.bot.v1.4.0.spk");
    assert!(file.is_file(), "named by id and version: {packed}");

    let verified = world.run_json(&["verify", text(&file)]);
    let passed: Vec<_> = verified["passed"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    for step in ["signature", "payload", "archive", "manifest", "identity", "library"] {
        assert!(passed.contains(&step), "{step}: {passed:?}");
    }
    assert!(
        made.to_string().contains(verified["signed_by"]["fingerprint"].as_str().unwrap()),
        "{made} {verified}"
    );
    let inspected = world.run_json(&["inspect", text(&file)]);
    assert!(inspected.to_string().contains("\"1.4.0\"") && inspected.to_string().contains("lib/plugin.so"));

    let mut bytes = fs::read(&file).unwrap();
    let last = bytes.len() - 100;
    bytes[last] ^= 1;
    fs::write(&file, bytes).unwrap();
    let (code, refusal) = outcome(&world, &["verify", text(&file)], "");
    assert_eq!((code, refusal["error"]["code"].as_str()), (1, Some("tampered")), "{refusal}");
    assert_eq!(refusal["error"]["details"]["step"], "payload", "it says which step failed: {refusal}");

    world.run_json(&["pack", &folder, "--unsigned", "--out", text(&outbox), "--release", "7"]);
    let (_, refusal) = outcome(&world, &["verify", text(&file)], "");
    assert_eq!(refusal["error"]["code"], "unsigned");
    world.run_json(&["sign", text(&file), "--key", text(&key)]);
    let again = world.run_json(&["verify", text(&file), "--key", &format!("{}.pub", text(&key))]);
    assert_eq!(again["valid"], true);
}

#[test]
fn the_main_job_by_commands_alone() {
    let mut world = World::raw();
    let (code, made) = outcome(&world, &["init", "--login", "root", "--password-stdin"], PASSWORD);
    assert!(code == 0 && made["recovery_code"].as_str().unwrap().len() > 20, "{made}");
    let key = world.folder().join("key");
    world.run_json(&["keygen", text(&key)]);
    let outbox = world.folder().join("out");
    fs::create_dir(&outbox).unwrap();
    let folder = source(&world.folder().join("source"), "1.0.0");
    world.run_json(&["pack", &folder, "--key", text(&key), "--out", text(&outbox), "--release", "1"]);
    let file = outbox.join("com.example.bot.v1.0.0.spk");
    world.start();

    fs::copy(&file, world.plugins().join("bot.spk")).unwrap();
    crate::wait::until("the file to wait for approval", SOON, || {
        world.run_json(&["folder"]).to_string().contains("\"waiting\"").then_some(())
    });
    let (code, refusal) = outcome(&world, &["approve", "com.example.bot", "--yes"], "");
    assert_eq!((code, refusal["error"]["code"].as_str()), (5, Some("approval_needed")), "{refusal}");
    let trust = ["--trust", "Example", "--namespace", "com.example.*", "--checked", "by phone"];
    world.run_json(&[&["approve", "com.example.bot", "--yes"], &trust[..]].concat());
    assert_eq!(world.run_json(&["publisher", "list"])[0]["label"], "Example");

    let (code, refusal) = outcome(&world, &["on", "com.example.bot"], "");
    assert_eq!((code, refusal["error"]["code"].as_str()), (1, Some("cannot_turn_on")), "{refusal}");
    assert_eq!(refusal["error"]["details"]["reasons"].as_array().unwrap().len(), 2, "{refusal}");
    world.run_json(&["config", "set", "com.example.bot", "clientId=me"]);
    let (code, _) =
        outcome(&world, &["config", "set", "com.example.bot", "--secret-stdin", "secret"], "hidden words");
    assert_eq!(code, 0);
    let (code, _) = outcome(&world, &["config", "set", "com.example.bot", "secret=hidden"], "");
    assert_eq!(code, 2, "a secret is never an argument");
    world.run_json(&["on", "com.example.bot"]);

    let created = world.run_json(&["account", "create", "anna"]);
    let once = created["one_time_password"].as_str().unwrap().to_owned();
    world.run_json(&["account", "create", "ben"]);
    world.run_json(&["grant", "com.example.bot", "use", "--account", "anna"]);
    let why = |login: &str| world.run_json(&["why", "com.example.bot", "use", "--account", login]);
    assert_eq!((&why("anna")["allowed"], &why("ben")["allowed"]), (&json!(true), &json!(false)));

    let (code, _) = outcome(&world, &["login", "anna", "--password-stdin"], &once);
    assert_eq!(code, 0);
    let call = ["call", "com.example.bot", "echo", r#"{"q":1}"#];
    assert_eq!(outcome(&world, &call, "").1["error"]["code"], "password_change_required");
    let (code, _) =
        outcome(&world, &["account", "password", "--password-stdin"], &format!("{once}\n{PASSWORD}\n"));
    assert_eq!(code, 0);
    let (code, _) = outcome(&world, &["login", "anna", "--password-stdin"], PASSWORD);
    assert_eq!(code, 0);
    assert_eq!(world.run_json(&call), json!({ "q": 1 }));
    let (code, refusal) = outcome(&world, &["list"], "");
    assert_eq!((code, refusal["error"]["code"].as_str()), (3, Some("not_a_superadmin")));

    sign_in(&world);
    world.run_json(&["revoke", "com.example.bot", "use", "--account", "anna"]);
    assert_eq!(why("anna")["allowed"], false);
    world.run_json(&["off", "com.example.bot"]);
    world.run_json(&["uninstall", "com.example.bot"]);
    assert_eq!(world.run_json(&["list"]), json!([]));
    assert!(world.mirror().is_empty());
}

#[test]
fn without_a_running_center_the_home_is_managed_by_itself_and_what_needs_one_says_so() {
    let mut world = World::new();
    let package =
        Package::rogue("com.example.bot").config(&["clientId"], json!({ "clientId": { "type": "string" } }));
    world.install(&package);
    sign_in(&world);
    world.stop();

    assert_eq!(world.run_json(&["status"])["serving"], false);
    assert_eq!(world.run_json(&["list"])[0]["id"], "com.example.bot");
    assert_eq!(world.run_json(&["show", "com.example.bot"])["version"], "1.0.0");
    world.run_json(&["config", "set", "com.example.bot", "clientId=offline"]);
    let fields = world.run_json(&["config", "get", "com.example.bot"])["fields"].clone();
    assert_eq!(fields[0]["value"], "offline");
    world.run_json(&["on", "com.example.bot"]);
    for arguments in
        [&["call", "com.example.bot", "echo"][..], &["events"], &["logs", "com.example.bot", "-f"]]
    {
        let (code, refusal) = outcome(&world, arguments, "");
        assert_eq!(
            (code, refusal["error"]["code"].as_str()),
            (6, Some("center_not_running")),
            "{arguments:?}"
        );
    }

    world.start();
    let plugin = id("com.example.bot");
    world.wait_state(&plugin, "running");
    assert!(world.answers(&plugin), "what was switched on runs from the next start on");
}

#[test]
fn nobody_who_is_not_signed_in_manages_a_home_that_nobody_serves() {
    let mut world = World::new();
    world.install(&Package::rogue("com.example.bot"));
    world.stop();
    for arguments in [&["list"][..], &["on", "com.example.bot"], &["uninstall", "com.example.bot"]] {
        let (code, refusal) = outcome(&world, arguments, "");
        assert_eq!((code, refusal["error"]["code"].as_str()), (3, Some("not_signed_in")), "{arguments:?}");
    }
}

#[test]
fn a_command_that_names_nothing_that_exists_says_so() {
    let world = World::new();
    sign_in(&world);
    let (code, refusal) = outcome(&world, &["show", "com.example.missing"], "");
    assert_eq!((code, refusal["error"]["code"].as_str()), (4, Some("not_found")));
    let (code, _) = outcome(&world, &["show", "not an id"], "");
    assert_eq!(code, 2);
}
