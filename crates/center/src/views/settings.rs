//! What leaves the center about a plugin's settings: the form and what is wrong with what was entered.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use spk::PluginId;
use ts_rs::TS;

use super::ActView;

/// A plugin's settings as a form shows them. Secrets: only whether one is stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct SettingsView {
    /// Whose.
    pub plugin: PluginId,
    /// To send back with a save.
    pub revision: i64,
    /// The JSON Schema in the asked language: texts resolved, an object at the top, password fields marked by their format.
    pub schema: Value,
    /// Named groups of fields, in order.
    pub sections: Vec<SectionView>,
    /// The values in force, nested as in the schema; secrets left out.
    pub values: Value,
    /// Who saved last, and when.
    pub changed: Option<ActView>,
    /// The fields in order.
    pub fields: Vec<FieldView>,
    /// Saved values that the present schema does not know; not given to the plugin.
    pub unused: Value,
    /// What is missing before it can be on.
    pub missing: Vec<FindingView>,
    /// Whether the change turned the plugin off.
    pub turned_off: bool,
    /// Whether the change touched a setting that takes effect only in a new process; a plugin that runs gets one.
    pub restarts: bool,
}

/// One field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct FieldView {
    /// JSON pointer into the settings.
    pub pointer: String,
    /// Its title in the asked language.
    pub title: String,
    /// `string`, `password`, `integer`, …
    pub kind: String,
    /// Must not be empty while the plugin is on.
    pub required: bool,
    /// The value in force; `null` for a secret.
    pub value: Value,
    /// Whether the value is the default.
    pub is_default: bool,
    /// For a secret: whether one is stored.
    pub stored: Option<bool>,
}

/// Something that is not right with a field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct FindingView {
    /// JSON pointer into the settings.
    pub pointer: String,
    /// The field's title.
    pub title: String,
    /// The rule, such as `required`, `minimum`.
    pub code: String,
    /// The rule's values, never the field's.
    pub params: Value,
    /// The sentence in English.
    pub message: String,
}

/// What a save would say.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CheckView {
    /// May be saved while off; blocks switching on.
    pub missing: Vec<FindingView>,
    /// May not be saved.
    pub invalid: Vec<FindingView>,
}

/// What the plugin's own test said about settings that were tried and not saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum TestedView {
    /// They work, as far as it can tell.
    Passed {
        /// The plugin's words to the person, if it had any: cleaned, at most 2 KiB.
        message: Option<String>,
    },
    /// They do not.
    Failed {
        /// The plugin's words, or why there was no answer.
        message: String,
    },
    /// The plugin has no test.
    Unsupported,
}

/// One change of a plugin's settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct SettingsChangeView {
    /// Counts the changes.
    pub revision: i64,
    /// Who saved, and when.
    pub by: ActView,
    /// What it changed.
    pub fields: Vec<FieldChangeView>,
    /// What to save now for the settings to be as they were after this change: by key, `null` for a default. Only
    /// what differs from now; secrets stay as they are.
    pub values: Value,
}

/// What became of one setting.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct FieldChangeView {
    /// JSON pointer into the settings.
    pub pointer: String,
    /// The field's title in the asked language; its key if the present version has no such field.
    pub title: String,
    /// A secret: its values were never recorded.
    pub secret: bool,
    /// The value before; `null` stands for the default.
    pub before: Value,
    /// The value after it.
    pub after: Value,
}

/// A named group of settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SectionView {
    /// Its id, as fields name it.
    pub id: String,
    /// Its title in the asked language.
    pub title: String,
}
