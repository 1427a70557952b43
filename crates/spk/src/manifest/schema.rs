//! The published JSON Schema of `plugin.json`, for editors. Generated from the types; checks nothing itself.

use super::Manifest;
use serde_json::{Value, json};

/// The schema, as published in `plugin.schema.json`.
pub fn json_schema() -> Value {
    let mut schema = schemars::schema_for!(Manifest).to_value();
    schema["properties"]["$schema"] = json!({
        "description": "Where editors find this schema; has no meaning for the package.", "type": "string"
    });
    schema
}
