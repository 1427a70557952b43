//! The task that compares what lies in the folder with what is known of it. Events only tell when to look; what is
//! decided follows from the folder itself, so none may be lost and any may come twice.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use notify::RecommendedWatcher;
use spk::{Completeness, Digest, PluginId, completeness};
use tokio::sync::{mpsc, watch as latest};
use tokio::time::{Instant, sleep_until};

use super::gone::Gone;
use super::ledger::Ledger;
use super::mirror::Mirror;
use super::peek::{Peek, peek};
use super::rows::{Row, Stamp, Verdict};
use super::sight::{self, Identity, Kind, Seen, Sight};
use super::watch::{self, Hints};
use super::{Arrival, Ask, Inbox, Status, Waits};
use crate::attention;
use crate::error::{Code, Error, ErrorView, Result};

/// Refusals that end when a person trusts the publisher, or trusts it with more.
const OF_TRUST: [&str; 2] = ["revoked", "outside_namespace"];

/// Rows by file name.
pub(super) type Rows = BTreeMap<String, Row>;

/// The task's state. What must outlive a restart is in the table, not here.
pub(super) struct Reconciler<I> {
    pub inbox: Arc<I>,
    pub mirror: Arc<Mirror>,
    pub waits: Waits,
    pub gone: Gone,
    status: latest::Sender<Status>,
    hints: Arc<Hints>,
    watcher: Option<RecommendedWatcher>,
    /// The folder that is believed now.
    pub identity: Option<Identity>,
    pub pending: HashMap<String, Pending>,
    heartbeat_at: Instant,
    look_at: Option<Instant>,
}

/// A file whose verdict is still to come.
#[derive(Debug)]
pub(super) struct Pending {
    stamp: Stamp,
    /// Since when it was known.
    first: Instant,
    /// When it last changed.
    changed: Instant,
    /// Its writer has closed it, or it came whole.
    finished: bool,
    /// When to look again without an event.
    due: Option<Instant>,
    /// Not before this it is handed over again.
    retry_at: Option<Instant>,
}

/// A file that is as whole as it will be.
struct Ready {
    name: String,
    stamp: Stamp,
}

impl<I: Inbox> Reconciler<I> {
    pub fn new(inbox: Arc<I>, mirror: Arc<Mirror>, waits: Waits, status: latest::Sender<Status>) -> Self {
        Self {
            inbox,
            mirror,
            waits,
            gone: Gone::default(),
            status,
            hints: Arc::default(),
            watcher: None,
            identity: None,
            pending: HashMap::new(),
            heartbeat_at: Instant::now(),
            look_at: None,
        }
    }

    pub async fn run(mut self, mut asks: mpsc::Receiver<Ask>) {
        let hints = Arc::clone(&self.hints);
        self.pass().await;
        loop {
            tokio::select! {
                ask = asks.recv() => match ask {
                    Some(ask) => self.answer(ask).await,
                    None => break,
                },
                () = hints.now.notified() => self.pass().await,
                () = hints.soon.notified() => self.look_within(self.waits.soon),
                () = sleep_until(self.wake_at()) => self.wake().await,
            }
        }
    }

    async fn answer(&mut self, ask: Ask) {
        match ask {
            Ask::Rescan { waiting_too, done } => {
                if waiting_too && let Err(error) = self.forget_waiting() {
                    tracing::warn!(%error, "files that wait could not be looked at anew");
                }
                self.pass().await;
                let _ = done.send(());
            }
            Ask::Removals(answer, done) => {
                let _ = done.send(self.answer_removals(answer).await);
            }
            Ask::Renew(done) => {
                let renewed = self.renew();
                if renewed.is_ok() {
                    self.pass().await;
                }
                let _ = done.send(renewed);
            }
        }
    }

    /// Makes every file look changed that waits, or was refused for its publisher.
    fn forget_waiting(&self) -> Result<()> {
        let waiting = |row: &Row| match &row.verdict {
            Verdict::Refused { cause, .. } => OF_TRUST.contains(&cause.code.as_str()),
            verdict => matches!(verdict, Verdict::Waiting { .. }),
        };
        let rows = self.ledger().rows()?.into_iter().filter(waiting);
        let rows: Vec<Row> = rows.map(|row| Row { stamp: Stamp::default(), ..row }).collect();
        self.ledger().keep(&rows)
    }

    /// Looks at everything once. What fails is tried again.
    async fn pass(&mut self) {
        self.look_at = None;
        self.heartbeat_at = Instant::now() + self.waits.heartbeat;
        if let Err(error) = self.reconcile().await {
            tracing::warn!(%error, "the plugin folder could not be reconciled");
            self.look_within(self.waits.retry);
        }
        if *self.status.borrow() == Status::Polling {
            self.look_within(self.waits.poll);
        }
    }

    async fn reconcile(&mut self) -> Result<()> {
        let heard = self.hints.take();
        if let Some(cause) = heard.broken {
            tracing::warn!(cause, "changes in the plugin folder are not heard any more");
            self.identity = None;
        }
        let busy = self.mirror.busy();
        let Some(sight) = self.look().await? else { return Ok(()) };
        let rows = self.ledger().rows()?.into_iter().map(|row| (row.name.clone(), row)).collect();
        let rows = self.follow_renames(&sight, rows).await?;
        let unfinished = self.unsettled(&sight, &rows, &busy);
        self.pending.retain(|name, _| unfinished.contains_key(name));
        let ready = self.weigh_unsettled(unfinished, &rows, &heard.finished).await?;
        self.weigh_gone(&sight, &rows).await?;
        if !ready.is_empty() {
            self.take_in(ready, &rows).await?;
            self.look_within(std::time::Duration::ZERO);
        }
        self.put_back_lost().await
    }

    /// What lies in the folder; `None` if it is not believed.
    async fn look(&mut self) -> Result<Option<Sight>> {
        loop {
            let (folder, owner) = (self.mirror.folder(), self.mirror.owner());
            match off(move || sight::look(&folder, &owner)).await {
                Ok((identity, sight)) if self.identity == Some(identity) => return Ok(Some(sight)),
                Ok((identity, _)) => self.begin(identity).await?,
                Err(reason) => return self.lose(reason).map(|()| None),
            }
        }
    }

    /// Begins to follow a folder that is believed from now on. It is looked at only after it is watched.
    async fn begin(&mut self, identity: Identity) -> Result<()> {
        let (folder, hints, mirror) =
            (self.mirror.folder(), Arc::clone(&self.hints), Arc::clone(&self.mirror));
        let listen = self.waits.listen;
        self.watcher = None;
        self.watcher = off(move || {
            if let Err(error) = mirror.repair() {
                tracing::warn!(%error, "the plugin folder could not be repaired");
            }
            let watched = (listen && sight::can_be_watched(&folder)).then(|| watch::watch(&folder, &hints));
            watched.and_then(|watched| watched.inspect_err(|cause| tracing::warn!(%cause, "polling")).ok())
        })
        .await;
        self.identity = Some(identity);
        self.ledger().concern(attention::FOLDER_UNAVAILABLE, None)?;
        self.status.send_replace(if self.watcher.is_some() { Status::Watching } else { Status::Polling });
        Ok(())
    }

    /// Stops believing the folder. Nothing is decided from it until it is back.
    fn lose(&mut self, reason: String) -> Result<()> {
        (self.watcher, self.identity) = (None, None);
        self.pending.clear();
        self.gone.reset();
        let message =
            format!("the plugin folder `{}` is unavailable: {reason}", self.mirror.folder().display());
        let status = Status::Unavailable(reason);
        if *self.status.borrow() != status {
            self.ledger().concern(
                attention::FOLDER_UNAVAILABLE,
                Some(Error::new(Code::FolderUnavailable, message).into()),
            )?;
            self.status.send_replace(status);
        }
        Ok(())
    }

    /// A file that only got another name keeps its verdict.
    async fn follow_renames(&self, sight: &Sight, mut rows: Rows) -> Result<Rows> {
        // What the mirror is placing gets its verdict from the mirror, though it may be a file that waited.
        let known = |name: &str, seen: &Seen| {
            let known = |row: &Row| row.verdict == Verdict::Placing || row.stamp.same_bytes(&seen.stamp);
            rows.get(name).is_some_and(known)
        };
        let new: HashMap<u64, &String> = sight
            .files
            .iter()
            .filter(|(name, seen)| seen.kind == Kind::File && !known(name, seen))
            .map(|(name, seen)| (seen.stamp.inode, name))
            .collect();
        let left: Vec<Row> =
            rows.values().filter(|row| !sight.files.contains_key(&row.name)).cloned().collect();
        for row in left.into_iter().filter(|row| row.verdict.is_settled()) {
            let Some(name) = new.get(&row.stamp.inode).copied() else { continue };
            let (stamp, path) = (sight.files[name].stamp, self.mirror.folder().join(name));
            let digest = row.digest;
            let same = stamp.same_bytes(&row.stamp)
                && (digest.is_none() || off(move || peek(&path)).await.map(|peek| peek.digest) == digest);
            if same {
                let moved = Row { name: name.clone(), stamp, ..row.clone() };
                self.ledger().rename(&row.name, &moved)?;
                rows.remove(&row.name);
                rows.insert(name.clone(), moved);
            }
        }
        Ok(rows)
    }

    /// The files whose verdict is still to come.
    fn unsettled(&self, sight: &Sight, rows: &Rows, busy: &HashSet<String>) -> BTreeMap<String, Seen> {
        let unsettled = |name: &String, seen: &Seen| match rows.get(name) {
            _ if busy.contains(name) => false,
            Some(row) if row.verdict == Verdict::Removing => false,
            Some(row) => !row.verdict.is_settled() || row.stamp != seen.stamp,
            None => true,
        };
        sight
            .files
            .iter()
            .filter(|(name, seen)| unsettled(name, seen))
            .map(|(n, s)| (n.clone(), *s))
            .collect()
    }

    async fn weigh_unsettled(
        &mut self,
        unsettled: BTreeMap<String, Seen>,
        rows: &Rows,
        finished: &HashSet<String>,
    ) -> Result<Vec<Ready>> {
        let mut ready = Vec::new();
        // One moment for all: files that came together are judged together.
        let now = Instant::now();
        for (name, seen) in unsettled {
            if let Some(cause) = oddity(&name, seen.kind) {
                self.refuse(&name, seen.stamp, rows.get(&name), cause)?;
                continue;
            }
            self.note_change(&name, seen.stamp, (now, finished.contains(&name)));
            if self.weigh(&name, rows.get(&name), now).await? {
                ready.push(Ready { name, stamp: seen.stamp });
            }
        }
        Ok(ready)
    }

    fn note_change(&mut self, name: &str, stamp: Stamp, (now, finished): (Instant, bool)) {
        let new = || Pending { stamp, first: now, changed: now, finished: false, due: None, retry_at: None };
        let pending = self.pending.entry(name.into()).or_insert_with(new);
        if pending.stamp != stamp {
            (pending.stamp, pending.changed, pending.finished, pending.retry_at) = (stamp, now, false, None);
        }
        pending.finished |= finished;
    }

    /// Whether a file is to be handed over now; else when to look again.
    async fn weigh(&mut self, name: &str, row: Option<&Row>, now: Instant) -> Result<bool> {
        let waits = self.waits;
        let path = self.mirror.folder().join(name);
        let whole = off(move || completeness(&path)).await;
        let Some(pending) = self.pending.get_mut(name) else { return Ok(false) };
        let (stamp, settled) = (pending.stamp, pending.changed + waits.settle);
        match whole {
            Ok(Completeness::Arriving { have, expect }) => {
                let (shown, cut_off) = (pending.first + waits.shown, pending.changed + waits.still);
                pending.due = Some(if now < shown { shown.min(cut_off) } else { cut_off });
                if now >= cut_off {
                    let cut = Error::from(spk::Error::Truncated { have, expected: expect });
                    self.refuse(name, stamp, row, cut.into())?;
                } else if now >= shown {
                    self.show_arriving(name, stamp, row)?;
                }
                Ok(false)
            }
            _ if pending.retry_at.is_some_and(|at| now < at) => {
                pending.due = pending.retry_at;
                Ok(false)
            }
            _ if !pending.finished && now < settled => {
                pending.due = Some(settled);
                Ok(false)
            }
            Ok(_) => Ok(true),
            Err(error) => self.refuse(name, stamp, row, Error::from(error).into()).map(|()| false),
        }
    }

    /// Hands files over. Of several of one plugin the highest release is asked for first; if it is not refused, lower
    /// ones are superseded.
    async fn take_in(&mut self, ready: Vec<Ready>, rows: &Rows) -> Result<()> {
        let mut by_plugin: BTreeMap<Option<PluginId>, Vec<(Option<Peek>, Ready)>> = BTreeMap::new();
        for file in ready {
            let path = self.path(&file.name);
            let said = off(move || peek(&path)).await;
            by_plugin.entry(said.as_ref().map(|said| said.plugin.clone())).or_default().push((said, file));
        }
        for (plugin, mut files) in by_plugin {
            files.sort_by_key(|(said, _)| std::cmp::Reverse(said.as_ref().map(|said| said.release)));
            self.take_in_of(plugin, files, rows).await?;
        }
        Ok(())
    }

    /// Files that say they are of one plugin, highest release first; with `None`, files that say nothing.
    async fn take_in_of(
        &mut self,
        plugin: Option<PluginId>,
        files: Vec<(Option<Peek>, Ready)>,
        rows: &Rows,
    ) -> Result<()> {
        let mut leader = None;
        for (said, file) in files {
            if leader.is_some() && plugin.is_some() && said.map(|said| said.digest) != leader {
                self.record(&file, (None, plugin.clone(), Verdict::Superseded))?;
                continue;
            }
            let arrival = self.inbox.arrived(self.path(&file.name)).await;
            let later = arrival == Arrival::TryLater;
            leader = self.settle(&file, arrival, rows)?.or(leader);
            if later && plugin.is_some() {
                break;
            }
        }
        Ok(())
    }

    /// Records what became of a file; the digest, unless it was refused.
    fn settle(&mut self, file: &Ready, arrival: Arrival, rows: &Rows) -> Result<Option<Digest>> {
        let held = rows.get(&file.name).and_then(Row::stands_for);
        let held = held.filter(|held| self.inbox.installed().values().any(|digest| digest == held));
        let (digest, plugin, verdict) = match arrival {
            Arrival::Installed { plugin, digest } | Arrival::AlreadyInstalled { plugin, digest } => {
                (Some(digest), Some(plugin), Verdict::Installed)
            }
            Arrival::Waiting { plugin, digest, cause } => {
                (Some(digest), Some(plugin), Verdict::Waiting { cause, held })
            }
            Arrival::Refused { digest, cause } => {
                let known =
                    rows.get(&file.name).and_then(|row| row.plugin.clone()).filter(|_| held.is_some());
                (digest, known, Verdict::Refused { cause, held })
            }
            Arrival::TryLater => {
                if let Some(pending) = self.pending.get_mut(&file.name) {
                    pending.retry_at = Some(Instant::now() + self.waits.retry);
                    pending.due = pending.retry_at;
                }
                return Ok(None);
            }
        };
        let leads = digest.filter(|_| !matches!(verdict, Verdict::Refused { .. }));
        if let Verdict::Refused { cause, .. } = &verdict {
            self.ledger().record_refusal(&file.name, cause)?;
        }
        self.record(file, (digest, plugin, verdict))?;
        Ok(leads)
    }

    /// Keeps a verdict, unless the file changed or went while it was reached.
    fn record(
        &mut self,
        file: &Ready,
        (digest, plugin, verdict): (Option<Digest>, Option<PluginId>, Verdict),
    ) -> Result<()> {
        let now =
            std::fs::symlink_metadata(self.mirror.folder().join(&file.name)).map(|meta| Stamp::of(&meta));
        let Some(stamp) = now.ok().filter(|now| now.same_bytes(&file.stamp)) else { return Ok(()) };
        if verdict != Verdict::Installed && stamp != file.stamp {
            return Ok(());
        }
        self.pending.remove(&file.name);
        self.ledger().keep(&[Row { name: file.name.clone(), stamp, digest, plugin, verdict }])
    }

    fn refuse(&mut self, name: &str, stamp: Stamp, row: Option<&Row>, cause: ErrorView) -> Result<()> {
        self.pending.remove(name);
        let held = row.and_then(Row::stands_for);
        let plugin = row.filter(|_| held.is_some()).and_then(|row| row.plugin.clone());
        self.ledger().record_refusal(name, &cause)?;
        let verdict = Verdict::Refused { cause, held };
        self.ledger().keep(&[Row { name: name.into(), stamp, digest: None, plugin, verdict }])
    }

    fn show_arriving(&self, name: &str, stamp: Stamp, row: Option<&Row>) -> Result<()> {
        match row {
            // A file that is being overwritten still stands for what it was.
            Some(row) if row.stands_for().is_some() || row.verdict == Verdict::Arriving => Ok(()),
            _ => {
                let (digest, plugin, verdict) = (None, None, Verdict::Arriving);
                self.ledger().keep(&[Row { name: name.into(), stamp, digest, plugin, verdict }])
            }
        }
    }

    pub fn ledger(&self) -> &Ledger {
        self.mirror.ledger()
    }

    /// Looks again after this time at the latest.
    fn look_within(&mut self, wait: std::time::Duration) {
        let at = Instant::now() + wait;
        self.look_at = Some(self.look_at.map_or(at, |earlier| earlier.min(at)));
    }

    fn wake_at(&self) -> Instant {
        self.due().map_or(self.heartbeat_at, |due| due.min(self.heartbeat_at))
    }

    fn due(&self) -> Option<Instant> {
        let pending = self.pending.values().filter_map(|pending| pending.due);
        pending.chain(self.look_at).chain(self.gone.due).min()
    }

    async fn wake(&mut self) {
        let now = Instant::now();
        if self.due().is_some_and(|due| due <= now) || self.belief_changed().await {
            self.pass().await;
        }
        self.heartbeat_at = now + self.waits.heartbeat;
    }

    async fn belief_changed(&self) -> bool {
        self.believed().await != self.identity
    }

    /// The folder that can be believed right now.
    pub async fn believed(&self) -> Option<Identity> {
        let (folder, owner) = (self.mirror.folder(), self.mirror.owner());
        off(move || sight::believe(&folder, &owner)).await.ok()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.mirror.folder().join(name)
    }
}

/// Why something is refused without being opened.
fn oddity(name: &str, kind: Kind) -> Option<ErrorView> {
    let path = name.to_owned();
    let error = match kind {
        Kind::File => return None,
        Kind::Link => spk::Error::IsALink { path }.into(),
        Kind::Other => spk::Error::NotAFile { path }.into(),
        Kind::Unnameable => Error::new(Code::InvalidInput, format!("the name `{name}` is not readable text"))
            .hint("Rename the file."),
    };
    Some(error.into())
}

/// Runs what may wait for a disk off the reactor.
pub(super) async fn off<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(value) => value,
        Err(failed) => std::panic::resume_unwind(failed.into_panic()),
    }
}
