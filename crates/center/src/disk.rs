//! Whether what is about to be written fits on the home's disk, and the one refusal where it does not.

use std::fmt;
use std::io::{self, ErrorKind};
use std::path::Path;

use rustix::fs::statvfs;
use serde_json::json;

use crate::error::{Code, Error, Result};

/// What the database may grow by for one act, in bytes; a database that cannot record what is done would be worse.
pub const RESERVE: u64 = 1024 * 1024;

/// Bytes that may still be written at this place; `None` if the system does not say.
#[must_use]
pub fn free(place: &Path) -> Option<u64> {
    let disk = statvfs(place).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Passes if so many bytes fit there, and the center's own records after them.
///
/// # Errors
/// `disk_full` with `details.needs` and `details.free`, in bytes.
pub fn must_have(place: &Path, bytes: u64) -> Result<()> {
    let needs = bytes.saturating_add(RESERVE);
    match free(place) {
        Some(free) if free < needs => Err(full(format_args!("{needs} bytes are needed, {free} are free"))
            .details(json!({ "needs": needs, "free": free }))),
        _ => Ok(()),
    }
}

/// Something that could not be written for want of room.
#[must_use]
pub fn full(attempt: impl fmt::Display) -> Error {
    Error::new(Code::DiskFull, format!("the disk is full: {attempt}"))
}

/// Whether the system refused for want of room, or of what this user may take of it.
#[must_use]
pub fn is_full(cause: &io::Error) -> bool {
    matches!(cause.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
}

/// The refusal with its figures, where the write itself found out.
#[must_use]
pub fn with_figures(refused: Error, place: &Path, bytes: u64) -> Error {
    if refused.code != Code::DiskFull || !refused.details.is_null() {
        return refused;
    }
    let needs = bytes.saturating_add(RESERVE);
    match free(place) {
        Some(free) => refused.details(json!({ "needs": needs, "free": free })),
        None => refused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_refused_with_both_figures_and_what_fits_passes() {
        let folder = tempfile::tempdir().unwrap();
        must_have(folder.path(), 1).unwrap();
        let refused = must_have(folder.path(), 1 << 60).unwrap_err();
        assert_eq!(refused.code, Code::DiskFull);
        assert_eq!(refused.details["needs"], json!((1_u64 << 60) + RESERVE));
        let told = refused.details["free"].as_u64().unwrap();
        assert!(told > 0 && told < 1 << 60, "{told}");
    }

    #[test]
    fn a_write_that_finds_no_room_says_so_whoever_wrote() {
        let system = || io::Error::from_raw_os_error(rustix::io::Errno::NOSPC.raw_os_error());
        let database = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL);
        let package = spk::Error::Io { attempt: "copy `the package`".into(), source: system() };
        for refused in [
            Error::io("cannot keep it", &system()),
            rusqlite::Error::SqliteFailure(database, None).into(),
            package.into(),
        ] {
            assert_eq!(refused.code, Code::DiskFull, "{refused}");
            let told = with_figures(refused, Path::new("/"), 7);
            assert_eq!(told.details["needs"], json!(7 + RESERVE));
            assert!(told.details["free"].is_u64());
        }
        let other = io::Error::from_raw_os_error(rustix::io::Errno::IO.raw_os_error());
        assert_eq!(Error::io("cannot keep it", &other).code, Code::Internal);
    }
}
