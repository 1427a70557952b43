//! Making good what the folder lacks: a folder that is not believed, because a superadmin says so, and the file of an
//! installed plugin that another one's bytes took the place of. What lies in it stays.

use std::sync::Arc;

use spk::Digest;

use super::Inbox;
use super::reconcile::{Reconciler, off};
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

    /// Puts the file of each installed plugin back that nothing is known of any more.
    pub async fn put_back_lost(&self) -> Result<()> {
        let rows = self.ledger().rows()?;
        let is_known = |digest: &Digest| {
            let ours = |row: &Row| matches!(row.verdict, Verdict::Placing | Verdict::Removing);
            rows.iter()
                .any(|row| row.stands_for() == Some(*digest) || ours(row) && row.digest == Some(*digest))
        };
        let lost = self.inbox.installed().into_iter().filter(|(_, digest)| !is_known(digest));
        for (plugin, digest) in lost {
            let mirror = Arc::clone(&self.mirror);
            off(move || mirror.put_back(&plugin, digest)).await?;
        }
        Ok(())
    }
}
