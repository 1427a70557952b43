//! The real window, on a screen of its own: what its commands give to whom, how it starts, hides, locks and ends.

mod accessible;
mod acts;
mod appearance;
mod autostart;
mod backup;
mod badges;
mod batch;
mod commands;
#[path = "../e2e/desktop_session.rs"]
mod desktop_session;
mod dialogs;
mod drafts;
mod drops;
#[path = "../e2e/fixtures.rs"]
#[allow(dead_code, reason = "only some packages are needed here")]
mod fixtures;
mod forged;
mod full_disk;
mod hands;
#[allow(dead_code, reason = "a tour uses the rest")]
mod harness;
mod keyring;
mod licenses;
mod lock;
mod main_job;
mod month;
mod people;
mod refusals;
mod restore;
#[path = "../sample/mod.rs"]
mod sample;
mod starts;
mod streams;
mod together;
mod trail;
mod trust;
mod versions;
#[path = "../tour/words.rs"]
mod words;

use std::path::Path;

use center::request::{Password, Request};
use center::views::AccountCreatedView;
use serde_json::{Value, json};

use crate::harness::observer::Observer;
use crate::harness::wait;
use crate::harness::window::Window;

/// The password of every account here.
const PASSWORD: &str = "violet kettle 417";

/// Creates the first superadmin `root` through the page's own way, which signs in.
async fn initialise(window: &Window) {
    let args = json!({ "login": "root", "name": "Li Na", "password": PASSWORD });
    let made = window.invoke("init", args).await.expect("a new home");
    assert_eq!(made["session"]["login"], "root", "{made}");
}

/// Creates an ordinary account with [`PASSWORD`], from beside the window.
async fn create_account(home: &Path, login: &str) {
    let root = Observer::sign_in(home, "root", PASSWORD).await;
    let (login, role) = (login.to_owned(), center::actor::Role::Account);
    let create = Request::AccountCreate { login: login.clone(), name: login.clone(), role };
    let created: AccountCreatedView = root.get(create).await;
    let person = Observer::sign_in(home, &login, &created.one_time_password).await;
    let (old, new) = (Password(created.one_time_password), Password(PASSWORD.into()));
    let _: Value = person.get(Request::PasswordChange { old, new }).await;
}

/// Calls a command of a plugin as the superadmin, from beside the window.
async fn call_from_beside(home: &Path, plugin: &str, args: Value) {
    let root = Observer::sign_in(home, "root", PASSWORD).await;
    let plugin = plugin.parse().expect("a good id");
    let _: Value = root.get(Request::PluginCall { plugin, call: "do".into(), args }).await;
}

async fn sign_in(window: &Window, login: &str) -> Value {
    let args = json!({ "login": login, "password": PASSWORD });
    window.invoke("sign_in", args).await.expect("the right password")
}

fn code(refused: Result<Value, Value>) -> String {
    let error = refused.expect_err("it is refused");
    error["code"].as_str().unwrap_or_else(|| panic!("no code in {error}")).to_owned()
}
