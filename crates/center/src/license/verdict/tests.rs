//! Each verdict against a table, and how several licenses together let a plugin run.

use std::sync::Arc;

use jiff::Timestamp;
use spk::{Digest, SigningKey};

use super::*;

/// 2027-01-15T08:00:00Z.
const NOW: UnixMs = 1_800_000_000_000;
const DAY: UnixMs = 24 * 60 * 60 * 1000;

struct Case {
    key: SigningKey,
    plugin: PluginId,
    here: InstallationCode,
}

impl Case {
    fn new() -> Self {
        Self {
            key: SigningKey::generate().unwrap(),
            plugin: "com.example.bot".parse().unwrap(),
            here: InstallationCode::of_center("here"),
        }
    }

    fn facts(&self) -> Facts<'_> {
        let issuers = Issuers { named: &[], publisher: Some(self.key.public()) };
        Facts { plugin: &self.plugin, issuers, installation: self.here, used: 0, now: NOW }
    }

    /// A license for any time, in which `change` changes something.
    fn license(&self, serial: &str, change: impl FnOnce(&mut License)) -> Arc<Held> {
        let of = (self.plugin.clone(), "Acme".to_owned());
        let mut license = License::new(&self.key, of, serial.into(), at(NOW - DAY));
        change(&mut license);
        let id = Digest::of(serial.as_bytes());
        Arc::new(Held { id, license: Some(license), imported_at: NOW, imported_by: None })
    }

    fn term(&self, serial: &str, from: UnixMs, to: UnixMs) -> Arc<Held> {
        self.license(serial, |license| {
            (license.not_before, license.not_after) = (Some(at(from)), Some(at(to)));
        })
    }
}

fn at(ms: UnixMs) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap()
}

#[test]
fn each_way_in_which_a_license_does_not_hold_has_its_own_verdict() {
    let case = Case::new();
    let stranger = SigningKey::generate().unwrap().public();
    let there = InstallationCode::of_center("there");
    let plugin = case.plugin.clone();
    let verdict = |change: fn(&mut License)| judge(&case.license("a", change), case.facts());
    assert_eq!(verdict(|_| {}), Verdict::Valid);
    assert_eq!(verdict(|l| l.not_after = Some(at(NOW))), Verdict::Valid, "its last moment is still its own");
    assert_eq!(verdict(|l| l.not_after = Some(at(NOW - 1000))), Verdict::Expired { at: NOW - 1000 });
    assert_eq!(verdict(|l| l.not_before = Some(at(NOW))), Verdict::Valid);
    assert_eq!(verdict(|l| l.not_before = Some(at(NOW + 1000))), Verdict::NotYetValid { from: NOW + 1000 });
    let other = case.license("a", |l| l.plugin = "com.example.other".parse().unwrap());
    assert_eq!(judge(&other, case.facts()), Verdict::OtherPlugin { plugin: "com.example.other".into() });
    let elsewhere = case.license("a", |l| l.installation = Some(there));
    assert_eq!(judge(&elsewhere, case.facts()), Verdict::OtherInstallation { code: there.to_string() });
    let here = case.license("a", |l| l.installation = Some(case.here));
    assert_eq!(judge(&here, case.facts()), Verdict::Valid);
    let unknown = case.license("a", |l| l.issuer = stranger);
    let fingerprint = stranger.fingerprint();
    assert_eq!(judge(&unknown, case.facts()), Verdict::UnknownIssuer { fingerprint });
    let changed = Held { license: None, ..(*case.license("a", |_| {})).clone() };
    assert_eq!(judge(&changed, case.facts()), Verdict::Tampered);
    assert_eq!(plugin, case.plugin);
}

#[test]
fn seats_are_full_with_the_last_one_and_it_still_runs() {
    let case = Case::new();
    let five = case.license("a", |license| license.seats = Some(5));
    for (used, expected) in [
        (4, Verdict::Valid),
        (5, Verdict::SeatsFull { seats: 5, used: 5 }),
        (9, Verdict::SeatsFull { seats: 5, used: 9 }),
    ] {
        let verdict = judge(&five, Facts { used, ..case.facts() });
        assert!(lets_run(&verdict));
        assert_eq!(verdict, expected);
    }
}

#[test]
fn keys_of_plugin_json_and_the_publishers_own_may_issue_and_nobody_else() {
    let case = Case::new();
    let named = [SigningKey::generate().unwrap().public(), SigningKey::generate().unwrap().public()];
    let by = |issuer| case.license("a", |license| license.issuer = issuer);
    let holds = |issuer, issuers| lets_run(&judge(&by(issuer), Facts { issuers, ..case.facts() }));
    let publisher = Some(case.key.public());
    for issuer in [named[0], named[1], case.key.public()] {
        assert!(holds(issuer, Issuers { named: &named, publisher }));
    }
    assert!(!holds(case.key.public(), Issuers { named: &named, publisher: None }), "not trusted any more");
    assert!(!holds(named[1], Issuers { named: &named[..1], publisher }));
}

#[test]
fn the_best_valid_license_comes_first() {
    let case = Case::new();
    let short = case.term("short", NOW - DAY, NOW + DAY);
    let long = case.term("long", NOW - DAY, NOW + 9 * DAY);
    let endless = case.license("endless", |_| {});
    let full = case.license("full", |license| license.seats = Some(1));
    let roomy = case.license("roomy", |license| license.seats = Some(7));
    let ended = case.term("ended", NOW - 9 * DAY, NOW - DAY);
    let later = case.term("later", NOW + DAY, NOW + 2 * DAY);
    let first = |held: &[&Arc<Held>]| {
        let held: Vec<_> = held.iter().map(|held| Arc::clone(held)).collect();
        let ranked = ranked(&held, Facts { used: 1, ..case.facts() });
        ranked[0].0.license.as_ref().unwrap().serial.clone()
    };
    assert_eq!(first(&[&ended, &short, &long, &later]), "long");
    assert_eq!(first(&[&long, &endless]), "endless");
    assert_eq!(first(&[&full, &short]), "short", "one with a free seat before one without an end");
    assert_eq!(first(&[&full, &ended, &later]), "full", "one that lets run before all that do not");
    assert_eq!(first(&[&roomy, &endless]), "endless");
    assert_eq!(first(&[&ended, &later]), "later");
}

#[test]
fn terms_that_follow_each_other_leave_no_gap() {
    let case = Case::new();
    let cover = |held: &[Arc<Held>]| cover(held, case.facts());
    let now = case.term("now", NOW - DAY, NOW + DAY);
    let next = case.term("next", NOW + DAY + 1000, NOW + 3 * DAY);
    let gap = case.term("gap", NOW + 5 * DAY, NOW + 9 * DAY);
    let endless = case.license("endless", |license| license.not_before = Some(at(NOW + 2 * DAY)));
    assert_eq!(cover(&[]), Cover::None);
    assert_eq!(cover(std::slice::from_ref(&now)), Cover::Until(NOW + DAY));
    assert_eq!(cover(&[next.clone(), now.clone(), gap.clone()]), Cover::Until(NOW + 3 * DAY));
    assert_eq!(cover(&[endless.clone(), next.clone(), now.clone()]), Cover::Forever);
    assert_eq!(cover(&[endless, now]), Cover::Until(NOW + DAY), "a day is missing");
    assert_eq!(cover(&[next, gap]), Cover::None);
    assert_eq!(cover(&[case.term("ended", NOW - DAY, NOW - 1000)]), Cover::None);
    assert_eq!(cover(&[case.term("last", NOW - DAY, NOW)]), Cover::Until(NOW));
}

#[test]
fn the_next_moment_is_a_begin_an_end_or_thirty_days_before_one() {
    let case = Case::new();
    let next = |held: Arc<Held>| next_change(&[held], case.facts());
    assert_eq!(next(case.term("a", NOW - DAY, NOW + DAY)), Some(NOW + DAY + 1));
    assert_eq!(next(case.term("a", NOW + DAY, NOW + 2 * DAY)), Some(NOW + DAY));
    assert_eq!(next(case.term("a", NOW - DAY, NOW + 40 * DAY)), Some(NOW + 10 * DAY));
    assert_eq!(next(case.term("a", NOW - 2 * DAY, NOW - DAY)), None);
    assert_eq!(next(case.license("a", |_| {})), None);
}

#[test]
fn the_widest_valid_license_says_how_many_seats_there_are() {
    let case = Case::new();
    let of = |serial: &str, count| case.license(serial, |license| license.seats = count);
    let ended = case.license("ended", |license| {
        (license.seats, license.not_after) = (Some(99), Some(at(NOW - DAY)));
    });
    assert_eq!(seats(&[of("a", Some(5)), of("b", Some(9)), ended.clone()], case.facts()), Some(9));
    assert_eq!(seats(&[of("a", Some(5)), of("b", None)], case.facts()), None);
    assert_eq!(seats(&[ended], case.facts()), None);
}
