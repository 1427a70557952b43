//! From a package's file to a running plugin, the review answered at once; and the memory that takes.

use std::time::Instant;

use anyhow::Result;

use crate::Places;
use crate::floor::Floor;
use crate::memory::Peak;
use crate::packages::Made;
use crate::row::Row;
use crate::world::World;

const ROUNDS: usize = 15;
/// MiB over idle.
const MEMORY_GOAL: f64 = 40.0;

/// Time and memory for one kind of package, alternating with the floor.
pub async fn measure(places: &Places, package: &Made) -> Result<Vec<Row>> {
    let floor = Floor::new(places)?;
    let world = World::new(places).await?;
    let (mut samples, mut floors, mut peaks) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        tokio::task::block_in_place(|| floor.install(&package.path, &package.packed))?;
        floors.push(begun.elapsed().as_secs_f64() * 1e3);

        let running = World::next_start(world.events()?);
        let peak = Peak::watch();
        let begun = Instant::now();
        world.install(&package.path).await?;
        samples.push((running.await?? - begun).as_secs_f64() * 1e3);
        peaks.push(peak.over_idle());
        world.purge().await?;
    }
    world.center.shutdown().await;
    Ok(vec![
        Row::beside(format!("install → running, {}", package.name), "ms", samples, floors, package.goal),
        Row::absolute(format!("center's memory over idle, {}", package.name), "MiB", peaks, MEMORY_GOAL),
    ])
}
