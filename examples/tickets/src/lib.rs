//! Tickets: opened by many, closed by those who may. Kept in the plugin's store, one value each.

mod ledger;

use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use ledger::{Ledger, Ticket};
use plugin_sdk::{Call, Configured, Fault, Host, Plugin, Result, export_plugin, reply};
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Settings {
    categories: Vec<String>,
    note_to_close: bool,
    open_limit: usize,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Command {
    Create {
        title: String,
        category: String,
    },
    /// All tickets, newest first; with `open`, only those.
    List {
        #[serde(default)]
        open: bool,
    },
    /// What the chatbot would answer to a ticket; `null` if it knows nothing like it. Fails where there is no chatbot, or
    /// the account may not ask it.
    Suggest {
        number: u64,
    },
    Close {
        number: u64,
        #[serde(default)]
        note: String,
    },
}

/// What the service `faq.answer` takes.
#[derive(Serialize)]
struct Asked {
    question: String,
}

/// What matters here of what the service `faq.answer` returns.
#[derive(Deserialize)]
struct Known {
    answer: Option<String>,
}

#[derive(Serialize)]
struct Listing<'a> {
    tickets: Vec<Ticket>,
    categories: &'a [String],
}

struct Tickets {
    settings: RwLock<Settings>,
}

impl Plugin for Tickets {
    type Config = Settings;
    type Command = Command;

    fn start(settings: Settings, host: Host) -> Result<Self> {
        let tickets = Ledger::of(host).all()?.len();
        tracing::info!(tickets, categories = settings.categories.len(), "ready for tickets");
        Ok(Self { settings: RwLock::new(settings) })
    }

    fn configure(&self, settings: Settings) -> Result<Configured> {
        *self.settings.write().unwrap_or_else(PoisonError::into_inner) = settings;
        Ok(Configured::Applied)
    }

    fn invoke(&self, command: Command, call: Call) -> Result {
        let ledger = Ledger::of(call.host());
        let settings = self.settings();
        match command {
            Command::Create { title, category } => reply(&create(ledger, &settings, title, category)?),
            Command::Suggest { number } => reply(&suggest(ledger, call, number)?),
            Command::Close { number, note } => reply(&close(ledger, &settings, number, note)?),
            Command::List { open } => {
                let mut tickets = ledger.all()?;
                tickets.retain(|ticket| !open || ticket.closed.is_none());
                tickets.reverse();
                reply(&Listing { tickets, categories: &settings.categories })
            }
        }
    }
}

impl Tickets {
    fn settings(&self) -> RwLockReadGuard<'_, Settings> {
        self.settings.read().unwrap_or_else(PoisonError::into_inner)
    }
}

fn create(ledger: Ledger, settings: &Settings, title: String, category: String) -> Result<Ticket> {
    if title.trim().is_empty() || title.chars().count() > 200 {
        return Err(Fault::new("bad_title", "a ticket needs a title of at most 200 characters"));
    }
    if !settings.categories.contains(&category) {
        return Err(Fault::new("unknown_category", format!("there is no category `{category}`")));
    }
    let open = ledger.all()?.iter().filter(|ticket| ticket.closed.is_none()).count();
    if open >= settings.open_limit {
        return Err(Fault::new("too_many_open", format!("{open} tickets are open already")));
    }
    ledger.open(title, category)
}

fn suggest(ledger: Ledger, call: Call, number: u64) -> Result<Option<String>> {
    let known: Known = call.call_service("faq.answer", &Asked { question: ledger.find(number)?.title })?;
    Ok(known.answer)
}

fn close(ledger: Ledger, settings: &Settings, number: u64, note: String) -> Result<Ticket> {
    if settings.note_to_close && note.trim().is_empty() {
        return Err(Fault::new("note_missing", "say what was done to close a ticket"));
    }
    ledger.close(number, note)
}

export_plugin!(Tickets);
