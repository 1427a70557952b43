//! `sprocket show`: everything about one plugin.

use center::request::Request;
use center::views::{MeasureView, PluginDetailView};
use spk::PluginId;

use crate::console::Console;
use crate::failure::Outcome;
use crate::screen::Page;
use crate::words;

/// Show everything about one plugin
#[derive(Debug, clap::Args)]
pub struct Show {
    /// Its id
    #[arg(value_name = "PLUGIN")]
    plugin: PluginId,
}

impl Show {
    pub async fn run(self, console: &Console) -> Outcome {
        let request = Request::PluginShow { plugin: self.plugin, locale: words::locale() };
        let detail: PluginDetailView = console.ask(request).await?;
        console.screen.show(&detail, |page| {
            head(page, &detail);
            blockers(page, &detail);
            others(page, &detail);
            commands(page, &detail);
            may_do(page, &detail);
        })
    }
}

fn head(page: &mut Page, detail: &PluginDetailView) {
    let plugin = &detail.plugin;
    page.heading(format!("{} {}", plugin.name, plugin.version));
    if !detail.description.is_empty() {
        page.line(&detail.description);
    }
    let process = detail.process.as_ref().map_or_else(
        || "none".into(),
        |process| format!("{}, since {}", process.pid, words::time(process.since)),
    );
    page.pairs([
        ("Plugin", plugin.id.to_string()),
        ("Publisher", plugin.publisher.clone()),
        ("State", words::state(&plugin.observed)),
        ("Switch", words::switch(plugin.wanted)),
        ("Who can use it", words::people(plugin)),
        ("Process", process),
        ("Installed", words::time(detail.installed_at)),
        ("Release", detail.release.to_string()),
        ("Digest", detail.digest.clone()),
        ("Fingerprint", detail.fingerprint.clone()),
    ]);
}

fn blockers(page: &mut Page, detail: &PluginDetailView) {
    if detail.blockers.is_empty() {
        return;
    }
    page.heading("BEFORE YOU CAN TURN IT ON");
    for blocker in &detail.blockers {
        page.line(format!("  - {}", words::blocker(blocker)));
    }
}

fn others(page: &mut Page, detail: &PluginDetailView) {
    for (heading, lines) in [
        ("NEEDS", detail.dependencies.iter().map(words::dependency).collect::<Vec<_>>()),
        ("NEEDED BY", detail.dependents.iter().map(words::dependent).collect()),
        ("PROVIDES", detail.services.provides.iter().map(words::provided).collect()),
        ("USES", detail.services.uses.iter().map(words::used).collect()),
    ] {
        if !lines.is_empty() {
            page.heading(heading);
            lines.iter().for_each(|line| page.line(format!("  {line}")));
        }
    }
}

fn commands(page: &mut Page, detail: &PluginDetailView) {
    page.heading("COMMANDS");
    let rows = detail.commands.iter().map(|c| [c.id.clone(), c.permission.clone()]).collect();
    page.table(["COMMAND", "PERMISSION"], rows, "none");
}

fn may_do(page: &mut Page, detail: &PluginDetailView) {
    page.heading("WHAT IT MAY DO");
    for line in words::capabilities(&detail.capabilities) {
        page.line(format!("  {line}"));
    }
    for measure in &detail.sandbox {
        page.line(format!("  {}", enforcement(measure)));
    }
}

fn enforcement(measure: &MeasureView) -> String {
    let word = if measure.enforced { "enforced" } else { "declared, not enforced" };
    let note = measure.note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default();
    format!("{}: {word}{note}", measure.name)
}
