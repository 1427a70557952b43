//! Answers about publishers, the plugin folder, and whether all is well.

use std::sync::Arc;

use serde_json::Value;
use spk::PublicKey;

use super::{Asking, done, json};
use crate::actor::Actor;
use crate::center::{Center, whole};
use crate::doctor::Patient;
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

    pub(super) async fn examine(&self, deep: bool) -> Result<Value> {
        let (context, mirror) = (Arc::clone(&self.context), Arc::clone(&self.mirror));
        let examine = move || {
            let (home, store, now) = (&context.home, &context.store, context.clock.now());
            Patient { home, store, secrets: &context.secrets, mirror: &mirror, now }.examine(deep)
        };
        json(whole(tokio::task::spawn_blocking(examine)).await?)
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
