//! What to save: the difference from the defaults, so that a new version's new defaults take effect.

use super::{ConfigSchema, pointer, tree::Node};
use serde_json::{Map, Value};

impl ConfigSchema {
    /// The difference of `full` settings from the defaults. A key that `full` leaves out has its default; a blank
    /// where there is no default, and an optional object with nothing in it, are not saved. Passwords never are.
    pub fn difference(&self, full: &Value) -> Value {
        let Value::Object(map) = full else { return Value::Object(Map::new()) };
        Value::Object(members(&self.0.tree, map))
    }
}

fn members(node: &Node, map: &Map<String, Value>) -> Map<String, Value> {
    let entries = map.iter().filter_map(|(key, value)| {
        let changed = match node.child(key) {
            Some(child) => changed(child, value)?,
            None if is_default(node, key, value) => return None,
            None => value.clone(),
        };
        Some((key.clone(), changed))
    });
    entries.collect()
}

fn is_default(node: &Node, key: &str, value: &Value) -> bool {
    node.default
        .as_ref()
        .and_then(|default| default.get(key))
        .is_some_and(|default| pointer::same(default, value))
}

fn changed(node: &Node, value: &Value) -> Option<Value> {
    if node.secret || node.is_left_out(value) {
        return None;
    }
    if let (false, Value::Object(map)) = (node.atomic, value) {
        let members = members(node, map);
        return (!members.is_empty()).then_some(Value::Object(members));
    }
    let value = if node.atomic { without_secrets(node, value) } else { value.clone() };
    match &node.filled {
        Some(filled) => (!pointer::same(filled, &value)).then_some(value),
        None if pointer::is_blank(&value) || is_pruned(node, &value) => None,
        None => Some(value),
    }
}

fn is_pruned(node: &Node, value: &Value) -> bool {
    !node.required && value.as_object().is_some_and(Map::is_empty)
}

/// An object that is saved whole may still have a password below it.
fn without_secrets(node: &Node, value: &Value) -> Value {
    let mut value = value.clone();
    node.each(&mut |below| {
        if let (true, Some(rest)) = (below.secret, below.pointer.strip_prefix(&node.pointer)) {
            pointer::remove(&mut value, rest);
        }
    });
    value
}
