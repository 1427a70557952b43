//! Any bytes as what a plugin's process sends, and what a center sends.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::frames::run(data));
