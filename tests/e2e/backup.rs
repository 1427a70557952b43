//! Everything of a center in one file, and back: whole or not at all.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use center::paths::Home;
use center::request::Request;
use center::snapshot::Subject;
use center::views::SignedInView;
use serde_json::{Value, json};
use spk::PluginId;

use crate::dump;
use crate::fixtures::Package;
use crate::logs::sign_in;
use crate::world::World;

const PASSPHRASE: &str = "a winter in Harbin\n";
const SECRET: &str = "keep-me-8341";

/// A running plugin with a secret, data, a file of its own and somebody who may use it.
fn lived_in() -> (World, PluginId) {
    let world = World::new();
    sign_in(&world);
    let fields =
        json!({ "secret": { "type": "string", "format": "password" }, "plain": { "type": "string" } });
    let package = Package::rogue("com.example.keeper").config(&["secret"], fields);
    let plugin = world.install(&package);
    world.save(&plugin, json!({ "secret": { "$set": SECRET }, "plain": "entered" })).expect("it takes them");
    world.switch_on(&plugin);
    remember(&world, &plugin, "kept", "stored");
    let write = json!({ "deed": "write", "path": "note" });
    world.call(&world.root, &plugin, "do", write).expect("it writes");
    world.grant(&plugin, Subject::Everyone);
    (world, plugin)
}

fn remember(world: &World, plugin: &PluginId, key: &str, value: &str) -> String {
    let args = json!({ "key": key, "value": value });
    world.call(&world.root, plugin, "remember", args).unwrap_or_else(|e| panic!("{e:?}")).to_string()
}

/// Every session ended with the restore.
fn sign_in_again(world: &mut World) {
    world.root = world.get_as::<SignedInView>(None, crate::world::sign_in("root")).token;
}

fn backup(world: &World, options: &[&str], input: &str) -> PathBuf {
    let file = world.folder().join(format!("{}.backup", options.len()));
    let output = world.run(&[&["backup", file.to_str().expect("a plain path")], options].concat(), input);
    assert!(output.status.success(), "{}", said(&output));
    file
}

fn restore(world: &World, file: &Path, options: &[&str], input: &str) -> Output {
    world.run(&[&["restore", file.to_str().expect("a plain path")], options].concat(), input)
}

fn said(output: &Output) -> String {
    [&output.stdout[..], &output.stderr].concat().escape_ascii().to_string()
}

fn refused(output: &Output, code: &str) {
    assert!(!output.status.success() && said(output).contains(code), "{}", said(output));
}

fn holds(file: &Path, what: &str) -> bool {
    fs::read(file).expect("readable").windows(what.len()).any(|window| window == what.as_bytes())
}

#[test]
fn an_encrypted_backup_brings_everything_back_and_puts_what_was_there_aside() {
    let (mut world, plugin) = lived_in();
    let file = backup(&world, &["--passphrase-stdin"], PASSPHRASE);
    assert!(!holds(&file, "com.example.keeper"), "nothing of it can be read");
    refused(&restore(&world, &file, &["--passphrase-stdin", "--replace"], PASSPHRASE), "center_running");
    let _: Value = world.get(Request::PluginUninstall { plugin: plugin.clone(), purge: true });
    world.stop();

    refused(&restore(&world, &file, &["--passphrase-stdin"], PASSPHRASE), "already_initialised");
    refused(&restore(&world, &file, &["--replace"], ""), "backup_passphrase");
    refused(
        &restore(&world, &file, &["--passphrase-stdin", "--replace"], "another one\n"),
        "backup_passphrase",
    );
    assert!(fs::read_dir(world.home().private_folder(&plugin)).is_err(), "nothing has changed so far");
    let restored = restore(&world, &file, &["--json", "--passphrase-stdin", "--replace"], PASSPHRASE);
    let view: Value =
        serde_json::from_slice(&restored.stdout).unwrap_or_else(|_| panic!("{}", said(&restored)));
    assert_eq!(
        (&view["left_out"], &view["switched_off"], &view["trail_whole"]),
        (&json!([]), &json!([]), &json!(true))
    );
    assert!(Home::at(view["put_aside"].as_str().unwrap()).database().is_file());

    world.start();
    sign_in_again(&mut world);
    world.wait_state(&plugin, "running");
    assert_eq!(world.mirror(), ["com.example.keeper.v1.0.0.spk"]);
    world.wait_verdict("com.example.keeper.v1.0.0.spk", "installed");
    let settings = world.settings(&plugin);
    assert_eq!((&settings.values["plain"], settings.missing.len()), (&json!("entered"), 0));
    assert!(remember(&world, &plugin, "kep", "later").contains("stored"));
    assert!(world.home().private_folder(&plugin).join("note").is_file());
    assert!(world.list()[0].everyone);
    let trail: Value = world.get(Request::AuditVerify { against: None });
    assert_eq!(trail["broken"], Value::Null);
}

#[test]
fn a_backup_without_a_passphrase_holds_no_secret_and_a_restore_says_what_to_enter_again() {
    let (world, plugin) = lived_in();
    let file = backup(&world, &[], "");
    assert!(holds(&file, "com.example.keeper") && !holds(&file, SECRET));
    let mut other = World::raw();
    let restored = restore(&other, &file, &["--json"], "");
    let view: Value =
        serde_json::from_slice(&restored.stdout).unwrap_or_else(|_| panic!("{}", said(&restored)));
    assert_eq!(view["left_out"], json!([{ "plugin": plugin, "pointer": "/secret" }]));
    assert_eq!((&view["switched_off"], &view["put_aside"]), (&json!([plugin]), &Value::Null));
    let keys: Vec<_> = fs::read_dir(other.home().keys()).unwrap().collect();
    assert!(keys.is_empty(), "{keys:?}");

    other.start();
    sign_in_again(&mut other);
    other.wait_state(&plugin, "set_up_first");
    other.save(&plugin, json!({ "secret": { "$set": "another" } })).unwrap();
    other.switch_on(&plugin);
    assert!(remember(&other, &plugin, "kep", "later").contains("stored"));
    assert!(world.answers(&plugin), "the first center runs on");
}

#[test]
fn what_is_no_whole_backup_is_refused_and_changes_nothing() {
    let (mut world, _) = lived_in();
    let (plain, sealed) = (backup(&world, &[], ""), backup(&world, &["--passphrase-stdin"], PASSPHRASE));
    world.stop();
    let before = dump::of(&world);
    let good = fs::read(&plain).unwrap();
    let bad = world.folder().join("bad.backup");
    let try_bytes = |bytes: &[u8], options: &[&str], code: &str| {
        fs::write(&bad, bytes).unwrap();
        refused(&restore(&world, &bad, &[&["--replace"], options].concat(), PASSPHRASE), code);
        assert_eq!(dump::of(&world), before);
    };
    for cut in [0, 1, 511, 512, good.len() / 2, good.len() - 2048] {
        try_bytes(&good[..cut], &[], "backup_incomplete");
    }
    let format = good.windows(10).position(|bytes| bytes == b"\"format\":1").unwrap();
    try_bytes(&[&good[..format], b"\"format\":9", &good[format + 10..]].concat(), &[], "backup_newer");
    let text = good.windows(14).position(|bytes| bytes == b"\"plain\":{\"type").unwrap();
    try_bytes(&[&good[..text], b"\"plaim\"", &good[text + 7..]].concat(), &[], "backup_damaged");
    try_bytes(b"PK\x03\x04 some zip, and more of it", &[], "not_a_backup");
    let sealed = fs::read(&sealed).unwrap();
    try_bytes(&sealed[..sealed.len() - 1], &["--passphrase-stdin"], "backup_damaged");
    try_bytes(
        &[&sealed[..sealed.len() / 2], &[0; 16], &sealed[sealed.len() / 2 + 16..]].concat(),
        &["--passphrase-stdin"],
        "backup_damaged",
    );
    for strange in ["../../escaped", "plugins/a.spk"] {
        let file = [entry("audit.head", b"1"), entry(strange, b"x"), vec![0; 1024]].concat();
        try_bytes(&file, &[], "backup_damaged");
    }
    try_bytes(&[entry("../../escaped", b"x"), vec![0; 1024]].concat(), &[], "not_a_backup");
    let left = fs::read_dir(world.folder()).unwrap();
    let left: Vec<_> = left.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert!(!left.iter().any(|name| name.starts_with(".sprocket-restore") || name == "escaped"), "{left:?}");
}

#[test]
fn a_backup_is_made_by_superadmins_alone_and_overwrites_nothing() {
    let (world, _) = lived_in();
    let there = world.folder().join("there");
    fs::write(&there, "mine").unwrap();
    let make = |path: &Path| Request::BackupMake { path: path.into(), passphrase: None };
    assert_eq!(world.refusal(make(&there)).code, "already_exists");
    assert_eq!(world.refusal(make(Path::new("relative"))).code, "invalid_input");
    assert_eq!(world.refusal(make(&world.folder().join("no/such/folder/x"))).code, "invalid_input");
    assert_eq!(fs::read(&there).unwrap(), b"mine");
    let anna = world.person("anna");
    let by_anna = world.try_as(Some(&anna.token), make(&world.folder().join("annas")));
    assert_eq!(by_anna.unwrap_err().code, "not_a_superadmin");
    let parts = fs::read_dir(world.folder()).unwrap();
    let parts: Vec<_> = parts.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert!(!parts.iter().any(|name| name.ends_with(".part") || name == "annas"), "{parts:?}");
}

/// An entry of a tar archive, with a name that no library would write.
fn entry(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut block = [0_u8; 512];
    block[..name.len()].copy_from_slice(name.as_bytes());
    block[100..107].copy_from_slice(b"0000600");
    block[124..135].copy_from_slice(format!("{:011o}", bytes.len()).as_bytes());
    block[156] = b'0';
    block[257..263].copy_from_slice(b"ustar\0");
    block[148..156].fill(b' ');
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let mut data = bytes.to_vec();
    data.resize(bytes.len().next_multiple_of(512), 0);
    [&block[..], &data].concat()
}
