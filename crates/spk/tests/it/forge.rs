//! Packages made by hand, right and wrong, and the one way in which all tests offer them.

use std::{fs, ops::ControlFlow, path::Path, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use spk::{
    Digest, Error, HostFacts, Identity, Limits, SigningKey, Trust, TrustNone, VerifiedPackage, stage,
    stage_path,
};

use crate::rawzip::{RawEntry, RawZip};

pub const TYPE: &str = "application/vnd.sprocket.package.v1+json";
pub const TARGET: &str = "x86_64-unknown-linux-gnu";
pub const ID: &str = "com.example.chatbot";

pub fn host() -> HostFacts {
    HostFacts {
        sprocket_version: semver::Version::new(0, 1, 0),
        target: TARGET.into(),
        now: "2026-06-01T12:00:00Z".parse().unwrap(),
    }
}

/// The same key each time, so that what is made by hand is the same bytes each time.
pub fn key() -> SigningKey {
    // PKCS#8 around 32 bytes of an Ed25519 key.
    let head = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    let body = STANDARD.encode([&head[..], &[7; 32]].concat());
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
    SigningKey::from_pem(&pem, None).unwrap()
}

pub fn plugin_json() -> Value {
    json!({
        "id": ID, "name": "Chatbot", "version": "1.4.0", "publisher": "Example Ltd",
        "engines": { "sprocket": ">=0.1, <2" },
        "library": { TARGET: "lib/libchatbot.so" },
    })
}

/// The first 64 bytes of a 64-bit little-endian shared object, and some more.
pub fn library(machine: u8) -> Vec<u8> {
    let mut bytes = vec![0_u8; 4096];
    bytes[..20]
        .copy_from_slice(&[0x7f, b'E', b'L', b'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, machine, 0]);
    bytes
}

pub fn honest_entries() -> Vec<RawEntry> {
    vec![
        RawEntry::deflated("lib/libchatbot.so", &library(62)),
        RawEntry::deflated("plugin.json", plugin_json().to_string().as_bytes()),
        RawEntry::stored("web/index.html", "<p>Hello</p>"),
    ]
}

/// An honest archive with one more entry.
pub fn with_entry(entry: RawEntry) -> RawZip {
    RawZip::of([honest_entries(), vec![entry]].concat())
}

pub fn statement(payload: &[u8]) -> Value {
    json!({
        "format": 1, "id": ID, "version": "1.4.0", "release": 7, "created": "2026-06-01T11:00:00Z",
        "publisher": { "name": "Example Ltd", "key": key().public().to_string() },
        "payload": { "size": payload.len(), "blake3": Digest::of(payload).to_string() },
    })
}

pub fn signed_bytes(kind: &str, statement: &[u8]) -> Vec<u8> {
    [format!("DSSEv1 {} {kind} {} ", kind.len(), statement.len()).as_bytes(), statement].concat()
}

pub fn envelope_text(statement: &[u8], signatures: &[(String, Vec<u8>)]) -> String {
    let list: Vec<String> = signatures
        .iter()
        .map(|(keyid, sig)| format!(r#"{{"keyid":"{keyid}","sig":"{}"}}"#, STANDARD.encode(sig)))
        .collect();
    let payload = STANDARD.encode(statement);
    format!(r#"{{"payloadType":"{TYPE}","payload":"{payload}","signatures":[{}]}}"#, list.join(","))
}

pub fn file(envelope: &str, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(envelope.len()).unwrap();
    [b"SPK1", &length.to_le_bytes()[..], envelope.as_bytes(), payload].concat()
}

/// A package around these statement bytes, signed rightly.
pub fn signed_statement(statement: &[u8], payload: &[u8]) -> Vec<u8> {
    let sig = key().sign(&signed_bytes(TYPE, statement)).to_vec();
    file(&envelope_text(statement, &[(key().public().to_string(), sig)]), payload)
}

/// A package around this payload, signed rightly.
pub fn signed(payload: &[u8]) -> Vec<u8> {
    signed_statement(statement(payload).to_string().as_bytes(), payload)
}

pub fn honest() -> Vec<u8> {
    signed(&RawZip::of(honest_entries()).bytes())
}

/// Where the payload of a well-formed package begins.
pub fn payload_start(package: &[u8]) -> usize {
    8 + usize::try_from(u32::from_le_bytes(package[4..8].try_into().unwrap())).unwrap()
}

/// A folder with an inbox for the file, a staging folder, and a canary that nothing may touch.
pub struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("staging")).unwrap();
        fs::write(folder.path().join("canary"), "alive").unwrap();
        Self { folder }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn staging(&self) -> std::path::PathBuf {
        self.path().join("staging")
    }

    pub fn offer(&self, bytes: &[u8]) -> Result<VerifiedPackage, Error> {
        self.offer_to(bytes, &TrustNone)
    }

    pub fn offer_to(&self, bytes: &[u8], trust: &dyn Trust) -> Result<VerifiedPackage, Error> {
        let path = self.path().join("offered");
        fs::write(&path, bytes).unwrap();
        self.offer_path(&path, trust)
    }

    /// [`Bench::offer`] to somebody who holds this.
    pub fn offer_opened(&self, bytes: &[u8], identity: &Arc<Identity>) -> Result<VerifiedPackage, Error> {
        let go_on = &mut |_| ControlFlow::Continue(());
        let staged = stage(&mut &*bytes, &self.staging(), &Limits::default(), go_on)?;
        let staged = staged.opened_by(Some(Arc::clone(identity)));
        staged.verify(&TrustNone, &host(), &mut |_| ControlFlow::Continue(()))
    }

    pub fn offer_path(&self, path: &Path, trust: &dyn Trust) -> Result<VerifiedPackage, Error> {
        let go_on = &mut |_| ControlFlow::Continue(());
        let staged = stage_path(path, &self.staging(), &Limits::default(), go_on)?;
        staged.verify(trust, &host(), &mut |_| ControlFlow::Continue(()))
    }

    /// Offers what has to be refused: nothing else in the folder may change and staging has to be empty.
    pub fn refuse(&self, bytes: &[u8]) -> Error {
        let error = self.offer(bytes).expect_err("this has to be refused");
        self.assert_clean();
        error
    }

    pub fn assert_clean(&self) {
        assert_eq!(fs::read_dir(self.staging()).unwrap().count(), 0, "staging is empty");
        assert_eq!(fs::read_to_string(self.path().join("canary")).unwrap(), "alive");
        let mut names: Vec<_> = fs::read_dir(self.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        names.retain(|name| name != "offered");
        names.sort();
        assert_eq!(names, ["canary", "staging"], "nothing was written beside staging");
    }
}
