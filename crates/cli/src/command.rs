//! The command line's shape, and which way each command goes: alone, with a center, or as one.

use std::path::PathBuf;

use center::paths::Home;
use clap::{Parser, Subcommand};

use crate::commands::{
    account, approve, attention, audit, backup, call, config, department, doctor, events, folder, grant,
    init, inspect, install, kept, keygen, license, list, login, logout, logs, mine, pack, publisher,
    recipient, rekey, serve, session, show, sign, status, switch, uninstall, verify, versions, why,
};
use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::screen::Screen;

/// Sprocket: signed plugins, each in a sandbox of its own.
#[derive(Debug, Parser)]
#[command(name = "sprocket", version, arg_required_else_help = true)]
pub struct CommandLine {
    /// The center's home folder, instead of $SPROCKET_HOME
    #[arg(long, global = true, value_name = "DIR")]
    home: Option<PathBuf>,
    /// Answer in JSON: one document, or one line per event
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Keygen(keygen::Keygen),
    Pack(pack::Pack),
    Sign(sign::Sign),
    Verify(verify::Verify),
    Inspect(inspect::Inspect),
    Init(init::Init),
    Login(login::Login),
    Logout(logout::Logout),
    Serve(serve::Serve),
    Status(status::Status),
    List(list::List),
    Show(show::Show),
    Install(install::Install),
    Approve(approve::Approve),
    #[command(subcommand)]
    License(license::License),
    #[command(subcommand)]
    Publisher(publisher::Publisher),
    Recipient(recipient::Show),
    #[command(subcommand)]
    Config(config::Config),
    Grant(grant::Give),
    Revoke(grant::Take),
    Why(why::Why),
    Mine(mine::Mine),
    On(switch::On),
    Off(switch::Off),
    Call(call::Call),
    Logs(logs::Logs),
    Events(events::Events),
    Uninstall(uninstall::Uninstall),
    #[command(subcommand)]
    Kept(kept::Kept),
    #[command(subcommand)]
    Versions(versions::Versions),
    #[command(subcommand)]
    Account(account::Account),
    #[command(subcommand)]
    Session(session::Session),
    #[command(subcommand)]
    Department(department::Department),
    Folder(folder::Folder),
    Attention(attention::Attention),
    Audit(audit::Audit),
    Doctor(doctor::Doctor),
    Backup(backup::Backup),
    Restore(backup::Restore),
    Rekey(rekey::Rekey),
}

impl CommandLine {
    /// Carries it out.
    pub async fn run(self) -> Outcome {
        let screen = Screen::new(self.json);
        match self.command {
            Command::Keygen(command) => command.run(screen),
            Command::Pack(command) => command.run(screen),
            Command::Sign(command) => command.run(screen),
            Command::Verify(command) => command.run(screen),
            Command::Inspect(command) => command.run(screen),
            Command::License(command) if command.is_of_a_publisher() => command.make(screen),
            Command::Restore(command) => command.run(screen, &find_home(self.home)?),
            Command::Serve(command) => command.run(screen, find_home(self.home)?).await,
            command => {
                let home = find_home(self.home)?;
                if !matches!(command, Command::Init(_)) {
                    must_exist(&home)?;
                }
                let mut console = Console::open(screen, home).await?;
                let outcome = command.ask(&mut console).await;
                console.close().await;
                outcome
            }
        }
    }
}

impl Command {
    async fn ask(self, console: &mut Console) -> Outcome {
        match self {
            Self::Init(command) => command.run(console).await,
            Self::Login(command) => command.run(console).await,
            Self::Logout(command) => command.run(console).await,
            Self::Status(command) => command.run(console).await,
            Self::List(command) => command.run(console).await,
            Self::Show(command) => command.run(console).await,
            Self::Install(command) => command.run(console).await,
            Self::Approve(command) => command.run(console).await,
            Self::License(command) => command.run(console).await,
            Self::Publisher(command) => command.run(console).await,
            Self::Recipient(command) => command.run(console).await,
            Self::Config(command) => command.run(console).await,
            Self::Grant(command) => command.run(console).await,
            Self::Revoke(command) => command.run(console).await,
            Self::Why(command) => command.run(console).await,
            Self::Mine(command) => command.run(console).await,
            Self::On(command) => command.run(console).await,
            Self::Off(command) => command.run(console).await,
            Self::Call(command) => command.run(console).await,
            Self::Logs(command) => command.run(console).await,
            Self::Events(command) => command.run(console).await,
            Self::Uninstall(command) => command.run(console).await,
            Self::Kept(command) => command.run(console).await,
            Self::Versions(command) => command.run(console).await,
            Self::Account(command) => command.run(console).await,
            Self::Session(command) => command.run(console).await,
            Self::Department(command) => command.run(console).await,
            Self::Folder(command) => command.run(console).await,
            Self::Attention(command) => command.run(console).await,
            Self::Audit(command) => command.run(console).await,
            Self::Doctor(command) => command.run(console).await,
            Self::Backup(command) => command.run(console).await,
            Self::Rekey(command) => command.run(console).await,
            Self::Keygen(_)
            | Self::Pack(_)
            | Self::Sign(_)
            | Self::Verify(_)
            | Self::Inspect(_)
            | Self::Restore(_)
            | Self::Serve(_) => {
                unreachable!("these were carried out without a center")
            }
        }
    }
}

fn find_home(given: Option<PathBuf>) -> Outcome<Home> {
    let given = given.or_else(|| std::env::var_os("SPROCKET_HOME").map(PathBuf::from));
    if given.as_ref().is_some_and(|path| path.as_os_str().is_empty()) {
        return Err(Failure::usage(
            "the home is named by an empty text",
            "Name a folder with `--home` or $SPROCKET_HOME, or unset $SPROCKET_HOME for the usual one.",
        ));
    }
    Ok(given.map_or_else(Home::find, |path| Ok(Home::at(path)))?)
}

/// A mistyped home is not brought into being by looking at it.
fn must_exist(home: &Home) -> Outcome {
    match home.database().try_exists() {
        Ok(true) => return Ok(()),
        Ok(false) => {}
        Err(cause) => {
            let message = format!("cannot look into `{}`: {cause}", home.root().display());
            let hint = "A home belongs to one user: use your own with `--home`, or run this as its owner.";
            return Err(Failure::new("home_unavailable", message, hint));
        }
    }
    let message = format!("no center lives in `{}` yet", home.root().display());
    Err(Failure::new(
        "not_initialised",
        message,
        "Run `sprocket init` first, or check `--home` and $SPROCKET_HOME.",
    ))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn every_command_says_what_it_does() {
        for command in CommandLine::command().get_subcommands() {
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            assert!(about.len() > 10, "`{}` has no description", command.get_name());
        }
    }

    #[test]
    fn no_argument_takes_a_password_or_a_secret() {
        fn arguments(command: &clap::Command, found: &mut Vec<(String, bool)>) {
            found.extend(
                command.get_arguments().map(|a| (a.get_id().to_string(), a.get_action().takes_values())),
            );
            command.get_subcommands().for_each(|sub| arguments(sub, found));
        }
        let mut found = Vec::new();
        arguments(&CommandLine::command(), &mut found);
        assert!(found.len() > 50);
        let hidden = |name: &str| name.contains("password") || name.contains("passphrase");
        assert!(found.iter().any(|(name, _)| hidden(name)));
        assert!(found.iter().all(|(name, takes_value)| !(hidden(name) && *takes_value)));
    }
}
