//! Icons of packages as `data:` addresses, for an image and nothing else. What was verified is read, and remembered by digest.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use spk::{Digest, Manifest, VerifiedPackage};

use crate::error::Result;
use crate::packages;
use crate::paths::Home;
use crate::store::Store;

/// Larger icons are not shown, in bytes.
const MAX: u64 = 64 * 1024;
/// So many are remembered.
const REMEMBERED: usize = 256;

/// The icons of this home's packages.
pub struct Icons {
    home: Home,
    known: Mutex<HashMap<Digest, Option<Arc<str>>>>,
}

impl Icons {
    /// None read yet.
    #[must_use]
    pub fn new(home: Home) -> Self {
        Self { home, known: Mutex::default() }
    }

    /// The icon of a stored package. `None` if it has none, if that is too large, or if it cannot be read as it was
    /// verified.
    pub fn of(&self, store: &Store, digest: Digest, manifest: &Manifest) -> Option<String> {
        let path = manifest.icon.as_deref()?;
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&digest).cloned();
        let icon = match known {
            Some(icon) => icon,
            // What could not be read is tried again the next time.
            None => self.remember(digest, self.read(store, digest, path).ok()?),
        };
        icon.map(|icon| icon.to_string())
    }

    fn remember(&self, digest: Digest, icon: Option<Arc<str>>) -> Option<Arc<str>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(digest, icon.clone());
        icon
    }

    fn read(&self, store: &Store, digest: Digest, path: &str) -> Result<Option<Arc<str>>> {
        let package = packages::stored(&self.home, store, digest)?;
        if package.table().get(path).is_none_or(|entry| entry.unpacked > MAX) {
            return Ok(None);
        }
        Ok(Some(address(path, &package.read(path, MAX)?).into()))
    }
}

/// The icon of a package that was just verified.
#[must_use]
pub fn of_package(package: &VerifiedPackage) -> Option<String> {
    let path = package.manifest().icon.as_deref()?;
    Some(address(path, &package.read(path, MAX).ok()?))
}

/// Verifying a package made sure that its icon is one of these two.
fn address(path: &str, bytes: &[u8]) -> String {
    let kind = if path.to_ascii_lowercase().ends_with(".png") { "png" } else { "svg+xml" };
    format!("data:image/{kind};base64,{}", STANDARD.encode(bytes))
}
