//! Measures what was promised, each figure beside its floor or peer in the same run. Prints a table and writes
//! `target/bench/summary.json`. A missed goal is reported, never hidden; only a failure to measure ends with an error.
//! With words (`bench calls small`) only the groups of these names are measured, and the summary stays as it was.

mod calls;
mod crowd;
mod floor;
mod folder;
mod install;
mod memory;
mod packages;
mod row;
mod services;
mod verify;
mod world;

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use row::Row;

/// What can be measured by itself.
const GROUPS: [&str; 8] = ["verify", "small", "library", "web", "folder", "calls", "services", "crowd"];

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
    let words: Vec<String> = std::env::args().skip(1).collect();
    let unknown = words.iter().find(|word| !GROUPS.contains(&word.as_str()));
    ensure!(unknown.is_none(), "there is no group `{}`, only {GROUPS:?}", unknown.map_or("", String::as_str));
    let rows = runtime.block_on(measure(&places, &words))?;
    row::print(&rows);
    if words.is_empty() { row::save(&rows, &places.results.join("summary.json")) } else { Ok(()) }
}

/// Measures the groups that `words` name; all, if it names none.
async fn measure(places: &Places, words: &[String]) -> Result<Vec<Row>> {
    let is_meant = |group: &str| words.is_empty() || words.iter().any(|word| word == group);
    let made = packages::make(places)?;
    let mut rows = Vec::new();
    if is_meant("verify") {
        rows.extend(verify::measure(&made)?);
    }
    for (group, kind) in [("small", &made.small), ("library", &made.library), ("web", &made.web)] {
        if is_meant(group) {
            rows.extend(install::measure(places, kind).await?);
        }
    }
    if is_meant("folder") {
        rows.push(folder::measure(places, &made).await?);
    }
    if is_meant("calls") {
        rows.extend(calls::measure(places, &made).await?);
    }
    if is_meant("services") {
        rows.extend(services::measure(places, &made).await?);
    }
    if is_meant("crowd") {
        rows.extend(crowd::measure(places, &made).await?);
    }
    Ok(rows)
}
