//! The fuzzer's seeds, run once as ordinary tests, and what the fuzzer found.

#[path = "../../../../fuzz/src/manifest.rs"]
mod manifest;
#[path = "../../../../fuzz/src/package.rs"]
mod package;

use crate::Seed;

fn replay(seeds: Vec<Seed>, run: fn(&[u8])) {
    assert!(seeds.len() >= 10, "there is something to begin with");
    for (name, bytes) in seeds {
        let outcome = std::panic::catch_unwind(|| run(&bytes));
        assert!(outcome.is_ok(), "the seed `{name}` breaks a rule");
    }
}

#[test]
fn the_seeds_of_the_envelope_keep_the_rules() {
    replay(package::envelope_seeds(), package::envelope);
}

#[test]
fn the_seeds_of_the_container_keep_the_rules() {
    replay(package::container_seeds(), package::container);
}

#[test]
fn the_seeds_of_plugin_json_keep_the_rules() {
    replay(manifest::seeds(), manifest::run);
}
