//! The main job's length, and that it needs no mouse.

use std::process::Command;

use center::views::StateView;
use fantoccini::key::Key;

use crate::fixtures::{Package, Publisher};
use crate::hands::{self, CHINESE, ENGLISH, Hands};
use crate::harness::page::By;
use crate::harness::screen::built;

const BOT: &str = "com.example.chatbot";
const SECRET: &str = "s3cret-of-the-contract";
/// From drop to running.
const MOST_CLICKS: usize = 6;
const SPACE: char = ' ';

/// The titles of the two settings that have to be filled in, as the package says them.
async fn required(hands: &Hands) -> (String, String) {
    let root = hands::root(hands.window.home()).await;
    let plugin = root.get(center::request::Request::ConfigGet {
        plugin: BOT.parse().expect("as it is written"),
        locale: hands.tag().into(),
    });
    let settings: center::views::SettingsView = plugin.await;
    let title = |pointer: &str| {
        settings.fields.iter().find(|one| one.pointer == pointer).expect("as it was made").title.clone()
    };
    (title("/clientId"), title("/secret"))
}

async fn runs(hands: &Hands) {
    hands.window.find(By::Css("[data-testid=state][data-state=running]")).await;
    let plugins = hands::root(hands.window.home()).await.plugins().await;
    assert_eq!(plugins[0].observed, StateView::Running);
    assert_eq!(plugins[0].publisher, "Example Ltd");
}

#[tokio::test]
async fn from_drop_to_running_it_takes_at_most_six_clicks_and_typing() {
    let home = tempfile::tempdir().unwrap();
    let hands = Hands::begin(home.path(), ENGLISH).await;
    let package =
        Package::example("chatbot").pack(&Publisher::new("Example Ltd"), &home.path().join("outbox"));
    hands.drop(&package);
    hands.click(By::Css("input[type=radio][value=wide]")).await;
    hands.click(By::TestId("review-install")).await;
    hands.sees("plugin.setup.before").await;
    let (identity, secret) = required(&hands).await;
    hands.click(By::Role("button", &hands.say_with("plugin.setup.goToNamed", &[("title", &identity)]))).await;
    hands.has_focus(By::Role("textbox", &identity)).await;
    hands.window.type_text("acme-7741").await;
    hands.type_secret_into(&secret, SECRET).await;
    hands.click_on("button", "plugin.settings.saveAndTurnOn").await;
    runs(&hands).await;
    assert!(hands.clicks.get() <= MOST_CLICKS, "it took {} clicks", hands.clicks.get());
    hands.end().await;
}

#[tokio::test]
async fn from_a_file_to_running_no_mouse_is_needed() {
    let home = tempfile::tempdir().unwrap();
    let hands = Hands::begin(home.path(), CHINESE).await;
    let package =
        Package::example("chatbot").pack(&Publisher::new("Example Ltd"), &home.path().join("outbox"));
    // As a file manager opens a file.
    let mut opener = hands.window.screen.on(Command::new(built("sprocket-desktop")));
    assert!(opener.env("SPROCKET_HOME", home.path()).arg(&package).status().unwrap().success());
    hands.window.find(By::TestId("review")).await;
    hands.has_focus(By::Css("[data-testid=review] h2")).await;
    hands.window.press_key(Key::Enter).await;
    assert!(hands.window.look(By::TestId("review")).await.is_some(), "Enter installs nothing of a stranger");
    hands.tab_and_press(By::Css("input[type=radio][value=wide]"), SPACE).await;
    hands.tab_and_press(By::TestId("review-install"), Key::Enter.into()).await;
    hands.sees("plugin.setup.before").await;
    let (identity, secret) = required(&hands).await;
    let go = hands.say_with("plugin.setup.goToNamed", &[("title", &identity)]);
    hands.tab_and_press(By::Role("button", &go), Key::Enter.into()).await;
    hands.has_focus(By::Role("textbox", &identity)).await;
    hands.window.type_text("acme-7741").await;
    hands.tab_to(By::Role("textbox", &secret)).await;
    hands.window.keeps_secret(SECRET);
    hands.window.type_text(SECRET).await;
    let save = hands.say("plugin.settings.saveAndTurnOn");
    hands.tab_and_press(By::Role("button", &save), SPACE).await;
    runs(&hands).await;
    assert_eq!(hands.clicks.get(), 0);
    hands.end().await;
}
