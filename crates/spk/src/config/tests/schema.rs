//! Schemas: which are refused, and what fields, defaults and forms come of the others.

use super::*;

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
    let long = "a".repeat(60_000) + "!";
    assert_eq!(found(&schema, &json!({"x": long})).1, ["/x pattern"]);
}

#[test]
fn a_password_anywhere_makes_the_field_secret_everywhere() {
    let schema = compile(&json!({"properties": {"mode": {"enum": ["a", "b"]}, "word": {"type": "string"}},
        "if": {"properties": {"mode": {"const": "b"}}},
        "then": {"properties": {"word": {"type": "string", "format": "password"}}}}));
    assert_eq!(schema.secrets().collect::<Vec<_>>(), ["/word"]);
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
    assert_eq!(
        form["properties"]["pattern"],
        json!({"title": "Pattern", "enum": ["a"], "enumItemLabels": ["甲"]})
    );
    let finding =
        schema.findings(&effective(&schema, &json!({"x": "b"}))).invalid.remove(0).localised(&texts, "zh-CN");
    assert_eq!(finding.to_string(), "甲: 只能是 a");
}

#[test]
fn a_form_is_free_of_references_and_has_titles_and_applied_defaults() {
    let (schema, _) = ConfigSchema::compile(&json!([
        {"id": "net", "title": "%net%", "order": 2, "properties": {
            "mainHost": {"$ref": "#/$defs/host", "title": "%main%", "order": 3},
            "spare_host": {"$ref": "#/$defs/host", "maxLength": 5, "default": "spare"},
            "proxy": {"$ref": "#/$defs/proxy"}},
         "$defs": {"host": {"type": "string", "title": "%host%", "minLength": 2, "default": "h0"},
            "proxy": {"type": "object", "properties": {"port": {"type": "integer", "maximum": 9, "default": 10},
                "pass-word": {"type": "string", "format": "password"}}}}},
        {"title": "%other%", "order": 1, "properties": {
            "kind": {"enum": ["a", "b"], "default": "c", "enumDescriptions": ["%main%", "B"], "unit": "%net%",
                "widget": "radio", "requiresRestart": true, "deprecationMessage": "%host%"},
            "rows": {"type": "array", "items": {"type": "object", "properties": {"rowName": {"type": "string"}}}}}}
    ]))
    .unwrap();
    let chinese = json!({"net": "网络", "main": "主机", "host": "地址"}).to_string().into_bytes();
    let english = json!({"other": "Other"}).to_string().into_bytes();
    let files = BTreeMap::from([("zh-CN".to_owned(), chinese), ("en".to_owned(), english)]);
    let form = schema.form_schema(&crate::Texts::read(&files).unwrap(), "zh-CN");
    assert_eq!(form["type"], "object");
    assert_eq!(
        form["properties"],
        json!({
            "mainHost": {"type": "string", "title": "主机", "minLength": 2, "default": "h0", "order": 3, "section": "net"},
            "spare_host": {"maxLength": 5, "default": "spare", "section": "net", "title": "地址",
                "allOf": [{"type": "string", "title": "地址", "minLength": 2}]},
            "proxy": {"type": "object", "section": "net", "title": "Proxy", "properties": {
                "port": {"type": "integer", "maximum": 9, "title": "Port"},
                "pass-word": {"type": "string", "format": "password", "title": "Pass word"}}},
            "kind": {"enum": ["a", "b"], "enumDescriptions": ["主机", "B"], "unit": "网络", "widget": "radio",
                "requiresRestart": true, "deprecationMessage": "地址", "section": "section-2", "title": "Kind"},
            "rows": {"type": "array", "section": "section-2", "title": "Rows", "items": {"type": "object",
                "properties": {"rowName": {"type": "string", "title": "Row name"}}}},
        })
    );
    assert!(!form.to_string().contains("$ref") && form.get("$defs").is_none());
}

#[test]
fn conditions_declare_titles_and_ask_without_them() {
    let schema = compile(&json!({"properties": {"mode": {"enum": ["a", "b"], "title": "%mode%"}},
        "if": {"properties": {"mode": {"const": "b"}}},
        "then": {"properties": {"mode": {"const": "b"}, "key": {"type": "string", "default": "x"}}}}));
    let form = schema.form_schema(&crate::Texts::default(), "en");
    assert_eq!(form["if"], json!({"properties": {"mode": {"const": "b"}}}));
    assert_eq!(
        form["then"]["properties"]["key"],
        json!({"type": "string", "title": "Key"}),
        "not applied: no default"
    );
    assert_eq!(form["then"]["properties"]["mode"]["title"], "mode");
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
