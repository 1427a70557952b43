//! A backup made at the window: the platform's dialog for saving says where, and the file brings everything back.

use std::sync::Arc;

use center::actor::AccountId;
use center::backup::{self, Restore};
use center::clock::SystemClock;
use center::paths::Home;
use center::request::Request;
use serde_json::Value;

use crate::create_account;
use crate::hands::{self, CHINESE, ENGLISH, Hands, Language};
use crate::harness::page::By;

const PASSPHRASE: &str = "forty-one grey herons";

async fn everything_is_kept(language: Language) {
    let home = tempfile::tempdir().expect("a folder");
    let hands = Hands::begin(home.path(), language).await;
    create_account(home.path(), "wang").await;
    hands.click_on("link", "frame.nav.settings").await;
    hands.sees("plugin.kept.empty").await;
    hands.click_on("button", "preferences.backup.act").await;
    hands.sees("preferences.backup.without").await;
    hands.type_secret_into(&hands.say("preferences.backup.passphrase"), PASSPHRASE).await;
    hands.type_secret_into(&hands.say("preferences.backup.repeat"), PASSPHRASE).await;
    hands.sees("preferences.backup.with").await;
    let elsewhere = tempfile::tempdir().expect("a folder");
    let file = elsewhere.path().join("all.backup");
    hands.save_to(&file, async || hands.click_on("button", "preferences.backup.choose").await).await;
    hands.window.find(By::TestId("backup-made")).await;
    hands.window.sees(file.to_str().expect("a path in UTF-8")).await;
    let audited: Vec<Value> = hands::root(home.path())
        .await
        .get(Request::AuditList { last: 50, filter: center::audit::Filter::default() })
        .await;
    let made = audited.iter().find(|row| row["action"] == "backup_made").expect("it is on record");
    assert_eq!((&made["account"], &made["details"]["with_secrets"]), (&1.into(), &true.into()), "{made}");
    hands.end().await;

    let restored = Home::at(elsewhere.path().join("restored"));
    let passphrase = Some(PASSPHRASE.to_owned().into());
    let wish = Restore { path: &file, passphrase, replace: false, clock: Arc::new(SystemClock) };
    let view = backup::restore(&restored, &wish).expect("the passphrase opens it");
    assert!(view.trail_whole && view.left_out.is_empty(), "{view:?}");
    let database = rusqlite::Connection::open(restored.database()).expect("it is there");
    let wang = database.query_row("SELECT id FROM accounts WHERE login = 'wang'", [], |row| row.get(0));
    assert_eq!(wang.map(AccountId), Ok(AccountId(2)));
}

#[tokio::test]
async fn a_backup_made_at_the_window_brings_everything_back_in_english() {
    everything_is_kept(ENGLISH).await;
}

#[tokio::test]
async fn a_backup_made_at_the_window_brings_everything_back_in_chinese() {
    everything_is_kept(CHINESE).await;
}
