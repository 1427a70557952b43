//! Finding rows of the trail: by who, what, to what, when; a page at a time, from the newest back.

use rusqlite::types::Value as Sql;
use rusqlite::{Connection, params_from_iter};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

use super::Row;
use crate::actor::AccountId;
use crate::clock::UnixMs;
use crate::error::Result;

/// Which rows are wanted; what is not named does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(rename = "AuditFilter", optional_fields = nullable)]
pub struct Filter {
    /// Only rows before this one: the next page.
    pub before: Option<i64>,
    /// From this moment on.
    pub since: Option<UnixMs>,
    /// Up to and without this moment.
    pub until: Option<UnixMs>,
    /// Done by this account.
    pub account: Option<AccountId>,
    /// Done to this: a plugin's id, an account's or department's number, a publisher's key.
    pub target: Option<String>,
    /// Only what was refused.
    pub refused: bool,
    /// One of these actions, or a refusal of one of these requests; none: any.
    pub actions: Vec<String>,
    /// What a person typed.
    pub words: Option<Words>,
}

/// What a person typed, and the codes that stand for it in the language of the person's screen: one of these has to be there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(rename = "AuditWords")]
pub struct Words {
    /// In the action, the target, or the names of who did it, of what it was done to, and of whom it was given; letters of
    /// ASCII in either case.
    pub text: String,
    /// As [`Filter::actions`].
    pub actions: Vec<String>,
    /// As [`Filter::target`].
    pub targets: Vec<String>,
}

const COLUMNS: &str = "SELECT a.seq, a.at, a.actor, a.account, a.action, a.target, a.details, n.name, b.target_name, b.names, b.times
    FROM audit a LEFT JOIN audit_names n ON n.account = a.account LEFT JOIN audit_beside b ON b.seq = a.seq";
const WORDS: &str = "instr(lower(a.action || char(10) || a.target || char(10) || coalesce(n.name, '') || char(10) || coalesce(n.login, '')
    || char(10) || coalesce(b.target_name, '')), lower(?))";

/// The account that a row is about, by any name that is known of it.
const PEOPLE: &str = "CASE WHEN a.action GLOB 'account_*' OR a.action GLOB 'sign*' OR a.action GLOB 'password_*' THEN CAST(a.target AS INTEGER)
    WHEN a.details ->> '$.subject.kind' = 'account' THEN a.details ->> '$.subject.id' END IN
    (SELECT id FROM accounts WHERE instr(lower(login || char(10) || name), lower(?))
     UNION SELECT account FROM audit_names WHERE instr(lower(login || char(10) || name), lower(?)))";
/// The department to which something was given.
const PLACES: &str =
    "CASE WHEN a.details ->> '$.subject.kind' = 'department' THEN a.details ->> '$.subject.id' END IN
    (SELECT id FROM departments WHERE instr(lower(name), lower(?)))";

const ACTIONS: &str = "(a.action IN (SELECT value FROM json_each(?))
    OR a.action = 'refused' AND a.details ->> 'request' IN (SELECT value FROM json_each(?)))";

/// The last `count` rows, oldest first.
///
/// # Errors
/// `database`.
pub fn last(db: &Connection, count: usize) -> Result<Vec<Row>> {
    search(db, count, &Filter::default())
}

/// The last `count` of the rows that are wanted, oldest first.
///
/// # Errors
/// `database`.
pub fn search(db: &Connection, count: usize, filter: &Filter) -> Result<Vec<Row>> {
    let (mut conditions, mut values) = conditions(filter);
    if conditions.is_empty() {
        conditions.push("true".into());
    }
    let sql = format!("{COLUMNS} WHERE {} ORDER BY a.seq DESC LIMIT ?", conditions.join(" AND "));
    values.push(i64::try_from(count).unwrap_or(i64::MAX).into());
    let mut query = db.prepare_cached(&sql)?;
    let rows = query.query_map(params_from_iter(values), |row| Ok(read(row)))?;
    let mut found = rows.map(|row| row?).collect::<Result<Vec<_>>>()?;
    found.reverse();
    Ok(found)
}

/// What a row must meet, and the values for its question marks.
fn conditions(filter: &Filter) -> (Vec<String>, Vec<Sql>) {
    let (mut all, mut values) = (Vec::new(), Vec::new());
    let mut add = |condition: &str, value: Sql| {
        all.push(condition.to_owned());
        values.push(value);
    };
    let number = |value: Option<i64>| value.map(Sql::from);
    for (condition, value) in [
        ("a.seq < ?", number(filter.before)),
        ("a.at >= ?", number(filter.since)),
        ("a.at < ?", number(filter.until)),
        ("a.account = ?", number(filter.account.map(|account| account.0))),
        ("a.target = ?", filter.target.clone().map(Sql::from)),
    ] {
        if let Some(value) = value {
            add(condition, value);
        }
    }
    if filter.refused {
        all.push("(a.action = 'refused' OR a.action LIKE '%\\_refused' ESCAPE '\\')".into());
    }
    if !filter.actions.is_empty() {
        all.push(ACTIONS.into());
        values.extend([list(&filter.actions), list(&filter.actions)]);
    }
    if let Some(Words { text, actions, targets }) = &filter.words {
        all.push(format!(
            "({WORDS} OR {PEOPLE} OR {PLACES} OR {ACTIONS} OR a.target IN (SELECT value FROM json_each(?)))"
        ));
        values.extend(std::iter::repeat_n(Sql::from(text.clone()), 4));
        values.extend([list(actions), list(actions), list(targets)]);
    }
    (all, values)
}

fn list(texts: &[String]) -> Sql {
    Value::from(texts).to_string().into()
}

fn read(row: &rusqlite::Row<'_>) -> Result<Row> {
    let details = serde_json::from_str(&row.get::<_, String>(6)?)?;
    Ok(Row {
        seq: row.get(0)?,
        at: row.get(1)?,
        actor: row.get(2)?,
        account: row.get::<_, Option<i64>>(3)?.map(AccountId),
        action: row.get(4)?,
        target: row.get(5)?,
        details: with_names(details, row.get(9)?)?,
        name: row.get(7)?,
        target_name: row.get(8)?,
        times: row.get::<_, Option<u32>>(10)?.unwrap_or(1),
    })
}

fn with_names(mut details: Value, names: Option<String>) -> Result<Value> {
    let Some(names) = names else { return Ok(details) };
    let names: Map<String, Value> = serde_json::from_str(&names)?;
    match &mut details {
        Value::Object(details) => details.extend(names),
        _ => details = Value::Object(names),
    }
    Ok(details)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::actor::{Actor, Role};
    use crate::audit::Entry;
    use crate::test_world::{NOW, World};

    /// 1 turned on by li, 2 the same plugin turned off by the system, 3 refused to wang, 4 an account created by li.
    fn world() -> World {
        let world = World::new();
        let (li, wang) = (world.superadmin("li"), Actor::Person(world.person("wang", Role::Account)));
        let refused =
            Entry::new(&wang, "refused", "com.example.bot").details(json!({ "request": "plugin_switch" }));
        for entry in [
            Entry::new(&li, "plugin_switched_on", "com.example.bot"),
            Entry::new(&Actor::System, "plugin_turned_off", "com.example.bot"),
            refused,
            Entry::new(&li, "account_created", 3).named("zhao_100%"),
        ] {
            world.store.write(entry, |_, _| Ok(())).unwrap();
        }
        let name = "INSERT INTO audit_names SELECT id, login, 'Li Na' FROM accounts WHERE login = 'li'";
        world.store.note(crate::store::System("test"), |tx| Ok(tx.execute(name, [])?)).unwrap();
        world
    }

    fn found(world: &World, count: usize, filter: &Filter) -> Vec<i64> {
        let rows = world.store.read(|db| search(db, count, filter)).unwrap();
        rows.iter().map(|row| row.seq).collect()
    }

    fn words(text: &str, action: &str, target: &str) -> Option<Words> {
        Some(Words { text: text.into(), actions: vec![action.into()], targets: vec![target.into()] })
    }

    #[test]
    fn rows_about_somebody_are_found_by_the_name_that_people_know() {
        let world = World::new();
        let (li, wang) = (world.superadmin("li"), world.person("wang", Role::Account).account.0);
        let note = |sql: &str| {
            world.store.note(crate::store::System("test"), |tx| Ok(tx.execute(sql, [wang])?)).unwrap();
        };
        note("UPDATE accounts SET name = 'Wang Fang 王芳' WHERE id = ?1");
        note("INSERT INTO departments (id, name) VALUES (?1, '客服部')");
        let given = |kind: &str| {
            let subject = json!({ "kind": kind, "id": wang });
            Entry::new(&li, "permission_granted", "com.example.bot").details(json!({ "subject": subject }))
        };
        for entry in [
            Entry::new(&li, "account_disabled", wang).named("wang"),
            given("account"),
            given("department"),
            Entry::new(&li, "department_renamed", wang).named("Sales"),
        ] {
            world.store.write(entry, |_, _| Ok(())).unwrap();
        }
        let about = |text: &str| Filter { words: words(text, "", ""), ..Filter::default() };
        assert_eq!(found(&world, 10, &about("王芳")), [1, 2]);
        assert_eq!(found(&world, 10, &about("fang")), [1, 2]);
        assert_eq!(found(&world, 10, &about("客服")), [3]);
        note("DELETE FROM accounts WHERE id = ?1");
        world
            .store
            .note(crate::store::System("test"), |tx| {
                let name =
                    "INSERT INTO audit_names (account, login, name) VALUES (?1, 'wang', 'Wang Fang 王芳')";
                Ok(tx.execute(name, [wang])?)
            })
            .unwrap();
        assert_eq!(found(&world, 10, &about("王芳")), [1, 2], "also of an account that is gone");
    }

    #[test]
    fn rows_are_found_by_who_what_to_what_and_when() {
        let world = world();
        let li =
            world.store.snapshot().accounts.iter().find(|(_, facts)| facts.login == "li").map(|(id, _)| *id);
        let none = Filter::default;
        for (filter, expected) in [
            (none(), vec![1, 2, 3, 4]),
            (Filter { account: li, ..none() }, vec![1, 4]),
            (Filter { target: Some("com.example.bot".into()), ..none() }, vec![1, 2, 3]),
            (Filter { target: Some("com.example".into()), ..none() }, vec![]),
            (Filter { refused: true, ..none() }, vec![3]),
            (Filter { since: Some(NOW), ..none() }, vec![1, 2, 3, 4]),
            (Filter { until: Some(NOW), ..none() }, vec![]),
            (Filter { actions: vec!["plugin_turned_off".into()], ..none() }, vec![2]),
            (
                Filter { actions: vec!["plugin_switch".into(), "account_created".into()], ..none() },
                vec![3, 4],
            ),
            (Filter { words: words("ZHAO", "", ""), ..none() }, vec![4]),
            (Filter { words: words("0%", "", ""), ..none() }, vec![4]),
            (Filter { words: words("li n", "", ""), ..none() }, vec![1, 4]),
            (Filter { words: words("none", "plugin_switch", "3"), ..none() }, vec![3, 4]),
            (Filter { words: words("bot", "", ""), account: li, ..none() }, vec![1]),
        ] {
            assert_eq!(found(&world, 10, &filter), expected, "{filter:?}");
        }
    }

    #[test]
    fn a_trail_is_read_page_by_page_from_its_end() {
        let world = world();
        assert_eq!(found(&world, 3, &Filter::default()), [2, 3, 4]);
        assert_eq!(found(&world, 3, &Filter { before: Some(2), ..Filter::default() }), [1]);
    }
}
