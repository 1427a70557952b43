//! Hears that something happened in the plugin folder. What happened is only a hint: the folder itself is looked at.

use std::collections::HashSet;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use notify::event::{AccessKind, AccessMode, ModifyKind, RenameMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::Notify;

use super::sight::is_ours;

/// Names that are remembered as finished; more than that, and the folder's stillness tells.
const MOST_NAMES: usize = 10_000;

/// What was heard and not looked at yet.
#[derive(Default)]
pub(crate) struct Hints {
    heard: Mutex<Heard>,
    /// Look now.
    pub now: Notify,
    /// Look soon.
    pub soon: Notify,
}

/// The contents of [`Hints`].
#[derive(Debug, Default)]
pub(crate) struct Heard {
    /// Files that a writer closed, or that were moved here whole.
    pub finished: HashSet<String>,
    /// Why events cannot be relied on any more.
    pub broken: Option<String>,
}

impl Hints {
    /// What was heard since the last time.
    pub(crate) fn take(&self) -> Heard {
        std::mem::take(&mut self.heard())
    }

    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hear(&self, event: notify::Result<Event>) {
        match event {
            Ok(event) => self.weigh(&event),
            Err(cause) => {
                self.heard().broken = Some(cause.to_string());
                self.now.notify_one();
            }
        }
    }

    fn weigh(&self, event: &Event) {
        let names: Vec<&str> = event.paths.iter().filter_map(|path| path.file_name()?.to_str()).collect();
        if !event.need_rescan() && !names.is_empty() && names.iter().all(|name| is_ours(name.as_bytes())) {
            return;
        }
        match event.kind {
            EventKind::Access(AccessKind::Close(AccessMode::Write))
            | EventKind::Modify(ModifyKind::Name(RenameMode::To)) => {
                let mut heard = self.heard();
                if heard.finished.len() < MOST_NAMES {
                    heard.finished.extend(names.iter().map(ToString::to_string));
                }
                drop(heard);
                self.now.notify_one();
            }
            EventKind::Access(_) => {}
            EventKind::Create(_) | EventKind::Modify(ModifyKind::Data(_) | ModifyKind::Metadata(_)) => {
                self.soon.notify_one();
            }
            _ => self.now.notify_one(),
        }
    }
}

/// Begins to hear; stops when dropped.
pub(crate) fn watch(folder: &Path, hints: &Arc<Hints>) -> notify::Result<RecommendedWatcher> {
    let hints = Arc::clone(hints);
    let mut watcher = notify::recommended_watcher(move |event| hints.hear(event))?;
    watcher.watch(folder, RecursiveMode::NonRecursive)?;
    Ok(watcher)
}
