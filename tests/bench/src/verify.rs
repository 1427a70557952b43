//! Verifying a package, beside copying and hashing the same file.

use std::ops::ControlFlow::Continue;
use std::time::Instant;

use anyhow::Result;
use spk::{Limits, TrustNone};

use crate::packages::All;
use crate::row::Row;

const ROUNDS: usize = 15;
const GOAL: f64 = 1.2;

/// One row for each 50 MiB package.
pub fn measure(made: &All) -> Result<Vec<Row>> {
    [&made.library, &made.web]
        .into_iter()
        .map(|package| {
            let folder = tempfile::tempdir_in(package.path.parent().unwrap_or(&package.path))?;
            let host = center::install::host_facts(jiff::Timestamp::now().as_millisecond())?;
            let (mut samples, mut floor) = (Vec::new(), Vec::new());
            for _ in 0..ROUNDS {
                let begun = Instant::now();
                let staged =
                    spk::stage_path(&package.path, folder.path(), &Limits::default(), &mut |_| Continue(()))?;
                let verified = staged.verify(&TrustNone, &host, &mut |_| Continue(()))?;
                samples.push(begun.elapsed().as_secs_f64() * 1e3);
                drop(verified);
                let begun = Instant::now();
                let copy = crate::floor::copy_and_hash(&package.path, folder.path())?;
                floor.push(begun.elapsed().as_secs_f64() * 1e3);
                std::fs::remove_file(copy)?;
            }
            Ok(Row::beside(format!("verify, {}", package.name), "ms", samples, floor, GOAL))
        })
        .collect()
}
