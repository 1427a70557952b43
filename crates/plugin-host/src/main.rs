//! The process that carries one plugin. In order: the way to the center, the hello, the sandbox, and only when
//! told so the library. Parses no manifest; knows nothing of packages, accounts or files of the center.

mod asks;
mod host_table;
mod link;
mod loader;
mod plugin;
mod pool;
mod process;
mod sandbox;
mod serve;

use std::process::ExitCode;

fn main() -> ExitCode {
    match serve::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("plugin-host: {trouble}");
            ExitCode::from(2)
        }
    }
}
