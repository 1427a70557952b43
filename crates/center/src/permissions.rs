//! Who may use a plugin: grants to everyone, to accounts, to departments. Decided on the snapshot alone, at each call;
//! nothing denies, grants add up, and they flow down the department tree, never up.

use std::collections::HashSet;

use rusqlite::{Transaction, params};
use serde_json::json;
use spk::PluginId;

use crate::accounts::departments::{path, upwards};
use crate::actor::{AccountId, Actor, Role};
use crate::audit::Entry;
use crate::clock::UnixMs;
use crate::error::{Code, Error, Result};
use crate::license::Licenses;
use crate::snapshot::{AccountFacts, Grant, PluginFacts, Snapshot, Subject};
use crate::store::Store;
use crate::suggest;
use crate::views::{GrantsView, Obstacle, PermissionView, SourceView, TitledView, WhyView};

/// A use of a plugin: who, which plugin, which of its permissions.
#[derive(Debug, Clone, Copy)]
struct Use<'a> {
    account: AccountId,
    plugin: &'a PluginId,
    permission: &'a str,
}

/// How a plugin is at this moment, as far as its use depends on it.
#[derive(Debug, Clone, Copy)]
pub struct Condition {
    /// Whether it runs.
    pub running: bool,
    /// Whether its license lets it be used.
    pub licensed: bool,
}

/// Whether this use is allowed now, in this condition of the plugin. Touches no database and allocates nothing.
///
/// # Errors
/// The first thing that prevents it. What the account was not granted is said before how the plugin is.
pub fn can_use(
    snapshot: &Snapshot,
    condition: Condition,
    account: AccountId,
    plugin: &PluginId,
    permission: &str,
) -> Result<(), Obstacle> {
    let wish = Use { account, plugin, permission };
    may(snapshot, wish)?;
    match condition {
        Condition { licensed: false, .. } => Err(Obstacle::NoLicense),
        Condition { running: false, .. } => Err(Obstacle::NotRunning),
        Condition { .. } => Ok(()),
    }
}

/// Whether an account has a permission of an installed plugin, running or not.
#[must_use]
pub fn has(snapshot: &Snapshot, account: AccountId, plugin: &PluginId, permission: &str) -> bool {
    may(snapshot, Use { account, plugin, permission }).is_ok()
}

fn may(snapshot: &Snapshot, wish: Use<'_>) -> Result<(), Obstacle> {
    let account = snapshot.accounts.get(&wish.account).ok_or(Obstacle::UnknownAccount)?;
    if !account.enabled {
        return Err(Obstacle::AccountDisabled);
    }
    let plugin = snapshot.plugins.get(wish.plugin).ok_or(Obstacle::NotInstalled)?;
    if !declares(plugin, wish.permission) {
        return Err(Obstacle::UnknownPermission);
    }
    if account.role != Role::Superadmin && !is_granted(snapshot, wish, account) {
        return Err(Obstacle::NoGrant);
    }
    Ok(())
}

fn declares(plugin: &PluginFacts, permission: &str) -> bool {
    plugin.package.manifest.permissions.iter().any(|declared| declared.id == permission)
}

fn is_granted(snapshot: &Snapshot, wish: Use<'_>, account: &AccountFacts) -> bool {
    grants(snapshot, wish.plugin, wish.permission)
        .iter()
        .any(|grant| reaches(snapshot, grant.subject, (wish.account, account)))
}

/// The grants of one permission.
fn grants<'a>(snapshot: &'a Snapshot, plugin: &PluginId, permission: &str) -> &'a [Grant] {
    snapshot.grants.get(plugin).and_then(|of_plugin| of_plugin.get(permission)).map_or(&[], Vec::as_slice)
}

fn reaches(snapshot: &Snapshot, subject: Subject, (id, account): (AccountId, &AccountFacts)) -> bool {
    match subject {
        Subject::Everyone => true,
        Subject::Account { id: granted } => granted == id,
        Subject::Department { id: granted, below: false } => account.departments.contains(&granted),
        Subject::Department { id: granted, below: true } => {
            account.departments.iter().any(|own| upwards(snapshot, *own).any(|above| above == granted))
        }
    }
}

/// Why this use is allowed or not: everything that gives the permission, and everything that prevents the use.
#[must_use]
pub fn why(
    snapshot: &Snapshot,
    condition: Condition,
    account: AccountId,
    plugin: &PluginId,
    permission: &str,
) -> WhyView {
    let wish = Use { account, plugin, permission };
    let sources = sources(snapshot, wish);
    let plugin = snapshot.plugins.get(wish.plugin);
    let account = snapshot.accounts.get(&wish.account);
    let obstacles: Vec<_> = [
        (account.is_none(), Obstacle::UnknownAccount),
        (account.is_some_and(|account| !account.enabled), Obstacle::AccountDisabled),
        (plugin.is_none(), Obstacle::NotInstalled),
        (plugin.is_some_and(|plugin| !declares(plugin, wish.permission)), Obstacle::UnknownPermission),
        (sources.is_empty(), Obstacle::NoGrant),
        (plugin.is_some() && !condition.licensed, Obstacle::NoLicense),
        (plugin.is_some() && !condition.running, Obstacle::NotRunning),
    ]
    .into_iter()
    .filter_map(|(prevents, obstacle)| prevents.then_some(obstacle))
    .collect();
    WhyView { allowed: obstacles.is_empty(), sources, obstacles }
}

/// As [`why`], for names that a person typed.
///
/// # Errors
/// `not_found` for an account that is not there, and for a permission that an installed plugin does not declare.
pub fn explain(
    snapshot: &Snapshot,
    condition: Condition,
    account: AccountId,
    (plugin, permission): (&PluginId, &str),
) -> Result<WhyView> {
    must_be_there(snapshot, account)?;
    if snapshot.plugins.contains_key(plugin) {
        must_declare(snapshot, plugin, permission)?;
    }
    Ok(why(snapshot, condition, account, plugin, permission))
}

/// # Errors
/// `not_found`.
pub(crate) fn must_be_there(snapshot: &Snapshot, account: AccountId) -> Result<()> {
    if snapshot.accounts.contains_key(&account) {
        return Ok(());
    }
    Err(Error::new(Code::NotFound, format!("there is no account {}", account.0)))
}

fn sources(snapshot: &Snapshot, wish: Use<'_>) -> Vec<SourceView> {
    let Some(account) = snapshot.accounts.get(&wish.account) else { return Vec::new() };
    let role = (account.role == Role::Superadmin).then_some(SourceView::Superadmin);
    let granted = grants(snapshot, wish.plugin, wish.permission)
        .iter()
        .filter(|grant| reaches(snapshot, grant.subject, (wish.account, account)))
        .map(|grant| SourceView::Grant { subject: grant.subject, path: through(snapshot, grant.subject) });
    role.into_iter().chain(granted).collect()
}

/// The path of the granted department.
fn through(snapshot: &Snapshot, subject: Subject) -> Vec<String> {
    match subject {
        Subject::Department { id, .. } => path(snapshot, id),
        _ => Vec::new(),
    }
}

/// The enabled accounts that have a permission by grants; superadmins, who need none, are not in it.
#[must_use]
pub fn people(snapshot: &Snapshot, plugin: &PluginId, permission: &str) -> HashSet<AccountId> {
    let granted = |(id, account): &(&AccountId, &AccountFacts)| {
        let wish = Use { account: **id, plugin, permission };
        account.enabled && account.role != Role::Superadmin && is_granted(snapshot, wish, account)
    };
    snapshot.accounts.iter().filter(granted).map(|(id, _)| *id).collect()
}

/// How many enabled accounts have at least one declared permission of a plugin by grants, superadmins not counted.
#[must_use]
pub fn people_of_plugin(snapshot: &Snapshot, plugin: &PluginId) -> usize {
    let Some(facts) = snapshot.plugins.get(plugin) else { return 0 };
    let permissions = facts.package.manifest.permissions.iter();
    let people: HashSet<_> =
        permissions.flat_map(|permission| people(snapshot, plugin, &permission.id)).collect();
    people.len()
}

/// Whether some permission of a plugin is granted to everyone.
#[must_use]
pub fn is_for_everyone(snapshot: &Snapshot, plugin: &PluginId) -> bool {
    let Some(facts) = snapshot.plugins.get(plugin) else { return false };
    facts.package.manifest.permissions.iter().any(|permission| {
        grants(snapshot, plugin, &permission.id).iter().any(|grant| grant.subject == Subject::Everyone)
    })
}

/// The permissions that a plugin declares, each with its grants.
///
/// # Errors
/// `not_a_superadmin`; `not_found` if the plugin is not installed.
pub fn list(store: &Store, actor: &Actor, plugin: &PluginId, locale: &str) -> Result<GrantsView> {
    actor.must_manage()?;
    let snapshot = store.snapshot();
    installed(&snapshot, plugin)?;
    Ok(view(&snapshot, plugin, locale))
}

/// As [`list`]; of a plugin that is not installed, no permission is known.
#[must_use]
pub fn view(snapshot: &Snapshot, plugin: &PluginId, locale: &str) -> GrantsView {
    let titled = snapshot.plugins.get(plugin).into_iter().flat_map(|facts| titled(facts, locale));
    let view = |TitledView { id, title }| {
        let (grants, people) = (grants(snapshot, plugin, &id).to_vec(), people(snapshot, plugin, &id).len());
        PermissionView { id, title, grants, people }
    };
    GrantsView { revision: revision(snapshot, plugin), permissions: titled.map(view).collect() }
}

/// The permissions that an installed plugin declares; one without a title is called by its id.
pub(crate) fn titled(facts: &PluginFacts, locale: &str) -> Vec<TitledView> {
    let package = &facts.package;
    let title = |permission: &spk::manifest::Permission| TitledView {
        id: permission.id.clone(),
        title: match package.texts.resolve(&permission.title, locale) {
            title if title.is_empty() => permission.id.clone(),
            title => title,
        },
    };
    package.manifest.permissions.iter().map(title).collect()
}

/// How often the grants of a plugin were changed.
fn revision(snapshot: &Snapshot, plugin: &PluginId) -> i64 {
    snapshot.grant_revisions.get(plugin).copied().unwrap_or_default()
}

fn installed<'a>(snapshot: &'a Snapshot, plugin: &PluginId) -> Result<&'a PluginFacts> {
    let missing = || Error::new(Code::NotFound, format!("the plugin `{plugin}` is not installed"));
    snapshot.plugins.get(plugin).ok_or_else(missing)
}

/// A grant that is to be made or taken back.
#[derive(Debug, Clone, Copy)]
pub struct Granting<'a> {
    /// Of which plugin.
    pub plugin: &'a PluginId,
    /// Which of its permissions.
    pub permission: &'a str,
    /// To whom.
    pub subject: Subject,
    /// The revision of the plugin's grants that the person saw; `None`: whatever it is.
    pub revision: Option<i64>,
}

/// Grants a permission; granting it again only changes whether departments below have it too.
///
/// # Errors
/// `not_a_superadmin`; `not_found` for the plugin, the permission or the subject; `changed_meanwhile`;
/// `license_seats_full`.
pub fn grant(
    (store, licenses): (&Store, &Licenses),
    actor: &Actor,
    new: Granting<'_>,
    now: UnixMs,
) -> Result<()> {
    actor.must_manage()?;
    let before = store.snapshot();
    must_declare(&before, new.plugin, new.permission)?;
    store.write(entry(actor, "permission_granted", new), |tx, _| {
        must_be_current(tx, new)?;
        insert(tx, new, actor.account(), now)?;
        match licenses.seats(&before, new.plugin) {
            Some(_) => licenses.must_have_seats(&store.snapshot(), &store.within(tx)?, new.plugin),
            None => Ok(()),
        }
    })
}

/// Passes for a permission that an installed plugin declares.
///
/// # Errors
/// `not_found` for the plugin or the permission.
pub(crate) fn must_declare(snapshot: &Snapshot, plugin: &PluginId, permission: &str) -> Result<()> {
    let facts = installed(snapshot, plugin)?;
    if declares(facts, permission) {
        return Ok(());
    }
    let declared = facts.package.manifest.permissions.iter().map(|declared| declared.id.as_str());
    let missing = Error::new(Code::NotFound, format!("`{plugin}` has no permission `{permission}`"));
    Err(suggest::among(missing, permission, declared))
}

/// Writes a grant, as part of another change.
///
/// # Errors
/// `not_found` for the subject; `database`.
pub(crate) fn insert(
    tx: &Transaction<'_>,
    new: Granting<'_>,
    by: Option<AccountId>,
    now: UnixMs,
) -> Result<()> {
    must_exist(tx, new.subject)?;
    let (kind, id, below) = columns(new.subject);
    tx.execute(
        "INSERT INTO grants (plugin, permission, subject, subject_id, below, granted_by, granted_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (plugin, permission, subject, subject_id) DO UPDATE
         SET below = excluded.below, granted_by = excluded.granted_by, granted_at = excluded.granted_at",
        params![new.plugin.as_str(), new.permission, kind, id, below, by.map(|a| a.0), now],
    )?;
    Ok(())
}

/// Deletes a grant, as part of another change; says whether it was there.
///
/// # Errors
/// `database`.
pub(crate) fn delete(tx: &Transaction<'_>, old: Granting<'_>) -> Result<bool> {
    let (kind, id, _) = columns(old.subject);
    let removed = tx.execute(
        "DELETE FROM grants WHERE plugin = ?1 AND permission = ?2 AND subject = ?3 AND subject_id = ?4",
        params![old.plugin.as_str(), old.permission, kind, id],
    )?;
    Ok(removed > 0)
}

fn must_be_current(tx: &Transaction<'_>, granting: Granting<'_>) -> Result<()> {
    let query = "SELECT coalesce((SELECT revision FROM grant_revisions WHERE plugin = ?1), 0)";
    let now: i64 = tx.query_row(query, [granting.plugin.as_str()], |row| row.get(0))?;
    if granting.revision.is_none_or(|seen| seen == now) {
        return Ok(());
    }
    let message = format!("who may use `{}` was changed meanwhile", granting.plugin);
    Err(Error::new(Code::ChangedMeanwhile, message).details(json!({ "revision": now })))
}

/// Takes a grant back, also one of a plugin that is no longer installed.
///
/// # Errors
/// `not_a_superadmin`; `not_found` if there is no such grant; `changed_meanwhile`.
pub fn revoke(store: &Store, actor: &Actor, old: Granting<'_>) -> Result<()> {
    actor.must_manage()?;
    store.write(entry(actor, "permission_revoked", old), |tx, _| {
        must_be_current(tx, old)?;
        if delete(tx, old)? {
            return Ok(());
        }
        Err(Error::new(Code::NotFound, format!("`{}` was not granted there", old.permission)))
    })
}

fn entry(actor: &Actor, action: &'static str, granting: Granting<'_>) -> Entry {
    let details = json!({ "permission": granting.permission, "subject": granting.subject });
    Entry::new(actor, action, granting.plugin).details(details)
}

fn columns(subject: Subject) -> (&'static str, i64, bool) {
    match subject {
        Subject::Everyone => ("everyone", 0, false),
        Subject::Account { id } => ("account", id.0, false),
        Subject::Department { id, below } => ("department", id.0, below),
    }
}

fn must_exist(tx: &Transaction<'_>, subject: Subject) -> Result<()> {
    let (count, kind, id) = match subject {
        Subject::Everyone => return Ok(()),
        Subject::Account { id } => ("SELECT count(*) FROM accounts WHERE id = ?1", "account", id.0),
        Subject::Department { id, .. } => {
            ("SELECT count(*) FROM departments WHERE id = ?1", "department", id.0)
        }
    };
    if tx.query_row(count, [id], |row| row.get(0))? {
        return Ok(());
    }
    Err(Error::new(Code::NotFound, format!("there is no {kind} {id}")))
}

#[cfg(test)]
mod tests;
