//! `sprocket license`: a publisher issues licenses, a center imports them.

mod center;
mod inspect;
mod issue;

use crate::commands::keygen::Keygen;
use crate::console::Console;
use crate::failure::Outcome;
use crate::screen::Screen;

/// Issue licenses for plugins, and import them
#[derive(Debug, clap::Subcommand)]
pub enum License {
    /// Make a key that issues licenses: FILE (private) and FILE.pub (for `license.keys` of plugin.json)
    Keygen(Keygen),
    /// Issue a license for a plugin: a signed file to send to the licensee
    Issue(issue::Issue),
    /// Show what a license file says, and whose key signed it
    Inspect(inspect::Inspect),
    /// Import a license file; a plugin that waits for it starts by itself
    Import(center::Import),
    /// List the imported licenses, and what each is worth now
    List,
    /// Take an imported license away
    Remove(center::Remove),
    /// Show the installation code, for ordering a license for this center alone
    Code,
}

impl License {
    /// Whether it is a publisher's, and needs no center.
    pub fn is_of_a_publisher(&self) -> bool {
        matches!(self, Self::Keygen(_) | Self::Issue(_) | Self::Inspect(_))
    }

    /// A publisher's part.
    pub fn make(self, screen: Screen) -> Outcome {
        match self {
            Self::Keygen(command) => command.run(screen),
            Self::Issue(command) => command.run(screen),
            Self::Inspect(command) => command.run(screen),
            Self::Import(_) | Self::List | Self::Remove(_) | Self::Code => {
                unreachable!("these are asked of a center")
            }
        }
    }

    /// A superadmin's part.
    pub async fn run(self, console: &Console) -> Outcome {
        match self {
            Self::Import(import) => import.run(console).await,
            Self::List => center::list(console).await,
            Self::Remove(remove) => remove.run(console).await,
            Self::Code => center::code(console).await,
            Self::Keygen(_) | Self::Issue(_) | Self::Inspect(_) => {
                unreachable!("these were carried out without a center")
            }
        }
    }
}
