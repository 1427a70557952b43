//! `sprocket folder`: the plugin folder and what each file in it is.

use center::request::Request;
use center::views::FolderFileView;

use crate::console::Console;
use crate::failure::Outcome;

/// Show the plugin folder's files: installed, waiting, refused and why
#[derive(Debug, clap::Args)]
pub struct Folder {
    /// Read folder and packages anew first; nothing restarts
    #[arg(long)]
    rescan: bool,
}

impl Folder {
    pub async fn run(self, console: &Console) -> Outcome {
        if self.rescan {
            console.tell(Request::FolderRescan).await?;
        }
        let files: Vec<FolderFileView> = console.ask(Request::FolderList).await?;
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
