//! Importing a license file, and taking a license away. What is of no use is refused with its own cause, and not stored.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use rusqlite::params;
use serde_json::json;
use spk::manifest::LicenseMode;
use spk::{Digest, PluginId, SignedLicense};

use super::{Held, Licenses, held_for, publisher, verdict};
use crate::actor::Actor;
use crate::audit::Entry;
use crate::clock::{Clock, UnixMs};
use crate::error::{Code, Error, Result};
use crate::snapshot::PluginFacts;
use crate::store::Store;
use crate::views::LicenseVerdict;

/// More is no license file, in bytes.
const LARGEST: u64 = 128 << 10;
/// A license issued within this time of the clock's vouches for it, in milliseconds: 24 hours.
const VOUCHES_WITHIN: UnixMs = 24 * 60 * 60 * 1000;

/// A license file that is to be imported.
#[derive(Debug, Clone, Copy)]
pub struct Import<'a> {
    /// The file.
    pub path: &'a Path,
    /// The plugin that it must be for; `None`: whichever it names.
    pub plugin: Option<&'a PluginId>,
}

/// Imports a license; one that is there already is fine. Returns which it is.
///
/// # Errors
/// `not_a_superadmin`; `license_plugin_missing`; `license_not_needed`; `invalid_input` for an unreadable file; those of
/// [`spk::LicenseError`]; `license_expired`, `license_other_plugin`, `license_other_installation`,
/// `license_unknown_issuer`.
pub fn import(
    (store, licenses): (&Store, &Licenses),
    clock: &dyn Clock,
    actor: &Actor,
    wish: Import<'_>,
) -> Result<(PluginId, Digest)> {
    actor.must_manage()?;
    let signed = SignedLicense::open(&read(wish.path)?)?;
    let snapshot = store.snapshot();
    let plugin = signed.license().plugin.clone();
    must_be_for(&signed, wish.plugin)?;
    let facts = snapshot.plugins.get(&plugin).ok_or_else(|| not_installed(&plugin))?;
    if facts.package.manifest.license.mode != LicenseMode::Host {
        let message = format!("`{plugin}` needs no license that is imported");
        return Err(Error::new(Code::LicenseNotNeeded, message).details(json!({ "plugin": plugin })));
    }
    let held = Held {
        id: signed.digest(),
        license: Some(signed.license().clone()),
        imported_at: clock.now(),
        imported_by: actor.account(),
    };
    if held_for(&snapshot, &plugin).iter().any(|known| known.id == held.id && known.license.is_some()) {
        return Ok((plugin, held.id));
    }
    let vouches = vouches_for_clock(licenses, clock.now(), &signed, held_for(&snapshot, &plugin));
    let judged = licenses.facts((&facts.package.manifest, publisher(&snapshot, facts)), 0);
    let judged = if vouches { verdict::Facts { now: clock.now(), ..judged } } else { judged };
    must_be_of_use(&verdict::judge(&held, judged), facts)?;
    write(store, actor, &held, signed.bytes())?;
    if vouches {
        licenses.time.believe_clock(store)?;
    }
    licenses.tell();
    Ok((plugin, held.id))
}

/// Takes a license away. Returns its plugin.
///
/// # Errors
/// `not_a_superadmin`; `not_found`.
pub fn remove((store, licenses): (&Store, &Licenses), actor: &Actor, id: &str) -> Result<PluginId> {
    actor.must_manage()?;
    let snapshot = store.snapshot();
    let all = snapshot.licenses.iter().flat_map(|(plugin, held)| held.iter().map(move |held| (plugin, held)));
    let found =
        all.filter(|(_, held)| held.id.to_string() == id).map(|(plugin, held)| (plugin.clone(), held)).next();
    let (plugin, held) = found.ok_or_else(|| Error::new(Code::NotFound, "there is no such license"))?;
    let details = json!({ "license": id, "serial": held.license.as_ref().map(|license| &license.serial) });
    store.write(Entry::new(actor, "license_removed", &plugin).details(details), |tx, _| {
        tx.execute("DELETE FROM licenses WHERE digest = ?1", [id])?;
        Ok(())
    })?;
    licenses.tell();
    Ok(plugin)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    let unreadable = |cause: std::io::Error| {
        Error::new(Code::InvalidInput, format!("cannot read `{}`: {cause}", path.display()))
            .hint("Check the path and its permissions.")
    };
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(LARGEST).read_to_end(&mut bytes)).map_err(unreadable)?;
    Ok(bytes)
}

fn must_be_for(signed: &SignedLicense, plugin: Option<&PluginId>) -> Result<()> {
    let named = &signed.license().plugin;
    match plugin {
        Some(plugin) if plugin != named => {
            let message = format!("the license is for `{named}`, not for `{plugin}`");
            Err(Error::new(Code::LicenseOtherPlugin, message).details(json!({ "plugin": named })))
        }
        _ => Ok(()),
    }
}

fn not_installed(plugin: &PluginId) -> Error {
    Error::new(Code::LicensePluginMissing, format!("the license is for `{plugin}`, which is not installed"))
        .details(json!({ "plugin": plugin }))
}

fn must_be_of_use(verdict: &LicenseVerdict, facts: &PluginFacts) -> Result<()> {
    let plugin = &facts.package.manifest.id;
    let (code, message) = match verdict {
        LicenseVerdict::Valid | LicenseVerdict::SeatsFull { .. } | LicenseVerdict::NotYetValid { .. } => {
            return Ok(());
        }
        LicenseVerdict::Expired { at } => {
            let message = format!("the license for `{plugin}` has expired: its term ended on {}", date(*at));
            (Code::LicenseExpired, message)
        }
        LicenseVerdict::OtherInstallation { code } => (
            Code::LicenseOtherInstallation,
            format!("the license is for the installation {code}, not for this one"),
        ),
        LicenseVerdict::UnknownIssuer { fingerprint } => {
            let message =
                format!("who signed it may not issue licenses for `{plugin}`; the key is {fingerprint}");
            (Code::LicenseUnknownIssuer, message)
        }
        LicenseVerdict::OtherPlugin { .. } | LicenseVerdict::Tampered => {
            return Err(Error::internal("a license was opened that cannot be"));
        }
    };
    Err(Error::new(code, message).details(details(plugin, verdict)))
}

/// The plugin, and what is wrong with its license.
pub(super) fn details(plugin: &PluginId, verdict: &LicenseVerdict) -> serde_json::Value {
    let mut details = json!(verdict);
    details["plugin"] = json!(plugin);
    details
}

/// Date and time of a moment, in UTC.
pub(super) fn date(at: UnixMs) -> String {
    jiff::Timestamp::from_millisecond(at).map_or_else(|_| at.to_string(), |at| at.to_string())
}

/// Whether a license that is new here tells that the clock is right, and was only too late once: its issuer signed a time
/// near the clock's, later than that of every other license of the plugin.
fn vouches_for_clock(
    licenses: &Licenses,
    now: UnixMs,
    signed: &SignedLicense,
    others: &[std::sync::Arc<Held>],
) -> bool {
    let issued = signed.license().issued;
    let newest = others.iter().filter_map(|held| held.license.as_ref()).all(|other| other.issued < issued);
    licenses.time.set_back().is_some() && newest && (issued.as_millisecond() - now).abs() <= VOUCHES_WITHIN
}

fn write(store: &Store, actor: &Actor, held: &Held, bytes: &[u8]) -> Result<()> {
    let Some(license) = &held.license else { return Ok(()) };
    let entry = Entry::new(actor, "license_imported", &license.plugin).details(json!({
        "license": held.id, "serial": license.serial, "issuer": license.issuer,
        "notAfter": license.not_after.map(|at| at.to_string()), "seats": license.seats, "features": license.features,
    }));
    store.write(entry, |tx, _| {
        tx.execute(
            "INSERT INTO licenses (digest, plugin, signed, imported_at, imported_by) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (digest) DO UPDATE SET plugin = excluded.plugin, signed = excluded.signed,
               imported_at = excluded.imported_at, imported_by = excluded.imported_by",
            params![
                held.id.to_string(), license.plugin.as_ref(), bytes, held.imported_at,
                held.imported_by.map(|account| account.0),
            ],
        )?;
        Ok(())
    })
}
