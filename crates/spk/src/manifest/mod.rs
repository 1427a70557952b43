//! `plugin.json`: its fields, its shape and its meaning. Pure: it sees bytes and facts handed to it, never a file,
//! a clock, a database or a network.

#[cfg(test)]
pub(crate) mod arbitrary;
mod capability;
mod defect;
mod icon;
mod localised;
mod meaning;
mod model;
pub mod path;
mod read;
mod schema;
mod shape;
mod size;
#[cfg(test)]
mod tests;

pub use capability::{Address, Place};
pub use defect::{Defect, Warning};
pub use localised::{Localised, LocalisedItem};
pub use model::{
    Capabilities, Command, Engines, License, LicenseMode, Manifest, Page, Parent, Permission,
    ProvidedService, Section, Services, UsedService,
};
pub use read::LIST_MAX;
pub use schema::json_schema;
pub use size::{ByteSize, InvalidSize};

pub(crate) use defect::nearest;
pub(crate) use shape::{name_of, shorten};

use crate::{HostFacts, Limits, Texts, config::ConfigSchema, json};
use shape::Shape;
use std::collections::BTreeMap;

/// Deepest nesting in it.
pub const DEPTH_MAX: usize = 32;

/// What a manifest is checked against, besides itself.
pub struct Context<'a> {
    /// Size in bytes of an entry of the package; `None` when there is no such entry.
    pub entries: &'a dyn Fn(&str) -> Option<u64>,
    /// `locales/<locale>.json` of the package: locale → bytes.
    pub locales: &'a BTreeMap<String, Vec<u8>>,
    /// The bytes of the icon that the manifest names, when the package has them.
    pub icon: Option<&'a [u8]>,
    /// Where the package would run.
    pub host: &'a HostFacts,
    /// For publishers: a warning about what would not work as declared is a defect.
    pub strict: bool,
}

impl Manifest {
    /// Reads and checks a `plugin.json`: shape, then meaning.
    ///
    /// # Errors
    /// All defects at once, of `plugin.json`, icon and locales together. Only a text that is not strict JSON, or is
    /// too large, has a single one.
    pub fn parse(plugin_json: &[u8], context: &Context) -> Result<(Self, Vec<Warning>), Vec<Defect>> {
        let document = read_document(plugin_json).map_err(|defect| vec![defect])?;
        let mut shape = Shape::default();
        let draft = read::draft(&document, &mut shape);
        let mut found = meaning::Findings { defects: shape.defects, warnings: Vec::new() };
        if let Some(draft) = &draft {
            found.check(draft, context);
        }
        if context.strict {
            found.be_strict();
        }
        match draft {
            Some(manifest) if found.defects.is_empty() => Ok((manifest, found.warnings)),
            _ => Err(found.defects),
        }
    }

    /// The settings that `config` and `sections` describe.
    ///
    /// # Errors
    /// Never for a manifest that [`Manifest::parse`] accepted.
    pub fn settings(&self) -> Result<ConfigSchema, Vec<Defect>> {
        let (schema, _) = ConfigSchema::compile(&self.config)?;
        Ok(schema.with_sections(&self.sections))
    }

    /// The library's path for a target triple.
    pub fn library_for(&self, target: &str) -> Option<&str> {
        self.library.get(target).map(String::as_str)
    }

    /// The declared permission of this id.
    pub fn permission(&self, id: &str) -> Option<&Permission> {
        self.permissions.iter().find(|permission| permission.id == id)
    }

    /// All texts for people in one language.
    pub fn localised(&self, texts: &Texts, locale: &str) -> Localised {
        Localised::of(self, texts, locale)
    }
}

fn read_document(bytes: &[u8]) -> Result<serde_json::Value, Defect> {
    if bytes.len() as u64 > Limits::MANIFEST {
        let message = format!("`plugin.json` is larger than {} KiB", Limits::MANIFEST / 1024);
        return Err(Defect::new("$", "too_large", message).hint("move long texts into locale files"));
    }
    json::parse_strict(bytes, DEPTH_MAX).map_err(|error| {
        let at = match &error {
            json::Error::DuplicateKey { path, .. } => path::from_pointer("$", path),
            _ => "$".to_owned(),
        };
        Defect::new(at, error.code(), error.to_string())
    })
}
