//! `requirements`: holds `tests/requirements.toml` against what the last run of the tests really said.
//!
//! It runs no tests itself (`scripts/record-tests` does) and knows nothing of the product.

mod map;
mod record;
mod sources;
mod verdict;

use std::{fs, path::Path, process::ExitCode};

use anyhow::{Context, Result, bail};

use crate::{map::Map, record::Record};

fn main() -> ExitCode {
    run().unwrap_or_else(|error| {
        eprintln!("requirements: {error:#}");
        ExitCode::FAILURE
    })
}

fn run() -> Result<ExitCode> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("`tests` lies in the repository")?;
    match std::env::args().nth(1).as_deref() {
        Some("sources") => println!("{}", sources::digest(root)?),
        Some("fresh") => return Ok(code(kept_record(root).is_ok())),
        Some("check") => return check(root),
        _ => bail!("usage: requirements sources | fresh | check"),
    }
    Ok(ExitCode::SUCCESS)
}

fn check(root: &Path) -> Result<ExitCode> {
    let map = Map::parse(&read(root, "tests/requirements.toml")?)?;
    let record = kept_record(root)?;
    let problems = verdict::problems(&map, &record);
    println!("{}", verdict::table(&map));
    println!("{}", record.totals());
    for problem in &problems {
        eprintln!("requirement not shown: {problem}");
    }
    Ok(code(problems.is_empty()))
}

/// The record of the last run, if it is finished and of the sources as they are now.
fn kept_record(root: &Path) -> Result<Record> {
    let binaries = record::binaries(&read(root, "target/test-binaries.json")?)?;
    let record = Record::parse(&read(root, "target/test-output.txt")?, &binaries)?;
    record.must_be_of(&sources::digest(root)?)?;
    Ok(record)
}

fn read(root: &Path, file: &str) -> Result<String> {
    fs::read_to_string(root.join(file)).with_context(|| format!("cannot read `{file}`; run `make test`"))
}

fn code(good: bool) -> ExitCode {
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
