//! Upgrades: the new version or the old one, never none; what people entered is kept.

use std::fs;

use center::audit::Filter;
use center::request::{Answers, Filled, Request};
use center::snapshot::Subject;
use center::views::{AppliedView, PlanKind, PlanView, SettingsView, VersionView};
use serde_json::{Value, json};
use spk::PluginId;

use crate::dump;
use crate::fixtures::Package;
use crate::wait;
use crate::world::{SOON, World, is_alive, names_in, run};

fn package() -> Package {
    Package::rogue("com.example.up")
        .config(&[], json!({ "greeting": { "type": "string", "default": "hello" } }))
}

/// A running one with settings, a grant and data.
fn used(world: &World) -> PluginId {
    let plugin = world.install_running(&package());
    world.save(&plugin, json!({ "greeting": "entered" })).expect("saved");
    world.grant(&plugin, Subject::Everyone);
    world
        .call(&world.root, &plugin, "remember", json!({ "key": "kept", "value": "entered" }))
        .expect("the plugin answers");
    plugin
}

fn must_have_kept_everything(world: &World, plugin: &PluginId) {
    assert_eq!(world.settings(plugin).fields[0].value, "entered");
    assert!(world.list()[0].everyone && world.list()[0].wanted);
    let stored = world
        .call(&world.root, plugin, "remember", json!({ "key": "k", "value": 1 }))
        .expect("the plugin answers");
    assert!(stored.to_string().contains("entered"), "{stored}");
}

#[test]
fn a_newer_file_upgrades_a_running_plugin_and_keeps_settings_grants_and_data() {
    let world = World::new();
    let plugin = used(&world);
    let pid = world.host_pid(&plugin);
    let events = world.follow(Request::Events);
    run("cp", &[&world.pack(&package().version("1.1.0", 2)), &world.plugins()]);
    wait::until("it to be upgraded", SOON, || world.has(&plugin, "1.1.0").then_some(()));
    world.wait_state(&plugin, "running");
    assert_ne!(world.host_pid(&plugin), pid);
    must_have_kept_everything(&world, &plugin);
    events.wait_for("it to be told", SOON, |e| e["kind"] == "plugin_upgraded");
    wait::until("the older file to go", SOON, || {
        (world.mirror() == ["com.example.up.v1.1.0.spk"]).then_some(())
    });
    assert_eq!(world.list().len(), 1, "one version at a time");
}

#[test]
fn an_upgrade_that_is_off_stays_off() {
    let world = World::new();
    let plugin = world.install(&package());
    run("cp", &[&world.pack(&package().version("1.1.0", 2)), &world.plugins()]);
    wait::until("it to be upgraded", SOON, || world.has(&plugin, "1.1.0").then_some(()));
    assert_eq!(world.state(&plugin)["state"], "off");
}

#[test]
fn an_upgrade_that_asks_for_more_waits_while_the_old_version_runs_on() {
    let world = World::new();
    let plugin = used(&world);
    let pid = world.host_pid(&plugin);
    let more = package().version("1.1.0", 2).with("capabilities", json!({ "memory": "512 MiB" }));
    let file = world.pack(&more);
    run("cp", &[&file, &world.plugins().join("more.spk")]);
    let verdict = world.wait_verdict("more.spk", "waiting");
    assert_eq!(verdict.cause.unwrap().code, "approval_needed");
    assert_eq!(world.host_pid(&plugin), pid, "the old one runs on, undisturbed");
    assert!(world.has(&plugin, "1.0.0") && world.answers(&plugin));
    let attention: Vec<Value> = world.get(Request::AttentionList);
    assert!(attention.iter().any(|a| a["kind"] == "approval_waiting"), "{attention:?}");

    let plan = world.plan(&world.plugins().join("more.spk")).unwrap();
    assert_eq!(
        (plan.kind, plan.from.as_deref(), plan.approve_capabilities),
        (PlanKind::Upgrade, Some("1.0.0"), true)
    );
    let apply = |answers| Request::PackageApply { plan: plan.plan.clone(), answers };
    assert_eq!(world.refusal(apply(Answers::default())).code, "approval_needed");
    let _: AppliedView = world.get(apply(Answers { capabilities: true, ..Answers::default() }));
    assert!(world.has(&plugin, "1.1.0"));
    world.wait_state(&plugin, "running");
    must_have_kept_everything(&world, &plugin);
    wait::until("nothing to wait any more", SOON, || {
        world.get::<Vec<Value>>(Request::AttentionList).is_empty().then_some(())
    });
}

#[test]
fn approving_the_same_package_from_elsewhere_settles_the_file_that_waits() {
    let world = World::new();
    let plugin = used(&world);
    let file =
        world.pack(&package().version("1.1.0", 2).with("capabilities", json!({ "memory": "512 MiB" })));
    run("cp", &[&file, &world.plugins().join("more.spk")]);
    world.wait_verdict("more.spk", "waiting");
    let plan = world.plan(&file).unwrap().plan;
    let answers = Answers { capabilities: true, ..Answers::default() };
    let _: AppliedView = world.get(Request::PackageApply { plan, answers });
    assert!(world.has(&plugin, "1.1.0"));
    wait::until("nothing to wait any more", SOON, || {
        world.get::<Vec<Value>>(Request::AttentionList).is_empty().then_some(())
    });
}

#[test]
fn an_upgrade_that_needs_a_setting_waits_while_the_old_version_runs_on() {
    let world = World::new();
    let plugin = used(&world);
    let more = package().version("1.1.0", 2).config(
        &["account"],
        json!({ "greeting": { "type": "string" }, "account": { "type": "string", "title": "Account" } }),
    );
    run("cp", &[&world.pack(&more), &world.plugins().join("more.spk")]);
    world.wait_verdict("more.spk", "waiting");
    assert!(world.has(&plugin, "1.0.0") && world.answers(&plugin));
}

#[test]
fn what_an_upgrade_newly_requires_is_filled_in_with_its_approval_and_until_then_the_old_version_runs_on() {
    let world = World::new();
    let plugin = used(&world);
    let more = package().version("1.1.0", 2).config(
        &["account", "code"],
        json!({
            "greeting": { "type": "string" },
            "account": { "type": "string", "title": "Account" },
            "code": { "type": "string", "format": "password", "title": "Access code" },
        }),
    );
    let plan = world.plan(&world.pack(&more)).unwrap();
    let form = plan.settings.expect("a form to fill in");
    assert_eq!(
        form.missing.iter().map(|one| one.pointer.as_str()).collect::<Vec<_>>(),
        ["/account", "/code"]
    );
    assert_eq!(form.values["greeting"], "entered", "what was saved is in it");
    let apply = |settings: Value| {
        let answers = Answers { capabilities: true, settings: Filled(settings), ..Answers::default() };
        Request::PackageApply { plan: plan.plan.clone(), answers }
    };
    let (before, pid) = (dump::of(&world), world.host_pid(&plugin));
    let code = json!({ "$set": "s3cret-with-the-upgrade" });
    for (settings, refused) in [
        (json!(null), "would_be_incomplete"),
        (json!({ "account": "acme" }), "would_be_incomplete"),
        (json!({ "account": " ", "code": code }), "would_be_incomplete"),
        (json!({ "account": 7, "code": code }), "invalid_settings"),
        (json!("acme"), "invalid_input"),
    ] {
        assert_eq!(world.refusal(apply(settings.clone())).code, refused, "{settings}");
        assert_eq!((dump::of(&world), world.host_pid(&plugin)), (before.clone(), pid));
    }
    let _: AppliedView = world.get(apply(json!({ "account": "acme", "code": code })));
    world.wait_state(&plugin, "running");
    assert!(world.has(&plugin, "1.1.0"));
    must_have_kept_everything(&world, &plugin);
    let saved: SettingsView = world.get(Request::ConfigGet { plugin, locale: "en".into() });
    assert_eq!((&saved.values["account"], saved.missing.len()), (&json!("acme"), 0));
    assert!(saved.changed.expect("it was saved").by.is_some(), "by a person");
    assert!(
        !world
            .get::<Value>(Request::AuditList { last: 50, filter: Filter::default() })
            .to_string()
            .contains("s3cret-with")
    );
}

#[test]
fn a_lower_release_is_refused_and_the_running_one_does_not_notice() {
    let world = World::new();
    let plugin = world.install_running(&package().version("2.0.0", 5));
    let before = dump::of(&world);
    run("cp", &[&world.pack(&package().version("3.0.0", 4)), &world.plugins().join("lower.spk")]);
    assert_eq!(world.wait_verdict("lower.spk", "refused").cause.unwrap().code, "downgrade");
    assert!(world.answers(&plugin));
    assert_eq!(dump::of(&world), before);
}

#[test]
fn a_plan_is_worth_nothing_once_the_world_has_changed() {
    let world = World::new();
    let plugin = world.install(&package());
    let old = world.plan(&world.pack(&package().version("1.1.0", 2))).unwrap();
    world.install(&package().version("1.2.0", 3));
    let before = dump::of(&world);
    let apply = Request::PackageApply { plan: old.plan.clone(), answers: Answers::default() };
    let refusal = world.refusal(apply.clone());
    assert!(["plan_changed", "downgrade"].contains(&refusal.code.as_str()), "{refusal:?}");
    assert!(world.has(&plugin, "1.2.0"));
    assert_eq!(world.refusal(apply).code, "plan_gone", "it can be tried once");
    let tables =
        |dump: Vec<String>| dump.into_iter().filter(|line| !line.contains(".staging")).collect::<Vec<_>>();
    assert_eq!(tables(dump::of(&world)), tables(before));
}

#[test]
fn somebody_elses_plan_cannot_be_applied() {
    let world = World::new();
    let boss = world.account("boss", center::actor::Role::Superadmin);
    let plan = world.plan(&world.pack(&package())).unwrap();
    let apply = Request::PackageApply { plan: plan.plan, answers: Answers::default() };
    assert_eq!(world.try_as(Some(&boss.token), apply).unwrap_err().code, "plan_gone");
    assert!(world.list().is_empty());
}

#[test]
fn an_act_on_a_plugin_that_is_being_changed_is_refused_as_busy() {
    let world = World::new();
    // Its old version takes its time to stop.
    let slow = Package::rogue("com.example.slow").config(&[], json!({ "stop": { "type": "string" } }));
    let plugin = world.install_running(&slow);
    world.save(&plugin, json!({ "stop": "hang" })).unwrap();
    let plans = [2, 3].map(|release| {
        let next = slow.clone().version(&format!("1.{release}.0"), release);
        world.plan(&world.pack(&next)).unwrap().plan
    });
    let [first, second] = plans.map(|plan| Request::PackageApply { plan, answers: Answers::default() });
    std::thread::scope(|scope| {
        let (home, root) = (world.home(), world.root.clone());
        let upgrading = scope.spawn(move || crate::world::ask_alone(&home, &root, first));
        world.wait_state(&plugin, "stopping");
        let refusal = world.refusal(second.clone());
        assert_eq!(refusal.code, "busy", "{refusal:?}");
        assert!(refusal.message.contains("com.example.slow"), "{refusal:?}");
        let uninstall = Request::PluginUninstall { plugin: plugin.clone(), purge: false };
        assert_eq!(world.refusal(uninstall).code, "busy");
        assert!(!upgrading.is_finished(), "it was under way all the time");
        upgrading.join().unwrap().unwrap();
    });
    assert!(world.has(&plugin, "1.2.0"));
    assert_eq!(world.refusal(second).code, "plan_changed", "a busy moment costs nobody a plan");
}

/// Moments in the middle of an upgrade to `version`.
fn moments(world: &World, plugin: &PluginId, version: &str, pid: u32) -> [(&'static str, bool); 4] {
    let packages = names_in(&world.home().packages()).iter().filter(|name| name.ends_with(".spk")).count();
    [
        ("a second package is stored", packages > 1),
        ("the old process is gone", !is_alive(pid)),
        ("the new version is known", world.has(plugin, version)),
        ("the new file bears its own name", world.mirror().contains(&format!("{plugin}.v{version}.spk"))),
    ]
}

#[test]
fn a_center_killed_in_the_middle_of_an_upgrade_has_the_old_or_the_new_version_never_none() {
    let mut world = World::new();
    let plugin = used(&world);
    for (number, release) in (2..6).enumerate() {
        let version = format!("1.{release}.0");
        let pid = world.host_pid(&plugin);
        let file = world.pack(&package().version(&version, release));
        fs::copy(&file, world.plugins().join(format!("next{release}.spk"))).unwrap();
        wait::until("a moment in the middle", SOON, || {
            moments(&world, &plugin, &version, pid)[number].1.then_some(())
        });
        world.kill();
        world.start();
        assert_eq!(world.list().len(), 1, "there is one at every moment");
        wait::until("the newer one to be there in the end", SOON, || {
            world.has(&plugin, &version).then_some(())
        });
        world.wait_state(&plugin, "running");
        must_have_kept_everything(&world, &plugin);
    }
}

/// A next version that overwrites what is stored as it starts, and then does this.
fn spoiling(version: &str, release: u64, then: &str) -> Package {
    let start = json!({ "type": "string", "default": format!("spoil-and-{then}") });
    package()
        .version(version, release)
        .config(&[], json!({ "greeting": { "type": "string", "default": "hello" }, "start": start }))
}

/// What the old version wrote into its private folder.
fn write_file(world: &World, plugin: &PluginId) {
    fs::write(world.home().private_folder(plugin).join("kept"), "entered").expect("it is written");
}

fn must_be_the_old_one_with_its_data(world: &World, plugin: &PluginId) {
    world.wait_state(plugin, "running");
    assert!(world.has(plugin, "1.0.0"));
    must_have_kept_everything(world, plugin);
    let stored =
        world.call(&world.root, plugin, "remember", json!({ "key": "kep", "value": 1 })).expect("it answers");
    assert!(stored.to_string().contains("entered") && !stored.to_string().contains("spoiled"), "{stored}");
    let folder = world.home().private_folder(plugin);
    assert_eq!(fs::read_to_string(folder.join("kept")).expect("it is there"), "entered");
    assert!(!folder.join("new").exists());
    assert!(!world.home().rollback().exists() || names_in(&world.home().rollback()).is_empty());
}

#[test]
fn a_version_that_does_not_start_is_not_installed_and_the_old_one_runs_on_with_its_data() {
    let world = World::new();
    let plugin = used(&world);
    write_file(&world, &plugin);
    let before = world.settings(&plugin).revision;
    let plan = world.plan(&world.pack(&spoiling("2.0.0", 2, "fail"))).unwrap().plan;
    let apply = Request::PackageApply { plan, answers: Answers::default() };
    let refusal = world.refusal(apply);
    assert_eq!(refusal.code, "upgrade_failed", "{refusal:?}");
    assert!(refusal.message.contains("2.0.0") && refusal.message.contains("the rogue fails"), "{refusal:?}");
    must_be_the_old_one_with_its_data(&world, &plugin);
    assert_eq!(world.settings(&plugin).revision, before);
    assert_eq!(names_in(&world.home().packages()).iter().filter(|name| name.ends_with(".spk")).count(), 1);
    let lines: Vec<Value> = world.get(Request::LogTail { plugin: plugin.clone(), lines: 20 });
    assert!(lines.iter().any(|line| line.to_string().contains("1.0.0 runs on")), "{lines:?}");
}

#[test]
fn a_file_whose_version_does_not_start_is_refused_and_the_old_one_runs_on() {
    let world = World::new();
    let plugin = used(&world);
    write_file(&world, &plugin);
    run("cp", &[&world.pack(&spoiling("2.0.0", 2, "fail")), &world.plugins().join("next.spk")]);
    let verdict = world.wait_verdict("next.spk", "refused");
    assert_eq!(verdict.cause.unwrap().code, "upgrade_failed");
    must_be_the_old_one_with_its_data(&world, &plugin);
    assert_eq!(world.mirror(), ["com.example.up.v1.0.0.spk", "next.spk"]);
}

#[test]
fn a_center_killed_while_a_version_is_tried_comes_back_with_the_old_one_and_its_data() {
    let mut world = World::new();
    let plugin = used(&world);
    write_file(&world, &plugin);
    let (home, root) = (world.home(), world.root.clone());
    let plan = world.plan(&world.pack(&spoiling("2.0.0", 2, "hang"))).unwrap().plan;
    std::thread::scope(|scope| {
        let apply = Request::PackageApply { plan, answers: Answers::default() };
        let upgrading = scope.spawn(move || crate::world::ask_alone(&home, &root, apply));
        let new = world.home().private_folder(&plugin).join("new");
        wait::until("the new version to have spoiled everything", SOON, || new.exists().then_some(()));
        world.kill();
        upgrading.join().unwrap().unwrap_err();
    });
    world.start();
    must_be_the_old_one_with_its_data(&world, &plugin);
    let lines: Vec<Value> = world.get(Request::LogTail { plugin: plugin.clone(), lines: 40 });
    assert!(lines.iter().any(|line| line.to_string().contains("1.0.0 is back")), "{lines:?}");
}

#[test]
fn calls_during_an_upgrade_wait_for_the_new_version_and_those_under_way_are_answered() {
    let world = World::new();
    let plugin = used(&world);
    let file = world.pack(&package().version("2.0.0", 2));
    let ended = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let caller = scope.spawn(|| {
            let mut answered = 0;
            while !ended.load(std::sync::atomic::Ordering::Relaxed) {
                match world.call(&world.root, &plugin, "echo", json!(answered)) {
                    Ok(answer) => assert_eq!(answer, json!(answered)),
                    // In the very moment in which the old version takes no further call.
                    Err(refusal) => assert_eq!(refusal.code, "upgrading", "{refusal:?}"),
                }
                answered += 1;
            }
            answered
        });
        // One that takes two seconds.
        let first = scope.spawn(|| world.call(&world.root, &plugin, "meet", Value::Null));
        wait::until("a call to be under way", SOON, || {
            let lines: Vec<Value> = world.get(Request::LogTail { plugin: plugin.clone(), lines: 5 });
            lines.iter().any(|line| line.to_string().contains("waiting for another call")).then_some(())
        });
        let plan = world.plan(&file).unwrap().plan;
        let _: AppliedView = world.get(Request::PackageApply { plan, answers: Answers::default() });
        assert_eq!(
            first.join().unwrap().unwrap_err().code,
            "plugin_fault",
            "it ended by itself, after its two seconds"
        );
        assert!(world.answers(&plugin));
        ended.store(true, std::sync::atomic::Ordering::Relaxed);
        assert!(caller.join().unwrap() > 0);
    });
    assert!(world.has(&plugin, "2.0.0"));
}

fn versions(world: &World, plugin: &PluginId) -> Vec<VersionView> {
    world.get(Request::VersionList { plugin: plugin.clone() })
}

#[test]
fn the_last_three_versions_are_kept_and_gone_back_to_on_purpose_with_everything_that_was_entered() {
    let mut world = World::new();
    let plugin = used(&world);
    for release in 2..=5 {
        let plan =
            world.plan(&world.pack(&package().version(&format!("1.{release}.0"), release))).unwrap().plan;
        let _: AppliedView = world.get(Request::PackageApply { plan, answers: Answers::default() });
    }
    world.stop();
    world.start();
    let kept = versions(&world, &plugin);
    let names: Vec<_> = kept.iter().map(|kept| (kept.version.as_str(), kept.installed)).collect();
    assert_eq!(names, [("1.5.0", true), ("1.4.0", false), ("1.3.0", false), ("1.2.0", false)]);
    assert_eq!(names_in(&world.home().packages()).iter().filter(|name| name.ends_with(".spk")).count(), 4);

    let older = world.outbox().join("com.example.up.v1.3.0.spk");
    assert_eq!(world.plan(&older).unwrap_err().code, "downgrade", "a file is not enough");
    let request = |digest: &str| Request::VersionPlan {
        plugin: plugin.clone(),
        digest: digest.into(),
        locale: "en".into(),
    };
    assert_eq!(world.refusal(request(&"0".repeat(64))).code, "not_found");
    assert_eq!(world.refusal(request(&kept[0].digest)).code, "already_installed");
    let plan: PlanView = world.get(request(&kept[2].digest));
    assert_eq!(
        (plan.kind, plan.from.as_deref(), plan.version.as_str()),
        (PlanKind::GoBack, Some("1.5.0"), "1.3.0")
    );
    let _: AppliedView = world.get(Request::PackageApply { plan: plan.plan, answers: Answers::default() });
    assert!(world.has(&plugin, "1.3.0"));
    world.wait_state(&plugin, "running");
    must_have_kept_everything(&world, &plugin);
    wait::until("its file alone", SOON, || (world.mirror() == ["com.example.up.v1.3.0.spk"]).then_some(()));
    let trail: Vec<Value> = world.get(Request::AuditList { last: 1, filter: Filter::default() });
    assert_eq!(
        (&trail[0]["action"], &trail[0]["details"]["to"]),
        (&json!("plugin_downgraded"), &json!("1.3.0"))
    );

    let lower = world.pack(&package().version("1.4.1", 4));
    assert!(world.plan(&lower).is_err(), "the mark of what was accepted is not lowered");
    let _: AppliedView = {
        let plan = world.plan(&world.pack(&package().version("1.6.0", 6))).unwrap().plan;
        world.get(Request::PackageApply { plan, answers: Answers::default() })
    };
    assert!(world.has(&plugin, "1.6.0"), "it goes forwards from there");
}

#[test]
fn an_earlier_version_is_listed_and_gone_back_to_by_commands() {
    let world = World::new();
    crate::logs::sign_in(&world);
    let plugin = used(&world);
    world.install(&package().version("1.1.0", 2));
    let list = world.run_json(&["versions", "list", plugin.as_str()]);
    assert_eq!((&list[0]["version"], &list[1]["version"]), (&json!("1.1.0"), &json!("1.0.0")));
    let missing = world.run(&["versions", "restore", plugin.as_str(), "0.9.0", "--yes"], "");
    assert_eq!(missing.status.code(), Some(4));
    world.run_json(&["versions", "restore", plugin.as_str(), "1.0.0", "--yes"]);
    assert!(world.has(&plugin, "1.0.0"));
}
