//! Passwords on the wire: absent = unchanged, `{"$set": "…"}`, `{"$clear": true}`. They leave the other settings here.

use super::{ConfigSchema, Finding, pointer};
use crate::SecretString;
use serde_json::{Map, Value};

/// What is to happen to one password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretChange {
    /// JSON pointer of the field.
    pub pointer: String,
    /// To set or to clear.
    pub act: SecretAct,
}

/// Set a password, or forget it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretAct {
    /// The new one.
    Set(SecretString),
    /// Forget the stored one.
    Clear,
}

impl ConfigSchema {
    /// Parts `input` into plain settings and changes of passwords. The caller's `input` still holds the passwords:
    /// it is to be dropped at once.
    ///
    /// # Errors
    /// One finding for each password that has neither of the two forms; none tells what was sent.
    pub fn split_secrets(&self, input: &Value) -> Result<(Value, Vec<SecretChange>), Vec<Finding>> {
        let mut plain = input.clone();
        let (mut changes, mut refused) = (Vec::new(), Vec::new());
        for field in self.fields().iter().filter(|field| field.secret) {
            let Some(sent) = pointer::remove(&mut plain, &field.pointer) else { continue };
            match act_of(sent) {
                Ok(act) => changes.push(SecretChange { pointer: field.pointer.clone(), act }),
                Err(code) => refused.push(Finding::of(self, &field.pointer, code, Map::new())),
            }
        }
        if refused.is_empty() { Ok((plain, changes)) } else { Err(refused) }
    }
}

fn act_of(sent: Value) -> Result<SecretAct, &'static str> {
    let Value::Object(mut map) = sent else { return Err("secret_form") };
    match (map.len(), map.shift_remove("$set"), map.get("$clear")) {
        (1, Some(Value::String(text)), None) => {
            let secret = SecretString::new(text);
            if secret.is_blank() { Err("secret_blank") } else { Ok(SecretAct::Set(secret)) }
        }
        (1, None, Some(Value::Bool(true))) => Ok(SecretAct::Clear),
        _ => Err("secret_form"),
    }
}
