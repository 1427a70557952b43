//! The audit trail from outside: found, checked and exported by commands, and every tampering with its file noticed.

use std::fs;

use rusqlite::Connection;
use serde_json::Value;

use crate::logs::sign_in;
use crate::world::World;

/// A center whose superadmin added three accounts.
fn world() -> World {
    let world = World::new();
    sign_in(&world);
    for login in ["wang", "zhao", "chen"] {
        world.run_json(&["account", "create", login]);
    }
    world
}

fn broken(world: &World, arguments: &[&str]) -> String {
    let output = world.run(&[&["--json", "audit", "verify"], arguments].concat(), "");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let said: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(said["error"]["code"], "audit_broken", "{said}");
    said["error"]["details"]["broken"]["cause"].as_str().expect("a cause").to_owned()
}

#[test]
fn a_trail_is_verified_also_against_an_end_that_was_kept_elsewhere() {
    let mut world = world();
    let whole = world.run_json(&["audit", "verify"]);
    let (rows, head) = (whole["rows"].as_i64().unwrap(), whole["head"].as_str().unwrap().to_owned());
    assert!(rows >= 4 && head.starts_with(&format!("{rows}:")) && whole["heads"] == 1, "{whole}");
    world.run_json(&["account", "create", "later"]);
    assert_eq!(world.run_json(&["audit", "verify", "--against", &head])["heads"], 2);

    world.stop();
    let (database, kept) = (world.home().database(), world.home().audit_head());
    let tamper = |sql: &str| Connection::open(&database).unwrap().execute_batch(sql).unwrap();
    let last = "(SELECT max(seq) FROM audit)";
    tamper(&format!(
        "CREATE TABLE aside AS SELECT * FROM audit WHERE seq = {last}; DELETE FROM audit WHERE seq = {last}"
    ));
    assert_eq!(broken(&world, &[]), "cut");
    fs::remove_file(&kept).unwrap();
    let blind = world.run_json(&["audit", "verify"]);
    assert_eq!(
        (&blind["heads"], blind["rows"].as_i64()),
        (&0.into(), Some(rows)),
        "nothing to compare with: said"
    );
    tamper("INSERT INTO audit SELECT * FROM aside; DROP TABLE aside");
    tamper("UPDATE audit SET target = '1' WHERE seq = 2");
    assert_eq!(broken(&world, &[]), "changed");
}

#[test]
fn rows_are_found_by_person_action_and_words() {
    let world = world();
    let found = |arguments: &[&str]| {
        let rows = world.run_json(&[&["audit"], arguments].concat());
        let targets =
            rows.as_array().unwrap().iter().map(|row| row["target_name"].as_str().unwrap_or("-").to_owned());
        targets.collect::<Vec<_>>()
    };
    assert_eq!(found(&["--action", "account_created"]), ["wang", "zhao", "chen"]);
    assert_eq!(found(&["--action", "account_created", "--last", "1"]), ["chen"]);
    assert_eq!(found(&["--text", "ZHA"]), ["zhao"]);
    assert_eq!(found(&["--by", "wang"]), Vec::<String>::new());
    assert_eq!(found(&["--since", "2999-01-01T00:00:00Z"]), Vec::<String>::new());
    let unreadable = world.run(&["audit", "--since", "yesterday"], "");
    assert_eq!(unreadable.status.code(), Some(2), "{unreadable:?}");
}

#[test]
fn a_trail_is_exported_for_programs_and_for_spreadsheets_and_nothing_is_written_over() {
    let world = world();
    let file = world.folder().join("trail.csv");
    let path = file.to_str().unwrap();
    let exported = world.run(&["audit", "export", "--action", "account_created"], "");
    let lines = String::from_utf8(exported.stdout).unwrap();
    let targets: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["target_name"].clone())
        .collect();
    assert_eq!(targets, ["wang", "zhao", "chen"]);
    let csv = world.run(&["audit", "export", "--format", "csv", "--out", path], "");
    assert!(csv.status.success(), "{csv:?}");
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.starts_with("seq,at,actor,") && text.contains(",account_created,"), "{text}");
    let again = world.run(&["audit", "export", "--format", "csv", "--out", path], "");
    assert!(!again.status.success() && fs::read_to_string(&file).unwrap() == text, "{again:?}");
}
