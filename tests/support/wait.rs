//! The one place where tests wait: for a condition, within a bound, saying what was waited for. Knows no product.

use std::time::{Duration, Instant};

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(5);

/// Looks until `look` finds something, and returns it.
///
/// # Panics
/// With `what`, if nothing was found within the bound.
#[track_caller]
pub fn until<T>(what: &str, within: Duration, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < within, "waited {within:?} in vain: {what}");
        std::thread::sleep(PAUSE);
    }
}

/// Looks for the whole of `during`: the condition must hold at each look.
///
/// # Panics
/// With `what`, as soon as it does not hold.
#[track_caller]
pub fn throughout(what: &str, during: Duration, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while began.elapsed() < during {
        assert!(holds(), "did not stay so for {during:?} ({:?} only): {what}", began.elapsed());
        std::thread::sleep(PAUSE);
    }
}
