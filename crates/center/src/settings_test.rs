//! Trying settings that are typed and not saved: the plugin's own test gets them, in its process if it runs, in a
//! short-lived one if it does not. Nothing is stored.

use std::sync::Arc;
use std::time::Duration;

use plugin_rpc::{Act, fault};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use spk::PluginId;

use crate::actor::Actor;
use crate::capabilities::Approved;
use crate::error::{Code, Error, Result};
use crate::host_client::{HostClient, HostError};
use crate::logs::visible;
use crate::settings::{self, ForPlugin};
use crate::supervisor::{self, Context, NewVersion, Supervisors};
use crate::switch;
use crate::views::{Blocker, TestedView};

/// The longest text of a test that is shown, in bytes.
const LONGEST: usize = 2 << 10;

/// Has a plugin try these values, laid over what is saved.
///
/// # Errors
/// `not_a_superadmin`, `not_found`; `invalid_settings` with `details.invalid`, also if a required one is empty;
/// `cannot_test` with `details.reasons` if no code of this plugin may run; `secrets_unreadable`, `keyring_unavailable`,
/// `secrets_key_lost` if a stored secret cannot be opened.
pub async fn test(
    context: &Arc<Context>,
    all: &Supervisors,
    actor: &Actor,
    (plugin, values): (&PluginId, &Value),
    locale: &str,
) -> Result<TestedView> {
    actor.must_manage()?;
    must_be_allowed(context, plugin, locale)?;
    must_be_complete(context, actor, (plugin, values), locale)?;
    let snapshot = context.store.snapshot();
    let facts = switch::installed(&snapshot, plugin)?;
    let manifest = &facts.package.manifest;
    let settings = context.candidate(manifest, &facts.package.texts).effective(values)?;
    if let Some(running) = all.active(plugin) {
        return ask(context, &running, &settings).await;
    }
    // It must not be started meanwhile: there is one process of a plugin at a time.
    let _held = match all.get(plugin) {
        Some(supervisor) => supervisor.hold(Duration::ZERO).await,
        None => None,
    };
    let approved = Approved::read(&facts.approved)?;
    let new = NewVersion { manifest, digest: facts.digest, approved: &approved, settings };
    let host = match supervisor::loaded(context, &new).await {
        Ok(host) => host,
        Err(cause) => return Ok(TestedView::Failed { message: cause.message.into() }),
    };
    let tested = ask(context, &host.client, &new.settings).await;
    supervisor::end(context, host).await;
    tested
}

async fn ask(context: &Context, host: &HostClient, settings: &ForPlugin) -> Result<TestedView> {
    let config = supervisor::config(settings, host)?;
    Ok(match host.act(Act::Test { config }, context.limits.start).await {
        Ok(said) => TestedView::Passed { message: words(host, &said) },
        Err(HostError::Fault(fault)) if fault.code == fault::UNSUPPORTED => TestedView::Unsupported,
        Err(HostError::Fault(fault)) => TestedView::Failed { message: fault.message },
        Err(other) => TestedView::Failed { message: other.to_string() },
    })
}

/// A plugin may answer anything; only a text is for people.
fn words(host: &HostClient, said: &RawValue) -> Option<String> {
    let text: String = serde_json::from_str::<Option<String>>(said.get()).ok()??;
    Some(visible(&host.mask().hide(text), LONGEST)).filter(|text| !text.trim().is_empty())
}

/// What stands against running any code of it; settings and other plugins do not.
fn must_be_allowed(context: &Context, plugin: &PluginId, locale: &str) -> Result<()> {
    use Blocker::{CapabilitiesNotApproved, LicenseNeeded, PackageMissing, PublisherNotTrusted};
    let mut reasons = switch::blockers(context, plugin, locale)?;
    reasons.retain(|reason| {
        matches!(
            reason,
            CapabilitiesNotApproved | LicenseNeeded { .. } | PackageMissing | PublisherNotTrusted
        )
    });
    if reasons.is_empty() {
        return Ok(());
    }
    let message = format!("no code of `{plugin}` may run yet");
    Err(Error::new(Code::CannotTest, message).details(json!({ "reasons": reasons })))
}

fn must_be_complete(
    context: &Context,
    actor: &Actor,
    (plugin, values): (&PluginId, &Value),
    locale: &str,
) -> Result<()> {
    let found = settings::check(&context.store, &context.secrets, actor, plugin, (values, locale))?;
    let all = [found.missing, found.invalid].concat();
    if all.is_empty() { Ok(()) } else { Err(settings::refused(&all)) }
}
