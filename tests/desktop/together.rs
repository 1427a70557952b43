//! Not alone with the window: another superadmin saves, a plugin crashes while it is looked at, the center is killed.
//! Nothing typed is lost, and nothing wrong is shown.

use std::path::Path;

use center::request::Request;
use center::views::StateView;
use serde_json::{Value, json};
use spk::PluginId;

use crate::PASSWORD;
use crate::fixtures::Package;
use crate::hands::{self, ENGLISH, Hands};
use crate::harness::page::By;
use crate::harness::window::Window;

const PLUGIN: &str = "com.example.rogue";

fn package() -> Package {
    let text = |title: &str| json!({ "type": "string", "title": title });
    let settings =
        json!({ "greeting": text("Greeting"), "closing": text("Closing"), "colour": text("Colour") });
    Package::rogue(PLUGIN).config(&[], settings)
}

/// A window at the settings of a plugin that runs.
async fn at_its_settings(home: &Path) -> (Hands, PluginId) {
    let hands = Hands::begin(home, ENGLISH).await;
    let root = hands::root(home).await;
    let plugin = hands::install_first(&root, &package(), &home.join("outbox")).await;
    hands.window.find(By::Css("[data-testid=state][data-state=running]")).await;
    hands.click(By::Css(&format!("a[href*='{PLUGIN}']"))).await;
    hands.click_on("tab", "plugin.tab.settings").await;
    (hands, plugin)
}

async fn save_from_beside(home: &Path, plugin: &PluginId, values: Value) {
    let set = Request::ConfigSet { plugin: plugin.clone(), values, revision: None, turn_off: false };
    let _: Value = hands::root(home).await.get(set).await;
}

#[tokio::test]
async fn what_another_superadmin_saves_meanwhile_is_offered_beside_what_was_typed() {
    let home = tempfile::tempdir().unwrap();
    let (hands, plugin) = at_its_settings(home.path()).await;
    hands.type_into("Greeting", "typed here").await;
    hands.type_into("Closing", "typed here too").await;

    save_from_beside(home.path(), &plugin, json!({ "colour": "teal" })).await;
    let other = [("who", "Li Na")];
    hands
        .window
        .until("the other's setting to be told", async || {
            hands.reads(&hands.window.says().await, "plugin.settings.merged_one", &other)
        })
        .await;
    assert_eq!(hands.value("Colour").await, "teal", "what was not touched here is theirs");
    assert_eq!(hands.value("Greeting").await, "typed here");

    save_from_beside(home.path(), &plugin, json!({ "greeting": "typed there" })).await;
    hands.window.find(By::TestId("conflict")).await;
    let conflict = hands.shown("[data-testid=conflict]").await;
    assert!(hands.reads(&conflict, "plugin.settings.changedMeanwhile_one", &other), "{conflict}");
    assert_eq!(hands.value("Greeting").await, "typed here", "it is still there");
    hands.click_on("button", "plugin.settings.compare").await;
    hands.window.sees("typed there").await;
    let both = hands.shown("[role=dialog] table").await;
    assert!(both.contains("typed here") && both.contains("typed there") && both.contains("Li Na"), "{both}");
    hands.window.press_key(fantoccini::key::Key::Escape).await;
    hands.click_on("button", "plugin.settings.keepMine_one").await;
    assert_eq!(hands.value("Greeting").await, "typed here");
    hands.click_on("button", "common.save").await;
    let root = hands::root(home.path()).await;
    hands
        .window
        .until("all of it to be saved", async || {
            let get = Request::ConfigGet { plugin: plugin.clone(), locale: "en".into() };
            let saved: center::views::SettingsView = root.get(get).await;
            let values: Vec<_> = saved.fields.into_iter().map(|field| field.value).collect();
            let has = |text: &str| values.contains(&json!(text));
            has("typed here") && has("typed here too") && has("teal")
        })
        .await;
    hands.end().await;
}

#[tokio::test]
async fn a_plugin_that_crashes_while_it_is_looked_at_is_shown_as_it_is_and_nothing_typed_is_lost() {
    let home = tempfile::tempdir().unwrap();
    let (hands, plugin) = at_its_settings(home.path()).await;
    hands.type_into("Greeting", "typed here").await;
    let root = hands::root(home.path()).await;
    let state = async |state: &str| {
        hands.window.find(By::Css(&format!("[data-testid=state][data-state={state}]"))).await;
        assert_eq!(hands.value("Greeting").await, "typed here");
    };
    for attempt in ["1", "2"] {
        crash(&root, &plugin).await;
        state("restarting").await;
        let note = hands.shown("[data-testid=state-note]").await;
        let values = [("attempt", attempt), ("of", "3")];
        assert!(hands.reads(&note, "state.restarting.sentence", &values), "{note}");
        state("running").await;
        hands.window.sees_no(&note).await;
    }
    crash(&root, &plugin).await;
    state("stopped_after_errors").await;
    let note = hands.shown("[data-testid=state-note]").await;
    assert!(hands.reads(&note, "state.stopped_after_errors.sentence", &[("failures", "3")]), "{note}");
    hands.click_on("button", "plugin.state.tryAgain").await;
    state("running").await;
    hands.click_on("button", "common.save").await;
    hands.sees("plugin.settings.saved").await;
    hands.end().await;
}

async fn crash(root: &crate::harness::observer::Observer, plugin: &PluginId) {
    let (plugin, args) = (plugin.clone(), json!({ "deed": "abort" }));
    let refused = root.ask(Request::PluginCall { plugin, call: "do".into(), args }).await;
    assert!(refused.is_err(), "it crashed instead of answering");
}

#[tokio::test]
async fn a_killed_application_comes_back_with_what_was_on_and_asks_who_is_there() {
    let home = tempfile::tempdir().unwrap();
    let (hands, _) = at_its_settings(home.path()).await;
    hands.window.kill();
    let again = Hands::open(Window::over(home.path()), ENGLISH).await;
    again.sees("session.signIn").await;
    let said = again.window.says().await;
    assert!(!said.contains(PLUGIN), "nothing is shown to nobody: {said}");
    again.sign_in("root", PASSWORD).await;
    let row = format!("[data-testid='plugin-{PLUGIN}']");
    again.window.find(By::Css(&format!("{row} [data-state=running]"))).await;
    assert!(again.window.look(By::Css("[role=alert]")).await.is_none(), "{}", again.window.says().await);
    let root = hands::root(home.path()).await;
    assert_eq!(root.plugins().await[0].observed, StateView::Running);
    assert_eq!(root.get::<Value>(Request::AttentionList).await, json!([]));
    again.end().await;
}
