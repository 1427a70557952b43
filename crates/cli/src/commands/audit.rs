//! `sprocket audit`: who did what.

use center::actor::AccountId;
use center::audit::Row;
use center::request::Request;
use center::views::AccountView;

use crate::console::Console;
use crate::failure::Outcome;
use crate::words;

/// Show who did what, newest last
#[derive(Debug, clap::Args)]
pub struct Audit {
    /// How many of the last rows
    #[arg(short = 'n', long, value_name = "NUMBER", default_value_t = 50)]
    last: usize,
}

impl Audit {
    pub async fn run(self, console: &Console) -> Outcome {
        let rows: Vec<Row> = console.ask(Request::AuditList { last: self.last }).await?;
        let accounts: Vec<AccountView> = console.ask(Request::AccountList).await?;
        console.screen.show(&rows, |page| {
            page.table(
                ["", "WHEN", "WHO", "DID", "TO"],
                rows.iter().map(|entry| row(entry, &accounts)).collect(),
                "Nothing was done yet.",
            );
        })
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
