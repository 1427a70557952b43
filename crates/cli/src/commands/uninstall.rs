//! `sprocket uninstall`: takes a plugin away; what people entered stays unless they say otherwise.

use center::request::Request;
use center::views::UninstallView;
use spk::PluginId;

use super::switch::switch;
use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::words;

/// Uninstall a plugin; its settings, grants and data are kept
#[derive(Debug, clap::Args)]
pub struct Uninstall {
    /// The plugin's id
    #[arg(value_name = "PLUGIN")]
    plugin: PluginId,
    /// Delete its settings, grants and data too; this cannot be undone
    #[arg(long)]
    purge: bool,
    /// Do not ask before deleting with `--purge`; otherwise nothing is asked
    #[arg(long, short)]
    yes: bool,
    /// Turn off the plugins that need it, instead of being refused
    #[arg(long)]
    with_dependents: bool,
}

impl Uninstall {
    pub async fn run(self, console: &Console) -> Outcome {
        if self.purge && !self.yes {
            confirm(&self.plugin)?;
        }
        let (plugin, purge) = (self.plugin, self.purge);
        // Nothing is foretold of what is uninstalled already and only to be purged.
        let preview = Request::UninstallPreview { plugin: plugin.clone(), locale: Some(words::locale()) };
        let meant: Option<UninstallView> = console.ask(preview).await.ok();
        if self.with_dependents && meant.as_ref().is_some_and(|meant| !meant.together.is_empty()) {
            switch(console, (&plugin, false), true).await?;
        }
        console.tell(Request::PluginUninstall { plugin: plugin.clone(), purge }).await?;
        console.screen.show(&meant, |page| {
            let kept = if purge { "deleted" } else { "kept" };
            page.line(format!("{plugin} is uninstalled; its settings, grants and data are {kept}."));
            if let Some(meant) = &meant {
                page.line(who_loses_it(meant));
            }
        })
    }
}

fn who_loses_it(meant: &UninstallView) -> String {
    let people = match meant.people {
        0 => "Nobody could use it.".into(),
        1 => "1 person can no longer use it.".into(),
        people => format!("{people} people can no longer use it."),
    };
    match &meant.needed_by[..] {
        [] => people,
        others => {
            let names: Vec<_> = others.iter().map(|one| one.name.as_str()).collect();
            format!("{people} It was needed by {}.", names.join(", "))
        }
    }
}

/// Passes after a yes to deleting everything.
pub fn confirm(plugin: &PluginId) -> Outcome {
    if !input::is_interactive() {
        return Err(Failure::usage("deleting everything needs a yes", "Add `--yes` if you mean it."));
    }
    let question = format!("Delete the settings, grants and data of {plugin}? This cannot be undone.");
    if input::confirm(&question)? {
        return Ok(());
    }
    Err(Failure::new("declined", "declined; nothing was changed", ""))
}
