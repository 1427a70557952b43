//! From a stored package to a plugin that has answered its start.

use std::os::fd::OwnedFd;
use std::sync::Arc;

use plugin_rpc::{Act, Ask, Hello, Level, Outcome, PROTOCOL};
use serde_json::value::RawValue;
use spk::manifest::Manifest;
use spk::{Digest, PluginId};

use super::{Context, output};
use crate::capabilities::Approved;
use crate::ending::Ending;
use crate::error::{Code, Error, Result};
use crate::host_client::{self, Errand, HostClient, HostError, Launch, Launched, Listener};
use crate::hostcalls::{self, HostCalls, Reach, SentLine};
use crate::logs::Source;
use crate::mask::Mask;
use crate::paths::private_folder;
use crate::plugin_store::PluginStore;
use crate::settings::{self, ForPlugin};
use crate::snapshot::PluginFacts;
use crate::store::blocking;

/// Thread stacks and the host itself count against the limit, so that much is added to what was approved.
const HOST_MEMORY: u64 = 64 << 20;

/// Loads and starts a plugin. Dropping the future ends what was begun.
///
/// # Errors
/// What did not succeed.
pub async fn bring_up(context: Arc<Context>, plugin: PluginId) -> std::result::Result<Launched, Ending> {
    let within = context.limits.start;
    let started = tokio::time::timeout(within, start(&context, &plugin)).await;
    started.unwrap_or_else(|_| Err(Ending::not_within(within)))
}

async fn start(context: &Arc<Context>, plugin: &PluginId) -> std::result::Result<Launched, Ending> {
    let facts = facts(context, plugin)?;
    let approved = Approved::read(&facts.approved)?;
    let host = fresh(context, (&facts.package.manifest, facts.digest), &approved).await?;
    host.client.load(context.limits.start).await?;
    let config = effective(context, plugin, &host.client)?;
    host.client.act(Act::Start { config }, context.limits.start).await?;
    Ok(host)
}

/// A host with the sandbox and the library of this package, in which nothing of it ran yet.
async fn fresh(
    context: &Arc<Context>,
    (manifest, digest): (&Manifest, Digest),
    approved: &Approved,
) -> Result<Launched> {
    let plugin = &manifest.id;
    let hello = blocking(|| greeting(context, manifest, approved))?;
    let host = match context.ahead.take((plugin, digest), &hello).await {
        Some(host) => {
            context.libraries.release(digest);
            host
        }
        None => {
            let library = blocking(|| context.libraries.of(&context.store, digest))?;
            launch(context, plugin, library, hello).await
        }
    };
    let host = host.map_err(|e| failed(&e))?;
    context.sandbox.store(Arc::new(host.sandbox.clone()));
    Ok(host)
}

/// A version that is not installed yet.
pub struct NewVersion<'a> {
    /// What it says of itself.
    pub manifest: &'a Manifest,
    /// Its package, whose library is at hand.
    pub digest: Digest,
    /// What it may.
    pub approved: &'a Approved,
    /// Its settings as they would be.
    pub settings: ForPlugin,
}

/// Loads a version while its plugin is held, and starts nothing.
///
/// # Errors
/// `start_failed` with what did not succeed; then no process is left.
pub async fn loaded(context: &Arc<Context>, new: &NewVersion<'_>) -> Result<Launched> {
    let within = context.limits.start;
    let host = fresh(context, (new.manifest, new.digest), new.approved).await?;
    match host.client.act(Act::Load, within).await {
        Ok(_) => Ok(host),
        Err(cause) => {
            end(context, host).await;
            Err(failed(&cause))
        }
    }
}

/// Starts a version while its plugin is held, and asks it whether it is well.
///
/// # Errors
/// `start_failed` with what did not succeed; then no process is left, and nothing that it asked is being carried out.
pub async fn try_out(context: &Arc<Context>, new: NewVersion<'_>) -> Result<Launched> {
    let within = context.limits.start;
    let host = fresh(context, (new.manifest, new.digest), new.approved).await?;
    let config = config(&new.settings, &host.client)?;
    let proved = async {
        host.client.load(within).await?;
        host.client.act(Act::Start { config }, within).await?;
        host.client.health(context.limits.health).await
    };
    let cause = match tokio::time::timeout(within, proved).await {
        Ok(Ok(_)) => return Ok(host),
        Ok(Err(cause)) => failed(&cause),
        Err(_) => Error::new(Code::StartFailed, Ending::not_within(within).to_string()),
    };
    end(context, host).await;
    Err(cause)
}

/// Ends a host at once; when this returns, it does nothing any more.
pub async fn end(context: &Context, mut host: Launched) {
    let _ = host.process.start_kill();
    let _ = host.process.wait().await;
    host.client.close();
    if tokio::time::timeout(context.limits.stop, host.listening).await.is_err() {
        tracing::warn!("what a plugin asked last is still being carried out");
    }
}

/// Launches a host and listens to it, under the id that the center knows its plugin by.
pub(super) async fn launch(
    context: &Context,
    plugin: &PluginId,
    library: OwnedFd,
    hello: Hello,
) -> std::result::Result<Launched, HostError> {
    let mask = Arc::new(Mask::default());
    let hostcalls = Arc::new(reach(context, plugin, (hello.storage_limit, Arc::clone(&mask))));
    let launch = Launch { program: &context.host_program, library, hello, granted: Vec::new(), mask };
    let mut host = host_client::launch(&context.spawner, launch, Arc::clone(&hostcalls)).await?;
    if let (Some(stdout), Some(stderr)) = (host.process.stdout.take(), host.process.stderr.take()) {
        tokio::spawn(output::copy(Arc::clone(&hostcalls), stdout, Source::Stdout));
        tokio::spawn(output::copy(hostcalls, stderr, Source::Stderr));
    }
    Ok(host)
}

/// What a host of this plugin is told before it loads anything. Makes its private folder.
///
/// # Errors
/// `internal` if there can be no such folder.
pub fn greeting(context: &Context, manifest: &Manifest, approved: &Approved) -> Result<Hello> {
    let private_dir = context.home.private_folder(&manifest.id);
    private_folder(&private_dir)?;
    let approved = &approved.capabilities;
    Ok(Hello {
        protocol: PROTOCOL,
        center_pid: std::process::id(),
        plugin: manifest.id.to_string(),
        version: manifest.version.to_string(),
        private_dir,
        data_limit: approved.memory.0 + HOST_MEMORY,
        storage_limit: approved.storage.0,
        granted: Vec::new(),
    })
}

/// The settings in force, secrets in clear: for this process of the plugin alone, whose words show none of them from now on.
///
/// # Errors
/// `secrets_unreadable`, or `database`.
pub fn effective(context: &Context, plugin: &PluginId, host: &HostClient) -> Result<Box<RawValue>> {
    let settings = settings::effective_for_plugin(&context.store, &context.secrets, plugin)?;
    config(&settings, host)
}

/// Settings for this process alone, whose words show no secret of them from now on.
///
/// # Errors
/// `internal` if they are no JSON.
pub fn config(settings: &ForPlugin, host: &HostClient) -> Result<Box<RawValue>> {
    host.mask().add(&settings.secrets);
    Ok(RawValue::from_string(settings.text.to_string())?)
}

/// The approved memory, in bytes, while the plugin is installed.
pub fn memory_of(context: &Context, plugin: &PluginId) -> Option<u64> {
    approved(context, plugin).map(|approved| approved.capabilities.memory.0)
}

/// The approved storage, in bytes, while the plugin is installed.
pub fn storage_of(context: &Context, plugin: &PluginId) -> Option<u64> {
    approved(context, plugin).map(|approved| approved.capabilities.storage.0)
}

fn approved(context: &Context, plugin: &PluginId) -> Option<Approved> {
    Approved::read(&context.store.snapshot().plugins.get(plugin)?.approved).ok()
}

fn facts(context: &Context, plugin: &PluginId) -> Result<PluginFacts> {
    let snapshot = context.store.snapshot();
    let facts = snapshot.plugins.get(plugin).cloned();
    facts.ok_or_else(|| Error::new(Code::NotFound, format!("`{plugin}` is not installed")))
}

fn failed(cause: &HostError) -> Error {
    Error::new(Code::StartFailed, cause.to_string())
}

impl Listener for HostCalls {
    fn log(&self, level: Level, target: String, message: String, fields: Box<RawValue>) {
        self.log(SentLine { level, target, message, fields });
    }

    async fn ask(&self, call: Option<(u64, Errand)>, ask: Ask) -> Outcome {
        hostcalls::answer(self, call, ask).await
    }
}

/// What the plugin's messages lead to.
fn reach(context: &Context, plugin: &PluginId, (quota, mask): (u64, Arc<Mask>)) -> HostCalls {
    let store = PluginStore::new(&context.home, plugin, quota);
    let (logs, bus, clock) = (context.logs.clone(), context.bus.clone(), Arc::clone(&context.clock));
    let licenses = Arc::clone(&context.licenses);
    let services = Arc::clone(&context.services);
    HostCalls::new(plugin.clone(), Reach { store, logs, bus, clock, licenses, services, mask })
}
