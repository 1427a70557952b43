//! The publisher's tools, which need no home.

use std::fs;

use serde_json::json;

use crate::world::{World, write};

const ID: &str = "com.example.test";

#[test]
fn a_key_is_made_once_and_shown_in_three_ways() {
    let world = World::new();
    let made = world.ask(&["keygen", "mine"]).done();
    assert!(made["key"].as_str().unwrap().starts_with("ed25519:"));
    assert_eq!(made["check_code"].as_str().unwrap().split(' ').count(), 6);
    assert_eq!(made["fingerprint"].as_str().unwrap().split(' ').count(), 16);
    assert!(world.path("mine.pub").exists());
    let before = fs::read(world.path("mine")).unwrap();
    world.ask(&["keygen", "mine"]).failed(1, "already_exists");
    assert_eq!(fs::read(world.path("mine")).unwrap(), before);
}

#[test]
fn a_key_with_a_passphrase_signs_only_with_it() {
    let world = World::new();
    world.ask_with(&["keygen", "wrapped", "--passphrase-stdin"], "open sesame\n").done();
    let folder = world.plugin(ID, "1.0.0");
    let pack = ["pack", folder.to_str().unwrap(), "--key", "wrapped", "--passphrase-stdin"];
    world.ask_with(&pack, "open barley\n").failed(1, "wrong_passphrase");
    world.ask_with(&pack, "open sesame\n").done();
    world.ask(&["pack", folder.to_str().unwrap(), "--key", "wrapped"]).failed(2, "usage");
}

#[test]
fn a_folder_becomes_a_package_that_verifies_and_shows_what_is_in_it() {
    let world = World::new();
    let package = world.package(ID, "1.4.0", "7");
    assert!(package.ends_with("com.example.test.v1.4.0.spk"));
    let package = package.to_str().unwrap();
    let verified = world.ask(&["verify", package, "--key", "key.pub"]).done();
    assert_eq!((&verified["valid"], &verified["statement"]["release"]), (&json!(true), &json!(7)));
    assert_eq!(verified["passed"].as_array().unwrap().len(), 11);
    let inspected = world.ask(&["inspect", package]).done();
    assert_eq!(inspected["plugin"]["id"], json!(ID));
    let names: Vec<_> = inspected["entries"].as_array().unwrap().iter().map(|e| e["name"].clone()).collect();
    assert_eq!(json!(names), json!(["lib/plugin.so", "plugin.json"]));
    assert_eq!(inspected["digest"], verified["digest"]);
}

#[test]
fn verify_shows_each_step_and_where_it_ended() {
    let world = World::new();
    let package = world.package(ID, "1.0.0", "1");
    let shown = world.person(&["verify", package.to_str().unwrap()]);
    assert_eq!((shown.code, shown.out.matches('✓').count()), (0, 11), "{shown:?}");
    assert!(!shown.out.contains('\x1b'), "colour is for terminals");

    let mut bytes = fs::read(&package).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    write(&world.path("bad.spk"), &bytes);
    let shown = world.person(&["verify", "bad.spk"]);
    assert_eq!(shown.code, 1);
    assert!(shown.out.ends_with("✗ size and digest of the content are as signed\n"), "{shown:?}");
    assert!(shown.err.starts_with("error[tampered]: the content was changed after signing\n"), "{shown:?}");
    assert!(shown.err.contains("\n  next: Do not use this file"), "{shown:?}");
    let error = world.ask(&["verify", "bad.spk"]).failed(1, "tampered");
    assert_eq!(error["details"]["step"], json!("payload"));
}

#[test]
fn what_is_no_package_says_what_it_is_instead() {
    let world = World::new();
    for (name, bytes, code) in [
        ("a.zip", &b"PK\x03\x04 and more"[..], "not_a_package"),
        ("page.spk", b"<html>", "not_a_package"),
        ("empty.spk", b"", "empty_file"),
        ("half.spk", b"SPK1\xff\0\0\0{", "truncated"),
    ] {
        write(&world.path(name), bytes);
        world.ask(&["verify", name]).failed(1, code);
    }
    world.ask(&["verify", "missing.spk"]).failed(4, "not_found");
}

#[test]
fn a_package_signed_by_another_key_is_not_the_one_asked_for() {
    let world = World::new();
    let package = world.package(ID, "1.0.0", "1");
    world.ask(&["keygen", "other"]).done();
    world.ask(&["verify", package.to_str().unwrap(), "--key", "other.pub"]).failed(1, "other_key");
}

#[test]
fn an_unsigned_package_is_refused_until_it_is_signed() {
    let world = World::new();
    let (folder, key) = (world.plugin(ID, "2.0.0"), world.key());
    let packed = world.ask(&["pack", folder.to_str().unwrap(), "--unsigned"]).done();
    let file = packed["file"].as_str().unwrap();
    world.ask(&["verify", file]).failed(1, "unsigned");
    let signed = world.ask(&["sign", file, "--key", key.to_str().unwrap()]).done();
    assert_ne!(signed["digest"], packed["digest"]);
    world.ask(&["verify", file]).done();
    world.ask(&["sign", file, "--key", key.to_str().unwrap()]).failed(1, "already_signed");
}

#[test]
fn each_defect_of_plugin_json_is_told_with_its_place() {
    let world = World::new();
    let (folder, key) = (world.plugin(ID, "1.0.0"), world.key());
    let manifest = json!({ "id": "Bad Id", "name": 3, "version": "one" });
    write(&folder.join("plugin.json"), manifest.to_string().as_bytes());
    let shown = world.person(&["pack", folder.to_str().unwrap(), "--key", key.to_str().unwrap()]);
    assert_eq!(shown.code, 1);
    assert!(shown.err.starts_with("error[manifest_invalid]"), "{shown:?}");
    for place in ["$.id", "$.name", "$.version"] {
        assert!(shown.err.contains(&format!("  - {place}: ")), "{place}: {shown:?}");
    }
    assert!(!world.path("Bad Id.vone.spk").exists());
}

#[test]
fn a_misunderstood_command_is_a_usage_error_in_both_forms() {
    let world = World::new();
    let shown = world.person(&["instal", "x.spk"]);
    assert_eq!((shown.code, shown.out.as_str()), (2, ""));
    assert!(shown.err.starts_with("error[usage]: unrecognized subcommand 'instal'"), "{shown:?}");
    world.ask(&["verify"]).failed(2, "usage");
    assert_eq!(world.person(&["--version"]).code, 0);
}

#[test]
fn a_publishers_mistake_is_told_to_the_publisher() {
    let world = World::new();
    let folder = world.plugin(ID, "1.0.0");
    let pack = |folder: &str, key: &str| world.ask(&["pack", folder, "--key", key]);
    let folder_text = folder.to_str().unwrap();
    let error = pack(folder_text, "nowhere.pem").failed(4, "not_found");
    assert!(error["message"].as_str().unwrap().contains("nowhere.pem"), "{error}");
    world.ask(&["keygen", "mine"]).done();
    let error = pack(folder_text, "mine.pub").failed(1, "key_file_too_open");
    assert!(!error["hint"].as_str().unwrap().contains("install"), "{error}");
    let manifest = folder.join("plugin.json");
    pack(manifest.to_str().unwrap(), "mine").failed(2, "usage");
    write(&manifest, b"{}");
    let error = pack(folder_text, "mine").failed(1, "manifest_invalid");
    assert_eq!(error["hint"], json!("Correct plugin.json, then pack again."));
}

#[test]
fn help_is_a_word_too_and_a_mistyped_command_names_the_nearest() {
    let world = World::new();
    let help = world.person(&["help", "config"]);
    assert!(help.code == 0 && help.out.contains("unset"), "{help:?}");
    let error = world.ask(&["intsall"]).failed(2, "usage");
    let hint = error["hint"].as_str().unwrap();
    assert!(hint.contains("'install'") && !hint.contains("tip:"), "{hint}");
}
