//! What a plugin's own check says about its license, out of its answer to a health question. The answer is hostile.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::clock::UnixMs;
use crate::views::VendorLicenseView;

const LONGEST_MESSAGE: usize = 500;

#[derive(Deserialize)]
struct Answer {
    license: Option<Said>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Said {
    valid: bool,
    #[serde(default)]
    message: String,
    #[serde(default)]
    until: Option<UnixMs>,
}

/// `{"license": {"valid", "message"?, "until"?}}`; `None` for everything else.
pub(crate) fn read(answer: &RawValue) -> Option<VendorLicenseView> {
    let Said { valid, message, until } =
        serde_json::from_str::<Option<Answer>>(answer.get()).ok()??.license?;
    let message =
        message.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_MESSAGE).collect();
    Some(VendorLicenseView { valid, message, until })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Option<VendorLicenseView> {
        read(&RawValue::from_string(text.into()).unwrap())
    }

    #[test]
    fn only_a_verdict_is_read_and_never_more_than_a_sentence() {
        for silent in ["null", "{}", "true", r#"{"license":null}"#, r#"{"license":{"valid":"yes"}}"#, "[1]"] {
            assert_eq!(said(silent), None, "{silent}");
        }
        let verdict = said(r#"{"license":{"valid":false,"message":"ended\u0007","until":1800000000000}}"#);
        let expected =
            VendorLicenseView { valid: false, message: "ended ".into(), until: Some(1_800_000_000_000) };
        assert_eq!(verdict, Some(expected));
        let long = format!(r#"{{"license":{{"valid":true,"message":"{}"}}}}"#, "ä".repeat(2_000));
        assert_eq!(said(&long).unwrap().message.chars().count(), LONGEST_MESSAGE);
    }
}
