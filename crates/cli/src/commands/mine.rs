//! `sprocket mine`: the plugins that an account can use, as the account sees them.

use center::request::Request;
use center::views::{MinePluginView, MineView, SeenPluginView, WhyView};

use super::why::{given_by, prevented_by};
use crate::console::Console;
use crate::failure::Outcome;
use crate::words;

/// List the plugins that you can use, or what another account can use and why
#[derive(Debug, clap::Args)]
pub struct Mine {
    /// See them as this account does; only for super administrators
    #[arg(long = "as", value_name = "LOGIN")]
    account: Option<String>,
}

impl Mine {
    pub async fn run(self, console: &Console) -> Outcome {
        match &self.account {
            Some(login) => seen_as(console, login).await,
            None => own(console).await,
        }
    }
}

async fn own(console: &Console) -> Outcome {
    let mine: MineView = console.ask(Request::PluginMine { locale: words::locale() }).await?;
    console.screen.show(&mine, |page| {
        let none = "No plugins for you yet. A super administrator can give you access.";
        let rows = mine.plugins.iter().map(|plugin| {
            let may: Vec<_> = plugin.permissions.iter().map(|permission| permission.title.as_str()).collect();
            [plugin.id.to_string(), plugin.name.clone(), plugin.version.clone(), now(plugin), may.join(", ")]
        });
        page.table(["PLUGIN", "NAME", "VERSION", "NOW", "MAY"], rows.collect(), none);
    })
}

async fn seen_as(console: &Console, login: &str) -> Outcome {
    let account = console.account(login).await?;
    let request = Request::AccountPlugins { account, locale: words::locale() };
    let seen: Vec<SeenPluginView> = console.ask(request).await?;
    console.screen.show(&seen, |page| {
        let rows = seen.iter().flat_map(|SeenPluginView { plugin, why }| {
            plugin.permissions.iter().zip(why).map(|(permission, why)| {
                let id = plugin.id.to_string();
                [id, plugin.name.clone(), now(plugin), permission.title.clone(), because(why)]
            })
        });
        page.table(
            ["PLUGIN", "NAME", "NOW", "MAY", "WHY"],
            rows.collect(),
            "This account can use no plugin.",
        );
    })
}

fn now(plugin: &MinePluginView) -> String {
    if plugin.running { "running" } else { "not running" }.into()
}

/// What gives it; and after it what prevents it now.
fn because(why: &WhyView) -> String {
    let given: Vec<_> = why.sources.iter().map(given_by).collect();
    let prevented: Vec<_> = why.obstacles.iter().map(|obstacle| prevented_by(*obstacle)).collect();
    let given = given.join("; ");
    if prevented.is_empty() { given } else { format!("{given}; but {}", prevented.join("; ")) }
}
