//! Tables for `plugin.json`: what is accepted, one refusal for each kind of defect, and hostile documents.

use super::*;
use serde_json::{Value, json};

/// A package around a `plugin.json`.
pub(super) struct Package {
    pub(super) files: Vec<&'static str>,
    pub(super) locales: BTreeMap<String, Vec<u8>>,
    pub(super) icon: Option<Vec<u8>>,
    pub(super) strict: bool,
}

const LIBRARY: &str = "lib/x86_64-unknown-linux-gnu/libchatbot.so";

impl Default for Package {
    fn default() -> Self {
        let english = json!({"name": "Chatbot", "description": "Answers", "use": "Use", "train": "Train",
            "connection": "Connection", "provider": "Provider", "clientId": "Client id", "secret": "Secret"});
        let locales = [("en".to_owned(), english.to_string().into_bytes())];
        let icon = Some(b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec());
        let files = vec![LIBRARY, "web/index.html", "web/icon.svg", "README.md"];
        Self { files, locales: BTreeMap::from(locales), icon, strict: false }
    }
}

impl Package {
    pub(super) fn parse(&self, document: &[u8]) -> Result<(Manifest, Vec<Warning>), Vec<Defect>> {
        let host = HostFacts {
            sprocket_version: semver::Version::new(0, 1, 0),
            target: "x86_64-unknown-linux-gnu".to_owned(),
            now: jiff::Timestamp::UNIX_EPOCH,
        };
        let entries = |name: &str| self.files.contains(&name).then_some(10);
        let context = Context {
            entries: &entries,
            locales: &self.locales,
            icon: self.icon.as_deref(),
            host: &host,
            strict: self.strict,
        };
        Manifest::parse(document, &context)
    }

    fn defects(&self, document: &Value) -> Vec<(String, &'static str)> {
        let defects = self.parse(document.to_string().as_bytes()).unwrap_err();
        defects.into_iter().map(|defect| (defect.path, defect.code)).collect()
    }
}

/// Every field of a `plugin.json`.
pub(super) fn whole() -> Value {
    json!({
        "id": "com.example.chatbot", "name": "%name%", "version": "1.4.0", "publisher": "Example Ltd",
        "description": "%description%", "icon": "web/icon.svg",
        "links": {"documentation": "https://example.com/docs", "support": "mailto:help@example.com"},
        "engines": {"sprocket": ">=0.1, <2"},
        "library": {"x86_64-unknown-linux-gnu": LIBRARY},
        "parent": {"id": "com.example.channels", "version": "^2"},
        "dependencies": {"com.example.directory": ">=1.2, <2"}, "optionalDependencies": {},
        "services": {"provides": [{"name": "faq.answer", "version": "1.0.0", "permission": "use"}],
            "uses": [{"name": "directory.lookup", "version": "^1"}]},
        "permissions": [{"id": "use", "title": "%use%"}, {"id": "train", "title": "%train%"}],
        "commands": [{"id": "ask", "permission": "use"}, {"id": "learn", "permission": "train"}],
        "pages": [{"id": "main", "title": "%name%", "path": "web/index.html", "permission": "use"}],
        "capabilities": {"http": ["${config.provider}"], "read": [], "write": [], "memory": "256 MiB",
            "storage": "64 MiB"},
        "license": {"mode": "none"},
        "sections": [{"id": "connection", "title": "%connection%", "order": 1}],
        "config": {"type": "object", "required": ["clientId", "secret"], "properties": {
            "provider": {"type": "string", "format": "uri", "section": "connection", "title": "%provider%",
                "default": "https://bot.example.com"},
            "clientId": {"type": "string", "section": "connection", "title": "%clientId%"},
            "secret": {"type": "string", "format": "password", "section": "connection", "title": "%secret%"},
            "threshold": {"type": "number", "minimum": 0, "maximum": 1, "default": 0.8},
            "mode": {"enum": ["bot-first", "bot-only", "agent-first"], "default": "bot-first"}}}
    })
}

pub(super) fn with(pointer: &str, value: Value) -> Value {
    let mut document = whole();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let key = key.replace("~1", "/");
    match document.pointer_mut(parent).unwrap() {
        Value::Object(map) => drop(map.insert(key, value)),
        Value::Array(list) if key == "-" => list.push(value),
        Value::Array(list) => list[key.parse::<usize>().unwrap()] = value,
        other => panic!("{pointer} is below {other}"),
    }
    document
}

#[test]
fn a_whole_manifest_is_read_without_a_word() {
    let (manifest, warnings) =
        Package { strict: true, ..Package::default() }.parse(whole().to_string().as_bytes()).unwrap();
    assert_eq!(warnings, []);
    assert_eq!(manifest.id.as_str(), "com.example.chatbot");
    assert_eq!(manifest.capabilities.memory, ByteSize::mib(256));
    assert_eq!(manifest.library_for("x86_64-unknown-linux-gnu"), Some(LIBRARY));
    assert_eq!(manifest.settings().unwrap().fields().len(), 5);
}

#[test]
fn an_undeclared_permission_is_refused_with_its_path() {
    let document = with("/commands/1/permission", json!("trian"));
    let defects = Package::default().parse(document.to_string().as_bytes()).unwrap_err();
    let shown: Vec<_> = defects.iter().map(|d| (d.path.as_str(), d.code, d.hint.as_str())).collect();
    assert_eq!(shown, [("$.commands[1].permission", "undeclared_permission", "did you mean `train`?")]);
    assert_eq!(Package::default().defects(&document).len(), 1);
}

const KEY: &str = "ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

fn many(count: usize, of: impl Fn(usize) -> Value) -> Value {
    (0..count).map(of).collect()
}

#[test]
fn each_defect_has_its_own_code_and_path() {
    let object = |key: &str| json!({key: 1});
    let permissions = many(201, |i| json!({"id": format!("p{i}")}));
    let commands = many(201, |i| json!({"id": format!("c{i}"), "permission": "use"}));
    let fields: serde_json::Map<_, _> =
        (0..1001).map(|i| (format!("f{i}"), json!({"type": "string"}))).collect();
    let table = [
        ("/nmae", json!("x"), "$.nmae", "unknown_key"),
        ("/id", json!("Chatbot"), "$.id", "bad_id"),
        ("/id", json!(7), "$.id", "wrong_type"),
        ("/name", json!("  "), "$.name", "empty_text"),
        ("/name", json!("a\u{7}b"), "$.name", "control_character"),
        ("/description", json!("x".repeat(4097)), "$.description", "text_too_long"),
        ("/version", json!("1.4"), "$.version", "bad_version"),
        ("/publisherKey", json!("ed25519:AAAA"), "$.publisherKey", "bad_key"),
        ("/icon", json!("web/other.svg"), "$.icon", "missing_file"),
        ("/icon", json!("../icon.svg"), "$.icon", "bad_file_name"),
        ("/links/support", json!("javascript:alert(1)"), "$.links.support", "bad_link"),
        ("/engines/sprocket", json!(">=2"), "$.engines.sprocket", "engine_unsatisfied"),
        ("/engines/sprocket", json!("new"), "$.engines.sprocket", "bad_range"),
        ("/engines/node", json!("1"), "$.engines.node", "unknown_key"),
        ("/library", json!({}), "$.library", "no_library"),
        (
            "/library/x86_64-unknown-linux-gnu",
            json!("lib/x.so"),
            "$.library['x86_64-unknown-linux-gnu']",
            "missing_file",
        ),
        ("/parent/id", json!("com.example.chatbot"), "$.parent.id", "self_parent"),
        (
            "/dependencies/com.example.chatbot",
            json!("*"),
            "$.dependencies['com.example.chatbot']",
            "self_dependency",
        ),
        ("/dependencies/nonsense", json!("*"), "$.dependencies.nonsense", "bad_id"),
        (
            "/optionalDependencies/com.example.directory",
            json!("*"),
            "$.optionalDependencies['com.example.directory']",
            "dependency_twice",
        ),
        (
            "/services/provides/0/permission",
            json!("ues"),
            "$.services.provides[0].permission",
            "undeclared_permission",
        ),
        ("/services/uses/0/name", json!("faq.answer"), "$.services.uses[0].name", "own_service"),
        ("/permissions", permissions, "$.permissions", "too_many"),
        ("/permissions/-", json!({"id": "train"}), "$.permissions[2].id", "duplicate_name"),
        ("/permissions/-", json!({"id": "a b"}), "$.permissions[2].id", "bad_name"),
        ("/commands", commands, "$.commands", "too_many"),
        ("/commands/0", json!({"id": "ask"}), "$.commands[0].permission", "missing_key"),
        ("/pages/0/permission", json!("admin"), "$.pages[0].permission", "undeclared_permission"),
        ("/pages/0/path", json!("README.md"), "$.pages[0].path", "page_outside_web"),
        ("/pages/0/path", json!("web/none.html"), "$.pages[0].path", "missing_file"),
        ("/capabilities/http/-", json!("example.com"), "$.capabilities.http[1]", "bad_address"),
        ("/capabilities/http/-", json!("${config.providr}"), "$.capabilities.http[1]", "unknown_setting"),
        ("/capabilities/http/-", json!("${config.clientId}"), "$.capabilities.http[1]", "setting_not_uri"),
        (
            "/config/properties/provider",
            json!({"type": "string", "format": "uri"}),
            "$.capabilities.http[0]",
            "setting_optional",
        ),
        ("/capabilities/read/-", json!("/proc/1"), "$.capabilities.read[0]", "forbidden_path"),
        ("/capabilities/write/-", json!("data"), "$.capabilities.write[0]", "bad_path"),
        ("/capabilities/write/-", json!("${config.secret}"), "$.capabilities.write[0]", "setting_not_path"),
        ("/capabilities/memory", json!("256 MB"), "$.capabilities.memory", "bad_size"),
        ("/license/mode", json!("trial"), "$.license.mode", "bad_license_mode"),
        ("/license/keys", json!([KEY]), "$.license.keys", "license_keys_unused"),
        ("/sections/0/order", json!("first"), "$.sections[0].order", "wrong_type"),
        (
            "/config/properties/mode/section",
            json!("conection"),
            "$.config.properties.mode.section",
            "undeclared_section",
        ),
        ("/config/properties", Value::Object(fields), "$.config", "too_many_fields"),
        (
            "/config/properties/threshold/minimum",
            json!(2),
            "$.config.properties.threshold.minimum",
            "min_over_max",
        ),
        ("/config/properties/__proto__", object("type"), "$.config.properties.__proto__", "reserved_name"),
        ("/__proto__", object("x"), "$.__proto__", "unknown_key"),
    ];
    for (pointer, value, path, code) in table {
        let found = Package::default().defects(&with(pointer, value));
        assert!(found.contains(&(path.to_owned(), code)), "{pointer}: {path} {code} is not among {found:?}");
    }
}

#[test]
fn each_kind_of_defect_reads_differently() {
    let documents = [
        with("/id", json!("x")),
        with("/version", json!("x")),
        with("/engines/sprocket", json!("new")),
        with("/capabilities/memory", json!("x")),
        with("/publisherKey", json!("x")),
    ];
    let message = |document: &Value| {
        Package::default().parse(document.to_string().as_bytes()).unwrap_err()[0].to_string()
    };
    let messages: std::collections::BTreeSet<String> = documents.iter().map(message).collect();
    assert_eq!(messages.len(), documents.len(), "{messages:?}");
}

#[test]
fn all_defects_come_at_once() {
    let document = json!({"id": "x", "nmae": 1, "library": {"x": "gone.so"}, "config": {"type": "array"},
        "permissions": [{"id": "a"}, {"id": "a"}], "capabilities": {"read": ["/dev"]}, "links": {"a": "ftp://x"}});
    let found: Vec<_> = Package::default().defects(&document).into_iter().map(|(_, code)| code).collect();
    for code in [
        "bad_id",
        "unknown_key",
        "missing_key",
        "missing_file",
        "config_not_object",
        "duplicate_name",
        "forbidden_path",
        "bad_link",
    ] {
        assert!(found.contains(&code), "{code} is not among {found:?}");
    }
}

#[test]
fn a_missing_key_is_named() {
    for key in ["id", "name", "version", "publisher", "library"] {
        let mut document = whole();
        document.as_object_mut().unwrap().remove(key);
        let found = Package::default().defects(&document);
        assert_eq!(found, [(format!("$.{key}"), "missing_key")], "{key}");
    }
}

#[test]
fn what_is_not_strict_json_is_one_defect() {
    let deep = |depth: usize| [vec![b'['; depth], vec![b']'; depth]].concat();
    let large = vec![b' '; 100 << 20];
    let table: [(&[u8], &str, &str); 7] = [
        (&large, "$", "too_large"),
        (&deep(10_000), "$", "json_too_deep"),
        (&deep(33), "$", "json_too_deep"),
        (b"{\"a\": {\"b\": 1, \"b\": 2}}", "$.a.b", "json_duplicate_key"),
        (b"{\"id\":", "$", "json_syntax"),
        (b"\xff", "$", "json_not_utf8"),
        (b"[]", "$", "wrong_type"),
    ];
    for (bytes, path, code) in table {
        let defects = Package::default().parse(bytes).unwrap_err();
        let shown: Vec<_> = defects.iter().map(|d| (d.path.as_str(), d.code)).collect();
        assert_eq!(shown, [(path, code)]);
    }
}

#[test]
fn a_hostile_icon_or_locale_is_refused_with_the_file_named() {
    let script = Package { icon: Some(b"<svg><script/></svg>".to_vec()), ..Package::default() };
    assert_eq!(script.defects(&whole()), [("web/icon.svg".to_owned(), "icon_script")]);
    let table: [(&str, &[u8], &str, &str); 5] = [
        ("zh-CN", b"{\"a\": {}}", "locales/zh-CN.json $.a", "locale_text"),
        ("zh-CN", b"[]", "locales/zh-CN.json", "locale_shape"),
        ("zh-CN", b"{\"a\": \"\", \"a\": \"\"}", "locales/zh-CN.json", "json_duplicate_key"),
        ("../x", b"{}", "locales/../x.json", "locale_name"),
        ("de", &[b' '; 300 << 10], "locales/de.json", "locale_too_large"),
    ];
    for (locale, bytes, path, code) in table {
        let mut package = Package::default();
        package.locales.insert(locale.to_owned(), bytes.to_vec());
        assert_eq!(package.defects(&whole()), [(path.to_owned(), code)]);
    }
}

#[test]
fn links_are_web_or_mail_addresses_only() {
    for good in ["https://example.com", "https://example.com:8443/a?b#c", "MAILTO:a@example.com?subject=x"] {
        Package::default().parse(with("/links/x", json!(good)).to_string().as_bytes()).expect(good);
    }
    let bad = [
        "http://example.com",
        "javascript:alert(1)",
        "JaVaScRiPt:x",
        " https://example.com",
        "https://",
        "mailto:",
        "https://user@example.com",
        "data:text/html,x",
        "file:///etc/passwd",
        "https:example.com",
        "mailto:a",
        "//x",
    ];
    for bad in bad {
        assert_eq!(
            Package::default().defects(&with("/links/x", json!(bad))),
            [("$.links.x".to_owned(), "bad_link")],
            "{bad}"
        );
    }
}

#[test]
fn without_permissions_there_is_one_called_use() {
    for permissions in [None, Some(json!([]))] {
        let mut document = whole();
        document["commands"] = json!([{"id": "ask", "permission": "use"}]);
        match permissions {
            Some(list) => document["permissions"] = list,
            None => drop(document.as_object_mut().unwrap().remove("permissions")),
        }
        let (manifest, _) = Package::default().parse(document.to_string().as_bytes()).unwrap();
        assert_eq!(manifest.permissions.iter().map(|p| p.id.as_str()).collect::<Vec<_>>(), ["use"]);
    }
}

#[test]
fn a_publisher_must_mend_what_a_center_only_warns_of() {
    let table = [
        ("/config/properties/threshold/default", json!(7), "bad_default"),
        ("/config/properties/clientId/pattern", json!("(?=x)y"), "weak_pattern"),
        ("/name", json!("%nothing%"), "unknown_text"),
    ];
    for (pointer, value, code) in table {
        let document = with(pointer, value);
        let (_, warnings) = Package::default().parse(document.to_string().as_bytes()).unwrap();
        assert_eq!(warnings.iter().map(|w| w.code).collect::<Vec<_>>(), [code]);
        let strict = Package { strict: true, ..Package::default() };
        assert_eq!(strict.defects(&document).into_iter().map(|(_, code)| code).collect::<Vec<_>>(), [code]);
    }
}

#[test]
fn texts_fall_back_from_locale_to_language_to_english_to_the_key() {
    let mut package = Package::default();
    package.locales.insert("zh-CN".to_owned(), "{\"name\": \"智能机器人\"}".into());
    package.locales.insert("zh".to_owned(), "{\"name\": \"机器人\", \"use\": \"使用\"}".into());
    let texts = Texts::read(&package.locales).unwrap();
    let table = [
        ("%name%", "zh-CN", "智能机器人"),
        ("%name%", "zh_cn", "智能机器人"),
        ("%use%", "zh-CN", "使用"),
        ("%name%", "zh-TW", "机器人"),
        ("%train%", "zh-CN", "Train"),
        ("%nothing%", "zh-CN", "nothing"),
        ("100 %", "zh-CN", "100 %"),
        ("%a b%", "en", "%a b%"),
        ("x %name%", "en", "x %name%"),
    ];
    for (text, locale, shown) in table {
        assert_eq!(texts.resolve(text, locale), shown, "{text} in {locale}");
    }
    let kept = serde_json::to_string(&texts).unwrap();
    assert_eq!(serde_json::from_str::<Texts>(&kept).unwrap(), texts);
    let (manifest, _) = package.parse(whole().to_string().as_bytes()).unwrap();
    let view = manifest.localised(&texts, "zh-CN");
    let titles: Vec<_> = view.permissions.iter().map(|p| (p.id.as_str(), p.title.as_str())).collect();
    assert_eq!((view.name.as_str(), titles), ("智能机器人", vec![("use", "使用"), ("train", "Train")]));
    assert_eq!((view.commands[0].title.as_str(), view.sections[0].title.as_str()), ("ask", "Connection"));
}

#[test]
fn a_manifest_reads_back_from_what_it_serialises_to() {
    let package = Package::default();
    let (manifest, _) = package.parse(whole().to_string().as_bytes()).unwrap();
    let kept = serde_json::to_string(&manifest).unwrap();
    assert_eq!(serde_json::from_str::<Manifest>(&kept).unwrap(), manifest);
    assert_eq!(package.parse(kept.as_bytes()).unwrap().0, manifest);
    let least =
        json!({"id": "a.b", "name": "x", "version": "1.0.0", "publisher": "y", "library": {"t": LIBRARY}});
    let (manifest, _) = package.parse(least.to_string().as_bytes()).unwrap();
    let kept = serde_json::to_string(&manifest).unwrap();
    assert_eq!(serde_json::from_str::<Manifest>(&kept).unwrap(), manifest);
    assert_eq!(package.parse(kept.as_bytes()).unwrap().0, manifest);
}

#[test]
fn the_published_schema_is_up_to_date_and_takes_a_whole_manifest() {
    let published = include_str!("../../plugin.schema.json");
    let current = serde_json::to_string_pretty(&json_schema()).unwrap() + "\n";
    if published != current && std::env::var_os("SPROCKET_WRITE_SCHEMA").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/plugin.schema.json"), &current).unwrap();
    }
    assert!(published == current, "run this test with SPROCKET_WRITE_SCHEMA=1 and commit plugin.schema.json");
    let validator = jsonschema::options().offline().build(&json_schema()).unwrap();
    assert_eq!(validator.iter_errors(&whole()).map(|error| error.to_string()).collect::<Vec<_>>(), [""; 0]);
    for (pointer, value) in [
        ("/nmae", json!(1)),
        ("/id", json!("X")),
        ("/license/mode", json!("trial")),
        ("/library", json!({})),
        ("/config", json!(1)),
        ("/commands/0/permission", json!(1)),
        ("/capabilities/memory", json!("1")),
    ] {
        assert!(!validator.is_valid(&with(pointer, value)), "an editor must mark {pointer}");
    }
}
