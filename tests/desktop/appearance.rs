//! Language, colours and the policy under which the page lives.

use serde_json::json;

use crate::harness::window::{Scheme, Window};

#[tokio::test]
async fn the_window_follows_the_systems_language_and_colours() {
    let home = tempfile::tempdir().unwrap();
    let window = Window::over(home.path()).locale("zh_CN").scheme(Scheme::Dark).open().await;
    window
        .until("a Chinese page", async || {
            let language = window.run("return document.documentElement.lang", vec![]).await;
            language == json!("zh-CN")
        })
        .await;
    let dark = "return matchMedia('(prefers-color-scheme: dark)').matches";
    assert_eq!(window.run(dark, vec![]).await, json!(true));
    let picture = home.path().join("picture.png");
    window.picture(&picture).await;
    assert!(std::fs::read(&picture).unwrap().starts_with(b"\x89PNG"));
    window.end().await;
}

#[tokio::test]
async fn styles_and_scripts_that_are_not_the_applications_own_are_refused_and_counted() {
    let home = tempfile::tempdir().unwrap();
    let window = Window::over(home.path()).open().await;
    assert_eq!(window.violations().await, [""; 0], "the application itself keeps the policy");
    let sneaked =
        "const style = document.createElement('style'); style.textContent = 'body{outline-width:7px}';
        const script = document.createElement('script'); script.textContent = 'window.sneaked = true';
        document.head.append(style, script);
        return [getComputedStyle(document.body).outlineWidth, window.sneaked ?? false]";
    let after = window.run(sneaked, vec![]).await;
    assert_eq!(after[1], json!(false), "a script without the nonce ran");
    assert_ne!(after[0], json!("7px"), "a style without the nonce was applied");
    window.until("both to be counted", async || window.violations().await.len() == 2).await;
    window.terminate();
}

#[tokio::test]
async fn the_main_window_shows_the_applications_own_pages_and_nothing_else() {
    let home = tempfile::tempdir().unwrap();
    let window = Window::over(home.path()).open().await;
    let outside = home.path().join("outside.html");
    std::fs::write(&outside, "<title>outside</title>").unwrap();
    let url = format!("file://{}", outside.display());
    for lead in [
        "location.href = arguments[0]",
        "const link = document.createElement('a'); link.href = arguments[0]; document.body.append(link); link.click()",
        "location.replace('data:text/html,outside')",
        "location.assign('http://ipc.localhost/status')",
        "location.href = 'about:blank'",
    ] {
        window.run(lead, vec![json!(url)]).await;
        // A page that was left would not answer a command any more, or under another address.
        let status = window.invoke("status", json!({})).await.expect("the page is still the application's");
        assert_eq!(status["initialised"], json!(false));
        let address = window.run("return location.href", vec![]).await;
        assert!(address.as_str().unwrap().starts_with("tauri://localhost"), "{lead}: {address}");
    }
    let opened = window.run("return window.open(arguments[0]) === null", vec![json!(url)]).await;
    assert_eq!(opened, json!(true), "a second window");
    assert_eq!(window.client.windows().await.unwrap().len(), 1);
    window.end().await;
}
