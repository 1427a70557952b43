//! The fuzzer's seeds as ordinary tests, which also write them down where the fuzzer asks for it.

use std::{fs, path::PathBuf};

/// Runs every seed, and writes it down where the fuzzer asks for it.
pub fn replay(target: &str, seeds: Vec<(String, Vec<u8>)>, run: fn(&[u8])) {
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
