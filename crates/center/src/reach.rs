//! Who would gain and who would lose what, before something is changed: the change is rehearsed, and both pictures are compared.

use spk::PluginId;

use crate::accounts::{self, departments};
use crate::actor::{AccountId, Actor};
use crate::clock::UnixMs;
use crate::error::Result;
use crate::license::Licenses;
use crate::permissions::{self, Granting, people};
use crate::request::PeopleChange;
use crate::snapshot::{PluginFacts, Snapshot, Subject};
use crate::store::Store;
use crate::views::{PersonView, ReachChangeView, ReachView, SeatsChangeView};

/// Grants of one permission that would be made and taken back.
#[derive(Debug, Clone, Copy)]
pub struct GrantChange<'a> {
    /// Of which plugin.
    pub plugin: &'a PluginId,
    /// Which of its permissions.
    pub permission: &'a str,
    /// Who would be granted it.
    pub add: &'a [Subject],
    /// Whose grant would go; one that is gone already is fine.
    pub remove: &'a [Subject],
}

/// Who would gain and who would lose a permission. Changes nothing.
///
/// # Errors
/// `not_a_superadmin`; `not_found` for the plugin, the permission or somebody who would be granted it.
pub fn of_grants(
    (store, licenses): (&Store, &Licenses),
    actor: &Actor,
    change: GrantChange<'_>,
    now: UnixMs,
) -> Result<ReachView> {
    actor.must_manage()?;
    let GrantChange { plugin, permission, add, remove } = change;
    permissions::must_declare(&store.snapshot(), plugin, permission)?;
    let granting = |subject: &Subject| Granting { plugin, permission, subject: *subject, revision: None };
    let (before, after) = store.rehearse(|tx| {
        remove.iter().try_for_each(|subject| permissions::delete(tx, granting(subject)).map(drop))?;
        add.iter().try_for_each(|subject| permissions::insert(tx, granting(subject), None, now))
    })?;
    let [had, has] = [&*before, &after].map(|snapshot| people(snapshot, plugin, permission));
    Ok(ReachView {
        before: had.len(),
        after: has.len(),
        gains: persons(&after, has.difference(&had)),
        loses: persons(&before, had.difference(&has)),
        seats: licenses.seats(&after, plugin).map(|seats| SeatsChangeView {
            seats,
            before: permissions::people_of_plugin(&before, plugin),
            after: permissions::people_of_plugin(&after, plugin),
            enough: licenses.must_have_seats(&before, &after, plugin).is_ok(),
        }),
    })
}

/// Who would gain and who would lose which permission of which plugin, by plugin. Changes nothing.
///
/// # Errors
/// `not_a_superadmin`; what the change itself would be refused for.
pub fn of_people(
    store: &Store,
    actor: &Actor,
    change: &PeopleChange,
    locale: &str,
) -> Result<Vec<ReachChangeView>> {
    actor.must_manage()?;
    let (before, after) = store.rehearse(|tx| match change {
        PeopleChange::AccountEnabled { account, enabled } => accounts::write_enabled(tx, *account, *enabled),
        PeopleChange::AccountDeleted { account } => accounts::write_deleted(tx, *account),
        PeopleChange::AccountDepartments { account, departments } => {
            accounts::write_departments(tx, *account, departments)
        }
        PeopleChange::DepartmentMoved { department, parent } => {
            departments::write_parent(tx, *department, *parent)
        }
        PeopleChange::DepartmentDeleted { department } => departments::write_deleted(tx, *department),
    })?;
    let mut changes: Vec<_> =
        before.plugins.iter().flat_map(|plugin| of_plugin((&before, &after), plugin, locale)).collect();
    // Permissions of one plugin stay in its own order.
    changes.sort_by(|a, b| (a.name.to_lowercase(), &a.plugin).cmp(&(b.name.to_lowercase(), &b.plugin)));
    Ok(changes)
}

fn of_plugin(
    (before, after): (&Snapshot, &Snapshot),
    (plugin, facts): (&PluginId, &PluginFacts),
    locale: &str,
) -> Vec<ReachChangeView> {
    let name = facts.package.manifest.localised(&facts.package.texts, locale).name;
    let change = |permission: crate::views::TitledView| {
        let [had, has] = [before, after].map(|snapshot| people(snapshot, plugin, &permission.id));
        (had != has).then(|| ReachChangeView {
            plugin: plugin.clone(),
            name: name.clone(),
            gains: persons(after, has.difference(&had)),
            loses: persons(before, had.difference(&has)),
            permission,
        })
    };
    permissions::titled(facts, locale).into_iter().filter_map(change).collect()
}

/// By login.
fn persons<'a>(snapshot: &Snapshot, ids: impl Iterator<Item = &'a AccountId>) -> Vec<PersonView> {
    let person = |id: &AccountId| {
        let facts = snapshot.accounts.get(id)?;
        Some(PersonView { id: *id, login: facts.login.clone(), name: facts.name.clone() })
    };
    let mut persons: Vec<_> = ids.filter_map(person).collect();
    persons.sort_by(|a, b| a.login.cmp(&b.login));
    persons
}

#[cfg(test)]
mod tests;
