//! The one table of exit codes: what a script can tell apart without reading a word. Knows error codes, not their causes.

/// How the command line ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// A rule said no.
    Refused = 1,
    /// The command was not understood.
    Usage = 2,
    /// Not signed in, or not permitted.
    NotPermitted = 3,
    /// What was named does not exist.
    NotFound = 4,
    /// A person has to approve first.
    Waits = 5,
    /// Only a running center can do it.
    NeedsCenter = 6,
    /// Sprocket itself failed, or its home, database or folder.
    Internal = 7,
    /// Something else was under way, or took too long.
    TryAgain = 8,
}

/// A row of the table: the code, what it means, and the error codes that end in it. What no row names is `Refused`.
pub type Row = (Exit, &'static str, &'static [&'static str]);

/// All of them, in order. `docs/command-line.md` shows the same rows.
pub const TABLE: [Row; 9] = [
    (Exit::Done, "done", &["closed_pipe"]),
    (Exit::Refused, "refused: a rule said no; the error's code says which", &["declined"]),
    (Exit::Usage, "usage: the command or a value in it was not understood", &["usage", "invalid_input"]),
    (
        Exit::NotPermitted,
        "not signed in, or not permitted",
        &[
            "not_signed_in",
            "wrong_credentials",
            "throttled",
            "account_disabled",
            "password_change_required",
            "not_a_superadmin",
            "not_permitted",
            "not_initialised",
        ],
    ),
    (
        Exit::NotFound,
        "what was named does not exist",
        &["not_found", "unknown_command", "plan_gone", "no_such_entry"],
    ),
    (Exit::Waits, "a person has to approve first", &["approval_needed", "plan_changed"]),
    (Exit::NeedsCenter, "only a running center can do it", &["center_not_running"]),
    (
        Exit::Internal,
        "Sprocket itself failed, or its home, database or plugin folder",
        &[
            "internal",
            "unwell",
            "io",
            "disk_full",
            "home_unavailable",
            "database",
            "database_newer",
            "secrets_unreadable",
            "secrets_key_damaged",
            "encryption_key_unusable",
            "folder_unavailable",
        ],
    ),
    (
        Exit::TryAgain,
        "something else was under way, or took too long: try again",
        &["busy", "center_running", "upgrading", "timed_out"],
    ),
];

impl Exit {
    /// How an error of this code ends.
    pub fn of(code: &str) -> Self {
        let row = TABLE.iter().find(|(_, _, codes)| codes.contains(&code));
        row.map_or(Self::Refused, |(exit, _, _)| *exit)
    }
}

#[cfg(test)]
mod tests {
    use center::error::Code;

    use super::*;

    #[test]
    fn the_numbers_count_from_zero_and_each_error_code_has_one() {
        for (number, (exit, _, _)) in TABLE.iter().enumerate() {
            assert_eq!(*exit as usize, number);
        }
        let mut codes: Vec<_> = TABLE.iter().flat_map(|(_, _, codes)| *codes).collect();
        let all = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), all, "a code stands in two rows");
    }

    #[test]
    fn what_the_center_says_ends_in_the_row_that_scripts_expect() {
        for (code, exit) in [
            (Code::CannotTurnOn, Exit::Refused),
            (Code::Package("tampered"), Exit::Refused),
            (Code::InvalidInput, Exit::Usage),
            (Code::NotSignedIn, Exit::NotPermitted),
            (Code::NotASuperadmin, Exit::NotPermitted),
            (Code::NotFound, Exit::NotFound),
            (Code::ApprovalNeeded, Exit::Waits),
            (Code::CenterNotRunning, Exit::NeedsCenter),
            (Code::Database, Exit::Internal),
            (Code::Busy, Exit::TryAgain),
        ] {
            assert_eq!(Exit::of(code.as_str()), exit, "{}", code.as_str());
        }
    }

    #[test]
    fn the_manual_shows_the_table_as_it_is() {
        let manual = include_str!("../../../docs/command-line.md");
        for (exit, meaning, _) in TABLE {
            let row = format!("| {} | {meaning} |", exit as u8);
            assert!(manual.contains(&row), "docs/command-line.md lacks: {row}");
        }
    }
}
