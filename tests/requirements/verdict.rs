//! Map against record: what is not shown, and the table that people read.

use crate::{
    map::Map,
    record::{Outcome, Record},
};

/// One line for each hole: a requirement without tests, or a test of it that did not run and pass.
pub fn problems(map: &Map, record: &Record) -> Vec<String> {
    let mut problems = Vec::new();
    for (number, tests) in &map.shown {
        if tests.is_empty() {
            problems.push(format!("R{number} names no test"));
        }
        for test in tests {
            match record.outcome(test) {
                Some(Outcome::Passed) => {}
                Some(Outcome::Failed) => problems.push(format!("R{number}: `{test}` failed")),
                Some(Outcome::Ignored) => problems.push(format!("R{number}: `{test}` was ignored")),
                None => problems.push(format!("R{number}: `{test}` did not run")),
            }
        }
    }
    problems
}

/// How many tests are named for each requirement, and which ones are left for later.
pub fn table(map: &Map) -> String {
    let shown: Vec<_> =
        map.shown.iter().map(|(number, tests)| format!("R{number} {}", tests.len())).collect();
    let later: Vec<_> = map.later.iter().map(|number| format!("R{number}")).collect();
    format!("tests by requirement: {}\nlater: {}", shown.join(", "), later.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{map::tests::map, record::tests::record};

    const LINES: &str = "test good ... ok\ntest bad ... FAILED\ntest idle ... ignored";

    fn problems_of(tests: &str) -> Vec<String> {
        problems(&map(&format!("R7 = [{tests}]\n")), &record(LINES))
    }

    #[test]
    fn a_test_that_passed_is_no_problem() {
        assert!(problems_of("\"plugin-host::good\"").is_empty());
    }

    #[test]
    fn a_failed_an_ignored_and_a_missing_test_are_named() {
        let found = problems_of("\"plugin-host::bad\", \"plugin-host::idle\", \"plugin-host::gone\"");
        assert_eq!(
            found,
            [
                "R7: `plugin-host::bad` failed",
                "R7: `plugin-host::idle` was ignored",
                "R7: `plugin-host::gone` did not run",
            ]
        );
    }

    #[test]
    fn a_requirement_without_tests_is_a_hole() {
        assert_eq!(problems_of(""), ["R7 names no test"]);
    }
}
