//! Writes what becomes of files, and tells who listens. The only writer of the table `folder_files`.

use std::sync::Arc;

use rusqlite::Transaction;
use serde_json::json;

use super::rows::{self, Row};
use crate::actor::Actor;
use crate::attention::{self, Concern};
use crate::audit::Entry;
use crate::clock::Clock;
use crate::error::{ErrorView, Result};
use crate::events::{Bus, Event};
use crate::store::{Store, System};

const WHY: System = System("what is in the plugin folder");

/// The store and those who listen.
#[derive(Clone)]
pub(crate) struct Ledger {
    pub store: Arc<Store>,
    pub bus: Bus,
    pub clock: Arc<dyn Clock>,
}

impl Ledger {
    /// Every row.
    pub(crate) fn rows(&self) -> Result<Vec<Row>> {
        self.store.read(rows::load)
    }

    /// Keeps rows in one transaction, and says so.
    pub(crate) fn keep(&self, rows: &[Row]) -> Result<()> {
        let keep = |tx: &Transaction<'_>| {
            rows.iter().try_fold(false, |changed, row| Ok(rows::keep(tx, row, self.clock.now())? | changed))
        };
        let attention = self.store.note(WHY, keep)?;
        for row in rows {
            self.tell(Event::FolderChanged { file: row.name.clone(), state: row.verdict.state().into() });
        }
        self.attention_changed(attention);
        Ok(())
    }

    /// Puts on record that a file is not accepted.
    pub(crate) fn record_refusal(&self, name: &str, cause: &ErrorView) -> Result<()> {
        let entry =
            Entry::new(&Actor::Folder, "package_refused", name).details(json!({ "code": cause.code }));
        self.store.record(&entry, 0)
    }

    /// Forgets a file, and says so.
    pub(crate) fn forget(&self, name: &str) -> Result<()> {
        let attention = self.store.note(WHY, |tx| rows::forget(tx, name))?;
        self.tell(Event::FolderChanged { file: name.into(), state: "gone".into() });
        self.attention_changed(attention);
        Ok(())
    }

    /// Moves what is known of a file to its new name.
    pub(crate) fn rename(&self, from: &str, row: &Row) -> Result<()> {
        let moved =
            |tx: &Transaction<'_>| Ok(rows::forget(tx, from)? | rows::keep(tx, row, self.clock.now())?);
        let attention = self.store.note(WHY, moved)?;
        self.tell(Event::FolderChanged { file: from.into(), state: "gone".into() });
        self.tell(Event::FolderChanged { file: row.name.clone(), state: row.verdict.state().into() });
        self.attention_changed(attention);
        Ok(())
    }

    /// Puts something about the folder as a whole on the list of what needs people; `None` takes it off.
    pub(crate) fn concern(&self, kind: &'static str, cause: Option<ErrorView>) -> Result<()> {
        let concern = Concern { kind, subject: attention::FOLDER, at: self.clock.now() };
        let changed = self.store.note(WHY, |tx| match cause {
            Some(cause) => attention::raise(tx, concern, cause),
            None => attention::clear(tx, kind, attention::FOLDER),
        })?;
        self.attention_changed(changed);
        Ok(())
    }

    fn attention_changed(&self, changed: bool) {
        if changed {
            self.tell(Event::AttentionChanged);
        }
    }

    fn tell(&self, event: Event) {
        self.bus.publish(self.clock.now(), event);
    }
}
