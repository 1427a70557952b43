//! One line of a plugin's log, made harmless: bounded, and without anything that moves a terminal's cursor or
//! turns the direction of text. Knows no files.

use plugin_rpc::Level;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::clock::UnixMs;

/// The most bytes of a line's JSON.
pub const MAX_LINE: usize = 16 << 10;
/// The most bytes of a target.
const MAX_TARGET: usize = 256;
/// How deep a line's fields may nest.
const MAX_DEPTH: usize = 16;
/// Stands where something was cut.
const CUT: &str = "… (cut)";

/// Who wrote a line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The plugin, through the log of the contract.
    #[default]
    Plugin,
    /// Its process, on standard output.
    Stdout,
    /// Its process, on standard error.
    Stderr,
    /// The center, about the plugin.
    Center,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ts_rs::TS)]
pub struct Line {
    /// When the center received it.
    pub at: UnixMs,
    /// How grave it is.
    #[ts(type = "\"trace\" | \"debug\" | \"info\" | \"warn\" | \"error\"")]
    pub level: Level,
    /// Who wrote it.
    #[serde(default)]
    pub source: Source,
    /// Where in the plugin it arose; may be empty.
    pub target: String,
    /// For people.
    pub message: String,
    /// An object of further values, or `null`.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub fields: Value,
}

impl Line {
    /// A line that a process wrote on its standard output or error.
    #[must_use]
    pub fn of_process(at: UnixMs, source: Source, text: &[u8]) -> Self {
        let level = if source == Source::Stderr { Level::Warn } else { Level::Info };
        let text = &text[..text.len().min(2 * MAX_LINE)];
        let message = String::from_utf8_lossy(text).trim_end_matches(['\n', '\r']).to_owned();
        Self { at, level, source, target: String::new(), message, fields: Value::Null }
    }

    /// The line as it is kept and shown, with its JSON of at most [`MAX_LINE`] bytes.
    pub(crate) fn harmless(self) -> (Self, String) {
        let mut line = Self {
            target: visible(&self.target, MAX_TARGET),
            message: visible(&self.message, MAX_LINE),
            fields: harmless_value(self.fields, MAX_DEPTH),
            ..self
        };
        let mut json = json_of(&line);
        if json.len() > MAX_LINE {
            line.fields = if line.fields.is_null() { Value::Null } else { CUT.into() };
            json = json_of(&line);
        }
        while json.len() > MAX_LINE {
            line.message = cut(&line.message, line.message.len() / 2);
            json = json_of(&line);
        }
        (line, json)
    }
}

fn json_of(line: &Line) -> String {
    serde_json::to_string(line).expect("a line has only string keys")
}

/// Writes out what is invisible or moves other text, and cuts behind `most` bytes.
pub(crate) fn visible(text: &str, most: usize) -> String {
    let mut out = String::with_capacity(text.len().min(most) + CUT.len());
    for letter in text.chars() {
        if out.len() >= most {
            return cut(&out, most);
        }
        if moves_text(letter) { out.extend(letter.escape_default()) } else { out.push(letter) }
    }
    out
}

fn cut(text: &str, most: usize) -> String {
    let text = text.strip_suffix(CUT).unwrap_or(text);
    format!("{}{CUT}", &text[..text.floor_char_boundary(most.min(text.len()))])
}

fn moves_text(letter: char) -> bool {
    let turns = matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let breaks = matches!(letter, '\u{2028}' | '\u{2029}');
    letter.is_control() || turns || breaks
}

fn harmless_value(value: Value, depth: usize) -> Value {
    match value {
        Value::Array(_) | Value::Object(_) if depth == 0 => CUT.into(),
        Value::String(text) => visible(&text, MAX_LINE).into(),
        Value::Array(items) => items.into_iter().map(|item| harmless_value(item, depth - 1)).collect(),
        Value::Object(fields) => {
            let entry =
                |(key, value): (String, Value)| (visible(&key, MAX_TARGET), harmless_value(value, depth - 1));
            Value::Object(fields.into_iter().map(entry).collect::<Map<_, _>>())
        }
        plain => plain,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn line(message: &str, fields: Value) -> Line {
        let (target, message) = ("a::b".into(), message.into());
        Line { at: 1, level: Level::Info, source: Source::Plugin, target, message, fields }
    }

    #[test]
    fn control_characters_are_written_out() {
        let (shown, json) = line("a\x1b[2Jb\r\nc\u{202e}d", json!({ "k\u{7}": ["\u{9b}x"] })).harmless();
        assert_eq!(shown.message, r"a\u{1b}[2Jb\r\nc\u{202e}d");
        assert_eq!(shown.fields, json!({ r"k\u{7}": [r"\u{9b}x"] }));
        assert!(!json.chars().any(moves_text));
    }

    #[test]
    fn readable_text_of_any_script_stays_as_it_is() {
        let (shown, _) = line("工单已创建 – “ok” \\ é 🙂", Value::Null).harmless();
        assert_eq!(shown.message, "工单已创建 – “ok” \\ é 🙂");
    }

    #[test]
    fn a_long_line_is_cut_with_a_mark() {
        for (message, fields) in [
            ("x".repeat(1 << 20), Value::Null),
            ("\"".repeat(1 << 20), json!({ "a": "b" })),
            ("单".repeat(9_000), json!({ "a": "b".repeat(1 << 20) })),
            ("\u{1b}".repeat(1 << 16), json!(vec!["y"; 50_000])),
        ] {
            let (shown, json) = line(&message, fields).harmless();
            assert!(json.len() <= MAX_LINE, "{} bytes", json.len());
            assert!(json.len() > MAX_LINE / 4, "no more is cut than needed: {}", json.len());
            assert!(shown.message.ends_with(CUT), "the mark is missing");
        }
        let (shown, _) = line("short", json!({ "a": "b".repeat(1 << 20) })).harmless();
        assert_eq!((shown.message.as_str(), shown.fields), ("short", json!(CUT)));
    }

    #[test]
    fn deep_fields_are_cut() {
        let deep = (0..500).fold(json!(1), |inner, _| json!([inner]));
        let (_, json) = line("m", deep).harmless();
        assert!(json.contains(CUT) && json.len() < 300);
    }

    #[test]
    fn a_line_of_a_process_says_where_it_came_from() {
        let shown = Line::of_process(3, Source::Stderr, b"oh \xff no\r\n");
        assert_eq!(
            (shown.level, shown.source, shown.message.as_str()),
            (Level::Warn, Source::Stderr, "oh \u{fffd} no")
        );
    }
}
