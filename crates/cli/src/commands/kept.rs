//! `sprocket kept`: what uninstalled plugins left, putting one back, and deleting it for good.

use center::request::Request;
use center::views::KeptView;
use serde_json::Value;
use spk::PluginId;

use super::review::{ReviewArgs, carry_out};
use super::uninstall::confirm;
use crate::console::Console;
use crate::failure::Outcome;
use crate::words;

/// See what uninstalled plugins left, put one back, or delete it
#[derive(Debug, clap::Subcommand)]
pub enum Kept {
    /// List what is kept: settings, grants, data, and which version can be put back
    List,
    /// Review an uninstalled plugin's stored package and install it again, within 30 days
    PutBack(PutBack),
    /// Delete the settings, grants, data and log of an uninstalled plugin
    Purge(Purge),
}

#[derive(Debug, clap::Args)]
pub struct PutBack {
    /// The plugin's id
    #[arg(value_name = "PLUGIN")]
    plugin: PluginId,
    #[command(flatten)]
    review: ReviewArgs,
}

#[derive(Debug, clap::Args)]
pub struct Purge {
    /// The plugin's id
    #[arg(value_name = "PLUGIN")]
    plugin: PluginId,
    /// Do not ask before deleting
    #[arg(long, short)]
    yes: bool,
}

impl Kept {
    pub async fn run(self, console: &Console) -> Outcome {
        match self {
            Self::List => list(console).await,
            Self::PutBack(PutBack { plugin, review }) => {
                let plan = Request::PackagePutBack { plugin, locale: words::locale() };
                carry_out(console, plan, review).await
            }
            Self::Purge(purge) => purge.run(console).await,
        }
    }
}

impl Purge {
    async fn run(self, console: &Console) -> Outcome {
        if !self.yes {
            confirm(&self.plugin)?;
        }
        console.tell(Request::KeptPurge { plugin: self.plugin.clone() }).await?;
        console
            .screen
            .show(&Value::Null, |page| page.line(format!("Nothing of {} is kept any more.", self.plugin)))
    }
}

async fn list(console: &Console) -> Outcome {
    let kept: Vec<KeptView> = console.ask(Request::KeptList { locale: words::locale() }).await?;
    console.screen.show(&kept, |page| {
        let rows = kept.iter().map(row).collect();
        let head = ["PLUGIN", "ID", "UNINSTALLED", "CAN COME BACK", "SETTINGS", "GRANTS", "DATA"];
        page.table(head, rows, "Nothing is kept of uninstalled plugins.");
    })
}

fn row(kept: &KeptView) -> [String; 7] {
    [
        kept.name.clone(),
        kept.plugin.to_string(),
        words::time(kept.since),
        kept.version.clone().unwrap_or_else(|| "no".into()),
        if kept.settings { "yes" } else { "no" }.into(),
        kept.grants.to_string(),
        words::size(kept.data),
    ]
}
