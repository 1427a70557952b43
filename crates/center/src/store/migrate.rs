//! Brings an older `center.db` up to date, one numbered step at a time, with a copy of the file before each.

use std::path::Path;

use rusqlite::{Connection, MAIN_DB};

use crate::error::{Code, Error, Result};
use crate::paths::private_folder;

/// Append only: a step that was released is never edited.
const STEPS: &[&str] = &[
    include_str!("migrations/0001_initial.sql"),
    include_str!("migrations/0002_kept_and_approved.sql"),
    include_str!("migrations/0003_people.sql"),
    include_str!("migrations/0004_licenses.sql"),
    include_str!("migrations/0005_refused_sign_ins.sql"),
    include_str!("migrations/0006_operations.sql"),
];

/// Applies what is missing.
///
/// # Errors
/// `database_newer` if the file knows more steps than this program; `database` with SQLite's cause, then the file is as it was before that step.
pub fn migrate(connection: &mut Connection, backups: &Path) -> Result<()> {
    let done: usize = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if done > STEPS.len() {
        let message =
            format!("the database is of shape {done}, this version of Sprocket knows {}", STEPS.len());
        return Err(Error::new(Code::DatabaseNewer, message));
    }
    for (index, step) in STEPS.iter().enumerate().skip(done) {
        if index > 0 {
            back_up(connection, backups, index)?;
        }
        let tx = connection.transaction()?;
        tx.execute_batch(step)?;
        tx.pragma_update(None, "user_version", index + 1)?;
        tx.commit()?;
    }
    Ok(())
}

/// How the name of a copy begins that was made before a migration.
pub const BEFORE_SHAPE: &str = "before-shape-";

fn back_up(connection: &Connection, backups: &Path, shape: usize) -> Result<()> {
    private_folder(backups)?;
    let copy = backups.join(format!("{BEFORE_SHAPE}{}.db", shape + 1));
    connection.backup(MAIN_DB, copy, None::<fn(rusqlite::backup::Progress)>)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_database_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let mut db = Connection::open(folder.path().join("center.db")).unwrap();
        db.pragma_update(None, "user_version", STEPS.len() + 1).unwrap();
        let refused = migrate(&mut db, folder.path()).unwrap_err();
        assert_eq!(refused.code, Code::DatabaseNewer);
        let tables: i64 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get(0)).unwrap();
        assert_eq!(tables, 0, "a newer database must not be touched");
    }

    #[test]
    fn migrating_twice_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut db = Connection::open(folder.path().join("center.db")).unwrap();
        migrate(&mut db, folder.path()).unwrap();
        migrate(&mut db, folder.path()).unwrap();
        let version: usize = db.pragma_query_value(None, "user_version", |r| r.get(0)).unwrap();
        assert_eq!(version, STEPS.len());
    }
}
