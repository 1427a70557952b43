//! The installation code: what a person orders a license with, so that it holds for one center alone. Knows no license.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Digits that name the installation.
const DIGITS: usize = 18;
/// With the two check digits.
const LENGTH: usize = DIGITS + 2;
/// Keeps this digest apart from every other digest of a center's id.
const CONTEXT: &str = "Sprocket 2026 installation code";

/// Why a text is no installation code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Not 20 digits.
    #[error("an installation code has {LENGTH} digits")]
    NotTwentyDigits,
    /// The last two digits do not fit the others.
    #[error("a digit of the installation code is wrong")]
    Mistyped,
}

/// Names one center: 18 digits that come from its id and two check digits (ISO 7064, MOD 97-10), which find every single
/// wrong digit and every two that changed places. Shown in four groups of five; read with or without the spaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct InstallationCode(u64);

impl InstallationCode {
    /// The code of the center with this id. The id cannot be learnt from it.
    #[must_use]
    pub fn of_center(id: &str) -> Self {
        let digest = blake3::derive_key(CONTEXT, id.as_bytes());
        let (head, _) = digest.split_first_chunk::<8>().expect("a digest has 32 bytes");
        Self(u64::from_be_bytes(*head) % 10_u64.pow(18))
    }

    fn check(self) -> u64 {
        u64::try_from(98 - u128::from(self.0) * 100 % 97).expect("below 99")
    }
}

impl FromStr for InstallationCode {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        if digits.len() != LENGTH || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(CodeError::NotTwentyDigits);
        }
        let (body, check) = digits.split_at(DIGITS);
        let [code, check] = [body, check].map(|part| part.parse::<u64>().expect("at most 18 digits"));
        if Self(code).check() == check { Ok(Self(code)) } else { Err(CodeError::Mistyped) }
    }
}

impl TryFrom<String> for InstallationCode {
    type Error = CodeError;

    fn try_from(text: String) -> Result<Self, CodeError> {
        text.parse()
    }
}

impl From<InstallationCode> for String {
    fn from(code: InstallationCode) -> Self {
        code.to_string()
    }
}

impl fmt::Display for InstallationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = format!("{:018}{:02}", self.0, self.check());
        let groups: Vec<&str> =
            digits.as_bytes().chunks(5).filter_map(|group| str::from_utf8(group).ok()).collect();
        f.write_str(&groups.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_center_has_one_code_in_one_spelling() {
        let code = InstallationCode::of_center("00112233445566778899aabbccddeeff");
        let text = code.to_string();
        assert!(text.split(' ').map(str::len).eq([5; 4]), "{text}");
        for spelling in [text.clone(), text.replace(' ', ""), text.replace(' ', "-")] {
            assert_eq!(spelling.parse(), Ok(code));
        }
        assert_ne!(code, InstallationCode::of_center("00112233445566778899aabbccddeefe"));
        assert_eq!("12345".parse::<InstallationCode>(), Err(CodeError::NotTwentyDigits));
        assert_eq!(text.replace(' ', "x").parse::<InstallationCode>(), Err(CodeError::NotTwentyDigits));
    }

    #[test]
    fn every_wrong_digit_and_every_swap_is_found() {
        for id in 0..200 {
            let right = InstallationCode::of_center(&id.to_string()).to_string().replace(' ', "");
            for at in 0..right.len() {
                for digit in b'0'..=b'9' {
                    let mut wrong = right.clone().into_bytes();
                    wrong[at] = digit;
                    let wrong = String::from_utf8(wrong).unwrap();
                    assert_eq!(wrong.parse::<InstallationCode>().is_ok(), wrong == right, "{wrong}");
                }
                let mut swapped = right.clone().into_bytes();
                swapped.swap(at, (at + 1) % right.len());
                let swapped = String::from_utf8(swapped).unwrap();
                if at + 1 < right.len() && swapped != right {
                    assert_eq!(swapped.parse::<InstallationCode>(), Err(CodeError::Mistyped));
                }
            }
        }
    }
}
