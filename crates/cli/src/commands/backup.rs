//! `sprocket backup` and `sprocket restore`: everything of a center in one file, and back.

use std::path::PathBuf;
use std::sync::Arc;

use center::backup::{self, LeftOut};
use center::clock::SystemClock;
use center::paths::Home;
use center::request::Request;
use center::views::{BackupView, RestoredView};

use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::screen::{Page, Screen};
use crate::words;

/// Write everything of the center into one file, while it runs
#[derive(Debug, clap::Args)]
pub struct Backup {
    /// Where to write it; never overwritten
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Encrypt it with a passphrase that you type; only then it holds secrets and keys
    #[arg(long, conflicts_with = "passphrase_stdin")]
    passphrase: bool,
    /// Encrypt it with the passphrase on the first line of standard input
    #[arg(long)]
    passphrase_stdin: bool,
}

/// Bring a backup back, into a home where no center runs
#[derive(Debug, clap::Args)]
pub struct Restore {
    /// The backup
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Read its passphrase from the first line of standard input
    #[arg(long)]
    passphrase_stdin: bool,
    /// Put a center that lives in the home already aside, under another name beside it
    #[arg(long)]
    replace: bool,
}

impl Backup {
    pub async fn run(self, console: &Console) -> Outcome {
        let wanted = self.passphrase || self.passphrase_stdin;
        let ask = || input::new_password("Passphrase for the backup", self.passphrase_stdin);
        let passphrase = wanted.then(ask).transpose()?;
        let path = std::path::absolute(&self.file);
        let path = path.map_err(|cause| Failure::io("the working folder is not known", &cause))?;
        let made: BackupView = console.ask(Request::BackupMake { path, passphrase }).await?;
        console.screen.show(&made, |page| {
            page.line(format!("{}: {} KiB.", made.path, made.bytes.div_ceil(1024)));
            if made.with_secrets {
                page.line(
                    "It is encrypted and holds secrets and keys: without the passphrase nobody opens it.",
                );
            } else {
                page.line("It is not encrypted, and holds no secrets and no keys.");
            }
            left_out(page, "Not in it", &made.left_out);
        })
    }
}

impl Restore {
    pub fn run(self, screen: Screen, home: &Home) -> Outcome {
        let wish = |passphrase: Option<String>| backup::Restore {
            path: &self.file,
            passphrase: passphrase.map(Into::into),
            replace: self.replace,
            clock: Arc::new(SystemClock),
        };
        let given = self.passphrase_stdin.then(|| input::password("", true)).transpose()?;
        let restored = match backup::restore(home, &wish(given.map(|given| given.0))) {
            Err(error) if error.code.as_str() == "backup_passphrase" && self.may_ask() => {
                let typed = input::password("Passphrase of the backup", false)?;
                backup::restore(home, &wish(Some(typed.0)))?
            }
            restored => restored?,
        };
        screen.show(&restored, |page| show(page, &restored))
    }

    fn may_ask(&self) -> bool {
        !self.passphrase_stdin && input::is_interactive()
    }
}

fn show(page: &mut Page, restored: &RestoredView) {
    let made = words::time(restored.made_at);
    page.line(format!("{} is as it was on {made} (Sprocket {}).", restored.home, restored.product));
    if let Some(aside) = &restored.put_aside {
        page.line(format!(
            "The center that was there is kept in {aside}; delete it when nothing is missing."
        ));
    }
    left_out(page, "To be entered again", &restored.left_out);
    for plugin in &restored.switched_off {
        page.line(format!("{plugin} is off until its secrets are entered again."));
    }
    if !restored.trail_whole {
        page.line("Its audit trail does not hold together: `sprocket audit verify` says where.");
    }
    page.line("Everybody signs in again; passwords are those of that time.");
}

fn left_out(page: &mut Page, what: &str, secrets: &[LeftOut]) {
    for LeftOut { plugin, pointer } in secrets {
        page.line(format!("{what}: the secret {} of {plugin}", pointer.trim_start_matches('/')));
    }
}
