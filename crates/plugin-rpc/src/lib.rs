//! The messages between the center and a plugin host, and how they are framed.
//! Knows nothing of what a message causes: the center and the host each act on their half.
//!
//! A conversation: `Hello`, over a Unix stream socket pair whose one end is the host's descriptor 0 → `Welcome` →
//! `Do{Load}` → `Done` → `Do{Start}` → `Done` → `Call`, `Service`, `Health` → `Done`, until `Do{Stop}` or the end of
//! the stream. Nothing of the library runs before `Do{Load}`.
//!
//! With the hello come as descriptors: two pipes, of which the host reads the first and writes the second, the
//! library, and the granted paths. All that follows goes through the pipes. A message costs less there than in a
//! socket, above all because taking one out does not wake whoever waits at the other end.

mod frame;
mod message;
mod rights;

pub use frame::{FrameError, FrameReader, body_length, decode, encode, read_frame, write_frame};
pub use message::{
    Act, Ask, Configured, Entry, Fault, FromHost, Granted, Hello, Level, Loaded, Measure, Outcome, Page,
    ToHost, fault, raw,
};
pub use rights::{receive_with_rights, send_with_rights};

/// The version of these messages. Both sides refuse another one.
pub const PROTOCOL: u32 = 1;
/// The most bytes a frame's body may have.
pub const MAX_FRAME: usize = 4 << 20;
/// How deep a frame's JSON may nest, the message's own levels included.
pub const MAX_DEPTH: usize = 64;
/// How many calls may be unanswered before a side stops reading.
pub const MAX_IN_FLIGHT: usize = 64;
/// How many descriptors may travel with a hello: the pipes, the library and the granted paths.
pub const MAX_RIGHTS: usize = 64;
