//! The fuzzer's seeds for frames, run once as ordinary tests, and what the fuzzer found.

#![allow(clippy::unwrap_used, reason = "a test's own steps may fail only by failing the test")]

#[path = "../../../fuzz/src/frames.rs"]
mod frames;
#[path = "../../../fuzz/src/replay.rs"]
mod replay;

use replay::replay;

/// A name and the bytes.
type Seed = (String, Vec<u8>);

#[test]
fn the_seeds_of_frames_keep_the_rules() {
    replay("frames", frames::seeds(), frames::run);
}
