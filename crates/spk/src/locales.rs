//! The texts of a package in several languages: `%key%` and where it is looked up. Knows nothing of windows.

use crate::{
    Limits, json,
    manifest::{Defect, path},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// Longest single text, in bytes.
pub const TEXT_MAX: usize = 4 * 1024;
/// Longest Markdown text, in bytes.
pub const MARKDOWN_MAX: usize = 32 * 1024;

/// Locale → key → text. Serialises as exactly that, so that a center can keep it beside the manifest.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Texts(BTreeMap<String, BTreeMap<String, String>>);

impl Texts {
    /// Reads `locales/<locale>.json` of a package; `files` maps the locale's name to the file's bytes.
    ///
    /// # Errors
    /// All defects of all files at once; their paths begin with the file's name.
    pub fn read(files: &BTreeMap<String, Vec<u8>>) -> Result<Self, Vec<Defect>> {
        let mut defects = Vec::new();
        if files.len() > Limits::LOCALES {
            defects.push(Defect::new(
                "locales",
                "too_many_locales",
                format!("more than {} locale files", Limits::LOCALES),
            ));
            return Err(defects);
        }
        let tables =
            files.iter().map(|(locale, bytes)| (locale.clone(), read_one(locale, bytes, &mut defects)));
        let texts = Self(tables.collect());
        if defects.is_empty() { Ok(texts) } else { Err(defects) }
    }

    /// `text` itself, unless it is exactly `%key%`: then exact locale → its language → `en` → the key.
    pub fn resolve(&self, text: &str, locale: &str) -> String {
        let Some(key) = key_of(text) else { return text.to_owned() };
        self.find(key, locale).unwrap_or(key).to_owned()
    }

    /// Whether `%key%` has a text in at least one locale that everybody falls back to.
    pub fn falls_back(&self, key: &str) -> bool {
        self.0.get("en").is_some_and(|table| table.contains_key(key))
    }

    /// The locales of the package, sorted.
    pub fn locales(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// True when the package brings no texts of its own.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn find(&self, key: &str, locale: &str) -> Option<&str> {
        let language = locale.split(['-', '_']).next().unwrap_or(locale);
        let tables = [self.table(locale), self.table(language), self.0.get("en")];
        tables.into_iter().flatten().find_map(|table| table.get(key)).map(String::as_str)
    }

    /// Locale names differ in case and separator between platforms: `zh_cn` means `zh-CN`.
    fn table(&self, locale: &str) -> Option<&BTreeMap<String, String>> {
        let wanted = locale.replace('_', "-");
        self.0.iter().find(|(name, _)| name.eq_ignore_ascii_case(&wanted)).map(|(_, table)| table)
    }
}

/// The key of a text that is exactly `%key%`.
pub fn key_of(text: &str) -> Option<&str> {
    let key = text.strip_prefix('%')?.strip_suffix('%')?;
    let plain = !key.is_empty() && !key.contains('%') && !key.contains(char::is_whitespace);
    plain.then_some(key)
}

fn read_one(locale: &str, bytes: &[u8], defects: &mut Vec<Defect>) -> BTreeMap<String, String> {
    let file = format!("locales/{locale}.json");
    if !is_locale(locale) {
        let message = format!("`{locale}` is not the name of a locale");
        defects.push(
            Defect::new(&file, "locale_name", message).hint("name the file like `en.json` or `zh-CN.json`"),
        );
    }
    match parse(bytes) {
        Ok(map) => map.iter().filter_map(|(key, text)| entry(&file, (key, text), defects)).collect(),
        Err((code, message)) => {
            defects
                .push(Defect::new(&file, code, message).hint("a locale file is one flat object of strings"));
            BTreeMap::new()
        }
    }
}

fn parse(bytes: &[u8]) -> Result<serde_json::Map<String, Value>, (&'static str, String)> {
    if bytes.len() as u64 > Limits::LOCALE {
        return Err(("locale_too_large", format!("the file is larger than {} KiB", Limits::LOCALE / 1024)));
    }
    match json::parse_strict(bytes, 8) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(_) => Err(("locale_shape", "the file is not an object".to_owned())),
        Err(error) => Err((error.code(), error.to_string())),
    }
}

fn entry(file: &str, (key, text): (&String, &Value), defects: &mut Vec<Defect>) -> Option<(String, String)> {
    let at = format!("{file} {}", path::child("$", key));
    let Value::String(text) = text else {
        defects.push(Defect::new(&at, "locale_text", "the value is not a string".to_owned()));
        return None;
    };
    if text.len() > MARKDOWN_MAX {
        let message = format!("the text is longer than {} KiB", MARKDOWN_MAX / 1024);
        defects.push(Defect::new(&at, "text_too_long", message));
    }
    Some((key.clone(), text.clone()))
}

fn is_locale(name: &str) -> bool {
    let mut parts = name.split('-');
    let language =
        parts.next().is_some_and(|p| (2..=3).contains(&p.len()) && p.bytes().all(|c| c.is_ascii_lowercase()));
    language && parts.all(|p| (2..=8).contains(&p.len()) && p.bytes().all(|c| c.is_ascii_alphanumeric()))
}
