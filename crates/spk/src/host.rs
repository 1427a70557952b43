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

impl HostFacts {
    /// The facts of the program that this crate is built into, at `now`.
    #[must_use]
    pub fn of_this_build(now: Timestamp) -> Self {
        let sprocket_version = env!("CARGO_PKG_VERSION").parse().expect("cargo checks the crate's version");
        Self { sprocket_version, target: this_target(), now }
    }
}

/// The triple by which packages name the platform that this code is built for.
fn this_target() -> String {
    let arch = if cfg!(target_arch = "riscv64") { "riscv64gc" } else { std::env::consts::ARCH };
    let system = match (std::env::consts::OS, cfg!(target_env = "musl")) {
        ("linux", false) => "unknown-linux-gnu",
        ("linux", true) => "unknown-linux-musl",
        ("macos", _) => "apple-darwin",
        ("windows", _) => "pc-windows-msvc",
        (other, _) => other,
    };
    format!("{arch}-{system}")
}
