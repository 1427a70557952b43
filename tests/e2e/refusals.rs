//! Files that are not taken: each with a code and a sentence of its own, and nothing is changed by any of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use center::audit::Filter;
use center::request::{Answers, Request, TrustAnswer};
use center::views::AppliedView;
use serde_json::Value;

use crate::dump;
use crate::fixtures::{Package, Publisher};
use crate::wait;
use crate::world::{SOON, World, id, run};

/// Every file that must be refused, by a short name, with its code. Beside a world in which `com.example.a`
/// 1.1.0 and `com.example.b` 1.0.0 of the world's own publisher are installed.
fn bad_files(world: &World) -> Vec<(&'static str, PathBuf, &'static str)> {
    let folder = |name: &str| world.folder().join("bad").join(name);
    let a = Package::rogue("com.example.a");
    let newer = || a.clone().version("2.0.0", 5);
    let good = fs::read(newer().pack(&world.publisher, &folder("good"))).expect("as it was made");
    let write = |name: &str, bytes: &[u8]| {
        fs::write(folder(name), bytes).expect("as it was made");
        folder(name)
    };
    let middle = good.len() / 2;
    let mut flipped = good.clone();
    flipped[middle] ^= 1;
    let (own, stranger) = (&world.publisher, Publisher::new("Stranger"));
    let renamed = resigned(&good, |words| words.replace("com.example.a", "com.example.b"), (own, own));
    let forged = resigned(&good, str::to_owned, (&stranger, own));
    let other_namespace = Package::rogue("org.elsewhere.a");
    let past = "2020-01-01T00:00:00Z".parse().expect("as it was made");
    vec![
        ("unsigned", newer().pack_unsigned(&folder("unsigned")), "unsigned"),
        ("one bit flipped", write("flipped.spk", &flipped), "tampered"),
        ("not a package", write("page.spk", b"<!doctype html><title>Download</title>"), "not_a_package"),
        ("a ZIP archive", write("archive.zip", b"PK\x03\x04 and more"), "not_a_package"),
        ("empty", write("empty.spk", b""), "empty_file"),
        ("one byte more", write("longer.spk", &[&good[..], b"x"].concat()), "trailing_bytes"),
        ("one name outside, another inside", write("inside.spk", &renamed), "id_mismatch"),
        ("signed by another than it says", write("forged.spk", &forged), "tampered"),
        ("lower release", a.clone().version("1.2.0", 1).pack(&world.publisher, &folder("old")), "downgrade"),
        (
            "same version, other bytes",
            a.clone()
                .version("1.1.0", 9)
                .file("README.md", b"# Other")
                .pack(&world.publisher, &folder("same")),
            "same_version_other_bytes",
        ),
        ("another publisher's key", newer().pack(&stranger, &folder("stranger")), "pinned_to_other_key"),
        (
            "outside its namespace",
            other_namespace.pack(&world.publisher, &folder("outside")),
            "outside_namespace",
        ),
        ("expired", newer().expires(past).pack(&world.publisher, &folder("expired")), "expired"),
    ]
}

/// A package whose statement is changed, then signed by `signer` in the name of `named`.
fn resigned(
    package: &[u8],
    change: impl Fn(&str) -> String,
    (signer, named): (&Publisher, &Publisher),
) -> Vec<u8> {
    let (head, rest) = package.split_at(8);
    let length = u32::from_le_bytes(head[4..].try_into().expect("four bytes")) as usize;
    let (envelope, payload) = rest.split_at(length);
    let envelope: Value = serde_json::from_slice(envelope).expect("JSON");
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let statement = STANDARD.decode(text(&envelope["payload"])).expect("base64");
    let statement = change(&String::from_utf8(statement).expect("UTF-8"));
    let kind = text(&envelope["payloadType"]);
    let signed = format!("DSSEv1 {} {kind} {} {statement}", kind.len(), statement.len());
    let sig = STANDARD.encode(signer.key.sign(signed.as_bytes()));
    let (statement, keyid) = (STANDARD.encode(&statement), named.key.public());
    let envelope = format!(
        r#"{{"payloadType":"{kind}","payload":"{statement}","signatures":[{{"keyid":"{keyid}","sig":"{sig}"}}]}}"#
    );
    let length = u32::try_from(envelope.len()).expect("short");
    [b"SPK1", &length.to_le_bytes()[..], envelope.as_bytes(), payload].concat()
}

/// A world with two plugins, one of them upgraded and running, and nothing moving any more.
fn settled_world() -> World {
    let world = World::new();
    let a = world.install_running(&Package::rogue("com.example.a").version("1.0.0", 2));
    world.install(&Package::rogue("com.example.a").version("1.1.0", 3));
    world.install(&Package::rogue("com.example.b").version("1.0.0", 2));
    world.wait_state(&a, "running");
    fs::create_dir(world.folder().join("bad")).expect("as it was made");
    world
}

#[test]
fn every_bad_file_is_refused_with_its_own_code_and_sentence_and_changes_nothing() {
    let world = settled_world();
    let before = dump::of(&world);
    let mut sentences = BTreeMap::new();
    for (name, file, code) in bad_files(&world) {
        let refusal = world.plan(&file).expect_err(name);
        assert_eq!(refusal.code, code, "{name}: {refusal:?}");
        assert!(!refusal.message.is_empty() && !refusal.hint.is_empty(), "{name}: {refusal:?}");
        assert_eq!(dump::of(&world), before, "{name} changed something");
        if let Some(other) = sentences.insert(refusal.message, name) {
            panic!("`{name}` and `{other}` are told with the same words");
        }
    }
}

#[test]
fn every_bad_file_in_the_folder_stays_there_with_its_verdict_and_changes_nothing() {
    let world = settled_world();
    let before = dump::of(&world);
    // An empty file may be the beginning of one: see the test of half a file.
    let bad_files = bad_files(&world).into_iter().filter(|(name, ..)| *name != "empty");
    for (number, (name, file, code)) in bad_files.enumerate() {
        let dropped = format!("{number}-{}", file.file_name().unwrap().to_string_lossy());
        run("cp", &[&file, &world.plugins().join(&dropped)]);
        let verdict = world.wait_verdict(&dropped, "refused");
        let cause = verdict.cause.expect(name);
        assert_eq!(cause.code, code, "{name}: {cause:?}");
        assert!(world.plugins().join(&dropped).is_file(), "{name}: it is left where it is");
        assert_eq!(dump::of(&world), before, "{name} changed something");
    }
    let a = id("com.example.a");
    assert!(world.has(&a, "1.1.0") && world.answers(&a), "what runs does not notice");
}

#[test]
fn half_a_file_is_arriving_then_refused_as_truncated_and_changes_nothing() {
    let world = World::new();
    let bytes = fs::read(world.pack(&Package::rogue("com.example.half"))).unwrap();
    let half = world.folder().join("half.spk");
    fs::write(&half, &bytes[..bytes.len() / 2]).unwrap();
    let before = dump::of(&world);
    assert_eq!(world.plan(&half).unwrap_err().code, "truncated");
    run("cp", &[&half, &world.plugins()]);
    world.wait_verdict("half.spk", "arriving");
    let verdict = world.wait_verdict("half.spk", "refused");
    assert_eq!(verdict.cause.unwrap().code, "truncated");
    assert_eq!(dump::of(&world), before);
}

#[test]
fn a_folder_is_no_package_and_changes_nothing() {
    let world = World::new();
    let before = dump::of(&world);
    let folder = world.plugins().join("com.example.folder.v1.0.0.spk");
    fs::create_dir(&folder).unwrap();
    assert_eq!(world.plan(&folder).unwrap_err().code, "not_a_file");
    let verdict = world.wait_verdict("com.example.folder.v1.0.0.spk", "refused");
    assert_eq!(verdict.cause.unwrap().code, "not_a_file");
    assert_eq!(dump::of(&world), before);
}

#[test]
fn the_same_file_dropped_twice_is_one_plugin() {
    let world = World::new();
    let file = world.pack(&Package::rogue("com.example.once"));
    run("cp", &[&file, &world.plugins().join("one.spk")]);
    wait::until("it to be listed", SOON, || world.has(&id("com.example.once"), "1.0.0").then_some(()));
    wait::until("its own file to be the only one", SOON, || {
        (world.mirror() == ["com.example.once.v1.0.0.spk"]).then_some(())
    });
    let before = dump::of(&world);
    run("cp", &[&file, &world.plugins().join("two.spk")]);
    world.wait_verdict("two.spk", "installed");
    assert_eq!(world.plan(&file).unwrap_err().code, "already_installed");
    assert_eq!(world.list().len(), 1);
    assert_eq!(dump::of(&world), before);
}

#[test]
fn of_two_versions_at_once_the_higher_one_is_installed_and_the_other_set_aside() {
    let mut world = World::new();
    let package = Package::rogue("com.example.both");
    let [old, new] = [("1.0.0", 1), ("1.1.0", 2)].map(|(v, r)| world.pack(&package.clone().version(v, r)));
    world.stop();
    run("cp", &[&new, &old, &world.plugins()]);
    world.start();
    wait::until("the higher one to be listed", SOON, || {
        world.has(&id("com.example.both"), "1.1.0").then_some(())
    });
    let verdict = wait::until("a verdict on the other", SOON, || {
        world.verdict("com.example.both.v1.0.0.spk").filter(|view| view.state == "superseded")
    });
    assert_eq!(verdict.plugin.as_deref(), Some("com.example.both"));
    wait::throughout("the higher one stays", Duration::from_secs(1), || {
        world.has(&id("com.example.both"), "1.1.0")
    });
    let audit: Vec<Value> = world.get(Request::AuditList { last: 100, filter: Filter::default() });
    let installed: Vec<_> = audit.iter().filter(|row| row["action"] == "plugin_installed").collect();
    assert_eq!(installed.len(), 1, "the lower one was never there: {installed:?}");
}

#[test]
fn the_name_of_a_file_means_nothing() {
    let world = settled_world();
    let before = dump::of(&world);
    let b = world.outbox().join("com.example.b.v1.0.0.spk");
    run("cp", &[&b, &world.plugins().join("com.example.a.v9.0.0.spk")]);
    let verdict = world.wait_verdict("com.example.a.v9.0.0.spk", "installed");
    assert_eq!(verdict.plugin.as_deref(), Some("com.example.b"));
    assert!(world.has(&id("com.example.a"), "1.1.0"));
    assert_eq!(dump::of(&world), before);
}

#[test]
fn a_file_that_another_plugins_bytes_took_the_place_of_is_put_back() {
    let world = World::new();
    let one = world.install_running(&Package::rogue("com.example.one"));
    let other = world.pack(&Package::rogue("com.example.other"));
    run("cp", &[&other, &world.plugins().join("com.example.one.v1.0.0.spk")]);
    let both = ["com.example.one.v1.0.0.spk", "com.example.other.v1.0.0.spk"];
    wait::until("a file for each", SOON, || (world.mirror() == both).then_some(()));
    for file in both {
        world.wait_verdict(file, "installed");
    }
    assert!(world.answers(&one));
    fs::remove_file(world.plugins().join("com.example.one.v1.0.0.spk")).unwrap();
    wait::until("its removal to count again", SOON, || (!world.has(&one, "1.0.0")).then_some(()));
}

#[test]
fn a_refused_file_is_tried_again_only_when_its_bytes_change() {
    let world = World::new();
    let package = Package::rogue("com.example.later");
    let file = world.plugins().join("later.spk");
    run("cp", &[&package.pack_unsigned(&world.folder().join("unsigned")), &file]);
    world.wait_verdict("later.spk", "refused");
    let _: Value = world.get(Request::FolderRescan);
    wait::throughout("it stays refused", Duration::from_secs(1), || {
        world.verdict("later.spk").is_some_and(|view| view.state == "refused")
    });
    run("cp", &[&world.pack(&package), &file]);
    wait::until("the good bytes to be taken", SOON, || {
        world.has(&id("com.example.later"), "1.0.0").then_some(())
    });
}

#[test]
fn an_unknown_publishers_package_waits_and_nothing_of_it_runs_until_a_person_approves() {
    let world = World::distrustful();
    let package = Package::probe("com.example.canary");
    let file = world.pack(&package);
    let before = dump::of(&world);
    run("cp", &[&file, &world.plugins()]);
    let verdict = world.wait_verdict("com.example.canary.v1.0.0.spk", "waiting");
    assert_eq!(verdict.cause.unwrap().code, "approval_needed");
    assert_eq!(dump::of(&world), before);
    let plugin = id("com.example.canary");
    let canary = world.home().private_folder(&plugin).join("canary");
    let refusal = world.refusal(Request::PluginSwitch { plugin: plugin.clone(), on: true, revision: None });
    assert_eq!(refusal.code, "not_found");

    let plan = world.plan(&file).unwrap();
    assert!(!plan.trusted);
    assert_eq!(plan.check_code, world.publisher.key.public().check_code());
    let apply = |answers| Request::PackageApply { plan: plan.plan.clone(), answers };
    assert_eq!(world.refusal(apply(Answers::default())).code, "approval_needed");
    assert!(world.list().is_empty() && !canary.exists(), "still nothing of it is there");

    let trust = TrustAnswer {
        label: "Example".into(),
        namespaces: vec!["com.example.*".into()],
        checked: "by telephone".into(),
    };
    let _: AppliedView = world.get(apply(Answers { trust: Some(trust), ..Answers::default() }));
    assert!(!canary.exists(), "installing runs nothing of it");
    world.switch_on(&plugin);
    assert!(canary.exists(), "the constructor does leave its mark where it runs");
}

#[test]
fn trusting_a_publisher_lets_its_waiting_files_in() {
    let world = World::distrustful();
    run("cp", &[&world.pack(&Package::rogue("com.example.patient")), &world.plugins()]);
    world.wait_verdict("com.example.patient.v1.0.0.spk", "waiting");
    world.trust(&world.publisher);
    wait::until("the waiting file to be taken", SOON, || {
        world.has(&id("com.example.patient"), "1.0.0").then_some(())
    });
}

#[test]
fn a_withdrawn_publisher_stops_running_and_its_packages_are_refused() {
    let world = World::new();
    let plugin = world.install_running(&Package::rogue("com.example.withdrawn"));
    let key = world.publisher.key.public();
    let _: Value = world.get(Request::PublisherWithdraw { key, reason: "the key was stolen".into() });
    wait::until("its plugin to stop", SOON, || world.show(&plugin).process.is_none().then_some(()));
    let next = world.pack(&Package::rogue("com.example.withdrawn").version("1.1.0", 2));
    let refusal = world.plan(&next).unwrap_err();
    assert_eq!(refusal.code, "revoked");
    assert!(refusal.message.contains("the key was stolen"), "{refusal:?}");
    assert_eq!(
        world.refusal(Request::PluginSwitch { plugin, on: true, revision: None }).code,
        "cannot_turn_on"
    );
}

#[test]
fn a_publisher_that_is_trusted_again_brings_back_what_was_on() {
    let world = World::new();
    let plugin = world.install_running(&Package::rogue("com.example.returning"));
    let key = world.publisher.key.public();
    let _: Value = world.get(Request::PublisherWithdraw { key, reason: "a mistake".into() });
    wait::until("its plugin to stop", SOON, || world.show(&plugin).process.is_none().then_some(()));
    world.trust(&world.publisher);
    world.wait_state(&plugin, "running");
}

/// Trust in a key, given with an approval.
fn with_trust() -> Answers {
    let namespaces = vec!["com.example.*".into()];
    let trust = TrustAnswer { label: "Someone".into(), namespaces, checked: "compared in person".into() };
    Answers { trust: Some(trust), capabilities: true, ..Answers::default() }
}

#[test]
fn what_an_uninstalled_plugin_left_goes_to_no_other_key_by_an_older_review() {
    let world = World::new();
    let package = Package::rogue("com.example.wanted").version("2.0.0", 9);
    let other = package.pack(&Publisher::new("Other"), &world.folder().join("other"));
    let reviewed = world.plan(&other).unwrap().plan;
    let plugin = world.install(&Package::rogue("com.example.wanted"));
    let _: Value = world.get(Request::PluginUninstall { plugin: plugin.clone(), purge: false });
    let refusal = world.refusal(Request::PackageApply { plan: reviewed, answers: with_trust() });
    assert_eq!(refusal.code, "pinned_to_other_key", "{refusal:?}");
    assert!(world.list().is_empty());
}

#[test]
fn trust_that_was_given_with_an_approval_is_in_the_audit_trail() {
    let world = World::new();
    let package = Package::rogue("com.example.vouched");
    let file = package.pack(&Publisher::new("Other"), &world.folder().join("other"));
    let plan = world.plan(&file).unwrap().plan;
    let _: AppliedView = world.get(Request::PackageApply { plan, answers: with_trust() });
    let audit: Vec<Value> = world.get(Request::AuditList { last: 100, filter: Filter::default() });
    let row = audit.iter().find(|row| row["action"] == "plugin_installed").expect("it was recorded");
    assert_eq!(row["details"]["trusted"]["checked"], "compared in person", "{row}");
    assert_eq!(row["details"]["trusted"]["namespaces"][0], "com.example.*");
}

#[test]
fn a_changed_key_is_refused_with_both_check_codes_side_by_side() {
    let world = settled_world();
    let stranger = Publisher::new("Stranger");
    world.trust(&stranger);
    let package = Package::rogue("com.example.a").version("2.0.0", 9);
    let theirs = package.pack(&stranger, &world.folder().join("bad/changed"));
    let refusal = world.plan(&theirs).unwrap_err();
    assert_eq!(refusal.code, "pinned_to_other_key");
    let (ours, other) = (world.publisher.key.public(), stranger.key.public());
    assert_eq!(refusal.details["installed_check_code"], ours.check_code());
    assert_eq!(refusal.details["offered_check_code"], other.check_code());
    for code in [ours.check_code(), other.check_code()] {
        assert!(refusal.message.contains(&code), "{refusal:?}");
    }
    assert!(world.has(&id("com.example.a"), "1.1.0") && world.answers(&id("com.example.a")));
}

#[test]
fn a_publisher_is_looked_at_trusted_from_a_file_and_withdrawn_by_commands_alone() {
    let world = World::distrustful();
    let login = world.run(&["login", "root", "--password-stdin"], "violet kettle 417\n");
    assert!(login.status.success(), "{login:?}");
    let public = world.publisher.key.public();
    let pem = world.folder().join("publisher.pub");
    fs::write(&pem, public.to_pem()).unwrap();
    let pem = pem.display().to_string();
    let looked = world.run_json(&["publisher", "look", &pem]);
    assert_eq!(looked["check_code"], public.check_code());
    assert_eq!((&looked["fingerprint"], &looked["known"]), (&public.fingerprint().into(), &Value::Null));
    let trust = [
        "publisher",
        "trust",
        &pem,
        "--label",
        "Example",
        "--namespace",
        "com.example.*",
        "--checked",
        "by phone",
    ];
    world.run_json(&trust);
    let looked = world.run_json(&["publisher", "look", &public.to_string()]);
    assert_eq!(
        (&looked["known"]["checked"], &looked["known"]["withdrawn"]),
        (&"by phone".into(), &Value::Null)
    );
    let plugin = world.install_running(&Package::rogue("com.example.stopped"));
    let outside = Package::rogue("org.elsewhere.a").pack(&world.publisher, &world.folder().join("outside"));
    assert_eq!(world.plan(&outside).unwrap_err().code, "outside_namespace");
    world.run_json(&["publisher", "withdraw", &pem, "--reason", "the key was stolen"]);
    wait::until("its plugin to stop", SOON, || world.show(&plugin).process.is_none().then_some(()));
    let looked = world.run_json(&["publisher", "look", &pem]);
    assert_eq!(looked["known"]["withdrawn"]["reason"], "the key was stolen");
}
