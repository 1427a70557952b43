//! A manifest's texts in one language, as a window shows them. Knows nothing of windows.

use super::Manifest;
use crate::Texts;
use serde::Serialize;
use std::collections::BTreeMap;

/// The texts of a manifest, `%key%` resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Localised {
    /// Name of the plugin.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Who makes it; trust is by key.
    pub publisher: String,
    /// As declared.
    pub permissions: Vec<LocalisedItem>,
    /// As declared.
    pub commands: Vec<LocalisedItem>,
    /// As declared.
    pub pages: Vec<LocalisedItem>,
    /// In order of `order`, then as declared; also those that the settings bring.
    pub sections: Vec<LocalisedItem>,
    /// Name → address, as declared.
    pub links: BTreeMap<String, String>,
}

/// Something with an id and texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LocalisedItem {
    /// The declared id.
    pub id: String,
    /// The title; the id when none is declared.
    pub title: String,
    /// Empty when none is declared.
    pub description: String,
}

impl Localised {
    pub(super) fn of(manifest: &Manifest, texts: &Texts, locale: &str) -> Self {
        let text = |raw: &str| texts.resolve(raw, locale);
        let item = |id: &str, title: &str, description: &str| LocalisedItem {
            id: id.to_owned(),
            title: text(if title.is_empty() { id } else { title }),
            description: text(description),
        };
        let settings = manifest.settings();
        let sections = settings.as_ref().map_or(&manifest.sections[..], |settings| settings.sections());
        Self {
            name: text(&manifest.name),
            description: text(&manifest.description),
            publisher: text(&manifest.publisher),
            permissions: manifest.permissions.iter().map(|p| item(&p.id, &p.title, &p.description)).collect(),
            commands: manifest.commands.iter().map(|c| item(&c.id, &c.title, &c.description)).collect(),
            pages: manifest.pages.iter().map(|p| item(&p.id, &p.title, "")).collect(),
            sections: sections.iter().map(|s| item(&s.id, &s.title, "")).collect(),
            links: manifest.links.clone(),
        }
    }
}
