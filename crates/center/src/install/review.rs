//! What a person sees before an install, and what they have to answer.

use serde_json::{Value, json};
use spk::{Manifest, PluginId, PublicKey, Standing, VerifiedPackage};

use crate::actor::Actor;
use crate::capabilities::Approved;
use crate::dependencies;
use crate::error::{Code, Error, Result};
use crate::icons;
use crate::license;
use crate::plugins;
use crate::request::Answers;
use crate::snapshot::{PluginFacts, Snapshot};
use crate::supervisor::Context;
use crate::trust;
use crate::views::{PlanKind, PlanView, ResemblesView, TitledView};

use super::lookalike::{self, Seen};

/// What is there before the install.
#[derive(Clone, Copy)]
pub struct Before<'a> {
    /// The installed plugin of the same id.
    pub installed: Option<&'a PluginFacts>,
    /// What is kept of an uninstalled one.
    pub kept: Option<&'a Kept>,
    /// It is an earlier version, wanted on purpose.
    pub goes_back: bool,
}

/// What an uninstalled plugin left, beside its settings, grants and data.
pub struct Kept {
    /// Who signed it; what is kept is for nobody else.
    pub key: PublicKey,
    /// What was approved.
    pub approved: Approved,
}

impl Before<'_> {
    /// What was approved before.
    ///
    /// # Errors
    /// `internal` if the stored approval is not readable.
    pub fn approved(&self) -> Result<Approved> {
        match (self.installed, self.kept) {
            (Some(facts), _) => Approved::read(&facts.approved),
            (None, Some(kept)) => Ok(kept.approved.clone()),
            (None, None) => Ok(Approved::default()),
        }
    }

    /// Passes if what is kept is this maker's.
    ///
    /// # Errors
    /// `pinned_to_other_key`, as for an installed plugin.
    pub fn must_be_of(&self, (id, offered): (&PluginId, PublicKey)) -> Result<()> {
        match self.kept {
            Some(kept) if kept.key != offered => {
                let id = id.clone();
                Err(spk::Error::from(spk::Refusal::PinnedToOtherKey { id, installed: kept.key, offered })
                    .into())
            }
            _ => Ok(()),
        }
    }
}

/// Puts a review together.
///
/// # Errors
/// `database`, or what reading the stored settings brings.
pub fn view(
    context: &Context,
    package: &VerifiedPackage,
    before: Before<'_>,
    (file, locale): (String, &str),
) -> Result<PlanView> {
    let snapshot = context.store.snapshot();
    let manifest = package.manifest();
    let lacking = before.approved()?.lacks(manifest);
    let key = package.key();
    let kind = match before {
        Before { goes_back: true, .. } => PlanKind::GoBack,
        Before { installed: Some(_), .. } => PlanKind::Upgrade,
        Before { kept: Some(_), .. } => PlanKind::Reinstall,
        _ => PlanKind::Install,
    };
    let asked = if kind.replaces() { lacking.clone() } else { Some(Approved::all_of(manifest)) };
    let candidate = context.candidate(manifest, package.texts());
    let missing = candidate.missing(locale)?;
    let trusted = package.standing() == Standing::Known;
    let label = trust::label(&context.store, &key)?.filter(|_| trusted);
    let asks = plugins::titled(manifest, package.texts(), locale);
    let name = package.texts().resolve(&manifest.name, locale);
    let resembles = resembles(&snapshot, (&manifest.id, &name), before.installed, locale);
    let had = before.installed.map(|facts| plugins::permissions(&facts.package, locale)).unwrap_or_default();
    Ok(PlanView {
        plan: random_id()?,
        kind,
        plugin: manifest.id.clone(),
        name,
        resembles,
        version: manifest.version.to_string(),
        file,
        files: package.entries().len(),
        encrypted: package.is_encrypted(),
        description: package.texts().resolve(&manifest.description, locale),
        icon: icons::of_package(package),
        dependencies: dependencies::dependencies(&snapshot, manifest, locale),
        license: license::word(manifest.license.mode).into(),
        licensed: context.licenses.let_package_run(manifest, key),
        namespaces: namespaces(&manifest.id),
        removed: removed(manifest, before.installed),
        permissions_added: without(asks.clone(), &had),
        permissions_removed: without(had, &asks),
        from: before.installed.map(|facts| facts.package.manifest.version.to_string()),
        digest: package.digest().to_string(),
        size: package.file().metadata().map_err(|e| Error::io("cannot look at the private copy", &e))?.len(),
        publisher: label.unwrap_or_else(|| package.texts().resolve(&manifest.publisher, locale)),
        key: key.to_string(),
        fingerprint: key.fingerprint(),
        check_code: key.check_code(),
        trusted,
        capabilities: asked.map_or(json!({}), |asked| json!(asked)),
        approve_capabilities: lacking.is_some(),
        settings: (kind.replaces() && !missing.is_empty()).then(|| candidate.view(locale)).transpose()?,
        missing,
        conflicts: Vec::new(),
        warnings: package.warnings().iter().map(ToString::to_string).collect(),
    })
}

/// The installed plugin that this one could be taken for. Of an upgrade that keeps its name nothing new is to be said.
fn resembles(
    snapshot: &Snapshot,
    (id, name): (&PluginId, &str),
    installed: Option<&PluginFacts>,
    locale: &str,
) -> Option<ResemblesView> {
    let named = |facts: &PluginFacts| facts.package.texts.resolve(&facts.package.manifest.name, locale);
    if installed.is_some_and(|facts| named(facts) == name) {
        return None;
    }
    let names: Vec<(&PluginId, String)> =
        snapshot.plugins.iter().map(|(id, facts)| (id, named(facts))).collect();
    let others = names.iter().map(|(id, name)| Seen { id: id.as_str(), name });
    let found = lookalike::resembled(Seen { id: id.as_str(), name }, others)?;
    Some(ResemblesView { plugin: found.id.into(), name: found.name.into() })
}

/// What a person could trust the key for, the wider first.
fn namespaces(id: &PluginId) -> Vec<String> {
    let wide: Vec<&str> = id.as_str().splitn(3, '.').take(2).collect();
    vec![format!("{}.*", wide.join(".")), id.to_string()]
}

/// What the installed version asked for and this one does not.
fn removed(manifest: &Manifest, installed: Option<&PluginFacts>) -> Value {
    let asks = Approved::all_of(manifest);
    let removed = installed.and_then(|facts| asks.lacks(&facts.package.manifest));
    removed.map_or(json!({}), |removed| json!(removed))
}

fn without(permissions: Vec<TitledView>, others: &[TitledView]) -> Vec<TitledView> {
    let known = |permission: &TitledView| others.iter().any(|other| other.id == permission.id);
    permissions.into_iter().filter(|permission| !known(permission)).collect()
}

/// Passes if every question of the review has its answer.
///
/// # Errors
/// `approval_needed`, naming what is not answered.
pub fn must_be_answered(actor: &Actor, view: &PlanView, answers: &Answers) -> Result<()> {
    let mut open = Vec::new();
    if !view.trusted && answers.trust.is_none() {
        open.push("its publisher is not trusted yet");
    }
    // What the folder installs stays off, and cannot be turned on before its capabilities are approved.
    let comes_off = *actor == Actor::Folder && view.kind != PlanKind::Upgrade;
    if view.approve_capabilities && !answers.capabilities && !comes_off {
        open.push("what it may do is not approved yet");
    }
    if open.is_empty() {
        return Ok(());
    }
    let message = format!("`{}` waits for approval: {}", view.plugin, open.join(", and "));
    Err(Error::new(Code::ApprovalNeeded, message)
        .details(json!({ "plugin": view.plugin, "plan": view.plan })))
}

fn random_id() -> Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|e| Error::internal(format_args!("no random bytes: {e}")))?;
    Ok(blake3::Hash::from_bytes(*blake3::hash(&bytes).as_bytes()).to_hex()[..32].to_owned())
}
