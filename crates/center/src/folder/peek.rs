//! What a file says of itself before anything of it is verified: a hint for putting files in order, nothing more.

use std::fs::OpenOptions;
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use base64::{Engine, engine::general_purpose::STANDARD};
use rustix::fs::OFlags;
use serde::Deserialize;
use spk::{Digest, Limits, PluginId, Statement};

/// A file's own, unverified word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peek {
    /// Which plugin it says it is.
    pub plugin: PluginId,
    /// Which release.
    pub release: u64,
    /// The digest of its envelope as it is written.
    pub digest: Digest,
}

#[derive(Deserialize)]
struct Envelope {
    payload: String,
}

/// Reads at most the envelope, also of a file that is still arriving; `None` if it cannot be understood.
#[must_use]
pub fn peek(path: &Path) -> Option<Peek> {
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed();
    let mut file = OpenOptions::new().read(true).custom_flags(flags).open(path).ok()?;
    let mut head = [0; 8];
    file.read_exact(&mut head).ok()?;
    let (magic, length) = head.split_first_chunk::<4>()?;
    let length = u64::from(u32::from_le_bytes(*length.first_chunk()?));
    if magic != b"SPK1" || length > Limits::ENVELOPE {
        return None;
    }
    let mut envelope = Vec::new();
    file.take(length).read_to_end(&mut envelope).ok()?;
    let digest = Digest::of(&envelope);
    let envelope: Envelope = serde_json::from_slice(&envelope).ok()?;
    let statement: Statement = serde_json::from_slice(&STANDARD.decode(envelope.payload).ok()?).ok()?;
    Some(Peek { plugin: statement.id, release: statement.release, digest })
}
