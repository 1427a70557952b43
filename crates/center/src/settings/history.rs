//! What was saved so far: who changed what, and the way back. Going back is a save like any other; nothing here changes
//! anything. Secrets are neither recorded nor brought back.

use rusqlite::Connection;
use serde_json::{Map, Value, json};
use spk::PluginId;
use spk::config::{Field, Kind};

use super::form::Form;
use super::{merge, stored};
use crate::actor::{AccountId, Actor};
use crate::audit;
use crate::clock::UnixMs;
use crate::error::Result;
use crate::store::Store;
use crate::views::{FieldChangeView, SettingsChangeView};

/// What is recorded of one change.
struct Row {
    revision: i64,
    at: UnixMs,
    by: Option<AccountId>,
    difference: Value,
    changes: Map<String, Value>,
}

/// A plugin's changes of settings, the latest first.
///
/// # Errors
/// `not_a_superadmin`; `not_found` if the plugin is not installed; `database`.
pub fn history(
    store: &Store,
    actor: &Actor,
    plugin: &PluginId,
    locale: &str,
) -> Result<Vec<SettingsChangeView>> {
    actor.must_manage()?;
    let snapshot = store.snapshot();
    let form = Form::of(&snapshot, plugin)?;
    store.read(|db| {
        let now = stored::read(db, plugin)?.difference;
        let view = |row: Row| {
            Ok(SettingsChangeView {
                revision: row.revision,
                by: audit::act(db, row.by, row.at)?,
                values: back(&form, &now, &row.difference),
                fields: row.changes.into_iter().map(|change| changed(&form, change, locale)).collect(),
            })
        };
        rows(db, plugin)?.into_iter().map(view).collect()
    })
}

fn rows(db: &Connection, plugin: &PluginId) -> Result<Vec<Row>> {
    let mut query = db.prepare(
        "SELECT revision, at, account, difference, changes FROM settings_history WHERE plugin = ?1 ORDER BY seq DESC",
    )?;
    let rows = query.query_map([plugin.as_str()], |row| {
        let texts: (String, String) = (row.get(3)?, row.get(4)?);
        Ok((row.get(0)?, row.get(1)?, row.get::<_, Option<i64>>(2)?, texts))
    })?;
    rows.map(|row| {
        let (revision, at, by, (difference, changes)) = row?;
        let (difference, changes) = (serde_json::from_str(&difference)?, serde_json::from_str(&changes)?);
        Ok(Row { revision, at, by: by.map(AccountId), difference, changes })
    })
    .collect()
}

fn changed(form: &Form<'_>, (pointer, change): (String, Value), locale: &str) -> FieldChangeView {
    let field = form.schema.field(&pointer);
    let title = match field {
        Some(field) => form.texts.resolve(&field.title, locale),
        None => pointer.trim_start_matches('/').to_owned(),
    };
    let secret = !change.is_object() || field.is_some_and(|field| field.secret);
    let value = |which| if secret { Value::Null } else { change[which].clone() };
    FieldChangeView { title, secret, before: value("before"), after: value("after"), pointer }
}

/// What leads from `now` to `then`, as far as the present fields go.
fn back(form: &Form<'_>, now: &Value, then: &Value) -> Value {
    let mut values = json!({});
    let plain = |field: &&Field| !field.secret && field.kind != Kind::Group;
    for Field { pointer, .. } in form.schema.fields().iter().filter(plain) {
        let wanted = then.pointer(pointer);
        if now.pointer(pointer) != wanted {
            merge::set(&mut values, pointer, wanted.cloned().unwrap_or_default());
        }
    }
    values
}
