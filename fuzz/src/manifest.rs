//! What must hold of any bytes that come as plugin.json.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use spk::{HostFacts, Limits, Manifest, Texts, manifest::Context};

use crate::forge;

/// Parses, and what is accepted reads back the same and gives a settings form.
pub fn run(data: &[u8]) {
    let host = forge::host();
    let Some(manifest) = parse(data, &host) else { return };
    let again = serde_json::to_vec(&manifest).expect("a manifest has a JSON form");
    // Filled-in defaults may make the text longer than a package's may be.
    if again.len() as u64 <= Limits::MANIFEST {
        assert_eq!(parse(&again, &host).as_ref(), Some(&manifest), "it reads back as another");
    }
    let settings = manifest.settings().expect("settings that were checked");
    let texts = Texts::default();
    assert!(settings.form_schema(&texts, "en").is_object(), "a window draws its form from an object");
    assert_eq!(settings.localised_fields(&texts, "zh-CN").len(), settings.fields().len());
    let effective = settings.effective(&json!({}), &BTreeMap::new(), &|_, _| true);
    let findings = settings.findings(&effective);
    for secret in settings.secrets() {
        assert!(settings.defaults().pointer(secret).is_none(), "a secret has a default");
    }
    let _ = (findings.is_empty(), settings.carry_over(&Value::Null, &[]));
}

fn parse(data: &[u8], host: &HostFacts) -> Option<Manifest> {
    let context = Context {
        entries: &|name| (name.len() < 100).then_some(100),
        locales: &BTreeMap::from([("en".to_owned(), br#"{"name":"Bot"}"#.to_vec())]),
        icon: Some(b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        host,
        strict: false,
    };
    match Manifest::parse(data, &context) {
        Ok((manifest, _)) => Some(manifest),
        Err(defects) => {
            assert!(!defects.is_empty(), "refused without a reason");
            let turns = |c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c);
            for defect in defects {
                // Places in plugin.json begin with `$`; the icon and the locales are named by their own paths.
                assert!(!defect.path.is_empty() && !defect.message.is_empty(), "{defect:?}");
                assert!(!defect.path.contains(turns), "{:?}", defect.path);
                assert!(!defect.message.contains(turns), "{:?}", defect.message);
            }
            None
        }
    }
}

/// Small, large, and wrong in many places.
pub fn seeds() -> Vec<crate::Seed> {
    let plain = forge::plugin_json();
    let rich = rich();
    let without = |member: &str| {
        let mut value = rich.clone();
        value.as_object_mut().expect("an object").remove(member);
        value.to_string()
    };
    let with = |pointer: &str, value: Value| {
        let mut changed = rich.clone();
        *changed.pointer_mut(pointer).expect("it is there") = value;
        changed.to_string()
    };
    let seeds: Vec<(&str, String)> = vec![
        ("plain", plain.to_string()),
        ("rich", rich.to_string()),
        ("nameless", without("name")),
        ("self_dependent", with("/dependencies", json!({ "com.example.chatbot": "*" }))),
        ("empty_range", with("/config/properties/threshold/minimum", json!(2))),
        ("remote", with("/config/properties/mode", json!({ "$ref": "https://example.com/x" }))),
        ("recursive", with("/config/$defs/level", json!({ "$ref": "#/$defs/level" }))),
        ("slow", with("/config/properties/name/pattern", json!("^(a+)+$"))),
        ("script", with("/links/support", json!("javascript:alert(1)"))),
        ("prototype", plain.to_string().replacen('{', r#"{"__proto__":{"id":"x"},"#, 1)),
        ("twice", plain.to_string().replacen('{', r#"{"id":"com.example.other","#, 1)),
        ("deep", format!("{}1{}", "[".repeat(5000), "]".repeat(5000))),
        ("control", plain.to_string().replace("sprocket\":", "s\\rocket\":")),
        ("turned", plain.to_string().replacen('{', "{\"a\u{202e}b\":\"c\u{202e}\",", 1)),
        ("array", "[]".into()),
        ("empty", String::new()),
    ];
    seeds.into_iter().map(|(name, text)| (name.to_owned(), text.into_bytes())).collect()
}

fn rich() -> Value {
    let mut value = forge::plugin_json();
    let more = json!({
        "name": "%name%", "description": "Answers", "icon": "web/icon.svg",
        "links": { "documentation": "https://example.com", "support": "mailto:a@example.com" },
        "parent": { "id": "com.example.channels", "version": "^2" },
        "dependencies": { "com.example.directory": ">=1.2, <2" }, "optionalDependencies": { "org.b.c": "*" },
        "services": { "provides": [{ "name": "faq.answer", "version": "1.0.0", "permission": "use" }],
                      "uses": [{ "name": "directory.lookup", "version": "^1" }] },
        "permissions": [{ "id": "use", "title": "Use" }, { "id": "train", "title": "Train" }],
        "commands": [{ "id": "ask", "permission": "use" }],
        "pages": [{ "id": "main", "title": "Main", "path": "web/index.html", "permission": "use" }],
        "capabilities": { "http": ["${config.provider}", "example.com:443"], "read": ["/srv/x"], "memory": "256 MiB" },
        "license": { "mode": "vendor" },
        "sections": [{ "id": "connection", "title": "Connection", "order": 1 }],
        "config": { "type": "object", "required": ["provider", "secret"],
            "$defs": { "level": { "type": "integer", "minimum": 1, "maximum": 9 } },
            "properties": {
                "provider": { "type": "string", "format": "uri", "section": "connection" },
                "secret": { "type": "string", "format": "password" },
                "name": { "type": "string", "pattern": "^[a-z]+$", "maxLength": 20 },
                "threshold": { "type": "number", "minimum": 0, "maximum": 1, "default": 0.8 },
                "level": { "$ref": "#/$defs/level" },
                "list": { "type": "array", "items": { "enum": ["a", "b"] }, "uniqueItems": true },
                "mode": { "enum": ["x", "y"], "default": "x", "widget": "radio" } },
            "if": { "properties": { "mode": { "const": "y" } } }, "then": { "required": ["name"] },
            "dependentRequired": { "name": ["level"] } },
    });
    let members = value.as_object_mut().expect("an object");
    members.extend(more.as_object().expect("an object").clone());
    value
}
