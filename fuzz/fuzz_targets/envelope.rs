//! Any bytes as a package's file, or as the statement that a publisher signed.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::package::envelope(data));
