//! How much room the files of a running plugin take: looked at now and then, off the reactor. The kernel limits each
//! file by itself, and nothing else would limit their number.

use std::sync::Arc;

use spk::PluginId;

use super::{Context, bring_up};
use crate::host_client::{HostClient, Trouble};
use crate::weight;

/// So many times the usual wait passes before the first look.
const FIRST: u32 = 3;

/// Goes on until the process is gone, or its private folder holds more than was approved. The first look comes after a
/// while, so that a plugin has the time to make room.
pub async fn watch(context: Arc<Context>, plugin: PluginId, client: HostClient) {
    let folder = context.home.private_folder(&plugin);
    let mut wait = context.limits.room_every * FIRST;
    loop {
        tokio::time::sleep(wait).await;
        wait = context.limits.room_every;
        if client.is_closed() {
            return;
        }
        let Some(allowed) = bring_up::storage_of(&context, &plugin) else { return };
        let folder = folder.clone();
        let looked = tokio::task::spawn_blocking(move || weight::beyond(&folder, allowed)).await;
        if let Ok(Some(used)) = looked {
            return client.report(Trouble::OverStorage { used, allowed });
        }
    }
}
