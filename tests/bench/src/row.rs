//! One measured figure: its samples' median and 99th percentile, beside a floor, against a goal.

use std::path::Path;

use anyhow::Result;
use serde::Serialize;

/// As `summary.json` lists it. `ratio` is median over floor; the goal is a bound on `ratio`, or on `median`
/// where there is no ratio; of a rate, the least that `median` may be.
#[derive(Debug, Serialize)]
pub struct Row {
    name: String,
    unit: &'static str,
    samples: usize,
    median: f64,
    p99: f64,
    floor: Option<f64>,
    ratio: Option<f64>,
    goal: f64,
    met: bool,
}

impl Row {
    /// A figure whose goal is a ratio to a floor measured in the same run, alternating.
    pub fn beside(
        name: impl Into<String>,
        unit: &'static str,
        samples: Vec<f64>,
        floor: Vec<f64>,
        goal: f64,
    ) -> Self {
        let mut row = Self::absolute(name, unit, samples, goal).over(floor);
        row.met = row.ratio.is_some_and(|ratio| ratio <= goal);
        row
    }

    /// The same figure, shown beside what the least of that work takes in the same run.
    pub fn over(mut self, floor: Vec<f64>) -> Self {
        let floor = quantile(&sorted(floor), 0.5);
        (self.floor, self.ratio) = (Some(floor), Some(self.median / floor));
        self
    }

    /// A rate of which there has to be at least so much, with the floor's rate in the same run, alternating.
    pub fn at_least(
        name: impl Into<String>,
        unit: &'static str,
        samples: Vec<f64>,
        floor: Vec<f64>,
        goal: f64,
    ) -> Self {
        let mut row = Self::absolute(name, unit, samples, goal).over(floor);
        row.met = row.median >= goal;
        row
    }

    /// A figure whose goal is a bound on itself.
    pub fn absolute(name: impl Into<String>, unit: &'static str, samples: Vec<f64>, goal: f64) -> Self {
        let samples = sorted(samples);
        let (median, p99) = (quantile(&samples, 0.5), quantile(&samples, 0.99));
        let met = median <= goal;
        Self {
            name: name.into(),
            unit,
            samples: samples.len(),
            median,
            p99,
            floor: None,
            ratio: None,
            goal,
            met,
        }
    }
}

fn sorted(mut samples: Vec<f64>) -> Vec<f64> {
    samples.sort_by(f64::total_cmp);
    samples
}

/// The nearest-rank quantile of sorted samples.
fn quantile(sorted: &[f64], q: f64) -> f64 {
    let rank = (q * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(f64::NAN)
}

/// A table for people.
pub fn print(rows: &[Row]) {
    println!(
        "{:<44} {:>5} {:>4} {:>10} {:>10} {:>10} {:>6} {:>6}  met",
        "", "unit", "n", "median", "p99", "floor", "ratio", "goal"
    );
    for row in rows {
        let optional = |value: Option<f64>| value.map_or_else(|| "–".into(), |v| format!("{v:.2}"));
        println!(
            "{:<44} {:>5} {:>4} {:>10.2} {:>10.2} {:>10} {:>6} {:>6.2}  {}",
            row.name,
            row.unit,
            row.samples,
            row.median,
            row.p99,
            optional(row.floor),
            optional(row.ratio),
            row.goal,
            if row.met { "yes" } else { "NO" }
        );
    }
}

/// The same for programs.
pub fn save(rows: &[Row], path: &Path) -> Result<()> {
    Ok(std::fs::write(path, serde_json::to_string_pretty(rows)? + "\n")?)
}
