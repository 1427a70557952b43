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
