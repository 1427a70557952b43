//! How fast a plugin may go on: a bucket that refills with time. Knows no clock; the time is handed in.

use crate::clock::UnixMs;

/// Lets `burst` through at once and `per_second` from then on.
#[derive(Debug, Clone)]
pub(crate) struct Pace {
    per_second: u32,
    burst: u32,
    /// In thousandths.
    left: u64,
    last: Option<UnixMs>,
}

impl Pace {
    pub(crate) fn new(per_second: u32, burst: u32) -> Self {
        Self { per_second, burst, left: u64::from(burst) * 1000, last: None }
    }

    /// When it was last asked; 0 if never.
    pub(crate) fn last(&self) -> UnixMs {
        self.last.unwrap_or(0)
    }

    /// Whether one more may pass at this time. A clock that was set back refills nothing.
    pub(crate) fn admits(&mut self, now: UnixMs) -> bool {
        let passed = self.last.map_or(0, |last| u64::try_from(now.saturating_sub(last)).unwrap_or(0));
        self.last = Some(now);
        let refilled = self.left.saturating_add(passed.saturating_mul(u64::from(self.per_second)));
        self.left = refilled.min(u64::from(self.burst) * 1000);
        let admitted = self.left >= 1000;
        if admitted {
            self.left -= 1000;
        }
        admitted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_then_only_what_time_refills() {
        let mut pace = Pace::new(10, 3);
        let admitted = |pace: &mut Pace, at, tries| (0..tries).filter(|_| pace.admits(at)).count();
        assert_eq!(admitted(&mut pace, 0, 9), 3);
        assert_eq!(admitted(&mut pace, 99, 9), 0);
        assert_eq!(admitted(&mut pace, 250, 9), 2);
        assert_eq!(admitted(&mut pace, -90_000, 9), 0, "a clock set back refills nothing");
        assert_eq!(admitted(&mut pace, 1_000_000, 9), 3, "never more than a burst");
    }
}
