//! `sprocket verify`: every check that a center makes, one by one, without a center.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use spk::{Limits, Outside, PublicKey, Stage, TrustNone, Warning};

use super::signing::{key_json, public_key, show_key};
use crate::facts;
use crate::failure::{Failure, Outcome};
use crate::screen::{Screen, Tone};
use crate::words;

/// Check a package as a center would, step by step
#[derive(Debug, clap::Args)]
pub struct Verify {
    /// The package
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Also require that this key signed it (`ed25519:…`, or its PEM file)
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
}

impl Verify {
    pub fn run(self, screen: Screen) -> Outcome {
        let expected = self.key.as_deref().map(public_key).transpose()?;
        let mut steps = Steps { screen, begun: None, passed: Vec::new() };
        let checked = steps.verify(&self.file).map_err(|failure| steps.failed(failure))?;
        if let Some(expected) = expected {
            must_be_signed_by(&checked.outside, expected)?;
        }
        show(screen, &checked, &steps)
    }
}

/// What could be checked.
struct Checked {
    outside: Outside,
    /// For how many it is encrypted; then nothing was seen of its inside.
    recipients: Option<usize>,
    warnings: Vec<Warning>,
}

/// The checks so far.
struct Steps {
    screen: Screen,
    begun: Option<Stage>,
    passed: Vec<Stage>,
}

impl Steps {
    fn verify(&mut self, file: &Path) -> Outcome<Checked> {
        let staging =
            tempfile::tempdir().map_err(|cause| Failure::io("cannot make a private copy", &cause))?;
        let go_on = &mut |_| ControlFlow::Continue(());
        self.begin(Stage::Copy)?;
        let staged = spk::stage_path(file, staging.path(), &Limits::default(), go_on)?;
        let outside = self.follow(|go_on| staged.outside(&facts::host(), go_on))?;
        let recipients = staged.recipients(&outside.statement)?;
        self.pass()?;
        if recipients.is_some() {
            return Ok(Checked { outside, recipients, warnings: Vec::new() });
        }
        let package = self.follow(|go_on| staged.verify(&TrustNone, &facts::host(), go_on))?;
        self.pass()?;
        Ok(Checked { outside, recipients, warnings: package.warnings().to_vec() })
    }

    /// Says each check as it begins, once.
    fn follow<T>(
        &mut self,
        check: impl FnOnce(&mut dyn FnMut(Stage) -> ControlFlow<()>) -> Result<T, spk::Error>,
    ) -> Outcome<T> {
        let mut said = Ok(());
        let checked = check(&mut |stage| {
            if !self.passed.contains(&stage) {
                said = self.begin(stage);
            }
            if said.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        said?;
        Ok(checked?)
    }

    /// What begins shows that what went before has passed.
    fn begin(&mut self, stage: Stage) -> Outcome {
        self.pass()?;
        self.begun = Some(stage);
        Ok(())
    }

    fn pass(&mut self) -> Outcome {
        let Some(stage) = self.begun.take() else { return Ok(()) };
        self.passed.push(stage);
        self.screen.tell(|page| page.toned(Tone::Good, &format!("✓ {}", sentence(stage))))
    }

    fn failed(&self, failure: Failure) -> Failure {
        let Some(stage) = self.begun else { return failure };
        let said = self.screen.tell(|page| page.toned(Tone::Bad, &format!("✗ {}", sentence(stage))));
        let mut details = failure.view().details.clone();
        if !details.is_object() {
            details = json!({});
        }
        details["step"] = json!(stage.code());
        details["passed"] = self.codes();
        said.err().unwrap_or_else(|| failure.details(details))
    }

    fn codes(&self) -> Value {
        self.passed.iter().map(|stage| stage.code()).collect()
    }
}

fn sentence(stage: Stage) -> &'static str {
    match stage {
        Stage::Completeness => "the file is complete",
        Stage::Copy => "a package, read to its end into a private copy",
        Stage::Envelope => "the envelope has its one canonical form",
        Stage::Signature => "the signature is intact",
        Stage::Statement => "the statement is understood, and its dates hold",
        Stage::Payload => "size and digest of the content are as signed",
        Stage::Trust => "the key is usable (whether it is trusted, a center decides)",
        Stage::Decryption => "nothing in it is encrypted",
        Stage::Archive => "the archive keeps every rule",
        Stage::Manifest => "plugin.json, texts and icon are valid",
        Stage::Identity => "plugin.json and statement name the same plugin and version",
        Stage::Library => "there is a library for this computer",
    }
}

fn must_be_signed_by(package: &Outside, expected: PublicKey) -> Outcome {
    if package.key == expected {
        return Ok(());
    }
    let message = format!("it was signed by another key, `{}`", package.key);
    let failure = Failure::new("other_key", message, "Get the package from its publisher directly.");
    Err(failure.details(json!({ "expected": expected, "signed_by": package.key })))
}

fn show(screen: Screen, checked: &Checked, steps: &Steps) -> Outcome {
    let Checked { outside, recipients, warnings } = checked;
    let view = json!({
        "valid": true, "passed": steps.codes(), "statement": outside.statement, "digest": outside.digest,
        "signed_by": key_json(&outside.key), "warnings": warnings, "encrypted_for": recipients,
    });
    let statement = &outside.statement;
    screen.show(&view, |page| {
        page.heading(format!("{} {}, release {}", statement.id, statement.version, statement.release));
        show_key(page, &outside.key);
        if let Some(count) = recipients {
            page.line(words::encrypted_for(*count));
        }
        for warning in warnings {
            page.line(format!("look: {}: {}", warning.path, warning.message));
        }
    })
}
