//! The examples do what they say, in the host that will run them.

use plugin_rpc::{Act, raw};
use serde_json::{Value, json};

use crate::harness::{Center, Setup, code, value};

fn chatbot(mode: &str) -> (Center, Value) {
    let settings = json!({
        "provider": "https://agents.example.com", "clientId": "c1", "secret": "correct horse",
        "threshold": 0.6, "mode": mode
    });
    (Center::running(&Setup::of("chatbot"), &settings), settings)
}

#[test]
fn the_chatbot_answers_what_it_was_taught_in_both_languages() {
    let (mut center, _) = chatbot("bot-first");
    let learn = |question, answer| json!({ "question": question, "answer": answer });
    assert_eq!(value(center.call("learn", &learn("How do I reset my password?", "Ask IT."))), json!(1));
    assert_eq!(value(center.call("learn", &learn("怎么重置密码？", "请联系 IT。"))), json!(2));
    assert_eq!(
        value(center.call("learn", &learn("怎么重置密码", "请拨打 1234。"))),
        json!(2),
        "the same question"
    );
    let answer = |center: &mut Center, question| value(center.call("ask", &json!({ "question": question })));
    let known = answer(&mut center, "how can I reset my password");
    assert_eq!((&known["answer"], &known["agent"]), (&json!("Ask IT."), &json!(null)));
    assert_eq!(answer(&mut center, "如何重置密码")["answer"], json!("请拨打 1234。"));
    let unknown = answer(&mut center, "When is lunch?");
    assert_eq!(unknown["answer"], json!(null));
    assert!(
        unknown["agent"]
            .as_str()
            .unwrap()
            .starts_with("https://agents.example.com/ask?client=c1&question=When")
    );
    assert!(!unknown.to_string().contains("correct horse"));
}

#[test]
fn the_chatbot_takes_new_settings_at_once_and_tries_them() {
    let (mut center, mut settings) = chatbot("bot-only");
    let agent = |center: &mut Center| value(center.call("ask", &json!({ "question": "x" })))["agent"].clone();
    assert_eq!(agent(&mut center), json!(null));
    settings["mode"] = json!("agent-first");
    assert_eq!(value(center.act(Act::Configure { config: raw(&settings) })), json!({ "restart": false }));
    assert!(agent(&mut center).is_string());
    assert_eq!(
        value(center.act(Act::Test { config: raw(&settings) })),
        json!("complete; 0 answers are known")
    );
    settings["secret"] = json!("short");
    assert_eq!(code(center.act(Act::Test { config: raw(&settings) })), "secret_too_short");
}

#[test]
fn tickets_are_opened_listed_and_closed_once() {
    let settings = json!({ "categories": ["Hardware", "Other"], "noteToClose": true, "openLimit": 2 });
    let mut center = Center::running(&Setup::of("tickets"), &settings);
    let ticket = |title| json!({ "title": title, "category": "Hardware" });
    assert_eq!(value(center.call("create", &ticket("Mouse")))["number"], json!(1));
    assert_eq!(value(center.call("create", &ticket("键盘")))["number"], json!(2));
    assert_eq!(code(center.call("create", &ticket("One too many"))), "too_many_open");
    assert_eq!(code(center.call("create", &json!({ "title": "x", "category": "Pets" }))), "unknown_category");
    assert_eq!(code(center.call("close", &json!({ "number": 1 }))), "note_missing");
    let closing = json!({ "number": 1, "note": "replaced" });
    assert_eq!(value(center.call("close", &closing))["closed"]["note"], json!("replaced"));
    assert_eq!(code(center.call("close", &closing)), "closed_already");
    assert_eq!(code(center.call("close", &json!({ "number": 7, "note": "?" }))), "unknown_ticket");
    let listing = value(center.call("list", &json!({ "open": true })));
    assert_eq!(listing["tickets"].as_array().unwrap().len(), 1);
    assert_eq!(listing["tickets"][0]["title"], json!("键盘"));
    assert_eq!(value(center.call("list", &json!({})))["tickets"].as_array().unwrap().len(), 2);
}

#[test]
fn tickets_outlive_their_process() {
    let settings = json!({ "categories": ["Other"], "noteToClose": false, "openLimit": 9 });
    let mut first = Center::running(&Setup::of("tickets"), &settings);
    value(first.call("create", &json!({ "title": "Chair", "category": "Other" })));
    let mut second = Center::loaded(&Setup::of("tickets"));
    second.store = std::mem::take(&mut first.store);
    value(second.act(Act::Start { config: raw(&settings) }));
    assert_eq!(
        value(second.call("create", &json!({ "title": "Desk", "category": "Other" })))["number"],
        json!(2)
    );
}
