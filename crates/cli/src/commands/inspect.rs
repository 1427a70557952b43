//! `sprocket inspect`: what a verified package says of itself and holds.

use std::ops::ControlFlow;
use std::path::PathBuf;

use serde_json::json;
use spk::{Digest, Limits, Outside, Statement, TrustNone, VerifiedPackage};

use super::signing::{key_json, show_key};
use crate::facts;
use crate::failure::{Failure, Outcome};
use crate::screen::{Page, Screen};
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
        let outside = staged.outside(&facts::host(), &mut |_| ControlFlow::Continue(()))?;
        if let Some(count) = staged.recipients(&outside.statement)? {
            return show_outside(screen, &outside, count);
        }
        let package = staged.verify(&TrustNone, &facts::host(), &mut |_| ControlFlow::Continue(()))?;
        show(screen, &package)
    }
}

/// What can be told without the key.
fn show_outside(screen: Screen, outside: &Outside, count: usize) -> Outcome {
    let view = json!({
        "statement": outside.statement, "digest": outside.digest, "signed_by": key_json(&outside.key),
        "plugin": null, "entries": null, "encrypted_for": count,
    });
    screen.show(&view, |page| {
        show_statement(page, &outside.statement, outside.digest);
        show_key(page, &outside.key);
        page.line(words::encrypted_for(count));
    })
}

fn show_statement(page: &mut Page, statement: &Statement, digest: Digest) {
    page.heading(format!("{} {}", statement.id, statement.version));
    page.pairs([
        ("Says it is by", statement.publisher.name.clone()),
        ("Release", statement.release.to_string()),
        ("Packed", statement.created.to_string()),
        ("Install until", statement.expires.map_or_else(|| "any time".into(), |time| time.to_string())),
        ("Digest", digest.to_string()),
    ]);
}

fn show(screen: Screen, package: &VerifiedPackage) -> Outcome {
    let entries: Vec<_> =
        package.entries().iter().map(|e| json!({ "name": e.name, "size": e.unpacked })).collect();
    let view = json!({
        "statement": package.statement(), "digest": package.digest(), "signed_by": key_json(&package.key()),
        "plugin": package.manifest(), "entries": entries, "encrypted_for": null,
    });
    let manifest = package.manifest();
    screen.show(&view, |page| {
        show_statement(page, package.statement(), package.digest());
        show_key(page, &package.key());
        page.heading("WHAT IT MAY DO");
        let asked = serde_json::to_value(&manifest.capabilities).unwrap_or_default();
        words::capabilities(&asked).iter().for_each(|line| page.line(format!("  {line}")));
        page.heading("FILES");
        let rows = package.entries().iter().map(|e| [e.name.clone(), words::size(e.unpacked)]).collect();
        page.table(["NAME", "SIZE"], rows, "none");
    })
}
