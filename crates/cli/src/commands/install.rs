//! `sprocket install`: packages from anywhere, reviewed and carried out; several as one, what others need first.

use std::path::{Path, PathBuf};

use center::error::ErrorView;
use center::request::Request;
use center::views::{AppliedView, ArrangementView, PlanView};
use serde::Serialize;

use super::review::{ReviewArgs, answered, applied, apply, plan, review};
use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::words;

/// Review packages and install them, or upgrade to them
#[derive(Debug, clap::Args)]
pub struct Install {
    /// The packages; of several, one that cannot be installed does not hold up those that do not need it
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    review: ReviewArgs,
}

/// What became of several files.
#[derive(Debug, Default, Serialize)]
struct Batch {
    installed: Vec<AppliedView>,
    refused: Vec<RefusedView>,
}

/// A file that was not installed.
#[derive(Debug, Serialize)]
struct RefusedView {
    file: String,
    error: ErrorView,
}

impl Install {
    pub async fn run(self, console: &Console) -> Outcome {
        match &self.files[..] {
            [file] => review(console, absolute(file)?, self.review).await,
            files => several(console, files, &self.review).await,
        }
    }
}

/// Everything is checked first, then what fits is carried out in order.
async fn several(console: &Console, files: &[PathBuf], args: &ReviewArgs) -> Outcome {
    let mut batch = Batch::default();
    let mut plans = Vec::new();
    for file in files {
        match planned(console, file).await {
            Ok(view) => plans.push((file, view)),
            Err(failure) => batch.refuse(console, file, &failure)?,
        }
    }
    let ids = plans.iter().map(|(_, view)| view.plan.clone()).collect();
    let arranged: ArrangementView =
        console.ask(Request::PackageArrange { plans: ids, locale: words::locale() }).await?;
    for held_back in &arranged.held_back {
        let Some((file, _)) = plans.iter().find(|(_, view)| view.plan == held_back.plan) else { continue };
        let why: Vec<_> = held_back.conflicts.iter().map(words::conflict).collect();
        let failure = Failure::new("dependency_conflict", why.join("; "), "");
        batch.refuse(console, file, &failure)?;
        let _ = console.tell(Request::PlanDiscard { plan: held_back.plan.clone() }).await;
    }
    for id in &arranged.order {
        let Some((file, view)) = plans.iter().find(|(_, view)| view.plan == *id) else { continue };
        match one(console, view, args).await {
            Ok(done) => batch.installed.push(done),
            Err(failure) => batch.refuse(console, file, &failure)?,
        }
    }
    batch.end(console)
}

async fn planned(console: &Console, file: &Path) -> Outcome<PlanView> {
    plan(console, Request::PackagePlan { path: absolute(file)?, locale: words::locale() }).await
}

async fn one(console: &Console, view: &PlanView, args: &ReviewArgs) -> Outcome<AppliedView> {
    let answers = answered(console, view, args).await?;
    let turn_on = answers.turn_on;
    let done = apply(console, view, answers).await?;
    console.screen.tell(|page| page.line(applied(view, &done, turn_on)))?;
    Ok(done)
}

impl Batch {
    fn refuse(&mut self, console: &Console, file: &Path, failure: &Failure) -> Outcome {
        let file = file.display().to_string();
        let error = failure.view().clone();
        console.screen.tell(|page| page.line(format!("{file}: not installed: {}", error.message)))?;
        self.refused.push(RefusedView { file, error });
        Ok(())
    }

    /// Fails as the first refusal would, if there was one.
    fn end(self, console: &Console) -> Outcome {
        let count = self.installed.len() + self.refused.len();
        let Some(first) = self.refused.first() else {
            return console.screen.show(&self, |page| page.line(format!("All {count} are installed.")));
        };
        let message = format!("{} of {count} are installed", self.installed.len());
        let details = serde_json::json!(self);
        Err(Failure::new(&first.error.code, message, "Look at what was said of each file.").details(details))
    }
}

/// The running center has another working folder, and what is not there is no package's fault.
pub fn absolute(file: &Path) -> Outcome<PathBuf> {
    let found = file.symlink_metadata().and_then(|_| std::path::absolute(file));
    found.map_err(|cause| Failure::io(format_args!("cannot find `{}`", file.display()), &cause))
}
