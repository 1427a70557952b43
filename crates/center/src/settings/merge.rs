//! Laying values over values by key, and telling what changed. Pure; knows places in JSON and nothing of rules.

use serde_json::{Map, Value, json};
use spk::ConfigSchema;
use spk::config::{Kind, SecretChange};

/// `base` with `change` laid over it by key: `null` takes a key away, groups are merged, anything else is replaced whole.
pub(super) fn patched(base: &Value, change: &Value, is_group: &dyn Fn(&str) -> bool) -> Value {
    let mut map = base.as_object().cloned().unwrap_or_default();
    if let Value::Object(change) = change {
        patch(&mut map, change, ("", is_group));
    }
    Value::Object(map)
}

fn patch(
    base: &mut Map<String, Value>,
    change: &Map<String, Value>,
    (at, is_group): (&str, &dyn Fn(&str) -> bool),
) {
    for (key, value) in change {
        let here = join(at, key);
        match value {
            Value::Null => drop(base.shift_remove(key)),
            Value::Object(inner) if is_group(&here) => {
                let member = base.entry(key).or_insert_with(|| Value::Object(Map::new()));
                if !member.is_object() {
                    *member = Value::Object(Map::new());
                }
                if let Value::Object(member) = member {
                    patch(member, inner, (&here, is_group));
                }
            }
            other => drop(base.insert(key.clone(), other.clone())),
        }
    }
}

/// Pointer → `{before, after}` for each plain field that changed (`null`: the default), `"changed"` for each secret.
pub(super) fn changes(
    schema: &ConfigSchema,
    (before, after): (&Value, &Value),
    secrets: &[SecretChange],
) -> Map<String, Value> {
    let plain = schema.fields().iter().filter(|field| !field.secret && field.kind != Kind::Group);
    let mut changes: Map<_, _> = plain
        .filter_map(|field| {
            let (old, new) = (before.pointer(&field.pointer), after.pointer(&field.pointer));
            (old != new).then(|| (field.pointer.clone(), json!({ "before": old, "after": new })))
        })
        .collect();
    changes.extend(secrets.iter().map(|change| (change.pointer.clone(), json!("changed"))));
    changes
}

/// Puts a value at a pointer through objects; whether there was room for it.
pub(super) fn set(root: &mut Value, pointer: &str, value: Value) -> bool {
    let mut here = root;
    for key in pointer.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~")) {
        let Value::Object(map) = here else { return false };
        here = map.entry(key).or_insert_with(|| Value::Object(Map::new()));
    }
    *here = value;
    true
}

fn join(parent: &str, key: &str) -> String {
    format!("{parent}/{}", key.replace('~', "~0").replace('/', "~1"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_laid_over_by_key() {
        let base = json!({ "a": 1, "group": { "x": 1, "y": 2 }, "map": { "k": 1 }, "odd/~": 1 });
        let change = json!({ "a": null, "b": false, "group": { "x": null, "z": 0 }, "map": { "l": 2 }, "new": { "x": 1 } });
        let merged = patched(&base, &change, &|at| at == "/group" || at == "/new");
        let expected = json!({ "group": { "y": 2, "z": 0 }, "map": { "l": 2 }, "odd/~": 1, "b": false, "new": { "x": 1 } });
        assert_eq!(merged, expected);
    }

    #[test]
    fn a_value_finds_its_place() {
        let mut root = json!({ "a": 1 });
        assert!(set(&mut root, "/g/odd~1~0key", json!(2)) && !set(&mut root, "/a/b", json!(3)));
        assert_eq!(root, json!({ "a": 1, "g": { "odd/~key": 2 } }));
        assert_eq!(join("/g", "odd/~key"), "/g/odd~1~0key");
    }
}
