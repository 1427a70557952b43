//! Which names an entry may have: the same file on every system, below the package's root, and readable.

use caseless::Caseless;
use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::NameRule;

const LONGEST_NAME: usize = 1024;
const LONGEST_PART: usize = 255;
const DEEPEST: usize = 32;

/// Checks one entry's name.
///
/// # Errors
/// The first rule it breaks.
pub fn check_name(name: &str) -> Result<(), NameRule> {
    if name.len() > LONGEST_NAME {
        return Err(NameRule::TooLong);
    }
    name.chars().try_for_each(check_char)?;
    if name.starts_with('/') {
        return Err(NameRule::Absolute);
    }
    if !is_nfc(name) {
        return Err(NameRule::NotNfc);
    }
    if name.split('/').count() > DEEPEST {
        return Err(NameRule::TooDeep);
    }
    name.split('/').try_for_each(check_part)
}

fn check_char(c: char) -> Result<(), NameRule> {
    match c {
        '\\' => Err(NameRule::Backslash),
        ':' | '<' | '>' | '"' | '|' | '?' | '*' => Err(NameRule::Reserved),
        '\u{061c}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}' => Err(NameRule::Bidirectional),
        c if c.is_control() => Err(NameRule::Control),
        _ => Ok(()),
    }
}

fn check_part(part: &str) -> Result<(), NameRule> {
    match part {
        "" => Err(NameRule::EmptyPart),
        "." | ".." => Err(NameRule::DotPart),
        part if part.len() > LONGEST_PART => Err(NameRule::TooLong),
        part if part.ends_with(['.', ' ']) => Err(NameRule::TrailingDot),
        part if is_device(part) => Err(NameRule::Device),
        _ => Ok(()),
    }
}

/// Windows' reserved names, with any ending: `nul.txt` is the null device there.
fn is_device(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or(part).trim_end_matches(' ').to_uppercase();
    match stem.as_str() {
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$" => true,
        other => other.strip_prefix("COM").or(other.strip_prefix("LPT")).is_some_and(is_port_number),
    }
}

fn is_port_number(rest: &str) -> bool {
    let mut chars = rest.chars();
    chars.next().is_some_and(|c| c.is_ascii_digit() || "¹²³".contains(c)) && chars.next().is_none()
}

/// The form in which two names are the same file to a file system that ignores case or Unicode form.
#[must_use]
pub fn folded(name: &str) -> String {
    name.nfd().default_case_fold().nfc().collect()
}

/// Bytes from a package as text that is safe to show: what would not be seen is escaped, and only 200 characters
/// are taken.
#[must_use]
pub fn printable(name: &[u8]) -> String {
    let text = String::from_utf8_lossy(&name[..name.len().min(1000)]);
    let mut shown = String::new();
    for c in text.chars().take(200) {
        match c {
            '"' | '\'' | '\\' => shown.push(c),
            other => shown.extend(other.escape_debug()),
        }
    }
    if text.chars().nth(200).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_names_of_any_language_pass() {
        for good in [
            "plugin.json",
            "web/index.html",
            "lib/x/liba.so.1",
            "文档/说明.md",
            "a/.hidden",
            "com10",
            "é",
            "a b",
        ] {
            assert_eq!(check_name(good), Ok(()), "{good}");
        }
    }

    #[test]
    fn each_dangerous_name_breaks_its_own_rule() {
        let deep = vec!["a"; 500].join("/");
        let long = "a/".repeat(511) + &"b".repeat(4096);
        for (name, rule) in [
            ("../x", NameRule::DotPart),
            ("a/../../x", NameRule::DotPart),
            ("./x", NameRule::DotPart),
            ("..\\x", NameRule::Backslash),
            ("\\\\server\\share\\x", NameRule::Backslash),
            ("//server/share", NameRule::Absolute),
            ("/abs", NameRule::Absolute),
            ("C:\\x", NameRule::Reserved),
            ("C:x", NameRule::Reserved),
            ("a:stream", NameRule::Reserved),
            ("..././x", NameRule::TrailingDot),
            ("CON", NameRule::Device),
            ("a/con.txt", NameRule::Device),
            ("LPT¹", NameRule::Device),
            ("com0", NameRule::Device),
            ("nul .x", NameRule::Device),
            ("a.", NameRule::TrailingDot),
            ("a /b", NameRule::TrailingDot),
            ("a\0b", NameRule::Control),
            ("a\nb", NameRule::Control),
            ("a\u{85}b", NameRule::Control),
            ("a\u{202e}gpj.exe", NameRule::Bidirectional),
            ("a\u{2067}b", NameRule::Bidirectional),
            ("", NameRule::EmptyPart),
            ("a//b", NameRule::EmptyPart),
            ("a/", NameRule::EmptyPart),
            ("e\u{301}", NameRule::NotNfc),
            (deep.as_str(), NameRule::TooDeep),
            (long.as_str(), NameRule::TooLong),
        ] {
            assert_eq!(check_name(name), Err(rule), "{name:?}");
        }
        assert_eq!(check_name(&"b".repeat(256)), Err(NameRule::TooLong));
    }

    #[test]
    fn names_fold_by_case_and_form() {
        assert_eq!(folded("Ärger.TXT"), folded("a\u{308}rger.txt"));
        assert_eq!(folded("STRASSE"), folded("straße"));
        assert_ne!(folded("a"), folded("b"));
    }

    #[test]
    fn what_is_shown_cannot_turn_or_break_text() {
        let shown = printable("a\u{202e}b\nc\u{7f}".as_bytes());
        assert!(shown.chars().all(|c| check_char(c) != Err(NameRule::Control)), "{shown}");
        assert!(!shown.contains('\u{202e}') && !shown.contains('\n'), "{shown}");
        assert!(printable(&[b'a'; 5000]).chars().count() <= 201);
    }
}
