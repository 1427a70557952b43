//! Open sessions, listed and ended.

use super::*;

fn sessions_of(center: &Center, token: &Token, account: Option<AccountId>) -> Vec<crate::views::SessionView> {
    let actor = Actor::Person(resolve(&center.world.store, token, NOW).unwrap());
    let whose = session_list::Whose { account, token: Some(token) };
    session_list::list(&center.world.store, &actor, whose).unwrap()
}

#[test]
fn open_sessions_are_listed_with_where_they_live_and_which_one_asks() {
    let center = Center::new();
    let own = &center.first.signed_in;
    center.sign_in("boss", GOOD, NOW + 7).unwrap();
    resolve(&center.world.store, &own.token, NOW + 5 * 60 * 1_000).unwrap();
    let listed = sessions_of(&center, &own.token, None);
    let shown: Vec<_> =
        listed.iter().map(|one| (one.kind, one.since - NOW, one.seen - NOW, one.own)).collect();
    let window = (SessionKind::Window, 0, 5 * 60 * 1_000, true);
    assert_eq!(shown, [window, (SessionKind::CommandLine, 7, 7, false)]);
    assert_eq!(sessions_of(&center, &own.token, Some(own.account)), listed, "by number it is the same");
    let said = serde_json::to_string(&listed).unwrap();
    let digest = blake3::derive_key("sprocket session token v1", own.token.0.as_bytes());
    let whole = digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert!(!said.contains(&own.token.0[..8]) && !said.contains(&whole), "{said}");
}

#[test]
fn an_ended_session_is_nobody_at_its_next_request_and_the_others_stay() {
    let center = Center::new();
    let store = &center.world.store;
    let alice = center.settled("alice", Role::Account);
    let second = center.sign_in("alice", OTHER, NOW).unwrap();
    let third = center.sign_in("alice", OTHER, NOW).unwrap();
    let boss = &center.first.signed_in.token;
    let end = |actor: &Actor, token: &Token, account, session: Option<&str>| {
        session_list::end(store, actor, session_list::Whose { account, token: Some(token) }, session)
    };
    let anna = Actor::Person(resolve(store, &alice.token, NOW).unwrap());
    let own = sessions_of(&center, &second.token, None).into_iter().find(|one| one.own).unwrap().id;
    assert_eq!(end(&anna, &alice.token, None, Some(&own)).unwrap(), 1);
    assert_eq!(center.code_of(&second.token), Some(Code::NotSignedIn));
    assert_eq!((center.code_of(&alice.token), center.code_of(&third.token)), (None, None));
    assert_eq!(end(&anna, &alice.token, None, Some(&own)).unwrap_err().code, Code::NotFound);
    let other = Some(center.first.signed_in.account);
    assert_eq!(end(&anna, &alice.token, other, None).unwrap_err().code, Code::NotASuperadmin);
    assert_eq!(end(&anna, &alice.token, None, None).unwrap(), 1, "all but the one that asks");
    assert_eq!((center.code_of(&alice.token), center.code_of(&third.token)), (None, Some(Code::NotSignedIn)));
    let foreign = sessions_of(&center, boss, None).remove(0).id;
    let refused = end(&center.boss, boss, Some(alice.account), Some(&foreign)).unwrap_err();
    assert_eq!(refused.code, Code::NotFound, "a session of somebody else is not theirs");
    assert_eq!(end(&center.boss, boss, Some(alice.account), None).unwrap(), 1);
    assert_eq!((center.code_of(&alice.token), center.code_of(boss)), (Some(Code::NotSignedIn), None));
    assert_eq!(end(&center.boss, boss, Some(AccountId(99)), None).unwrap_err().code, Code::NotFound);
    let row = store.read(|db| crate::audit::last(db, 1)).unwrap().remove(0);
    assert_eq!((row.action.as_str(), row.target_name.as_deref()), ("session_ended", Some("alice")));
    assert_eq!((row.account, row.details), (center.boss.account(), serde_json::json!({ "sessions": 1 })));
    assert_eq!(center.world.recorded("session_ended"), 3, "a refused end is none");
}
