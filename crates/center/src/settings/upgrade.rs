//! Settings under another version of a plugin: what its schema takes stays, the rest is kept aside. Nothing is lost.

use std::collections::BTreeMap;

use rusqlite::{Connection, Transaction};
use serde_json::{Map, Value, json};
use spk::config::{CarryOver, SecretAct, SecretChange};
use spk::manifest::Manifest;
use spk::{ConfigSchema, PluginId, Texts};

use super::form::{Draft, Form, Opened, compile, nothing};
use super::stored::{self, Change, Stored};
use super::{ForPlugin, LOCALE, apply_secrets, incomplete, merge, must_be_valid, refused};
use crate::actor::Actor;
use crate::clock::UnixMs;
use crate::error::Result;
use crate::secrets::{self, Place, Secrets};
use crate::store::Store;
use crate::views::SettingsView;

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

/// A package that is not installed yet, among the settings that are.
#[derive(Clone, Copy)]
pub struct Candidate<'a> {
    /// Where the settings are.
    pub store: &'a Store,
    /// Where the secrets are.
    pub secrets: &'a Secrets,
    /// What the package says.
    pub manifest: &'a Manifest,
    /// In its words.
    pub texts: &'a Texts,
}

impl Candidate<'_> {
    /// Hands over its form, the settings as they would be, and its secrets.
    fn with<T>(&self, work: impl FnOnce(&Form<'_>, Stored, Opened) -> Result<T>) -> Result<T> {
        let Self { store, secrets, manifest, texts } = *self;
        let snapshot = store.snapshot();
        let (plugin, digest) = (&manifest.id, spk::Digest([0; 32]));
        let form = Form { plugin, digest, schema: compile(manifest)?, snapshot: &snapshot, texts };
        let (stored, opened) = store.read(|db| {
            let old = stored::read(db, plugin)?;
            let carry = carried(db, plugin, &form.schema, &old)?;
            let mut opened = secrets.open_all(db, plugin, carry.secrets.iter().map(String::as_str))?;
            for change in carry.into_secrets {
                if let SecretAct::Set(secret) = change.act {
                    opened.texts.insert(change.pointer, secret);
                }
            }
            Ok((Stored { difference: carry.kept, unused: carry.unused, revision: old.revision }, opened))
        })?;
        work(&form, stored, opened)
    }

    /// The titles of required settings that would be empty if this package were installed now.
    ///
    /// # Errors
    /// `database`.
    pub fn missing(&self, locale: &str) -> Result<Vec<String>> {
        self.with(|form, stored, opened| {
            let missing = form.findings(&stored.difference, &opened).missing;
            Ok(form.views(&missing, locale).into_iter().map(|finding| finding.title).collect())
        })
    }

    /// Its settings as a form would show them.
    ///
    /// # Errors
    /// `database`.
    pub fn view(&self, locale: &str) -> Result<SettingsView> {
        self.with(|form, Stored { difference, unused, revision }, opened| {
            let held = opened.texts.keys().chain(&opened.out_of_reach).cloned().collect();
            Ok(SettingsView {
                plugin: form.plugin.clone(),
                revision,
                schema: form.schema.form_schema(form.texts, locale),
                sections: form.sections(locale),
                values: form.values(&difference),
                changed: None,
                fields: form.fields(&difference, &held, locale),
                unused: json!(unused),
                missing: form.views(&form.findings(&difference, &opened).missing, locale),
                turned_off: false,
                restarts: false,
            })
        })
    }

    /// The settings in force once these values are filled in, secrets in clear.
    ///
    /// # Errors
    /// As [`Self::must_take`]; `secrets_unreadable`.
    pub fn effective(&self, values: &Value) -> Result<ForPlugin> {
        self.with(|form, stored, mut opened| {
            opened.must_be_readable(form.plugin)?;
            let before = Opened { texts: opened.texts.clone(), ..Opened::default() };
            let (draft, changes) = filled(form, &stored, before, values)?;
            for change in changes {
                match change.act {
                    SecretAct::Set(secret) => drop(opened.texts.insert(change.pointer, secret)),
                    SecretAct::Clear => drop(opened.texts.remove(&change.pointer)),
                }
            }
            ForPlugin::of(form, &draft.difference, opened)
        })
    }

    /// Passes if these values may be filled in, and, where it is to be `complete`, nothing is missing then.
    ///
    /// # Errors
    /// `invalid_input`, `invalid_settings` with `details.invalid`, `would_be_incomplete` with `details.missing`.
    pub fn must_take(&self, values: &Value, complete: bool) -> Result<()> {
        self.with(|form, stored, opened| {
            let draft = filled(form, &stored, opened, values)?.0;
            if complete && !draft.findings.missing.is_empty() {
                return Err(incomplete(form, &draft));
            }
            Ok(())
        })
    }
}

/// What filling in these values makes of what is stored.
fn filled(
    form: &Form<'_>,
    stored: &Stored,
    opened: Opened,
    values: &Value,
) -> Result<(Draft, Vec<SecretChange>)> {
    let none = nothing();
    let values = if values.is_null() { &none } else { values };
    let (plain, changes) = form.split(values)?.map_err(|invalid| refused(&form.views(&invalid, LOCALE)))?;
    let draft = form.draft(&stored.difference, &plain, (opened, &changes));
    must_be_valid(form, &draft)?;
    Ok((draft, changes))
}

/// Saves what was filled in with the answer to a review, inside the transaction that installs the package, after [`migrate`].
///
/// # Errors
/// As [`Candidate::must_take`].
pub fn fill(
    tx: &Transaction<'_>,
    (candidate, actor): (&Candidate<'_>, &Actor),
    values: &Value,
    now: UnixMs,
) -> Result<()> {
    if values.as_object().is_none_or(Map::is_empty) {
        return Ok(());
    }
    let Candidate { store, secrets, manifest, texts } = *candidate;
    let snapshot = store.snapshot();
    let (plugin, digest) = (&manifest.id, spk::Digest([0; 32]));
    let form = Form { plugin, digest, schema: compile(manifest)?, snapshot: &snapshot, texts };
    let before = stored::read(tx, plugin)?;
    let opened = secrets.open_all(tx, plugin, form.schema.secrets())?;
    let (draft, changes) = filled(&form, &before, opened, values)?;
    apply_secrets(tx, secrets, plugin, &changes)?;
    let changed = merge::changes(&form.schema, (&before.difference, &draft.difference), &changes);
    let after = Stored { difference: draft.difference, unused: before.unused, revision: before.revision + 1 };
    let change = Change { account: actor.account(), at: now, changed: Value::Object(changed) };
    stored::write(tx, plugin, &after, &change)
}
