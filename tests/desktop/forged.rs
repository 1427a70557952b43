//! Packages that the publishers' own tools refuse to make, rightly signed all the same: whatever plugin.json says, around
//! a library for whatever processor.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::fixtures::Publisher;

const KIND: &str = "application/vnd.sprocket.package.v1+json";
/// The last field of a ZIP entry's attributes: a plain file.
const PLAIN: u32 = 0o100_644 << 16;

/// As ELF numbers processors.
#[derive(Debug, Clone, Copy)]
pub enum Processor {
    X86 = 62,
    Arm = 183,
}

/// Writes a package with this plugin.json and a library `lib/plugin.so` for this processor.
pub fn pack(manifest: &Value, processor: Processor, publisher: &Publisher, file: &Path) {
    let entries = [("lib/plugin.so", library(processor)), ("plugin.json", manifest.to_string().into_bytes())];
    let payload = archive(&entries);
    let statement = json!({
        "format": 1, "id": manifest["id"], "version": manifest["version"], "release": 7,
        "created": "2026-01-01T00:00:00Z",
        "publisher": { "name": publisher.label, "key": publisher.key.public().to_string() },
        "payload": { "size": payload.len(), "blake3": blake3::hash(&payload).to_string() },
    });
    fs::create_dir_all(file.parent().expect("in a folder")).expect("a folder for packages");
    fs::write(file, signed(&statement.to_string(), &payload, publisher)).expect("a file");
}

fn signed(statement: &str, payload: &[u8], publisher: &Publisher) -> Vec<u8> {
    let text = format!("DSSEv1 {} {KIND} {} {statement}", KIND.len(), statement.len());
    let (sig, keyid) = (STANDARD.encode(publisher.key.sign(text.as_bytes())), publisher.key.public());
    let statement = STANDARD.encode(statement);
    let envelope = format!(
        r#"{{"payloadType":"{KIND}","payload":"{statement}","signatures":[{{"keyid":"{keyid}","sig":"{sig}"}}]}}"#
    );
    [b"SPK1", &size(envelope.as_bytes()).to_le_bytes()[..], envelope.as_bytes(), payload].concat()
}

/// The head of a 64-bit little-endian shared object, and nothing in it.
fn library(processor: Processor) -> Vec<u8> {
    let mut bytes = vec![0_u8; 4096];
    let head = [0x7f, b'E', b'L', b'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, processor as u8, 0];
    bytes[..head.len()].copy_from_slice(&head);
    bytes
}

/// A ZIP archive of stored files.
fn archive(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, data) in entries {
        let at = size(&bytes);
        bytes.extend([&b"PK\x03\x04"[..], &common(name, data), name.as_bytes(), data].concat());
        directory.extend(
            [&b"PK\x01\x02\x14\x03"[..], &common(name, data), &[0; 6], &PLAIN.to_le_bytes()].concat(),
        );
        directory.extend([&at.to_le_bytes()[..], name.as_bytes()].concat());
    }
    let count = u16::try_from(entries.len()).expect("few").to_le_bytes();
    let (start, length) = (size(&bytes).to_le_bytes(), size(&directory).to_le_bytes());
    let end = [&b"PK\x05\x06\0\0\0\0"[..], &count, &count, &length, &start, &[0, 0]].concat();
    [bytes, directory, end].concat()
}

/// What both headers of an entry say: version, flags, method, time, date, sum, sizes, lengths of name and extra field.
fn common(name: &str, data: &[u8]) -> Vec<u8> {
    let (packed, named) = (size(data).to_le_bytes(), size(name.as_bytes()).to_le_bytes());
    let fixed = [20, 0, 0, 8, 0, 0, 0, 0, 33, 0];
    [&fixed[..], &crc(data).to_le_bytes(), &packed, &packed, &named[..2], &[0, 0]].concat()
}

fn crc(data: &[u8]) -> u32 {
    let mut sum = flate2::Crc::new();
    sum.update(data);
    sum.sum()
}

fn size(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).expect("small")
}
