//! Reading JSON values with every defect noted and none fatal: types, unknown keys, lengths, counts.
//! Knows nothing of what the fields mean together.

use super::{Defect, defect::nearest, path};
use crate::locales::TEXT_MAX;
use serde_json::{Map, Value};
use std::{collections::BTreeMap, fmt::Display, str::FromStr};

/// Collects the defects of one document.
#[derive(Default)]
pub(super) struct Shape {
    pub defects: Vec<Defect>,
}

/// An object together with where it is.
#[derive(Clone, Copy)]
pub(super) struct Object<'v> {
    map: &'v Map<String, Value>,
    path: &'v str,
}

impl<'v> Object<'v> {
    fn at(&self, key: &str) -> String {
        path::child(self.path, key)
    }

    /// The raw value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&'v Value> {
        self.map.get(key)
    }
}

/// Reads one element of a list or map; gets its value and its path.
pub(super) type Read<T> = fn(&mut Shape, &Value, &str) -> Option<T>;

impl Shape {
    pub(super) fn refuse(&mut self, defect: Defect) {
        self.defects.push(defect);
    }

    /// An object with none but `known` keys.
    pub(super) fn object<'v>(
        &mut self,
        value: &'v Value,
        path: &'v str,
        known: &[&str],
    ) -> Option<Object<'v>> {
        let Value::Object(map) = value else {
            self.wrong_type(path, "an object", value);
            return None;
        };
        for key in map.keys().filter(|key| !known.contains(&key.as_str())) {
            self.unknown(&path::child(path, key), key, known);
        }
        Some(Object { map, path })
    }

    fn unknown(&mut self, at: &str, key: &str, known: &[&str]) {
        let defect = Defect::new(at, "unknown_key", format!("the key `{key}` is unknown"));
        self.refuse(match nearest(key, known.iter().copied()) {
            Some(word) => defect.hint(format!("did you mean `{word}`?")),
            None => defect.hint(format!("known are {}", known.join(", "))),
        });
    }

    fn wrong_type(&mut self, path: &str, expected: &str, found: &Value) {
        let message = format!("expected {expected}, found {}", name_of(found));
        self.refuse(Defect::new(path, "wrong_type", message));
    }

    fn missing(&mut self, object: &Object, key: &str) {
        let defect = Defect::new(object.at(key), "missing_key", format!("the key `{key}` is missing"));
        self.refuse(defect);
    }

    /// A string of at most 4 KiB.
    pub(super) fn string(&mut self, value: &Value, path: &str) -> Option<String> {
        let Value::String(text) = value else {
            self.wrong_type(path, "a string", value);
            return None;
        };
        if text.len() > TEXT_MAX {
            let message = format!("the text is longer than {} KiB", TEXT_MAX / 1024);
            self.refuse(Defect::new(path, "text_too_long", message));
        }
        if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            self.refuse(Defect::new(path, "control_character", "the text has a control character"));
        }
        Some(text.clone())
    }

    /// An optional text; empty when absent.
    pub(super) fn text(&mut self, object: &Object, key: &str) -> String {
        self.optional(object, key).unwrap_or_default()
    }

    /// An optional string.
    pub(super) fn optional(&mut self, object: &Object, key: &str) -> Option<String> {
        self.string(object.get(key)?, &object.at(key))
    }

    /// A string that must be there and say something; empty after a defect.
    pub(super) fn required(&mut self, object: &Object, key: &str) -> String {
        let Some(value) = object.get(key) else {
            self.missing(object, key);
            return String::new();
        };
        let text = self.string(value, &object.at(key)).unwrap_or_default();
        if value.is_string() && text.trim().is_empty() {
            self.refuse(Defect::new(object.at(key), "empty_text", format!("`{key}` is empty")));
        }
        text
    }

    /// A required name such as `train` or `faq.answer`; empty after a defect.
    pub(super) fn name(&mut self, object: &Object, key: &str) -> String {
        let text = self.required(object, key);
        self.check_name(&text, &object.at(key));
        text
    }

    pub(super) fn check_name(&mut self, text: &str, path: &str) {
        if text.trim().is_empty() || is_name(text) {
            return;
        }
        let defect = Defect::new(path, "bad_name", format!("`{}` is not a usable name", shorten(text)));
        self.refuse(defect.hint("use letters, digits, `.`, `_`, `-`, beginning with a letter, at most 64"));
    }

    /// A required string of a grammar of its own.
    pub(super) fn parsed<T>(&mut self, object: &Object, key: &str, grammar: Grammar) -> Option<T>
    where
        T: FromStr<Err: Display>,
    {
        let Some(value) = object.get(key) else {
            self.missing(object, key);
            return None;
        };
        self.parse(value, &object.at(key), grammar)
    }

    /// A string of a grammar of its own.
    pub(super) fn parse<T>(&mut self, value: &Value, path: &str, grammar: Grammar) -> Option<T>
    where
        T: FromStr<Err: Display>,
    {
        let text = self.string(value, path)?;
        match text.parse() {
            Ok(parsed) => Some(parsed),
            Err(error) => {
                let message = format!("`{}` is not {}: {error}", shorten(&text), grammar.noun);
                self.refuse(Defect::new(path, grammar.code, message).hint(grammar.hint));
                None
            }
        }
    }

    /// An optional list of at most `limit` elements.
    pub(super) fn list<T>(&mut self, object: &Object, key: &str, limit: usize, read: Read<T>) -> Vec<T> {
        let at = object.at(key);
        let items = match object.get(key) {
            None => return Vec::new(),
            Some(Value::Array(items)) => items,
            Some(other) => {
                self.wrong_type(&at, "a list", other);
                return Vec::new();
            }
        };
        self.count(&at, items.len(), limit);
        let indexed = items.iter().take(limit).enumerate();
        indexed.filter_map(|(i, value)| read(self, value, &path::item(&at, i))).collect()
    }

    /// An optional object with free keys, at most `limit`; `key` of an element is checked by the caller.
    pub(super) fn map<T>(
        &mut self,
        object: &Object,
        key: &str,
        limit: usize,
        read: Read<T>,
    ) -> BTreeMap<String, T> {
        let at = object.at(key);
        let entries = match object.get(key) {
            None => return BTreeMap::new(),
            Some(Value::Object(entries)) => entries,
            Some(other) => {
                self.wrong_type(&at, "an object", other);
                return BTreeMap::new();
            }
        };
        self.count(&at, entries.len(), limit);
        let limited = entries.iter().take(limit);
        limited.filter_map(|(k, v)| Some((k.clone(), read(self, v, &path::child(&at, k))?))).collect()
    }

    fn count(&mut self, path: &str, found: usize, limit: usize) {
        if found > limit {
            let message = format!("{found} elements, at most {limit} are allowed");
            self.refuse(Defect::new(path, "too_many", message));
        }
    }

    /// An optional finite number.
    pub(super) fn number(&mut self, object: &Object, key: &str) -> f64 {
        let value = object.get(key).unwrap_or(&Value::Null);
        if let (None, Some(_)) = (value.as_f64(), object.get(key)) {
            self.wrong_type(&object.at(key), "a number", value);
        }
        value.as_f64().unwrap_or_default()
    }
}

/// How a string of a grammar of its own is named in a defect.
#[derive(Clone, Copy)]
pub(super) struct Grammar {
    pub code: &'static str,
    pub noun: &'static str,
    pub hint: &'static str,
}

fn is_name(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    text.len() <= 64 && text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(allowed)
}

/// Foreign text inside a message: short and on one line.
pub(crate) fn shorten(text: &str) -> String {
    let clean: String = text.chars().take(80).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if clean.len() < text.len() { format!("{clean}…") } else { clean }
}

/// The JSON type of a value, with its article.
pub(crate) fn name_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
