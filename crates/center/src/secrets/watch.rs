//! Waits for a keyring that was not there when the center came up: tells people, looks again, and has plugins start that
//! waited for it. Never asks a person by itself.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;

use super::keyring::Unlock;
use crate::attention::{self, Concern};
use crate::error::Result;
use crate::events::Event;
use crate::store::System;
use crate::supervisor::{Context, Supervisors};

/// Between two looks at a keyring that is not there.
const EVERY: Duration = Duration::from_secs(3);

/// While this lives, the keyring is waited for.
#[derive(Debug)]
pub struct Watch(JoinHandle<()>);

impl Drop for Watch {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Watch {
    /// Waits for the keyring on behalf of these plugins.
    #[must_use]
    pub fn start(context: &Arc<Context>, all: &Arc<Supervisors>) -> Self {
        let (context, all) = (Arc::clone(context), Arc::clone(all));
        Self(tokio::spawn(async move {
            let mut before = None;
            loop {
                let waits = look(&context, &all, before).unwrap_or_else(|error| {
                    tracing::error!(%error, "the keyring could not be looked after");
                    true
                });
                before = Some(waits);
                let news = context.secrets.keys.news.notified();
                if !waits {
                    news.await;
                } else if tokio::time::timeout(EVERY, news).await.is_err() {
                    ask_again(&context).await;
                }
            }
        }))
    }
}

/// Tells what there is to tell; whether somebody waits for the keyring. `before`: whether somebody did at the last look.
fn look(context: &Arc<Context>, all: &Arc<Supervisors>, before: Option<bool>) -> Result<bool> {
    let Context { store, secrets, clock, bus, .. } = &**context;
    let trouble = store.read(|db| secrets.trouble(db))?;
    let waits = trouble.is_some();
    let changed = store.note(System("the keyring was looked after"), |tx| match trouble {
        Some(cause) => {
            let (kind, subject) = (attention::KEYRING_UNAVAILABLE, attention::KEYRING);
            attention::raise(tx, Concern { kind, subject, at: clock.now() }, cause)
        }
        None => attention::clear(tx, attention::KEYRING_UNAVAILABLE, attention::KEYRING),
    })?;
    if changed {
        bus.publish(clock.now(), Event::AttentionChanged);
    }
    if changed || before != Some(waits) {
        all.look_all();
        for plugin in store.read(super::owners)? {
            bus.publish(clock.now(), Event::PluginChanged { plugin });
        }
    }
    Ok(waits)
}

async fn ask_again(context: &Arc<Context>) {
    let context = Arc::clone(context);
    let asked = tokio::task::spawn_blocking(move || context.secrets.keys.load(&context.store, Unlock::Never));
    if let Ok(Err(error)) = asked.await {
        tracing::error!(%error, "the keyring could not be asked");
    }
}
