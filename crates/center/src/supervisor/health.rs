//! Asks a running plugin now and then whether it is well, and what its own check says about its license.

use std::sync::Arc;

use plugin_rpc::Level;
use serde_json::Value;
use spk::PluginId;
use spk::manifest::LicenseMode;
use tokio::time::sleep;

use super::Context;
use crate::events::Event;
use crate::host_client::{HostClient, HostError, Trouble};
use crate::license;

/// How many bad answers in a row make a plugin hung.
const BAD_ANSWERS: u32 = 3;

/// Asks until the plugin has gone or was unwell too often; one whose vendor manages its license is asked at once.
pub(super) async fn watch(context: Arc<Context>, plugin: PluginId, client: HostClient) {
    let says_license = says_license(&context, &plugin);
    context.licenses.vendor_said(&plugin, None);
    if !says_license {
        sleep(context.limits.health_every).await;
    }
    let (mut bad, mut last) = (0, Trouble::Hung);
    while bad < BAD_ANSWERS {
        match client.health(context.limits.health).await {
            Ok(answer) => {
                bad = 0;
                if says_license
                    && context.licenses.vendor_said(&plugin, license::read_vendor(&answer).as_ref())
                {
                    context.bus.publish(context.clock.now(), Event::PluginChanged { plugin: plugin.clone() });
                }
            }
            Err(HostError::Gone) => return,
            Err(HostError::Fault(fault)) => {
                bad += 1;
                let (at, said) = (context.clock.now(), format!("it is not well: {fault}"));
                context.logs.remark(&plugin, (at, Level::Warn), said, Value::Null);
                last = Trouble::Unwell(fault.to_string());
            }
            Err(_) => {
                bad += 1;
                last = Trouble::Hung;
            }
        }
        sleep(context.limits.health_every).await;
    }
    client.report(last);
}

fn says_license(context: &Context, plugin: &PluginId) -> bool {
    let snapshot = context.store.snapshot();
    snapshot
        .plugins
        .get(plugin)
        .is_some_and(|facts| facts.package.manifest.license.mode == LicenseMode::Vendor)
}
