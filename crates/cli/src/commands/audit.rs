//! `sprocket audit`: who did what.

use center::audit::Row;
use center::request::Request;

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
        console.screen.show(&rows, |page| {
            page.table(
                ["", "WHEN", "WHO", "DID", "TO"],
                rows.iter().map(row).collect(),
                "Nothing was done yet.",
            );
        })
    }
}

fn row(row: &Row) -> [String; 5] {
    let who = row.account.map_or_else(|| row.actor.clone(), |account| format!("account {}", account.0));
    [row.seq.to_string(), words::time(row.at), who, row.action.clone(), row.target.clone()]
}
