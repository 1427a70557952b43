//! People at the real window: where they are signed in, and the way back in for a superadmin.

use center::actor::Role;
use center::request::{Password, Request, SessionKind};
use center::views::{AccountView, RecoveredView, SessionView};
use serde_json::Value;

use crate::hands::{self, CHINESE, ENGLISH, Hands};
use crate::harness::observer::Observer;
use crate::harness::page::By;
use crate::{PASSWORD, create_account};

#[tokio::test]
async fn a_session_is_ended_from_the_window_and_the_windows_own_from_beside_leads_to_signing_in() {
    let home = tempfile::tempdir().unwrap();
    let hands = Hands::begin(home.path(), CHINESE).await;
    let beside = hands::root(home.path()).await;
    let list = Request::SessionList { account: None };
    let open: Vec<SessionView> = beside.get(list.clone()).await;
    let own = |open: &[SessionView]| open.iter().find(|one| one.own).expect("the asker's").id.clone();
    hands.click(By::Role("button", "Li Na")).await;
    hands.click_on("menuitem", "session.sessions").await;
    hands.click(By::Css(&format!("[data-testid='session-{}'] button", own(&open)))).await;
    let ended = async || beside.ask(Request::Me).await.is_err_and(|refusal| refusal.code == "not_signed_in");
    hands.window.until("the other session to have ended", ended).await;

    let beside = hands::root(home.path()).await;
    let open: Vec<SessionView> = beside.get(list).await;
    let window = open.iter().find(|one| one.kind == SessionKind::Window).expect("the window's");
    let end = Request::SessionEnd { account: None, session: Some(window.id.clone()) };
    let _: Value = beside.get(end).await;
    hands.sees("session.signIn").await;
    hands.end().await;
}

#[tokio::test]
async fn a_new_superadmin_is_reminded_to_make_a_recovery_code_and_it_works() {
    let home = tempfile::tempdir().unwrap();
    let hands = Hands::begin(home.path(), ENGLISH).await;
    create_account(home.path(), "wang").await;
    let root = hands::root(home.path()).await;
    let accounts: Vec<AccountView> = root.get(Request::AccountList).await;
    let wang = accounts.iter().find(|account| account.login == "wang").expect("it was made").id;
    let promote = Request::AccountRole { account: wang, role: Role::Superadmin, revision: None };
    let _: Value = root.get(promote).await;
    hands.sign_out("Li Na").await;
    hands.sees("session.signIn").await;
    hands.sign_in("wang", PASSWORD).await;
    hands.click(By::Css("[data-testid=no-recovery-code] button")).await;
    hands.type_secret_into(&hands.say("session.presentPassword"), PASSWORD).await;
    hands.click_on("button", "session.recovery.make").await;
    let code = hands.window.text(By::TestId("recovery-code")).await;
    hands.click_on("button", "session.first.recovery.kept").await;
    let reminded = async || hands.window.look(By::TestId("no-recovery-code")).await.is_some();
    hands.window.until("the reminder to go", async || !reminded().await).await;

    let (login, code, new) = ("wang".to_owned(), Password(code), Password("green umbrella 93".into()));
    let recover = Request::AccountRecover { login, code, new };
    let back: RecoveredView = Observer::of(home.path()).get(recover).await;
    assert_eq!(back.login, "wang");
    hands.sees("session.signIn").await;
    hands.end().await;
}
