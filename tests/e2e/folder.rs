//! The plugin folder: what is put there is installed, what is taken away is uninstalled, and nothing else happens.

use std::fs::{self, File};
use std::io::Write;
use std::process::Stdio;
use std::time::Duration;

use center::audit::Filter;
use center::folder::Removals;
use center::request::Request;
use center::snapshot::Subject;
use serde_json::{Value, json};

use crate::fixtures::{Package, Publisher};
use crate::logs::sign_in;
use crate::wait;
use crate::world::{SOON, World, id, run};

/// What people are promised.
const A_SECOND: Duration = Duration::from_secs(1);
/// A removed file counts as removed after 0.5 s; no promise says how soon it must show.
const SHORTLY: Duration = Duration::from_secs(5);

fn configurable(plugin: &str) -> Package {
    Package::rogue(plugin).config(&[], json!({ "greeting": { "type": "string", "default": "hello" } }))
}

#[test]
fn a_file_copied_into_the_folder_is_listed_within_a_second() {
    let world = World::new();
    let file = world.pack(&Package::rogue("com.example.copied"));
    run("cp", &[&file, &world.plugins()]);
    wait::until("the copied plugin to be listed", A_SECOND, || {
        world.has(&id("com.example.copied"), "1.0.0").then_some(())
    });
    assert_eq!(world.state(&id("com.example.copied"))["state"], "off", "what arrives stays off");
}

#[test]
fn a_file_moved_into_the_folder_is_listed_within_a_second() {
    let world = World::new();
    let file = world.pack(&Package::rogue("com.example.moved"));
    run("mv", &[&file, &world.plugins().join("any name at all")]);
    wait::until("the moved plugin to be listed", A_SECOND, || {
        world.has(&id("com.example.moved"), "1.0.0").then_some(())
    });
    wait::until("the file to bear the package's own name", SHORTLY, || {
        (world.mirror() == ["com.example.moved.v1.0.0.spk"]).then_some(())
    });
}

#[test]
fn a_file_that_is_still_arriving_is_installed_only_when_it_is_whole() {
    let world = World::new();
    let bytes = fs::read(world.pack(&Package::rogue("com.example.slow"))).unwrap();
    let mut copy = File::create(world.plugins().join("slow.spk")).unwrap();
    for piece in bytes[..bytes.len() - 1].chunks(bytes.len() / 3) {
        copy.write_all(piece).unwrap();
        wait::until("the file to be shown as arriving", SHORTLY, || {
            world.verdict("slow.spk").filter(|view| view.state == "arriving")
        });
        wait::throughout("nothing is installed of a part", Duration::from_secs(2), || {
            world.list().is_empty()
        });
    }
    copy.write_all(&bytes[bytes.len() - 1..]).unwrap();
    drop(copy);
    wait::until("the whole plugin to be listed", A_SECOND, || {
        world.has(&id("com.example.slow"), "1.0.0").then_some(())
    });
}

#[test]
fn a_removed_file_uninstalls_and_dropping_it_again_brings_everything_back() {
    let world = World::new();
    let file = world.pack(&configurable("com.example.back"));
    let plugin = id("com.example.back");
    run("cp", &[&file, &world.plugins()]);
    wait::until("it to be listed", SOON, || world.has(&plugin, "1.0.0").then_some(()));
    world.save(&plugin, json!({ "greeting": "good evening" })).unwrap();
    world.grant(&plugin, Subject::Everyone);
    world.switch_on(&plugin);
    let remember = json!({ "key": "kept", "value": 42 });
    world.call(&world.root, &plugin, "remember", remember).unwrap();

    run("rm", &[&world.plugins().join("com.example.back.v1.0.0.spk")]);
    wait::until("it to be uninstalled", SHORTLY, || world.list().is_empty().then_some(()));
    run("cp", &[&file, &world.plugins()]);
    wait::until("it to be listed again", A_SECOND, || world.has(&plugin, "1.0.0").then_some(()));

    let greeting = world.settings(&plugin).fields.remove(0);
    assert_eq!(greeting.value, json!("good evening"), "its settings are back");
    assert!(world.list()[0].everyone, "its grants are back");
    assert!(!world.list()[0].wanted, "it comes back off");
    world.switch_on(&plugin);
    let stored = world.call(&world.root, &plugin, "remember", json!({ "key": "k", "value": 1 })).unwrap();
    assert!(stored.to_string().contains("42"), "its data is back: {stored}");
}

#[test]
fn what_happened_in_the_folder_while_nothing_ran_is_found_at_the_start() {
    let mut world = World::new();
    let [stays, goes] = ["com.example.stays", "com.example.goes"].map(Package::rogue);
    let (stays, goes) = (world.install(&stays), world.install(&goes));
    let upgrade = world.pack(&Package::rogue("com.example.stays").version("1.1.0", 2));
    let added = world.pack(&Package::rogue("com.example.added"));
    world.stop();

    run("cp", &[&added, &world.plugins()]);
    run("cp", &[&upgrade, &world.plugins()]);
    run("rm", &[&world.plugins().join("com.example.goes.v1.0.0.spk")]);
    world.start();

    wait::until("the added one to be listed", SOON, || {
        world.has(&id("com.example.added"), "1.0.0").then_some(())
    });
    wait::until("the replaced one to be upgraded", SOON, || world.has(&stays, "1.1.0").then_some(()));
    wait::until("the removed one to be gone", SOON, || {
        (!world.list().iter().any(|plugin| plugin.id == goes)).then_some(())
    });
    wait::until("one file each", SHORTLY, || {
        (world.mirror() == ["com.example.added.v1.0.0.spk", "com.example.stays.v1.1.0.spk"]).then_some(())
    });
}

#[test]
fn a_second_start_finds_nothing_more_to_do() {
    let mut world = World::new();
    world.install(&Package::rogue("com.example.calm"));
    world.stop();
    world.start();
    let acts = |world: &World| {
        world.get::<Vec<Value>>(Request::AuditList { last: 1000, filter: Filter::default() }).len()
    };
    let before = acts(&world);
    world.stop();
    world.start();
    wait::until("the folder to be watched", SOON, || (world.status().folder == "watching").then_some(()));
    assert!(world.has(&id("com.example.calm"), "1.0.0"));
    assert_eq!(acts(&world), before, "starting again is no act");
}

#[test]
fn renaming_a_file_changes_nothing() {
    let world = World::new();
    let plugin = world.install_running(&Package::rogue("com.example.renamed"));
    let pid = world.host_pid(&plugin);
    let old = world.plugins().join("com.example.renamed.v1.0.0.spk");
    wait::until("the file to be there", SHORTLY, || old.is_file().then_some(()));
    let events = world.follow(Request::Events);
    run("mv", &[&old, &world.plugins().join("zz.spk")]);
    wait::until("the new name to be known", SHORTLY, || {
        world.verdict("zz.spk").filter(|v| v.state == "installed")
    });
    wait::throughout("it runs on in the same process", Duration::from_secs(1), || {
        world.show(&plugin).process.is_some_and(|process| process.pid == pid)
    });
    let told: Vec<Value> = events.seen();
    assert!(
        !told.iter().any(|e| e["kind"] == "plugin_uninstalled" || e["kind"] == "plugin_installed"),
        "{told:?}"
    );
}

#[test]
fn removing_one_of_two_copies_uninstalls_nothing() {
    let world = World::new();
    let file = world.pack(&Package::rogue("com.example.twice"));
    let plugin = id("com.example.twice");
    run("cp", &[&file, &world.plugins()]);
    wait::until("it to be listed", SOON, || world.has(&plugin, "1.0.0").then_some(()));
    run("cp", &[&file, &world.plugins().join("second.spk")]);
    world.wait_verdict("second.spk", "installed");
    run("rm", &[&world.plugins().join("com.example.twice.v1.0.0.spk")]);
    wait::throughout("it stays installed", Duration::from_secs(2), || world.has(&plugin, "1.0.0"));
    run("rm", &[&world.plugins().join("second.spk")]);
    wait::until("it to be uninstalled with the last copy", SHORTLY, || world.list().is_empty().then_some(()));
}

#[test]
fn a_folder_that_is_gone_uninstalls_nothing_says_so_and_recovers() {
    let world = World::new();
    let plugin = world.install_running(&Package::rogue("com.example.safe"));
    let elsewhere = world.folder().join("unmounted");
    run("mv", &[&world.plugins(), &elsewhere]);
    must_be_unavailable(&world, &plugin);

    run("mv", &[&elsewhere, &world.plugins()]);
    wait::until("the folder to be believed again", SOON, || {
        (world.status().folder == "watching").then_some(())
    });
    must_take_a_new_file(&world);
}

#[test]
fn an_empty_folder_in_its_place_uninstalls_nothing_and_says_so() {
    let world = World::new();
    let plugin = world.install_running(&Package::rogue("com.example.safe"));
    run("mv", &[&world.plugins(), &world.folder().join("unmounted")]);
    run("mkdir", &[&world.plugins()]);
    must_be_unavailable(&world, &plugin);
}

#[test]
fn a_lost_folder_is_made_anew_by_command_with_a_file_for_each_plugin() {
    let world = World::new();
    sign_in(&world);
    let plugin = world.install_running(&Package::rogue("com.example.safe"));
    let pid = world.host_pid(&plugin);
    fs::remove_dir_all(world.plugins()).unwrap();
    must_be_unavailable(&world, &plugin);
    let renew = || world.run(&["folder", "--renew"], "");
    assert!(renew().status.success());
    assert_eq!(world.mirror(), ["com.example.safe.v1.0.0.spk"]);
    world.wait_verdict("com.example.safe.v1.0.0.spk", "installed");
    must_take_a_new_file(&world);

    fs::write(world.plugins().join(".sprocket-folder"), "another\n").unwrap();
    must_be_unavailable(&world, &plugin);
    let refused = renew();
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(
        !refused.status.success() && said.contains("another center") && said.contains("Move it away"),
        "{said}"
    );
    assert_eq!(world.host_pid(&plugin), pid, "nothing was restarted");
}

#[test]
fn another_centers_folder_uninstalls_nothing_and_says_so() {
    let (world, other) = (World::new(), World::new());
    let plugin = world.install_running(&Package::rogue("com.example.safe"));
    let marker = world.plugins().join(".sprocket-folder");
    let own = fs::read(&marker).unwrap();
    run("rm", &[&world.plugins().join("com.example.safe.v1.0.0.spk")]);
    // Within the half second before a removal counts.
    run("cp", &[&other.plugins().join(".sprocket-folder"), &marker]);
    must_be_unavailable(&world, &plugin);

    fs::write(&marker, own).unwrap();
    fs::copy(world.outbox().join("com.example.safe.v1.0.0.spk"), world.plugins().join("safe.spk")).unwrap();
    wait::until("the folder to be believed again", SOON, || {
        (world.status().folder == "watching").then_some(())
    });
    assert!(world.has(&plugin, "1.0.0"));
    must_take_a_new_file(&world);
}

fn must_be_unavailable(world: &World, plugin: &spk::PluginId) {
    let watching = ["watching", "polling", "idle"];
    wait::until("the status to say that the folder is not believed", SHORTLY, || {
        (!watching.contains(&world.status().folder.as_str())).then_some(())
    });
    wait::throughout("it stays installed and running", Duration::from_secs(2), || {
        world.has(plugin, "1.0.0") && world.answers(plugin)
    });
}

fn must_take_a_new_file(world: &World) {
    run("cp", &[&world.pack(&Package::rogue("com.example.next")), &world.plugins()]);
    wait::until("a new file to be taken", SHORTLY, || {
        world.has(&id("com.example.next"), "1.0.0").then_some(())
    });
}

#[test]
fn when_most_plugins_files_go_at_once_a_person_is_asked_and_obeyed() {
    let mut world = World::new();
    let names = ["one", "two", "three", "four"].map(|name| format!("com.example.{name}"));
    for name in &names {
        world.install(&Package::rogue(name));
    }
    // While nothing runs, so that they are gone at once however long deleting takes.
    let take_three_away = |world: &mut World| {
        world.stop();
        for name in &names[..3] {
            fs::remove_file(world.plugins().join(format!("{name}.v1.0.0.spk"))).unwrap();
        }
        world.start();
        wait::until("the question to be asked", SOON, || {
            let open: Vec<Value> = world.get(Request::AttentionList);
            open.iter().any(|view| view["kind"] == "many_removed").then_some(())
        });
        assert_eq!(world.list().len(), 4, "nothing goes before a person says so");
    };

    take_three_away(&mut world);
    let _: Value = world.get(Request::FolderRemovals { answer: Removals::PutBack });
    assert_eq!(world.mirror().len(), 4, "the files are back");

    take_three_away(&mut world);
    let _: Value = world.get(Request::FolderRemovals { answer: Removals::Uninstall });
    wait::until("three to be uninstalled", SHORTLY, || (world.list().len() == 1).then_some(()));
    assert_eq!(world.refusal(Request::FolderRemovals { answer: Removals::PutBack }).code, "not_found");
}

#[test]
fn a_center_killed_between_an_upgrade_and_its_file_ends_with_one_file_of_what_is_installed() {
    let mut world = World::new();
    sign_in(&world);
    let package = Package::rogue("com.example.cut").config(&[], json!({ "start": { "type": "string" } }));
    let plugin = world.install_running(&package);
    // One that was off is installed before its start is waited for.
    world.save(&plugin, json!({ "start": "hang" })).unwrap();
    world.switch_off(&plugin);
    let newer = world.pack(&package.version("2.0.0", 2));
    let mut install = world.sprocket(&["install", newer.to_str().unwrap(), "--yes", "--turn-on"]);
    let mut install = install.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    wait::until("the upgrade to be committed", SOON, || world.has(&plugin, "2.0.0").then_some(()));
    world.kill();
    install.wait().unwrap();
    world.start();
    wait::until("the file of what is installed, alone", SOON, || {
        (world.mirror() == ["com.example.cut.v2.0.0.spk"]).then_some(())
    });
    world.wait_verdict("com.example.cut.v2.0.0.spk", "installed");
}

#[test]
fn a_file_refused_for_its_namespace_is_asked_about_again_when_its_publisher_may_have_it() {
    let world = World::new();
    let other = Publisher::new("Other");
    let narrow = |namespaces: &[&str]| {
        let namespaces = namespaces.iter().map(|&name| name.to_owned()).collect();
        let trust = Request::PublisherTrust {
            key: other.key.public(),
            label: "Other".into(),
            namespaces,
            checked: "by phone".into(),
        };
        let _: Value = world.get(trust);
    };
    narrow(&["com.else.*"]);
    let file = Package::rogue("com.example.wider").pack(&other, &world.folder().join("other"));
    fs::copy(file, world.plugins().join("wider.spk")).unwrap();
    world.wait_verdict("wider.spk", "refused");
    let trail: Vec<Value> =
        world.get(Request::AuditList { last: 10, filter: Filter { refused: true, ..Filter::default() } });
    assert_eq!(trail.len(), 1, "{trail:?}");
    assert_eq!((&trail[0]["action"], &trail[0]["target"]), (&json!("package_refused"), &json!("wider.spk")));
    narrow(&["com.else.*", "com.example.*"]);
    wait::until("it to be installed", SOON, || world.has(&id("com.example.wider"), "1.0.0").then_some(()));
}
