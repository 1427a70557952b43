//! `sprocket login`: a session, kept in this user's token file.

use center::request::Request;
use center::views::SignedInView;
use serde_json::json;

use crate::console::Console;
use crate::failure::Outcome;
use crate::input;

/// Sign in; the session serves the commands that follow
#[derive(Debug, clap::Args)]
pub struct Login {
    /// The account's login
    #[arg(value_name = "LOGIN")]
    login: String,
    /// Read the password from the first line of standard input
    #[arg(long)]
    password_stdin: bool,
}

impl Login {
    pub async fn run(self, console: &Console) -> Outcome {
        let password = input::password("Password", self.password_stdin)?;
        let signed_in: SignedInView = console
            .ask(Request::SignIn {
                login: self.login,
                password,
                kind: center::request::SessionKind::CommandLine,
            })
            .await?;
        console.session.write(&signed_in.token)?;
        let view = json!({
            "account": signed_in.account, "login": signed_in.login, "role": signed_in.role,
            "must_change": signed_in.must_change,
        });
        console.screen.show(&view, |page| {
            page.line(format!("You are signed in as {}.", signed_in.login));
            if signed_in.must_change {
                page.line("This password works once: set your own with `sprocket account password`.");
            }
        })
    }
}
