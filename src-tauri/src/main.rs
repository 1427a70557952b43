//! `sprocket-desktop`: starts the window, or says in one sentence why it can't.

#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    match sprocket_desktop::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sprocket-desktop: {error}");
            eprintln!("hint: {}", error.hint());
            error.exit_code()
        }
    }
}
