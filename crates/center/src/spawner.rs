//! The one thread that spawns hosts. A host asks the kernel to end it with the *thread* that spawned it, so that thread lives as long as the center.
//! Knows processes, not plugins.

use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::mpsc;

use tokio::process::{Child, Command};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

/// Spawns hosts, one after the other.
#[derive(Debug, Clone)]
pub struct Spawner(mpsc::Sender<Order>);

#[derive(Debug)]
struct Order {
    program: PathBuf,
    stdin: OwnedFd,
    answer: oneshot::Sender<io::Result<Child>>,
}

impl Spawner {
    /// Starts the thread; it ends when the last clone of this is dropped, and then so do its children.
    ///
    /// # Errors
    /// If no thread can be started.
    ///
    /// # Panics
    /// Outside a tokio runtime: that is what notices the end of a child.
    pub fn start() -> io::Result<Self> {
        let runtime = Handle::current();
        let (orders, inbox) = mpsc::channel::<Order>();
        std::thread::Builder::new().name("spawner".into()).stack_size(256 << 10).spawn(move || {
            let _runtime = runtime.enter();
            while let Ok(order) = inbox.recv() {
                let child = spawn(&order.program, order.stdin);
                // Nobody waits any more: the child is dropped, and that ends it.
                let _ = order.answer.send(child);
            }
        })?;
        Ok(Self(orders))
    }

    /// Spawns `program` with `stdin` as its descriptor 0 and pipes as its output. Dropping the child ends it.
    ///
    /// # Errors
    /// The system's refusal.
    pub async fn spawn(&self, program: &Path, stdin: OwnedFd) -> io::Result<Child> {
        let (answer, answered) = oneshot::channel();
        let order = Order { program: program.into(), stdin, answer };
        let gone = || io::Error::other("the spawning thread has ended");
        self.0.send(order).map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }
}

/// No `pre_exec`: without it the standard library spawns without copying this process, and the host sets its own limits.
fn spawn(program: &Path, stdin: OwnedFd) -> io::Result<Child> {
    Command::new(program)
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::from(stdin))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    fn null() -> OwnedFd {
        std::fs::File::open("/dev/null").unwrap().into()
    }

    #[tokio::test]
    async fn the_end_of_a_process_is_noticed_and_reaped() {
        let spawner = Spawner::start().unwrap();
        let mut process = spawner.spawn(Path::new("/bin/true"), null()).await.unwrap();
        assert!(process.wait().await.unwrap().success());
        assert_eq!(process.id(), None, "nothing is left that could be signalled");
    }

    #[tokio::test]
    async fn a_killed_process_says_so() {
        let spawner = Spawner::start().unwrap();
        let (_here, there) = std::os::unix::net::UnixStream::pair().unwrap();
        let mut process = spawner.spawn(Path::new("/bin/cat"), there.into()).await.unwrap();
        process.start_kill().unwrap();
        assert_eq!(process.wait().await.unwrap().signal(), Some(9));
    }

    #[tokio::test]
    async fn a_missing_program_is_an_error() {
        let spawner = Spawner::start().unwrap();
        let refused = spawner.spawn(Path::new("/nonexistent/host"), null()).await.unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::NotFound);
    }
}
