//! `sprocket status`: how the center is.

use center::request::Request;
use center::views::StatusView;

use crate::console::Console;
use crate::failure::Outcome;

/// Show how the center is
#[derive(Debug, clap::Args)]
pub struct Status {}

impl Status {
    pub async fn run(self, console: &Console) -> Outcome {
        let status: StatusView = console.ask(Request::Status).await?;
        console.screen.show(&status, |page| {
            let center = if status.serving { "running" } else { "not running: `sprocket serve` starts it" };
            page.pairs([
                ("Sprocket", format!("{}, {center}", status.version)),
                ("Home", status.home.clone()),
                ("Plugins", format!("{} installed, {} running", status.installed, status.running)),
                ("Plugin folder", status.folder.clone()),
                ("Needs attention", status.attention.to_string()),
            ]);
            if !status.initialised {
                page.line("Nobody can sign in yet: run `sprocket init`.");
            }
        })
    }
}
