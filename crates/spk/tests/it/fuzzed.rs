//! The fuzzer's seeds, run once as ordinary tests, and what the fuzzer found.

#[path = "../../../../fuzz/src/manifest.rs"]
mod manifest;
#[path = "../../../../fuzz/src/package.rs"]
mod package;
#[path = "../../../../fuzz/src/replay.rs"]
mod replay;

use replay::replay;

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
