//! The question that a check asks its caller: may this key bring this package? Keeps no keys and no history.

use jiff::Timestamp;
use semver::Version;
use serde_json::{Value, json};

use crate::{Digest, PluginId, PublicKey};

/// What a correctly signed package says of itself, before anything inside it is read.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Who signed it.
    pub key: PublicKey,
    /// The plugin.
    pub id: PluginId,
    /// Its version.
    pub version: Version,
    /// The release counter.
    pub release: u64,
    /// The package's identity.
    pub digest: Digest,
    /// When it was packed, as the publisher says.
    pub created: Timestamp,
}

/// How the center stands to the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Trusted for this id.
    Known,
    /// Never approved: the package waits for a review.
    Unknown,
}

/// Why the center does not take this package from this key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Trust in the key was withdrawn.
    #[error("trust in its publisher was withdrawn on {at} by {by}: {reason}")]
    Revoked {
        /// Who withdrew it.
        by: String,
        /// When.
        at: Timestamp,
        /// The reason given.
        reason: String,
    },
    /// The key is trusted, but not for this id.
    #[error("its publisher is trusted for {}, not for `{id}`", .allowed.join(", "))]
    OutsideNamespace {
        /// The package's id.
        id: PluginId,
        /// The namespaces the key is trusted for.
        allowed: Vec<String>,
    },
    /// The installed plugin of this id came from another key.
    #[error("the installed `{id}` comes from another publisher's key")]
    PinnedToOtherKey {
        /// The id.
        id: PluginId,
        /// The key of the installed one.
        installed: PublicKey,
        /// The key of the package.
        offered: PublicKey,
    },
    /// An older release than one that was accepted before.
    #[error(
        "release {release} ({version}) is older than release {accepted} ({accepted_version}), accepted before"
    )]
    Downgrade {
        /// The package's release.
        release: u64,
        /// The package's version.
        version: Version,
        /// The highest release accepted.
        accepted: u64,
        /// Its version.
        accepted_version: Version,
    },
    /// The release or version was seen before with other bytes.
    #[error("version {version} (release {release}) was accepted before with other bytes")]
    SameVersionOtherBytes {
        /// The package's version.
        version: Version,
        /// The package's release.
        release: u64,
        /// The digest that was accepted.
        accepted: Digest,
    },
    /// Exactly this package is installed.
    #[error("exactly this package, version {version}, is installed already")]
    AlreadyInstalled {
        /// Its version.
        version: Version,
    },
}

impl Refusal {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Revoked { .. } => "revoked",
            Self::OutsideNamespace { .. } => "outside_namespace",
            Self::PinnedToOtherKey { .. } => "pinned_to_other_key",
            Self::Downgrade { .. } => "downgrade",
            Self::SameVersionOtherBytes { .. } => "same_version_other_bytes",
            Self::AlreadyInstalled { .. } => "already_installed",
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Revoked { .. } => "Ask the publisher for a package signed with a new key.",
            Self::OutsideNamespace { .. } => "Allow the publisher this namespace if it is really theirs.",
            Self::PinnedToOtherKey { .. } => {
                "Compare both keys with the publisher before accepting the new one."
            }
            Self::Downgrade { .. } => "To go back on purpose, allow the downgrade in the plugin's versions.",
            Self::SameVersionOtherBytes { .. } => {
                "Ask the publisher for a new version with a higher release."
            }
            Self::AlreadyInstalled { .. } => "Nothing needs to be done.",
        }
    }
}

impl Refusal {
    /// The facts of the case as a JSON object.
    #[must_use]
    pub fn details(&self) -> Value {
        match self {
            Self::Revoked { by, at, reason } => json!({ "by": by, "at": at.to_string(), "reason": reason }),
            Self::OutsideNamespace { id, allowed } => json!({ "id": id, "allowed": allowed }),
            Self::PinnedToOtherKey { id, installed, offered } => {
                json!({ "id": id, "installed": installed, "offered": offered })
            }
            Self::Downgrade { release, version, accepted, accepted_version } => json!({
                "release": release, "version": version,
                "accepted": accepted, "accepted_version": accepted_version,
            }),
            Self::SameVersionOtherBytes { version, release, accepted } => {
                json!({ "version": version, "release": release, "accepted": accepted })
            }
            Self::AlreadyInstalled { version } => json!({ "version": version }),
        }
    }
}

/// Decides whether a claim is acceptable. Called once, after signature and bytes were found intact.
pub trait Trust {
    /// Judges `claim`.
    ///
    /// # Errors
    /// A [`Refusal`] ends the check.
    fn judge(&self, claim: &Claim) -> Result<Standing, Refusal>;
}

/// Knows nobody: for checks outside a center.
#[derive(Clone, Copy, Debug, Default)]
pub struct TrustNone;

impl Trust for TrustNone {
    fn judge(&self, _: &Claim) -> Result<Standing, Refusal> {
        Ok(Standing::Unknown)
    }
}

/// One accepted package of an id: what later ones are compared with.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// Its key.
    pub key: PublicKey,
    /// Its version.
    pub version: Version,
    /// Its release.
    pub release: u64,
    /// Its digest.
    pub digest: Digest,
}

/// The rule of releases: `installed` pins the key, and `history` (every package of this id accepted so far, kept
/// over uninstalling) is only left forwards. An accepted downgrade is granted by the caller, not here.
///
/// # Errors
/// `PinnedToOtherKey`, `AlreadyInstalled`, `SameVersionOtherBytes` or `Downgrade`.
pub fn judge_release(
    claim: &Claim,
    installed: Option<&Accepted>,
    history: &[Accepted],
) -> Result<(), Refusal> {
    if let Some(installed) = installed {
        judge_installed(claim, installed)?;
    }
    let same_key = || history.iter().chain(installed).filter(|past| past.key == claim.key);
    let equals = |past: &Accepted| {
        past.release == claim.release || past.version.cmp_precedence(&claim.version).is_eq()
    };
    if let Some(past) = same_key().find(|past| past.digest != claim.digest && equals(past)) {
        let (version, release) = (claim.version.clone(), claim.release);
        return Err(Refusal::SameVersionOtherBytes { version, release, accepted: past.digest });
    }
    match same_key().max_by_key(|past| past.release) {
        Some(top) if claim.release < top.release => Err(Refusal::Downgrade {
            release: claim.release,
            version: claim.version.clone(),
            accepted: top.release,
            accepted_version: top.version.clone(),
        }),
        _ => Ok(()),
    }
}

fn judge_installed(claim: &Claim, installed: &Accepted) -> Result<(), Refusal> {
    if installed.key != claim.key {
        let (id, offered) = (claim.id.clone(), claim.key);
        return Err(Refusal::PinnedToOtherKey { id, installed: installed.key, offered });
    }
    if installed.digest == claim.digest {
        return Err(Refusal::AlreadyInstalled { version: claim.version.clone() });
    }
    Ok(())
}
