//! A first start from a backup: chosen in the platform's dialog, checked before anything changes, and then the center is as
//! it was, in the same process, with its plugins, its people and its control socket.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use center::paths::Home;
use center::request::{Password, Request};
use center::views::{BackupView, StatusView};
use serde_json::{Value, json};
use spk::PluginId;
use walkdir::WalkDir;

use crate::fixtures::{Package, Publisher};
use crate::hands::{self, CHINESE, ENGLISH, Hands, Language};
use crate::harness::observer::Observer;
use crate::harness::page::By;
use crate::harness::window::{Opening, Window};
use crate::{PASSWORD, create_account};

const PLUGIN: &str = "com.example.kept";
const SECRET: &str = "keep-me-8341";
const PASSPHRASE: &str = "forty-one grey herons";

/// Backups of one center, in which a plugin with a secret runs: encrypted, and as anybody may read it.
async fn backups(folder: &Path) -> (PathBuf, PathBuf) {
    let home = folder.join("first");
    let hands = Hands::begin(&home, ENGLISH).await;
    create_account(&home, "wang").await;
    let root = hands::root(&home).await;
    let publisher = Publisher::new("Example Ltd");
    hands::trust(&root, &publisher, "com.example.*").await;
    let secret = json!({ "secret": { "type": "string", "format": "password", "title": "Secret" } });
    let package = Package::rogue(PLUGIN).config(&["secret"], secret);
    let plugin = hands::install(&root, &package.pack(&publisher, &folder.join("outbox"))).await;
    let values = json!({ "secret": { "$set": SECRET } });
    let set = Request::ConfigSet { plugin: plugin.clone(), values, revision: None, turn_off: false };
    let _: Value = root.get(set).await;
    let _: Value = root.get(Request::PluginSwitch { plugin, on: true, revision: None }).await;
    let (sealed, plain) = (folder.join("sealed.backup"), folder.join("plain.backup"));
    for (path, passphrase) in [(&sealed, Some(Password(PASSPHRASE.into()))), (&plain, None)] {
        let _: BackupView = root.get(Request::BackupMake { path: path.clone(), passphrase }).await;
    }
    hands.end().await;
    (sealed, plain)
}

/// Before a first start that is to begin with a backup.
pub async fn at_the_choice(opening: Opening, language: Language) -> Hands {
    let hands = Hands::open(opening, language).await;
    hands.sees("session.first.language.title").await;
    hands.click(By::Css(&format!("input[value={}]", language.tag))).await;
    hands.click_on("button", "common.next").await;
    hands.click_on("radio", "session.first.way.backup").await;
    hands.click_on("button", "common.next").await;
    hands.sees("session.first.restore.what").await;
    hands
}

/// Everything in and beside a home that a failed restore must leave, but for what SQLite keeps for itself.
fn everything(home: &Path) -> Vec<PathBuf> {
    let beside = home.parent().expect("it is in a folder");
    let found = WalkDir::new(beside).sort_by_file_name().into_iter().map(|entry| entry.expect("it is there"));
    let paths = found.map(walkdir::DirEntry::into_path);
    paths.filter(|path| !path.to_string_lossy().contains("center.db-")).collect()
}

/// Waits for a refusal, which leaves everything as it was.
async fn is_refused(hands: &Hands, code: &str, before: &[PathBuf]) {
    for part in ["message", "hint"] {
        hands.sees(&format!("errors.{code}.{part}")).await;
    }
    hands.sees("session.first.restore.failed").await;
    let home = hands.window.home();
    let status: StatusView = Observer::of(home).status().await;
    assert!(!status.initialised && everything(home) == before, "{code} changed something");
}

/// Chooses a file, until the page says what it says of this one: the platform's dialog of a busy computer may take another
/// than the one whose path was typed, and a person would look and choose again.
pub async fn choose(hands: &Hands, file: &Path, says: &str) {
    for _ in 1..DIALOGS {
        open_and_choose(hands, file).await;
        let chosen = Instant::now();
        while chosen.elapsed() < SHOWN_WITHIN {
            if hands.window.says().await.contains(says) {
                return;
            }
        }
    }
    open_and_choose(hands, file).await;
    hands.window.sees(says).await;
}

async fn open_and_choose(hands: &Hands, file: &Path) {
    let another = hands.window.says().await.contains(&hands.say(ANOTHER));
    let button = if another { ANOTHER } else { FIRST };
    hands.choose(file, async || hands.click_on("button", button).await).await;
}

/// So many dialogs are opened for one file at most.
const DIALOGS: usize = 3;
const SHOWN_WITHIN: Duration = Duration::from_secs(5);

/// The button for the first choice.
const FIRST: &str = "session.first.restore.choose";
const ANOTHER: &str = "session.first.restore.another";

async fn type_passphrase(hands: &Hands, passphrase: &str) {
    hands.type_secret_into(&hands.say("session.first.restore.passphrase"), passphrase).await;
    hands.click_on("button", "session.first.restore.act").await;
}

async fn has_badge(hands: &Hands, state: &str) {
    let css = format!("[data-testid='plugin-{PLUGIN}'] [data-testid=state][data-state={state}]");
    hands.window.find(By::Css(&css)).await;
}

#[tokio::test]
async fn a_first_start_from_an_encrypted_backup_runs_what_ran_and_a_wrong_passphrase_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let (sealed, _) = backups(folder.path()).await;
    let room = tempfile::tempdir().expect("a folder");
    let home = room.path().join("home");
    let hands = at_the_choice(Window::over(&home), ENGLISH).await;
    let pid = hands.window.pid;
    let before = everything(&home);
    hands.choose_nothing(async || hands.click_on("button", FIRST).await).await;
    choose(&hands, &sealed, "sealed.backup").await;
    type_passphrase(&hands, "forty-two grey herons").await;
    is_refused(&hands, "backup_passphrase", &before).await;

    type_passphrase(&hands, PASSPHRASE).await;
    hands.window.find(By::TestId("restored")).await;
    assert!(!hands.window.says().await.contains(&hands.say("session.first.restored.enter")));
    hands.click_on("button", "session.signIn").await;
    hands.sign_in("root", PASSWORD).await;
    has_badge(&hands, "running").await;
    let root = hands::root(&home).await;
    assert_eq!(root.status().await.home, home.to_string_lossy(), "it is this home");
    let plugin: PluginId = PLUGIN.parse().expect("as it is written");
    let off = Request::PluginSwitch { plugin, on: false, revision: None };
    let _: Value = root.get(off).await;
    has_badge(&hands, "off").await;
    assert!(Home::at(&home).plugins().join("com.example.kept.v1.0.0.spk").is_file(), "the folder is filled");
    let beside: Vec<_> = fs::read_dir(room.path()).expect("it is there").collect();
    assert_eq!(beside.len(), 1, "nothing is left beside the home: {beside:?}");
    assert_eq!(hands.window.pid, pid, "the same process");
    hands.sign_out("Li Na").await;
    hands.sign_in("wang", PASSWORD).await;
    hands.sees("mine.title").await;
    hands.end().await;
}

#[tokio::test]
async fn a_first_start_from_a_plain_backup_says_in_chinese_what_to_enter_again_and_bad_files_change_nothing()
{
    let folder = tempfile::tempdir().expect("a folder");
    let (_, plain) = backups(folder.path()).await;
    let good = fs::read(&plain).expect("it was made");
    let write = |name: &str, bytes: &[u8]| {
        fs::write(folder.path().join(name), bytes).expect("a good folder");
        folder.path().join(name)
    };
    let text = good.windows(PLUGIN.len()).position(|bytes| bytes == PLUGIN.as_bytes()).expect("it is in it");
    let changed = [&good[..text], b"com.example.kepp", &good[text + PLUGIN.len()..]].concat();
    let room = tempfile::tempdir().expect("a folder");
    let home = room.path().join("home");
    let hands = at_the_choice(Window::over(&home), CHINESE).await;
    let before = everything(&home);
    let zip = write("some.zip", b"PK\x03\x04 and so on, for a while");
    choose(&hands, &zip, &hands.say("errors.not_a_backup.message")).await;
    is_refused(&hands, "not_a_backup", &before).await;
    let bad = [
        ("cut.backup", &good[..good.len() / 2], "backup_incomplete"),
        ("changed.backup", &changed, "backup_damaged"),
    ];
    for (name, bytes, code) in bad {
        choose(&hands, &write(name, bytes), name).await;
        hands.click_on("button", "session.first.restore.act").await;
        is_refused(&hands, code, &before).await;
    }

    choose(&hands, &plain, "plain.backup").await;
    hands.sees("session.first.restore.plain").await;
    hands.click_on("button", "session.first.restore.act").await;
    hands.sees("session.first.restored.enter").await;
    let fields = [("id", PLUGIN), ("fields", "secret")];
    hands.window.sees(&hands.say_with("session.first.restored.ofPlugin", &fields)).await;
    hands.click_on("button", "session.signIn").await;
    hands.sign_in("root", PASSWORD).await;
    has_badge(&hands, "set_up_first").await;
    hands.end().await;
}
