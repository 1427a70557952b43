//! Files that mean harm, made by code: each with a name and the code with which it has to be refused. All but those that
//! say otherwise are rightly signed by a publisher whom the center trusts, so that nothing but the rule itself refuses them.

use serde_json::{Value, json};
use spk::SigningKey;

use crate::forge::{
    ID, TYPE, envelope_text, file, honest, honest_entries, key, library, payload_start, plugin_json, signed,
    signed_bytes, signed_statement, statement, with_entry,
};
use crate::rawzip::{Header, RawEntry, RawZip};

/// A name for people, the file's bytes, the code of its refusal.
pub type Case = (String, Vec<u8>, &'static str);

/// All of them.
pub fn all() -> Vec<Case> {
    [containers(), flags(), cuts(), paths(), modes(), signatures(), statements(), manifests(), meanings()]
        .concat()
}

fn case(name: &str, bytes: Vec<u8>, code: &'static str) -> Case {
    (name.to_owned(), bytes, code)
}

fn zip() -> RawZip {
    RawZip::of(honest_entries())
}

fn text(name: &str) -> RawEntry {
    RawEntry::stored(name, "text")
}

fn packed(name: &str, zip: &RawZip, code: &'static str) -> Case {
    case(name, signed(&zip.bytes()), code)
}

fn containers() -> Vec<Case> {
    let honest = honest();
    let envelope = str::from_utf8(&honest[8..payload_start(&honest)]).expect("JSON is UTF-8");
    let respelled =
        |from: &str, to: &str| file(&envelope.replacen(from, to, 1), &honest[payload_start(&honest)..]);
    let archive = zip().bytes();
    let mut tar = vec![0; 2048];
    tar[257..262].copy_from_slice(b"ustar");
    let bomb = RawEntry::deflated("web/zeros", &vec![0; 8 << 20]);
    let many = RawZip::of((0..10_001).map(|n| RawEntry::stored(format!("web/{n}"), "")).collect());
    let huge = |n| {
        RawEntry::stored(format!("web/{n}"), vec![0; 4 << 20])
            .both(|h| (h.method, h.unpacked) = (8, 800 << 20))
    };
    let sum = RawEntry::deflated("plugin.json", plugin_json().to_string().as_bytes());
    let lying = |change: fn(&mut Header)| {
        let library = RawEntry::deflated("lib/libchatbot.so", &library(62));
        RawZip::of(vec![library, sum.clone().both(change)])
    };
    vec![
        case("bytes before the magic", [b"x", &honest[..]].concat(), "not_a_package"),
        case("trailing bytes", [&honest[..], b"x"].concat(), "trailing_bytes"),
        case("white space in the envelope", respelled(":", ": "), "envelope_not_canonical"),
        case("other base64", respelled("\"sig\":\"", "\"sig\":\"-"), "envelope_not_canonical"),
        case("an envelope without end", [b"SPK1\xff\xff\xff\xff", &honest[..]].concat(), "too_large"),
        case("a tar", tar, "not_a_package"),
        case("a page", b"<!doctype html><script>alert(1)</script>".to_vec(), "not_a_package"),
        packed("a gap", &with_entry(text("a").with(|e| e.gap = vec![0; 4])), "archive_gap"),
        packed("an overlap", &with_entry(text("a").with(|e| e.offset = Some(0))), "archive_overlap"),
        packed(
            "bytes before the archive",
            &RawZip { prefix: b"#!/bin/sh\n".to_vec(), ..zip() },
            "archive_gap",
        ),
        case(
            "two ends",
            signed(&[&archive[..], &archive[archive.len() - 22..]].concat()),
            "archive_directory",
        ),
        packed("an end in the comment", &RawZip { comment: archive.clone(), ..zip() }, "archive_directory"),
        packed("a comment", &RawZip { comment: b"hello".to_vec(), ..zip() }, "archive_comment"),
        packed("one name twice", &with_entry(text("plugin.json")), "duplicate_name"),
        packed("two names by case", &with_entry(text("web/INDEX.html")), "duplicate_name"),
        packed("another spelling of a letter", &with_entry(text("web/e\u{301}")), "unsafe_path"),
        packed(
            "local unlike central",
            &with_entry(text("a").with(|e| e.local.name = b"b".to_vec())),
            "archive_header_mismatch",
        ),
        packed("a size that lies", &lying(|h| h.unpacked += 1), "entry_corrupt"),
        packed("a sum that lies", &lying(|h| h.crc ^= 1), "entry_corrupt"),
        packed("a bomb", &with_entry(bomb), "archive_ratio"),
        packed("a bomb in parts", &RawZip::of((0..3).map(huge).collect()), "too_large"),
        packed("too many entries", &many, "too_many_entries"),
    ]
}

fn flags() -> Vec<Case> {
    let with = |change: fn(&mut Header)| with_entry(text("a").both(change));
    vec![
        packed("Zip64", &with(|h| (h.packed, h.unpacked) = (u32::MAX, u32::MAX)), "archive_zip64"),
        packed("a data descriptor", &with(|h| h.flags |= 8), "archive_data_descriptor"),
        packed("an encrypted entry", &with(|h| h.flags |= 1), "archive_encrypted"),
        packed("another method", &with(|h| h.method = 12), "archive_method"),
        packed("a hard link", &with(|h| h.extra = b"ln\x04\0/etc".to_vec()), "archive_extra_field"),
    ]
}

/// Cut at each KiB, and in the head.
fn cuts() -> Vec<Case> {
    let whole = signed(&with_entry(RawEntry::stored("web/noise", vec![7; 20 << 10])).bytes());
    let at = (1..whole.len().div_ceil(1024)).map(|kib| kib * 1024).chain([5, payload_start(&whole) - 1]);
    at.map(|at| case(&format!("cut at {at}"), whole[..at].to_vec(), "truncated")).collect()
}

fn paths() -> Vec<Case> {
    let (long, deep) = ("n".repeat(4096), vec!["d"; 500].join("/"));
    let unsafe_names = [
        "../x",
        "..\\x",
        "/abs",
        "C:\\x",
        "\\\\server\\share",
        "..././x",
        "CON",
        "a.",
        "a:stream",
        "a\0b",
        "a\nb",
        "a\u{202e}b",
        "../staging-and-more/x",
        &long,
        &deep,
    ];
    let refused = unsafe_names.iter().map(|name| {
        let shown: String = name.escape_debug().take(30).collect();
        packed(&format!("the name {shown}"), &with_entry(text(name)), "unsafe_path")
    });
    let both = RawZip::of([honest_entries(), vec![text("web/a"), text("web/a/b")]].concat());
    refused.chain([packed("a file that is a folder too", &both, "file_is_folder")]).collect()
}

fn modes() -> Vec<Case> {
    let modes = [
        ("a symbolic link", 0o120_777),
        ("a FIFO", 0o010_644),
        ("a device", 0o020_644),
        ("setuid", 0o104_755),
    ];
    let of = |mode: u32| with_entry(text("a").with(|e| e.external = mode << 16));
    let mut cases: Vec<Case> =
        modes.iter().map(|(name, mode)| packed(name, &of(*mode), "archive_attributes")).collect();
    let mut through = with_entry(RawEntry::stored("web/link", "/etc").with(|e| e.external = 0o120_777 << 16));
    through.entries.push(text("web/link/passwd"));
    cases.push(packed("written through a link", &through, "archive_attributes"));
    cases
}

fn signatures() -> Vec<Case> {
    let payload = zip().bytes();
    let text = statement(&payload).to_string();
    let with = |keyid: String, sig: Vec<u8>| file(&envelope_text(text.as_bytes(), &[(keyid, sig)]), &payload);
    let own = |kind: &str| key().sign(&signed_bytes(kind, text.as_bytes())).to_vec();
    let public = key().public().to_string();
    let honest = honest();
    let flipped = |at: usize| {
        let mut bytes = honest.clone();
        bytes[at] ^= 1;
        bytes
    };
    let weak = "ed25519:AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let start = payload_start(&honest);
    let statement_at = honest.windows(11).position(|w| w == b"\"payload\":\"").expect("it is there") + 40;
    vec![
        case("no signature", file(&envelope_text(text.as_bytes(), &[]), &payload), "unsigned"),
        case("a bit of the statement", flipped(statement_at), "tampered"),
        case("a bit of the content", flipped(start + 50), "tampered"),
        case("a bit of the last byte", flipped(honest.len() - 1), "tampered"),
        case("a bit of the magic", flipped(0), "not_a_package"),
        case("a small-order key", with(weak.into(), [&[1][..], &[0; 63]].concat()), "weak_key"),
        case("a second spelling of S", with(public.clone(), not_canonical(own(TYPE))), "tampered"),
        case(
            "another package's signature",
            with(public.clone(), key().sign(b"another").to_vec()),
            "tampered",
        ),
        case("signed as another type", with(public.clone(), own("application/other")), "tampered"),
        case("another algorithm", with(public.replace("ed25519", "rsa"), own(TYPE)), "unknown_algorithm"),
    ]
}

/// S plus the group's order: the same number to a careless reader.
fn not_canonical(mut signature: Vec<u8>) -> Vec<u8> {
    let order = [
        0xed_u8, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut carry = 0_u16;
    for (byte, part) in signature[32..].iter_mut().zip(order) {
        carry += u16::from(*byte) + u16::from(part);
        *byte = carry.to_le_bytes()[0];
        carry >>= 8;
    }
    signature
}

/// Rightly signed statements that say what may not be.
fn statements() -> Vec<Case> {
    let payload = zip().bytes();
    let stating = |change: &dyn Fn(&mut Value)| {
        let mut said = statement(&payload);
        change(&mut said);
        signed_statement(said.to_string().as_bytes(), &payload)
    };
    let text = statement(&payload).to_string();
    let twice = text.replacen("\"release\":7", "\"release\":7,\"release\":9", 1);
    let other = SigningKey::generate().expect("random numbers").public().to_string();
    let ahead = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(48);
    let ahead = ahead.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    vec![
        case("another format", stating(&|s| s["format"] = json!(2)), "unknown_format"),
        case("a key twice", signed_statement(twice.as_bytes(), &payload), "statement_duplicate_key"),
        case("another id inside", stating(&|s| s["id"] = json!("com.example.other")), "id_mismatch"),
        case("another version inside", stating(&|s| s["version"] = json!("9.9.9")), "version_mismatch"),
        case("another key inside", stating(&|s| s["publisher"]["key"] = json!(other)), "key_mismatch"),
        case("outside the namespace", stating(&|s| s["id"] = json!("org.elsewhere.x")), "outside_namespace"),
        case("expired", stating(&|s| s["expires"] = json!("2020-01-01T00:00:00Z")), "expired"),
        case("from the future", stating(&|s| s["created"] = json!(ahead)), "from_the_future"),
        case(
            "a lie about the digest",
            stating(&|s| s["payload"]["blake3"] = json!("0".repeat(64))),
            "tampered",
        ),
        case(
            "said to be encrypted",
            stating(&|s| s["plaintext"] = json!({ "size": 1, "blake3": "0".repeat(64) })),
            "decryption_failed",
        ),
    ]
}

/// A package around these bytes as plugin.json.
fn around(plugin_json: &[u8]) -> RawZip {
    RawZip::of(vec![
        RawEntry::deflated("lib/libchatbot.so", &library(62)),
        RawEntry::stored("plugin.json", plugin_json),
        RawEntry::stored("web/index.html", "<p>Hello</p>"),
    ])
}

fn manifests() -> Vec<Case> {
    let plain = plugin_json().to_string();
    let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
    let other_library = |bytes: &[u8]| {
        let mut zip = zip();
        zip.entries[0] = RawEntry::deflated("lib/libchatbot.so", bytes);
        zip
    };
    let icon = |svg: &str| {
        let mut json = plugin_json();
        json["icon"] = json!("web/icon.svg");
        let mut zip = around(json.to_string().as_bytes());
        zip.entries.push(RawEntry::stored("web/icon.svg", svg));
        zip
    };
    let svg = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    let entity = "<!DOCTYPE s [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><svg xmlns='http://www.w3.org/2000/svg'>&x;</svg>";
    let prototype = plain.replacen('{', r#"{"__proto__":{"id":"x"},"#, 1);
    let twice = plain.replacen('{', r#"{"id":"com.example.other","#, 1);
    vec![
        packed("no plugin.json", &RawZip::of(vec![text("web/a")]), "manifest_missing"),
        packed("a plugin.json of 100 MB", &around(&vec![b' '; 100 << 20]), "too_large"),
        packed("a plugin.json 10,000 levels deep", &around(deep.as_bytes()), "manifest_invalid"),
        packed("a prototype", &around(prototype.as_bytes()), "manifest_invalid"),
        packed("an id twice", &around(twice.as_bytes()), "manifest_invalid"),
        packed("an icon with a script", &icon(svg), "manifest_invalid"),
        packed("an icon with an external entity", &icon(entity), "manifest_invalid"),
        packed("no library at all", &other_library(b"#!/bin/sh\nrm -rf ~\n"), "library_not_elf"),
        packed(
            "a library for another processor",
            &other_library(&library(183)),
            "library_wrong_architecture",
        ),
    ]
}

/// plugin.json that reads well and means what may not be.
fn meanings() -> Vec<Case> {
    let config = |properties: Value| json!({ "type": "object", "properties": properties });
    let many: serde_json::Map<String, Value> =
        (0..1_001).map(|n| (format!("f{n}"), json!({ "type": "string" }))).collect();
    let changes = [
        ("a wrong type", "name", json!(["x"])),
        ("min over max", "config", config(json!({ "a": { "type": "number", "minimum": 2, "maximum": 1 } }))),
        ("a remote reference", "config", config(json!({ "a": { "$ref": "https://example.com/a.json" } }))),
        ("a javascript: link", "links", json!({ "support": "javascript:alert(1)" })),
        ("too many fields", "config", config(many.into())),
        ("a text over the limit", "description", json!("x".repeat(5_000))),
        (
            "a missing page",
            "pages",
            json!([{ "id": "m", "title": "M", "path": "web/none.html", "permission": "use" }]),
        ),
        ("an undeclared permission", "commands", json!([{ "id": "a", "permission": "rule" }])),
        ("needing itself", "dependencies", json!({ ID: "*" })),
        ("a host of the far future", "engines", json!({ "sprocket": ">=99" })),
    ];
    let with = |member: &str, value: Value| {
        let mut json = plugin_json();
        json[member] = value;
        around(json.to_string().as_bytes())
    };
    changes
        .into_iter()
        .map(|(name, member, value)| packed(name, &with(member, value), "manifest_invalid"))
        .collect()
}
