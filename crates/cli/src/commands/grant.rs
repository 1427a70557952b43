//! `sprocket grant` and `sprocket revoke`: who may use a plugin.

use center::request::Request;
use center::snapshot::Subject;
use center::views::{AccountView, DepartmentView, GrantsView, PermissionView};
use spk::PluginId;

use crate::console::Console;
use crate::failure::Outcome;
use crate::words;

/// Grant a permission of a plugin; without one, list who has what
#[derive(Debug, clap::Args)]
pub struct Give {
    /// The plugin's id
    #[arg(value_name = "PLUGIN")]
    plugin: PluginId,
    /// One of its permissions
    #[arg(value_name = "PERMISSION", requires = "subject")]
    permission: Option<String>,
    #[command(flatten)]
    to: SubjectArgs,
}

/// Take a granted permission back
#[derive(Debug, clap::Args)]
pub struct Take {
    /// The plugin's id
    #[arg(value_name = "PLUGIN")]
    plugin: PluginId,
    /// One of its permissions
    #[arg(value_name = "PERMISSION", requires = "subject")]
    permission: String,
    #[command(flatten)]
    from: SubjectArgs,
}

/// Who is meant.
#[derive(Debug, clap::Args)]
struct SubjectArgs {
    /// One account
    #[arg(long, value_name = "LOGIN", group = "subject")]
    account: Option<String>,
    /// A department, by its path from the top, such as Support/E-mail
    #[arg(long, value_name = "PATH", group = "subject")]
    department: Option<String>,
    /// Also the departments below it
    #[arg(long, requires = "department")]
    below: bool,
    /// Every account, also those added later
    #[arg(long, group = "subject")]
    everyone: bool,
}

impl Give {
    pub async fn run(self, console: &Console) -> Outcome {
        let Some(permission) = self.permission else { return list(console, self.plugin).await };
        let subject = self.to.resolve(console).await?;
        let (plugin, locale) = (self.plugin, words::locale());
        let request = Request::GrantAdd { plugin, permission, subject, locale, revision: None };
        let now: GrantsView = console.ask(request).await?;
        console.screen.show(&now, |page| page.line("Granted."))
    }
}

impl Take {
    pub async fn run(self, console: &Console) -> Outcome {
        let subject = self.from.resolve(console).await?;
        let (plugin, permission, locale) = (self.plugin, self.permission, words::locale());
        let request = Request::GrantRemove { plugin, permission, subject, locale, revision: None };
        let now: GrantsView = console.ask(request).await?;
        console.screen.show(&now, |page| page.line("Taken back."))
    }
}

impl SubjectArgs {
    async fn resolve(&self, console: &Console) -> Outcome<Subject> {
        if let Some(login) = &self.account {
            return Ok(Subject::Account { id: console.account(login).await? });
        }
        if let Some(path) = &self.department {
            return Ok(Subject::Department { id: console.department(path).await?, below: self.below });
        }
        Ok(Subject::Everyone)
    }
}

async fn list(console: &Console, plugin: PluginId) -> Outcome {
    let list: GrantsView = console.ask(Request::GrantList { plugin, locale: words::locale() }).await?;
    let permissions = list.permissions;
    let accounts: Vec<AccountView> = console.ask(Request::AccountList).await?;
    let departments: Vec<DepartmentView> = console.ask(Request::DepartmentList).await?;
    let names = Names { accounts, departments };
    console.screen.show(&permissions, |page| {
        let rows = permissions.iter().map(|permission| names.row(permission)).collect();
        page.table(["PERMISSION", "TITLE", "PEOPLE", "GRANTED TO"], rows, "It has no permissions.");
    })
}

/// Names for the ids in grants.
struct Names {
    accounts: Vec<AccountView>,
    departments: Vec<DepartmentView>,
}

impl Names {
    fn row(&self, permission: &PermissionView) -> [String; 4] {
        let subjects: Vec<_> = permission.grants.iter().map(|grant| self.subject(grant.subject)).collect();
        let who = if subjects.is_empty() { "nobody yet".into() } else { subjects.join("; ") };
        [permission.id.clone(), permission.title.clone(), permission.people.to_string(), who]
    }

    fn subject(&self, subject: Subject) -> String {
        match subject {
            Subject::Everyone => "everyone".into(),
            Subject::Account { id } => {
                let account = self.accounts.iter().find(|account| account.id == id);
                account.map_or_else(|| format!("account {}", id.0), |account| account.login.clone())
            }
            Subject::Department { id, below } => {
                let department = self.departments.iter().find(|department| department.id == id);
                let path = department.map_or_else(|| format!("department {}", id.0), |d| d.path.join("/"));
                if below { format!("{path} and below") } else { path }
            }
        }
    }
}
