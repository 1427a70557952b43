//! How much memory a process has for itself.

/// Bytes of anonymous and shared memory that are in use: `RssAnon` + `RssShmem` of `/proc/<pid>/status`.
/// (`smaps_rollup` would also count its share of libraries, but a host that refuses core dumps hides it from its own user.)
#[must_use]
pub fn of(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let kilobytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim_start_matches(':').trim().strip_suffix(" kB")?.parse::<u64>().ok()
    };
    Some((kilobytes("RssAnon")? + kilobytes("RssShmem")?) << 10)
}

#[cfg(test)]
mod tests {
    #[test]
    fn memory_in_use_is_counted_and_a_missing_process_is_none() {
        // Large, since other tests of this process take and give back memory meanwhile.
        let before = super::of(std::process::id()).unwrap();
        let block = std::hint::black_box(vec![1_u8; 256 << 20]);
        let after = super::of(std::process::id()).unwrap();
        assert!(after >= before + (192 << 20), "{before} then {after}, with {} more", block.len());
        assert_eq!(super::of(u32::MAX), None);
    }
}
