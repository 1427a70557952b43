//! `sprocket logout`: ends the session here and in the center.

use center::request::Request;
use serde_json::Value;

use crate::console::Console;
use crate::failure::Outcome;

/// Sign out, here and in the center
#[derive(Debug, clap::Args)]
pub struct Logout {}

impl Logout {
    pub async fn run(self, console: &Console) -> Outcome {
        let ended = console.tell(Request::SignOut).await;
        console.session.forget()?;
        match ended {
            Err(failure) if failure.view().code != "not_signed_in" => Err(failure),
            _ => console.screen.show(&Value::Null, |page| page.line("You are signed out.")),
        }
    }
}
