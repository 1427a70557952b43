//! The plugin folder: an inbox for packages and a mirror of what is installed. `packages/` holds the truth that runs.
//! Decides what a file's coming and going means; verifying and installing is asked of an [`Inbox`].

mod examine;
mod gone;
mod ledger;
mod listing;
mod mirror;
mod peek;
mod reconcile;
mod renew;
mod rows;
mod sight;
mod watch;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use spk::{Digest, PluginId};
use tokio::sync::{mpsc, oneshot, watch as latest};
use tokio::task::JoinHandle;

use crate::actor::Actor;
use crate::audit::Entry;
use crate::error::{Code, Error, ErrorView, Result};

pub use listing::{list, question_details, updates};
pub use mirror::{Mirror, MirrorParts, Placed};
pub(crate) use mirror::{note_due, place_all_anew};
pub use peek::{Peek, peek};

/// What the folder may ask of the installer. Each act is the folder's own, so only what was approved before is done.
pub trait Inbox: Send + Sync + 'static {
    /// A whole file came, or its bytes changed: verify it and, if that was approved before, install it. The file may
    /// change or go meanwhile.
    fn arrived(&self, path: PathBuf) -> impl Future<Output = Arrival> + Send;
    /// The plugin's file was taken away: uninstall it and keep everything, unless another package is installed by now.
    ///
    /// # Errors
    /// Any; the folder asks again later.
    fn removed(&self, plugin: PluginId, digest: Digest) -> impl Future<Output = Result<()>> + Send;
    /// What is installed now.
    fn installed(&self) -> HashMap<PluginId, Digest>;
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq)]
pub enum Arrival {
    /// It was installed, or its plugin upgraded to it.
    Installed {
        /// Which plugin.
        plugin: PluginId,
        /// The package.
        digest: Digest,
    },
    /// The very package is installed already.
    AlreadyInstalled {
        /// Which plugin.
        plugin: PluginId,
        /// The package.
        digest: Digest,
    },
    /// A person has to approve it.
    Waiting {
        /// Which plugin.
        plugin: PluginId,
        /// The package.
        digest: Digest,
        /// What has to be approved.
        cause: ErrorView,
    },
    /// It is not accepted; asked about again only when its bytes change.
    Refused {
        /// The package, if it is known so far.
        digest: Option<Digest>,
        /// Why.
        cause: ErrorView,
    },
    /// Nothing can be said now, such as during another operation on this plugin.
    TryLater,
}

/// How long the folder waits, and for what.
#[derive(Debug, Clone, Copy)]
pub struct Waits {
    /// Until an incomplete file that stands still counts as cut off.
    pub still: Duration,
    /// Until a missing file counts as removed.
    pub grace: Duration,
    /// Until a complete file counts as finished although nobody said so.
    pub settle: Duration,
    /// Until a file that is still arriving is shown so.
    pub shown: Duration,
    /// Until what could not be done is tried again.
    pub retry: Duration,
    /// Between looks at whether the folder is still there.
    pub heartbeat: Duration,
    /// Between looks at everything, where events do not come.
    pub poll: Duration,
    /// For further events of the same kind to come.
    pub soon: Duration,
    /// Whether to ask the system for events at all.
    pub listen: bool,
}

impl Default for Waits {
    fn default() -> Self {
        Self {
            still: Duration::from_secs(10),
            grace: Duration::from_millis(500),
            settle: Duration::from_millis(300),
            shown: Duration::from_millis(250),
            retry: Duration::from_secs(1),
            heartbeat: Duration::from_secs(2),
            poll: Duration::from_millis(400),
            soon: Duration::from_millis(50),
            listen: true,
        }
    }
}

/// How well the folder is followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// Not looked at yet.
    Starting,
    /// Each change is heard.
    Watching,
    /// Changes are not heard, so everything is looked at again and again.
    Polling,
    /// Nothing in it is believed, and nothing is uninstalled because of it.
    Unavailable(String),
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Starting => f.write_str("starting"),
            Self::Watching => f.write_str("watching"),
            Self::Polling => f.write_str("polling"),
            Self::Unavailable(reason) => write!(f, "unavailable: {reason}"),
        }
    }
}

/// What a person says when many files went at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Removals {
    /// They are to go: uninstall, everything kept.
    Uninstall,
    /// They are to stay: their files are put back.
    PutBack,
}

/// What is asked of the task.
enum Ask {
    Rescan { waiting_too: bool, done: oneshot::Sender<()> },
    Removals(Removals, oneshot::Sender<Result<()>>),
    Renew(oneshot::Sender<Result<()>>),
}

/// The watched folder. Ends when dropped, after what it is doing.
pub struct Folder {
    asks: mpsc::Sender<Ask>,
    status: latest::Receiver<Status>,
    mirror: Arc<Mirror>,
    task: JoinHandle<()>,
}

impl Folder {
    /// Watches, then looks at everything, from now on, as a task of its own.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    #[must_use]
    pub fn start(inbox: Arc<impl Inbox>, mirror: Arc<Mirror>, waits: Waits) -> Self {
        let (asks, asked) = mpsc::channel(16);
        let (tell, status) = latest::channel(Status::Starting);
        let reconciler = reconcile::Reconciler::new(inbox, Arc::clone(&mirror), waits, tell);
        Self { asks, status, mirror, task: tokio::spawn(reconciler.run(asked)) }
    }

    /// How well the folder is followed now.
    #[must_use]
    pub fn status(&self) -> Status {
        self.status.borrow().clone()
    }

    /// Looks at everything now; returns when that is done. What still waits for its time goes on waiting.
    pub async fn rescan(&self) {
        self.look(false).await;
    }

    /// Looks at everything anew, also at files that wait for approval: something was approved.
    pub async fn reconsider(&self) {
        self.look(true).await;
    }

    async fn look(&self, waiting_too: bool) {
        let (done, finished) = oneshot::channel();
        if self.asks.send(Ask::Rescan { waiting_too, done }).await.is_ok() {
            let _ = finished.await;
        }
    }

    /// Answers the question whether many plugins are to go, whose files went at once.
    ///
    /// # Errors
    /// `not_a_superadmin`, `not_signed_in`; `not_found` if there is no such question; what uninstalling or putting
    /// back says.
    pub async fn answer_removals(&self, actor: &Actor, answer: Removals) -> Result<()> {
        let action = match answer {
            Removals::Uninstall => "folder_removals_confirmed",
            Removals::PutBack => "folder_removals_undone",
        };
        self.act(actor, action, |done| Ask::Removals(answer, done)).await
    }

    /// Makes a folder that is not believed ours, with a file for each installed plugin. What lies in it stays.
    ///
    /// # Errors
    /// `not_a_superadmin`, `not_signed_in`; `folder_unavailable` if it is another center's, or cannot be made.
    pub async fn renew(&self, actor: &Actor) -> Result<()> {
        self.act(actor, "folder_renewed", Ask::Renew).await
    }

    async fn act(
        &self,
        actor: &Actor,
        action: &'static str,
        ask: impl FnOnce(oneshot::Sender<Result<()>>) -> Ask,
    ) -> Result<()> {
        actor.must_manage()?;
        let (done, finished) = oneshot::channel();
        let ended = || Error::new(Code::FolderUnavailable, "the plugin folder is not followed any more");
        self.asks.send(ask(done)).await.map_err(|_| ended())?;
        finished.await.map_err(|_| ended())??;
        self.mirror.ledger().store.write(Entry::new(actor, action, crate::attention::FOLDER), |_, _| Ok(()))
    }

    /// Ends following, after what is being done.
    pub async fn stop(self) {
        drop(self.asks);
        let _ = self.task.await;
    }
}
