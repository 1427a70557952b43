//! `sprocket on` and `sprocket off`: what super administrators want of a plugin, and of those that hang on it.

use center::error::ErrorView;
use center::request::Request;
use center::views::{StateView, SwitchedView};
use serde_json::Value;
use spk::PluginId;

use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::words;

/// It is tried again by itself, at most three times.
const AFTER_FAILURE: &str =
    "Look at `sprocket logs` for the cause; `sprocket show` says whether it is tried again.";

/// Turn a plugin on; if it cannot be, all reasons are shown at once
#[derive(Debug, clap::Args)]
pub struct On {
    /// The plugin's id
    #[arg(value_name = "PLUGIN")]
    plugin: PluginId,
    /// Turn on the plugins that it needs too
    #[arg(long)]
    with_dependencies: bool,
}

/// Turn a plugin off; if plugins that are on need it, they are shown
#[derive(Debug, clap::Args)]
pub struct Off {
    /// The plugin's id
    #[arg(value_name = "PLUGIN")]
    plugin: PluginId,
    /// Turn off the plugins that need it too
    #[arg(long)]
    with_dependents: bool,
}

impl On {
    pub async fn run(self, console: &Console) -> Outcome {
        show(console, &self.plugin, &switch(console, (&self.plugin, true), self.with_dependencies).await?)
    }
}

impl Off {
    pub async fn run(self, console: &Console) -> Outcome {
        show(console, &self.plugin, &switch(console, (&self.plugin, false), self.with_dependents).await?)
    }
}

/// Switches a plugin; `together`: also those that stand against it, all in one act, after the center has named them.
pub async fn switch(
    console: &Console,
    (plugin, on): (&PluginId, bool),
    together: bool,
) -> Outcome<SwitchedView> {
    let alone = Request::PluginSwitch { plugin: plugin.clone(), on, revision: None };
    let refused = match console.ask(alone).await {
        Err(failure) if together => failure,
        switched => return switched,
    };
    let others = named_in(refused.view());
    if others.is_empty() {
        return Err(refused);
    }
    console.ask(Request::PluginSwitchTogether { plugin: plugin.clone(), on, others, revision: None }).await
}

/// The plugins that a refusal says would have to be switched as well.
fn named_in(ErrorView { code, details, .. }: &ErrorView) -> Vec<PluginId> {
    let (list, id): (_, fn(&Value) -> &Value) = match code.as_str() {
        "cannot_turn_on" => (&details["together"], |item| item),
        "needed_by_others" => (&details["needed_by"], |item| &item["id"]),
        _ => return Vec::new(),
    };
    let ids = list.as_array().into_iter().flatten().map(id);
    ids.filter_map(|id| id.as_str()?.parse().ok()).collect()
}

fn show(console: &Console, plugin: &PluginId, switched: &SwitchedView) -> Outcome {
    if let StateView::Restarting { cause, .. } | StateView::StoppedAfterErrors { cause, .. } =
        &switched.observed
    {
        let failed =
            Failure::new("start_failed", format!("`{plugin}` did not start: {cause}"), AFTER_FAILURE);
        return Err(failed.details(serde_json::json!(switched)));
    }
    console.screen.show(switched, |page| {
        let (switch, state) = (words::switch(switched.wanted), words::state(&switched.observed));
        page.line(format!("{plugin}: {state} (switch: {switch})"));
    })
}
