//! `sprocket events`: what happens, as it happens.

use center::events::Stamped;
use center::request::Request;
use serde_json::{Value, json};

use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::words;

/// Show what happens, as it happens
#[derive(Debug, clap::Args)]
pub struct Events {}

impl Events {
    pub async fn run(self, console: &Console) -> Outcome {
        console.must_be_running()?;
        let mut coming = console.stream(Request::Events).await?;
        // Whoever starts this beside something else learns from when on it misses nothing.
        let listening = json!({ "listening": true });
        console.screen.show_next(&listening, |page| page.line("Listening. Stop it with Ctrl+C."))?;
        while let Some(event) = coming.next().await? {
            let known: Stamped = serde_json::from_value(event.clone()).map_err(|cause| {
                let hint = "Use the command line of the version that runs.";
                Failure::new("internal", format!("the center's event is not understood: {cause}"), hint)
            })?;
            console.screen.show_next(&event, |page| page.line(text(&known, &event)))?;
        }
        Ok(())
    }
}

/// The time, what happened, and to what: each field of the event in its order.
fn text(stamped: &Stamped, event: &Value) -> String {
    let mut text = format!("{} {}", words::time(stamped.at), event["kind"].as_str().unwrap_or_default());
    let fields = event.as_object().into_iter().flatten();
    for (name, value) in fields.filter(|(name, _)| !matches!(name.as_str(), "at" | "kind")) {
        text.push_str(&format!(" {name}={}", words::plain(value)));
    }
    text
}
