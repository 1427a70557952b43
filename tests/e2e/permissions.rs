//! Who may use a plugin: decided at each call, explained on request.

use center::actor::{DepartmentId, Role};
use center::request::Request;
use center::snapshot::Subject;
use center::views::{DepartmentView, GrantsView, Obstacle, PermissionView, SourceView, WhyView};
use serde_json::{Value, json};
use spk::PluginId;

use crate::fixtures::Package;
use crate::world::{Person, World};

fn running(world: &World) -> PluginId {
    world.install_running(&Package::rogue("com.example.tool"))
}

fn call(world: &World, who: &Person, plugin: &PluginId) -> Result<Value, String> {
    world.call(&who.token, plugin, "echo", json!(7)).map_err(|refusal| refusal.code)
}

fn department(world: &World, name: &str, parent: Option<DepartmentId>) -> DepartmentId {
    world.get::<DepartmentView>(Request::DepartmentCreate { name: name.into(), parent }).id
}

fn put_into(world: &World, who: &Person, departments: &[DepartmentId]) {
    let (account, departments) = (who.id, departments.to_vec());
    let _: Value = world.get(Request::AccountDepartments { account, departments, revision: None });
}

fn why(world: &World, plugin: &PluginId, who: &Person) -> WhyView {
    world.get(Request::Why { plugin: plugin.clone(), permission: "use".into(), account: who.id })
}

#[test]
fn nobody_can_use_a_new_plugin_and_a_granted_account_can_until_it_is_revoked() {
    let world = World::new();
    let plugin = running(&world);
    let (anna, ben) = (world.person("anna"), world.person("ben"));
    assert_eq!(call(&world, &anna, &plugin), Err("not_permitted".into()));

    let subject = Subject::Account { id: anna.id };
    world.grant(&plugin, subject);
    assert_eq!(call(&world, &anna, &plugin), Ok(json!(7)), "at once, without signing in again");
    assert_eq!(call(&world, &ben, &plugin), Err("not_permitted".into()));
    let nobody = world
        .try_as(None, Request::PluginCall { plugin: plugin.clone(), call: "echo".into(), args: json!(7) });
    assert_eq!(nobody.unwrap_err().code, "not_signed_in");

    let (plugin_, permission) = (plugin.clone(), "use".into());
    let _: Value = world.get(Request::GrantRemove {
        plugin: plugin_,
        permission,
        subject,
        locale: "en".into(),
        revision: None,
    });
    assert_eq!(call(&world, &anna, &plugin), Err("not_permitted".into()), "at once");
}

#[test]
fn a_disabled_account_is_refused_at_once_and_enabling_it_gives_its_grants_back() {
    let world = World::new();
    let plugin = running(&world);
    let anna = world.person("anna");
    world.grant(&plugin, Subject::Everyone);
    assert_eq!(call(&world, &anna, &plugin), Ok(json!(7)));
    let enable = |enabled| {
        let _: Value = world.get(Request::AccountEnable { account: anna.id, enabled, revision: None });
    };
    enable(false);
    let refused = call(&world, &anna, &plugin).unwrap_err();
    assert!(["account_disabled", "not_signed_in"].contains(&refused.as_str()), "{refused}");
    enable(true);
    let again: center::views::SignedInView = world.get_as(None, crate::world::sign_in("anna"));
    let anna = Person { id: anna.id, token: again.token };
    assert_eq!(call(&world, &anna, &plugin), Ok(json!(7)));
}

#[test]
fn each_command_asks_for_its_own_permission() {
    let world = World::new();
    let package = Package::rogue("com.example.two")
        .with("permissions", json!([{ "id": "use" }, { "id": "train" }]))
        .with(
            "commands",
            json!([{ "id": "echo", "permission": "use" }, { "id": "meet", "permission": "train" }]),
        );
    let plugin = world.install_running(&package);
    let anna = world.person("anna");
    world.grant(&plugin, Subject::Account { id: anna.id });
    assert_eq!(call(&world, &anna, &plugin), Ok(json!(7)));
    let train = || world.call(&anna.token, &plugin, "meet", json!(null)).unwrap_err().code;
    assert_eq!(train(), "not_permitted");
    world.grant_permission(&plugin, "train", Subject::Account { id: anna.id });
    assert_eq!(train(), "plugin_fault", "it is the plugin that answers now");
    let undeclared = world.call(&world.root, &plugin, "do", json!({ "deed": "fork" })).unwrap_err();
    assert_eq!(
        undeclared.code, "unknown_command",
        "what plugin.json does not name cannot be called by anybody"
    );
}

#[test]
fn grants_flow_down_the_department_tree_if_they_say_so_and_never_up() {
    let world = World::new();
    let plugin = running(&world);
    let sales = department(&world, "Sales", None);
    let north = department(&world, "North", Some(sales));
    let people @ [above, inside, below] = &["above", "inside", "below"].map(|login| world.person(login));
    let head = department(&world, "Head office", None);
    put_into(&world, above, &[head]);
    put_into(&world, inside, &[sales]);
    put_into(&world, below, &[north]);
    let allowed = || people.each_ref().map(|person| call(&world, person, &plugin).is_ok());

    world.grant(&plugin, Subject::Department { id: sales, below: false });
    assert_eq!(allowed(), [false, true, false]);
    world.grant(&plugin, Subject::Department { id: sales, below: true });
    assert_eq!(allowed(), [false, true, true]);
    let (plugin_, permission) = (plugin.clone(), "use".into());
    let subject = Subject::Department { id: sales, below: true };
    let _: Value = world.get(Request::GrantRemove {
        plugin: plugin_,
        permission,
        subject,
        locale: "en".into(),
        revision: None,
    });
    world.grant(&plugin, Subject::Department { id: north, below: true });
    assert_eq!(allowed(), [false, false, true], "never up");

    put_into(&world, below, &[]);
    assert_eq!(allowed(), [false, false, false], "leaving the department takes it away at once");
}

#[test]
fn why_explains_what_gives_and_what_prevents() {
    let world = World::new();
    let plugin = running(&world);
    let sales = department(&world, "Sales", None);
    let anna = world.person("anna");
    let none = why(&world, &plugin, &anna);
    assert_eq!((none.allowed, none.obstacles), (false, vec![Obstacle::NoGrant]));

    put_into(&world, &anna, &[department(&world, "North", Some(sales))]);
    let subject = Subject::Department { id: sales, below: true };
    world.grant(&plugin, subject);
    let given = why(&world, &plugin, &anna);
    assert!(given.allowed);
    assert_eq!(given.sources, [SourceView::Grant { subject, path: vec!["Sales".into()] }]);

    world.switch_off(&plugin);
    let _: Value = world.get(Request::AccountEnable { account: anna.id, enabled: false, revision: None });
    let prevented = why(&world, &plugin, &anna);
    assert_eq!(prevented.sources.len(), 1, "what it was given is still said");
    assert_eq!(prevented.obstacles, [Obstacle::AccountDisabled, Obstacle::NotRunning]);

    let boss = world.account("boss", Role::Superadmin);
    assert_eq!(why(&world, &plugin, &boss).sources, [SourceView::Superadmin]);
}

#[test]
fn each_permission_is_listed_with_who_has_it_and_how_many_people_that_makes() {
    let world = World::new();
    let package = Package::rogue("com.example.listed")
        .with("permissions", json!([{ "id": "use", "title": "%use%" }, { "id": "train" }]))
        .file("locales/en.json", br#"{"use":"Ask questions"}"#)
        .file("locales/zh-CN.json", r#"{"use":"提问"}"#.as_bytes());
    let plugin = world.install(&package);
    let list = |locale: &str| -> Vec<PermissionView> {
        world
            .get::<GrantsView>(Request::GrantList { plugin: plugin.clone(), locale: locale.into() })
            .permissions
    };
    let [permission, train] = &list("en")[..] else { panic!("two permissions") };
    assert_eq!(
        (permission.title.as_str(), permission.people, permission.grants.len()),
        ("Ask questions", 0, 0)
    );
    assert_eq!((train.id.as_str(), train.people), ("train", 0));
    assert_eq!(list("zh-CN")[0].title, "提问");

    let sales = department(&world, "Sales", None);
    let [anna, ben] = ["anna", "ben"].map(|login| world.person(login));
    put_into(&world, &anna, &[sales]);
    put_into(&world, &ben, &[sales]);
    world.grant(&plugin, Subject::Account { id: anna.id });
    assert_eq!(list("en")[0].people, 1);
    world.grant(&plugin, Subject::Department { id: sales, below: false });
    assert_eq!(list("en")[0].people, 2, "nobody is counted twice");
    assert_eq!((world.list()[0].people, world.list()[0].everyone), (2, false));
    world.grant(&plugin, Subject::Everyone);
    assert!(world.list()[0].everyone);
    assert_eq!(list("en")[0].people, 2, "superadmins, who need no grant, are not counted");
    let refused = world.refusal(Request::GrantAdd {
        plugin: plugin.clone(),
        permission: "fly".into(),
        subject: Subject::Everyone,
        locale: "en".into(),
        revision: None,
    });
    assert_eq!(refused.code, "not_found");
}

#[test]
fn grants_survive_off_and_on_and_an_upgrade() {
    let world = World::new();
    let package = Package::rogue("com.example.lasting");
    let plugin = world.install_running(&package);
    let anna = world.person("anna");
    world.grant(&plugin, Subject::Account { id: anna.id });
    world.switch_off(&plugin);
    assert_eq!(call(&world, &anna, &plugin), Err("plugin_stopped".into()));
    world.switch_on(&plugin);
    assert_eq!(call(&world, &anna, &plugin), Ok(json!(7)));
    world.install(&package.version("1.1.0", 2));
    world.wait_state(&plugin, "running");
    assert_eq!(call(&world, &anna, &plugin), Ok(json!(7)));
}

#[test]
fn a_superadmin_sees_the_plugins_of_an_account_as_the_account_does_and_why() {
    let world = World::new();
    crate::logs::sign_in(&world);
    let (running, off) = (running(&world), world.install(&Package::rogue("com.example.off")));
    let anna = world.person("anna");
    let support = department(&world, "Support", None);
    let mail = department(&world, "E-mail", Some(support));
    put_into(&world, &anna, &[mail]);
    world.grant(&running, Subject::Department { id: support, below: true });
    world.grant(&off, Subject::Everyone);
    let other = world.install(&Package::rogue("com.example.other"));

    let seen = world.run_json(&["mine", "--as", "anna"]);
    let own: Value = world.get_as(Some(&anna.token), Request::PluginMine { locale: "en".into() });
    let plugins: Vec<Value> = seen.as_array().unwrap().iter().map(|one| one["plugin"].clone()).collect();
    assert_eq!(json!(plugins), own["plugins"], "what she sees herself");
    assert_eq!(plugins.len(), 2, "not {other}");
    let why = |plugin: &PluginId| {
        let one = seen.as_array().unwrap().iter().find(|one| one["plugin"]["id"] == plugin.as_str());
        one.unwrap()["why"][0].clone()
    };
    assert_eq!(why(&running)["sources"][0]["path"], json!(["Support"]));
    assert_eq!((&why(&running)["allowed"], &why(&off)["allowed"]), (&json!(true), &json!(false)));
    assert_eq!(why(&off)["obstacles"], json!(["not_running"]));
    let said = String::from_utf8(world.run(&["mine", "--as", "anna"], "").stdout).unwrap();
    assert!(said.contains("granted to the department Support and below"), "{said}");
    assert!(said.contains("granted to everyone; but the plugin does not run"), "{said}");
    let request = Request::AccountPlugins { account: anna.id, locale: "en".into() };
    assert_eq!(world.try_as(Some(&anna.token), request).unwrap_err().code, "not_a_superadmin");
}
