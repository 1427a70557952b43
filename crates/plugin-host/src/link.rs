//! The pipes from and to the center, shared by all threads: whole frames in, whole frames out.

use std::io::{PipeReader, PipeWriter};
use std::os::fd::OwnedFd;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use plugin_rpc::{Fault, FrameError, FrameReader, FromHost, Outcome, ToHost, fault, write_frame};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::process;

/// The way to the center.
pub struct Link {
    from: PipeReader,
    incoming: Mutex<FrameReader>,
    to: PipeWriter,
    outgoing: Mutex<()>,
}

impl Link {
    pub fn new(from: OwnedFd, to: OwnedFd) -> Self {
        Self { from: from.into(), incoming: Mutex::default(), to: to.into(), outgoing: Mutex::default() }
    }

    /// The next message. Without the center there is no reason to live: the process then ends.
    pub fn receive(&self) -> ToHost {
        match lock(&self.incoming).read(&mut &self.from) {
            Ok(message) => message,
            Err(FrameError::Closed) => process::end(0),
            Err(error) => {
                eprintln!("plugin-host: {error}");
                process::end(2)
            }
        }
    }

    /// Whether the next message was received already.
    pub fn has_more(&self) -> bool {
        lock(&self.incoming).is_ready()
    }

    /// Waits until a message can be received, or until `deadline`. Returns whether it can.
    pub fn wait_until(&self, deadline: Instant) -> bool {
        if lock(&self.incoming).is_ready() {
            return true;
        }
        let rest = deadline.saturating_duration_since(Instant::now());
        let mut sources = [PollFd::new(&self.from, PollFlags::IN)];
        poll(&mut sources, Some(&timespec(rest))).is_ok_and(|ready| ready > 0)
    }

    /// Sends a message. What has no frame, such as one too large, is an error; a lost center ends the process.
    pub fn send(&self, message: &FromHost) -> Result<(), FrameError> {
        let _one_at_a_time = lock(&self.outgoing);
        match write_frame(&mut &self.to, message) {
            Err(FrameError::Closed) => process::end(0),
            Err(FrameError::Io(_)) => process::end(2),
            other => other,
        }
    }

    /// Answers a request. A result that fits no frame becomes a fault.
    pub fn done(&self, id: u64, outcome: Outcome) {
        if let Err(error) = self.send(&FromHost::Done { id, outcome }) {
            let fault = Fault::new(fault::BAD_RESULT, format!("the result can't be sent: {error}"));
            self.send(&FromHost::Done { id, outcome: Err(fault) }).expect("a short fault always has a frame");
        }
    }
}

/// A lock that a panic elsewhere does not close.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn timespec(duration: Duration) -> Timespec {
    Timespec {
        tv_sec: i64::try_from(duration.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: i64::from(duration.subsec_nanos()),
    }
}
