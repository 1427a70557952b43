//! Any bytes as the payload that a publisher signed: an archive, or what is encrypted for this center.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::package::container(data));
