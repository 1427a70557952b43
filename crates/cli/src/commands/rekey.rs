//! `sprocket rekey`: another key for the passwords in plugins' settings, in a file or in the keyring of the session.

use center::request::Request;
use center::secrets::KeyPlace;
use center::views::{RekeyedView, SecretsKeyView};

use crate::console::Console;
use crate::failure::Outcome;
use crate::screen::Page;

/// Seal the passwords in plugins' settings with a new key and forget the old one
#[derive(Debug, clap::Args)]
pub struct Rekey {
    /// Where the new key is to be: file or keyring; without it, where the old one is
    #[arg(long, value_name = "PLACE")]
    to: Option<KeyPlace>,
    /// Delete the passwords that the old key does not open, and turn off their plugins
    #[arg(long)]
    give_up: bool,
    /// Only say where the key is
    #[arg(long, conflicts_with_all = ["to", "give_up"])]
    show: bool,
}

impl Rekey {
    pub async fn run(self, console: &Console) -> Outcome {
        if self.show {
            let view: SecretsKeyView = console.ask(Request::SecretsKey).await?;
            return console.screen.show(&view, |page| show(page, &view));
        }
        let request = Request::SecretsRekey { to: self.to, give_up: self.give_up };
        let rekeyed: RekeyedView = console.ask(request).await?;
        console.screen.show(&rekeyed, |page| {
            page.line(format!(
                "{} passwords have a new key, {}.",
                rekeyed.secrets,
                whereabouts(rekeyed.place)
            ));
            for secret in &rekeyed.given_up {
                let field = secret.pointer.trim_start_matches('/');
                page.line(format!("Deleted, to be entered again: {field} of {}", secret.plugin));
            }
            for plugin in &rekeyed.switched_off {
                page.line(format!("{plugin} is off until then."));
            }
        })
    }
}

fn show(page: &mut Page, view: &SecretsKeyView) {
    page.line(format!("{} passwords are stored; their key is {}.", view.secrets, whereabouts(view.place)));
    match (&view.trouble, view.place, view.keyring) {
        (Some(trouble), ..) => {
            page.line(format!("They cannot be read: {}. {}", trouble.message, trouble.hint));
        }
        (None, KeyPlace::File, true) => {
            page.line("A keyring is open: `sprocket rekey --to keyring` moves it there.");
        }
        _ => {}
    }
}

fn whereabouts(place: KeyPlace) -> &'static str {
    match place {
        KeyPlace::File => "in a file of the home that only its owner can read",
        KeyPlace::Keyring => "in the keyring of the desktop session",
    }
}
