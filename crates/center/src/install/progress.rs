//! How far an install is, told to whoever listens, and the wish to stop it, honoured until it is committed.
//! Knows no package: the steps tell it what they do.

use std::fmt;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{Code, Error, Result};
use crate::views::{ProgressStage, ProgressView};

const OPEN: u8 = 0;
const CANCELLED: u8 = 1;
const CLOSED: u8 = 2;
/// A stage of known size is told about at most so many times.
const TELLINGS: u64 = 100;
/// And not more often than once for so many bytes.
const GRAIN: u64 = 256 * 1024;

/// The progress of one operation: one plan, or one apply. Clones are the same.
#[derive(Clone)]
pub struct Progress {
    shared: Arc<Shared>,
}

struct Shared {
    fate: AtomicU8,
    told: Mutex<Option<ProgressView>>,
    listener: Box<dyn Fn(&ProgressView) + Send + Sync>,
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Progress").field("told", &self.shared.told).finish_non_exhaustive()
    }
}

impl Progress {
    /// Tells `listener` each stage as it begins, and within it at most a hundred times how far it is. The listener is
    /// called on the thread that works and must return at once.
    #[must_use]
    pub fn new(listener: impl Fn(&ProgressView) + Send + Sync + 'static) -> Self {
        let shared =
            Shared { fate: AtomicU8::new(OPEN), told: Mutex::default(), listener: Box::new(listener) };
        Self { shared: Arc::new(shared) }
    }

    /// Nobody listens, nobody cancels.
    #[must_use]
    pub fn silent() -> Self {
        Self::new(|_| ())
    }

    /// Asks the operation to end without an effect. Whether it will: false once it is committed or has its result.
    #[must_use]
    pub fn cancel(&self) -> bool {
        let asked = self.shared.fate.compare_exchange(OPEN, CANCELLED, Ordering::SeqCst, Ordering::SeqCst);
        !matches!(asked, Err(CLOSED))
    }

    /// A new stage; `total`: its bytes, where that is known.
    pub(super) fn begin(&self, stage: ProgressStage, total: Option<u64>) -> Result<()> {
        self.must_go_on()?;
        self.tell(ProgressView { stage, done: 0, total });
        Ok(())
    }

    /// So many bytes of the stage are done; whether to go on.
    pub(super) fn reach(&self, done: u64) -> ControlFlow<()> {
        let told = self.shared.told.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(mut view) = told {
            let step = GRAIN.max(view.total.unwrap_or_default() / TELLINGS);
            if done >= view.done.saturating_add(step) || (view.total == Some(done) && view.done != done) {
                view.done = done;
                self.tell(view);
            }
        }
        if self.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// The point of no return: from now on nothing is cancelled.
    pub(super) fn close(&self) -> Result<()> {
        match self.shared.fate.compare_exchange(OPEN, CLOSED, Ordering::SeqCst, Ordering::SeqCst) {
            Err(CANCELLED) => Err(cancelled()),
            _ => Ok(()),
        }
    }

    /// A stage after the point of no return.
    pub(super) fn finish(&self, stage: ProgressStage) {
        self.tell(ProgressView { stage, done: 0, total: None });
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.shared.fate.load(Ordering::SeqCst) == CANCELLED
    }

    pub(super) fn must_go_on(&self) -> Result<()> {
        if self.is_cancelled() { Err(cancelled()) } else { Ok(()) }
    }

    fn tell(&self, view: ProgressView) {
        (self.shared.listener)(&view);
        *self.shared.told.lock().unwrap_or_else(PoisonError::into_inner) = Some(view);
    }
}

fn cancelled() -> Error {
    Error::new(Code::Cancelled, "cancelled; nothing was changed")
}

/// Counts what is written, and refuses to write on once the operation is cancelled.
pub(super) struct Metered<'a> {
    inner: &'a mut dyn Write,
    progress: &'a Progress,
    done: u64,
}

impl<'a> Metered<'a> {
    pub(super) fn new(inner: &'a mut dyn Write, progress: &'a Progress) -> Self {
        Self { inner, progress, done: 0 }
    }
}

impl Write for Metered<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.done += written as u64;
        match self.progress.reach(self.done) {
            ControlFlow::Continue(()) => Ok(written),
            ControlFlow::Break(()) => Err(io::Error::other("cancelled")),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
