//! `sprocket why`: what gives an account a permission, and what prevents its use.

use center::request::Request;
use center::snapshot::Subject;
use center::views::{Obstacle, SourceView, WhyView};
use spk::PluginId;

use crate::console::Console;
use crate::failure::Outcome;
use crate::screen::Tone;

/// Explain why an account may or may not use a plugin
#[derive(Debug, clap::Args)]
pub struct Why {
    /// The plugin's id
    #[arg(value_name = "PLUGIN")]
    plugin: PluginId,
    /// One of its permissions
    #[arg(value_name = "PERMISSION")]
    permission: String,
    /// The account
    #[arg(long, value_name = "LOGIN")]
    account: String,
}

impl Why {
    pub async fn run(self, console: &Console) -> Outcome {
        let account = console.account(&self.account).await?;
        let why: WhyView =
            console.ask(Request::Why { plugin: self.plugin, permission: self.permission, account }).await?;
        console.screen.show(&why, |page| {
            match why.allowed {
                true => page.toned(Tone::Good, "It may use it now."),
                false => page.toned(Tone::Bad, "It may not use it now."),
            }
            why.sources.iter().for_each(|source| page.line(format!("  + {}", given_by(source))));
            why.obstacles.iter().for_each(|obstacle| page.line(format!("  - {}", prevented_by(*obstacle))));
        })
    }
}

pub(super) fn given_by(source: &SourceView) -> String {
    match source {
        SourceView::Superadmin => "it is a super administrator".into(),
        SourceView::Grant { subject: Subject::Everyone, .. } => "granted to everyone".into(),
        SourceView::Grant { subject: Subject::Account { .. }, .. } => "granted to the account itself".into(),
        SourceView::Grant { subject: Subject::Department { below, .. }, path } => {
            let below = if *below { " and below" } else { "" };
            format!("granted to the department {}{below}", path.join("/"))
        }
    }
}

pub(super) fn prevented_by(obstacle: Obstacle) -> &'static str {
    match obstacle {
        Obstacle::UnknownAccount => "there is no such account",
        Obstacle::AccountDisabled => "the account is disabled",
        Obstacle::NotInstalled => "the plugin is not installed",
        Obstacle::NoLicense => "no license lets it be used",
        Obstacle::NotRunning => "the plugin does not run",
        Obstacle::UnknownPermission => "the plugin has no such permission",
        Obstacle::NoGrant => "nothing grants it",
    }
}
