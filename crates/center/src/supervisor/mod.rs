//! One task per installed plugin that owns every process act of it, in order. States and triggers are `lifecycle`'s; this carries them out.

mod ahead;
mod all;
mod bring_up;
mod dependencies;
pub mod failures;
mod handle;
mod health;
mod output;
mod room;
mod task;
mod usage;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use plugin_rpc::Measure;
use spk::{Manifest, Texts};

use crate::clock::Clock;
use crate::events::Bus;
use crate::icons::Icons;
use crate::license::Licenses;
use crate::logs::Logs;
use crate::packages::Libraries;
use crate::paths::Home;
use crate::secrets::Secrets;
use crate::services::Services;
use crate::settings::Candidate;
use crate::spawner::Spawner;
use crate::store::Store;
pub use ahead::{Ahead, Kept};
pub use all::Supervisors;
pub use bring_up::{NewVersion, config, end, greeting, loaded, try_out};
pub use handle::{Due, Handle, Held, State};

/// How long each act of a plugin may take, and how often it is looked after.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Load and start together.
    pub start: Duration,
    /// From the request to stop to its end.
    pub stop: Duration,
    /// One call.
    pub call: Duration,
    /// One health answer.
    pub health: Duration,
    /// Between two health questions.
    pub health_every: Duration,
    /// Between two looks at how much room its files take.
    pub room_every: Duration,
    /// The longest that a clock that was moved, or a computer that slept, goes unnoticed by licenses.
    pub license_every: Duration,
    /// The pauses before the first, second, … restart; the last one repeats.
    pub pauses: Vec<Duration>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            start: Duration::from_secs(10),
            stop: Duration::from_secs(5),
            call: Duration::from_secs(30),
            health: Duration::from_secs(2),
            health_every: Duration::from_secs(10),
            room_every: Duration::from_secs(1),
            license_every: Duration::from_secs(60),
            pauses: [500, 2_000, 8_000].map(Duration::from_millis).into(),
        }
    }
}

/// What every supervisor works with.
pub struct Context {
    /// Where things lie.
    pub home: Home,
    /// Facts and failures.
    pub store: Arc<Store>,
    /// Secrets of settings.
    pub secrets: Arc<Secrets>,
    /// Where plugins' lines go.
    pub logs: Logs,
    /// Who is told.
    pub bus: Bus,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Which plugins may run by their licenses.
    pub licenses: Arc<Licenses>,
    /// What plugins provide to each other.
    pub services: Arc<Services>,
    /// Spawns hosts.
    pub spawner: Spawner,
    /// The plugin-host program.
    pub host_program: PathBuf,
    /// Icons that were read.
    pub icons: Icons,
    /// Verified libraries in sealed memory.
    pub libraries: Libraries,
    /// Hosts that wait for the end of an install.
    pub ahead: Ahead,
    /// How long things may take.
    pub limits: Limits,
    /// What the sandbox of the host that came up last holds; empty before the first.
    pub sandbox: ArcSwap<Vec<Measure>>,
}

impl Context {
    /// A package that is not installed yet, among the settings that are.
    pub fn candidate<'a>(&'a self, manifest: &'a Manifest, texts: &'a Texts) -> Candidate<'a> {
        Candidate { store: &self.store, secrets: &self.secrets, manifest, texts }
    }
}
