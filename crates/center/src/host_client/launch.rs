//! From a verified library to a process that waits, sandboxed, with nothing of the library run yet.

use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use plugin_rpc::{FromHost, Hello, Measure, PROTOCOL, ToHost, body_length, decode, send_with_rights};
use tokio::io::AsyncReadExt;
use tokio::net::unix::pipe::{Receiver, Sender};
use tokio::process::Child;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::{HostClient, HostError, Trouble, reader};
use crate::mask::Mask;
use crate::spawner::Spawner;

/// How long a host has from its spawning to its welcome.
const WELCOME_WITHIN: Duration = Duration::from_secs(10);
/// A welcome is small; more is no welcome.
const MAX_WELCOME: usize = 64 << 10;

/// What a launch needs.
#[derive(Debug)]
pub struct Launch<'a> {
    /// The plugin-host program.
    pub program: &'a Path,
    /// The library, in a sealed memfd.
    pub library: OwnedFd,
    /// Everything else.
    pub hello: Hello,
    /// The granted paths' descriptors, in the order of `hello.granted`.
    pub granted: Vec<OwnedFd>,
    /// What its words must not show.
    pub mask: Arc<Mask>,
}

/// A process that waits for its first act.
#[derive(Debug)]
pub struct Launched {
    /// To ask it.
    pub client: HostClient,
    /// To watch and end it; dropping it ends it.
    pub process: Child,
    /// What its sandbox holds.
    pub sandbox: Vec<Measure>,
    /// What it does that ends it.
    pub trouble: mpsc::UnboundedReceiver<Trouble>,
    /// Ends when nothing that it asked is being carried out any more.
    pub listening: JoinHandle<()>,
}

/// Spawns a host and exchanges the hello.
///
/// # Errors
/// [`HostError::Launch`] with what failed, [`HostError::TimedOut`]; then no process is left.
pub async fn launch(
    spawner: &Spawner,
    launch: Launch<'_>,
    listener: Arc<impl reader::Listener>,
) -> Result<Launched, HostError> {
    let (here, there) = UnixStream::pair().map_err(|e| failed("no socket pair", &e))?;
    let (writer, mut from) = greet(here, launch.hello, &launch.library, &launch.granted)?;
    let process = spawner.spawn(launch.program, there.into()).await;
    let process =
        process.map_err(|e| failed(format_args!("cannot start `{}`", launch.program.display()), &e))?;
    let welcome = tokio::time::timeout(WELCOME_WITHIN, welcome(&mut from)).await;
    let sandbox = welcome.map_err(|_| HostError::TimedOut(WELCOME_WITHIN))??;
    let (troubled, trouble) = mpsc::unbounded_channel();
    let client = HostClient::new(writer, troubled, launch.mask);
    let listening = tokio::spawn(reader::read(from, client.clone(), listener));
    Ok(Launched { client, process, sandbox, trouble, listening })
}

/// Puts the hello, and all that travels with it, where the host will find it. Returns the center's ends of the pipes.
fn greet(
    to: UnixStream,
    hello: Hello,
    library: &OwnedFd,
    granted: &[OwnedFd],
) -> Result<(Sender, Receiver), HostError> {
    let no_pipe = |e: std::io::Error| failed("no pipe", &e);
    let (reads, writer) = std::io::pipe().map_err(no_pipe)?;
    let (from, writes) = std::io::pipe().map_err(no_pipe)?;
    let mut rights = vec![reads.as_fd(), writes.as_fd(), library.as_fd()];
    rights.extend(granted.iter().map(AsFd::as_fd));
    // The socket's buffer takes the hello whole, so this does not wait for the host.
    send_with_rights(to, &ToHost::Hello(hello), &rights).map_err(|e| failed("no hello", &e))?;
    let writer = Sender::from_owned_fd(writer.into()).map_err(no_pipe)?;
    let from = Receiver::from_owned_fd(from.into()).map_err(no_pipe)?;
    Ok((writer, from))
}

async fn welcome(from: &mut Receiver) -> Result<Vec<Measure>, HostError> {
    let mut prefix = [0; 4];
    from.read_exact(&mut prefix).await.map_err(|e| failed("the host ended before its welcome", &e))?;
    let length = body_length(prefix).map_err(|e| failed("no welcome", &e))?;
    if length > MAX_WELCOME {
        return Err(HostError::Launch(format!("a welcome of {length} bytes")));
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body).await.map_err(|e| failed("the host ended within its welcome", &e))?;
    match decode(&body).map_err(|e| failed("no welcome", &e))? {
        FromHost::Welcome { protocol: PROTOCOL, sandbox } => Ok(sandbox),
        FromHost::Welcome { protocol, .. } => {
            Err(HostError::Launch(format!("the host speaks protocol {protocol}, the center {PROTOCOL}")))
        }
        _ => Err(HostError::Launch("the host's first word is no welcome".into())),
    }
}

fn failed(what: impl std::fmt::Display, cause: &dyn std::fmt::Display) -> HostError {
    HostError::Launch(format!("{what}: {cause}"))
}
