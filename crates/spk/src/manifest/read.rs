//! From JSON to a draft of the manifest, field by field. What could not be read stands empty in the draft, so that
//! the meaning of the rest can still be checked; a draft with defects is never handed out.

use super::{
    ByteSize, Capabilities, Command, Defect, Engines, License, LicenseMode, Manifest, Page, Parent,
    Permission, ProvidedService, Section, Services, UsedService, path,
    shape::{Grammar, Object, Shape},
};
use crate::{PluginId, PublicKey};
use semver::{Version, VersionReq};
use serde_json::Value;
use std::{collections::BTreeMap, str::FromStr};

/// Most permissions, commands, pages, sections, dependencies, services, each.
pub const LIST_MAX: usize = 200;

const KEYS: [&str; 22] = [
    "$schema",
    "id",
    "name",
    "version",
    "publisher",
    "publisherKey",
    "description",
    "icon",
    "links",
    "engines",
    "library",
    "parent",
    "dependencies",
    "optionalDependencies",
    "services",
    "permissions",
    "commands",
    "pages",
    "capabilities",
    "license",
    "sections",
    "config",
];

const ID: Grammar = Grammar {
    code: "bad_id",
    noun: "a plugin id",
    hint: "use a reverse-DNS id such as `com.example.chatbot`",
};
const VERSION: Grammar =
    Grammar { code: "bad_version", noun: "a version", hint: "use a semantic version such as `1.4.0`" };
const RANGE: Grammar =
    Grammar { code: "bad_range", noun: "a version range", hint: "write it like `>=1.2, <2` or `^1`" };
const SIZE: Grammar = Grammar {
    code: "bad_size",
    noun: "a size",
    hint: "write it like `256 MiB`; units are B, KiB, MiB, GiB, TiB",
};
const KEY: Grammar =
    Grammar { code: "bad_key", noun: "a public key", hint: "write it `ed25519:` and base64 of 32 bytes" };

/// Reads what is there; `None` only when the document is not even an object.
pub(super) fn draft(document: &Value, shape: &mut Shape) -> Option<Manifest> {
    let top = shape.object(document, "$", &KEYS)?;
    shape.optional(&top, "$schema");
    let nothing = || PluginId::from_str("a.a").expect("a literal of the id's grammar");
    Some(Manifest {
        id: shape.parsed(&top, "id", ID).unwrap_or_else(nothing),
        name: shape.required(&top, "name"),
        version: shape.parsed(&top, "version", VERSION).unwrap_or(Version::new(0, 0, 0)),
        publisher: shape.required(&top, "publisher"),
        publisher_key: top.get("publisherKey").and_then(|v| key(shape, v, "$.publisherKey")),
        description: shape.text(&top, "description"),
        icon: shape.optional(&top, "icon"),
        links: links(shape, &top),
        engines: engines(shape, &top),
        library: library(shape, &top),
        parent: top.get("parent").and_then(|v| parent(shape, v)),
        dependencies: dependencies(shape, &top, "dependencies"),
        optional_dependencies: dependencies(shape, &top, "optionalDependencies"),
        services: top.get("services").map(|v| services(shape, v)).unwrap_or_default(),
        permissions: permissions(shape, &top),
        commands: shape.list(&top, "commands", LIST_MAX, command),
        pages: shape.list(&top, "pages", LIST_MAX, page),
        capabilities: top.get("capabilities").map(|v| capabilities(shape, v)).unwrap_or_default(),
        license: top.get("license").map(|v| license(shape, v)).unwrap_or_default(),
        sections: shape.list(&top, "sections", LIST_MAX, section),
        config: top.get("config").cloned().unwrap_or_default(),
    })
}

fn links(shape: &mut Shape, top: &Object) -> BTreeMap<String, String> {
    let links = shape.map(top, "links", 20, Shape::string);
    for name in links.keys() {
        shape.check_name(name, &path::child("$.links", name));
    }
    links
}

fn engines(shape: &mut Shape, top: &Object) -> Engines {
    let Some(value) = top.get("engines") else { return Engines::default() };
    let Some(object) = shape.object(value, "$.engines", &["sprocket"]) else { return Engines::default() };
    Engines { sprocket: shape.parsed(&object, "sprocket", RANGE).unwrap_or_default() }
}

fn library(shape: &mut Shape, top: &Object) -> BTreeMap<String, String> {
    if top.get("library").is_none() {
        let defect = Defect::new("$.library", "missing_key", "the key `library` is missing");
        shape.refuse(
            defect.hint("name the native library of each target, such as `x86_64-unknown-linux-gnu`"),
        );
        return BTreeMap::new();
    }
    let library = shape.map(top, "library", 50, Shape::string);
    if top.get("library").and_then(Value::as_object).is_some_and(serde_json::Map::is_empty) {
        shape.refuse(Defect::new("$.library", "no_library", "the package names no library"));
    }
    for target in library.keys() {
        shape.check_name(target, &path::child("$.library", target));
    }
    library
}

fn parent(shape: &mut Shape, value: &Value) -> Option<Parent> {
    let object = shape.object(value, "$.parent", &["id", "version"])?;
    let version = object.get("version").and_then(|v| shape.parse(v, "$.parent.version", RANGE));
    Some(Parent { id: shape.parsed(&object, "id", ID)?, version: version.unwrap_or_default() })
}

fn dependencies(shape: &mut Shape, top: &Object, key: &str) -> BTreeMap<PluginId, VersionReq> {
    let ranges = shape.map(top, key, LIST_MAX, |shape, value, at| shape.parse(value, at, RANGE));
    let at = path::child("$", key);
    let read = |(id, range): (String, VersionReq)| {
        let id = shape.parse(&Value::String(id.clone()), &path::child(&at, &id), ID)?;
        Some((id, range))
    };
    ranges.into_iter().filter_map(read).collect()
}

fn services(shape: &mut Shape, value: &Value) -> Services {
    let Some(object) = shape.object(value, "$.services", &["provides", "uses"]) else {
        return Services::default();
    };
    Services {
        provides: shape.list(&object, "provides", LIST_MAX, provided),
        uses: shape.list(&object, "uses", LIST_MAX, used),
    }
}

fn provided(shape: &mut Shape, value: &Value, at: &str) -> Option<ProvidedService> {
    let object = shape.object(value, at, &["name", "version", "permission"])?;
    Some(ProvidedService {
        name: shape.name(&object, "name"),
        version: shape.parsed(&object, "version", VERSION).unwrap_or(Version::new(0, 0, 0)),
        permission: shape.required(&object, "permission"),
    })
}

fn used(shape: &mut Shape, value: &Value, at: &str) -> Option<UsedService> {
    let object = shape.object(value, at, &["name", "version"])?;
    let name = shape.name(&object, "name");
    Some(UsedService { name, version: shape.parsed(&object, "version", RANGE).unwrap_or_default() })
}

fn permissions(shape: &mut Shape, top: &Object) -> Vec<Permission> {
    let declared = shape.list(top, "permissions", LIST_MAX, permission);
    let none = top.get("permissions").is_none_or(|v| v.as_array().is_some_and(Vec::is_empty));
    if none { Permission::only_use() } else { declared }
}

fn permission(shape: &mut Shape, value: &Value, at: &str) -> Option<Permission> {
    let object = shape.object(value, at, &["id", "title", "description"])?;
    let id = shape.name(&object, "id");
    Some(Permission {
        id,
        title: shape.text(&object, "title"),
        description: shape.text(&object, "description"),
    })
}

fn command(shape: &mut Shape, value: &Value, at: &str) -> Option<Command> {
    let object = shape.object(value, at, &["id", "permission", "title", "description"])?;
    Some(Command {
        id: shape.name(&object, "id"),
        permission: shape.required(&object, "permission"),
        title: shape.text(&object, "title"),
        description: shape.text(&object, "description"),
    })
}

fn page(shape: &mut Shape, value: &Value, at: &str) -> Option<Page> {
    let object = shape.object(value, at, &["id", "title", "path", "permission"])?;
    Some(Page {
        id: shape.name(&object, "id"),
        title: shape.text(&object, "title"),
        path: shape.required(&object, "path"),
        permission: shape.required(&object, "permission"),
    })
}

fn capabilities(shape: &mut Shape, value: &Value) -> Capabilities {
    let standard = Capabilities::default();
    let known = ["http", "read", "write", "memory", "storage"];
    let Some(object) = shape.object(value, "$.capabilities", &known) else { return standard };
    let mut size = |key: &str, standard: ByteSize| {
        let at = path::child("$.capabilities", key);
        object.get(key).and_then(|v| shape.parse(v, &at, SIZE)).unwrap_or(standard)
    };
    let (memory, storage) = (size("memory", standard.memory), size("storage", standard.storage));
    let mut list = |key: &str| shape.list(&object, key, LIST_MAX, Shape::string);
    Capabilities { http: list("http"), read: list("read"), write: list("write"), memory, storage }
}

fn license(shape: &mut Shape, value: &Value) -> License {
    let Some(object) = shape.object(value, "$.license", &["mode", "keys"]) else { return License::default() };
    let keys = shape.list(&object, "keys", LIST_MAX, key);
    let mode = match shape.required(&object, "mode").as_str() {
        "none" | "" => LicenseMode::None,
        "host" => LicenseMode::Host,
        "vendor" => LicenseMode::Vendor,
        other => {
            let message = format!("`{}` is no license mode", super::shape::shorten(other));
            shape.refuse(
                Defect::new("$.license.mode", "bad_license_mode", message).hint("use none, host or vendor"),
            );
            LicenseMode::None
        }
    };
    License { mode, keys }
}

fn section(shape: &mut Shape, value: &Value, at: &str) -> Option<Section> {
    let object = shape.object(value, at, &["id", "title", "order"])?;
    let (id, title) = (shape.name(&object, "id"), shape.required(&object, "title"));
    Some(Section { id, title, order: shape.number(&object, "order") })
}

fn key(shape: &mut Shape, value: &Value, at: &str) -> Option<PublicKey> {
    shape.parse(value, at, KEY)
}
