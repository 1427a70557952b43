//! An immutable picture of who there is, what is installed and what was granted. Calls are decided on it, without SQLite.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use spk::locales::Texts;
use spk::manifest::{Manifest, ProvidedService};
use spk::{Digest, PluginId, PublicKey};
use ts_rs::TS;

use crate::actor::{AccountId, DepartmentId, Role};
use crate::clock::UnixMs;
use crate::error::{Error, Result};
use crate::license::{self, Held, Verified};
use crate::resolve::needs;
use crate::trust;

/// The tables whose change makes a picture stale.
pub(crate) const TABLES: &[&str] = &[
    "accounts",
    "departments",
    "memberships",
    "plugins",
    "packages",
    "grants",
    "grant_revisions",
    "publishers",
    "licenses",
];

/// Everything that a decision about a call needs.
#[derive(Debug, Default)]
pub struct Snapshot {
    /// Every account.
    pub accounts: HashMap<AccountId, AccountFacts>,
    /// Every department.
    pub departments: HashMap<DepartmentId, DepartmentFacts>,
    /// Installed plugins (kept ones are not in it).
    pub plugins: HashMap<PluginId, PluginFacts>,
    /// Grants by plugin and permission; also those of plugins that are not installed.
    pub grants: HashMap<PluginId, HashMap<String, Vec<Grant>>>,
    /// How often a plugin's grants were changed; 0 if never.
    pub grant_revisions: HashMap<PluginId, i64>,
    /// The installed plugins whose signer is trusted for them now.
    pub trusted: HashSet<PluginId>,
    /// Imported licenses by plugin; also those of plugins that are not installed.
    pub licenses: HashMap<PluginId, Vec<Arc<Held>>>,
    /// Installed plugins by what they say they need, installed or not, in any version.
    needed_by: HashMap<PluginId, Vec<PluginId>>,
    /// Who provides a service, by its name.
    providers: HashMap<String, PluginId>,
}

impl Snapshot {
    /// A picture of installed plugins alone.
    #[must_use]
    pub fn of_plugins(plugins: HashMap<PluginId, PluginFacts>) -> Self {
        let (needed_by, providers) = (needed_by(&plugins), providers(&plugins));
        Self { plugins, needed_by, providers, ..Self::default() }
    }

    /// The installed plugins that say they need this one, optionally or not, in whatever version; by id.
    #[must_use]
    pub fn dependents(&self, plugin: &PluginId) -> &[PluginId] {
        self.needed_by.get(plugin).map_or(&[], Vec::as_slice)
    }

    /// The installed plugin to which the name of a service belongs, and what it says of it.
    #[must_use]
    pub fn provider(&self, service: &str) -> Option<(&PluginId, &ProvidedService)> {
        let plugin = self.providers.get(service)?;
        let provides = &self.plugins.get(plugin)?.package.manifest.services.provides;
        Some((plugin, provides.iter().find(|provided| provided.name == service)?))
    }
}

fn providers(plugins: &HashMap<PluginId, PluginFacts>) -> HashMap<String, PluginId> {
    let mut providers = HashMap::new();
    for (id, facts) in plugins {
        for service in &facts.package.manifest.services.provides {
            providers.insert(service.name.clone(), id.clone());
        }
    }
    providers
}

fn needed_by(plugins: &HashMap<PluginId, PluginFacts>) -> HashMap<PluginId, Vec<PluginId>> {
    let mut needed_by: HashMap<PluginId, Vec<PluginId>> = HashMap::new();
    for (id, facts) in plugins {
        for need in needs(&facts.package.manifest) {
            needed_by.entry(need.plugin.clone()).or_default().push(id.clone());
        }
    }
    for dependents in needed_by.values_mut() {
        dependents.sort();
        dependents.dedup();
    }
    needed_by
}

/// An account, as far as decisions need it.
#[derive(Debug, Clone)]
pub struct AccountFacts {
    /// What it signs in with.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// What it may do in the center.
    pub role: Role,
    /// Whether it may sign in and use anything.
    pub enabled: bool,
    /// The departments it is in.
    pub departments: Vec<DepartmentId>,
    /// It has a recovery code.
    pub recovery_code: bool,
    /// Its revision, for changes based on what was read.
    pub revision: i64,
}

/// A department's place in the tree.
#[derive(Debug, Clone)]
pub struct DepartmentFacts {
    /// Its own name; may repeat elsewhere in the tree.
    pub name: String,
    /// The department above; `None` at the top.
    pub parent: Option<DepartmentId>,
}

/// An installed plugin.
#[derive(Debug, Clone)]
pub struct PluginFacts {
    /// The installed package.
    pub digest: Digest,
    /// Its release counter.
    pub release: u64,
    /// Whether superadmins want it on.
    pub wanted: bool,
    /// JSON of the capabilities that were approved.
    pub approved: Arc<str>,
    /// When it was installed or last upgraded.
    pub installed_at: UnixMs,
    /// Who installed it; `None`: the folder or the system.
    pub installed_by: Option<AccountId>,
    /// Why the center itself turned it off.
    pub off_because: Option<Arc<str>>,
    /// Its revision, for saves based on what was read.
    pub revision: i64,
    /// What its package says.
    pub package: Arc<PackageFacts>,
}

/// What a package says about itself; never changes for one digest.
#[derive(Debug)]
pub struct PackageFacts {
    /// The signer.
    pub key: PublicKey,
    /// Its plugin.json.
    pub manifest: Manifest,
    /// Its texts in several languages.
    pub texts: Texts,
}

/// Who is meant by a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Subject {
    /// Every account, also those added later.
    Everyone,
    /// One account.
    Account {
        /// Which.
        id: AccountId,
    },
    /// A department; `below`: and all departments below it.
    Department {
        /// Which.
        id: DepartmentId,
        /// Also those below it.
        below: bool,
    },
}

/// One grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Grant {
    /// To whom.
    pub subject: Subject,
    /// By whom; `None`: the system.
    pub by: Option<AccountId>,
    /// When.
    pub at: UnixMs,
}

/// What was parsed and verified before, by digest, so that a new picture does not do so again.
#[derive(Default)]
pub(crate) struct Known {
    packages: Mutex<HashMap<Digest, Arc<PackageFacts>>>,
    licenses: Verified,
}

impl Known {
    fn package(&self, db: &Connection, digest: Digest) -> Result<Arc<PackageFacts>> {
        let mut known = self.packages.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(facts) = known.get(&digest) {
            return Ok(Arc::clone(facts));
        }
        let (key, manifest, texts): (String, String, String) = db.query_row(
            "SELECT key, manifest, texts FROM packages WHERE digest = ?1",
            [digest.to_string()],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )?;
        let facts = Arc::new(PackageFacts {
            key: stored(&key)?,
            manifest: serde_json::from_str(&manifest)?,
            texts: serde_json::from_str(&texts)?,
        });
        known.insert(digest, Arc::clone(&facts));
        Ok(facts)
    }
}

/// Takes a new picture.
pub(crate) fn load(db: &Connection, known: &Known) -> Result<Snapshot> {
    let plugins = plugins(db, known)?;
    Ok(Snapshot {
        accounts: accounts(db)?,
        departments: departments(db)?,
        trusted: trusted(db, &plugins)?,
        licenses: license::load(db, &known.licenses)?,
        grants: grants(db)?,
        grant_revisions: grant_revisions(db)?,
        ..Snapshot::of_plugins(plugins)
    })
}

fn accounts(db: &Connection) -> Result<HashMap<AccountId, AccountFacts>> {
    let mut query = db.prepare_cached(
        "SELECT id, login, name, role, enabled, revision, recovery IS NOT NULL FROM accounts",
    )?;
    let mut accounts = query
        .query_map([], |row| {
            let role: String = row.get(3)?;
            let role = if role == "superadmin" { Role::Superadmin } else { Role::Account };
            let facts = AccountFacts {
                login: row.get(1)?,
                name: row.get(2)?,
                role,
                enabled: row.get(4)?,
                departments: Vec::new(),
                recovery_code: row.get(6)?,
                revision: row.get(5)?,
            };
            Ok((AccountId(row.get(0)?), facts))
        })?
        .collect::<Result<HashMap<_, _>, _>>()?;
    let mut query = db.prepare_cached("SELECT account, department FROM memberships")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        if let Some(account) = accounts.get_mut(&AccountId(row.get(0)?)) {
            account.departments.push(DepartmentId(row.get(1)?));
        }
    }
    Ok(accounts)
}

fn departments(db: &Connection) -> Result<HashMap<DepartmentId, DepartmentFacts>> {
    let mut query = db.prepare_cached("SELECT id, name, parent FROM departments")?;
    let rows = query.query_map([], |row| {
        let parent: Option<i64> = row.get(2)?;
        Ok((
            DepartmentId(row.get(0)?),
            DepartmentFacts { name: row.get(1)?, parent: parent.map(DepartmentId) },
        ))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn plugins(db: &Connection, known: &Known) -> Result<HashMap<PluginId, PluginFacts>> {
    let mut query = db.prepare_cached(
        "SELECT p.id, p.digest, k.release, p.wanted, p.capabilities, p.installed_at, p.installed_by, p.off_because, p.revision
         FROM plugins p JOIN packages k ON k.digest = p.digest",
    )?;
    let mut rows = query.query([])?;
    let mut plugins = HashMap::new();
    while let Some(row) = rows.next()? {
        let digest: Digest = stored(&row.get::<_, String>(1)?)?;
        let facts = PluginFacts {
            digest,
            release: row.get(2)?,
            wanted: row.get(3)?,
            approved: row.get::<_, String>(4)?.into(),
            installed_at: row.get(5)?,
            installed_by: row.get::<_, Option<i64>>(6)?.map(AccountId),
            off_because: row.get::<_, Option<String>>(7)?.map(Into::into),
            revision: row.get(8)?,
            package: known.package(db, digest)?,
        };
        plugins.insert(stored(&row.get::<_, String>(0)?)?, facts);
    }
    Ok(plugins)
}

fn grants(db: &Connection) -> Result<HashMap<PluginId, HashMap<String, Vec<Grant>>>> {
    let mut query = db.prepare_cached(
        "SELECT plugin, permission, subject, subject_id, below, granted_by, granted_at FROM grants ORDER BY granted_at, subject_id",
    )?;
    let mut rows = query.query([])?;
    let mut grants: HashMap<PluginId, HashMap<String, Vec<Grant>>> = HashMap::new();
    while let Some(row) = rows.next()? {
        let subject = match row.get::<_, String>(2)?.as_str() {
            "account" => Subject::Account { id: AccountId(row.get(3)?) },
            "department" => Subject::Department { id: DepartmentId(row.get(3)?), below: row.get(4)? },
            _ => Subject::Everyone,
        };
        let grant = Grant { subject, by: row.get::<_, Option<i64>>(5)?.map(AccountId), at: row.get(6)? };
        let plugin = stored(&row.get::<_, String>(0)?)?;
        grants.entry(plugin).or_default().entry(row.get(1)?).or_default().push(grant);
    }
    Ok(grants)
}

fn trusted(db: &Connection, plugins: &HashMap<PluginId, PluginFacts>) -> Result<HashSet<PluginId>> {
    let keys = trust::trusted_keys(db)?;
    let is_trusted = |(id, facts): &(&PluginId, &PluginFacts)| {
        keys.get(&facts.package.key.to_string()).is_some_and(|namespaces| trust::covers(namespaces, id))
    };
    Ok(plugins.iter().filter(is_trusted).map(|(id, _)| id.clone()).collect())
}

fn grant_revisions(db: &Connection) -> Result<HashMap<PluginId, i64>> {
    let mut query = db.prepare_cached("SELECT plugin, revision FROM grant_revisions")?;
    let mut rows = query.query([])?;
    let mut revisions = HashMap::new();
    while let Some(row) = rows.next()? {
        revisions.insert(stored(&row.get::<_, String>(0)?)?, row.get(1)?);
    }
    Ok(revisions)
}

/// Reads a value that the center itself stored as text.
pub(crate) fn stored<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T> {
    text.parse()
        .map_err(|e| Error::internal(format_args!("the database holds `{text}`, which cannot be: {e}")))
}
