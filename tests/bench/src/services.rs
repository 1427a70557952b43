//! Calls from plugin to plugin through the center, with every check, one after the other; beside two round trips of a bare
//! socket pair, since each call goes from the caller to the center and from there to the provider, and back.

use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result};
use center::request::Request;
use serde_json::json;
use serde_json::value::{RawValue, to_raw_value};
use spk::PluginId;

use crate::Places;
use crate::calls::{PLACES, put};
use crate::floor::{Echo, Floor};
use crate::packages::{All, LIBRARY};
use crate::row::Row;
use crate::world::World;

const BLOCKS: usize = 20;
const PER_BLOCK: usize = 500;
/// Calls a second.
const GOAL: f64 = 2_000.0;

/// A plugin that calls and one that is called.
pub async fn measure(places: &Places, made: &All) -> Result<Vec<Row>> {
    let world = Arc::new(World::new(places).await?);
    let uses = json!({ "uses": [{ "name": "bench.echo", "version": "^1" }] });
    let provides = json!({ "provides": [{ "name": "bench.echo", "version": "1.0.0", "permission": "use" }] });
    let mut processes = vec![];
    for (id, services) in [("com.example.provider", provides), ("com.example.caller", uses)] {
        let manifest = json!({
            "id": id, "name": id, "version": "1.0.0", "publisher": "Example Ltd", "services": services,
            "library": { "x86_64-unknown-linux-gnu": LIBRARY },
            "commands": [{ "id": "repeat", "permission": "use" }]
        });
        world.install(&made.of_library(&places.binaries.join("librogue.so"), &manifest)?).await?;
        let detail = world.ask(Request::PluginShow { plugin: id.parse()?, locale: "en".into() }).await?;
        let pid = detail["process"]["pid"].as_u64().context("the plugin has a process")?;
        processes.push(u32::try_from(pid)?);
    }
    let mut rows = Vec::new();
    for (name, other) in PLACES {
        let echo = Floor::new(places)?.echo()?;
        put(std::process::id(), 0)?;
        for pid in processes.iter().copied().chain([echo.pid()]) {
            put(pid, other)?;
        }
        let (samples, floors) = tokio::spawn(alternate(Arc::clone(&world), echo)).await??;
        let name = format!("service calls through the center, {name}");
        rows.push(Row::at_least(name, "1/s", samples, floors, GOAL));
    }
    world.center.shutdown().await;
    Ok(rows)
}

async fn alternate(world: Arc<World>, mut echo: Echo) -> Result<(Vec<f64>, Vec<f64>)> {
    let caller: PluginId = "com.example.caller".parse()?;
    let wish = json!({ "service": "bench.echo", "args": { "echo": null } });
    let args: Box<RawValue> = to_raw_value(&json!({ "wish": wish, "times": PER_BLOCK }))?;
    let rate = |begun: Instant| PER_BLOCK as f64 / begun.elapsed().as_secs_f64();
    let (mut samples, mut floors) = (Vec::new(), Vec::new());
    for _ in 0..BLOCKS {
        let begun = Instant::now();
        for _ in 0..2 * PER_BLOCK {
            echo.round_trip()?;
        }
        floors.push(rate(begun));
        let begun = Instant::now();
        world.center.call(&world.session, &caller, "repeat", args.clone()).await?;
        samples.push(rate(begun));
    }
    Ok((samples, floors))
}
