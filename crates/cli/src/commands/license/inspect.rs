//! `sprocket license inspect`: what a license file says. Whether it holds is a center's to say.

use std::path::PathBuf;

use serde_json::json;
use spk::{License, SignedLicense};

use crate::commands::signing::{key_json, show_key};
use crate::failure::{Failure, Outcome};
use crate::screen::{Page, Screen};

#[derive(Debug, clap::Args)]
pub struct Inspect {
    /// The license file
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

impl Inspect {
    pub fn run(self, screen: Screen) -> Outcome {
        let bytes = std::fs::read(&self.file)
            .map_err(|cause| Failure::io(format_args!("cannot read `{}`", self.file.display()), &cause))?;
        let signed = SignedLicense::open(&bytes)?;
        let license = signed.license();
        let view = json!({
            "license": license, "digest": signed.digest(), "signed_by": key_json(&license.issuer),
        });
        screen.show(&view, |page| {
            page.line("The signature is intact. Whether the license holds is said where it is imported.");
            show_terms(page, license);
            page.pairs([("Digest", signed.digest().to_string())]);
            show_key(page, &license.issuer);
        })
    }
}

/// What was signed.
pub fn show_terms(page: &mut Page, license: &License) {
    let any = |text: Option<String>, else_: &str| text.unwrap_or_else(|| else_.into());
    page.pairs([
        ("Plugin", license.plugin.to_string()),
        ("Licensee", license.licensee.clone()),
        ("Serial", license.serial.clone()),
        ("Issued", license.issued.to_string()),
        ("Valid from", any(license.not_before.map(|at| at.to_string()), "any time")),
        ("Valid until", any(license.not_after.map(|at| at.to_string()), "it never ends")),
        ("Accounts", any(license.seats.map(|seats| seats.to_string()), "any number")),
        ("Features", any(Some(license.features.join(", ")).filter(|text| !text.is_empty()), "none named")),
        ("Installation", any(license.installation.map(|code| code.to_string()), "any")),
    ]);
}
