//! The department tree: names may repeat in different places, so people are always shown the whole path. Knows no grant.

use rusqlite::{OptionalExtension, Transaction, params};
use serde_json::json;

use super::people::checked_name;
use crate::actor::{Actor, DepartmentId};
use crate::audit::Entry;
use crate::error::{Code, Error, Result};
use crate::snapshot::Snapshot;
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
        must_be_free(tx, name, parent)?;
        tx.execute(
            "INSERT INTO departments (name, parent) VALUES (?1, ?2)",
            params![name, parent.map(|p| p.0)],
        )?;
        entry.set_target(tx.last_insert_rowid());
        entry.set_details(json!({ "name": name, "parent": parent }));
        Ok(DepartmentId(tx.last_insert_rowid()))
    })?;
    Ok(DepartmentView { id, path: path(&store.snapshot(), id), parent })
}

/// Puts a department below another one, or at the top.
///
/// # Errors
/// `not_a_superadmin`, `not_found`, `already_exists`; `invalid_input` if it would be below itself.
pub fn relocate(store: &Store, actor: &Actor, id: DepartmentId, parent: Option<DepartmentId>) -> Result<()> {
    actor.must_manage()?;
    store.write(Entry::new(actor, "department_moved", id.0), |tx, entry| {
        let (name, before) = must_exist(tx, id)?;
        entry.set_details(json!({ "before": before, "after": parent }));
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
    })
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
        .ok_or_else(|| Error::new(Code::NotFound, format!("there is no department {}", id.0)))
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
    use crate::actor::Role;
    use crate::test_world::World;

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
    fn only_superadmins_see_and_shape_the_tree() {
        let world = World::new();
        let boss = world.superadmin("boss");
        let top = create(&world.store, &boss, "Top", None).unwrap().id;
        let actor = Actor::Person(world.person("someone", Role::Account));
        assert_eq!(list(&world.store, &actor).unwrap_err().code, Code::NotASuperadmin);
        assert_eq!(create(&world.store, &actor, "X", None).unwrap_err().code, Code::NotASuperadmin);
        assert_eq!(relocate(&world.store, &actor, top, None).unwrap_err().code, Code::NotASuperadmin);
    }
}
