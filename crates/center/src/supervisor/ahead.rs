//! Hosts that are launched while their package is still being read, so that an install does not wait for a process.
//! Such a host has its sandbox and memory for a library, and loads nothing before the plugin is installed.

use std::collections::HashMap;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use plugin_rpc::Hello;
use spk::{Digest, PluginId};
use tokio::task::JoinHandle;

use super::Context;
use super::bring_up::launch;
use crate::host_client::{HostError, Launched};

/// The hosts that wait, by plugin.
#[derive(Debug, Default)]
pub struct Ahead(Mutex<HashMap<PluginId, Waiting>>);

#[derive(Debug)]
struct Waiting {
    digest: Digest,
    hello: Hello,
    host: Launching,
}

/// Dropping it ends the process, whether it waits already or is still being launched.
#[derive(Debug)]
struct Launching(JoinHandle<Result<Launched, HostError>>);

impl Drop for Launching {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// While this lives, the host waits for the start that it was launched for.
#[derive(Debug)]
pub struct Kept<'a> {
    ahead: &'a Ahead,
    plugin: PluginId,
}

impl Drop for Kept<'_> {
    fn drop(&mut self) {
        self.ahead.lock().remove(&self.plugin);
    }
}

impl Ahead {
    /// Launches a host for a package; `library`: memory that will hold its library, sealed, before the start.
    pub fn launch(
        &self,
        context: &Arc<Context>,
        (plugin, digest): (&PluginId, Digest),
        hello: Hello,
        library: OwnedFd,
    ) -> Kept<'_> {
        let (of, id, said) = (Arc::clone(context), plugin.clone(), hello.clone());
        let host = async move { launch(&of, &id, library, said).await };
        self.keep((plugin, digest), hello, host)
    }

    fn keep(
        &self,
        (plugin, digest): (&PluginId, Digest),
        hello: Hello,
        host: impl Future<Output = Result<Launched, HostError>> + Send + 'static,
    ) -> Kept<'_> {
        let host = Launching(tokio::spawn(host));
        self.lock().insert(plugin.clone(), Waiting { digest, hello, host });
        Kept { ahead: self, plugin: plugin.clone() }
    }

    /// The host that waits for this very start: of this package, and told exactly this. Any other of the plugin ends.
    pub async fn take(
        &self,
        (plugin, digest): (&PluginId, Digest),
        hello: &Hello,
    ) -> Option<Result<Launched, HostError>> {
        let waiting = self.lock().remove(plugin)?;
        if waiting.digest != digest || waiting.hello != *hello {
            return None;
        }
        let mut host = waiting.host;
        (&mut host.0).await.ok()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<PluginId, Waiting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    fn plugin() -> PluginId {
        "com.example.a".parse().unwrap()
    }

    fn hello(version: &str) -> Hello {
        Hello {
            protocol: plugin_rpc::PROTOCOL,
            center_pid: 1,
            plugin: plugin().to_string(),
            version: version.into(),
            private_dir: "/".into(),
            data_limit: 1,
            storage_limit: 1,
            granted: Vec::new(),
        }
    }

    fn digest(byte: u8) -> Digest {
        format!("{byte:02x}").repeat(32).parse().unwrap()
    }

    /// A host that never gets ready, and what tells its end.
    fn endless() -> (impl Future<Output = Result<Launched, HostError>>, oneshot::Receiver<()>) {
        let (lives, ended) = oneshot::channel::<()>();
        let host = async move {
            let _lives = lives;
            std::future::pending().await
        };
        (host, ended)
    }

    #[tokio::test]
    async fn a_host_that_nobody_came_for_ends_with_the_install() {
        let (ahead, (host, ended)) = (Ahead::default(), endless());
        let kept = ahead.keep((&plugin(), digest(1)), hello("1.0.0"), host);
        drop(kept);
        assert!(ended.await.is_err(), "it is gone");
        assert!(ahead.take((&plugin(), digest(1)), &hello("1.0.0")).await.is_none());
    }

    #[tokio::test]
    async fn a_host_serves_only_the_very_start_that_it_was_launched_for() {
        for (package, said) in [(digest(2), hello("1.0.0")), (digest(1), hello("2.0.0"))] {
            let (ahead, (host, ended)) = (Ahead::default(), endless());
            let _kept = ahead.keep((&plugin(), digest(1)), hello("1.0.0"), host);
            assert!(ahead.take((&plugin(), package), &said).await.is_none());
            assert!(ended.await.is_err(), "it is gone");
        }
        let ahead = Ahead::default();
        let ready = async { Err(HostError::Gone) };
        let _kept = ahead.keep((&plugin(), digest(1)), hello("1.0.0"), ready);
        let taken = ahead.take((&plugin(), digest(1)), &hello("1.0.0")).await;
        assert_eq!(taken.unwrap().unwrap_err(), HostError::Gone);
    }
}
