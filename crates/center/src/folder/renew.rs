//! Making good what the folder lacks: a folder that is not believed, because a superadmin says so, and the file of an
//! installed plugin that another one's bytes took the place of. What lies in it stays.

use std::sync::Arc;

use spk::Digest;

use super::Inbox;
use super::reconcile::{Reconciler, off};
use super::rows::{Row, Verdict};
use crate::error::Result;

impl<I: Inbox> Reconciler<I> {
    /// Takes what lies under the folder's name for ours; it is repaired when it is believed.
    pub fn renew(&mut self) -> Result<()> {
        self.mirror.renew()?;
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
