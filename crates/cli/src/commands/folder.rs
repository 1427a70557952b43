//! `sprocket folder`: the plugin folder and what each file in it is.

use center::folder::Removals;
use center::request::Request;
use center::views::FolderFileView;

use crate::console::Console;
use crate::failure::Outcome;
use crate::words;

/// Show the plugin folder's files: installed, waiting, refused and why
#[derive(Debug, clap::Args)]
pub struct Folder {
    /// Read folder and packages anew first; nothing restarts
    #[arg(long)]
    rescan: bool,
    /// Of plugins whose files went all at once: uninstall them; settings, grants and data are kept
    #[arg(long, conflicts_with = "put_back")]
    uninstall_missing: bool,
    /// Of plugins whose files went all at once: keep them and put their files back
    #[arg(long)]
    put_back: bool,
    /// Make an unavailable plugin folder anew, with a file for each installed plugin; what lies there stays
    #[arg(long)]
    renew: bool,
}

impl Folder {
    pub async fn run(self, console: &Console) -> Outcome {
        if self.renew {
            console.tell(Request::FolderRenew).await?;
        }
        if self.rescan {
            console.tell(Request::FolderRescan).await?;
        }
        let uninstall = self.uninstall_missing.then_some(Removals::Uninstall);
        if let Some(answer) = uninstall.or(self.put_back.then_some(Removals::PutBack)) {
            console.tell(Request::FolderRemovals { answer }).await?;
        }
        let files: Vec<FolderFileView> = console.ask(Request::FolderList { locale: words::locale() }).await?;
        console.screen.show(&files, |page| {
            page.line(format!("Plugin folder: {}", console.home.plugins().display()));
            page.table(["FILE", "PLUGIN", "STATE", "WHY"], files.iter().map(row).collect(), "It is empty.");
        })
    }
}

fn row(file: &FolderFileView) -> [String; 4] {
    let why = file.cause.as_ref().map(|cause| cause.message.clone()).unwrap_or_default();
    [file.file.clone(), file.plugin.clone().unwrap_or_default(), file.state.clone(), why]
}
