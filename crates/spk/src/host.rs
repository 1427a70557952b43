//! The facts about the running center that a check needs, as plain values. Reads no clock and no environment.

use jiff::Timestamp;

/// What a package is judged against besides its own bytes.
#[derive(Clone, Debug)]
pub struct HostFacts {
    /// The version of this center, compared with the package's `engines.sprocket`.
    pub sprocket_version: semver::Version,
    /// The target triple whose library would be loaded, such as `x86_64-unknown-linux-gnu`.
    pub target: String,
    /// The time of the check.
    pub now: Timestamp,
}
