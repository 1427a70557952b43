//! `sprocket on` and `sprocket off`: what super administrators want of a plugin.

use center::request::Request;
use center::views::SwitchedView;
use spk::PluginId;

use crate::console::Console;
use crate::failure::Outcome;
use crate::words;

/// Turn a plugin on; if it cannot be, all reasons are shown at once
#[derive(Debug, clap::Args)]
pub struct On {
    /// The plugin's id
    #[arg(value_name = "PLUGIN")]
    plugin: PluginId,
}

/// Turn a plugin off
#[derive(Debug, clap::Args)]
pub struct Off {
    /// The plugin's id
    #[arg(value_name = "PLUGIN")]
    plugin: PluginId,
}

impl On {
    pub async fn run(self, console: &Console) -> Outcome {
        switch(console, self.plugin, true).await
    }
}

impl Off {
    pub async fn run(self, console: &Console) -> Outcome {
        switch(console, self.plugin, false).await
    }
}

async fn switch(console: &Console, plugin: PluginId, on: bool) -> Outcome {
    let switched: SwitchedView =
        console.ask(Request::PluginSwitch { plugin: plugin.clone(), on, revision: None }).await?;
    console.screen.show(&switched, |page| {
        let (switch, state) = (words::switch(switched.wanted), words::state(&switched.observed));
        page.line(format!("{plugin}: {state} (switch: {switch})"));
    })
}
