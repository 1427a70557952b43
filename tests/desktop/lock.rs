//! A locked window: nothing is answered and nothing is told until the same person's password comes.

use serde_json::{Value, json};

use crate::harness::observer::Observer;
use crate::harness::window::Window;
use crate::{PASSWORD, code, create_account, initialise, sign_in};

async fn locked() -> (tempfile::TempDir, Window) {
    let home = tempfile::tempdir().expect("a folder");
    let window = Window::over(home.path()).open().await;
    initialise(&window).await;
    window.invoke("lock", json!({})).await.expect("a session to lock");
    (home, window)
}

#[tokio::test]
async fn a_locked_window_answers_nothing_until_the_password_comes() {
    let (_home, window) = locked().await;
    for (name, args) in [
        ("status", json!({})),
        ("me", json!({})),
        ("plugin_list", json!({ "locale": "en" })),
        ("sign_in", json!({ "login": "root", "password": PASSWORD })),
        ("preferences_set", json!({ "locale": null, "theme": "dark", "lock_minutes": 480 })),
        ("quit", json!({ "stop": true })),
        ("lock", json!({})),
    ] {
        assert_eq!(code(window.invoke(name, args).await), "locked", "{name}");
    }
    window.reload().await;
    assert_eq!(window.invoke("session_get", json!({})).await.unwrap()["locked"], json!(true));
    assert_eq!(code(window.invoke("unlock", json!({ "password": "wrong" })).await), "wrong_credentials");
    assert_eq!(code(window.invoke("me", json!({})).await), "locked");
    let unlocked = window.invoke("unlock", json!({ "password": PASSWORD })).await.unwrap();
    assert_eq!((&unlocked["login"], &unlocked["locked"]), (&json!("root"), &json!(false)));
    assert!(window.invoke("plugin_list", json!({ "locale": "en" })).await.is_ok());
    window.end().await;
}

#[tokio::test]
async fn guessing_at_a_locked_window_is_slowed_down_by_the_center() {
    let (_home, window) = locked().await;
    let mut codes = Vec::new();
    for _ in 0..7 {
        codes.push(code(window.invoke("unlock", json!({ "password": "wrong" })).await));
    }
    assert_eq!(codes.last().unwrap(), "throttled", "{codes:?}");
    window.end().await;
}

#[tokio::test]
async fn nothing_that_happens_is_told_to_a_locked_window_or_to_nobody() {
    let (home, window) = locked().await;
    let told = async || window.heard().await.iter().filter(|text| text.contains("people_changed")).count();
    let change = async |login: &str| create_account(home.path(), login).await;
    change("first").await;
    window.invoke("sign_out", json!({})).await.unwrap();
    change("second").await;
    sign_in(&window, "root").await;
    assert_eq!(told().await, 0);
    change("third").await;
    window.until("the event to be told", async || told().await > 0).await;
    window.end().await;
}

#[tokio::test]
async fn an_ordinary_account_is_told_only_that_something_changed() {
    let home = tempfile::tempdir().unwrap();
    let window = Window::over(home.path()).open().await;
    initialise(&window).await;
    create_account(home.path(), "wang").await;
    sign_in(&window, "wang").await;
    window.reload().await;
    let root = Observer::sign_in(home.path(), "root", PASSWORD).await;
    let parent = None;
    let _: Value =
        root.get(center::request::Request::DepartmentCreate { name: "Secret".into(), parent }).await;
    window
        .until("to be told", async || window.heard().await.iter().any(|text| text.contains("lagged")))
        .await;
    let heard = window.heard().await.join("\n");
    assert!(!heard.contains("people_changed") && !heard.contains("Secret"), "{heard}");
    window.end().await;
}
