//! What ends a command: the center's error, or one of the command line's own, in the same form.

use std::fmt;
use std::io;

use center::error::{Error, ErrorView};
use serde_json::Value;

use crate::exit::Exit;

/// What every step of a command returns.
pub type Outcome<T = ()> = Result<T, Failure>;

/// An error with its stable code, sentence, next step and details.
#[derive(Debug)]
pub struct Failure(Box<ErrorView>);

impl Failure {
    /// One of the command line's own.
    pub fn new(code: &str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        let (message, hint) = (message.into(), hint.into());
        ErrorView { code: code.into(), message, hint, details: Value::Null }.into()
    }

    /// The command, or a value in it, cannot be meant.
    pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new("usage", message, hint)
    }

    /// A file or stream failed; a reader that has seen enough is no failure.
    pub fn io(attempt: impl fmt::Display, cause: &io::Error) -> Self {
        let code = match cause.kind() {
            io::ErrorKind::BrokenPipe => "closed_pipe",
            io::ErrorKind::NotFound => "not_found",
            io::ErrorKind::AlreadyExists => "already_exists",
            _ => "io",
        };
        Self::new(code, format!("{attempt}: {cause}"), "Check the path, its rights and the free space.")
    }

    /// Replaces the next step.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = hint.into();
        self
    }

    /// Adds details.
    pub fn details(mut self, details: Value) -> Self {
        self.0.details = details;
        self
    }

    /// The error itself.
    pub fn view(&self) -> &ErrorView {
        &self.0
    }

    /// Its exit code.
    pub fn exit(&self) -> Exit {
        Exit::of(&self.0.code)
    }
}

impl From<ErrorView> for Failure {
    fn from(error: ErrorView) -> Self {
        Self(Box::new(error))
    }
}
impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        ErrorView::from(error).into()
    }
}
impl From<spk::Error> for Failure {
    fn from(error: spk::Error) -> Self {
        match &error {
            spk::Error::Io { attempt, source } if source.kind() == io::ErrorKind::NotFound => {
                Self::io(attempt, source)
            }
            _ => Error::from(error).into(),
        }
    }
}
impl From<spk::LicenseError> for Failure {
    fn from(error: spk::LicenseError) -> Self {
        Error::from(error).into()
    }
}

impl From<spk::KeyError> for Failure {
    fn from(error: spk::KeyError) -> Self {
        match &error {
            spk::KeyError::Io(cause) => Self::io("cannot use the key's file", cause),
            _ => Self::new(error.code(), error.to_string(), error.hint()),
        }
    }
}
