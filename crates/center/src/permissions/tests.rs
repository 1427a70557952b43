//! Permissions against a table, against a model that knows only the sentence of the rule, and through the store.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::accounts::{self, departments};
use crate::actor::DepartmentId;
use crate::snapshot::{DepartmentFacts, PackageFacts};
use crate::test_world::{KEY, NOW, World};

const READY: Condition = Condition { running: true, licensed: true };
const STOPPED: Condition = Condition { running: false, licensed: true };
const UNLICENSED: Condition = Condition { running: true, licensed: false };

fn manifest() -> serde_json::Value {
    json!({
        "id": "com.example.bot", "name": "Bot", "version": "1.0.0", "publisher": "Example",
        "library": { "x86_64-unknown-linux-gnu": "lib/bot.so" },
        "permissions": [{ "id": "use", "title": "%use%" }, { "id": "train" }],
    })
}

fn plugin() -> PluginId {
    "com.example.bot".parse().unwrap()
}

/// A company: 1 at the top, 2 and 3 below it, 4 below 2; 5 at the top.
fn company() -> Snapshot {
    let mut snapshot = Snapshot::default();
    for (id, parent) in [(1, None), (2, Some(1)), (3, Some(1)), (4, Some(2)), (5, None)] {
        let facts = DepartmentFacts { name: format!("d{id}"), parent: parent.map(DepartmentId) };
        snapshot.departments.insert(DepartmentId(id), facts);
    }
    let package = PackageFacts {
        key: KEY.parse().unwrap(),
        manifest: serde_json::from_value(manifest()).unwrap(),
        texts: serde_json::from_value(json!({})).unwrap(),
    };
    let facts = PluginFacts {
        digest: spk::Digest([0; 32]),
        release: 1,
        wanted: true,
        approved: "{}".into(),
        installed_at: NOW,
        installed_by: None,
        off_because: None,
        revision: 1,
        package: Arc::new(package),
    };
    snapshot.plugins.insert(plugin(), facts);
    snapshot
}

fn add(snapshot: &mut Snapshot, id: i64, role: Role, departments: &[i64]) -> AccountId {
    let departments = departments.iter().map(|id| DepartmentId(*id)).collect();
    let (login, name) = (format!("a{id}"), format!("A{id}"));
    let facts =
        AccountFacts { login, name, role, enabled: true, departments, recovery_code: false, revision: 1 };
    snapshot.accounts.insert(AccountId(id), facts);
    AccountId(id)
}

fn give(snapshot: &mut Snapshot, permission: &str, subjects: &[Subject]) {
    let grants = subjects.iter().map(|subject| Grant { subject: *subject, by: None, at: NOW }).collect();
    snapshot.grants.entry(plugin()).or_default().insert(permission.into(), grants);
}

fn department(id: i64, below: bool) -> Subject {
    Subject::Department { id: DepartmentId(id), below }
}

#[test]
fn the_rule_holds_case_by_case() {
    let account = |id| Subject::Account { id: AccountId(id) };
    for (what, departments, grants, allowed) in [
        ("nobody by default", &[4][..], &[][..], false),
        ("everyone", &[], &[Subject::Everyone], true),
        ("a direct grant", &[], &[account(7)], true),
        ("another's grant", &[], &[account(8)], false),
        ("one's own department", &[4], &[department(4, false)], true),
        ("the department above without those below", &[4], &[department(2, false)], false),
        ("the department above with those below", &[4], &[department(2, true)], true),
        ("two above with those below", &[4], &[department(1, true)], true),
        ("never upwards", &[2], &[department(4, true)], false),
        ("never sideways", &[3], &[department(2, true)], false),
        ("one of several departments", &[5, 4], &[department(2, true)], true),
        ("grants add up", &[3], &[department(5, true), account(7)], true),
        ("a department that is gone", &[4], &[department(99, true)], false),
    ] {
        let mut snapshot = company();
        let account = add(&mut snapshot, 7, Role::Account, departments);
        give(&mut snapshot, "use", grants);
        let verdict = can_use(&snapshot, READY, account, &plugin(), "use");
        assert_eq!(verdict, if allowed { Ok(()) } else { Err(Obstacle::NoGrant) }, "{what}");
        let other = can_use(&snapshot, READY, account, &plugin(), "train");
        assert_eq!(other, Err(Obstacle::NoGrant), "{what}: one permission is not the other");
        assert_eq!(people(&snapshot, &plugin(), "use").contains(&account), allowed, "{what}");
        let why = why(&snapshot, READY, account, &plugin(), "use");
        assert_eq!((why.allowed, why.sources.is_empty()), (allowed, !allowed), "{what}");
    }
}

#[test]
fn each_obstacle_is_named() {
    let mut snapshot = company();
    let account = add(&mut snapshot, 7, Role::Account, &[]);
    let boss = add(&mut snapshot, 8, Role::Superadmin, &[]);
    let gone = add(&mut snapshot, 9, Role::Superadmin, &[]);
    snapshot.accounts.get_mut(&gone).unwrap().enabled = false;
    give(&mut snapshot, "use", &[Subject::Everyone]);
    give(&mut snapshot, "left-over", &[Subject::Everyone]);
    let other: PluginId = "com.example.other".parse().unwrap();
    let check = |condition, account, plugin: &PluginId, permission| {
        let why = why(&snapshot, condition, account, plugin, permission);
        let verdict = can_use(&snapshot, condition, account, plugin, permission);
        assert_eq!(why.allowed, verdict.is_ok());
        assert!(verdict.err().is_none_or(|obstacle| why.obstacles.contains(&obstacle)));
        verdict.err()
    };
    let bot = plugin();
    assert_eq!(check(READY, account, &bot, "use"), None);
    assert_eq!(check(READY, boss, &bot, "train"), None, "superadmins need no grant");
    assert_eq!(check(STOPPED, account, &bot, "use"), Some(Obstacle::NotRunning));
    assert_eq!(
        check(STOPPED, account, &bot, "train"),
        Some(Obstacle::NoGrant),
        "said before whether it runs"
    );
    assert_eq!(check(UNLICENSED, boss, &bot, "use"), Some(Obstacle::NoLicense), "no role replaces a license");
    assert_eq!(check(UNLICENSED, account, &bot, "train"), Some(Obstacle::NoGrant));
    assert_eq!(check(READY, gone, &bot, "use"), Some(Obstacle::AccountDisabled));
    assert_eq!(check(READY, AccountId(99), &bot, "use"), Some(Obstacle::UnknownAccount));
    assert_eq!(check(READY, boss, &other, "use"), Some(Obstacle::NotInstalled));
    assert_eq!(check(READY, boss, &bot, "left-over"), Some(Obstacle::UnknownPermission));
    assert_eq!(check(READY, account, &bot, "left-over"), Some(Obstacle::UnknownPermission));
}

#[test]
fn why_names_each_source_with_its_path() {
    let mut snapshot = company();
    let account = add(&mut snapshot, 7, Role::Superadmin, &[4]);
    let subjects = [department(1, true), department(5, true), department(4, false)];
    give(&mut snapshot, "use", &subjects);
    let why = why(&snapshot, STOPPED, account, &plugin(), "use");
    let path = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let expected = [
        SourceView::Superadmin,
        SourceView::Grant { subject: subjects[0], path: path(&["d1"]) },
        SourceView::Grant { subject: subjects[2], path: path(&["d1", "d2", "d4"]) },
    ];
    assert_eq!(
        (why.sources.as_slice(), why.obstacles.as_slice()),
        (&expected[..], &[Obstacle::NotRunning][..])
    );
}

#[test]
fn a_tree_that_is_broken_ends_the_walk() {
    let mut snapshot = company();
    snapshot.departments.get_mut(&DepartmentId(1)).unwrap().parent = Some(DepartmentId(4));
    let account = add(&mut snapshot, 7, Role::Account, &[4]);
    give(&mut snapshot, "use", &[department(5, true)]);
    let verdict = can_use(&snapshot, READY, account, &plugin(), "use");
    assert_eq!(verdict, Err(Obstacle::NoGrant));
}

/// The rule's sentence, word by word: sets of departments that a grant covers, computed from the top down.
fn model(snapshot: &Snapshot, account: AccountId, grants: &[Subject]) -> bool {
    let facts = &snapshot.accounts[&account];
    let own: HashSet<_> = facts.departments.iter().copied().collect();
    let below = |covered: &HashSet<DepartmentId>| -> HashSet<DepartmentId> {
        let inside = |facts: &DepartmentFacts| facts.parent.is_some_and(|parent| covered.contains(&parent));
        snapshot.departments.iter().filter(|(_, facts)| inside(facts)).map(|(id, _)| *id).collect()
    };
    let covered = |root, with_below| {
        let mut covered = HashSet::from([root]);
        for _ in snapshot.departments.keys().filter(|_| with_below) {
            covered.extend(below(&covered));
        }
        covered
    };
    let by_grant = grants.iter().any(|subject| match subject {
        Subject::Everyone => true,
        Subject::Account { id } => *id == account,
        Subject::Department { id, below } => !covered(*id, *below).is_disjoint(&own),
    });
    facts.enabled && (facts.role == Role::Superadmin || by_grant)
}

fn subjects() -> impl Strategy<Value = Vec<Subject>> {
    let subject = prop_oneof![
        1 => Just(Subject::Everyone),
        4 => (1..6_i64).prop_map(|id| Subject::Account { id: AccountId(id) }),
        8 => (1..12_i64, any::<bool>()).prop_map(|(id, below)| department(id, below)),
    ];
    prop::collection::vec(subject, 0..4)
}

/// Each department's parent is one with a smaller number, or none: any tree.
fn tree() -> impl Strategy<Value = HashMap<DepartmentId, DepartmentFacts>> {
    prop::collection::vec(any::<prop::sample::Index>(), 1..12).prop_map(|parents| {
        let place = |(at, parent): (usize, &prop::sample::Index)| {
            let parent = i64::try_from(parent.index(at + 1)).unwrap();
            let facts =
                DepartmentFacts { name: "d".into(), parent: (parent > 0).then_some(DepartmentId(parent)) };
            (DepartmentId(i64::try_from(at + 1).unwrap()), facts)
        };
        parents.iter().enumerate().map(place).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn can_use_why_and_people_agree_with_the_sentence_of_the_rule(
        departments in tree(),
        grants in subjects(),
        members in prop::collection::vec((prop::collection::vec(1..12_i64, 0..3), any::<bool>(), any::<bool>()), 5),
    ) {
        let mut snapshot = company();
        snapshot.departments = departments;
        for (id, (own, is_superadmin, enabled)) in (1..).zip(&members) {
            let role = if *is_superadmin { Role::Superadmin } else { Role::Account };
            let account = add(&mut snapshot, id, role, own);
            snapshot.accounts.get_mut(&account).unwrap().enabled = *enabled;
        }
        give(&mut snapshot, "use", &grants);
        let counted = people(&snapshot, &plugin(), "use");
        for account in snapshot.accounts.keys() {
            let expected = model(&snapshot, *account, &grants);
            prop_assert_eq!(can_use(&snapshot, READY, *account, &plugin(), "use").is_ok(), expected);
            prop_assert_eq!(why(&snapshot, READY, *account, &plugin(), "use").allowed, expected);
            let is_ordinary = snapshot.accounts[account].role == Role::Account;
            prop_assert_eq!(counted.contains(account), expected && is_ordinary);
        }
    }
}

#[test]
fn a_grant_counts_from_the_next_call_on_and_until_it_is_taken_back() {
    let world = World::new();
    let boss = world.superadmin("boss");
    let bot = world.install(&manifest());
    let alice = world.person("alice", Role::Account).account;
    let top = departments::create(&world.store, &boss, "Top", None).unwrap().id;
    let below = departments::create(&world.store, &boss, "Below", Some(top)).unwrap().id;
    accounts::set_departments(&world.store, &boss, alice, &[below]).unwrap();
    let may = || can_use(&world.store.snapshot(), READY, alice, &bot, "use").is_ok();
    let give = |below| Granting {
        plugin: &bot,
        permission: "use",
        subject: Subject::Department { id: top, below },
        revision: None,
    };
    assert!(!may());
    grant(world.parts(), &boss, give(false), NOW).unwrap();
    assert!(!may());
    grant(world.parts(), &boss, give(true), NOW).unwrap();
    assert!(may());
    let views = list(&world.store, &boss, &bot, "en").unwrap().permissions;
    let seen: Vec<_> = views.iter().map(|view| (view.id.as_str(), view.grants.len(), view.people)).collect();
    assert_eq!(seen, [("use", 1, 1), ("train", 0, 0)]);
    assert_eq!(people_of_plugin(&world.store.snapshot(), &bot), 1);
    departments::relocate(&world.store, &boss, below, None).unwrap();
    assert!(!may(), "a department that moves away loses what came from above");
    departments::relocate(&world.store, &boss, below, Some(top)).unwrap();
    assert!(may());
    revoke(&world.store, &boss, give(false)).unwrap();
    assert!(!may());
    assert_eq!(revoke(&world.store, &boss, give(true)).unwrap_err().code, Code::NotFound);
    assert_eq!((world.recorded("permission_granted"), world.recorded("permission_revoked")), (2, 1));
}

#[test]
fn only_what_exists_can_be_granted_and_only_by_superadmins() {
    let world = World::new();
    let boss = world.superadmin("boss");
    let bot = world.install(&manifest());
    let other: PluginId = "com.example.other".parse().unwrap();
    let everyone = Subject::Everyone;
    for (plugin, permission, subject) in [
        (&other, "use", everyone),
        (&bot, "fly", everyone),
        (&bot, "use", Subject::Account { id: AccountId(99) }),
        (&bot, "use", department(99, true)),
    ] {
        let refused =
            grant(world.parts(), &boss, Granting { plugin, permission, subject, revision: None }, NOW)
                .unwrap_err();
        assert_eq!(refused.code, Code::NotFound);
    }
    let alice = Actor::Person(world.person("alice", Role::Account));
    let granting = Granting { plugin: &bot, permission: "use", subject: everyone, revision: None };
    for actor in [alice, Actor::Folder] {
        assert_eq!(grant(world.parts(), &actor, granting, NOW).unwrap_err().code, Code::NotASuperadmin);
        assert_eq!(revoke(&world.store, &actor, granting).unwrap_err().code, Code::NotASuperadmin);
        assert_eq!(list(&world.store, &actor, &bot, "en").unwrap_err().code, Code::NotASuperadmin);
    }
    assert!(world.store.snapshot().grants.is_empty());
    assert!(!is_for_everyone(&world.store.snapshot(), &bot));
    grant(world.parts(), &boss, granting, NOW).unwrap();
    assert!(is_for_everyone(&world.store.snapshot(), &bot));
}

#[test]
fn each_change_of_grants_has_a_revision_and_an_old_one_is_refused() {
    let world = World::new();
    let boss = world.superadmin("boss");
    let bot = world.install(&manifest());
    let alice = Subject::Account { id: world.person("alice", Role::Account).account };
    let revision = || list(&world.store, &boss, &bot, "en").unwrap().revision;
    let with =
        |subject, revision| Granting { plugin: &bot, permission: "use", subject, revision: Some(revision) };
    assert_eq!(revision(), 0);
    grant(world.parts(), &boss, with(Subject::Everyone, 0), NOW).unwrap();
    assert_eq!(revision(), 1);
    for refused in [
        grant(world.parts(), &boss, with(alice, 0), NOW).unwrap_err(),
        revoke(&world.store, &boss, with(Subject::Everyone, 7)).unwrap_err(),
    ] {
        assert_eq!((refused.code, *refused.details), (Code::ChangedMeanwhile, json!({ "revision": 1 })));
    }
    assert_eq!(world.store.snapshot().grants[&bot]["use"].len(), 1, "and nothing was changed");
    grant(world.parts(), &boss, with(alice, 1), NOW).unwrap();
    revoke(&world.store, &boss, with(Subject::Everyone, 2)).unwrap();
    assert_eq!(revision(), 3);
    let gone = "DELETE FROM grants; DELETE FROM plugins; DELETE FROM packages;";
    world.store.note(crate::store::System("test"), |tx| Ok(tx.execute_batch(gone)?)).unwrap();
    world.install(&manifest());
    assert_eq!(
        revision(),
        4,
        "a purge is a change of grants, and what follows it is not the beginning again"
    );
}

#[test]
fn a_mistyped_permission_is_answered_with_the_one_that_was_meant() {
    let world = World::new();
    let boss = world.superadmin("boss");
    let bot = world.install(&manifest());
    let mistyped = Granting { plugin: &bot, permission: "trian", subject: Subject::Everyone, revision: None };
    let refused = grant(world.parts(), &boss, mistyped, NOW).unwrap_err();
    assert_eq!(refused.details["suggestions"], json!(["train"]));
    assert!(refused.hint.contains("`train`"), "{}", refused.hint);
}
