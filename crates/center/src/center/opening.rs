//! What a center is made of when it opens: its lock, its context, its mirror. Knows no request.

use std::path::PathBuf;
use std::sync::Arc;

use arc_swap::ArcSwap;

use super::Options;
use crate::error::{Error, Result};
use crate::events::Bus;
use crate::folder::{Mirror, MirrorParts};
use crate::icons::Icons;
use crate::license::Licenses;
use crate::logs::Logs;
use crate::meta;
use crate::packages::Libraries;
use crate::paths::Home;
use crate::secrets::Secrets;
use crate::spawner::Spawner;
use crate::store::Store;
use crate::supervisor::{Ahead, Context};

pub(super) fn mirror(context: &Context) -> Result<Mirror> {
    Ok(Mirror::new(MirrorParts {
        home: context.home.clone(),
        store: Arc::clone(&context.store),
        bus: context.bus.clone(),
        clock: Arc::clone(&context.clock),
        center: meta::center_id(&context.store)?,
    }))
}

pub(super) fn context(home: Home, options: &Options) -> Result<Context> {
    let clock = Arc::clone(&options.clock);
    let store = Arc::new(Store::open(&home, Arc::clone(&clock))?);
    let licenses = Arc::new(Licenses::open(&store, Arc::clone(&clock))?);
    let secrets = Arc::new(Secrets::new(&store, &home, options.keyring)?);
    secrets.load(&store, options.serve)?;
    let host_program = options.host_program.clone().map_or_else(find_host, Ok)?;
    Ok(Context {
        logs: Logs::open(&home)?,
        spawner: Spawner::start().map_err(|e| Error::io("cannot start the spawning thread", &e))?,
        icons: Icons::new(home.clone()),
        libraries: Libraries::new(home.clone()),
        ahead: Ahead::default(),
        bus: Bus::default(),
        limits: options.limits.clone(),
        services: Arc::default(),
        sandbox: ArcSwap::default(),
        home,
        store,
        secrets,
        clock,
        licenses,
        host_program,
    })
}

/// Beside this program, or where a bundle puts it.
fn find_host() -> Result<PathBuf> {
    let this = std::env::current_exe().map_err(|e| Error::io("this program's own path is not known", &e))?;
    let folder = this.parent().unwrap_or(&this);
    let places = [folder.join("plugin-host"), folder.join("../lib/sprocket/plugin-host")];
    let found = places.iter().find(|place| place.is_file()).cloned();
    // A center that runs nothing does without; one that serves says at the first start what is missing.
    Ok(found.unwrap_or_else(|| places[0].clone()))
}
