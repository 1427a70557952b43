//! Answers about the key of stored passwords.

use std::sync::Arc;

use serde_json::Value;

use super::json;
use crate::actor::Actor;
use crate::center::{Center, whole};
use crate::error::Result;
use crate::events::Event;
use crate::secrets::Rekey;

impl Center {
    pub(super) async fn secrets_rekey(&self, actor: &Actor, wish: Rekey) -> Result<Value> {
        let (context, actor) = (Arc::clone(&self.context), actor.clone());
        let rekey = move || context.secrets.rekey(&context.store, &actor, wish);
        let rekeyed = whole(tokio::task::spawn_blocking(rekey)).await?;
        for plugin in &rekeyed.switched_off {
            if let Some(supervisor) = self.supervisors.get(plugin) {
                supervisor.look();
            }
            self.context
                .bus
                .publish(self.context.clock.now(), Event::PluginChanged { plugin: plugin.clone() });
        }
        json(rekeyed)
    }
}
