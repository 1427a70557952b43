//! A center after a month, as its superadmin reads it at the window alone: who made a plugin, what is new in it, what it may
//! do, who may use it and why, what was done to it and by whom.

use serde_json::json;

use crate::hands::{ENGLISH, Hands};
use crate::harness::window::Window;
use crate::sample::{self, CRASHED, EXPIRED, UPDATE, UPGRADED, WITHDRAWN};

/// Opens a place of the window by its address, and waits until it says all of this.
async fn reads(hands: &Hands, address: &str, texts: &[&str]) {
    hands.window.run("location.hash = arguments[0]", vec![json!(address)]).await;
    let mut last = String::new();
    let said = async || {
        last = hands.shown("main").await;
        texts.iter().all(|text| last.contains(text))
    };
    hands.window.until(&format!("{address} to say {texts:?}"), said).await;
}

/// Looks for something in the activity; waits until what is found begins with these acts, the newest first.
async fn finds(hands: &Hands, wanted: &str, actions: &[&str]) {
    hands.type_into(&hands.say("activity.filter"), wanted).await;
    let rows = "return [...document.querySelectorAll('[data-testid=activity-row]')].map((row) => row.dataset.action)";
    hands
        .window
        .until(&format!("`{wanted}` to find {actions:?}"), async || {
            let found = hands.window.run(rows, vec![]).await;
            found.as_array().is_some_and(|found| found.iter().zip(actions).all(|(one, act)| one == act))
                && found.as_array().map_or(0, Vec::len) >= actions.len()
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_superadmin_who_reads_only_the_window_can_answer_for_any_plugin() {
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path().join("home");
    sample::make(&home).await;
    let hands = Hands::open(Window::over(&home), ENGLISH).await;
    let who = json!({ "login": sample::ROOT, "password": sample::PASSWORD });
    hands.window.invoke("sign_in", who).await.expect("one of its people");
    hands.window.reload().await;
    reads(&hands, "/", &["30 installed", "Widget Co", "trust withdrawn", "Stopped: license expired"]).await;

    let page = |plugin: &str, part: &str| format!("/plugins/{plugin}?tab={part}");
    let made = ["North Desk", "trusted", "Installed by\nZhao Lei", "at most 64 MB memory"];
    reads(&hands, &page(UPGRADED, "overview"), &made).await;
    reads(&hands, &page(UPGRADED, "access"), &["46 people", "Acme Service › Support", "Given by Wang Fang"])
        .await;
    reads(
        &hands,
        &page(UPGRADED, "logs"),
        &["Zhao Lei", "Upgraded a plugin", "Wang Fang", "Installed a plugin"],
    )
    .await;
    reads(&hands, &page(UPDATE, "versions"), &["1.2.0"]).await;
    let ended = ["Stopped: license expired", "Licensed to\nAcme Service", "S-Call recording"];
    reads(&hands, &page(EXPIRED, "overview"), &ended).await;
    reads(&hands, &page(CRASHED, "overview"), &["Stopped after errors", "SIGSEGV"]).await;
    let withdrawn = ["Li Na 李娜", "Their signing key was stolen", "trust withdrawn"];
    reads(&hands, &page(WITHDRAWN, "overview"), &withdrawn).await;
    reads(&hands, "/publishers", &["The code is printed in the contract of 3 March", "Wang Fang"]).await;

    reads(&hands, "/activity", &["Li Na 李娜"]).await;
    finds(&hands, "Emma Evans", &["account_disabled"]).await;
    finds(&hands, "Widget Co", &["publisher_withdrawn", "publisher_trusted"]).await;
    finds(
        &hands,
        "Ticketing",
        &[
            "plugin_upgraded",
            "permission_granted",
            "permission_granted",
            "plugin_switched_on",
            "plugin_installed",
        ],
    )
    .await;
    assert_eq!(hands.window.violations().await, Vec::<String>::new(), "the policy was kept");
    hands.window.terminate();
}
