//! Settings: validated by the core, kept, handed to the running plugin; nothing entered is lost or dropped silently.

use center::request::Request;
use center::views::{CheckView, SettingsView};
use serde_json::{Value, json};
use spk::PluginId;

use crate::dump;
use crate::fixtures::Package;
use crate::wait;
use crate::world::{SOON, World};

/// Settings of many types; `knows` tells what the plugin was given.
fn package() -> Package {
    let properties = json!({
        "address": { "type": "string", "format": "uri", "title": "Address" },
        "clientId": { "type": "string", "title": "Client" },
        "threshold": { "type": "number", "minimum": 0, "maximum": 1, "default": 0.8 },
        "count": { "type": "integer", "minimum": 1 },
        "mode": { "enum": ["bot-first", "bot-only"], "default": "bot-first" },
        "tags": { "type": "array", "items": { "type": "string" }, "maxItems": 3 },
        "loud": { "type": "boolean", "default": false },
        "day": { "type": "string", "format": "date" },
        "code": { "type": "string", "pattern": "^[A-Z]{3}$", "patternErrorMessage": "three capitals" },
    });
    Package::probe("com.example.settings").config(&["clientId"], properties)
}

fn knows(world: &World, plugin: &PluginId, part: &Value) -> bool {
    world.call(&world.root, plugin, "knows", part.clone()) == Ok(json!(true))
}

fn value(world: &World, plugin: &PluginId, pointer: &str) -> Value {
    let fields = world.settings(plugin).fields;
    fields.into_iter().find(|field| field.pointer == pointer).expect("a field").value
}

#[test]
fn an_invalid_value_is_refused_with_its_field_and_rule_and_nothing_is_saved() {
    let world = World::new();
    let plugin = world.install(&package());
    world.save(&plugin, json!({ "clientId": "first" })).unwrap();
    let before = dump::of(&world);
    for (field, bad, rule) in [
        ("address", json!("not an address"), "format"),
        ("threshold", json!(1.5), "maximum"),
        ("threshold", json!(-1), "minimum"),
        ("threshold", json!("high"), "type"),
        ("count", json!(1.5), "type"),
        ("mode", json!("never"), "enum"),
        ("tags", json!(["a", "b", "c", "d"]), "max_items"),
        ("tags", json!([1]), "type"),
        ("loud", json!("yes"), "type"),
        ("day", json!("2025-02-30"), "format"),
        ("code", json!("abcd"), "pattern"),
    ] {
        let refusal = world.save(&plugin, json!({ "clientId": "second", field: bad })).unwrap_err();
        assert_eq!(refusal.code, "invalid_settings", "{field} = {bad}: {refusal:?}");
        let findings = refusal.details["invalid"].as_array().unwrap();
        let pointer = findings[0]["pointer"].as_str().unwrap();
        assert!(pointer.starts_with(&format!("/{field}")), "{field} = {bad}: {findings:?}");
        assert_eq!(findings[0]["code"], rule, "{field} = {bad}: {findings:?}");
        assert!(!findings[0]["message"].as_str().unwrap().is_empty());
        assert_eq!(dump::of(&world), before, "{field} = {bad} changed something");
    }
    assert_eq!(value(&world, &plugin, "/clientId"), "first");
}

#[test]
fn checking_says_what_saving_would_and_saves_nothing() {
    let world = World::new();
    let plugin = world.install(&package());
    let before = dump::of(&world);
    let check = |values: Value| -> CheckView {
        world.get(Request::ConfigCheck { plugin: plugin.clone(), values, locale: "en".into() })
    };
    let bad = check(json!({ "threshold": 7 }));
    assert_eq!((bad.invalid.len(), bad.missing.len()), (1, 1));
    assert_eq!(
        (bad.invalid[0].pointer.as_str(), bad.missing[0].pointer.as_str()),
        ("/threshold", "/clientId")
    );
    let good = check(json!({ "clientId": "me" }));
    assert!(good.invalid.is_empty() && good.missing.is_empty());
    assert_eq!(dump::of(&world), before);
}

#[test]
fn what_is_incomplete_can_be_saved_while_off() {
    let world = World::new();
    let plugin = world.install(&package());
    world.save(&plugin, json!({ "threshold": 0.5 })).unwrap();
    let view = world.settings(&plugin);
    assert_eq!(value(&world, &plugin, "/threshold"), 0.5);
    assert_eq!(view.missing.len(), 1);
    assert_eq!(view.missing[0].pointer, "/clientId");
    assert_eq!(value(&world, &plugin, "/mode"), "bot-first", "a default is in force");
    world.save(&plugin, json!({ "threshold": null })).unwrap();
    assert_eq!(value(&world, &plugin, "/threshold"), 0.8, "null means back to the default");
}

#[test]
fn emptying_a_required_field_of_an_active_plugin_is_refused_or_turns_it_off() {
    let world = World::new();
    let plugin = world.install(&package());
    world.save(&plugin, json!({ "clientId": "me" })).unwrap();
    world.switch_on(&plugin);
    for empty in [json!(""), json!("  "), json!(null)] {
        let refusal = world.save(&plugin, json!({ "clientId": empty })).unwrap_err();
        assert_eq!(refusal.code, "would_be_incomplete", "{refusal:?}");
        assert!(json!(refusal).to_string().contains("clientId"), "it names the field: {refusal:?}");
    }
    assert_eq!(value(&world, &plugin, "/clientId"), "me");
    assert_eq!(world.state(&plugin)["state"], "running");

    let agreed = Request::ConfigSet {
        plugin: plugin.clone(),
        values: json!({ "clientId": "" }),
        revision: None,
        turn_off: true,
    };
    let view: SettingsView = world.get(agreed);
    assert!(view.turned_off);
    wait::until("it to be off", SOON, || (world.state(&plugin)["state"] == "set_up_first").then_some(()));
    assert!(!world.show(&plugin).plugin.wanted, "never on and incomplete");
}

#[test]
fn a_save_on_an_old_revision_is_refused_with_both_values() {
    let world = World::new();
    let plugin = world.install(&package());
    world.save(&plugin, json!({ "clientId": "original" })).unwrap();
    let revision = Some(world.settings(&plugin).revision);
    let save = |client: &str| Request::ConfigSet {
        plugin: plugin.clone(),
        values: json!({ "clientId": client }),
        revision,
        turn_off: false,
    };
    let _: SettingsView = world.get(save("mine"));
    let refusal = world.refusal(save("yours"));
    assert_eq!(refusal.code, "changed_meanwhile");
    let shown = refusal.details.to_string();
    assert!(shown.contains("mine") && shown.contains("yours"), "{shown}");
    assert_eq!(value(&world, &plugin, "/clientId"), "mine");
}

#[test]
fn a_running_plugin_is_given_new_settings_at_once_in_the_same_process() {
    let world = World::new();
    let plugin = world.install(&package());
    world.save(&plugin, json!({ "clientId": "before" })).unwrap();
    world.switch_on(&plugin);
    let pid = world.host_pid(&plugin);
    assert!(knows(&world, &plugin, &json!("before")));
    assert!(knows(&world, &plugin, &json!("bot-first")), "defaults are given too");
    let events = world.follow(Request::Events);
    world.save(&plugin, json!({ "clientId": "after" })).unwrap();
    wait::until("the plugin to know", SOON, || knows(&world, &plugin, &json!("after")).then_some(()));
    assert!(!knows(&world, &plugin, &json!("before")));
    assert_eq!(world.host_pid(&plugin), pid);
    events.wait_for("it to be told", SOON, |e| e["kind"] == "settings_changed");
}

#[test]
fn every_change_is_in_the_history_with_who_when_and_what() {
    let world = World::new();
    let plugin = world.install(&package());
    world.save(&plugin, json!({ "clientId": "one" })).unwrap();
    world.save(&plugin, json!({ "clientId": "two", "loud": true })).unwrap();
    let db = rusqlite::Connection::open(world.home().database()).unwrap();
    let mut query = db.prepare("SELECT account, at, changes FROM settings_history ORDER BY seq").unwrap();
    let read = |row: &rusqlite::Row<'_>| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, String>(2)?))
    };
    let rows: Vec<_> = query.query_map([], read).unwrap().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().all(|(account, at, _)| *account == 1 && *at > 0));
    let changes: Value = serde_json::from_str(&rows[1].2).unwrap();
    assert_eq!(changes["/clientId"], json!({ "before": "one", "after": "two" }), "{changes}");
    assert_eq!(changes["/loud"]["after"], true, "{changes}");
}

#[test]
fn settings_of_every_type_come_back_as_they_were_entered() {
    let world = World::new();
    let plugin = world.install(&package());
    let entered = json!({
        "address": "https://bot.example.com", "clientId": "王 \"quoted\" \\", "threshold": 0.25, "count": 3,
        "mode": "bot-only", "tags": ["a", "b"], "loud": true, "day": "2025-12-24", "code": "ABC",
    });
    world.save(&plugin, entered.clone()).unwrap();
    world.switch_on(&plugin);
    for (key, expected) in entered.as_object().unwrap() {
        assert_eq!(value(&world, &plugin, &format!("/{key}")), *expected, "{key}");
    }
    assert!(knows(&world, &plugin, &entered["clientId"]));
    let fields = world.settings(&plugin).fields;
    let client = fields.iter().find(|field| field.pointer == "/clientId").unwrap();
    assert_eq!((client.title.as_str(), client.required, client.is_default), ("Client", true, false));
}
