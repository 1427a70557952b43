//! A platform without a sandbox of ours: nothing is enforced, and that is said.

use std::os::fd::OwnedFd;

use plugin_rpc::{Hello, Measure};

use super::{Sandbox, measure};

/// Enforces nothing.
pub struct Other;

/// The same words as on Linux, so that the center can name what is missing.
const MEASURES: [&str; 8] =
    ["capabilities", "no_new_privileges", "memory", "limits", "files", "network", "signals", "system_calls"];

impl Sandbox for Other {
    fn confine(_hello: &Hello, _granted: Vec<OwnedFd>) -> Vec<Measure> {
        MEASURES.map(|name| measure(name, Err("this platform has no sandbox yet".to_owned()))).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_platform_without_a_sandbox_says_of_each_measure_that_it_is_missing() {
        let hello = Hello {
            protocol: plugin_rpc::PROTOCOL,
            center_pid: 1,
            plugin: "com.example.fixture".to_owned(),
            version: "1.0.0".to_owned(),
            private_dir: "/".into(),
            data_limit: 0,
            storage_limit: 0,
            granted: Vec::new(),
        };
        let measures = Other::confine(&hello, Vec::new());
        assert_eq!(measures.len(), MEASURES.len());
        assert!(measures.iter().all(|measure| !measure.enforced && measure.note.is_some()));
    }
}
