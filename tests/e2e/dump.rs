//! Everything that a refused act must not change, as lines that can be compared.

use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use walkdir::WalkDir;

use crate::world::World;

/// Tables that record that something was tried, or by whom and when: they may grow when nothing changes.
const JOURNALS: [&str; 8] = [
    "audit",
    "audit_beside",
    "audit_names",
    "attention",
    "folder_files",
    "sessions",
    "sign_in_failures",
    "sqlite_sequence",
];

/// Every row of every table but the journals, and every file of packages (staging is among them), stores and private folders.
pub fn of(world: &World) -> Vec<String> {
    let home = world.home();
    let mut lines = tables(&home.database());
    for folder in [home.packages(), home.stores(), home.data()] {
        lines.extend(files(&folder));
    }
    lines
}

fn tables(database: &Path) -> Vec<String> {
    let db = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("a database");
    let names = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
    let mut query = db.prepare(names).expect("a schema");
    let names = query.query_map([], |row| row.get::<_, String>(0)).expect("tables");
    let names: Vec<String> = names.map(|name| name.expect("text")).collect();
    assert!(names.len() > JOURNALS.len(), "the database has its tables");
    let kept = names.iter().filter(|name| !JOURNALS.contains(&name.as_str()));
    kept.flat_map(|table| rows(&db, table)).collect()
}

fn rows(db: &Connection, table: &str) -> Vec<String> {
    let mut query = db.prepare(&format!("SELECT * FROM \"{table}\" ORDER BY rowid")).expect("a table");
    let columns = query.column_count();
    let row = |row: &rusqlite::Row<'_>| {
        let cells = (0..columns).map(|column| row.get_ref(column).map(show));
        cells.collect::<Result<Vec<_>, _>>().map(|cells| format!("{table}: {}", cells.join(" | ")))
    };
    query.query_map([], row).expect("rows").map(|line| line.expect("a row")).collect()
}

fn show(cell: ValueRef<'_>) -> String {
    match cell {
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        other => format!("{other:?}"),
    }
}

fn files(folder: &Path) -> Vec<String> {
    let walk = WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    let file = walk.filter(|entry| entry.file_type().is_file());
    // A database's journal files come and go with connections.
    let lasting = file.filter(|entry| {
        let name = entry.file_name().to_string_lossy();
        !name.ends_with("-wal") && !name.ends_with("-shm")
    });
    lasting
        .map(|entry| format!("{} {}", entry.path().display(), entry.metadata().map_or(0, |m| m.len())))
        .collect()
}
