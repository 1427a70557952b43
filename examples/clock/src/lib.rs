//! The smallest honest plugin: one command, no settings, no state.

use std::time::UNIX_EPOCH;

use plugin_sdk::{Call, Host, Plugin, Result, export_plugin, reply};
use serde::{Deserialize, Serialize};

struct Clock;

#[derive(Deserialize)]
struct Settings {}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Command {
    Now,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Time {
    unix_milliseconds: u64,
}

impl Plugin for Clock {
    type Config = Settings;
    type Command = Command;

    fn start(_settings: Settings, _host: Host) -> Result<Self> {
        Ok(Self)
    }

    fn invoke(&self, command: Command, call: Call) -> Result {
        match command {
            Command::Now => {
                let since = call.host().now().duration_since(UNIX_EPOCH)?;
                reply(&Time { unix_milliseconds: u64::try_from(since.as_millis())? })
            }
        }
    }
}

export_plugin!(Clock);
