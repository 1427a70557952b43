//! What is fuzzed: for each way in from outside, what must hold of any bytes, and the bytes to begin with. The packages'
//! and the frames' own tests replay the seeds; knows nothing of the fuzzer.

#[path = "../../crates/spk/tests/it/forge.rs"]
#[allow(dead_code, reason = "the package's own tests use more of it")]
pub mod forge;
pub mod frames;
pub mod manifest;
pub mod package;
#[path = "../../crates/spk/tests/it/rawzip.rs"]
#[allow(dead_code, reason = "the package's own tests use more of it")]
pub mod rawzip;

/// A name and the bytes.
pub type Seed = (String, Vec<u8>);
