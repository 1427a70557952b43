//! What is wrong with a manifest, in a form that a person reads and a window translates by code.

use serde::Serialize;
use std::fmt;

/// One defect, or one warning, of a `plugin.json`, a locale file or an icon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Defect {
    /// Where: `$.commands[1].permission`, or a file's name followed by such a path.
    pub path: String,
    /// Stable code by which a window translates.
    pub code: &'static str,
    /// English, lower case, without the hint.
    pub message: String,
    /// What to do about it; empty when the message says it all.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub hint: String,
}

/// Worth the publisher's attention, but no reason to refuse the package.
pub type Warning = Defect;

impl Defect {
    /// A defect without a hint.
    pub fn new(path: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self { path: path.into(), code, message: message.into(), hint: String::new() }
    }

    /// The same with what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)?;
        if self.hint.is_empty() { Ok(()) } else { write!(f, " ({})", self.hint) }
    }
}

/// `, did you mean …?`: the known word nearest to an unknown one.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let scored =
        known.into_iter().map(|k| (strsim::damerau_levenshtein(&word.to_lowercase(), &k.to_lowercase()), k));
    let (distance, best) = scored.min_by_key(|(distance, _)| *distance)?;
    (distance <= 1 + word.chars().count() / 4).then_some(best)
}
