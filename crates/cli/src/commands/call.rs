//! `sprocket call`: uses a plugin, as the account that is signed in.

use center::request::Request;
use serde_json::Value;
use spk::PluginId;

use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::input;

/// Call a command of a running plugin
#[derive(Debug, clap::Args)]
pub struct Call {
    /// The plugin's id
    #[arg(value_name = "PLUGIN")]
    plugin: PluginId,
    /// One of its commands
    #[arg(value_name = "COMMAND")]
    command: String,
    /// What it is given, as JSON; `-` reads it from standard input
    #[arg(value_name = "JSON", default_value = "null")]
    args: String,
}

impl Call {
    pub async fn run(self, console: &Console) -> Outcome {
        console.must_be_running()?;
        let text = if self.args == "-" { input::all()? } else { self.args };
        let args = serde_json::from_str(&text).map_err(|cause| {
            Failure::usage(
                format!("the arguments are no JSON: {cause}"),
                "Quote it, such as '{\"question\": \"…\"}'.",
            )
        })?;
        let answer: Value =
            console.ask(Request::PluginCall { plugin: self.plugin, call: self.command, args }).await?;
        console.screen.show(&answer, |page| {
            page.line(serde_json::to_string_pretty(&answer).expect("JSON is JSON"));
        })
    }
}
