//! Whether a settings schema is one we can keep: keywords, references, patterns, bounds, names. All defects at once.
//! Knows nothing of values; what fields come out of it is for `fields`.

use super::{
    engine,
    keyword::{self, Form},
    measure::{DEPTH_MAX, End, Measure, WEIGHT_MAX},
};
use crate::{
    locales::{MARKDOWN_MAX, TEXT_MAX},
    manifest::{Defect, Warning, name_of, nearest, path, shorten},
};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Most different patterns.
const PATTERNS_MAX: usize = 200;
/// Longest pattern, in bytes.
const PATTERN_MAX: usize = 1024;

/// Keys through which a window's language could be led astray.
const RESERVED: [&str; 3] = ["__proto__", "constructor", "prototype"];

/// Walks one schema document.
pub(super) struct Check<'s> {
    pub root: &'s Value,
    pub origins: &'s BTreeMap<String, String>,
    pub defects: Vec<Defect>,
    pub warnings: Vec<Warning>,
    /// Patterns that the linear engine cannot compile.
    pub weak: BTreeSet<String>,
    patterns: BTreeSet<String>,
}

impl<'s> Check<'s> {
    pub(super) fn new(root: &'s Value, origins: &'s BTreeMap<String, String>) -> Self {
        let (defects, warnings) = (Vec::new(), Vec::new());
        Self { root, origins, defects, warnings, weak: BTreeSet::new(), patterns: BTreeSet::new() }
    }

    /// The whole document; references are followed only once they are known to end.
    pub(super) fn run(&mut self) {
        let root = self.root;
        self.schema(root, "$.config");
        if self.patterns.len() > PATTERNS_MAX {
            let message = format!("{} patterns, at most {PATTERNS_MAX} are allowed", self.patterns.len());
            self.refuse("$.config", "too_many_patterns", message);
        }
        if self.is_bounded() {
            self.passwords(root, "$.config", true);
        }
    }

    fn refuse(&mut self, at: &str, code: &'static str, message: impl Into<String>) -> &mut Defect {
        self.defects.push(Defect::new(at, code, message));
        self.defects.last_mut().expect("one was just pushed")
    }

    fn schema(&mut self, schema: &Value, at: &str) {
        match schema {
            Value::Bool(_) => {}
            Value::Object(map) => {
                map.iter().for_each(|(key, value)| self.keyword(key, value, at));
                self.bounds(map, at);
                self.format(map, at);
            }
            other => self.wrong(at, "a schema", other),
        }
    }

    fn wrong(&mut self, at: &str, expected: &str, found: &Value) {
        self.refuse(at, "wrong_type", format!("expected {expected}, found {}", name_of(found)));
    }

    fn keyword(&mut self, key: &str, value: &Value, parent: &str) {
        let at = &path::child(parent, key);
        let Some(form) = keyword::form_of(key) else {
            let hint = nearest(key, keyword::COMMON).map(|near| format!("did you mean `{near}`?"));
            let message = format!("the keyword `{}` is unknown and has no effect", shorten(key));
            return self
                .warnings
                .push(Defect::new(at, "unknown_keyword", message).hint(hint.unwrap_or_default()));
        };
        match form {
            Form::Schema => self.schema(value, at),
            Form::Schemas => self.schemas(value, at),
            Form::SchemaMap => self.schema_map(key, value, at),
            Form::Text | Form::Markdown => self.text((key, form), value, at),
            Form::Types => self.types(value, at),
            Form::NamesMap => match value {
                Value::Object(map) => {
                    map.iter().for_each(|(key, names)| self.names(names, &path::child(at, key)));
                }
                other => self.wrong(at, "an object", other),
            },
            Form::Names => self.names(value, at),
            Form::Texts => self.texts(value, at),
            Form::Refused(hint) => {
                let message = format!("the keyword `{key}` is not supported");
                self.refuse(at, "unsupported_keyword", message).hint = hint.to_owned();
            }
            Form::Any => {}
            form => self.simple(form, value, at),
        }
        if key == "multipleOf" && value.as_f64().is_some_and(|step| step <= 0.0) {
            self.refuse(at, "bad_bound", "`multipleOf` is not above 0");
        }
    }

    fn simple(&mut self, form: Form, value: &Value, at: &str) {
        let (right, expected) = match form {
            Form::Number => (value.is_number(), "a number"),
            Form::Count => (value.as_u64().is_some(), "a whole number from 0"),
            Form::Flag => (value.is_boolean(), "true or false"),
            Form::Choices => {
                (value.as_array().is_some_and(|list| !list.is_empty()), "a list of at least one value")
            }
            _ => (true, ""),
        };
        if !right {
            self.wrong(at, expected, value);
        }
    }

    fn schemas(&mut self, value: &Value, at: &str) {
        match value {
            Value::Array(list) if list.is_empty() => self.wrong(at, "at least one schema", value),
            Value::Array(list) => {
                list.iter().enumerate().for_each(|(i, s)| self.schema(s, &path::item(at, i)));
            }
            other => self.wrong(at, "a list of schemas", other),
        }
    }

    fn schema_map(&mut self, key: &str, value: &Value, at: &str) {
        let Value::Object(map) = value else { return self.wrong(at, "an object", value) };
        for (name, schema) in map {
            let written = self.origins.get(name).filter(|_| at == "$.config.properties").cloned();
            let at = written.unwrap_or_else(|| path::child(at, name));
            if key == "patternProperties" {
                self.pattern(name, &at);
            } else if RESERVED.contains(&name.as_str()) {
                self.refuse(&at, "reserved_name", format!("`{name}` cannot be the name of a setting"));
            }
            self.schema(schema, &at);
        }
    }

    fn text(&mut self, (key, form): (&str, Form), value: &Value, at: &str) {
        let Value::String(text) = value else { return self.wrong(at, "a string", value) };
        let most = if form == Form::Markdown { MARKDOWN_MAX } else { TEXT_MAX };
        if text.len() > most {
            self.refuse(at, "text_too_long", format!("the text is longer than {} KiB", most / 1024));
        }
        match key {
            "pattern" => self.pattern(text, at),
            "$ref" => self.reference(text, at),
            "$schema" if !text.trim_end_matches('#').ends_with("json-schema.org/draft/2020-12/schema") => {
                self.refuse(at, "schema_dialect", "the settings are not written in JSON Schema 2020-12");
            }
            "widget" if !matches!(text.as_str(), "radio" | "select") => {
                let message = format!("the widget `{}` is unknown", shorten(text));
                self.refuse(at, "bad_widget", message).hint = "use radio or select".to_owned();
            }
            _ => {}
        }
    }

    fn texts(&mut self, value: &Value, at: &str) {
        let Value::Array(list) = value else { return self.wrong(at, "a list of strings", value) };
        for (i, text) in list.iter().enumerate().filter(|(_, text)| !text.is_null()) {
            self.text(("", Form::Markdown), text, &path::item(at, i));
        }
    }

    fn names(&mut self, value: &Value, at: &str) {
        let Value::Array(list) = value else { return self.wrong(at, "a list of names", value) };
        let mut seen = BTreeSet::new();
        for (i, name) in list.iter().enumerate() {
            match name {
                Value::String(name) if !seen.insert(name.as_str()) => {
                    let message = format!("`{}` is named twice", shorten(name));
                    self.refuse(&path::item(at, i), "duplicate_name", message);
                }
                Value::String(_) => {}
                other => self.wrong(&path::item(at, i), "a name", other),
            }
        }
    }

    fn types(&mut self, value: &Value, at: &str) {
        let list = match value {
            Value::Array(list) if !list.is_empty() => list.iter().collect(),
            Value::String(_) => vec![value],
            other => return self.wrong(at, "a type or a list of types", other),
        };
        for name in &list {
            let known = name.as_str().is_some_and(|name| keyword::TYPES.contains(&name));
            if !known {
                let shown = name.as_str().map_or("this", |name| name);
                let hint = nearest(shown, keyword::TYPES).map(|near| format!("did you mean `{near}`?"));
                let message = format!("`{}` is no type of JSON Schema", shorten(shown));
                self.refuse(at, "bad_type", message).hint = hint.unwrap_or_default();
            }
        }
        let different: BTreeSet<_> = list.iter().filter_map(|name| name.as_str()).collect();
        if different.len() < list.iter().filter(|name| name.is_string()).count() {
            self.refuse(at, "bad_type", "a type is named twice");
        }
    }

    fn pattern(&mut self, pattern: &str, at: &str) {
        if pattern.len() > PATTERN_MAX {
            self.refuse(at, "pattern_too_long", format!("the pattern is longer than {PATTERN_MAX} bytes"));
            return;
        }
        let new = self.patterns.insert(pattern.to_owned());
        if new && self.patterns.len() <= PATTERNS_MAX && !engine::compiles(pattern) {
            self.weak.insert(pattern.to_owned());
        }
        if self.weak.contains(pattern) {
            let message = format!("the pattern `{}` cannot be matched in linear time", shorten(pattern));
            let hint = "avoid look-around and back-references; the field is edited as JSON and this rule is not applied";
            self.warnings.push(Defect::new(at, "weak_pattern", message).hint(hint));
        }
    }

    fn bounds(&mut self, map: &Map<String, Value>, at: &str) {
        for (low, high) in keyword::BOUNDS {
            let bound = |key: &str| map.get(key).and_then(Value::as_f64);
            if let (Some(least), Some(most)) = (bound(low), bound(high))
                && least > most
            {
                self.refuse(
                    &path::child(at, low),
                    "min_over_max",
                    format!("`{low}` {least} is above `{high}` {most}"),
                );
            }
        }
    }

    fn format(&mut self, map: &Map<String, Value>, at: &str) {
        let Some(format) = map.get("format").and_then(Value::as_str) else { return };
        let at = path::child(at, "format");
        let Some(wanted) = keyword::type_of_format(format) else {
            let message = format!("the format `{}` is unknown and has no effect", shorten(format));
            return self.warnings.push(Defect::new(at, "unknown_format", message));
        };
        let fits = |name: &Value| name.as_str() == Some(wanted);
        let right = match map.get("type") {
            Some(Value::Array(list)) => list.iter().any(fits),
            Some(name) => fits(name),
            None => true,
        };
        if !right {
            let message = format!("the format `{format}` is for the type `{wanted}`");
            self.refuse(&at, "format_type", message);
        }
    }

    fn reference(&mut self, target: &str, at: &str) {
        if !target.starts_with("#/$defs/") {
            let message = format!("the reference `{}` does not lead into `#/$defs`", shorten(target));
            let remote = !target.starts_with('#');
            let code = if remote { "remote_reference" } else { "reference_place" };
            self.refuse(at, code, message).hint =
                "define it in `$defs` and refer to `#/$defs/<name>`".to_owned();
        } else if super::target(self.root, target).is_none() {
            self.refuse(at, "dangling_reference", format!("there is no `{}`", shorten(target)));
        }
    }

    /// Whether each reference ends, and validating stays cheap.
    fn is_bounded(&mut self) -> bool {
        let before = self.defects.len();
        let mut measure = Measure::new(self.root);
        for target in measure.targets() {
            let at = path::from_pointer("$.config", target.trim_start_matches('#'));
            match measure.target(target) {
                Ok(_) => {}
                Err(End::Cycle) => {
                    let message = format!("`{}` refers to itself", shorten(target));
                    self.refuse(&at, "recursive_reference", message);
                }
                Err(End::Deep) => {
                    let message = format!("`{}` is nested deeper than {DEPTH_MAX} levels", shorten(target));
                    self.refuse(&at, "reference_too_deep", message);
                }
            }
        }
        if self.defects.len() == before && measure.whole().is_none_or(|weight| weight > WEIGHT_MAX) {
            let message = format!("with its references the schema has more than {WEIGHT_MAX} parts");
            self.refuse("$.config", "schema_too_heavy", message);
        }
        self.defects.len() == before
    }

    /// Passwords are strings reached through objects; `open` says whether the way here was through objects only.
    fn passwords(&mut self, schema: &Value, at: &str, open: bool) {
        let Value::Object(map) = schema else { return };
        if map.get("format").is_some_and(|format| format == "password") && !open {
            let message = "a password can only be a setting reached through objects";
            self.refuse(at, "password_place", message).hint =
                "move it out of the list, map or condition".to_owned();
        }
        if let Some(target) = map.get("$ref").and_then(Value::as_str)
            && !open
            && let Some(found) = super::target(self.root, target)
        {
            self.passwords(found, at, false);
        }
        for (key, value) in map {
            let at = &path::child(at, key);
            match keyword::form_of(key) {
                Some(Form::Schema) => {
                    self.passwords(value, at, open && matches!(key.as_str(), "then" | "else"));
                }
                Some(Form::Schemas) => {
                    let open = open && key != "prefixItems";
                    value.as_array().into_iter().flatten().enumerate().for_each(|(i, schema)| {
                        self.passwords(schema, &path::item(at, i), open);
                    });
                }
                Some(Form::SchemaMap) => {
                    let open = open && key != "patternProperties";
                    value.as_object().into_iter().flatten().for_each(|(name, schema)| {
                        self.passwords(schema, &path::child(at, name), open);
                    });
                }
                _ => {}
            }
        }
    }
}
