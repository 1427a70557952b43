//! `sprocket list`: every plugin in one line.

use center::request::Request;
use center::views::PluginView;

use crate::console::Console;
use crate::failure::Outcome;
use crate::words;

/// List the plugins
#[derive(Debug, clap::Args)]
pub struct List {}

impl List {
    pub async fn run(self, console: &Console) -> Outcome {
        let plugins: Vec<PluginView> = console.ask(Request::PluginList { locale: words::locale() }).await?;
        let titles = ["PLUGIN", "NAME", "VERSION", "PUBLISHER", "STATE", "WHO CAN USE IT", "SWITCH"];
        console.screen.show(&plugins, |page| {
            let none =
                "No plugins yet. Install one with `sprocket install`, or copy it into the plugin folder.";
            page.table(titles, plugins.iter().map(row).collect(), none);
        })
    }
}

fn row(plugin: &PluginView) -> [String; 7] {
    let trust = if plugin.trusted { "" } else { " (not trusted)" };
    [
        plugin.id.to_string(),
        plugin.name.clone(),
        plugin.version.clone(),
        format!("{}{trust}", plugin.publisher),
        words::state(&plugin.observed),
        words::people(plugin),
        words::switch(plugin.wanted),
    ]
}
