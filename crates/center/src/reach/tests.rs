//! Previews against the acts themselves: what was foretold is what comes.

use serde_json::json;

use super::*;
use crate::accounts::{enable, set_departments};
use crate::actor::{DepartmentId, Role};
use crate::error::Code;
use crate::permissions::{grant, list};
use crate::test_world::{NOW, World};

/// North is below Sales; Anna is in North, Ben in Sales, Carl nowhere. Sales and below may use the bot.
struct Company {
    world: World,
    boss: Actor,
    bot: PluginId,
    sales: DepartmentId,
    north: DepartmentId,
    people: [AccountId; 3],
}

impl Company {
    fn new() -> Self {
        let world = World::new();
        let boss = world.superadmin("boss");
        let bot = world.install(&json!({
            "id": "com.example.bot", "name": "Bot", "version": "1.0.0", "publisher": "Example", "library": {},
            "permissions": [{ "id": "use", "title": "Ask" }, { "id": "train" }],
        }));
        let people = ["anna", "ben", "carl"].map(|login| world.person(login, Role::Account).account);
        let sales = departments::create(&world.store, &boss, "Sales", None).unwrap().id;
        let north = departments::create(&world.store, &boss, "North", Some(sales)).unwrap().id;
        set_departments(&world.store, &boss, people[0], &[north]).unwrap();
        set_departments(&world.store, &boss, people[1], &[sales]).unwrap();
        let company = Self { world, boss, bot, sales, north, people };
        company.grant("use", Subject::Department { id: sales, below: true });
        company
    }

    fn grant(&self, permission: &str, subject: Subject) {
        let new = Granting { plugin: &self.bot, permission, subject, revision: None };
        grant(self.world.parts(), &self.boss, new, NOW).unwrap();
    }

    fn of_grants(&self, add: &[Subject], remove: &[Subject]) -> Result<ReachView> {
        let change = GrantChange { plugin: &self.bot, permission: "use", add, remove };
        of_grants(self.world.parts(), &self.boss, change, NOW)
    }

    fn of_people(&self, change: &PeopleChange) -> Result<Vec<ReachChangeView>> {
        of_people(&self.world.store, &self.boss, change, "en")
    }

    fn users(&self) -> Vec<AccountId> {
        let mut users: Vec<_> = people(&self.world.store.snapshot(), &self.bot, "use").into_iter().collect();
        users.sort_unstable();
        users
    }
}

fn logins(persons: &[PersonView]) -> Vec<&str> {
    persons.iter().map(|person| person.login.as_str()).collect()
}

#[test]
fn a_preview_of_grants_says_who_gains_and_loses_and_changes_nothing() {
    let company = Company::new();
    let [_, ben, carl] = company.people.map(|id| Subject::Account { id });
    let sales = Subject::Department { id: company.sales, below: true };
    let revision = || list(&company.world.store, &company.boss, &company.bot, "en").unwrap().revision;
    let (before, acts) = (revision(), company.world.recorded("permission_granted"));

    let reach = company.of_grants(&[carl], &[]).unwrap();
    assert_eq!((reach.before, reach.after), (2, 3));
    assert_eq!((logins(&reach.gains), logins(&reach.loses)), (vec!["carl"], vec![]));
    let reach = company.of_grants(&[ben], &[sales]).unwrap();
    assert_eq!((reach.before, reach.after), (2, 1), "what another grant gives is not lost");
    assert_eq!((logins(&reach.gains), logins(&reach.loses)), (vec![], vec!["anna"]));
    let reach = company.of_grants(&[Subject::Everyone], &[]).unwrap();
    assert_eq!((reach.before, reach.after), (2, 3), "the superadmin is not counted");
    let narrower = Subject::Department { id: company.sales, below: false };
    assert_eq!(logins(&company.of_grants(&[narrower], &[]).unwrap().loses), ["anna"]);

    assert_eq!(revision(), before);
    assert_eq!(company.world.recorded("permission_granted"), acts);
    assert_eq!(company.users(), company.people[..2]);
}

#[test]
fn a_preview_of_grants_counts_enabled_accounts_only_and_refuses_what_the_grant_would() {
    let company = Company::new();
    enable(&company.world.store, &company.boss, company.people[2], false).unwrap();
    let reach = company.of_grants(&[Subject::Account { id: company.people[2] }], &[]).unwrap();
    assert_eq!((reach.before, reach.after, reach.gains.len()), (2, 2, 0));
    for nobody in
        [Subject::Account { id: AccountId(99) }, Subject::Department { id: DepartmentId(99), below: true }]
    {
        assert_eq!(company.of_grants(&[nobody], &[]).unwrap_err().code, Code::NotFound);
    }
    let fly = GrantChange { plugin: &company.bot, permission: "fly", add: &[], remove: &[] };
    let store = &company.world.store;
    assert_eq!(of_grants(company.world.parts(), &company.boss, fly, NOW).unwrap_err().code, Code::NotFound);
    let anna = Actor::Person(company.world.person("other", Role::Account));
    let change = GrantChange { permission: "use", ..fly };
    assert_eq!(of_grants(company.world.parts(), &anna, change, NOW).unwrap_err().code, Code::NotASuperadmin);
    let people = PeopleChange::DepartmentDeleted { department: company.north };
    assert_eq!(of_people(store, &anna, &people, "en").unwrap_err().code, Code::NotASuperadmin);
}

#[test]
fn moving_deleting_and_disabling_are_foretold_as_they_come() {
    let company = Company::new();
    let (store, boss) = (&company.world.store, &company.boss);
    let [anna, ben, carl] = company.people;
    let told = |change| {
        let changes = company.of_people(&change).unwrap();
        assert!(changes.iter().all(|change| change.name == "Bot" && change.permission.title == "Ask"));
        let names = |of: fn(&ReachChangeView) -> &[PersonView]| -> Vec<String> {
            changes.iter().flat_map(|c| logins(of(c))).map(Into::into).collect()
        };
        (names(|change| &change.gains), names(|change| &change.loses))
    };
    let none = Vec::<String>::new;
    let moved = PeopleChange::DepartmentMoved { department: company.north, parent: None };
    assert_eq!(told(moved), (none(), vec!["anna".into()]));
    let deleted = PeopleChange::DepartmentDeleted { department: company.north };
    assert_eq!(told(deleted), (none(), vec!["anna".into()]));
    let disabled = PeopleChange::AccountEnabled { account: ben, enabled: false };
    assert_eq!(told(disabled), (none(), vec!["ben".into()]));
    let joins = PeopleChange::AccountDepartments { account: carl, departments: vec![company.north] };
    assert_eq!(told(joins), (vec!["carl".into()], none()));
    let nothing = PeopleChange::AccountDepartments { account: anna, departments: vec![company.sales] };
    assert_eq!(told(nothing), (none(), none()));
    assert_eq!(company.users(), [anna, ben], "telling changed nothing");

    departments::relocate(store, boss, company.north, None).unwrap();
    assert_eq!(company.users(), [ben]);
    let back = PeopleChange::DepartmentMoved { department: company.north, parent: Some(company.sales) };
    assert_eq!(told(back), (vec!["anna".into()], none()));
    enable(store, boss, ben, false).unwrap();
    assert_eq!(company.users(), []);
}

#[test]
fn a_preview_is_refused_for_what_its_change_would_be() {
    let company = Company::new();
    let code = |change| company.of_people(&change).unwrap_err().code;
    let Actor::Person(boss) = &company.boss else { panic!("a person") };
    let last = PeopleChange::AccountEnabled { account: boss.account(), enabled: false };
    assert_eq!(code(last), Code::LastSuperadmin);
    let cycle = PeopleChange::DepartmentMoved { department: company.sales, parent: Some(company.north) };
    assert_eq!(code(cycle), Code::InvalidInput);
    let not_empty = PeopleChange::DepartmentDeleted { department: company.sales };
    assert_eq!(code(not_empty), Code::DepartmentNotEmpty);
    let unknown =
        PeopleChange::AccountDepartments { account: company.people[0], departments: vec![DepartmentId(99)] };
    assert_eq!(code(unknown), Code::NotFound);
}
