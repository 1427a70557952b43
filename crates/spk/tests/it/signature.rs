//! Who signed what: every way in which signature, statement and trust can fail has its own code.

use std::cell::Cell;

use serde_json::{Value, json};
use spk::{Claim, Refusal, SigningKey, Standing, Trust};

use crate::{
    forge::{
        Bench, TYPE, envelope_text, file, honest, honest_entries, key, payload_start, signed_bytes,
        signed_statement, statement,
    },
    rawzip::RawZip,
};

fn payload() -> Vec<u8> {
    RawZip::of(honest_entries()).bytes()
}

/// A package whose statement was changed before it was signed.
fn stating(change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let payload = payload();
    let mut statement = statement(&payload);
    change(&mut statement);
    signed_statement(statement.to_string().as_bytes(), &payload)
}

fn code(bytes: &[u8]) -> &'static str {
    Bench::new().refuse(bytes).code()
}

fn with_signatures(signatures: &[(String, Vec<u8>)]) -> Vec<u8> {
    let payload = payload();
    let statement = statement(&payload).to_string();
    file(&envelope_text(statement.as_bytes(), signatures), &payload)
}

fn own_signature(kind: &str) -> Vec<u8> {
    key().sign(&signed_bytes(kind, statement(&payload()).to_string().as_bytes())).to_vec()
}

#[test]
fn exactly_one_signature_is_asked_for() {
    let one = (key().public().to_string(), own_signature(TYPE));
    assert!(Bench::new().offer(&with_signatures(std::slice::from_ref(&one))).is_ok());
    assert_eq!(code(&with_signatures(&[])), "unsigned");
    assert_eq!(code(&with_signatures(&[one.clone(), one])), "several_signatures");
}

#[test]
fn a_flipped_bit_is_told_from_the_part_it_is_in() {
    let bytes = honest();
    let start = payload_start(&bytes);
    let flip = |at: usize| {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1;
        let error = Bench::new().refuse(&flipped);
        (error.code(), error.details()["part"].as_str().map(str::to_owned))
    };
    let tampered = |part: &str| ("tampered", Some(part.to_owned()));
    for at in [start, start + 40, bytes.len() - 1] {
        assert_eq!(flip(at), tampered("payload"), "byte {at}");
    }
    let statement = bytes.windows(11).position(|w| w == b"\"payload\":\"").unwrap() + 11;
    assert_eq!(flip(statement + 20), tampered("statement"));
    assert_eq!(flip(0).0, "not_a_package");
    assert_eq!(flip(12).0, "envelope_malformed");
}

#[test]
fn a_signature_of_something_else_does_not_fit() {
    let public = key().public().to_string();
    let other = SigningKey::generate().unwrap();
    let with = |signature: Vec<u8>| with_signatures(&[(public.clone(), signature)]);
    let elsewhere = {
        let bytes = stating(|s| s["release"] = 8.into());
        let envelope: Value = serde_json::from_slice(&bytes[8..payload_start(&bytes)]).unwrap();
        let text = envelope["signatures"][0]["sig"].as_str().unwrap().to_owned();
        base64::Engine::decode(&base64::engine::general_purpose::STANDARD, text).unwrap()
    };
    let mut flipped = own_signature(TYPE);
    flipped[5] ^= 1;
    assert_eq!(code(&with(flipped)), "tampered");
    assert_eq!(code(&with(elsewhere)), "tampered", "another package's signature");
    assert_eq!(code(&with(own_signature("application/other"))), "tampered", "signed as another type");
    assert_eq!(code(&with(vec![0; 64])), "tampered");
    assert_eq!(code(&with(other.sign(b"x").to_vec())), "tampered");
    assert_eq!(code(&with(own_signature(TYPE)[..63].to_vec())), "envelope_malformed");
    let borrowed = with_signatures(&[(other.public().to_string(), own_signature(TYPE))]);
    assert_eq!(code(&borrowed), "tampered", "another's name on it");
}

/// The group's order, little endian.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

#[test]
fn a_second_spelling_of_a_signature_is_refused() {
    let mut signature = own_signature(TYPE);
    let mut carry = 0_u16;
    for (byte, order) in signature[32..].iter_mut().zip(ORDER) {
        carry += u16::from(*byte) + u16::from(order);
        *byte = carry.to_le_bytes()[0];
        carry >>= 8;
    }
    assert_eq!(code(&with_signatures(&[(key().public().to_string(), signature)])), "tampered");
}

#[test]
fn keys_that_accept_anything_are_refused() {
    let mut identity = [0_u8; 32];
    identity[0] = 1;
    let encode = |bytes: &[u8]| base64::Engine::encode(&base64::engine::general_purpose::STANDARD, bytes);
    let forged = [identity, [0; 32]].concat();
    let weak = format!("ed25519:{}", encode(&identity));
    assert_eq!(code(&with_signatures(&[(weak, forged)])), "weak_key");
    let short = format!("ed25519:{}", encode(&[7; 31]));
    assert_eq!(code(&with_signatures(&[(short, vec![0; 64])])), "invalid_key");
    let other = key().public().to_string().replace("ed25519", "rsa");
    assert_eq!(code(&with_signatures(&[(other, own_signature(TYPE))])), "unknown_algorithm");
}

#[test]
fn another_type_or_format_is_named() {
    let bytes = honest();
    let start = payload_start(&bytes);
    let envelope = str::from_utf8(&bytes[8..start]).unwrap().replace("package.v1", "package.v2");
    assert_eq!(code(&file(&envelope, &bytes[start..])), "unknown_payload_type");
    for format in [json!(2), json!("1"), json!(1.5), json!(null), json!({})] {
        assert_eq!(code(&stating(|s| s["format"] = format.clone())), "unknown_format", "{format}");
    }
}

#[test]
fn the_statement_has_to_be_whole_and_exact() {
    let payload = payload();
    let text = statement(&payload).to_string();
    let twice = text.replacen("\"release\":7", "\"release\":7,\"release\":9", 1);
    assert_eq!(code(&signed_statement(twice.as_bytes(), &payload)), "statement_duplicate_key");
    assert_eq!(code(&signed_statement(b"{", &payload)), "statement_unreadable");
    for (what, change) in [
        ("unknown member", (|s: &mut Value| s["x"] = 1.into()) as fn(&mut Value)),
        ("no format", |s| drop(s.as_object_mut().unwrap().remove("format"))),
        ("no id", |s| drop(s.as_object_mut().unwrap().remove("id"))),
        ("bad id", |s| s["id"] = "No.Good".into()),
        ("bad version", |s| s["version"] = "1".into()),
        ("negative release", |s| s["release"] = (-1).into()),
        ("release as a fraction", |s| s["release"] = 7.5.into()),
        ("no key", |s| drop(s["publisher"].as_object_mut().unwrap().remove("key"))),
        ("upper-case digest", |s| s["payload"]["blake3"] = "A".repeat(64).into()),
        ("time with an offset", |s| s["created"] = "2026-06-01T12:00:00+01:00".into()),
        ("time with fractions", |s| s["created"] = "2026-06-01T11:00:00.5Z".into()),
        ("time as a number", |s| s["created"] = 5.into()),
        ("expires null", |s| s["expires"] = Value::Null),
    ] {
        assert_eq!(code(&stating(change)), "statement_malformed", "{what}");
    }
    for release in [0, spk::MAX_RELEASE + 1] {
        assert_eq!(code(&stating(|s| s["release"] = release.into())), "release_out_of_range");
    }
}

#[test]
fn nothing_of_a_package_turns_or_breaks_a_message() {
    let hostile = "a\u{202e}b\nc\u{1b}[31m";
    let payload = payload();
    let twice = format!(r#"{{"{0}":1,"{0}":2}}"#, "a\u{202e}\u{7f}");
    let bytes = honest();
    let start = payload_start(&bytes);
    let envelope = format!(r#"{{"payloadType":{},"payload":"","signatures":[]}}"#, json!(hostile));
    for bytes in [
        stating(|s| s[hostile] = 1.into()),
        stating(|s| s["format"] = hostile.into()),
        stating(|s| s["created"] = hostile.into()),
        signed_statement(twice.as_bytes(), &payload),
        file(&envelope, &bytes[start..]),
        file(&envelope.replacen("payload\"", "\u{202e}\"", 1), &bytes[start..]),
    ] {
        let error = Bench::new().refuse(&bytes);
        let shown = format!("{error} {}", error.details()["detail"]);
        assert!(!shown.contains(|c: char| c.is_control() || c == '\u{202e}'), "{shown:?}");
    }
}

#[test]
fn what_is_inside_equals_what_was_signed() {
    let other = SigningKey::generate().unwrap().public().to_string();
    assert_eq!(code(&stating(|s| s["id"] = "com.example.other".into())), "id_mismatch");
    assert_eq!(code(&stating(|s| s["version"] = "1.4.1".into())), "version_mismatch");
    assert_eq!(code(&stating(|s| s["version"] = "1.4.0+build".into())), "version_mismatch");
    assert_eq!(code(&stating(|s| s["publisher"]["key"] = other.into())), "key_mismatch");
    assert_eq!(code(&stating(|s| s["payload"]["blake3"] = "0".repeat(64).into())), "tampered");
    assert_eq!(code(&stating(|s| s["payload"]["size"] = 5.into())), "trailing_bytes");
    assert_eq!(code(&stating(|s| s["payload"]["size"] = u64::MAX.into())), "truncated");
    let plain = json!({ "size": 1, "blake3": "0".repeat(64) });
    assert_eq!(code(&stating(|s| s["plaintext"] = plain)), "decryption_failed");
}

#[test]
fn dates_bound_installing() {
    assert_eq!(code(&stating(|s| s["expires"] = "2026-06-01T11:59:59Z".into())), "expired");
    assert_eq!(code(&stating(|s| s["created"] = "2026-06-02T12:00:01Z".into())), "from_the_future");
    for fine in ["2026-06-01T12:00:00Z", "2030-01-01T00:00:00Z"] {
        assert!(Bench::new().offer(&stating(|s| s["expires"] = fine.into())).is_ok());
    }
    assert!(Bench::new().offer(&stating(|s| s["created"] = "2026-06-02T12:00:00Z".into())).is_ok());
}

/// Gives one answer and counts how often it was asked.
struct Says(Result<Standing, Refusal>, Cell<u32>);

impl Trust for Says {
    fn judge(&self, claim: &Claim) -> Result<Standing, Refusal> {
        assert_eq!((claim.key, claim.release, claim.id.as_str()), (key().public(), 7, "com.example.chatbot"));
        self.1.set(self.1.get() + 1);
        self.0.clone()
    }
}

#[test]
fn trust_is_asked_once_and_only_about_intact_packages() {
    let bench = Bench::new();
    let ask = |bytes: &[u8], answer: Result<Standing, Refusal>| {
        let trust = Says(answer, Cell::new(0));
        let result = bench.offer_to(bytes, &trust).map(|p| p.standing()).map_err(|e| e.code());
        (result, trust.1.get())
    };
    assert_eq!(ask(&honest(), Ok(Standing::Known)), (Ok(Standing::Known), 1));
    assert_eq!(ask(&honest(), Ok(Standing::Unknown)), (Ok(Standing::Unknown), 1));
    let mut flipped = honest();
    *flipped.last_mut().unwrap() ^= 1;
    assert_eq!(ask(&flipped, Ok(Standing::Known)), (Err("tampered"), 0));
    let broken = RawZip { comment: b"x".to_vec(), ..RawZip::of(honest_entries()) };
    let revoked = Refusal::Revoked {
        by: "ann".into(),
        at: "2026-05-01T00:00:00Z".parse().unwrap(),
        reason: "lost".into(),
    };
    assert_eq!(
        ask(&crate::forge::signed(&broken.bytes()), Err(revoked)),
        (Err("revoked"), 1),
        "before the archive"
    );
    bench.assert_clean();
}

#[test]
fn each_refusal_of_trust_has_its_code_and_facts() {
    let id: spk::PluginId = "com.example.chatbot".parse().unwrap();
    let version = semver::Version::new(1, 4, 0);
    let digest = spk::Digest::of(b"x");
    let (public, other) = (key().public(), SigningKey::generate().unwrap().public());
    let refusals = [
        (
            Refusal::OutsideNamespace { id: id.clone(), allowed: vec!["org.b".into()] },
            "outside_namespace",
            "allowed",
        ),
        (
            Refusal::PinnedToOtherKey { id, installed: other, offered: public },
            "pinned_to_other_key",
            "installed",
        ),
        (Refusal::AlreadyInstalled { version: version.clone() }, "already_installed", "version"),
        (
            Refusal::SameVersionOtherBytes { version: version.clone(), release: 7, accepted: digest },
            "same_version_other_bytes",
            "accepted",
        ),
        (
            Refusal::Downgrade {
                release: 7,
                version: version.clone(),
                accepted: 9,
                accepted_version: version,
            },
            "downgrade",
            "accepted",
        ),
    ];
    for (refusal, code, fact) in refusals {
        let bench = Bench::new();
        let error = bench.offer_to(&honest(), &Says(Err(refusal), Cell::new(0))).unwrap_err();
        assert_eq!(error.code(), code);
        assert!(!error.details()[fact].is_null() && !error.hint().is_empty(), "{code}");
        bench.assert_clean();
    }
}
