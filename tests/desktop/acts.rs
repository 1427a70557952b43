//! Ways on that a person has in the window and that no other test here takes: a folder's packages all at once, a report for the
//! publisher, a lost package back in its place, what an upgrade newly requires; and the screen of an ordinary account.

use std::fs;
use std::path::Path;
use std::process::Command;

use center::paths::Home;
use center::request::Request;
use center::snapshot::Subject;
use center::views::{AccountView, SettingsView, StateView};
use serde_json::{Value, json};

use crate::fixtures::{Package, Publisher};
use crate::hands::{self, CHINESE, ENGLISH, Hands};
use crate::harness::page::By;
use crate::harness::wait;
use crate::harness::window::SOON;
use crate::{PASSWORD, create_account};

const PLUGIN: &str = "com.example.rogue";
/// What another program finds in the clipboard.
const PASTE: &str = "import gi
gi.require_version('Gtk', '3.0')
gi.require_version('Gdk', '3.0')
from gi.repository import Gdk, Gtk
print(Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD).wait_for_text() or '')";

fn pasted(hands: &Hands) -> String {
    let mut paste = hands.window.screen.on(Command::new("/usr/bin/python3"));
    let output =
        paste.args(["-c", PASTE]).env("NO_AT_BRIDGE", "1").output().expect("`scripts/setup` installs it");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test]
async fn the_packages_of_a_dropped_folder_are_checked_and_installed_together() {
    let home = tempfile::tempdir().unwrap();
    let hands = Hands::begin(home.path(), CHINESE).await;
    let root = hands::root(home.path()).await;
    let publisher = Publisher::new("Example Ltd");
    hands::trust(&root, &publisher, "com.example.*").await;
    let folder = home.path().join("three");
    for id in ["com.example.x", "com.example.y", "com.example.z"] {
        Package::rogue(id).pack(&publisher, &folder);
    }
    hands.drop(&folder);
    hands.window.find(By::TestId("review-folder")).await;
    let check = hands.say_with("review.folder.check_other", &[("count", "3")]);
    hands.click(By::Role("button", &check)).await;
    hands.click(By::TestId("batch-install")).await;
    hands.window.until("all three to be installed", async || root.plugins().await.len() == 3).await;
    hands.end().await;
}

#[tokio::test]
async fn a_drop_while_a_review_is_open_waits_for_its_turn() {
    let home = tempfile::tempdir().unwrap();
    let hands = Hands::begin(home.path(), ENGLISH).await;
    let publisher = Publisher::new("Example Ltd");
    hands::trust(&hands::root(home.path()).await, &publisher, "com.example.*").await;
    let package = |id: &str| Package::rogue(id).pack(&publisher, &home.path().join("outbox"));
    let title = |id: &str| hands.say_with("review.title.install", &[("name", id), ("version", "1.0.0")]);
    hands.drop(&package("com.example.first"));
    hands.window.find(By::Role("heading", &title("com.example.first"))).await;
    hands.drop(&package("com.example.second"));
    hands.window.sees(&hands.say_with("review.queue_one", &[("count", "1")])).await;
    assert!(hands.window.says().await.contains(&title("com.example.first")), "the first stays before it");
    hands.click(By::TestId("review-install")).await;
    hands.window.find(By::Role("heading", &title("com.example.second"))).await;
    hands.click_on("button", "common.cancel").await;
    let plugins = hands::root(home.path()).await.plugins().await;
    assert_eq!(plugins.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["com.example.first"]);
    hands.end().await;
}

#[tokio::test]
async fn a_report_for_the_publisher_is_in_the_clipboard_with_the_file_and_each_mistake() {
    let home = tempfile::tempdir().unwrap();
    let hands = Hands::begin(home.path(), ENGLISH).await;
    let file = home.path().join("plugin.jar");
    fs::write(&file, b"PK\x03\x04 and more").unwrap();
    hands.drop(&file);
    hands.window.find(By::TestId("review-refused")).await;
    hands.click_on("button", "review.act.report").await;
    hands.sees("common.copied").await;
    let report = wait::until("the report to be in the clipboard", SOON, || {
        Some(pasted(&hands)).filter(|text| !text.trim().is_empty())
    });
    assert!(report.contains("plugin.jar") && report.contains("not_a_package"), "{report}");
    hands.end().await;
}

#[tokio::test]
async fn a_lost_package_is_put_back_from_the_plugin_folder_by_one_click() {
    let home = tempfile::tempdir().unwrap();
    let hands = Hands::begin(home.path(), ENGLISH).await;
    let root = hands::root(home.path()).await;
    let package = Package::rogue(PLUGIN);
    let plugin = hands::install_first(&root, &package, &home.path().join("outbox")).await;
    let row = format!("[data-testid='plugin-{PLUGIN}']");
    let switch = async |on| {
        let _: Value = root.get(Request::PluginSwitch { plugin: plugin.clone(), on, revision: None }).await;
    };
    hands.window.find(By::Css(&format!("{row} [data-state=running]"))).await;
    switch(false).await;
    let packages = Home::at(home.path()).packages();
    let stored = || {
        let files = fs::read_dir(&packages).expect("as it was made").map(|file| file.expect("a file").path());
        files.filter(|path| path.extension().is_some_and(|end| end == "spk")).collect::<Vec<_>>()
    };
    stored().iter().for_each(|path| fs::remove_file(path).expect("it is there"));
    let _: Value = root.get(Request::FolderRescan).await;
    hands.window.reload().await;
    hands.window.find(By::Css(&format!("{row} [data-state=package_missing]"))).await;
    hands.click_on("button", "plugins.state.putBack").await;
    hands.window.find(By::Css(&format!("{row} [data-state=off]"))).await;
    assert_eq!(stored().len(), 1);
    switch(true).await;
    hands.window.find(By::Css(&format!("{row} [data-state=running]"))).await;
    assert_eq!(root.plugins().await[0].observed, StateView::Running);
    hands.end().await;
}

#[tokio::test]
async fn what_an_upgrade_newly_requires_is_filled_in_where_it_is_approved() {
    let home = tempfile::tempdir().unwrap();
    let hands = Hands::begin(home.path(), CHINESE).await;
    let root = hands::root(home.path()).await;
    let publisher = Publisher::new("Example Ltd");
    hands::trust(&root, &publisher, "com.example.*").await;
    let outbox = home.path().join("outbox");
    let plugin = hands::install(&root, &Package::rogue(PLUGIN).pack(&publisher, &outbox)).await;
    let _: Value = root.get(Request::PluginSwitch { plugin: plugin.clone(), on: true, revision: None }).await;
    let settings = json!({
        "region": { "type": "string", "title": "Region" },
        "code": { "type": "string", "format": "password", "title": "Access code" },
    });
    let newer = Package::rogue(PLUGIN).version("1.1.0", 2).config(&["region", "code"], settings);
    hands.drop(&newer.pack(&publisher, &outbox));
    hands.click(By::TestId("review-install")).await;
    hands.has_focus(By::Role("textbox", "Region")).await;
    hands.window.type_text("north").await;
    hands.type_secret_into("Access code", "s3cret-of-the-upgrade").await;
    hands.click(By::TestId("review-install")).await;
    hands.window.find(By::Css("[data-testid=state][data-state=running]")).await;
    hands.window.until("the new version to run", async || root.plugins().await[0].version == "1.1.0").await;
    let saved: SettingsView = root.get(Request::ConfigGet { plugin, locale: "en".into() }).await;
    assert_eq!((&saved.values["region"], saved.missing.len()), (&json!("north"), 0));
    hands.end().await;
}

/// Grants a permission to the account of this login, or takes it back.
async fn grant(home: &Path, login: &str, given: bool) {
    let root = hands::root(home).await;
    let accounts: Vec<AccountView> = root.get(Request::AccountList).await;
    let account = accounts.iter().find(|account| account.login == login).expect("it was made").id;
    let (plugin, permission) = (PLUGIN.parse().expect("a good id"), "use".to_owned());
    let (subject, locale, revision) = (Subject::Account { id: account }, "en".to_owned(), None);
    let request = match given {
        true => Request::GrantAdd { plugin, permission, subject, locale, revision },
        false => Request::GrantRemove { plugin, permission, subject, locale, revision },
    };
    let _: Value = root.get(request).await;
}

#[tokio::test]
async fn an_ordinary_account_sees_and_calls_what_it_was_granted_and_is_refused_after_that() {
    let home = tempfile::tempdir().unwrap();
    let hands = Hands::begin(home.path(), ENGLISH).await;
    let root = hands::root(home.path()).await;
    let outbox = home.path().join("outbox");
    hands::install_first(&root, &Package::rogue(PLUGIN), &outbox).await;
    hands::install_first(&root, &Package::rogue("com.example.other"), &outbox.join("other")).await;
    create_account(home.path(), "wang").await;
    hands.sign_out("Li Na").await;
    hands.sees("session.signIn").await;
    hands.sign_in("wang", PASSWORD).await;
    hands.sees("mine.title").await;
    hands.window.sees("Li Na").await;
    assert!(!hands.window.says().await.contains(PLUGIN), "nothing was granted yet");

    grant(home.path(), "wang", true).await;
    hands.window.find(By::TestId(&format!("mine-{PLUGIN}"))).await;
    assert!(!hands.window.says().await.contains("com.example.other"), "nothing else was granted");
    let echo = hands.say_with("mine.callOf", &[("command", "echo")]);
    hands.click(By::Role("button", &echo)).await;
    hands.window.find(By::TestId("answer")).await;
    for screen in ["people", "publishers", "activity"] {
        let link = hands.say(&format!("frame.nav.{screen}"));
        assert!(hands.window.look(By::Role("link", &link)).await.is_none(), "`{screen}` is not theirs");
    }

    grant(home.path(), "wang", false).await;
    let refused = hands
        .window
        .invoke("plugin_call", json!({ "plugin": PLUGIN, "call": "echo", "args": null }))
        .await
        .expect_err("it was taken back");
    assert_eq!(refused["code"], "not_permitted");
    hands.window.until("it to go", async || !hands.window.says().await.contains(PLUGIN)).await;
    hands.end().await;
}
