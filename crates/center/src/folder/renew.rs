//! Making a folder that is not believed ours again, because a superadmin says so. What lies in it stays.

use super::Inbox;
use super::reconcile::Reconciler;
use super::rows::{Row, Verdict};
use super::sight;
use crate::error::Result;

impl<I: Inbox> Reconciler<I> {
    /// Every installed plugin's file counts as about to be placed, then the folder is marked: it is repaired when
    /// it is believed.
    pub fn renew(&mut self) -> Result<()> {
        let (folder, center) = (self.mirror.folder(), self.mirror.center());
        sight::must_be_free(&folder, center)?;
        let installed = |row: &Row| row.verdict == Verdict::Installed;
        let rows = self.ledger().rows()?.into_iter().filter(installed);
        let rows: Vec<Row> = rows.map(|row| Row { verdict: Verdict::Placing, ..row }).collect();
        self.ledger().keep(&rows)?;
        sight::mark(&folder, center)?;
        self.identity = None;
        Ok(())
    }
}
