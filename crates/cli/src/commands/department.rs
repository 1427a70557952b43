//! `sprocket department`: the tree that grants can follow.

use center::actor::DepartmentId;
use center::request::{PeopleChange, Request};
use center::views::{DepartmentView, PersonView, ReachChangeView};
use serde_json::Value;

use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::words;

/// Create, list, rename, move and delete departments
#[derive(Debug, clap::Subcommand)]
pub enum Department {
    /// Create a department; those above it must be there
    Create(Create),
    /// List the departments
    List,
    /// Give a department another name, in its place
    Rename(Rename),
    /// Put a department below another one, or at the top
    Move(Move),
    /// Delete a department without departments below it; its members leave it, what it was granted goes
    Delete(Delete),
}

#[derive(Debug, clap::Args)]
pub struct Create {
    /// Its path from the top, such as Support/E-mail
    #[arg(value_name = "PATH")]
    path: String,
}

#[derive(Debug, clap::Args)]
pub struct Rename {
    /// Its path from the top
    #[arg(value_name = "PATH")]
    path: String,
    /// Its new name
    #[arg(value_name = "NAME")]
    name: String,
}

#[derive(Debug, clap::Args)]
pub struct Move {
    /// Its path from the top
    #[arg(value_name = "PATH")]
    path: String,
    /// The department that will be above it
    #[arg(long, value_name = "PATH", required_unless_present = "top", conflicts_with = "top")]
    below: Option<String>,
    /// To the top
    #[arg(long)]
    top: bool,
    /// Do not ask, even if people lose what they may use
    #[arg(long, short)]
    yes: bool,
}

#[derive(Debug, clap::Args)]
pub struct Delete {
    /// Its path from the top
    #[arg(value_name = "PATH")]
    path: String,
    /// Do not ask, even if people lose what they may use
    #[arg(long, short)]
    yes: bool,
}

impl Department {
    pub async fn run(self, console: &Console) -> Outcome {
        match self {
            Self::Create(create) => create.run(console).await,
            Self::List => list(console).await,
            Self::Rename(Rename { path, name }) => {
                let department = console.department(&path).await?;
                there(console, Request::DepartmentRename { department, name }).await
            }
            Self::Move(relocate) => relocate.run(console).await,
            Self::Delete(delete) => delete.run(console).await,
        }
    }
}

impl Create {
    async fn run(self, console: &Console) -> Outcome {
        let (parent, name) = match self.path.rsplit_once('/') {
            Some((above, name)) => (Some(console.department(above).await?), name),
            None => (None, self.path.as_str()),
        };
        there(console, Request::DepartmentCreate { name: name.trim().into(), parent }).await
    }
}

impl Move {
    async fn run(self, console: &Console) -> Outcome {
        let department = console.department(&self.path).await?;
        let parent: Option<DepartmentId> = match &self.below {
            Some(path) => Some(console.department(path).await?),
            None => None,
        };
        if !self.yes {
            nobody_loses(console, PeopleChange::DepartmentMoved { department, parent }).await?;
        }
        there(console, Request::DepartmentMove { department, parent }).await
    }
}

impl Delete {
    async fn run(self, console: &Console) -> Outcome {
        let department = console.department(&self.path).await?;
        if !self.yes {
            nobody_loses(console, PeopleChange::DepartmentDeleted { department }).await?;
        }
        console.tell(Request::DepartmentDelete { department }).await?;
        console.screen.show(&Value::Null, |page| page.line(format!("{} is gone.", self.path)))
    }
}

/// Passes if nobody loses what they may use, or if that is agreed to.
pub(super) async fn nobody_loses(console: &Console, change: PeopleChange) -> Outcome {
    let locale = words::locale();
    let changes: Vec<ReachChangeView> = console.ask(Request::PeoplePreview { change, locale }).await?;
    let losses: Vec<String> = changes.iter().filter(|change| !change.loses.is_empty()).map(loss).collect();
    if losses.is_empty() {
        return Ok(());
    }
    if !input::is_interactive() {
        let message = format!("people would lose what they may use: {}", losses.join("; "));
        return Err(Failure::usage(message, "Add `--yes` if you mean it."));
    }
    console.screen.tell(|page| losses.iter().for_each(|loss| page.line(loss)))?;
    if input::confirm("Go on?")? {
        return Ok(());
    }
    Err(Failure::new("declined", "declined; nothing was changed", ""))
}

fn loss(change: &ReachChangeView) -> String {
    let login = |person: &PersonView| person.login.clone();
    let logins: Vec<_> = change.loses.iter().map(login).collect();
    format!("{} ({}): {}", change.name, change.permission.title, logins.join(", "))
}

async fn there(console: &Console, request: Request) -> Outcome {
    let made: DepartmentView = console.ask(request).await?;
    console.screen.show(&made, |page| page.line(format!("{} is there.", made.path.join("/"))))
}

async fn list(console: &Console) -> Outcome {
    let departments: Vec<DepartmentView> = console.ask(Request::DepartmentList).await?;
    console.screen.show(&departments, |page| {
        let rows = departments.iter().map(|department| [department.path.join("/")]).collect();
        page.table(["DEPARTMENT"], rows, "No departments yet.");
    })
}
