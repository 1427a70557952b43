//! Every badge of a plugin, reached for real, with its words and its ways on, in both languages.

use std::fs;
use std::path::Path;

use center::paths::Home;
use center::request::Request;
use center::views::StatusView;
use serde_json::{Value, json};
use spk::PluginId;

use crate::fixtures::{Package, Publisher};
use crate::hands::{self, CHINESE, ENGLISH, Hands, Language};
use crate::harness::observer::Observer;
use crate::harness::page::By;
use crate::harness::window::Window;

/// What a row shows: its state, and all its words with the names of what can be pressed.
const ROW: &str = "const row = document.querySelector(arguments[0]);
    const badge = row?.querySelector('[data-testid=state]');
    const acts = [...(row?.querySelectorAll('button, a') ?? [])].map((one) => one.innerText.trim());
    return [badge?.dataset.state ?? '', badge?.innerText ?? '', row?.innerText ?? '', acts];";

/// The center, its one publisher, and the window in which its plugins are seen.
struct Scene {
    hands: Hands,
    root: Observer,
    publisher: Publisher,
    home: Home,
}

impl Scene {
    async fn begin(home: &Path, language: Language) -> Self {
        // High enough for all rows at once.
        let hands = Hands::begin_in(Window::over(home).size(1280, 1300), language).await;
        let (root, publisher) = (hands::root(home).await, Publisher::new("Example Ltd"));
        hands::trust(&root, &publisher, "com.example.*").await;
        Self { hands, root, publisher, home: Home::at(home) }
    }

    /// Installs a plugin that has this name, too.
    async fn install(&self, package: Package) -> PluginId {
        hands::install(&self.root, &package.pack(&self.publisher, &self.home.root().join("outbox"))).await
    }

    async fn obedient(&self, id: &str) -> PluginId {
        let order = json!({ "type": "string" });
        self.install(Package::rogue(id).config(&[], json!({ "start": order, "stop": order }))).await
    }

    async fn order(&self, plugin: &PluginId, values: Value) {
        let (plugin, values) = (plugin.clone(), values);
        let set = Request::ConfigSet { plugin, values, revision: None, turn_off: false };
        let _: Value = self.root.get(set).await;
    }

    async fn switch(&self, plugin: &PluginId, on: bool) {
        let _: Value =
            self.root.get(Request::PluginSwitch { plugin: plugin.clone(), on, revision: None }).await;
    }

    /// Asks a plugin to abort, which it does instead of answering.
    async fn crash(&self, plugin: &PluginId) {
        let (plugin, args) = (plugin.clone(), json!({ "deed": "abort" }));
        let refused = self.root.ask(Request::PluginCall { plugin, call: "do".into(), args }).await;
        assert!(refused.is_err(), "it crashed instead of answering");
    }

    /// Waits for a row's badge, and holds its words against the window's own.
    async fn shows(&self, row: &str, state: &str, values: &[(&str, &str)], acts: &[&str]) {
        let (mut found, css) = (Value::Null, format!("[data-testid='{row}']"));
        self.hands
            .window
            .until(&format!("`{row}` to be `{state}`"), async || {
                found = self.hands.window.run(ROW, vec![json!(css)]).await;
                found[0] == state
            })
            .await;
        let badge = self.hands.say_with(&format!("state.{state}.badge"), values);
        assert_eq!(found[1].as_str().expect("as the script returns it").trim(), badge, "{row}");
        let sentence = format!("state.{state}.sentence");
        if self.hands.has(&sentence) {
            let words = found[2].as_str().expect("as the script returns it");
            assert!(self.hands.reads(words, &sentence, values), "{row} has no `{sentence}`: {words}");
        }
        for act in acts {
            let act = self.hands.say(&format!("plugins.state.{act}"));
            assert!(
                found[3].as_array().expect("as the script returns it").contains(&json!(act)),
                "{row} has no `{act}`: {found}"
            );
        }
    }
}

fn row(plugin: &PluginId) -> String {
    format!("plugin-{plugin}")
}

async fn what_stays_is_shown(scene: &Scene) {
    let off = scene.install(Package::rogue("com.example.off")).await;
    scene.shows(&row(&off), "off", &[], &[]).await;

    let required = json!({ "token": { "type": "string", "title": "Access code" } });
    let unset = scene.install(Package::rogue("com.example.unset").config(&["token"], required)).await;
    scene.shows(&row(&unset), "set_up_first", &[("fields", "Access code")], &["fill"]).await;

    let running = scene.install(Package::rogue("com.example.running")).await;
    scene.switch(&running, true).await;
    scene.shows(&row(&running), "running", &[], &[]).await;

    let packages = || {
        fs::read_dir(scene.home.packages())
            .expect("as it was made")
            .map(|file| file.expect("as it was made").path())
    };
    let before: Vec<_> = packages().collect();
    let missing = scene.install(Package::rogue("com.example.missing")).await;
    packages()
        .filter(|path| !before.contains(path))
        .for_each(|path| fs::remove_file(path).expect("as it was made"));
    scene.switch(&running, false).await;
    scene.switch(&running, true).await;
    scene.shows(&row(&missing), "package_missing", &[], &["putBack", "choose"]).await;
}

async fn what_waits_for_a_person_is_shown(scene: &Scene) {
    let status: StatusView = scene.root.status().await;
    let folder = Path::new(&status.folder_path);
    let outbox = scene.home.root().join("strangers");
    let stranger = Package::rogue("org.elsewhere.new").pack(&Publisher::new("Stranger"), &outbox);
    fs::copy(stranger, folder.join("new.spk")).expect("as it was made");
    scene.shows("file-new.spk", "waiting_for_approval", &[], &["review"]).await;

    let asking = scene.install(Package::rogue("com.example.asking")).await;
    scene.switch(&asking, true).await;
    let more = Package::rogue("com.example.asking").version("1.1.0", 2);
    let more = more.with("capabilities", json!({ "memory": "512 MiB" })).pack(&scene.publisher, &outbox);
    fs::copy(more, folder.join("more.spk")).expect("as it was made");
    let versions = [("version", "1.1.0"), ("installed", "1.0.0")];
    scene.shows(&row(&asking), "update_waiting", &versions, &["update"]).await;

    for (row, act) in [("file-new.spk".to_owned(), "review"), (row(&asking), "update")] {
        let name = scene.hands.say(&format!("plugins.state.{act}"));
        let button = format!("[data-testid='{row}'] button[aria-label^='{name}']");
        scene.hands.click(By::Css(&button)).await;
        scene.hands.window.find(By::TestId("review")).await;
        scene.hands.click_on("button", "common.cancel").await;
        scene
            .hands
            .window
            .until("the review to close", async || scene.hands.shown("[data-testid=review]").await.is_empty())
            .await;
    }
}

async fn what_passes_is_shown(scene: &Scene) {
    let slow = scene.obedient("com.example.slow").await;
    scene.switch(&slow, true).await;
    scene.shows(&row(&slow), "running", &[], &[]).await;
    scene.order(&slow, json!({ "stop": "hang" })).await;
    let switch = format!("switch-{slow}");
    scene.hands.click(By::TestId(&switch)).await;
    scene.shows(&row(&slow), "stopping", &[], &[]).await;
    scene.shows(&row(&slow), "off", &[], &[]).await;
    scene.order(&slow, json!({ "stop": null, "start": "hang" })).await;
    scene.hands.click(By::TestId(&switch)).await;
    scene.shows(&row(&slow), "starting", &[], &[]).await;
}

async fn what_fails_is_shown_and_mended(scene: &Scene) {
    let base = scene.obedient("com.example.base").await;
    let needing = Package::rogue("com.example.needing");
    let needing = scene.install(needing.with("dependencies", json!({ "com.example.base": "^1" }))).await;
    scene.switch(&base, true).await;
    scene.switch(&needing, true).await;
    scene.shows(&row(&needing), "running", &[], &[]).await;
    for attempt in ["1", "2"] {
        scene.crash(&base).await;
        scene.shows(&row(&base), "restarting", &[("attempt", attempt), ("of", "3")], &[]).await;
        scene.shows(&row(&base), "running", &[], &[]).await;
    }
    scene.crash(&base).await;
    let failures = [("failures", "3")];
    scene.shows(&row(&base), "stopped_after_errors", &failures, &["again", "logs"]).await;
    let name = [("name", "com.example.base")];
    scene.shows(&row(&needing), "waiting_for_dependency", &name, &["both"]).await;
    scene.hands.click_on("button", "plugins.state.both").await;
    scene.shows(&row(&base), "running", &[], &[]).await;
    scene.shows(&row(&needing), "running", &[], &[]).await;
}

async fn every_badge_is_shown(language: Language) {
    let home = tempfile::tempdir().expect("as it was made");
    let scene = Scene::begin(home.path(), language).await;
    what_stays_is_shown(&scene).await;
    what_waits_for_a_person_is_shown(&scene).await;
    what_fails_is_shown_and_mended(&scene).await;
    what_passes_is_shown(&scene).await;
    scene.hands.end().await;
}

#[tokio::test]
async fn every_badge_is_reached_and_told_in_english() {
    every_badge_is_shown(ENGLISH).await;
}

#[tokio::test]
async fn every_badge_is_reached_and_told_in_chinese() {
    every_badge_is_shown(CHINESE).await;
}
