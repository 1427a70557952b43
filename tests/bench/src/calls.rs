//! A call through the center with its permission check, beside a bare socket pair; and what an idle host holds.

use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result};
use center::request::Request;
use rustix::process::Pid;
use rustix::thread::{CpuSet, sched_setaffinity};
use serde_json::value::{RawValue, to_raw_value};

use crate::Places;
use crate::floor::{Echo, Floor};
use crate::memory;
use crate::packages::All;
use crate::row::Row;
use crate::world::World;

const BLOCKS: usize = 20;
const PER_BLOCK: usize = 500;
const GOAL: f64 = 1.5;
/// MiB.
const SHARE_GOAL: f64 = 1.0;

/// Where the two ends of a round trip run. The scheduler's choice between these makes a factor of ten, so it is not left to it.
pub const PLACES: [(&str, usize); 2] = [("one processor", 0), ("two processors", 1)];

/// Calls and memory of the small plugin.
pub async fn measure(places: &Places, made: &All) -> Result<Vec<Row>> {
    let world = Arc::new(World::new(places).await?);
    world.install(&made.small.path).await?;
    let detail = Request::PluginShow { plugin: World::plugin(), locale: "en".into() };
    let pid = world.ask(detail).await?["process"]["pid"].as_u64().context("the plugin has a process")?;
    let started = memory::share_beside_library(pid)?;
    let mut rows = Vec::new();
    for (name, other) in PLACES {
        let echo = Floor::new(places)?.echo()?;
        put(std::process::id(), 0)?;
        put(u32::try_from(pid)?, other)?;
        put(echo.pid(), other)?;
        // As a server would call: from a task of the runtime, not from the thread that waits for it.
        let (samples, floors) = tokio::spawn(alternate(Arc::clone(&world), echo)).await??;
        rows.push(Row::beside(format!("call through the center, {name}"), "µs", samples, floors, GOAL));
    }
    let called = memory::share_beside_library(pid)?;
    world.center.shutdown().await;
    for (when, share) in [("after its start", started), ("after calls", called)] {
        let name = format!("idle host beside its library (PSS), {when}");
        rows.push(Row::absolute(name, "MiB", vec![share], SHARE_GOAL));
    }
    Ok(rows)
}

/// Puts every thread of a process on one processor.
pub fn put(pid: u32, processor: usize) -> Result<()> {
    let mut set = CpuSet::new();
    set.set(processor);
    for thread in std::fs::read_dir(format!("/proc/{pid}/task"))? {
        let thread: i32 = thread?.file_name().to_string_lossy().parse()?;
        sched_setaffinity(Pid::from_raw(thread), &set)?;
    }
    Ok(())
}

async fn alternate(world: Arc<World>, mut echo: Echo) -> Result<(Vec<f64>, Vec<f64>)> {
    let (mut samples, mut floors) = (Vec::new(), Vec::new());
    let args: Box<RawValue> = to_raw_value(&())?;
    for _ in 0..BLOCKS {
        for _ in 0..PER_BLOCK {
            let begun = Instant::now();
            echo.round_trip()?;
            floors.push(begun.elapsed().as_secs_f64() * 1e6);
        }
        for _ in 0..PER_BLOCK {
            let begun = Instant::now();
            world.center.call(&world.session, &World::plugin(), "now", args.clone()).await?;
            samples.push(begun.elapsed().as_secs_f64() * 1e6);
        }
    }
    Ok((samples, floors))
}
