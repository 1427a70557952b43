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
    #[error(
        "the installed `{id}` comes from another publisher's key, with the check code {}; this package's is {}",
        .installed.check_code(), .offered.check_code()
    )]
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
                "Compare both keys with the publisher. To take the new one, delete the plugin with all that it left, then install it anew."
            }
            Self::Downgrade { .. } => "The newer one keeps running; ask the publisher for a higher release.",
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
                json!({
                    "id": id, "installed": installed, "installed_check_code": installed.check_code(),
                    "offered": offered, "offered_check_code": offered.check_code(),
                })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SigningKey;

    fn accepted(key: PublicKey, release: u64, patch: u64) -> Accepted {
        let digest = Digest::of(format!("{release} {patch}").as_bytes());
        Accepted { key, version: Version::new(1, 0, patch), release, digest }
    }

    fn claim(past: &Accepted) -> Claim {
        let Accepted { key, version, release, digest } = past.clone();
        let id = "com.example.chatbot".parse().unwrap();
        Claim { key, id, version, release, digest, created: Timestamp::UNIX_EPOCH }
    }

    fn code(claim: &Claim, installed: Option<&Accepted>, history: &[Accepted]) -> Option<&'static str> {
        judge_release(claim, installed, history).err().map(|refusal| refusal.code())
    }

    #[test]
    fn releases_only_go_forwards() {
        let key = SigningKey::generate().unwrap().public();
        let past: Vec<_> = [(3, 3), (5, 5)].map(|(release, patch)| accepted(key, release, patch)).to_vec();
        let installed = past.last();
        let judge = |release, patch| code(&claim(&accepted(key, release, patch)), installed, &past);
        assert_eq!(judge(6, 6), None);
        assert_eq!(judge(6, 1), None, "the release decides, not the version");
        assert_eq!(judge(4, 9), Some("downgrade"));
        assert_eq!(judge(3, 3), Some("downgrade"), "going back to known bytes is still going back");
        assert_eq!(judge(5, 5), Some("already_installed"));
        assert_eq!(judge(5, 6), Some("same_version_other_bytes"));
        assert_eq!(judge(9, 3), Some("same_version_other_bytes"));
        assert_eq!(judge(9, 5), Some("same_version_other_bytes"));
    }

    #[test]
    fn history_outlives_the_installation() {
        let key = SigningKey::generate().unwrap().public();
        let past = [accepted(key, 3, 3), accepted(key, 5, 5)];
        assert_eq!(code(&claim(&past[1]), None, &past), None, "the same package may come back");
        assert_eq!(code(&claim(&past[0]), None, &past), Some("downgrade"));
        assert_eq!(code(&claim(&past[0]), None, &[]), None);
    }

    #[test]
    fn an_installed_id_is_pinned_to_its_key() {
        let [ours, theirs] = [(); 2].map(|()| SigningKey::generate().unwrap().public());
        let installed = accepted(ours, 5, 5);
        let offered = claim(&accepted(theirs, 6, 6));
        assert_eq!(code(&offered, Some(&installed), &[]), Some("pinned_to_other_key"));
        assert_eq!(code(&offered, None, &[accepted(ours, 9, 9)]), None, "marks are kept per key");
    }

    #[test]
    fn build_metadata_makes_no_other_version() {
        let key = SigningKey::generate().unwrap().public();
        let installed = accepted(key, 5, 5);
        let mut offered = claim(&accepted(key, 6, 5));
        offered.version = "1.0.5+again".parse().unwrap();
        assert_eq!(code(&offered, Some(&installed), &[]), Some("same_version_other_bytes"));
    }
}
