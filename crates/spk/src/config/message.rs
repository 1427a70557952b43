//! The English sentence of each finding. Windows translate by code; no sentence holds a value that was entered.

use serde_json::{Map, Value};

/// The sentence of a code with its parameters.
pub(super) fn sentence(code: &str, params: &Map<String, Value>) -> String {
    let param = |key: &str| match params.get(key) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(list)) => list.iter().map(plain).collect::<Vec<_>>().join(", "),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    match code {
        "required" => "must be filled in".to_owned(),
        "required_alternative" => format!("one of these must be filled in: {}", param("fields")),
        "type" => format!("must be {}", param("expected")),
        "enum" => format!("must be one of {}", param("allowed")),
        "const" => format!("must be {}", param("expected")),
        "minimum" => format!("must be at least {}", param("limit")),
        "maximum" => format!("must be at most {}", param("limit")),
        "exclusive_minimum" => format!("must be above {}", param("limit")),
        "exclusive_maximum" => format!("must be below {}", param("limit")),
        "multiple_of" => format!("must be a multiple of {}", param("step")),
        "min_length" => format!("must have at least {} characters", param("limit")),
        "max_length" => format!("must have at most {} characters", param("limit")),
        "pattern" if params.contains_key("message") => param("message"),
        "pattern" => "does not have the expected form".to_owned(),
        "format" => format!("must be {}", format_name(&param("format"))),
        "min_items" => format!("must have at least {} entries", param("limit")),
        "max_items" => format!("must have at most {} entries", param("limit")),
        "unique_items" => "must not have the same entry twice".to_owned(),
        "min_properties" => format!("must have at least {} names", param("limit")),
        "max_properties" => format!("must have at most {} names", param("limit")),
        "unknown_setting" => "is not a setting of this plugin".to_owned(),
        "property_name" => "has a name that is not allowed".to_owned(),
        "contains" => "lacks an entry that must be there".to_owned(),
        "any_of" => "has none of the allowed forms".to_owned(),
        "one_of" => "must have exactly one of the allowed forms".to_owned(),
        "secret_form" => "a password is sent as `{\"$set\": …}` or `{\"$clear\": true}`".to_owned(),
        "secret_blank" => "a password cannot be blank; clear it instead".to_owned(),
        _ => "is not allowed here".to_owned(),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn format_name(format: &str) -> &str {
    match format {
        "uri" => "an address such as `https://example.com`",
        "email" => "a mail address",
        "date" => "a date such as 2026-01-31",
        "time" => "a time such as 09:30",
        "date-time" => "a date and time such as 2026-01-31T09:30:00Z",
        "hostname" => "a host name",
        "ipv4" => "an IPv4 address",
        "ipv6" => "an IPv6 address",
        "uuid" => "a UUID",
        other => other,
    }
}
