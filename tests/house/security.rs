//! `docs/security.md` promises a test for each attack: its tables are whole, and every test that it names is there.

use std::collections::HashSet;
use std::fs;

use regex::Regex;

use crate::tree::{root, sources};

/// What stands instead of a test where what would be attacked is not built.
const NOT_YET: &str = "not yet";

fn manual() -> String {
    fs::read_to_string(root().join("docs/security.md")).expect("the manual is there")
}

/// The cells of every row of the tables of cases.
fn rows(manual: &str) -> Vec<Vec<String>> {
    let cases = manual.split_once("## What is tried").expect("it has its tables").1;
    let lines = cases.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| Case"));
    let cells = |line: &str| line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect();
    lines.map(cells).collect()
}

/// Package and function of the test that a name means: `e2e::desktop::lock::a_name`.
fn parts(name: &str) -> (&str, &str) {
    let package = name.split("::").next().unwrap_or_default();
    (package, name.rsplit("::").next().unwrap_or_default())
}

/// Where the tests of a package lie.
fn folder(package: &str) -> String {
    match package {
        "e2e" => "tests/".into(),
        other => format!("crates/{}/", other.replace('_', "-")),
    }
}

/// The functions that are tests, each with the path of its file.
fn tests() -> HashSet<(String, String)> {
    let test =
        Regex::new(r"#\[(?:tokio::)?test[^\]]*\]\s+(?:async )?fn ([a-z0-9_]+)").expect("a good pattern");
    let of = |path: &str, text: &str| -> Vec<(String, String)> {
        test.captures_iter(text).map(|found| (path.to_owned(), found[1].to_owned())).collect()
    };
    sources()
        .iter()
        .filter(|source| source.is_rust())
        .flat_map(|source| of(&source.path, &source.text))
        .collect()
}

/// Macros that make tests name them as they are written.
fn made_by_macro(package: &str, test: &str) -> bool {
    let named = Regex::new(&format!(r"\b{test}\b")).expect("a name is a good pattern");
    let within = folder(package);
    sources().iter().any(|source| source.path.starts_with(&within) && named.is_match(&source.text))
}

#[test]
fn no_attack_lacks_its_answer_or_its_test() {
    let rows = rows(&manual());
    assert!(rows.len() > 110, "{}", rows.len());
    for row in &rows {
        assert_eq!(row.len(), 3, "{row:?}");
        assert!(row.iter().all(|cell| !cell.is_empty()), "{row:?}");
        assert!(row[2] == NOT_YET || row[2].contains("::"), "{row:?}");
    }
}

#[test]
fn every_test_that_the_manual_of_security_names_is_there() {
    let (manual, tests) = (manual(), tests());
    let names = Regex::new(r"`((?:[a-z0-9_]+::)+[a-z0-9_]+)`").expect("a good pattern");
    let mut known = 0;
    for name in names.captures_iter(&manual).map(|found| found[1].to_owned()) {
        let (package, test) = parts(&name);
        let within = folder(package);
        let found = tests.iter().any(|(path, function)| function == test && path.starts_with(&within));
        assert!(found || made_by_macro(package, test), "`{name}` is no test");
        known += 1;
    }
    assert!(known > 150, "{known}");
    assert!(!tests.iter().any(|(_, function)| function == "a_test_that_nobody_wrote"));
}
