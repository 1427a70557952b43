//! What the plugin folder may do by itself: only what a superadmin approved before.

use std::path::{Path, PathBuf};

use serde_json::json;
use spk::{Digest, PluginId};

use super::{Installer, Plan, Progress};
use crate::actor::Actor;
use crate::error::{Code, Error, Result};
use crate::folder::{Arrival, Inbox, peek, question_details};
use crate::request::Answers;
use crate::views::{PlanKind, PlanView};

impl Inbox for Installer {
    async fn arrived(&self, path: PathBuf) -> Arrival {
        let actor = Actor::Folder;
        match self.plan(&actor, &path, "en", &Progress::silent()) {
            Ok(view) => self.decide(&actor, view).await,
            Err(cause) => refused(&path, cause),
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
        if let Some(why) = question(&view) {
            // The plan is kept for nobody: whoever approves plans anew, from the file as it is then.
            let Ok(plan) = self.plans.take(actor, &view.plan) else { return Arrival::TryLater };
            return Arrival::Waiting { plugin, digest, cause: asked(&plan, why).into() };
        }
        match self.apply(actor, &view.plan, &Answers::default(), &Progress::silent()).await {
            Ok(_) => Arrival::Installed { plugin, digest },
            Err(busy) if matches!(busy.code, Code::Busy | Code::PlanChanged) => Arrival::TryLater,
            Err(refused) => Arrival::Refused { digest: Some(digest), cause: refused.into() },
        }
    }
}

fn refused(path: &Path, cause: Error) -> Arrival {
    // It was renamed or taken away meanwhile; under its new name it is looked at anew.
    if !path.exists() {
        return Arrival::TryLater;
    }
    match peek(path) {
        Some(file) if cause.code == Code::Package("already_installed") => {
            Arrival::AlreadyInstalled { plugin: file.plugin, digest: file.digest }
        }
        file => Arrival::Refused { digest: file.map(|file| file.digest), cause: cause.into() },
    }
}

/// What a person would have to answer; `None` if the folder may go on by itself.
fn question(view: &PlanView) -> Option<&'static str> {
    if !view.conflicts.is_empty() {
        return Some("it does not fit the plugins that are installed");
    }
    if !view.trusted {
        Some("its publisher is not trusted yet")
    } else if view.kind == PlanKind::Upgrade && view.approve_capabilities {
        Some("it asks for more than was approved")
    } else if view.kind == PlanKind::Upgrade && !view.missing.is_empty() {
        Some("it needs settings that are empty")
    } else if view.kind == PlanKind::Upgrade && !view.licensed {
        Some("it needs a license that holds")
    } else {
        None
    }
}

fn asked(Plan { view, package, .. }: &Plan, why: &str) -> Error {
    let message = format!("`{}` {} waits for approval: {why}", view.plugin, view.version);
    let mut details = question_details(package.manifest(), package.texts(), (&view.key, &view.digest));
    details["conflicts"] = json!(view.conflicts);
    Error::new(Code::ApprovalNeeded, message).details(details)
}
