//! The fuzzer's seeds for frames, run once as ordinary tests, and what the fuzzer found.

#[path = "../../../fuzz/src/frames.rs"]
mod frames;

/// A name and the bytes.
type Seed = (String, Vec<u8>);

#[test]
fn the_seeds_of_frames_keep_the_rules() {
    let seeds = frames::seeds();
    assert!(seeds.len() >= 10, "there is something to begin with");
    for (name, bytes) in seeds {
        let outcome = std::panic::catch_unwind(|| frames::run(&bytes));
        assert!(outcome.is_ok(), "the seed `{name}` breaks a rule");
    }
}
