//! JSON paths as people read them: `$.commands[1].permission`, `$.config.properties['a.b']`.

use std::fmt::Write;

/// The path of a member of an object.
pub fn child(parent: &str, key: &str) -> String {
    let mut chars = key.chars();
    let first = chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_' || c == '$');
    if first && chars.all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '$') {
        return format!("{parent}.{key}");
    }
    let mut quoted = String::new();
    for c in key.chars() {
        match c {
            '"' => quoted.push(c),
            // What would not be seen, or would turn the line, is written out.
            other => quoted.extend(other.escape_debug()),
        }
    }
    format!("{parent}['{quoted}']")
}

/// The path of an element of an array, counted from 0.
pub fn item(parent: &str, index: usize) -> String {
    format!("{parent}[{index}]")
}

/// The path of a JSON pointer (`/a/0/b`): segments of digits are taken for indices.
pub(crate) fn from_pointer(root: &str, pointer: &str) -> String {
    let mut path = root.to_owned();
    for segment in pointer.split('/').skip(1) {
        let key = segment.replace("~1", "/").replace("~0", "~");
        if !key.is_empty() && key.bytes().all(|c| c.is_ascii_digit()) {
            let _ = write!(path, "[{key}]");
        } else {
            path = child(&path, &key);
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_moves_no_cursor_and_turns_no_line() {
        assert_eq!(child("$.engines", "s\rocket"), r"$.engines['s\rocket']");
        assert_eq!(child("$", "a\u{202e}b\u{1b}[31m"), r"$['a\u{202e}b\u{1b}[31m']");
    }

    #[test]
    fn a_path_quotes_what_is_not_a_plain_name() {
        assert_eq!(child("$", "commands"), "$.commands");
        assert_eq!(child("$.config", "a.b"), "$.config['a.b']");
        assert_eq!(child("$", "it's"), r"$['it\'s']");
        assert_eq!(child("$", r"a\b"), r"$['a\\b']");
        assert_eq!(child("$.config", "名称"), "$.config['名称']");
        assert_eq!(from_pointer("$", "/items/0/a~1b"), "$.items[0]['a/b']");
    }
}
