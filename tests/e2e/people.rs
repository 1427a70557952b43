//! Accounts and departments as they are kept: what one may use, who gains and loses by a change, several superadmins at
//! once, the way back in, and what of all this is on record.

use center::actor::{AccountId, DepartmentId, Role};
use center::audit::Filter;
use center::request::{PeopleChange, Request};
use center::snapshot::Subject;
use center::views::{
    AccountCreatedView, AccountView, AttentionView, DepartmentView, GrantsView, MineView, PersonView,
    ReachChangeView, ReachView,
};
use serde_json::{Value, json};
use spk::PluginId;

use crate::fixtures::Package;
use crate::world::{PASSWORD, World, id, password, sign_in};

const OTHER: &str = "green umbrella 93";

fn department(world: &World, name: &str, parent: Option<DepartmentId>) -> DepartmentId {
    world.get::<DepartmentView>(Request::DepartmentCreate { name: name.into(), parent }).id
}

fn put_into(world: &World, account: AccountId, departments: &[DepartmentId]) {
    let departments = departments.to_vec();
    let _: Value = world.get(Request::AccountDepartments { account, departments, revision: None });
}

fn logins(persons: &[PersonView]) -> Vec<&str> {
    persons.iter().map(|person| person.login.as_str()).collect()
}

fn grants(world: &World, plugin: &PluginId) -> GrantsView {
    world.get(Request::GrantList { plugin: plugin.clone(), locale: "en".into() })
}

fn trail(world: &World, action: &str) -> Vec<Value> {
    let rows: Vec<Value> = world.get(Request::AuditList { last: 1000, filter: Filter::default() });
    rows.into_iter().filter(|row| row["action"] == action).collect()
}

#[test]
fn an_account_sees_its_own_plugins_running_or_not_and_what_it_may_call_in_them() {
    let world = World::new();
    let package = Package::rogue("com.example.two")
        .with("permissions", json!([{ "id": "use", "title": "%use%" }, { "id": "train" }]))
        .with(
            "commands",
            json!([{ "id": "echo", "permission": "use" }, { "id": "meet", "permission": "train" }]),
        )
        .file("locales/en.json", br#"{"use":"Ask questions"}"#)
        .file("locales/zh-CN.json", r#"{"use":"提问"}"#.as_bytes());
    let plugin = world.install_running(&package);
    world.install(&Package::rogue("com.example.not-mine"));
    let anna = world.person("anna");
    let mine = |locale: &str| -> MineView {
        world.get_as(Some(&anna.token), Request::PluginMine { locale: locale.into() })
    };
    assert!(mine("en").plugins.is_empty());
    assert_eq!(mine("en").contacts, ["Root"], "whom to ask for access");

    world.grant(&plugin, Subject::Account { id: anna.id });
    let [own] = &mine("en").plugins[..] else { panic!("one plugin") };
    assert_eq!((own.id.clone(), own.running), (plugin.clone(), true));
    assert_eq!((own.permissions.len(), own.permissions[0].title.as_str()), (1, "Ask questions"));
    assert_eq!(mine("zh-CN").plugins[0].permissions[0].title, "提问");
    for command in ["echo", "meet"] {
        let listed = own.commands.iter().any(|own| own.id == command);
        let refused = world
            .call(&anna.token, &plugin, command, json!(1))
            .is_err_and(|refusal| refusal.code == "not_permitted");
        assert_eq!(listed, !refused, "what is listed is what may be called: {command}");
    }
    world.switch_off(&plugin);
    assert!(!mine("en").plugins[0].running, "still its own, and it does not run");
    let all: MineView = world.get(Request::PluginMine { locale: "en".into() });
    assert_eq!(all.plugins.len(), 2, "a superadmin may use all");

    let me: AccountView = world.get_as(Some(&anna.token), Request::Me);
    assert_eq!((me.id, me.login.as_str(), me.role), (anna.id, "anna", Role::Account));
}

#[test]
fn a_change_of_grants_on_what_was_not_seen_is_refused_and_an_answer_is_what_is_now() {
    let world = World::new();
    let package = Package::rogue("com.example.shared");
    let plugin = world.install(&package);
    let [anna, ben] = ["anna", "ben"].map(|login| Subject::Account { id: world.person(login).id });
    let second = world.account("second", Role::Superadmin);
    let seen = grants(&world, &plugin).revision;
    let add = |subject, revision| Request::GrantAdd {
        plugin: plugin.clone(),
        permission: "use".into(),
        subject,
        locale: "en".into(),
        revision,
    };
    let after: GrantsView = world.get_as(Some(&second.token), add(anna, Some(seen)));
    assert!(after.revision > seen && after.permissions[0].people == 1, "{after:?}");
    let refused = world.refusal(add(ben, Some(seen)));
    assert_eq!(refused.code, "changed_meanwhile");
    assert_eq!(refused.details["revision"], after.revision);
    assert_eq!(grants(&world, &plugin).permissions[0].people, 1, "nothing of it was done");
    let remove = Request::GrantRemove {
        plugin: plugin.clone(),
        permission: "use".into(),
        subject: anna,
        locale: "en".into(),
        revision: Some(after.revision),
    };
    let removed: GrantsView = world.get(remove);
    assert!(removed.revision > after.revision && removed.permissions[0].grants.is_empty());

    let _: Value = world.get(Request::PluginUninstall { plugin: plugin.clone(), purge: true });
    world.install(&package.version("1.0.1", 2));
    assert!(grants(&world, &plugin).revision >= removed.revision, "it never counts from the beginning again");
}

#[test]
fn a_grant_a_move_and_a_deletion_are_foretold_with_who_gains_and_who_loses() {
    let world = World::new();
    let plugin = world.install(&Package::rogue("com.example.foretold"));
    let sales = department(&world, "Sales", None);
    let north = department(&world, "North", Some(sales));
    let [anna, ben] = ["anna", "ben"].map(|login| world.person(login).id);
    put_into(&world, anna, &[north]);
    let below = Subject::Department { id: sales, below: true };
    let preview = |add: &[Subject], remove: &[Subject]| Request::GrantPreview {
        plugin: plugin.clone(),
        permission: "use".into(),
        add: add.to_vec(),
        remove: remove.to_vec(),
    };
    let reach: ReachView = world.get(preview(&[below, Subject::Account { id: ben }], &[]));
    assert_eq!((reach.before, reach.after, logins(&reach.gains)), (0, 2, vec!["anna", "ben"]));
    assert_eq!(grants(&world, &plugin).permissions[0].people, 0, "it was only foretold");
    world.grant(&plugin, below);
    let reach: ReachView = world.get(preview(&[], &[below]));
    assert_eq!((reach.before, reach.after, logins(&reach.loses)), (1, 0, vec!["anna"]));
    let nobody = Subject::Account { id: AccountId(999) };
    assert_eq!(world.refusal(preview(&[nobody], &[])).code, "not_found");

    let foretold = |change| -> Vec<ReachChangeView> {
        world.get(Request::PeoplePreview { change, locale: "en".into() })
    };
    let moved = foretold(PeopleChange::DepartmentMoved { department: north, parent: None });
    assert_eq!((&moved[0].plugin, logins(&moved[0].loses)), (&plugin, vec!["anna"]));
    assert_eq!(foretold(PeopleChange::DepartmentDeleted { department: north }).len(), 1);
    let joins = PeopleChange::AccountDepartments { account: ben, departments: vec![sales] };
    assert_eq!(logins(&foretold(joins)[0].gains), ["ben"]);
    let root = world.get::<AccountView>(Request::Me).id;
    let last = PeopleChange::AccountEnabled { account: root, enabled: false };
    let refused = world.refusal(Request::PeoplePreview { change: last, locale: "en".into() });
    assert_eq!(refused.code, "last_superadmin");

    let _: DepartmentView = world.get(Request::DepartmentMove { department: north, parent: None });
    assert_eq!(grants(&world, &plugin).permissions[0].people, 0, "and so it came");
}

#[test]
fn a_department_is_renamed_moved_and_deleted_with_its_grants() {
    let world = World::new();
    let plugin = world.install(&Package::rogue("com.example.tree"));
    let sales = department(&world, "Sales", None);
    let north = department(&world, "North", Some(sales));
    let anna = world.person("anna").id;
    put_into(&world, anna, &[north]);
    world.grant(&plugin, Subject::Department { id: north, below: false });
    let renamed: DepartmentView =
        world.get(Request::DepartmentRename { department: north, name: "South".into() });
    assert_eq!(renamed.path, ["Sales", "South"]);
    let cycle = Request::DepartmentMove { department: sales, parent: Some(north) };
    assert_eq!(world.refusal(cycle).code, "invalid_input");
    let not_empty = Request::DepartmentDelete { department: sales };
    assert_eq!(world.refusal(not_empty).code, "department_not_empty");
    let _: Value = world.get(Request::DepartmentDelete { department: north });
    assert!(grants(&world, &plugin).permissions[0].grants.is_empty());
    let left: Vec<DepartmentView> = world.get(Request::DepartmentList);
    assert_eq!(left.len(), 1);
    let row = &trail(&world, "department_deleted")[0];
    assert_eq!((&row["target_name"], &row["name"]), (&json!("Sales/South"), &json!("Root")));
    assert_eq!(row["details"]["members"], json!([anna]));
}

#[test]
fn a_reset_account_starts_again_with_a_one_time_password() {
    let world = World::new();
    let anna = world.person("anna");
    let _: Value =
        world.get(Request::AccountRename { account: anna.id, name: "Anna Berg".into(), revision: None });
    let made: AccountCreatedView = world.get(Request::AccountReset { account: anna.id });
    assert_eq!(world.try_as(Some(&anna.token), Request::Me).unwrap_err().code, "not_signed_in");
    assert_eq!(world.try_as(None, sign_in("anna")).unwrap_err().code, "wrong_credentials");
    let first = Request::SignIn {
        login: "anna".into(),
        password: password(&made.one_time_password),
        kind: center::request::SessionKind::Window,
    };
    let first: center::views::SignedInView = world.get_as(None, first);
    assert!(first.must_change);
    let row = &trail(&world, "signed_in").pop().unwrap();
    assert_eq!((&row["name"], &row["target_name"]), (&json!("Anna Berg"), &json!("anna")));
}

#[test]
fn a_superadmin_who_lost_the_password_gets_back_in_with_the_recovery_code_running_center_or_not() {
    let mut world = World::raw();
    let init = world.run(&["--json", "init", "--login", "root", "--password-stdin"], PASSWORD);
    let made: Value = serde_json::from_slice(&init.stdout).expect("a document");
    let code = made["recovery_code"].as_str().expect("a recovery code").to_owned();
    let recover = |world: &World, code: &str, new: &str| -> (Option<i32>, Value) {
        let input = format!("{code}\n{new}\n");
        let ended = world.run(&["--json", "account", "recover", "root", "--password-stdin"], &input);
        (ended.status.code(), serde_json::from_slice(&ended.stdout).expect("a document"))
    };
    let (status, refused) = recover(&world, "0000-0000-0000-0000-0000-0000", OTHER);
    assert_eq!((status, &refused["error"]["code"]), (Some(3), &json!("wrong_credentials")));
    assert_eq!(world.run_json(&["list"]), json!([]), "the session is still good");

    let (status, back) = recover(&world, &code, OTHER);
    assert_eq!(status, Some(0), "{back}");
    let list = world.run(&["--json", "list"], "");
    assert_eq!(list.status.code(), Some(3), "its sessions have ended");
    world.start();
    assert_eq!(world.try_as(None, sign_in("root")).unwrap_err().code, "wrong_credentials");
    assert_eq!(recover(&world, &code, PASSWORD).0, Some(3), "a code works once");
    let next = back["recovery_code"].as_str().expect("another code");
    assert_eq!(recover(&world, next, PASSWORD).0, Some(0), "and over the socket");
    let signed_in: center::views::SignedInView = world.get_as(None, sign_in("root"));
    world.root = signed_in.token;
    assert_eq!(trail(&world, "account_recovered").len(), 2);
    let refused = trail(&world, "recovery_refused");
    assert_eq!(refused.iter().map(|row| row["times"].as_u64().expect("a count")).sum::<u64>(), 2);
    let make =
        |world: &World| world.run(&["--json", "account", "recovery-code", "--password-stdin"], PASSWORD);
    assert_eq!(make(&world).status.code(), Some(3), "the command line's own session has ended");
    assert!(world.run(&["login", "root", "--password-stdin"], PASSWORD).status.success());
    let made: Value = serde_json::from_slice(&make(&world).stdout).expect("a document");
    let made = made["recovery_code"].as_str().expect("a code");
    assert_eq!(recover(&world, next, OTHER).0, Some(3), "a new code voids the one before it");
    assert_eq!(recover(&world, made, PASSWORD).0, Some(0));
    world.root = world.get_as::<center::views::SignedInView>(None, sign_in("root")).token;
    let rows = json!(world.get::<Vec<Value>>(Request::AuditList { last: 1000, filter: Filter::default() }))
        .to_string();
    assert!(!rows.contains(next) && !rows.contains(&code) && !rows.contains(made));
}

#[test]
fn refused_acts_are_on_record_with_who_what_and_why_and_the_same_again_is_counted() {
    let world = World::new();
    let plugin = world.install(&Package::rogue("com.example.wanted"));
    let anna = world.person("anna");
    let evil = || Request::AccountRole { account: anna.id, role: Role::Superadmin, revision: None };
    for _ in 0..3 {
        assert_eq!(world.try_as(Some(&anna.token), evil()).unwrap_err().code, "not_a_superadmin");
    }
    let root = world.get::<AccountView>(Request::Me).id;
    world.refusal(Request::AccountEnable { account: root, enabled: false, revision: None });
    let mistyped = Request::PluginSwitch { plugin: id("com.example.wnated"), on: true, revision: None };
    let refused = world.refusal(mistyped);
    assert_eq!(refused.details["suggestions"], json!([plugin]), "{refused:?}");
    world.refusal(Request::PluginShow { plugin: id("org.elsewhere.x"), locale: "en".into() });
    let refused = |row: &Value| {
        let details = &row["details"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let target = row["target_name"].as_str().or(row["target"].as_str()).unwrap_or_default().to_owned();
        (text(&row["name"]), text(&details["request"]), text(&details["code"]), target, row["times"].clone())
    };
    let rows: Vec<_> = trail(&world, "refused").iter().map(refused).collect();
    let row = |name: &str, request: &str, code: &str, target: &str, times: u32| {
        (name.to_owned(), request.to_owned(), code.to_owned(), target.to_owned(), json!(times))
    };
    assert_eq!(
        rows,
        [
            row("ANNA", "account_role", "not_a_superadmin", "anna", 3),
            row("Root", "account_enable", "last_superadmin", "root", 1),
            row("Root", "plugin_switch", "not_found", "com.example.wnated", 1),
        ],
        "a look that finds nothing is not among them"
    );
}

#[test]
fn a_withdrawn_publisher_leaves_what_it_stopped_on_the_list_until_trust_returns_or_it_goes() {
    let world = World::new();
    let [first, second] =
        ["com.example.one", "com.example.two"].map(|id| world.install_running(&Package::rogue(id)));
    world.install(&Package::rogue("com.example.off"));
    let key = world.publisher.key.public();
    let _: Value = world.get(Request::PublisherWithdraw { key, reason: "the key was stolen".into() });
    let stopped = || -> Vec<String> {
        let list: Vec<AttentionView> = world.get(Request::AttentionList);
        let about = list.into_iter().filter(|row| row.kind == "publisher_withdrawn");
        about.map(|row| row.subject).collect()
    };
    assert_eq!(stopped(), [first.to_string(), second.to_string()]);
    assert_eq!(trail(&world, "publisher_withdrawn")[0]["details"]["stops"], json!([first, second]));
    let _: Value = world.get(Request::PluginUninstall { plugin: first, purge: false });
    assert_eq!(stopped(), [second.to_string()]);
    world.trust(&world.publisher);
    assert!(stopped().is_empty());
    world.wait_state(&second, "running");
}

#[test]
fn why_and_other_commands_end_with_not_found_for_names_that_are_not_there_and_say_what_was_meant() {
    let world = World::new();
    world.install(&Package::rogue("com.example.tool"));
    world.person("anna");
    crate::logs::sign_in(&world);
    for (arguments, meant) in [
        (&["why", "com.example.toll", "use", "--account", "anna"][..], "com.example.tool"),
        (&["why", "com.example.tool", "ues", "--account", "anna"], "use"),
        (&["why", "com.example.tool", "use", "--account", "ana"], "anna"),
        (&["show", "com.exmaple.tool"], "com.example.tool"),
        (&["grant", "com.example.tool", "usee", "--everyone"], "use"),
        (&["account", "disable", "nana"], "anna"),
    ] {
        let ended = world.run(&[&["--json"], arguments].concat(), "");
        let answer: Value = serde_json::from_slice(&ended.stdout).expect("a document");
        assert_eq!((ended.status.code(), &answer["error"]["code"]), (Some(4), &json!("not_found")));
        assert_eq!(answer["error"]["details"]["suggestions"], json!([meant]), "{arguments:?}: {answer}");
        assert!(answer["error"]["hint"].as_str().unwrap().contains(meant), "{answer}");
    }
    let known = world.run_json(&["why", "com.example.tool", "use", "--account", "anna"]);
    assert_eq!(known["allowed"], false, "a no is an answer, not a failure");
}

#[test]
fn departments_and_accounts_are_kept_by_commands_alone() {
    let world = World::new();
    crate::logs::sign_in(&world);
    let plugin = world.install(&Package::rogue("com.example.kept"));
    world.run_json(&["department", "create", "Sales"]);
    world.run_json(&["department", "create", "Sales/North"]);
    world.run_json(&["account", "create", "anna", "--department", "Sales/North"]);
    world.run_json(&["grant", plugin.as_ref(), "use", "--department", "Sales", "--below"]);
    world.run_json(&["department", "rename", "Sales/North", "South"]);
    let lossy = ["department", "move", "Sales/South", "--top"];
    let asked = world.run(&lossy, "");
    assert_eq!(asked.status.code(), Some(2), "somebody would lose something, and nobody is there to ask");
    assert!(String::from_utf8_lossy(&asked.stderr).contains("anna"));
    world.run_json(&[&lossy[..], &["--yes"]].concat());
    world.run_json(&["department", "move", "South", "--below", "Sales"]);
    world.run_json(&["department", "delete", "Sales/South", "--yes"]);
    assert_eq!(world.run_json(&["department", "list"]).as_array().map(Vec::len), Some(1));
    world.run_json(&["account", "rename", "anna", "Anna Berg"]);
    let accounts = world.run_json(&["account", "list"]);
    assert_eq!((&accounts[0]["name"], &accounts[0]["departments"]), (&json!("Anna Berg"), &json!([])));
    let made = world.run_json(&["account", "reset", "anna"]);
    let once = made["one_time_password"].as_str().expect("a password");
    let entered = world.run(&["--json", "login", "anna", "--password-stdin"], once);
    let entered: Value = serde_json::from_slice(&entered.stdout).expect("a document");
    assert_eq!(entered["must_change"], true);
}

#[test]
fn sessions_are_listed_and_ended_by_commands_and_an_ended_one_is_refused_at_once() {
    let world = World::new();
    let anna = world.person("anna");
    let login = world.run(&["login", "anna", "--password-stdin"], PASSWORD);
    assert!(login.status.success(), "{login:?}");
    let own = world.run_json(&["session", "list"]);
    let open = own.as_array().expect("a list");
    let mine = |one: &&Value| one["own"] == json!(true);
    assert_eq!((open.len(), open.iter().filter(mine).count()), (3, 1), "{own}");
    assert_eq!(open[0]["kind"], "command_line");
    assert_eq!(world.run_json(&["session", "end", "--all"]), json!(2));
    assert_eq!(world.try_as(Some(&anna.token), Request::Me).unwrap_err().code, "not_signed_in");
    let others = world.run(&["--json", "session", "list", "--account", "root"], "");
    assert_eq!(others.status.code(), Some(3), "somebody else's are not hers to see");

    let root = world.run(&["login", "root", "--password-stdin"], PASSWORD);
    assert!(root.status.success(), "{root:?}");
    let hers = world.run_json(&["session", "list", "--account", "anna"]);
    let id = hers[0]["id"].as_str().expect("an id");
    assert_eq!(world.run_json(&["session", "end", &id[..6], "--account", "anna"]), json!(1));
    assert_eq!(world.run_json(&["session", "list", "--account", "anna"]), json!([]));
    let gone = world.run(&["--json", "session", "end", id, "--account", "anna"], "");
    assert_eq!(gone.status.code(), Some(4));
    let rows = trail(&world, "session_ended");
    let shown: Vec<_> = rows.iter().map(|row| (&row["name"], &row["target_name"], &row["details"])).collect();
    let ended = |count: u32| json!({ "sessions": count });
    assert_eq!(shown[0], (&json!("ANNA"), &json!("anna"), &ended(2)));
    assert_eq!(shown[1], (&json!("Root"), &json!("anna"), &ended(1)));
}

#[test]
fn a_table_of_people_is_imported_by_a_command_and_its_passwords_are_in_one_private_file_and_nowhere_else() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new();
    let login = world.run(&["login", "root", "--password-stdin"], PASSWORD);
    assert!(login.status.success(), "{login:?}");
    let (table, out) = (world.folder().join("people.csv"), world.folder().join("passwords.csv"));
    let (file, out_path) = (table.to_str().expect("UTF-8"), out.to_str().expect("UTF-8"));
    std::fs::write(&table, "login,name,departments\nanna,Anna,Support/Night\nroot,Again,\nben,Ben,\n")
        .unwrap();
    let plan = world.run_json(&["account", "import", file, "--dry-run", "--make-departments"]);
    let lines =
        |list: &Value| list.as_array().expect("a list").iter().map(|row| row["line"].clone()).collect();
    let (good, bad): (Vec<Value>, Vec<Value>) = (lines(&plan["accounts"]), lines(&plan["wrong"]));
    assert_eq!((good, bad), (vec![json!(2), json!(4)], vec![json!(3)]), "{plan}");
    let import = ["account", "import", file, "--make-departments", "--yes", "--out", out_path];
    let refused = world.run(&[&["--json"], &import[..]].concat(), "");
    assert!(!refused.status.success() && !out.exists(), "wrong lines are left out only on request");
    assert_eq!(world.get::<Vec<AccountView>>(Request::AccountList).len(), 1);
    let told = world.run_json(&[&import[..], &["--skip-wrong"]].concat());
    assert_eq!(told["accounts"], 2);
    assert_eq!(out.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let text = std::fs::read_to_string(&out).unwrap();
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|row| row.split(',').collect()).collect();
    assert_eq!((rows.len(), rows[0][0], rows[1][0]), (2, "anna", "ben"));
    let first = Request::SignIn {
        login: "anna".into(),
        password: password(rows[0][2]),
        kind: center::request::SessionKind::CommandLine,
    };
    assert!(world.get_as::<center::views::SignedInView>(None, first).must_change);
    let left: Vec<DepartmentView> = world.get(Request::DepartmentList);
    assert_eq!(left.len(), 2);
    let trail = json!(trail(&world, "account_imported")).to_string() + &world.output();
    for row in rows {
        assert!(!trail.contains(row[2]));
        for file in walkdir::WalkDir::new(world.home().root()).into_iter().filter_map(Result::ok) {
            let Ok(bytes) = std::fs::read(file.path()) else { continue };
            assert!(!String::from_utf8_lossy(&bytes).contains(row[2]), "{}", file.path().display());
        }
    }
}

#[test]
fn an_account_is_deleted_by_a_command_only_when_what_is_lost_is_agreed_to() {
    let world = World::new();
    assert!(world.run(&["login", "root", "--password-stdin"], PASSWORD).status.success());
    let plugin = world.install_running(&Package::rogue("com.example.hers"));
    let anna = world.person("anna");
    world.grant(&plugin, Subject::Account { id: anna.id });
    assert!(world.call(&anna.token, &plugin, "echo", json!(1)).is_ok());
    for act in ["disable", "delete"] {
        let asked = world.run(&["--json", "account", act, "anna"], "");
        assert_eq!(asked.status.code(), Some(2), "nobody agreed");
    }
    assert!(world.call(&anna.token, &plugin, "echo", json!(1)).is_ok(), "nothing was changed");
    world.run_json(&["account", "delete", "anna", "--yes"]);
    let refused = world.call(&anna.token, &plugin, "echo", json!(1)).unwrap_err();
    assert_eq!(refused.code, "not_signed_in");
    assert!(grants(&world, &plugin).permissions[0].grants.is_empty());
    let row = &trail(&world, "account_deleted")[0];
    assert_eq!((&row["name"], &row["target_name"]), (&json!("Root"), &json!("anna")));
    assert!(trail(&world, "signed_in").iter().any(|row| row["name"] == "ANNA"), "what she did is still hers");
    let last = world.run(&["--json", "account", "delete", "root", "--yes"], "");
    assert_eq!(last.status.code(), Some(1));
    assert_eq!(world.get::<Vec<AccountView>>(Request::AccountList).len(), 1);
}
