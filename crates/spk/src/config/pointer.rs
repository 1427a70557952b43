//! JSON pointers (RFC 6901) into settings: objects only, since that is where fields are. Keys with dots are plain.

use serde_json::{Map, Value};

/// The pointer of a member.
pub(super) fn join(parent: &str, key: &str) -> String {
    format!("{parent}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// The unescaped keys of a pointer.
pub(super) fn keys(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(|key| key.replace("~1", "/").replace("~0", "~")).collect()
}

/// Sets a value, making objects on the way. False when something on the way is no object.
pub(super) fn set(root: &mut Value, pointer: &str, value: Value) -> bool {
    let keys = keys(pointer);
    let Some((last, parents)) = keys.split_last() else { return false };
    let mut at = root;
    for key in parents {
        let Value::Object(map) = at else { return false };
        at = map.entry(key.as_str()).or_insert_with(|| Value::Object(Map::new()));
    }
    let Value::Object(map) = at else { return false };
    map.insert(last.clone(), value);
    true
}

/// Takes a value out, keeping the order of what stays.
pub(super) fn remove(root: &mut Value, pointer: &str) -> Option<Value> {
    let keys = keys(pointer);
    let (last, parents) = keys.split_last()?;
    let mut at = root;
    for key in parents {
        at = at.as_object_mut()?.get_mut(key)?;
    }
    at.as_object_mut()?.shift_remove(last)
}

/// Absent, null, "" or white space.
pub(super) fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        _ => false,
    }
}

/// Equality of settings: 1 and 1.0 are one number.
pub(super) fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(x), Value::Number(y)) => {
            x == y || (x.is_f64() || y.is_f64()) && x.as_f64() == y.as_f64()
        }
        (Value::Array(x), Value::Array(y)) => x.len() == y.len() && x.iter().zip(y).all(|(x, y)| same(x, y)),
        (Value::Object(x), Value::Object(y)) => {
            x.len() == y.len() && x.iter().all(|(key, x)| y.get(key).is_some_and(|y| same(x, y)))
        }
        _ => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_key_may_hold_dots_slashes_and_tildes() {
        let mut root = json!({});
        for key in ["a.b", "c/d", "e~f", "~1", ""] {
            let pointer = join("/x", key);
            assert!(set(&mut root, &pointer, json!(key)), "{pointer}");
            assert_eq!(root.pointer(&pointer), Some(&json!(key)), "{pointer}");
            assert_eq!(remove(&mut root, &pointer), Some(json!(key)), "{pointer}");
        }
        assert_eq!(root, json!({"x": {}}));
    }

    #[test]
    fn nothing_is_set_through_what_is_no_object() {
        let mut root = json!({"a": 1});
        assert!(!set(&mut root, "/a/b", json!(2)));
        assert_eq!(root, json!({"a": 1}));
    }
}
