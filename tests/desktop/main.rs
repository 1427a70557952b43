//! The real window, on a screen of its own, driven as a person's hands would: what it shows, and how it fails.

mod screen;
#[path = "../support/wait.rs"]
#[allow(dead_code, reason = "only some of its waits are needed here")]
mod wait;

use std::process::Command;

use fantoccini::Locator;

use crate::screen::{Window, binary};

async fn text(window: &Window, test_id: &str) -> String {
    let css = format!("[data-testid={test_id}]");
    let element = window.client.wait().for_element(Locator::Css(&css)).await.expect("the screen shows it");
    element.text().await.expect("it has a text")
}

#[tokio::test]
async fn the_window_shows_its_version_and_the_state_of_the_center() {
    let home = tempfile::tempdir().unwrap();
    let window = Window::open(home.path(), "en_US").await;
    assert_eq!(text(&window, "version").await, concat!("Version ", env!("CARGO_PKG_VERSION")));
    assert_eq!(text(&window, "state").await, "Not set up yet");
    assert_eq!(text(&window, "home").await, home.path().to_str().unwrap());
    window.close().await;
}

#[tokio::test]
async fn the_window_speaks_chinese_and_keeps_its_styles_under_the_policy() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("center.db"), "").unwrap();
    let window = Window::open(home.path(), "zh_CN").await;
    assert_eq!(text(&window, "state").await, "已初始化");
    let style = "return getComputedStyle(document.querySelector('main')).maxWidth";
    let width = window.client.execute(style, vec![]).await.expect("the page can be asked");
    assert_ne!(width, "none", "the style library's own rules were not applied");
    let sneaked = "const s = document.createElement('style'); s.textContent = 'main{max-width:7px}';
        document.head.append(s); return getComputedStyle(document.querySelector('main')).maxWidth";
    let after = window.client.execute(sneaked, vec![]).await.expect("the page can be asked");
    assert_eq!(after, width, "a style without the nonce was applied");
    window.close().await;
}

#[test]
fn without_a_display_the_window_says_so_and_ends() {
    let run = Command::new(binary()).env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").output().unwrap();
    let said = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(69), "{said}");
    assert!(said.contains("there is no display"), "{said}");
    assert!(!said.contains("panicked"), "{said}");
}
