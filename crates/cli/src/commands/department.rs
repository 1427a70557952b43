//! `sprocket department`: the tree that grants can follow.

use center::request::Request;
use center::views::DepartmentView;

use crate::console::Console;
use crate::failure::Outcome;

/// Create and list departments
#[derive(Debug, clap::Subcommand)]
pub enum Department {
    /// Create a department; those above it must be there
    Create(Create),
    /// List the departments
    List,
}

#[derive(Debug, clap::Args)]
pub struct Create {
    /// Its path from the top, such as Support/E-mail
    #[arg(value_name = "PATH")]
    path: String,
}

impl Department {
    pub async fn run(self, console: &Console) -> Outcome {
        match self {
            Self::Create(create) => create.run(console).await,
            Self::List => list(console).await,
        }
    }
}

impl Create {
    async fn run(self, console: &Console) -> Outcome {
        let (parent, name) = match self.path.rsplit_once('/') {
            Some((above, name)) => (Some(console.department(above).await?), name),
            None => (None, self.path.as_str()),
        };
        let request = Request::DepartmentCreate { name: name.trim().into(), parent };
        let made: DepartmentView = console.ask(request).await?;
        console.screen.show(&made, |page| page.line(format!("{} is there.", made.path.join("/"))))
    }
}

async fn list(console: &Console) -> Outcome {
    let departments: Vec<DepartmentView> = console.ask(Request::DepartmentList).await?;
    console.screen.show(&departments, |page| {
        let rows = departments.iter().map(|department| [department.path.join("/")]).collect();
        page.table(["DEPARTMENT"], rows, "No departments yet.");
    })
}
