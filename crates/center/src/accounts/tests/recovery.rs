//! Passwords that are chosen and lost: common ones, guesses, recovery codes.

use super::*;

fn recovered(
    center: &Center,
    login: &str,
    code: &str,
    new: &str,
    now: i64,
) -> crate::error::Result<crate::views::RecoveredView> {
    let (code, new) = (password(code), password(new));
    recover(&center.world.store, Recovery { login, code: &code, new: &new }, now)
}

#[test]
fn a_recovery_code_sets_a_new_password_once_and_gives_the_next_code() {
    let center = Center::new();
    let code = center.first.recovery_code.clone();
    assert_eq!(recovered(&center, "boss", "0000-0000", OTHER, NOW).unwrap_err().code, Code::WrongCredentials);
    assert_eq!(recovered(&center, "nobody", &code, OTHER, NOW).unwrap_err().code, Code::WrongCredentials);
    assert_eq!(recovered(&center, "boss", &code, "short", NOW).unwrap_err().code, Code::WeakPassword);
    let typed = code.to_uppercase().replace('-', " ");
    let back = recovered(&center, " Boss ", &typed, OTHER, NOW).unwrap();
    assert_eq!((back.login.as_str(), back.recovery_code.len()), ("boss", 29));
    assert_eq!(center.code_of(&center.first.signed_in.token), Some(Code::NotSignedIn));
    assert_eq!(center.sign_in("boss", GOOD, NOW).unwrap_err().code, Code::WrongCredentials);
    center.sign_in("boss", OTHER, NOW).unwrap();
    assert_eq!(recovered(&center, "boss", &code, GOOD, NOW).unwrap_err().code, Code::WrongCredentials);
    recovered(&center, "boss", &back.recovery_code, GOOD, NOW).unwrap();
    assert_eq!(center.world.recorded("account_recovered"), 2);
    let refused: Vec<_> =
        refusals(&center, "recovery_refused").into_iter().map(|row| (row.0, row.2)).collect();
    assert_eq!(refused, [("1".to_owned(), 2), ("unknown".to_owned(), 1)]);
    assert!(!format!("{back:?}").contains(&back.recovery_code));
}

#[test]
fn recovery_is_for_enabled_superadmins_and_guessing_codes_is_slowed_down_apart_from_passwords() {
    let center = Center::new();
    let code = center.first.recovery_code.clone();
    let boss = center.first.signed_in.account;
    let second = center.settled("second", Role::Superadmin);
    let actor = Actor::Person(resolve(&center.world.store, &second.token, NOW).unwrap());
    enable(&center.world.store, &actor, boss, false).unwrap();
    assert_eq!(recovered(&center, "boss", &code, OTHER, NOW).unwrap_err().code, Code::AccountDisabled);
    assert_eq!(recovered(&center, "boss", "wrong", OTHER, NOW).unwrap_err().code, Code::WrongCredentials);
    enable(&center.world.store, &actor, boss, true).unwrap();
    set_role(&center.world.store, &actor, boss, Role::Account).unwrap();
    assert_eq!(recovered(&center, "boss", &code, OTHER, NOW).unwrap_err().code, Code::NotASuperadmin);
    let guesses = (0..7).map(|_| recovered(&center, "boss", "wrong", OTHER, NOW).unwrap_err().code);
    assert!(guesses.collect::<Vec<_>>().contains(&Code::Throttled));
    center.sign_in("boss", GOOD, NOW).expect("whoever guesses codes keeps nobody out");
}

#[test]
fn a_common_password_is_refused_wherever_a_person_chooses_one_and_one_time_passwords_are_not_judged() {
    const COMMON: &str = "Password12345";
    let rule = |error: crate::error::Error| (error.code, error.details["rule"].clone());
    let refused = (Code::WeakPassword, serde_json::json!("common"));
    let world = World::new();
    let init = initialise(&world.store, first("boss", &password(COMMON)), NOW);
    assert_eq!(rule(init.unwrap_err()), refused);
    let center = Center::new();
    let token = Some(&center.first.signed_in.token);
    let change = change_password(&center.world.store, token, &password(GOOD), &password(COMMON), NOW);
    assert_eq!(rule(change.unwrap_err()), refused);
    let code = &center.first.recovery_code;
    assert_eq!(rule(recovered(&center, "boss", code, COMMON, NOW).unwrap_err()), refused);
    center.sign_in("boss", GOOD, NOW).expect("nothing was changed");
    let created = center.create("alice", Role::Account);
    assert!(center.sign_in("alice", &created.one_time_password, NOW).unwrap().must_change);
}

#[test]
fn whoever_guesses_without_a_pause_keeps_the_last_superadmin_out_for_a_minute_at_most() {
    let center = Center::new();
    let code = center.first.recovery_code.clone();
    let mut now = NOW;
    for _ in 0..30 {
        let refused = center.sign_in("boss", "a wrong guess", now).unwrap_err();
        now += if refused.code == Code::Throttled { refused.details["wait_ms"].as_i64().unwrap() } else { 0 };
    }
    while center.sign_in("boss", "a wrong guess", now).unwrap_err().code != Code::Throttled {}
    for _ in 0..100 {
        assert_eq!(center.sign_in("boss", "a wrong guess", now).unwrap_err().code, Code::Throttled);
    }
    let hammered = refusals(&center, "sign_in_refused").pop().unwrap();
    assert!(hammered.1 == "throttled" && hammered.2 > 100, "it is one row: {hammered:?}");
    let wait = center.sign_in("boss", GOOD, now).unwrap_err().details["wait_ms"].as_i64().unwrap();
    assert!(wait <= LONGEST_DELAY, "{wait}");
    center.sign_in("boss", GOOD, now + wait).expect("the right password works after that");
    for _ in 0..20 {
        center.sign_in("boss", "a wrong guess", now + wait).unwrap_err();
    }
    recovered(&center, "boss", &code, OTHER, now + wait).expect("the recovery code works at once, meanwhile");
    center.sign_in("boss", OTHER, now + wait).expect("and clears the way");
}

#[test]
fn every_superadmin_makes_a_recovery_code_of_their_own_and_the_one_before_it_is_void() {
    let center = Center::new();
    let store = &center.world.store;
    let has_code = |account| {
        let all = list(store, &center.boss).unwrap();
        all.into_iter().find(|view| view.id == account).unwrap().recovery_code
    };
    let alice = center.settled("alice", Role::Account);
    let ordinary = Actor::Person(resolve(store, &alice.token, NOW).unwrap());
    let refused = make_code(store, &ordinary, &password(OTHER), NOW).unwrap_err();
    assert_eq!(refused.code, Code::NotASuperadmin);
    set_role(store, &center.boss, alice.account, Role::Superadmin).unwrap();
    let alice = center.sign_in("alice", OTHER, NOW).unwrap();
    let promoted = Actor::Person(resolve(store, &alice.token, NOW).unwrap());
    assert!(!has_code(alice.account), "whoever promotes somebody never sees their code");
    let wrong = make_code(store, &promoted, &password(GOOD), NOW).unwrap_err();
    assert_eq!(wrong.code, Code::WrongCredentials);
    let first = make_code(store, &promoted, &password(OTHER), NOW).unwrap();
    let second = make_code(store, &promoted, &password(OTHER), NOW).unwrap();
    assert!(has_code(alice.account) && !format!("{second:?}").contains(&second.recovery_code));
    let old = recovered(&center, "alice", &first.recovery_code, GOOD, NOW).unwrap_err();
    assert_eq!(old.code, Code::WrongCredentials);
    recovered(&center, "alice", &second.recovery_code, GOOD, NOW).unwrap();
    set_role(store, &center.boss, alice.account, Role::Account).unwrap();
    set_role(store, &center.boss, alice.account, Role::Superadmin).unwrap();
    assert!(!has_code(alice.account), "a code from before does not come back with the role");
    assert_eq!(center.world.recorded("recovery_code_made"), 2);
    for _ in 0..6 {
        make_code(store, &center.boss, &password("a wrong guess"), NOW).unwrap_err();
    }
    let slowed = make_code(store, &center.boss, &password(GOOD), NOW).unwrap_err();
    assert_eq!(slowed.code, Code::Throttled, "a stolen session is no way to guess the password");
}
