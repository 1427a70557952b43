//! The fields of a settings schema, as a form and a command line see them. Knows nothing of values.

use serde::Serialize;
use serde_json::Value;

/// One setting. Serialises for a window; texts may be `%key%`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Field {
    /// JSON pointer into the settings, such as `/connection/host`; a dot in a key is part of the key.
    pub pointer: String,
    /// The last key.
    pub key: String,
    /// Declared, or made of the key.
    pub title: String,
    /// Plain text; empty when none is declared.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Markdown; empty when none is declared.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub markdown: String,
    /// What it is entered with.
    pub kind: Kind,
    /// Id of its section.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// Lower comes first within the section.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<f64>,
    /// Always required; a condition may require more.
    pub required: bool,
    /// Declared only under a condition (`then`, `anyOf`, …).
    pub conditional: bool,
    /// A password: stored encrypted, never shown.
    pub secret: bool,
    /// Whether `null` is a value of it.
    pub nullable: bool,
    /// The plugin starts anew when it changes.
    pub requires_restart: bool,
    /// Edited as JSON: nothing else can show all of it.
    pub json_editor: bool,
    /// Applied when nothing is saved; absent when the declared one fails its own rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// Values to choose from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    /// Bounds that are always in force.
    #[serde(flatten)]
    pub bounds: Bounds,
    /// Shown behind the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// `radio` or `select`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub widget: Option<String>,
    /// Why it should no longer be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deprecation: Option<String>,
    /// What to say when the pattern does not match.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern_message: Option<String>,
    /// What the elements of a list are entered with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<Kind>,
    /// JSON path of the declaration in `plugin.json`.
    #[serde(skip)]
    pub path: String,
}

/// What a setting is entered with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// One line.
    Text,
    /// Several lines.
    Multiline,
    /// Write-only.
    Password,
    /// An absolute address.
    Uri,
    /// A mail address.
    Email,
    /// `YYYY-MM-DD`.
    Date,
    /// `HH:MM[:SS]`.
    Time,
    /// Id of an account.
    Account,
    /// Id of a department.
    Department,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// Yes or no.
    Boolean,
    /// One of `choices`.
    Choice,
    /// Always the same value.
    Constant,
    /// A list of single values.
    List,
    /// A list of objects.
    Table,
    /// Names of the person's choice, each with a single value.
    Map,
    /// An object whose members are fields of their own.
    Group,
    /// Anything else.
    Json,
}

/// A value to choose, with its texts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Choice {
    /// The value.
    pub value: Value,
    /// Declared, or the value itself.
    pub label: String,
    /// Empty when none is declared.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
}

/// Bounds of a single value or a list.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Bounds {
    /// Least number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum: Option<Value>,
    /// Greatest number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum: Option<Value>,
    /// Fewest characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_length: Option<u64>,
    /// Most characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u64>,
    /// Fewest elements.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_items: Option<u64>,
    /// Most elements.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_items: Option<u64>,
}

/// What an id in the settings names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// An account.
    Account,
    /// A department.
    Department,
}

impl Kind {
    /// What values of this kind name, if they are ids.
    pub(super) fn subject(self) -> Option<Subject> {
        match self {
            Self::Account => Some(Subject::Account),
            Self::Department => Some(Subject::Department),
            _ => None,
        }
    }
}

/// A title for a field that declares none: `clientId` → `Client id`, `editor.fontSize` → `Editor: Font size`.
pub(super) fn title_of(key: &str) -> String {
    let mut parts: Vec<String> = key.split('.').filter(|part| !part.is_empty()).map(words).collect();
    let Some(last) = parts.pop() else { return key.to_owned() };
    if parts.is_empty() { last } else { format!("{}: {last}", parts.join(" › ")) }
}

fn words(part: &str) -> String {
    let mut text = String::new();
    let mut previous = ' ';
    for c in part.chars() {
        let boundary = c.is_uppercase() && (previous.is_lowercase() || previous.is_ascii_digit());
        match c {
            '_' | '-' => text.push(' '),
            _ if boundary => {
                text.push(' ');
                text.extend(c.to_lowercase());
            }
            _ => text.push(c),
        }
        previous = c;
    }
    let mut chars = text.trim().chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_without_title_gets_one_from_its_key() {
        let table = [
            ("clientId", "Client id"),
            ("client_id", "Client id"),
            ("editor.fontSize", "Editor: Font size"),
            ("a.b.c", "A › B: C"),
            ("URL", "URL"),
            ("端口", "端口"),
            ("...", "..."),
        ];
        for (key, title) in table {
            assert_eq!(title_of(key), title, "{key}");
        }
    }
}
