//! What a drop can meet: each file is dropped natively, told in the window's own words and in the person's language, and
//! changes nothing.

use std::fs;
use std::path::{Path, PathBuf};

use center::paths::Home;
use center::request::Request;
use serde_json::{Value, json};

use crate::fixtures::{Package, Publisher, TARGET};
use crate::forged::{self, Processor};
use crate::hands::{self, CHINESE, ENGLISH, Hands, Language};
use crate::harness::observer::Observer;
use crate::harness::page::By;
use crate::{PASSWORD, create_account};

const PLUGIN: &str = "com.example.a";

/// A file, the code of its refusal, and the values that its sentence names; others may stand in the remaining places.
struct Case {
    file: PathBuf,
    code: &'static str,
    values: Vec<(&'static str, &'static str)>,
}

/// Of the files' makers, one is trusted and one was.
struct Makers {
    own: Publisher,
    stranger: Publisher,
    withdrawn: Publisher,
}

/// A center with one plugin, 1.1.0, which was upgraded, and a publisher in whom trust was withdrawn.
async fn prepare(home: &Path) -> Makers {
    let root = hands::root(home).await;
    let makers = Makers {
        own: Publisher::new("Example Ltd"),
        stranger: Publisher::new("Stranger"),
        withdrawn: Publisher::new("Gone Ltd"),
    };
    hands::trust(&root, &makers.own, "com.example.*").await;
    hands::trust(&root, &makers.withdrawn, "org.gone.*").await;
    let (key, reason) = (makers.withdrawn.key.public(), "key was stolen".to_owned());
    let _: Value = root.get(Request::PublisherWithdraw { key, reason }).await;
    for (version, release) in [("1.0.0", 2), ("1.1.0", 3)] {
        let package = Package::rogue(PLUGIN).version(version, release);
        hands::install(&root, &package.pack(&makers.own, &home.join("outbox"))).await;
    }
    makers
}

/// Every file that is refused for what it is.
fn cases(folder: &Path, makers: &Makers) -> Vec<Case> {
    let a = Package::rogue(PLUGIN);
    let newer = || a.clone().version("2.0.0", 5);
    let folder = |name: &str| folder.join(name);
    let good = fs::read(newer().pack(&makers.own, &folder("good"))).expect("as it was made");
    let write = |name: &str, bytes: &[u8]| {
        fs::write(folder(name), bytes).expect("as it was made");
        folder(name)
    };
    let mut changed = good.clone();
    changed[good.len() / 2] ^= 1;
    let other_bytes = a.clone().version("1.1.0", 9).file("README.md", b"# Other");
    let past = "2020-01-01T00:00:00Z".parse().expect("as it is written");
    let case = |file, code, values: &[_]| Case { file, code, values: values.to_vec() };
    vec![
        case(write("archive.zip", b"PK\x03\x04 and more"), "not_a_package", &[]),
        case(write("plugin.jar", b"PK\x03\x04 and more"), "not_a_package", &[]),
        case(write("half.spk", &good[..good.len() / 2]), "truncated", &[]),
        case(newer().pack_unsigned(&folder("unsigned")), "unsigned", &[]),
        case(write("changed.spk", &changed), "tampered", &[]),
        case(
            Package::rogue("org.gone.b").pack(&makers.withdrawn, &folder("gone")),
            "revoked",
            &[("reason", "key was stolen")],
        ),
        case(newer().expires(past).pack(&makers.own, &folder("past")), "expired", &[]),
        case(newer().pack(&makers.stranger, &folder("stranger")), "pinned_to_other_key", &[("name", PLUGIN)]),
        case(
            other_bytes.pack(&makers.own, &folder("same")),
            "same_version_other_bytes",
            &[("version", "1.1.0")],
        ),
        case(
            a.clone().version("1.0.5", 1).pack(&makers.own, &folder("old")),
            "downgrade",
            &[("accepted_version", "1.1.0"), ("version", "1.0.5")],
        ),
        case(for_other_computers(&folder("other.spk"), &makers.own), "library_missing_for_platform", &[]),
        case(with_three_mistakes(&folder("wrong.spk"), &makers.own), "manifest_invalid", &[("count", "3")]),
    ]
}

fn manifest() -> Value {
    json!({
        "id": "com.example.odd", "name": "Odd", "version": "1.0.0", "publisher": "Example Ltd",
        "library": { TARGET: "lib/plugin.so" },
    })
}

fn for_other_computers(file: &Path, publisher: &Publisher) -> PathBuf {
    let x86 = TARGET.starts_with("x86_64");
    let (target, processor) = if x86 { ("aarch64", Processor::Arm) } else { ("x86_64", Processor::X86) };
    let mut manifest = manifest();
    manifest["library"] = json!({ format!("{target}-unknown-linux-gnu"): "lib/plugin.so" });
    forged::pack(&manifest, processor, publisher, file);
    file.to_owned()
}

fn with_three_mistakes(file: &Path, publisher: &Publisher) -> PathBuf {
    let mut manifest = manifest();
    manifest["name"] = json!("");
    manifest["commands"] = json!([{ "id": "go", "permission": "absent" }]);
    manifest["capabilities"] = json!({ "memory": "plenty" });
    let processor = if TARGET.starts_with("x86_64") { Processor::X86 } else { Processor::Arm };
    forged::pack(&manifest, processor, publisher, file);
    file.to_owned()
}

/// Everything that a refused file must not change.
pub async fn everything(root: &Observer, home: &Path) -> Vec<String> {
    let locale = || "en".to_owned();
    let asked = [
        Request::PluginList { locale: locale() },
        Request::FolderList { locale: locale() },
        Request::PublisherList,
        Request::AttentionList,
        Request::AccountList,
        Request::KeptList { locale: locale() },
    ];
    let mut found = Vec::new();
    for request in asked {
        found.push(root.get::<Value>(request).await.to_string());
    }
    let home = Home::at(home);
    for folder in [home.plugins(), home.packages(), home.staging()] {
        let mut names: Vec<_> = fs::read_dir(folder)
            .expect("as it was made")
            .map(|file| file.expect("as it was made").path())
            .collect();
        names.sort();
        found.push(format!("{names:?}"));
    }
    found
}

async fn is_refused_in_its_own_words(hands: &Hands, case: &Case) -> String {
    let Case { file, code, values } = case;
    hands.drop(file);
    let dialog = "[data-testid=review-refused]";
    hands.window.find(By::Css(&format!("{dialog} [data-code={code}]"))).await;
    let said = hands.shown(dialog).await;
    let name = file.file_name().expect("a name in UTF-8").to_str().expect("a name in UTF-8");
    assert!(said.contains(&hands.say_with("review.title.refused", &[("file", name)])), "{code}: {said}");
    let message = format!("errors.{code}.message");
    let message = if *code == "manifest_invalid" { message + "_other" } else { message };
    let quoted = hands.say_with("errors.quoted", &[("file", name)]);
    let values = [&values[..], &[("file", &quoted)]].concat();
    assert!(hands.reads(&said, &message, &values), "{code} {values:?}: {said}");
    assert!(said.contains(&hands.say(&format!("errors.{code}.hint"))), "{code}: {said}");
    assert!(said.contains(&hands.say("common.nothingChanged")), "{code}: {said}");
    let report = hands.window.look(By::Role("button", &hands.say("review.act.report"))).await.is_some();
    assert_eq!(report, !["revoked", "downgrade"].contains(code), "{code}: a report for the publisher");
    hands.click_on("button", "common.close").await;
    hands.window.until("the dialog to close", async || hands.shown(dialog).await.is_empty()).await;
    said
}

async fn a_folder_is_looked_into(hands: &Hands, home: &Path, makers: &Makers) {
    let folder = home.join("three packages");
    for id in ["com.example.x", "com.example.y", "com.example.z"] {
        Package::rogue(id).pack(&makers.own, &folder);
    }
    hands.drop(&folder);
    let dialog = "[data-testid=review-folder]";
    hands.window.find(By::Css(dialog)).await;
    let said = hands.shown(dialog).await;
    let count = ("count", "3");
    let name = ("name", "three packages");
    assert!(said.contains(&hands.say("review.folder.title")), "{said}");
    assert!(said.contains(&hands.say_with("review.folder.holds_other", &[count, name])), "{said}");
    assert!(said.contains(&hands.say_with("review.folder.check_other", &[count])), "{said}");
    assert!(said.contains(&hands.say("common.nothingChanged")), "{said}");
    hands.click_on("button", "common.cancel").await;
    hands.window.until("the dialog to close", async || hands.shown(dialog).await.is_empty()).await;
}

async fn an_ordinary_account_is_told_who_may(hands: &Hands, home: &Path, file: &Path) {
    create_account(home, "wang").await;
    hands.sign_out("Li Na").await;
    hands.sign_in("wang", PASSWORD).await;
    hands.sees("mine.title").await;
    let root = hands::root(home).await;
    let before = everything(&root, home).await;
    let (width, height) = hands.window.screen.size();
    let mut drag = hands.window.drag(&[file.to_owned()]);
    drag.hover(width / 2, height / 2);
    hands.sees("review.over.refused").await;
    drag.release();
    hands.window.find(By::TestId("review-say")).await;
    let said = hands.shown("[data-testid=review-say]").await;
    assert!(said.contains(&hands.say("review.over.refused")), "{said}");
    assert!(said.contains(&hands.say("common.nothingChanged")), "{said}");
    assert_eq!(everything(&root, home).await, before, "the file was not opened");
}

async fn every_bad_drop_is_told(language: Language) {
    let home = tempfile::tempdir().expect("as it was made");
    let home = home.path();
    let hands = Hands::begin(home, language).await;
    let makers = prepare(home).await;
    let files = home.join("files");
    fs::create_dir(&files).expect("as it was made");
    let cases = cases(&files, &makers);
    hands.window.find(By::TestId(&format!("plugin-{PLUGIN}"))).await;
    let root = hands::root(home).await;
    let before = everything(&root, home).await;
    let mut told = Vec::new();
    for case in &cases {
        let said = is_refused_in_its_own_words(&hands, case).await;
        assert_eq!(everything(&root, home).await, before, "`{}` changed something", case.code);
        assert!(!told.contains(&said), "`{}` is told as another was", case.code);
        told.push(said);
    }
    a_folder_is_looked_into(&hands, home, &makers).await;
    assert_eq!(everything(&root, home).await, before, "the folder changed something");
    let good = home.join("three packages").join("com.example.x.v1.0.0.spk");
    an_ordinary_account_is_told_who_may(&hands, home, &good).await;
    hands.end().await;
}

#[tokio::test]
async fn every_bad_drop_is_told_in_english_and_changes_nothing() {
    every_bad_drop_is_told(ENGLISH).await;
}

#[tokio::test]
async fn every_bad_drop_is_told_in_chinese_and_changes_nothing() {
    every_bad_drop_is_told(CHINESE).await;
}
