//! Settings under another version of a plugin: what its schema takes stays, the rest is kept aside. Nothing is lost.

use std::collections::BTreeMap;

use rusqlite::{Connection, Transaction};
use serde_json::{Map, Value, json};
use spk::config::{CarryOver, SecretAct};
use spk::manifest::Manifest;
use spk::{ConfigSchema, PluginId, Texts};

use super::form::{Form, Opened, compile};
use super::stored::{self, Change, Stored};
use super::{apply_secrets, merge};
use crate::clock::UnixMs;
use crate::error::Result;
use crate::secrets::{self, Place, Secrets};
use crate::store::Store;

/// Carries a plugin's settings over to the schema of `after`, inside the transaction that installs it. Values that were kept
/// aside earlier come back if this schema takes them. A password whose field is plain text now is forgotten; a plain text
/// whose field is a password now is sealed. `before` is the manifest that is replaced, if the plugin was installed.
///
/// # Errors
/// `database`; `internal` if a secret cannot be sealed.
pub fn migrate(
    tx: &Transaction<'_>,
    secrets: &Secrets,
    plugin: &PluginId,
    before: Option<&Manifest>,
    after: &Manifest,
    now: UnixMs,
) -> Result<()> {
    if before.is_some_and(|before| before.config == after.config) {
        return Ok(());
    }
    let schema = compile(after)?;
    let old = stored::read(tx, plugin)?;
    let carry = carried(tx, plugin, &schema, &old)?;
    for pointer in &carry.emptied {
        secrets::clear(tx, Place { plugin, field: pointer })?;
    }
    apply_secrets(tx, secrets, plugin, &carry.into_secrets)?;
    let new = Stored { difference: carry.kept, unused: carry.unused, revision: old.revision + 1 };
    if !carry.into_secrets.is_empty() {
        let sealed: Vec<_> = carry.into_secrets.iter().map(|change| change.pointer.as_str()).collect();
        stored::redact(tx, plugin, &sealed)?;
    }
    let touched = !carry.emptied.is_empty() || !carry.into_secrets.is_empty();
    if !touched && (&new.difference, &new.unused) == (&old.difference, &old.unused) {
        return Ok(());
    }
    let mut changed = merge::changes(&schema, (&old.difference, &new.difference), &carry.into_secrets);
    changed.extend(carry.emptied.iter().map(|pointer| (pointer.clone(), json!("changed"))));
    without_new_secrets(&mut changed, &schema);
    let change = Change { account: None, at: now, changed: Value::Object(changed) };
    stored::write(tx, plugin, &new, &change)
}

/// What becomes of saved values and stored secrets under this schema.
fn carried(db: &Connection, plugin: &PluginId, schema: &ConfigSchema, old: &Stored) -> Result<CarryOver> {
    let mut saved = old.difference.clone();
    let mut homeless = BTreeMap::new();
    for (pointer, value) in &old.unused {
        if saved.pointer(pointer).is_some() || !merge::set(&mut saved, pointer, value.clone()) {
            homeless.insert(pointer.clone(), value.clone());
        }
    }
    let held: Vec<_> = secrets::stored(db, plugin)?.into_iter().collect();
    let mut carry = schema.carry_over(&saved, &held);
    carry.unused.extend(homeless);
    Ok(carry)
}

/// A plain text that became a secret must not stay readable in the record of that change.
fn without_new_secrets(changed: &mut Map<String, Value>, schema: &ConfigSchema) {
    for pointer in schema.secrets() {
        if let Some(change) = changed.get_mut(pointer) {
            *change = json!("changed");
        }
    }
}

/// The titles of required settings that would be empty if this package were installed now.
///
/// # Errors
/// `database`.
pub fn missing_with(
    store: &Store,
    secrets: &Secrets,
    manifest: &Manifest,
    texts: &Texts,
    locale: &str,
) -> Result<Vec<String>> {
    let snapshot = store.snapshot();
    let (plugin, digest) = (&manifest.id, spk::Digest([0; 32]));
    let form = Form { plugin, digest, schema: compile(manifest)?, snapshot: &snapshot, texts };
    let findings = store.read(|db| {
        let carry = carried(db, plugin, &form.schema, &stored::read(db, plugin)?)?;
        let mut opened: Opened = secrets.open_all(db, plugin, carry.secrets.iter().map(String::as_str))?;
        for change in carry.into_secrets {
            if let SecretAct::Set(secret) = change.act {
                opened.texts.insert(change.pointer, secret);
            }
        }
        Ok(form.findings(&carry.kept, &opened))
    })?;
    Ok(form.views(&findings.missing, locale).into_iter().map(|finding| finding.title).collect())
}
