//! `sprocket sign`: signs a package that was packed elsewhere.

use std::path::PathBuf;

use super::pack;
use super::signing::KeyArgs;
use crate::facts;
use crate::failure::Outcome;
use crate::screen::Screen;

/// Sign an unsigned package in place
#[derive(Debug, clap::Args)]
pub struct Sign {
    /// The package
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    key: KeyArgs,
}

impl Sign {
    pub fn run(self, screen: Screen) -> Outcome {
        let packed = spk::sign(&self.file, &self.key.load()?, &facts::host())?;
        pack::show(screen, &packed)
    }
}
