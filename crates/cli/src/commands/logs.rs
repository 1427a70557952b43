//! `sprocket logs`: what a plugin wrote into its log.

use center::request::Request;
use serde_json::Value;
use spk::PluginId;

use crate::console::Console;
use crate::failure::Outcome;
use crate::words;

/// Show a plugin's log lines
#[derive(Debug, clap::Args)]
pub struct Logs {
    /// The plugin's id
    #[arg(value_name = "PLUGIN")]
    plugin: PluginId,
    /// How many of the last lines
    #[arg(short = 'n', long, value_name = "NUMBER", default_value_t = 50)]
    lines: usize,
    /// Go on with new lines as they come
    #[arg(short, long)]
    follow: bool,
}

impl Logs {
    pub async fn run(self, console: &Console) -> Outcome {
        if self.follow {
            return self.follow(console).await;
        }
        let lines: Vec<Value> = console.ask(self.tail()).await?;
        console.screen.show(&lines, |page| match lines.is_empty() {
            true => page.line(format!("The log of {} is empty.", self.plugin)),
            false => lines.iter().for_each(|line| page.line(text(line))),
        })
    }

    async fn follow(&self, console: &Console) -> Outcome {
        console.must_be_running()?;
        let mut coming = console.stream(Request::LogFollow { plugin: self.plugin.clone() }).await?;
        let past: Vec<Value> = console.ask(self.tail()).await?;
        for line in &past {
            show(console, line)?;
        }
        // What was written between the two requests comes in both.
        while let Some(line) = coming.next().await? {
            if !past.contains(&line) {
                show(console, &line)?;
            }
        }
        Ok(())
    }

    fn tail(&self) -> Request {
        Request::LogTail { plugin: self.plugin.clone(), lines: self.lines }
    }
}

fn show(console: &Console, line: &Value) -> Outcome {
    console.screen.show_next(line, |page| page.line(text(line)))
}

fn text(line: &Value) -> String {
    let at = line["at"].as_i64().map(words::time).unwrap_or_default();
    let word = |key: &str| line[key].as_str().unwrap_or_default();
    let level = word("level").to_uppercase();
    let fields = line["fields"].as_object().filter(|fields| !fields.is_empty());
    let fields = fields.map(|fields| format!(" {}", Value::Object(fields.clone()))).unwrap_or_default();
    format!("{at} {level:5} {}: {}{fields}", word("target"), word("message"))
}
