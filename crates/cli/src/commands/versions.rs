//! `sprocket versions`: the versions of a plugin that are kept, and going back to one.

use center::request::Request;
use center::views::VersionView;
use spk::PluginId;

use super::review::{ReviewArgs, carry_out};
use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::words;

/// See which versions of a plugin are kept, or go back to one
#[derive(Debug, clap::Subcommand)]
pub enum Versions {
    /// List the installed version and those before it that are kept
    List(List),
    /// Review an earlier version and install it in the place of the newer one; settings, data and permissions are kept
    Restore(Restore),
}

#[derive(Debug, clap::Args)]
pub struct List {
    /// The plugin's id
    #[arg(value_name = "PLUGIN")]
    plugin: PluginId,
}

#[derive(Debug, clap::Args)]
pub struct Restore {
    /// The plugin's id
    #[arg(value_name = "PLUGIN")]
    plugin: PluginId,
    /// The version, as `sprocket versions list` names it
    #[arg(value_name = "VERSION")]
    version: String,
    #[command(flatten)]
    review: ReviewArgs,
}

impl Versions {
    pub async fn run(self, console: &Console) -> Outcome {
        match self {
            Self::List(List { plugin }) => list(console, plugin).await,
            Self::Restore(restore) => restore.run(console).await,
        }
    }
}

impl Restore {
    async fn run(self, console: &Console) -> Outcome {
        let Self { plugin, version, review } = self;
        let kept: Vec<VersionView> = console.ask(Request::VersionList { plugin: plugin.clone() }).await?;
        let found = kept.into_iter().find(|kept| kept.version == version);
        let missing = || {
            let hint = format!("Look at `sprocket versions list {plugin}`.");
            Failure::new("not_found", format!("version {version} of `{plugin}` is not kept"), hint)
        };
        let digest = found.ok_or_else(missing)?.digest;
        let plan = Request::VersionPlan { plugin, digest, locale: words::locale() };
        carry_out(console, plan, review).await
    }
}

async fn list(console: &Console, plugin: PluginId) -> Outcome {
    let kept: Vec<VersionView> = console.ask(Request::VersionList { plugin }).await?;
    console.screen.show(&kept, |page| {
        page.table(["VERSION", "RELEASE", "ACCEPTED", ""], kept.iter().map(row).collect(), "None is kept.");
    })
}

fn row(version: &VersionView) -> [String; 4] {
    let installed = if version.installed { "installed" } else { "" };
    [version.version.clone(), version.release.to_string(), words::time(version.accepted_at), installed.into()]
}
