//! The examples, through the whole product: what authors learn from works as they are shown.

use center::request::Request;
use center::views::PluginDetailView;
use serde_json::{Value, json};

use crate::fixtures::Package;
use crate::world::World;

#[test]
fn the_chatbot_is_set_up_in_its_own_words_taught_and_asked() {
    let world = World::new();
    let bot = world.install(&Package::example("chatbot"));
    let show = |locale: &str| -> PluginDetailView {
        world.get(Request::PluginShow { plugin: bot.clone(), locale: locale.into() })
    };
    assert_eq!(show("zh-CN").plugin.name, "智能机器人");
    let refusal = world.refusal(Request::PluginSwitch { plugin: bot.clone(), on: true, revision: None });
    let reasons = refusal.details["reasons"].as_array().unwrap();
    assert_eq!(reasons.len(), 2, "{refusal:?}");

    world.save(&bot, json!({ "clientId": "desk-7", "secret": { "$set": "a long enough secret" } })).unwrap();
    world.switch_on(&bot);
    let call = |command: &str, args: Value| world.call(&world.root, &bot, command, args).unwrap();
    let taught = json!({ "question": "Where is the canteen?", "answer": "On the second floor." });
    assert_eq!(call("learn", taught), 1);
    let answer = call("ask", json!({ "question": "where is the canteen" }));
    assert_eq!(answer["answer"], "On the second floor.", "{answer}");
    let passed_on = call("ask", json!({ "question": "xyzzy" }));
    assert!(passed_on["agent"].as_str().unwrap().starts_with("https://agents.example.com"), "{passed_on}");
    assert!(!passed_on.to_string().contains("a long enough secret"));
}

#[test]
fn tickets_are_opened_by_those_who_may_and_closed_by_others() {
    let world = World::new();
    let tickets = world.install_running(&Package::example("tickets"));
    let anna = world.person("anna");
    world.grant(&tickets, center::snapshot::Subject::Account { id: anna.id });
    let create = json!({ "title": "No toner", "category": "Hardware" });
    world.call(&anna.token, &tickets, "create", create.clone()).unwrap();
    let close = || world.call(&anna.token, &tickets, "close", json!({ "number": 1 }));
    assert_eq!(close().unwrap_err().code, "not_permitted");
    world.grant_permission(&tickets, "manage", center::snapshot::Subject::Account { id: anna.id });
    close().unwrap();
    let open = world.call(&anna.token, &tickets, "list", json!({ "open": true })).unwrap();
    assert_eq!(open["tickets"], json!([]), "{open}");
    world.save(&tickets, json!({ "categories": ["Coffee"] })).unwrap();
    let refusal = || world.call(&anna.token, &tickets, "create", create.clone()).err();
    let refusal = crate::wait::until("the new categories to count", crate::world::SOON, refusal);
    assert_eq!(refusal.code, "plugin_fault", "{refusal:?}");
}

#[test]
fn tickets_suggest_what_the_chatbot_knows_to_those_who_may_use_both() {
    let world = World::new();
    let tickets = world.install_running(&Package::example("tickets"));
    let anna = world.person("anna");
    let everybody = center::snapshot::Subject::Everyone;
    for permission in ["use", "manage"] {
        world.grant_permission(&tickets, permission, everybody);
    }
    let create = json!({ "title": "Where is the canteen?", "category": "Other" });
    world.call(&anna.token, &tickets, "create", create).unwrap();
    let suggest = || world.call(&anna.token, &tickets, "suggest", json!({ "number": 1 }));
    let code = || suggest().unwrap_err().details["code"].clone();
    assert_eq!(code(), "service_missing");

    let bot = world.install(&Package::example("chatbot"));
    world.save(&bot, json!({ "clientId": "desk-7", "secret": { "$set": "a long enough secret" } })).unwrap();
    assert_eq!(code(), "not_permitted");
    world.grant(&bot, everybody);
    assert_eq!(code(), "plugin_stopped");
    world.switch_on(&bot);
    assert_eq!(suggest().unwrap(), Value::Null, "it knows nothing yet");
    let taught = json!({ "question": "Where is the canteen?", "answer": "On the second floor." });
    world.call(&world.root, &bot, "learn", taught).unwrap();
    assert_eq!(suggest().unwrap(), "On the second floor.");
}

#[test]
fn the_smallest_plugin_and_the_one_in_c_answer() {
    let world = World::new();
    let clock = world.install_running(&Package::example("clock"));
    let now = world.call(&world.root, &clock, "now", Value::Null).unwrap();
    assert!(now["unixMilliseconds"].as_u64().unwrap() > 1_700_000_000_000, "{now}");
    let hello = world.install_running(&Package::example("hello-c"));
    let greet = || world.call(&world.root, &hello, "hello", json!({ "name": "Ada" }));
    assert_eq!(greet(), Ok(json!({ "text": "Hello, Ada!" })));
    world.save(&hello, json!({ "greeting": "Good evening" })).unwrap();
    // It takes no settings while it runs, so it is started anew with them.
    let greeted = || (greet() == Ok(json!({ "text": "Good evening, Ada!" }))).then_some(());
    crate::wait::until("the new greeting", crate::world::SOON, greeted);
}
