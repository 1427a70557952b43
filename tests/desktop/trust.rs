//! Publishers at the window: a key looked at and trusted from its file, withdrawn with a reason while its plugin runs, another
//! key for an installed plugin; and packages that are encrypted for this center, or for another.

use std::fs;

use center::request::Request;
use center::views::RecipientView;
use fantoccini::key::Key;
use serde_json::Value;
use spk::Identity;

use crate::fixtures::{Package, Publisher};
use crate::hands::{self, CHINESE, ENGLISH, Hands, Language};
use crate::harness::page::By;

const PLUGIN: &str = "com.example.kept";
const REASON: &str = "their key was stolen";

/// What an element says, its lines as one.
async fn said(hands: &Hands, css: &str) -> String {
    let lines = hands.shown(css).await;
    lines.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Waits until an element says this, whatever else it says.
async fn says(hands: &Hands, css: &str, text: &str) {
    let what = format!("`{css}` to say `{text}`");
    hands.window.until(&what, async || said(hands, css).await.contains(text)).await;
}

/// Trusts a publisher by the file of its key, after the check code was shown.
async fn trust_from_file(hands: &Hands, publisher: &Publisher) {
    let key = publisher.key.public();
    let file = hands.window.home().join("example.pub");
    fs::write(&file, key.to_pem()).expect("a good folder");
    hands.click_on("link", "frame.nav.publishers").await;
    hands.click_on("button", "publishers.add").await;
    let chooser = hands.window.find(By::Css("input[type=file]")).await;
    chooser.send_keys(file.to_str().expect("a path in UTF-8")).await.expect("it takes a file");
    says(hands, "[role=dialog] [data-testid=check-code]", &key.check_code().to_string()).await;
    assert!(
        hands.value(&hands.say("publishers.key")).await.contains(&key.to_string()),
        "the key of the file"
    );
    hands.type_into(&hands.say("publishers.label"), &publisher.label).await;
    hands.type_into(&hands.say("publishers.namespaces"), "com.example.*").await;
    hands.window.press_key(Key::Enter).await;
    hands.type_into(&hands.say("publishers.checked"), "by phone").await;
    hands.click_on("button", "publishers.confirmTrust").await;
}

async fn a_publisher_is_trusted_and_withdrawn(language: Language) {
    let home = tempfile::tempdir().expect("a folder");
    let hands = Hands::begin(home.path(), language).await;
    let (root, publisher) = (hands::root(home.path()).await, Publisher::new("Example Ltd"));
    trust_from_file(&hands, &publisher).await;
    let row = "[data-testid='publisher-Example Ltd']";
    says(&hands, row, &hands.say("publishers.trusted")).await;
    says(&hands, row, "com.example.*").await;
    says(&hands, row, "by phone").await;

    let package = Package::rogue(PLUGIN).pack(&publisher, &home.path().join("outbox"));
    let plugin = hands::install(&root, &package).await;
    let _: Value = root.get(Request::PluginSwitch { plugin, on: true, revision: None }).await;
    hands.click_on("link", "frame.nav.plugins").await;
    let badge = format!("[data-testid='plugin-{PLUGIN}'] [data-testid=state]");
    hands.window.find(By::Css(&format!("{badge}[data-state=running]"))).await;

    hands.click_on("link", "frame.nav.publishers").await;
    let acts = hands.say_with("publishers.actsOf", &[("label", "Example Ltd")]);
    hands.click(By::Role("button", &acts)).await;
    hands.click_on("menuitem", "publishers.withdraw").await;
    says(&hands, "[data-testid=stopping]", PLUGIN).await;
    hands.type_into(&hands.say("publishers.reason"), REASON).await;
    hands.click_on("button", "publishers.confirmWithdraw").await;
    says(&hands, row, REASON).await;
    says(&hands, row, &hands.say("publishers.withdrawn")).await;
    hands.window.until("its process to end", async || root.status().await.running == 0).await;
    hands.click_on("link", "frame.nav.plugins").await;
    hands.window.find(By::Css(&format!("{badge}[data-state=not_trusted]"))).await;
    let row = format!("[data-testid='plugin-{PLUGIN}']");
    says(&hands, &row, &hands.say("state.not_trusted.badge")).await;
    let words = said(&hands, &row).await;
    let values = [("who", "Li Na"), ("reason", REASON)];
    assert!(hands.reads(&words, "state.not_trusted.withdrawn", &values), "{words}");
    says(&hands, &row, &hands.say("plugins.switch.toPublishers")).await;
    hands.sees("errors.publisher_withdrawn.message").await;
    hands.end().await;
}

#[tokio::test]
async fn a_publisher_is_trusted_from_its_keys_file_and_withdrawn_while_its_plugin_runs_in_english() {
    a_publisher_is_trusted_and_withdrawn(ENGLISH).await;
}

#[tokio::test]
async fn a_publisher_is_trusted_from_its_keys_file_and_withdrawn_while_its_plugin_runs_in_chinese() {
    a_publisher_is_trusted_and_withdrawn(CHINESE).await;
}

#[tokio::test]
async fn another_key_for_an_installed_plugin_is_shown_with_both_check_codes_beside_each_other() {
    let home = tempfile::tempdir().expect("a folder");
    let hands = Hands::begin(home.path(), CHINESE).await;
    let (root, own, stranger) =
        (hands::root(home.path()).await, Publisher::new("Example Ltd"), Publisher::new("Stranger"));
    hands::trust(&root, &own, "com.example.*").await;
    hands::install(&root, &Package::rogue(PLUGIN).pack(&own, &home.path().join("outbox"))).await;
    hands.drop(&Package::rogue(PLUGIN).version("1.1.0", 2).pack(&stranger, &home.path().join("strange")));
    hands.window.find(By::Css("[data-testid=review-refused] [data-code=pinned_to_other_key]")).await;
    let mut tops = Vec::new();
    for (which, publisher) in [("installed", &own), ("offered", &stranger)] {
        let css = format!("[data-testid=code-{which}]");
        says(&hands, &css, &publisher.key.public().check_code().to_string()).await;
        says(&hands, "[data-testid=review-refused]", &hands.say(&format!("review.keys.{which}"))).await;
        let top = format!("return document.querySelector('{css}').getBoundingClientRect().top");
        tops.push(hands.window.run(&top, vec![]).await);
    }
    assert_eq!(tops[0], tops[1], "beside each other");
    assert_eq!(root.plugins().await[0].version, "1.0.0", "nothing was changed");
    hands.end().await;
}

/// What the window shows for publishers to encrypt for.
async fn shown_recipient(hands: &Hands) -> String {
    hands.click_on("link", "frame.nav.publishers").await;
    hands.click_on("button", "publishers.recipient.act").await;
    hands.window.find(By::TestId("recipient")).await;
    let shown = hands.shown("[data-testid=recipient]").await.trim().to_owned();
    hands.click_on("button", "common.close").await;
    hands.window.sees_no(&shown).await;
    shown
}

async fn encrypted_packages(language: Language) {
    let home = tempfile::tempdir().expect("a folder");
    let hands = Hands::begin(home.path(), language).await;
    let (root, publisher) = (hands::root(home.path()).await, Publisher::new("Example Ltd"));
    hands::trust(&root, &publisher, "com.example.*").await;
    let recipient = shown_recipient(&hands).await;
    let known: RecipientView = root.get(Request::RecipientShow).await;
    assert_eq!(recipient, known.recipient, "what the command line shows, too");

    let elsewhere = Identity::generate().recipient().to_string();
    let encrypted = |recipient: &str, folder: &str| {
        let package = Package::rogue(PLUGIN).encrypted_for(recipient, &publisher);
        package.pack(&publisher, &home.path().join(folder))
    };
    hands.drop(&encrypted(&elsewhere, "theirs"));
    let refused = "[data-testid=review-refused]";
    hands.window.find(By::Css(&format!("{refused} [data-code=not_for_this_center]"))).await;
    for key in
        ["errors.not_for_this_center.message", "errors.not_for_this_center.hint", "common.nothingChanged"]
    {
        says(&hands, refused, &hands.say(key)).await;
    }
    hands.click_on("button", "common.close").await;
    hands.window.until("the dialog to close", async || hands.shown(refused).await.is_empty()).await;
    assert!(root.plugins().await.is_empty(), "nothing was installed");

    hands.drop(&encrypted(&recipient, "ours"));
    hands.click(By::TestId("review-install")).await;
    hands.click(By::TestId(&format!("switch-{PLUGIN}"))).await;
    hands.window.find(By::Css("[data-testid=state][data-state=running]")).await;
    assert_eq!(root.status().await.running, 1);
    hands.end().await;
}

#[tokio::test]
async fn a_package_for_the_shown_recipient_is_dropped_and_runs_and_one_for_another_is_refused_in_english() {
    encrypted_packages(ENGLISH).await;
}

#[tokio::test]
async fn a_package_for_the_shown_recipient_is_dropped_and_runs_and_one_for_another_is_refused_in_chinese() {
    encrypted_packages(CHINESE).await;
}
