//! Dependencies point down only, as cargo itself sees them.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

use serde_json::Value;

use crate::tree::root;

type Arrows = BTreeMap<String, BTreeSet<String>>;

/// What each package of ours may use of ours. Whoever is not listed may use nothing of ours.
const ALLOWED: &[(&str, &[&str])] = &[
    ("sprocket-desktop", &["center"]),
    ("cli", &["center", "spk"]),
    ("center", &["spk", "plugin-rpc"]),
    ("plugin-host", &["plugin-rpc", "plugin-sdk"]),
    ("plugin-rpc", &[]),
    ("plugin-sdk", &[]),
    ("spk", &[]),
];

/// Tests and measurements see everything; plugins see the SDK alone.
fn allowed(package: &str, folder: &str) -> Option<Vec<&'static str>> {
    if ["e2e", "bench"].contains(&package) {
        return None;
    }
    if folder.contains("/examples/") || folder.contains("/tests/plugins/") {
        return Some(vec!["plugin-sdk"]);
    }
    let listed = ALLOWED.iter().find(|(name, _)| *name == package);
    Some(listed.map(|(_, may)| may.to_vec()).unwrap_or_default())
}

fn cargo(arguments: &[&str]) -> String {
    let output =
        Command::new(env!("CARGO")).args(arguments).current_dir(root()).output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("cargo speaks UTF-8")
}

/// Packages that this workspace holds, each with its folder and what of the workspace it uses outside tests.
fn own_arrows(metadata: &Value) -> Vec<(String, String, BTreeSet<String>)> {
    let packages = metadata["packages"].as_array().expect("packages");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let own: BTreeSet<_> = packages.iter().map(|package| text(&package["name"])).collect();
    let uses = |package: &Value| {
        let all = package["dependencies"].as_array().expect("dependencies").iter();
        let real = all.filter(|dependency| dependency["kind"] != "dev");
        real.map(|dependency| text(&dependency["name"])).filter(|name| own.contains(name)).collect()
    };
    packages.iter().map(|p| (text(&p["name"]), text(&p["manifest_path"]), uses(p))).collect()
}

fn forbidden_arrows(metadata: &Value) -> Vec<String> {
    let mut offences = Vec::new();
    for (package, folder, uses) in own_arrows(metadata) {
        let Some(may) = allowed(&package, &folder) else { continue };
        let beyond = uses.iter().filter(|used| !may.contains(&used.as_str()));
        offences.extend(beyond.map(|used| format!("`{package}` may not use `{used}`")));
    }
    offences
}

/// Everything that ends up in a package's product, direct or not: names by package of ours.
fn closure(package: &str) -> BTreeSet<String> {
    let tree = cargo(&[
        "tree",
        "--locked",
        "-p",
        package,
        "-e",
        "normal,build",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ]);
    tree.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

fn closures() -> Arrows {
    let own = ["center", "cli", "plugin-host", "plugin-rpc", "plugin-sdk", "spk"];
    own.iter().map(|package| ((*package).to_owned(), closure(package))).collect()
}

#[test]
fn dependencies_point_down_only() {
    let upward: Value = serde_json::json!({ "packages": [
        { "name": "spk", "manifest_path": "/r/crates/spk/Cargo.toml", "dependencies": [{ "name": "center", "kind": null }] },
        { "name": "center", "manifest_path": "/r/crates/center/Cargo.toml", "dependencies": [{ "name": "spk", "kind": null }] },
        { "name": "clock", "manifest_path": "/r/examples/clock/Cargo.toml", "dependencies": [{ "name": "spk", "kind": null }] },
    ]});
    assert_eq!(forbidden_arrows(&upward), ["`spk` may not use `center`", "`clock` may not use `spk`"]);

    let metadata = cargo(&["metadata", "--locked", "--offline", "--no-deps", "--format-version", "1"]);
    let metadata = serde_json::from_str(&metadata).expect("metadata is JSON");
    let offences = forbidden_arrows(&metadata);
    assert!(offences.is_empty(), "{offences:#?}");
}

#[test]
fn nothing_below_the_shell_knows_tauri_or_a_web_view() {
    for (package, uses) in closures() {
        let shell: Vec<_> = uses
            .iter()
            .filter(|name| name.starts_with("tauri") || name.contains("webkit") || *name == "wry")
            .collect();
        assert!(uses.contains(&package), "the tree of `{package}` was read");
        assert!(shell.is_empty(), "`{package}` knows {shell:?}");
    }
}

#[test]
fn the_plugin_host_and_what_plugins_link_carry_no_async_runtime_and_no_package_format() {
    for package in ["plugin-host", "plugin-sdk", "plugin-rpc"] {
        let uses = closure(package);
        for heavy in ["tokio", "spk", "zip", "rusqlite", "ed25519-dalek"] {
            assert!(!uses.contains(heavy), "`{package}` carries `{heavy}`");
        }
    }
}
