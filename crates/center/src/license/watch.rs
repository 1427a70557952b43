//! Follows the time: when a license begins, ends or is about to end, the plugin's supervisor looks again and a person is
//! told. Sleeps until then; decides nothing about a process.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use spk::PluginId;
use spk::manifest::LicenseMode;
use tokio::task::JoinHandle;

use super::acts::{date, details};
use super::{Cover, WARN_BEFORE, held_for, publisher, verdict};
use crate::actor::Actor;
use crate::attention::{self, Concern};
use crate::audit::Entry;
use crate::clock::UnixMs;
use crate::error::{Code, Error, ErrorView, Result};
use crate::events::Event;
use crate::snapshot::{PluginFacts, Snapshot};
use crate::store::System;
use crate::supervisor::{Context, Supervisors};
use crate::views::LicenseVerdict;

/// The kinds of what needs a person that come and go here.
const KINDS: [&str; 4] = [
    attention::LICENSE_EXPIRED,
    attention::LICENSE_EXPIRING,
    attention::LICENSE_REFUSED,
    attention::CLOCK_BEHIND,
];

/// While this lives, the time is followed.
#[derive(Debug)]
pub struct Watch(JoinHandle<()>);

impl Drop for Watch {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Watch {
    /// Follows the time for these plugins.
    #[must_use]
    pub fn start(context: &Arc<Context>, all: &Arc<Supervisors>) -> Self {
        let mut round = Round {
            context: Arc::clone(context),
            all: Arc::clone(all),
            licensed: HashSet::new(),
            concerns: None,
        };
        Self(tokio::spawn(async move {
            loop {
                if let Err(error) = round.look() {
                    tracing::error!(%error, "licenses could not be looked after");
                }
                let changed = round.context.licenses.changed.notified();
                let _ = tokio::time::timeout(round.pause(), changed).await;
            }
        }))
    }
}

/// What the last look saw.
struct Round {
    context: Arc<Context>,
    all: Arc<Supervisors>,
    licensed: HashSet<PluginId>,
    concerns: Option<Concerns>,
}

/// What needs a person, by kind and subject.
type Concerns = BTreeMap<(&'static str, String), ErrorView>;

impl Round {
    fn look(&mut self) -> Result<()> {
        let Context { store, licenses, clock, bus, .. } = &*self.context;
        licenses.time.keep(store, false)?;
        let snapshot = store.snapshot();
        let managed = snapshot.plugins.iter().filter(|(_, facts)| mode(facts) == LicenseMode::Host);
        let licensed: HashSet<PluginId> = managed
            .filter(|(_, facts)| licenses.let_run(&snapshot, facts))
            .map(|(id, _)| id.clone())
            .collect();
        let before = std::mem::replace(&mut self.licensed, licensed);
        for plugin in before.symmetric_difference(&self.licensed) {
            self.all.look(plugin);
            bus.publish(clock.now(), Event::PluginChanged { plugin: plugin.clone() });
        }
        self.raise(self.concerns(&snapshot))
    }

    /// Until something changes by itself; never so long that a clock that was moved, or a computer that slept, goes unnoticed.
    fn pause(&self) -> Duration {
        let Context { store, licenses, limits, .. } = &*self.context;
        let snapshot = store.snapshot();
        let next = |facts: &PluginFacts| {
            let manifest = &facts.package.manifest;
            let judged = licenses.facts((manifest, publisher(&snapshot, facts)), 0);
            verdict::next_change(held_for(&snapshot, &manifest.id), judged)
        };
        let next =
            snapshot.plugins.values().filter(|facts| mode(facts) == LicenseMode::Host).filter_map(next).min();
        let left =
            next.map(|at| Duration::from_millis(u64::try_from(at - licenses.now()).unwrap_or_default()));
        left.map_or(limits.license_every, |left| left.min(limits.license_every))
    }

    fn concerns(&self, snapshot: &Snapshot) -> Concerns {
        let licenses = &self.context.licenses;
        let mut concerns = Concerns::new();
        if let Some(latest) = licenses.time.set_back() {
            let message =
                format!("the computer's clock is behind a time that was seen before: {}", date(latest));
            let cause = Error::new(Code::ClockBehind, message).details(json!({ "latest": latest }));
            concerns.insert((attention::CLOCK_BEHIND, attention::CLOCK.into()), cause.into());
        }
        for facts in snapshot.plugins.values() {
            if let Some((kind, cause)) = self.concern(snapshot, facts) {
                concerns.insert((kind, facts.package.manifest.id.to_string()), cause.into());
            }
        }
        concerns
    }

    fn concern(&self, snapshot: &Snapshot, facts: &PluginFacts) -> Option<(&'static str, Error)> {
        let licenses = &self.context.licenses;
        let plugin = &facts.package.manifest.id;
        let now = licenses.now();
        match (mode(facts), licenses.cover(snapshot, (&facts.package.manifest, publisher(snapshot, facts)))) {
            (LicenseMode::Host, Cover::None) if facts.wanted => {
                Some((attention::LICENSE_EXPIRED, stopped(plugin, licenses.best(snapshot, facts).as_ref())))
            }
            (LicenseMode::Host, Cover::Until(at)) if at - now <= WARN_BEFORE => {
                Some((attention::LICENSE_EXPIRING, expiring(plugin, at)))
            }
            (LicenseMode::Vendor, _) if facts.wanted => {
                let said = licenses.vendor(facts).filter(|said| !said.valid)?;
                let message = format!("`{plugin}` says that its license does not hold: {}", said.message);
                let details = json!({ "plugin": plugin, "said": said.message });
                Some((attention::LICENSE_REFUSED, Error::new(Code::LicenseRefused, message).details(details)))
            }
            _ => None,
        }
    }

    /// Brings the stored list in line; nothing is written if nothing is new.
    fn raise(&mut self, concerns: Concerns) -> Result<()> {
        if self.concerns.as_ref() == Some(&concerns) {
            return Ok(());
        }
        let now = self.context.clock.now();
        let raised = self.context.store.note(System("what licenses need a person for"), |tx| {
            for kind in KINDS {
                for subject in attention::subjects(tx, kind)? {
                    if !concerns.contains_key(&(kind, subject.clone())) {
                        attention::clear(tx, kind, &subject)?;
                    }
                }
            }
            let mut raised = Vec::new();
            for ((kind, subject), cause) in &concerns {
                if attention::raise(tx, Concern { kind, subject, at: now }, cause.clone())? {
                    raised.push((*kind, subject.clone(), cause.details.clone()));
                }
            }
            Ok(raised)
        })?;
        self.concerns = Some(concerns);
        for (_, plugin, details) in raised.iter().filter(|(kind, ..)| *kind == attention::LICENSE_EXPIRED) {
            let entry =
                Entry::new(&Actor::System, "plugin_stopped_by_license", plugin).details(details.clone());
            self.context.store.write(entry, |_, _| Ok(()))?;
        }
        self.context.bus.publish(now, Event::AttentionChanged);
        Ok(())
    }
}

fn mode(facts: &PluginFacts) -> LicenseMode {
    facts.package.manifest.license.mode
}

fn stopped(plugin: &PluginId, best: Option<&LicenseVerdict>) -> Error {
    let details = best.map_or_else(|| json!({ "plugin": plugin }), |verdict| details(plugin, verdict));
    match best {
        Some(LicenseVerdict::Expired { at }) => {
            let message = format!("the license of `{plugin}` expired on {}; its data is kept", date(*at));
            Error::new(Code::LicenseExpired, message).details(details)
        }
        _ => {
            Error::new(Code::LicenseNeeded, format!("`{plugin}` has no license that holds")).details(details)
        }
    }
}

fn expiring(plugin: &PluginId, at: UnixMs) -> Error {
    let message = format!("the license of `{plugin}` ends on {}", date(at));
    Error::new(Code::LicenseExpiring, message).details(json!({ "plugin": plugin, "until": at }))
}
