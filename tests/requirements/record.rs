//! What a run of the tests said: the kept output of `cargo test`, read back into outcomes by full test name.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// How a test ended. The worse one counts where two tests share a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    Passed,
    Ignored,
    Failed,
}

/// Test binaries by their path below `target`, each with the prefix of its tests' names.
pub type Binaries = BTreeMap<String, String>;

/// One run, read back.
#[derive(Debug)]
pub struct Record {
    sources: Option<String>,
    finished: Option<String>,
    outcomes: BTreeMap<String, Outcome>,
}

impl Record {
    /// Reads the output of `cargo test` between its `# sources` and `# finished` lines.
    pub fn parse(text: &str, binaries: &Binaries) -> Result<Self> {
        let mut record = Self { sources: None, finished: None, outcomes: BTreeMap::new() };
        let mut prefix = None;
        for line in text.lines() {
            if let Some(digest) = line.strip_prefix("# sources ") {
                record.sources = Some(digest.to_owned());
            } else if let Some(status) = line.strip_prefix("# finished ") {
                record.finished = Some(status.to_owned());
            } else if let Some(path) = binary_of(line) {
                let known =
                    binaries.get(path).with_context(|| format!("`{path}` is no binary of this build"))?;
                prefix = Some(known.as_str());
            } else if line.trim_start().starts_with("Doc-tests ") {
                prefix = None;
            } else if let (Some(prefix), Some((name, outcome))) = (prefix, outcome_of(line)) {
                record.add(format!("{prefix}::{name}"), outcome);
            }
        }
        Ok(record)
    }

    fn add(&mut self, name: String, outcome: Outcome) {
        let kept = self.outcomes.entry(name).or_insert(outcome);
        *kept = outcome.max(*kept);
    }

    /// Refuses a run that did not come to its end, or of other sources than `digest` names.
    pub fn must_be_of(&self, digest: &str) -> Result<()> {
        if self.finished.is_none() {
            bail!("the last run of the tests did not come to its end; run `make test`");
        }
        if self.sources.as_deref() != Some(digest) {
            bail!("the last run of the tests was of other sources than these; run `make test`");
        }
        Ok(())
    }

    /// How the test of this full name ended, `None` if it did not run.
    pub fn outcome(&self, name: &str) -> Option<Outcome> {
        self.outcomes.get(&name.replace('-', "_")).copied()
    }

    /// One line for people: how many tests passed, failed and were ignored.
    pub fn totals(&self) -> String {
        let count = |wanted| self.outcomes.values().filter(|o| **o == wanted).count();
        let (passed, failed, ignored) =
            (count(Outcome::Passed), count(Outcome::Failed), count(Outcome::Ignored));
        format!("Rust tests: {passed} passed, {failed} failed, {ignored} ignored")
    }
}

/// `Running tests/house/main.rs (target/debug/deps/house-0123)` → `debug/deps/house-0123`.
fn binary_of(line: &str) -> Option<&str> {
    let (_, path) = line.trim_start().strip_prefix("Running ")?.rsplit_once('(')?;
    below_target(path.strip_suffix(')')?)
}

/// `test folder::a_name ... ok` → the name and its outcome.
fn outcome_of(line: &str) -> Option<(&str, Outcome)> {
    let (name, outcome) = line.strip_prefix("test ")?.split_once(" ... ")?;
    let name = name.split_once(" - ").map_or(name, |(name, _)| name); // `- should panic`
    match outcome.split([' ', ',']).next()? {
        "ok" => Some((name, Outcome::Passed)),
        "FAILED" => Some((name, Outcome::Failed)),
        "ignored" => Some((name, Outcome::Ignored)),
        _ => None,
    }
}

/// Where the profile's folder begins, so that relative and absolute paths of one binary are the same.
fn below_target(path: &str) -> Option<&str> {
    let deps = path.rfind("/deps/")?;
    let profile = path[..deps].rfind('/').map_or(0, |slash| slash + 1);
    Some(&path[profile..])
}

/// Reads cargo's build messages: which test binary belongs to which package.
pub fn binaries(messages: &str) -> Result<Binaries> {
    let mut binaries = Binaries::new();
    for line in messages.lines() {
        let message: Value = serde_json::from_str(line)?;
        if message["profile"]["test"] != Value::Bool(true) {
            continue;
        }
        let Some(path) = message["executable"].as_str().and_then(below_target) else { continue };
        binaries.insert(path.to_owned(), prefix(&message)?);
    }
    Ok(binaries)
}

fn prefix(message: &Value) -> Result<String> {
    let target = message["target"]["name"].as_str().context("a target has a name")?.replace('-', "_");
    let package = package_of(message["package_id"].as_str().context("an artifact has a package")?);
    let integration = message["target"]["kind"][0] == "test";
    Ok(if integration && target != package { format!("{package}::{target}") } else { package })
}

/// `path+file:///…/crates/plugin-host#0.1.0` or `path+file:///…/tests#e2e@0.1.0` → the name, with `_` for `-`.
fn package_of(id: &str) -> String {
    let (path, version) = id.rsplit_once('#').unwrap_or((id, ""));
    let folder = path.rsplit('/').next().unwrap_or(path);
    version.split_once('@').map_or(folder, |(name, _)| name).replace('-', "_")
}

#[cfg(test)]
pub mod tests {
    use super::*;

    const MESSAGES: &str = r#"{"reason":"compiler-artifact","package_id":"path+file:///r/crates/plugin-host#0.1.0","target":{"kind":["bin"],"name":"plugin-host"},"profile":{"test":true},"executable":"/r/target/debug/deps/plugin_host-1"}
{"reason":"compiler-artifact","package_id":"path+file:///r/tests#e2e@0.1.0","target":{"kind":["test"],"name":"house"},"profile":{"test":true},"executable":"/r/target/debug/deps/house-2"}
{"reason":"compiler-artifact","package_id":"path+file:///r/crates/spk#0.1.0","target":{"kind":["test"],"name":"spk"},"profile":{"test":true},"executable":"/r/target/debug/deps/spk-3"}
{"reason":"compiler-artifact","package_id":"path+file:///r/crates/spk#0.1.0","target":{"kind":["lib"],"name":"spk"},"profile":{"test":false},"executable":null}
{"reason":"build-finished","success":true}"#;

    /// A finished run of sources `0` in which plugin-host's tests said these lines.
    pub fn record(lines: &str) -> Record {
        let text = format!(
            "# sources 0\n     Running unittests src/main.rs (target/debug/deps/plugin_host-1)\n{lines}\n# finished 0\n"
        );
        Record::parse(&text, &binaries(MESSAGES).unwrap()).unwrap()
    }

    #[test]
    fn a_test_is_named_by_package_then_binary_then_path() {
        let binaries = binaries(MESSAGES).unwrap();
        assert_eq!(binaries["debug/deps/plugin_host-1"], "plugin_host");
        assert_eq!(binaries["debug/deps/house-2"], "e2e::house");
        assert_eq!(binaries["debug/deps/spk-3"], "spk");
        assert_eq!(binaries.len(), 3);
    }

    #[test]
    fn outcomes_are_read_from_the_lines_of_the_binary_above_them() {
        let record = record(
            "running 4 tests\ntest a::b ... ok\ntest c ... FAILED\ntest d ... ignored, no screen\ntest e - should panic ... ok",
        );
        assert_eq!(record.outcome("plugin-host::a::b"), Some(Outcome::Passed));
        assert_eq!(record.outcome("plugin_host::c"), Some(Outcome::Failed));
        assert_eq!(record.outcome("plugin-host::d"), Some(Outcome::Ignored));
        assert_eq!(record.outcome("plugin-host::e"), Some(Outcome::Passed));
        assert_eq!(record.outcome("a::b"), None);
        assert_eq!(record.totals(), "Rust tests: 2 passed, 1 failed, 1 ignored");
    }

    #[test]
    fn of_two_tests_of_one_name_the_worse_counts() {
        let record = record("test a ... FAILED\ntest a ... ok");
        assert_eq!(record.outcome("plugin-host::a"), Some(Outcome::Failed));
    }

    #[test]
    fn tests_of_documentation_are_nobodys() {
        let record = record("   Doc-tests plugin_host\ntest a ... ok");
        assert_eq!(record.outcome("plugin-host::a"), None);
    }

    #[test]
    fn a_binary_of_another_build_is_refused() {
        let text = "     Running unittests src/lib.rs (target/debug/deps/spk-9)\n";
        let refusal = Record::parse(text, &binaries(MESSAGES).unwrap()).unwrap_err();
        assert!(refusal.to_string().contains("`debug/deps/spk-9`"), "{refusal}");
    }

    #[test]
    fn a_record_of_other_sources_is_stale() {
        assert!(record("").must_be_of("0").is_ok());
        assert!(record("").must_be_of("1").unwrap_err().to_string().contains("other sources"));
    }

    #[test]
    fn an_interrupted_run_counts_for_nothing() {
        let record = Record::parse("# sources 0\n", &Binaries::new()).unwrap();
        assert!(record.must_be_of("0").unwrap_err().to_string().contains("did not come to its end"));
    }
}
