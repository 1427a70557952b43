//! The one way from the page to the center: a command's name and arguments become a request, its result an answer.
//! Checks who may ask the shell's own commands; decides nothing else.

use std::sync::Arc;

use center::error::{Code, Error};
use center::request::{Asker, Request, Token};
use center::views::{InitView, SignedInView};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use tauri::ipc::{Invoke, InvokeBody, InvokeError, InvokeResponseBody};
use tauri::{Webview, Wry};

use crate::commands;
use crate::names;
use crate::own::{Initialised, Own};
use crate::session::nobody;
use crate::shell::Shell;

/// The longest arguments and the longest answer, in bytes of JSON: what the control socket carries too.
const LONGEST: usize = 4 * 1024 * 1024;

/// Answers one command of the page; false if it is none of ours.
pub fn dispatch(shell: &Arc<Shell>, invoke: Invoke<Wry>) -> bool {
    let name = invoke.message.command().to_owned();
    if !names::CENTER.contains(&&*name) && !names::SHELL.contains(&&*name) {
        return false;
    }
    let (shell, webview) = (Arc::clone(shell), invoke.message.webview());
    let args = match invoke.message.payload() {
        InvokeBody::Json(payload) => payload.get("args").cloned().unwrap_or_default(),
        InvokeBody::Raw(_) => Value::String("bytes are not arguments".into()),
    };
    invoke.resolver.respond_async_serialized(async move {
        // In a task of its own: one that fails leaves the page with an answer, and the shell running.
        let answered = tokio::spawn(async move { answer(&shell, webview, &name, args).await }).await;
        let answer = answered.unwrap_or_else(|failed| Err(Error::internal(failed)));
        answer.and_then(|answer| encode(&answer)).map_err(InvokeError::from)
    });
    true
}

fn encode(answer: &Value) -> Result<InvokeResponseBody, Error> {
    let text = answer.to_string();
    if text.len() > LONGEST {
        let refused = Error::new(Code::InvalidInput, "the answer is longer than 4 MiB");
        return Err(refused.hint("Ask for less."));
    }
    Ok(InvokeResponseBody::Json(text))
}

async fn answer(shell: &Arc<Shell>, webview: Webview, name: &str, args: Value) -> Result<Value, Error> {
    shell.session.admit(name)?;
    if names::SHELL.contains(&name) {
        let own: Own = parse(name, args)?;
        must_be(shell, own.asker())?;
        return commands::carry_out(shell, &webview, own).await;
    }
    match name {
        "init" => initialise(shell, parse(name, of_window(args))?).await,
        "sign_in" => sign_in(shell, parse(name, of_window(args))?).await,
        _ => ask(shell, parse(name, args)?).await,
    }
}

/// A command's name and arguments as one typed request; `{}` and nothing are the same.
fn parse<T: DeserializeOwned>(name: &str, args: Value) -> Result<T, Error> {
    let mut whole = Map::from_iter([("command".to_owned(), name.into())]);
    if !args.is_null() && args != json!({}) {
        whole.insert("args".into(), args);
    }
    let whole = Value::Object(whole);
    if whole.to_string().len() > LONGEST {
        return Err(Error::new(Code::InvalidInput, "the arguments are longer than 4 MiB"));
    }
    serde_json::from_value(whole).map_err(|_| {
        // What serde says may quote a value, and a value may be a password.
        Error::new(Code::InvalidInput, format!("the arguments of `{name}` are not what it takes"))
    })
}

/// Whatever the page says, a session made here lives in the window.
fn of_window(mut args: Value) -> Value {
    if let Some(args) = args.as_object_mut() {
        args.insert("kind".into(), "window".into());
    }
    args
}

fn must_be(shell: &Shell, asker: Asker) -> Result<(), Error> {
    if asker == Asker::Anybody {
        return Ok(());
    }
    let token = shell.session.token().ok_or_else(nobody)?;
    let session = shell.center().session(&token)?;
    match asker.admits(Some(session.role())) {
        true => Ok(()),
        false => Err(Error::new(Code::NotASuperadmin, "only a super administrator may do this")),
    }
}

/// Asks the center as whoever is signed in.
async fn ask(shell: &Arc<Shell>, request: Request) -> Result<Value, Error> {
    let token = shell.session.token();
    let leaves = matches!(request, Request::SignOut);
    // Who signs out lets go of what they entered; who is locked out by somebody else finds it again.
    let forgets = shell.session.view().filter(|view| leaves && !view.locked);
    let changes = matches!(request, Request::PasswordChange { .. });
    let answer = shell.center().handle(token.as_ref(), request).await;
    if let Some(token) = &token {
        match &answer {
            Ok(_) if leaves => {
                shell.leave(token);
                if let Some(Err(cause)) = forgets.map(|view| shell.drafts.forget(view.account)) {
                    tracing::warn!(%cause, "what was entered is still kept");
                }
            }
            Err(error) if error.code == Code::NotSignedIn => shell.leave(token),
            Ok(_) if changes => shell.session.update(token, |session| session.must_change = false),
            _ => {}
        }
    }
    answer
}

async fn initialise(shell: &Arc<Shell>, request: Request) -> Result<Value, Error> {
    let made: InitView = read(shell.center().handle(None, request).await?)?;
    let session = shell.enter(made.signed_in).await;
    encode_view(&Initialised { recovery_code: made.recovery_code, session })
}

async fn sign_in(shell: &Arc<Shell>, request: Request) -> Result<Value, Error> {
    let signed_in: SignedInView = read(shell.center().handle(None, request).await?)?;
    encode_view(&shell.enter(signed_in).await)
}

/// A view of the center's own.
pub fn read<T: DeserializeOwned>(answer: Value) -> Result<T, Error> {
    Ok(serde_json::from_value(answer)?)
}

/// A view for the page.
pub fn encode_view(view: &impl Serialize) -> Result<Value, Error> {
    Ok(serde_json::to_value(view)?)
}

/// Ends a session that is no longer used; that it had ended already is fine.
pub async fn end(shell: &Shell, token: &Token) {
    if let Err(refused) = shell.center().handle(Some(token), Request::SignOut).await {
        tracing::debug!(%refused, "an old session was not ended");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_may_be_left_out_where_there_are_none_and_nothing_else_passes() {
        for args in [Value::Null, json!({})] {
            assert!(matches!(parse("status", args), Ok(Request::Status)));
        }
        let secret = "a secret 417";
        for (name, args) in [
            ("status", json!({ "more": secret })),
            ("status", json!(secret)),
            ("plugin_list", Value::Null),
            ("plugin_list", json!([secret])),
            ("password_change", json!({ "old": { "x": secret }, "new": 7 })),
            ("account_create", json!({ "login": "a", "name": "b", "role": secret })),
            ("log_tail", json!({ "plugin": "com.example.a", "lines": -1 })),
            ("log_tail", json!({ "plugin": format!("../{secret}"), "lines": 1 })),
            ("dance", Value::Null),
        ] {
            let refused = parse::<Request>(name, args).map(|_| ()).unwrap_err();
            assert_eq!(refused.code, Code::InvalidInput, "{name}");
            assert!(!format!("{refused:?}").contains(secret), "{refused:?}");
        }
    }

    #[test]
    fn too_long_arguments_and_answers_are_refused() {
        let long = "x".repeat(LONGEST);
        let refused = parse::<Request>("plugin_list", json!({ "locale": long })).map(|_| ()).unwrap_err();
        assert_eq!(refused.code, Code::InvalidInput);
        assert_eq!(encode(&json!(long)).unwrap_err().code, Code::InvalidInput);
        assert!(encode(&json!("short")).is_ok());
    }

    #[test]
    fn a_session_made_here_is_the_windows_whatever_the_page_says() {
        let args = json!({ "login": "a", "password": "b", "kind": "command_line" });
        let request: Request = parse("sign_in", of_window(args)).unwrap();
        assert!(matches!(request, Request::SignIn { kind: center::request::SessionKind::Window, .. }));
    }
}
