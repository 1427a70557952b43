//! What a command says: one JSON document for programs, text and tables for people. Texts of packages and plugins are only ever text.

use std::io::{self, IsTerminal, Write};

use comfy_table::{Table, presets};
use serde::Serialize;
use serde_json::json;

use crate::failure::{Failure, Outcome};

/// Where a command's words go.
#[derive(Debug, Clone, Copy)]
pub struct Screen {
    json: bool,
    colour: bool,
}

/// How a piece of text stands out on a terminal.
#[derive(Debug, Clone, Copy)]
pub enum Tone {
    Plain,
    Heading,
    Good,
    Bad,
}

impl Tone {
    fn escape(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Heading => "\x1b[1m",
            Self::Good => "\x1b[32m",
            Self::Bad => "\x1b[31m",
        }
    }
}

impl Screen {
    /// Colour is for terminals only, and for nobody who set `NO_COLOR`.
    pub fn new(json: bool) -> Self {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Self { json, colour: wanted && io::stdout().is_terminal() }
    }

    /// Whether a program reads this.
    pub fn is_json(self) -> bool {
        self.json
    }

    /// Shows a command's one result.
    pub fn show(self, view: &impl Serialize, people: impl FnOnce(&mut Page)) -> Outcome {
        let text = if self.json { pretty(view) } else { self.page(people) };
        self.write(&text)
    }

    /// Shows one of many results as it comes: a JSON line, or text.
    pub fn show_next(self, view: &impl Serialize, people: impl FnOnce(&mut Page)) -> Outcome {
        let text = if self.json { line(view) } else { self.page(people) };
        self.write(&text)
    }

    /// Tells people something that is no part of the result.
    pub fn tell(self, people: impl FnOnce(&mut Page)) -> Outcome {
        if self.json {
            return Ok(());
        }
        self.write(&self.page(people))
    }

    /// Shows why the command failed: to programs on standard output, to people on standard error.
    pub fn fail(self, failure: &Failure) {
        let error = failure.view();
        if error.code == "closed_pipe" {
            return;
        }
        if self.json {
            let _ = self.write(&pretty(&json!({ "error": error })));
            return;
        }
        let mut page = Page { text: String::new(), colour: self.colour && io::stderr().is_terminal() };
        page.toned(Tone::Bad, &format!("error[{}]: {}", error.code, error.message));
        reasons(&mut page, &error.details);
        if !error.hint.is_empty() {
            page.line(format!("  next: {}", error.hint));
        }
        let _ = io::stderr().write_all(page.text.as_bytes());
    }

    fn page(self, people: impl FnOnce(&mut Page)) -> String {
        let mut page = Page { text: String::new(), colour: self.colour };
        people(&mut page);
        page.text
    }

    fn write(self, text: &str) -> Outcome {
        let mut out = io::stdout().lock();
        let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        written.map_err(|cause| Failure::io("cannot write the result", &cause))
    }
}

/// The lists that some errors carry, one line each.
fn reasons(page: &mut Page, details: &serde_json::Value) {
    for list in ["reasons", "defects", "missing", "invalid", "fields", "needed_by", "conflicts"] {
        for item in details[list].as_array().into_iter().flatten() {
            page.line(format!("  - {}", crate::words::reason(item)));
        }
    }
}

fn pretty(view: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(view).expect("views have string keys only");
    text.push('\n');
    text
}

fn line(view: &impl Serialize) -> String {
    let mut text = serde_json::to_string(view).expect("views have string keys only");
    text.push('\n');
    text
}

/// Text for people, as it grows.
pub struct Page {
    text: String,
    colour: bool,
}

impl Page {
    /// One line, or several.
    pub fn line(&mut self, text: impl AsRef<str>) {
        self.toned(Tone::Plain, text.as_ref());
    }

    /// A heading.
    pub fn heading(&mut self, text: impl AsRef<str>) {
        self.toned(Tone::Heading, text.as_ref());
    }

    /// A line that stands out.
    pub fn toned(&mut self, tone: Tone, text: &str) {
        let (start, end) = match tone.escape() {
            escape if self.colour && !escape.is_empty() => (escape, "\x1b[0m"),
            _ => ("", ""),
        };
        self.text.push_str(&format!("{start}{}{end}\n", printable(text)));
    }

    /// Names with their values, aligned.
    pub fn pairs<'a>(&mut self, pairs: impl IntoIterator<Item = (&'a str, String)>) {
        let pairs: Vec<_> = pairs.into_iter().collect();
        let width = pairs.iter().map(|(name, _)| name.len()).max().unwrap_or_default() + 1;
        for (name, value) in pairs {
            self.line(format!("{:width$} {value}", format!("{name}:")));
        }
    }

    /// Rows under their titles, or a sentence if there are none.
    pub fn table<const N: usize>(&mut self, titles: [&str; N], rows: Vec<[String; N]>, none: &str) {
        if rows.is_empty() {
            return self.line(none);
        }
        let mut table = Table::new();
        table.load_style(presets::NOTHING).set_header(titles);
        for row in rows {
            table.add_row(row.map(|cell| printable(&cell).replace('\n', " ")));
        }
        for column in table.column_iter_mut() {
            column.set_padding((0, 2));
        }
        for row in table.lines() {
            self.line(row.trim_end());
        }
    }
}

/// Nothing that moves the cursor, colours, or turns the direction of what follows.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c == '\n' || !is_deceptive(c) { c } else { '\u{fffd}' }).collect()
}

fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{61c}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(colour: bool) -> Page {
        Page { text: String::new(), colour }
    }

    #[test]
    fn a_text_from_a_package_cannot_move_the_cursor_or_turn_the_line() {
        let mut page = page(false);
        page.line("a\x1b[2Jb\u{202e}c\r\nd\u{9b}");
        assert_eq!(page.text, "a\u{fffd}[2Jb\u{fffd}c\u{fffd}\nd\u{fffd}\n");
    }

    #[test]
    fn colour_is_only_where_it_was_asked_for() {
        for (colour, expected) in [(false, "ok\n"), (true, "\x1b[32mok\x1b[0m\n")] {
            let mut page = page(colour);
            page.toned(Tone::Good, "ok");
            assert_eq!(page.text, expected);
        }
    }

    #[test]
    fn a_table_keeps_its_columns_and_says_when_it_is_empty() {
        let mut filled = page(false);
        filled.table(
            ["ID", "STATE"],
            vec![["a\nb".into(), "Off".into()], ["long".into(), "Running".into()]],
            "none",
        );
        assert_eq!(filled.text, "ID    STATE\na b   Off\nlong  Running\n");
        let mut empty = page(false);
        empty.table(["ID"], vec![], "No plugins yet.");
        assert_eq!(empty.text, "No plugins yet.\n");
    }
}
