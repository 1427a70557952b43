//! Managing belongs to superadmins: every request there is, asked by everybody who is not one.

use center::actor::{AccountId, DepartmentId, Role};
use center::audit::Filter;
use center::folder::Removals;
use center::request::{Answers, PeopleChange, Request, SessionKind, Token};
use center::snapshot::Subject;
use center::views::AccountView;
use serde_json::{Value, json};

use crate::dump;
use crate::fixtures::{Package, Publisher};
use crate::world::{PASSWORD, Refusal, World, id, name_of, password, sign_in};

/// Who may ask, as the product promises it; written down a second time on purpose.
#[derive(Debug, Clone, Copy, PartialEq)]
enum May {
    Anybody,
    SignedIn,
    Superadmins,
}
use May::{Anybody, SignedIn, Superadmins};

/// One row per request: its pattern, who may ask it, and an example. A request without a row does not compile.
macro_rules! requests {
    ($($pattern:pat, $may:expr, $example:expr;)*) => {
        fn every_request() -> Vec<(May, Request)> {
            let rows = vec![$(($may, $example)),*];
            let own = [$(|request: &Request| matches!(request, $pattern)),*];
            for ((_, example), own) in rows.iter().zip(own) {
                assert!(own(example), "{} stands in another request's row", name_of(example));
            }
            rows
        }
        /// Never called: without a row for each request it does not compile.
        #[expect(dead_code, reason = "its compiling is the test")]
        fn none_is_missing(request: &Request) {
            match request { $($pattern => {}),* }
        }
    };
}

requests! {
    Request::Status, Anybody, Request::Status;
    Request::Init { .. }, Anybody,
        Request::Init { login: "x".into(), name: "X".into(), password: password("green umbrella 9"), kind: SessionKind::CommandLine };
    Request::SignIn { .. }, Anybody, Request::SignIn { login: "no".into(), password: password("body"), kind: SessionKind::CommandLine };
    Request::AccountRecover { .. }, Anybody,
        Request::AccountRecover { login: "no".into(), code: password("body"), new: password("green umbrella 9") };
    Request::SignOut, SignedIn, Request::SignOut;
    Request::WindowRaise { .. }, Anybody, Request::WindowRaise { files: vec![] };
    Request::Me, SignedIn, Request::Me;
    Request::PluginMine { .. }, SignedIn, Request::PluginMine { locale: "en".into() };
    Request::SessionList { account: None }, SignedIn, Request::SessionList { account: None };
    Request::SessionList { account: Some(_) }, Superadmins, Request::SessionList { account: Some(AccountId(1)) };
    Request::SessionEnd { account: None, .. }, SignedIn, Request::SessionEnd { account: None, session: None };
    Request::SessionEnd { account: Some(_), .. }, Superadmins,
        Request::SessionEnd { account: Some(AccountId(1)), session: None };
    Request::AccountRename { .. }, Superadmins,
        Request::AccountRename { account: AccountId(1), name: "Other".into(), revision: None };
    Request::AccountReset { .. }, Superadmins, Request::AccountReset { account: AccountId(1) };
    Request::DepartmentRename { .. }, Superadmins,
        Request::DepartmentRename { department: DepartmentId(1), name: "Other".into() };
    Request::DepartmentMove { .. }, Superadmins,
        Request::DepartmentMove { department: DepartmentId(1), parent: None };
    Request::DepartmentDelete { .. }, Superadmins, Request::DepartmentDelete { department: DepartmentId(1) };
    Request::PeoplePreview { .. }, Superadmins, Request::PeoplePreview {
        change: PeopleChange::DepartmentDeleted { department: DepartmentId(1) },
        locale: "en".into(),
    };
    Request::PackagePutBack { .. }, Superadmins,
        Request::PackagePutBack { plugin: plugin(), locale: "en".into() };
    Request::UninstallPreview { .. }, Superadmins, Request::UninstallPreview { plugin: plugin(), locale: None };
    Request::KeptList { .. }, Superadmins, Request::KeptList { locale: "en".into() };
    Request::KeptPurge { .. }, Superadmins, Request::KeptPurge { plugin: plugin() };
    Request::GrantPreview { .. }, Superadmins, Request::GrantPreview {
        plugin: plugin(),
        permission: "use".into(),
        add: vec![Subject::Everyone],
        remove: vec![],
    };
    Request::PasswordChange { .. }, SignedIn,
        Request::PasswordChange { old: password("not the old one"), new: password("green umbrella 9") };
    Request::AccountDelete { .. }, Superadmins, Request::AccountDelete { account: AccountId(1), revision: None };
    Request::RecoveryCodeMake { .. }, Superadmins,
        Request::RecoveryCodeMake { password: password(PASSWORD) };
    Request::PluginCall { .. }, SignedIn,
        Request::PluginCall { plugin: plugin(), call: "echo".into(), args: json!(1) };
    Request::AccountList, Superadmins, Request::AccountList;
    Request::AccountCreate { .. }, Superadmins,
        Request::AccountCreate { login: "new".into(), name: "New".into(), role: Role::Superadmin };
    Request::AccountImportPlan { .. }, Superadmins,
        Request::AccountImportPlan { path: "/nowhere.csv".into(), departments: true };
    Request::AccountImport { .. }, Superadmins,
        Request::AccountImport { path: "/nowhere.csv".into(), departments: true, plan: "none".into() };
    Request::AccountEnable { .. }, Superadmins, Request::AccountEnable { account: AccountId(1), enabled: false, revision: None };
    Request::AccountRole { .. }, Superadmins,
        Request::AccountRole { account: AccountId(2), role: Role::Superadmin, revision: None };
    Request::AccountDepartments { .. }, Superadmins,
        Request::AccountDepartments { account: AccountId(1), departments: vec![], revision: None };
    Request::AccountPlugins { .. }, Superadmins, Request::AccountPlugins { account: AccountId(1), locale: "en".into() };
    Request::DepartmentList, Superadmins, Request::DepartmentList;
    Request::DepartmentCreate { .. }, Superadmins,
        Request::DepartmentCreate { name: "New".into(), parent: None };
    Request::PublisherList, Superadmins, Request::PublisherList;
    Request::PublisherLook { .. }, Superadmins,
        Request::PublisherLook { key: Publisher::new("x").key.public() };
    Request::RecipientShow, Superadmins, Request::RecipientShow;
    Request::PublisherTrust { .. }, Superadmins, Request::PublisherTrust {
        key: Publisher::new("x").key.public(),
        label: "X".into(),
        namespaces: vec!["org.x.*".into()],
        checked: "no".into(),
    };
    Request::PublisherWithdraw { .. }, Superadmins,
        Request::PublisherWithdraw { key: Publisher::new("x").key.public(), reason: "no".into() };
    Request::PluginList { .. }, Superadmins, Request::PluginList { locale: "en".into() };
    Request::PluginShow { .. }, Superadmins, Request::PluginShow { plugin: plugin(), locale: "en".into() };
    Request::PackagePlan { .. }, Superadmins,
        Request::PackagePlan { path: "/etc/passwd".into(), locale: "en".into() };
    Request::PackageApply { .. }, Superadmins,
        Request::PackageApply { plan: "0".into(), answers: Answers::default() };
    Request::PlanDiscard { .. }, Superadmins, Request::PlanDiscard { plan: "0".into() };
    Request::FolderList { .. }, Superadmins, Request::FolderList { locale: "en".into() };
    Request::FolderRescan, Superadmins, Request::FolderRescan;
    Request::FolderRenew, Superadmins, Request::FolderRenew;
    Request::FolderRemovals { .. }, Superadmins, Request::FolderRemovals { answer: Removals::PutBack };
    Request::PluginSwitch { .. }, Superadmins, Request::PluginSwitch { plugin: plugin(), on: false, revision: None };
    Request::CapabilitiesApprove { .. }, Superadmins, Request::CapabilitiesApprove { plugin: plugin() };
    Request::PluginSwitchTogether { .. }, Superadmins,
        Request::PluginSwitchTogether { plugin: plugin(), on: false, others: vec![], revision: None };
    Request::PackageArrange { .. }, Superadmins, Request::PackageArrange { plans: vec![], locale: "en".into() };
    Request::PluginUninstall { .. }, Superadmins,
        Request::PluginUninstall { plugin: plugin(), purge: true };
    Request::ConfigGet { .. }, Superadmins, Request::ConfigGet { plugin: plugin(), locale: "en".into() };
    Request::ConfigCheck { .. }, Superadmins, Request::ConfigCheck { plugin: plugin(), values: json!({}), locale: "en".into() };
    Request::ConfigTest { .. }, Superadmins, Request::ConfigTest { plugin: plugin(), values: json!({}), locale: "en".into() };
    Request::ConfigHistory { .. }, Superadmins, Request::ConfigHistory { plugin: plugin(), locale: "en".into() };
    Request::ConfigSet { .. }, Superadmins,
        Request::ConfigSet { plugin: plugin(), values: json!({ "a": "b" }), revision: None, turn_off: true };
    Request::GrantList { .. }, Superadmins, Request::GrantList { plugin: plugin(), locale: "en".into() };
    Request::GrantAdd { .. }, Superadmins,
        Request::GrantAdd { plugin: plugin(), permission: "use".into(), subject: Subject::Everyone, locale: "en".into(), revision: None };
    Request::GrantRemove { .. }, Superadmins,
        Request::GrantRemove { plugin: plugin(), permission: "use".into(), subject: granted(), locale: "en".into(), revision: None };
    Request::Why { .. }, Superadmins,
        Request::Why { plugin: plugin(), permission: "use".into(), account: AccountId(1) };
    Request::LicenseList { .. }, Superadmins, Request::LicenseList { locale: "en".into() };
    Request::LicenseImport { .. }, Superadmins,
        Request::LicenseImport { path: "/nowhere.license".into(), plugin: None, locale: "en".into() };
    Request::LicenseRemove { .. }, Superadmins, Request::LicenseRemove { license: "none".into() };
    Request::LicenseCode, Superadmins, Request::LicenseCode;
    Request::LogTail { .. }, Superadmins, Request::LogTail { plugin: plugin(), lines: 1 };
    Request::AttentionList, Superadmins, Request::AttentionList;
    Request::AttentionDismiss { .. }, Superadmins, Request::AttentionDismiss { id: 1 };
    Request::AuditList { .. }, Superadmins, Request::AuditList { last: 10, filter: Filter::default() };
    Request::AuditVerify { .. }, Superadmins, Request::AuditVerify { against: None };
    Request::SecretsKey, Superadmins, Request::SecretsKey;
    Request::SecretsRekey { .. }, Superadmins, Request::SecretsRekey { to: None, give_up: false };
    Request::BackupMake { .. }, Superadmins, Request::BackupMake { path: "/nowhere/backup".into(), passphrase: None };
    Request::VersionList { .. }, Superadmins, Request::VersionList { plugin: plugin() };
    Request::VersionPlan { .. }, Superadmins, Request::VersionPlan { plugin: plugin(), digest: "0".repeat(64), locale: "en".into() };
    Request::Doctor { .. }, Superadmins, Request::Doctor { deep: false };
    Request::Events, Superadmins, Request::Events;
    Request::LogFollow { .. }, Superadmins, Request::LogFollow { plugin: plugin() };
}

fn plugin() -> spk::PluginId {
    id("com.example.managed")
}

/// Somebody has it already, so that taking it away would change something.
fn granted() -> Subject {
    Subject::Account { id: AccountId(1) }
}

/// A world in which each example would change something if it were let through.
fn prepared() -> World {
    let world = World::new();
    let package = Package::rogue(plugin().as_ref()).config(&[], json!({ "a": { "type": "string" } }));
    world.install_running(&package);
    world.grant(&plugin(), granted());
    world
}

/// Every request that this asker may not make is refused with `code`, and nothing changes.
fn all_refused(world: &World, token: Option<&Token>, (signed_in, code): (bool, &str)) {
    let before = dump::of(world);
    for (may, request) in every_request() {
        if may == Anybody || may == SignedIn && signed_in {
            continue;
        }
        let shown = name_of(&request);
        let answer: Result<Value, Refusal> = world.try_as(token, request);
        let refusal =
            answer.map_or_else(|refusal| refusal, |answer| panic!("{shown} was answered: {answer}"));
        assert_eq!(refusal.code, code, "{shown}: {refusal:?}");
        assert_eq!(dump::of(world), before, "{shown} changed something");
    }
    assert!(world.answers(&plugin()), "and the plugin runs on");
}

#[test]
fn nobody_who_is_not_signed_in_may_manage_anything() {
    let world = prepared();
    all_refused(&world, None, (false, "not_signed_in"));
    all_refused(&world, Some(&Token("0".repeat(64))), (false, "not_signed_in"));
    all_refused(&world, Some(&Token("not hex at all".into())), (false, "not_signed_in"));
}

#[test]
fn an_ordinary_account_may_manage_nothing() {
    let world = prepared();
    let anna = world.person("anna");
    all_refused(&world, Some(&anna.token), (true, "not_a_superadmin"));
}

#[test]
fn a_disabled_superadmin_may_manage_nothing_from_that_moment_on() {
    let world = prepared();
    let boss = world.account("boss", Role::Superadmin);
    let _: Value = world.get_as(Some(&boss.token), Request::AccountList);
    let _: Value = world.get(Request::AccountEnable { account: boss.id, enabled: false, revision: None });
    let code = world.try_as(Some(&boss.token), Request::AccountList).unwrap_err().code;
    assert!(["not_signed_in", "account_disabled"].contains(&code.as_str()), "{code}");
    all_refused(&world, Some(&boss.token), (false, &code));
    let refused = world.try_as(None, sign_in("boss")).unwrap_err();
    assert!(["account_disabled", "wrong_credentials"].contains(&refused.code.as_str()), "{refused:?}");
}

#[test]
fn a_superadmin_who_becomes_an_ordinary_account_may_manage_nothing_more() {
    let world = prepared();
    let boss = world.account("boss", Role::Superadmin);
    let _: Value = world.get(Request::AccountRole { account: boss.id, role: Role::Account, revision: None });
    let refusal = world.try_as(Some(&boss.token), Request::AccountList).unwrap_err();
    assert!(["not_signed_in", "not_a_superadmin"].contains(&refusal.code.as_str()), "{refusal:?}");
}

#[test]
fn a_one_time_password_has_to_be_changed_before_anything_else() {
    let world = prepared();
    let new = Request::AccountCreate { login: "fresh".into(), name: "Fresh".into(), role: Role::Superadmin };
    let created: center::views::AccountCreatedView = world.get(new);
    let once = password(&created.one_time_password);
    let first =
        Request::SignIn { login: "fresh".into(), password: once.clone(), kind: SessionKind::CommandLine };
    let session: center::views::SignedInView = world.get_as(None, first);
    assert!(session.must_change);
    all_refused(&world, Some(&session.token), (true, "password_change_required"));
    let call = world.call(&session.token, &plugin(), "echo", json!(1));
    assert_eq!(call.unwrap_err().code, "password_change_required");
}

#[test]
fn a_signed_out_session_is_nobody() {
    let world = prepared();
    let anna = world.person("anna");
    let _: Value = world.get_as(Some(&anna.token), Request::SignOut);
    all_refused(&world, Some(&anna.token), (false, "not_signed_in"));
}

#[test]
fn the_last_superadmin_cannot_be_removed() {
    let world = World::new();
    let me = world.get::<Vec<AccountView>>(Request::AccountList).remove(0).id;
    let disable = Request::AccountEnable { account: me, enabled: false, revision: None };
    assert_eq!(world.refusal(disable.clone()).code, "last_superadmin");
    let demote = Request::AccountRole { account: me, role: Role::Account, revision: None };
    assert_eq!(world.refusal(demote).code, "last_superadmin");
    let other = world.account("other", Role::Superadmin);
    let _: Value = world.get_as(Some(&other.token), disable);
}

#[test]
fn a_center_is_initialised_once_and_guessing_is_slowed_down() {
    let world = World::new();
    let again = Request::Init {
        login: "evil".into(),
        name: "E".into(),
        password: password("green umbrella 9"),
        kind: SessionKind::CommandLine,
    };
    assert_eq!(world.try_as(None, again).unwrap_err().code, "already_initialised");
    let guess = || Request::SignIn {
        login: "root".into(),
        password: password("a wrong guess"),
        kind: SessionKind::CommandLine,
    };
    let codes: Vec<String> = (0..12).map(|_| world.try_as(None, guess()).unwrap_err().code).collect();
    assert_eq!(codes[0], "wrong_credentials");
    assert!(codes.contains(&"throttled".to_owned()), "{codes:?}");
    assert_eq!(world.try_as(None, sign_in("root")).unwrap_err().code, "throttled", "the right one too");
    let nobody = Request::SignIn {
        login: "nobody".into(),
        password: password("a wrong guess"),
        kind: SessionKind::CommandLine,
    };
    assert_eq!(world.try_as(None, nobody).unwrap_err().code, "wrong_credentials", "others may try");
}
