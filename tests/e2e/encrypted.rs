//! Packages for this center's eyes alone: they do all that others do, and nothing of their files ever lies in the clear.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use center::request::{Answers, Request};
use center::views::{AppliedView, PlanView, RecipientView};
use serde_json::{Value, json};
use walkdir::WalkDir;

use crate::dump;
use crate::fixtures::{Package, Publisher};
use crate::wait;
use crate::world::{SOON, World, id, run};

const MARKER: &str = "the recipe that only this center may know";
/// An image with the marker inside, so that whoever writes the icon writes the marker.
const ICON: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\"><title>the recipe that only this center may know</title><path d=\"M0 0h8v8z\"/></svg>";

fn recipient(world: &World) -> String {
    world.get::<RecipientView>(Request::RecipientShow).recipient
}

/// A plugin with a page and an icon that nobody else may see, encrypted for `recipient`.
fn secret(world: &World, recipient: &str) -> Package {
    let package = Package::rogue("com.example.secret").with("icon", json!("web/icon.svg"));
    let package = package.file("web/icon.svg", ICON.as_bytes()).file("web/page.html", MARKER.as_bytes());
    package.encrypted_for(recipient, &world.publisher)
}

/// Files below `folder` that hold the marker in the clear, or packed as it was packed.
fn in_the_clear(folder: &Path) -> Vec<String> {
    let holds = |bytes: &[u8], part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    let files = WalkDir::new(folder).into_iter().filter_map(Result::ok);
    let files = files.filter(|entry| entry.file_type().is_file());
    let tells = |path: &Path| {
        let bytes = fs::read(path).unwrap_or_default();
        // The names of an archive's entries are never packed.
        holds(&bytes, MARKER.as_bytes()) || holds(&bytes, b"PK\x03\x04")
    };
    files.filter(|entry| tells(entry.path())).map(|entry| entry.path().display().to_string()).collect()
}

fn assert_sealed(world: &World, when: &str) {
    assert_eq!(in_the_clear(world.home().root()), [""; 0], "{when}");
}

#[test]
fn an_encrypted_package_does_all_that_others_do_and_lies_nowhere_in_the_clear() {
    let mut world = World::new();
    let recipient = recipient(&world);
    let first = secret(&world, &recipient);
    let plan = world.plan(&world.pack(&first)).unwrap();
    assert!(plan.encrypted && plan.icon.is_some());
    assert_sealed(&world, "while it is reviewed");
    let answers = Answers { capabilities: true, turn_on: true, ..Answers::default() };
    let _: AppliedView = world.get(Request::PackageApply { plan: plan.plan, answers });
    let plugin = id("com.example.secret");
    world.wait_state(&plugin, "running");
    assert!(world.answers(&plugin));
    assert_sealed(&world, "while it runs");

    world.switch_off(&plugin);
    world.switch_on(&plugin);
    assert!(world.answers(&plugin), "its library is read from the stored package");
    let icon = |world: &World| world.list()[0].icon.clone().expect("an icon");
    assert!(icon(&world).starts_with("data:image/svg+xml;base64,"));

    run("cp", &[&world.pack(&secret(&world, &recipient).version("1.1.0", 2)), &world.plugins()]);
    wait::until("the upgrade from the folder", SOON, || world.has(&plugin, "1.1.0").then_some(()));
    world.wait_state(&plugin, "running");
    assert!(world.answers(&plugin));
    assert_sealed(&world, "after an upgrade");

    world.stop();
    world.start();
    world.wait_state(&plugin, "running");
    assert!(icon(&world).starts_with("data:image/svg+xml;base64,"), "read anew after a restart");
    let _: Value = world.get(Request::PluginUninstall { plugin: plugin.clone(), purge: false });
    let plan: PlanView = world.get(Request::PackagePutBack { plugin: plugin.clone(), locale: "en".into() });
    assert!(plan.encrypted);
    let answers = Answers { capabilities: true, turn_on: true, ..Answers::default() };
    let _: AppliedView = world.get(Request::PackageApply { plan: plan.plan, answers });
    world.wait_state(&plugin, "running");
    assert!(world.answers(&plugin));
    assert_sealed(&world, "after it was put back");
    let known = Package::rogue("com.example.open").file("web/page.html", MARKER.as_bytes());
    world.install(&known);
    assert!(!in_the_clear(world.home().root()).is_empty(), "what is not encrypted is found");
}

#[test]
fn a_package_for_another_center_is_refused_and_changes_nothing() {
    let (world, other) = (World::new(), World::new());
    let theirs = world.pack(&secret(&world, &recipient(&other)));
    let before = dump::of(&world);
    let refusal = world.plan(&theirs).unwrap_err();
    assert_eq!(refusal.code, "not_for_this_center", "no key was ever made here: {refusal:?}");
    assert!(refusal.hint.contains("sprocket recipient"), "{refusal:?}");
    let ours = recipient(&world);
    assert_ne!(ours, recipient(&other));
    assert_eq!(world.plan(&theirs).unwrap_err().code, "not_for_this_center");
    run("cp", &[&theirs, &world.plugins()]);
    let verdict = world.wait_verdict("com.example.secret.v1.0.0.spk", "refused");
    assert_eq!(verdict.cause.unwrap().code, "not_for_this_center");
    assert_eq!(dump::of(&world), before);
}

#[test]
fn a_center_whose_key_cannot_be_used_says_so_and_takes_what_is_not_encrypted() {
    let world = World::new();
    let recipient = recipient(&world);
    let plugin = world.install_running(&secret(&world, &recipient));
    let key = world.home().encryption_key();
    assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    fs::set_permissions(&key, Permissions::from_mode(0o644)).unwrap();
    let next = world.pack(&secret(&world, &recipient).version("1.1.0", 2));
    assert_eq!(world.plan(&next).unwrap_err().code, "encryption_key_unusable");
    let asked = world.refusal(Request::RecipientShow);
    assert!(asked.code == "encryption_key_unusable" && asked.hint.contains("chmod 600"), "{asked:?}");
    world.install_running(&Package::rogue("com.example.open"));
    assert!(world.answers(&plugin), "what runs does not notice");
    fs::set_permissions(&key, Permissions::from_mode(0o600)).unwrap();
    assert_eq!(world.plan(&next).unwrap().version, "1.1.0");
}

#[test]
fn a_publisher_encrypts_by_commands_alone_and_sees_what_can_be_told_without_the_key() {
    let world = World::new();
    let login = world.run(&["login", "root", "--password-stdin"], "violet kettle 417\n");
    assert!(login.status.success(), "{login:?}");
    let shown = world.run_json(&["recipient"]);
    let recipient = shown["recipient"].as_str().unwrap().to_owned();
    let at = |name: &str| world.folder().join(name).display().to_string();
    let made = world.run_json(&["keygen", &at("key")]);
    let tree = world.folder().join("tree");
    fs::create_dir_all(tree.join("lib")).unwrap();
    fs::copy(crate::fixtures::built("librogue.so"), tree.join("lib/plugin.so")).unwrap();
    let mut manifest = Package::rogue("com.example.parcel").manifest;
    fs::write(tree.join("plugin.json"), manifest.to_string()).unwrap();
    let pack = ["pack", &at("tree"), "--key", &at("key"), "--out", &at("out"), "--encrypt-to", &recipient];
    let nameless = world.run(&pack, "");
    let said = String::from_utf8_lossy(&nameless.stderr).into_owned();
    assert!(said.contains("publisher_key_mismatch") && said.contains("publisherKey"), "{said}");
    manifest["publisherKey"] = made["key"].clone();
    fs::write(tree.join("plugin.json"), manifest.to_string()).unwrap();
    let packed = world.run_json(&pack);
    let file = packed["file"].as_str().unwrap().to_owned();
    let verified = world.run_json(&["verify", &file]);
    assert_eq!((&verified["valid"], &verified["encrypted_for"]), (&json!(true), &json!(1)));
    assert_eq!(verified["passed"], json!(["copy", "envelope", "signature", "statement", "payload"]));
    let inspected = world.run_json(&["inspect", &file]);
    assert_eq!((&inspected["plugin"], &inspected["encrypted_for"]), (&Value::Null, &json!(1)));
    assert_eq!(inspected["statement"]["id"], "com.example.parcel");

    let unsigned =
        world.run_json(&["pack", &at("tree"), "--unsigned", "--release", "9", "--out", &at("later")]);
    let later = unsigned["file"].as_str().unwrap().to_owned();
    let signed = world.run_json(&["sign", &later, "--key", &at("key"), "--encrypt-to", &recipient]);
    assert!(signed["statement"]["plaintext"]["size"].as_u64().unwrap() > 1000);

    let looked = world.run_json(&["publisher", "look", &at("key.pub")]);
    assert_eq!((&looked["check_code"], &looked["known"]), (&made["check_code"], &Value::Null));
    let trust = ["--trust", "Parcels", "--namespace", "com.example.*", "--checked", "by phone", "--yes"];
    world.run_json(&[&["install", &file], &trust[..]].concat());
    world.run_json(&["on", "com.example.parcel"]);
    world.wait_state(&id("com.example.parcel"), "running");
    let looked = world.run_json(&["publisher", "look", &at("key.pub")]);
    assert_eq!(looked["known"]["label"], "Parcels");
    let stranger = Publisher::new("Stranger").key.public().to_string();
    assert_eq!(world.run_json(&["publisher", "look", &stranger])["known"], Value::Null);
}
