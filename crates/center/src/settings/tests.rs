//! Settings on a real database: what is saved, refused, shown, kept secret and carried over.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use serde_json::json;

use super::*;
use crate::actor::Role;
use crate::secrets::Keyring;
use crate::store::System;
use crate::test_world::{NOW, World};

fn manifest(version: &str, config: &Value) -> Value {
    json!({
        "id": "com.example.bot", "name": "Bot", "version": version, "publisher": "Example",
        "library": { "x86_64-unknown-linux-gnu": "lib/bot.so" }, "config": config,
    })
}

fn config() -> Value {
    json!({
        "type": "object", "required": ["clientId", "secret", "provider"],
        "properties": {
            "provider": { "type": "string", "format": "uri", "default": "https://bot.example.com" },
            "clientId": { "type": "string", "minLength": 3 },
            "secret": { "type": "string", "format": "password", "minLength": 4 },
            "threshold": { "type": "number", "minimum": 0, "maximum": 1, "default": 0.8 },
            "owner": { "type": "integer", "format": "account" },
            "limits": { "type": "object", "properties": {
                "rate": { "type": "integer", "default": 10 }, "burst": { "type": "integer", "default": 20 },
            } },
        },
    })
}

/// A center with an installed plugin.
struct Center {
    world: World,
    boss: Actor,
    secrets: Secrets,
    plugin: PluginId,
}

impl Center {
    fn new() -> Self {
        Self::with(&config())
    }

    fn with(config: &Value) -> Self {
        let world = World::new();
        let boss = world.superadmin("boss");
        let secrets = Secrets::new(&world.store, &world.home, Keyring::None).unwrap();
        let plugin = world.install(&manifest("1.0.0", config));
        Self { world, boss, secrets, plugin }
    }

    fn save(&self, values: &Value) -> Result<SettingsView> {
        self.save_as(values, (None, false))
    }

    fn save_as(&self, values: &Value, (revision, turn_off): (Option<i64>, bool)) -> Result<SettingsView> {
        let wish = Save { values, revision, turn_off, now: NOW };
        save(&self.world.store, &self.secrets, &self.boss, &self.plugin, &wish)
    }

    fn view(&self) -> SettingsView {
        view(&self.world.store, &self.secrets, &self.boss, &self.plugin, "en").unwrap()
    }

    fn effective(&self) -> Value {
        let text = effective_for_plugin(&self.world.store, &self.secrets, &self.plugin).unwrap().text;
        serde_json::from_str(&text).unwrap()
    }

    fn missing(&self) -> Vec<String> {
        self.view().missing.into_iter().map(|finding| finding.pointer).collect()
    }

    fn run(&self, sql: &str) {
        self.world.store.note(System("test"), |tx| Ok(tx.execute_batch(sql)?)).unwrap();
    }

    fn text(&self, query: &str) -> String {
        self.world.store.read(|db| Ok(db.query_row(query, [], |row| row.get(0))?)).unwrap()
    }

    /// Replaces the package, as an upgrade does.
    fn upgrade(&self, version: &str, config: &Value) {
        let snapshot = self.world.store.snapshot();
        let before = &snapshot.plugins[&self.plugin].package.manifest;
        let json = manifest(version, config);
        let after: spk::Manifest = serde_json::from_value(json.clone()).unwrap();
        self.world.install(&json);
        let carry =
            |tx: &Transaction<'_>| migrate(tx, &self.secrets, &self.plugin, Some(before), &after, NOW);
        self.world.store.note(System("test"), carry).unwrap();
    }
}

fn set(secret: &str) -> Value {
    json!({ "$set": secret })
}

#[test]
fn values_are_saved_by_key_and_null_brings_the_default_back() {
    let center = Center::new();
    assert_eq!(center.view().revision, 0);
    let saved =
        center.save(&json!({ "clientId": "abc", "threshold": 0.5, "limits": { "rate": 1 } })).unwrap();
    assert_eq!((saved.revision, saved.turned_off), (1, false));
    center.save(&json!({ "limits": { "burst": 2 }, "provider": "https://other.example.com" })).unwrap();
    let shown = |pointer: &str| {
        let field = center.view().fields.into_iter().find(|field| field.pointer == pointer).unwrap();
        (field.value, field.is_default)
    };
    assert_eq!(shown("/limits/rate"), (json!(1), false));
    assert_eq!(shown("/limits/burst"), (json!(2), false));
    assert_eq!(shown("/threshold"), (json!(0.5), false));
    center
        .save(&json!({ "threshold": null, "provider": null, "limits": { "rate": 10, "burst": null } }))
        .unwrap();
    assert_eq!(shown("/threshold"), (json!(0.8), true));
    assert_eq!(shown("/limits/rate"), (json!(10), true));
    assert_eq!(center.text("SELECT difference FROM settings"), r#"{"clientId":"abc"}"#);
}

#[test]
fn each_save_leaves_a_row_of_history_with_secrets_as_changed() {
    let center = Center::new();
    center.save(&json!({ "clientId": "abc", "secret": set("hunter2"), "limits": { "rate": 3 } })).unwrap();
    center.save(&json!({ "clientId": "abd", "secret": { "$clear": true } })).unwrap();
    let row = |revision: i64| -> Value {
        let text = center.text(&format!("SELECT changes FROM settings_history WHERE revision = {revision}"));
        serde_json::from_str(&text).unwrap()
    };
    let first = json!({
        "/clientId": { "before": null, "after": "abc" }, "/limits/rate": { "before": null, "after": 3 }, "/secret": "changed",
    });
    assert_eq!(row(1), first);
    assert_eq!(row(2), json!({ "/clientId": { "before": "abc", "after": "abd" }, "/secret": "changed" }));
    let audit = center.world.store.read(|db| crate::audit::last(db, 1)).unwrap().remove(0);
    assert_eq!(
        (audit.action.as_str(), &audit.details["fields"]),
        ("settings_changed", &json!(["/clientId", "/secret"]))
    );
}

#[test]
fn what_breaks_a_rule_is_refused_whole() {
    let center = Center::new();
    for (values, pointer, code) in [
        (json!({ "clientId": "good", "threshold": 7 }), "/threshold", "maximum"),
        (json!({ "clientId": "ab" }), "/clientId", "min_length"),
        (json!({ "provider": "no uri" }), "/provider", "format"),
        (json!({ "secret": set("abc") }), "/secret", "min_length"),
        (json!({ "secret": "hunter2" }), "/secret", "secret_form"),
        (json!({ "sceret": "hunter2" }), "/sceret", "unknown_setting"),
        (json!({ "limits": { "rate": "x" } }), "/limits/rate", "type"),
    ] {
        let refused = center.save(&values).unwrap_err();
        let invalid = &refused.details["invalid"][0];
        assert_eq!(refused.code, Code::InvalidSettings, "{values}");
        assert_eq!((&invalid["pointer"], &invalid["code"]), (&json!(pointer), &json!(code)), "{values}");
        let shown = serde_json::to_string(&refused).unwrap() + &format!("{refused:?}");
        assert!(!shown.contains("hunter2"), "{shown}");
        let checked =
            check(&center.world.store, &center.secrets, &center.boss, &center.plugin, (&values, "en"))
                .unwrap();
        assert_eq!((checked.invalid[0].pointer.as_str(), checked.invalid[0].code.as_str()), (pointer, code));
    }
    assert_eq!(center.save(&json!([])).unwrap_err().code, Code::InvalidInput);
    assert_eq!((center.view().revision, center.world.recorded("settings_changed")), (0, 0));
}

#[test]
fn missing_fields_may_be_saved_while_off_and_block_switching_on() {
    let center = Center::new();
    center.save(&json!({ "clientId": "  " })).unwrap();
    assert_eq!(center.missing(), ["/clientId", "/secret"]);
    let blockers = || blockers(&center.world.store, &center.secrets, &center.plugin, "en").unwrap();
    let expected =
        |pointer: &str, title: &str| Blocker::SettingMissing { pointer: pointer.into(), title: title.into() };
    assert_eq!(blockers(), [expected("/clientId", "Client id"), expected("/secret", "Secret")]);
    center.save(&json!({ "clientId": "abc", "secret": set("hunter2") })).unwrap();
    assert_eq!(blockers(), []);
    center.save(&json!({ "provider": "" })).unwrap();
    assert_eq!(blockers(), [expected("/provider", "Provider")]);
}

#[test]
fn an_active_plugin_is_never_incomplete() {
    let center = Center::new();
    center.save(&json!({ "clientId": "abc", "secret": set("hunter2") })).unwrap();
    center.run("UPDATE plugins SET wanted = 1");
    for emptied in
        [json!({ "clientId": "" }), json!({ "secret": null }), json!({ "secret": { "$clear": true } })]
    {
        let refused = center.save(&emptied).unwrap_err();
        assert_eq!(refused.code, Code::WouldBeIncomplete);
        assert_eq!(refused.details["missing"].as_array().unwrap().len(), 1);
    }
    assert_eq!((center.view().revision, center.effective()["secret"].clone()), (1, json!("hunter2")));
    assert!(!center.save(&json!({ "threshold": 0.1 })).unwrap().turned_off);
    let saved = center.save_as(&json!({ "secret": { "$clear": true } }), (Some(2), true)).unwrap();
    assert_eq!((saved.turned_off, saved.revision), (true, 3));
    assert!(!center.world.store.snapshot().plugins[&center.plugin].wanted);
    assert!(!center.view().turned_off);
}

#[test]
fn a_save_based_on_an_old_revision_is_refused_with_both_values() {
    let center = Center::new();
    center.save(&json!({ "clientId": "abc", "secret": set("hunter2") })).unwrap();
    center.save_as(&json!({ "clientId": "abd" }), (Some(1), false)).unwrap();
    let mine = json!({ "clientId": "xyz", "threshold": 0.8, "secret": set("hunter3") });
    let refused = center.save_as(&mine, (Some(1), false)).unwrap_err();
    assert_eq!(refused.code, Code::ChangedMeanwhile);
    assert_eq!(refused.details["revision"], json!(2));
    assert_eq!(
        refused.details["fields"][0],
        json!({ "pointer": "/clientId", "theirs": "abd", "yours": "xyz" })
    );
    let shown = serde_json::to_string(&refused).unwrap();
    assert!(!shown.contains("hunter"), "{shown}");
    assert_eq!(center.effective()["secret"], json!("hunter2"));
    center.save_as(&mine, (Some(2), false)).unwrap();
    assert_eq!(center.effective()["secret"], json!("hunter3"));
}

#[test]
fn a_secret_is_written_kept_and_cleared_but_never_shown() {
    let center = Center::new();
    let field = || center.view().fields.into_iter().find(|field| field.pointer == "/secret").unwrap();
    assert_eq!((field().stored, field().kind.as_str()), (Some(false), "password"));
    center.save(&json!({ "clientId": "abc", "secret": set("hunter2") })).unwrap();
    assert_eq!((field().stored, field().value), (Some(true), Value::Null));
    center.save(&json!({ "clientId": "abd" })).unwrap();
    assert_eq!(center.effective()["secret"], json!("hunter2"), "absent means unchanged");
    center.save(&json!({ "secret": { "$clear": true } })).unwrap();
    assert_eq!((field().stored, center.effective().get("secret").cloned()), (Some(false), None));
}

#[test]
fn a_password_is_nowhere_in_clear() {
    const PASSWORD: &str = "hün\"ter\\2 密 </x>";
    let center = Center::new();
    let store = &center.world.store;
    center.save(&json!({ "clientId": "abc", "secret": set(PASSWORD) })).unwrap();
    center.save(&json!({ "secret": set("another one") })).unwrap();
    let values = json!({ "clientId": "abc", "secret": set(PASSWORD) });
    let saved = center.save(&values).unwrap();
    let wish = Save { values: &values, revision: Some(1), turn_off: false, now: NOW };
    let stale = save(store, &center.secrets, &center.boss, &center.plugin, &wish).unwrap_err();
    let bad = center.save(&json!({ "secret": set(PASSWORD), "threshold": 9 })).unwrap_err();
    let misplaced = center.save(&json!({ "secret": PASSWORD })).unwrap_err();
    let nested =
        center.save(&json!({ "secret": { "$set": PASSWORD, "x": 1 }, "other": PASSWORD })).unwrap_err();
    let checked = check(store, &center.secrets, &center.boss, &center.plugin, (&values, "en")).unwrap();
    let mut texts = vec![format!("{wish:?}"), format!("{:?}", center.secrets)];
    for error in [&stale, &bad, &misplaced, &nested] {
        texts.extend([format!("{error:?}"), error.to_string(), serde_json::to_string(error).unwrap()]);
    }
    texts.extend([format!("{saved:?}"), serde_json::to_string(&saved).unwrap(), format!("{checked:?}")]);
    let view = center.view();
    texts.extend([format!("{view:?}"), serde_json::to_string(&view).unwrap()]);
    let opened =
        store.read(|db| center.secrets.open_all(db, &center.plugin, ["/secret"].into_iter())).unwrap();
    assert_eq!(opened.texts["/secret"].expose(), PASSWORD, "the search below must search for what is stored");
    texts.push(format!("{opened:?}"));
    let mut bodies: Vec<Vec<u8>> = texts.into_iter().map(String::into_bytes).collect();
    let files = std::fs::read_dir(center.world.folder.path()).unwrap().map(|entry| entry.unwrap().path());
    let files: Vec<_> = files.filter(|path| path.is_file()).collect();
    assert!(files.iter().any(|path| path.ends_with("center.db-wal")), "{files:?}");
    bodies.extend(files.iter().map(|path| std::fs::read(path).unwrap()));
    assert!(bodies.iter().any(|body| contains(body, b"settings_changed")), "the search must reach the rows");
    for needle in spellings(PASSWORD) {
        assert!(!bodies.iter().any(|body| contains(body, &needle)), "{}", String::from_utf8_lossy(&needle));
    }
}

/// In clear, JSON-escaped (also as ASCII), base64 at each of the three alignments, hex.
fn spellings(secret: &str) -> Vec<Vec<u8>> {
    let escaped = json!(secret).to_string();
    let escaped = escaped[1..escaped.len() - 1].to_owned();
    let ascii: String = escaped
        .chars()
        .map(|c| if c.is_ascii() { c.to_string() } else { format!("\\u{:04x}", u32::from(c)) })
        .collect();
    let debug = format!("{secret:?}");
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let mut all = vec![secret.to_owned(), escaped, ascii, debug[1..debug.len() - 1].to_owned(), hex];
    for lead in 0..3 {
        let bytes = [&b"   "[..lead], secret.as_bytes()].concat();
        for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
            let text = engine.encode(&bytes);
            all.push(text[4..text.len() - 3].to_owned());
        }
    }
    all.push(STANDARD.encode(secret));
    all.into_iter().map(String::into_bytes).collect()
}

fn contains(body: &[u8], needle: &[u8]) -> bool {
    body.windows(needle.len()).any(|window| window == needle)
}

#[test]
fn an_account_that_is_gone_counts_as_empty() {
    let mut config = config();
    config["required"] = json!(["owner"]);
    let center = Center::with(&config);
    let owner = center.world.person("owner", Role::Account).account.0;
    center.save(&json!({ "owner": owner })).unwrap();
    assert_eq!((center.missing().len(), center.effective()["owner"].clone()), (0, json!(owner)));
    center.run("DELETE FROM accounts WHERE login = 'owner'");
    assert_eq!(
        (center.missing(), center.effective().get("owner").cloned()),
        (vec!["/owner".to_owned()], None)
    );
}

#[test]
fn an_upgrade_keeps_what_fits_and_sets_the_rest_aside() {
    let center = Center::new();
    let values =
        json!({ "clientId": "abc", "secret": set("hunter2"), "threshold": 0.9, "limits": { "rate": 5 } });
    center.save(&values).unwrap();
    let mut narrower = config();
    narrower["properties"]["threshold"]["maximum"] = json!(0.85);
    narrower["properties"].as_object_mut().unwrap().shift_remove("limits");
    center.upgrade("2.0.0", &narrower);
    assert_eq!(center.view().unused, json!({ "/limits": { "rate": 5 }, "/threshold": 0.9 }));
    let effective = center.effective();
    assert_eq!(effective["clientId"], json!("abc"));
    assert_eq!((&effective["threshold"], effective.get("limits")), (&json!(0.8), None));
    assert_eq!(effective["secret"], json!("hunter2"));
    center.upgrade("3.0.0", &config());
    let effective = center.effective();
    assert_eq!((&effective["threshold"], &effective["limits"]["rate"]), (&json!(0.9), &json!(5)));
    assert_eq!(center.view().unused, json!({}), "what fits again comes back");
}

#[test]
fn a_password_that_becomes_plain_text_is_forgotten() {
    let center = Center::new();
    center.save(&json!({ "clientId": "abc", "secret": set("hunter2") })).unwrap();
    let mut open = config();
    open["properties"]["secret"] = json!({ "type": "string" });
    center.upgrade("2.0.0", &open);
    assert_eq!(center.missing(), ["/secret"]);
    assert_eq!(center.text("SELECT count(*) || '' FROM secrets"), "0");
    center.upgrade("3.0.0", &config());
    assert_eq!(center.missing(), ["/secret"], "it must not come back");
}

#[test]
fn a_plain_text_that_becomes_a_password_is_sealed_and_leaves_the_history() {
    let mut open = config();
    open["properties"]["secret"] = json!({ "type": "string" });
    let center = Center::with(&open);
    center.save(&json!({ "clientId": "abc", "secret": "hunter2-in-clear" })).unwrap();
    center.upgrade("2.0.0", &config());
    assert_eq!(center.effective()["secret"], json!("hunter2-in-clear"));
    for table in
        ["difference || unused FROM settings", "group_concat(difference || changes) FROM settings_history"]
    {
        let rows = center.text(&format!("SELECT {table}"));
        assert!(!rows.contains("hunter2"), "{rows}");
    }
    assert!(!serde_json::to_string(&center.view()).unwrap().contains("hunter2"));
}

#[test]
fn a_review_names_what_would_be_missing() {
    let center = Center::new();
    center.save(&json!({ "clientId": "abc", "secret": set("hunter2") })).unwrap();
    let missing = |config: &Value| {
        let after: spk::Manifest = serde_json::from_value(manifest("2.0.0", config)).unwrap();
        let texts = spk::Texts::default();
        let (store, secrets) = (&center.world.store, &center.secrets);
        Candidate { store, secrets, manifest: &after, texts: &texts }.missing("en").unwrap()
    };
    assert_eq!(missing(&config()), Vec::<String>::new());
    let mut more = config();
    more["properties"]["region"] = json!({ "type": "string", "title": "Region" });
    more["required"] = json!(["clientId", "secret", "region"]);
    assert_eq!(missing(&more), ["Region"]);
    assert_eq!(center.view().revision, 1, "a review changes nothing");
}

#[test]
fn a_secret_without_its_key_is_not_called_empty_and_is_entered_again() {
    let center = Center::new();
    center.save(&json!({ "clientId": "abc", "secret": set("hunter2") })).unwrap();
    std::fs::remove_file(center.world.home.keys().join("secrets.key")).unwrap();
    let secrets = Secrets::new(&center.world.store, &center.world.home, Keyring::None).unwrap();
    let center = Center { secrets, ..center };
    assert_eq!(center.missing(), [""; 0]);
    let refused = effective_for_plugin(&center.world.store, &center.secrets, &center.plugin).unwrap_err();
    assert_eq!(refused.code, Code::SecretsKeyDamaged);
    center.save(&json!({ "secret": set("hunter3") })).unwrap();
    assert_eq!(center.effective()["secret"], json!("hunter3"));
}

#[test]
fn settings_are_for_superadmins_and_of_installed_plugins() {
    let center = Center::new();
    let (store, secrets) = (&center.world.store, &center.secrets);
    let alice = Actor::Person(center.world.person("alice", Role::Account));
    let values = json!({ "clientId": "abc" });
    let wish = Save { values: &values, revision: None, turn_off: true, now: NOW };
    let other: PluginId = "com.example.other".parse().unwrap();
    for (actor, plugin, code) in [
        (&alice, &center.plugin, Code::NotASuperadmin),
        (&Actor::Folder, &center.plugin, Code::NotASuperadmin),
        (&center.boss, &other, Code::NotFound),
    ] {
        assert_eq!(view(store, secrets, actor, plugin, "en").unwrap_err().code, code);
        assert_eq!(check(store, secrets, actor, plugin, (&values, "en")).unwrap_err().code, code);
        assert_eq!(save(store, secrets, actor, plugin, &wish).unwrap_err().code, code);
    }
    assert_eq!(center.view().revision, 0);
}

#[test]
fn purging_forgets_settings_history_and_secrets() {
    let center = Center::new();
    center.save(&json!({ "clientId": "abc", "secret": set("hunter2") })).unwrap();
    center.world.store.note(System("test"), |tx| purge(tx, &center.plugin)).unwrap();
    assert_eq!((center.view().revision, center.missing().len()), (0, 2));
    assert_eq!(center.text("SELECT count(*) || '' FROM settings_history"), "0");
}

#[test]
fn a_form_gets_its_schema_sections_values_and_who_saved_last() {
    let mut config = config();
    config["properties"]["secret"]["section"] = json!("net");
    config["properties"]["clientId"]["title"] = json!("%client%");
    config["properties"]["clientId"]["pattern"] = json!("^[a-z]+$");
    config["properties"]["clientId"]["patternErrorMessage"] = json!("%letters%");
    let world = World::new();
    let boss = world.superadmin("boss");
    let secrets = Secrets::new(&world.store, &world.home, Keyring::None).unwrap();
    let mut manifest = manifest("1.0.0", &config);
    manifest["sections"] =
        json!([{ "id": "rest", "title": "Rest", "order": 2 }, { "id": "net", "title": "%net%", "order": 1 }]);
    let plugin = world.install(&manifest);
    let texts = json!({ "zh-CN": { "client": "客户端", "net": "网络", "letters": "只能是字母" }, "en": { "client": "Client" } });
    let set_texts =
        |tx: &Transaction<'_>| Ok(tx.execute("UPDATE packages SET texts = ?1", [texts.to_string()])?);
    world.store.note(System("test"), set_texts).unwrap();
    let store = world.reopened();
    let view = |locale| view(&store, &secrets, &boss, &plugin, locale).unwrap();

    let before = view("zh-CN");
    assert_eq!(before.changed, None);
    assert_eq!(before.schema["properties"]["clientId"]["title"], "客户端");
    assert_eq!(before.schema["properties"]["secret"]["format"], "password");
    assert_eq!(view("en").schema["properties"]["clientId"]["title"], "Client");
    let sections: Vec<_> = before.sections.iter().map(|section| section.title.as_str()).collect();
    assert_eq!(sections, ["网络", "Rest"]);
    let found = check(&store, &secrets, &boss, &plugin, (&json!({ "clientId": "123" }), "zh-CN")).unwrap();
    let said = &found.invalid[0];
    assert_eq!((said.title.as_str(), said.message.as_str()), ("客户端", "只能是字母"));

    let values = json!({ "clientId": "abc", "secret": set("hidden word"), "limits": { "rate": 1 } });
    let wish = Save { values: &values, revision: None, turn_off: false, now: NOW };
    save(&store, &secrets, &boss, &plugin, &wish).unwrap();
    let after = view("en");
    assert_eq!(
        after.values,
        json!({ "provider": "https://bot.example.com", "clientId": "abc", "threshold": 0.8, "limits": { "rate": 1, "burst": 20 } }),
        "defaults and what was saved, without the secret"
    );
    let changed = after.changed.unwrap();
    assert_eq!((changed.by, changed.name.as_deref(), changed.at), (boss.account(), Some("boss"), NOW));
}
