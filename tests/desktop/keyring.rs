//! Stored passwords in the window's settings, before a real keyring in a desktop session of the test's own: where their key
//! is, moving and changing it, waiting for a locked keyring, and beginning anew after the keyring lost it.

use std::fs;
use std::path::Path;

use center::audit::Filter;
use center::request::Request;
use center::secrets::KeyPlace;
use center::views::SecretsKeyView;
use serde_json::{Value, json};

use crate::PASSWORD;
use crate::desktop_session::DesktopSession;
use crate::fixtures::{Package, Publisher};
use crate::hands::{self, CHINESE, ENGLISH, Hands, Language};
use crate::harness::observer::Observer;
use crate::harness::page::By;
use crate::harness::window::{Opening, Window};

const PLUGIN: &str = "com.example.keeper";
const SECRET: &str = "Wasserkocher-7316";

fn in_session(session: &DesktopSession, home: &Path) -> Opening {
    Window::over(home).env("DBUS_SESSION_BUS_ADDRESS", &session.address())
}

/// Before a list with one plugin that runs, and whose password was set.
async fn begin(session: &DesktopSession, home: &Path, language: Language) -> Hands {
    let hands = Hands::begin_in(in_session(session, home), language).await;
    let (root, publisher) = (hands::root(home).await, Publisher::new("Example Ltd"));
    hands::trust(&root, &publisher, "com.example.*").await;
    let secret = json!({ "secret": { "type": "string", "format": "password", "title": "Secret" } });
    let package = Package::rogue(PLUGIN).config(&["secret"], secret);
    let plugin = hands::install(&root, &package.pack(&publisher, &home.join("outbox"))).await;
    hands.window.keeps_secret(SECRET);
    let values = json!({ "secret": { "$set": SECRET } });
    let set = Request::ConfigSet { plugin: plugin.clone(), values, revision: None, turn_off: false };
    let _: Value = root.get(set).await;
    let _: Value = root.get(Request::PluginSwitch { plugin, on: true, revision: None }).await;
    has_badge(&hands, "running").await;
    hands
}

/// Opens the window anew and signs in.
async fn again(session: &DesktopSession, home: &Path, language: Language) -> Hands {
    let hands = Hands::open(in_session(session, home), language).await;
    hands.sign_in("root", PASSWORD).await;
    hands
}

async fn has_badge(hands: &Hands, state: &str) {
    let css = format!("[data-testid='plugin-{PLUGIN}'] [data-testid=state][data-state={state}]");
    let words = hands.say(&format!("state.{state}.badge"));
    hands
        .window
        .until(&format!("the badge `{words}`"), async || hands.shown(&css).await.trim() == words)
        .await;
}

/// Waits until an element says this, whatever else it says.
async fn says(hands: &Hands, id: &str, text: &str) {
    let css = format!("[data-testid={id}]");
    let what = format!("`{id}` to say `{text}`");
    hands.window.until(&what, async || hands.shown(&css).await.contains(text)).await;
}

async fn is_kept_in(hands: &Hands, session: &DesktopSession, place: KeyPlace) {
    let (name, keys) = if place == KeyPlace::Keyring { ("keyring", 1) } else { ("file", 0) };
    says(hands, "key-place", &hands.say(&format!("preferences.secrets.place.{name}"))).await;
    says(hands, "key-place", &hands.say_one("preferences.secrets.count")).await;
    let view: SecretsKeyView = hands::root(hands.window.home()).await.get(Request::SecretsKey).await;
    assert_eq!((view.place, view.secrets, session.keys()), (place, 1, keys));
}

/// How many times the key was moved or changed, as the trail has it.
async fn changes_of_keys(root: &Observer) -> usize {
    let rows: Vec<Value> = root.get(Request::AuditList { last: 50, filter: Filter::default() }).await;
    rows.iter().filter(|row| row["action"] == "secrets_rekeyed").count()
}

async fn a_key_is_moved_and_changed(language: Language) {
    let (session, home) = (DesktopSession::new(), tempfile::tempdir().expect("a folder"));
    let hands = begin(&session, home.path(), language).await;
    hands.click_on("link", "frame.nav.settings").await;
    is_kept_in(&hands, &session, KeyPlace::Keyring).await;
    let done = hands.say_one("preferences.secrets.done");
    let root = hands::root(home.path()).await;
    let acts = [("to.file", KeyPlace::File), ("to.keyring", KeyPlace::Keyring), ("renew", KeyPlace::Keyring)];
    for (number, (act, place)) in (1..).zip(acts) {
        hands.click_on("button", &format!("preferences.secrets.{act}")).await;
        hands.window.until("another key", async || changes_of_keys(&root).await == number).await;
        says(&hands, "rekeyed", &done).await;
        is_kept_in(&hands, &session, place).await;
    }
    hands.click_on("link", "frame.nav.plugins").await;
    has_badge(&hands, "running").await;
    hands.end().await;
}

async fn a_locked_and_a_lost_keyring_are_told(language: Language) {
    let (mut session, home) = (DesktopSession::new(), tempfile::tempdir().expect("a folder"));
    begin(&session, home.path(), language).await.end().await;

    session.lock();
    let hands = again(&session, home.path(), language).await;
    has_badge(&hands, "waiting_for_keyring").await;
    hands.sees("state.waiting_for_keyring.sentence").await;
    hands.click_on("link", "frame.nav.settings").await;
    for part in ["message", "hint"] {
        hands.sees(&format!("errors.keyring_unavailable.{part}")).await;
    }
    let give_up = hands.say("preferences.secrets.giveUp");
    assert!(
        hands.window.look(By::Role("button", &give_up)).await.is_none(),
        "nothing is given up that can be had"
    );
    session.unlock();
    hands.window.sees_no(&hands.say("errors.keyring_unavailable.message")).await;
    is_kept_in(&hands, &session, KeyPlace::Keyring).await;
    hands.click_on("link", "frame.nav.plugins").await;
    has_badge(&hands, "running").await;
    hands.end().await;

    session.end_keyring();
    fs::remove_dir_all(session.files().join(".local/share/keyrings")).expect("where it keeps its files");
    session.unlock();
    let hands = again(&session, home.path(), language).await;
    has_badge(&hands, "waiting_for_keyring").await;
    hands.sees("state.waiting_for_keyring.lost").await;
    hands.click_on("link", "frame.nav.settings").await;
    hands.sees("errors.secrets_key_lost.message").await;
    hands.click(By::Role("button", &give_up)).await;
    says(&hands, "give-up", &hands.say_one("preferences.secrets.giveUpWhat")).await;
    hands.click_on("button", "preferences.secrets.giveUpAct").await;
    says(&hands, "rekeyed", &hands.say_one("preferences.secrets.givenUp")).await;
    says(&hands, "key-place", &hands.say("preferences.secrets.place.keyring")).await;
    hands.window.sees_no(&hands.say("errors.secrets_key_lost.message")).await;
    hands.click_on("link", "frame.nav.plugins").await;
    has_badge(&hands, "set_up_first").await;
    hands.end().await;
}

#[tokio::test]
async fn the_key_of_stored_passwords_is_moved_and_changed_in_the_settings_in_english() {
    a_key_is_moved_and_changed(ENGLISH).await;
}

#[tokio::test]
async fn the_key_of_stored_passwords_is_moved_and_changed_in_the_settings_in_chinese() {
    a_key_is_moved_and_changed(CHINESE).await;
}

#[tokio::test]
async fn a_locked_keyring_is_waited_for_and_a_lost_key_given_up_in_the_settings_in_english() {
    a_locked_and_a_lost_keyring_are_told(ENGLISH).await;
}

#[tokio::test]
async fn a_locked_keyring_is_waited_for_and_a_lost_key_given_up_in_the_settings_in_chinese() {
    a_locked_and_a_lost_keyring_are_told(CHINESE).await;
}
