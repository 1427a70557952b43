//! The activity at the window: an act appears, is filtered by the core, opened, verified, and exported to a file that is read
//! back; and what an account can use, seen as that account.

use std::fs;
use std::path::Path;

use center::actor::AccountId;
use center::audit::Verdict;
use center::request::Request;
use center::snapshot::Subject;
use center::views::{AccountView, PluginDetailView};
use serde_json::Value;
use spk::PluginId;

use crate::fixtures::{Package, Publisher};
use crate::hands::{self, CHINESE, ENGLISH, Hands, Language};
use crate::harness::observer::Observer;
use crate::harness::page::By;
use crate::harness::wait;
use crate::harness::window::SOON;
use crate::{PASSWORD, create_account};

const PLUGIN: &str = "com.example.watched";
/// What is shown, newest first.
const ACTIONS: &str =
    "return [...document.querySelectorAll('[data-testid=activity-row]')].map((row) => row.dataset.action)";

async fn actions(hands: &Hands) -> Vec<String> {
    serde_json::from_value(hands.window.run(ACTIONS, vec![]).await).expect("texts")
}

async fn shows(hands: &Hands, what: &str, wanted: impl Fn(&[String]) -> bool) {
    let mut last = Vec::new();
    hands
        .window
        .until(&format!("the activity to show {what}"), async || {
            last = actions(hands).await;
            wanted(&last)
        })
        .await;
}

/// A center with a plugin that runs, an ordinary account `wang`, and a refusal of what they tried.
async fn prepare(hands: &Hands) -> (Observer, PluginId, Publisher) {
    let home = hands.window.home();
    let (root, publisher) = (hands::root(home).await, Publisher::new("Example Ltd"));
    hands::trust(&root, &publisher, "com.example.*").await;
    let plugin = hands::install(&root, &Package::rogue(PLUGIN).pack(&publisher, &home.join("outbox"))).await;
    let _: Value = root.get(Request::PluginSwitch { plugin: plugin.clone(), on: true, revision: None }).await;
    create_account(home, "wang").await;
    let wang = Observer::sign_in(home, "wang", PASSWORD).await;
    let switch = Request::PluginSwitch { plugin: plugin.clone(), on: false, revision: None };
    assert_eq!(wang.ask(switch).await.expect_err("it is not theirs").code, "not_a_superadmin");
    (root, plugin, publisher)
}

/// Opens what a row records, and returns it.
async fn opened(hands: &Hands, action: &str) -> String {
    hands.click(By::Css(&format!("[data-testid=activity-row][data-action={action}] button"))).await;
    hands.window.find(By::TestId("activity-details")).await;
    let said = hands.shown("[data-testid=activity-details]").await;
    hands.click(By::Css(&format!("[data-testid=activity-row][data-action={action}] button"))).await;
    said
}

/// Exports what is shown as a table, and waits for the file.
async fn save_as(hands: &Hands, path: &Path) -> String {
    let export = async || {
        hands.click_on("button", "activity.export.act").await;
        hands.click_on("menuitem", "activity.export.csv").await;
    };
    hands.save_to(path, export).await;
    wait::until("the exported file", SOON, || {
        fs::read_to_string(path).ok().filter(|text| text.ends_with('\n'))
    })
}

async fn an_act_is_followed(language: Language) {
    let home = tempfile::tempdir().expect("a folder");
    let hands = Hands::begin(home.path(), language).await;
    let (root, plugin, publisher) = prepare(&hands).await;
    hands.click_on("link", "frame.nav.activity").await;
    shows(&hands, "the refusal", |rows| rows.iter().any(|row| row == "refused")).await;
    let _: Value =
        root.get(Request::PluginSwitch { plugin: plugin.clone(), on: false, revision: None }).await;
    shows(&hands, "the act that happened meanwhile", |rows| {
        rows.first().is_some_and(|row| row == "plugin_switched_off")
    })
    .await;

    let installed = opened(&hands, "plugin_installed").await;
    let shown: PluginDetailView = root.get(Request::PluginShow { plugin, locale: "en".into() }).await;
    for part in [&shown.digest, &publisher.label, &publisher.key.public().to_string(), "1.0.0"] {
        assert!(installed.contains(part), "{part}: {installed}");
    }

    hands.click_on("checkbox", "activity.onlyRefusals").await;
    shows(&hands, "refusals alone", |rows| rows == ["refused"]).await;
    let asked = hands.say("activity.requests.plugin_switch");
    hands.window.sees(&asked).await;
    let exported = save_as(&hands, &home.path().join("refusals.csv")).await;
    let lines: Vec<_> = exported.lines().collect();
    assert_eq!(lines.len(), 2, "the names and one row: {exported}");
    assert!(lines[0].starts_with("seq,at,actor,") && lines[1].contains("not_a_superadmin"), "{exported}");
    hands.window.sees("refusals.csv").await;

    hands.click_on("button", "activity.clear").await;
    hands.type_into(&hands.say("activity.filter"), &hands.say("activity.actions.publisher_trusted")).await;
    shows(&hands, "what was typed in the window's words", |rows| rows == ["publisher_trusted"]).await;
    hands.click_on("button", "activity.verify.act").await;
    let verdict: Verdict = root.get(Request::AuditVerify { against: None }).await;
    let whole = hands.say_with("activity.verify.whole_other", &[("count", &verdict.rows.to_string())]);
    hands.window.sees(&whole).await;
    hands.window.sees(&verdict.head.to_string()).await;
    hands.end().await;
}

#[tokio::test]
async fn an_act_appears_in_the_activity_and_is_filtered_opened_exported_and_verified_in_english() {
    an_act_is_followed(ENGLISH).await;
}

#[tokio::test]
async fn an_act_appears_in_the_activity_and_is_filtered_opened_exported_and_verified_in_chinese() {
    an_act_is_followed(CHINESE).await;
}

#[tokio::test]
async fn a_changed_row_is_named_by_the_window_with_what_became_of_it() {
    let home = tempfile::tempdir().expect("a folder");
    let hands = Hands::begin(home.path(), CHINESE).await;
    create_account(home.path(), "wang").await;
    let database = center::paths::Home::at(home.path()).database();
    let changed = rusqlite::Connection::open(database).expect("it is there");
    changed.execute("UPDATE audit SET target = '9' WHERE seq = 2", []).expect("nothing holds it back");
    hands.click_on("link", "frame.nav.activity").await;
    hands.click_on("button", "activity.verify.act").await;
    hands.window.sees(&hands.say_with("activity.verify.broken", &[("seq", "2")])).await;
    hands.sees("activity.verify.cause.changed").await;
    hands.end().await;
}

async fn account(root: &Observer, login: &str) -> AccountId {
    let accounts: Vec<AccountView> = root.get(Request::AccountList).await;
    accounts.iter().find(|account| account.login == login).expect("it was made").id
}

#[tokio::test]
async fn what_an_account_can_use_is_seen_from_people_and_from_the_plugin_with_the_reason_and_nothing_to_call()
{
    let home = tempfile::tempdir().expect("a folder");
    let hands = Hands::begin(home.path(), ENGLISH).await;
    let (root, plugin, _) = prepare(&hands).await;
    let wang = account(&root, "wang").await;
    let (subject, permission, locale) = (Subject::Account { id: wang }, "use".to_owned(), "en".to_owned());
    let grant = Request::GrantAdd { plugin, permission, subject, locale, revision: None };
    let _: Value = root.get(grant).await;

    hands.click_on("link", "frame.nav.people").await;
    hands.click(By::Role("button", &hands.say_with("people.actsOf", &[("name", "wang")]))).await;
    hands.click_on("menuitem", "mine.seeAs.act").await;
    let seen = format!("[data-testid='mine-{PLUGIN}']");
    hands
        .window
        .until("why it can be used", async || {
            hands.shown(&seen).await.contains(&hands.say("access.why.source.account"))
        })
        .await;
    hands.window.sees(&hands.say_with("mine.seeAs.title", &[("name", "wang")])).await;
    hands.sees("mine.seeAs.readOnly").await;
    assert!(hands.window.look(By::Css("main article button")).await.is_none(), "nothing can be called");

    hands.window.run(&format!("location.hash = '#/plugins/{PLUGIN}?tab=access'"), vec![]).await;
    hands.click(By::Role("combobox", &hands.say("access.why.account"))).await;
    hands.click(By::Role("option", "wang (wang)")).await;
    hands.click(By::Role("link", &hands.say_with("mine.seeAs.of", &[("name", "wang")]))).await;
    hands.window.sees(&hands.say_with("mine.seeAs.title", &[("name", "wang")])).await;
    hands.end().await;
}
