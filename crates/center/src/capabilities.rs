//! What a plugin asks for beside what was approved. Pure.

use serde::{Deserialize, Serialize};
use spk::Manifest;
use spk::manifest::Capabilities;

use crate::error::Result;

/// What a superadmin approved for a plugin.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Approved {
    /// What it may reach, and how much it may take.
    #[serde(default)]
    pub capabilities: Capabilities,
    /// Services of other plugins that it may call.
    #[serde(default)]
    pub uses: Vec<String>,
}

impl Approved {
    /// Everything that the manifest asks for.
    #[must_use]
    pub fn all_of(manifest: &Manifest) -> Self {
        let uses = manifest.services.uses.iter().map(|service| service.name.clone()).collect();
        Self { capabilities: manifest.capabilities.clone(), uses }
    }

    /// Reads what was stored.
    ///
    /// # Errors
    /// `internal` if it is not readable.
    pub fn read(stored: &str) -> Result<Self> {
        Ok(serde_json::from_str(stored)?)
    }

    /// What the manifest asks for beyond this; `None` if nothing. Without any approval the amounts that every plugin may have count as approved.
    #[must_use]
    pub fn lacks(&self, manifest: &Manifest) -> Option<Self> {
        let (asked, had) = (Self::all_of(manifest), &self.capabilities);
        let base = Capabilities::default();
        let beyond = |asked: &[String], had: &[String]| -> Vec<String> {
            asked.iter().filter(|entry| !had.contains(entry)).cloned().collect()
        };
        let more = |asked: spk::manifest::ByteSize, had, base| if asked.0 > had { asked } else { base };
        let lacking = Self {
            capabilities: Capabilities {
                http: beyond(&asked.capabilities.http, &had.http),
                read: beyond(&asked.capabilities.read, &had.read),
                write: beyond(&asked.capabilities.write, &had.write),
                memory: more(asked.capabilities.memory, had.memory.0.max(base.memory.0), base.memory),
                storage: more(asked.capabilities.storage, had.storage.0.max(base.storage.0), base.storage),
            },
            uses: beyond(&asked.uses, &self.uses),
        };
        (lacking != Self::default()).then_some(lacking)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn manifest(capabilities: &serde_json::Value) -> Manifest {
        serde_json::from_value(json!({
            "id": "com.example.a", "name": "A", "version": "1.0.0", "publisher": "Example",
            "library": { "x86_64-unknown-linux-gnu": "lib/a.so" }, "capabilities": capabilities
        }))
        .unwrap()
    }

    #[test]
    fn a_plugin_that_asks_for_nothing_needs_no_approval() {
        assert_eq!(Approved::default().lacks(&manifest(&json!({}))), None);
        assert_eq!(Approved::default().lacks(&manifest(&json!({ "memory": "16 MiB" }))), None);
    }

    #[test]
    fn only_what_is_new_is_lacking() {
        let old = manifest(&json!({ "http": ["a.example:443"], "memory": "256 MiB" }));
        let new = manifest(&json!({ "http": ["a.example:443", "b.example:443"], "memory": "256 MiB" }));
        let approved = Approved::all_of(&old);
        assert_eq!(approved.lacks(&old), None);
        assert_eq!(approved.lacks(&new).unwrap().capabilities.http, ["b.example:443"]);
        assert_eq!(Approved::default().lacks(&old).unwrap().capabilities.memory.0, 256 << 20);
    }

    #[test]
    fn what_was_approved_survives_storing() {
        let approved = Approved::all_of(&manifest(&json!({ "read": ["/srv/faq"], "storage": "1 GiB" })));
        assert_eq!(Approved::read(&serde_json::to_string(&approved).unwrap()).unwrap(), approved);
    }
}
