//! Whether a plugin could be taken for another one: by letters that look the same, or by one slip. Pure; knows no store.

use strsim::damerau_levenshtein;
use unicode_security::confusable_detection::skeleton;

/// Shorter words are too often a slip away from each other to say anything.
const SHORTEST: usize = 4;

/// A plugin as people see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its name in the language of who looks.
    pub name: &'a str,
}

/// The first of `others` that `offered` could be taken for, by its id or by its name.
#[must_use]
pub fn resembled<'a>(offered: Seen<'_>, others: impl IntoIterator<Item = Seen<'a>>) -> Option<Seen<'a>> {
    others.into_iter().find(|other| {
        other.id != offered.id && (look_alike(offered.id, other.id) || look_alike(offered.name, other.name))
    })
}

/// Whether two words differ by nothing that the eye sees, or by one letter added, left out, changed or swapped.
fn look_alike(one: &str, other: &str) -> bool {
    if seen(one) == seen(other) {
        return true;
    }
    let (one, other) = (plain(one), plain(other));
    let shorter = one.chars().count().min(other.chars().count());
    shorter >= SHORTEST && damerau_levenshtein(&one, &other) <= 1
}

/// Without capitals and spaces.
fn plain(word: &str) -> String {
    word.to_lowercase().split_whitespace().collect()
}

/// What the eye sees, by Unicode's table of confusable characters. Capitals first: some are others' twins and their small
/// letters are not.
fn seen(word: &str) -> String {
    let once: String = skeleton(word).collect();
    skeleton(&plain(&once)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOT: Seen = Seen { id: "com.example.chatbot", name: "Chat Bot" };

    fn resembles(id: &str, name: &str) -> bool {
        resembled(Seen { id, name }, [BOT]).is_some()
    }

    #[test]
    fn what_looks_the_same_is_found_by_id_and_by_name() {
        for id in
            ["com.examp1e.chatbot", "corn.example.chatbot", "com.example.chatb0t", "com.exarnple.chatbot"]
        {
            assert!(resembles(id, "Other"), "{id}");
        }
        for name in ["Chat Bot", "chatbot", "Сhat Bоt", "CHAT  BOT", "Сhаt Воt"] {
            assert!(resembles("org.other", name), "{name}");
        }
    }

    #[test]
    fn one_slip_away_is_found_and_two_are_not() {
        for id in ["com.example.chatbots", "com.example.chatbt", "com.example.chtabot", "com.example.chatbox"]
        {
            assert!(resembles(id, "Other"), "{id}");
        }
        assert!(!resembles("com.example.chattobot", "Other"));
        assert!(!resembles("com.example.tickets", "Tickets"));
    }

    #[test]
    fn a_plugin_does_not_resemble_itself_and_short_names_may_differ_by_a_letter() {
        assert!(!resembles(BOT.id, "Chat Bot"));
        assert_eq!(
            resembled(Seen { id: "org.a.x", name: "A" }, [Seen { id: "org.beta.y", name: "B" }]),
            None
        );
    }
}
