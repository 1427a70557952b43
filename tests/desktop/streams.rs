//! What comes piece by piece: the progress of a plan and an install, their cancelling, and a plugin's log.

use serde_json::{Value, json};

use crate::fixtures::{Package, Publisher};
use crate::harness::window::Window;
use crate::{call_from_beside, code, initialise};

const PLUGIN: &str = "com.example.rogue";

/// Calls a command with a channel under `channel`'s name; what comes over it is kept in `window.streamed`, and the first
/// piece calls another command, if one is given.
const STREAM: &str = "const [name, args, channel, then, done] = arguments;
    const { invoke, transformCallback } = window.__TAURI_INTERNALS__;
    window.streamed = []; let first = then;
    const id = transformCallback((piece) => {
        if ('message' in piece) window.streamed.push(piece.message);
        if (first) { const [other, its] = first; first = null; invoke(other, { args: its }); }
    });
    invoke(name, { args: { ...args, [channel]: `__CHANNEL__:${id}` } })
        .then((ok) => done({ ok }), (error) => done({ error }));";

async fn stream(
    window: &Window,
    name: &str,
    args: Value,
    channel: &str,
    then: Value,
) -> Result<Value, Value> {
    let answer = window.client.execute_async(STREAM, vec![json!(name), args, json!(channel), then]).await;
    let mut answer = answer.expect("the page lives");
    match answer.get_mut("error") {
        Some(error) => Err(error.take()),
        None => Ok(answer["ok"].take()),
    }
}

async fn streamed(window: &Window) -> Vec<Value> {
    serde_json::from_value(window.run("return window.streamed", vec![]).await).expect("pieces")
}

fn stages(pieces: &[Value]) -> Vec<&str> {
    let mut stages: Vec<_> = pieces.iter().filter_map(|piece| piece["stage"].as_str()).collect();
    stages.dedup();
    stages
}

#[tokio::test]
async fn a_plan_and_an_install_tell_the_page_each_stage_and_a_log_its_lines() {
    let home = tempfile::tempdir().unwrap();
    let window = Window::over(home.path()).open().await;
    initialise(&window).await;
    let file = Package::rogue(PLUGIN).pack(&Publisher::new("Example Ltd"), &home.path().join("outbox"));
    let args = json!({ "path": file, "locale": "en", "operation": "plan" });
    let plan = stream(&window, "package_plan", args, "progress", Value::Null).await.unwrap();
    assert_eq!(plan["plugin"], PLUGIN);
    assert_eq!(stages(&streamed(&window).await), ["copying", "signature", "contents"]);

    let trust = json!({ "label": "Example Ltd", "namespaces": ["com.example.*"], "checked": "in a test" });
    let answers = json!({ "trust": trust, "capabilities": true, "turn_on": true });
    let args = json!({ "plan": plan["plan"], "answers": answers, "operation": "apply" });
    let applied = stream(&window, "package_apply", args, "progress", Value::Null).await.unwrap();
    assert_eq!(applied["plugin"], PLUGIN);
    assert_eq!(stages(&streamed(&window).await), ["unpacking", "saving", "starting"]);

    let running = async || {
        let shown = window.invoke("plugin_show", json!({ "plugin": PLUGIN, "locale": "en" })).await.unwrap();
        shown["observed"]["state"] == "running"
    };
    window.until("the plugin to run", running).await;
    stream(&window, "log_follow", json!({ "plugin": PLUGIN }), "channel", Value::Null).await.unwrap();
    let trace = json!({ "plugin": PLUGIN, "call": "do", "args": { "deed": "trace" } });
    window.invoke("plugin_call", trace.clone()).await.unwrap();
    let lines = async || {
        let pieces = streamed(&window).await;
        pieces.iter().filter(|line| line["fields"]["attempt"] == 3).count()
    };
    window.until("the line", async || lines().await == 1).await;
    window.invoke("lock", json!({})).await.unwrap();
    call_from_beside(home.path(), PLUGIN, json!({ "deed": "trace" })).await;
    window.invoke("unlock", json!({ "password": crate::PASSWORD })).await.unwrap();
    assert_eq!(lines().await, 1, "a locked page is told nothing");
    window.end().await;
}

#[tokio::test]
async fn a_cancelled_plan_ends_with_its_own_code_and_leaves_nothing() {
    let home = tempfile::tempdir().unwrap();
    let window = Window::over(home.path()).open().await;
    initialise(&window).await;
    let mut noise = vec![0; 96 << 20];
    blake3::Hasher::new().finalize_xof().fill(&mut noise);
    let package = Package::rogue(PLUGIN).file("web/noise.bin", &noise);
    let file = package.pack(&Publisher::new("Example Ltd"), &home.path().join("outbox"));
    let args = json!({ "path": file, "locale": "en", "operation": "o" });
    let cancel = json!(["operation_cancel", { "operation": "o" }]);
    assert_eq!(code(stream(&window, "package_plan", args, "progress", cancel).await), "cancelled");
    let staging = center::paths::Home::at(home.path()).staging();
    assert_eq!(std::fs::read_dir(staging).unwrap().count(), 0);
    window.end().await;
}
