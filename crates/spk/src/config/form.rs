//! Settings as a form shows them: texts in one language, and a schema that a window may evaluate. Holds no values.

use super::{
    ConfigSchema, Field,
    field::title_of,
    keyword::{self, Form},
    pointer,
};
use crate::{Texts, manifest::Section};
use serde_json::{Map, Value};

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

    /// The schema for a window: texts in one language, a title for every field, references put in place, defaults only
    /// where they are applied, passwords marked by their format; and without `pattern`, which a window's engine would
    /// match in unbounded time. It decides branches with it; findings come from here.
    pub fn form_schema(&self, texts: &Texts, locale: &str) -> Value {
        Shown { config: self, texts, locale }.schema(self.schema(), &Role::Declares(String::new(), true))
    }
}

/// What a schema is there for.
enum Role {
    /// Declares the settings at a pointer; surely, or only sometimes.
    Declares(String, bool),
    /// Declares what is inside a list or below names of the person's choice.
    Inside,
    /// Asks about values and declares nothing.
    Asks,
}

struct Shown<'a> {
    config: &'a ConfigSchema,
    texts: &'a Texts,
    locale: &'a str,
}

impl Shown<'_> {
    fn schema(&self, schema: &Value, role: &Role) -> Value {
        let Value::Object(map) = schema else { return schema.clone() };
        let kept = map
            .iter()
            .filter(|(key, _)| !matches!(key.as_str(), "pattern" | "patternProperties" | "$ref" | "$defs"));
        let own = kept.map(|(key, value)| (key.clone(), self.keyword(key, value, role))).collect();
        let target = map.get("$ref").and_then(Value::as_str);
        match target.and_then(|target| super::target(self.config.schema(), target)) {
            Some(target) => Value::Object(placed(own, self.schema(target, role))),
            None => Value::Object(own),
        }
    }

    fn keyword(&self, key: &str, value: &Value, role: &Role) -> Value {
        match (keyword::form_of(key), value) {
            (Some(Form::Schema), schema) => self.schema(schema, &role.of(key)),
            (Some(Form::Schemas), Value::Array(list)) => {
                list.iter().map(|schema| self.schema(schema, &role.of(key))).collect()
            }
            (Some(Form::SchemaMap), Value::Object(map)) if key == "properties" => {
                Value::Object(map.iter().map(|(name, schema)| self.property(name, schema, role)).collect())
            }
            (Some(Form::SchemaMap), Value::Object(map)) => {
                let part =
                    |(name, schema): (&String, &Value)| (name.clone(), self.schema(schema, &role.of(key)));
                Value::Object(map.iter().map(part).collect())
            }
            _ if TEXTS.contains(&key) => resolved(value, self.texts, self.locale),
            _ => value.clone(),
        }
    }

    fn property(&self, name: &str, schema: &Value, role: &Role) -> (String, Value) {
        let role = match role {
            Role::Declares(parent, surely) => Role::Declares(pointer::join(parent, name), *surely),
            Role::Inside => Role::Inside,
            Role::Asks => Role::Asks,
        };
        let mut shown = self.schema(schema, &role);
        if let Value::Object(map) = &mut shown {
            match &role {
                Role::Declares(pointer, surely) => self.complete(map, name, (pointer, *surely)),
                Role::Inside => drop(map.entry("title").or_insert_with(|| title_of(name).into())),
                Role::Asks => {}
            }
        }
        (name.to_owned(), shown)
    }

    /// What the field is, whichever of the schemas that speak about it says so.
    fn complete(&self, map: &mut Map<String, Value>, name: &str, (pointer, surely): (&str, bool)) {
        let field = self.config.field(pointer);
        let title = field.map_or_else(|| title_of(name), |field| field.title.clone());
        map.entry("title").or_insert_with(|| self.texts.resolve(&title, self.locale).into());
        match field.and_then(|field| field.default.clone()).filter(|_| surely) {
            Some(default) => drop(map.insert("default".into(), default)),
            None => drop(map.shift_remove("default")),
        }
        if field.is_some_and(|field| field.secret) {
            map.insert("format".into(), "password".into());
        }
    }
}

impl Role {
    /// The role of what stands below a keyword of such a schema.
    fn of(&self, keyword: &str) -> Self {
        match (self, keyword) {
            (Self::Asks, _) | (_, "if" | "not" | "contains" | "propertyNames") => Self::Asks,
            (Self::Declares(pointer, surely), "allOf") => Self::Declares(pointer.clone(), *surely),
            (Self::Declares(pointer, _), "anyOf" | "oneOf" | "then" | "else" | "dependentSchemas") => {
                Self::Declares(pointer.clone(), false)
            }
            _ => Self::Inside,
        }
    }
}

/// What a reference leads to, in its place. Rules beside a reference hold as well as its own.
fn placed(own: Map<String, Value>, target: Value) -> Map<String, Value> {
    let Value::Object(mut target) = target else { return own };
    if own.keys().all(|key| key == "default" || !is_rule(key)) {
        return target.into_iter().chain(own).collect();
    }
    let mut own = own;
    target.shift_remove("default");
    match own.entry("allOf").or_insert_with(|| Value::Array(Vec::new())) {
        Value::Array(parts) => parts.insert(0, Value::Object(target)),
        _ => unreachable!("a compiled schema has a list there"),
    }
    own
}

/// Whether a keyword bears on values, or only on how the field is shown.
fn is_rule(key: &str) -> bool {
    let shown = ["order", "section", "widget", "requiresRestart", "$comment", "deprecated"];
    !TEXTS.contains(&key) && !shown.contains(&key)
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
