//! Whether packages fit what is installed and each other, and in which order they are installed; if not, why, in full.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::fmt;

use semver::{Version, VersionReq};
use spk::{Manifest, PluginId};

use super::{Need, Strength, needs, required};
use crate::snapshot::Snapshot;

/// Why a package cannot be installed as things are.
#[allow(missing_docs, reason = "the fields are what their variant says")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conflict {
    /// What it needs is neither installed nor among what is to be.
    Missing { plugin: PluginId, needs: PluginId, range: VersionReq },
    /// What it needs is there in another version; `offered`: among what is to be installed.
    OtherVersion { plugin: PluginId, needs: PluginId, range: VersionReq, version: Version, offered: bool },
    /// What it needs was offered and does not fit itself.
    HeldBack { plugin: PluginId, needs: PluginId, range: VersionReq, because: Vec<Conflict> },
    /// An installed plugin that is on needs another version of it.
    Breaks { plugin: PluginId, version: Version, dependent: PluginId, range: VersionReq },
    /// Each of these needs the next one, and the last one the first.
    Cycle { plugins: Vec<PluginId> },
    /// Another file has the same plugin in a higher version.
    Superseded { plugin: PluginId, by: Version },
}

/// What of several packages can be installed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Arrangement {
    /// Places of those that can, in the order in which they are to be installed: what others need comes first.
    pub order: Vec<usize>,
    /// Places of those that cannot, each with every reason.
    pub held_back: BTreeMap<usize, Vec<Conflict>>,
}

/// Packages together with what is installed.
struct World<'a> {
    snapshot: &'a Snapshot,
    offered: &'a [&'a Manifest],
    /// The offered packages that are still in, by plugin.
    taken: HashMap<&'a PluginId, usize>,
    /// Whether a new plugin also has to find what it needs; if not, it may be installed and wait, off.
    strict: bool,
}

/// Finds out which of these packages fit together and what is installed. `strict`: one that does not find what it needs
/// is held back; else a new one may come, stay off and wait for it.
#[must_use]
pub fn arrange(snapshot: &Snapshot, offered: &[&Manifest], strict: bool) -> Arrangement {
    let mut held_back = superseded(offered);
    let mut world = World { snapshot, offered, taken: HashMap::new(), strict };
    let left = |held_back: &BTreeMap<_, _>| {
        let left = offered.iter().enumerate().filter(|(place, _)| !held_back.contains_key(place));
        left.map(|(place, manifest)| (&manifest.id, place)).collect::<HashMap<_, _>>()
    };
    loop {
        world.taken = left(&held_back);
        let mut found = Vec::new();
        for (place, manifest) in offered.iter().enumerate() {
            if !held_back.contains_key(&place) {
                let conflicts = world.conflicts(manifest, &held_back);
                found.extend((!conflicts.is_empty()).then_some((place, conflicts)));
            }
        }
        if found.is_empty() {
            return Arrangement { order: world.order(), held_back };
        }
        held_back.extend(settled(found, offered));
    }
}

/// Those whose conflicts stay whatever becomes of the others: what is only in the way of a package that does not fit itself is
/// looked at again without that one. All of them, if they are in the way of each other.
fn settled(found: Vec<(usize, Vec<Conflict>)>, offered: &[&Manifest]) -> Vec<(usize, Vec<Conflict>)> {
    let falls: HashSet<&PluginId> = found.iter().map(|(place, _)| &offered[*place].id).collect();
    let stays = |conflict: &Conflict| !matches!(conflict, Conflict::OtherVersion { needs, offered: true, .. } if falls.contains(needs));
    let (now, later): (Vec<_>, Vec<_>) = found.into_iter().partition(|(_, all)| all.iter().any(stays));
    if now.is_empty() { later } else { now }
}

/// Of several packages of one plugin, all but the highest version; of equals, the later ones.
fn superseded(offered: &[&Manifest]) -> BTreeMap<usize, Vec<Conflict>> {
    let beaten = |place: usize, manifest: &Manifest| {
        let rank = |(place, one): (usize, &Manifest)| (one.version.clone(), std::cmp::Reverse(place));
        let same = offered.iter().enumerate().filter(|(_, other)| other.id == manifest.id);
        let best = same.map(|(place, one)| (place, *one)).max_by_key(|one| rank(*one))?;
        let by = best.1.version.clone();
        (best.0 != place).then(|| vec![Conflict::Superseded { plugin: manifest.id.clone(), by }])
    };
    let all = offered.iter().enumerate();
    all.filter_map(|(place, manifest)| Some((place, beaten(place, manifest)?))).collect()
}

impl<'a> World<'a> {
    /// The plugin as it would be.
    fn manifest(&self, id: &PluginId) -> Option<&'a Manifest> {
        match self.taken.get(id) {
            Some(place) => Some(self.offered[*place]),
            None => self.snapshot.plugins.get(id).map(|facts| &facts.package.manifest),
        }
    }

    fn conflicts(&self, manifest: &Manifest, held_back: &BTreeMap<usize, Vec<Conflict>>) -> Vec<Conflict> {
        if let Some(plugins) = self.cycle(manifest) {
            return vec![Conflict::Cycle { plugins }];
        }
        let on = self.snapshot.plugins.get(&manifest.id).is_some_and(|facts| facts.wanted);
        let mut found = self.breaks(manifest);
        if on || self.strict {
            found.extend(required(manifest).filter_map(|need| self.unmet(manifest, need, held_back)));
        }
        found
    }

    fn unmet(
        &self,
        manifest: &Manifest,
        need: Need<'_>,
        held_back: &BTreeMap<usize, Vec<Conflict>>,
    ) -> Option<Conflict> {
        let there = self.manifest(need.plugin);
        if there.is_some_and(|there| need.range.matches(&there.version)) {
            return None;
        }
        let (plugin, needs, range) = (manifest.id.clone(), need.plugin.clone(), need.range.clone());
        let would_do = |place: &usize| {
            let offered = self.offered[*place];
            offered.id == needs && range.matches(&offered.version)
        };
        if let Some((_, because)) = held_back.iter().find(|(place, _)| would_do(place)) {
            return Some(Conflict::HeldBack { plugin, needs, range, because: because.clone() });
        }
        Some(match there {
            None => Conflict::Missing { plugin, needs, range },
            Some(there) => {
                let (version, offered) = (there.version.clone(), self.taken.contains_key(need.plugin));
                Conflict::OtherVersion { plugin, needs, range, version, offered }
            }
        })
    }

    /// Installed plugins that are on, stay as they are, and take the installed version of this one but not the offered.
    fn breaks(&self, manifest: &Manifest) -> Vec<Conflict> {
        let Some(before) = self.snapshot.plugins.get(&manifest.id) else { return Vec::new() };
        let broken = |dependent: &PluginId| {
            let facts = self.snapshot.plugins.get(dependent).filter(|facts| facts.wanted)?;
            let needs = required(&facts.package.manifest);
            let need = needs.filter(|need| *need.plugin == manifest.id).find(|need| {
                need.range.matches(&before.package.manifest.version) && !need.range.matches(&manifest.version)
            })?;
            Some(Conflict::Breaks {
                plugin: manifest.id.clone(),
                version: manifest.version.clone(),
                dependent: dependent.clone(),
                range: need.range.clone(),
            })
        };
        let others = self.snapshot.dependents(&manifest.id).iter();
        others.filter(|id| !self.taken.contains_key(id)).filter_map(broken).collect()
    }

    /// The shortest circle of needs through this plugin, beginning with it.
    fn cycle(&self, manifest: &Manifest) -> Option<Vec<PluginId>> {
        let start = &manifest.id;
        let mut needed_by: HashMap<&PluginId, &PluginId> = HashMap::new();
        let mut open = VecDeque::from([start]);
        while let Some(id) = open.pop_front() {
            for need in self.manifest(id).into_iter().flat_map(required) {
                if need.plugin == start {
                    return Some(path(start, id, &needed_by));
                }
                if !needed_by.contains_key(need.plugin) {
                    needed_by.insert(need.plugin, id);
                    open.push_back(need.plugin);
                }
            }
        }
        None
    }

    /// Places of what is taken, in the order of the offer, but what others need comes before them.
    fn order(&self) -> Vec<usize> {
        let mut done = Vec::new();
        let mut visited = HashSet::new();
        for place in 0..self.offered.len() {
            if self.taken.get(&self.offered[place].id) == Some(&place) {
                self.visit(place, &mut visited, &mut done);
            }
        }
        done
    }

    fn visit(&self, place: usize, visited: &mut HashSet<usize>, done: &mut Vec<usize>) {
        if !visited.insert(place) {
            return;
        }
        for need in needs(self.offered[place]) {
            let cyclic = || need.strength == Strength::Optional && self.hangs_on(need.plugin, place);
            if let Some(needed) = self.taken.get(need.plugin)
                && !cyclic()
            {
                self.visit(*needed, visited, done);
            }
        }
        done.push(place);
    }

    /// Whether an offered plugin requires the one at this place, at any distance.
    fn hangs_on(&self, id: &PluginId, place: usize) -> bool {
        let (mut seen, mut open) = (HashSet::new(), vec![id]);
        while let Some(id) = open.pop() {
            let Some(at) = self.taken.get(id).filter(|at| seen.insert(**at)) else { continue };
            if *at == place {
                return true;
            }
            open.extend(required(self.offered[*at]).map(|need| need.plugin));
        }
        false
    }
}

/// From the first to the last along what was found.
fn path(first: &PluginId, last: &PluginId, needed_by: &HashMap<&PluginId, &PluginId>) -> Vec<PluginId> {
    let mut plugins = vec![last.clone()];
    let mut at = last;
    while at != first {
        let Some(before) = needed_by.get(at) else { break };
        plugins.push((*before).clone());
        at = before;
    }
    plugins.reverse();
    plugins
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { plugin, needs, range } => {
                write!(f, "`{plugin}` needs `{needs}` {range}, which is not installed")
            }
            Self::OtherVersion { plugin, needs, range, version, offered } => {
                let there = if *offered { "the file has" } else { "installed is" };
                write!(f, "`{plugin}` needs `{needs}` {range}; {there} {version}")
            }
            Self::HeldBack { plugin, needs, range, because } => {
                let why: Vec<_> = because.iter().map(ToString::to_string).collect();
                write!(
                    f,
                    "`{plugin}` needs `{needs}` {range}, which cannot be installed because {}",
                    why.join(" and ")
                )
            }
            Self::Breaks { plugin, version, dependent, range } => {
                write!(f, "`{dependent}`, which is on, needs `{plugin}` {range}; this is {version}")
            }
            Self::Cycle { plugins } => {
                let mut names: Vec<_> = plugins.iter().map(|id| format!("`{id}`")).collect();
                names.extend(plugins.first().map(|id| format!("`{id}`")));
                write!(f, "the plugins need each other in a circle: {}", names.join(" needs "))
            }
            Self::Superseded { plugin, by } => {
                write!(f, "another file has `{plugin}` in the higher version {by}")
            }
        }
    }
}
