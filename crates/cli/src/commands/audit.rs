//! `sprocket audit`: who did what, whether the trail of it is whole, and a copy of it for other programs.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use center::actor::AccountId;
use center::audit::{self, Filter, Format, Head, Row, Verdict, Words};
use center::clock::UnixMs;
use center::request::Request;
use center::views::AccountView;

use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::screen::Tone;
use crate::words;

/// Show who did what, newest last; check or export the trail
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Audit {
    #[command(subcommand)]
    task: Option<Task>,
    #[command(flatten)]
    wanted: Wanted,
    /// How many of the last rows
    #[arg(short = 'n', long, value_name = "NUMBER", default_value_t = 50)]
    last: usize,
}

#[derive(Debug, clap::Subcommand)]
enum Task {
    Verify(Verify),
    Export(Export),
}

/// Check that no row was changed, removed, put in, moved or cut off
#[derive(Debug, clap::Args)]
struct Verify {
    /// The end of the trail as it was shown before and kept elsewhere
    #[arg(long, value_name = "SEQ:HASH")]
    against: Option<String>,
}

/// Write the trail to a file or to standard output
#[derive(Debug, clap::Args)]
struct Export {
    /// How it is written
    #[arg(long, value_enum, default_value_t = Kind::Jsonl)]
    format: Kind,
    /// Where to; it must not be there yet
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    wanted: Wanted,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Kind {
    /// For spreadsheets
    Csv,
    /// One JSON object per line
    Jsonl,
}

/// Which rows.
#[derive(Debug, clap::Args)]
struct Wanted {
    /// From this moment on, such as 2026-03-01T00:00:00Z
    #[arg(long, value_name = "TIME", value_parser = moment)]
    since: Option<UnixMs>,
    /// Before this moment
    #[arg(long, value_name = "TIME", value_parser = moment)]
    until: Option<UnixMs>,
    /// Done by this account
    #[arg(long, value_name = "LOGIN")]
    by: Option<String>,
    /// Done to this: a plugin's ID, a publisher's key, an account's or department's number
    #[arg(long, value_name = "TARGET")]
    to: Option<String>,
    /// Only this action, such as `plugin_installed`; may be repeated
    #[arg(long = "action", value_name = "ACTION")]
    actions: Vec<String>,
    /// Only rows with these words in the action, the target or a name
    #[arg(long, value_name = "WORDS")]
    text: Option<String>,
    /// Only what was refused
    #[arg(long)]
    refused: bool,
}

fn moment(text: &str) -> Result<UnixMs, String> {
    let moment: jiff::Timestamp =
        text.parse().map_err(|e| format!("{e}; write it as 2026-03-01T00:00:00Z"))?;
    Ok(moment.as_millisecond())
}

impl Audit {
    pub async fn run(self, console: &Console) -> Outcome {
        match self.task {
            None => list(console, self.last, self.wanted).await,
            Some(Task::Verify(verify)) => verify.run(console).await,
            Some(Task::Export(export)) => export.run(console).await,
        }
    }
}

impl Wanted {
    async fn filter(self, console: &Console) -> Result<Filter, Failure> {
        let account = match &self.by {
            Some(login) => Some(console.account(login).await?),
            None => None,
        };
        Ok(Filter {
            before: None,
            since: self.since,
            until: self.until,
            account,
            target: self.to,
            refused: self.refused,
            actions: self.actions,
            words: self.text.map(|text| Words { text, ..Words::default() }),
        })
    }
}

async fn list(console: &Console, last: usize, wanted: Wanted) -> Outcome {
    let filter = wanted.filter(console).await?;
    let rows: Vec<Row> = console.ask(Request::AuditList { last, filter }).await?;
    let accounts: Vec<AccountView> = console.ask(Request::AccountList).await?;
    console.screen.show(&rows, |page| {
        page.table(
            ["", "WHEN", "WHO", "DID", "TO"],
            rows.iter().map(|entry| row(entry, &accounts)).collect(),
            "Nothing like that was done.",
        );
    })
}

impl Verify {
    async fn run(self, console: &Console) -> Outcome {
        let against: Option<Head> = self.against.map(|text| text.parse()).transpose()?;
        let verdict: Verdict = console.ask(Request::AuditVerify { against }).await?;
        if let Some(broken) = &verdict.broken {
            let whole = match verdict.rows {
                0 => "no row before it".to_owned(),
                rows => format!("rows 1 to {rows} hold together"),
            };
            let message = format!(
                "the trail is broken at row {}: {}; {whole}",
                broken.seq,
                words::broken(broken.cause)
            );
            let hint = "Compare with the newest export or backup that was kept elsewhere.";
            return Err(Failure::new("audit_broken", message, hint).details(serde_json::json!(verdict)));
        }
        console.screen.show(&verdict, |page| {
            page.toned(Tone::Good, &format!("{} rows, all as they were recorded.", verdict.rows));
            page.line(format!("Its end: {}", verdict.head));
            if verdict.heads == 0 && verdict.rows > 0 {
                page.line("No earlier end was there to compare with: rows cut off at the end can't be seen.");
            }
        })
    }
}

impl Export {
    async fn run(self, console: &Console) -> Outcome {
        let filter = self.wanted.filter(console).await?;
        let ask = |last, filter| console.ask(Request::AuditList { last, filter });
        let rows: Vec<Row> = audit::collect(filter, ask).await?;
        let failed = |cause: std::io::Error| match &self.out {
            Some(path) => Failure::io(format_args!("cannot write `{}`", path.display()), &cause),
            None => Failure::io("cannot write the trail", &cause),
        };
        let to: Box<dyn Write> = match &self.out {
            Some(path) => Box::new(BufWriter::new(File::create_new(path).map_err(failed)?)),
            None => Box::new(BufWriter::new(std::io::stdout().lock())),
        };
        audit::write(self.format.into(), to, &rows).map_err(failed)
    }
}

impl From<Kind> for Format {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Csv => Self::Csv,
            Kind::Jsonl => Self::JsonLines,
        }
    }
}

fn row(row: &Row, accounts: &[AccountView]) -> [String; 5] {
    let who = row.account.map_or_else(|| row.actor.clone(), |account| login(accounts, account));
    let target = row.target_name.clone().unwrap_or_else(|| row.target.clone());
    [row.seq.to_string(), words::time(row.at), who, did(row), target]
}

/// A refusal says what was wanted and why it was not done; what was repeated, how often.
fn did(row: &Row) -> String {
    let detail = |name: &str| row.details[name].as_str().unwrap_or_default().to_owned();
    let did = match row.action.as_str() {
        "refused" => format!("refused {} ({})", detail("request"), detail("code")),
        action => action.to_owned(),
    };
    if row.times > 1 { format!("{did} ×{}", row.times) } else { did }
}

/// What the account signs in with; its number if it is gone.
fn login(accounts: &[AccountView], id: AccountId) -> String {
    let account = accounts.iter().find(|account| account.id == id);
    account.map_or_else(|| format!("account {}", id.0), |account| account.login.clone())
}
