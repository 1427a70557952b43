//! The center's events on their way to the page. Who manages is told each, who uses plugins only that something changed,
//! and a locked window, or one with nobody signed in, nothing.

use std::sync::Arc;
use std::time::{Duration, Instant};

use center::actor::Role;
use center::events::{Event, Listener, Stamped};
use tauri::{AppHandle, Emitter};

use crate::shell::Shell;
use crate::window;

/// The event that carries a [`Stamped`] to the page.
const CENTER: &str = "center";
/// How long the role of a session is believed while events come.
const BELIEVED: Duration = Duration::from_secs(1);

/// Forwards what is listened to, until that center ends.
pub async fn forward(mut listener: Listener, shell: Arc<Shell>, app: AppHandle) {
    let mut audience = Audience::default();
    while let Some(stamped) = listener.next().await {
        let role = audience.role(&shell);
        let told = match stamped.event {
            Event::RaiseRequested { ref files } => {
                raise(&shell, &app, role, files.clone()).then_some(stamped)
            }
            _ => for_role(role, stamped),
        };
        if let Some(told) = told {
            tell(&app, &told);
        }
    }
}

/// Brings the window to the front. Whether the page is told of the files now; else they are kept for it.
fn raise(shell: &Shell, app: &AppHandle, role: Option<Role>, files: Vec<std::path::PathBuf>) -> bool {
    window::raise(app);
    if role.is_none() {
        shell.put_files(files);
    }
    role.is_some()
}

fn for_role(role: Option<Role>, stamped: Stamped) -> Option<Stamped> {
    match role? {
        Role::Superadmin => Some(stamped),
        Role::Account if concerns_everybody(&stamped.event) => {
            Some(Stamped { at: stamped.at, event: Event::Lagged })
        }
        Role::Account => None,
    }
}

/// Whether what an ordinary account sees of plugins may be another after it.
fn concerns_everybody(event: &Event) -> bool {
    !matches!(
        event,
        Event::SettingsChanged { .. }
            | Event::PublishersChanged
            | Event::AttentionChanged
            | Event::FolderChanged { .. }
            | Event::PluginPublished { .. }
    )
}

fn tell(app: &AppHandle, stamped: &Stamped) {
    if let Err(cause) = app.emit_to(window::MAIN, CENTER, stamped) {
        tracing::warn!(%cause, "the page was not told about an event");
    }
}

/// Who sits at the window; looked up again when the session or a second has changed.
#[derive(Default)]
struct Audience(Option<(center::request::Token, Instant, Role)>);

impl Audience {
    fn role(&mut self, shell: &Shell) -> Option<Role> {
        let token = shell.session.open_token()?;
        match &self.0 {
            Some((known, at, role)) if *known == token && at.elapsed() < BELIEVED => return Some(*role),
            _ => {}
        }
        let role = match shell.center().session(&token) {
            Ok(session) => session.role(),
            Err(error) => {
                if error.code == center::error::Code::NotSignedIn {
                    shell.leave(&token);
                }
                self.0 = None;
                return None;
            }
        };
        self.0 = Some((token, Instant::now(), role));
        Some(role)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ordinary_account_learns_that_something_changed_and_never_what() {
        let plugin = || "com.example.a".parse().unwrap();
        let told = |role, event| for_role(role, Stamped { at: 7, event }).map(|stamped| stamped.event);
        let started = Event::PluginStarted { plugin: plugin() };
        assert_eq!(told(Some(Role::Superadmin), started.clone()), Some(started.clone()));
        assert_eq!(told(Some(Role::Account), started.clone()), Some(Event::Lagged));
        assert_eq!(told(None, started), None);
        let file = Event::FolderChanged { file: "x.spk".into(), state: "waiting".into() };
        assert_eq!(told(Some(Role::Account), file), None);
        let payload = serde_json::json!("private");
        let published = Event::PluginPublished { plugin: plugin(), event: "e".into(), payload };
        assert_eq!(told(Some(Role::Account), published), None);
    }
}
