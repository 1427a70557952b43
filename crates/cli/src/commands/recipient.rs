//! `sprocket recipient`: what publishers encrypt packages for, so that this center alone can read them.

use center::request::Request;
use center::views::RecipientView;

use crate::console::Console;
use crate::failure::Outcome;

/// Show the key for which publishers encrypt packages, so that only this center reads them
#[derive(Debug, clap::Args)]
pub struct Show {}

impl Show {
    pub async fn run(self, console: &Console) -> Outcome {
        let view: RecipientView = console.ask(Request::RecipientShow).await?;
        console.screen.show(&view, |page| {
            page.line(view.recipient.clone());
            page.line("Give it to the publisher, for `sprocket pack --encrypt-to`. It is no secret.");
        })
    }
}
