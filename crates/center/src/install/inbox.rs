//! What the plugin folder may do by itself: only what a superadmin approved before.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use spk::{Digest, PluginId};

use super::Installer;
use crate::actor::Actor;
use crate::attention;
use crate::error::{Code, Error, ErrorView, Result};
use crate::folder::{Arrival, Inbox};
use crate::request::Answers;
use crate::views::{PlanKind, PlanView};

impl Inbox for Arc<Installer> {
    async fn arrived(&self, path: PathBuf) -> Arrival {
        let actor = Actor::Folder;
        match self.plan(&actor, &path, "en") {
            Ok(view) => self.decide(&actor, view).await,
            Err(refused) => self.refused(&path, refused),
        }
    }

    async fn removed(&self, plugin: PluginId, digest: Digest) -> Result<()> {
        let same = self.installed().get(&plugin) == Some(&digest);
        if same { self.uninstall(&Actor::Folder, &plugin, false).await } else { Ok(()) }
    }

    fn installed(&self) -> std::collections::HashMap<PluginId, Digest> {
        let snapshot = self.context.store.snapshot();
        snapshot.plugins.iter().map(|(id, facts)| (id.clone(), facts.digest)).collect()
    }
}

impl Installer {
    async fn decide(&self, actor: &Actor, view: PlanView) -> Arrival {
        let Ok(digest) = view.digest.parse::<Digest>() else { return Arrival::TryLater };
        let plugin = view.plugin.clone();
        if let Some(question) = question(&view) {
            let _ = self.discard(actor, &view.plan);
            self.raise("approval_waiting", plugin.as_ref(), &question);
            return Arrival::Waiting { plugin, digest, cause: question.into() };
        }
        match self.apply(actor, &view.plan, &Answers::default()).await {
            Ok(_) => {
                let _ = attention::clear(&self.context.store, "approval_waiting", plugin.as_ref());
                Arrival::Installed { plugin, digest }
            }
            Err(busy) if busy.code == Code::Busy || busy.code == Code::PlanChanged => Arrival::TryLater,
            Err(refused) => Arrival::Refused { digest: Some(digest), cause: refused.into() },
        }
    }

    fn refused(&self, path: &Path, refused: Error) -> Arrival {
        if refused.code == Code::Package("already_installed")
            && let Some((plugin, digest)) = self.peek(path)
        {
            return Arrival::AlreadyInstalled { plugin, digest };
        }
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        self.raise("package_refused", &file, &refused);
        Arrival::Refused { digest: None, cause: ErrorView::from(refused) }
    }

    fn peek(&self, path: &Path) -> Option<(PluginId, Digest)> {
        let peeked = spk::peek(path).ok()?;
        Some((peeked.id, peeked.digest))
    }

    fn raise(&self, kind: &'static str, subject: &str, cause: &Error) {
        let raised = attention::raise(&self.context.store, self.context.clock.now(), kind, subject, cause);
        if let Err(error) = raised {
            tracing::error!(%error, kind, subject, "what needs a person could not be stored");
        }
    }
}

/// What a person would have to answer; `None` if the folder may go on by itself.
fn question(view: &PlanView) -> Option<Error> {
    let why = if !view.trusted {
        "its publisher is not trusted yet"
    } else if view.kind == PlanKind::Upgrade && view.approve_capabilities {
        "it asks for more than was approved"
    } else if view.kind == PlanKind::Upgrade && !view.missing.is_empty() {
        "it needs settings that are empty"
    } else {
        return None;
    };
    let message = format!("`{}` {} waits for approval: {why}", view.plugin, view.version);
    let details = serde_json::json!({ "plugin": view.plugin, "version": view.version, "digest": view.digest });
    Some(Error::new(Code::ApprovalNeeded, message).details(details))
}
