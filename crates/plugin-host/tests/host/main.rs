//! The real host process with real libraries, seen from the center's end of its socket.

mod examples;
mod harness;
mod life;
mod loading;
#[cfg(not(feature = "unsandboxed"))]
mod sandbox;
mod wire;
