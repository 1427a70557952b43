//! Whether the plugin folder still holds what its rows say. Changes nothing.

use std::fs;

use super::mirror::Mirror;
use super::rows::{Row, Stamp, Verdict};
use super::sight;
use crate::clock::UnixMs;
use crate::doctor::{Findings, must_hold};
use crate::error::{Code, Error, Result};

impl Mirror {
    /// Looks at the file of each row that says `installed`; `deep` reads it whole.
    ///
    /// # Errors
    /// `database`.
    pub(crate) fn examine(&self, deep: bool) -> Result<Findings> {
        if let Err(reason) = sight::believe(&self.folder(), &self.owner()) {
            let message = format!("the plugin folder `{}` is unavailable: {reason}", self.folder().display());
            return Ok((0, vec![Error::new(Code::FolderUnavailable, message)]));
        }
        let rows = self.ledger().rows()?;
        let rows: Vec<_> = rows.iter().filter(|row| row.verdict == Verdict::Installed).collect();
        let mut wrong = Vec::new();
        for row in &rows {
            wrong.extend(self.look_at(row, deep)?);
        }
        Ok((rows.len() as u64, wrong))
    }

    fn look_at(&self, row: &Row, deep: bool) -> Result<Option<Error>> {
        let Some(digest) = row.digest else { return Ok(None) };
        let path = self.folder().join(&row.name);
        let same = fs::symlink_metadata(&path).is_ok_and(|meta| Stamp::of(&meta).same_bytes(&row.stamp));
        if same && !deep {
            return Ok(None);
        }
        let accepted = self.ledger().store.read(|db| {
            let query = "SELECT added_at FROM packages WHERE digest = ?1";
            Ok(db.query_row(query, [digest.to_string()], |found| found.get::<_, UnixMs>(0))?)
        })?;
        let wrong = must_hold(&path, digest, Some(accepted)).err();
        Ok(wrong.map(|wrong| wrong.hint("The plugin runs on. Put the publisher's file in its place.")))
    }
}
