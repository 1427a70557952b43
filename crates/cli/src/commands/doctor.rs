//! `sprocket doctor`: whether what the center keeps is as it was left.

use center::request::Request;
use center::views::{Area, ExaminedView};

use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::screen::Tone;

/// Check the center: database, audit trail, rights, packages, plugin folder, plugins' data
#[derive(Debug, clap::Args)]
pub struct Doctor {
    /// Read every package whole, in the home and in the plugin folder
    #[arg(long)]
    deep: bool,
}

impl Doctor {
    pub async fn run(self, console: &Console) -> Outcome {
        let areas: Vec<ExaminedView> = console.ask(Request::Doctor { deep: self.deep }).await?;
        let wrong = areas.iter().map(|area| area.wrong.len()).sum::<usize>();
        if wrong > 0 && console.screen.is_json() {
            return Err(unwell(wrong).details(serde_json::json!(areas)));
        }
        console.screen.show(&areas, |page| {
            for area in &areas {
                let (tone, result) = match area.wrong.len() {
                    0 => (Tone::Good, "well".to_owned()),
                    wrong => (Tone::Bad, format!("{wrong} wrong")),
                };
                page.toned(tone, &format!("{}: {result} ({})", name(area.area), looked_at(area)));
                for error in &area.wrong {
                    page.line(format!("  {}", error.message));
                    page.line(format!("    next: {}", error.hint));
                }
            }
        })?;
        if wrong > 0 { Err(unwell(wrong)) } else { Ok(()) }
    }
}

fn unwell(wrong: usize) -> Failure {
    let what = if wrong == 1 { "one thing is" } else { "some things are" };
    Failure::new("unwell", format!("{what} not as the center left it"), "Follow what is said beside each.")
}

fn name(area: Area) -> &'static str {
    match area {
        Area::Database => "Database",
        Area::AuditTrail => "Audit trail",
        Area::Home => "Home",
        Area::Packages => "Packages",
        Area::PluginFolder => "Plugin folder",
        Area::PluginData => "Plugins' data",
        Area::StoredPasswords => "Stored passwords",
    }
}

fn looked_at(examined: &ExaminedView) -> String {
    let (one, many) = match examined.area {
        Area::AuditTrail => ("row", "rows"),
        Area::Home => ("place", "places"),
        Area::StoredPasswords => ("password", "passwords"),
        _ => ("file", "files"),
    };
    format!("{} {}", examined.looked_at, if examined.looked_at == 1 { one } else { many })
}
