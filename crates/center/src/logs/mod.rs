//! What plugins write about themselves: kept as JSON Lines per plugin, with rotation, and told to who follows.
//! One thread writes, so that no caller waits for a disk. Does not know why a line was written.

mod journal;
mod line;
mod pace;

use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use plugin_rpc::Level;
use serde_json::Value;
use spk::PluginId;
use tokio::sync::{broadcast, oneshot};

use crate::clock::UnixMs;
use crate::error::{Error, Result};
use crate::paths::{Home, private_folder};
use journal::Journal;

pub(crate) use line::visible;
pub use line::{Line, MAX_LINE, Source};
pub(crate) use pace::Pace;

/// Lines that a plugin may write each second, after a burst.
const PER_SECOND: u32 = 1_000;
/// Lines that a plugin may write at once.
const BURST: u32 = 5_000;
/// Lines that wait for the disk, of all plugins; further ones are dropped and counted.
const WAITING: usize = 1_024;
/// Lines that a slow follower may lag behind.
const BACKLOG: usize = 1_024;
/// The most lines that [`Logs::tail`] returns.
const MAX_TAIL: usize = 10_000;

/// The logs of all plugins. Clones share one writer, which ends with the last of them.
#[derive(Clone)]
pub struct Logs(Arc<Shared>);

struct Shared {
    feeds: Mutex<HashMap<PluginId, Feed>>,
    /// `None` only while being dropped.
    jobs: Option<SyncSender<Job>>,
    writer: Option<JoinHandle<()>>,
}

/// One plugin's stream of lines.
struct Feed {
    pace: Pace,
    dropped: u64,
    followers: broadcast::Sender<Line>,
}

enum Job {
    Write(PluginId, String),
    Tail(PluginId, usize, oneshot::Sender<io::Result<Vec<Line>>>),
    Remove(PluginId, oneshot::Sender<io::Result<()>>),
}

impl Logs {
    /// The logs of this home; starts the writer.
    ///
    /// # Errors
    /// `internal` if no thread can be started.
    pub fn open(home: &Home) -> Result<Self> {
        let (jobs, work) = sync_channel(WAITING);
        let mut journals = Journals { folder: home.logs(), open: HashMap::new() };
        let writer = thread::Builder::new().name("logs".into()).spawn(move || journals.run(&work));
        let writer = writer.map_err(|e| Error::io("cannot start the writer of logs", &e))?;
        Ok(Self(Arc::new(Shared { feeds: Mutex::default(), jobs: Some(jobs), writer: Some(writer) })))
    }

    /// Keeps a line, made harmless. A plugin that writes too fast loses lines; a line says how many.
    pub fn append(&self, plugin: &PluginId, line: Line) {
        let mut feeds = self.feeds();
        let feed = feeds.entry(plugin.clone()).or_default();
        if !feed.pace.admits(line.at) {
            feed.dropped += 1;
            return;
        }
        drop(feeds);
        self.note_dropped(plugin, line.at);
        self.keep(plugin, line);
    }

    /// Keeps what the center itself has to say about a plugin, however much the plugin writes.
    pub fn remark(&self, plugin: &PluginId, (at, level): (UnixMs, Level), message: String, fields: Value) {
        let (source, target) = (Source::Center, "sprocket".into());
        self.keep(plugin, Line { at, level, source, target, message, fields });
    }

    /// The last lines, oldest first, at most 10,000.
    ///
    /// # Errors
    /// `internal` if the files cannot be read.
    pub async fn tail(&self, plugin: &PluginId, count: usize) -> Result<Vec<Line>> {
        self.note_dropped(plugin, None);
        let (answer, tail) = oneshot::channel();
        self.ask(Job::Tail(plugin.clone(), count.min(MAX_TAIL), answer)).await;
        let lines = tail.await.map_err(|_| Error::internal("the writer of logs has ended"))?;
        lines.map_err(|e| Error::io(format_args!("cannot read the log of `{plugin}`"), &e))
    }

    /// Every line from now on. Who is too slow misses lines and is told so by the receiver.
    #[must_use]
    pub fn follow(&self, plugin: &PluginId) -> broadcast::Receiver<Line> {
        self.feeds().entry(plugin.clone()).or_default().followers.subscribe()
    }

    /// Deletes everything that this plugin wrote.
    ///
    /// # Errors
    /// `internal` if the files cannot be deleted.
    pub async fn remove(&self, plugin: &PluginId) -> Result<()> {
        let (answer, removed) = oneshot::channel();
        self.ask(Job::Remove(plugin.clone(), answer)).await;
        let removed = removed.await.map_err(|_| Error::internal("the writer of logs has ended"))?;
        removed.map_err(|e| Error::io(format_args!("cannot delete the log of `{plugin}`"), &e))
    }

    /// Says how many lines were lost, once they were.
    fn note_dropped(&self, plugin: &PluginId, at: impl Into<Option<UnixMs>>) {
        let mut feeds = self.feeds();
        let Some(feed) = feeds.get_mut(plugin).filter(|feed| feed.dropped > 0) else { return };
        let dropped = std::mem::take(&mut feed.dropped);
        let at = at.into().unwrap_or_else(|| feed.pace.last());
        drop(feeds);
        let message = format!("{dropped} lines were dropped: they came too fast");
        self.remark(plugin, (at, Level::Warn), message, serde_json::json!({ "dropped": dropped }));
    }

    fn keep(&self, plugin: &PluginId, line: Line) {
        let (line, json) = line.harmless();
        let job = Job::Write(plugin.clone(), json);
        let kept = self.0.jobs.as_ref().is_some_and(|jobs| jobs.try_send(job).is_ok());
        let mut feeds = self.feeds();
        let feed = feeds.entry(plugin.clone()).or_default();
        if kept {
            let _ = feed.followers.send(line);
        } else {
            let lost_before = line.fields.get("dropped").filter(|_| line.source == Source::Center);
            feed.dropped += lost_before.and_then(Value::as_u64).unwrap_or(1);
        }
    }

    /// Waits, off the reactor, until the writer has room.
    async fn ask(&self, job: Job) {
        let Some(jobs) = self.0.jobs.clone() else { return };
        let _ = tokio::task::spawn_blocking(move || jobs.send(job)).await;
    }

    fn feeds(&self) -> MutexGuard<'_, HashMap<PluginId, Feed>> {
        self.0.feeds.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Feed {
    fn default() -> Self {
        Self { pace: Pace::new(PER_SECOND, BURST), dropped: 0, followers: broadcast::channel(BACKLOG).0 }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(writer) = self.writer.take() {
            let _ = writer.join();
        }
    }
}

/// What the writer's thread owns.
struct Journals {
    folder: PathBuf,
    open: HashMap<PluginId, Journal>,
}

impl Journals {
    /// Works until nobody can ask any more. What was written reaches the system whenever nothing else waits.
    fn run(&mut self, jobs: &Receiver<Job>) {
        while let Ok(job) = jobs.recv() {
            self.carry_out(job);
            while let Ok(job) = jobs.try_recv() {
                self.carry_out(job);
            }
            self.flush();
        }
    }

    fn carry_out(&mut self, job: Job) {
        match job {
            Job::Write(plugin, json) => {
                if let Err(cause) = self.write(&plugin, &json) {
                    tracing::warn!(%plugin, %cause, "a log line could not be written");
                    self.open.remove(&plugin);
                }
            }
            Job::Tail(plugin, count, answer) => {
                self.flush();
                let _ = answer.send(journal::tail(&self.folder.join(plugin.as_str()), count));
            }
            Job::Remove(plugin, answer) => {
                self.open.remove(&plugin);
                let _ = answer.send(match std::fs::remove_dir_all(self.folder.join(plugin.as_str())) {
                    Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
                    removed => removed,
                });
            }
        }
    }

    fn write(&mut self, plugin: &PluginId, json: &str) -> io::Result<()> {
        if !self.open.contains_key(plugin) {
            let folder = self.folder.join(plugin.as_str());
            private_folder(&folder).map_err(io::Error::other)?;
            self.open.insert(plugin.clone(), Journal::open(&folder)?);
        }
        self.open.get_mut(plugin).map_or(Ok(()), |journal| journal.append(json))
    }

    fn flush(&mut self) {
        self.open.retain(|plugin, journal| {
            let flushed = journal.flush();
            if let Err(cause) = &flushed {
                tracing::warn!(%plugin, %cause, "log lines could not be written");
            }
            flushed.is_ok()
        });
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn world() -> (tempfile::TempDir, Home, Logs) {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path());
        home.create().unwrap();
        let logs = Logs::open(&home).unwrap();
        (folder, home, logs)
    }

    fn id(text: &str) -> PluginId {
        text.parse().unwrap()
    }

    fn line(at: UnixMs, message: impl Into<String>) -> Line {
        let (level, source, target) = (Level::Info, Source::Plugin, "t".into());
        Line { at, level, source, target, message: message.into(), fields: Value::Null }
    }

    fn messages(lines: &[Line]) -> Vec<&str> {
        lines.iter().map(|line| line.message.as_str()).collect()
    }

    #[tokio::test]
    async fn lines_are_kept_in_order_and_per_plugin() {
        let (_folder, home, logs) = world();
        for n in 0..5 {
            logs.append(&id("a.one"), line(n, format!("one {n}")));
            logs.append(&id("a.two"), line(n, format!("two {n}")));
        }
        assert_eq!(messages(&logs.tail(&id("a.one"), 2).await.unwrap()), ["one 3", "one 4"]);
        assert_eq!(logs.tail(&id("a.two"), 99).await.unwrap().len(), 5);
        assert!(logs.tail(&id("a.three"), 9).await.unwrap().is_empty());
        drop(logs);
        let reopened = Logs::open(&home).unwrap();
        assert_eq!(messages(&reopened.tail(&id("a.two"), 1).await.unwrap()), ["two 4"]);
    }

    #[tokio::test]
    async fn a_follower_gets_each_line_as_it_is_kept() {
        let (_folder, _home, logs) = world();
        let mut follower = logs.follow(&id("a.one"));
        logs.append(&id("a.two"), line(1, "not this"));
        logs.append(&id("a.one"), line(1, "a\u{1b}[31m"));
        assert_eq!(follower.recv().await.unwrap().message, r"a\u{1b}[31m");
    }

    #[tokio::test]
    async fn a_flood_is_dropped_and_counted() {
        let (_folder, _home, logs) = world();
        let (flood, tail) = (id("a.flood"), 9_000);
        for _ in 0..20 {
            for _ in 0..500 {
                logs.append(&flood, line(0, "flood"));
            }
            // The writer catches up, so that only the pace of the plugin counts.
            logs.tail(&id("a.quiet"), 1).await.unwrap();
        }
        logs.append(&flood, line(1_000, "later"));
        let lines = logs.tail(&flood, tail).await.unwrap();
        let kept = lines.iter().filter(|line| line.message == "flood").count();
        assert_eq!(kept, BURST as usize);
        let noted: u64 = lines.iter().filter_map(|line| line.fields["dropped"].as_u64()).sum();
        assert_eq!(noted, 10_000 - u64::from(BURST));
        assert_eq!(lines.last().unwrap().message, "later");
        logs.append(&id("a.quiet"), line(0, "heard"));
        assert_eq!(logs.tail(&id("a.quiet"), 1).await.unwrap().len(), 1, "others do not notice");
    }

    #[tokio::test]
    async fn old_lines_go_so_that_a_log_stays_bounded() {
        let (_folder, home, logs) = world();
        let plugin = id("a.long");
        let mut at = 0;
        for _ in 0..14 {
            for _ in 0..100 {
                at += 1_000;
                logs.append(&plugin, line(at, "x".repeat(9_000)));
            }
            logs.tail(&plugin, 1).await.unwrap();
        }
        let files: Vec<_> = fs::read_dir(home.logs().join("a.long")).unwrap().map(|f| f.unwrap()).collect();
        assert_eq!(files.len(), 5);
        assert!(files.iter().all(|file| file.metadata().unwrap().len() <= 2 << 20));
        let lines = logs.tail(&plugin, 10_000).await.unwrap();
        assert!(lines.windows(2).all(|pair| pair[0].at + 1_000 == pair[1].at), "a gap in the middle");
        assert_eq!(lines.last().unwrap().at, at);
    }

    #[tokio::test]
    async fn a_line_cut_by_a_crash_costs_only_itself() {
        let (_folder, home, logs) = world();
        let plugin = id("a.cut");
        private_folder(&home.logs().join("a.cut")).unwrap();
        fs::write(home.logs().join("a.cut/current.jsonl"), "{\"at\":1,\"lev").unwrap();
        logs.append(&plugin, line(2, "after"));
        assert_eq!(messages(&logs.tail(&plugin, 9).await.unwrap()), ["after"]);
    }

    #[tokio::test]
    async fn a_removed_log_is_gone_and_can_begin_anew() {
        let (_folder, home, logs) = world();
        let plugin = id("a.gone");
        logs.append(&plugin, line(1, "before"));
        logs.remove(&plugin).await.unwrap();
        assert!(!home.logs().join("a.gone").exists());
        logs.remove(&plugin).await.unwrap();
        logs.append(&plugin, line(2, "after"));
        assert_eq!(messages(&logs.tail(&plugin, 9).await.unwrap()), ["after"]);
    }
}
