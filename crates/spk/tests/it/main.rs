//! The package format from outside: what is made is read, and nothing else is.

#![allow(clippy::unwrap_used, reason = "a test's own steps may fail only by failing the test")]

mod container;
mod encryption;
mod forge;
mod fuzzed;
mod names;
mod rawzip;
mod roundtrip;
mod signature;

/// A name and the bytes.
type Seed = (String, Vec<u8>);
