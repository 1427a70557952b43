//! Whether a call may reach a plugin's process, and what is said if it may not or if it fails: commands of accounts and
//! services between plugins alike. Decided in memory.

use std::sync::Arc;
use std::time::Duration;

use spk::PluginId;

use crate::actor::{AccountId, Role};
use crate::error::{Code, Error, Result};
use crate::host_client::{HostClient, HostError};
use crate::lifecycle::Observed;
use crate::permissions::{self, Condition};
use crate::snapshot::Snapshot;
use crate::supervisor::{State, Supervisors};
use crate::views::Obstacle;

/// The longest that a call waits for an upgrade.
const QUEUED: Duration = Duration::from_secs(5);

/// The process that is to answer, if this account may use it so.
///
/// # Errors
/// `not_permitted`, `account_disabled`, `not_found`, `license_needed`, `plugin_stopped`, `upgrading`.
pub fn host_for(
    all: &Supervisors,
    snapshot: &Snapshot,
    account: AccountId,
    (plugin, permission): (&PluginId, &str),
) -> Result<Arc<HostClient>> {
    let active = all.active(plugin);
    let facts = snapshot.plugins.get(plugin);
    let licensed = facts.is_none_or(|facts| all.context.licenses.let_use(snapshot, facts));
    let condition = Condition { running: active.is_some(), licensed };
    let role = snapshot.accounts.get(&account).map(|account| account.role);
    let state = || all.get(plugin).map(|supervisor| supervisor.state());
    match permissions::can_use(snapshot, condition, account, plugin, permission) {
        Ok(()) => active.ok_or_else(|| not_running((plugin, None), role)),
        Err(Obstacle::NotRunning) => Err(not_running((plugin, state().as_ref()), role)),
        Err(obstacle) => Err(not_permitted(plugin, permission, obstacle)),
    }
}

/// Waits until another version has taken the plugin's place, or the old one is back, though not for long.
pub async fn upgraded(all: &Supervisors, plugin: &PluginId, within: Duration) {
    let Some(supervisor) = all.get(plugin) else { return };
    let rests = |state: &State| !matches!(state.observed, Observed::Off | Observed::Starting);
    supervisor.settle(QUEUED.min(within), |state| !state.held && rests(state)).await;
}

fn not_running((plugin, state): (&PluginId, Option<&State>), role: Option<Role>) -> Error {
    if state.is_some_and(|state| state.held) {
        return Error::new(Code::Upgrading, format!("`{plugin}` is being replaced by another version"));
    }
    let stopped = Error::new(Code::PluginStopped, format!("`{plugin}` does not run"));
    match (state.map(|state| state.observed), role) {
        (Some(Observed::Starting | Observed::Restarting), _) => {
            stopped.hint("It is being started; try again in a moment.")
        }
        (_, Some(Role::Superadmin)) => stopped,
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

/// Why a call that reached the plugin has no result.
pub fn failed(plugin: &PluginId, cause: &HostError) -> Error {
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
