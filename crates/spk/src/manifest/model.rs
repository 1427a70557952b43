//! The fields of `plugin.json` as types. They serialise to the very form they are read from. No checks here.

use super::ByteSize;
use crate::{PluginId, PublicKey};
use schemars::JsonSchema;
use semver::{Version, VersionReq};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// A checked `plugin.json`. Only [`Manifest::parse`] makes one from a package; what it serialises to reads back
/// the same, so that a center can keep it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "plugin.json", deny_unknown_fields)]
pub struct Manifest {
    /// Reverse-DNS id, such as `com.example.chatbot`.
    #[schemars(
        with = "String",
        regex(pattern = r"^[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)+$"),
        length(max = 128)
    )]
    pub id: PluginId,
    /// Name for people, or `%key%`.
    #[schemars(length(min = 1))]
    pub name: String,
    /// Semantic version.
    #[schemars(with = "String")]
    pub version: Version,
    /// Name of the publisher, for people; trust is by key.
    #[schemars(length(min = 1))]
    pub publisher: String,
    /// Key of the publisher, `ed25519:<base64 of 32 bytes>`; an encrypted package must carry it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", extend("pattern" = "^ed25519:"))]
    pub publisher_key: Option<PublicKey>,
    /// One or two sentences, or `%key%`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Path of an SVG or PNG in the package.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub icon: Option<String>,
    /// Name of a link (`documentation`, `support`, …) → `https:` or `mailto:` address.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub links: BTreeMap<String, String>,
    /// What the plugin needs of its host.
    #[serde(default, skip_serializing_if = "Engines::is_any")]
    pub engines: Engines,
    /// Target triple → path of the native library in the package.
    #[schemars(extend("minProperties" = 1))]
    pub library: BTreeMap<String, String>,
    /// The plugin below which this one is shown, started after it and stopped before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Parent")]
    pub parent: Option<Parent>,
    /// Plugins that must be on: id → version range.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<String, String>")]
    pub dependencies: BTreeMap<PluginId, VersionReq>,
    /// Plugins that are used if they are on: id → version range.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<String, String>")]
    pub optional_dependencies: BTreeMap<PluginId, VersionReq>,
    /// Named services between plugins.
    #[serde(default, skip_serializing_if = "Services::is_empty")]
    pub services: Services,
    /// What can be granted; without any there is one, `use`.
    #[serde(default = "Permission::only_use")]
    #[schemars(length(max = 200))]
    pub permissions: Vec<Permission>,
    /// What accounts can call.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 200))]
    pub commands: Vec<Command>,
    /// Web pages in the package.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 200))]
    pub pages: Vec<Page>,
    /// What the plugin may reach; a superadmin approves it.
    #[serde(default)]
    pub capabilities: Capabilities,
    /// How the plugin is licensed.
    #[serde(default, skip_serializing_if = "License::is_none")]
    pub license: License,
    /// Sections of the settings form.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 200))]
    pub sections: Vec<Section>,
    /// Settings: JSON Schema 2020-12, or an array of `{title, order, properties}`.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    #[schemars(with = "ConfigForm")]
    pub config: Value,
}

/// The two spellings of `config`; only the published schema uses it.
#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "describes a shape for the schema")]
enum ConfigForm {
    /// One JSON Schema of type object.
    Schema(serde_json::Map<String, Value>),
    /// One element for each section.
    Sections(Vec<serde_json::Map<String, Value>>),
}

/// Version ranges of what the plugin runs in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Engines {
    /// Range of Sprocket's versions, such as `>=0.1, <2`.
    #[schemars(with = "String")]
    pub sprocket: VersionReq,
}

impl Engines {
    fn is_any(&self) -> bool {
        self.sprocket == VersionReq::STAR
    }
}

/// The parent of a sub-plugin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Parent {
    /// The parent's id.
    #[schemars(with = "String")]
    pub id: PluginId,
    /// The parent's version range; any when absent.
    #[serde(default)]
    #[schemars(with = "String")]
    pub version: VersionReq,
}

/// Services that the plugin provides to others, and those it calls.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Services {
    /// Offered to other plugins.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub provides: Vec<ProvidedService>,
    /// Called in other plugins; an undeclared call is refused.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub uses: Vec<UsedService>,
}

impl Services {
    fn is_empty(&self) -> bool {
        self.provides.is_empty() && self.uses.is_empty()
    }
}

/// A service offered to other plugins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ProvidedService {
    /// Name of the service, such as `faq.answer`.
    pub name: String,
    /// Version of the service's contract.
    #[schemars(with = "String")]
    pub version: Version,
    /// The permission that the originating account needs on this plugin.
    pub permission: String,
}

/// A service called in another plugin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct UsedService {
    /// Name of the service.
    pub name: String,
    /// Range of the contract's versions.
    #[schemars(with = "String")]
    pub version: VersionReq,
}

/// Something that a superadmin grants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Permission {
    /// Id by which commands, pages and services name it.
    pub id: String,
    /// Title for people, or `%key%`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// What it allows, or `%key%`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
}

impl Permission {
    /// What a manifest without permissions has.
    pub(crate) fn only_use() -> Vec<Self> {
        vec![Self { id: "use".to_owned(), title: String::new(), description: String::new() }]
    }
}

/// A call that an account can make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Command {
    /// Id of the command.
    pub id: String,
    /// The declared permission that it needs.
    pub permission: String,
    /// Title for people, or `%key%`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// What it does, or `%key%`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
}

/// A web page of the package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Page {
    /// Id of the page.
    pub id: String,
    /// Title for people, or `%key%`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Path of an HTML file below `web/`.
    pub path: String,
    /// The declared permission that it needs.
    pub permission: String,
}

/// What the plugin may reach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Capabilities {
    /// `host:port`, or `${config.<field>}` of a `uri` field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub http: Vec<String>,
    /// Absolute paths, or `${config.<field>}`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub read: Vec<String>,
    /// Absolute paths, or `${config.<field>}`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub write: Vec<String>,
    /// Most memory, such as `256 MiB`.
    #[schemars(with = "String", regex(pattern = r"^[0-9]+ ?([KMGT]i)?B$"))]
    pub memory: ByteSize,
    /// Most stored data, such as `64 MiB`.
    #[schemars(with = "String", regex(pattern = r"^[0-9]+ ?([KMGT]i)?B$"))]
    pub storage: ByteSize,
}

impl Default for Capabilities {
    fn default() -> Self {
        let none = Vec::new;
        Self {
            http: none(),
            read: none(),
            write: none(),
            memory: ByteSize::mib(128),
            storage: ByteSize::mib(64),
        }
    }
}

/// How the plugin is licensed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct License {
    /// Who decides whether a license is valid.
    pub mode: LicenseMode,
    /// Keys that may issue licenses, `ed25519:<base64 of 32 bytes>`; only with mode `host`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<String>")]
    pub keys: Vec<PublicKey>,
}

impl License {
    fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// Who decides whether a license is valid.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LicenseMode {
    /// No license is needed.
    #[default]
    None,
    /// The center checks a signed license.
    Host,
    /// The plugin asks its vendor.
    Vendor,
}

/// A section of the settings form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Section {
    /// Id by which fields name it.
    pub id: String,
    /// Title for people, or `%key%`.
    pub title: String,
    /// Lower comes first.
    #[serde(default)]
    pub order: f64,
}
