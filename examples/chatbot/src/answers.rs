//! The list of questions and answers, kept in the plugin's store under `faq/`.

use plugin_sdk::{Fault, Host, Result, Store};
use serde::{Deserialize, Serialize};

const PREFIX: &str = "faq/";
const LONGEST: usize = 2_000;

#[derive(Clone, Copy)]
pub struct Answers {
    store: Store,
}

#[derive(Serialize, Deserialize)]
struct Known {
    question: String,
    answer: String,
}

impl Answers {
    pub fn of(host: Host) -> Self {
        Self { store: host.store() }
    }

    pub fn count(self) -> Result<usize> {
        Ok(self.store.list::<Known>(PREFIX)?.len())
    }

    /// Remembers an answer, in place of an earlier one to the same question.
    pub fn learn(self, question: &str, answer: &str) -> Result<()> {
        let plain = plain(question);
        if plain.is_empty() || answer.trim().is_empty() {
            return Err(Fault::new("empty", "a question and its answer need words"));
        }
        if question.len().max(answer.len()) > LONGEST {
            return Err(Fault::new("too_long", format!("at most {LONGEST} bytes each")));
        }
        let key = format!("{PREFIX}{}", blake3::hash(plain.as_bytes()).to_hex());
        self.store.put(&key, &Known { question: question.to_owned(), answer: answer.to_owned() })
    }

    /// The answer to the most similar known question, with the similarity.
    pub fn nearest(self, question: &str) -> Result<Option<(f64, String)>> {
        let asked = plain(question);
        let known = self.store.list::<Known>(PREFIX)?.into_iter().map(|(_, known)| known);
        let compared = known.map(|known| (similarity(&asked, &plain(&known.question)), known.answer));
        Ok(compared.max_by(|one, other| one.0.total_cmp(&other.0)))
    }
}

/// Letters and digits in lower case: what matters in a question, in any script.
fn plain(question: &str) -> String {
    let mut words = String::new();
    for letter in question.chars().flat_map(char::to_lowercase) {
        if letter.is_alphanumeric() {
            words.push(letter);
        } else if !words.is_empty() && !words.ends_with(' ') {
            words.push(' ');
        }
    }
    words.truncate(words.trim_end().len());
    words
}

/// The share of pairs of neighbouring letters that two plain texts have in common.
fn similarity(one: &str, other: &str) -> f64 {
    let (mut left, right) = (pairs(one), pairs(other));
    let all = left.len() + right.len();
    let common = right.iter().filter(|pair| take(&mut left, **pair)).count();
    if all == 0 { 0.0 } else { (2 * common) as f64 / all as f64 }
}

/// Neighbouring letters; a single letter, which in Chinese is a word, is a pair with nothing.
fn pairs(text: &str) -> Vec<(char, char)> {
    let letters: Vec<char> = text.chars().filter(|letter| *letter != ' ').collect();
    match letters[..] {
        [] => Vec::new(),
        [only] => vec![(only, ' ')],
        _ => letters.windows(2).map(|pair| (pair[0], pair[1])).collect(),
    }
}

/// Takes out one such pair, so that each counts once.
fn take(pairs: &mut Vec<(char, char)>, wanted: (char, char)) -> bool {
    let found = pairs.iter().position(|pair| *pair == wanted);
    found.map(|place| pairs.swap_remove(place)).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compare(one: &str, other: &str) -> f64 {
        similarity(&plain(one), &plain(other))
    }

    #[test]
    fn case_punctuation_and_spaces_do_not_matter() {
        assert_eq!(plain("  How do I, RESET my password?! "), "how do i reset my password");
        assert!((compare("Wie geht's?", "wie gehts") - 1.0).abs() < f64::EPSILON);
    }

    #[test]
    fn like_questions_are_alike_in_both_languages_and_others_are_not() {
        assert!(compare("How do I reset my password?", "how can I reset the password") > 0.6);
        assert!(compare("怎么重置密码？", "如何重置密码") > 0.5);
        assert!(compare("How do I reset my password?", "When is lunch?") < 0.3);
        assert!(compare("怎么重置密码？", "食堂几点开门") < 0.2);
        assert!(compare("", "anything") < f64::EPSILON);
    }
}
