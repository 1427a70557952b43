//! What a plugin returns: JSON, or a fault with a word for programs and a message for people.

use std::fmt::{Debug, Formatter};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A result that is already JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Json(pub(crate) String);

/// What commands and the rest of a plugin return.
pub type Result<T = Json> = std::result::Result<T, Fault>;

/// Why something did not succeed. Made from any error by `?`, then with the code `failed`.
#[derive(Clone, PartialEq, Eq)]
pub struct Fault {
    code: String,
    message: String,
}

impl Fault {
    /// A fault with a stable word of the plugin's own and a message for people.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into() }
    }

    /// The stable word.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The message for people.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl Debug for Fault {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} ({})", self.message, self.code)
    }
}

impl<E: std::error::Error> From<E> for Fault {
    fn from(error: E) -> Self {
        Self::new("failed", error.to_string())
    }
}

/// Reads the arguments of a service.
///
/// # Errors
/// `invalid_arguments` if they have another shape.
pub fn arguments<T: DeserializeOwned>(args: &str) -> Result<T> {
    serde_json::from_str(args).map_err(|error| Fault::new("invalid_arguments", error.to_string()))
}

/// Ends a command with a value.
///
/// # Errors
/// If the value has no JSON form, such as a map whose keys are no strings.
pub fn reply(value: &(impl Serialize + ?Sized)) -> Result {
    Ok(Json(serde_json::to_string(value)?))
}
