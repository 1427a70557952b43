//! Answers about backups.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;

use super::json;
use crate::actor::Actor;
use crate::backup::{self, Make, Whole};
use crate::center::{Center, whole};
use crate::error::Result;
use crate::request::Password;

impl Center {
    pub(super) async fn backup_make(
        &self,
        actor: &Actor,
        path: PathBuf,
        passphrase: Option<Password>,
    ) -> Result<Value> {
        let (context, actor) = (Arc::clone(&self.context), actor.clone());
        let make = move || {
            let passphrase = passphrase.map(|passphrase| passphrase.0.into());
            let wish = Make { path: &path, passphrase, now: context.clock.now() };
            let (home, store, secrets) = (&context.home, &*context.store, &*context.secrets);
            backup::make(&Whole { home, store, secrets }, &actor, &wish)
        };
        json(whole(tokio::task::spawn_blocking(make)).await?)
    }
}
