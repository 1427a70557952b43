//! Who waits for which answer of the center.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use plugin_rpc::Outcome;

use crate::link::lock;

/// The asks that have no answer yet.
#[derive(Default)]
pub struct Asks {
    last: AtomicU64,
    waiting: Mutex<HashMap<u64, SyncSender<Outcome>>>,
}

impl Asks {
    /// A new ask, and where its answer will come.
    pub fn open(&self) -> (u64, Receiver<Outcome>) {
        let id = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        let (sender, receiver) = sync_channel(1);
        lock(&self.waiting).insert(id, sender);
        (id, receiver)
    }

    /// Nobody waits for it any more.
    pub fn close(&self, id: u64) {
        lock(&self.waiting).remove(&id);
    }

    /// Hands an answer to who waits for it, if anybody still does.
    pub fn deliver(&self, id: u64, outcome: Outcome) {
        if let Some(waiting) = lock(&self.waiting).remove(&id) {
            let _ = waiting.send(outcome);
        }
    }
}
