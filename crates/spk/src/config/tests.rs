//! Tables for settings: schemas that are refused, effective values, findings, what is saved, upgrades.

use super::*;
use serde_json::json;

#[test]
fn a_schema_gives_fields_and_defaults() {
    let config = json!({"required": ["clientId"], "properties": {
        "provider": {"type": "string", "format": "uri", "default": "https://bot.example.com"},
        "clientId": {"type": "string"},
        "secret": {"type": "string", "format": "password"}}});
    let (schema, warnings) = ConfigSchema::compile(&config).unwrap();
    assert_eq!(warnings, []);
    let shown: Vec<_> = schema.fields().iter().map(|f| (f.pointer.as_str(), f.kind, f.required)).collect();
    let expected = [
        ("/provider", Kind::Uri, false),
        ("/clientId", Kind::Text, true),
        ("/secret", Kind::Password, false),
    ];
    assert_eq!(shown, expected);
    assert_eq!(schema.defaults(), json!({"provider": "https://bot.example.com"}));
}
