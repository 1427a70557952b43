//! `sprocket account`: who can sign in.

use center::actor::Role;
use center::request::{PeopleChange, Request};
use center::views::{AccountCreatedView, AccountView, RecoveredView};
use serde_json::Value;

use crate::commands::department::nobody_loses;
use crate::commands::import::Import;
use crate::console::Console;
use crate::failure::Outcome;
use crate::input;
use crate::screen::{Page, Tone};

/// Create, list and change accounts; set your own password
#[derive(Debug, clap::Subcommand)]
pub enum Account {
    /// Create an account with a one-time password
    Create(Create),
    /// Create the accounts of a table, each with a one-time password
    Import(Import),
    /// List the accounts
    List,
    /// Change your own password
    Password(Password),
    /// Let an account sign in again
    Enable(Named),
    /// Keep an account from signing in; its sessions end
    Disable(Agreed),
    /// Delete an account: its sessions end and its grants go; what it did stays on record under its name
    Delete(Agreed),
    /// Set what an account may do in the center
    Role(SetRole),
    /// Give an account's person another name
    Rename(Rename),
    /// Give an account a new one-time password; its sessions end
    Reset(Named),
    /// Set a new password with the recovery code of a super administrator
    Recover(Recover),
    /// Make a new recovery code for yourself, a super administrator; the old one no longer works
    RecoveryCode(Shown),
    /// Set the departments that an account is in
    Departments(SetDepartments),
}

#[derive(Debug, clap::Args)]
pub struct Named {
    /// The account
    #[arg(value_name = "LOGIN")]
    login: String,
}

#[derive(Debug, clap::Args)]
pub struct Agreed {
    /// The account
    #[arg(value_name = "LOGIN")]
    login: String,
    /// Do not ask, even if the person loses what they may use
    #[arg(long, short)]
    yes: bool,
}

#[derive(Debug, clap::Args)]
pub struct Create {
    /// What the person signs in with
    #[arg(value_name = "LOGIN")]
    login: String,
    /// The person's name; by default the login
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// May manage the center
    #[arg(long)]
    superadmin: bool,
    /// A department by its path from the top; may be given several times
    #[arg(long, value_name = "PATH")]
    department: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub struct Password {
    /// Read the old and the new password from the first two lines of standard input
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Debug, clap::Args)]
pub struct Shown {
    /// Read your password from the first line of standard input
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Debug, clap::Args)]
pub struct SetRole {
    /// The account
    #[arg(value_name = "LOGIN")]
    login: String,
    /// What it may do
    #[arg(value_name = "ROLE", value_parser = role)]
    role: Role,
}

#[derive(Debug, clap::Args)]
pub struct SetDepartments {
    /// The account
    #[arg(value_name = "LOGIN")]
    login: String,
    /// All its departments, by their paths from the top; none takes it out of all
    #[arg(value_name = "PATH")]
    departments: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub struct Rename {
    /// The account
    #[arg(value_name = "LOGIN")]
    login: String,
    /// The person's new name
    #[arg(value_name = "NAME")]
    name: String,
}

#[derive(Debug, clap::Args)]
pub struct Recover {
    /// The super administrator's login
    #[arg(value_name = "LOGIN")]
    login: String,
    /// Read the recovery code and the new password from the first two lines of standard input
    #[arg(long)]
    password_stdin: bool,
}

fn role(text: &str) -> Result<Role, String> {
    match text {
        "superadmin" => Ok(Role::Superadmin),
        "account" => Ok(Role::Account),
        _ => Err("it is `superadmin` or `account`".into()),
    }
}

impl Account {
    pub async fn run(self, console: &Console) -> Outcome {
        match self {
            Self::Create(create) => create.run(console).await,
            Self::Import(import) => import.run(console).await,
            Self::List => list(console).await,
            Self::Password(password) => password.run(console).await,
            Self::Enable(named) => enable(console, &named.login).await,
            Self::Disable(agreed) => agreed.disable(console).await,
            Self::Delete(agreed) => agreed.delete(console).await,
            Self::Role(SetRole { login, role }) => {
                let account = console.account(&login).await?;
                changed(console, Request::AccountRole { account, role, revision: None }).await
            }
            Self::Rename(Rename { login, name }) => {
                let account = console.account(&login).await?;
                changed(console, Request::AccountRename { account, name, revision: None }).await
            }
            Self::Reset(named) => reset(console, &named.login).await,
            Self::Recover(recover) => recover.run(console).await,
            Self::RecoveryCode(shown) => shown.run(console).await,
            Self::Departments(SetDepartments { login, departments }) => {
                let account = console.account(&login).await?;
                let departments = console.departments(&departments).await?;
                changed(console, Request::AccountDepartments { account, departments, revision: None }).await
            }
        }
    }
}

impl Create {
    async fn run(self, console: &Console) -> Outcome {
        let departments = console.departments(&self.department).await?;
        let role = if self.superadmin { Role::Superadmin } else { Role::Account };
        let (login, name) = (self.login.clone(), self.name.unwrap_or_else(|| self.login.clone()));
        let made: AccountCreatedView = console.ask(Request::AccountCreate { login, name, role }).await?;
        if !departments.is_empty() {
            console
                .tell(Request::AccountDepartments { account: made.id, departments, revision: None })
                .await?;
        }
        hand_over(console, &self.login, &made)
    }
}

impl Recover {
    async fn run(self, console: &Console) -> Outcome {
        let code = input::password("Recovery code", self.password_stdin)?;
        let new = input::new_password("New password", self.password_stdin)?;
        let request = Request::AccountRecover { login: self.login, code, new };
        let back: RecoveredView = console.ask(request).await?;
        console.screen.show(&back, |page| {
            page.line(format!("{} has a new password; its sessions have ended.", back.login));
            new_code(page, &back);
        })
    }
}

impl Shown {
    async fn run(self, console: &Console) -> Outcome {
        let password = input::password("Password", self.password_stdin)?;
        let made: RecoveredView = console.ask(Request::RecoveryCodeMake { password }).await?;
        console.screen.show(&made, |page| new_code(page, &made))
    }
}

fn new_code(page: &mut Page, made: &RecoveredView) {
    page.toned(Tone::Heading, &format!("New recovery code: {}", made.recovery_code));
    page.line("Print it and keep it in a safe place; the old one no longer works.");
}

fn hand_over(console: &Console, login: &str, made: &AccountCreatedView) -> Outcome {
    console.screen.show(made, |page| {
        page.line(format!("{login} can sign in once with: {}", made.one_time_password));
        page.line("Hand it over in person; it is not shown again.");
    })
}

async fn reset(console: &Console, login: &str) -> Outcome {
    let account = console.account(login).await?;
    let made: AccountCreatedView = console.ask(Request::AccountReset { account }).await?;
    hand_over(console, login, &made)
}

impl Password {
    async fn run(self, console: &Console) -> Outcome {
        let old = input::password("Old password", self.password_stdin)?;
        let new = input::new_password("New password", self.password_stdin)?;
        changed(console, Request::PasswordChange { old, new }).await
    }
}

async fn enable(console: &Console, login: &str) -> Outcome {
    let account = console.account(login).await?;
    changed(console, Request::AccountEnable { account, enabled: true, revision: None }).await
}

impl Agreed {
    async fn disable(self, console: &Console) -> Outcome {
        let account = console.account(&self.login).await?;
        if !self.yes {
            nobody_loses(console, PeopleChange::AccountEnabled { account, enabled: false }).await?;
        }
        changed(console, Request::AccountEnable { account, enabled: false, revision: None }).await
    }

    async fn delete(self, console: &Console) -> Outcome {
        let account = console.account(&self.login).await?;
        if !self.yes {
            nobody_loses(console, PeopleChange::AccountDeleted { account }).await?;
        }
        console.tell(Request::AccountDelete { account, revision: None }).await?;
        console.screen.show(&Value::Null, |page| page.line(format!("{} is gone.", self.login)))
    }
}

async fn changed(console: &Console, request: Request) -> Outcome {
    console.tell(request).await?;
    console.screen.show(&Value::Null, |page| page.line("Changed."))
}

async fn list(console: &Console) -> Outcome {
    let accounts: Vec<AccountView> = console.ask(Request::AccountList).await?;
    console.screen.show(&accounts, |page| {
        let rows = accounts.iter().map(row).collect();
        page.table(["LOGIN", "NAME", "ROLE", "DEPARTMENTS", ""], rows, "No accounts yet.");
    })
}

fn row(account: &AccountView) -> [String; 5] {
    let role = match account.role {
        Role::Superadmin => "super administrator",
        Role::Account => "account",
    };
    let departments: Vec<_> =
        account.departments.iter().map(|department| department.path.join("/")).collect();
    let disabled = if account.enabled { "" } else { "disabled" };
    [account.login.clone(), account.name.clone(), role.into(), departments.join(", "), disabled.into()]
}
