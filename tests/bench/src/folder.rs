//! How much later a running plugin's upgrade runs when its file is copied into the folder, instead of being installed by a request.

use std::time::Instant;

use anyhow::Result;
use center::request::Request;

use crate::Places;
use crate::packages::All;
use crate::row::Row;
use crate::world::World;

const ROUNDS: u32 = 12;
/// Milliseconds more than by a request.
const GOAL: f64 = 60.0;

/// Upgrades, by turns through the folder (from the end of the copy on) and by a request.
pub async fn measure(places: &Places, made: &All) -> Result<Row> {
    let world = World::new(places).await?;
    world.install(&made.small.path).await?;
    let (mut by_folder, mut by_request) = (Vec::new(), Vec::new());
    for round in 1..=ROUNDS {
        let package = made.later(2 * round)?;
        let running = World::next_start(world.events()?);
        let begun = Instant::now();
        world.install(&package).await?;
        by_request.push((running.await?? - begun).as_secs_f64() * 1e3);

        let package = made.later(2 * round + 1)?;
        let running = World::next_start(world.events()?);
        std::fs::copy(&package, world.folder().join(format!("upgrade-{round}.spk")))?;
        let copied = Instant::now();
        by_folder.push((running.await?? - copied).as_secs_f64() * 1e3);
        // Until the folder has done all it does after a start.
        world.ask(Request::FolderRescan).await?;
    }
    world.center.shutdown().await;
    by_request.sort_by(f64::total_cmp);
    let usual = by_request[by_request.len() / 2];
    let more = by_folder.into_iter().map(|taken| taken - usual).collect();
    Ok(Row::absolute("more through the folder, end of copy → running", "ms", more, GOAL))
}
