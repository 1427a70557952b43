//! From a schema to the tree of its fields: references, `allOf` and conditions unfolded, defaults placed.
//! Expects a schema whose references end (see `measure`).

use super::{
    field::{Bounds, Choice, Field, Kind, Subject, title_of},
    pointer,
};
use crate::manifest::path;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Looks a keyword up in the schemas that speak about a field.
type Look<'l, 'v> = &'l dyn Fn(&str) -> Option<&'v Value>;

/// One schema that speaks about a field, and where it is written.
#[derive(Clone)]
pub(super) struct Facet<'s> {
    pub schema: &'s Map<String, Value>,
    pub path: String,
    /// In force only sometimes.
    pub conditional: bool,
}

/// A field with what is below it.
#[derive(Debug, Clone, Default)]
pub(super) struct Node {
    pub key: String,
    pub pointer: String,
    pub children: Vec<Node>,
    pub required: bool,
    pub conditional: bool,
    pub secret: bool,
    /// Replaced as a whole: it has no fields of its own, or a default with keys that are no fields.
    pub atomic: bool,
    /// May hold keys that are no fields.
    pub open: bool,
    /// `null` is a value of it, not only a blank.
    pub nullable: bool,
    /// What the id in it names.
    pub subject: Option<Subject>,
    /// What the ids in this list name.
    pub items: Option<Subject>,
    /// Declared default, if its own rule accepts it.
    pub default: Option<Value>,
    /// Its value when nothing is saved.
    pub filled: Option<Value>,
}

/// Builds nodes and fields together.
pub(super) struct Grow<'s> {
    pub root: &'s Value,
    pub origins: &'s BTreeMap<String, String>,
    pub weak: &'s BTreeSet<String>,
    pub fields: Vec<Field>,
    /// All facets of each secret field, for the rules of passwords.
    pub secrets: Vec<(String, Vec<(Value, String)>)>,
    /// Declared defaults: pointer, JSON path of the declaration, the field's schemas that always hold.
    pub defaults: Vec<(String, String, Vec<Value>)>,
}

impl<'s> Grow<'s> {
    /// The tree below the root of the settings.
    pub(super) fn root(&mut self) -> Node {
        let mut facets = Vec::new();
        self.unfold(self.root, "$.config", false, &mut facets);
        let mut node = Node { required: true, open: is_open(&facets), ..Node::default() };
        node.children = self.children("", &facets);
        node
    }

    /// A schema, what it refers to, and what it combines.
    fn unfold(&self, schema: &'s Value, at: &str, conditional: bool, facets: &mut Vec<Facet<'s>>) {
        let Value::Object(map) = schema else { return };
        facets.push(Facet { schema: map, path: at.to_owned(), conditional });
        if let Some(target) = map.get("$ref").and_then(Value::as_str)
            && let Some(found) = super::target(self.root, target)
        {
            let written = path::from_pointer("$.config", target.trim_start_matches('#'));
            self.unfold(found, &written, conditional, facets);
        }
        for (key, always) in [("allOf", true), ("anyOf", false), ("oneOf", false)] {
            let parts = map.get(key).and_then(Value::as_array).into_iter().flatten();
            for (i, part) in parts.enumerate() {
                self.unfold(part, &path::item(&path::child(at, key), i), conditional || !always, facets);
            }
        }
        for key in ["then", "else"] {
            if let Some(part) = map.get(key) {
                self.unfold(part, &path::child(at, key), true, facets);
            }
        }
        for (key, part) in map.get("dependentSchemas").and_then(Value::as_object).into_iter().flatten() {
            self.unfold(part, &path::child(&path::child(at, "dependentSchemas"), key), true, facets);
        }
    }

    fn children(&mut self, parent: &str, facets: &[Facet<'s>]) -> Vec<Node> {
        let mut order: Vec<&str> = Vec::new();
        let mut grouped: BTreeMap<&str, Vec<Facet<'s>>> = BTreeMap::new();
        for facet in facets {
            let properties = facet.schema.get("properties").and_then(Value::as_object);
            for (key, schema) in properties.into_iter().flatten() {
                let below = grouped.entry(key).or_insert_with(|| {
                    order.push(key);
                    Vec::new()
                });
                self.unfold(schema, &self.written(parent, &facet.path, key), facet.conditional, below);
            }
        }
        let required = required(facets);
        order.into_iter().map(|key| self.node(parent, key, (&grouped[key], required.contains(key)))).collect()
    }

    fn written(&self, parent: &str, at: &str, key: &str) -> String {
        let origin = self.origins.get(key).filter(|_| parent.is_empty() && at == "$.config");
        origin.cloned().unwrap_or_else(|| path::child(&path::child(at, "properties"), key))
    }

    fn node(&mut self, parent: &str, key: &str, (facets, required): (&[Facet<'s>], bool)) -> Node {
        let pointer = pointer::join(parent, key);
        let index = self.fields.len();
        let field = self.field(key, &pointer, (facets, required));
        let mut node = Node {
            key: key.to_owned(),
            pointer: pointer.clone(),
            required,
            conditional: field.conditional,
            secret: field.secret,
            nullable: field.nullable,
            open: is_open(facets),
            subject: field.kind.subject(),
            items: field.items.and_then(Kind::subject),
            default: field.default.clone(),
            ..Node::default()
        };
        self.note(&field, facets);
        self.fields.push(field);
        node.children = self.children(&pointer, facets);
        node.atomic = node.children.is_empty() || has_other_keys(&node);
        if self.fields[index].kind == Kind::Group && node.children.is_empty() {
            self.fields[index].kind = Kind::Json;
            self.fields[index].json_editor = true;
        }
        node
    }

    /// Remembers what can be judged only later.
    fn note(&mut self, field: &Field, facets: &[Facet]) {
        let written = |f: &Facet| (Value::Object(f.schema.clone()), f.path.clone());
        if field.secret {
            self.secrets.push((field.pointer.clone(), facets.iter().map(written).collect()));
        }
        if field.default.is_some() {
            let at = facets.iter().find(|f| !f.conditional && f.schema.contains_key("default"));
            let at = at.map_or_else(String::new, |f| path::child(&f.path, "default"));
            let first = facets.first().map(|facet| Value::Object(facet.schema.clone()));
            self.defaults.push((field.pointer.clone(), at, first.into_iter().collect()));
        }
    }

    fn field(&self, key: &str, pointer: &str, (facets, required): (&[Facet], bool)) -> Field {
        let conditional = facets.iter().all(|f| f.conditional);
        let seen: Vec<&Facet> = facets.iter().filter(|f| conditional || !f.conditional).collect();
        let look = |key: &str| seen.iter().find_map(|f| f.schema.get(key));
        let text = |key: &str| look(key).and_then(Value::as_str).map(str::to_owned);
        let secret = facets.iter().any(|f| f.schema.get("format").is_some_and(|format| format == "password"));
        let kind = if secret { Kind::Password } else { kind_of(&look) };
        let weak = |f: &&Facet| {
            f.schema.get("pattern").and_then(Value::as_str).is_some_and(|p| self.weak.contains(p))
        };
        Field {
            pointer: pointer.to_owned(),
            key: key.to_owned(),
            title: text("title").unwrap_or_else(|| title_of(key)),
            description: text("description").unwrap_or_default(),
            markdown: text("markdownDescription").unwrap_or_default(),
            kind,
            section: text("section"),
            order: look("order").and_then(Value::as_f64),
            required,
            conditional,
            secret,
            nullable: types(&look).contains(&"null"),
            requires_restart: look("requiresRestart").is_some_and(|v| v == true),
            json_editor: kind == Kind::Json || !secret && facets.iter().any(|f| weak(&f)),
            default: look("default").filter(|_| !conditional).cloned(),
            choices: choices(&look),
            bounds: bounds(&look),
            unit: text("unit"),
            widget: text("widget"),
            deprecation: text("deprecationMessage").or_else(|| text("markdownDeprecationMessage")),
            pattern_message: text("patternErrorMessage"),
            items: look("items").filter(|_| kind == Kind::List).and_then(|items| self.kind_of_items(items)),
            path: seen.first().map(|f| f.path.clone()).unwrap_or_default(),
        }
    }

    fn kind_of_items(&self, items: &'_ Value) -> Option<Kind> {
        let target =
            items.get("$ref").and_then(Value::as_str).and_then(|target| super::target(self.root, target));
        Some(kind_of(&|key: &str| items.get(key).or_else(|| target?.get(key))))
    }
}

fn required<'s>(facets: &[Facet<'s>]) -> BTreeSet<&'s str> {
    let always = facets.iter().filter(|facet| !facet.conditional);
    let names = always.filter_map(|facet| facet.schema.get("required")?.as_array()).flatten();
    names.filter_map(Value::as_str).collect()
}

fn is_open(facets: &[Facet]) -> bool {
    let free = |value: &Value| *value != Value::Bool(false);
    let keys = ["additionalProperties", "patternProperties", "unevaluatedProperties"];
    facets.iter().any(|facet| keys.iter().any(|key| facet.schema.get(*key).is_some_and(free)))
}

fn has_other_keys(node: &Node) -> bool {
    let Some(Value::Object(default)) = &node.default else { return false };
    default.keys().any(|key| node.children.iter().all(|child| child.key != *key))
}

fn types<'v>(look: Look<'_, 'v>) -> Vec<&'v str> {
    match look("type") {
        Some(Value::String(name)) => vec![name],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn kind_of<'v>(look: Look<'_, 'v>) -> Kind {
    if look("const").is_some() {
        return Kind::Constant;
    }
    if look("enum").is_some() {
        return Kind::Choice;
    }
    let mut types = types(look);
    types.retain(|name| *name != "null");
    match types[..] {
        ["string"] => kind_of_text(look),
        ["integer"] => kind_of_whole(look),
        ["number"] | ["integer", "number"] | ["number", "integer"] => Kind::Number,
        ["boolean"] => Kind::Boolean,
        ["array"] => kind_of_list(look),
        ["object"] => kind_of_object(look),
        [] if look("properties").is_some() => Kind::Group,
        [] if look("format").is_some() && look("anyOf").is_none() => match kind_of_text(look) {
            Kind::Text => kind_of_whole(look),
            kind => kind,
        },
        _ => Kind::Json,
    }
}

fn kind_of_text<'v>(look: Look<'_, 'v>) -> Kind {
    match look("format").and_then(Value::as_str) {
        Some("password") => Kind::Password,
        Some("uri") => Kind::Uri,
        Some("email") => Kind::Email,
        Some("date") => Kind::Date,
        Some("time") => Kind::Time,
        Some("multiline") => Kind::Multiline,
        _ if look("editPresentation").is_some_and(|value| value == "multilineText") => Kind::Multiline,
        _ => Kind::Text,
    }
}

fn kind_of_whole<'v>(look: Look<'_, 'v>) -> Kind {
    match look("format").and_then(Value::as_str) {
        Some("account") => Kind::Account,
        Some("department") => Kind::Department,
        _ => Kind::Integer,
    }
}

fn kind_of_list<'v>(look: Look<'_, 'v>) -> Kind {
    let Some(items) = look("items").filter(|_| look("prefixItems").is_none()) else { return Kind::Json };
    match kind_of(&|key: &str| items.get(key)) {
        Kind::Group => Kind::Table,
        Kind::Json if items.get("$ref").is_some() => Kind::List,
        Kind::Json | Kind::List | Kind::Table | Kind::Map => Kind::Json,
        _ => Kind::List,
    }
}

fn kind_of_object<'v>(look: Look<'_, 'v>) -> Kind {
    if look("properties").and_then(Value::as_object).is_some_and(|map| !map.is_empty()) {
        return Kind::Group;
    }
    let single = look("additionalProperties").filter(|schema| schema.is_object()).map(|schema| {
        let kind = kind_of(&|key: &str| schema.get(key));
        !matches!(kind, Kind::Json | Kind::Group | Kind::List | Kind::Table | Kind::Map)
    });
    match single {
        Some(true) => Kind::Map,
        // `then`, `allOf` and references may still bring fields: without any it becomes JSON.
        _ => Kind::Group,
    }
}

fn choices<'v>(look: Look<'_, 'v>) -> Vec<Choice> {
    let list = |key: &str| look(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let (labels, plain, markdown) =
        (list("enumItemLabels"), list("enumDescriptions"), list("markdownEnumDescriptions"));
    let text = |list: &[Value], i: usize| list.get(i).and_then(Value::as_str).map(str::to_owned);
    let choice = |(i, value): (usize, Value)| Choice {
        label: text(&labels, i)
            .unwrap_or_else(|| value.as_str().map_or_else(|| value.to_string(), str::to_owned)),
        description: text(&plain, i).or_else(|| text(&markdown, i)).unwrap_or_default(),
        value,
    };
    list("enum").into_iter().enumerate().map(choice).collect()
}

fn bounds<'v>(look: Look<'_, 'v>) -> Bounds {
    let count = |key: &str| look(key).and_then(Value::as_u64);
    Bounds {
        minimum: look("minimum").cloned(),
        maximum: look("maximum").cloned(),
        min_length: count("minLength"),
        max_length: count("maxLength"),
        min_items: count("minItems"),
        max_items: count("maxItems"),
    }
}

impl Node {
    /// Places defaults from the top down: an object's own default speaks for its members.
    pub(super) fn fill(&mut self, inherited: Option<&Value>) {
        if let Some(value) = inherited {
            self.default = Some(value.clone());
        }
        for child in &mut self.children {
            let own = self.default.as_ref().and_then(|default| default.get(&child.key)).cloned();
            child.fill(own.as_ref());
        }
        self.filled = if self.atomic { self.default.clone() } else { self.filled_object() };
    }

    /// A required object is always there; an optional one only with a default, or when defaults complete it.
    fn filled_object(&self) -> Option<Value> {
        if self.default.as_ref().is_some_and(|default| !default.is_object()) {
            return self.default.clone();
        }
        let member = |child: &Node| Some((child.key.clone(), child.filled.clone()?));
        let map: Map<String, Value> = self.children.iter().filter_map(member).collect();
        let complete =
            self.children.iter().filter(|child| child.required).all(|child| map.contains_key(&child.key));
        let there =
            self.default.is_some() || (self.required && !self.conditional) || (complete && !map.is_empty());
        there.then_some(Value::Object(map))
    }

    /// Every node below this one, in document order.
    pub(super) fn each<'n>(&'n self, visit: &mut dyn FnMut(&'n Node)) {
        for child in &self.children {
            visit(child);
            child.each(visit);
        }
    }

    /// An object with fields of its own in whose place stands a blank: as if nothing were there.
    pub(super) fn is_left_out(&self, value: &Value) -> bool {
        !self.atomic && !self.nullable && !self.pointer.is_empty() && pointer::is_blank(value)
    }

    pub(super) fn child(&self, key: &str) -> Option<&Node> {
        self.children.iter().find(|child| child.key == key)
    }
}
