//! Documents that nobody would write: the checks must not panic, and what is accepted reads back the same.

use super::{tests::*, *};
use proptest::prelude::*;
use serde_json::{Value, json};

pub(crate) fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e9..1e9).prop_map(|x: f64| json!(x)),
        word().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(word(), inner, 0..6).prop_map(|map| json!(map)),
        ]
    })
}

/// Words that mean something here, so that documents get past the first check.
pub(crate) fn word() -> impl Strategy<Value = String> {
    let known = [
        "type",
        "properties",
        "string",
        "object",
        "array",
        "format",
        "password",
        "default",
        "enum",
        "$ref",
        "#/$defs/a",
        "$defs",
        "a",
        "items",
        "allOf",
        "anyOf",
        "if",
        "then",
        "required",
        "minimum",
        "maximum",
        "pattern",
        "uri",
        "account",
        "integer",
        "additionalProperties",
        "title",
        "%name%",
        "order",
        "const",
    ];
    prop_oneof![4 => prop::sample::select(known.to_vec()).prop_map(str::to_owned), 1 => ".{0,8}"]
}

proptest! {
    #[test]
    fn no_document_makes_the_checks_panic(document in any_json(), pointer in prop::sample::select(vec![
        "/id", "/config", "/config/properties", "/config/properties/mode", "/permissions", "/services", "/capabilities",
        "/library", "/links", "/sections", "/pages", "/license", "/config/$defs"])) {
        let _ = Package::default().parse(document.to_string().as_bytes());
        let _ = Package::default().parse(with(pointer, document).to_string().as_bytes());
    }

    #[test]
    fn no_bytes_make_the_checks_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Package { icon: Some(bytes.clone()), ..Package::default() }.parse(&bytes);
    }

    #[test]
    fn what_is_accepted_reads_back_the_same(
        id in "[a-z][a-z0-9-]{0,8}(\\.[a-z0-9][a-z0-9-]{0,8}){1,3}",
        name in "[^\\p{Cc}]{1,30}", mib in 1u64..100_000, order in -1e6..1e6f64,
        names in prop::collection::btree_set("[a-z][a-z0-9._-]{0,10}", 1..8), fields in prop::collection::btree_map(word(), any_json(), 0..4),
    ) {
        let mut document = whole();
        document["id"] = json!(id);
        document["name"] = json!(format!("x{name}"));
        document["capabilities"]["memory"] = json!(ByteSize::mib(mib).to_string());
        document["sections"][0]["order"] = json!(order);
        document["permissions"] = names.iter().chain([&"use".to_owned(), &"train".to_owned()])
            .collect::<std::collections::BTreeSet<_>>().into_iter().map(|id| json!({"id": id})).collect();
        for (key, field) in fields {
            document["config"]["properties"][key] = field;
        }
        if let Ok((manifest, _)) = Package::default().parse(document.to_string().as_bytes()) {
            let kept = serde_json::to_string(&manifest).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Manifest>(&kept).unwrap(), &manifest);
            prop_assert_eq!(&Package::default().parse(kept.as_bytes()).unwrap().0, &manifest);
        }
    }
}
