//! The fuzzer's seeds for frames, run once as ordinary tests, and what the fuzzer found.

#![allow(clippy::unwrap_used, reason = "a test's own steps may fail only by failing the test")]

#[path = "../../../fuzz/src/frames.rs"]
mod frames;

use std::{fs, path::PathBuf};

/// A name and the bytes.
type Seed = (String, Vec<u8>);

/// Runs every seed, and writes it down where the fuzzer asks for it.
fn replay(target: &str, seeds: Vec<Seed>, run: fn(&[u8])) {
    assert!(seeds.len() >= 10, "there is something to begin with");
    let corpus = std::env::var_os("SPROCKET_WRITE_SEEDS").map(|corpus| PathBuf::from(corpus).join(target));
    if let Some(corpus) = &corpus {
        fs::create_dir_all(corpus).unwrap();
    }
    for (name, bytes) in seeds {
        if let Some(corpus) = &corpus {
            fs::write(corpus.join(&name), &bytes).unwrap();
        }
        let outcome = std::panic::catch_unwind(|| run(&bytes));
        assert!(outcome.is_ok(), "the seed `{name}` breaks a rule");
    }
}

#[test]
fn the_seeds_of_frames_keep_the_rules() {
    replay("frames", frames::seeds(), frames::run);
}
