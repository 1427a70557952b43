//! The window's shell: Tauri around the center. Holds no rules and no SQL.

mod commands;
mod display;

use std::{fmt, process::ExitCode};

/// Why the window did not open.
#[derive(Debug)]
pub enum Error {
    /// There is no screen to open a window on.
    NoDisplay,
    /// The platform refused the window.
    Window(tauri::Error),
}

impl Error {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoDisplay => "sign in to a desktop, or set DISPLAY or WAYLAND_DISPLAY to a running one",
            Self::Window(_) => "look at the message above; the platform's web view may be missing",
        }
    }

    /// 69, the customary code of something that is unavailable, without a display; 1 otherwise.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::NoDisplay => ExitCode::from(69),
            Self::Window(_) => ExitCode::FAILURE,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDisplay => out.write_str("there is no display to open a window on"),
            Self::Window(error) => write!(out, "the window could not be opened: {error}"),
        }
    }
}

impl std::error::Error for Error {}

/// Opens the window and returns when it is closed.
///
/// # Errors
/// [`Error::NoDisplay`] without a reachable screen, [`Error::Window`] if the platform refuses the window.
pub fn run() -> Result<(), Error> {
    if !display::is_there() {
        return Err(Error::NoDisplay);
    }
    tauri::Builder::default()
        .invoke_handler(tauri::generate_handler![commands::center_status])
        .run(tauri::generate_context!())
        .map_err(Error::Window)
}
