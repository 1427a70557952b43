//! Tables for `plugin.json`: what is accepted, one refusal for each kind of defect, and hostile documents.

use super::*;
use serde_json::{Value, json};

/// A package around a `plugin.json`.
struct Package {
    files: Vec<&'static str>,
    locales: BTreeMap<String, Vec<u8>>,
    icon: Option<Vec<u8>>,
    strict: bool,
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
    fn parse(&self, document: &[u8]) -> Result<(Manifest, Vec<Warning>), Vec<Defect>> {
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
fn whole() -> Value {
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

fn with(pointer: &str, value: Value) -> Value {
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
