//! The fuzzer's seeds, run once as ordinary tests, and what the fuzzer found.

#[path = "../../../../fuzz/src/manifest.rs"]
mod manifest;
#[path = "../../../../fuzz/src/package.rs"]
mod package;

use std::{fs, path::PathBuf};

use crate::Seed;

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
fn the_seeds_of_the_envelope_keep_the_rules() {
    replay("envelope", package::envelope_seeds(), package::envelope);
}

#[test]
fn the_seeds_of_the_container_keep_the_rules() {
    replay("container", package::container_seeds(), package::container);
}

#[test]
fn the_seeds_of_plugin_json_keep_the_rules() {
    replay("plugin_json", manifest::seeds(), manifest::run);
}
