//! What the platform opens for the window: its dialogs for packages, licenses and tables, and its file manager.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use center::paths::Home;
use center::request::Request;
use center::views::AccountView;
use fantoccini::key::Key;

use crate::fixtures::{Package, Publisher};
use crate::hands::{self, CHINESE, ENGLISH, Hands};
use crate::harness::page::By;
use crate::harness::window::Window;
use crate::licenses::license;

#[tokio::test]
async fn a_package_is_chosen_by_the_keyboard_and_by_the_button_and_reviewed_each_time() {
    let home = tempfile::tempdir().expect("a folder");
    let hands = Hands::begin(home.path(), ENGLISH).await;
    let outbox = home.path().join("outbox");
    let publisher = Publisher::new("Example Ltd");
    let package = |id: &str| Package::rogue(id).pack(&publisher, &outbox);
    let press = async || hands.window.press(&[Key::Control.into(), 'o']).await;
    hands.choose_nothing(press).await;
    hands.choose(&package("com.example.first"), press).await;
    hands.window.find(By::TestId("review-install")).await;
    hands.window.sees("com.example.first").await;
    hands.click_on("button", "common.cancel").await;
    hands.sees("plugins.empty.text").await;
    hands
        .choose(&package("com.example.second"), async || {
            hands.click_on("button", "plugins.empty.choose").await;
        })
        .await;
    hands.click(By::Css("input[type=radio][value=wide]")).await;
    hands.click(By::TestId("review-install")).await;
    hands.window.find(By::TestId("switch-com.example.second")).await;
    assert_eq!(hands::root(home.path()).await.plugins().await.len(), 1, "what was cancelled is not there");
    hands.end().await;
}

#[tokio::test]
async fn a_license_is_chosen_from_a_plugins_row_and_it_runs() {
    let home = tempfile::tempdir().expect("a folder");
    let hands = Hands::begin(home.path(), CHINESE).await;
    let (root, publisher) = (hands::root(home.path()).await, Publisher::new("Example Ltd"));
    hands::trust(&root, &publisher, "com.example.*").await;
    let package = Package::rogue("com.example.paid").with("license", serde_json::json!({ "mode": "host" }));
    let plugin = hands::install(&root, &package.pack(&publisher, &home.path().join("outbox"))).await;
    let badge =
        |state: &str| format!("[data-testid='plugin-{plugin}'] [data-testid=state][data-state={state}]");
    hands.window.find(By::Css(&badge("license_needed"))).await;
    let file = license(&publisher, &plugin, ("first", 90 * 86_400), home.path());
    let import = hands.say_with("licenses.importNamed", &[("name", "com.example.paid")]);
    hands.choose(&file, async || hands.click(By::Role("button", &import)).await).await;
    hands.window.sees(&hands.say_with("licenses.done", &[("name", "com.example.paid")])).await;
    hands.window.find(By::Css(&badge("off"))).await;
    hands.end().await;
}

#[tokio::test]
async fn a_table_of_people_is_chosen_and_shown_before_anybody_is_made_and_passwords_are_saved() {
    let home = tempfile::tempdir().expect("a folder");
    let hands = Hands::begin(home.path(), ENGLISH).await;
    let table = home.path().join("people.csv");
    fs::write(&table, "login,name\nzhang,Zhang Wei\n").expect("a good folder");
    hands.click_on("link", "frame.nav.people").await;
    hands.click_on("button", "people.import.open").await;
    hands.choose(&table, async || hands.click_on("button", "people.import.choose").await).await;
    hands.window.sees("Zhang Wei").await;
    let root = hands::root(home.path()).await;
    let accounts: Vec<AccountView> = root.get(Request::AccountList).await;
    assert_eq!(accounts.len(), 1, "nobody was made yet");
    hands.click(By::Role("button", &hands.say_with("people.import.create_one", &[("count", "1")]))).await;
    hands.window.find(By::TestId("hand-over")).await;
    let passwords = home.path().join("passwords.csv");
    hands.save_to(&passwords, async || hands.click_on("button", "people.import.save").await).await;
    let saved = hands.say_with("people.import.saved", &[("path", passwords.to_str().expect("a plain path"))]);
    hands.window.sees(&saved).await;
    let mode = fs::metadata(&passwords).expect("it was saved").permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "for one person alone");
    assert!(fs::read_to_string(&passwords).expect("it was saved").contains("zhang"));
    hands.end().await;
}

/// A program of this name, found before the system's, that notes what it was asked to show.
fn noting(folder: &Path, name: &str) -> std::path::PathBuf {
    let said = folder.join("shown");
    let program = folder.join(name);
    fs::write(&program, format!("#!/bin/sh\necho \"$@\" >>'{}'\n", said.display())).expect("a good folder");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("it was made");
    said
}

#[tokio::test]
async fn the_plugin_folder_is_shown_in_the_platforms_file_manager() {
    let (home, programs) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let shown = noting(programs.path(), "xdg-open");
    let path = std::env::var("PATH").expect("every system has one");
    let opening = Window::over(home.path()).env("PATH", &format!("{}:{path}", programs.path().display()));
    let hands = Hands::begin_in(opening, ENGLISH).await;
    hands.click_on("button", "plugins.openFolder").await;
    let wanted = format!("{}\n", Home::at(home.path()).plugins().display());
    let asked = async || fs::read_to_string(&shown).is_ok_and(|said| said == wanted);
    hands.window.until("the file manager to be asked for the folder", asked).await;
    hands.end().await;
}
