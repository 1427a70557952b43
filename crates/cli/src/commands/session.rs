//! `sprocket session`: where somebody is signed in, and ending that.

use center::actor::AccountId;
use center::request::{Request, SessionKind};
use center::views::SessionView;
use serde_json::Value;

use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::words;

/// List and end open sessions, your own or an account's
#[derive(Debug, clap::Subcommand)]
pub enum Session {
    /// List the open sessions
    List(Whose),
    /// End one session, or all of them; what they ask next is refused
    End(End),
}

#[derive(Debug, clap::Args)]
pub struct Whose {
    /// Whose; by default your own
    #[arg(long, value_name = "LOGIN")]
    account: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct End {
    /// The session, as `sprocket session list` names it; its first characters are enough
    #[arg(value_name = "SESSION", required_unless_present = "all", conflicts_with = "all")]
    session: Option<String>,
    /// All of them; of your own, all but this one
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    whose: Whose,
}

impl Session {
    pub async fn run(self, console: &Console) -> Outcome {
        match self {
            Self::List(whose) => list(console, &whose).await,
            Self::End(end) => end.run(console).await,
        }
    }
}

impl Whose {
    async fn find(&self, console: &Console) -> Outcome<Option<AccountId>> {
        match &self.account {
            Some(login) => console.account(login).await.map(Some),
            None => Ok(None),
        }
    }
}

async fn list(console: &Console, whose: &Whose) -> Outcome {
    let account = whose.find(console).await?;
    let open: Vec<SessionView> = console.ask(Request::SessionList { account }).await?;
    console.screen.show(&open, |page| {
        let rows = open.iter().map(row).collect();
        page.table(["SESSION", "WHERE", "SINCE", "LAST USED", ""], rows, "No open sessions.");
    })
}

fn row(view: &SessionView) -> [String; 5] {
    let kind = match view.kind {
        SessionKind::Window => "window",
        SessionKind::CommandLine => "command line",
    };
    let own = if view.own { "this one" } else { "" };
    [view.id.clone(), kind.into(), words::time(view.since), words::time(view.seen), own.into()]
}

impl End {
    async fn run(self, console: &Console) -> Outcome {
        let account = self.whose.find(console).await?;
        let session = match &self.session {
            Some(begin) => Some(find(console.ask(Request::SessionList { account }).await?, begin)?),
            None => None,
        };
        let ended: usize = console.ask(Request::SessionEnd { account, session }).await?;
        let what = if ended == 1 { "session has" } else { "sessions have" };
        console.screen.show(&Value::from(ended), |page| page.line(format!("{ended} {what} ended.")))
    }
}

fn find(open: Vec<SessionView>, begin: &str) -> Outcome<String> {
    let mut meant = open.into_iter().filter(|view| view.id.starts_with(begin));
    match (meant.next(), meant.next()) {
        (Some(one), None) if !begin.is_empty() => Ok(one.id),
        (None, _) => Err(Failure::new(
            "not_found",
            format!("no open session is named `{begin}`"),
            "Look for it with `sprocket session list`.",
        )),
        _ => Err(Failure::usage(
            format!("several sessions begin with `{begin}`"),
            "Give more of its characters.",
        )),
    }
}
