//! What is found in a page, and by what. Knows no driver.

use fantoccini::Locator;
use serde_json::{Value, json};

/// Keeps what the page hears, from now on; may be run twice.
pub const WATCH: &str = include_str!("page.js");
/// Finds by role and name.
pub const FIND: &str = include_str!("find.js");
/// Calls a command of the shell as the page would.
pub const INVOKE: &str = "const [name, args, done] = arguments;
    window.__TAURI_INTERNALS__.invoke(name, { args }).then((ok) => done({ ok }), (error) => done({ error }));";

/// How a person, or their screen reader, would say what they mean.
#[derive(Debug, Clone, Copy)]
pub enum By<'a> {
    /// `data-testid`.
    TestId(&'a str),
    /// An ARIA role, and the accessible name or a part of it.
    Role(&'a str, &'a str),
    /// A CSS selector.
    Css(&'a str),
}

/// A place to ask for, in the driver's words.
pub enum Asked {
    /// By the driver's own search.
    Css(String),
    /// By a script with these arguments.
    Script(Vec<Value>),
}

impl By<'_> {
    /// How the driver is asked.
    pub fn asked(self) -> Asked {
        match self {
            Self::TestId(id) => Asked::Css(format!("[data-testid={}]", json!(id))),
            Self::Css(css) => Asked::Css(css.to_owned()),
            Self::Role(role, name) => Asked::Script(vec![json!(role), json!(name)]),
        }
    }
}

impl Asked {
    /// The driver's locator, where it has one.
    pub fn locator(&self) -> Option<Locator<'_>> {
        match self {
            Self::Css(css) => Some(Locator::Css(css)),
            Self::Script(_) => None,
        }
    }
}

/// Under these keys the digests of packages are told, which look like tokens.
const DIGESTS: [&str; 2] = ["digest", "accepted"];

/// Whether something that the page heard holds what may be a session's token: 64 hexadecimal digits and nothing else,
/// unless a digest is announced, or a license by its own.
pub fn has_token(heard: &str) -> bool {
    holds_token("", &serde_json::from_str(heard).unwrap_or_else(|_| json!(heard)))
}

fn holds_token(key: &str, value: &Value) -> bool {
    match value {
        Value::Object(parts) => {
            // A license is named by its digest, in the trail as well, and so is what a table of people would do.
            let names_itself = |key: &str| match key {
                "id" => parts.contains_key("in_use"),
                "plan" => parts.contains_key("encoding"),
                "license" => parts.contains_key("serial"),
                _ => false,
            };
            parts.iter().any(|(key, part)| key == "token" || !names_itself(key) && holds_token(key, part))
        }
        Value::Array(parts) => parts.iter().any(|part| holds_token(key, part)),
        Value::String(text) => {
            !DIGESTS.contains(&key) && text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
        }
        _ => false,
    }
}
