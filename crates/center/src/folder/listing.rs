//! What people see of the files in the plugin folder. Reads rows and the snapshot; verifies nothing.

use std::collections::BTreeMap;

use semver::Version;
use serde_json::{Value, json};
use spk::{Manifest, PluginId, PublicKey, Texts};

use super::rows::{self, Row, Verdict};
use crate::error::Result;
use crate::snapshot::{PluginFacts, Snapshot};
use crate::store::Store;
use crate::trust;
use crate::views::{FolderFileView, PackageView, UpdateView};

/// Every file, by name.
///
/// # Errors
/// `database`.
pub fn list(store: &Store, locale: &str) -> Result<Vec<FolderFileView>> {
    let snapshot = store.snapshot();
    let view = |row: Row| {
        Ok(FolderFileView {
            about: about(store, &snapshot, &row, locale)?,
            state: row.verdict.state().into(),
            cause: row.verdict.cause().cloned(),
            plugin: row.plugin.map(Into::into),
            file: row.name,
        })
    };
    store.read(rows::load)?.into_iter().map(view).collect()
}

/// Newer versions that wait for a person, by plugin.
///
/// # Errors
/// `database`.
pub fn updates(store: &Store) -> Result<BTreeMap<PluginId, UpdateView>> {
    let mut updates = BTreeMap::new();
    let snapshot = store.snapshot();
    for row in store.read(rows::load)? {
        let (Some(plugin), Some(said)) = (&row.plugin, said(&row)) else { continue };
        let newer = |facts: &PluginFacts| said.version > facts.package.manifest.version;
        if snapshot.plugins.get(plugin).is_some_and(newer) {
            let version = said.version.to_string();
            updates.insert(plugin.clone(), UpdateView { file: row.name.clone(), version });
        }
    }
    Ok(updates)
}

/// What is kept with the question about a file, so that it can be shown in every language without reading it again.
#[must_use]
pub fn question_details(manifest: &Manifest, texts: &Texts, (key, digest): (&str, &str)) -> Value {
    let locales = texts.locales().chain(["en"]);
    let names: BTreeMap<_, _> =
        locales.map(|locale| (locale.to_owned(), texts.resolve(&manifest.name, locale))).collect();
    json!({
        "plugin": manifest.id, "version": manifest.version, "digest": digest, "key": key, "names": names,
        "publisher": texts.resolve(&manifest.publisher, "en"),
    })
}

/// What a verified file that waits says of itself.
struct Said<'a> {
    version: Version,
    key: PublicKey,
    publisher: &'a str,
    names: &'a serde_json::Map<String, Value>,
}

fn said(row: &Row) -> Option<Said<'_>> {
    let Verdict::Waiting { cause, .. } = &row.verdict else { return None };
    let text = |key: &str| cause.details.get(key).and_then(Value::as_str);
    Some(Said {
        version: text("version")?.parse().ok()?,
        key: text("key")?.parse().ok()?,
        publisher: text("publisher")?,
        names: cause.details.get("names")?.as_object()?,
    })
}

fn about(store: &Store, snapshot: &Snapshot, row: &Row, locale: &str) -> Result<Option<PackageView>> {
    let Some(plugin) = &row.plugin else { return Ok(None) };
    let installed = snapshot.plugins.get(plugin).filter(|facts| Some(facts.digest) == row.digest);
    if let Some(facts) = installed {
        let (manifest, key) = (&facts.package.manifest, &facts.package.key);
        let texts = manifest.localised(&facts.package.texts, locale);
        return view(store, plugin, (texts.name, &manifest.version), (key, &texts.publisher)).map(Some);
    }
    let Some(said) = said(row) else { return Ok(None) };
    let name = name(said.names, locale).unwrap_or_else(|| plugin.as_str()).to_owned();
    view(store, plugin, (name, &said.version), (&said.key, said.publisher)).map(Some)
}

fn view(
    store: &Store,
    plugin: &PluginId,
    (name, version): (String, &Version),
    (key, publisher): (&PublicKey, &str),
) -> Result<PackageView> {
    let trusted = trust::is_trusted(store, key, plugin)?;
    let label = trust::label(store, key)?.filter(|_| trusted);
    let publisher = label.unwrap_or_else(|| publisher.to_owned());
    Ok(PackageView { name, version: version.to_string(), publisher, trusted })
}

/// As [`Texts::resolve`] would choose: the locale, its language, English.
fn name<'a>(names: &'a serde_json::Map<String, Value>, locale: &str) -> Option<&'a str> {
    let wanted = locale.replace('_', "-");
    let language = wanted.split('-').next().unwrap_or(&wanted);
    let named = |locale: &str| names.iter().find(|(name, _)| name.eq_ignore_ascii_case(locale));
    [&wanted, language, "en"].into_iter().find_map(named).and_then(|(_, name)| name.as_str())
}
