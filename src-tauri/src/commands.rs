//! The commands that the window may call. Each hands over to the center and decides nothing.

use center::paths::Home;
use serde::{Deserialize, Serialize};

/// Takes nothing; every command has its arguments in one object.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// Whether this computer's center has a home yet.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HomeState {
    /// Nothing was set up.
    Absent,
    /// A database is there.
    Present,
}

/// Which Sprocket this is, and whether its center was set up.
#[derive(Debug, Serialize)]
pub struct CenterStatus {
    /// As `0.1.0`.
    version: &'static str,
    /// The folder that holds everything, absolute.
    home: String,
    state: HomeState,
}

/// Needs no session: it tells nothing that the file system does not.
#[tauri::command]
#[allow(clippy::needless_pass_by_value, reason = "commands take their arguments by value")]
pub fn center_status(args: Nothing) -> Result<CenterStatus, center::error::Error> {
    let Nothing {} = args;
    Ok(status(&Home::find()?))
}

fn status(home: &Home) -> CenterStatus {
    let state = if home.database().is_file() { HomeState::Present } else { HomeState::Absent };
    CenterStatus { version: env!("CARGO_PKG_VERSION"), home: home.root().display().to_string(), state }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_home_counts_once_its_database_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path());
        assert_eq!(status(&home).state, HomeState::Absent);
        std::fs::write(home.database(), "").unwrap();
        assert_eq!(status(&home).state, HomeState::Present);
    }
}
