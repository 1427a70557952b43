//! What an uninstall leaves: foretold, listed, brought back with everything, or deleted for good.

use center::request::{Answers, Request};
use center::snapshot::Subject;
use center::views::{AppliedView, KeptView, PlanKind, PlanView, UninstallView};
use serde_json::{Value, json};
use spk::PluginId;

use crate::fixtures::Package;
use crate::world::{World, names_in};

fn keeper() -> Package {
    let property = json!({ "a": { "type": "string", "default": "-" } });
    Package::rogue("com.example.keeper").config(&[], property).with("name", json!("Keeper"))
}

/// Entered settings, a grant, stored data, a file and a log.
fn filled(world: &World) -> PluginId {
    let plugin = world.install_running(&keeper());
    world.save(&plugin, json!({ "a": "entered" })).expect("a good value");
    let anna = world.person("anna");
    world.grant(&plugin, Subject::Account { id: anna.id });
    let remember = json!({ "key": "kept", "value": "from the beginning" });
    world.call(&world.root, &plugin, "remember", remember).expect("it remembers");
    let write = json!({ "deed": "write", "path": "note" });
    world.call(&world.root, &plugin, "do", write).expect("it writes");
    plugin
}

fn uninstall(world: &World, plugin: &PluginId) {
    let _: Value = world.get(Request::PluginUninstall { plugin: plugin.clone(), purge: false });
}

fn kept(world: &World) -> Vec<KeptView> {
    world.get(Request::KeptList { locale: "en".into() })
}

fn put_back(plugin: &PluginId) -> Request {
    Request::PackagePutBack { plugin: plugin.clone(), locale: "en".into() }
}

#[test]
fn an_uninstall_says_beforehand_what_it_would_do_and_changes_nothing() {
    let world = World::new();
    let plugin = filled(&world);
    let needs = json!({ plugin.as_str(): "*" });
    let other = Package::rogue("com.example.other").with("dependencies", needs).with("name", json!("Other"));
    world.install(&other);
    let preview = Request::UninstallPreview { plugin: plugin.clone(), locale: None };
    let meant: UninstallView = world.get(preview);
    let needed_by: Vec<_> = meant.needed_by.iter().map(|one| (one.name.as_str(), one.on)).collect();
    assert_eq!((meant.people, &needed_by[..], meant.together.len()), (1, &[("Other", false)][..], 0));
    assert!(meant.data > 0);
    assert!(world.answers(&plugin) && kept(&world).is_empty(), "nothing was changed");
    let unknown = Request::UninstallPreview { plugin: crate::world::id("com.example.none"), locale: None };
    assert_eq!(world.refusal(unknown).code, "not_found");
}

#[test]
fn an_uninstalled_plugin_is_put_back_with_everything_it_had() {
    let mut world = World::new();
    let plugin = filled(&world);
    uninstall(&world, &plugin);
    let left = kept(&world).remove(0);
    assert_eq!((left.name.as_str(), left.version.as_deref()), ("Keeper", Some("1.0.0")));
    assert_eq!((left.settings, left.grants), (true, 1));
    assert!(left.data > 0 && left.since > 0, "{left:?}");
    world.stop();
    world.start();

    let plan: PlanView = world.get(put_back(&plugin));
    assert_eq!((plan.kind, plan.file.as_str()), (PlanKind::Reinstall, "com.example.keeper.v1.0.0.spk"));
    assert!(world.list().is_empty(), "a review changes nothing");
    let answers = Answers { capabilities: true, turn_on: true, ..Answers::default() };
    let applied: AppliedView = world.get(Request::PackageApply { plan: plan.plan, answers });
    assert_eq!(applied.plugin, plugin);
    world.wait_state(&plugin, "running");
    assert_eq!(world.settings(&plugin).fields[0].value, json!("entered"));
    assert_eq!(world.list()[0].people, 1);
    let remember = json!({ "key": "kep", "value": "again" });
    let listed = world.call(&world.root, &plugin, "remember", remember).unwrap().to_string();
    assert!(listed.contains("from the beginning"), "{listed}");
    assert_eq!(names_in(&world.plugins()).iter().filter(|name| name.contains("keeper")).count(), 1);
    assert!(kept(&world).is_empty());
    assert_eq!(
        world.get::<Value>(put_back(&plugin)),
        Value::Null,
        "of what is installed, the stored package"
    );
    assert_eq!(world.list().len(), 1);
}

#[test]
fn a_stored_package_that_was_changed_is_not_put_back() {
    let world = World::new();
    let plugin = filled(&world);
    let digest = world.show(&plugin).digest.parse().unwrap();
    uninstall(&world, &plugin);
    let stored = world.home().package(&digest);
    let mut bytes = std::fs::read(&stored).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&stored, bytes).unwrap();
    assert_eq!(world.refusal(put_back(&plugin)).code, "tampered");
    std::fs::remove_file(&stored).unwrap();
    assert_eq!(world.refusal(put_back(&plugin)).code, "not_found");
    assert_eq!(kept(&world)[0].version, None);
}

#[test]
fn what_is_kept_is_purged_for_good_and_a_failure_in_the_middle_can_be_repeated() {
    let world = World::new();
    let plugin = filled(&world);
    let purge = || Request::KeptPurge { plugin: plugin.clone() };
    assert_eq!(world.refusal(purge()).code, "already_installed");
    uninstall(&world, &plugin);

    // Something that cannot be deleted as a folder lies in the way.
    let private = world.home().private_folder(&plugin);
    std::fs::rename(&private, world.folder().join("aside")).unwrap();
    std::fs::write(&private, "in the way").unwrap();
    assert_eq!(world.refusal(purge()).code, "internal");
    let left = kept(&world);
    assert!(left.len() == 1 && left[0].settings && left[0].grants == 1, "its row stays: {left:?}");

    std::fs::remove_file(&private).unwrap();
    std::fs::rename(world.folder().join("aside"), &private).unwrap();
    let _: Value = world.get(purge());
    assert!(kept(&world).is_empty());
    let home = world.home();
    assert!(
        !private.exists() && !home.store(&plugin).exists() && !home.logs().join(plugin.as_str()).exists()
    );
    assert_eq!(names_in(&home.packages()), [".staging"]);
    assert_eq!(world.refusal(put_back(&plugin)).code, "not_found");
    assert_eq!(world.refusal(purge()).code, "not_found");

    world.install(&keeper().version("1.0.1", 2));
    assert_eq!(world.settings(&plugin).fields[0].value, json!("-"));
    assert_eq!(world.list()[0].people, 0);
}

#[test]
fn the_command_line_lists_puts_back_and_purges_what_is_kept() {
    let world = World::new();
    crate::logs::sign_in(&world);
    let plugin = filled(&world);
    let told = world.run_json(&["uninstall", plugin.as_str()]);
    assert_eq!(told["people"], 1);
    let listed = world.run_json(&["kept", "list"]);
    assert_eq!((&listed[0]["plugin"], &listed[0]["version"]), (&json!(plugin), &json!("1.0.0")));
    let applied = world.run_json(&["kept", "put-back", plugin.as_str(), "--yes"]);
    assert_eq!((&applied["kind"], &applied["version"]), (&json!("reinstall"), &json!("1.0.0")));
    let output = world.run(&["uninstall", plugin.as_str()], "");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("1 person can no longer use it."), "{said}");
    assert_eq!(world.run(&["kept", "purge", plugin.as_str()], "").status.code(), Some(2), "nobody said yes");
    world.run_json(&["kept", "purge", plugin.as_str(), "--yes"]);
    assert_eq!(world.run_json(&["kept", "list"]), json!([]));
    assert_eq!(world.run(&["kept", "purge", plugin.as_str(), "--yes"], "").status.code(), Some(4));
}
