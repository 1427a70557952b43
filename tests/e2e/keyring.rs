//! The key of stored passwords in a real keyring: where it goes, how it moves, and what happens while the keyring is locked.

use std::fs;
use std::process::Stdio;

use center::request::Request;
use center::secrets::KeyPlace;
use center::views::{AttentionView, RekeyedView, SecretsKeyView, SignedInView};
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};
use spk::PluginId;

use crate::desktop_session::DesktopSession;
use crate::fixtures::Package;
use crate::logs::sign_in;
use crate::wait;
use crate::world::{SOON, World};

const SECRET: &str = "Wasserkocher-7316-壶";

fn package(id: &str) -> Package {
    Package::probe(id).config(
        &["secret"],
        json!({ "secret": { "type": "string", "format": "password" }, "count": { "type": "integer" } }),
    )
}

/// A center in a session, with a plugin that was given a password.
fn keeper(session: &DesktopSession) -> (World, PluginId) {
    let mut world = World::raw();
    world.bus = Some(session.address());
    let world = world.initialised();
    world.trust(&world.publisher);
    let plugin = world.install(&package("com.example.keeper"));
    world.save(&plugin, json!({ "secret": { "$set": SECRET } })).expect("it takes a password");
    world.switch_on(&plugin);
    (world, plugin)
}

fn key(world: &World) -> SecretsKeyView {
    world.get(Request::SecretsKey)
}

fn rekey(world: &World, to: Option<KeyPlace>) -> RekeyedView {
    world.get(Request::SecretsRekey { to, give_up: false })
}

/// The files below `keys/` that hold the key of secrets.
fn key_files(world: &World) -> Vec<String> {
    let entries = fs::read_dir(world.home().keys()).expect("a folder").filter_map(Result::ok);
    entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name.starts_with("secrets"))
        .collect()
}

/// In the end there are so many keys in files, and so many in the keyring; a busy one deletes a moment after it said so.
#[track_caller]
fn must_have(world: &World, session: &DesktopSession, keys: (usize, usize), what: &str) {
    wait::until(what, SOON, || ((key_files(world).len(), session.keys()) == keys).then_some(()));
}

#[track_caller]
fn must_know(world: &World, plugin: &PluginId) {
    world.wait_state(plugin, "running");
    assert_eq!(world.call(&world.root, plugin, "knows", json!(SECRET)), Ok(json!(true)));
}

#[track_caller]
fn must_not_hold_the_password(folder: &std::path::Path) {
    for entry in walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok) {
        let bytes = fs::read(entry.path()).unwrap_or_default();
        let found = bytes.windows(SECRET.len()).any(|window| window == SECRET.as_bytes());
        assert!(!found, "{} holds the password", entry.path().display());
    }
}

#[test]
fn the_first_key_goes_into_an_open_keyring_and_opens_what_is_stored_after_a_restart() {
    let session = DesktopSession::new();
    let (mut world, plugin) = keeper(&session);
    let view = key(&world);
    assert_eq!((view.place, view.secrets, view.keyring), (KeyPlace::Keyring, 1, true));
    assert_eq!((key_files(&world), session.keys()), (vec![], 1), "no key lies in the home");
    world.stop();
    world.start();
    must_know(&world, &plugin);
    must_not_hold_the_password(world.folder());
    must_not_hold_the_password(&session.files());
}

#[test]
fn a_key_moves_into_the_keyring_and_back_and_the_old_one_is_gone_each_time() {
    let session = DesktopSession::new();
    let mut world = World::new();
    let plugin = world.install(&package("com.example.keeper"));
    world.save(&plugin, json!({ "secret": { "$set": SECRET } })).unwrap();
    assert_eq!((key(&world).place, key(&world).keyring), (KeyPlace::File, false));
    assert_eq!(key_files(&world), ["secrets.key"]);
    let refused = world.refusal(Request::SecretsRekey { to: Some(KeyPlace::Keyring), give_up: false });
    assert_eq!(refused.code, "keyring_unavailable", "there is no session: {refused:?}");
    world.stop();
    world.bus = Some(session.address());
    world.start();
    assert_eq!((key(&world).place, session.keys()), (KeyPlace::File, 0), "what has a place stays there");

    let moved = rekey(&world, Some(KeyPlace::Keyring));
    assert_eq!((moved.place, moved.secrets, moved.given_up.len()), (KeyPlace::Keyring, 1, 0));
    must_have(&world, &session, (0, 1), "in the keyring alone");
    world.switch_on(&plugin);
    must_know(&world, &plugin);
    world.stop();
    world.start();
    must_know(&world, &plugin);

    rekey(&world, None);
    must_have(&world, &session, (0, 1), "a new key in the same place");
    rekey(&world, Some(KeyPlace::File));
    must_have(&world, &session, (1, 0), "in a file alone");
    world.stop();
    world.start();
    must_know(&world, &plugin);
    must_not_hold_the_password(world.folder());
    let trail: Value = world.get(Request::AuditList { last: 100, filter: center::audit::Filter::default() });
    let rows = trail.as_array().unwrap().iter().filter(|row| row["action"] == "secrets_rekeyed");
    let targets: Vec<_> = rows.map(|row| row["target"].as_str().unwrap_or_default()).collect();
    assert_eq!(targets, ["keyring", "keyring", "file"]);
}

#[test]
fn while_the_keyring_is_locked_what_needs_it_waits_and_says_why_and_everything_else_works() {
    let mut session = DesktopSession::new();
    let (mut world, plugin) = keeper(&session);
    let other = world.install_running(&Package::rogue("com.example.other"));
    world.stop();
    session.lock();
    world.start();

    assert_eq!(world.wait_state(&plugin, "waiting_for_keyring")["lost"], json!(false));
    world.wait_state(&other, "running");
    assert!(world.answers(&other), "it has no passwords");
    let told = wait::until("what needs a person", SOON, || {
        let told: Vec<AttentionView> = world.get(Request::AttentionList);
        told.into_iter().find(|one| one.kind == "keyring_unavailable")
    });
    assert_eq!(told.cause.code, "keyring_unavailable");
    assert_eq!(key(&world).trouble.expect("it says why").code, "keyring_unavailable");

    let shown = world.settings(&plugin);
    assert!(shown.missing.is_empty(), "a password that is stored is not missing: {:?}", shown.missing);
    world.save(&plugin, json!({ "count": 4 })).expect("a plain setting is saved");
    let refused = world.save(&plugin, json!({ "secret": { "$set": "another" } })).unwrap_err();
    assert_eq!(refused.code, "keyring_unavailable");
    let refused = world.refusal(Request::SecretsRekey { to: Some(KeyPlace::File), give_up: false });
    assert_eq!(refused.code, "keyring_unavailable", "no new key is made over what is sealed");
    let path = world.folder().join("whole.backup");
    let backup =
        Request::BackupMake { path: path.clone(), passphrase: Some(crate::world::password("a winter")) };
    assert_eq!(world.refusal(backup).code, "keyring_unavailable", "half a backup is none");
    assert!(!path.exists());

    session.unlock();
    must_know(&world, &plugin);
    wait::until("nothing to need a person", SOON, || {
        world.get::<Vec<AttentionView>>(Request::AttentionList).is_empty().then_some(())
    });
    assert_eq!(world.settings(&plugin).values["count"], json!(4));
}

#[test]
fn a_key_that_the_keyring_lost_is_replaced_only_when_a_person_gives_the_passwords_up() {
    let mut session = DesktopSession::new();
    let (mut world, plugin) = keeper(&session);
    world.stop();
    session.end_keyring();
    let lost = session.files().join(".local/share/keyrings");
    fs::remove_dir_all(&lost).unwrap();
    session.unlock();
    world.start();
    assert_eq!(world.wait_state(&plugin, "waiting_for_keyring")["lost"], json!(true));
    let refused = world.refusal(Request::SecretsRekey { to: None, give_up: false });
    assert_eq!(refused.code, "secrets_key_lost");
    let given_up: RekeyedView = world.get(Request::SecretsRekey { to: None, give_up: true });
    assert_eq!((given_up.place, given_up.secrets, given_up.given_up.len()), (KeyPlace::Keyring, 0, 1));
    assert_eq!(given_up.switched_off, std::slice::from_ref(&plugin));
    world.wait_state(&plugin, "set_up_first");
    world.save(&plugin, json!({ "secret": { "$set": SECRET } })).unwrap();
    world.switch_on(&plugin);
    must_know(&world, &plugin);
}

/// What the database says of keys: the one in force, and how many are left over.
fn record(world: &World) -> (String, u32) {
    let db = Connection::open_with_flags(world.home().database(), OpenFlags::SQLITE_OPEN_READ_ONLY);
    let db = db.expect("the database is there");
    let force = "SELECT coalesce((SELECT value FROM meta WHERE key = 'secrets_key'), ''),
                        (SELECT count(*) FROM meta WHERE key LIKE 'secrets_key_left/%')";
    db.query_row(force, [], |row| Ok((row.get(0)?, row.get(1)?))).expect("it has both")
}

#[test]
fn a_center_killed_in_the_middle_of_a_change_of_keys_opens_what_is_stored_and_keeps_one_key() {
    let session = DesktopSession::new();
    let (mut world, plugin) = keeper(&session);
    sign_in(&world);
    for (place, left_before) in [("file", true), ("keyring", true), ("file", false), ("keyring", false)] {
        let (before, _) = record(&world);
        let mut command = world.sprocket(&["rekey", "--to", place]);
        let mut rekeying = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        wait::until("a moment in the middle, or the end", SOON, || {
            let (now, left) = record(&world);
            (now != before || (left_before && left > 0)).then_some(())
        });
        world.kill();
        rekeying.wait().unwrap();
        world.start();
        must_know(&world, &plugin);
        let (now, left) = record(&world);
        assert_eq!(left, 0, "nothing is left over after the next start");
        let expected = if now.starts_with("keyring") { (0, 1) } else { (1, 0) };
        assert_eq!((key_files(&world).len(), session.keys()), expected, "{now}");
    }
}

#[test]
fn an_encrypted_backup_holds_the_key_that_lies_in_the_keyring() {
    let session = DesktopSession::new();
    let (mut world, plugin) = keeper(&session);
    let path = world.folder().join("whole.backup");
    let passphrase = Some(crate::world::password("a winter in Harbin"));
    let _: Value = world.get(Request::BackupMake { path: path.clone(), passphrase });
    world.stop();
    let mut other = World::raw();
    let restored =
        other.run(&["restore", path.to_str().unwrap(), "--passphrase-stdin"], "a winter in Harbin\n");
    assert!(restored.status.success(), "{}", String::from_utf8_lossy(&restored.stderr));
    other.start();
    other.root = other.get_as::<SignedInView>(None, crate::world::sign_in("root")).token;
    must_know(&other, &plugin);
    assert_eq!((key(&other).place, key_files(&other)), (KeyPlace::File, vec!["secrets.key".to_owned()]));
}
