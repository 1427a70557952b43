//! `sprocket license import | list | remove | code`: asked of a center.

use std::path::PathBuf;

use center::request::Request;
use center::views::{LicenseVerdict, LicenseView};
use serde_json::Value;
use spk::PluginId;

use crate::commands::install::absolute;
use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::words;

#[derive(Debug, clap::Args)]
pub struct Import {
    /// The license file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Only if it is for this plugin
    #[arg(long, value_name = "PLUGIN")]
    plugin: Option<PluginId>,
}

#[derive(Debug, clap::Args)]
pub struct Remove {
    /// The license, as `sprocket license list` names it; its first characters are enough
    #[arg(value_name = "LICENSE")]
    license: String,
    /// Do not ask first
    #[arg(long, short)]
    yes: bool,
}

impl Import {
    pub async fn run(self, console: &Console) -> Outcome {
        let (path, plugin) = (absolute(&self.file)?, self.plugin);
        let request = Request::LicenseImport { path, plugin, locale: words::locale() };
        let view: LicenseView = console.ask(request).await?;
        console.screen.show(&view, |page| {
            let until = words::license_end(&view);
            page.line(format!(
                "Imported for {}: {}. {until}.",
                view.name,
                words::verdict(view.verdict.as_ref())
            ));
        })
    }
}

impl Remove {
    pub async fn run(self, console: &Console) -> Outcome {
        let found = self.find(all(console).await?)?;
        if !self.yes {
            confirm(&found)?;
        }
        console.tell(Request::LicenseRemove { license: found.id.clone() }).await?;
        console
            .screen
            .show(&Value::Null, |page| page.line(format!("The license of {} was removed.", found.name)))
    }

    fn find(&self, all: Vec<LicenseView>) -> Outcome<LicenseView> {
        let mut meant = all.into_iter().filter(|view| view.id.starts_with(&self.license));
        match (meant.next(), meant.next()) {
            (Some(one), None) if !self.license.is_empty() => Ok(one),
            (None, _) => Err(Failure::new(
                "not_found",
                format!("there is no license `{}`", self.license),
                "Look for it with `sprocket license list`.",
            )),
            _ => Err(Failure::usage(
                format!("several licenses begin with `{}`", self.license),
                "Give more of its characters.",
            )),
        }
    }
}

fn confirm(view: &LicenseView) -> Outcome {
    let hint = "Say so with `--yes`.";
    if !input::is_interactive() {
        return Err(Failure::usage("nobody was asked whether to remove the license", hint));
    }
    let stops = if view.in_use { " It is in use: without another one the plugin stops." } else { "" };
    let question = format!("Remove the license of {}?{stops}", view.name);
    if input::confirm(&question)? {
        Ok(())
    } else {
        Err(Failure::new("cancelled", "nothing was removed", ""))
    }
}

pub async fn list(console: &Console) -> Outcome {
    let licenses = all(console).await?;
    console.screen.show(&licenses, |page| {
        let rows = licenses.iter().map(row).collect();
        page.table(
            ["LICENSE", "PLUGIN", "LICENSEE", "SERIAL", "SEATS", "STATE", "TERM"],
            rows,
            "No licenses. Import one with `sprocket license import FILE`.",
        );
    })
}

pub async fn code(console: &Console) -> Outcome {
    let code: String = console.ask(Request::LicenseCode).await?;
    console.screen.show(&code, |page| {
        page.line(&code);
        page.line("Give it to the publisher when you order a license for this center alone.");
    })
}

async fn all(console: &Console) -> Outcome<Vec<LicenseView>> {
    console.ask(Request::LicenseList { locale: words::locale() }).await
}

fn row(view: &LicenseView) -> [String; 7] {
    let terms = view.terms.as_ref();
    let seats = terms.and_then(|terms| terms.seats).map_or_else(|| "any".into(), |seats| seats.to_string());
    let used = match view.verdict {
        Some(LicenseVerdict::SeatsFull { used, .. }) => format!("{used} of {seats}"),
        _ => seats,
    };
    [
        view.id.chars().take(12).collect(),
        view.name.clone(),
        terms.map(|terms| terms.licensee.clone()).unwrap_or_default(),
        terms.map(|terms| terms.serial.clone()).unwrap_or_default(),
        used,
        words::verdict(view.verdict.as_ref()) + if view.in_use { ", in use" } else { "" },
        words::license_end(view),
    ]
}
