//! What a file says of itself before it is verified: a hint for putting files in order, nothing more.

use std::path::Path;

use spk::{Claim, Digest, PluginId};

/// A file's own word; its payload may be anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peek {
    /// Which plugin it says it is.
    pub plugin: PluginId,
    /// Which release.
    pub release: u64,
    /// The package.
    pub digest: Digest,
}

/// Reads at most the head, also of a file that is still arriving; `None` if it cannot be understood.
#[must_use]
pub fn peek(path: &Path) -> Option<Peek> {
    let Claim { id, release, digest, .. } = spk::peek(path).ok()?;
    Some(Peek { plugin: id, release, digest })
}
