//! People at the real window: where they are signed in.

use center::request::{Request, SessionKind};
use center::views::SessionView;
use serde_json::Value;

use crate::hands::{self, CHINESE, Hands};
use crate::harness::page::By;

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
