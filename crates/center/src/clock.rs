//! The time, as a value that is handed in, so that rules about time can be tested without waiting.

use std::time::{SystemTime, UNIX_EPOCH};

/// Unix time in milliseconds: the unit of every time that is stored or shown.
pub type UnixMs = i64;

/// Where the center learns what time it is.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> UnixMs;
}

/// The computer's clock.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> UnixMs {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX)
    }
}
