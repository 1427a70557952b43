//! The checks of what is inside: archive, manifest, identity, library. Asks nobody for trust and verifies no
//! signature; only [`crate::verify`] and [`crate::pack`] come here.

use std::{collections::BTreeMap, ops::Range};

use crate::{
    Error, HostFacts, Limits, Manifest, Statement, Texts, Warning,
    archive::{Entry, read_directory, read_entry, read_prefix},
    error::Limited,
    file::Source,
    json, library, manifest,
    verify::{Stage, Steps},
};

/// What is checked, and against what.
pub(crate) struct Question<'a> {
    pub file: Source<'a>,
    pub payload: Range<u64>,
    pub limits: &'a Limits,
    pub host: &'a HostFacts,
    /// The statement that id and version have to equal; none while packing.
    pub statement: Option<&'a Statement>,
    /// While packing: warnings are defects, and the libraries of all platforms are looked at.
    pub strict: bool,
}

/// What the checks found.
#[derive(Debug)]
pub(crate) struct Contents {
    pub entries: Vec<Entry>,
    pub manifest: Manifest,
    pub texts: Texts,
    pub warnings: Vec<Warning>,
}

/// Runs checks 9 to 12.
pub(crate) fn check(question: &Question, steps: &mut Steps) -> Result<Contents, Error> {
    steps.begin(Stage::Archive)?;
    let entries = read_directory(question.file, question.payload.clone(), question.limits)?;
    steps.begin(Stage::Manifest)?;
    let (manifest, texts, warnings) = read_manifest(question, &entries)?;
    steps.begin(Stage::Identity)?;
    if let Some(statement) = question.statement {
        check_identity(&manifest, statement)?;
        check_publisher(&manifest, statement)?;
    }
    steps.begin(Stage::Library)?;
    check_libraries(question, &entries, &manifest)?;
    Ok(Contents { entries, manifest, texts, warnings })
}

pub(crate) fn find<'a>(entries: &'a [Entry], name: &str) -> Option<&'a Entry> {
    entries.iter().find(|entry| entry.name == name)
}

fn read_manifest(question: &Question, entries: &[Entry]) -> Result<(Manifest, Texts, Vec<Warning>), Error> {
    let file = question.file;
    let bytes = find(entries, "plugin.json").ok_or(Error::ManifestMissing)?;
    let bytes = read_entry(file, bytes, Limits::MANIFEST)?;
    let locales = read_locales(file, entries)?;
    let icon = icon_path(&bytes).and_then(|path| find(entries, &path).cloned());
    let icon = icon.map(|entry| read_entry(file, &entry, Limits::ICON)).transpose()?;
    let sizes: BTreeMap<&str, u64> = entries.iter().map(|e| (e.name.as_str(), e.unpacked)).collect();
    let context = manifest::Context {
        entries: &|name| sizes.get(name).copied(),
        locales: &locales,
        icon: icon.as_deref(),
        host: question.host,
        strict: question.strict,
    };
    let (manifest, warnings) = Manifest::parse(&bytes, &context).map_err(Error::ManifestInvalid)?;
    let texts = Texts::read(&locales).map_err(Error::ManifestInvalid)?;
    Ok((manifest, texts, warnings))
}

/// The icon's path, before the manifest is checked: the check wants to see the icon.
fn icon_path(manifest: &[u8]) -> Option<String> {
    let value = json::parse_strict(manifest, 32).ok()?;
    value.get("icon")?.as_str().map(str::to_owned)
}

fn read_locales(file: Source, entries: &[Entry]) -> Result<BTreeMap<String, Vec<u8>>, Error> {
    let mut locales = BTreeMap::new();
    for entry in entries {
        let Some(locale) = entry.name.strip_prefix("locales/").and_then(|name| name.strip_suffix(".json"))
        else {
            continue;
        };
        if locales.len() == Limits::LOCALES {
            let limit = Limits::LOCALES as u64 * Limits::LOCALE;
            return Err(Error::TooLarge { what: Limited::Entry, limit, path: Some("locales".into()) });
        }
        locales.insert(locale.to_owned(), read_entry(file, entry, Limits::LOCALE)?);
    }
    Ok(locales)
}

fn check_identity(manifest: &Manifest, statement: &Statement) -> Result<(), Error> {
    if manifest.id != statement.id {
        return Err(Error::IdMismatch { found: manifest.id.clone(), stated: statement.id.clone() });
    }
    if manifest.version != statement.version {
        let (found, stated) = (manifest.version.clone(), statement.version.clone());
        return Err(Error::VersionMismatch { found, stated });
    }
    Ok(())
}

/// A package that was encrypted names its publisher inside too, where only they could write it: else another could put
/// their own signature around what they can't read.
pub(crate) fn check_publisher(manifest: &Manifest, statement: &Statement) -> Result<(), Error> {
    let (inside, outside) = (manifest.publisher_key, statement.publisher.key);
    if inside == outside || (inside.is_none() && statement.plaintext.is_none()) {
        return Ok(());
    }
    Err(Error::PublisherKeyMismatch { found: inside, signed_by: outside })
}

fn check_libraries(question: &Question, entries: &[Entry], manifest: &Manifest) -> Result<(), Error> {
    let target = &question.host.target;
    if !question.strict && !manifest.library.contains_key(target) {
        let offered = manifest.library.keys().cloned().collect();
        return Err(Error::LibraryMissingForPlatform { target: target.clone(), offered });
    }
    let wanted = manifest.library.iter().filter(|(listed, _)| question.strict || *listed == target);
    for (listed, path) in wanted {
        let entry = find(entries, path).ok_or_else(|| Error::NoSuchEntry { path: path.clone() })?;
        let head = read_prefix(question.file, entry, library::HEADER)?;
        library::check_header(&head, path, listed)?;
    }
    Ok(())
}
