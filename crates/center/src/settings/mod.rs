//! Settings of plugins: what is saved, what is in force, what is missing. The rules of values are `spk::config`'s; here they
//! meet the database, the secrets and the people that they name. A stored secret leaves here only for the plugin itself.

mod form;
mod history;
mod merge;
mod stored;
mod upgrade;

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension, Transaction, params};
use serde_json::{Value, json};
use spk::config::{SecretAct, SecretChange};
use spk::{PluginId, SecretString};
use zeroize::Zeroizing;

use crate::actor::Actor;
use crate::audit::Entry;
use crate::clock::UnixMs;
use crate::error::{Code, Error, Result};
use crate::secrets::{self, Place, Secrets};
use crate::store::Store;
use crate::views::{Blocker, CheckView, FindingView, SettingsView};
use form::{Draft, Form, Opened};
pub use history::history;
use stored::{Change, Stored};
pub use upgrade::{Candidate, fill, migrate};

/// In which language messages are where nobody said which.
const LOCALE: &str = "en";

/// What is to be saved. Its values may hold passwords in clear: it prints none of them.
#[derive(Clone, Copy)]
pub struct Save<'a> {
    /// By key; `null`: back to the default; a secret: `{"$set": …}` or `{"$clear": true}`.
    pub values: &'a Value,
    /// The revision that the values are based on; `None` saves over whatever is there.
    pub revision: Option<i64>,
    /// If a required field becomes empty while the plugin is on, turn it off instead of refusing.
    pub turn_off: bool,
    /// When.
    pub now: UnixMs,
}

impl std::fmt::Debug for Save<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { revision, turn_off, .. } = self;
        write!(f, "Save {{ values: …, revision: {revision:?}, turn_off: {turn_off} }}")
    }
}

/// A plugin's settings as a form shows them.
///
/// # Errors
/// `not_a_superadmin`; `not_found` if the plugin is not installed.
pub fn view(
    store: &Store,
    secrets: &Secrets,
    actor: &Actor,
    plugin: &PluginId,
    locale: &str,
) -> Result<SettingsView> {
    actor.must_manage()?;
    let snapshot = store.snapshot();
    let form = Form::of(&snapshot, plugin)?;
    store.read(|db| {
        let stored = stored::read(db, plugin)?;
        let opened = secrets.open_all(db, plugin, form.schema.secrets())?;
        let findings = form.findings(&stored.difference, &opened);
        let held = secrets::stored(db, plugin)?;
        Ok(SettingsView {
            plugin: plugin.clone(),
            revision: stored.revision,
            schema: form.schema.form_schema(form.texts, locale),
            sections: form.sections(locale),
            values: form.values(&stored.difference),
            changed: stored::changed(db, plugin)?,
            fields: form.fields(&stored.difference, &held, locale),
            unused: json!(stored.unused),
            missing: form.views(&findings.missing, locale),
            turned_off: false,
            restarts: false,
        })
    })
}

/// What saving these values would find, without saving.
///
/// # Errors
/// `not_a_superadmin`, `not_found`, `invalid_input` if the values are no object.
pub fn check(
    store: &Store,
    secrets: &Secrets,
    actor: &Actor,
    plugin: &PluginId,
    (values, locale): (&Value, &str),
) -> Result<CheckView> {
    actor.must_manage()?;
    let snapshot = store.snapshot();
    let form = Form::of(&snapshot, plugin)?;
    let (plain, changes) = match form.split(values)? {
        Ok(parts) => parts,
        Err(invalid) => return Ok(CheckView { missing: Vec::new(), invalid: form.views(&invalid, locale) }),
    };
    store.read(|db| {
        let stored = stored::read(db, plugin)?;
        let opened = secrets.open_all(db, plugin, form.schema.secrets())?;
        let findings = form.draft(&stored.difference, &plain, (opened, &changes)).findings;
        Ok(CheckView {
            missing: form.views(&findings.missing, locale),
            invalid: form.views(&findings.invalid, locale),
        })
    })
}

/// Saves values over what is saved: all of them, or none.
///
/// # Errors
/// `not_a_superadmin`, `not_found`; `invalid_settings` with `details.invalid`; `would_be_incomplete` with `details.missing`;
/// `changed_meanwhile` with `details.fields` (pointer, theirs, yours; secrets left out); `keyring_unavailable`,
/// `secrets_key_lost` if a password cannot be sealed.
pub fn save(
    store: &Store,
    secrets: &Secrets,
    actor: &Actor,
    plugin: &PluginId,
    save: &Save<'_>,
) -> Result<SettingsView> {
    actor.must_manage()?;
    let snapshot = store.snapshot();
    let form = Form::of(&snapshot, plugin)?;
    let (plain, changes) =
        form.split(save.values)?.map_err(|invalid| refused(&form.views(&invalid, LOCALE)))?;
    if changes.iter().any(|change| matches!(change.act, SecretAct::Set(_))) {
        secrets.get_ready(store)?;
    }
    let (turned_off, restarts) =
        store.write(Entry::new(actor, "settings_changed", plugin), |tx, entry| {
            let wanted = must_be_of_this_package(tx, &form)?;
            let before = stored::read(tx, plugin)?;
            must_be_fresh(&form, &before, (save.revision, &plain))?;
            let opened = secrets.open_all(tx, plugin, form.schema.secrets())?;
            let draft = form.draft(&before.difference, &plain, (opened, &changes));
            must_be_valid(&form, &draft)?;
            let turned_off = turn_off_if_incomplete(tx, (&form, &draft), (wanted, save.turn_off))?;
            apply_secrets(tx, secrets, plugin, &changes)?;
            let after = Stored {
                difference: draft.difference,
                revision: before.revision + 1,
                unused: before.unused.clone(),
            };
            let changed = merge::changes(&form.schema, (&before.difference, &after.difference), &changes);
            let pointers: Vec<_> = changed.keys().collect();
            let restarts =
                pointers.iter().any(|at| form.schema.field(at).is_some_and(|field| field.requires_restart));
            entry.set_details(
                json!({ "revision": after.revision, "fields": pointers, "turned_off": turned_off }),
            );
            let change = Change { account: actor.account(), at: save.now, changed: Value::Object(changed) };
            stored::write(tx, plugin, &after, &change)?;
            Ok((turned_off, restarts))
        })?;
    Ok(SettingsView { turned_off, restarts, ..view(store, secrets, actor, plugin, LOCALE)? })
}

/// Whether superadmins want it on.
fn must_be_of_this_package(tx: &Transaction<'_>, form: &Form<'_>) -> Result<bool> {
    let row = "SELECT wanted FROM plugins WHERE id = ?1 AND digest = ?2";
    let wanted = tx.query_row(row, params![form.plugin.as_str(), form.digest.to_string()], |row| row.get(0));
    let gone = || Error::new(Code::ChangedMeanwhile, format!("`{}` was replaced meanwhile", form.plugin));
    wanted.optional()?.ok_or_else(gone)
}

fn must_be_fresh(form: &Form<'_>, stored: &Stored, (based_on, plain): (Option<i64>, &Value)) -> Result<()> {
    if based_on.is_none_or(|revision| revision == stored.revision) {
        return Ok(());
    }
    let message = format!("the settings of `{}` were changed by someone else", form.plugin);
    let fields = form.conflicts(&stored.difference, plain);
    let details = json!({ "revision": stored.revision, "fields": fields });
    Err(Error::new(Code::ChangedMeanwhile, message).details(details))
}

fn must_be_valid(form: &Form<'_>, draft: &Draft) -> Result<()> {
    if draft.findings.invalid.is_empty() {
        return Ok(());
    }
    Err(refused(&form.views(&draft.findings.invalid, LOCALE)))
}

/// The refusal of what is not right with these fields.
pub fn refused(invalid: &[FindingView]) -> Error {
    let fields: Vec<_> = invalid.iter().map(|finding| format!("`{}`", finding.pointer)).collect();
    let message = format!("not usable: {}", fields.join(", "));
    Error::new(Code::InvalidSettings, message).details(json!({ "invalid": invalid }))
}

/// Never on and incomplete: whether the plugin was turned off for it.
fn turn_off_if_incomplete(
    tx: &Transaction<'_>,
    (form, draft): (&Form<'_>, &Draft),
    (wanted, turn_off): (bool, bool),
) -> Result<bool> {
    if !wanted || draft.findings.missing.is_empty() {
        return Ok(false);
    }
    if !turn_off {
        return Err(incomplete(form, draft));
    }
    let off = "UPDATE plugins SET wanted = 0, off_because = NULL, revision = revision + 1 WHERE id = ?1";
    tx.execute(off, [form.plugin.as_str()])?;
    Ok(true)
}

fn incomplete(form: &Form<'_>, draft: &Draft) -> Error {
    let missing = form.views(&draft.findings.missing, LOCALE);
    let titles: Vec<_> = missing.iter().map(|finding| format!("`{}`", finding.title)).collect();
    let message = format!("`{}` is on and needs {}", form.plugin, titles.join(", "));
    Error::new(Code::WouldBeIncomplete, message).details(json!({ "missing": missing }))
}

fn apply_secrets(
    tx: &Transaction<'_>,
    secrets: &Secrets,
    plugin: &PluginId,
    changes: &[SecretChange],
) -> Result<()> {
    for change in changes {
        let place = Place { plugin, field: &change.pointer };
        match &change.act {
            SecretAct::Set(secret) => secrets.seal(tx, place, secret)?,
            SecretAct::Clear => drop(secrets::clear(tx, place)?),
        }
    }
    Ok(())
}

/// Settings for a plugin's own process alone. Wiped when dropped.
#[derive(Debug)]
pub struct ForPlugin {
    /// All in force, as JSON, secrets in clear.
    pub text: Zeroizing<String>,
    /// The secrets in it.
    pub secrets: Vec<SecretString>,
}

/// The settings in force, secrets in clear.
///
/// # Errors
/// `not_found`; `secrets_unreadable`, `keyring_unavailable`, `secrets_key_lost`, `secrets_key_damaged` if a stored secret
/// cannot be opened.
pub fn effective_for_plugin(store: &Store, secrets: &Secrets, plugin: &PluginId) -> Result<ForPlugin> {
    let snapshot = store.snapshot();
    let form = Form::of(&snapshot, plugin)?;
    store.read(|db| {
        let stored = stored::read(db, plugin)?;
        let mut opened = secrets.open_all(db, plugin, form.schema.secrets())?;
        opened.must_be_readable(plugin)?;
        ForPlugin::of(&form, &stored.difference, opened)
    })
}

impl ForPlugin {
    fn of(form: &Form<'_>, difference: &Value, opened: Opened) -> Result<Self> {
        let text = text_of(form.effective(difference, &opened).expose())?;
        Ok(Self { text, secrets: opened.texts.into_values().collect() })
    }
}

impl Opened {
    fn must_be_readable(&mut self, plugin: &PluginId) -> Result<()> {
        if let Some(trouble) = self.trouble.take().filter(|_| !self.out_of_reach.is_empty()) {
            return Err(trouble);
        }
        let Some(pointer) = self.unreadable.first() else { return Ok(()) };
        let message = format!("the secret `{pointer}` of `{plugin}` cannot be read with the key at hand");
        let details = json!({ "pointers": self.unreadable });
        Err(Error::new(Code::SecretsUnreadable, message).details(details))
    }
}

/// Written into memory of the right size, so that no copy of it is left behind by growing.
fn text_of(settings: &Value) -> Result<Zeroizing<String>> {
    struct Length(usize);
    impl std::io::Write for Length {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut length = Length(0);
    serde_json::to_writer(&mut length, settings)?;
    let mut bytes = Vec::with_capacity(length.0);
    serde_json::to_writer(&mut bytes, settings)?;
    Ok(Zeroizing::new(String::from_utf8(bytes).expect("JSON is UTF-8")))
}

/// What in its settings stands against switching a plugin on; empty if nothing does.
///
/// # Errors
/// `not_found`, `database`.
pub fn blockers(store: &Store, secrets: &Secrets, plugin: &PluginId, locale: &str) -> Result<Vec<Blocker>> {
    let snapshot = store.snapshot();
    let form = Form::of(&snapshot, plugin)?;
    let findings = store.read(|db| {
        let stored = stored::read(db, plugin)?;
        let opened = secrets.open_all(db, plugin, form.schema.secrets())?;
        Ok(form.findings(&stored.difference, &opened))
    })?;
    let views = |findings| form.views(findings, locale).into_iter();
    let missing = views(&findings.missing)
        .map(|FindingView { pointer, title, .. }| Blocker::SettingMissing { pointer, title });
    let invalid = views(&findings.invalid)
        .map(|FindingView { pointer, title, code, .. }| Blocker::SettingInvalid { pointer, title, code });
    Ok(missing.chain(invalid).collect())
}

/// The titles of required settings that are empty.
///
/// # Errors
/// `not_found`, `database`.
pub fn missing(store: &Store, secrets: &Secrets, plugin: &PluginId, locale: &str) -> Result<Vec<String>> {
    let title = |blocker| match blocker {
        Blocker::SettingMissing { title, .. } => Some(title),
        _ => None,
    };
    Ok(blockers(store, secrets, plugin, locale)?.into_iter().filter_map(title).collect())
}

/// Forgets everything that was saved for a plugin: settings, history, secrets.
///
/// # Errors
/// `database`.
pub fn purge(tx: &Transaction<'_>, plugin: &PluginId) -> Result<()> {
    for table in ["settings", "settings_history", "secrets"] {
        tx.execute(&format!("DELETE FROM {table} WHERE plugin = ?1"), [plugin.as_str()])?;
    }
    Ok(())
}

/// The pointers of a plugin's stored secrets that its key does not open.
type Unreadable = BTreeSet<String>;

#[cfg(test)]
mod tests;
