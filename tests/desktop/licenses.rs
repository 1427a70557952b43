//! Licenses in the real window: a file dropped on it, the two badges, and the renewal that brings the plugin back.

use std::path::{Path, PathBuf};

use center::request::Request;
use center::views::LicenseView;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use spk::{License, PluginId};

use crate::fixtures::{Package, Publisher};
use crate::hands::{self, CHINESE, ENGLISH, Hands, Language};
use crate::harness::page::By;
use crate::harness::window::Window;

/// A license of the publisher for this many seconds from now, as a file.
pub fn license(
    publisher: &Publisher,
    plugin: &PluginId,
    (name, seconds): (&str, i64),
    folder: &Path,
) -> PathBuf {
    let now = Timestamp::from_second(Timestamp::now().as_second()).expect("as it was made");
    let of = (plugin.clone(), "Acme".to_owned());
    let new = License::new(&publisher.key, of, name.into(), now);
    let license = License { not_after: Some(now + SignedDuration::from_secs(seconds)), ..new };
    let path = folder.join(format!("{name}.license"));
    std::fs::write(&path, license.sign(&publisher.key).expect("a good license")).expect("as it was made");
    path
}

async fn drop_on_window(hands: &Hands, file: PathBuf) {
    let mut drag = hands.window.drag(&[file]);
    drag.hover(600, 400);
    hands.sees("licenses.over").await;
    drag.release();
}

async fn shows(hands: &Hands, plugin: &PluginId, state: &str) {
    let badge = format!("[data-testid='plugin-{plugin}'] [data-testid=state]");
    let words = hands.say(&format!("state.{state}.badge"));
    let what = format!("the badge of `{state}`");
    hands.window.until(&what, async || hands.shown(&badge).await.trim() == words).await;
    let sentence = format!("state.{state}.sentence");
    if hands.has(&sentence) {
        let row = hands.shown(&format!("[data-testid='plugin-{plugin}']")).await;
        assert!(hands.reads(&row, &sentence, &[]), "{row}");
        assert!(row.contains(&hands.say("licenses.import")), "{row}");
    }
}

async fn a_license_lives(language: Language) {
    let home = tempfile::tempdir().expect("as it was made");
    let hands = Hands::begin_in(Window::over(home.path()), language).await;
    let (root, publisher) = (hands::root(home.path()).await, Publisher::new("Example Ltd"));
    hands::trust(&root, &publisher, "com.example.*").await;
    let package = Package::rogue("com.example.paid").with("license", json!({ "mode": "host" }));
    let plugin = hands::install(&root, &package.pack(&publisher, &home.path().join("outbox"))).await;
    shows(&hands, &plugin, "license_needed").await;

    let switch = format!("switch-{plugin}");
    hands.click(By::TestId(&switch)).await;
    hands.sees("plugins.switch.license").await;
    drop_on_window(&hands, license(&publisher, &plugin, ("first", 90 * 86_400), home.path())).await;
    let done = hands.say_with("licenses.done", &[("name", "com.example.paid")]);
    hands.window.sees(&done).await;
    hands.window.reload().await;
    shows(&hands, &plugin, "off").await;
    hands.click(By::TestId(&switch)).await;
    shows(&hands, &plugin, "running").await;

    let short = license(&publisher, &plugin, ("short", 4), home.path());
    let import = Request::LicenseImport { path: short, plugin: None, locale: "en".into() };
    let _: LicenseView = root.get(import).await;
    let all: Vec<LicenseView> = root.get(Request::LicenseList { locale: "en".into() }).await;
    let first = all.into_iter().find(|one| one.in_use).expect("the longer one is in use");
    let _: Value = root.get(Request::LicenseRemove { license: first.id }).await;
    shows(&hands, &plugin, "license_expired").await;
    drop_on_window(&hands, license(&publisher, &plugin, ("renewal", 365 * 86_400), home.path())).await;
    shows(&hands, &plugin, "running").await;
    hands.end().await;
}

#[tokio::test]
async fn a_license_is_dropped_and_the_badges_tell_its_life_in_english() {
    a_license_lives(ENGLISH).await;
}

#[tokio::test]
async fn a_license_is_dropped_and_the_badges_tell_its_life_in_chinese() {
    a_license_lives(CHINESE).await;
}
