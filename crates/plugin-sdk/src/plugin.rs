//! The trait that a plugin implements.

use serde::Serialize;
use serde::de::DeserializeOwned;
use tracing::Level;

use crate::{Call, Fault, Host, Json, Result};

/// A plugin. It exists from a successful `start` until `stop`; `invoke`, `service` and `health` may run while
/// `configure` or `stop` do.
pub trait Plugin: Sized + Send + Sync + 'static {
    /// The settings, in the shape that `config` of plugin.json describes.
    type Config: DeserializeOwned;
    /// The commands: an enum whose variants are named (`#[serde(rename_all = "kebab-case")]`) like the commands
    /// of plugin.json and hold their arguments.
    type Command: DeserializeOwned;

    /// How many commands and services may run at once, 1 to 16.
    const MAX_CONCURRENCY: u32 = 1;
    /// Events of `tracing` below this level are not sent to the log.
    const LOG_LEVEL: Level = Level::INFO;

    /// Begins to work. Within 10 seconds.
    ///
    /// # Errors
    /// Says why it can't; the plugin then counts as failed.
    fn start(config: Self::Config, host: Host) -> Result<Self>;

    /// Runs a command. The account's right to it was checked. Within 30 seconds.
    ///
    /// # Errors
    /// As the command has them. A panic becomes a fault too.
    fn invoke(&self, command: Self::Command, call: Call) -> Result;

    /// Takes new settings while running.
    ///
    /// # Errors
    /// Says why it refuses them; the old ones stay in force.
    fn configure(&self, config: Self::Config) -> Result<Configured> {
        let _ = config;
        Ok(Configured::NeedsRestart)
    }

    /// Tries settings and keeps nothing; the plugin may be off. Returns what to tell the person, if anything.
    ///
    /// # Errors
    /// Says what is wrong with the settings, or that there is nothing to try.
    fn test(config: Self::Config, host: Host) -> Result<Option<String>> {
        let _ = (config, host);
        Err(Fault::new("unsupported", "this plugin has no test of its settings"))
    }

    /// Runs a service for another plugin, on behalf of an account that has the permission which `services.provides` of
    /// plugin.json names. `args` is JSON: read it with [`arguments`](crate::arguments). Within what is left of the 30 seconds
    /// of the call that the other plugin works on.
    ///
    /// # Errors
    /// As the service has them.
    fn service(&self, name: &str, args: &str, call: Call) -> Result<Json> {
        let _ = (args, call);
        Err(Fault::new("unsupported", format!("this plugin has no service `{name}`")))
    }

    /// Whether all is well. Within 2 seconds.
    ///
    /// # Errors
    /// Says what is wrong.
    fn health(&self) -> Result<()> {
        Ok(())
    }

    /// What the plugin's own check says about its license; for `"license": {"mode": "vendor"}` of plugin.json. Asked
    /// together with [`Plugin::health`], so it returns what is known and does not wait for anybody. While it says
    /// `valid: false` nobody may use the plugin, and it is shown why.
    fn license(&self) -> Option<LicenseVerdict> {
        None
    }

    /// Ends what `start` began and makes running commands return soon. Within 5 seconds.
    fn stop(&self) {}
}

/// What a vendor's own check says about the license of its plugin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LicenseVerdict {
    /// Whether the plugin may be used.
    pub valid: bool,
    /// A sentence for people.
    pub message: String,
    /// The end of its term, in milliseconds since 1970, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
}

/// What became of new settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Configured {
    /// They are in force.
    Applied,
    /// They take effect in a new process, which Sprocket then starts.
    NeedsRestart,
}

/// Exports a type as the plugin of this library.
#[macro_export]
macro_rules! export_plugin {
    ($plugin:ty) => {
        /// The one symbol of this library.
        #[unsafe(no_mangle)]
        #[allow(non_upper_case_globals, reason = "the contract names it")]
        pub static sprocket_plugin: $crate::abi::PluginTable = $crate::table::<$plugin>();
    };
}
