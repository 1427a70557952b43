//! The local socket of a running center: how a request reaches it from another process of the same person.
//! Knows who may connect and what a frame may be; knows nothing of what a request means.
//!
//! One connection carries one request: `{"token", "request"}` is answered by `{"ok"}` or `{"error"}`. `events` and
//! `log_follow` are answered by `{"ok": null}`, then by one frame per event or line until either side closes.

mod address;
mod client;
mod frames;
mod respond;
mod server;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::ErrorView;
use crate::request::{Request, Token};

pub use client::{Client, Stream};
pub use respond::Respond;
pub use server::{MAX_CLIENTS, Server};

/// What a client sends.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    token: Option<Token>,
    request: Request,
}

/// What it gets.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Ok(Value),
    Error(ErrorView),
}

impl From<Result<Value, ErrorView>> for Answer {
    fn from(result: Result<Value, ErrorView>) -> Self {
        result.map_or_else(Self::Error, Self::Ok)
    }
}

impl From<Answer> for Result<Value, ErrorView> {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Ok(value) => Ok(value),
            Answer::Error(error) => Err(error),
        }
    }
}
