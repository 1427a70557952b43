//! Services between plugins: to whom a name belongs, who may call it now, and for which account. Which plugin calls is known
//! from its process, for whom from the call that it works on; a plugin says neither.

mod shown;
mod waits;

use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use plugin_rpc::{Fault, Outcome};
use serde_json::json;
use serde_json::value::RawValue;
use spk::{Manifest, PluginId};

pub use shown::view;

use self::waits::{Wait, stuck};
use crate::calls;
use crate::error::{Code, Error, Result};
use crate::host_client::{Errand, HostClient, HostError};
use crate::snapshot::Snapshot;
use crate::supervisor::Supervisors;

/// The most bytes of a service's arguments, and of what it returns.
pub const MAX_VALUE: usize = 1 << 20;
/// The most bytes of a service's name that are repeated to who called it.
const NAME_SHOWN: usize = 64;

/// The codes of faults that the center gives to who calls a service. Beside them `not_permitted`, `account_disabled`,
/// `license_needed`, `plugin_stopped`, `upgrading` and `timed_out`, as an account gets them.
pub mod refused {
    /// It acts for no call: the number is none of its own, or that call has ended.
    pub const NO_CALL: &str = "no_call";
    /// `services.uses` of its plugin.json does not name the service.
    pub const UNDECLARED: &str = "service_undeclared";
    /// No installed plugin provides it.
    pub const MISSING: &str = "service_missing";
    /// It is provided in a version that `services.uses` does not accept.
    pub const OTHER_VERSION: &str = "service_version";
    /// It would wait for a plugin that waits for it.
    pub const CYCLE: &str = "service_cycle";
    /// The arguments or the answer are too large.
    pub const TOO_LARGE: &str = "too_large";
}

/// Passes if no other installed plugin provides a service of this one: a name belongs to the first.
///
/// # Errors
/// `service_taken`.
pub fn must_be_free(snapshot: &Snapshot, manifest: &Manifest) -> Result<()> {
    for service in &manifest.services.provides {
        if let Some((provider, _)) = snapshot.provider(&service.name).filter(|(id, _)| **id != manifest.id) {
            let message = format!("the service `{}` belongs to `{provider}`", service.name);
            let details = json!({ "service": service.name, "plugin": provider });
            return Err(Error::new(Code::ServiceTaken, message).details(details));
        }
    }
    Ok(())
}

/// The way from plugin to plugin.
#[derive(Default)]
pub struct Services {
    plugins: OnceLock<Weak<Supervisors>>,
    waits: Mutex<Vec<Wait>>,
}

impl Services {
    /// From now on these plugins are called.
    pub fn reach(&self, plugins: &Arc<Supervisors>) {
        let _ = self.plugins.set(Arc::downgrade(plugins));
    }

    /// Calls a service for a plugin, on behalf of a call that it works on: with the rights of that call's account, within
    /// its time. While another version takes the provider's place, it waits for up to 5 s.
    ///
    /// # Errors
    /// A [`Fault`] with one of [`refused`]'s codes, or the provider's own.
    pub async fn call(
        &self,
        caller: &PluginId,
        call: Option<(u64, Errand)>,
        (name, args): (&str, Box<RawValue>),
    ) -> Outcome {
        let (number, errand) = call.ok_or_else(|| {
            Fault::new(refused::NO_CALL, "a service is called on behalf of a call that is under way")
        })?;
        must_be_small("the arguments", &args)?;
        let all = self.plugins.get().and_then(Weak::upgrade).ok_or_else(ending)?;
        let find = || find(&all, (caller, &errand), name);
        let (provider, host) = match find() {
            Err(Unfound::Upgrading(provider)) => {
                calls::upgraded(&all, &provider, errand.left()).await;
                find()
            }
            found => found,
        }
        .map_err(Fault::from)?;
        let wait = Wait { caller: caller.clone(), call: number, provider: provider.clone() };
        let _waiting = self.wait(&all, wait)?;
        let answer = host.call_service(name, args, errand.on_to(&provider)).await;
        let answer = answer.map_err(|cause| match cause {
            HostError::Fault(fault) => fault,
            cause => told(name, &calls::failed(&provider, &cause)),
        })?;
        must_be_small("the answer", &answer)?;
        Ok(answer)
    }

    /// Notes a wait until the result is dropped.
    fn wait(&self, all: &Supervisors, wait: Wait) -> Result<Waiting<'_>, Fault> {
        let at_once = |plugin: &PluginId| all.active(plugin).map_or(1, |host| host.at_once().max(1));
        let mut waits = self.waits.lock().unwrap_or_else(PoisonError::into_inner);
        if stuck(&waits, &wait, at_once) {
            let Wait { caller, provider, .. } = wait;
            let message = format!(
                "`{provider}` waits for `{caller}` with all its calls, so `{caller}` may not wait for it"
            );
            return Err(Fault::new(refused::CYCLE, message));
        }
        waits.push(wait.clone());
        Ok(Waiting { all: &self.waits, wait })
    }
}

/// While this lives, a call waits for a service.
struct Waiting<'a> {
    all: &'a Mutex<Vec<Wait>>,
    wait: Wait,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = all.iter().position(|wait| *wait == self.wait) {
            all.swap_remove(place);
        }
    }
}

/// Why there is nobody to ask now.
enum Unfound {
    /// Another version takes this plugin's place.
    Upgrading(PluginId),
    Refused(Fault),
}

/// The provider of a service and its process, if this plugin may call it on this errand.
fn find(
    all: &Supervisors,
    (caller, errand): (&PluginId, &Errand),
    name: &str,
) -> Result<(PluginId, Arc<HostClient>), Unfound> {
    let snapshot = all.context.store.snapshot();
    let refuse = |code, why: String| Err(Unfound::Refused(Fault::new(code, why)));
    let shown = shown_name(name);
    // What a running plugin declares was approved: without that it cannot be on.
    let declared = snapshot.plugins.get(caller).map(|facts| &facts.package.manifest.services.uses);
    let Some(used) = declared.and_then(|uses| uses.iter().find(|used| used.name == name)) else {
        return refuse(
            refused::UNDECLARED,
            format!("plugin.json does not say that it uses the service `{shown}`"),
        );
    };
    let Some((provider, provided)) = snapshot.provider(name) else {
        let why = format!(
            "no installed plugin provides the service `{shown}`; a super administrator can install one"
        );
        return refuse(refused::MISSING, why);
    };
    if !used.version.matches(&provided.version) {
        let (version, wanted) = (&provided.version, &used.version);
        let why = format!("the service `{shown}` of `{provider}` has version {version}, wanted is {wanted}");
        return refuse(refused::OTHER_VERSION, why);
    }
    if errand.through.contains(provider) {
        let circle: Vec<_> = errand.through.iter().chain([provider]).map(|id| format!("`{id}`")).collect();
        let why = format!("the service `{shown}` would wait for itself: {}", circle.join(" → "));
        return refuse(refused::CYCLE, why);
    }
    match calls::host_for(all, &snapshot, errand.account, (provider, &provided.permission)) {
        Ok(host) => Ok((provider.clone(), host)),
        Err(cause) if cause.code == Code::Upgrading => Err(Unfound::Upgrading(provider.clone())),
        Err(cause) => Err(Unfound::Refused(told(name, &cause))),
    }
}

impl From<Unfound> for Fault {
    fn from(unfound: Unfound) -> Self {
        match unfound {
            Unfound::Refused(fault) => fault,
            Unfound::Upgrading(provider) => {
                let message =
                    format!("`{provider}` is being replaced by another version; try again in a moment");
                Self::new(Code::Upgrading.as_str(), message)
            }
        }
    }
}

/// What an account would be told, for the plugin that calls.
fn told(name: &str, cause: &Error) -> Fault {
    let message =
        format!("the service `{}` cannot be used: {}. {}", shown_name(name), cause.message, cause.hint);
    Fault::new(cause.code.as_str(), message)
}

fn must_be_small(what: &str, value: &RawValue) -> Result<(), Fault> {
    match value.get().len() {
        ..=MAX_VALUE => Ok(()),
        bytes => {
            let message = format!("{what} of a service may have {MAX_VALUE} bytes, not {bytes}");
            Err(Fault::new(refused::TOO_LARGE, message))
        }
    }
}

fn ending() -> Fault {
    Fault::new(Code::PluginStopped.as_str(), "the center is ending")
}

fn shown_name(name: &str) -> String {
    name.chars().take(NAME_SHOWN).flat_map(char::escape_default).collect()
}
