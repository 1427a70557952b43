//! Whether `sprocket doctor` finds what is not as the center left it, and nothing else.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use center::request::Request;
use center::views::AttentionView;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::fixtures::Package;
use crate::logs::sign_in;
use crate::world::World;

/// A center at rest, with a plugin that stores something.
fn at_rest() -> World {
    let mut world = World::new();
    sign_in(&world);
    let plugin = world.install_running(&Package::rogue("com.example.kept"));
    let args = json!({ "key": "a", "value": "b" });
    world.call(&world.root, &plugin, "remember", args).expect("it stores");
    world.stop();
    world
}

/// The areas in which something is wrong, with the codes.
fn wrong(world: &World, options: &[&str]) -> Vec<(String, Vec<String>)> {
    let output = world.run(&[&["--json", "doctor"], options].concat(), "");
    let answer: Value = serde_json::from_slice(&output.stdout).expect("one document");
    assert_eq!(output.status.success(), answer.is_array());
    let areas = if answer.is_array() { &answer } else { &answer["error"]["details"] };
    let area = |area: &Value| {
        let codes = area["wrong"].as_array().expect("a list").iter();
        let codes = codes.map(|error| error["code"].as_str().unwrap_or_default().to_owned()).collect();
        (area["area"].as_str().unwrap_or_default().to_owned(), codes)
    };
    let areas: Vec<(String, Vec<String>)> = areas.as_array().expect("areas").iter().map(area).collect();
    assert_eq!(areas.len(), 7);
    areas.into_iter().filter(|(_, codes)| !codes.is_empty()).collect()
}

fn found(area: &str, code: &str) -> Vec<(String, Vec<String>)> {
    vec![(area.into(), vec![code.into()])]
}

/// Changes one byte and leaves the file's time as it was.
fn flip_unseen(path: &Path) {
    let modified = fs::metadata(path).expect("it works").modified().expect("it works");
    let mut bytes = fs::read(path).expect("it works");
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(path, bytes).expect("it works");
    File::options().append(true).open(path).expect("it works").set_modified(modified).expect("it works");
}

fn the_package(world: &World) -> std::path::PathBuf {
    let files =
        fs::read_dir(world.home().packages()).expect("it works").map(|entry| entry.expect("it works").path());
    let mut packages = files.filter(|path| path.extension().is_some_and(|e| e == "spk"));
    packages.next().expect("one package")
}

#[test]
fn a_center_that_is_as_it_was_left_is_well_running_and_at_rest() {
    let mut world = at_rest();
    assert_eq!(wrong(&world, &["--deep"]), []);
    world.start();
    assert_eq!(wrong(&world, &["--deep"]), []);
    let output = world.run(&["doctor"], "");
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && said.contains("Plugin folder: well (1 file)"), "{said}");
}

#[test]
fn a_byte_that_changed_unseen_is_found_by_reading_everything() {
    let world = at_rest();
    flip_unseen(&the_package(&world));
    assert_eq!(wrong(&world, &[]), [], "what the system says of the file is unchanged");
    assert_eq!(wrong(&world, &["--deep"]), found("packages", "stored_package_changed"));
    flip_unseen(&the_package(&world));
    assert_eq!(wrong(&world, &["--deep"]), []);

    let shown = world.plugins().join("com.example.kept.v1.0.0.spk");
    flip_unseen(&shown);
    assert_eq!(wrong(&world, &[]), []);
    assert_eq!(wrong(&world, &["--deep"]), found("plugin_folder", "stored_package_changed"));
    let output = world.run(&["doctor", "--deep"], "");
    assert_eq!(output.status.code(), Some(7));
}

#[test]
fn what_is_gone_open_or_damaged_is_named() {
    let mut world = at_rest();
    let package = the_package(&world);
    let aside = world.folder().join("aside.spk");
    fs::rename(&package, &aside).unwrap();
    assert_eq!(wrong(&world, &[]), found("packages", "stored_package_changed"));
    fs::rename(&aside, &package).unwrap();

    fs::rename(world.plugins(), world.folder().join("plugins")).unwrap();
    assert_eq!(wrong(&world, &[]), found("plugin_folder", "folder_unavailable"));
    fs::rename(world.folder().join("plugins"), world.plugins()).unwrap();

    let db = Connection::open(world.home().database()).unwrap();
    db.execute("UPDATE audit SET target = 'another' WHERE seq = 2", []).unwrap();
    assert_eq!(wrong(&world, &[]), found("audit_trail", "database"));
    drop(db);

    fs::write(world.home().stores().join("com.example.broken.db"), "no database").unwrap();
    let both = [found("audit_trail", "database"), found("plugin_data", "database")].concat();
    assert_eq!(wrong(&world, &[]), both);

    world.start();
    fs::set_permissions(world.home().root(), Permissions::from_mode(0o755)).unwrap();
    let all = [&both[..1], &found("home", "home_unavailable"), &both[1..]].concat();
    assert_eq!(wrong(&world, &[]), all);
}

#[test]
fn a_damaged_key_of_passwords_is_named_its_plugins_wait_and_go_on_when_it_is_back() {
    let mut world = World::new();
    sign_in(&world);
    let token = json!({ "token": { "type": "string", "format": "password" } });
    let plugin = world.install(&Package::rogue("com.example.keeper").config(&["token"], token));
    world.save(&plugin, json!({ "token": { "$set": "Wasserkocher-88" } })).expect("it takes a password");
    world.switch_on(&plugin);
    let other = world.install_running(&Package::rogue("com.example.other"));
    world.stop();
    let key = world.home().keys().join("secrets.key");
    let whole = fs::read(&key).expect("a key");
    let ruined = [whole.clone(), b"a line".to_vec()].concat();
    let foreign = vec![7; 32];
    for bytes in [Some(ruined), Some(foreign), None] {
        match bytes {
            Some(bytes) => fs::write(&key, bytes).expect("it works"),
            None => fs::remove_file(&key).expect("it works"),
        }
        assert_eq!(wrong(&world, &[]), found("stored_passwords", "secrets_key_damaged"));
        world.start();
        world.wait_state(&plugin, "passwords_unreadable");
        world.wait_state(&other, "running");
        let told: Vec<AttentionView> = world.get(Request::AttentionList);
        let codes: Vec<_> = told.iter().map(|one| one.cause.code.as_str()).collect();
        assert_eq!(codes, ["secrets_key_damaged"]);
        assert!(world.settings(&plugin).missing.is_empty(), "what is stored is not empty");
        fs::write(&key, &whole).expect("it works");
        fs::set_permissions(&key, Permissions::from_mode(0o600)).expect("it works");
        world.wait_state(&plugin, "running");
        let told: Vec<AttentionView> = world.get(Request::AttentionList);
        assert!(told.is_empty(), "it has passed: {told:?}");
        world.stop();
    }
}
