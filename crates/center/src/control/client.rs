//! The asking end of the control socket.

use std::io::{self, ErrorKind};

use plugin_rpc::FrameError;
use serde_json::Value;
use tokio::net::UnixStream;

use super::address::Address;
use super::{Answer, Asked, frames};
use crate::error::{Code, Error, ErrorView, Result};
use crate::paths::Home;
use crate::request::{Request, Token};

/// Asks a center that runs in another process.
#[derive(Debug, Clone)]
pub struct Client {
    home: Home,
}

impl Client {
    /// `None` if no center runs on this home.
    ///
    /// # Errors
    /// `home_unavailable` if the socket cannot be reached; `not_permitted` if the center runs as another user.
    pub async fn connect(home: &Home) -> Result<Option<Self>> {
        let reached = open(home).await?;
        Ok(reached.map(|_| Self { home: home.clone() }))
    }

    /// Asks, and waits for the answer as long as it takes.
    ///
    /// # Errors
    /// What the center answers; `center_not_running` if it ended meanwhile.
    pub async fn ask(&self, token: Option<&Token>, request: Request) -> Result<Value, ErrorView> {
        let mut stream = self.send(token, request).await?;
        receive(&mut stream).await
    }

    /// Asks for [`Request::Events`] or [`Request::LogFollow`]; returns when the center has agreed.
    ///
    /// # Errors
    /// As [`Client::ask`].
    pub async fn stream(&self, token: Option<&Token>, request: Request) -> Result<Stream, ErrorView> {
        let mut stream = self.send(token, request).await?;
        receive(&mut stream).await?;
        Ok(Stream(stream))
    }

    async fn send(&self, token: Option<&Token>, request: Request) -> Result<UnixStream, ErrorView> {
        let mut stream = open(&self.home).await?.ok_or_else(ended)?;
        let asked = Asked { token: token.cloned(), request };
        match frames::write(&mut stream, &asked).await {
            // A center that refuses to listen has said why before it closed.
            Ok(()) | Err(FrameError::Closed) => Ok(stream),
            Err(error) => Err(failed(&error)),
        }
    }
}

/// What keeps coming after an agreed [`Client::stream`].
#[derive(Debug)]
pub struct Stream(UnixStream);

impl Stream {
    /// The next event or line; `None` when the center has ended.
    ///
    /// # Errors
    /// Why the center sends no more, such as `not_signed_in` after the session was ended.
    pub async fn next(&mut self) -> Result<Option<Value>, ErrorView> {
        match frames::read::<Answer>(&mut self.0).await {
            Ok(answer) => Result::from(answer).map(Some),
            Err(FrameError::Closed) => Ok(None),
            Err(error) => Err(failed(&error)),
        }
    }
}

async fn open(home: &Home) -> Result<Option<UnixStream>> {
    let socket = home.control_socket();
    let unreachable = |cause: &io::Error| {
        let what = format!("cannot reach the center on `{}`: {cause}", socket.display());
        Error::new(Code::HomeUnavailable, what)
    };
    let absent =
        |cause: &io::Error| matches!(cause.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused);
    let address = match Address::of(&socket) {
        Ok(address) => address,
        Err(cause) if absent(&cause) => return Ok(None),
        Err(cause) => return Err(unreachable(&cause)),
    };
    match UnixStream::connect(address.path()).await {
        Ok(stream) => ours(stream).map(Some),
        Err(cause) if absent(&cause) => Ok(None),
        Err(cause) => Err(unreachable(&cause)),
    }
}

/// A password is told only to a center of the same user.
fn ours(stream: UnixStream) -> Result<UnixStream> {
    let peer = stream.peer_cred().map_err(|e| Error::io("cannot tell whose center this is", &e))?;
    if peer.uid() == rustix::process::geteuid().as_raw() {
        return Ok(stream);
    }
    let error = Error::new(Code::NotPermitted, "the center of this home runs as another user");
    Err(error.hint("Run the command as the user whose home it is."))
}

async fn receive(stream: &mut UnixStream) -> Result<Value, ErrorView> {
    match frames::read::<Answer>(stream).await {
        Ok(answer) => answer.into(),
        Err(FrameError::Closed) => Err(ended().into()),
        Err(error) => Err(failed(&error)),
    }
}

fn ended() -> Error {
    Error::new(Code::CenterNotRunning, "the center ended before it answered")
}

fn failed(error: &FrameError) -> ErrorView {
    let what = format!("talking to the center failed: {error}");
    match error {
        FrameError::TooLarge(_) | FrameError::TooDeep => Error::new(Code::InvalidInput, what).into(),
        _ => Error::internal(what).into(),
    }
}
