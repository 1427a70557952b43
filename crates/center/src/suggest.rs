//! What somebody probably meant who named something that is not there. Knows words, not what they name.

use serde_json::{Value, json};

use crate::error::Error;

/// Most suggestions at once.
const MOST: usize = 3;

/// The words among `known` that are a slip or two away from `word`, the nearest first.
#[must_use]
pub fn near<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let word = word.to_lowercase();
    let most = (word.chars().count() / 3).clamp(1, 3);
    let mut found: Vec<_> = known
        .into_iter()
        .map(|known| (strsim::damerau_levenshtein(&word, &known.to_lowercase()), known))
        .filter(|(slips, _)| *slips <= most)
        .collect();
    found.sort_unstable();
    found.truncate(MOST);
    found.into_iter().map(|(_, known)| known).collect()
}

/// Adds what was probably meant to the details, as `suggestions`, and to the hint; nothing, if nothing is near.
#[must_use]
pub fn among<'a>(error: Error, word: &str, known: impl IntoIterator<Item = &'a str>) -> Error {
    let near = near(word, known);
    let Some(hint) = question(&near) else { return error };
    let mut details = (*error.details).clone();
    match &mut details {
        Value::Object(details) => {
            details.insert("suggestions".into(), json!(near));
        }
        _ => details = json!({ "suggestions": near }),
    }
    error.hint(hint).details(details)
}

/// The suggestions as a question; `None` without any.
#[must_use]
pub fn question(near: &[&str]) -> Option<String> {
    let quoted: Vec<_> = near.iter().map(|word| format!("`{word}`")).collect();
    (!quoted.is_empty()).then(|| format!("Did you mean {}?", quoted.join(" or ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    #[test]
    fn a_slip_is_forgiven_and_another_word_is_not() {
        let known = ["com.example.chatbot", "com.example.tickets", "use", "train"];
        assert_eq!(near("com.exmaple.chatbot", known), ["com.example.chatbot"]);
        assert_eq!(near("USE", known), ["use"]);
        assert_eq!(near("trian", known), ["train"]);
        assert_eq!(near("fly", known), [""; 0]);
        assert_eq!(near("org.other.thing", known), [""; 0]);
    }

    #[test]
    fn the_nearest_comes_first_and_there_are_never_many() {
        assert_eq!(near("abcdef", ["abcdxy", "abcdex", "abcdey", "abcdez"]), ["abcdex", "abcdey", "abcdez"]);
    }

    #[test]
    fn suggestions_stand_beside_other_details() {
        let error = Error::new(Code::NotFound, "no").details(json!({ "field": "x" }));
        let error = among(error, "trian", ["train"]);
        assert_eq!(*error.details, json!({ "field": "x", "suggestions": ["train"] }));
        assert_eq!(&*error.hint, "Did you mean `train`?");
        let error = Error::new(Code::NotFound, "no");
        assert_eq!(among(error.clone(), "fly", ["train"]).hint, error.hint);
    }
}
