//! Names in an archive that would lead elsewhere, or be one file twice.

use crate::{
    forge::{Bench, signed, with_entry},
    rawzip::{RawEntry, RawZip},
};

fn refuse(zip: &RawZip) -> spk::Error {
    Bench::new().refuse(&signed(&zip.bytes()))
}

#[test]
fn a_dangerous_name_is_refused_by_its_rule() {
    let deep = vec!["a"; 500].join("/");
    let long = "a".repeat(4096);
    let cases: [(&[u8], &str); 24] = [
        (b"../x", "dot_part"),
        (b"web/../../canary", "dot_part"),
        (b"../staging-evil/x", "dot_part"),
        (b"..\\x", "backslash"),
        (b"/abs", "absolute"),
        (b"C:\\x", "reserved_character"),
        (b"c:x", "reserved_character"),
        (b"\\\\server\\share", "backslash"),
        (b"//server/share", "absolute"),
        (b"..././x", "trailing_dot"),
        (b"CON", "device_name"),
        (b"web/aux.html", "device_name"),
        (b"a.", "trailing_dot"),
        (b"a ", "trailing_dot"),
        (b"a:stream", "reserved_character"),
        (b"a\0.html", "control_character"),
        (b"a\nb", "control_character"),
        ("a\u{202e}lmth.exe".as_bytes(), "bidirectional_character"),
        ("e\u{301}".as_bytes(), "not_nfc"),
        (b"a\xff", "not_utf8"),
        (b"web/", "empty_part"),
        (b"", "empty_part"),
        (deep.as_bytes(), "too_deep"),
        (long.as_bytes(), "too_long"),
    ];
    for (name, rule) in cases {
        let error = refuse(&with_entry(RawEntry::stored(name, "evil")));
        assert_eq!(error.code(), "unsafe_path", "{name:?}: {error}");
        assert_eq!(error.details()["rule"], rule, "{name:?}");
        let shown = error.to_string();
        assert!(!shown.contains(['\n', '\0', '\u{202e}']) && shown.len() < 1000, "{shown}");
    }
}

#[test]
fn a_name_beyond_ascii_has_to_say_that_it_is_utf8() {
    let unsaid = RawEntry::stored("web/é", "x").both(|h| h.flags = 0);
    assert_eq!(refuse(&with_entry(unsaid)).details()["rule"], "not_utf8");
    let ascii = with_entry(RawEntry::stored("web/e", "x").both(|h| h.flags = 0));
    assert!(Bench::new().offer(&signed(&ascii.bytes())).is_ok());
}

#[test]
fn two_names_are_never_one_file() {
    for (one, two, code) in [
        ("web/a", "web/a", "duplicate_name"),
        ("web/a", "web/A", "duplicate_name"),
        ("web/a", "WEB/a", "duplicate_name"),
        ("web/straße", "web/STRASSE", "duplicate_name"),
        ("web/é", "web/É", "duplicate_name"),
        ("plugin.json", "Plugin.JSON", "duplicate_name"),
        ("web/é", "web/e\u{301}", "unsafe_path"),
        ("web/a", "web/a/b", "file_is_folder"),
        ("web/a/b", "web/a", "file_is_folder"),
        ("web/A", "web/a/b/c", "file_is_folder"),
        ("plugin.json/x", "y", "file_is_folder"),
    ] {
        let mut zip = with_entry(RawEntry::stored(one, ""));
        zip.entries.push(RawEntry::stored(two, ""));
        assert_eq!(refuse(&zip).code(), code, "{one} and {two}");
    }
}
