//! `sprocket account import`: accounts from a table, shown before they are made.

use std::fs::{self, File};
use std::io::BufWriter;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use center::accounts::import::write;
use center::request::Request;
use center::views::{ImportView, ImportedView, RowProblem, WrongRowView};
use serde_json::json;

use crate::commands::install::absolute;
use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::screen::{Page, Tone};

#[derive(Debug, clap::Args)]
pub struct Import {
    /// A CSV file whose first line is: login,name,departments,role
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Only show what would be done
    #[arg(long)]
    dry_run: bool,
    /// Also make the departments that are missing
    #[arg(long)]
    make_departments: bool,
    /// Leave out the lines that are wrong, instead of importing nothing
    #[arg(long)]
    skip_wrong: bool,
    /// Write the one-time passwords to this file, for you alone to read; it must not be there yet
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run")]
    out: Option<PathBuf>,
    /// Do not ask first
    #[arg(long, short)]
    yes: bool,
}

impl Import {
    pub async fn run(self, console: &Console) -> Outcome {
        let (path, departments) = (absolute(&self.file)?, self.make_departments);
        let plan: ImportView =
            console.ask(Request::AccountImportPlan { path: path.clone(), departments }).await?;
        if self.dry_run {
            return console.screen.show(&plan, |page| tell(page, &plan));
        }
        console.screen.tell(|page| tell(page, &plan))?;
        self.agreed(&plan)?;
        let out = self.out.as_deref().map(|out| Ok::<_, Failure>((out, private(out)?))).transpose()?;
        let request = Request::AccountImport { path, departments, plan: plan.plan };
        let imported: ImportedView = match console.ask(request).await {
            Ok(imported) => imported,
            Err(refused) => {
                out.iter().for_each(|(out, _)| drop(fs::remove_file(out)));
                return Err(refused);
            }
        };
        match out {
            Some((out, file)) => {
                let cannot = |cause| Failure::io(format_args!("cannot write `{}`", out.display()), &cause);
                write(BufWriter::new(file), &imported.accounts).map_err(cannot)?;
                let count = imported.accounts.len();
                console.screen.show(&json!({ "accounts": count, "out": out }), |page| {
                    page.line(format!("{count} accounts were created."));
                    page.line(format!("Their one-time passwords are in {}.", out.display()));
                })
            }
            None => hand_over(console, &imported),
        }
    }

    fn agreed(&self, plan: &ImportView) -> Outcome {
        if !plan.wrong.is_empty() && !self.skip_wrong {
            let message = format!("{} lines of the table cannot be imported", plan.wrong.len());
            let hint = "Correct them, or leave them out with `--skip-wrong`; `--dry-run` shows them.";
            return Err(Failure::new("invalid_input", message, hint).details(json!({ "wrong": plan.wrong })));
        }
        if self.yes {
            return Ok(());
        }
        let question = format!("Create {} accounts?", plan.accounts.len());
        if !input::is_interactive() {
            return Err(Failure::usage("nobody was asked whether to import", "Say so with `--yes`."));
        }
        match input::confirm(&question)? {
            true => Ok(()),
            false => Err(Failure::new("cancelled", "nothing was imported", "")),
        }
    }
}

fn private(out: &Path) -> Outcome<File> {
    let opened = File::options().write(true).create_new(true).mode(0o600).open(out);
    opened.map_err(|cause| Failure::io(format_args!("cannot make `{}`", out.display()), &cause))
}

fn tell(page: &mut Page, plan: &ImportView) {
    let rows = plan.accounts.iter().map(|row| {
        let departments: Vec<_> = row.departments.iter().map(|path| path.join("/")).collect();
        [row.line.to_string(), row.login.clone(), row.name.clone(), departments.join(", ")]
    });
    page.table(["LINE", "LOGIN", "NAME", "DEPARTMENTS"], rows.collect(), "No line can be imported.");
    for path in &plan.departments {
        page.line(format!("New department: {}", path.join("/")));
    }
    if plan.encoding != "UTF-8" {
        page.line(format!("The file was read as {}: look at the names.", plan.encoding));
    }
    for row in &plan.wrong {
        page.toned(Tone::Bad, &wrong(row));
    }
}

fn wrong(row: &WrongRowView) -> String {
    let said: Vec<_> = row.problems.iter().map(problem).collect();
    format!("line {}, `{}`: {}", row.line, row.login, said.join("; "))
}

fn problem(problem: &RowProblem) -> String {
    match problem {
        RowProblem::LoginInvalid => "a login has 1 to 64 characters without spaces".into(),
        RowProblem::LoginTaken => "the login is taken".into(),
        RowProblem::LoginTwice { first } => format!("line {first} has the same login"),
        RowProblem::NameInvalid => "a name has 1 to 128 characters".into(),
        RowProblem::RoleUnknown { role } => format!("`{role}` is neither `account` nor `superadmin`"),
        RowProblem::DepartmentUnknown { path } => {
            format!("there is no department `{path}` (`--make-departments` makes it)")
        }
        RowProblem::DepartmentInvalid { path } => format!("`{path}` can be no department's path"),
    }
}

fn hand_over(console: &Console, imported: &ImportedView) -> Outcome {
    console.screen.show(imported, |page| {
        let rows = imported.accounts.iter();
        let rows = rows.map(|one| [one.login.clone(), one.name.clone(), one.one_time_password.clone()]);
        page.table(["LOGIN", "NAME", "ONE-TIME PASSWORD"], rows.collect(), "");
        page.line("Hand them over one by one; they are not shown again.");
    })
}
