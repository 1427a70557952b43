//! Findings on effective settings: what is missing, what is invalid, in document order. From the library's errors only
//! kind and place are taken, never a text: a text could hold a value.

use super::{ConfigSchema, Effective, effective::wipe, message, pointer, tree::Node};
use crate::Texts;
use jsonschema::{
    ValidationError,
    error::{TypeKind, ValidationErrorKind as Error},
};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::{collections::BTreeSet, fmt};

/// The most characters of a text that its schema does not bound.
pub const TEXT_CHARS_MAX: usize = 65_536;

/// One thing that is missing or invalid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// JSON pointer of the field; of the object when it concerns several.
    pub pointer: String,
    /// Stable code by which a window translates.
    pub code: &'static str,
    /// Bounds and the like from the schema, never what was entered.
    pub params: Map<String, Value>,
    /// The field's title, perhaps `%key%`; empty for the whole.
    pub title: String,
}

/// The findings of one check.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Findings {
    /// Required and empty: may be saved while off, blocks switching on.
    pub missing: Vec<Finding>,
    /// Breaks another rule: may not be saved.
    pub invalid: Vec<Finding>,
}

impl Findings {
    /// Nothing is missing, nothing invalid.
    pub fn is_empty(&self) -> bool {
        self.missing.is_empty() && self.invalid.is_empty()
    }
}

impl Finding {
    pub(super) fn of(
        schema: &ConfigSchema,
        pointer: &str,
        code: &'static str,
        params: Map<String, Value>,
    ) -> Self {
        let field = schema.field_above(pointer);
        let title = field.map_or_else(String::new, |field| field.title.clone());
        Self { pointer: pointer.to_owned(), code, params, title }
    }

    /// The same with the package's own texts in one language; a window translates the code.
    #[must_use]
    pub fn localised(mut self, texts: &Texts, locale: &str) -> Self {
        self.title = texts.resolve(&self.title, locale);
        if let Some(Value::String(own)) = self.params.get_mut("message") {
            *own = texts.resolve(own, locale);
        }
        self
    }

    /// The sentence for people, in English, without the title.
    pub fn message(&self) -> String {
        message::sentence(self.code, &self.params)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.title.is_empty() { &self.pointer } else { &self.title };
        write!(f, "{place}: {}", self.message())
    }
}

impl ConfigSchema {
    /// What is missing and what is invalid, each in document order.
    ///
    /// Empty is: absent, null, "", white space, an empty required list. `false` and `0` are values.
    pub fn findings(&self, effective: &Effective) -> Findings {
        let mut sorted = Sorted { schema: self, missing: Vec::new(), invalid: Vec::new() };
        let mut checked = effective.entered.clone();
        drop_blanks(&self.0.tree, &mut checked);
        self.0.validator.iter_errors(&checked).for_each(|error| sorted.add(&error));
        let empty = self.empty_lists(&checked);
        if !empty.is_empty() {
            let mut without = checked.clone();
            empty.iter().for_each(|at| drop(pointer::remove(&mut without, at)));
            self.required_lists(&without, &empty, &mut sorted);
            wipe(&mut without, &effective.secrets);
        }
        endless("", &checked, &mut |at| {
            sorted.refuse(at, "max_length", Map::from_iter([("limit".to_owned(), TEXT_CHARS_MAX.into())]));
        });
        unknown(&self.0.tree, &checked, &mut |at| sorted.refuse(at, "unknown_setting", Map::new()));
        let Sorted { missing, invalid, .. } = sorted;
        wipe(&mut checked, &effective.secrets);
        Findings { missing: self.in_order(missing), invalid: self.in_order(invalid) }
    }

    fn empty_lists(&self, value: &Value) -> BTreeSet<String> {
        let empty = |at: &&str| value.pointer(at).and_then(Value::as_array).is_some_and(Vec::is_empty);
        self.fields().iter().map(|field| field.pointer.as_str()).filter(empty).map(str::to_owned).collect()
    }

    /// A list that would be missed if it were absent is missing when it is empty; its own rules no longer matter.
    fn required_lists(&self, without: &Value, empty: &BTreeSet<String>, sorted: &mut Sorted) {
        let mut other = Sorted { schema: self, missing: Vec::new(), invalid: Vec::new() };
        self.0.validator.iter_errors(without).for_each(|error| other.add(&error));
        other.missing.retain(|finding| empty.contains(&finding.pointer));
        sorted.invalid.retain(|bad| other.missing.iter().all(|finding| finding.pointer != bad.pointer));
        sorted.missing.append(&mut other.missing);
    }

    fn in_order(&self, mut findings: Vec<Finding>) -> Vec<Finding> {
        let place = |finding: &Finding| {
            let index = |field: &super::Field| self.fields().iter().position(|f| f.pointer == field.pointer);
            self.field_above(&finding.pointer).and_then(index).map_or(0, |index| index + 1)
        };
        findings.sort_by_cached_key(|finding| (place(finding), finding.pointer.clone(), finding.code));
        findings.dedup_by(|a, b| a.pointer == b.pointer && a.code == b.code);
        findings
    }

    /// The field at a pointer, or the nearest one that holds it.
    fn field_above(&self, at: &str) -> Option<&super::Field> {
        let mut at = at;
        loop {
            match self.field(at) {
                Some(field) => return Some(field),
                None => at = at.rsplit_once('/')?.0,
            }
        }
    }
}

/// Texts beyond any use, wherever they stand.
fn endless(at: &str, value: &Value, found: &mut impl FnMut(&str)) {
    match value {
        // Bytes bound characters, and cost nothing to count.
        Value::String(text) if text.len() > TEXT_CHARS_MAX && text.chars().count() > TEXT_CHARS_MAX => {
            found(at);
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, item)| endless(&format!("{at}/{i}"), item, found));
        }
        Value::Object(map) => {
            map.iter().for_each(|(key, item)| endless(&pointer::join(at, key), item, found));
        }
        _ => {}
    }
}

/// Takes blanks out of fields, and optional groups that hold nothing else.
fn drop_blanks(node: &Node, value: &mut Value) {
    let Value::Object(map) = value else { return };
    for child in &node.children {
        let Some(member) = map.get_mut(&child.key) else { continue };
        let full = member.as_object().is_some_and(|object| !object.is_empty());
        drop_blanks(child, member);
        let emptied = full && !child.required && member.as_object().is_some_and(Map::is_empty);
        if emptied || pointer::is_blank(member) {
            map.shift_remove(&child.key);
        }
    }
}

/// Keys that are no settings, in objects that do not say that they take others.
pub(super) fn unknown(node: &Node, value: &Value, refuse: &mut dyn FnMut(&str)) {
    let Value::Object(map) = value else { return };
    if node.children.is_empty() && !node.pointer.is_empty() {
        return;
    }
    for (key, member) in map {
        match node.child(key) {
            Some(child) => unknown(child, member, refuse),
            None if node.open => {}
            None => refuse(&pointer::join(&node.pointer, key)),
        }
    }
}

struct Sorted<'s> {
    schema: &'s ConfigSchema,
    missing: Vec<Finding>,
    invalid: Vec<Finding>,
}

impl Sorted<'_> {
    fn refuse(&mut self, at: &str, code: &'static str, params: Map<String, Value>) {
        self.invalid.push(Finding::of(self.schema, at, code, params));
    }

    fn miss(&mut self, at: &str) {
        self.missing.push(Finding::of(self.schema, at, "required", Map::new()));
    }

    fn add(&mut self, error: &ValidationError) {
        let at = error.instance_path().as_str();
        match error.kind() {
            Error::Required { property } => {
                let key = property.as_str().unwrap_or_default();
                self.miss(&pointer::join(at, key));
            }
            Error::AdditionalProperties { unexpected } | Error::UnevaluatedProperties { unexpected } => {
                unexpected
                    .iter()
                    .for_each(|key| self.refuse(&pointer::join(at, key), "unknown_setting", Map::new()));
            }
            Error::AnyOf { context } | Error::OneOfNotValid { context } => {
                self.alternatives(at, error.kind(), context);
            }
            kind => {
                let (code, params) = describe(kind);
                let params = self.with_own_message(at, code, params);
                self.refuse(at, code, params);
            }
        }
    }

    fn with_own_message(&self, at: &str, code: &str, mut params: Map<String, Value>) -> Map<String, Value> {
        let own = self.schema.field_above(at).and_then(|field| field.pattern_message.clone());
        if let (Some(own), "pattern") = (own, code) {
            params.insert("message".to_owned(), own.into());
        }
        params
    }

    /// If some alternative lacks nothing but values, something is missing. If exactly one alternative has the right
    /// type, its own findings say more than "none fits".
    fn alternatives(&mut self, at: &str, kind: &Error, branches: &[Vec<ValidationError>]) {
        let judged = branches.iter().map(|errors| {
            let mut own = Sorted { schema: self.schema, missing: Vec::new(), invalid: Vec::new() };
            errors.iter().for_each(|error| own.add(error));
            own
        });
        let mut judged: Vec<Sorted> = judged.collect();
        let lacking: Vec<usize> = (0..judged.len()).filter(|i| judged[*i].only_lacks()).collect();
        match lacking[..] {
            [] => {}
            [only] => return self.missing.append(&mut judged[only].missing),
            _ => {
                let fields: BTreeSet<&str> = lacking
                    .iter()
                    .flat_map(|i| judged[*i].missing.iter().map(|f| f.pointer.as_str()))
                    .collect();
                let params = Map::from_iter([("fields".to_owned(), json!(fields))]);
                return self.missing.push(Finding::of(self.schema, at, "required_alternative", params));
            }
        }
        judged.retain(|own| {
            !own.invalid.iter().any(|f| f.pointer == at && matches!(f.code, "type" | "const" | "enum"))
        });
        match &mut judged[..] {
            [only] => {
                self.missing.append(&mut only.missing);
                self.invalid.append(&mut only.invalid);
            }
            _ => self.refuse(
                at,
                if matches!(kind, Error::AnyOf { .. }) { "any_of" } else { "one_of" },
                Map::new(),
            ),
        }
    }

    fn only_lacks(&self) -> bool {
        self.invalid.is_empty() && !self.missing.is_empty()
    }
}

fn describe(kind: &Error) -> (&'static str, Map<String, Value>) {
    let with = |key: &str, value: Value| Map::from_iter([(key.to_owned(), value)]);
    let limit = |value: &Value| with("limit", value.clone());
    let count = |value: u64| with("limit", value.into());
    match kind {
        Error::Type { kind } => ("type", with("expected", types(kind))),
        Error::Enum { options } => ("enum", with("allowed", options.as_ref().clone())),
        Error::Constant { expected_value } => ("const", with("expected", expected_value.as_ref().clone())),
        Error::Minimum { limit: least } => ("minimum", limit(least)),
        Error::Maximum { limit: most } => ("maximum", limit(most)),
        Error::ExclusiveMinimum { limit: least } => ("exclusive_minimum", limit(least)),
        Error::ExclusiveMaximum { limit: most } => ("exclusive_maximum", limit(most)),
        Error::MultipleOf { multiple_of } => ("multiple_of", with("step", json!(multiple_of))),
        Error::MinLength { limit } => ("min_length", count(*limit)),
        Error::MaxLength { limit } => ("max_length", count(*limit)),
        Error::Pattern { .. } => ("pattern", Map::new()),
        Error::Format { format } => ("format", with("format", format.as_str().into())),
        Error::MinItems { limit } => ("min_items", count(*limit)),
        Error::MaxItems { limit } => ("max_items", count(*limit)),
        Error::UniqueItems => ("unique_items", Map::new()),
        Error::MinProperties { limit } => ("min_properties", count(*limit)),
        Error::MaxProperties { limit } => ("max_properties", count(*limit)),
        Error::PropertyNames { .. } => ("property_name", Map::new()),
        Error::Contains => ("contains", Map::new()),
        Error::OneOfMultipleValid { .. } => ("one_of", Map::new()),
        _ => ("not_allowed", Map::new()),
    }
}

fn types(kind: &TypeKind) -> Value {
    match kind {
        TypeKind::Single(one) => json!([one.to_string()]),
        TypeKind::Multiple(several) => several.iter().map(|one| Value::String(one.to_string())).collect(),
    }
}
