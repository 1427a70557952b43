//! A plugin's identity: the reverse-DNS id. Knows its grammar and nothing of packages.

use std::{borrow::Borrow, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The longest id, in bytes.
pub const MAX_LENGTH: usize = 128;

/// A plugin's id: reverse-DNS, lower case, `^[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)+$`, at most 128 bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(type = "string"))]
#[serde(try_from = "String", into = "String")]
pub struct PluginId(String);

/// Why a text is no plugin id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Over 128 bytes.
    #[error("a plugin id has at most {MAX_LENGTH} characters")]
    TooLong,
    /// Only one label: `chatbot` instead of `com.example.chatbot`.
    #[error("a plugin id has at least two parts joined by dots, such as `com.example.chatbot`")]
    OnePart,
    /// A part is empty, begins wrongly, or holds a character outside `a-z`, `0-9` and `-`.
    #[error("a plugin id's parts hold only `a-z`, `0-9` and `-`, and the first begins with a letter")]
    BadPart,
}

impl PluginId {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this id is `namespace` itself or lies below it: `com.example` holds `com.example.chatbot`, but
    /// not `com.example-two.chatbot`.
    #[must_use]
    pub fn is_within(&self, namespace: &str) -> bool {
        self.0.strip_prefix(namespace).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}

impl FromStr for PluginId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        if text.len() > MAX_LENGTH {
            return Err(IdError::TooLong);
        }
        if !text.starts_with(|c: char| c.is_ascii_lowercase()) || !text.split('.').all(is_label) {
            return Err(IdError::BadPart);
        }
        if !text.contains('.') {
            return Err(IdError::OnePart);
        }
        Ok(Self(text.to_owned()))
    }
}

fn is_label(label: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    label.bytes().next().is_some_and(allowed) && label.bytes().all(|b| allowed(b) || b == b'-')
}

impl TryFrom<String> for PluginId {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<PluginId> for String {
    fn from(id: PluginId) -> Self {
        id.0
    }
}

impl AsRef<str> for PluginId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for PluginId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PluginId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_reverse_dns_in_lower_case() {
        for good in ["a.b", "com.example.chatbot", "com.example.a-1", "a-.b", "a.0"] {
            assert_eq!(good.parse::<PluginId>().unwrap().as_str(), good);
        }
        let long = format!("a.{}", "b".repeat(127));
        for (bad, why) in [
            ("", IdError::BadPart),
            ("chatbot", IdError::OnePart),
            ("Com.example", IdError::BadPart),
            ("1.a", IdError::BadPart),
            ("-a.b", IdError::BadPart),
            ("a.-b", IdError::BadPart),
            ("a..b", IdError::BadPart),
            ("a.b.", IdError::BadPart),
            ("a.b/c", IdError::BadPart),
            ("a.b\n", IdError::BadPart),
            ("a.é", IdError::BadPart),
            (long.as_str(), IdError::TooLong),
        ] {
            assert_eq!(bad.parse::<PluginId>(), Err(why), "{bad:?}");
        }
        assert!("a.".to_owned().as_str().parse::<PluginId>().is_err());
        assert!(serde_json::from_str::<PluginId>("\"No.Good\"").is_err());
    }

    #[test]
    fn a_namespace_ends_at_a_dot() {
        let id: PluginId = "com.example.chatbot".parse().unwrap();
        assert!(id.is_within("com.example") && id.is_within("com.example.chatbot"));
        assert!(!id.is_within("com.exam") && !id.is_within("com.example.chat") && !id.is_within("org"));
    }
}
