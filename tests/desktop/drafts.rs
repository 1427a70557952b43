//! What was typed and not saved when the application was killed: offered to the same person again, and to nobody else;
//! a typed secret is nowhere on the disk.

use std::fs;
use std::path::{Path, PathBuf};

use center::actor::Role;
use center::request::{Password, Request};
use center::views::AccountCreatedView;
use serde_json::{Value, json};
use spk::PluginId;
use walkdir::WalkDir;

use crate::PASSWORD;
use crate::fixtures::Package;
use crate::hands::{self, CHINESE, ENGLISH, Hands, Language};
use crate::harness::observer::Observer;
use crate::harness::page::By;
use crate::harness::window::Window;

const PLUGIN: &str = "com.example.rogue";
const OFFER: &str = "[data-testid='kept-draft-com.example.rogue']";
const SECRET: &str = "s3cret-that-was-typed";

fn package() -> Package {
    let settings = json!({
        "greeting": { "type": "string", "title": "Greeting" },
        "table": { "type": "object", "title": "Table", "additionalProperties": { "type": "integer" } },
        "code": { "type": "string", "format": "password", "title": "Access code" },
    });
    Package::rogue(PLUGIN).config(&[], settings)
}

fn files(home: &Path) -> impl Iterator<Item = PathBuf> {
    let all = WalkDir::new(home).into_iter().filter_map(Result::ok);
    all.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path)
}

fn holds(file: &Path, text: &str) -> bool {
    let bytes = fs::read(file).unwrap_or_default();
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}

/// Types a greeting and a secret, saves neither, and ends the application without a word.
async fn type_and_kill(home: &Path, language: Language) -> PluginId {
    let hands = Hands::begin(home, language).await;
    let root = hands::root(home).await;
    let plugin = hands::install_first(&root, &package(), &home.join("outbox")).await;
    hands.click(By::Css(&format!("a[href*='{PLUGIN}']"))).await;
    hands.click_on("tab", "plugin.tab.settings").await;
    hands.type_secret_into("Access code", SECRET).await;
    hands.type_into("Table", "{ no JSON ye").await;
    hands.type_into("Greeting", "typed here").await;
    let drafts = home.join("drafts");
    hands
        .window
        .until("what was typed to be kept", async || {
            let kept = |file: &PathBuf| file.extension().is_some_and(|end| end == "json");
            files(&drafts).filter(kept).any(|file| holds(&file, "typed here") && holds(&file, "no JSON ye"))
        })
        .await;
    hands.window.kill();
    assert!(!files(home).any(|file| holds(&file, SECRET)), "a secret was written");
    plugin
}

/// Another superadmin, with the usual password.
async fn second_superadmin(home: &Path, login: &str) {
    let create = Request::AccountCreate { login: login.into(), name: login.into(), role: Role::Superadmin };
    let created: AccountCreatedView = hands::root(home).await.get(create).await;
    let person = Observer::sign_in(home, login, &created.one_time_password).await;
    let (old, new) = (Password(created.one_time_password), Password(PASSWORD.into()));
    let _: Value = person.get(Request::PasswordChange { old, new }).await;
}

async fn is_offered(hands: &Hands, with_a_secret: bool) {
    hands.window.find(By::Css(OFFER)).await;
    let said = hands.shown(OFFER).await;
    assert!(hands.reads(&said, "plugin.settings.kept", &[("name", PLUGIN)]), "{said}");
    assert_eq!(said.contains(&hands.say("plugin.settings.keptSecrets")), with_a_secret, "{said}");
}

#[tokio::test]
async fn what_was_typed_before_a_kill_is_there_again_for_the_same_person_alone_and_no_secret_is_on_the_disk()
{
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let plugin = type_and_kill(home, ENGLISH).await;
    let again = Hands::open(Window::over(home), ENGLISH).await;
    again.sees("session.signIn").await;
    second_superadmin(home, "wang").await;
    again.sign_in("wang", PASSWORD).await;
    again.window.find(By::TestId(&format!("plugin-{PLUGIN}"))).await;
    again.sees_nothing_being_read().await;
    assert_eq!(again.shown(OFFER).await, "", "it is nobody else's");
    assert!(!again.window.heard().await.iter().any(|told| told.contains("typed here")));
    again.sign_out("wang").await;

    again.sees("session.signIn").await;
    again.sign_in("root", PASSWORD).await;
    is_offered(&again, true).await;
    again.click_on("button", "plugin.settings.keptKeep").await;
    again.window.until("the form to hold it", async || again.value("Greeting").await == "typed here").await;
    assert_eq!(again.value("Table").await, "{ no JSON ye");
    assert_eq!(again.value("Access code").await, "", "a secret has to be typed again");
    assert_eq!(again.shown(OFFER).await, "");
    again.type_into("Table", "{}").await;
    again.click_on("button", "common.save").await;
    again.sees("plugin.settings.saved").await;
    let get = Request::ConfigGet { plugin, locale: "en".into() };
    let saved: center::views::SettingsView = hands::root(home).await.get(get).await;
    assert_eq!(saved.values["greeting"], "typed here");
    again
        .window
        .until("nothing to be kept any more", async || files(&home.join("drafts")).next().is_none())
        .await;
    again.end().await;
}

#[tokio::test]
async fn what_was_typed_before_a_kill_meets_what_another_saved_since_and_can_be_let_go() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let plugin = type_and_kill(home, CHINESE).await;
    let again = Hands::open(Window::over(home), CHINESE).await;
    again.sees("session.signIn").await;
    let values = json!({ "greeting": "typed there" });
    let set = Request::ConfigSet { plugin, values, revision: None, turn_off: false };
    let _: Value = hands::root(home).await.get(set).await;
    again.sign_in("root", PASSWORD).await;
    is_offered(&again, true).await;
    again.click_on("button", "plugin.settings.keptKeep").await;
    again.window.find(By::TestId("conflict")).await;
    assert_eq!(again.value("Greeting").await, "typed here", "nothing is overwritten by itself");
    again.window.kill();

    let third = Hands::open(Window::over(home), CHINESE).await;
    third.sees("session.signIn").await;
    third.sign_in("root", PASSWORD).await;
    is_offered(&third, false).await;
    third.click_on("button", "plugin.settings.keptDiscard").await;
    third.window.until("the offer to go", async || third.shown(OFFER).await.is_empty()).await;
    assert_eq!(files(&home.join("drafts")).next(), None);
    third.click(By::Css(&format!("a[href*='{PLUGIN}']"))).await;
    third.click_on("tab", "plugin.tab.settings").await;
    assert_eq!(third.value("Greeting").await, "typed there");
    third.end().await;
}
