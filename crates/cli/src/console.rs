//! What a command works with: the person's screen and session, and the center of one home.

use center::actor::{AccountId, DepartmentId};
use center::control::Stream;
use center::paths::Home;
use center::request::{Request, Token};
use center::suggest;
use center::views::{AccountView, DepartmentView};
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::connection::Connection;
use crate::failure::{Failure, Outcome};
use crate::screen::Screen;
use crate::token::TokenFile;

/// One command's surroundings.
pub struct Console {
    /// Where it speaks.
    pub screen: Screen,
    /// Whose center it is about.
    pub home: Home,
    /// Where its session is kept.
    pub session: TokenFile,
    connection: Connection,
    token: Option<Token>,
}

impl Console {
    /// Reaches the center of `home` with the session that is kept for it.
    pub async fn open(screen: Screen, home: Home) -> Outcome<Self> {
        let session = TokenFile::of(&home);
        let token = session.read();
        let connection = Connection::open(&home).await?;
        Ok(Self { screen, home, session, connection, token })
    }

    /// Asks the center; the answer is a view.
    pub async fn ask<T: DeserializeOwned>(&self, request: Request) -> Outcome<T> {
        let value = self.connection.ask(self.token.as_ref(), request).await?;
        serde_json::from_value(value).map_err(|cause| {
            let hint = "Use the command line of the version that runs.";
            Failure::new("internal", format!("the center's answer is not understood: {cause}"), hint)
        })
    }

    /// Tells the center to do something that answers nothing.
    pub async fn tell(&self, request: Request) -> Outcome {
        self.connection.ask(self.token.as_ref(), request).await.map(|_| ())
    }

    /// Listens.
    pub async fn stream(&self, request: Request) -> Outcome<Stream> {
        self.connection.stream(self.token.as_ref(), request).await
    }

    /// Refuses what only a running center can do.
    pub fn must_be_running(&self) -> Outcome {
        self.connection.must_be_running()
    }

    /// Ends the command's hold on the home.
    pub async fn close(self) {
        self.connection.close().await;
    }

    /// The account that signs in as `login`.
    pub async fn account(&self, login: &str) -> Outcome<AccountId> {
        let accounts: Vec<AccountView> = self.ask(Request::AccountList).await?;
        let found = accounts.iter().find(|account| account.login.eq_ignore_ascii_case(login));
        found.map(|account| account.id).ok_or_else(|| {
            let missing =
                not_found(&format!("no account signs in as `{login}`"), "Look at `sprocket account list`.");
            suggested(missing, login, accounts.iter().map(|account| account.login.as_str()))
        })
    }

    /// The department at a path from the top, such as `Support/E-mail`.
    pub async fn department(&self, path: &str) -> Outcome<DepartmentId> {
        let departments: Vec<DepartmentView> = self.ask(Request::DepartmentList).await?;
        let names: Vec<&str> = path.split('/').map(str::trim).collect();
        let mut found = departments.iter().filter(|department| department.path == names);
        match (found.next(), found.next()) {
            (Some(one), None) => Ok(one.id),
            (Some(_), Some(_)) => Err(Failure::usage(
                format!("there are several departments at `{path}`"),
                "Rename one of them.",
            )),
            _ => {
                let missing = not_found(
                    &format!("no department is at `{path}`"),
                    "Look at `sprocket department list`.",
                );
                let paths: Vec<String> = departments.iter().map(|there| there.path.join("/")).collect();
                Err(suggested(missing, path, paths.iter().map(String::as_str)))
            }
        }
    }

    /// Several departments by their paths.
    pub async fn departments(&self, paths: &[String]) -> Outcome<Vec<DepartmentId>> {
        let mut departments = Vec::new();
        for path in paths {
            departments.push(self.department(path).await?);
        }
        Ok(departments)
    }
}

/// The failure with what was probably meant.
pub fn suggested<'a>(missing: Failure, word: &str, known: impl IntoIterator<Item = &'a str>) -> Failure {
    let near = suggest::near(word, known);
    match suggest::question(&near) {
        Some(question) => missing.hint(question).details(json!({ "suggestions": near })),
        None => missing,
    }
}

fn not_found(message: &str, hint: &str) -> Failure {
    Failure::new("not_found", message, hint)
}
