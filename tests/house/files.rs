//! What every source file must look like. Each rule is a function from a file to its offences, tried on a good
//! and a bad example before it is held against the repository.

use regex::Regex;

use crate::tree::{Source, sources};

/// More lines than this need a reason in `LONG`.
const LINES: usize = 500;

/// Files over the limit, each with the reason why it is not split.
const LONG: &[(&str, &str)] = &[];

/// Where `unsafe` may be written: the C contract's two sides, and plugins, which stand for other people's code.
const UNSAFE: &[&str] = &["crates/plugin-sdk/", "crates/plugin-host/", "examples/", "tests/plugins/"];

/// The one helper per crate that polls for a condition within a bound, and how many sleeps it has.
const WAITS: &[(&str, usize)] = &[
    ("tests/support/wait.rs", 2),
    ("tests/desktop/harness/window.rs", 1),
    ("crates/center/src/folder/tests/mod.rs", 1),
];

/// Names of the offences that `rule` finds in the repository's files.
fn offences(rule: impl Fn(&Source) -> Vec<String>) -> Vec<String> {
    let found = |source: &Source| rule(source).into_iter().map(|o| format!("{}: {o}", source.path)).collect();
    sources().iter().flat_map(|source| -> Vec<String> { found(source) }).collect()
}

fn assert_none(offences: &[String]) {
    assert!(offences.is_empty(), "\n{}", offences.join("\n"));
}

/// Lines matching `pattern`, from line `from` on, as `line N: …`.
fn matches(source: &Source, from: usize, pattern: &str) -> Vec<String> {
    let pattern = Regex::new(pattern).expect("a good pattern");
    let lines = source.text.lines().enumerate().skip(from);
    let hits = lines.filter(|(_, line)| pattern.is_match(line) && !line.trim_start().starts_with("//"));
    hits.map(|(number, line)| format!("line {}: {}", number + 1, line.trim())).collect()
}

fn opening(source: &Source) -> Vec<String> {
    let mark = if source.is_rust() { "//! " } else { "/** " };
    if source.text.starts_with(mark) {
        return vec![];
    }
    vec![format!("does not open with `{mark}`: what it owns, and what it must not know")]
}

fn length(source: &Source) -> Vec<String> {
    let lines = source.text.lines().count();
    let listed = LONG.iter().any(|(path, _)| *path == source.path);
    match (lines > LINES, listed) {
        (true, false) => vec![format!("{lines} lines; split it, or list it with a reason")],
        (false, true) => vec![format!("{lines} lines, and still listed as long")],
        _ => vec![],
    }
}

fn unsafety(source: &Source) -> Vec<String> {
    if !source.is_rust() || source.is_below(UNSAFE) {
        return vec![];
    }
    matches(source, 0, r"\bunsafe\s*(\{|fn\b|impl\b|extern\b|trait\b|\()")
}

fn skipped_tests(source: &Source) -> Vec<String> {
    matches(source, 0, r"^\s*#\[ignore|\b(it|test|describe)\.(skip|todo|only)\(")
}

/// Plugins that misbehave on order, and measurements that sample, are no tests.
fn sleeping_tests(source: &Source) -> Vec<String> {
    if !source.is_rust() || source.is_below(&["tests/plugins/", "tests/bench/"]) {
        return vec![];
    }
    let is_test = source.path.starts_with("tests/") || source.path.contains("/tests/");
    let in_file = source.text.lines().position(|line| line.trim() == "#[cfg(test)]");
    let Some(from) = (if is_test { Some(0) } else { in_file }) else { return vec![] };
    let allowed = WAITS.iter().find(|(path, _)| *path == source.path).map_or(0, |(_, sleeps)| *sleeps);
    matches(source, from, r"\bsleep\(").into_iter().skip(allowed).collect()
}

/// Only `ui/src/api` speaks with the shell.
fn shell_imports(source: &Source) -> Vec<String> {
    if !source.is_typescript() || source.path.starts_with("ui/src/api/") {
        return vec![];
    }
    matches(source, 0, r#"["']@tauri-apps/"#)
}

/// A feature knows no other feature; a component knows neither features nor the core.
fn crossed_features(source: &Source) -> Vec<String> {
    if let Some(rest) = source.path.strip_prefix("ui/src/features/") {
        let own = rest.split('/').next().unwrap_or_default();
        let others = matches(source, 0, r#"from ["'].*features/|from ["']\.\./\.\./(?:[^.]*/)*[^.]*["']"#);
        let foreign =
            |line: &String| line.contains("features/") && !line.contains(&format!("features/{own}/"));
        return others.into_iter().filter(foreign).collect();
    }
    if source.path.starts_with("ui/src/components/") {
        return matches(source, 0, r#"from ["'].*/(api|features)/"#);
    }
    vec![]
}

#[test]
fn every_file_opens_with_what_it_owns() {
    assert!(opening(&Source::new("a.rs", "//! Owns.\n")).is_empty());
    assert_eq!(opening(&Source::new("a.rs", "use a;\n")).len(), 1);
    assert_eq!(opening(&Source::new("a.ts", "//! Owns.\n")).len(), 1);
    assert_none(&offences(opening));
}

#[test]
fn no_file_grows_beyond_its_limit_without_a_reason() {
    assert!(length(&Source::new("a.rs", &"\n".repeat(LINES))).is_empty());
    assert_eq!(length(&Source::new("a.rs", &"\n".repeat(LINES + 1))).len(), 1);
    assert!(LONG.iter().all(|(_, reason)| !reason.is_empty()));
    assert_none(&offences(length));
}

#[test]
fn unsafe_code_stays_at_the_c_contract() {
    let block = format!("{} {{ b() }}", "unsafe");
    let text = format!("fn a() {{\n    {block}\n}}\n");
    assert_eq!(unsafety(&Source::new("crates/center/src/a.rs", &text)), [format!("line 2: {block}")]);
    assert!(unsafety(&Source::new("crates/plugin-host/src/a.rs", &text)).is_empty());
    assert!(unsafety(&Source::new("crates/center/src/a.rs", &format!("// {block}\n"))).is_empty());
    assert_none(&offences(unsafety));
}

#[test]
fn no_test_is_skipped() {
    assert_eq!(skipped_tests(&Source::new("a.rs", &format!("#[{}]\n", "ignore"))).len(), 1);
    assert_eq!(skipped_tests(&Source::new("a.test.ts", &format!("it.{}('x')\n", "only"))).len(), 1);
    assert_none(&offences(skipped_tests));
}

#[test]
fn no_test_sleeps() {
    let line = format!("thread::{}(second);\n", "sleep");
    let in_file = format!("{line}#[cfg(test)]\nmod tests {{\n{line}}}\n");
    assert_eq!(sleeping_tests(&Source::new("crates/a/src/b.rs", &in_file)).len(), 1);
    assert_eq!(sleeping_tests(&Source::new("crates/a/tests/it/b.rs", &line)).len(), 1);
    assert!(sleeping_tests(&Source::new("crates/a/src/b.rs", &line)).is_empty());
    assert!(sleeping_tests(&Source::new(WAITS[2].0, &line)).is_empty());
    assert_eq!(sleeping_tests(&Source::new(WAITS[2].0, &line.repeat(2))).len(), 1);
    assert_none(&offences(sleeping_tests));
}

#[test]
fn only_the_api_folder_speaks_with_the_shell() {
    let text = "import { invoke } from \"@tauri-apps/api/core\";\n";
    assert_eq!(shell_imports(&Source::new("ui/src/app.tsx", text)).len(), 1);
    assert!(shell_imports(&Source::new("ui/src/api/call.ts", text)).is_empty());
    assert_none(&offences(shell_imports));
}

#[test]
fn features_and_components_know_only_what_is_below_them() {
    let other = "import { a } from \"../../features/logs/a\";\n";
    assert_eq!(crossed_features(&Source::new("ui/src/features/plugins/b.ts", other)).len(), 1);
    assert!(crossed_features(&Source::new("ui/src/features/logs/b.ts", other)).is_empty());
    let api = "import { call } from \"../api/call\";\n";
    assert_eq!(crossed_features(&Source::new("ui/src/components/Button.tsx", api)).len(), 1);
    assert_none(&offences(crossed_features));
}
