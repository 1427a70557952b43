//! Effective values, what is saved of them, passwords on the wire, upgrades.

use super::*;
use crate::SecretString;

#[test]
fn effective_settings_are_defaults_the_difference_and_secrets() {
    let schema = compile(&json!({"required": ["net"], "properties": {
        "net": {"type": "object", "required": ["host"], "properties": {"host": {"type": "string"},
            "port": {"type": "integer", "default": 80}, "word": {"type": "string", "format": "password"}}},
        "proxy": {"type": "object", "required": ["host"], "properties": {"host": {"type": "string"},
            "port": {"type": "integer", "default": 8080}}},
        "tune": {"type": "object", "properties": {"level": {"type": "integer", "default": 3}}},
        "map": {"type": "object", "additionalProperties": {"type": "string"}, "default": {"a": "1"}},
        "site": {"type": "string", "format": "uri"}}}));
    assert_eq!(schema.defaults(), json!({"net": {"port": 80}, "tune": {"level": 3}, "map": {"a": "1"}}));
    let secrets = BTreeMap::from([
        ("/net/word".to_owned(), SecretString::new("hunter2")),
        ("/gone".to_owned(), SecretString::new("other")),
    ]);
    let saved = json!({"net": {"host": "h", "word": "forged"}, "proxy": {"host": "p"}, "map": {"b": "2"}, "site": ""});
    let effective = schema.effective(&saved, &secrets, &|_, _| true);
    assert_eq!(
        *effective.expose(),
        json!({"net": {"host": "h", "port": 80, "word": "hunter2"},
        "proxy": {"host": "p", "port": 8080}, "tune": {"level": 3}, "map": {"b": "2"}})
    );
    assert!(!format!("{effective:?}").contains("hunter2"));
    let without = schema.effective(&saved, &BTreeMap::new(), &|_, _| true);
    assert_eq!(without.expose().pointer("/net/word"), None, "a saved text is never taken for a password");
}

#[test]
fn what_is_saved_gives_back_what_was_entered() {
    let schema = compile(&json!({"properties": {
        "a.b": {"type": "string", "default": "x"}, "a": {"type": "object", "properties": {"b": {"type": "integer", "default": 1}}},
        "list": {"type": "array", "items": {"type": "integer"}, "default": [1]}, "free": {"type": "object"},
        "group": {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}, "m": {"type": "integer", "default": 5}}},
        "nil": {"type": ["null", "string"], "default": "set"}, "word": {"type": "string", "format": "password"},
        "ratio": {"type": "number", "default": 1}}}));
    let table = [
        (json!({}), json!({})),
        (schema.defaults(), json!({})),
        (json!({"a.b": "x", "a": {"b": 2}}), json!({"a": {"b": 2}})),
        (json!({"a.b": "y", "a": {"b": 1}}), json!({"a.b": "y"})),
        (json!({"list": []}), json!({"list": []})),
        (json!({"free": {}, "group": {}}), json!({})),
        (json!({"free": {"k": {}}}), json!({"free": {"k": {}}})),
        (json!({"group": {"n": 1, "m": 5}}), json!({"group": {"n": 1}})),
        (json!({"nil": null}), json!({"nil": null})),
        (json!({"word": "never saved"}), json!({})),
        (json!({"ratio": 1.0}), json!({})),
        (json!({"unknown": 1}), json!({"unknown": 1})),
    ];
    for (full, saved) in table {
        assert_eq!(schema.difference(&full), saved, "{full}");
        let again = effective(&schema, &saved);
        assert_eq!(schema.difference(again.expose()), saved, "{full} a second time");
    }
}

#[test]
fn passwords_are_set_cleared_or_left_alone() {
    let schema = compile(
        &json!({"properties": {"name": {"type": "string"}, "in": {"type": "object", "properties": {
        "word": {"type": "string", "format": "password"}}}, "pin": {"type": "string", "format": "password"}}}),
    );
    let sent = json!({"name": "n", "in": {"word": {"$set": "hunter2"}}, "pin": {"$clear": true}});
    let (plain, changes) = schema.split_secrets(&sent).unwrap();
    assert_eq!(plain, json!({"name": "n", "in": {}}));
    let set =
        SecretChange { pointer: "/in/word".to_owned(), act: SecretAct::Set(SecretString::new("hunter2")) };
    assert_eq!(changes, [set, SecretChange { pointer: "/pin".to_owned(), act: SecretAct::Clear }]);
    assert!(!format!("{changes:?}").contains("hunter2"));
    assert_eq!(schema.split_secrets(&json!({"name": "n"})).unwrap().1, []);
    let table = [
        (json!("hunter2"), "secret_form"),
        (json!({"$set": 1}), "secret_form"),
        (json!({"$clear": false}), "secret_form"),
        (json!({"$set": "hunter2", "$clear": true}), "secret_form"),
        (json!({"$set": "  "}), "secret_blank"),
        (json!(null), "secret_form"),
    ];
    for (sent, code) in table {
        let refused = schema.split_secrets(&json!({"pin": sent})).unwrap_err();
        assert_eq!(
            refused.iter().map(|f| (f.pointer.as_str(), f.code)).collect::<Vec<_>>(),
            [("/pin", code)]
        );
        assert!(!format!("{refused:?}").contains("hunter2"));
    }
}

#[test]
fn an_upgrade_keeps_what_fits_and_puts_the_rest_aside() {
    let new = compile(
        &json!({"properties": {"same": {"type": "string"}, "narrow": {"type": "integer", "maximum": 5},
        "list": {"type": "array", "items": {"type": "integer"}}, "was": {"type": "string"}, "word": {"type": "string", "format": "password"},
        "now": {"type": "string", "format": "password"},
        "group": {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer", "default": 1}}}}}),
    );
    let saved = json!({"same": "s", "narrow": 9, "gone": {"x": 1}, "list": [1, "x"], "now": "plain",
        "group": {"a": "text", "old": 1, "b": 2}});
    let stored = ["/word", "/was", "/lost"].map(str::to_owned);
    let carry = new.carry_over(&saved, &stored);
    assert_eq!(carry.kept, json!({"same": "s", "group": {"b": 2}}));
    let unused = [
        ("/gone", json!({"x": 1})),
        ("/group/a", json!("text")),
        ("/group/old", json!(1)),
        ("/list", json!([1, "x"])),
        ("/narrow", json!(9)),
    ];
    assert_eq!(carry.unused, unused.map(|(at, value)| (at.to_owned(), value)).into());
    assert_eq!(
        (carry.secrets, carry.emptied, carry.unused_secrets),
        (vec!["/word".to_owned()], vec!["/was".to_owned()], vec!["/lost".to_owned()])
    );
    let encrypted =
        SecretChange { pointer: "/now".to_owned(), act: SecretAct::Set(SecretString::new("plain")) };
    assert_eq!(carry.into_secrets, [encrypted]);
    assert!(found(&new, &carry.kept).1.is_empty());
}

#[test]
fn a_whole_number_reaches_the_plugin_as_one_however_it_was_written() {
    let schema =
        compile(&json!({"properties": {"x": {"type": "integer", "default": 2.0}, "y": {"type": "number"},
        "list": {"type": "array", "items": {"type": "integer"}}}}));
    let settings = effective(&schema, &json!({"y": 0.5, "list": [7.0, -3.0]}));
    assert_eq!(settings.expose().to_string(), r#"{"x":2,"y":0.5,"list":[7,-3]}"#);
    let settings = effective(&schema, &json!({"x": 7.0, "y": 1e300, "list": []}));
    assert_eq!(settings.expose().to_string(), r#"{"x":7,"y":1e+300,"list":[]}"#);
}
