//! Accounts from a table: what is shown before, what is made, and what is written to hand over.

use super::*;

/// A table of people in a file, and its import.
struct Table {
    _folder: tempfile::TempDir,
    path: std::path::PathBuf,
}

impl Table {
    fn of(lines: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("people.csv");
        std::fs::write(&path, lines.join("\r\n")).unwrap();
        Self { _folder: folder, path }
    }

    fn import(&self, departments: bool) -> import::Import<'_> {
        import::Import { path: &self.path, departments }
    }
}

#[test]
fn a_table_is_shown_with_each_wrong_line_and_then_imported_in_one_act() {
    let center = Center::new();
    let (store, boss) = (&center.world.store, &center.boss);
    departments::create(store, boss, "Support", None).unwrap();
    let table = Table::of(&[
        "login,name,departments,role",
        "anna,Anna Berg,Support / Night; Sales,",
        "BOSS,Another,,",
        "ben,Ben,Support,superadmin",
        "Anna,Twice,,",
        "carl,,Support/,nobody",
    ]);
    let plan = import::plan(store, boss, table.import(true)).unwrap();
    let logins: Vec<_> = plan.accounts.iter().map(|row| row.login.as_str()).collect();
    assert_eq!(logins, ["anna", "ben"]);
    let made: Vec<_> = plan.departments.iter().map(|path| path.join("/")).collect();
    assert_eq!(made, ["Sales", "Support/Night"]);
    let wrong: Vec<_> =
        plan.wrong.iter().map(|row| (row.line, serde_json::to_value(&row.problems).unwrap())).collect();
    let one = |problem: &str| serde_json::json!([{ "problem": problem }]);
    assert_eq!(wrong[0], (3, one("login_taken")));
    assert_eq!(wrong[1], (5, serde_json::json!([{ "problem": "login_twice", "first": 2 }])));
    let several: Vec<_> = wrong[2].1.as_array().unwrap().iter().map(|one| one["problem"].clone()).collect();
    assert_eq!(
        (wrong[2].0, several),
        (6, ["name_invalid", "role_unknown", "department_invalid"].map(Into::into).into())
    );
    assert_eq!(list(store, boss).unwrap().len(), 1, "nothing was changed");

    let imported = import::apply(store, boss, (table.import(true), &plan.plan), NOW).unwrap();
    let views = list(store, boss).unwrap();
    let of = |login: &str| views.iter().find(|view| view.login == login).unwrap();
    let paths: Vec<_> = of("anna").departments.iter().map(|place| place.path.join("/")).collect();
    assert_eq!((paths, of("ben").role), (vec!["Sales".into(), "Support/Night".to_owned()], Role::Superadmin));
    let once = &imported.accounts[0].one_time_password;
    assert!(center.sign_in("anna", once, NOW).unwrap().must_change);
    assert!(!format!("{imported:?}").contains(once));
    let rows = store.read(|db| crate::audit::last(db, 100)).unwrap();
    let row = rows.iter().find(|row| row.action == "account_imported").unwrap();
    assert_eq!(
        row.details,
        serde_json::json!({ "accounts": [of("anna").id, of("ben").id], "departments": 2 })
    );
    let said = serde_json::to_string(&rows).unwrap();
    assert!(imported.accounts.iter().all(|one| !said.contains(&one.one_time_password)));
    assert_eq!(store.read(|db| crate::audit::verify(db, &[])).unwrap().broken, None);
}

#[test]
fn an_import_is_refused_as_a_whole_if_the_table_or_the_center_is_not_what_was_shown() {
    let center = Center::new();
    let (store, boss) = (&center.world.store, &center.boss);
    let table = Table::of(&["login,name,departments", "anna,Anna,Sales", "ben,Ben,"]);
    let plan = |make| import::plan(store, boss, table.import(make)).unwrap();
    let unknown = serde_json::to_value(&plan(false).wrong[0].problems).unwrap();
    assert_eq!(unknown, serde_json::json!([{ "problem": "department_unknown", "path": "Sales" }]));
    let seen = plan(true).plan;
    let apply = |make, plan: &str| import::apply(store, boss, (table.import(make), plan), NOW);
    assert_eq!(apply(false, &seen).unwrap_err().code, Code::PlanChanged, "other answers are another plan");
    center.create("ben", Role::Account);
    let refused = apply(true, &seen).unwrap_err();
    assert_eq!((refused.code, &refused.details["wrong"][0]["login"]), (Code::PlanChanged, &"ben".into()));
    std::fs::write(&table.path, "login,name\nboss,Boss\n").unwrap();
    assert_eq!(apply(true, &plan(true).plan).unwrap_err().code, Code::InvalidInput, "nothing to create");
    assert_eq!(list(store, boss).unwrap().len(), 2);
    assert!(departments::list(store, boss).unwrap().is_empty());
    assert_eq!(center.world.recorded("account_imported"), 0);
}

#[test]
fn what_is_written_to_hand_over_is_a_table_without_formulas() {
    let account = crate::views::HandOverView {
        login: "+anna".into(),
        name: "=HYPERLINK(\"http://x\")".into(),
        one_time_password: "abcd-efgh-jkmn-pqrs".into(),
    };
    let mut bytes = Vec::new();
    import::write(&mut bytes, &[account]).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let row = "'+anna,\"'=HYPERLINK(\"\"http://x\"\")\",abcd-efgh-jkmn-pqrs\n";
    assert_eq!(text, format!("\u{feff}login,name,one-time password\n{row}"));
}
