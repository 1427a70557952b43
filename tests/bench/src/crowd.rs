//! Many plugins: how soon a center of 10, 100 and 1,000 shows its first list, how soon 100 run after a cold start, and for
//! how long one that is called all the time does not answer while it is upgraded.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use center::request::Request;
use serde_json::json;
use serde_json::value::to_raw_value;
use tokio::sync::oneshot;

use crate::Places;
use crate::floor::Floor;
use crate::packages::{All, LIBRARY, library_of};
use crate::row::Row;
use crate::world::World;

const STARTS: usize = 10;
const SIZES: [usize; 3] = [10, 100, 1_000];
/// Milliseconds to the first list, whatever is installed.
const LIST_GOAL: f64 = 150.0;
const RUNNING: usize = 100;
/// Milliseconds until that many run.
const RUNNING_GOAL: f64 = 1_500.0;
const UPGRADES: u32 = 12;
/// Milliseconds without an answer; the plugin of this build does nothing when it starts.
const GAP_GOAL: f64 = 50.0;

/// All of it.
pub async fn measure(places: &Places, made: &All) -> Result<Vec<Row>> {
    let mut rows = vec![upgrades(places, made).await?];
    let (mut world, mut installed) = (World::new(places).await?, 0);
    for size in SIZES {
        for number in installed..size {
            world.install_with(&package(places, made, number)?, number < RUNNING).await?;
        }
        installed = size;
        let samples;
        (world, samples) = lists(world, places).await?;
        let name = format!("start of the center → list, {size} installed");
        rows.push(Row::absolute(name, "ms", samples, LIST_GOAL));
        if size == RUNNING {
            let (samples, floors);
            (world, samples, floors) = starts(world, places, &package(places, made, 0)?).await?;
            rows.push(
                Row::absolute("start of the center → 100 run", "ms", samples, RUNNING_GOAL).over(floors),
            );
        }
    }
    world.center.shutdown().await;
    Ok(rows)
}

fn package(places: &Places, made: &All, number: usize) -> Result<PathBuf> {
    let id = format!("com.example.plugin-{number}");
    let manifest = json!({
        "id": id, "name": format!("Plugin {number}"), "version": "1.0.0", "publisher": "Example Ltd",
        "library": { "x86_64-unknown-linux-gnu": LIBRARY },
        "commands": [{ "id": "now", "permission": "use" }]
    });
    made.of_library(&places.binaries.join("libclock.so"), &manifest)
}

/// From the opening of the home to the first answered list.
async fn lists(mut world: World, places: &Places) -> Result<(World, Vec<f64>)> {
    let mut samples = Vec::new();
    for _ in 0..STARTS {
        let closed = world.close().await;
        let begun = Instant::now();
        world = closed.open(places).await?;
        world.ask(Request::PluginList { locale: "en".into() }).await?;
        samples.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    Ok((world, samples))
}

/// From the opening of the home to the last running plugin; beside inflating, spawning and loading alone, one by one.
async fn starts(mut world: World, places: &Places, package: &Path) -> Result<(World, Vec<f64>, Vec<f64>)> {
    let (floor, library) = (Floor::new(places)?, library_of(package)?);
    let (mut samples, mut floors) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let closed = world.close().await;
        let begun = Instant::now();
        tokio::task::block_in_place(|| (0..RUNNING).try_for_each(|_| floor.load(package, &library)))?;
        floors.push(begun.elapsed().as_secs_f64() * 1e3);
        let begun = Instant::now();
        world = closed.open(places).await?;
        let mut events = world.events()?;
        while world.ask(Request::Status).await?["running"] != RUNNING {
            events.next().await.context("the center ended")?;
        }
        samples.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    Ok((world, samples, floors))
}

/// The longest time between two answers while another version takes the plugin's place.
async fn upgrades(places: &Places, made: &All) -> Result<Row> {
    let world = Arc::new(World::new(places).await?);
    world.install(&made.small.path).await?;
    let mut samples = Vec::new();
    for version in 1..=UPGRADES {
        let package = made.later(version)?;
        let (done, upgraded) = oneshot::channel();
        let calling = tokio::spawn(longest_gap(Arc::clone(&world), upgraded));
        world.install(&package).await?;
        let _ = done.send(());
        samples.push(calling.await??.as_secs_f64() * 1e3);
    }
    world.center.shutdown().await;
    Ok(Row::absolute("longest wait of a caller in an upgrade", "ms", samples, GAP_GOAL))
}

async fn longest_gap(world: Arc<World>, mut upgraded: oneshot::Receiver<()>) -> Result<Duration> {
    let (plugin, nothing) = (World::plugin(), to_raw_value(&json!(null))?);
    let (mut longest, mut before) = (Duration::ZERO, Instant::now());
    while upgraded.try_recv().is_err_and(|error| error == oneshot::error::TryRecvError::Empty) {
        let answer = world.center.call(&world.session, &plugin, "now", nothing.clone()).await;
        answer.context("a call was lost")?;
        longest = longest.max(before.elapsed());
        before = Instant::now();
    }
    Ok(longest)
}
