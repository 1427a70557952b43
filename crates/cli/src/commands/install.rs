//! `sprocket install`: a package from anywhere, reviewed and carried out.

use std::path::{Path, PathBuf};

use super::review::{ReviewArgs, review};
use crate::console::Console;
use crate::failure::{Failure, Outcome};

/// Review a package and install it, or upgrade to it
#[derive(Debug, clap::Args)]
pub struct Install {
    /// The package
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    review: ReviewArgs,
}

impl Install {
    pub async fn run(self, console: &Console) -> Outcome {
        review(console, absolute(&self.file)?, self.review).await
    }
}

/// The running center has another working folder, and what is not there is no package's fault.
pub fn absolute(file: &Path) -> Outcome<PathBuf> {
    let found = file.symlink_metadata().and_then(|_| std::path::absolute(file));
    found.map_err(|cause| Failure::io(format_args!("cannot find `{}`", file.display()), &cause))
}
