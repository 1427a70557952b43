//! The few facts about the center itself that are kept in `meta`. Knows nothing of what they are used for.

use rusqlite::{Connection, OptionalExtension};

use crate::error::{Error, Result};
use crate::store::{Store, System};

/// The random name of this center, lower-case hex of 16 bytes; made when it is first asked for and never changed.
///
/// # Errors
/// `database`, or `internal` if the computer gives no random numbers.
pub fn center_id(store: &Store) -> Result<String> {
    if let Some(id) = store.read(read)? {
        return Ok(id);
    }
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|e| Error::internal(format_args!("no random numbers: {e}")))?;
    let id = format!("{:032x}", u128::from_be_bytes(bytes));
    store.note(System("a center gets its id"), |tx| {
        tx.execute("INSERT OR IGNORE INTO meta (key, value) VALUES ('center_id', ?1)", [&id])?;
        read(tx)?.ok_or_else(|| Error::internal("the center's id could not be stored"))
    })
}

fn read(db: &Connection) -> Result<Option<String>> {
    let id = db.query_row("SELECT value FROM meta WHERE key = 'center_id'", [], |row| row.get(0));
    Ok(id.optional()?)
}

#[cfg(test)]
mod tests {
    use crate::test_world::World;

    #[test]
    fn a_center_keeps_its_id() {
        let world = World::new();
        let first = super::center_id(&world.store).unwrap();
        assert_eq!(first.len(), 32);
        assert_eq!(super::center_id(&world.reopened()).unwrap(), first);
        assert_ne!(super::center_id(&World::new().store).unwrap(), first, "two centers must not share an id");
    }
}
