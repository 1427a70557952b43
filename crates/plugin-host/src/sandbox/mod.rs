//! What the kernel refuses to this process from now on, whatever code it runs. Each platform reports what it could
//! do; nothing here decides whether that is enough.

use std::os::fd::OwnedFd;

use plugin_rpc::{Hello, Measure};

#[cfg(all(target_os = "linux", not(feature = "unsandboxed")))]
mod calls;
#[cfg(all(target_os = "linux", not(feature = "unsandboxed")))]
mod linux;
// With the tests, so that it can't rot.
#[cfg(any(not(target_os = "linux"), feature = "unsandboxed", test))]
mod other;

#[cfg(all(target_os = "linux", not(feature = "unsandboxed")))]
use linux::Linux as Here;
#[cfg(any(not(target_os = "linux"), feature = "unsandboxed"))]
use other::Other as Here;

/// A platform's way to confine its own process, for good.
trait Sandbox {
    /// Takes each measure it knows, in order. `granted` are the descriptors of `hello.granted`.
    fn confine(hello: &Hello, granted: Vec<OwnedFd>) -> Vec<Measure>;
}

/// Confines this process. It must have one thread only.
pub fn confine(hello: &Hello, granted: Vec<OwnedFd>) -> Vec<Measure> {
    Here::confine(hello, granted)
}

/// A measure, with the reason if it could not be taken.
fn measure(name: &str, taken: Result<(), String>) -> Measure {
    Measure { name: name.to_owned(), enforced: taken.is_ok(), note: taken.err() }
}
