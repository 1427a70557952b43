//! The department tree: names may repeat in different places, so people are always shown the whole path. Knows no grant.

use rusqlite::{OptionalExtension, Transaction, params};
use serde_json::{Value, json};
use spk::PluginId;

use super::people::checked_name;
use crate::actor::{Actor, DepartmentId};
use crate::audit::Entry;
use crate::error::{Code, Error, Result};
use crate::snapshot::{Snapshot, stored};
use crate::store::Store;
use crate::views::DepartmentView;

/// Every department, by path.
///
/// # Errors
/// `not_a_superadmin`.
pub fn list(store: &Store, actor: &Actor) -> Result<Vec<DepartmentView>> {
    actor.must_manage()?;
    let snapshot = store.snapshot();
    Ok(views(&snapshot, snapshot.departments.keys().copied()))
}

/// These departments with their paths, in the order of the paths.
pub(crate) fn views(snapshot: &Snapshot, ids: impl Iterator<Item = DepartmentId>) -> Vec<DepartmentView> {
    let parent = |id| snapshot.departments.get(&id).and_then(|facts| facts.parent);
    let mut views: Vec<_> =
        ids.map(|id| DepartmentView { id, path: path(snapshot, id), parent: parent(id) }).collect();
    views.sort_by(|a, b| a.path.cmp(&b.path));
    views
}

/// The names from the top down to this department; empty if there is no such department.
#[must_use]
pub fn path(snapshot: &Snapshot, department: DepartmentId) -> Vec<String> {
    let mut names: Vec<_> = upwards(snapshot, department)
        .filter_map(|id| snapshot.departments.get(&id).map(|facts| facts.name.clone()))
        .collect();
    names.reverse();
    names
}

/// This department, the one above it, and so on to the top. Ends even in a tree that is broken.
pub(crate) fn upwards(snapshot: &Snapshot, from: DepartmentId) -> impl Iterator<Item = DepartmentId> {
    let above = |id: &DepartmentId| snapshot.departments.get(id)?.parent;
    std::iter::successors(Some(from), above).take(snapshot.departments.len())
}

/// Creates a department.
///
/// # Errors
/// `not_a_superadmin`, `invalid_input`, `not_found` for the parent, `already_exists` in the same place.
pub fn create(
    store: &Store,
    actor: &Actor,
    name: &str,
    parent: Option<DepartmentId>,
) -> Result<DepartmentView> {
    actor.must_manage()?;
    let name = checked_name(name)?;
    let id = store.write(Entry::new(actor, "department_created", ""), |tx, entry| {
        let id = insert(tx, name, parent)?;
        entry.set_target(id.0);
        entry.set_name(path_in(tx, id)?);
        entry.set_details(json!({ "name": name, "parent": parent }));
        Ok(id)
    })?;
    view(store, id)
}

/// Makes a department, as part of another change.
pub(super) fn insert(tx: &Transaction<'_>, name: &str, parent: Option<DepartmentId>) -> Result<DepartmentId> {
    must_be_free(tx, name, parent)?;
    let insert = "INSERT INTO departments (name, parent) VALUES (?1, ?2)";
    tx.execute(insert, params![name, parent.map(|p| p.0)])?;
    Ok(DepartmentId(tx.last_insert_rowid()))
}

/// One department.
fn view(store: &Store, id: DepartmentId) -> Result<DepartmentView> {
    let found = views(&store.snapshot(), std::iter::once(id)).pop().filter(|view| !view.path.is_empty());
    found.ok_or_else(|| unknown(id))
}

/// Gives a department another name.
///
/// # Errors
/// `not_a_superadmin`, `invalid_input`, `not_found`, `already_exists` in the same place.
pub fn rename(store: &Store, actor: &Actor, id: DepartmentId, name: &str) -> Result<DepartmentView> {
    actor.must_manage()?;
    let name = checked_name(name)?;
    store.write(Entry::new(actor, "department_renamed", id.0), |tx, entry| {
        let (before, parent) = must_exist(tx, id)?;
        entry.set_name(path_in(tx, id)?);
        entry.set_details(json!({ "before": before, "after": name }));
        if before == name {
            return Ok(());
        }
        must_be_free(tx, name, parent)?;
        let change = "UPDATE departments SET name = ?1, revision = revision + 1 WHERE id = ?2";
        tx.execute(change, params![name, id.0])?;
        Ok(())
    })?;
    view(store, id)
}

/// Puts a department below another one, or at the top.
///
/// # Errors
/// `not_a_superadmin`, `not_found`, `already_exists`; `invalid_input` if it would be below itself.
pub fn relocate(
    store: &Store,
    actor: &Actor,
    id: DepartmentId,
    parent: Option<DepartmentId>,
) -> Result<DepartmentView> {
    actor.must_manage()?;
    store.write(Entry::new(actor, "department_moved", id.0), |tx, entry| {
        let (_, before) = must_exist(tx, id)?;
        let from = path_in(tx, id)?;
        write_parent(tx, id, parent)?;
        let paths = json!({ "from": from, "to": path_in(tx, id)? });
        entry.set_name(from);
        entry.set_details(json!({ "before": before, "after": parent, "paths": paths }));
        Ok(())
    })?;
    view(store, id)
}

/// Moves a department, as part of another change or of a rehearsal.
pub(crate) fn write_parent(
    tx: &Transaction<'_>,
    id: DepartmentId,
    parent: Option<DepartmentId>,
) -> Result<()> {
    let (name, before) = must_exist(tx, id)?;
    if before == parent {
        return Ok(());
    }
    must_be_free(tx, &name, parent)?;
    if let Some(parent) = parent.filter(|parent| is_below(tx, *parent, id).unwrap_or(true)) {
        let message = format!("department {} is `{name}` itself or below it", parent.0);
        return Err(Error::new(Code::InvalidInput, message).details(json!({ "field": "parent" })));
    }
    let change = "UPDATE departments SET parent = ?1, revision = revision + 1 WHERE id = ?2";
    tx.execute(change, params![parent.map(|p| p.0), id.0])?;
    Ok(())
}

/// Deletes a department without departments below it: its members leave it, and what it was granted goes.
/// Returns the plugins whose grants changed.
///
/// # Errors
/// `not_a_superadmin`, `not_found`; `department_not_empty` with departments below it.
pub fn delete(store: &Store, actor: &Actor, id: DepartmentId) -> Result<Vec<PluginId>> {
    actor.must_manage()?;
    store.write(Entry::new(actor, "department_deleted", id.0), |tx, entry| {
        let path = path_in(tx, id)?;
        let (members, grants) = (members(tx, id)?, grants(tx, id)?);
        write_deleted(tx, id)?;
        let mut plugins = grants.iter().map(|(plugin, ..)| stored(plugin)).collect::<Result<Vec<_>>>()?;
        plugins.dedup();
        let grant = |(plugin, permission, below): &(String, String, bool)| {
            json!({ "plugin": plugin, "permission": permission, "below": below })
        };
        let grants: Vec<Value> = grants.iter().map(grant).collect();
        entry.set_details(json!({ "path": path, "members": members, "grants": grants }));
        entry.set_name(path);
        Ok(plugins)
    })
}

/// Deletes a department, as part of another change or of a rehearsal.
pub(crate) fn write_deleted(tx: &Transaction<'_>, id: DepartmentId) -> Result<()> {
    let (name, _) = must_exist(tx, id)?;
    let below = "SELECT count(*) FROM departments WHERE parent = ?1";
    let below: i64 = tx.query_row(below, [id.0], |row| row.get(0))?;
    if below > 0 {
        let message = format!("there are {below} departments directly below `{name}`");
        return Err(Error::new(Code::DepartmentNotEmpty, message).details(json!({ "below": below })));
    }
    let leave = "UPDATE accounts SET revision = revision + 1
                 WHERE id IN (SELECT account FROM memberships WHERE department = ?1)";
    tx.execute(leave, [id.0])?;
    tx.execute("DELETE FROM memberships WHERE department = ?1", [id.0])?;
    tx.execute("DELETE FROM grants WHERE subject = 'department' AND subject_id = ?1", [id.0])?;
    tx.execute("DELETE FROM departments WHERE id = ?1", [id.0])?;
    Ok(())
}

fn members(tx: &Transaction<'_>, id: DepartmentId) -> Result<Vec<i64>> {
    let mut query = tx.prepare("SELECT account FROM memberships WHERE department = ?1 ORDER BY account")?;
    Ok(query.query_map([id.0], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// Plugin, permission, whether also below; by plugin.
fn grants(tx: &Transaction<'_>, id: DepartmentId) -> Result<Vec<(String, String, bool)>> {
    let mut query = tx.prepare(
        "SELECT plugin, permission, below FROM grants WHERE subject = 'department' AND subject_id = ?1
         ORDER BY plugin, permission",
    )?;
    let rows = query.query_map([id.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The path as people write it, such as `Support/E-mail`, inside a change.
fn path_in(tx: &Transaction<'_>, id: DepartmentId) -> Result<String> {
    let mut query = tx.prepare_cached(
        "WITH RECURSIVE up (name, parent, height) AS (
           SELECT name, parent, 0 FROM departments WHERE id = ?1
           UNION SELECT d.name, d.parent, up.height + 1 FROM departments d JOIN up ON d.id = up.parent WHERE up.height < 1000)
         SELECT name FROM up ORDER BY height DESC",
    )?;
    let names: Vec<String> = query.query_map([id.0], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(names.join("/"))
}

fn is_below(tx: &Transaction<'_>, inner: DepartmentId, outer: DepartmentId) -> Result<bool> {
    let found = "WITH RECURSIVE up (id) AS (SELECT ?1 UNION SELECT d.parent FROM departments d JOIN up ON d.id = up.id)
                 SELECT count(*) FROM up WHERE id = ?2";
    Ok(tx.query_row(found, [inner.0, outer.0], |row| row.get(0))?)
}

/// A department's name and the one above it.
pub(super) fn must_exist(tx: &Transaction<'_>, id: DepartmentId) -> Result<(String, Option<DepartmentId>)> {
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get::<_, Option<i64>>(1)?.map(DepartmentId)));
    tx.query_row("SELECT name, parent FROM departments WHERE id = ?1", [id.0], read)
        .optional()?
        .ok_or_else(|| unknown(id))
}

fn unknown(id: DepartmentId) -> Error {
    Error::new(Code::NotFound, format!("there is no department {}", id.0))
}

fn must_be_free(tx: &Transaction<'_>, name: &str, parent: Option<DepartmentId>) -> Result<()> {
    if let Some(parent) = parent {
        must_exist(tx, parent)?;
    }
    let count = "SELECT count(*) FROM departments WHERE name = ?1 AND parent IS ?2";
    if tx.query_row(count, params![name, parent.map(|p| p.0)], |row| row.get(0))? {
        return Err(Error::new(Code::AlreadyExists, format!("a department `{name}` is there already")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actor::{AccountId, Role};
    use crate::permissions::{self, Granting};
    use crate::snapshot::Subject;
    use crate::test_world::{NOW, World};

    #[test]
    fn names_may_repeat_in_other_places_and_paths_are_whole() {
        let world = World::new();
        let boss = world.superadmin("boss");
        let make = |name, parent| create(&world.store, &boss, name, parent);
        let east = make("East", None).unwrap();
        let west = make("West", None).unwrap();
        let sales = make("Sales", Some(east.id)).unwrap();
        assert_eq!(make("Sales", Some(west.id)).unwrap().path, ["West", "Sales"]);
        assert_eq!(make(" Sales ", Some(east.id)).unwrap_err().code, Code::AlreadyExists);
        assert_eq!(make("East", None).unwrap_err().code, Code::AlreadyExists);
        assert_eq!(make("", None).unwrap_err().code, Code::InvalidInput);
        assert_eq!(make("X", Some(DepartmentId(999))).unwrap_err().code, Code::NotFound);
        relocate(&world.store, &boss, east.id, Some(west.id)).unwrap();
        assert_eq!(path(&world.store.snapshot(), sales.id), ["West", "East", "Sales"]);
        let paths: Vec<_> = list(&world.store, &boss).unwrap().iter().map(|d| d.path.join("/")).collect();
        assert_eq!(paths, ["West", "West/East", "West/East/Sales", "West/Sales"]);
    }

    #[test]
    fn a_department_cannot_be_moved_below_itself() {
        let world = World::new();
        let boss = world.superadmin("boss");
        let top = create(&world.store, &boss, "Top", None).unwrap().id;
        let middle = create(&world.store, &boss, "Middle", Some(top)).unwrap().id;
        let leaf = create(&world.store, &boss, "Leaf", Some(middle)).unwrap().id;
        for below in [top, middle, leaf] {
            let refused = relocate(&world.store, &boss, top, Some(below)).unwrap_err();
            assert_eq!(refused.code, Code::InvalidInput);
        }
        assert_eq!(path(&world.store.snapshot(), leaf), ["Top", "Middle", "Leaf"]);
    }

    #[test]
    fn a_renamed_department_keeps_its_place_and_siblings_differ() {
        let world = World::new();
        let boss = world.superadmin("boss");
        let top = create(&world.store, &boss, "Top", None).unwrap().id;
        let one = create(&world.store, &boss, "One", Some(top)).unwrap().id;
        create(&world.store, &boss, "Two", Some(top)).unwrap();
        let rename = |id, name| rename(&world.store, &boss, id, name);
        assert_eq!(rename(one, " Three ").unwrap().path, ["Top", "Three"]);
        assert_eq!(rename(one, "Two").unwrap_err().code, Code::AlreadyExists);
        assert_eq!(rename(one, "Three").unwrap().path, ["Top", "Three"], "its own name is free");
        assert_eq!(rename(one, "").unwrap_err().code, Code::InvalidInput);
        assert_eq!(rename(DepartmentId(99), "X").unwrap_err().code, Code::NotFound);
        let moved = relocate(&world.store, &boss, one, None).unwrap();
        assert_eq!((moved.path, moved.parent), (vec!["Three".to_owned()], None));
        let rows = world.store.read(|db| crate::audit::last(db, 1)).unwrap();
        assert_eq!(rows[0].target_name.as_deref(), Some("Top/Three"));
        assert_eq!(rows[0].details["paths"], json!({ "from": "Top/Three", "to": "Three" }));
    }

    #[test]
    fn a_deleted_department_takes_its_memberships_and_grants_along_in_one_act() {
        let world = World::new();
        let boss = world.superadmin("boss");
        let anna = world.person("anna", Role::Account).account;
        let top = create(&world.store, &boss, "Top", None).unwrap().id;
        let inner = create(&world.store, &boss, "Inner", Some(top)).unwrap().id;
        crate::accounts::set_departments(&world.store, &boss, anna, &[top, inner]).unwrap();
        let manifest = json!({ "id": "com.example.a", "name": "A", "version": "1.0.0", "publisher": "P",
            "library": {}, "permissions": [{ "id": "use" }, { "id": "train" }] });
        let plugin = world.install(&manifest);
        for (permission, subject) in [
            ("use", Subject::Department { id: inner, below: true }),
            ("train", Subject::Department { id: inner, below: false }),
            ("use", Subject::Department { id: top, below: false }),
            ("use", Subject::Account { id: AccountId(inner.0) }),
        ] {
            let new = Granting { plugin: &plugin, permission, subject, revision: None };
            permissions::grant(world.parts(), &boss, new, NOW).unwrap();
        }
        let refused = delete(&world.store, &boss, top).unwrap_err();
        assert_eq!((refused.code, &refused.details["below"]), (Code::DepartmentNotEmpty, &json!(1)));
        assert_eq!(delete(&world.store, &boss, inner).unwrap(), std::slice::from_ref(&plugin));
        let snapshot = world.store.snapshot();
        assert_eq!(snapshot.accounts[&anna].departments, [top]);
        let left: Vec<_> = snapshot.grants[&plugin].values().flatten().map(|grant| grant.subject).collect();
        assert_eq!(left.len(), 2, "{left:?}");
        assert_eq!(snapshot.grant_revisions[&plugin], 6, "four were made, two went");
        let row = world.store.read(|db| crate::audit::last(db, 1)).unwrap().remove(0);
        assert_eq!(
            (row.action.as_str(), row.target_name.as_deref()),
            ("department_deleted", Some("Top/Inner"))
        );
        assert_eq!(
            (&row.details["members"], row.details["grants"].as_array().unwrap().len()),
            (&json!([anna]), 2)
        );
        assert_eq!(delete(&world.store, &boss, inner).unwrap_err().code, Code::NotFound);
        delete(&world.store, &boss, top).unwrap();
    }

    #[test]
    fn only_superadmins_see_and_shape_the_tree() {
        let world = World::new();
        let boss = world.superadmin("boss");
        let top = create(&world.store, &boss, "Top", None).unwrap().id;
        let actor = Actor::Person(world.person("someone", Role::Account));
        assert_eq!(list(&world.store, &actor).unwrap_err().code, Code::NotASuperadmin);
        assert_eq!(create(&world.store, &actor, "X", None).unwrap_err().code, Code::NotASuperadmin);
        assert_eq!(relocate(&world.store, &actor, top, None).unwrap_err().code, Code::NotASuperadmin);
        assert_eq!(rename(&world.store, &actor, top, "X").unwrap_err().code, Code::NotASuperadmin);
        assert_eq!(delete(&world.store, &actor, top).unwrap_err().code, Code::NotASuperadmin);
    }
}
