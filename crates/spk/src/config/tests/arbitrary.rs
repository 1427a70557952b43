//! Arbitrary values under arbitrary schemas: nothing panics, and what is saved is stable.

use super::*;
use crate::manifest::arbitrary::{any_json, word};
use proptest::prelude::*;

fn property() -> impl Strategy<Value = Value> {
    let plain = prop::sample::select(vec![
        json!({"type": "string"}),
        json!({"type": "string", "default": "d"}),
        json!({"type": "integer", "default": 3, "maximum": 5}),
        json!({"type": "boolean", "default": true}),
        json!({"type": "string", "format": "password"}),
        json!({"type": "string", "format": "uri"}),
        json!({"type": "array", "items": {"type": "integer", "format": "account"}}),
        json!({"type": "object", "additionalProperties": {"type": "string"}, "default": {"a": "b"}}),
        json!({"type": ["null", "integer"], "default": null}),
        json!({"anyOf": [{"type": "null"}, {"type": "string", "minLength": 2}]}),
        json!({"$ref": "#/$defs/a"}),
    ]);
    let group = |inner: BoxedStrategy<Value>| {
        let members = prop::collection::btree_map(word(), inner, 1..4);
        (members, any::<bool>(), any::<bool>()).prop_map(|(members, required, closed)| {
            let names: Vec<&String> = members.keys().take(usize::from(required)).collect();
            json!({"type": "object", "properties": members, "required": names, "additionalProperties": !closed})
        })
    };
    plain.prop_recursive(3, 20, 4, move |inner| group(inner.boxed()))
}

fn config() -> impl Strategy<Value = Value> {
    let properties = prop::collection::btree_map(word(), property(), 1..6);
    properties.prop_map(|properties| {
        let required: Vec<&String> = properties.keys().take(2).collect();
        json!({"properties": properties, "required": required, "$defs": {"a": {"type": "string", "maxLength": 4}}})
    })
}

/// Values at the schema's own keys, so that they meet its rules.
fn values(schema: &Value) -> BoxedStrategy<Value> {
    let Some(Value::Object(properties)) = schema.get("properties").cloned() else {
        return prop_oneof![
            any_json(),
            word().prop_map(Value::from),
            (0..9).prop_map(Value::from),
            Just(json!("  "))
        ]
        .boxed();
    };
    let members: Vec<_> =
        properties.into_iter().map(|(key, part)| (Just(key), prop::option::of(values(&part)))).collect();
    let object = members
        .prop_map(|list| Value::Object(list.into_iter().filter_map(|(key, v)| Some((key, v?))).collect()));
    prop_oneof![9 => object, 1 => any_json()].boxed()
}

proptest! {
    #[test]
    fn settings_never_panic_and_what_is_saved_is_stable(
        (config, full) in config().prop_flat_map(|config| (Just(config.clone()), values(&config))), other in config(),
    ) {
        if let Ok((schema, _)) = ConfigSchema::compile(&config) {
            let _ = schema.split_secrets(&full);
            let saved = schema.difference(&full);
            let now = effective(&schema, &saved);
            prop_assert_eq!(&schema.difference(&now.entered), &saved);
            let findings = schema.findings(&now);
            let kept = schema.carry_over(&saved, &[]);
            if findings.invalid.is_empty() {
                prop_assert_eq!((&kept.kept, kept.unused.len()), (&saved, 0));
            }
            if let Ok((new, _)) = ConfigSchema::compile(&other) {
                let carried = new.carry_over(&saved, &[]);
                let left = new.findings(&effective(&new, &carried.kept)).invalid;
                prop_assert!(left.is_empty(), "{left:?} of {:?}", carried.kept);
            }
        }
    }
}
