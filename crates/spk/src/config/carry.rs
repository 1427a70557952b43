//! Settings across an upgrade: what the new schema knows and accepts stays, the rest is kept aside, unused.

use super::{ConfigSchema, Kind, SecretAct, SecretChange, finding::unknown, pointer};
use crate::SecretString;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// What becomes of saved settings under a new schema. Nothing is lost: `kept` and `unused` together hold all of it.
#[derive(Debug, Clone, PartialEq)]
pub struct CarryOver {
    /// The difference to save under the new schema.
    pub kept: Value,
    /// Pointer → saved value that the new schema does not know or refuses: shown, restorable, not given to the plugin.
    pub unused: BTreeMap<String, Value>,
    /// Passwords that stay as they are.
    pub secrets: Vec<String>,
    /// Passwords that the new schema does not know: kept encrypted, unused.
    pub unused_secrets: Vec<String>,
    /// Passwords whose field is plain text now: to be forgotten, so that they are never shown.
    pub emptied: Vec<String>,
    /// Plain texts whose field is a password now: to be encrypted.
    pub into_secrets: Vec<SecretChange>,
}

impl ConfigSchema {
    /// Carries `saved` (the difference under an older schema) and the pointers of stored passwords over to this
    /// schema.
    pub fn carry_over(&self, saved: &Value, stored: &[String]) -> CarryOver {
        let kept = if saved.is_object() { saved.clone() } else { Value::Object(Map::new()) };
        let mut carry = CarryOver {
            kept,
            unused: BTreeMap::new(),
            secrets: Vec::new(),
            unused_secrets: Vec::new(),
            emptied: Vec::new(),
            into_secrets: Vec::new(),
        };
        self.carry_secrets(stored, &mut carry);
        let mut gone = Vec::new();
        unknown(&self.0.tree, &carry.kept, &mut |at| gone.push(at.to_owned()));
        gone.iter().for_each(|at| carry.put_aside(at));
        self.put_aside_refused(&mut carry);
        carry
    }

    fn carry_secrets(&self, stored: &[String], carry: &mut CarryOver) {
        for at in stored {
            match self.field(at) {
                Some(field) if field.secret => carry.secrets.push(at.clone()),
                Some(_) => carry.emptied.push(at.clone()),
                None => carry.unused_secrets.push(at.clone()),
            }
        }
        for at in self.secrets() {
            match pointer::remove(&mut carry.kept, at) {
                Some(Value::String(text)) if !text.trim().is_empty() => {
                    let act = SecretAct::Set(SecretString::new(text));
                    carry.into_secrets.push(SecretChange { pointer: at.to_owned(), act });
                }
                Some(other) if !other.is_null() && !other.is_string() => {
                    drop(carry.unused.insert(at.to_owned(), other));
                }
                _ => {}
            }
        }
    }

    /// Takes out what breaks a rule, until nothing more can be blamed on a saved value.
    fn put_aside_refused(&self, carry: &mut CarryOver) {
        loop {
            let effective = self.effective(&carry.kept, &BTreeMap::new(), &|_, _| true);
            let invalid = self.findings(&effective).invalid;
            let blamed: BTreeSet<String> =
                invalid.iter().filter_map(|f| self.blamed(carry, &f.pointer)).collect();
            if blamed.is_empty() {
                return;
            }
            blamed.iter().for_each(|at| carry.put_aside(at));
        }
    }

    /// The saved value that a finding is about: the one at its place, or the list or map that holds the place. A group
    /// is not blamed for a member that was not saved.
    fn blamed(&self, carry: &CarryOver, at: &str) -> Option<String> {
        let mut above = at;
        while !above.is_empty() {
            if carry.reaches(above) {
                let is_group = self.field(above).is_some_and(|field| field.kind == Kind::Group);
                return (above == at || !is_group).then(|| above.to_owned());
            }
            above = above.rsplit_once('/')?.0;
        }
        None
    }
}

impl CarryOver {
    fn put_aside(&mut self, at: &str) {
        if let Some(value) = pointer::remove(&mut self.kept, at) {
            self.unused.insert(at.to_owned(), value);
        }
    }

    fn reaches(&self, at: &str) -> bool {
        let mut here = Some(&self.kept);
        for key in pointer::keys(at) {
            here = here.and_then(Value::as_object).and_then(|map| map.get(&key));
        }
        here.is_some()
    }
}
