//! What was entrusted to a plugin is not repeated in what it says. Knows the texts, not whose they are.

use std::borrow::Cow;

use arc_swap::ArcSwap;
use spk::SecretString;

/// What stands in place of a secret.
const HIDDEN: &str = "•••";
/// Shorter ones are part of any text.
const SHORTEST: usize = 4;

/// The secrets that one process was given, as they could appear in its words.
#[derive(Debug, Default)]
pub struct Mask(ArcSwap<Vec<SecretString>>);

impl Mask {
    /// From now on these are hidden too; the process may remember the earlier ones.
    pub fn add(&self, secrets: &[SecretString]) {
        let mut all = Vec::clone(&self.0.load());
        for secret in secrets.iter().filter(|secret| secret.expose().len() >= SHORTEST) {
            let quoted = SecretString::new(escaped(secret.expose()));
            // JSON within a field of JSON.
            let twice = SecretString::new(escaped(quoted.expose()));
            all.extend([secret.clone(), quoted, twice].into_iter().filter(|form| !form.is_blank()));
        }
        // The longest first, so that none is left in part when another is within it.
        all.sort_by_key(|secret| std::cmp::Reverse(secret.expose().len()));
        all.dedup();
        self.0.store(all.into());
    }

    /// A text without them.
    pub fn hide<'t>(&self, text: impl Into<Cow<'t, str>>) -> Cow<'t, str> {
        let mut text = text.into();
        for secret in self.0.load().iter() {
            if text.contains(secret.expose()) {
                text = text.replace(secret.expose(), HIDDEN).into();
            }
        }
        text
    }
}

/// As it stands within a JSON string.
fn escaped(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mask(secrets: &[&str]) -> Mask {
        let mask = Mask::default();
        mask.add(&secrets.iter().map(|text| SecretString::new(*text)).collect::<Vec<_>>());
        mask
    }

    #[test]
    fn a_secret_is_hidden_as_it_is_and_as_json_has_it() {
        let mask = mask(&["a \"b\"\n密", "green umbrella"]);
        assert_eq!(mask.hide("x a \"b\"\n密 y"), "x ••• y");
        assert_eq!(mask.hide(r#"{"secret":"a \"b\"\n密"}"#), r#"{"secret":"•••"}"#);
        assert_eq!(
            mask.hide(r#"{"text":"{\"secret\":\"a \\\"b\\\"\\n密\"}"}"#),
            r#"{"text":"{\"secret\":\"•••\"}"}"#
        );
        assert_eq!(mask.hide("a green umbrella, a green umbrella"), "a •••, a •••");
        assert!(matches!(mask.hide("nothing"), Cow::Borrowed("nothing")));
    }

    #[test]
    fn a_secret_within_another_leaves_no_part_and_earlier_ones_stay_hidden() {
        let mask = mask(&["pass", "password1"]);
        mask.add(&[SecretString::new("later")]);
        assert_eq!(mask.hide("password1 pass later"), "••• ••• •••");
    }

    #[test]
    fn what_is_part_of_any_text_is_not_looked_for() {
        assert_eq!(mask(&["on", ""]).hide("on and on"), "on and on");
    }
}
