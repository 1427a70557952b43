//! Answers about publishers and the plugin folder.

use serde_json::Value;
use spk::PublicKey;

use super::{Asking, done};
use crate::actor::Actor;
use crate::center::Center;
use crate::error::{Code, Error, Result};
use crate::events::Event;
use crate::folder::Removals;
use crate::request::TrustAnswer;
use crate::trust;

impl Center {
    pub(super) async fn publisher_trust(
        &self,
        asking: Asking<'_>,
        key: &PublicKey,
        given: TrustAnswer,
    ) -> Result<Value> {
        let view = trust::trust(&self.context.store, asking.actor, key, &given, asking.now)?;
        self.supervisors.look_all();
        self.context.licenses.tell();
        self.reconsider().await;
        self.context.bus.publish(asking.now, Event::AttentionChanged);
        self.told(Event::PublishersChanged, view)
    }

    pub(super) fn publisher_withdraw(
        &self,
        asking: Asking<'_>,
        key: &PublicKey,
        reason: &str,
    ) -> Result<Value> {
        trust::withdraw(&self.context.store, asking.actor, key, reason, asking.now)?;
        self.supervisors.look_all();
        self.context.licenses.tell();
        self.context.bus.publish(asking.now, Event::AttentionChanged);
        self.told(Event::PublishersChanged, ())
    }

    pub(super) async fn folder_rescan(&self) -> Result<Value> {
        if let Some(folder) = &*self.folder.read().await {
            folder.rescan().await;
        }
        done(())
    }

    pub(super) async fn folder_removals(&self, actor: &Actor, answer: Removals) -> Result<Value> {
        let folder = self.folder.read().await;
        done(folder.as_ref().ok_or_else(not_followed)?.answer_removals(actor, answer).await?)
    }

    pub(super) async fn folder_renew(&self, actor: &Actor) -> Result<Value> {
        let folder = self.folder.read().await;
        done(folder.as_ref().ok_or_else(not_followed)?.renew(actor).await?)
    }
}

fn not_followed() -> Error {
    Error::new(Code::CenterNotRunning, "only a running center follows the plugin folder")
}
