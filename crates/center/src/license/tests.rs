//! Licenses in a center: importing, keeping, seats, and a clock that goes back.

use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use serde_json::json;
use spk::{License, SigningKey};

use super::*;
use crate::actor::{AccountId, Actor, Role};
use crate::permissions::{Granting, grant};
use crate::reach::{GrantChange, of_grants};
use crate::request::TrustAnswer;
use crate::snapshot::Subject;
use crate::store::System;
use crate::test_world::{NOW, World};
use crate::trust;

const HOUR: UnixMs = 60 * 60 * 1000;
const DAY: UnixMs = 24 * HOUR;

/// A clock that is set by hand.
#[derive(Clone)]
struct Hand(Arc<AtomicI64>);

impl Clock for Hand {
    fn now(&self) -> UnixMs {
        self.0.load(Ordering::Relaxed)
    }
}

struct Shop {
    world: World,
    boss: Actor,
    key: SigningKey,
    plugin: PluginId,
    clock: Hand,
    licenses: Licenses,
}

impl Shop {
    /// A trusted publisher's plugin that needs a license.
    fn new() -> Self {
        let (world, key) = (World::new(), SigningKey::generate().unwrap());
        let boss = world.superadmin("boss");
        let answer = TrustAnswer {
            label: "Example".into(),
            namespaces: vec!["com.example.*".into()],
            checked: "here".into(),
        };
        trust::trust(&world.store, &boss, &key.public(), &answer, NOW).unwrap();
        let plugin = world.install_by(&manifest("com.example.bot", "1.0.0"), &key.public().to_string());
        let clock = Hand(Arc::new(AtomicI64::new(NOW)));
        let licenses = Licenses::open(&world.store, Arc::new(clock.clone())).unwrap();
        Self { world, boss, key, plugin, clock, licenses }
    }

    fn parts(&self) -> (&Store, &Licenses) {
        (&self.world.store, &self.licenses)
    }

    fn issue(&self, serial: &str, change: impl FnOnce(&mut License)) -> PathBuf {
        let of = (self.plugin.clone(), "Acme".to_owned());
        let mut license = License::new(&self.key, of, serial.into(), at(NOW - DAY));
        change(&mut license);
        let path = self.world.folder.path().join(format!("{serial}.license"));
        std::fs::write(&path, license.sign(&self.key).unwrap()).unwrap();
        path
    }

    fn import(&self, path: &std::path::Path) -> Result<String> {
        let wish = Import { path, plugin: None };
        import(self.parts(), &self.clock, &self.boss, wish).map(|(_, id)| id.to_string())
    }

    fn runs(&self) -> bool {
        let snapshot = self.world.store.snapshot();
        self.licenses.let_run(&snapshot, &snapshot.plugins[&self.plugin])
    }

    fn person(&self, login: &str) -> AccountId {
        self.world.person(login, Role::Account).account()
    }

    fn grant(&self, account: AccountId) -> Result<()> {
        let subject = Subject::Account { id: account };
        let new = Granting { plugin: &self.plugin, permission: "use", subject, revision: None };
        grant(self.parts(), &self.boss, new, NOW)
    }
}

fn manifest(id: &str, version: &str) -> serde_json::Value {
    json!({
        "id": id, "name": "Bot", "version": version, "publisher": "Example", "library": {},
        "permissions": [{ "id": "use" }, { "id": "train" }], "license": { "mode": "host" },
    })
}

fn at(ms: UnixMs) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap()
}

#[test]
fn a_license_lets_its_plugin_run_and_outlives_its_uninstall() {
    let shop = Shop::new();
    assert!(!shop.runs());
    let id = shop.import(&shop.issue("L-1", |_| {})).unwrap();
    assert!(shop.runs());
    assert_eq!(shop.world.recorded("license_imported"), 1);
    assert_eq!(shop.import(&shop.issue("L-1", |_| {})).unwrap(), id, "again is fine");
    assert_eq!(shop.world.recorded("license_imported"), 1);
    let uninstall = "UPDATE plugins SET digest = NULL";
    shop.world.store.note(System("test"), |tx| Ok(tx.execute(uninstall, []).map(drop)?)).unwrap();
    let kept = list(shop.parts(), &shop.boss, "en").unwrap();
    assert_eq!((kept[0].id.as_str(), &kept[0].verdict), (id.as_str(), &None));
    shop.world.install_by(&manifest("com.example.bot", "1.1.0"), &shop.key.public().to_string());
    assert!(shop.runs());
    remove(shop.parts(), &shop.boss, &id).unwrap();
    assert!(!shop.runs());
    assert_eq!(shop.world.recorded("license_removed"), 1);
    assert_eq!(remove(shop.parts(), &shop.boss, &id).unwrap_err().code, Code::NotFound);
}

#[test]
fn what_is_of_no_use_is_refused_with_its_own_cause_and_not_kept() {
    let shop = Shop::new();
    let code = |path: PathBuf| shop.import(&path).unwrap_err().code.as_str();
    let there = InstallationCode::of_center("there");
    assert_eq!(code(shop.issue("ended", |l| l.not_after = Some(at(NOW - 1000)))), "license_expired");
    assert_eq!(code(shop.issue("there", |l| l.installation = Some(there))), "license_other_installation");
    assert_eq!(
        code(shop.issue("gone", |l| l.plugin = "com.example.gone".parse().unwrap())),
        "license_plugin_missing"
    );
    let stranger = SigningKey::generate().unwrap();
    let of = (shop.plugin.clone(), "Acme".to_owned());
    let forged = License::new(&stranger, of, "forged".into(), at(NOW)).sign(&stranger).unwrap();
    let path = shop.world.folder.path().join("forged.license");
    std::fs::write(&path, forged).unwrap();
    assert_eq!(code(path), "license_unknown_issuer");
    let path = shop.issue("changed", |_| {});
    let text = std::fs::read_to_string(&path).unwrap().replace("\"sig\":\"", "\"sig\":\"A");
    std::fs::write(&path, text).unwrap();
    assert_eq!(code(path), "license_tampered");
    let path = shop.world.folder.path().join("note.license");
    std::fs::write(&path, "Dear customer").unwrap();
    assert_eq!(code(path), "not_a_license");
    assert_eq!(code("/nowhere".into()), "invalid_input");
    let other: PluginId = "com.example.other".parse().unwrap();
    let path = shop.issue("right", |_| {});
    let wish = Import { path: &path, plugin: Some(&other) };
    let refused = import(shop.parts(), &shop.clock, &shop.boss, wish).unwrap_err();
    assert_eq!(refused.code, Code::LicenseOtherPlugin);
    let anna = Actor::Person(shop.world.person("anna", Role::Account));
    let wish = Import { plugin: None, ..wish };
    let refused = import(shop.parts(), &shop.clock, &anna, wish).unwrap_err();
    assert_eq!(refused.code, Code::NotASuperadmin);
    assert_eq!(list(shop.parts(), &shop.boss, "en").unwrap(), []);
    assert!(!shop.runs());
}

#[test]
fn a_stored_license_that_was_changed_does_not_hold() {
    let shop = Shop::new();
    shop.import(&shop.issue("L-1", |license| license.seats = Some(1))).unwrap();
    let path = shop.issue("L-2", |license| license.seats = Some(1_000));
    let better = std::fs::read(path).unwrap().trim_ascii().to_vec();
    let swap = "UPDATE licenses SET signed = ?1";
    shop.world.store.note(System("test"), |tx| Ok(tx.execute(swap, [better]).map(drop)?)).unwrap();
    assert!(!shop.runs(), "another license than was imported");
    let views = list(shop.parts(), &shop.boss, "en").unwrap();
    assert_eq!(views[0].verdict, Some(LicenseVerdict::Tampered));
}

#[test]
fn a_publisher_who_lost_trust_issues_nothing() {
    let shop = Shop::new();
    shop.import(&shop.issue("L-1", |_| {})).unwrap();
    trust::withdraw(&shop.world.store, &shop.boss, &shop.key.public(), "lost", NOW).unwrap();
    assert!(!shop.runs());
    let views = list(shop.parts(), &shop.boss, "en").unwrap();
    assert!(matches!(views[0].verdict, Some(LicenseVerdict::UnknownIssuer { .. })));
}

#[test]
fn a_license_ends_at_its_moment_and_a_clock_that_goes_back_does_not_revive_it() {
    let shop = Shop::new();
    shop.import(&shop.issue("L-1", |license| license.not_after = Some(at(NOW + DAY)))).unwrap();
    shop.clock.0.store(NOW + DAY, Ordering::Relaxed);
    assert!(shop.runs());
    shop.clock.0.store(NOW + DAY + 1, Ordering::Relaxed);
    assert!(!shop.runs());
    shop.licenses.keep_time().unwrap();
    shop.clock.0.store(NOW, Ordering::Relaxed);
    assert!(!shop.runs(), "the latest time seen counts");
    assert_eq!(shop.licenses.time.set_back(), Some(NOW + DAY + 1));
    let restarted = Licenses::open(&shop.world.store, Arc::new(shop.clock.clone())).unwrap();
    assert_eq!(restarted.now(), NOW + DAY + 1, "over a restart too");
    shop.clock.0.store(NOW + DAY + 1 - HOUR, Ordering::Relaxed);
    assert_eq!(shop.licenses.time.set_back(), None, "an hour is tolerated");
}

#[test]
fn only_a_newly_issued_license_vouches_for_a_clock_that_is_behind() {
    let shop = Shop::new();
    shop.import(&shop.issue("old", |license| license.not_after = Some(at(NOW + DAY)))).unwrap();
    let path = shop.issue("unused", |license| license.issued = at(NOW - 30 * DAY));
    shop.clock.0.store(NOW + 400 * DAY, Ordering::Relaxed);
    assert!(!shop.runs(), "the clock is wrong for a moment");
    shop.clock.0.store(NOW, Ordering::Relaxed);
    shop.import(&path).unwrap();
    assert!(shop.licenses.time.set_back().is_some(), "this one was issued long ago");
    shop.import(&shop.issue("new", |license| license.issued = at(NOW + 1000))).unwrap();
    assert_eq!((shop.licenses.time.set_back(), shop.licenses.now()), (None, NOW));
    assert!(shop.runs());
}

#[test]
fn a_grant_beyond_the_seats_is_refused_and_told_before_and_nobody_loses_access() {
    let shop = Shop::new();
    let [anna, ben, carl] = ["anna", "ben", "carl"].map(|login| shop.person(login));
    shop.grant(anna).unwrap();
    shop.grant(ben).unwrap();
    shop.import(&shop.issue("one", |license| license.seats = Some(1))).unwrap();
    assert!(shop.runs(), "over the limit it runs on");
    let snapshot = shop.world.store.snapshot();
    assert!(permissions::has(&snapshot, anna, &shop.plugin, "use"));
    assert!(permissions::has(&snapshot, ben, &shop.plugin, "use"));
    let refused = shop.grant(carl).unwrap_err();
    assert_eq!(refused.code, Code::LicenseSeatsFull);
    assert_eq!(*refused.details, json!({ "seats": 1, "before": 2, "after": 3 }));
    assert!(!permissions::has(&shop.world.store.snapshot(), carl, &shop.plugin, "use"));
    let preview = |permission, id| {
        let add = [Subject::Account { id }];
        let change = GrantChange { plugin: &shop.plugin, permission, add: &add, remove: &[] };
        of_grants(shop.parts(), &shop.boss, change, NOW).unwrap().seats.unwrap()
    };
    assert_eq!((preview("use", carl).after, preview("use", carl).enough), (3, false));
    assert!(preview("train", anna).enough, "who has a seat needs no other");
    shop.import(&shop.issue("three", |license| license.seats = Some(3))).unwrap();
    assert!(preview("use", carl).enough);
    shop.grant(carl).unwrap();
}

#[test]
fn the_plugin_is_told_the_terms_of_the_license_in_use() {
    let shop = Shop::new();
    assert!(shop.licenses.told_to(&shop.plugin).is_null());
    let issued = shop.issue("L-1", |license| {
        (license.features, license.not_after) = (vec!["voice".into()], Some(at(NOW + DAY)));
    });
    shop.import(&issued).unwrap();
    let told = shop.licenses.told_to(&shop.plugin);
    let expected = json!({
        "serial": "L-1", "licensee": "Acme", "features": ["voice"], "seats": null, "notAfter": NOW + DAY,
    });
    assert_eq!(told, expected);
}
