//! The answering end of the control socket. A client that dies, stalls or sends garbage disturbs nobody else.

use std::fs::{self, Permissions};
use std::future::Future;
use std::io::{self, Write};
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use plugin_rpc::FrameError;
use serde_json::Value;
use tokio::io::AsyncReadExt;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{broadcast, watch};
use tokio::task::JoinSet;
use tokio::time::{interval, timeout};

use super::address::Address;
use super::{Answer, Asked, Respond, frames};
use crate::error::{Code, Error, ErrorView, Result};
use crate::events::Listener;
use crate::paths::Home;
use crate::request::Request;

/// How many clients may be connected at once; one more is told so and closed.
pub const MAX_CLIENTS: usize = 64;
/// How long a client may take to send its request, or to take an answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often a stream asks again whether its session may still listen.
const RECHECK: Duration = Duration::from_secs(1);
/// How long the end waits for requests that are being answered.
const GRACE: Duration = Duration::from_secs(5);
/// How often it is looked whether the socket is still there.
const LOOK: Duration = Duration::from_secs(1);
/// The pause after the system refused a connection, such as for want of descriptors.
const BREATH: Duration = Duration::from_millis(100);

/// The socket, bound. Gone from the file system when this is dropped.
pub struct Server<C> {
    socket: UnixListener,
    path: PathBuf,
    center: Arc<C>,
    pub(super) owner: u32,
    pub(super) patience: Duration,
}

impl<C: Respond> Server<C> {
    /// Binds the socket of the center's home. An old socket there is nobody's: an open center holds the home's lock.
    ///
    /// # Errors
    /// `home_unavailable` naming the socket.
    pub fn bind(center: Arc<C>, home: &Home) -> Result<Self> {
        let path = home.control_socket();
        let socket = bind(&path).map_err(|e| {
            Error::new(Code::HomeUnavailable, format!("cannot listen on `{}`: {e}", path.display()))
        })?;
        Ok(Self { socket, path, center, owner: rustix::process::geteuid().as_raw(), patience: PATIENCE })
    }

    /// Answers until `end` comes; then closes streams, lets running requests finish for 5 s, and removes the socket.
    pub async fn run(mut self, end: impl Future<Output = ()> + Send) {
        let (ending, closing) = watch::channel(());
        let mut clients = JoinSet::new();
        let mut look = interval(LOOK);
        tokio::pin!(end);
        loop {
            tokio::select! {
                () = &mut end => break,
                Some(ended) = clients.join_next() => note_panic(ended),
                _ = look.tick() => self.come_back(),
                accepted = self.socket.accept() => match accepted {
                    Ok((stream, _)) => self.welcome(stream, &mut clients, &closing),
                    Err(cause) => self.rest(&cause).await,
                },
            }
        }
        drop(ending);
        drop(self);
        let all_answered = async { while clients.join_next().await.is_some() {} };
        let _ = timeout(GRACE, all_answered).await;
    }

    /// Somebody took the socket away: it is made anew.
    fn come_back(&mut self) {
        if self.path.symlink_metadata().is_ok() {
            return;
        }
        match bind(&self.path) {
            Ok(socket) => self.socket = socket,
            Err(cause) => tracing::warn!(%cause, "the control socket is gone and cannot be made anew"),
        }
    }

    fn welcome(&self, stream: UnixStream, clients: &mut JoinSet<()>, closing: &watch::Receiver<()>) {
        while let Some(ended) = clients.try_join_next() {
            note_panic(ended);
        }
        let guest = Guest {
            stream,
            center: Arc::clone(&self.center),
            closing: closing.clone(),
            owner: self.owner,
            patience: self.patience,
        };
        if clients.len() < MAX_CLIENTS {
            clients.spawn(guest.serve());
        } else {
            guest.turn_away();
        }
    }

    async fn rest(&self, cause: &io::Error) {
        tracing::warn!(%cause, "a client could not connect to the control socket");
        tokio::time::sleep(BREATH).await;
    }
}

impl<C> Drop for Server<C> {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// Binds inside a folder that only its owner can enter, so that nobody gets in before the mode is set.
fn bind(path: &Path) -> io::Result<UnixListener> {
    match fs::symlink_metadata(path) {
        Ok(old) if old.file_type().is_socket() => fs::remove_file(path)?,
        Ok(_) => return Err(io::Error::new(io::ErrorKind::AlreadyExists, "something else is there")),
        Err(_) => {}
    }
    let address = Address::of(path)?;
    let socket = UnixListener::bind(address.path())?;
    fs::set_permissions(path, Permissions::from_mode(0o600))?;
    Ok(socket)
}

fn note_panic(ended: std::result::Result<(), tokio::task::JoinError>) {
    if let Err(cause) = ended {
        tracing::error!(%cause, "answering a client of the control socket failed");
    }
}

/// One connected client.
struct Guest<C> {
    stream: UnixStream,
    center: Arc<C>,
    closing: watch::Receiver<()>,
    pub(super) owner: u32,
    pub(super) patience: Duration,
}

impl<C: Respond> Guest<C> {
    async fn serve(mut self) {
        let asked = match self.receive().await {
            Ok(asked) => asked,
            Err(Some(refusal)) => return self.answer(Err(refusal.into())).await.unwrap_or_default(),
            Err(None) => return,
        };
        let served = match asked.request {
            Request::Events | Request::LogFollow { .. } => self.feed(&asked).await,
            request => {
                let result = self.center.handle(asked.token.as_ref(), request).await;
                self.answer(result.map_err(ErrorView::from)).await
            }
        };
        if let Err(cause) = served {
            tracing::debug!(%cause, "a client of the control socket left early");
        }
    }

    /// The request; `Err(None)` for a client that said nothing at all.
    async fn receive(&mut self) -> Result<Asked, Option<Error>> {
        self.must_be_owner().map_err(Some)?;
        match timeout(self.patience, frames::read(&mut self.stream)).await {
            Ok(Ok(asked)) => Ok(asked),
            Ok(Err(FrameError::Closed | FrameError::Io(_))) => Err(None),
            Ok(Err(error)) => Err(Some(Error::new(Code::InvalidInput, error.to_string()))),
            Err(_) => Err(Some(Error::new(Code::TimedOut, "no whole request came in time"))),
        }
    }

    fn must_be_owner(&self) -> Result<()> {
        match self.stream.peer_cred() {
            Ok(peer) if peer.uid() == self.owner => Ok(()),
            _ => Err(Error::new(Code::NotPermitted, "this home belongs to another user")),
        }
    }

    async fn answer(&mut self, result: Result<Value, ErrorView>) -> Result<(), FrameError> {
        match self.send(&Answer::from(result)).await {
            Err(error @ (FrameError::TooLarge(_) | FrameError::TooDeep)) => {
                let refusal = Error::new(Code::InvalidInput, format!("the answer cannot be sent: {error}"));
                self.send(&Answer::Error(refusal.hint("Ask for less.").into())).await
            }
            sent => sent,
        }
    }

    async fn send(&mut self, answer: &Answer) -> Result<(), FrameError> {
        let sent = timeout(self.patience, frames::write(&mut self.stream, answer)).await;
        sent.unwrap_or(Err(FrameError::Closed))
    }

    /// Sends what comes until the client leaves, its session ends, or the center does.
    async fn feed(&mut self, asked: &Asked) -> Result<(), FrameError> {
        let mut feed = match self.subscribe(asked) {
            Ok(feed) => feed,
            Err(refusal) => return self.answer(Err(refusal.into())).await,
        };
        self.answer(Ok(Value::Null)).await?;
        let mut checked = Instant::now();
        while let Some(value) = self.next(&mut feed).await {
            if checked.elapsed() >= RECHECK {
                checked = Instant::now();
                if let Err(refusal) = self.subscribe(asked) {
                    return self.answer(Err(refusal.into())).await;
                }
            }
            self.answer(Ok(value)).await?;
        }
        Ok(())
    }

    fn subscribe(&self, asked: &Asked) -> Result<Feed<C::Line>> {
        let token = asked.token.as_ref();
        match &asked.request {
            Request::LogFollow { plugin } => self.center.follow_log(token, plugin).map(Feed::Log),
            _ => self.center.events(token).map(Feed::Events),
        }
    }

    async fn next(&mut self, feed: &mut Feed<C::Line>) -> Option<Value> {
        let mut unexpected = [0; 1];
        tokio::select! {
            value = feed.next() => value,
            _ = self.closing.changed() => None,
            _ = self.stream.read(&mut unexpected) => None,
        }
    }

    /// Says why, as far as the socket takes it without waiting.
    fn turn_away(self) {
        let refusal = Error::new(Code::Busy, format!("{MAX_CLIENTS} clients are connected"));
        if let (Ok(frame), Ok(mut stream)) =
            (plugin_rpc::encode(&Answer::Error(refusal.into())), self.stream.into_std())
        {
            let _ = stream.write(&frame);
        }
    }
}

/// Where a stream's values come from.
enum Feed<L> {
    Events(Listener),
    Log(broadcast::Receiver<L>),
}

impl<L: serde::Serialize + Clone> Feed<L> {
    async fn next(&mut self) -> Option<Value> {
        match self {
            Self::Events(listener) => listener.next().await.map(json),
            Self::Log(lines) => loop {
                match lines.recv().await {
                    Ok(line) => return Some(json(line)),
                    // The file has them all; a live view goes on with the newest.
                    Err(broadcast::error::RecvError::Lagged(_)) => {}
                    Err(broadcast::error::RecvError::Closed) => return None,
                }
            },
        }
    }
}

fn json(value: impl serde::Serialize) -> Value {
    serde_json::to_value(value).expect("events and lines have string keys only")
}
