//! What needs a person, as a stored list: the cause, since when, who put it aside.
//! Does not decide what is worth a person's time, and shows nothing by itself.

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde_json::{Value, json};

use crate::actor::Actor;
use crate::audit::Entry;
use crate::clock::UnixMs;
use crate::error::{Code, Error, ErrorView, Result};
use crate::store::Store;
use crate::views::AttentionView;

/// A file in the plugin folder was refused; subject: the file's name.
pub const PACKAGE_REFUSED: &str = "package_refused";
/// A file in the plugin folder waits for a person; subject: the file's name.
pub const APPROVAL_WAITING: &str = "approval_waiting";
/// A plugin failed too often and was turned off; subject: its id.
pub const PLUGIN_FAILED: &str = "plugin_failed";
/// Trust in a plugin's publisher was withdrawn while the plugin was on; subject: its id.
pub const PUBLISHER_WITHDRAWN: &str = "publisher_withdrawn";
/// No license lets a plugin run that is on; subject: its id.
pub const LICENSE_EXPIRED: &str = "license_expired";
/// The license that a plugin runs by ends soon; subject: its id.
pub const LICENSE_EXPIRING: &str = "license_expiring";
/// A plugin's own check refuses its license; subject: its id.
pub const LICENSE_REFUSED: &str = "license_refused";
/// The computer's clock is behind a time that was seen before; subject: [`CLOCK`].
pub const CLOCK_BEHIND: &str = "clock_behind";
/// The subject of what concerns the computer's clock.
pub const CLOCK: &str = "clock";
/// Plugins wait for the key in the keyring; subject: [`KEYRING`].
pub const KEYRING_UNAVAILABLE: &str = "keyring_unavailable";
/// The subject of what concerns the keyring.
pub const KEYRING: &str = "keyring";
/// Many files left the plugin folder at once; subject: [`FOLDER`].
pub const MANY_REMOVED: &str = "many_removed";
/// The plugin folder is not believed; subject: [`FOLDER`].
pub const FOLDER_UNAVAILABLE: &str = "folder_unavailable";
/// The subject of what concerns the plugin folder as a whole.
pub const FOLDER: &str = "plugins";

/// What a cause is about, and since when it is known.
#[derive(Debug, Clone, Copy)]
pub struct Concern<'a> {
    /// One of this module's words, or another in their manner.
    pub kind: &'a str,
    /// A plugin's id or a file's name.
    pub subject: &'a str,
    /// Now.
    pub at: UnixMs,
}

/// Puts a cause on the list. A known one keeps its time, and stays aside if a person put it aside; another cause
/// replaces the one before and is new. Returns whether the list changed.
///
/// # Errors
/// `database`.
pub fn raise(tx: &Transaction<'_>, concern: Concern<'_>, cause: impl Into<ErrorView>) -> Result<bool> {
    let cause = serde_json::to_string(&cause.into())?;
    let changed = tx.execute(
        "INSERT INTO attention (kind, subject, cause, since) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (kind, subject) DO UPDATE
         SET cause = excluded.cause, since = excluded.since, dismissed_by = NULL, dismissed_at = NULL
         WHERE cause <> excluded.cause",
        params![concern.kind, concern.subject, cause, concern.at],
    )?;
    Ok(changed > 0)
}

/// Takes a cause off the list, because it is no more. Returns whether it was there.
///
/// # Errors
/// `database`.
pub fn clear(tx: &Transaction<'_>, kind: &str, subject: &str) -> Result<bool> {
    Ok(tx.execute("DELETE FROM attention WHERE kind = ?1 AND subject = ?2", [kind, subject])? > 0)
}

/// Every subject of this kind, also of what a person put aside.
///
/// # Errors
/// `database`.
pub fn subjects(db: &Connection, kind: &str) -> Result<Vec<String>> {
    let mut query = db.prepare_cached("SELECT subject FROM attention WHERE kind = ?1")?;
    let rows = query.query_map([kind], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The cause that is known, also one that a person put aside.
///
/// # Errors
/// `database`.
pub fn cause(db: &Connection, kind: &str, subject: &str) -> Result<Option<ErrorView>> {
    let query = "SELECT cause FROM attention WHERE kind = ?1 AND subject = ?2";
    let cause: Option<String> = db.query_row(query, [kind, subject], |row| row.get(0)).optional()?;
    Ok(cause.map(|text| serde_json::from_str(&text)).transpose()?)
}

/// What needs a person now, oldest first.
///
/// # Errors
/// `database`.
pub fn list(db: &Connection) -> Result<Vec<AttentionView>> {
    let mut query = db.prepare_cached(
        "SELECT id, kind, subject, cause, since FROM attention WHERE dismissed_at IS NULL ORDER BY since, id",
    )?;
    let mut rows = query.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let cause = serde_json::from_str(&row.get::<_, String>(3)?)?;
        let (id, kind, subject, since) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(4)?);
        found.push(AttentionView { id, kind, subject, cause, since });
    }
    Ok(found)
}

/// Puts a cause aside until it is another one.
///
/// # Errors
/// `not_a_superadmin`, `not_signed_in`; `not_found` if nothing on the list has this id; `database`.
pub fn dismiss(store: &Store, actor: &Actor, id: i64, at: UnixMs) -> Result<()> {
    actor.must_manage()?;
    store.write(Entry::new(actor, "attention_dismissed", id), |tx, entry| {
        let (kind, subject, cause) = open_row(tx, id)?;
        entry.set_target(&subject);
        entry.set_details(json!({ "kind": kind, "cause": cause }));
        let by = actor.account().map(|account| account.0);
        let update = "UPDATE attention SET dismissed_by = ?2, dismissed_at = ?3 WHERE id = ?1";
        tx.execute(update, params![id, by, at])?;
        Ok(())
    })
}

/// Kind, subject and the cause's code of a row that was not put aside yet.
fn open_row(tx: &Transaction<'_>, id: i64) -> Result<(String, String, Value)> {
    let query = "SELECT kind, subject, cause FROM attention WHERE id = ?1 AND dismissed_at IS NULL";
    let row: Option<(String, String, String)> =
        tx.query_row(query, [id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?;
    let (kind, subject, cause) = row
        .ok_or_else(|| Error::new(Code::NotFound, format!("nothing that needs attention has number {id}")))?;
    let cause: ErrorView = serde_json::from_str(&cause)?;
    Ok((kind, subject, cause.code.into()))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::actor::{AccountId, Role, Session};
    use crate::audit;
    use crate::clock::SystemClock;
    use crate::paths::Home;
    use crate::store::System;

    fn world() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path());
        home.create().unwrap();
        let store = Store::open(&home, Arc::new(SystemClock)).unwrap();
        (folder, store)
    }

    fn raise_at(store: &Store, at: UnixMs, message: &str) -> bool {
        let concern = Concern { kind: PACKAGE_REFUSED, subject: "a.spk", at };
        let cause = Error::new(Code::InvalidInput, message);
        store.note(System("test"), |tx| raise(tx, concern, cause)).unwrap()
    }

    fn person(role: Role) -> Actor {
        Actor::Person(Session { account: AccountId(7), login: "kim".into(), role })
    }

    #[test]
    fn a_dismissed_cause_comes_back_only_if_it_differs() {
        let (_folder, store) = world();
        assert!(raise_at(&store, 1, "unsigned"));
        let shown = store.read(list).unwrap();
        assert_eq!((shown.len(), shown[0].since, shown[0].cause.message.as_str()), (1, 1, "unsigned"));

        dismiss(&store, &person(Role::Superadmin), shown[0].id, 5).unwrap();
        assert!(store.read(list).unwrap().is_empty());
        assert!(!raise_at(&store, 6, "unsigned"), "the same cause is known");
        assert!(store.read(list).unwrap().is_empty(), "the same cause must not come back");

        assert!(raise_at(&store, 9, "tampered"));
        let shown = store.read(list).unwrap();
        assert_eq!((shown.len(), shown[0].since, shown[0].cause.message.as_str()), (1, 9, "tampered"));
    }

    #[test]
    fn a_known_cause_keeps_its_time_and_can_be_cleared() {
        let (_folder, store) = world();
        raise_at(&store, 1, "unsigned");
        raise_at(&store, 8, "unsigned");
        assert_eq!(store.read(list).unwrap()[0].since, 1);
        let gone =
            |subject: &str| store.note(System("test"), |tx| clear(tx, PACKAGE_REFUSED, subject)).unwrap();
        assert!(!gone("b.spk"));
        assert!(gone("a.spk"));
        assert!(store.read(list).unwrap().is_empty());
    }

    #[test]
    fn only_a_superadmin_dismisses_and_the_audit_says_who() {
        let (_folder, store) = world();
        raise_at(&store, 1, "unsigned");
        let id = store.read(list).unwrap()[0].id;
        for actor in [person(Role::Account), Actor::Folder, Actor::Nobody] {
            assert!(dismiss(&store, &actor, id, 2).is_err());
        }
        assert_eq!(store.read(list).unwrap().len(), 1);
        dismiss(&store, &person(Role::Superadmin), id, 2).unwrap();
        let row = store.read(|db| audit::last(db, 1)).unwrap().remove(0);
        assert_eq!((row.action.as_str(), row.target.as_str()), ("attention_dismissed", "a.spk"));
        assert_eq!(row.account, Some(AccountId(7)));
        let again = dismiss(&store, &person(Role::Superadmin), id, 3).unwrap_err();
        assert_eq!(again.code, Code::NotFound);
    }
}
