//! Settings as a form shows them: texts in one language, and a schema that a window may evaluate. Holds no values.

use super::{
    ConfigSchema, Field,
    keyword::{self, Form},
};
use crate::{Texts, manifest::Section};
use serde_json::Value;

/// Keywords whose strings are texts for people.
const TEXTS: [&str; 11] = [
    "title",
    "description",
    "markdownDescription",
    "deprecationMessage",
    "markdownDeprecationMessage",
    "patternErrorMessage",
    "unit",
    "enumDescriptions",
    "markdownEnumDescriptions",
    "enumItemLabels",
    "errorMessage",
];

impl ConfigSchema {
    /// All fields, in document order, with their texts in one language.
    pub fn localised_fields(&self, texts: &Texts, locale: &str) -> Vec<Field> {
        self.fields().iter().map(|field| field.localised(texts, locale)).collect()
    }

    /// All sections, in their order, with their titles in one language.
    pub fn localised_sections(&self, texts: &Texts, locale: &str) -> Vec<Section> {
        let title = |section: &Section| texts.resolve(&section.title, locale);
        self.sections().iter().map(|section| Section { title: title(section), ..section.clone() }).collect()
    }

    /// The schema for a window: texts in one language, and without `pattern`, which a window's engine would match in
    /// unbounded time. It decides branches with it; findings come from here.
    pub fn form_schema(&self, texts: &Texts, locale: &str) -> Value {
        shown(self.schema(), texts, locale)
    }
}

fn shown(schema: &Value, texts: &Texts, locale: &str) -> Value {
    let Value::Object(map) = schema else { return schema.clone() };
    let kept = map.iter().filter(|(key, _)| !matches!(key.as_str(), "pattern" | "patternProperties"));
    let inner = |schema: &Value| shown(schema, texts, locale);
    let entry = |(key, value): (&String, &Value)| {
        let value = match (keyword::form_of(key), value) {
            (Some(Form::Schema), schema) => inner(schema),
            (Some(Form::Schemas), Value::Array(list)) => list.iter().map(inner).collect(),
            (Some(Form::SchemaMap), Value::Object(map)) => {
                Value::Object(map.iter().map(|(name, schema)| (name.clone(), inner(schema))).collect())
            }
            _ if TEXTS.contains(&key.as_str()) => resolved(value, texts, locale),
            _ => value.clone(),
        };
        (key.clone(), value)
    };
    Value::Object(kept.map(entry).collect())
}

fn resolved(value: &Value, texts: &Texts, locale: &str) -> Value {
    match value {
        Value::String(text) => Value::String(texts.resolve(text, locale)),
        Value::Array(list) => list.iter().map(|item| resolved(item, texts, locale)).collect(),
        other => other.clone(),
    }
}

impl Field {
    /// The same with its texts in one language.
    #[must_use]
    pub fn localised(&self, texts: &Texts, locale: &str) -> Self {
        let mut field = self.clone();
        let choices =
            field.choices.iter_mut().flat_map(|choice| [&mut choice.label, &mut choice.description]);
        let optional =
            [&mut field.unit, &mut field.deprecation, &mut field.pattern_message].into_iter().flatten();
        let always = [&mut field.title, &mut field.description, &mut field.markdown];
        for text in choices.chain(optional).chain(always) {
            *text = texts.resolve(text, locale);
        }
        field
    }
}
