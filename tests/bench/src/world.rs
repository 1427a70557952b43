//! A center that serves a fresh home in this very process, with its first superadmin signed in.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use center::actor::Session;
use center::center::{Center, Options};
use center::events::{Event, Listener};
use center::paths::Home;
use center::request::{Answers, Password, Request, Token, TrustAnswer};
use serde_json::Value;
use spk::PluginId;
use tokio::task::JoinHandle;

use crate::Places;

/// Longer than any sample may take.
const BOUND: Duration = Duration::from_secs(60);

/// The center and who asks it.
pub struct World {
    /// The center.
    pub center: Arc<Center>,
    /// The superadmin's session, for calls.
    pub session: Session,
    token: Token,
    home: tempfile::TempDir,
}

impl World {
    /// A new one.
    pub async fn new(places: &Places) -> Result<Self> {
        let home = tempfile::tempdir_in(&places.results)?;
        let center = open(places, home.path()).await?;
        let password = Password("a long measure of things".into());
        let init = Request::Init {
            login: "bench".into(),
            name: "Bench".into(),
            password,
            kind: center::request::SessionKind::CommandLine,
        };
        let view = center.handle(None, init).await?;
        let token: Token = serde_json::from_value(view["signed_in"]["token"].clone())?;
        let session = center.session(&token)?;
        Ok(Self { center, session, token, home })
    }

    /// Ends the center; its home stays.
    pub async fn close(self) -> Closed {
        let Self { center, token, home, .. } = self;
        center.shutdown().await;
        Closed { token, home }
    }

    /// The plugin that all packages here hold.
    pub fn plugin() -> PluginId {
        "com.example.clock".parse().expect("this is an id")
    }

    /// The plugin folder.
    pub fn folder(&self) -> std::path::PathBuf {
        self.home.path().join("plugins")
    }

    /// Asks as the superadmin.
    pub async fn ask(&self, request: Request) -> Result<Value> {
        Ok(self.center.handle(Some(&self.token), request).await?)
    }

    /// Events from now on.
    pub fn events(&self) -> Result<Listener> {
        Ok(self.center.events(Some(&self.token))?)
    }

    /// Installs a package, every question of the review answered with yes; for a new plugin also switches it on.
    pub async fn install(&self, package: &Path) -> Result<()> {
        self.install_with(package, true).await
    }

    /// The same, switched on only if wanted.
    pub async fn install_with(&self, package: &Path, on: bool) -> Result<()> {
        let view = self.ask(Request::PackagePlan { path: package.into(), locale: "en".into() }).await?;
        let trust = TrustAnswer {
            label: "Example".into(),
            namespaces: vec!["com.example.*".into()],
            checked: "made here".into(),
        };
        let turn_on = on && view["kind"] != "upgrade";
        let answers = Answers { trust: Some(trust), capabilities: true, turn_on, ..Answers::default() };
        let plan = view["plan"].as_str().context("a plan has an id")?.to_owned();
        self.ask(Request::PackageApply { plan, answers }).await.map(drop)
    }

    /// Takes the plugin away with all it left, but for what no purge forgets.
    pub async fn purge(&self) -> Result<()> {
        self.ask(Request::PluginUninstall { plugin: Self::plugin(), purge: true }).await.map(drop)
    }

    /// The moment at which the plugin has been started, seen by a task that does nothing else.
    pub fn next_start(mut events: Listener) -> JoinHandle<Result<Instant>> {
        let started = async move {
            while let Some(stamped) = events.next().await {
                if matches!(stamped.event, Event::PluginStarted { .. }) {
                    return Ok(Instant::now());
                }
            }
            anyhow::bail!("the center ended")
        };
        tokio::spawn(async {
            tokio::time::timeout(BOUND, started).await.context("the plugin was not started")?
        })
    }
}

/// The home of a center that has ended.
pub struct Closed {
    token: Token,
    home: tempfile::TempDir,
}

impl Closed {
    /// A center that serves this home.
    pub async fn open(self, places: &Places) -> Result<World> {
        let Self { token, home } = self;
        let center = open(places, home.path()).await?;
        let session = center.session(&token)?;
        Ok(World { center, session, token, home })
    }
}

async fn open(places: &Places, home: &Path) -> Result<Arc<Center>> {
    let host_program = Some(places.host.clone());
    let options = Options { serve: true, host_program, ..Options::default() };
    Ok(Center::open(Home::at(home), options).await?)
}
