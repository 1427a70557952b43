//! Every command of the window, from the real page, as nobody, as an ordinary account and as a superadmin.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::window::Window;
use crate::{PASSWORD, code, create_account, initialise, sign_in};

/// The names in the access list, which a test of the shell holds against the center's requests.
fn all_commands() -> BTreeSet<String> {
    let capability: Value =
        serde_json::from_str(include_str!("../../src-tauri/capabilities/main.json")).expect("JSON");
    let permissions = capability["permissions"].as_array().expect("a list").iter();
    let names = permissions.filter_map(|name| name.as_str()?.strip_prefix("allow-"));
    names.map(|name| name.replace('-', "_")).collect()
}

/// Arguments of the right shape for every command that takes any.
fn arguments(name: &str) -> Value {
    let (plugin, locale, channel) = ("com.example.absent", "en", "__CHANNEL__:4294967295");
    let subject = json!({ "kind": "everyone" });
    match name {
        "init" => json!({ "login": "again", "name": "Again", "password": PASSWORD }),
        "sign_in" => json!({ "login": "nobody", "password": "wrong password" }),
        "unlock" => json!({ "password": "wrong password" }),
        "password_change" => json!({ "old": "wrong password", "new": "another 417 kettle" }),
        "session_list" => json!({ "account": 1 }),
        "session_end" => json!({ "account": 1, "session": "none" }),
        "account_import_plan" => json!({ "path": "/nowhere.csv", "departments": false }),
        "account_import" => json!({ "path": "/nowhere.csv", "departments": false, "plan": "none" }),
        "passwords_save" => json!({ "accounts": [] }),
        "account_delete" => json!({ "account": 99, "revision": null }),
        "secrets_rekey" => json!({ "to": null, "give_up": false }),
        "recovery_code_make" => json!({ "password": "wrong password" }),
        "account_create" => json!({ "login": "x", "name": "X", "role": "account" }),
        "account_enable" => json!({ "account": 99, "enabled": false, "revision": null }),
        "account_role" => json!({ "account": 99, "role": "superadmin", "revision": null }),
        "account_rename" => json!({ "account": 99, "name": "x", "revision": null }),
        "account_reset" => json!({ "account": 99 }),
        "account_plugins" => json!({ "account": 99, "locale": locale }),
        "account_departments" => json!({ "account": 99, "departments": [], "revision": null }),
        "department_create" => json!({ "name": "x", "parent": null }),
        "department_rename" => json!({ "department": 99, "name": "x" }),
        "department_move" => json!({ "department": 99, "parent": null }),
        "department_delete" => json!({ "department": 99 }),
        "people_preview" => {
            json!({ "change": { "change": "account_enabled", "account": 99, "enabled": false }, "locale": locale })
        }
        "publisher_look" => json!({ "key": key() }),
        "publisher_trust" => json!({ "key": key(), "label": "x", "namespaces": ["*"], "checked": "x" }),
        "publisher_withdraw" => json!({ "key": key(), "reason": "x" }),
        "plugin_mine" | "plugin_list" | "folder_list" | "kept_list" => json!({ "locale": locale }),
        "plugin_show" | "config_get" | "grant_list" | "package_put_back" => {
            json!({ "plugin": plugin, "locale": locale })
        }
        "package_plan" => {
            json!({ "path": "/nowhere.spk", "locale": locale, "operation": "p", "progress": channel })
        }
        "package_apply" => {
            let answers = json!({ "trust": null, "capabilities": false, "turn_on": false });
            json!({ "plan": "none", "answers": answers, "operation": "a", "progress": channel })
        }
        "operation_cancel" => json!({ "operation": "p" }),
        "plan_discard" => json!({ "plan": "none" }),
        "folder_renew" => json!({}),
        "folder_removals" => json!({ "answer": "uninstall" }),
        "plugin_switch" => json!({ "plugin": plugin, "on": true, "revision": null }),
        "uninstall_preview" => json!({ "plugin": plugin, "locale": locale }),
        "version_plan" => json!({ "plugin": plugin, "digest": "none", "locale": locale }),
        "capabilities_approve" | "kept_purge" | "log_unfollow" | "version_list" => {
            json!({ "plugin": plugin })
        }
        "plugin_uninstall" => json!({ "plugin": plugin, "purge": false }),
        "config_check" | "config_test" => json!({ "plugin": plugin, "values": {}, "locale": locale }),
        "config_history" => json!({ "plugin": plugin, "locale": locale }),
        "config_set" => {
            json!({ "plugin": plugin, "values": {}, "revision": null, "turn_off": false, "locale": locale })
        }
        "grant_add" | "grant_remove" => {
            json!({ "plugin": plugin, "permission": "use", "subject": subject, "revision": null, "locale": locale })
        }
        "grant_preview" => json!({ "plugin": plugin, "permission": "use", "add": [], "remove": [] }),
        "why" => json!({ "plugin": plugin, "permission": "use", "account": 99 }),
        "plugin_call" => json!({ "plugin": plugin, "call": "x", "args": null }),
        "log_tail" => json!({ "plugin": plugin, "lines": 1 }),
        "log_follow" => json!({ "plugin": plugin, "channel": channel }),
        "attention_dismiss" => json!({ "id": 99 }),
        "audit_list" => json!({ "last": 1 }),
        "audit_verify" => json!({ "against": null }),
        "backup_restore" => json!({ "path": "/nowhere.backup", "passphrase": null }),
        "backup_save" => json!({ "passphrase": null }),
        "audit_export" => json!({ "format": "csv", "filter": { "refused": false, "actions": [] } }),
        "license_list" => json!({ "locale": locale }),
        "license_import" => json!({ "path": "/nowhere.license", "plugin": null, "locale": locale }),
        "license_remove" => json!({ "license": "none" }),
        "package_arrange" => json!({ "plans": [], "locale": locale }),
        "plugin_switch_together" => {
            json!({ "plugin": plugin, "on": true, "others": [], "revision": null })
        }
        "path_look" => json!({ "path": "/etc" }),
        "draft_keep" => json!({
            "plugin": plugin, "revision": 1, "changes": {}, "broken": {}, "secrets": false,
        }),
        "draft_drop" => json!({ "plugin": plugin }),
        "autostart_set" => json!({ "on": false }),
        "preferences_set" => json!({ "locale": null, "theme": "auto", "lock_minutes": 480 }),
        // Answered at the end of each round, since the application ends with it.
        "quit" => json!({ "stop": "no boolean" }),
        _ => json!({}),
    }
}

fn key() -> String {
    crate::fixtures::Publisher::new("x").key.public().to_string()
}

/// What each command says, by its code; `ok` where it does what it says.
async fn round(window: &Window, names: &BTreeSet<String>) -> Vec<(String, String)> {
    let mut said = Vec::new();
    for name in names {
        let answer = window.invoke(name, arguments(name)).await;
        said.push((name.clone(), if answer.is_ok() { "ok".into() } else { code(answer) }));
    }
    said
}

/// Commands that were not refused in this way, but did something or failed at it.
fn admitted<'a>(said: &'a [(String, String)], refused: &str) -> Vec<&'a str> {
    said.iter().filter(|(_, code)| code != refused).map(|(name, _)| name.as_str()).collect()
}

#[tokio::test]
async fn every_command_is_refused_without_session_and_by_role() {
    let home = tempfile::tempdir().unwrap();
    let window = Window::over(home.path()).open().await;
    initialise(&window).await;
    create_account(home.path(), "wang").await;
    window.invoke("sign_out", json!({})).await.unwrap();

    let names = all_commands();
    assert!(names.len() > 60, "{names:?}");
    let said = round(&window, &names).await;
    let anybodys = [
        "backup_choose",
        "backup_restore",
        "init",
        "preferences_get",
        "quit",
        "session_get",
        "sign_in",
        "status",
        "window_hide",
    ];
    assert_eq!(admitted(&said, "not_signed_in"), anybodys, "{said:?}");
    for name in ["init", "backup_choose", "backup_restore"] {
        let refused = said.iter().any(|(asked, code)| asked == name && code == "already_initialised");
        assert!(refused, "only before the first start: {said:?}");
    }

    assert_eq!(sign_in(&window, "wang").await["role"], "account");
    // Those that end the session come last.
    let mut names = names;
    assert!(names.remove("sign_out") && names.remove("lock") && names.remove("sign_in"));
    let said = round(&window, &names).await;
    let everybodys = [
        "backup_choose",
        "backup_restore",
        "files_take",
        "init",
        "me",
        "password_change",
        "plugin_call",
        "plugin_mine",
        "preferences_get",
        "quit",
        "session_get",
        "status",
        "unlock",
        "window_hide",
    ];
    assert_eq!(admitted(&said, "not_a_superadmin"), everybodys, "{said:?}");
    assert!(said.iter().all(|(_, code)| code != "not_signed_in"), "{said:?}");
    window.end().await;
}

#[tokio::test]
async fn no_answer_and_no_event_carries_the_sessions_token_or_a_password() {
    let home = tempfile::tempdir().unwrap();
    let window = Window::over(home.path()).open().await;
    initialise(&window).await;
    create_account(home.path(), "wang").await;
    sign_in(&window, "root").await;
    let mut names = all_commands();
    // A dialog would wait for a person, and a file manager is nobody's to open here.
    for name in [
        "files_choose",
        "table_choose",
        "passwords_save",
        "audit_export",
        "backup_save",
        "folder_open",
        "sign_out",
        "lock",
    ] {
        assert!(names.remove(name));
    }
    let said = round(&window, &names).await;
    assert!(
        said.iter().filter(|(_, code)| code == "ok").count() >= 15,
        "a superadmin was answered: {said:?}"
    );
    window.invoke("lock", json!({})).await.unwrap();
    window.invoke("unlock", json!({ "password": PASSWORD })).await.unwrap();
    let heard = window.heard().await.join("\n");
    assert!(heard.contains(r#""login":"root""#) && heard.contains("recovery_code"), "answers were heard");
    assert!(!heard.contains("token") && !heard.contains(PASSWORD), "{heard}");
    // A token is 64 hexadecimal digits; so is a key's fingerprint, but nobody is trusted here, and the end of the audit trail.
    let head = regex::Regex::new(r#""head":"[0-9]+:[0-9a-f]{64}""#).unwrap();
    assert!(head.is_match(&heard), "the trail was verified");
    let heard = head.replace_all(&heard, "");
    let token = regex::Regex::new("[0-9a-f]{64}").unwrap();
    let found = token.find(&heard).map(|found| &heard[found.start().saturating_sub(80)..found.end()]);
    assert_eq!(found, None);
    window.end().await;
}

#[tokio::test]
async fn wrong_arguments_and_unknown_commands_are_refused_and_the_shell_lives() {
    let home = tempfile::tempdir().unwrap();
    let window = Window::over(home.path()).open().await;
    initialise(&window).await;
    for args in [json!(null), json!(7), json!([[[]]]), json!({ "locale": 7 }), json!("x".repeat(5 << 20))] {
        assert_eq!(code(window.invoke("plugin_list", args).await), "invalid_input");
    }
    let deep = (0..200).fold(json!({}), |inner, _| json!({ "locale": inner }));
    assert!(window.invoke("plugin_list", deep).await.is_err());
    for unknown in
        ["events", "window_raise", "dance", "plugin:event|emit", "plugin:dialog|open", "plugin:window|close"]
    {
        let refused = window.invoke(unknown, json!({ "files": [] })).await.expect_err(unknown);
        assert!(
            refused.to_string().contains("not allowed") || refused.to_string().contains("not found"),
            "{refused}"
        );
    }
    assert!(window.invoke("plugin_list", json!({ "locale": "en" })).await.is_ok());
    window.end().await;
}

#[tokio::test]
async fn an_account_that_is_disabled_meanwhile_is_signed_out_at_once() {
    let home = tempfile::tempdir().unwrap();
    let window = Window::over(home.path()).open().await;
    initialise(&window).await;
    create_account(home.path(), "wang").await;
    let account = sign_in(&window, "wang").await["account"].as_i64().unwrap();
    let root = crate::harness::observer::Observer::sign_in(home.path(), "root", PASSWORD).await;
    let account = center::actor::AccountId(account);
    let disable = center::request::Request::AccountEnable { account, enabled: false, revision: None };
    root.ask(disable).await.unwrap();
    assert_eq!(code(window.invoke("plugin_mine", json!({ "locale": "en" })).await), "not_signed_in");
    assert_eq!(window.invoke("session_get", json!({})).await, Ok(Value::Null));
    window.end().await;
}
