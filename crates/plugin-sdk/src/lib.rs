//! What a plugin author in Rust writes against, over the plain C contract in `include/sprocket_plugin.h`.
//!
//! ```
//! use plugin_sdk::{Call, Host, Plugin, Result, export_plugin, reply};
//! use serde::Deserialize;
//!
//! struct Greeter { name: String }
//!
//! #[derive(Deserialize)]
//! struct Settings { name: String }
//!
//! #[derive(Deserialize)]
//! #[serde(rename_all = "kebab-case")]
//! enum Command { Greet { whom: String } }
//!
//! impl Plugin for Greeter {
//!     type Config = Settings;
//!     type Command = Command;
//!
//!     fn start(config: Settings, _host: Host) -> Result<Self> {
//!         Ok(Self { name: config.name })
//!     }
//!
//!     fn invoke(&self, command: Command, _call: Call) -> Result {
//!         match command {
//!             Command::Greet { whom } => reply(&format!("{} greets {whom}", self.name)),
//!         }
//!     }
//! }
//!
//! export_plugin!(Greeter);
//! # fn main() {}
//! ```

pub mod abi;
mod command;
mod export;
mod fault;
mod host;
mod log;
mod plugin;

pub use fault::{Fault, Json, Result, arguments, reply};
pub use host::{Call, Entry, Host, License, Page, Store};
pub use plugin::{Configured, LicenseVerdict, Plugin};

#[doc(hidden)]
pub use export::table;
