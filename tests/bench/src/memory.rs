//! Private memory of processes, from `/proc`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

const EVERY: Duration = Duration::from_millis(1);

/// Watches this process's private memory from a thread of its own.
pub struct Peak {
    idle: u64,
    highest: Arc<AtomicU64>,
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Peak {
    /// What is in use now is idle.
    pub fn watch() -> Self {
        let idle = private();
        let (highest, ended) = (Arc::new(AtomicU64::new(idle)), Arc::new(AtomicBool::new(false)));
        let (seen, end) = (Arc::clone(&highest), Arc::clone(&ended));
        let thread = std::thread::spawn(move || {
            while !end.load(Ordering::Relaxed) {
                seen.fetch_max(private(), Ordering::Relaxed);
                std::thread::sleep(EVERY);
            }
        });
        Self { idle, highest, ended, thread: Some(thread) }
    }

    /// The highest it was, in MiB over idle.
    pub fn over_idle(mut self) -> f64 {
        self.ended.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // A watcher that panicked has seen nothing more; what it saw stands.
            let _ = thread.join();
        }
        self.highest.load(Ordering::Relaxed).saturating_sub(self.idle) as f64 / f64::from(1 << 20)
    }
}

/// Bytes of anonymous memory in use by this process.
fn private() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kilobytes.unwrap_or_default() << 10
}

/// The proportional share of memory of a process, its library's pages left out, in MiB.
pub fn share_beside_library(pid: u64) -> anyhow::Result<f64> {
    let maps = std::fs::read_to_string(format!("/proc/{pid}/smaps"))?;
    let (mut kilobytes, mut counts) = (0_u64, true);
    for line in maps.lines() {
        if let Some(share) = line.strip_prefix("Pss:").filter(|_| counts) {
            kilobytes += share.trim().trim_end_matches(" kB").parse::<u64>()?;
        } else if line.split(' ').next().is_some_and(|range| range.contains('-')) {
            counts = !line.contains("memfd:");
        }
    }
    Ok(kilobytes as f64 / 1024.0)
}
