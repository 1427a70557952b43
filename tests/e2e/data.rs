//! What plugins store: theirs alone, kept through everything but a purge, within their quota.

use center::request::Request;
use serde_json::{Value, json};
use spk::PluginId;

use crate::fixtures::Package;
use crate::world::World;

/// Stores a value and returns everything whose key begins with the same letter.
fn remember(world: &World, plugin: &PluginId, key: &str, value: &str) -> String {
    let args = json!({ "key": key, "value": value });
    world.call(&world.root, plugin, "remember", args).unwrap_or_else(|e| panic!("{e:?}")).to_string()
}

fn uninstall(world: &World, plugin: &PluginId, purge: bool) {
    let _: Value = world.get(Request::PluginUninstall { plugin: plugin.clone(), purge });
}

#[test]
fn one_plugin_never_sees_what_another_stored() {
    let world = World::new();
    let [one, two] =
        ["com.example.one", "com.example.two"].map(|id| world.install_running(&Package::rogue(id)));
    remember(&world, &one, "k", "belongs to one");
    remember(&world, &two, "k", "belongs to two");
    let (of_one, of_two) =
        (remember(&world, &one, "k", "still one"), remember(&world, &two, "k", "still two"));
    assert!(of_one.contains("still one") && !of_one.contains("two"), "{of_one}");
    assert!(of_two.contains("still two") && !of_two.contains("one"), "{of_two}");
    assert!(world.home().store(&one).is_file() && world.home().store(&two).is_file());
}

#[test]
fn data_outlives_the_switch_an_upgrade_a_restart_and_an_uninstall_but_not_a_purge() {
    let mut world = World::new();
    let package = Package::rogue("com.example.keeper");
    let plugin = world.install_running(&package);
    let private = world.home().private_folder(&plugin).join("note");
    remember(&world, &plugin, "kept", "from the beginning");
    let write = json!({ "deed": "write", "path": "note" });
    world.call(&world.root, &plugin, "do", write).unwrap();
    let must_be_there = |world: &World, when: &str| {
        // `kep` is a prefix of `kept`: both are listed.
        let listed = remember(world, &plugin, "kep", when);
        assert!(listed.contains("from the beginning"), "{when}: {listed}");
        assert!(private.is_file(), "{when}: its folder is there");
    };

    world.switch_off(&plugin);
    world.switch_on(&plugin);
    must_be_there(&world, "after off and on");
    world.install(&package.clone().version("1.1.0", 2));
    world.wait_state(&plugin, "running");
    must_be_there(&world, "after an upgrade");
    world.stop();
    world.start();
    world.wait_state(&plugin, "running");
    must_be_there(&world, "after a restart");
    uninstall(&world, &plugin, false);
    assert!(world.list().is_empty());
    world.install_running(&package.clone().version("1.2.0", 3));
    must_be_there(&world, "after an uninstall");

    uninstall(&world, &plugin, true);
    assert!(!world.home().store(&plugin).exists() && !private.exists(), "a purge leaves nothing");
    world.install_running(&package.version("1.3.0", 4));
    assert!(!remember(&world, &plugin, "kep", "anew").contains("from the beginning"));
}

#[test]
fn a_purge_takes_settings_and_grants_too_and_an_uninstall_keeps_them() {
    let world = World::new();
    let package = Package::rogue("com.example.keeper")
        .config(&[], json!({ "a": { "type": "string", "default": "-" } }));
    let plugin = world.install(&package);
    let fill = || {
        world.save(&plugin, json!({ "a": "entered" })).unwrap();
        world.grant(&plugin, center::snapshot::Subject::Everyone);
    };
    let state = || (world.settings(&plugin).fields[0].value.clone(), world.list()[0].everyone);
    fill();
    uninstall(&world, &plugin, false);
    world.install(&package.clone().version("1.1.0", 2));
    assert_eq!(state(), (json!("entered"), true));
    uninstall(&world, &plugin, true);
    world.install(&package.version("1.2.0", 3));
    assert_eq!(state(), (json!("-"), false));
}

#[test]
fn a_purge_does_not_let_an_older_release_back_in() {
    let world = World::new();
    let package = Package::rogue("com.example.marked");
    let old = world.pack(&package);
    let plugin = world.install(&package.version("2.0.0", 7));
    uninstall(&world, &plugin, true);
    assert_eq!(world.plan(&old).unwrap_err().code, "downgrade");
}

#[test]
fn a_full_store_is_refused_with_its_code_and_loses_nothing() {
    let world = World::new();
    let package = Package::rogue("com.example.hoarder").with("capabilities", json!({ "storage": "2 MiB" }));
    let plugin = world.install_running(&package);
    remember(&world, &plugin, "first", "kept");
    let large = "x".repeat(400 << 10);
    let refusal = (0..20).find_map(|n| {
        let args = json!({ "key": format!("n{n}"), "value": large });
        world.call(&world.root, &plugin, "remember", args).err()
    });
    let refusal = refusal.expect("8 MB do not fit into 2 MiB");
    assert_eq!(refusal.code, "plugin_fault", "{refusal:?}");
    assert_eq!(refusal.details["code"], "quota_exceeded", "{refusal:?}");
    assert!(remember(&world, &plugin, "f", "small").contains("kept"));
    let size = std::fs::metadata(world.home().store(&plugin)).unwrap().len();
    assert!(size <= 2 << 20, "the store has {size} bytes");
}
