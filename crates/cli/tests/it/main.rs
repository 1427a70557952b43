//! `sprocket` as a person or a script meets it: the real program, real files, a home of its own.

#![allow(clippy::unwrap_used, reason = "a test's own steps may fail only by failing the test")]

mod center;
mod tools;
mod world;
