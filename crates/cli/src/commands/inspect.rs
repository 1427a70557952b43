//! `sprocket inspect`: what a verified package says of itself and holds.

use std::ops::ControlFlow;
use std::path::PathBuf;

use serde_json::json;
use spk::{Limits, TrustNone, VerifiedPackage};

use super::signing::{key_json, show_key};
use crate::facts;
use crate::failure::{Failure, Outcome};
use crate::screen::Screen;
use crate::words;

/// Show what is in a package: statement, plugin.json, files
#[derive(Debug, clap::Args)]
pub struct Inspect {
    /// The package
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

impl Inspect {
    pub fn run(self, screen: Screen) -> Outcome {
        let staging =
            tempfile::tempdir().map_err(|cause| Failure::io("cannot make a private copy", &cause))?;
        let limits = Limits::default();
        let staged =
            spk::stage_path(&self.file, staging.path(), &limits, &mut |_| ControlFlow::Continue(()))?;
        let package = staged.verify(&TrustNone, &facts::host(), &mut |_| ControlFlow::Continue(()))?;
        show(screen, &package)
    }
}

fn show(screen: Screen, package: &VerifiedPackage) -> Outcome {
    let entries: Vec<_> =
        package.entries().iter().map(|e| json!({ "name": e.name, "size": e.unpacked })).collect();
    let view = json!({
        "statement": package.statement(), "digest": package.digest(), "signed_by": key_json(&package.key()),
        "plugin": package.manifest(), "entries": entries,
    });
    let (statement, manifest) = (package.statement(), package.manifest());
    screen.show(&view, |page| {
        page.heading(format!("{} {}", statement.id, statement.version));
        page.pairs([
            ("Says it is by", statement.publisher.name.clone()),
            ("Release", statement.release.to_string()),
            ("Packed", statement.created.to_string()),
            ("Install until", statement.expires.map_or_else(|| "any time".into(), |time| time.to_string())),
            ("Digest", package.digest().to_string()),
        ]);
        show_key(page, &package.key());
        page.heading("WHAT IT MAY DO");
        let asked = serde_json::to_value(&manifest.capabilities).unwrap_or_default();
        words::capabilities(&asked).iter().for_each(|line| page.line(format!("  {line}")));
        page.heading("FILES");
        let rows = package.entries().iter().map(|e| [e.name.clone(), words::size(e.unpacked)]).collect();
        page.table(["NAME", "SIZE"], rows, "none");
    })
}
