//! A password that a superadmin enters is nowhere to be found afterwards, in no spelling.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use center::audit::Filter;
use center::request::Request;
use serde_json::{Value, json};
use spk::PluginId;
use walkdir::WalkDir;

use crate::fixtures::Package;
use crate::world::{Refusal, SOON, World};

/// Every letter of it is spelled differently by somebody.
const SECRET: &str = "Ke\"hr\\wo/che-Bürste-4711-王";
/// It replaces the first one.
const SECOND: &str = "Zwei\"ter\\Besen-0815-李-Stiel";

/// A secret in all the ways in which it could be lying around.
fn spellings(secret: &str) -> Vec<(String, Vec<u8>)> {
    let mut all = vec![("clear".to_owned(), secret.as_bytes().to_vec())];
    let escaped = json!(secret).to_string();
    let inner = escaped[1..escaped.len() - 1].to_owned();
    all.push(("escaped in JSON".into(), inner.clone().into_bytes()));
    all.push((
        "escaped twice".into(),
        json!(inner).to_string()[1..].trim_end_matches('"').as_bytes().to_vec(),
    ));
    let ascii = |c: char| if c.is_ascii() { c.to_string() } else { format!("\\u{:04x}", c as u32) };
    all.push(("escaped to ASCII".into(), inner.chars().map(ascii).collect::<String>().into_bytes()));
    all.push(("in Rust's Debug".into(), format!("{secret:?}").trim_matches('"').as_bytes().to_vec()));
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    all.push(("in capital hex".into(), hex.to_uppercase().into_bytes()));
    all.push(("in hex".into(), hex.into_bytes()));
    let bytes: Vec<String> = secret.bytes().map(|byte| byte.to_string()).collect();
    all.push(("as a list of bytes".into(), bytes.join(",").into_bytes()));
    all.push(("as a list of bytes with spaces".into(), bytes.join(", ").into_bytes()));
    for shift in 0..3 {
        // Within other text base64 falls on one of three rasters; the letters at the edges depend on neighbours.
        let shifted = [&vec![b'x'; shift][..], secret.as_bytes()].concat();
        for (name, engine) in [("base64", &STANDARD_NO_PAD), ("URL-safe base64", &URL_SAFE_NO_PAD)] {
            let text = engine.encode(&shifted);
            let from = if shift == 0 { 0 } else { 4 };
            all.push((
                format!("in {name}, shifted by {shift}"),
                text.as_bytes()[from..text.len() - 2].to_vec(),
            ));
        }
    }
    all
}

#[track_caller]
fn must_not_hold(place: &str, bytes: &[u8]) {
    for secret in [SECRET, SECOND] {
        for (how, needle) in spellings(secret) {
            let found = bytes.windows(needle.len()).any(|window| window == needle);
            assert!(!found, "{place} holds a password, {how}");
        }
    }
}

fn must_not_be_below(folder: &Path) -> usize {
    let mut looked_at = 0;
    for entry in WalkDir::new(folder).into_iter().map(Result::unwrap).filter(|e| e.file_type().is_file()) {
        // A database's journal may be gone by now; then it is part of the database.
        let Ok(bytes) = fs::read(entry.path()) else { continue };
        must_not_hold(&entry.path().display().to_string(), &bytes);
        looked_at += 1;
    }
    looked_at
}

/// Nor in what a process shows to others of its user.
fn must_not_show(pid: u32) {
    for file in ["environ", "cmdline", "status"] {
        // A host hides some of it even from its own user; that is good enough.
        if let Ok(bytes) = fs::read(format!("/proc/{pid}/{file}")) {
            must_not_hold(&format!("/proc/{pid}/{file}"), &bytes);
        }
    }
}

fn package() -> Package {
    Package::probe("com.example.keeper").config(
        &["secret"],
        json!({
            "secret": { "type": "string", "format": "password", "title": "Secret" },
            "nested": { "type": "object", "properties": { "token": { "type": "string", "format": "password" } } },
            "count": { "type": "integer", "minimum": 1 },
        }),
    )
}

fn save(world: &World, plugin: &PluginId, values: Value) -> Result<Value, Refusal> {
    world.save(plugin, values)
}

#[test]
fn a_password_is_found_nowhere_in_no_spelling() {
    let world = World::new();
    let events = world.follow(Request::Events);
    let plugin = world.install(&package());
    let mut said: Vec<String> = Vec::new();
    let mut hear = |answer: Result<Value, Refusal>| {
        said.push(answer.map_or_else(|refusal| json!(refusal).to_string(), |view| view.to_string()));
    };
    hear(save(&world, &plugin, json!({ "secret": { "$set": SECRET } })));
    world.switch_on(&plugin);
    let knows = |secret: &str| world.call(&world.root, &plugin, "knows", json!(secret));
    assert_eq!(knows(SECRET), Ok(json!(true)), "the plugin itself was given it");

    // Refusals with the password in them, in every place where it could be entered by mistake.
    for bad in [
        json!({ "secret": SECRET }),
        json!({ "secret": { "$set": SECRET }, "count": 0 }),
        json!({ "secret": { "$set": [SECRET] } }),
        json!({ "secret": { "$sett": SECRET } }),
        json!({ "count": SECRET }),
        json!({ "nested": { "token": { "$set": SECRET }, "more": SECRET } }),
        json!({ "nested": SECRET }),
    ] {
        hear(save(&world, &plugin, bad.clone()));
        hear(world.ask(Request::ConfigCheck { plugin: plugin.clone(), values: bad, locale: "en".into() }));
    }
    hear(save(
        &world,
        &plugin,
        json!({ "secret": { "$set": SECOND }, "nested": { "token": { "$set": SECRET } } }),
    ));
    crate::wait::until("the plugin to be given the second", SOON, || {
        (knows(SECOND) == Ok(json!(true))).then_some(())
    });
    hear(save(&world, &plugin, json!({ "secret": { "$clear": true } })));

    for request in [
        Request::ConfigGet { plugin: plugin.clone(), locale: "en".into() },
        Request::PluginShow { plugin: plugin.clone(), locale: "en".into() },
        Request::PluginList { locale: "en".into() },
        Request::AuditList { last: 1000, filter: Filter::default() },
        Request::AttentionList,
        Request::LogTail { plugin: plugin.clone(), lines: 1000 },
    ] {
        hear(world.ask(request));
    }
    assert!(said.len() > 20);
    for (number, text) in said.iter().enumerate() {
        must_not_hold(&format!("answer {number}, {text}"), text.as_bytes());
    }
    events.wait_for("the saving to be told", SOON, |e| e["kind"] == "settings_changed");
    must_not_hold("an event", json!(events.seen()).to_string().as_bytes());
    must_not_show(world.pid());
    must_not_show(world.host_pid(&plugin));
    must_not_hold("the center's output", world.output().as_bytes());
    assert!(must_not_be_below(world.home().root()) > 5, "there is something to look at");
    must_not_be_below(&world.folder().join("run"));
}

#[test]
fn a_replaced_and_a_purged_password_leave_no_trace_after_the_end_either() {
    let mut world = World::new();
    let plugin = world.install(&package());
    save(&world, &plugin, json!({ "secret": { "$set": SECRET } })).unwrap();
    save(&world, &plugin, json!({ "secret": { "$set": SECOND } })).unwrap();
    world.kill();
    must_not_be_below(world.folder());
    world.start();
    let _: Value = world.get(Request::PluginUninstall { plugin, purge: true });
    world.stop();
    must_not_be_below(world.folder());
}

#[test]
fn a_saved_password_is_shown_as_stored_and_outlives_a_restart() {
    let mut world = World::new();
    let plugin = world.install(&package());
    let field = |world: &World| {
        let fields = world.settings(&plugin).fields;
        fields.into_iter().find(|field| field.pointer == "/secret").unwrap()
    };
    assert_eq!((field(&world).stored, field(&world).value), (Some(false), Value::Null));
    save(&world, &plugin, json!({ "secret": { "$set": SECRET } })).unwrap();
    assert_eq!((field(&world).stored, field(&world).value), (Some(true), Value::Null));
    save(&world, &plugin, json!({ "count": 3 })).unwrap();
    world.stop();
    world.start();
    world.switch_on(&plugin);
    assert_eq!(world.call(&world.root, &plugin, "knows", json!(SECRET)), Ok(json!(true)));
}

#[test]
fn an_accounts_password_is_found_nowhere_either() {
    const OWN: &str = "Nachttisch-Lampe-99-灯";
    let world = World::new();
    let person = world.person("anna");
    let change = Request::PasswordChange {
        old: crate::world::password(crate::world::PASSWORD),
        new: crate::world::password(OWN),
    };
    let _: Value = world.get_as(Some(&person.token), change);
    for secret in [OWN, crate::world::PASSWORD, &world.root.0] {
        for entry in WalkDir::new(world.home().root()).into_iter().filter_map(Result::ok) {
            let bytes = fs::read(entry.path()).unwrap_or_default();
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{} holds a password or token", entry.path().display());
        }
        assert!(!world.output().contains(secret));
    }
}

#[test]
fn the_key_of_the_secrets_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new();
    let plugin = world.install(&package());
    save(&world, &plugin, json!({ "secret": { "$set": SECRET } })).unwrap();
    let home = world.home();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for folder in [home.root(), &home.keys(), &home.packages(), &home.plugins(), &home.stores(), &home.data()]
    {
        assert_eq!(mode(folder), 0o700, "{}", folder.display());
    }
    let keys: Vec<_> = fs::read_dir(home.keys()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(!keys.is_empty() && keys.iter().all(|key| mode(key) == 0o600), "{keys:?}");
    assert_eq!(mode(&home.control_socket()), 0o600);
}

#[test]
fn neither_the_center_nor_a_host_leaves_a_core_dump() {
    let world = World::new();
    let plugin = world.install_running(&Package::rogue("com.example.dumped"));
    for pid in [world.pid(), world.host_pid(&plugin)] {
        let limits = fs::read_to_string(format!("/proc/{pid}/limits")).unwrap();
        let line = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
        let mut columns = line["Max core file size".len()..].split_whitespace();
        assert_eq!((columns.next(), columns.next()), (Some("0"), Some("0")), "{line}");
    }
}

#[test]
fn a_plugin_that_repeats_its_settings_when_it_fails_betrays_no_password() {
    let world = World::new();
    let events = world.follow(Request::Events);
    let package = Package::rogue("com.example.talker").config(
        &["secret"],
        json!({ "secret": { "type": "string", "format": "password" }, "start": { "type": "string" } }),
    );
    let plugin = world.install(&package);
    save(&world, &plugin, json!({ "secret": { "$set": SECRET }, "start": "quote" })).unwrap();
    let switched = world.ask(Request::PluginSwitch { plugin: plugin.clone(), on: true, revision: None });
    let attention = crate::wait::until("the failures to be told", SOON * 2, || {
        let told: Value = world.get(Request::AttentionList);
        told.to_string().contains("cannot work with").then_some(told)
    });
    let mut said = vec![json!(switched.map_err(|refusal| json!(refusal).to_string())), attention];
    for request in [
        Request::PluginShow { plugin: plugin.clone(), locale: "en".into() },
        Request::AuditList { last: 1000, filter: Filter::default() },
        Request::LogTail { plugin, lines: 1000 },
    ] {
        said.push(world.get(request));
    }
    assert!(said[4].to_string().matches("was given").count() >= 2, "it did speak: {}", said[4]);
    for text in said.iter().map(Value::to_string) {
        must_not_hold(&text, text.as_bytes());
    }
    let told = json!(events.seen()).to_string();
    assert!(told.contains("com.example.talker"), "{told}");
    must_not_hold("an event", told.as_bytes());
    must_not_hold("the center's output", world.output().as_bytes());
    must_not_be_below(world.home().root());
}
