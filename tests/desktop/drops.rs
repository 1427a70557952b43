//! Native drags of files onto the window.

use std::fs;

use serde_json::{Value, json};

use crate::harness::window::Window;
use crate::initialise;

#[tokio::test]
async fn files_dropped_from_another_program_reach_the_page_with_their_real_paths() {
    let home = tempfile::tempdir().unwrap();
    let window = Window::over(home.path()).open().await;
    initialise(&window).await;
    let files = ["a b.spk", "智能 机器人%20#1.spk"].map(|name| home.path().join(name));
    for file in &files {
        fs::write(file, "not a package").unwrap();
    }
    // Its own listener, beside whatever the page does with a drop.
    let listen = "const done = arguments[0]; const { invoke, transformCallback } = window.__TAURI_INTERNALS__;
        window.dropped = []; const names = ['tauri://drag-enter', 'tauri://drag-leave', 'tauri://drag-drop'];
        Promise.all(names.map((event) => invoke('plugin:event|listen', { event, target: { kind: 'Any' },
            handler: transformCallback(({ payload }) => window.dropped.push([event, payload?.paths ?? null])) })))
            .then(() => done(true), (error) => done(String(error)))";
    assert_eq!(window.client.execute_async(listen, vec![]).await.unwrap(), json!(true));
    let happened = async || window.run("return window.dropped", vec![]).await;

    let mut drag = window.drag(&files);
    drag.hover(600, 400);
    window.until("the hover", async || happened().await[0] == json!(["tauri://drag-enter", files])).await;
    drag.leave();
    window.until("the leaving", async || happened().await[1][0] == json!("tauri://drag-leave")).await;
    drag.hover(600, 400);
    drag.release();
    let dropped = |told: &Value| told.as_array().unwrap().contains(&json!(["tauri://drag-drop", files]));
    window.until("the drop", async || dropped(&happened().await)).await;
    for file in &files {
        let look = window.invoke("path_look", json!({ "path": file })).await;
        assert_eq!(look, Ok(json!({ "kind": "file", "packages": [] })));
    }
    let look = window.invoke("path_look", json!({ "path": home.path() })).await.unwrap();
    assert_eq!(look["kind"], "folder");
    assert_eq!(look["packages"], json!([files[0], files[1]]));
    window.end().await;
}
