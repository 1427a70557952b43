//! What must hold of any bytes that come as a package, before and behind the signature.

use std::{collections::HashSet, fs::File, io::Write, ops::ControlFlow, sync::Arc, sync::OnceLock};

use rustix::fs::{MemfdFlags, memfd_create};
use serde_json::{Value, json};
use spk::{Digest, Error, Identity, Limits, TrustNone, VerifiedPackage, check_name};

use crate::{
    forge::{self, honest_entries, payload_start, signed, signed_statement, with_entry},
    rawzip::{RawEntry, RawZip},
};

/// As large as a file of the fuzzer's gets.
const SMALL: u64 = 1 << 20;

fn offer(bytes: &[u8], identity: Option<&Arc<Identity>>) -> Result<VerifiedPackage, Error> {
    let mut file = File::from(memfd_create("package", MemfdFlags::CLOEXEC).expect("memory for a file"));
    file.write_all(bytes).expect("memory for a file");
    let staged = spk::open(file)?.opened_by(identity.cloned());
    staged.verify(&TrustNone, &forge::host(), &mut |_| ControlFlow::Continue(()))
}

/// An error as people see it: one line that moves no cursor, with a next step.
fn check_words(error: &Error) {
    let (code, shown, hint) = (error.code(), error.to_string(), error.hint());
    assert!(!code.is_empty() && !shown.is_empty() && !hint.is_empty());
    let turns = |c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c);
    assert!(!shown.contains(turns), "{code}: {shown:?}");
    assert!(!error.details().to_string().contains(turns), "{code}");
}

/// Bytes that begin as a package are offered as they are; others as the statement of an honest archive, rightly signed.
pub fn envelope(data: &[u8]) {
    if data.starts_with(b"SPK1") {
        match offer(data, None) {
            Ok(package) => {
                assert!(honest_digests().contains(&package.digest()), "a forged package was accepted");
            }
            Err(error) => check_words(&error),
        }
        return;
    }
    match offer(&signed_statement(data, &honest_payload()), None) {
        Ok(package) => {
            let said: Value = serde_json::from_slice(data).expect("an accepted statement is JSON");
            let read = json!(package.statement());
            for (member, value) in said.as_object().expect("an accepted statement is an object") {
                assert_eq!(*value, read[member], "`{member}` was read as something else");
            }
        }
        Err(error) => check_words(&error),
    }
}

/// The payload of an honest statement; what begins as age is stated as encrypted, with whatever is inside.
pub fn container(data: &[u8]) {
    let encrypted = data.starts_with(b"age-encryption.org");
    let bytes = if encrypted { stated_as_encrypted(data) } else { signed(data) };
    match offer(&bytes, encrypted.then(reader)) {
        Ok(package) => check_package(&package, &bytes),
        Err(error) => check_words(&error),
    }
}

fn check_package(package: &VerifiedPackage, bytes: &[u8]) {
    let limits = Limits::default();
    let mut names = HashSet::new();
    let mut total = 0;
    for entry in package.entries() {
        assert_eq!(check_name(&entry.name), Ok(()));
        assert!(names.insert(entry.name.to_lowercase()), "two entries are `{}`", entry.name);
        total += entry.unpacked;
        if package.is_encrypted() {
            continue;
        }
        assert!(entry.offset + entry.packed <= bytes.len() as u64);
        if let Ok(read) = package.read(&entry.name, SMALL) {
            assert_eq!(
                read.len() as u64,
                entry.unpacked,
                "`{}` gave another size than it declares",
                entry.name
            );
        }
    }
    assert!(total <= limits.unpacked);
    let table = package.index(&mut |_| ControlFlow::Continue(()));
    assert_eq!(table.expect("the packed bytes are there").entries.len(), package.entries().len());
    // A lie about the library is found here at the latest; memory for it is never more than was declared.
    let mut sink = Vec::new();
    let _ = package.inflate_library(&mut sink);
}

fn honest_payload() -> Vec<u8> {
    RawZip::of(honest_entries()).bytes()
}

fn stated_as_encrypted(payload: &[u8]) -> Vec<u8> {
    let plain = honest_payload();
    let mut statement = forge::statement(payload);
    statement["plaintext"] = json!({ "size": plain.len(), "blake3": Digest::of(&plain).to_string() });
    signed_statement(statement.to_string().as_bytes(), payload)
}

fn honest_digests() -> &'static HashSet<Digest> {
    static DIGESTS: OnceLock<HashSet<Digest>> = OnceLock::new();
    DIGESTS.get_or_init(|| {
        let packages = envelope_seeds().into_iter().filter(|(_, bytes)| bytes.starts_with(b"SPK1"));
        packages.filter_map(|(_, bytes)| Some(Digest::of(bytes.get(8..payload_start(&bytes))?))).collect()
    })
}

/// Who reads what is encrypted here. A fresh one for each run: the header is what is fuzzed.
fn reader() -> &'static Arc<Identity> {
    static READER: OnceLock<Arc<Identity>> = OnceLock::new();
    READER.get_or_init(|| Arc::new(Identity::generate()))
}

/// Packages right and wrong, and statements.
pub fn envelope_seeds() -> Vec<crate::Seed> {
    let honest = forge::honest();
    let start = payload_start(&honest);
    let mut flipped = honest.clone();
    flipped[start - 30] ^= 1;
    let text = forge::statement(&honest_payload()).to_string();
    let mut expiring = forge::statement(&honest_payload());
    expiring["expires"] = "2030-01-01T00:00:00Z".into();
    let envelope = str::from_utf8(&honest[8..start]).expect("JSON is UTF-8");
    let seeds: [(&str, Vec<u8>); 10] = [
        ("honest", honest.clone()),
        ("head", honest[..start].to_vec()),
        ("flipped", flipped),
        ("longer", [&honest[..], b"x"].concat()),
        ("unsigned", forge::file(&forge::envelope_text(text.as_bytes(), &[]), &honest_payload())),
        ("spaced", forge::file(&envelope.replacen(':', ": ", 1), &honest[start..])),
        ("empty", b"SPK1\0\0\0\0".to_vec()),
        ("statement", text.clone().into_bytes()),
        ("expiring", expiring.to_string().into_bytes()),
        ("twice", text.replacen("\"release\":7", "\"release\":7,\"release\":9", 1).into_bytes()),
    ];
    seeds.map(|(name, bytes)| (name.to_owned(), bytes)).into()
}

/// Archives right and wrong, and one that is encrypted.
pub fn container_seeds() -> Vec<crate::Seed> {
    let text = |name: &str| RawEntry::stored(name, "text");
    let zip = || RawZip::of(honest_entries());
    let age = age::Encryptor::with_recipients(std::iter::once(&age_reader() as &dyn age::Recipient));
    let mut encrypted = Vec::new();
    let mut writer = age.expect("one recipient").wrap_output(&mut encrypted).expect("memory");
    writer.write_all(&honest_payload()).and_then(|()| writer.finish()).expect("memory");
    let seeds: [(&str, Vec<u8>); 15] = [
        ("honest", zip().bytes()),
        ("comment", RawZip { comment: b"hello".to_vec(), ..zip() }.bytes()),
        ("prefix", RawZip { prefix: b"#!/bin/sh\n".to_vec(), ..zip() }.bytes()),
        ("zip64", RawZip { count: Some(u16::MAX), ..zip() }.bytes()),
        ("gap", with_entry(text("a").with(|e| e.gap = vec![0; 4])).bytes()),
        ("overlap", with_entry(text("a").with(|e| e.offset = Some(0))).bytes()),
        ("link", with_entry(text("web/link").with(|e| e.external = 0o120_777 << 16)).bytes()),
        ("way_out", with_entry(text("../x")).bytes()),
        ("unicode", with_entry(text("文档/é")).bytes()),
        ("twice", with_entry(text("PLUGIN.json")).bytes()),
        ("bomb", with_entry(RawEntry::deflated("web/zeros", &vec![0; 2 << 20])).bytes()),
        ("lie", with_entry(RawEntry::deflated("web/a", b"aaaaaaaa").both(|h| h.unpacked = 7)).bytes()),
        ("locales", with_entry(RawEntry::stored("locales/en.json", r#"{"name":"Bot"}"#)).bytes()),
        (
            "icon",
            with_entry(RawEntry::stored("web/icon.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>")).bytes(),
        ),
        ("encrypted", encrypted),
    ];
    seeds.map(|(name, bytes)| (name.to_owned(), bytes)).into()
}

fn age_reader() -> age::x25519::Recipient {
    reader().recipient().to_string().parse().expect("a recipient's own spelling")
}
