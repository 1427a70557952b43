//! `sprocket init`: the first super administrator.

use center::request::Request;
use center::views::InitView;
use serde_json::json;

use crate::console::Console;
use crate::failure::Outcome;
use crate::input;
use crate::screen::Tone;

/// Prepare the home and create the first super administrator
#[derive(Debug, clap::Args)]
pub struct Init {
    /// What the super administrator signs in with
    #[arg(long, value_name = "LOGIN")]
    login: String,
    /// The person's name; by default the login
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Read the password from the first line of standard input
    #[arg(long)]
    password_stdin: bool,
}

impl Init {
    pub async fn run(self, console: &Console) -> Outcome {
        let password = input::new_password("Password for the super administrator", self.password_stdin)?;
        let name = self.name.unwrap_or_else(|| self.login.clone());
        let made: InitView = console
            .ask(Request::Init {
                login: self.login,
                name,
                password,
                kind: center::request::SessionKind::CommandLine,
            })
            .await?;
        console.session.write(&made.signed_in.token)?;
        let signed_in = &made.signed_in;
        let view = json!({
            "recovery_code": made.recovery_code, "account": signed_in.account, "login": signed_in.login,
            "role": signed_in.role, "home": console.home.root(),
        });
        console.screen.show(&view, |page| {
            page.line(format!("The center in {} is ready.", console.home.root().display()));
            page.line(format!("You are signed in as {}, super administrator.", signed_in.login));
            page.toned(Tone::Heading, &format!("Recovery code: {}", made.recovery_code));
            page.line("Print it and keep it in a safe place; it is not shown again.");
        })
    }
}
