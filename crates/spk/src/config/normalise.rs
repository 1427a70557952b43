//! The two spellings of `config` become one: an object schema and its sections. Keeps where each field was written.

use crate::manifest::{Defect, Section, name_of, path};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// `config` as one object schema.
pub(super) struct Normal {
    /// JSON Schema of type object.
    pub schema: Value,
    /// Those that VS Code's array brings.
    pub sections: Vec<Section>,
    /// Where each property of the root was written.
    pub origins: BTreeMap<String, String>,
}

const ELEMENT_KEYS: [&str; 8] =
    ["id", "title", "order", "type", "properties", "required", "$defs", "description"];

/// Also for an absent `config`: then there are no settings.
pub(super) fn normalise(config: &Value, defects: &mut Vec<Defect>) -> Normal {
    match config {
        Value::Null => single(&Map::new(), defects),
        Value::Object(map) => single(map, defects),
        Value::Array(elements) => several(elements, defects),
        other => {
            let message = format!("expected a schema or a list of sections, found {}", name_of(other));
            defects.push(Defect::new("$.config", "wrong_type", message));
            single(&Map::new(), defects)
        }
    }
}

fn single(map: &Map<String, Value>, defects: &mut Vec<Defect>) -> Normal {
    let mut schema = map.clone();
    let kind = schema.entry("type").or_insert_with(|| json!("object")).clone();
    if kind != "object" {
        defects.push(Defect::new(
            "$.config.type",
            "config_not_object",
            "the settings are not of type `object`",
        ));
    }
    Normal { schema: Value::Object(schema), sections: Vec::new(), origins: BTreeMap::new() }
}

fn several(elements: &[Value], defects: &mut Vec<Defect>) -> Normal {
    let mut merged = Merged::default();
    for (index, element) in elements.iter().enumerate() {
        let at = path::item("$.config", index);
        match element {
            Value::Object(map) => merged.add(&at, (index, map), defects),
            other => {
                let message = format!("expected an object, found {}", name_of(other));
                defects.push(Defect::new(at, "wrong_type", message));
            }
        }
    }
    let Merged { properties, required, shared, sections, origins } = merged;
    let schema = json!({"type": "object", "properties": properties, "required": required, "$defs": shared});
    Normal { schema, sections, origins }
}

#[derive(Default)]
struct Merged {
    properties: Map<String, Value>,
    required: Vec<Value>,
    shared: Map<String, Value>,
    sections: Vec<Section>,
    origins: BTreeMap<String, String>,
}

impl Merged {
    fn add(&mut self, at: &str, (index, element): (usize, &Map<String, Value>), defects: &mut Vec<Defect>) {
        for key in element.keys().filter(|key| !ELEMENT_KEYS.contains(&key.as_str())) {
            let message = format!("`{}` has no meaning in a list of sections", crate::manifest::shorten(key));
            let hint = "use one schema of type object instead of a list";
            defects.push(Defect::new(path::child(at, key), "unknown_key", message).hint(hint));
        }
        let section = self.section(index, element);
        for (key, value) in object(element, "properties", at, defects) {
            let origin = path::child(&path::child(at, "properties"), key);
            if self.origins.insert(key.clone(), origin.clone()).is_some() {
                let message = format!("the setting `{}` is declared twice", crate::manifest::shorten(key));
                defects.push(Defect::new(origin, "duplicate_setting", message));
            }
            self.properties.insert(key.clone(), placed(value, &section));
        }
        for (key, value) in object(element, "$defs", at, defects) {
            if self.shared.insert(key.clone(), value.clone()).is_some() {
                let origin = path::child(&path::child(at, "$defs"), key);
                let message = format!("`{}` is defined twice", crate::manifest::shorten(key));
                defects.push(Defect::new(origin, "duplicate_definition", message));
            }
        }
        match element.get("required") {
            None => {}
            Some(Value::Array(names)) if names.iter().all(Value::is_string) => {
                self.required.extend(names.clone());
            }
            Some(_) => defects.push(Defect::new(
                path::child(at, "required"),
                "wrong_type",
                "expected a list of names",
            )),
        }
    }

    fn section(&mut self, index: usize, element: &Map<String, Value>) -> String {
        let text = |key: &str| element.get(key).and_then(Value::as_str);
        let id = text("id").map_or_else(|| format!("section-{}", index + 1), str::to_owned);
        let order = element.get("order").and_then(Value::as_f64).unwrap_or_default();
        let title = text("title").unwrap_or(&id).to_owned();
        self.sections.push(Section { id: id.clone(), title, order });
        id
    }
}

fn object<'v>(
    element: &'v Map<String, Value>,
    key: &str,
    at: &str,
    defects: &mut Vec<Defect>,
) -> impl Iterator<Item = (&'v String, &'v Value)> + use<'v> {
    let value = element.get(key);
    if let Some(other) = value.filter(|value| !value.is_object()) {
        let message = format!("expected an object, found {}", name_of(other));
        defects.push(Defect::new(path::child(at, key), "wrong_type", message));
    }
    value.and_then(Value::as_object).into_iter().flatten()
}

/// A field says its own section, or lies in that of its element.
fn placed(field: &Value, section: &str) -> Value {
    let mut field = field.clone();
    if let Value::Object(map) = &mut field {
        map.entry("section").or_insert_with(|| json!(section));
    }
    field
}
