//! Versions at the window: one that does not start leaves the old one running and says so, and an earlier one is gone back
//! to with a review, in the person's language.

use center::request::Request;
use serde_json::{Value, json};

use crate::fixtures::{Package, Publisher};
use crate::hands::{self, CHINESE, ENGLISH, Hands, Language};
use crate::harness::page::By;

const PLUGIN: &str = "com.example.rogue";
const RUNNING: By<'_> = By::Css("[data-testid=state][data-state=running]");

async fn versions_are_tried_and_gone_back_to(language: Language) {
    let home = tempfile::tempdir().expect("a folder for it");
    let hands = Hands::begin(home.path(), language).await;
    let root = hands::root(home.path()).await;
    let publisher = Publisher::new("Example Ltd");
    hands::trust(&root, &publisher, "com.example.*").await;
    let outbox = home.path().join("outbox");
    let plugin = hands::install(&root, &Package::rogue(PLUGIN).pack(&publisher, &outbox)).await;
    let _: Value = root.get(Request::PluginSwitch { plugin, on: true, revision: None }).await;

    let start = json!({ "start": { "type": "string", "default": "spoil-and-fail" } });
    let bad = Package::rogue(PLUGIN).version("2.0.0", 2).config(&[], start);
    hands.drop(&bad.pack(&publisher, &outbox));
    hands.click(By::TestId("review-install")).await;
    hands.window.find(By::Css("[data-code=upgrade_failed]")).await;
    let said = hands.say_with("review.upgradeFailed", &[("version", "2.0.0"), ("from", "1.0.0")]);
    hands.window.sees(&said).await;
    assert_eq!(root.plugins().await[0].version, "1.0.0");
    hands.click_on("button", "common.close").await;

    hands.drop(&Package::rogue(PLUGIN).version("1.1.0", 3).pack(&publisher, &outbox));
    hands.click(By::TestId("review-install")).await;
    hands.window.until("the newer one to run", async || root.plugins().await[0].version == "1.1.0").await;
    hands.click_on("tab", "plugin.tab.versions").await;
    let back = hands.say_with("plugin.versions.goBack", &[("version", "1.0.0")]);
    hands.click(By::Role("button", &back)).await;
    let review = hands.window.text(By::TestId("review")).await;
    assert!(review.contains("1.0.0") && !review.contains("{{"), "{review}");
    hands.click(By::TestId("review-install")).await;
    let done = hands.say_with("review.wentBack", &[("name", PLUGIN), ("version", "1.0.0")]);
    hands.window.sees(&done).await;
    hands.window.until("the older one to run", async || root.plugins().await[0].version == "1.0.0").await;
    hands.window.find(RUNNING).await;
    hands.end().await;
}

#[tokio::test]
async fn a_version_that_does_not_start_is_told_and_an_earlier_one_is_gone_back_to_in_english() {
    versions_are_tried_and_gone_back_to(ENGLISH).await;
}

#[tokio::test]
async fn a_version_that_does_not_start_is_told_and_an_earlier_one_is_gone_back_to_in_chinese() {
    versions_are_tried_and_gone_back_to(CHINESE).await;
}
