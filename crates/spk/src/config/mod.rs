//! Settings: from the `config` of a manifest to fields, effective values, findings and what to save. Pure: no
//! database, no clock, no network. A value never appears in a message of this module.

mod carry;
mod check;
mod compile;
mod difference;
mod effective;
mod engine;
mod field;
mod finding;
mod form;
mod keyword;
mod measure;
mod message;
mod normalise;
mod pointer;
mod secrets;
#[cfg(test)]
mod tests;
mod tree;

pub use carry::CarryOver;
pub use effective::Effective;
pub use field::{Bounds, Choice, Field, Kind, Subject};
pub use finding::{Finding, Findings};
pub use secrets::{SecretAct, SecretChange};

use crate::manifest::Section;
use jsonschema::Validator;
use serde_json::{Map, Value};
use std::sync::Arc;

/// Most fields of a plugin's settings.
pub const FIELDS_MAX: usize = 1000;

/// The compiled settings of one version of a plugin. Cheap to clone.
#[derive(Clone)]
pub struct ConfigSchema(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    schema: Value,
    sections: Vec<Section>,
    fields: Vec<Field>,
    tree: tree::Node,
    validator: Arc<Validator>,
}

impl std::fmt::Debug for ConfigSchema {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ConfigSchema({} fields)", self.0.fields.len())
    }
}

impl ConfigSchema {
    /// The settings as one JSON Schema of type object, whichever way they were written.
    pub fn schema(&self) -> &Value {
        &self.0.schema
    }

    /// All fields in document order, also those below groups and conditions.
    pub fn fields(&self) -> &[Field] {
        &self.0.fields
    }

    /// The sections, lowest `order` first.
    pub fn sections(&self) -> &[Section] {
        &self.0.sections
    }

    /// Adds the sections that the manifest declares outside `config`.
    #[must_use]
    pub fn with_sections(self, declared: &[Section]) -> Self {
        let mut inner = Arc::unwrap_or_clone(self.0);
        let own = inner.sections.drain(..).filter(|own| declared.iter().all(|other| other.id != own.id));
        let mut sections: Vec<Section> = declared.iter().cloned().chain(own.collect::<Vec<_>>()).collect();
        sections.sort_by(|a, b| a.order.total_cmp(&b.order));
        inner.sections = sections;
        Self(Arc::new(inner))
    }

    /// The field at a JSON pointer.
    pub fn field(&self, pointer: &str) -> Option<&Field> {
        self.0.fields.iter().find(|field| field.pointer == pointer)
    }

    /// The field that `${config.<name>}` means: a key of the root, dots and all, or else a path through groups.
    pub fn field_named(&self, name: &str) -> Option<&Field> {
        let key = self.field(&pointer::join("", name));
        key.or_else(|| self.field(&name.split('.').fold(String::new(), |at, key| pointer::join(&at, key))))
    }

    /// The pointers of all passwords.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        self.0.fields.iter().filter(|field| field.secret).map(|field| field.pointer.as_str())
    }

    /// What is in force when nothing is saved.
    pub fn defaults(&self) -> Value {
        self.0.tree.filled.clone().unwrap_or_else(|| Value::Object(Map::new()))
    }
}

/// What `#/$defs/…` leads to.
fn target<'s>(root: &'s Value, reference: &str) -> Option<&'s Value> {
    root.pointer(reference.strip_prefix('#').filter(|pointer| pointer.starts_with("/$defs/"))?)
}
