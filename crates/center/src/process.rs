//! What a process that carries a center does to itself. Knows no center.

use rustix::process::{Resource, Rlimit, setrlimit};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::error::{Error, Result};

/// A core would hold secrets in clear, of the center and of every plugin that inherits this limit.
///
/// # Errors
/// `internal` if the system refuses.
pub fn forbid_core_dumps() -> Result<()> {
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    setrlimit(Resource::Core, none).map_err(|cause| Error::io("cannot turn core dumps off", &cause.into()))
}

/// What asks a process to end: Ctrl+C, or the system's polite way.
#[derive(Debug)]
pub struct EndSignals {
    interrupt: Signal,
    terminate: Signal,
}

impl EndSignals {
    /// From now on these signals end nothing by themselves. Inside a tokio runtime only.
    ///
    /// # Errors
    /// `internal` if the system refuses.
    pub fn listen() -> Result<Self> {
        let listen = |kind| signal(kind).map_err(|cause| Error::io("cannot wait for signals", &cause));
        Ok(Self { interrupt: listen(SignalKind::interrupt())?, terminate: listen(SignalKind::terminate())? })
    }

    /// Returns at the next of them.
    pub async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
