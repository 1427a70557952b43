//! Tables for settings: schemas that are refused, effective values, findings, what is saved, upgrades.

use super::*;
use crate::SecretString;
use serde_json::json;
use std::collections::BTreeMap;

fn compile(config: &Value) -> ConfigSchema {
    let (schema, warnings) = ConfigSchema::compile(config).unwrap_or_else(|defects| panic!("{defects:#?}"));
    assert_eq!(warnings, [], "of {config}");
    schema
}

fn defects(config: &Value) -> Vec<(String, &'static str)> {
    let defects = ConfigSchema::compile(config).expect_err(&config.to_string());
    defects.into_iter().map(|defect| (defect.path, defect.code)).collect()
}

fn effective(schema: &ConfigSchema, saved: &Value) -> Effective {
    schema.effective(saved, &BTreeMap::new(), &|_, _| true)
}

/// `pointer code` of each finding: missing, invalid.
fn found(schema: &ConfigSchema, saved: &Value) -> (Vec<String>, Vec<String>) {
    let findings = schema.findings(&effective(schema, saved));
    let shown = |list: Vec<Finding>| list.into_iter().map(|f| format!("{} {}", f.pointer, f.code)).collect();
    (shown(findings.missing), shown(findings.invalid))
}

fn one(property: &Value) -> Value {
    json!({"type": "object", "properties": {"x": property}})
}

#[test]
fn a_schema_gives_fields_and_defaults() {
    let schema = compile(&json!({"required": ["clientId"], "properties": {
        "provider": {"type": "string", "format": "uri", "default": "https://bot.example.com"},
        "clientId": {"type": "string"},
        "secret": {"type": "string", "format": "password"}}}));
    let shown: Vec<_> = schema.fields().iter().map(|f| (f.pointer.as_str(), f.kind, f.required)).collect();
    let expected = [
        ("/provider", Kind::Uri, false),
        ("/clientId", Kind::Text, true),
        ("/secret", Kind::Password, false),
    ];
    assert_eq!(shown, expected);
    assert_eq!(schema.defaults(), json!({"provider": "https://bot.example.com"}));
}

#[test]
fn each_type_and_format_has_its_kind() {
    let table = [
        (json!({"type": "string"}), Kind::Text),
        (json!({"type": ["null", "string"]}), Kind::Text),
        (json!({"type": "string", "format": "multiline"}), Kind::Multiline),
        (json!({"type": "string", "editPresentation": "multilineText"}), Kind::Multiline),
        (json!({"type": "string", "format": "password"}), Kind::Password),
        (json!({"type": "string", "format": "uri"}), Kind::Uri),
        (json!({"type": "string", "format": "email"}), Kind::Email),
        (json!({"type": "string", "format": "date"}), Kind::Date),
        (json!({"type": "string", "format": "time"}), Kind::Time),
        (json!({"type": "integer", "format": "account"}), Kind::Account),
        (json!({"type": "integer", "format": "department"}), Kind::Department),
        (json!({"type": "integer"}), Kind::Integer),
        (json!({"type": "number"}), Kind::Number),
        (json!({"type": "boolean"}), Kind::Boolean),
        (json!({"enum": ["a", 1, null]}), Kind::Choice),
        (json!({"const": 1}), Kind::Constant),
        (json!({"type": "array", "items": {"type": "string"}}), Kind::List),
        (json!({"type": "array", "items": {"type": "object", "properties": {"a": {}}}}), Kind::Table),
        (json!({"type": "array"}), Kind::Json),
        (json!({"type": "object", "additionalProperties": {"type": "string"}}), Kind::Map),
        (json!({"type": "object", "properties": {"a": {"type": "string"}}}), Kind::Group),
        (json!({"type": "object"}), Kind::Json),
        (json!({"type": ["object", "string"]}), Kind::Json),
        (json!({"anyOf": [{"type": "null"}, {"type": "string"}]}), Kind::Json),
        (json!({}), Kind::Json),
        (json!(true), Kind::Json),
        (json!({"$ref": "#/$defs/port"}), Kind::Integer),
        (json!({"allOf": [{"type": "boolean"}]}), Kind::Boolean),
    ];
    for (property, kind) in table {
        let schema = compile(&json!({"$defs": {"port": {"type": "integer"}}, "properties": {"x": property}}));
        let field = &schema.fields()[0];
        assert_eq!((field.kind, field.json_editor), (kind, kind == Kind::Json), "{property}");
    }
}

#[test]
fn each_defect_of_a_schema_has_its_own_code_and_path() {
    let x = "$.config.properties.x";
    let table = [
        (json!({"type": "strng"}), format!("{x}.type"), "bad_type"),
        (json!({"type": ["string", "string"]}), format!("{x}.type"), "bad_type"),
        (json!({"type": 1}), format!("{x}.type"), "wrong_type"),
        (json!({"minimum": "1"}), format!("{x}.minimum"), "wrong_type"),
        (json!({"minLength": -1}), format!("{x}.minLength"), "wrong_type"),
        (json!({"minLength": 1.5}), format!("{x}.minLength"), "wrong_type"),
        (json!({"required": true}), format!("{x}.required"), "wrong_type"),
        (json!({"required": ["a", "a"]}), format!("{x}.required[1]"), "duplicate_name"),
        (json!({"enum": []}), format!("{x}.enum"), "wrong_type"),
        (json!({"anyOf": []}), format!("{x}.anyOf"), "wrong_type"),
        (json!({"items": [{"type": "string"}]}), format!("{x}.items"), "wrong_type"),
        (json!({"title": "x".repeat(4097)}), format!("{x}.title"), "text_too_long"),
        (
            json!({"markdownDescription": "x".repeat(32769)}),
            format!("{x}.markdownDescription"),
            "text_too_long",
        ),
        (json!({"minimum": 2, "maximum": 1}), format!("{x}.minimum"), "min_over_max"),
        (json!({"minLength": 2, "maxLength": 1}), format!("{x}.minLength"), "min_over_max"),
        (json!({"minItems": 2, "maxItems": 1}), format!("{x}.minItems"), "min_over_max"),
        (json!({"multipleOf": 0}), format!("{x}.multipleOf"), "bad_bound"),
        (json!({"pattern": "x".repeat(1025)}), format!("{x}.pattern"), "pattern_too_long"),
        (json!({"widget": "slider"}), format!("{x}.widget"), "bad_widget"),
        (json!({"type": "integer", "format": "uri"}), format!("{x}.format"), "format_type"),
        (json!({"type": "string", "format": "account"}), format!("{x}.format"), "format_type"),
        (json!({"$ref": "https://example.com/s.json"}), format!("{x}['$ref']"), "remote_reference"),
        (json!({"$ref": "file:///etc/passwd"}), format!("{x}['$ref']"), "remote_reference"),
        (json!({"$ref": "other.json#/$defs/a"}), format!("{x}['$ref']"), "remote_reference"),
        (json!({"$ref": "#"}), format!("{x}['$ref']"), "reference_place"),
        (json!({"$ref": "#/properties/x"}), format!("{x}['$ref']"), "reference_place"),
        (json!({"$ref": "#/$defs/none"}), format!("{x}['$ref']"), "dangling_reference"),
        (json!({"$id": "https://example.com"}), format!("{x}['$id']"), "unsupported_keyword"),
        (json!({"$dynamicRef": "#a"}), format!("{x}['$dynamicRef']"), "unsupported_keyword"),
        (json!({"properties": {"__proto__": {}}}), format!("{x}.properties.__proto__"), "reserved_name"),
        (json!({"properties": {"constructor": {}}}), format!("{x}.properties.constructor"), "reserved_name"),
        (json!("string"), x.to_owned(), "wrong_type"),
        (
            json!({"type": "string", "format": "password", "default": "a"}),
            format!("{x}.default"),
            "password_value",
        ),
        (
            json!({"type": "string", "format": "password", "enum": ["a"]}),
            format!("{x}.enum"),
            "password_value",
        ),
        (
            json!({"type": "string", "format": "password", "const": "a"}),
            format!("{x}.const"),
            "password_value",
        ),
        (json!({"type": ["string", "null"], "format": "password"}), format!("{x}.type"), "password_type"),
        (json!({"format": "password"}), x.to_owned(), "password_type"),
        (
            json!({"type": "array", "items": {"type": "string", "format": "password"}}),
            format!("{x}.items"),
            "password_place",
        ),
        (
            json!({"additionalProperties": {"type": "string", "format": "password"}}),
            format!("{x}.additionalProperties"),
            "password_place",
        ),
        (json!({"not": {"type": "string", "format": "password"}}), format!("{x}.not"), "password_place"),
        (json!({"type": "array", "items": {"$ref": "#/$defs/pw"}}), format!("{x}.items"), "password_place"),
        (
            json!({"type": "object", "default": {"p": "a"}, "properties": {"p": {"type": "string", "format": "password"}}}),
            format!("{x}.properties.p"),
            "password_value",
        ),
    ];
    for (property, path, code) in table {
        let pw = json!({"type": "string", "format": "password"});
        let config = json!({"$defs": {"pw": pw}, "properties": {"x": property}});
        let path = path
            .replace("['$ref']", ".$ref")
            .replace("['$id']", ".$id")
            .replace("['$dynamicRef']", ".$dynamicRef");
        let all = defects(&config);
        assert!(
            all.iter().any(|(at, c)| *c == code && at.starts_with(&path)),
            "{property}: {path} {code} not in {all:?}"
        );
    }
}

#[test]
fn references_that_never_end_or_explode_are_refused_in_no_time() {
    let cycle = json!({"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"items": {"$ref": "#/$defs/a"}}},
        "properties": {"x": {"$ref": "#/$defs/a"}}});
    assert!(defects(&cycle).contains(&("$.config.$defs.a".to_owned(), "recursive_reference")));
    let itself = json!({"$defs": {"a": {"properties": {"a": {"$ref": "#/$defs/a"}}}}, "properties": {"x": {"$ref": "#/$defs/a"}}});
    assert_eq!(defects(&itself), [("$.config.$defs.a".to_owned(), "recursive_reference")]);
    let twice = |i: usize| json!({"allOf": [{"$ref": format!("#/$defs/d{}", i + 1)}, {"$ref": format!("#/$defs/d{}", i + 1)}]});
    let mut bomb: Map<String, Value> = (0..30).map(|i| (format!("d{i}"), twice(i))).collect();
    bomb.insert("d30".to_owned(), json!({"type": "string"}));
    let bomb = json!({"$defs": bomb, "properties": {"x": {"$ref": "#/$defs/d0"}}});
    assert_eq!(defects(&bomb), [("$.config".to_owned(), "schema_too_heavy")]);
    let mut chain: Map<String, Value> =
        (0..5000).map(|i| (format!("d{i}"), json!({"$ref": format!("#/$defs/d{}", i + 1)}))).collect();
    chain.insert("d5000".to_owned(), json!({}));
    assert_eq!(
        defects(&json!({"$defs": chain, "properties": {"x": {"$ref": "#/$defs/d0"}}}))[0].1,
        "reference_too_deep"
    );
}

#[test]
fn the_worst_schema_of_its_size_is_judged_soon() {
    let patterns: Vec<Value> =
        (0..200).map(|i| json!({"pattern": format!("^(\\w{{1,{}}}x?)+$", 20 + i)})).collect();
    let fields: Map<String, Value> = (0..900)
        .map(|i| (format!("f{i}"), json!({"$ref": "#/$defs/many", "default": "y".repeat(100)})))
        .collect();
    let many = json!({"anyOf": vec![json!({"type": "null"}); 900]});
    let started = std::time::Instant::now();
    assert_eq!(
        defects(&json!({"$defs": {"many": many}, "properties": fields})),
        [("$.config".to_owned(), "schema_too_heavy")]
    );
    let config = json!({"properties": {"a": {"allOf": patterns}, "b": {"anyOf": vec![json!({"type": "null"}); 900], "default": "y".repeat(150_000)}}});
    let (_, warnings) = ConfigSchema::compile(&config).unwrap();
    assert!(warnings.iter().any(|w| w.code == "bad_default"), "{warnings:?}");
    assert!(started.elapsed().as_secs() < 20, "took {:?}", started.elapsed());
}

#[test]
fn vs_codes_list_of_sections_becomes_one_schema() {
    let schema = compile(&json!([
        {"title": "Later", "order": 2, "properties": {"a.b": {"type": "string", "default": "x"}}},
        {"id": "first", "title": "First", "order": 1, "required": ["c"], "properties": {"c": {"type": "integer"}}}]));
    let sections: Vec<_> = schema.sections().iter().map(|s| (s.id.as_str(), s.title.as_str())).collect();
    assert_eq!(sections, [("first", "First"), ("section-1", "Later")]);
    let fields: Vec<_> =
        schema.fields().iter().map(|f| (f.pointer.as_str(), f.section.as_deref(), f.required)).collect();
    assert_eq!(fields, [("/a.b", Some("section-1"), false), ("/c", Some("first"), true)]);
    assert_eq!(schema.fields()[0].path, "$.config[0].properties['a.b']");
    assert_eq!(schema.field_named("a.b").map(|f| f.title.as_str()), Some("A: B"));
    let twice = json!([{"properties": {"a": {}}}, {"properties": {"a": {}}}]);
    assert_eq!(defects(&twice), [("$.config[1].properties.a".to_owned(), "duplicate_setting")]);
    let bad = json!([{"properties": {"a": {"type": "x"}}}]);
    assert_eq!(defects(&bad), [("$.config[0].properties.a.type".to_owned(), "bad_type")]);
}

#[test]
fn a_field_is_empty_exactly_when_nothing_was_entered() {
    let schema = compile(&json!({"required": ["t", "n", "b", "l", "d", "g"], "properties": {
        "t": {"type": "string"}, "n": {"type": "number"}, "b": {"type": "boolean"},
        "l": {"type": "array", "items": {"type": "string"}}, "d": {"type": "string", "default": "here"},
        "g": {"type": "object", "required": ["h"], "properties": {"h": {"type": "string"}}},
        "o": {"type": "array", "items": {"type": "string"}}, "u": {"type": "string", "format": "uri"}}}));
    let all = ["/t required", "/n required", "/b required", "/l required", "/g/h required"]
        .map(str::to_owned)
        .to_vec();
    let blank = json!({"t": "", "n": null, "l": [], "g": {"h": " \t\n"}});
    for empty in [json!({}), blank, json!({"t": "  ", "b": null, "g": {"h": null}, "o": [], "u": ""})] {
        assert_eq!(found(&schema, &empty), (all.clone(), vec![]), "{empty}");
    }
    let full = json!({"t": "x", "n": 0, "b": false, "l": ["a"], "g": {"h": "0"}});
    assert_eq!(found(&schema, &full), (vec![], vec![]));
    assert!(found(&schema, &json!({"d": ""})).0.contains(&"/d required".to_owned()));
}

#[test]
fn conditions_say_what_is_missing_too() {
    let schema = compile(&json!({"properties": {
            "mode": {"enum": ["off", "proxy"], "default": "off"}, "host": {"type": "string"}, "direct": {"type": "string"},
            "user": {"type": "string"}, "word": {"type": "string", "format": "password"}},
        "if": {"properties": {"mode": {"const": "proxy"}}}, "then": {"required": ["host"]}, "else": {"required": ["direct"]},
        "dependentRequired": {"user": ["word"]}}));
    let table = [
        (json!({}), vec!["/direct required"]),
        (json!({"mode": "proxy"}), vec!["/host required"]),
        (json!({"mode": "proxy", "host": " "}), vec!["/host required"]),
        (json!({"mode": "proxy", "host": "h"}), vec![]),
        (json!({"direct": "d", "user": "u"}), vec!["/word required"]),
        (json!({"direct": "d", "user": ""}), vec![]),
    ];
    for (saved, missing) in table {
        let missing = missing.into_iter().map(str::to_owned).collect();
        assert_eq!(found(&schema, &saved), (missing, vec![]), "{saved}");
    }
}

#[test]
fn one_of_several_that_must_be_filled_in_is_missing_not_invalid() {
    let schema = compile(&json!({"properties": {"a": {"type": "string"}, "b": {"type": "string"}},
        "anyOf": [{"required": ["a"]}, {"required": ["b"]}]}));
    assert_eq!(found(&schema, &json!({})), (vec![" required_alternative".to_owned()], vec![]));
    assert_eq!(found(&schema, &json!({"b": "x"})), (vec![], vec![]));
}

#[test]
fn each_rule_has_its_finding_and_none_tells_the_value() {
    let canary = "canary-4711";
    let table = [
        (json!({"type": "integer"}), json!(canary), "type", "must be integer"),
        (json!({"enum": ["a", "b"]}), json!(canary), "enum", "must be one of a, b"),
        (json!({"const": "a"}), json!(canary), "const", "must be a"),
        (json!({"type": "number", "minimum": 5000}), json!(4711), "minimum", "must be at least 5000"),
        (json!({"type": "number", "maximum": 5}), json!(4711), "maximum", "must be at most 5"),
        (
            json!({"type": "number", "exclusiveMinimum": 4711}),
            json!(4711),
            "exclusive_minimum",
            "must be above 4711",
        ),
        (
            json!({"type": "number", "exclusiveMaximum": 5}),
            json!(4711),
            "exclusive_maximum",
            "must be below 5",
        ),
        (
            json!({"type": "number", "multipleOf": 10}),
            json!(4711),
            "multiple_of",
            "must be a multiple of 10.0",
        ),
        (
            json!({"type": "string", "minLength": 50}),
            json!(canary),
            "min_length",
            "must have at least 50 characters",
        ),
        (
            json!({"type": "string", "maxLength": 2}),
            json!(canary),
            "max_length",
            "must have at most 2 characters",
        ),
        (
            json!({"type": "string", "pattern": "^a$"}),
            json!(canary),
            "pattern",
            "does not have the expected form",
        ),
        (
            json!({"type": "string", "pattern": "^a$", "patternErrorMessage": "only a"}),
            json!(canary),
            "pattern",
            "only a",
        ),
        (
            json!({"type": "string", "format": "uri"}),
            json!(canary),
            "format",
            "must be an address such as `https://example.com`",
        ),
        (json!({"type": "string", "format": "email"}), json!(canary), "format", "must be a mail address"),
        (
            json!({"type": "string", "format": "date"}),
            json!(canary),
            "format",
            "must be a date such as 2026-01-31",
        ),
        (
            json!({"type": "string", "format": "time"}),
            json!("25:00"),
            "format",
            "must be a time such as 09:30",
        ),
        (
            json!({"type": "array", "items": {}, "minItems": 2}),
            json!([canary]),
            "min_items",
            "must have at least 2 entries",
        ),
        (
            json!({"type": "array", "items": {}, "maxItems": 1}),
            json!([canary, 1]),
            "max_items",
            "must have at most 1 entries",
        ),
        (
            json!({"type": "array", "uniqueItems": true}),
            json!([canary, canary]),
            "unique_items",
            "must not have the same entry twice",
        ),
        (
            json!({"type": "array", "contains": {"const": 1}}),
            json!([canary]),
            "contains",
            "lacks an entry that must be there",
        ),
        (
            json!({"type": "object", "maxProperties": 0}),
            json!({"k": canary}),
            "max_properties",
            "must have at most 0 names",
        ),
        (json!({"not": {"type": "string"}}), json!(canary), "not_allowed", "is not allowed here"),
        (
            json!({"anyOf": [{"type": "integer"}, {"type": "null"}]}),
            json!(canary),
            "any_of",
            "has none of the allowed forms",
        ),
        (
            json!({"anyOf": [{"type": "string", "maxLength": 2}, {"type": "null"}]}),
            json!(canary),
            "max_length",
            "must have at most 2 characters",
        ),
        (
            json!({"oneOf": [{"type": "string"}, {"minLength": 1}]}),
            json!(canary),
            "one_of",
            "must have exactly one of the allowed forms",
        ),
    ];
    for (property, value, code, message) in table {
        let schema = compile(&one(&property));
        let findings = schema.findings(&effective(&schema, &json!({"x": value})));
        let shown: Vec<_> =
            findings.invalid.iter().map(|f| (f.pointer.as_str(), f.code, f.message())).collect();
        assert_eq!(shown, [("/x", code, message.to_owned())], "{property}");
        let printed = format!("{findings:?} {}", serde_json::to_string(&findings).unwrap());
        assert!(!printed.contains(canary), "{property}: {printed}");
    }
}

#[test]
fn an_unknown_setting_is_invalid_unless_the_schema_takes_others() {
    let closed =
        compile(&json!({"properties": {"a": {"type": "object", "properties": {"b": {"type": "string"}}}}}));
    let saved = json!({"c": 1, "a": {"d": 1}});
    assert_eq!(
        found(&closed, &saved).1,
        ["/a/d unknown_setting", "/c unknown_setting"]
            .map(str::to_owned)
            .to_vec()
            .into_iter()
            .rev()
            .collect::<Vec<_>>()
    );
    let open = compile(
        &json!({"properties": {"a": {"type": "string"}}, "additionalProperties": {"type": "integer"}}),
    );
    assert_eq!(found(&open, &json!({"c": 1})).1, [""; 0]);
    assert_eq!(found(&open, &json!({"c": "x"})).1, ["/c type"]);
}

#[test]
fn findings_stand_in_document_order() {
    let schema = compile(&json!({"required": ["z", "a"], "properties": {"z": {"type": "string"},
        "m": {"type": "integer"}, "b": {"type": "integer"}, "a": {"type": "string"}}}));
    let (missing, invalid) = found(&schema, &json!({"b": "x", "m": "x"}));
    assert_eq!(missing, ["/z required", "/a required"]);
    assert_eq!(invalid, ["/m type", "/b type"]);
}

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
fn an_account_that_is_gone_counts_as_empty() {
    let schema = compile(&json!({"required": ["boss", "team"], "properties": {
        "boss": {"type": "integer", "format": "account"},
        "team": {"type": "array", "items": {"type": "integer", "format": "account"}},
        "unit": {"type": "integer", "format": "department"}}}));
    let saved = json!({"boss": 1, "team": [1, 2], "unit": 1});
    let exists = |subject, id| subject == Subject::Account && id == 2 || subject == Subject::Department;
    let effective = schema.effective(&saved, &BTreeMap::new(), &exists);
    assert_eq!(*effective.expose(), json!({"team": [2], "unit": 1}));
    assert_eq!(effective.gone(), ["/boss", "/team"]);
    let missing =
        |effective| schema.findings(effective).missing.into_iter().map(|f| f.pointer).collect::<Vec<_>>();
    assert_eq!(missing(&effective), ["/boss"]);
    assert_eq!(missing(&schema.effective(&saved, &BTreeMap::new(), &|_, _| false)), ["/boss", "/team"]);
}

#[test]
fn a_default_that_breaks_its_own_rule_is_a_warning_and_not_applied() {
    let config = json!({"required": ["n"], "properties": {"n": {"type": "integer", "default": "x"},
        "u": {"$ref": "#/$defs/u", "default": "no uri"}, "ok": {"type": "integer", "default": 1}},
        "$defs": {"u": {"type": "string", "format": "uri"}}});
    let (schema, warnings) = ConfigSchema::compile(&config).unwrap();
    let shown: Vec<_> = warnings.iter().map(|w| (w.path.as_str(), w.code)).collect();
    assert_eq!(
        shown,
        [("$.config.properties.n.default", "bad_default"), ("$.config.properties.u.default", "bad_default")]
    );
    assert_eq!(schema.defaults(), json!({"ok": 1}));
    assert_eq!(schema.field("/n").unwrap().default, None);
    assert_eq!(found(&schema, &json!({})).0, ["/n required"]);
}

#[test]
fn a_pattern_beyond_linear_time_is_dropped_and_the_field_becomes_json() {
    let config = json!({"properties": {"x": {"type": "string", "pattern": "^(?=a).*$", "maxLength": 3}, "pattern": {"type": "string"}}});
    let (schema, warnings) = ConfigSchema::compile(&config).unwrap();
    assert_eq!(warnings.iter().map(|w| w.code).collect::<Vec<_>>(), ["weak_pattern"]);
    assert!(schema.field("/x").unwrap().json_editor && !schema.field("/pattern").unwrap().json_editor);
    assert_eq!(found(&schema, &json!({"x": "b"})).1, [""; 0]);
    assert_eq!(found(&schema, &json!({"x": "bbbb"})).1, ["/x max_length"]);
}

#[test]
fn a_slow_looking_pattern_is_matched_in_no_time() {
    let schema = compile(&one(&json!({"type": "string", "pattern": "^(a+)+$"})));
    let long = "a".repeat(200_000) + "!";
    assert_eq!(found(&schema, &json!({"x": long})).1, ["/x pattern"]);
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
fn a_password_anywhere_makes_the_field_secret_everywhere() {
    let schema = compile(&json!({"properties": {"mode": {"enum": ["a", "b"]}, "word": {"type": "string"}},
        "if": {"properties": {"mode": {"const": "b"}}},
        "then": {"properties": {"word": {"type": "string", "format": "password"}}}}));
    assert_eq!(schema.secrets().collect::<Vec<_>>(), ["/word"]);
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
fn a_form_gets_texts_in_its_language_and_no_patterns() {
    let schema = compile(
        &json!({"properties": {"x": {"type": "string", "title": "%x%", "pattern": "^(a|%x%)$", "patternErrorMessage": "%only%",
        "default": "%x%"}, "pattern": {"enum": ["a"], "enumItemLabels": ["%x%"]}}}),
    );
    let chinese = json!({"x": "甲", "only": "只能是 a"}).to_string().into_bytes();
    let texts = crate::Texts::read(&BTreeMap::from([("zh-CN".to_owned(), chinese)])).unwrap();
    let (fields, form) = (schema.localised_fields(&texts, "zh-CN"), schema.form_schema(&texts, "zh-CN"));
    assert_eq!((fields[0].title.as_str(), fields[1].choices[0].label.as_str()), ("甲", "甲"));
    assert_eq!(
        form["properties"]["x"],
        json!({"type": "string", "title": "甲", "patternErrorMessage": "只能是 a", "default": "%x%"})
    );
    assert_eq!(form["properties"]["pattern"], json!({"enum": ["a"], "enumItemLabels": ["甲"]}));
    let finding =
        schema.findings(&effective(&schema, &json!({"x": "b"}))).invalid.remove(0).localised(&texts, "zh-CN");
    assert_eq!(finding.to_string(), "甲: 只能是 a");
}

#[test]
fn a_null_in_the_place_of_a_group_is_as_if_nothing_were_there() {
    let group = json!({"type": "object", "required": ["h"], "properties": {"h": {"type": "string"}, "p": {"type": "integer", "default": 1}}});
    let schema = compile(&json!({"required": ["g"], "properties": {"g": group, "o": group}}));
    assert_eq!(found(&schema, &json!({"g": null, "o": null})), (vec!["/g/h required".to_owned()], vec![]));
    assert_eq!(schema.difference(&json!({"g": null, "o": null})), json!({}));
}

/// A schema of the size and the shapes of a big extension's: dotted keys, type lists, alternatives, described choices.
fn big() -> Value {
    let shape = |i: usize| match i % 9 {
        0 => json!({"type": "boolean", "default": i.is_multiple_of(2)}),
        1 => {
            json!({"type": "string", "default": "b", "enum": ["a", "b"], "enumDescriptions": ["First", "Second"]})
        }
        2 => {
            json!({"default": null, "anyOf": [{"type": "null"}, {"type": "array", "items": {"type": "string"}},
            {"type": "string", "enum": ["all"], "enumDescriptions": ["All of them"]}]})
        }
        3 => json!({"type": "array", "default": [], "items": {"type": "string"}, "uniqueItems": true}),
        4 => json!({"type": ["null", "string"], "default": null, "scope": "machine"}),
        5 => {
            json!({"type": "object", "default": {"Ok": {"postfix": "ok", "body": ["Ok(${receiver})"], "scope": "expr"}}})
        }
        6 => json!({"type": ["null", "integer"], "minimum": 0, "maximum": 255, "default": null}),
        7 => {
            json!({"type": "array", "default": [], "items": {"anyOf": [{"type": "string"}, {"type": "object",
            "properties": {"path": {"type": "string"}, "kind": {"type": "string", "enum": ["x", "y"]}}}]}})
        }
        _ => {
            json!({"type": ["null", "object"], "additionalProperties": {"type": ["string", "number", "null"]}, "default": null})
        }
    };
    let setting = |i: usize| {
        let mut setting = shape(i);
        setting["markdownDescription"] =
            json!(format!("Setting **{i}**. See `#other#`.\n\n{}", "Words. ".repeat(40)));
        (format!("tool.area{}.setting{i}", i / 12), setting)
    };
    let sections = (0..20).map(|s| {
        let properties: Map<String, Value> = (0..11).map(|i| setting(s * 11 + i)).collect();
        json!({"title": format!("Area {s}"), "order": 20 - s, "properties": properties})
    });
    sections.collect()
}

fn all_shown_and_valid(config: &Value) {
    let (schema, warnings) = ConfigSchema::compile(config).unwrap_or_else(|defects| panic!("{defects:#?}"));
    assert!(warnings.iter().all(|w| w.code == "bad_default"), "{warnings:#?}");
    assert!(schema.fields().len() > 200);
    assert!(
        schema
            .fields()
            .iter()
            .all(|field| !field.title.is_empty() && field.json_editor == (field.kind == Kind::Json))
    );
    assert_eq!(found(&schema, &json!({})), (vec![], vec![]));
    assert_eq!(schema.difference(&schema.defaults()), json!({}));
    let key = &schema.fields().iter().find(|field| field.kind == Kind::Boolean).unwrap().key;
    assert_eq!(found(&schema, &json!({key: "no"})).1, [format!("/{key} type")]);
}

/// `SPROCKET_EXTRA_CONFIG_SCHEMA` may name a file with a further schema, such as that of a published extension.
#[test]
fn a_big_schema_compiles_shows_and_validates() {
    all_shown_and_valid(&big());
    if let Some(file) = std::env::var_os("SPROCKET_EXTRA_CONFIG_SCHEMA") {
        all_shown_and_valid(&serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap());
    }
}

mod arbitrary {
    use super::*;
    use crate::manifest::arbitrary::{any_json, word};
    use proptest::prelude::*;

    fn property() -> impl Strategy<Value = Value> {
        let plain = prop::sample::select(vec![
            json!({"type": "string"}),
            json!({"type": "string", "default": "d"}),
            json!({"type": "integer", "default": 3, "maximum": 5}),
            json!({"type": "boolean", "default": true}),
            json!({"type": "string", "format": "password"}),
            json!({"type": "string", "format": "uri"}),
            json!({"type": "array", "items": {"type": "integer", "format": "account"}}),
            json!({"type": "object", "additionalProperties": {"type": "string"}, "default": {"a": "b"}}),
            json!({"type": ["null", "integer"], "default": null}),
            json!({"anyOf": [{"type": "null"}, {"type": "string", "minLength": 2}]}),
            json!({"$ref": "#/$defs/a"}),
        ]);
        let group = |inner: BoxedStrategy<Value>| {
            let members = prop::collection::btree_map(word(), inner, 1..4);
            (members, any::<bool>(), any::<bool>()).prop_map(|(members, required, closed)| {
                let names: Vec<&String> = members.keys().take(usize::from(required)).collect();
                json!({"type": "object", "properties": members, "required": names, "additionalProperties": !closed})
            })
        };
        plain.prop_recursive(3, 20, 4, move |inner| group(inner.boxed()))
    }

    fn config() -> impl Strategy<Value = Value> {
        let properties = prop::collection::btree_map(word(), property(), 1..6);
        properties.prop_map(|properties| {
            let required: Vec<&String> = properties.keys().take(2).collect();
            json!({"properties": properties, "required": required, "$defs": {"a": {"type": "string", "maxLength": 4}}})
        })
    }

    /// Values at the schema's own keys, so that they meet its rules.
    fn values(schema: &Value) -> BoxedStrategy<Value> {
        let Some(Value::Object(properties)) = schema.get("properties").cloned() else {
            return prop_oneof![
                any_json(),
                word().prop_map(Value::from),
                (0..9).prop_map(Value::from),
                Just(json!("  "))
            ]
            .boxed();
        };
        let members: Vec<_> =
            properties.into_iter().map(|(key, part)| (Just(key), prop::option::of(values(&part)))).collect();
        let object = members.prop_map(|list| {
            Value::Object(list.into_iter().filter_map(|(key, v)| Some((key, v?))).collect())
        });
        prop_oneof![9 => object, 1 => any_json()].boxed()
    }

    proptest! {
        #[test]
        fn settings_never_panic_and_what_is_saved_is_stable(
            (config, full) in config().prop_flat_map(|config| (Just(config.clone()), values(&config))), other in config(),
        ) {
            if let Ok((schema, _)) = ConfigSchema::compile(&config) {
                let _ = schema.split_secrets(&full);
                let saved = schema.difference(&full);
                let now = effective(&schema, &saved);
                prop_assert_eq!(&schema.difference(&now.entered), &saved);
                let findings = schema.findings(&now);
                let kept = schema.carry_over(&saved, &[]);
                if findings.invalid.is_empty() {
                    prop_assert_eq!((&kept.kept, kept.unused.len()), (&saved, 0));
                }
                if let Ok((new, _)) = ConfigSchema::compile(&other) {
                    let carried = new.carry_over(&saved, &[]);
                    let left = new.findings(&effective(&new, &carried.kept)).invalid;
                    prop_assert!(left.is_empty(), "{left:?} of {:?}", carried.kept);
                }
            }
        }
    }
}
