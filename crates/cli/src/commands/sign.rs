//! `sprocket sign`: signs a package that was packed elsewhere.

use std::path::PathBuf;

use super::pack;
use super::signing::{KeyArgs, Readers};
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
    #[command(flatten)]
    readers: Readers,
}

impl Sign {
    pub fn run(self, screen: Screen) -> Outcome {
        let packed = spk::sign(&self.file, &self.key.load()?, &self.readers.encrypt_to, &facts::host())
            .map_err(pack::to_publisher)?;
        pack::show(screen, &packed)
    }
}
