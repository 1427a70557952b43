//! What plugins need of each other: which of them fit together, in which order they come, and why not. Pure: takes
//! manifests as values, knows no database, process or clock. A parent is a dependency that is also shown above its child.

mod fit;
mod graph;

pub use fit::{Arrangement, Conflict, arrange};
pub use graph::{Awaited, Stand, Why, awaited, dependents_on, off_dependencies};

use semver::VersionReq;
use spk::{Manifest, PluginId};

/// One plugin that another one needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need<'a> {
    /// Which.
    pub plugin: &'a PluginId,
    /// In which versions.
    pub range: &'a VersionReq,
    /// How much.
    pub strength: Strength,
}

/// How much a plugin needs another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strength {
    /// It is a sub-plugin of it.
    Parent,
    /// It does not run without it.
    Required,
    /// It starts after it where it is on, and runs without it where it is not.
    Optional,
}

/// Everything that a plugin says it needs: its parent, then what it requires, then what it can do without.
pub fn needs(manifest: &Manifest) -> impl Iterator<Item = Need<'_>> {
    let optional = manifest.optional_dependencies.iter();
    let optional = optional.map(|(plugin, range)| Need { plugin, range, strength: Strength::Optional });
    required(manifest).chain(optional)
}

/// What a plugin does not run without.
pub fn required(manifest: &Manifest) -> impl Iterator<Item = Need<'_>> {
    let parent = manifest.parent.iter();
    let parent = parent.map(|one| Need { plugin: &one.id, range: &one.version, strength: Strength::Parent });
    let dependencies = manifest.dependencies.iter();
    parent.chain(dependencies.map(|(plugin, range)| Need { plugin, range, strength: Strength::Required }))
}

#[cfg(test)]
mod tests;
