//! The part of an install that changes something: the package to its place, then one transaction.

use std::fs::{self, File};
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;

use rusqlite::{Transaction, params};
use serde_json::json;
use spk::locales::Texts;
use spk::{Claim, Digest, EntryTable, Manifest, Statement, VerifiedPackage};

use super::plans::Plan;
use super::progress::{Metered, Progress};
use super::trial;
use crate::actor::Actor;
use crate::audit::Entry;
use crate::capabilities::Approved;
use crate::error::{Error, Result};
use crate::folder::{self, Placed};
use crate::packages;
use crate::request::Answers;
use crate::settings;
use crate::supervisor::Context;
use crate::switch;
use crate::trust;
use crate::views::{PlanKind, PlanView, ProgressStage};

/// A package that lies in `packages/`, not yet known to the database.
pub struct Prepared {
    /// What was reviewed.
    pub view: PlanView,
    /// What trust is judged on.
    pub claim: Claim,
    pub(super) digest: Digest,
    size: u64,
    pub(super) manifest: Manifest,
    pub(super) texts: Texts,
    entries: String,
    pub(super) approved: Approved,
    file: Option<String>,
}

/// Reads the library to its end into `memory`, seals that, records every entry, and moves the package to its place.
pub fn prepare(context: &Context, plan: Plan, memory: File, progress: &Progress) -> Result<Prepared> {
    let Plan { view, package, approved, file, .. } = plan;
    // The disk writes while the processor inflates and hashes.
    let (read, written) = std::thread::scope(|threads| {
        let written = threads.spawn(|| package.file().sync_all());
        (read(&package, memory, progress), written.join())
    });
    let (table, library) = read?;
    let written = written.unwrap_or_else(|_| Err(io::Error::other("the writing thread ended")));
    written.map_err(|e| Error::io("cannot write the package to the disk", &e))?;
    progress.begin(ProgressStage::Saving, None)?;
    let prepared = Prepared {
        claim: claim(&package),
        digest: package.digest(),
        size: view.size,
        manifest: package.manifest().clone(),
        texts: package.texts().clone(),
        entries: serde_json::to_string(&table)?,
        view,
        approved,
        file,
    };
    move_to(package, &context.home.package(&prepared.digest))?;
    packages::sync_folder(&context.home.packages())?;
    context.libraries.keep(prepared.digest, library);
    Ok(prepared)
}

/// Gives the private copy, which is on the disk already, its place.
pub fn move_to(package: VerifiedPackage, place: &Path) -> Result<()> {
    let (_, staged) = package.into_file()?;
    let Some(staged) = staged else { return Err(Error::internal("the package has no private copy")) };
    fs::rename(&staged, place).map_err(|e| {
        // Nobody else knows the copy; if this fails too, the sweep at the next start removes it.
        let _ = fs::remove_file(&staged);
        Error::io("cannot move the package to its place", &e)
    })
}

/// Every entry's record, and the library in sealed memory.
fn read(package: &VerifiedPackage, memory: File, progress: &Progress) -> Result<(EntryTable, OwnedFd)> {
    let (library, others) = to_read(package);
    progress.begin(ProgressStage::Unpacking, Some(library + others))?;
    let mut table = EntryTable::default();
    let unpacked = packages::fill(memory, |memory| {
        let mut metered = Metered::new(memory, progress);
        table = package.index_and_inflate(&mut metered, &mut |done| progress.reach(library + done))?.0;
        Ok(())
    });
    // Unpacking that was broken off says so in other words.
    progress.must_go_on()?;
    Ok((table, unpacked?))
}

/// Bytes of the library, unpacked, and of all other entries, packed.
fn to_read(package: &VerifiedPackage) -> (u64, u64) {
    let library = |entry: &&spk::Entry| Some(entry.name.as_str()) == package.library();
    let (libraries, others): (Vec<_>, Vec<_>) = package.entries().iter().partition(library);
    let unpacked = libraries.iter().map(|entry| entry.unpacked).sum();
    (unpacked, others.iter().map(|entry| entry.packed).sum())
}

fn claim(package: &VerifiedPackage) -> Claim {
    let Statement { id, version, release, created, .. } = package.statement().clone();
    Claim { key: package.key(), id, version, release, digest: package.digest(), created }
}

impl Prepared {
    /// Where the mirror's file comes from.
    pub fn placed(&self) -> Placed {
        Placed {
            plugin: self.view.plugin.clone(),
            version: self.view.version.clone(),
            digest: self.digest,
            already_at: self.file.clone(),
        }
    }

    /// Nothing was installed: the package goes, unless an earlier install still needs it.
    pub fn abandon(&self, context: &Context) {
        context.libraries.forget();
        let known = context.store.read(|db| {
            let query = "SELECT count(*) FROM packages WHERE digest = ?1";
            Ok(db.query_row(query, [self.digest.to_string()], |row| row.get::<_, i64>(0))?)
        });
        if matches!(known, Ok(0)) {
            // If this fails, the sweep at the next start removes it.
            let _ = fs::remove_file(context.home.package(&self.digest));
        }
    }
}

/// Whether the plugin can be switched on in the same step, as far as that can be known before it is installed.
fn can_be_on(context: &Context, prepared: &Prepared) -> Result<bool> {
    let manifest = &prepared.manifest;
    let missing = context.candidate(manifest, &prepared.texts).missing("en")?;
    let depends = switch::dependencies(&context.store.snapshot(), manifest).next().is_some();
    Ok(missing.is_empty() && !depends && context.licenses.let_package_run(manifest, prepared.claim.key))
}

/// What is approved from now on: what was stays; who approves what is shown approves all that this version asks for.
pub fn approved((view, answers): (&PlanView, &Answers), manifest: &Manifest, before: &Approved) -> Approved {
    if answers.capabilities || !view.approve_capabilities {
        Approved::all_of(manifest)
    } else {
        before.clone()
    }
}

/// Package, plugin, trust, high-water mark, settings and audit, in one transaction.
pub fn write(context: &Context, actor: &Actor, prepared: &Prepared, answers: &Answers) -> Result<()> {
    let view = &prepared.view;
    let turn_on = answers.turn_on && can_be_on(context, prepared)?;
    let action = match view.kind {
        PlanKind::Upgrade => "plugin_upgraded",
        PlanKind::GoBack => "plugin_downgraded",
        PlanKind::Install | PlanKind::Reinstall => "plugin_installed",
    };
    let entry = Entry::new(actor, action, &view.plugin).details(json!({
        "from": view.from, "to": view.version, "digest": view.digest, "signer": view.key,
        "capabilities": answers.capabilities.then_some(&view.capabilities), "turned_on": turn_on,
        "trusted": answers.trust.as_ref().filter(|_| !view.trusted),
    }));
    let now = context.clock.now();
    let snapshot = context.store.snapshot();
    let before = snapshot.plugins.get(&view.plugin);
    let approved = approved((view, answers), &prepared.manifest, &prepared.approved);
    if let Some(answer) = answers.trust.as_ref().filter(|_| !view.trusted) {
        trust::must_cover(&answer.namespaces, &view.plugin)?;
    }
    if !answers.settings.0.is_null() {
        context.secrets.get_ready(&context.store)?;
    }
    context.store.write(entry, |tx, _| {
        if let Some(answer) = answers.trust.as_ref().filter(|_| !view.trusted) {
            trust::insert(tx, actor, &prepared.claim.key, answer, now)?;
        }
        insert_package(tx, prepared, now)?;
        upsert_plugin(tx, actor, prepared, &approved, now)?;
        trial::forget(tx, &view.plugin)?;
        if answers.capabilities && view.approve_capabilities {
            let sql = "UPDATE plugins SET approved_by = ?2, approved_at = ?3 WHERE id = ?1";
            tx.execute(sql, params![view.plugin.as_ref(), actor.account().map(|account| account.0), now])?;
        }
        if turn_on {
            tx.execute("UPDATE plugins SET wanted = 1 WHERE id = ?1", [view.plugin.as_ref()])?;
        }
        trust::raise_high_water(tx, &prepared.claim)?;
        folder::note_due(tx, &prepared.placed(), now)?;
        settings::migrate(
            tx,
            &context.secrets,
            &view.plugin,
            before.map(|facts| &facts.package.manifest),
            &prepared.manifest,
            now,
        )?;
        let candidate = context.candidate(&prepared.manifest, &prepared.texts);
        settings::fill(tx, (&candidate, actor), &answers.settings.0, now)
    })
}

fn insert_package(tx: &Transaction<'_>, prepared: &Prepared, now: i64) -> Result<()> {
    tx.execute(
        "INSERT INTO packages (digest, plugin, version, release, key, size, manifest, texts, entries, added_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (digest) DO NOTHING",
        params![
            prepared.digest.to_string(),
            prepared.view.plugin.as_ref(),
            prepared.view.version,
            prepared.claim.release,
            prepared.claim.key.to_string(),
            prepared.size,
            serde_json::to_string(&prepared.manifest)?,
            serde_json::to_string(&prepared.texts)?,
            prepared.entries,
            now,
        ],
    )?;
    Ok(())
}

fn upsert_plugin(
    tx: &Transaction<'_>,
    actor: &Actor,
    prepared: &Prepared,
    approved: &Approved,
    now: i64,
) -> Result<()> {
    tx.execute(
        "INSERT INTO plugins (id, key, digest, wanted, capabilities, installed_at, installed_by)
         VALUES (?1, ?2, ?3, 0, ?4, ?5, ?6)
         ON CONFLICT (id) DO UPDATE SET key = ?2, digest = ?3, capabilities = ?4, installed_at = ?5, installed_by = ?6,
             off_because = NULL, uninstalled_at = NULL, last_digest = NULL, revision = revision + 1",
        params![
            prepared.view.plugin.as_ref(),
            prepared.claim.key.to_string(),
            prepared.digest.to_string(),
            serde_json::to_string(approved)?,
            now,
            actor.account().map(|account| account.0),
        ],
    )?;
    Ok(())
}
