//! `sprocket`, the command line: everything the window does, and the publisher's tools. Knows no rule and no SQL:
//! what may be done is decided by the center.

mod command;
mod commands;
mod connection;
mod console;
mod exit;
mod facts;
mod failure;
mod input;
mod screen;
mod token;
mod words;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use command::CommandLine;
use exit::Exit;
use failure::{Failure, Outcome};
use screen::Screen;

fn main() -> ExitCode {
    let (screen, outcome) = match CommandLine::try_parse() {
        Ok(line) => (Screen::new(line.json), run(line)),
        Err(error) if asks_for_help(&error) => error.exit(),
        Err(error) => (Screen::new(wants_json()), Err(misunderstood(&error))),
    };
    let exit = outcome.as_ref().err().map_or(Exit::Done, Failure::exit);
    if let Err(failure) = &outcome {
        screen.fail(failure);
    }
    ExitCode::from(exit as u8)
}

fn run(line: CommandLine) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.map_err(|cause| Failure::io("cannot start", &cause))?.block_on(line.run())
}

fn asks_for_help(error: &clap::Error) -> bool {
    use ErrorKind::{DisplayHelp, DisplayHelpOnMissingArgumentOrSubcommand, DisplayVersion};
    matches!(error.kind(), DisplayHelp | DisplayHelpOnMissingArgumentOrSubcommand | DisplayVersion)
}

fn wants_json() -> bool {
    std::env::args_os().any(|argument| argument == "--json")
}

/// The parser's first paragraph is the sentence; what it adds is the next step.
fn misunderstood(error: &clap::Error) -> Failure {
    let text = error.render().to_string();
    let text = text.trim_start_matches("error: ").trim_end();
    let (sentence, rest) = text.split_once("\n\n").unwrap_or((text, ""));
    let usage =
        rest.lines().map(str::trim).find(|line| line.starts_with("Usage:") || line.starts_with("tip:"));
    let hint = usage.map_or_else(
        || "See `sprocket --help`.".into(),
        |line| format!("{}; see also `--help`.", line.trim_start_matches("tip: ")),
    );
    Failure::usage(sentence.split_whitespace().collect::<Vec<_>>().join(" "), hint)
}
