//! Effective settings: defaults, overlaid by the saved difference, with secrets put in. They stay inside the core.

use super::{ConfigSchema, Subject, pointer, tree::Node};
use crate::SecretString;
use serde_json::{Map, Value};
use std::{collections::BTreeMap, fmt};
use zeroize::Zeroize;

/// What a plugin gets: holds passwords in clear, so it has no `Serialize`, prints nothing, and is wiped when dropped.
#[derive(Clone, PartialEq)]
pub struct Effective {
    pub(super) value: Value,
    /// As entered, blanks and all: what findings are judged on.
    pub(super) entered: Value,
    pub(super) secrets: Vec<String>,
    gone: Vec<String>,
}

impl Effective {
    /// The settings as the plugin reads them. Name this call in review: it holds passwords.
    pub fn expose(&self) -> &Value {
        &self.value
    }

    /// Pointers of the fields whose account or department is no longer there.
    pub fn gone(&self) -> &[String] {
        &self.gone
    }
}

impl fmt::Debug for Effective {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Effective(…)")
    }
}

impl Drop for Effective {
    fn drop(&mut self) {
        wipe(&mut self.value, &self.secrets);
        wipe(&mut self.entered, &self.secrets);
    }
}

impl ConfigSchema {
    /// Puts together what is in force.
    ///
    /// `saved` is the difference from the defaults, `secrets` maps the pointers of passwords to their texts, and
    /// `exists` tells whether an account or department is still there. Whatever `saved` holds in the place of a
    /// password is passed over.
    pub fn effective(
        &self,
        saved: &Value,
        secrets: &BTreeMap<String, SecretString>,
        exists: &dyn Fn(Subject, i64) -> bool,
    ) -> Effective {
        let mut overlay = if saved.is_object() { saved.clone() } else { Value::Object(Map::new()) };
        let places: Vec<String> = self.secrets().map(str::to_owned).collect();
        for place in &places {
            pointer::remove(&mut overlay, place);
            if let Some(secret) = secrets.get(place) {
                pointer::set(&mut overlay, place, Value::String(secret.expose().to_owned()));
            }
        }
        let mut entered =
            laid_over(&self.0.tree, Some(&overlay)).unwrap_or_else(|| Value::Object(Map::new()));
        wipe(&mut overlay, &places);
        let mut gone = Vec::new();
        self.0.tree.each(&mut |node| forget_gone(node, &mut entered, exists, &mut gone));
        let mut value = self.without_refused_blanks(&entered);
        write_whole(&mut value);
        Effective { value, entered, secrets: places, gone }
    }

    /// A blank that the field's own rule refuses means that nothing was entered.
    fn without_refused_blanks(&self, entered: &Value) -> Value {
        let mut value = entered.clone();
        let refused: Vec<String> =
            self.0.validator.iter_errors(entered).map(|e| e.instance_path().as_str().to_owned()).collect();
        for place in refused.iter().filter(|place| self.field(place).is_some()) {
            if entered.pointer(place).is_some_and(pointer::is_blank) {
                pointer::remove(&mut value, place);
            }
        }
        value
    }
}

/// Overwrites the texts at these places.
pub(super) fn wipe(value: &mut Value, places: &[String]) {
    for place in places {
        if let Some(Value::String(text)) = value.pointer_mut(place) {
            text.zeroize();
        }
    }
}

/// What is saved, over the defaults; keys that are no fields stay.
fn laid_over(node: &Node, saved: Option<&Value>) -> Option<Value> {
    let Some(saved) = saved.filter(|saved| !node.is_left_out(saved)) else { return node.filled.clone() };
    let Value::Object(map) = saved else { return Some(saved.clone()) };
    if node.atomic && !node.pointer.is_empty() {
        return Some(saved.clone());
    }
    let member = |child: &Node| Some((child.key.clone(), laid_over(child, map.get(&child.key))?));
    let mut merged: Map<String, Value> = node.children.iter().filter_map(member).collect();
    let others = map.iter().filter(|(key, _)| node.child(key).is_none());
    merged.extend(others.map(|(key, value)| (key.clone(), value.clone())));
    Some(Value::Object(merged))
}

fn forget_gone(node: &Node, root: &mut Value, exists: &dyn Fn(Subject, i64) -> bool, gone: &mut Vec<String>) {
    let Some(value) = root.pointer_mut(&node.pointer) else { return };
    let is_gone = |subject, value: &Value| value.as_i64().is_some_and(|id| !exists(subject, id));
    if node.subject.is_some_and(|subject| is_gone(subject, value)) {
        pointer::remove(root, &node.pointer);
        gone.push(node.pointer.clone());
    } else if let (Some(subject), Value::Array(list)) = (node.items, value) {
        let before = list.len();
        list.retain(|item| !is_gone(subject, item));
        if list.len() < before {
            gone.push(node.pointer.clone());
        }
    }
}
/// `7.0` is an integer to JSON Schema, but not to most readers of JSON: whole numbers go out as such, where a float holds them exactly.
fn write_whole(value: &mut Value) {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Array(items) => items.iter_mut().for_each(write_whole),
        Value::Object(fields) => fields.values_mut().for_each(write_whole),
        Value::Number(number) if number.is_f64() => {
            let whole = number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() <= EXACT);
            if let Some(whole) = whole {
                #[allow(clippy::cast_possible_truncation, reason = "it is whole and within 2^53")]
                let whole = whole as i64;
                *value = whole.into();
            }
        }
        _ => {}
    }
}
