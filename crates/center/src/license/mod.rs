//! Licenses: which plugins may run by them, until when, and for how many accounts. What one is worth is `verdict`'s, pure;
//! this brings the facts together. Starts and stops nothing by itself.

mod acts;
mod held;
mod shown;
mod time;
mod vendor;
mod verdict;
mod watch;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use spk::manifest::{LicenseMode, Manifest};
use spk::{InstallationCode, PluginId, PublicKey};
use tokio::sync::Notify;

use crate::clock::{Clock, UnixMs};
use crate::error::{Code, Error, Result};
use crate::meta;
use crate::permissions;
use crate::snapshot::{PluginFacts, Snapshot};
use crate::store::Store;
use crate::views::{LicenseVerdict, VendorLicenseView};
pub use acts::{Import, import, remove};
pub use held::Held;
pub(crate) use held::{Verified, load};
pub(crate) use shown::word;
pub use shown::{list, of_plugin};
use time::LatestTime;
pub(crate) use vendor::read as read_vendor;
use verdict::{Cover, WARN_BEFORE};
use verdict::{Facts, Issuers};
pub use watch::Watch;

/// What licenses are judged by in this center.
pub struct Licenses {
    store: Arc<Store>,
    time: LatestTime,
    installation: InstallationCode,
    vendors: Mutex<HashMap<PluginId, VendorLicenseView>>,
    /// Something about licenses may be another matter now.
    changed: Notify,
}

impl Licenses {
    /// For the center of this store.
    ///
    /// # Errors
    /// `database`.
    pub fn open(store: &Arc<Store>, clock: Arc<dyn Clock>) -> Result<Self> {
        let installation = InstallationCode::of_center(&meta::center_id(store)?);
        let time = LatestTime::open(store, clock)?;
        Ok(Self {
            store: Arc::clone(store),
            time,
            installation,
            vendors: Mutex::default(),
            changed: Notify::new(),
        })
    }

    /// The code of this center.
    #[must_use]
    pub fn installation(&self) -> InstallationCode {
        self.installation
    }

    /// Whether licenses let this installed plugin run now; true for one that needs none of the center's.
    #[must_use]
    pub fn let_run(&self, snapshot: &Snapshot, facts: &PluginFacts) -> bool {
        let manifest = &facts.package.manifest;
        self.cover(snapshot, (manifest, publisher(snapshot, facts))) != Cover::None
    }

    /// As [`Licenses::let_run`], for a package that is not installed yet, once its publisher is trusted.
    #[must_use]
    pub fn let_package_run(&self, manifest: &Manifest, publisher: PublicKey) -> bool {
        self.cover(&self.store.snapshot(), (manifest, Some(publisher))) != Cover::None
    }

    /// Whether a running plugin may be used: its licenses hold, and its own check does not say otherwise.
    #[must_use]
    pub fn let_use(&self, snapshot: &Snapshot, facts: &PluginFacts) -> bool {
        let refuses = |said: VendorLicenseView| !said.valid;
        self.let_run(snapshot, facts) && !self.vendor(facts).is_some_and(refuses)
    }

    /// What a plugin's own check said last.
    #[must_use]
    pub fn vendor(&self, facts: &PluginFacts) -> Option<VendorLicenseView> {
        let manifest = &facts.package.manifest;
        (manifest.license.mode == LicenseMode::Vendor).then(|| self.vendors().get(&manifest.id).cloned())?
    }

    /// A plugin's own check said this; `None`: its process is new, and said nothing yet. Returns whether that is new.
    pub fn vendor_said(&self, plugin: &PluginId, said: Option<&VendorLicenseView>) -> bool {
        let mut vendors = self.vendors();
        let before = match said {
            Some(said) => vendors.insert(plugin.clone(), said.clone()),
            None => vendors.remove(plugin),
        };
        drop(vendors);
        let is_new = before.as_ref() != said;
        if is_new {
            self.tell();
        }
        is_new
    }

    fn vendors(&self) -> MutexGuard<'_, HashMap<PluginId, VendorLicenseView>> {
        self.vendors.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long licenses let a plugin run from now on; without an end if it needs none of the center's.
    fn cover(&self, snapshot: &Snapshot, (manifest, publisher): (&Manifest, Option<PublicKey>)) -> Cover {
        if manifest.license.mode != LicenseMode::Host {
            return Cover::Forever;
        }
        verdict::cover(held_for(snapshot, &manifest.id), self.facts((manifest, publisher), 0))
    }

    /// The best license of a plugin with its verdict, also if it does not let it run.
    #[must_use]
    pub fn best(&self, snapshot: &Snapshot, facts: &PluginFacts) -> Option<LicenseVerdict> {
        let plugin = &facts.package.manifest.id;
        let used = permissions::people_of_plugin(snapshot, plugin);
        let facts = self.facts((&facts.package.manifest, publisher(snapshot, facts)), used);
        verdict::ranked(held_for(snapshot, plugin), facts).into_iter().next().map(|(_, verdict)| verdict)
    }

    /// Passes if no grant goes beyond the seats of the plugin's licenses; who has access already keeps it.
    ///
    /// # Errors
    /// `license_seats_full` with `details.seats`, `before` and `after`.
    pub fn must_have_seats(&self, before: &Snapshot, after: &Snapshot, plugin: &PluginId) -> Result<()> {
        let [had, has] = [before, after].map(|snapshot| permissions::people_of_plugin(snapshot, plugin));
        match self.seats(after, plugin) {
            Some(seats) if has > had && has > seats as usize => {
                let message = format!("`{plugin}` is licensed for {seats} accounts; {has} could use it then");
                let details = serde_json::json!({ "seats": seats, "before": had, "after": has });
                Err(Error::new(Code::LicenseSeatsFull, message).details(details))
            }
            _ => Ok(()),
        }
    }

    /// How many accounts may be granted the plugin; `None`: any number.
    #[must_use]
    pub fn seats(&self, snapshot: &Snapshot, plugin: &PluginId) -> Option<u32> {
        let facts = snapshot.plugins.get(plugin)?;
        if facts.package.manifest.license.mode != LicenseMode::Host {
            return None;
        }
        let judged = self.facts((&facts.package.manifest, publisher(snapshot, facts)), 0);
        verdict::seats(held_for(snapshot, plugin), judged)
    }

    /// What the plugin itself may know: the terms of the license it runs by, as JSON; `null` without one.
    #[must_use]
    pub fn told_to(&self, plugin: &PluginId) -> serde_json::Value {
        let snapshot = self.store.snapshot();
        let Some(facts) = snapshot.plugins.get(plugin) else { return serde_json::Value::Null };
        let judged = self.facts((&facts.package.manifest, publisher(&snapshot, facts)), 0);
        let ranked = verdict::ranked(held_for(&snapshot, plugin), judged);
        let best = ranked.into_iter().find(|(_, verdict)| verdict::lets_run(verdict));
        match best.and_then(|(held, _)| held.license.as_ref()) {
            Some(license) => serde_json::json!({
                "serial": license.serial, "licensee": license.licensee, "features": license.features,
                "seats": license.seats, "notAfter": verdict::term(license).1,
            }),
            None => serde_json::Value::Null,
        }
    }

    /// Something about licenses, or about what a vendor says, is another matter: whoever follows looks again.
    pub fn tell(&self) {
        self.changed.notify_one();
    }

    /// Stores the latest time seen, before the center ends.
    ///
    /// # Errors
    /// `database`.
    pub fn keep_time(&self) -> Result<()> {
        self.time.keep(&self.store, true)
    }

    /// The time that licenses are judged by.
    #[must_use]
    pub fn now(&self) -> UnixMs {
        self.time.now()
    }

    fn facts<'a>(&self, (manifest, publisher): (&'a Manifest, Option<PublicKey>), used: usize) -> Facts<'a> {
        let issuers = Issuers { named: &manifest.license.keys, publisher };
        Facts { plugin: &manifest.id, issuers, installation: self.installation, used, now: self.now() }
    }
}

/// The key of an installed plugin's publisher, if trusted now.
fn publisher(snapshot: &Snapshot, facts: &PluginFacts) -> Option<PublicKey> {
    snapshot.trusted.contains(&facts.package.manifest.id).then_some(facts.package.key)
}

/// The imported licenses of a plugin.
fn held_for<'a>(snapshot: &'a Snapshot, plugin: &PluginId) -> &'a [Arc<Held>] {
    snapshot.licenses.get(plugin).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests;
