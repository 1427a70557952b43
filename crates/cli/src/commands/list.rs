//! `sprocket list`: every plugin in one line.

use center::request::Request;
use center::views::{FolderFileView, PluginView};

use crate::console::Console;
use crate::failure::Outcome;
use crate::words;

/// List the plugins
#[derive(Debug, clap::Args)]
pub struct List {}

impl List {
    pub async fn run(self, console: &Console) -> Outcome {
        let plugins: Vec<PluginView> = console.ask(Request::PluginList { locale: words::locale() }).await?;
        let none = if plugins.is_empty() { nothing(console).await? } else { "" };
        let titles = ["PLUGIN", "NAME", "VERSION", "PUBLISHER", "STATE", "WHO CAN USE IT", "SWITCH"];
        console.screen.show(&plugins, |page| {
            page.table(titles, rows(&plugins), none);
        })
    }
}

/// What is said of a center without plugins.
async fn nothing(console: &Console) -> Outcome<&'static str> {
    let files: Vec<FolderFileView> = console.ask(Request::FolderList { locale: words::locale() }).await?;
    Ok(match files.is_empty() {
        true => "No plugins yet. Install one with `sprocket install`, or copy it into the plugin folder.",
        false => {
            "No plugins yet. Files lie in the plugin folder: `sprocket folder` says what each waits for."
        }
    })
}

/// A sub-plugin comes below its parent, if that is installed.
fn rows(plugins: &[PluginView]) -> Vec<[String; 7]> {
    let parent = |plugin: &PluginView| plugins.iter().find(|other| Some(&other.id) == plugin.parent.as_ref());
    let mut open: Vec<(&PluginView, usize)> =
        plugins.iter().rev().filter(|plugin| parent(plugin).is_none()).map(|plugin| (plugin, 0)).collect();
    let mut rows = Vec::new();
    while let Some((plugin, depth)) = open.pop() {
        rows.push(row(plugin, depth));
        let children = plugins.iter().rev().filter(|child| child.parent.as_ref() == Some(&plugin.id));
        open.extend(children.map(|child| (child, depth + 1)));
    }
    rows
}

fn row(plugin: &PluginView, depth: usize) -> [String; 7] {
    let trust = if plugin.trusted { "" } else { " (not trusted)" };
    [
        format!("{}{}", "  ".repeat(depth), plugin.id),
        plugin.name.clone(),
        plugin.version.clone(),
        format!("{}{trust}", plugin.publisher),
        words::state(&plugin.observed),
        words::people(plugin),
        words::switch(plugin.wanted),
    ]
}
