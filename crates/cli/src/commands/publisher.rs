//! `sprocket publisher`: whose packages may be installed.

use center::request::Request;
use center::views::{KeyView, PublisherView};
use serde_json::{Value, json};

use super::signing::{public_key, show_key};
use crate::console::Console;
use crate::failure::Outcome;
use crate::words;

/// Trust publishers, list them, or withdraw trust
#[derive(Debug, clap::Subcommand)]
pub enum Publisher {
    /// Trust a publisher's key after comparing its check code
    Trust(Trust),
    /// Show what to compare before trusting a key, and whether it is trusted already
    Look(Look),
    /// List the keys with their fingerprints and check codes
    List,
    /// Withdraw trust in a key; its running plugins stop
    Withdraw(Withdraw),
}

#[derive(Debug, clap::Args)]
pub struct Trust {
    /// The key (`ed25519:…`), or its PEM file
    #[arg(value_name = "KEY")]
    key: String,
    /// The name that you want to see
    #[arg(long, value_name = "LABEL")]
    label: String,
    /// For which plugin ids, such as 'com.example.*'; may be given several times
    #[arg(long, value_name = "IDS", required = true)]
    namespace: Vec<String>,
    /// How you compared the check code, such as "by phone"
    #[arg(long, value_name = "HOW")]
    checked: String,
}

#[derive(Debug, clap::Args)]
pub struct Look {
    /// The key (`ed25519:…`), or its PEM file
    #[arg(value_name = "KEY")]
    key: String,
}

#[derive(Debug, clap::Args)]
pub struct Withdraw {
    /// The key (`ed25519:…`), or its PEM file
    #[arg(value_name = "KEY")]
    key: String,
    /// Why; shown wherever its packages are refused
    #[arg(long, value_name = "REASON")]
    reason: String,
}

impl Publisher {
    pub async fn run(self, console: &Console) -> Outcome {
        match self {
            Self::Trust(trust) => trust.run(console).await,
            Self::Look(look) => look.run(console).await,
            Self::List => list(console).await,
            Self::Withdraw(withdraw) => withdraw.run(console).await,
        }
    }
}

impl Trust {
    async fn run(self, console: &Console) -> Outcome {
        let (key, namespaces) = (public_key(&self.key)?, self.namespace);
        let request = Request::PublisherTrust { key, label: self.label, namespaces, checked: self.checked };
        let publisher: PublisherView = console.ask(request).await?;
        console.screen.show(&publisher, |page| {
            page.line(format!("{} is trusted for {}.", publisher.label, publisher.namespaces.join(", ")));
        })
    }
}

impl Look {
    async fn run(self, console: &Console) -> Outcome {
        let key = public_key(&self.key)?;
        let compared: KeyView = console.ask(Request::PublisherLook { key }).await?;
        let known: Vec<PublisherView> = console.ask(Request::PublisherList).await?;
        let known = known.into_iter().find(|publisher| publisher.key == key.to_string());
        let view = json!({
            "key": key, "fingerprint": compared.fingerprint, "check_code": compared.check_code, "known": known,
        });
        console.screen.show(&view, |page| {
            show_key(page, &key);
            page.line(standing(known.as_ref()));
        })
    }
}

fn standing(known: Option<&PublisherView>) -> String {
    match known {
        None => "Not trusted yet: compare the check code by another way than the one the key came by.".into(),
        Some(PublisherView { label, withdrawn: Some(withdrawn), .. }) => {
            format!("Trust in {label} was withdrawn: {}.", withdrawn.reason)
        }
        Some(PublisherView { label, namespaces, checked, .. }) => {
            format!("Trusted as {label} for {}; checked: {checked}.", namespaces.join(", "))
        }
    }
}

impl Withdraw {
    async fn run(self, console: &Console) -> Outcome {
        console.tell(Request::PublisherWithdraw { key: public_key(&self.key)?, reason: self.reason }).await?;
        console
            .screen
            .show(&Value::Null, |page| page.line("Trust was withdrawn; what it signed has stopped."))
    }
}

async fn list(console: &Console) -> Outcome {
    let publishers: Vec<PublisherView> = console.ask(Request::PublisherList).await?;
    console.screen.show(&publishers, |page| {
        let rows = publishers.iter().map(row).collect();
        page.table(
            ["PUBLISHER", "FOR", "CHECKED", "SINCE", "CHECK CODE"],
            rows,
            "No publisher is trusted yet.",
        );
    })
}

fn row(publisher: &PublisherView) -> [String; 5] {
    let withdrawn =
        publisher.withdrawn.as_ref().map(|w| format!(" (withdrawn: {})", w.reason)).unwrap_or_default();
    [
        format!("{}{withdrawn}", publisher.label),
        publisher.namespaces.join(", "),
        publisher.checked.clone(),
        words::time(publisher.added_at),
        publisher.check_code.clone(),
    ]
}
