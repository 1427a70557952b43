//! Passwords, one-time passwords and recovery codes: making, hashing, comparing, judging. Knows no account and no database.

use std::fmt::Write;

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use zeroize::Zeroizing;
use zxcvbn::{Score, zxcvbn};

use crate::error::{Code, Error, Result};
use crate::store::blocking;

/// Argon2id with 19 MiB, 2 passes, 1 lane: the OWASP Password Storage Cheat Sheet's choice for interactive sign-in, in KiB,
/// passes, lanes. Each stored hash names its own parameters, so that a later change leaves older ones usable.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);
/// Fewest characters; NIST SP 800-63B asks for length instead of kinds of characters.
const SHORTEST: usize = 10;
/// Most bytes: hashing must not be made slow from outside.
const LONGEST: usize = 1024;
/// Fewest characters that must remain when login and name are taken out.
const SHORTEST_OF_ITS_OWN: usize = 8;
/// Fewest different characters.
const FEWEST_KINDS: usize = 5;
/// NIST SP 800-63B (3.1.1.2) has a new password compared with lists of common ones. `zxcvbn` does so with lists of passwords, words
/// and names, also with their usual variations, and by its authors anything under this score is too weak: it stands for 10^8
/// guesses, which take centuries at the pace that `throttle` allows.
const LEAST_SCORE: Score = Score::Three;
/// Digits and letters that are not mistaken for each other when they are read aloud or copied by hand: 5 bits each.
const ALPHABET: &[u8; 32] = b"023456789abcdefghjkmnpqrstuvwxyz";

/// A PHC string (`$argon2id$v=19$…`) with a salt of its own.
pub(super) fn hash(password: &str) -> Result<String> {
    let failed =
        |e: &dyn std::fmt::Display| Error::internal(format_args!("a password could not be hashed: {e}"));
    let params = Params::new(COST.0, COST.1, COST.2, None).map_err(|e| failed(&e))?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hashed = blocking(|| argon2.hash_password(password.as_bytes()).map(|phc| phc.to_string()));
    hashed.map_err(|e| failed(&e))
}

/// Whether `password` is the one of the stored hash. Without one it works as long, so that time tells nothing.
pub(super) fn matches(password: &str, stored: Option<&str>) -> bool {
    match stored {
        Some(_) if password.len() > LONGEST => false,
        Some(phc) => blocking(|| Argon2::default().verify_password(password.as_bytes(), phc).is_ok()),
        None => {
            let _ = hash(&password[..password.floor_char_boundary(LONGEST)]);
            false
        }
    }
}

/// Refuses what is guessed first: short, monotonous, hardly more than the login or the name, or common.
/// Not asked about one-time passwords, which the center makes itself.
///
/// # Errors
/// `weak_password`; `details.rule` is `too_short`, `too_long`, `too_uniform`, `like_name` or `common`.
pub(super) fn judge(password: &str, login: &str, name: &str) -> Result<()> {
    let weak = |rule: &str, message: &str| {
        Err(Error::new(Code::WeakPassword, message)
            .details(serde_json::json!({ "rule": rule, "shortest": SHORTEST })))
    };
    if password.chars().count() < SHORTEST {
        return weak("too_short", "the password has fewer than 10 characters");
    }
    if password.len() > LONGEST {
        return weak("too_long", "the password has more than 1024 bytes");
    }
    let mut kinds: Vec<char> = password.chars().collect();
    kinds.sort_unstable();
    kinds.dedup();
    if kinds.len() < FEWEST_KINDS {
        return weak("too_uniform", "the password repeats very few characters");
    }
    let mut own = Zeroizing::new(password.to_lowercase());
    for part in [login, name].into_iter().chain(name.split_whitespace()).filter(|part| !part.is_empty()) {
        own = Zeroizing::new(own.replace(&part.to_lowercase(), ""));
    }
    if own.chars().count() < SHORTEST_OF_ITS_OWN {
        return weak("like_name", "the password is hardly more than the login or the name");
    }
    if zxcvbn(password, &[login, name]).score() < LEAST_SCORE {
        return weak("common", "the password is among the first that are guessed");
    }
    Ok(())
}

/// A password for one first sign-in: 80 random bits as `xxxx-xxxx-xxxx-xxxx`.
pub(super) fn one_time() -> Result<String> {
    grouped(16)
}

/// A recovery code: 120 random bits in groups of four.
pub(super) fn recovery_code() -> Result<String> {
    grouped(24)
}

/// A code as it was made, however it was typed: in another case, with other separators, `o` for zero.
pub(super) fn spelled(typed: &str) -> Zeroizing<String> {
    let letters = typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase());
    let mut code = Zeroizing::new(String::with_capacity(64));
    for (index, letter) in letters.take(48).enumerate() {
        if index > 0 && index % 4 == 0 {
            code.push('-');
        }
        code.push(if letter == 'o' { '0' } else { letter });
    }
    code
}

fn grouped(length: usize) -> Result<String> {
    let mut random = Zeroizing::new(vec![0_u8; length]);
    fill(&mut random)?;
    let letters: Vec<char> = random.iter().map(|byte| char::from(ALPHABET[usize::from(byte & 31)])).collect();
    let mut code = String::with_capacity(length + length / 4);
    for (index, group) in letters.chunks(4).enumerate() {
        let separator = if index == 0 { "" } else { "-" };
        write!(code, "{separator}{}", group.iter().collect::<String>())
            .expect("writing to a string succeeds");
    }
    Ok(code)
}

/// Random bytes from the system.
pub(super) fn fill(bytes: &mut [u8]) -> Result<()> {
    getrandom::fill(bytes).map_err(|e| Error::internal(format_args!("no random numbers: {e}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_argon2id_with_the_written_cost_and_a_salt_of_its_own() {
        let (one, two) = (hash("correct horse battery").unwrap(), hash("correct horse battery").unwrap());
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        assert_ne!(one, two);
        assert!(matches("correct horse battery", Some(&one)) && matches("correct horse battery", Some(&two)));
        assert!(!matches("correct horse batter", Some(&one)));
        assert!(
            !matches("anything", None) && !matches("anything", Some("")) && !matches("", Some("not a hash"))
        );
    }

    #[test]
    fn weak_passwords_are_refused_with_the_rule() {
        let long = "äx1?".repeat(400);
        for (password, login, name, rule) in [
            ("short 1", "alice", "Wang", Some("too_short")),
            ("äöüßéàâ12", "alice", "Wang", Some("too_short")),
            (long.as_str(), "alice", "Wang", Some("too_long")),
            ("aaaaaaaaaaaaaaab", "alice", "Wang", Some("too_uniform")),
            ("Alice.Wang2025", "alice.wang", "Someone", Some("like_name")),
            ("WangLi12345", "x1", "Alice WangLi", Some("like_name")),
            ("wang+alice+2", "alice", "Wang", Some("like_name")),
            ("密码十个字才够长吗是的", "alice", "王力", None),
            ("blue kettle 41", "alice", "Wang", None),
            ("password1234", "alice", "Wang", Some("common")),
            ("P@ssw0rd2024", "alice", "Wang", Some("common")),
            ("1qaz2wsx3edc", "alice", "Wang", Some("common")),
            ("qwertyuiop123", "alice", "Wang", Some("common")),
            ("administrator", "alice", "Wang", Some("common")),
            ("sprocketadmin", "sprocket", "Admin", Some("like_name")),
        ] {
            let found = judge(password, login, name).err();
            let found = found.map(|e| (e.code, e.details["rule"].as_str().unwrap().to_owned()));
            assert_eq!(found, rule.map(|rule| (Code::WeakPassword, rule.to_owned())), "{password}");
        }
    }

    #[test]
    fn codes_are_long_random_and_readable() {
        assert_eq!(ALPHABET.iter().collect::<std::collections::HashSet<_>>().len(), 32);
        let (once, code) = (one_time().unwrap(), recovery_code().unwrap());
        assert_eq!((once.len(), code.len()), (19, 29));
        assert!(once.split('-').all(|group| group.len() == 4));
        assert_ne!(once, one_time().unwrap());
        assert_eq!(*spelled(&format!(" {} ", code.to_uppercase().replace('-', " "))), code);
        assert_eq!(*spelled("OO23 4567"), "0023-4567");
    }
}
