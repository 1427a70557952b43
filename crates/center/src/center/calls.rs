//! A call to a plugin: decided in memory, answered by its process.

use std::sync::Arc;
use std::time::Duration;

use serde_json::value::RawValue;
use spk::PluginId;

use super::Center;
use crate::actor::{Role, Session};
use crate::error::{Code, Error, Result};
use crate::host_client::{HostClient, HostError};
use crate::lifecycle::Observed;
use crate::permissions::{self, Condition};
use crate::supervisor::State;
use crate::views::Obstacle;

/// The longest that a call waits for an upgrade.
const QUEUED: Duration = Duration::from_secs(5);

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
        let host = match self.host_for(session, plugin, command) {
            Err(upgrading) if upgrading.code == Code::Upgrading => {
                self.upgraded(plugin).await;
                self.host_for(session, plugin, command)?
            }
            found => found?,
        };
        host.call(command, args, self.context.limits.call).await.map_err(|cause| call_failed(plugin, &cause))
    }

    /// Waits until another version has taken the plugin's place, or the old one is back, though not for long.
    async fn upgraded(&self, plugin: &PluginId) {
        let Some(supervisor) = self.supervisors.get(plugin) else { return };
        let rests = |state: &State| !matches!(state.observed, Observed::Off | Observed::Starting);
        supervisor.settle(QUEUED, |state| !state.held && rests(state)).await;
    }

    /// The process that is to answer, if this account may ask it.
    fn host_for(&self, session: &Session, plugin: &PluginId, command: &str) -> Result<Arc<HostClient>> {
        let active = self.supervisors.active(plugin);
        {
            let snapshot = self.context.store.snapshot();
            let facts = snapshot.plugins.get(plugin);
            let declared = facts.and_then(|f| f.package.manifest.commands.iter().find(|c| c.id == command));
            let permission = declared.map_or("use", |command| command.permission.as_str());
            let running = active.is_some();
            let licensed = facts.is_none_or(|facts| self.context.licenses.let_use(&snapshot, facts));
            let condition = Condition { running, licensed };
            match permissions::can_use(&snapshot, condition, session.account(), plugin, permission) {
                Ok(()) => {}
                Err(Obstacle::NotRunning) => {
                    let state = self.supervisors.get(plugin).map(|supervisor| supervisor.state());
                    return Err(not_running((plugin, state.as_ref()), session.role()));
                }
                Err(obstacle) => return Err(not_permitted(plugin, permission, obstacle)),
            }
            if declared.is_none() {
                return Err(Error::new(
                    Code::UnknownCommand,
                    format!("`{plugin}` has no command `{command}`"),
                ));
            }
        }
        active.ok_or_else(|| not_running((plugin, None), session.role()))
    }
}

fn not_running((plugin, state): (&PluginId, Option<&State>), role: Role) -> Error {
    if state.is_some_and(|state| state.held) {
        return Error::new(Code::Upgrading, format!("`{plugin}` is being replaced by another version"));
    }
    let stopped = Error::new(Code::PluginStopped, format!("`{plugin}` does not run"));
    match (state.map(|state| state.observed), role) {
        (Some(Observed::Starting | Observed::Restarting), _) => {
            stopped.hint("It is being started; try again in a moment.")
        }
        (_, Role::Superadmin) => stopped,
        _ => stopped.hint("Ask a super administrator to turn it on."),
    }
}

fn not_permitted(plugin: &PluginId, permission: &str, obstacle: Obstacle) -> Error {
    match obstacle {
        Obstacle::NotInstalled => Error::new(Code::NotFound, format!("`{plugin}` is not installed")),
        Obstacle::AccountDisabled => Error::new(Code::AccountDisabled, "the account is disabled"),
        Obstacle::NoLicense => {
            Error::new(Code::LicenseNeeded, format!("no license lets `{plugin}` be used now"))
                .hint("Ask a super administrator.")
        }
        _ => Error::new(
            Code::NotPermitted,
            format!("this account does not have the permission `{permission}` of `{plugin}`"),
        ),
    }
}

fn call_failed(plugin: &PluginId, cause: &HostError) -> Error {
    let message = format!("`{plugin}`: {cause}");
    match cause {
        HostError::TimedOut(_) => Error::new(Code::TimedOut, message),
        HostError::Unsendable(_) => Error::new(Code::InvalidInput, message),
        HostError::Fault(fault) => Error::new(Code::PluginFault, message)
            .details(serde_json::json!({ "code": fault.code, "message": fault.message })),
        HostError::Resting => Error::new(Code::Upgrading, message),
        HostError::Gone | HostError::Launch(_) => Error::new(Code::PluginStopped, message)
            .hint("If it is on, it is started again by itself; its log says why it ended."),
    }
}
