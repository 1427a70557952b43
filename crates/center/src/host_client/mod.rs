//! The other end of a plugin's process: launching it, asking it, listening to it. Believes nothing that comes from it.

mod launch;
mod pending;
mod reader;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use plugin_rpc::{Act, Fault, MAX_IN_FLIGHT, Outcome, ToHost};
use serde_json::value::RawValue;
use tokio::io::AsyncWriteExt;
use tokio::net::unix::OwnedWriteHalf;
use tokio::sync::{Mutex, Semaphore, mpsc};

pub use launch::{Launch, Launched, launch};
pub use reader::Listener;

use pending::Pending;

/// Why a request to a host has no result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// No answer before the deadline.
    #[error("it did not answer within {} ms", .0.as_millis())]
    TimedOut(Duration),
    /// The process has ended.
    #[error("its process has ended")]
    Gone,
    /// The request is too large or nests too deep to be sent.
    #[error("the request cannot be sent: {0}")]
    Unsendable(String),
    /// The plugin, or its host, answered with an error.
    #[error("{0}")]
    Fault(Fault),
    /// The process could not be brought up.
    #[error("{0}")]
    Launch(String),
}

/// What a host did that ends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// It stayed silent for a second deadline, or failed its health checks.
    Hung,
    /// It sent what no host sends.
    Misbehaved(String),
}

/// A handle for asking a running host; cheap to clone.
#[derive(Debug, Clone)]
pub struct HostClient(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    writer: Mutex<OwnedWriteHalf>,
    pending: Pending,
    next_id: AtomicU64,
    in_flight: Semaphore,
    trouble: mpsc::UnboundedSender<Trouble>,
}

impl HostClient {
    fn new(writer: OwnedWriteHalf, trouble: mpsc::UnboundedSender<Trouble>) -> Self {
        Self(Arc::new(Inner {
            writer: Mutex::new(writer),
            pending: Pending::default(),
            next_id: AtomicU64::new(1),
            in_flight: Semaphore::new(MAX_IN_FLIGHT),
            trouble,
        }))
    }

    /// Runs a command of the plugin. More than [`MAX_IN_FLIGHT`] at once wait for a place, within the same deadline.
    ///
    /// # Errors
    /// Every [`HostError`] but `Launch`.
    pub async fn call(
        &self,
        command: &str,
        args: Box<RawValue>,
        deadline: Duration,
    ) -> Result<Box<RawValue>, HostError> {
        let _place = match self.0.in_flight.try_acquire() {
            Ok(place) => place,
            Err(_) => {
                let place = tokio::time::timeout(deadline, self.0.in_flight.acquire()).await;
                place.map_err(|_| HostError::TimedOut(deadline))?.map_err(|_| HostError::Gone)?
            }
        };
        let command = command.to_owned();
        self.ask(deadline, |id| ToHost::Call { id, command, args }).await
    }

    /// A step of the plugin's life.
    ///
    /// # Errors
    /// As [`HostClient::call`].
    pub async fn act(&self, act: Act, deadline: Duration) -> Result<Box<RawValue>, HostError> {
        self.ask(deadline, |id| ToHost::Do { id, act }).await
    }

    /// Asks whether it is well.
    ///
    /// # Errors
    /// As [`HostClient::call`].
    pub async fn health(&self, deadline: Duration) -> Result<(), HostError> {
        self.ask(deadline, |id| ToHost::Health { id }).await.map(drop)
    }

    /// Answers something that the plugin asked.
    async fn answer(&self, id: u64, outcome: Outcome) {
        let sent = self.send(&ToHost::Answer { id, outcome }).await;
        if let Err(HostError::Unsendable(cause)) = sent {
            let fault = Fault::new("too_large", format!("the answer cannot be sent: {cause}"));
            let _ = self.send(&ToHost::Answer { id, outcome: Err(fault) }).await;
        }
    }

    async fn ask(
        &self,
        deadline: Duration,
        request: impl FnOnce(u64) -> ToHost,
    ) -> Result<Box<RawValue>, HostError> {
        let id = self.0.next_id.fetch_add(1, Ordering::Relaxed);
        let answered = self.0.pending.expect(id).ok_or(HostError::Gone)?;
        if let Err(refused) = self.send(&request(id)).await {
            self.0.pending.forget(id);
            return Err(refused);
        }
        match tokio::time::timeout(deadline, answered).await {
            Ok(Ok(outcome)) => outcome.map_err(HostError::Fault),
            Ok(Err(_)) => Err(HostError::Gone),
            Err(_) => {
                self.watch_overdue(id, deadline);
                Err(HostError::TimedOut(deadline))
            }
        }
    }

    /// The caller was told; a host that stays silent for a second such period is hung.
    fn watch_overdue(&self, id: u64, period: Duration) {
        let Some(answered) = self.0.pending.overdue(id) else { return };
        let trouble = self.0.trouble.clone();
        tokio::spawn(async move {
            if tokio::time::timeout(period, answered).await.is_err() {
                let _ = trouble.send(Trouble::Hung);
            }
        });
    }

    async fn send(&self, message: &ToHost) -> Result<(), HostError> {
        let frame = plugin_rpc::encode(message).map_err(|e| HostError::Unsendable(e.to_string()))?;
        let mut writer = self.0.writer.lock().await;
        writer.write_all(&frame).await.map_err(|_| HostError::Gone)
    }

    /// Tells the supervisor what this host did; one that has ended already no longer minds.
    pub fn report(&self, trouble: Trouble) {
        let _ = self.0.trouble.send(trouble);
    }
}
