//! The center's end of one supervisor: what is known, and what can be ordered.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use plugin_rpc::Measure;
use tokio::sync::{mpsc, oneshot, watch};

use crate::clock::UnixMs;
use crate::ending::Ending;
use crate::host_client::{HostClient, Launched};
use crate::lifecycle::Observed;

/// What is known of a plugin's process at this moment.
#[derive(Debug, Clone)]
pub struct State {
    /// Where in its life it is.
    pub observed: Observed,
    /// Since when.
    pub since: UnixMs,
    /// Failures in the last hour.
    pub failures: u32,
    /// Why it ended last by itself.
    pub ending: Option<Ending>,
    /// When the pause before a restart is over.
    pub resumes_at: Option<UnixMs>,
    /// The process, while there is one.
    pub pid: Option<u32>,
    /// What its sandbox holds.
    pub sandbox: Vec<Measure>,
    /// It makes room for another version of itself.
    pub held: bool,
}

/// How a running plugin gets its new settings; the greater wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Due {
    /// They are handed over; it says whether it needs a new process.
    HandedOver,
    /// In a new process.
    Restarted,
}

#[derive(Debug)]
pub(super) enum Order {
    /// Facts changed: look again.
    Look,
    /// Settings were saved: they are due.
    Configure(Due),
    /// Stop and stay so until the other end is dropped or hands a host over; answers once stopped.
    Hold(Hold),
}

#[derive(Debug)]
pub(super) struct Hold {
    /// Told once stopped.
    pub stopped: Option<oneshot::Sender<()>>,
    /// Ends the hold.
    pub released: oneshot::Receiver<Launched>,
    /// How long the calls that are under way may take.
    pub calls: Duration,
}

/// The center's end of one supervisor.
#[derive(Debug, Clone)]
pub struct Handle {
    pub(super) orders: mpsc::UnboundedSender<Order>,
    pub(super) state: watch::Receiver<State>,
    pub(super) active: Arc<ArcSwapOption<HostClient>>,
}

/// While this lives, the plugin has no process of its supervisor's.
#[derive(Debug)]
pub struct Held(oneshot::Sender<Launched>);

impl Held {
    /// Lets it go on with a process that has started already.
    pub fn go_on_with(self, host: Launched) {
        // Without a supervisor there is nobody to carry it: it ends here.
        let _ = self.0.send(host);
    }
}

impl Handle {
    /// What is now.
    #[must_use]
    pub fn state(&self) -> State {
        self.state.borrow().clone()
    }
    /// The running host, if it runs.
    #[must_use]
    pub fn active(&self) -> Option<Arc<HostClient>> {
        self.active.load_full()
    }
    /// Facts changed: it looks again.
    pub fn look(&self) {
        let _ = self.orders.send(Order::Look);
    }
    /// Settings were saved.
    pub fn configure(&self, due: Due) {
        let _ = self.orders.send(Order::Configure(due));
    }
    /// Stops it, and keeps it stopped until the result is dropped. Calls that are under way may go on for `calls`.
    pub async fn hold(&self, calls: Duration) -> Option<Held> {
        let (stopped, is_stopped) = oneshot::channel();
        let (held, released) = oneshot::channel();
        self.orders.send(Order::Hold(Hold { stopped: Some(stopped), released, calls })).ok()?;
        is_stopped.await.ok()?;
        Some(Held(held))
    }
    /// Waits until it rests or runs as `settled` wants, or `within` has passed; returns what is then.
    pub async fn settle(&self, within: Duration, settled: impl Fn(&State) -> bool) -> State {
        let mut state = self.state.clone();
        let _ = tokio::time::timeout(within, state.wait_for(|s| settled(s))).await;
        self.state()
    }
}
