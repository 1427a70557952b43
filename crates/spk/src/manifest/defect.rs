//! What is wrong with a manifest, in a form that a person reads and a window translates by code.

use serde::Serialize;
use std::{fmt, ops::RangeInclusive};

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
    /// A defect without a hint. What a package brings into the words can move no cursor and turn no line.
    pub fn new(path: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self { path: visible(path.into()), code, message: visible(message.into()), hint: String::new() }
    }

    /// The same with what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = visible(hint.into());
        self
    }
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)?;
        if self.hint.is_empty() { Ok(()) } else { write!(f, " ({})", self.hint) }
    }
}

/// The text with what would not be seen, or would turn it, written out.
fn visible(text: String) -> String {
    let hides = |c: char| c.is_control() || BIDIRECTIONAL.iter().any(|range| range.contains(&c));
    if !text.contains(hides) {
        return text;
    }
    text.chars().map(|c| if hides(c) { c.escape_default().to_string() } else { c.to_string() }).collect()
}

const BIDIRECTIONAL: [RangeInclusive<char>; 3] =
    ['\u{200e}'..='\u{200f}', '\u{2028}'..='\u{202e}', '\u{2066}'..='\u{2069}'];

/// `, did you mean …?`: the known word nearest to an unknown one.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let scored =
        known.into_iter().map(|k| (strsim::damerau_levenshtein(&word.to_lowercase(), &k.to_lowercase()), k));
    let (distance, best) = scored.min_by_key(|(distance, _)| *distance)?;
    (distance <= 1 + word.chars().count() / 4).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_package_move_no_cursor_and_turn_no_line() {
        let defect =
            Defect::new("$", "unknown_key", "the key `a\rb\u{202e}c` is unknown").hint("not `\u{1b}[2J`");
        assert_eq!(defect.message, r"the key `a\rb\u{202e}c` is unknown");
        assert_eq!(defect.hint, r"not `\u{1b}[2J`");
        assert_eq!(Defect::new("$", "x", "说明 é").message, "说明 é");
    }
}
