//! `sprocket uninstall`: takes a plugin away; what people entered stays unless they say otherwise.

use center::request::Request;
use serde_json::Value;
use spk::PluginId;

use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::input;

/// Uninstall a plugin; its settings, grants and data are kept
#[derive(Debug, clap::Args)]
pub struct Uninstall {
    /// The plugin's id
    #[arg(value_name = "PLUGIN")]
    plugin: PluginId,
    /// Delete its settings, grants and data too; this cannot be undone
    #[arg(long)]
    purge: bool,
    /// Do not ask before deleting
    #[arg(long, short, requires = "purge")]
    yes: bool,
}

impl Uninstall {
    pub async fn run(self, console: &Console) -> Outcome {
        if self.purge && !self.yes {
            confirm(&self.plugin)?;
        }
        let purge = self.purge;
        console.tell(Request::PluginUninstall { plugin: self.plugin.clone(), purge }).await?;
        console.screen.show(&Value::Null, |page| {
            let kept = if purge { "deleted" } else { "kept" };
            page.line(format!("{} is uninstalled; its settings, grants and data are {kept}.", self.plugin));
        })
    }
}

fn confirm(plugin: &PluginId) -> Outcome {
    if !input::is_interactive() {
        return Err(Failure::usage("deleting everything needs a yes", "Add `--yes` if you mean it."));
    }
    let question = format!("Delete the settings, grants and data of {plugin}? This cannot be undone.");
    if input::confirm(&question)? {
        return Ok(());
    }
    Err(Failure::new("declined", "declined; nothing was changed", ""))
}
