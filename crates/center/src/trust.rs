//! Publishers' keys: who is trusted for which ids, and what a package is judged by. Knows no file and inflates nothing.

use std::collections::HashMap;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use semver::Version;
use serde_json::json;
use spk::{Accepted, Claim, PluginId, PublicKey, Refusal, Standing};

use crate::actor::{AccountId, Actor};
use crate::attention::{self, Concern};
use crate::audit::Entry;
use crate::clock::UnixMs;
use crate::error::{Code, Error, Result};
use crate::request::TrustAnswer;
use crate::snapshot::stored;
use crate::store::Store;
use crate::views::{KeyView, PublisherView, WithdrawnView};

/// Longest text that a person enters here, in bytes.
const LONGEST_TEXT: usize = 1024;
const MOST_NAMESPACES: usize = 100;

/// Trusts a key for some ids; for a key that is known, or was withdrawn, label, ids and check are replaced.
///
/// # Errors
/// `not_a_superadmin`; `invalid_input` naming the field.
pub fn trust(
    store: &Store,
    actor: &Actor,
    key: &PublicKey,
    given: &TrustAnswer,
    now: UnixMs,
) -> Result<PublisherView> {
    actor.must_manage()?;
    store.write(Entry::new(actor, "publisher_trusted", key), |tx, entry| {
        let before = one(tx, key)?;
        insert(tx, actor, key, given, now)?;
        let after = one(tx, key)?.ok_or_else(|| Error::internal("the publisher could not be stored"))?;
        entry.set_name(&after.label);
        entry.set_details(json!({ "before": before, "after": after }));
        Ok(after)
    })
}

/// Trusts a key as part of another change, which has an audit entry of its own.
///
/// # Errors
/// `invalid_input` naming the field; `database`.
pub fn insert(
    tx: &Transaction<'_>,
    actor: &Actor,
    key: &PublicKey,
    given: &TrustAnswer,
    now: UnixMs,
) -> Result<()> {
    let (label, checked) = (text("label", &given.label)?, text("checked", &given.checked)?);
    let namespaces = checked_namespaces(&given.namespaces)?;
    for plugin in signed_by(tx, key)?.iter().filter(|plugin| covers(&namespaces, plugin)) {
        attention::clear(tx, attention::PUBLISHER_WITHDRAWN, plugin.as_ref())?;
    }
    let namespaces = serde_json::to_string(&namespaces)?;
    tx.execute(
        "INSERT INTO publishers (key, label, namespaces, checked, added_by, added_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (key) DO UPDATE SET label = excluded.label, namespaces = excluded.namespaces,
           checked = excluded.checked, added_by = excluded.added_by, added_at = excluded.added_at,
           withdrawn_at = NULL, withdrawn_by = NULL, withdrawn_reason = NULL, revision = revision + 1",
        params![key.to_string(), label, namespaces, checked, actor.account().map(|a| a.0), now],
    )?;
    Ok(())
}

/// What two people compare before a key is trusted.
///
/// # Errors
/// `not_a_superadmin`.
pub fn look(actor: &Actor, key: &PublicKey) -> Result<KeyView> {
    actor.must_manage()?;
    Ok(KeyView { fingerprint: key.fingerprint(), check_code: key.check_code() })
}

/// The name of a key that is trusted now.
///
/// # Errors
/// `database`.
pub fn label(store: &Store, key: &PublicKey) -> Result<Option<String>> {
    let query = "SELECT label FROM publishers WHERE key = ?1 AND withdrawn_at IS NULL";
    let label = |db: &Connection| db.query_row(query, [key.to_string()], |row| row.get(0)).optional();
    store.read(|db| Ok(label(db)?))
}

/// Whether a key is trusted now, and for this id.
///
/// # Errors
/// `database`.
pub fn is_trusted(store: &Store, key: &PublicKey, id: &PluginId) -> Result<bool> {
    let query = "SELECT namespaces FROM publishers WHERE key = ?1 AND withdrawn_at IS NULL";
    let namespaces = |db: &Connection| db.query_row(query, [key.to_string()], |row| row.get(0)).optional();
    let namespaces: Option<String> = store.read(|db| Ok(namespaces(db)?))?;
    let namespaces: Option<Vec<String>> = namespaces.map(|text| serde_json::from_str(&text)).transpose()?;
    Ok(namespaces.is_some_and(|namespaces| covers(&namespaces, id)))
}

/// Who withdrew trust in a key, and why; `None` if nobody did.
///
/// # Errors
/// `database`.
pub fn withdrawn(store: &Store, key: &PublicKey) -> Result<Option<WithdrawnView>> {
    store.read(|db| Ok(one(db, key)?.and_then(|publisher| publisher.withdrawn)))
}

/// Every key that is trusted now, with the namespaces that it is trusted for.
///
/// # Errors
/// `database`.
pub(crate) fn trusted_keys(db: &Connection) -> Result<HashMap<String, Vec<String>>> {
    let mut query = db.prepare_cached("SELECT key, namespaces FROM publishers WHERE withdrawn_at IS NULL")?;
    let mut rows = query.query([])?;
    let mut keys = HashMap::new();
    while let Some(row) = rows.next()? {
        keys.insert(row.get(0)?, serde_json::from_str(&row.get::<_, String>(1)?)?);
    }
    Ok(keys)
}

/// Withdraws trust in a key; each of its plugins that is on becomes something that needs a person. Stopping them is the caller's.
///
/// # Errors
/// `not_a_superadmin`; `not_found` if it is not trusted; `invalid_input` without a reason.
pub fn withdraw(store: &Store, actor: &Actor, key: &PublicKey, reason: &str, now: UnixMs) -> Result<()> {
    actor.must_manage()?;
    let reason = text("reason", reason)?;
    store.write(Entry::new(actor, "publisher_withdrawn", key), |tx, entry| {
        let stops = wanted_of(tx, key)?;
        let fingerprint = key.fingerprint();
        entry.set_details(json!({ "fingerprint": fingerprint, "reason": reason, "stops": stops }));
        let changed = tx.execute(
            "UPDATE publishers SET withdrawn_at = ?1, withdrawn_by = ?2, withdrawn_reason = ?3, revision = revision + 1
             WHERE key = ?4 AND withdrawn_at IS NULL",
            params![now, actor.account().map(|a| a.0), reason, key.to_string()],
        )?;
        if changed == 0 {
            return Err(Error::new(Code::NotFound, format!("the key `{key}` is not trusted")));
        }
        let label = one(tx, key)?.map(|publisher| publisher.label).unwrap_or_default();
        let details = json!({ "publisher": label, "key": key.to_string(), "reason": reason });
        for plugin in &stops {
            let message = format!("trust in `{label}`, who made `{plugin}`, was withdrawn: {reason}");
            let cause = Error::new(Code::PublisherWithdrawn, message).details(details.clone());
            let kind = attention::PUBLISHER_WITHDRAWN;
            attention::raise(tx, Concern { kind, subject: plugin.as_ref(), at: now }, cause)?;
        }
        entry.set_name(label);
        Ok(())
    })
}

/// What this key signed and is installed.
fn signed_by(tx: &Transaction<'_>, key: &PublicKey) -> Result<Vec<PluginId>> {
    ids(tx, "SELECT id FROM plugins WHERE key = ?1 AND digest IS NOT NULL ORDER BY id", key)
}

/// What this key signed and is on.
fn wanted_of(tx: &Transaction<'_>, key: &PublicKey) -> Result<Vec<PluginId>> {
    ids(tx, "SELECT id FROM plugins WHERE key = ?1 AND digest IS NOT NULL AND wanted = 1 ORDER BY id", key)
}

fn ids(tx: &Transaction<'_>, query: &str, key: &PublicKey) -> Result<Vec<PluginId>> {
    let mut query = tx.prepare_cached(query)?;
    let found: Vec<String> =
        query.query_map([key.to_string()], |row| row.get(0))?.collect::<Result<_, _>>()?;
    found.iter().map(|id| stored(id)).collect()
}

/// Every key that is or was trusted, by label.
///
/// # Errors
/// `not_a_superadmin`, `database`.
pub fn list(store: &Store, actor: &Actor) -> Result<Vec<PublisherView>> {
    actor.must_manage()?;
    store.read(publishers)
}

fn publishers(db: &Connection) -> Result<Vec<PublisherView>> {
    let mut query = db.prepare_cached(&format!("{SELECT} ORDER BY label, key"))?;
    let rows = query.query_map([], |row| Ok(view(row)))?;
    rows.map(|row| row?).collect()
}

fn one(db: &Connection, key: &PublicKey) -> Result<Option<PublisherView>> {
    let mut query = db.prepare_cached(&format!("{SELECT} WHERE key = ?1"))?;
    query.query_row([key.to_string()], |row| Ok(view(row))).optional()?.transpose()
}

const SELECT: &str =
    "SELECT key, label, namespaces, checked, added_by, added_at, withdrawn_at, withdrawn_by, withdrawn_reason
                      FROM publishers";

fn view(row: &rusqlite::Row<'_>) -> Result<PublisherView> {
    let key: PublicKey = stored(&row.get::<_, String>(0)?)?;
    let account = |column| row.get::<_, Option<i64>>(column).map(|id| id.map(AccountId));
    let withdrawn = match row.get::<_, Option<UnixMs>>(6)? {
        Some(at) => {
            let reason = row.get::<_, Option<String>>(8)?.unwrap_or_default();
            Some(WithdrawnView { by: account(7)?, at, reason })
        }
        None => None,
    };
    Ok(PublisherView {
        key: key.to_string(),
        fingerprint: key.fingerprint(),
        check_code: key.check_code(),
        label: row.get(1)?,
        namespaces: serde_json::from_str(&row.get::<_, String>(2)?)?,
        checked: row.get(3)?,
        added_by: account(4)?,
        added_at: row.get(5)?,
        withdrawn,
    })
}

fn text<'a>(field: &str, given: &'a str) -> Result<&'a str> {
    let given = given.trim();
    if given.is_empty() || given.len() > LONGEST_TEXT {
        let message = format!("`{field}` has 1 to {LONGEST_TEXT} bytes");
        return Err(Error::new(Code::InvalidInput, message).details(json!({ "field": field })));
    }
    Ok(given)
}

/// Each is one id, or an id and `.*` for everything below it; sorted, without repetition.
fn checked_namespaces(given: &[String]) -> Result<Vec<&str>> {
    let is_usable = |namespace: &&str| {
        let id = namespace.strip_suffix(".*").unwrap_or(namespace);
        id.parse::<PluginId>().is_ok()
    };
    let mut namespaces: Vec<_> = given.iter().map(|namespace| namespace.trim()).collect();
    if let Some(odd) = namespaces.iter().find(|namespace| !is_usable(namespace)) {
        let message = format!("`{odd}` is neither an id nor a namespace such as `com.example.*`");
        return Err(Error::new(Code::InvalidInput, message).details(json!({ "field": "namespaces" })));
    }
    namespaces.sort_unstable();
    namespaces.dedup();
    if namespaces.is_empty() || namespaces.len() > MOST_NAMESPACES {
        let message = format!("1 to {MOST_NAMESPACES} namespaces are needed");
        return Err(Error::new(Code::InvalidInput, message).details(json!({ "field": "namespaces" })));
    }
    Ok(namespaces)
}

/// Whether one of these namespaces holds this id.
#[must_use]
pub fn covers(namespaces: &[impl AsRef<str>], id: &PluginId) -> bool {
    namespaces.iter().map(AsRef::as_ref).any(|namespace| match namespace.strip_suffix(".*") {
        Some(above) => id.is_within(above),
        None => id.as_str() == namespace,
    })
}

/// Passes if these namespaces hold this id.
///
/// # Errors
/// `invalid_input`.
pub fn must_cover(namespaces: &[String], id: &PluginId) -> Result<()> {
    if covers(namespaces, id) {
        return Ok(());
    }
    let message = format!("`{id}` is in none of the namespaces {}", namespaces.join(", "));
    Err(Error::new(Code::InvalidInput, message).details(json!({ "field": "namespaces" })))
}

/// Remembers the highest release of an id and key that was accepted; it is never lowered and outlives the plugin.
///
/// # Errors
/// `database`.
pub fn raise_high_water(tx: &Transaction<'_>, claim: &Claim) -> Result<()> {
    tx.execute(
        "INSERT INTO high_water (plugin, key, release) VALUES (?1, ?2, ?3)
         ON CONFLICT (plugin, key) DO UPDATE SET release = max(release, excluded.release)",
        params![claim.id.as_str(), claim.key.to_string(), claim.release],
    )?;
    Ok(())
}

/// How this center judges packages, by the facts of one moment. Pure once it is read.
#[derive(Debug)]
pub struct StoreTrust {
    publishers: HashMap<PublicKey, Publisher>,
    names: HashMap<AccountId, String>,
    installed: HashMap<PluginId, Accepted>,
    history: HashMap<PluginId, Vec<Accepted>>,
    /// The highest release of an id and key that was ever accepted.
    marks: HashMap<(PluginId, PublicKey), u64>,
}

#[derive(Debug)]
struct Publisher {
    namespaces: Vec<String>,
    withdrawn: Option<WithdrawnView>,
}

impl StoreTrust {
    /// Reads the facts.
    ///
    /// # Errors
    /// `database`.
    pub fn read(store: &Store) -> Result<Self> {
        let snapshot = store.snapshot();
        let names = snapshot.accounts.iter().map(|(id, facts)| (*id, facts.name.clone())).collect();
        store.read(|db| {
            let publishers = publishers(db)?.into_iter().map(|view| {
                Ok((stored(&view.key)?, Publisher { namespaces: view.namespaces, withdrawn: view.withdrawn }))
            });
            let publishers = publishers.collect::<Result<_>>()?;
            let installed = accepted(db, INSTALLED)?.into_iter();
            let installed = installed.filter_map(|(id, mut packages)| Some((id, packages.pop()?))).collect();
            Ok(Self { publishers, names, installed, history: accepted(db, ACCEPTED)?, marks: marks(db)? })
        })
    }

    /// As [`spk::Trust::judge`], as an error of the center: for an approval, some time after the check.
    /// A lower release is no fault where a person `goes_back` to it.
    ///
    /// # Errors
    /// The refusal's own code.
    pub fn judge_again(&self, claim: &Claim, goes_back: bool) -> Result<Standing> {
        let judged = match spk::Trust::judge(self, claim) {
            Err(Refusal::Downgrade { .. }) if goes_back => self.judge_publisher(claim),
            judged => judged,
        };
        judged.map_err(|refusal| {
            Error::new(Code::Package(refusal.code()), refusal.to_string()).hint(refusal.hint())
        })
    }

    /// What is thought of who made a package, whatever its release.
    ///
    /// # Errors
    /// `Revoked`, `OutsideNamespace`.
    pub fn judge_publisher(&self, claim: &Claim) -> Result<Standing, Refusal> {
        let Some(publisher) = self.publishers.get(&claim.key) else { return Ok(Standing::Unknown) };
        self.judge_key(claim, publisher).map(|()| Standing::Known)
    }

    fn judge_key(&self, claim: &Claim, publisher: &Publisher) -> Result<(), Refusal> {
        if let Some(withdrawn) = &publisher.withdrawn {
            let by = withdrawn
                .by
                .map(|account| self.names.get(&account).cloned().unwrap_or(account.0.to_string()));
            return Err(Refusal::Revoked {
                by: by.unwrap_or_else(|| "the system".into()),
                at: Timestamp::from_millisecond(withdrawn.at).unwrap_or_default(),
                reason: withdrawn.reason.clone(),
            });
        }
        if !covers(&publisher.namespaces, &claim.id) {
            return Err(Refusal::OutsideNamespace {
                id: claim.id.clone(),
                allowed: publisher.namespaces.clone(),
            });
        }
        Ok(())
    }

    /// The mark outlives the packages that `history` is made of; of what was forgotten only the release is known.
    fn judge_mark(&self, claim: &Claim) -> Result<(), Refusal> {
        match self.marks.get(&(claim.id.clone(), claim.key)) {
            Some(mark) if claim.release < *mark => Err(Refusal::Downgrade {
                release: claim.release,
                version: claim.version.clone(),
                accepted: *mark,
                accepted_version: forgotten(),
            }),
            _ => Ok(()),
        }
    }
}

impl spk::Trust for StoreTrust {
    fn judge(&self, claim: &Claim) -> Result<Standing, Refusal> {
        let standing = self.judge_publisher(claim)?;
        let history = self.history.get(&claim.id).map_or(&[][..], Vec::as_slice);
        spk::judge_release(claim, self.installed.get(&claim.id), history)?;
        self.judge_mark(claim)?;
        Ok(standing)
    }
}

/// Stands for a version that is no longer known.
fn forgotten() -> Version {
    Version { pre: semver::Prerelease::new("unknown").unwrap_or_default(), ..Version::new(0, 0, 0) }
}

const ACCEPTED: &str = "SELECT plugin, key, version, release, digest FROM packages";
const INSTALLED: &str = "SELECT p.id, p.key, k.version, k.release, k.digest FROM plugins p JOIN packages k ON k.digest = p.digest";

fn accepted(db: &Connection, select: &str) -> Result<HashMap<PluginId, Vec<Accepted>>> {
    let mut query = db.prepare_cached(select)?;
    let mut rows = query.query([])?;
    let mut accepted: HashMap<_, Vec<_>> = HashMap::new();
    while let Some(row) = rows.next()? {
        let text = |column| row.get::<_, String>(column);
        let (key, version) = (stored(&text(1)?)?, stored(&text(2)?)?);
        let package = Accepted { key, version, release: row.get(3)?, digest: stored(&text(4)?)? };
        accepted.entry(stored(&text(0)?)?).or_default().push(package);
    }
    Ok(accepted)
}

fn marks(db: &Connection) -> Result<HashMap<(PluginId, PublicKey), u64>> {
    let mut query = db.prepare_cached("SELECT plugin, key, release FROM high_water")?;
    let mut rows = query.query([])?;
    let mut marks = HashMap::new();
    while let Some(row) = rows.next()? {
        let place = (stored(&row.get::<_, String>(0)?)?, stored(&row.get::<_, String>(1)?)?);
        marks.insert(place, row.get(2)?);
    }
    Ok(marks)
}

#[cfg(test)]
mod tests;
