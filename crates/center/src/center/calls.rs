//! A call to a plugin: decided in memory, answered by its process.

use std::sync::Arc;

use serde_json::value::RawValue;
use spk::PluginId;

use super::Center;
use crate::actor::Session;
use crate::calls;
use crate::error::{Code, Error, Result};
use crate::host_client::{Errand, HostClient};

impl Center {
    /// Calls a command of a plugin, if this account may. Decided in memory. While another version takes its place, the call
    /// waits for up to 5 s.
    ///
    /// # Errors
    /// `not_permitted`, `plugin_stopped`, `upgrading`, `unknown_command`, `timed_out`, `plugin_fault`.
    pub async fn call(
        &self,
        session: &Session,
        plugin: &PluginId,
        command: &str,
        args: Box<RawValue>,
    ) -> Result<Box<RawValue>> {
        let limit = self.context.limits.call;
        let host = match self.host_for(session, plugin, command) {
            Err(upgrading) if upgrading.code == Code::Upgrading => {
                calls::upgraded(&self.supervisors, plugin, limit).await;
                self.host_for(session, plugin, command)?
            }
            found => found?,
        };
        let errand = Errand::new(session.account(), plugin, limit);
        let answer = host.call(command, args, errand).await;
        answer.map_err(|cause| calls::failed(plugin, &cause))
    }

    /// The process that is to answer, if this account may ask it.
    fn host_for(&self, session: &Session, plugin: &PluginId, command: &str) -> Result<Arc<HostClient>> {
        let snapshot = self.context.store.snapshot();
        let facts = snapshot.plugins.get(plugin);
        let declared = facts.and_then(|f| f.package.manifest.commands.iter().find(|c| c.id == command));
        let permission = declared.map_or("use", |command| command.permission.as_str());
        let host = calls::host_for(&self.supervisors, &snapshot, session.account(), (plugin, permission))?;
        if declared.is_none() {
            return Err(Error::new(Code::UnknownCommand, format!("`{plugin}` has no command `{command}`")));
        }
        Ok(host)
    }
}
