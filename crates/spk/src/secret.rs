//! A secret in memory: wiped when dropped, never printed, never serialised. Knows nothing of how it is stored.

use std::fmt;
use zeroize::Zeroizing;

/// A password or token. It has no `Serialize` and no `Display`; [`SecretString::expose`] is the only way to the text.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretString(Zeroizing<String>);

impl SecretString {
    /// Takes the text over; the caller's other copies are the caller's to wipe.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text itself. Name this call in review: whatever it reaches must not be printed or stored in clear.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// True when there is nothing but white space.
    pub fn is_blank(&self) -> bool {
        self.0.trim().is_empty()
    }
}

impl fmt::Debug for SecretString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretString(…)")
    }
}

impl From<String> for SecretString {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_printed() {
        let printed = format!("{:?}", SecretString::new("hunter2"));
        assert!(!printed.contains("hunter2"), "printed as {printed}");
    }
}
