//! Several files dropped at once, natively: one decision for those that fit, what others need first; then turning on both,
//! and turning off these too.

use std::fs;
use std::path::PathBuf;

use serde_json::json;

use crate::fixtures::{Package, Publisher};
use crate::hands::{self, CHINESE, ENGLISH, Hands, Language};
use crate::harness::page::By;

const DIRECTORY: &str = "com.example.directory";
const TICKETS: &str = "com.example.tickets";

/// Tickets, which need the directory; half a package; one that needs what nobody has; the directory.
fn files(outbox: &std::path::Path, publisher: &Publisher) -> Vec<PathBuf> {
    let plugin = |id: &str, name: &str| Package::rogue(id).with("name", json!(name));
    let packed = [
        plugin(TICKETS, "Tickets").with("dependencies", json!({ DIRECTORY: "^1" })),
        plugin("com.example.half", "Half"),
        plugin("com.example.lost", "Lost").with("dependencies", json!({ "com.example.half": "^1" })),
        plugin(DIRECTORY, "Directory"),
    ]
    .map(|package| package.pack(publisher, outbox));
    let whole = fs::read(&packed[1]).expect("as it was made");
    fs::write(&packed[1], &whole[..whole.len() / 2]).expect("as it was made");
    packed.into()
}

async fn several_files_are_one_decision(language: Language) {
    let home = tempfile::tempdir().expect("as it was made");
    let hands = Hands::begin(home.path(), language).await;
    let (root, publisher) = (hands::root(home.path()).await, Publisher::new("Example Ltd"));
    hands::trust(&root, &publisher, "com.example.*").await;
    hands.window.drop_files(&files(&home.path().join("outbox"), &publisher));

    hands.window.find(By::TestId("batch-install")).await;
    let told = hands.shown("[data-testid=review-batch]").await;
    let title = hands.say_with("review.batch.title_other", &[("can", "2"), ("count", "4")]);
    assert!(told.contains(&title), "{told}");
    let truncated = hands.say("errors.truncated.message");
    assert!(told.contains(&truncated), "{told}");
    let held = [("name", "Lost"), ("needs", "com.example.half"), ("range", "^1")];
    assert!(told.contains(&hands.say_with("errors.conflict.missing", &held)), "{told}");
    hands.click(By::TestId("batch-install")).await;
    let done = hands.say_with("review.batch.result_other", &[("done", "2"), ("count", "4")]);
    hands.window.sees(&done).await;
    let installed = root.plugins().await;
    let mut names: Vec<_> = installed.iter().map(|plugin| plugin.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["Directory", "Tickets"]);
    hands.click_on("button", "common.close").await;

    hands.click(By::TestId(&format!("switch-{TICKETS}"))).await;
    hands.window.find(By::TestId("switch-refusal")).await;
    hands.click_on("button", "plugins.state.both").await;
    for plugin in [TICKETS, DIRECTORY] {
        let running = format!("[data-testid='plugin-{plugin}'] [data-state=running]");
        hands.window.find(By::Css(&running)).await;
    }

    hands.click(By::TestId(&format!("switch-{DIRECTORY}"))).await;
    let needed = hands.say_with("plugins.switch.neededBy", &[("names", "Tickets")]);
    hands.window.sees(&needed).await;
    hands.click_on("button", "plugins.switch.all").await;
    for plugin in [TICKETS, DIRECTORY] {
        let stopped = format!("[data-testid='plugin-{plugin}'] [data-state=running]");
        let gone = async || hands.window.look(By::Css(&stopped)).await.is_none();
        hands.window.until("both to be off", gone).await;
    }
    assert!(root.plugins().await.iter().all(|plugin| !plugin.wanted));
    hands.end().await;
}

#[tokio::test]
async fn several_files_are_one_decision_and_what_hangs_together_is_switched_together_in_english() {
    several_files_are_one_decision(ENGLISH).await;
}

#[tokio::test]
async fn several_files_are_one_decision_and_what_hangs_together_is_switched_together_in_chinese() {
    several_files_are_one_decision(CHINESE).await;
}
