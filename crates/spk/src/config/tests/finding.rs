//! Findings: what is missing, what is invalid, in what words and order.

use super::*;

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
fn a_null_in_the_place_of_a_group_is_as_if_nothing_were_there() {
    let group = json!({"type": "object", "required": ["h"], "properties": {"h": {"type": "string"}, "p": {"type": "integer", "default": 1}}});
    let schema = compile(&json!({"required": ["g"], "properties": {"g": group, "o": group}}));
    assert_eq!(found(&schema, &json!({"g": null, "o": null})), (vec!["/g/h required".to_owned()], vec![]));
    assert_eq!(schema.difference(&json!({"g": null, "o": null})), json!({}));
}

#[test]
fn a_text_without_a_bound_of_its_own_still_has_one_also_within_lists() {
    let schema = compile(&json!({"properties": {
        "x": {"type": "string"}, "many": {"type": "array", "items": {"type": "string"}},
    }}));
    let most = "壶".repeat(crate::config::finding::TEXT_CHARS_MAX);
    let longer = format!("{most}!");
    assert_eq!(found(&schema, &json!({"x": most, "many": [most]})).1, [""; 0]);
    assert_eq!(
        found(&schema, &json!({"x": longer, "many": ["a", longer]})).1,
        ["/x max_length", "/many/1 max_length"]
    );
}
