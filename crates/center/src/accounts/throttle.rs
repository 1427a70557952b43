//! How often somebody may guess a password. Knows logins as digests only: what is typed there may be a password by mistake.

use rusqlite::Transaction;
use serde_json::json;

use crate::clock::UnixMs;
use crate::error::{Code, Error, Result};
use crate::store::{Store, System};

/// So many failures are free.
const FREE: i64 = 5;
/// The first delay, in milliseconds; each further failure doubles it.
const FIRST_DELAY: UnixMs = 1_000;
/// The longest delay, in milliseconds. It is short, so that an attacker cannot keep the last superadmin out.
pub(super) const LONGEST_DELAY: UnixMs = 60_000;
/// Failures older than this are forgotten, in milliseconds.
const FORGOTTEN_AFTER: UnixMs = 60 * 60 * 1_000;

/// Counts an attempt, before it is known how it ends, so that many at once cannot slip through.
/// An attempt that is refused here counts for nothing: hammering does not lengthen the delay.
///
/// # Errors
/// `throttled`; `details.wait_ms` says for how long.
pub(super) fn admit(store: &Store, login: &str, now: UnixMs) -> Result<()> {
    store.note(System("an attempt to sign in is counted"), |tx| {
        tx.execute("DELETE FROM sign_in_failures WHERE at < ?1 OR at > ?2", [now - FORGOTTEN_AFTER, now])?;
        let (failures, last): (i64, Option<UnixMs>) = tx.query_row(
            "SELECT count(*), max(at) FROM sign_in_failures WHERE login = ?1",
            [name_of(login)],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let wait = last.map_or(0, |last| last + delay(failures) - now);
        if wait > 0 {
            let message = format!("too many failed attempts; wait {} s", (wait + 999) / 1_000);
            return Err(Error::new(Code::Throttled, message).details(json!({ "wait_ms": wait })));
        }
        tx.execute("INSERT INTO sign_in_failures (login, at) VALUES (?1, ?2)", (name_of(login), now))?;
        Ok(())
    })
}

/// Forgets the failures of a login that succeeded.
pub(super) fn forget(tx: &Transaction<'_>, login: &str) -> Result<()> {
    tx.execute("DELETE FROM sign_in_failures WHERE login = ?1", [name_of(login)])?;
    Ok(())
}

fn delay(failures: i64) -> UnixMs {
    match u32::try_from(failures - FREE) {
        Ok(beyond) => (FIRST_DELAY << beyond.min(16)).min(LONGEST_DELAY),
        Err(_) => 0,
    }
}

fn name_of(login: &str) -> String {
    let folded = login.trim().to_lowercase();
    spk::Digest(blake3::derive_key("sprocket sign-in login v1", folded.as_bytes())).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_grows_and_is_bounded() {
        assert!((0..FREE).all(|n| delay(n) == 0));
        let delays: Vec<_> = (FREE..FREE + 7).map(delay).collect();
        assert_eq!(delays, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000]);
        assert_eq!(delay(1_000_000), LONGEST_DELAY);
    }
}
