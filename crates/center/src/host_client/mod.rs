//! The other end of a plugin's process: launching it, asking it, listening to it. Believes nothing that comes from it.

mod errand;
mod launch;
mod pending;
mod reader;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use plugin_rpc::{Act, Fault, Loaded, MAX_IN_FLIGHT, Outcome, ToHost};
use serde_json::value::RawValue;
use tokio::io::AsyncWriteExt;
use tokio::net::unix::pipe::Sender;
use tokio::sync::{Mutex, Semaphore, mpsc};
use tokio::time::{Instant, timeout, timeout_at};

pub use errand::Errand;
pub use launch::{Launch, Launched, launch};
pub use reader::Listener;

use pending::Pending;

use crate::mask::Mask;

/// How long a host may take to accept the answer to something that it asked.
const ANSWER_TAKEN_WITHIN: Duration = Duration::from_secs(30);

/// Why a request to a host has no result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// No answer before the deadline.
    #[error("it did not answer within {} ms", .0.as_millis())]
    TimedOut(Duration),
    /// The process has ended.
    #[error("its process has ended")]
    Gone,
    /// It takes no further calls: another version takes its place. The request was not sent.
    #[error("another version takes its place")]
    Resting,
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
    /// It stayed silent for a second deadline, or left its health checks unanswered.
    Hung,
    /// It said at its health checks that something is wrong with it, in its words.
    Unwell(String),
    /// It sent what no host sends.
    Misbehaved(String),
    /// Its private folder holds more than was approved, both in bytes.
    OverStorage {
        /// What it holds.
        used: u64,
        /// What was approved.
        allowed: u64,
    },
}

/// A handle for asking a running host; cheap to clone.
#[derive(Debug, Clone)]
pub struct HostClient(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// `None` once a frame was cut short: nothing can follow it.
    writer: Mutex<Option<Sender>>,
    pending: Pending,
    /// Nothing that this host asked is carried out any more.
    closed: AtomicBool,
    next_id: AtomicU64,
    /// How many calls the plugin works on at once, by its own word.
    at_once: AtomicU32,
    in_flight: Arc<Semaphore>,
    trouble: mpsc::UnboundedSender<Trouble>,
    mask: Arc<Mask>,
}

impl HostClient {
    fn new(writer: Sender, trouble: mpsc::UnboundedSender<Trouble>, mask: Arc<Mask>) -> Self {
        Self(Arc::new(Inner {
            writer: Mutex::new(Some(writer)),
            pending: Pending::default(),
            closed: AtomicBool::new(false),
            next_id: AtomicU64::new(1),
            at_once: AtomicU32::new(1),
            in_flight: Arc::new(Semaphore::new(MAX_IN_FLIGHT)),
            trouble,
            mask,
        }))
    }

    /// What its words must not show.
    pub fn mask(&self) -> &Mask {
        &self.0.mask
    }

    /// Has the plugin load its library.
    ///
    /// # Errors
    /// As [`HostClient::call`].
    pub async fn load(&self, deadline: Duration) -> Result<(), HostError> {
        let answer = self.act(Act::Load, deadline).await?;
        let loaded: Loaded = serde_json::from_str(answer.get())
            .map_err(|e| HostError::Launch(format!("its answer to being loaded: {e}")))?;
        self.0.at_once.store(loaded.max_concurrency, Ordering::Relaxed);
        Ok(())
    }

    /// How many calls the plugin works on at once, by its own word.
    pub fn at_once(&self) -> usize {
        self.0.at_once.load(Ordering::Relaxed) as usize
    }

    /// Runs a command of the plugin. More than [`MAX_IN_FLIGHT`] at once wait for a place, within the errand's time.
    ///
    /// # Errors
    /// Every [`HostError`] but `Launch`.
    pub async fn call(
        &self,
        command: &str,
        args: Box<RawValue>,
        errand: Errand,
    ) -> Result<Box<RawValue>, HostError> {
        let deadline = errand.within;
        let _place = match self.0.in_flight.try_acquire() {
            Ok(place) => place,
            Err(_) => {
                let place = timeout(deadline, self.0.in_flight.acquire()).await;
                place.map_err(|_| HostError::TimedOut(deadline))?.map_err(|_| HostError::Resting)?
            }
        };
        let command = command.to_owned();
        self.ask((deadline, Some(errand)), |id| ToHost::Call { id, command, args }).await
    }

    /// Runs a service of the plugin, as [`HostClient::call`] a command. Once it has its place it goes on without its caller
    /// and has the time of any call: who gives up early, or ends, neither leaves half a frame nor makes this host seem hung.
    ///
    /// # Errors
    /// As [`HostClient::call`].
    pub async fn call_service(
        &self,
        name: &str,
        args: Box<RawValue>,
        errand: Errand,
    ) -> Result<Box<RawValue>, HostError> {
        let within = errand.within;
        let late = HostError::TimedOut(within);
        if within.is_zero() {
            return Err(late);
        }
        let asked = async {
            let place = Arc::clone(&self.0.in_flight).acquire_owned().await;
            let place = place.map_err(|_| HostError::Resting)?;
            let (client, name, limit) = (self.clone(), name.to_owned(), errand.limit);
            let asking = tokio::spawn(async move {
                let _place = place;
                client.ask((limit, Some(errand)), |id| ToHost::Service { id, name, args }).await
            });
            asking.await.unwrap_or(Err(HostError::Gone))
        };
        timeout(within, asked).await.unwrap_or(Err(late))
    }

    /// For whom the plugin works on this call; `None` unless it does so now.
    fn errand(&self, call: u64) -> Option<Errand> {
        self.0.pending.errand(call)
    }

    /// Takes no further calls, and waits for those that are under way, though not for longer than `within`.
    pub async fn rest(&self, within: Duration) {
        let all = u32::try_from(MAX_IN_FLIGHT).expect("a few");
        // Whoever asks from now on stands behind this.
        let _ended = timeout(within, self.0.in_flight.acquire_many(all)).await;
        self.0.in_flight.close();
    }

    /// A step of the plugin's life.
    ///
    /// # Errors
    /// As [`HostClient::call`].
    pub async fn act(&self, act: Act, deadline: Duration) -> Result<Box<RawValue>, HostError> {
        self.ask((deadline, None), |id| ToHost::Do { id, act }).await
    }

    /// Asks whether it is well; its answer says what else it wants to be known.
    ///
    /// # Errors
    /// As [`HostClient::call`].
    pub async fn health(&self, deadline: Duration) -> Result<Box<RawValue>, HostError> {
        self.ask((deadline, None), |id| ToHost::Health { id }).await
    }

    /// Answers something that the plugin asked.
    async fn answer(&self, id: u64, outcome: Outcome) {
        let until = Instant::now() + ANSWER_TAKEN_WITHIN;
        let sent = timeout_at(until, self.send(&ToHost::Answer { id, outcome })).await;
        if let Ok(Err(HostError::Unsendable(cause))) = sent {
            let fault = Fault::new("too_large", format!("the answer cannot be sent: {cause}"));
            let _ = timeout_at(until, self.send(&ToHost::Answer { id, outcome: Err(fault) })).await;
        }
    }

    /// From now on nothing that this host asks is carried out, and whoever waits for it learns that it has gone.
    pub fn close(&self) {
        self.0.closed.store(true, Ordering::Release);
        self.0.pending.close();
    }

    /// Whether its process is gone.
    pub fn is_closed(&self) -> bool {
        self.0.closed.load(Ordering::Acquire)
    }

    async fn ask(
        &self,
        (deadline, errand): (Duration, Option<Errand>),
        request: impl FnOnce(u64) -> ToHost,
    ) -> Result<Box<RawValue>, HostError> {
        let id = self.0.next_id.fetch_add(1, Ordering::Relaxed);
        let answered = self.0.pending.expect(id, errand).ok_or(HostError::Gone)?;
        let mut sent = false;
        let exchange = async {
            self.send(&request(id)).await?;
            sent = true;
            answered.await.map_err(|_| HostError::Gone)
        };
        let ended = timeout(deadline, exchange).await.unwrap_or(Err(HostError::TimedOut(deadline)));
        match &ended {
            Err(HostError::TimedOut(_)) if sent => self.watch_overdue(id, deadline),
            Err(_) => self.0.pending.forget(id),
            Ok(_) => {}
        }
        ended?.map_err(HostError::Fault)
    }

    /// The caller was told; a host that stays silent for a second such period is hung.
    fn watch_overdue(&self, id: u64, period: Duration) {
        let Some(answered) = self.0.pending.overdue(id) else { return };
        let trouble = self.0.trouble.clone();
        tokio::spawn(async move {
            if timeout(period, answered).await.is_err() {
                let _ = trouble.send(Trouble::Hung);
            }
        });
    }

    /// Waits as long as the host takes nothing: each caller sets a limit. One that gives up within a frame ends the host.
    async fn send(&self, message: &ToHost) -> Result<(), HostError> {
        let frame = plugin_rpc::encode(message).map_err(|e| HostError::Unsendable(e.to_string()))?;
        let mut writer = self.0.writer.lock().await;
        let mut begun = Begun { client: self, writer: writer.take() };
        let open = begun.writer.as_mut().ok_or(HostError::Gone)?;
        let written = open.write_all(&frame).await;
        let open = begun.writer.take();
        written.map_err(|_| HostError::Gone)?;
        *writer = open;
        Ok(())
    }

    /// Tells the supervisor what this host did; one that has ended already no longer minds.
    pub fn report(&self, trouble: Trouble) {
        let _ = self.0.trouble.send(trouble);
    }
}

/// A frame on its way. Dropped before it was written whole, it takes the way to the host along.
struct Begun<'a> {
    client: &'a HostClient,
    writer: Option<Sender>,
}

impl Drop for Begun<'_> {
    fn drop(&mut self) {
        if self.writer.is_some() {
            self.client.report(Trouble::Hung);
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;
    use tokio::net::unix::pipe::{self, Receiver};

    use super::*;
    use crate::actor::AccountId;

    const SHORT: Duration = Duration::from_millis(100);

    fn client() -> (HostClient, Receiver, mpsc::UnboundedReceiver<Trouble>) {
        let (writer, there) = pipe::pipe().unwrap();
        let (troubled, trouble) = mpsc::unbounded_channel();
        (HostClient::new(writer, troubled, Arc::default()), there, trouble)
    }

    fn errand(limit: Duration) -> Errand {
        Errand::new(AccountId(1), &"com.example.a".parse().unwrap(), limit)
    }

    #[tokio::test]
    async fn a_host_that_takes_no_more_bytes_holds_nobody_beyond_the_deadline() {
        let (client, _deaf, mut trouble) = client();
        let large = plugin_rpc::raw(&"x".repeat(2 << 20));
        let asked = timeout(SHORT * 50, client.call("echo", large, errand(SHORT))).await;
        assert_eq!(asked.expect("it ends at its deadline").unwrap_err(), HostError::TimedOut(SHORT));
        assert_eq!(trouble.recv().await, Some(Trouble::Hung), "a frame cut short ends the host");
        let stopped = timeout(SHORT * 50, client.act(Act::Stop, SHORT)).await;
        assert_eq!(
            stopped.expect("it does not wait").unwrap_err(),
            HostError::Gone,
            "nothing follows half a frame"
        );
    }

    #[tokio::test]
    async fn who_calls_a_service_and_gives_up_or_ends_leaves_a_whole_frame_behind() {
        let (client, there, mut trouble) = client();
        let large = || plugin_rpc::raw(&"x".repeat(1 << 20));
        let hasty = |client: HostClient| async move {
            let errand = Errand { within: SHORT, ..errand(SHORT * 100) };
            client.call_service("echo", large(), errand).await
        };
        assert_eq!(hasty(client.clone()).await.unwrap_err(), HostError::TimedOut(SHORT));
        let ended = tokio::spawn(hasty(client.clone()));
        there.readable().await.unwrap();
        ended.abort();
        let mut frames = tokio::io::BufReader::new(there);
        let mut length = [0; 4];
        frames.read_exact(&mut length).await.unwrap();
        let mut body = vec![0; plugin_rpc::body_length(length).unwrap()];
        frames.read_exact(&mut body).await.unwrap();
        assert!(matches!(plugin_rpc::decode(&body), Ok(ToHost::Service { .. })));
        assert!(trouble.try_recv().is_err(), "the host has done nothing wrong");
    }

    #[tokio::test]
    async fn who_waits_behind_a_large_frame_gives_up_without_harm_to_it() {
        let (client, deaf, mut trouble) = client();
        let (sender, large) = (client.clone(), plugin_rpc::raw(&"x".repeat(2 << 20)));
        let sending = tokio::spawn(async move { sender.call("echo", large, errand(SHORT * 100)).await });
        deaf.readable().await.unwrap();
        assert_eq!(client.health(SHORT).await.unwrap_err(), HostError::TimedOut(SHORT));
        assert!(trouble.try_recv().is_err(), "only the supervisor's count of bad answers may end it");
        sending.abort();
    }
}
