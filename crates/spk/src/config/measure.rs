//! How deep and how heavy a schema is once its references are followed, so that no small file makes a large
//! computation. Knows keywords only by what lies below them.

use super::keyword::{self, Form};
use serde_json::Value;
use std::collections::BTreeMap;

/// Most parts of a schema, each reference counted as all of what it refers to.
pub(super) const WEIGHT_MAX: u64 = 20_000;
/// What each alternative of `anyOf` and `oneOf` weighs more: one that refuses a value copies it.
const ALTERNATIVE: u64 = 20;
/// Deepest nesting of schemas through references.
pub(super) const DEPTH_MAX: usize = 64;

/// Why following a reference does not end well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Cycle,
    Deep,
}

#[derive(Clone, Copy)]
struct Size {
    weight: u64,
    height: usize,
}

/// Follows references, each once.
pub(super) struct Measure<'s> {
    root: &'s Value,
    /// `None` while it is being walked.
    known: BTreeMap<&'s str, Option<Result<Size, End>>>,
}

impl<'s> Measure<'s> {
    pub(super) fn new(root: &'s Value) -> Self {
        Self { root, known: BTreeMap::new() }
    }

    /// Every `$ref` of the document that leads somewhere, sorted.
    pub(super) fn targets(&self) -> Vec<&'s str> {
        let mut found = Vec::new();
        references(self.root, &mut found);
        found.retain(|target| super::target(self.root, target).is_some());
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether a reference ends.
    pub(super) fn target(&mut self, target: &'s str) -> Result<u64, End> {
        self.follow(target, 0).map(|size| size.weight)
    }

    /// The weight of the document; `None` when it is too deep.
    pub(super) fn whole(&mut self) -> Option<u64> {
        self.size(self.root, 0).ok().map(|size| size.weight)
    }

    fn follow(&mut self, target: &'s str, depth: usize) -> Result<Size, End> {
        match self.known.get(target) {
            Some(Some(Ok(size))) if depth + size.height > DEPTH_MAX => return Err(End::Deep),
            Some(Some(known)) => return *known,
            Some(None) => return Err(End::Cycle),
            None => self.known.insert(target, None),
        };
        let nothing = Ok(Size { weight: 0, height: 0 });
        let found = super::target(self.root, target).map_or(nothing, |schema| self.size(schema, depth));
        self.known.insert(target, Some(found));
        found
    }

    fn size(&mut self, schema: &'s Value, depth: usize) -> Result<Size, End> {
        if depth > DEPTH_MAX {
            return Err(End::Deep);
        }
        let mut size = Size { weight: 1, height: 0 };
        let referred =
            schema.get("$ref").and_then(Value::as_str).map(|target| self.follow(target, depth + 1));
        if let Some(part) = referred {
            size = size.with(part?);
        }
        for part in below(schema) {
            size = size.with(self.size(part, depth + 1)?);
        }
        size.weight = size.weight.saturating_add(ALTERNATIVE * alternatives(schema));
        Ok(Size { height: size.height + 1, ..size })
    }
}

impl Size {
    fn with(self, part: Self) -> Self {
        Self { weight: self.weight.saturating_add(part.weight), height: self.height.max(part.height) }
    }
}

/// The subschemas directly below one, `$defs` apart.
fn below(schema: &Value) -> Vec<&Value> {
    let Value::Object(map) = schema else { return Vec::new() };
    let parts =
        map.iter().filter(|(key, _)| *key != "$defs").map(|(key, value)| match keyword::form_of(key) {
            Some(Form::Schema) => vec![value],
            Some(Form::Schemas) => value.as_array().map(|list| list.iter().collect()).unwrap_or_default(),
            Some(Form::SchemaMap) => value.as_object().map(|map| map.values().collect()).unwrap_or_default(),
            _ => Vec::new(),
        });
    parts.flatten().collect()
}

fn alternatives(schema: &Value) -> u64 {
    let count = |key: &str| schema.get(key).and_then(Value::as_array).map_or(0, Vec::len);
    (count("anyOf") + count("oneOf")) as u64
}

fn references<'s>(schema: &'s Value, found: &mut Vec<&'s str>) {
    found.extend(schema.get("$ref").and_then(Value::as_str));
    below(schema).into_iter().for_each(|part| references(part, found));
    let shared = schema.get("$defs").and_then(Value::as_object);
    shared.into_iter().flatten().for_each(|(_, part)| references(part, found));
}
