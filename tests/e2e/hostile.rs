//! Files that mean harm, given to a real center: each is answered soon, in bounds, with its own code and next step, and
//! changes nothing but the trail. What may be installed all the same does no harm.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use center::audit::Filter;
use center::request::Request;
use center::views::{CheckView, PlanView};
use serde_json::{Value, json};
use walkdir::WalkDir;

use crate::fixtures::{Package, Publisher};
use crate::world::{World, id, names_in};
use crate::{dump, forge, hostile_files};

/// What the product promises for any file.
const ANSWERED_WITHIN: Duration = Duration::from_secs(2);
const OVER_IDLE_KIB: u64 = 64 << 10;

/// A center that trusts the maker of the hostile files, so that it looks as deep as it can.
fn trusting_world() -> World {
    let world = World::new();
    world.trust(&Publisher { key: Arc::new(forge::key()), label: "Trusted".into() });
    fs::create_dir(world.folder().join("hostile")).expect("a folder");
    fs::write(world.folder().join("canary"), "alive").expect("a canary");
    world
}

/// Writes each case into a file of its own.
fn files(world: &World) -> Vec<(String, PathBuf, &'static str)> {
    let place = |number: usize| world.folder().join("hostile").join(format!("{number}.spk"));
    let cases = hostile_files::all().into_iter().enumerate();
    cases
        .map(|(number, (name, bytes, code))| {
            fs::write(place(number), bytes).expect("as it was made");
            (name, place(number), code)
        })
        .collect()
}

/// Every path around the center but what it writes by itself while it runs.
fn everything(world: &World) -> Vec<PathBuf> {
    let own = [world.home().logs(), world.plugins(), world.folder().join("hostile")];
    let walk = WalkDir::new(world.folder()).sort_by_file_name().into_iter();
    let others = walk.filter_entry(|entry| !own.iter().any(|own| entry.path() == own));
    let paths = others.filter_map(Result::ok).map(|entry| entry.path().to_owned());
    paths.filter(|path| !path.to_string_lossy().contains("center.db-")).collect()
}

/// A line of `/proc/<pid>/status`, in KiB.
fn memory(world: &World, line: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", world.pid())).expect("it runs");
    let found = status.lines().find_map(|l| l.strip_prefix(line)).expect("Linux tells");
    found.trim_start_matches(':').trim().trim_end_matches(" kB").parse().expect("a number")
}

/// From here on the peak counts anew; where that is not allowed, it stays the highest ever, which is stricter.
fn forget_peak(world: &World) {
    let _ = fs::write(format!("/proc/{}/clear_refs", world.pid()), "5");
}

fn audit_actions(world: &World) -> Vec<String> {
    let rows: Vec<Value> = world.get(Request::AuditList { last: 10_000, filter: Filter::default() });
    rows.iter().map(|row| row["action"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn every_hostile_file_is_answered_soon_in_bounds_with_its_code_and_changes_nothing() {
    let world = trusting_world();
    let files = files(&world);
    assert!(files.len() > 100, "{}", files.len());
    let before = (dump::of(&world), everything(&world), audit_actions(&world).len());
    let idle = memory(&world, "VmRSS");
    let mut worst = (Duration::ZERO, 0, String::new());
    for (name, file, code) in &files {
        forget_peak(&world);
        let begun = Instant::now();
        let refusal = world.plan(file).map(|plan| plan.plan).expect_err(name);
        let (took, peak) = (begun.elapsed(), memory(&world, "VmHWM").saturating_sub(idle));
        assert_eq!(refusal.code, *code, "{name}: {refusal:?}");
        assert!(refusal.message.len() > 10 && !refusal.hint.is_empty(), "{name}: {refusal:?}");
        assert!(!refusal.message.contains(char::is_control), "{name}: {refusal:?}");
        assert!(took < ANSWERED_WITHIN, "{name} took {took:?}");
        assert!(peak < OVER_IDLE_KIB, "{name} took {peak} KiB");
        assert_eq!(names_in(&world.home().staging()), [""; 0], "{name} left something in staging");
        worst = (worst.0.max(took), worst.1.max(peak), name.clone());
    }
    eprintln!("{} files; at most {:?} and {} KiB over idle", files.len(), worst.0, worst.1);
    assert_eq!(dump::of(&world), before.0, "the database and the packages are as they were");
    assert_eq!(everything(&world), before.1, "nothing was written anywhere");
    assert_eq!(fs::read_to_string(world.folder().join("canary")).unwrap(), "alive");
    let added = audit_actions(&world).split_off(before.2);
    assert!(added.len() > 100 && added.iter().all(|action| action == "refused"), "{added:?}");
}

#[test]
fn every_hostile_file_in_the_folder_gets_its_verdict_and_what_is_good_gets_in() {
    let world = trusting_world();
    let files = files(&world);
    let before = (dump::of(&world), everything(&world));
    for (number, (_, file, _)) in files.iter().enumerate() {
        fs::hard_link(file, world.plugins().join(format!("{number}.spk"))).expect("one file system");
    }
    for (number, (name, _, code)) in files.iter().enumerate() {
        let verdict = world.wait_verdict(&format!("{number}.spk"), "refused");
        assert_eq!(verdict.cause.expect(name).code, *code, "{name}");
    }
    assert_eq!((dump::of(&world), everything(&world)), before);
    let good = world.pack(&Package::rogue("com.example.good"));
    fs::copy(&good, world.plugins().join("good.spk")).unwrap();
    crate::wait::until("the good one among them", crate::world::SOON, || {
        world.has(&id("com.example.good"), "1.0.0").then_some(())
    });
}

#[test]
fn what_is_not_even_a_plain_file_is_refused_without_being_read() {
    let world = trusting_world();
    let at = |name: &str| world.folder().join("hostile").join(name);
    let sparse = File::create(at("sparse")).unwrap();
    sparse.set_len(600 << 20).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", at("link")).unwrap();
    crate::world::run("mkfifo", &[&at("fifo")]);
    let before = dump::of(&world);
    for (path, code) in [
        (at("sparse"), "too_large"),
        (at("link"), "is_a_link"),
        (at("fifo"), "not_a_file"),
        (PathBuf::from("/dev/zero"), "not_a_file"),
        (Path::new("/").to_owned(), "not_a_file"),
    ] {
        let begun = Instant::now();
        assert_eq!(world.plan(&path).unwrap_err().code, code, "{path:?}");
        assert!(begun.elapsed() < ANSWERED_WITHIN, "{path:?}");
    }
    assert_eq!(dump::of(&world), before);
}

#[test]
fn a_script_in_any_text_stays_text() {
    let world = World::new();
    let script = "<script>alert('x')</script><img src=x onerror=alert(1)>";
    let package =
        Package::rogue("com.example.script").with("name", json!(script)).with("description", json!(script));
    let package = package.with("permissions", json!([{ "id": "use", "title": script }]));
    let plan: PlanView = world.plan(&world.pack(&package)).unwrap();
    assert_eq!((plan.name.as_str(), plan.description.as_str()), (script, script));
    assert_eq!(plan.permissions_added[0].title, script, "nothing is taken away, and nothing is made of it");
    let plugin = world.install_running(&package);
    assert_eq!(world.show(&plugin).plugin.name, script);
}

#[test]
fn a_slow_pattern_is_answered_at_once() {
    let world = World::new();
    let slow = json!({ "a": { "type": "string", "pattern": "^(a+)+$" }, "b": { "type": "string" } });
    let plugin = world.install_running(&Package::rogue("com.example.slow").config(&[], slow));
    let begun = Instant::now();
    let values = json!({ "a": format!("{}!", "a".repeat(50_000)) });
    let found: CheckView =
        world.get(Request::ConfigCheck { plugin: plugin.clone(), values, locale: "en".into() });
    assert_eq!(found.invalid.len(), 1);
    assert!(begun.elapsed() < ANSWERED_WITHIN, "{:?}", begun.elapsed());
    assert!(world.answers(&plugin));
}

#[test]
fn a_password_that_becomes_a_plain_field_is_emptied() {
    let world = World::new();
    let field = |format: Option<&str>| {
        let mut field = json!({ "type": "string" });
        if let Some(format) = format {
            field["format"] = json!(format);
        }
        Package::rogue("com.example.turned").config(&[], json!({ "word": field }))
    };
    let plugin = world.install(&field(Some("password")));
    world.save(&plugin, json!({ "word": { "$set": "violet secret 417" } })).unwrap();
    world.install(&field(None).version("1.1.0", 2));
    let settings = world.settings(&plugin);
    assert!(!json!(settings).to_string().contains("violet secret 417"), "{settings:?}");
    let shown = settings.fields.iter().find(|field| field.pointer == "/word").expect("the field is there");
    assert_eq!(shown.value, Value::Null);
}

#[test]
fn a_look_alike_of_an_installed_plugin_is_pointed_out_in_its_review() {
    let world = World::new();
    world.install(&Package::rogue("com.example.payroll").with("name", json!("Payroll")));
    let plan = |id: &str, name: &str| {
        let package = Package::rogue(id).with("name", json!(name));
        world.plan(&world.pack(&package)).unwrap().resembles.map(|other| other.plugin)
    };
    let payroll = Some("com.example.payroll".to_owned());
    assert_eq!(plan("com.example.payrol1", "Other"), payroll, "the digit one for the letter");
    assert_eq!(plan("com.example.payrolls", "Other"), payroll, "one letter more");
    assert_eq!(plan("com.example.ledger", "Раyroll"), payroll, "Cyrillic letters");
    assert_eq!(plan("com.example.tickets", "Tickets"), None);
}
