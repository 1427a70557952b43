//! What a process says on its output pipes, and how it ended.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::sync::Arc;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};

use crate::hostcalls::HostCalls;
use crate::logs::Source;

/// A longer line is cut here; the rest becomes further lines.
const MAX_LINE: u64 = 16 << 10;

/// Copies each line of a pipe into the plugin's log until the other end is closed.
pub async fn copy(hostcalls: Arc<HostCalls>, pipe: impl AsyncRead + Unpin, source: Source) {
    let mut pipe = BufReader::new(pipe);
    let mut line = Vec::new();
    while let Ok(1..) = (&mut pipe).take(MAX_LINE).read_until(b'\n', &mut line).await {
        hostcalls.output(source, &line);
        line.clear();
    }
}

/// How a process ended, in words.
#[must_use]
pub fn describe(status: &io::Result<ExitStatus>) -> String {
    let Ok(status) = status else { return "its process is gone".into() };
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("it ended by itself (exit code {code})"),
        (None, Some(signal)) => format!("it was ended by {}", name(signal)),
        (None, None) => "it ended".into(),
    }
}

fn name(signal: i32) -> String {
    use rustix::process::Signal;
    let known = [
        (Signal::ABORT, "an abort (SIGABRT)"),
        (Signal::SEGV, "a memory fault (SIGSEGV)"),
        (Signal::BUS, "a memory fault (SIGBUS)"),
        (Signal::ILL, "an illegal instruction (SIGILL)"),
        (Signal::FPE, "an arithmetic fault (SIGFPE)"),
        (Signal::KILL, "a kill (SIGKILL)"),
        (Signal::SYS, "a refused system call (SIGSYS)"),
        (Signal::XFSZ, "a file over its limit (SIGXFSZ)"),
    ];
    let found = known.iter().find(|(known, _)| known.as_raw() == signal);
    found.map_or_else(|| format!("signal {signal}"), |(_, name)| (*name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_end_has_words() {
        assert_eq!(describe(&Ok(ExitStatus::from_raw(3 << 8))), "it ended by itself (exit code 3)");
        assert_eq!(describe(&Ok(ExitStatus::from_raw(6))), "it was ended by an abort (SIGABRT)");
        assert_eq!(describe(&Ok(ExitStatus::from_raw(42))), "it was ended by signal 42");
    }
}
