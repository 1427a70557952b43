//! Accounts, sessions and departments against a real store.

mod imports;
mod open_sessions;
mod recovery;

use super::throttle::LONGEST_DELAY;
use super::*;
use crate::actor::{AccountId, Actor, Role};
use crate::error::Code;
use crate::request::{Password, SessionKind, Token};
use crate::test_world::{NOW, World};
use crate::views::{AccountCreatedView, InitView, SignedInView};

const GOOD: &str = "blue kettle 41";
const OTHER: &str = "green teapot 17";

fn password(text: &str) -> Password {
    Password(text.into())
}

fn first<'a>(login: &'a str, password: &'a Password) -> FirstAccount<'a> {
    FirstAccount { login, name: "The Boss", password, kind: SessionKind::Window }
}

/// A center with its first superadmin `boss`.
struct Center {
    world: World,
    first: InitView,
    boss: Actor,
}

impl Center {
    fn new() -> Self {
        let world = World::new();
        let first = initialise(&world.store, first("boss", &password(GOOD)), NOW).unwrap();
        let boss = Actor::Person(resolve(&world.store, &first.signed_in.token, NOW).unwrap());
        Self { world, first, boss }
    }

    fn sign_in(&self, login: &str, text: &str, now: i64) -> crate::error::Result<SignedInView> {
        let given = Credentials { login, password: &password(text), kind: SessionKind::CommandLine };
        sign_in(&self.world.store, given, now)
    }

    fn create(&self, login: &str, role: Role) -> AccountCreatedView {
        create(&self.world.store, &self.boss, &NewAccount { login, name: "Somebody", role }, NOW).unwrap()
    }

    /// Creates an account that has a password of its own, and signs it in.
    fn settled(&self, login: &str, role: Role) -> SignedInView {
        let created = self.create(login, role);
        let signed_in = self.sign_in(login, &created.one_time_password, NOW).unwrap();
        let old = password(&created.one_time_password);
        change_password(&self.world.store, Some(&signed_in.token), &old, &password(OTHER), NOW).unwrap();
        SignedInView { must_change: false, ..signed_in }
    }

    fn code_of(&self, token: &Token) -> Option<Code> {
        resolve(&self.world.store, token, NOW).err().map(|error| error.code)
    }
}

#[test]
fn the_first_superadmin_is_made_once_with_a_recovery_code() {
    let center = Center::new();
    assert_eq!(center.first.signed_in.role, Role::Superadmin);
    assert_eq!(center.first.recovery_code.len(), 29);
    let again = initialise(&center.world.store, first("second", &password(GOOD)), NOW);
    assert_eq!(again.unwrap_err().code, Code::AlreadyInitialised);
    let recovery: String = center
        .world
        .store
        .read(|db| Ok(db.query_row("SELECT recovery FROM accounts", [], |row| row.get(0))?))
        .unwrap();
    assert!(recovery.starts_with("$argon2id$") && !recovery.contains(&center.first.recovery_code));
    assert_eq!(center.world.recorded("center_initialised"), 1);
}

#[test]
fn a_weak_first_password_makes_no_superadmin() {
    let world = World::new();
    let weak = initialise(&world.store, first("boss", &password("boss123456")), NOW);
    assert_eq!(weak.unwrap_err().code, Code::WeakPassword);
    assert!(world.store.snapshot().accounts.is_empty());
}

#[test]
fn signing_in_gives_a_token_of_which_only_a_digest_is_stored() {
    let center = Center::new();
    let token = center.sign_in(" BOSS ", GOOD, NOW).unwrap().token;
    assert_eq!(token.0.len(), 64);
    assert_eq!(resolve(&center.world.store, &token, NOW).unwrap().login(), "boss");
    for file in ["center.db", "center.db-wal"] {
        let bytes = std::fs::read(center.world.folder.path().join(file)).unwrap();
        assert!(!bytes.windows(64).any(|window| window == token.0.as_bytes()), "{file} holds the token");
    }
    let other = center.sign_in("boss", GOOD, NOW).unwrap().token;
    sign_out(&center.world.store, &center.boss, Some(&token)).unwrap();
    assert_eq!((center.code_of(&token), center.code_of(&other)), (Some(Code::NotSignedIn), None));
    sign_out(&center.world.store, &center.boss, Some(&token)).unwrap();
    assert_eq!(
        sign_out(&center.world.store, &Actor::Nobody, Some(&other)).unwrap_err().code,
        Code::NotSignedIn
    );
    assert_eq!(center.code_of(&Token("0".repeat(64))), Some(Code::NotSignedIn));
}

/// Target, code and how often, of each refusal.
fn refusals(center: &Center, action: &str) -> Vec<(String, String, u32)> {
    let rows = center.world.store.read(|db| crate::audit::last(db, 1000)).unwrap();
    let wanted = rows.into_iter().filter(|row| row.action == action);
    wanted.map(|row| (row.target, row.details["code"].as_str().unwrap().to_owned(), row.times)).collect()
}

#[test]
fn an_unknown_login_looks_like_a_wrong_password() {
    let center = Center::new();
    let unknown = center.sign_in("nobody", GOOD, NOW).unwrap_err();
    let wrong = center.sign_in("boss", OTHER, NOW).unwrap_err();
    assert_eq!(serde_json::to_value(&unknown).unwrap(), serde_json::to_value(&wrong).unwrap());
    assert_eq!(unknown.code, Code::WrongCredentials);
    let throttled = |login: &str| {
        let verdicts = (0..7).map(|_| center.sign_in(login, "x", NOW).unwrap_err().code);
        verdicts.filter(|code| *code == Code::Throttled).count()
    };
    assert_eq!(throttled("nobody"), throttled("boss"), "the throttle must not tell which logins exist");
    let rows = refusals(&center, "sign_in_refused");
    let boss = center.first.signed_in.account.0.to_string();
    let row = |target: &str, code: &str, times| (target.to_owned(), code.to_owned(), times);
    let wrong = [row("unknown", "wrong_credentials", 5), row(&boss, "wrong_credentials", 5)];
    let throttled = [row("unknown", "throttled", 3), row(&boss, "throttled", 3)];
    assert_eq!(
        rows,
        [&wrong[..], &throttled[..]].concat(),
        "the same within a minute is one row with a count"
    );
}

#[test]
fn guessing_is_slowed_down_but_never_locks_out_for_ever() {
    let center = Center::new();
    let mut now = NOW;
    for _ in 0..40 {
        while let Err(error) = center.sign_in("boss", "wrong", now) {
            if error.code != Code::Throttled {
                break;
            }
            let wait = error.details["wait_ms"].as_i64().unwrap();
            assert!(wait > 0 && wait <= LONGEST_DELAY, "{wait}");
            now += wait;
        }
    }
    assert!(now - NOW > 20 * LONGEST_DELAY, "forty guesses took {} ms", now - NOW);
    assert_eq!(
        center.sign_in("boss", GOOD, now).unwrap_err().code,
        Code::Throttled,
        "even the right one waits"
    );
    center.sign_in("boss", GOOD, now + LONGEST_DELAY).unwrap();
    center.sign_in("boss", "wrong", now + LONGEST_DELAY).unwrap_err();
    center.sign_in("boss", GOOD, now + LONGEST_DELAY).expect("a success clears the count");
}

#[test]
fn what_was_typed_as_a_login_is_not_stored() {
    let center = Center::new();
    center.sign_in("my secret by mistake", "x", NOW).unwrap_err();
    for file in ["center.db", "center.db-wal"] {
        let bytes = std::fs::read(center.world.folder.path().join(file)).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("my secret by mistake"), "{file}");
    }
}

#[test]
fn a_one_time_password_has_to_be_changed_first() {
    let center = Center::new();
    let created = center.create("alice", Role::Account);
    let signed_in = center.sign_in("alice", &created.one_time_password, NOW).unwrap();
    assert!(signed_in.must_change);
    assert_eq!(center.code_of(&signed_in.token), Some(Code::PasswordChangeRequired));
    let store = &center.world.store;
    assert_eq!(resolve_for_password_change(store, &signed_in.token, NOW).unwrap().account(), created.id);
    let token = Some(&signed_in.token);
    let change = |old: &str, new: &str| change_password(store, token, &password(old), &password(new), NOW);
    let one_time = &created.one_time_password;
    assert_eq!(change("wrong", OTHER).unwrap_err().code, Code::WrongCredentials);
    assert_eq!(change(one_time, "short").unwrap_err().code, Code::WeakPassword);
    assert_eq!(change(one_time, one_time).unwrap_err().code, Code::WeakPassword);
    change(one_time, OTHER).unwrap();
    assert_eq!(center.code_of(&signed_in.token), None);
    assert_eq!(center.sign_in("alice", one_time, NOW).unwrap_err().code, Code::WrongCredentials);
    assert!(!center.sign_in("alice", OTHER, NOW).unwrap().must_change);
}

#[test]
fn a_new_password_ends_the_other_sessions() {
    let center = Center::new();
    let mine = center.settled("alice", Role::Account);
    let other = center.sign_in("alice", OTHER, NOW).unwrap();
    change_password(&center.world.store, Some(&mine.token), &password(OTHER), &password(GOOD), NOW).unwrap();
    assert_eq!(center.code_of(&mine.token), None);
    assert_eq!(center.code_of(&other.token), Some(Code::NotSignedIn));
}

#[test]
fn disabling_and_a_new_role_end_sessions_at_once() {
    let center = Center::new();
    let store = &center.world.store;
    let alice = center.settled("alice", Role::Account);
    enable(store, &center.boss, alice.account, false).unwrap();
    assert_eq!(center.code_of(&alice.token), Some(Code::NotSignedIn));
    assert_eq!(center.sign_in("alice", OTHER, NOW).unwrap_err().code, Code::AccountDisabled);
    assert_eq!(center.sign_in("alice", "wrong", NOW).unwrap_err().code, Code::WrongCredentials);
    enable(store, &center.boss, alice.account, true).unwrap();
    assert_eq!(center.code_of(&alice.token), Some(Code::NotSignedIn), "an ended session must not come back");
    let again = center.sign_in("alice", OTHER, NOW).unwrap();
    set_role(store, &center.boss, alice.account, Role::Superadmin).unwrap();
    assert_eq!(center.code_of(&again.token), Some(Code::NotSignedIn));
    let promoted = center.sign_in("alice", OTHER, NOW).unwrap();
    assert_eq!(resolve(store, &promoted.token, NOW).unwrap().role(), Role::Superadmin);
}

#[test]
fn a_session_is_read_from_the_account_as_it_is_now() {
    let center = Center::new();
    let alice = center.settled("alice", Role::Account);
    let other_process = center.world.reopened();
    set_role(&other_process, &center.boss, alice.account, Role::Superadmin).unwrap();
    assert_eq!(
        center.code_of(&alice.token),
        Some(Code::NotSignedIn),
        "another process's change must count at once"
    );
}

#[test]
fn the_last_enabled_superadmin_stays() {
    let center = Center::new();
    let store = &center.world.store;
    let boss = center.first.signed_in.account;
    let refused = |outcome: crate::error::Result<()>| outcome.unwrap_err().code == Code::LastSuperadmin;
    assert!(refused(enable(store, &center.boss, boss, false)));
    assert!(refused(set_role(store, &center.boss, boss, Role::Account)));
    let second = center.create("second", Role::Superadmin).id;
    enable(store, &center.boss, second, false).unwrap();
    assert!(refused(enable(store, &center.boss, boss, false)), "a disabled one does not count");
    set_role(store, &center.boss, second, Role::Account).unwrap();
    set_role(store, &center.boss, second, Role::Superadmin).unwrap();
    enable(store, &center.boss, second, true).unwrap();
    enable(store, &center.boss, boss, false).unwrap();
    assert_eq!(center.code_of(&center.first.signed_in.token), Some(Code::NotSignedIn));
}

#[test]
fn accounts_are_listed_with_the_paths_of_their_departments() {
    let center = Center::new();
    let store = &center.world.store;
    let alice = center.create("alice", Role::Account).id;
    let east = departments::create(store, &center.boss, "East", None).unwrap().id;
    let sales = departments::create(store, &center.boss, "Sales", Some(east)).unwrap().id;
    set_departments(store, &center.boss, alice, &[sales, east, sales]).unwrap();
    let views = list(store, &center.boss).unwrap();
    let logins: Vec<_> = views.iter().map(|view| view.login.as_str()).collect();
    assert_eq!(logins, ["alice", "boss"]);
    let paths: Vec<_> = views[0].departments.iter().map(|d| d.path.join("/")).collect();
    assert_eq!(paths, ["East", "East/Sales"]);
    let unknown = crate::actor::DepartmentId(99);
    assert_eq!(set_departments(store, &center.boss, alice, &[unknown]).unwrap_err().code, Code::NotFound);
    assert_eq!(
        list(store, &center.boss).unwrap()[0].departments.len(),
        2,
        "a refused change changes nothing"
    );
    set_departments(store, &center.boss, alice, &[]).unwrap();
    assert!(list(store, &center.boss).unwrap()[0].departments.is_empty());
}

#[test]
fn logins_are_unique_without_regard_to_case() {
    let center = Center::new();
    let new = |login: &str| {
        let new = NewAccount { login, name: "Somebody", role: Role::Account };
        create(&center.world.store, &center.boss, &new, NOW).unwrap_err().code
    };
    assert_eq!(new("Boss"), Code::AlreadyExists);
    assert_eq!(new("two words"), Code::InvalidInput);
    assert_eq!(new(" "), Code::InvalidInput);
    assert_eq!(new(&"x".repeat(65)), Code::InvalidInput);
}

#[test]
fn managing_accounts_is_for_superadmins_alone() {
    let center = Center::new();
    let store = &center.world.store;
    let alice = center.settled("alice", Role::Account);
    let ordinary = Actor::Person(resolve(store, &alice.token, NOW).unwrap());
    for (actor, code) in [
        (ordinary, Code::NotASuperadmin),
        (Actor::Folder, Code::NotASuperadmin),
        (Actor::Nobody, Code::NotSignedIn),
    ] {
        let new = NewAccount { login: "x", name: "X", role: Role::Superadmin };
        assert_eq!(create(store, &actor, &new, NOW).unwrap_err().code, code);
        assert_eq!(list(store, &actor).unwrap_err().code, code);
        assert_eq!(enable(store, &actor, alice.account, false).unwrap_err().code, code);
        assert_eq!(set_role(store, &actor, alice.account, Role::Superadmin).unwrap_err().code, code);
        assert_eq!(set_departments(store, &actor, alice.account, &[]).unwrap_err().code, code);
    }
    assert_eq!(enable(store, &center.boss, AccountId(99), true).unwrap_err().code, Code::NotFound);
}

#[test]
fn a_session_keeps_where_it_lives() {
    let center = Center::new();
    center.sign_in("boss", GOOD, NOW).unwrap();
    let kinds: Vec<String> = center
        .world
        .store
        .read(|db| {
            let mut query = db.prepare("SELECT kind FROM sessions ORDER BY rowid")?;
            Ok(query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
        })
        .unwrap();
    assert_eq!(kinds, ["window", "command_line"]);
}

#[test]
fn everybody_sees_the_own_account() {
    let center = Center::new();
    let alice = center.settled("alice", Role::Account);
    let actor = Actor::Person(resolve(&center.world.store, &alice.token, NOW).unwrap());
    let own = me(&center.world.store, &actor).unwrap();
    assert_eq!((own.id, own.login.as_str(), own.role), (alice.account, "alice", Role::Account));
    assert_eq!(me(&center.world.store, &Actor::Nobody).unwrap_err().code, Code::NotSignedIn);
}

#[test]
fn a_change_of_an_account_that_was_changed_meanwhile_is_refused_with_what_it_is_now() {
    let center = Center::new();
    let (store, boss) = (&center.world.store, &center.boss);
    let alice = center.create("alice", Role::Account).id;
    let view = || list(store, boss).unwrap().into_iter().find(|view| view.id == alice).unwrap();
    let department = departments::create(store, boss, "Sales", None).unwrap().id;
    let seen = view().revision;
    let whom = |revision| Whom { account: alice, revision: Some(revision) };
    rename(store, boss, whom(seen), "Alice Wang").unwrap();
    for refused in [
        enable(store, boss, whom(seen), false),
        set_role(store, boss, whom(seen), Role::Superadmin),
        rename(store, boss, whom(seen), "Other"),
        set_departments(store, boss, whom(seen), &[department]),
    ] {
        let refused = refused.unwrap_err();
        assert_eq!(refused.code, Code::ChangedMeanwhile);
        assert_eq!(refused.details["revision"], view().revision);
        assert_eq!(refused.details["current"]["name"], "Alice Wang");
    }
    let mut revisions = vec![seen, view().revision];
    set_departments(store, boss, whom(view().revision), &[department]).unwrap();
    revisions.push(view().revision);
    set_role(store, boss, whom(view().revision), Role::Superadmin).unwrap();
    revisions.push(view().revision);
    enable(store, boss, whom(view().revision), false).unwrap();
    revisions.push(view().revision);
    assert!(revisions.is_sorted_by(|a, b| a < b), "each change has a revision of its own: {revisions:?}");
    assert_eq!(view().name, "Alice Wang");
}

#[test]
fn a_renamed_account_is_renamed_in_the_trail_too_and_no_chained_row_holds_a_persons_name() {
    let center = Center::new();
    let store = &center.world.store;
    let Actor::Person(boss) = &center.boss else { panic!("a person") };
    rename(store, &center.boss, boss.account(), "  Wang Li ").unwrap();
    assert_eq!(rename(store, &center.boss, boss.account(), " ").unwrap_err().code, Code::InvalidInput);
    assert_eq!(rename(store, &center.boss, AccountId(99), "X").unwrap_err().code, Code::NotFound);
    let row = store.read(|db| crate::audit::last(db, 1)).unwrap().remove(0);
    assert_eq!((row.action.as_str(), row.name.as_deref()), ("account_renamed", Some("Wang Li")));
    assert_eq!(row.target_name.as_deref(), Some("boss"));
    assert_eq!(row.details, serde_json::json!({ "before": "The Boss", "after": "Wang Li" }));
    let chained: String = store
        .read(|db| Ok(db.query_row("SELECT group_concat(details) FROM audit", [], |row| row.get(0))?))
        .unwrap();
    assert!(!chained.contains("Wang Li") && !chained.contains("The Boss"), "{chained}");
    assert_eq!(store.read(|db| crate::audit::verify(db, &[])).unwrap().broken, None);
}

#[test]
fn a_reset_password_works_once_and_ends_what_was_open() {
    let center = Center::new();
    let alice = center.settled("alice", Role::Account);
    for _ in 0..6 {
        center.sign_in("alice", "wrong", NOW).unwrap_err();
    }
    let fresh = reset(&center.world.store, &center.boss, alice.account).unwrap();
    assert_eq!(center.code_of(&alice.token), Some(Code::NotSignedIn));
    assert_eq!(center.sign_in("alice", OTHER, NOW).unwrap_err().code, Code::WrongCredentials);
    let again =
        center.sign_in("alice", &fresh.one_time_password, NOW).expect("a reset forgives the failures");
    assert!(again.must_change);
    assert_eq!(center.world.recorded("account_password_reset"), 1);
    assert_eq!(reset(&center.world.store, &center.boss, AccountId(99)).err().unwrap().code, Code::NotFound);
    assert!(!format!("{fresh:?}").contains(&fresh.one_time_password));
}

#[test]
fn a_deleted_account_is_gone_with_its_sessions_and_grants_and_stays_readable_in_the_trail() {
    let center = Center::new();
    let (store, boss) = (&center.world.store, &center.boss);
    let own = center.first.signed_in.account;
    assert_eq!(delete(store, boss, own).unwrap_err().code, Code::LastSuperadmin);
    let alice = center.settled("alice", Role::Account);
    let sales = departments::create(store, boss, "Sales", None).unwrap().id;
    set_departments(store, boss, alice.account, &[sales]).unwrap();
    let manifest = serde_json::json!({ "id": "com.example.a", "name": "A", "version": "1.0.0", "publisher": "P",
        "library": {}, "permissions": [{ "id": "use" }] });
    let plugin = center.world.install(&manifest);
    let subject = crate::snapshot::Subject::Account { id: alice.account };
    let new = crate::permissions::Granting { plugin: &plugin, permission: "use", subject, revision: None };
    crate::permissions::grant(center.world.parts(), boss, new, NOW).unwrap();
    let seen = Whom { account: alice.account, revision: Some(1) };
    assert_eq!(delete(store, boss, seen).unwrap_err().code, Code::ChangedMeanwhile);
    let change = crate::request::PeopleChange::AccountDeleted { account: alice.account };
    let loses = crate::reach::of_people(store, boss, &change, "en").unwrap().remove(0).loses;
    assert_eq!(loses[0].login, "alice", "it is foretold");

    assert_eq!(delete(store, boss, alice.account).unwrap(), [plugin]);
    assert_eq!(center.code_of(&alice.token), Some(Code::NotSignedIn));
    assert_eq!(center.sign_in("alice", OTHER, NOW).unwrap_err().code, Code::WrongCredentials);
    assert!(store.snapshot().grants.values().all(|all| all.values().all(Vec::is_empty)));
    let rows = store.read(|db| crate::audit::last(db, 100)).unwrap();
    let gone = rows.iter().find(|row| row.action == "account_deleted").unwrap();
    assert_eq!(gone.target_name.as_deref(), Some("alice"));
    let granted = serde_json::json!([{ "plugin": "com.example.a", "permission": "use" }]);
    assert_eq!(
        (&gone.details["departments"], &gone.details["grants"]),
        (&serde_json::json!([sales]), &granted)
    );
    let hers = rows.iter().rfind(|row| row.account == Some(alice.account)).unwrap();
    assert_eq!(hers.name.as_deref(), Some("Somebody"), "what she did is still hers");
    assert_eq!(store.read(|db| crate::audit::verify(db, &[])).unwrap().broken, None);
    assert_ne!(center.create("alice", Role::Account).id, alice.account, "a number is never given again");
    assert_eq!(delete(store, boss, AccountId(99)).unwrap_err().code, Code::NotFound);
}
