//! Why a plugin's process ended or did not come up: in parts that any language can say, and in English for logs and the
//! command line. Knows no plugin and no process.

use std::fmt;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::Duration;

use rustix::process::Signal;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::Error;
use crate::host_client::{HostError, Trouble};

/// What ended a plugin's process, or kept it from coming up.
#[allow(missing_docs, reason = "the fields are what their variant says")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "ending", rename_all = "snake_case")]
pub enum Ending {
    /// Nobody saw how.
    Gone,
    /// It left by itself.
    Exited { code: i32 },
    /// A signal, by its name, such as `SIGSEGV`, or by its number if it has none here.
    Killed { signal: String },
    /// It stopped answering.
    Hung,
    /// It said so itself at its health checks.
    Unwell { said: String },
    /// It broke the protocol.
    Misbehaved { how: String },
    /// Its files take more than is approved, both in bytes.
    OverStorage { used: u64, allowed: u64 },
    /// It used more memory than is approved, both in bytes.
    OverMemory { used: u64, allowed: u64 },
    /// It had more threads than any may have.
    OverThreads { used: u64, allowed: u64 },
    /// It did not start in time, in milliseconds.
    NotInTime { allowed_ms: u64 },
    /// It did not take its new settings.
    SettingsRefused { said: String },
    /// It, or the center, said why it does not start.
    Refused { said: String },
}

impl Ending {
    /// Not up within this time.
    #[must_use]
    pub fn not_within(allowed: Duration) -> Self {
        Self::NotInTime { allowed_ms: u64::try_from(allowed.as_millis()).unwrap_or(u64::MAX) }
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gone => f.write_str("its process is gone"),
            Self::Exited { code } => write!(f, "it ended by itself (exit code {code})"),
            Self::Killed { signal } => match SIGNALS.iter().find(|(_, name, _)| name == signal) {
                Some((_, name, words)) => write!(f, "it was ended by {words} ({name})"),
                None => write!(f, "it was ended by signal {signal}"),
            },
            Self::Hung => f.write_str("it stopped answering (hung)"),
            Self::Unwell { said } => write!(f, "it said that it is not well: {said}"),
            Self::Misbehaved { how } => write!(f, "it broke the protocol: {how}"),
            Self::OverStorage { used, allowed } => {
                write!(f, "its files take {} MiB of storage, {} are approved", used >> 20, allowed >> 20)
            }
            Self::OverMemory { used, allowed } => {
                write!(f, "it used {} MiB of memory, {} are approved", used >> 20, allowed >> 20)
            }
            Self::OverThreads { used, allowed } => {
                write!(f, "it had {used} threads, {allowed} are allowed")
            }
            Self::NotInTime { allowed_ms } => {
                let within = Duration::from_millis(*allowed_ms);
                write!(f, "it did not start within {} s", within.as_secs_f32())
            }
            Self::SettingsRefused { said } => write!(f, "it did not take its new settings: {said}"),
            Self::Refused { said } => f.write_str(said),
        }
    }
}

impl From<&io::Result<ExitStatus>> for Ending {
    fn from(status: &io::Result<ExitStatus>) -> Self {
        let Ok(status) = status else { return Self::Gone };
        match (status.code(), status.signal()) {
            (Some(code), _) => Self::Exited { code },
            (None, Some(signal)) => Self::Killed { signal: signal_name(signal) },
            (None, None) => Self::Gone,
        }
    }
}

impl From<&Trouble> for Ending {
    fn from(trouble: &Trouble) -> Self {
        match trouble {
            Trouble::Hung => Self::Hung,
            Trouble::Unwell(said) => Self::Unwell { said: said.clone() },
            Trouble::Misbehaved(how) => Self::Misbehaved { how: how.clone() },
            Trouble::OverStorage { used, allowed } => Self::OverStorage { used: *used, allowed: *allowed },
        }
    }
}

impl From<HostError> for Ending {
    fn from(error: HostError) -> Self {
        match error {
            HostError::TimedOut(allowed) => Self::not_within(allowed),
            HostError::Gone => Self::Gone,
            other => Self::Refused { said: other.to_string() },
        }
    }
}

impl From<Error> for Ending {
    fn from(error: Error) -> Self {
        Self::Refused { said: error.to_string() }
    }
}

const SIGNALS: [(Signal, &str, &str); 8] = [
    (Signal::ABORT, "SIGABRT", "an abort"),
    (Signal::SEGV, "SIGSEGV", "a memory fault"),
    (Signal::BUS, "SIGBUS", "a memory fault"),
    (Signal::ILL, "SIGILL", "an illegal instruction"),
    (Signal::FPE, "SIGFPE", "an arithmetic fault"),
    (Signal::KILL, "SIGKILL", "a kill"),
    (Signal::SYS, "SIGSYS", "a refused system call"),
    (Signal::XFSZ, "SIGXFSZ", "a file over its limit"),
];

fn signal_name(signal: i32) -> String {
    let known = SIGNALS.iter().find(|(known, ..)| known.as_raw() == signal);
    known.map_or_else(|| signal.to_string(), |(_, name, _)| (*name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(status: i32) -> String {
        Ending::from(&Ok(ExitStatus::from_raw(status))).to_string()
    }

    #[test]
    fn every_end_has_words() {
        assert_eq!(words(3 << 8), "it ended by itself (exit code 3)");
        assert_eq!(words(6), "it was ended by an abort (SIGABRT)");
        assert_eq!(words(42), "it was ended by signal 42");
    }

    #[test]
    fn what_a_plugin_said_stays_in_its_own_words() {
        let said = Ending::from(&Trouble::Unwell("kein Anschluss".into()));
        assert_eq!(said, Ending::Unwell { said: "kein Anschluss".into() });
        assert_eq!(said.to_string(), "it said that it is not well: kein Anschluss");
    }
}
