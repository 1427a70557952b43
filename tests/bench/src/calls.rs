//! A call through the center with its permission check, beside a bare socket pair; and what an idle host holds.

use std::time::Instant;

use anyhow::{Context, Result};
use center::request::Request;
use serde_json::value::{RawValue, to_raw_value};

use crate::Places;
use crate::floor::Floor;
use crate::memory;
use crate::packages::All;
use crate::row::Row;
use crate::world::World;

const BLOCKS: usize = 20;
const PER_BLOCK: usize = 500;
const GOAL: f64 = 1.5;
/// MiB.
const SHARE_GOAL: f64 = 1.0;

/// Calls and memory of the small plugin.
pub async fn measure(places: &Places, made: &All) -> Result<Vec<Row>> {
    let world = World::new(places).await?;
    world.install(&made.small.path).await?;
    // As a server would call: from a task of the runtime, not from the thread that waits for it.
    let (world, samples, floors) = tokio::spawn(alternate(world, Floor::new(places)?)).await??;
    let detail = Request::PluginShow { plugin: World::plugin(), locale: "en".into() };
    let pid = world.ask(detail).await?["process"]["pid"].as_u64().context("the plugin has a process")?;
    let share = memory::share_beside_library(pid)?;
    world.center.shutdown().await;
    Ok(vec![
        Row::beside("call through the center", "µs", samples, floors, GOAL),
        Row::absolute("idle host beside its library (PSS)", "MiB", vec![share], SHARE_GOAL),
    ])
}

async fn alternate(world: World, floor: Floor) -> Result<(World, Vec<f64>, Vec<f64>)> {
    let mut echo = floor.echo()?;
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
    Ok((world, samples, floors))
}
