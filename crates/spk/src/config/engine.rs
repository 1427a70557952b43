//! The validator behind the settings: JSON Schema 2020-12, offline, formats checked, patterns in linear time.
//! Its messages never leave this module's callers: they would print values.

use super::keyword::{self, Form};
use jsonschema::{Draft, PatternOptions, ValidationOptions, Validator};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Most memory of one compiled pattern, in bytes.
const PATTERN_SIZE: usize = 256 * 1024;

fn options<'i>() -> ValidationOptions<'i> {
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        .offline()
        .should_validate_formats(true)
        .should_ignore_unknown_formats(true)
        .with_pattern_options(PatternOptions::regex().size_limit(PATTERN_SIZE).dfa_size_limit(PATTERN_SIZE))
        .with_format("time", is_local_time)
}

/// Compiles a schema without its `weak` patterns. `None` when the schema is none.
pub(super) fn compile(schema: &Value, weak: &BTreeSet<String>) -> Option<Validator> {
    options().build(&without(schema, weak)).ok()
}

/// Whether a pattern can be matched in linear time and small memory.
pub(super) fn compiles(pattern: &str) -> bool {
    options().build(&json!({"pattern": pattern})).is_ok()
}

/// Everything but the patterns that do not compile.
fn without(schema: &Value, weak: &BTreeSet<String>) -> Value {
    let Value::Object(map) = schema else { return schema.clone() };
    let is_weak =
        |key: &str, value: &Value| key == "pattern" && value.as_str().is_some_and(|p| weak.contains(p));
    let kept = map.iter().filter(|(key, value)| !is_weak(key, value));
    Value::Object(kept.map(|(key, value)| (key.clone(), part(key, value, weak))).collect())
}

fn part(key: &str, value: &Value, weak: &BTreeSet<String>) -> Value {
    match (keyword::form_of(key), value) {
        (Some(Form::Schema), schema) => without(schema, weak),
        (Some(Form::Schemas), Value::Array(list)) => {
            list.iter().map(|schema| without(schema, weak)).collect()
        }
        (Some(Form::SchemaMap), Value::Object(map)) => {
            let kept = map.iter().filter(|(name, _)| key != "patternProperties" || !weak.contains(*name));
            Value::Object(kept.map(|(name, schema)| (name.clone(), without(schema, weak))).collect())
        }
        _ => value.clone(),
    }
}

/// `HH:MM` or `HH:MM:SS`, without a zone.
fn is_local_time(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    let within = |part: &&str, most: u8| {
        part.len() == 2
            && part.bytes().all(|c| c.is_ascii_digit())
            && part.parse().is_ok_and(|n: u8| n <= most)
    };
    matches!(parts.len(), 2 | 3) && within(&parts[0], 23) && parts[1..].iter().all(|part| within(part, 59))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_local_and_has_two_digits_each() {
        for good in ["00:00", "23:59", "23:59:59"] {
            assert!(is_local_time(good), "{good}");
        }
        for bad in ["", "24:00", "9:00", "12:60", "12:00:60", "12:00Z", "12:00:00:00", "+1:00"] {
            assert!(!is_local_time(bad), "{bad}");
        }
    }

    #[test]
    fn only_linear_patterns_compile() {
        assert!(compiles("^(a+)+$") && compiles(r"^\d{3}-\w+$"));
        for pattern in [r"(?=a)b", r"(a)\1", "(", "(?<!x)y", r"\w{900}{9}"] {
            assert!(!compiles(pattern), "{pattern}");
        }
    }
}
