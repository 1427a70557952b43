//! `plugin.json`: its shape and meaning. Knows nothing of containers and signatures.

use std::collections::BTreeMap;

use crate::{HostFacts, PluginId, json};

/// One thing in `plugin.json` that keeps the package from being installed.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Defect {
    /// JSON pointer.
    pub path: String,
    /// The sentence for people.
    pub message: String,
}

/// One thing that is worth a look and stops nothing.
pub type Warning = Defect;

/// What the manifest's checks may look at.
pub struct Context<'a> {
    /// The unpacked size of an entry, `None` if there is none of this name.
    pub entries: &'a dyn Fn(&str) -> Option<u64>,
    /// The bytes of `locales/<locale>.json`, by locale.
    pub locales: &'a BTreeMap<String, Vec<u8>>,
    /// The bytes of the icon that the manifest names, if there are any.
    pub icon: Option<&'a [u8]>,
    /// The host.
    pub host: &'a HostFacts,
    /// At pack time: warnings become defects.
    pub strict: bool,
}

/// The checked manifest.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// The id.
    pub id: PluginId,
    /// The version.
    pub version: semver::Version,
    /// The publisher's name.
    pub publisher: String,
    /// Target triple → path of the library.
    pub library: BTreeMap<String, String>,
    /// Path of the icon.
    pub icon: Option<String>,
}

impl Manifest {
    /// Parses and checks `plugin.json`.
    ///
    /// # Errors
    /// All defects at once.
    pub fn parse(bytes: &[u8], _: &Context) -> Result<(Self, Vec<Warning>), Vec<Defect>> {
        let defect = |path: &str, message: String| vec![Defect { path: path.into(), message }];
        let value = json::parse_strict(bytes, 32).map_err(|e| defect("", e.to_string()))?;
        let text = |key: &str| value[key].as_str().ok_or_else(|| defect(key, "is missing".into()));
        let library = value["library"].as_object().into_iter().flatten();
        let manifest = Self {
            id: text("id")?.parse().map_err(|e: crate::IdError| defect("/id", e.to_string()))?,
            version: text("version")?
                .parse()
                .map_err(|e: semver::Error| defect("/version", e.to_string()))?,
            publisher: text("publisher")?.to_owned(),
            library: library.filter_map(|(k, v)| Some((k.clone(), v.as_str()?.to_owned()))).collect(),
            icon: value["icon"].as_str().map(str::to_owned),
        };
        Ok((manifest, Vec::new()))
    }
}
