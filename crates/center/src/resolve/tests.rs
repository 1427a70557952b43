//! Tables of plugins that need each other, without any process or database.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Value, json};
use spk::{Digest, Texts};

use super::*;
use crate::snapshot::{PackageFacts, PluginFacts, Snapshot};
use crate::test_world::KEY;

fn id(name: &str) -> PluginId {
    format!("com.example.{name}").parse().unwrap()
}

/// `needs`: `b ^1`, `parent b ^1`, `maybe b ^1`.
fn manifest(name: &str, version: &str, needs: &[&str]) -> Manifest {
    let mut whole = json!({
        "id": id(name), "name": name.to_uppercase(), "version": version, "publisher": "P", "library": {},
        "dependencies": {}, "optionalDependencies": {},
    });
    for need in needs {
        match need.split(' ').collect::<Vec<_>>()[..] {
            ["parent", other, range] => whole["parent"] = json!({ "id": id(other), "version": range }),
            ["maybe", other, range] => whole["optionalDependencies"][id(other).as_str()] = Value::from(range),
            [other, range] => whole["dependencies"][id(other).as_str()] = Value::from(range),
            _ => panic!("{need}"),
        }
    }
    serde_json::from_value(whole).unwrap()
}

/// Installed plugins; those that are named are on.
fn installed(manifests: Vec<Manifest>, on: &[&str]) -> Snapshot {
    let facts = |manifest: Manifest| {
        let wanted = on.iter().any(|name| id(name) == manifest.id);
        let facts = PluginFacts {
            digest: Digest::of(manifest.id.as_str().as_bytes()),
            release: 1,
            wanted,
            approved: "{}".into(),
            installed_at: 0,
            installed_by: None,
            off_because: None,
            revision: 1,
            package: Arc::new(PackageFacts {
                key: KEY.parse().unwrap(),
                manifest: manifest.clone(),
                texts: Texts::default(),
            }),
        };
        (manifest.id, facts)
    };
    Snapshot::of_plugins(manifests.into_iter().map(facts).collect::<HashMap<_, _>>())
}

/// The order, as names, and the sentences of those held back.
fn arranged(snapshot: &Snapshot, offered: &[Manifest]) -> (Vec<String>, Vec<Vec<String>>) {
    let offered: Vec<&Manifest> = offered.iter().collect();
    let Arrangement { order, held_back } = arrange(snapshot, &offered, offered.len() > 1);
    let order =
        order.iter().map(|place| offered[*place].id.to_string().replace("com.example.", "")).collect();
    let told = |all: &Vec<Conflict>| {
        all.iter().map(|one| one.to_string().replace("com.example.", "")).collect::<Vec<_>>()
    };
    (order, held_back.values().map(told).collect())
}

#[test]
fn what_others_need_comes_first_however_it_was_dropped() {
    let offered = [
        manifest("mail", "1.0.0", &["parent tickets ^2"]),
        manifest("tickets", "2.0.0", &["directory ^1", "maybe bot *"]),
        manifest("alone", "1.0.0", &[]),
        manifest("bot", "1.0.0", &[]),
        manifest("directory", "1.4.0", &["maybe mail *"]),
    ];
    let (order, held_back) = arranged(&Snapshot::default(), &offered);
    assert_eq!(order, ["directory", "bot", "tickets", "mail", "alone"], "an optional circle is none");
    assert!(held_back.is_empty(), "{held_back:?}");
}

#[test]
fn a_package_that_does_not_fit_holds_back_those_that_need_it_and_nobody_else() {
    let snapshot = installed(vec![manifest("c", "1.0.0", &["b ^1"]), manifest("b", "1.4.0", &[])], &["c"]);
    let offered = [
        manifest("a", "1.0.0", &["b ^2"]),
        manifest("b", "2.0.0", &[]),
        manifest("good", "1.0.0", &["b ^1"]),
        manifest("lost", "1.0.0", &["nobody ^1"]),
    ];
    let (order, held_back) = arranged(&snapshot, &offered);
    assert_eq!(order, ["good"], "it takes the installed version");
    let expected = [
        vec![
            "`a` needs `b` ^2, which cannot be installed because `c`, which is on, needs `b` ^1; this is 2.0.0",
        ],
        vec!["`c`, which is on, needs `b` ^1; this is 2.0.0"],
        vec!["`lost` needs `nobody` ^1, which is not installed"],
    ];
    assert_eq!(held_back, expected);
}

#[test]
fn the_versions_that_are_there_are_named() {
    let snapshot = installed(vec![manifest("b", "1.4.0", &[])], &[]);
    let (_, alone) = arranged(&snapshot, &[manifest("a", "1.0.0", &["b ^2"]), manifest("x", "1.0.0", &[])]);
    assert_eq!(alone, [["`a` needs `b` ^2; installed is 1.4.0"]]);
    let offered = [manifest("a", "1.0.0", &["b ^2"]), manifest("b", "1.5.0", &[])];
    let (order, held_back) = arranged(&snapshot, &offered);
    assert_eq!(
        (order, held_back),
        (vec!["b".into()], vec![vec!["`a` needs `b` ^2; the file has 1.5.0".into()]])
    );
}

#[test]
fn an_upgrade_that_breaks_what_is_on_fits_only_together_with_a_version_that_takes_it() {
    let old = || vec![manifest("a", "1.0.0", &["b ^1"]), manifest("b", "1.0.0", &[])];
    let new = manifest("b", "2.0.0", &[]);
    let (_, broken) = arranged(&installed(old(), &["a", "b"]), std::slice::from_ref(&new));
    assert_eq!(broken, [["`a`, which is on, needs `b` ^1; this is 2.0.0"]]);
    let (order, _) = arranged(&installed(old(), &["b"]), std::slice::from_ref(&new));
    assert_eq!(order, ["b"], "what is off breaks nobody's day");
    let together = [manifest("a", "2.0.0", &["b ^2"]), new];
    let (order, held_back) = arranged(&installed(old(), &["a", "b"]), &together);
    assert_eq!((order, held_back), (vec!["b".into(), "a".into()], vec![]));
}

#[test]
fn alone_a_new_plugin_may_come_before_what_it_needs_but_an_upgrade_of_one_that_is_on_may_not() {
    let needing = |version| [manifest("a", version, &["b ^1"])];
    assert_eq!(arranged(&Snapshot::default(), &needing("1.0.0")).0, ["a"]);
    let before = || vec![manifest("a", "0.9.0", &[])];
    assert_eq!(arranged(&installed(before(), &[]), &needing("1.0.0")).0, ["a"]);
    let (_, held_back) = arranged(&installed(before(), &["a"]), &needing("1.0.0"));
    assert_eq!(held_back, [["`a` needs `b` ^1, which is not installed"]]);
}

#[test]
fn circles_of_two_and_of_fifty_are_named_in_full() {
    let snapshot = installed(vec![manifest("b", "1.0.0", &["parent a *"])], &[]);
    let (_, held_back) = arranged(&snapshot, &[manifest("a", "1.0.0", &["b *"])]);
    assert_eq!(held_back, [["the plugins need each other in a circle: `a` needs `b` needs `a`"]]);

    let name = |n: usize| format!("p{}", n % 50);
    let mut ring: Vec<Manifest> =
        (0..50).map(|n| manifest(&name(n), "1.0.0", &[&format!("{} *", name(n + 1))])).collect();
    ring.push(manifest("beside", "1.0.0", &[]));
    ring.push(manifest("hanging", "1.0.0", &["p7 *"]));
    let (order, held_back) = arranged(&Snapshot::default(), &ring);
    assert_eq!(order, ["beside"]);
    assert_eq!(held_back.len(), 51);
    for told in &held_back[..50] {
        assert_eq!(told.len(), 1);
        assert!((0..50).all(|n| told[0].contains(&format!("`p{n}`"))), "{told:?}");
    }
    assert!(held_back[50][0].starts_with("`hanging` needs `p7` *, which cannot be installed because"));
}

#[test]
fn of_two_files_of_one_plugin_the_higher_version_counts() {
    let offered =
        [manifest("a", "1.0.0", &[]), manifest("a", "1.2.0", &[]), manifest("b", "1.0.0", &["a ^1.1"])];
    let (order, held_back) = arranged(&Snapshot::default(), &offered);
    assert_eq!(order, ["a", "b"]);
    assert_eq!(held_back, [["another file has `a` in the higher version 1.2.0"]]);
}

#[test]
fn what_goes_on_or_off_with_a_plugin_is_found_at_any_distance_in_order() {
    let all = || {
        vec![
            manifest("top", "1.0.0", &["left ^1", "right ^1"]),
            manifest("left", "1.0.0", &["base ^1"]),
            manifest("right", "1.0.0", &["parent base ^1"]),
            manifest("base", "1.0.0", &[]),
            manifest("fan", "1.0.0", &["maybe base ^1"]),
            manifest("other", "1.0.0", &["base ^9"]),
        ]
    };
    let ids = |names: &[&str]| names.iter().map(|name| id(name)).collect::<Vec<_>>();
    let off = installed(all(), &["right"]);
    assert_eq!(off_dependencies(&off, &id("top")), ids(&["base", "left"]));
    let on = installed(all(), &["top", "left", "right", "base", "fan", "other"]);
    assert_eq!(dependents_on(&on, &id("base")), ids(&["top", "left", "right"]));
    assert_eq!(dependents_on(&on, &id("top")), ids(&[]));
    let half = installed(all(), &["top", "base"]);
    assert_eq!(dependents_on(&half, &id("base")), ids(&[]), "nothing between them is on");
    let long: Vec<Manifest> = (0..5000)
        .map(|n| manifest(&format!("n{n}"), "1.0.0", &[&format!("n{} *", n + 1)]))
        .chain([manifest("n5000", "1.0.0", &[])])
        .collect();
    assert_eq!(off_dependencies(&installed(long, &[]), &id("n0")).len(), 5000);
}

#[test]
fn a_plugin_waits_for_what_it_needs_and_for_the_rest_only_while_that_comes_up() {
    let one = semver::Version::new(1, 0, 0);
    let needing = manifest("a", "1.0.0", &["b ^1", "parent p ^1", "maybe m ^1"]);
    let running = Stand { version: Some(&one), wanted: true, running: true, coming: false };
    let why = |changed: &str, stand: Stand<'static>| {
        let stand = |asked: &PluginId| if *asked == id(changed) { stand } else { running };
        awaited(&needing, stand).into_iter().map(|one| one.why).collect::<Vec<_>>()
    };
    static TWO: std::sync::LazyLock<semver::Version> =
        std::sync::LazyLock::new(|| semver::Version::new(2, 0, 0));
    static ONE: std::sync::LazyLock<semver::Version> =
        std::sync::LazyLock::new(|| semver::Version::new(1, 0, 0));
    let missing = Stand { version: None, wanted: false, running: false, coming: false };
    let other = Stand { version: Some(&TWO), wanted: true, running: true, coming: false };
    let off = Stand { version: Some(&ONE), wanted: false, running: false, coming: false };
    let down = Stand { wanted: true, ..off };
    let coming = Stand { coming: true, ..down };
    for needed in ["b", "p"] {
        assert_eq!(why(needed, missing), [Why::Missing]);
        assert_eq!(why(needed, other), [Why::OtherVersion(TWO.clone())]);
        assert_eq!(why(needed, off), [Why::Off]);
        assert_eq!(why(needed, down), [Why::NotRunning]);
        assert_eq!(why(needed, coming), [Why::NotRunning]);
    }
    for nothing in [missing, other, off, down] {
        assert_eq!(why("m", nothing), []);
    }
    assert_eq!(why("m", coming), [Why::NotRunning]);
}
