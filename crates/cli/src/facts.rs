//! What the publisher's tools judge a package against: this version, this platform, now.

use spk::HostFacts;

/// The facts of this computer.
pub fn host() -> HostFacts {
    HostFacts {
        sprocket_version: env!("CARGO_PKG_VERSION").parse().expect("Cargo's versions are semver"),
        target: format!("{}-unknown-{}-gnu", std::env::consts::ARCH, std::env::consts::OS),
        now: jiff::Timestamp::now(),
    }
}
