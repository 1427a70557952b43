//! What a review and the lists say of real packages.

use serde_json::{Value, json};

use super::{Progress, World};
use crate::center::Options;
use crate::request::Request;
use crate::views::{FolderFileView, PlanKind, PluginDetailView, PluginView, StatusView};

const SVG: &[u8] =
    b"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"8\" height=\"8\"><path d=\"M0 0h8v8z\"/></svg>";

fn manifest(version: &str) -> Value {
    json!({
        "id": "com.example.team.bot", "name": "%name%", "version": version, "description": "%about%", "icon": "icon.svg",
        "dependencies": { "com.example.directory": "^1.2" }, "optionalDependencies": { "com.example.extra": "*" },
        "permissions": [{ "id": "use", "title": "%use%" }, { "id": "train" }],
        "capabilities": { "read": ["/srv/faq"], "http": ["a.example:443"] },
        "license": { "mode": "vendor" },
        "config": { "required": ["word"], "properties": { "word": { "type": "string", "title": "%word%" } } },
    })
}

fn files() -> Vec<(&'static str, &'static [u8])> {
    let chinese = r#"{"name": "机器人", "about": "回答问题", "use": "使用", "word": "词"}"#.as_bytes();
    let english = br#"{"name": "Bot", "about": "Answers", "use": "Use", "word": "Word"}"#;
    vec![("icon.svg", SVG), ("locales/zh-CN.json", chinese), ("locales/en.json", english)]
}

fn titles(view: &[crate::views::TitledView]) -> Vec<(&str, &str)> {
    view.iter().map(|permission| (permission.id.as_str(), permission.title.as_str())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_says_what_a_package_is_and_an_upgrade_what_is_new_and_gone() {
    let world = World::new().await;
    let first = world.pack_with(&manifest("1.0.0"), &files());
    let plan =
        world.center.plan_package(Some(&world.token), &first, "zh-CN", &Progress::silent()).await.unwrap();
    assert_eq!((plan.name.as_str(), plan.description.as_str()), ("机器人", "回答问题"));
    assert_eq!(plan.file, "com.example.team.bot.v1.0.0.spk");
    assert_eq!((plan.files, plan.license.as_str()), (5, "vendor"));
    assert_eq!(plan.namespaces, ["com.example.*", "com.example.team.bot"]);
    assert!(plan.icon.unwrap().starts_with("data:image/svg+xml;base64,PHN2Zy"));
    let needs: Vec<_> =
        plan.dependencies.iter().map(|d| (d.id.as_str(), d.requirement.as_str(), d.optional)).collect();
    assert_eq!(needs, [("com.example.directory", "^1.2", false), ("com.example.extra", "*", true)]);
    assert_eq!(titles(&plan.permissions_added), [("use", "使用"), ("train", "train")]);
    assert_eq!((plan.permissions_removed.len(), &plan.removed), (0, &json!({})));
    world.install(&first).await;

    let mut next = manifest("1.1.0");
    next["permissions"] = json!([{ "id": "use" }, { "id": "read" }]);
    next["capabilities"] = json!({ "http": ["a.example:443", "b.example:443"] });
    let plan = world.plan(&world.pack_with(&next, &files()), &Progress::silent()).await.unwrap();
    assert_eq!(plan.kind, PlanKind::Upgrade);
    assert_eq!(titles(&plan.permissions_added), [("read", "read")]);
    assert_eq!(titles(&plan.permissions_removed), [("train", "train")]);
    assert_eq!(plan.removed["capabilities"]["read"], json!(["/srv/faq"]));
    assert_eq!(plan.removed["capabilities"].get("http"), None);
    assert_eq!(plan.capabilities["capabilities"]["http"], json!(["b.example:443"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_and_pages_say_what_is_missing_and_who_approved() {
    let world = World::new().await;
    world.install(&world.pack_with(&manifest("1.0.0"), &files())).await;
    let list = world.ask(Request::PluginList { locale: "zh-CN".into() }).await;
    let list: Vec<PluginView> = serde_json::from_value(list).unwrap();
    assert_eq!(list[0].missing, ["词"]);
    assert!(list[0].key.starts_with("ed25519:") && list[0].update.is_none());
    let icon = list[0].icon.clone().unwrap();
    assert!(icon.starts_with("data:image/svg+xml;base64,PHN2Zy"));

    let show = Request::PluginShow { plugin: list[0].id.clone(), locale: "zh-CN".into() };
    let page: PluginDetailView = serde_json::from_value(world.ask(show.clone()).await).unwrap();
    assert_eq!(titles(&page.permissions), [("use", "使用"), ("train", "train")]);
    assert_eq!(page.dependencies[0].id, "com.example.directory");
    let approved = page.approved.unwrap();
    assert_eq!(approved.name.as_deref(), Some("Boss"));

    let home = crate::paths::Home::at(world.folder.path().join("home"));
    std::fs::remove_file(home.package(&page.digest.parse().unwrap())).unwrap();
    let again: PluginDetailView = serde_json::from_value(world.ask(show).await).unwrap();
    assert_eq!(again.plugin.icon, Some(icon), "it was read once");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_icon_that_is_not_what_was_verified_or_too_large_is_not_shown() {
    let world = World::new().await;
    let mut large = SVG.to_vec();
    large.extend(std::iter::repeat_n(b' ', 70_000));
    let mut files = files();
    files[0] = ("icon.svg", &large);
    let path = world.pack_with(&manifest("1.0.0"), &files);
    assert_eq!(world.plan(&path, &Progress::silent()).await.unwrap().icon, None);
    world.install(&path).await;
    let icon = async |world: &World| {
        let list = world.ask(Request::PluginList { locale: "en".into() }).await;
        serde_json::from_value::<Vec<PluginView>>(list).unwrap().remove(0).icon
    };
    assert_eq!(icon(&world).await, None, "too large");

    let world = World::new().await;
    world.install(&world.pack_with(&json!({ "icon": "icon.svg" }), &[("icon.svg", SVG)])).await;
    let home = crate::paths::Home::at(world.folder.path().join("home"));
    let stored = std::fs::read_dir(home.packages()).unwrap().map(|entry| entry.unwrap().path());
    let stored = stored.into_iter().find(|path| path.is_file()).unwrap();
    let mut bytes = std::fs::read(&stored).unwrap();
    let name = bytes.windows(8).position(|part| part == b"icon.svg").unwrap();
    bytes[name + 12] ^= 1;
    std::fs::write(&stored, &bytes).unwrap();
    assert_eq!(icon(&world).await, None, "changed after it was verified");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_file_is_described_and_shown_as_an_update() {
    let world = World::opened(Options { serve: true, ..Options::default() }).await;
    world.install(&world.pack_with(&manifest("1.0.0"), &files())).await;
    let mut next = manifest("1.1.0");
    next["capabilities"]["read"] = json!(["/srv/faq", "/srv/more"]);
    let next = world.pack_with(&next, &files());
    let status: StatusView = serde_json::from_value(world.ask(Request::Status).await).unwrap();
    assert!(status.sandbox.is_empty(), "no host ran yet");
    std::fs::copy(&next, std::path::Path::new(&status.folder_path).join("next.spk")).unwrap();

    let waits = |files: &Vec<FolderFileView>| files.iter().any(|file| file.state == "waiting");
    let list = Request::FolderList { locale: "zh-CN".into() };
    let files = world.until(("the file waits", list), waits).await;
    let about = |name: &str| files.iter().find(|file| file.file == name).unwrap().about.clone().unwrap();
    let waiting = about("next.spk");
    assert_eq!((waiting.name.as_str(), waiting.version.as_str()), ("机器人", "1.1.0"));
    assert_eq!((waiting.publisher.as_str(), waiting.trusted), ("Example", true));
    assert_eq!(about("com.example.team.bot.v1.0.0.spk").version, "1.0.0");

    let list = world.ask(Request::PluginList { locale: "en".into() }).await;
    let update = serde_json::from_value::<Vec<PluginView>>(list).unwrap().remove(0).update.unwrap();
    assert_eq!((update.file.as_str(), update.version.as_str()), ("next.spk", "1.1.0"));
    world.center.shutdown().await;
}
