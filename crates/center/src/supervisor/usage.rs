//! How much memory and how many threads a process has for itself.

/// What a process uses at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// Bytes of anonymous and shared memory in use.
    pub memory: u64,
    /// How many threads it has.
    pub threads: u64,
}

/// From `/proc/<pid>/status`: `RssAnon` + `RssShmem`, and `Threads`.
/// (`smaps_rollup` would also count its share of libraries, but a host that refuses core dumps hides it from its own user.)
#[must_use]
pub fn of(pid: u32) -> Option<Usage> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let value = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim_start_matches(':').trim().trim_end_matches(" kB").parse::<u64>().ok()
    };
    let memory = (value("RssAnon")? + value("RssShmem")?) << 10;
    Some(Usage { memory, threads: value("Threads")? })
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn memory_in_use_is_counted_and_a_missing_process_is_none() {
        // Large, since other tests of this process take and give back memory meanwhile.
        let before = of(std::process::id()).unwrap().memory;
        let block = std::hint::black_box(vec![1_u8; 256 << 20]);
        let after = of(std::process::id()).unwrap().memory;
        assert!(after >= before + (192 << 20), "{before} then {after}, with {} more", block.len());
        assert_eq!(of(u32::MAX), None);
    }

    #[test]
    fn every_thread_counts() {
        let (end, ended) = std::sync::mpsc::channel::<()>();
        let ended = std::sync::Arc::new(std::sync::Mutex::new(ended));
        let wait = || {
            let ended = std::sync::Arc::clone(&ended);
            std::thread::spawn(move || ended.lock().map(|ended| ended.recv()).is_ok())
        };
        let threads: Vec<_> = std::iter::repeat_with(wait).take(40).collect();
        assert!(of(std::process::id()).unwrap().threads > 40);
        drop(end);
        threads.into_iter().for_each(|thread| drop(thread.join()));
    }
}
