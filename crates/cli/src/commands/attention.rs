//! `sprocket attention`: what needs a person.

use center::request::Request;
use center::views::AttentionView;

use crate::console::Console;
use crate::failure::Outcome;
use crate::words;

/// Show what needs a person, with the next step
#[derive(Debug, clap::Args)]
pub struct Attention {
    /// Take one off the list, by its number
    #[arg(long, value_name = "NUMBER")]
    dismiss: Option<i64>,
}

impl Attention {
    pub async fn run(self, console: &Console) -> Outcome {
        if let Some(id) = self.dismiss {
            console.tell(Request::AttentionDismiss { id }).await?;
        }
        let items: Vec<AttentionView> = console.ask(Request::AttentionList).await?;
        console.screen.show(&items, |page| {
            let rows = items.iter().map(row).collect();
            page.table(["", "SINCE", "WHAT", "WHY", "NEXT"], rows, "Nothing needs attention.");
        })
    }
}

fn row(item: &AttentionView) -> [String; 5] {
    let since = words::time(item.since);
    [item.id.to_string(), since, item.subject.clone(), item.cause.message.clone(), item.cause.hint.clone()]
}
