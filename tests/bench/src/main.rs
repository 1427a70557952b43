//! Measures what was promised, each figure beside its floor or peer in the same run. Prints a table and writes
//! `target/bench/summary.json`. A missed goal is reported, never hidden; only a failure to measure ends with an error.

mod calls;
mod floor;
mod folder;
mod install;
mod memory;
mod packages;
mod row;
mod verify;
mod world;

use std::path::PathBuf;

use anyhow::{Context, Result};
use row::Row;

/// Where the release binaries are, and where results go.
pub struct Places {
    /// `target/release`.
    pub binaries: PathBuf,
    /// The plugin-host, built small as it is shipped.
    pub host: PathBuf,
    /// `target/bench`.
    pub results: PathBuf,
}

fn main() -> Result<()> {
    let this = std::env::current_exe()?;
    let binaries = this.parent().context("this program lies in no folder")?.to_owned();
    let (host, results) = (binaries.join("../host/plugin-host"), binaries.join("../bench"));
    std::fs::create_dir_all(&results)?;
    let places = Places { binaries, host, results };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let rows = runtime.block_on(measure(&places))?;
    row::print(&rows);
    row::save(&rows, &places.results.join("summary.json"))
}

async fn measure(places: &Places) -> Result<Vec<Row>> {
    let made = packages::make(places)?;
    let mut rows = verify::measure(&made)?;
    for kind in [&made.small, &made.library, &made.web] {
        rows.extend(install::measure(places, kind).await?);
    }
    rows.push(folder::measure(places, &made).await?);
    rows.extend(calls::measure(places, &made).await?);
    Ok(rows)
}
