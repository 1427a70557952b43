//! Tables for settings, by what they are about.

mod arbitrary;
mod change;
mod finding;
mod schema;

use super::*;
use serde_json::json;
use std::collections::BTreeMap;

fn compile(config: &Value) -> ConfigSchema {
    let (schema, warnings) = ConfigSchema::compile(config).unwrap_or_else(|defects| panic!("{defects:#?}"));
    assert_eq!(warnings, [], "of {config}");
    schema
}

fn defects(config: &Value) -> Vec<(String, &'static str)> {
    let defects = ConfigSchema::compile(config).expect_err(&config.to_string());
    defects.into_iter().map(|defect| (defect.path, defect.code)).collect()
}

fn effective(schema: &ConfigSchema, saved: &Value) -> Effective {
    schema.effective(saved, &BTreeMap::new(), &|_, _| true)
}

/// `pointer code` of each finding: missing, invalid.
fn found(schema: &ConfigSchema, saved: &Value) -> (Vec<String>, Vec<String>) {
    let findings = schema.findings(&effective(schema, saved));
    let shown = |list: Vec<Finding>| list.into_iter().map(|f| format!("{} {}", f.pointer, f.code)).collect();
    (shown(findings.missing), shown(findings.invalid))
}

fn one(property: &Value) -> Value {
    json!({"type": "object", "properties": {"x": property}})
}
