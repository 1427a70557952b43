//! Each verdict of the trust store, on a real database.

use serde_json::json;
use spk::{Digest, SigningKey, Trust};

use super::*;
use crate::actor::Role;
use crate::store::System;
use crate::test_world::{NOW, World};

fn key() -> PublicKey {
    SigningKey::generate().unwrap().public()
}

fn claim(key: PublicKey, version: &str, release: u64) -> Claim {
    Claim {
        key,
        id: "com.example.bot".parse().unwrap(),
        version: version.parse().unwrap(),
        release,
        digest: Digest::of(format!("{key}{version}{release}").as_bytes()),
        created: Timestamp::UNIX_EPOCH,
    }
}

fn answer(namespaces: &[&str]) -> TrustAnswer {
    let namespaces = namespaces.iter().map(|namespace| (*namespace).to_owned()).collect();
    TrustAnswer { label: "Example".into(), namespaces, checked: "by phone".into() }
}

/// A center that trusts a key for `com.example.*`.
struct Center {
    world: World,
    boss: Actor,
    key: PublicKey,
}

impl Center {
    fn new() -> Self {
        let world = World::new();
        let (boss, key) = (world.superadmin("boss"), key());
        trust(&world.store, &boss, &key, &answer(&["com.example.*"]), NOW).unwrap();
        Self { world, boss, key }
    }

    fn judge(&self, claim: &Claim) -> Result<Standing, &'static str> {
        StoreTrust::read(&self.world.store).unwrap().judge(claim).map_err(|refusal| refusal.code())
    }

    /// What an install writes of a claim.
    fn install(&self, claim: &Claim) {
        let write = |tx: &Transaction<'_>| {
            tx.execute(
                "INSERT INTO packages (digest, plugin, version, release, key, size, manifest, texts, entries, added_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, '{}', '[]', ?7)",
                params![
                    claim.digest.to_string(),
                    claim.id.as_str(),
                    claim.version.to_string(),
                    claim.release,
                    claim.key.to_string(),
                    json!({
                        "id": claim.id, "name": "Bot", "version": claim.version, "publisher": "Example",
                        "library": { "x86_64-unknown-linux-gnu": "lib/bot.so" },
                    })
                    .to_string(),
                    NOW
                ],
            )?;
            tx.execute(
                "INSERT INTO plugins (id, key, digest, capabilities, installed_at) VALUES (?1, ?2, ?3, '{}', ?4)
                 ON CONFLICT (id) DO UPDATE SET key = excluded.key, digest = excluded.digest",
                params![claim.id.as_str(), claim.key.to_string(), claim.digest.to_string(), NOW],
            )?;
            raise_high_water(tx, claim)
        };
        self.world.store.note(System("test"), write).unwrap();
    }

    fn run(&self, sql: &str) {
        self.world.store.note(System("test"), |tx| Ok(tx.execute_batch(sql)?)).unwrap();
    }
}

#[test]
fn an_unknown_key_waits_and_a_trusted_one_is_known() {
    let center = Center::new();
    assert_eq!(center.judge(&claim(center.key, "1.0.0", 1)), Ok(Standing::Known));
    assert_eq!(center.judge(&claim(key(), "1.0.0", 1)), Ok(Standing::Unknown));
    let mut elsewhere = claim(center.key, "1.0.0", 1);
    elsewhere.id = "com.other.bot".parse().unwrap();
    assert_eq!(center.judge(&elsewhere), Err("outside_namespace"));
}

#[test]
fn a_withdrawn_key_is_refused_with_who_when_and_why_until_it_is_trusted_again() {
    let center = Center::new();
    let store = &center.world.store;
    withdraw(store, &center.boss, &center.key, "stolen laptop", NOW + 1).unwrap();
    let refusal = StoreTrust::read(store).unwrap().judge(&claim(center.key, "1.0.0", 1)).unwrap_err();
    let at = Timestamp::from_millisecond(NOW + 1).unwrap();
    assert_eq!(refusal, Refusal::Revoked { by: "boss".into(), at, reason: "stolen laptop".into() });
    assert_eq!(label(store, &center.key).unwrap(), None);
    assert_eq!(withdraw(store, &center.boss, &center.key, "again", NOW).unwrap_err().code, Code::NotFound);
    trust(store, &center.boss, &center.key, &answer(&["com.example.bot"]), NOW).unwrap();
    assert_eq!(center.judge(&claim(center.key, "1.0.0", 1)), Ok(Standing::Known));
    assert_eq!(label(store, &center.key).unwrap().as_deref(), Some("Example"));
}

#[test]
fn an_installed_id_stays_with_its_key() {
    let center = Center::new();
    let other = key();
    trust(&center.world.store, &center.boss, &other, &answer(&["com.example.*"]), NOW).unwrap();
    center.install(&claim(center.key, "1.0.0", 5));
    for stranger in [other, key()] {
        assert_eq!(center.judge(&claim(stranger, "9.0.0", 9)), Err("pinned_to_other_key"));
    }
    assert_eq!(center.judge(&claim(center.key, "2.0.0", 6)), Ok(Standing::Known));
}

#[test]
fn releases_only_go_up_and_no_version_has_two_contents() {
    let center = Center::new();
    let installed = claim(center.key, "1.5.0", 5);
    center.install(&installed);
    assert_eq!(center.judge(&installed), Err("already_installed"));
    assert_eq!(center.judge(&claim(center.key, "1.4.0", 4)), Err("downgrade"));
    assert_eq!(center.judge(&claim(center.key, "1.5.0", 6)), Err("same_version_other_bytes"));
    assert_eq!(center.judge(&claim(center.key, "1.6.0", 5)), Err("same_version_other_bytes"));
    assert_eq!(
        center.judge(&claim(center.key, "1.4.0", 6)),
        Ok(Standing::Known),
        "releases count, not versions"
    );
}

#[test]
fn the_mark_survives_uninstalling_and_forgetting_and_an_accepted_downgrade() {
    let center = Center::new();
    center.install(&claim(center.key, "1.9.0", 9));
    center.install(&claim(center.key, "1.3.0", 3));
    assert_eq!(
        center.judge(&claim(center.key, "1.8.0", 8)),
        Err("downgrade"),
        "an older one was put back on purpose"
    );
    center.run("DELETE FROM plugins; DELETE FROM packages;");
    assert_eq!(center.judge(&claim(center.key, "1.8.0", 8)), Err("downgrade"));
    assert_eq!(center.judge(&claim(center.key, "1.9.1", 10)), Ok(Standing::Known));
    assert_eq!(center.judge(&claim(key(), "1.0.0", 1)), Ok(Standing::Unknown), "marks are kept for each key");
    let again =
        StoreTrust::read(&center.world.store).unwrap().judge_again(&claim(center.key, "1.8.0", 8), false);
    assert_eq!(again.unwrap_err().code.as_str(), "downgrade");
}

#[test]
fn a_publisher_is_shown_with_fingerprint_and_check_code() {
    let center = Center::new();
    let views = list(&center.world.store, &center.boss).unwrap();
    let view = &views[0];
    assert_eq!(
        (view.fingerprint.clone(), view.check_code.clone()),
        (center.key.fingerprint(), center.key.check_code())
    );
    assert_eq!((view.label.as_str(), view.added_at, view.added_by), ("Example", NOW, center.boss.account()));
    assert_eq!(center.world.recorded("publisher_trusted"), 1);
}

#[test]
fn namespaces_are_ids_or_everything_below_one() {
    let center = Center::new();
    let store = &center.world.store;
    let given = |namespaces: &[&str]| trust(store, &center.boss, &key(), &answer(namespaces), NOW);
    for odd in
        [&[][..], &["com"], &["*"], &["com.*"], &["com.example*"], &["com.example.*.*"], &["Com.Example"]]
    {
        assert_eq!(given(odd).unwrap_err().code, Code::InvalidInput, "{odd:?}");
    }
    assert_eq!(given(&["b.c", "a.b.*", " b.c "]).unwrap().namespaces, ["a.b.*", "b.c"]);
    let of = |namespace: &str, id: &str| covers(&[namespace.to_owned()], &id.parse().unwrap());
    assert!(of("com.example.*", "com.example.bot") && of("com.example.*", "com.example"));
    assert!(!of("com.example.*", "com.example-evil.bot") && !of("com.example", "com.example.bot"));
    assert!(must_cover(&["com.example.*".into()], &"com.other.x".parse().unwrap()).is_err());
    let blank = TrustAnswer { checked: " ".into(), ..answer(&["a.b"]) };
    assert_eq!(trust(store, &center.boss, &key(), &blank, NOW).unwrap_err().code, Code::InvalidInput);
}

#[test]
fn trust_is_given_and_withdrawn_by_superadmins_alone() {
    let center = Center::new();
    let store = &center.world.store;
    for actor in [Actor::Folder, Actor::Person(center.world.person("alice", Role::Account))] {
        let refused = [
            trust(store, &actor, &key(), &answer(&["a.b"]), NOW).unwrap_err().code,
            withdraw(store, &actor, &center.key, "x", NOW).unwrap_err().code,
            list(store, &actor).unwrap_err().code,
        ];
        assert_eq!(refused, [Code::NotASuperadmin; 3]);
    }
    assert_eq!(center.judge(&claim(center.key, "1.0.0", 1)), Ok(Standing::Known));
}

#[test]
fn a_key_that_is_trusted_again_for_other_ids_is_not_trusted_for_this_one() {
    let center = Center::new();
    let (store, bot) = (&center.world.store, "com.example.bot".parse().unwrap());
    assert!(is_trusted(store, &center.key, &bot).unwrap());
    trust(store, &center.boss, &center.key, &answer(&["com.example.other"]), NOW).unwrap();
    assert!(!is_trusted(store, &center.key, &bot).unwrap());
    withdraw(store, &center.boss, &center.key, "stolen laptop", NOW).unwrap();
    assert!(!is_trusted(store, &center.key, &"com.example.other".parse().unwrap()).unwrap());
}

#[test]
fn a_withdrawal_names_what_it_stops_until_trust_returns() {
    let center = Center::new();
    let store = &center.world.store;
    let install = |id: &str, key: &PublicKey| {
        let manifest = json!({ "id": id, "name": id, "version": "1.0.0", "publisher": "P", "library": {} });
        center.world.install_by(&manifest, &key.to_string())
    };
    let stopped = install("com.example.on", &center.key);
    install("com.example.off", &center.key);
    install("com.example.others", &key());
    let on = "UPDATE plugins SET wanted = 1 WHERE id <> 'com.example.off'";
    store.note(System("test"), |tx| Ok(tx.execute(on, [])?)).unwrap();
    withdraw(store, &center.boss, &center.key, "stolen laptop", NOW).unwrap();
    let row = store.read(|db| crate::audit::last(db, 1)).unwrap().remove(0);
    assert_eq!(row.details["stops"], json!([stopped]));
    assert_eq!(row.target_name.as_deref(), Some("Example"));
    let listed = || store.read(attention::list).unwrap();
    let needs: Vec<_> = listed().into_iter().map(|row| (row.kind, row.subject, row.cause.code)).collect();
    let withdrawn = attention::PUBLISHER_WITHDRAWN.to_owned();
    assert_eq!(needs, [(withdrawn.clone(), stopped.to_string(), withdrawn)]);
    assert_eq!(listed()[0].cause.details["reason"], "stolen laptop");
    trust(store, &center.boss, &center.key, &answer(&["com.example.other"]), NOW).unwrap();
    assert_eq!(listed().len(), 1, "trusted, but not for this one");
    trust(store, &center.boss, &center.key, &answer(&["com.example.*"]), NOW).unwrap();
    assert!(listed().is_empty());
}

#[test]
fn a_key_is_looked_at_before_it_is_trusted_by_superadmins_only() {
    let (world, key) = (World::new(), key());
    let seen = look(&world.superadmin("boss"), &key).unwrap();
    assert_eq!((seen.fingerprint, seen.check_code), (key.fingerprint(), key.check_code()));
    assert!(list(&world.store, &world.superadmin("second")).unwrap().is_empty(), "looking trusts nothing");
    let refusals = [Actor::Nobody, Actor::Folder].map(|actor| look(&actor, &key).unwrap_err().code);
    assert_eq!(refusals, [Code::NotSignedIn, Code::NotASuperadmin]);
}
