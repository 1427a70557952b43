//! Archives and files that are not what they seem: each its own code, and nothing left behind.

use std::{fs, ops::ControlFlow, os::unix::fs::symlink, process::Command};

use proptest::prelude::*;
use spk::{Limits, TrustNone, stage};

use crate::{
    forge::{self, Bench, honest, honest_entries, library, payload_start, plugin_json, signed, with_entry},
    rawzip::{Header, RawEntry, RawZip},
};

fn assert_refused(cases: impl IntoIterator<Item = (&'static str, Vec<u8>, &'static str)>) {
    let bench = Bench::new();
    for (what, bytes, code) in cases {
        let error = bench.refuse(&bytes);
        assert_eq!(error.code(), code, "{what}: {error}");
        assert!(!error.hint().is_empty() && !error.to_string().is_empty(), "{what}");
    }
}

fn payloads(cases: Vec<(&'static str, RawZip, &'static str)>) {
    assert_refused(cases.into_iter().map(|(what, zip, code)| (what, signed(&zip.bytes()), code)));
}

type Change = fn(&mut Header);

fn zip() -> RawZip {
    RawZip::of(honest_entries())
}

fn text(name: &str) -> RawEntry {
    RawEntry::stored(name, "text")
}

#[test]
fn an_honest_package_made_by_hand_is_accepted() {
    let package = Bench::new().offer(&honest()).unwrap();
    assert_eq!(package.entries().len(), 3);
}

#[test]
fn what_is_no_package_says_what_it_looks_like() {
    let mut tar = vec![0; 1024];
    tar[..11].copy_from_slice(b"plugin.json");
    tar[257..262].copy_from_slice(b"ustar");
    assert_refused([
        ("empty", Vec::new(), "empty_file"),
        ("tar", tar, "not_a_package"),
        ("a byte before the magic", [b"x", &honest()[..]].concat(), "not_a_package"),
        ("other magic", [b"SPK2", &honest()[4..]].concat(), "not_a_package"),
    ]);
    let bench = Bench::new();
    for (bytes, resembles) in [
        (zip().bytes(), "a ZIP archive"),
        (b"\n<!doctype html>".to_vec(), "a web page or XML file"),
        (b"\x1f\x8b\x08".to_vec(), "a gzip file"),
        (library(62), "a program or library"),
    ] {
        assert_eq!(bench.refuse(&bytes).details()["resembles"], resembles);
    }
}

#[test]
fn a_file_cut_at_any_kilobyte_is_truncated() {
    let big = with_entry(RawEntry::stored("web/noise", vec![7; 40 << 10]));
    let bytes = signed(&big.bytes());
    let bench = Bench::new();
    for cut in (0..bytes.len()).step_by(1024).chain([1, 4, 7, 8, 9, payload_start(&bytes), bytes.len() - 1]) {
        let code = bench.refuse(&bytes[..cut]).code();
        assert_eq!(code, if cut == 0 { "empty_file" } else { "truncated" }, "cut at {cut}");
    }
}

#[test]
fn the_envelope_has_one_spelling() {
    let bytes = honest();
    let start = payload_start(&bytes);
    let envelope = str::from_utf8(&bytes[8..start]).unwrap();
    let remade = |change: &dyn Fn(&str) -> String| forge::file(&change(envelope), &bytes[start..]);
    let reordered = |e: &str| {
        let value: serde_json::Value = serde_json::from_str(e).unwrap();
        format!(
            r#"{{"payload":{},"payloadType":{},"signatures":{}}}"#,
            value["payload"], value["payloadType"], value["signatures"]
        )
    };
    let mut long = b"SPK1".to_vec();
    long.extend(65_537_u32.to_le_bytes());
    long.extend([b' '; 70_000]);
    assert_refused([
        ("white space", remade(&|e| e.replacen(':', ": ", 1)), "envelope_not_canonical"),
        ("a line's end", remade(&|e| format!("{e}\n")), "envelope_not_canonical"),
        (
            "an escape",
            remade(&|e| e.replacen("payloadType", "payload\\u0054ype", 1)),
            "envelope_not_canonical",
        ),
        ("no padding", remade(&|e| e.replacen("==\"}", "\"}", 1)), "envelope_not_canonical"),
        ("other base64", remade(&|e| e.replacen("\"sig\":\"", "\"sig\":\"-", 1)), "envelope_not_canonical"),
        (
            "a broken line",
            remade(&|e| e.replacen("\"payload\":\"", "\"payload\":\"\\n", 1)),
            "envelope_not_canonical",
        ),
        ("another order", remade(&reordered), "envelope_not_canonical"),
        ("one member more", remade(&|e| e.replacen('{', "{\"x\":1,", 1)), "envelope_malformed"),
        ("a member twice", remade(&|e| e.replacen('{', "{\"payload\":\"\",", 1)), "envelope_malformed"),
        ("no JSON", remade(&|e| e.replace('{', "[")), "envelope_malformed"),
        ("not UTF-8", [&bytes[..20], b"\xff", &bytes[21..]].concat(), "envelope_malformed"),
        ("too long", long, "too_large"),
    ]);
}

#[test]
fn every_byte_belongs_to_an_entry_or_a_record() {
    let inside_comment = [&b"hidden"[..], &zip().bytes()].concat();
    let two_ends = {
        let bytes = zip().bytes();
        [&bytes[..], &bytes[bytes.len() - 22..]].concat()
    };
    let mut cases = vec![
        ("two end records", signed(&two_ends), "archive_directory"),
        ("bytes after the archive", signed(&[&zip().bytes()[..], &[0; 30]].concat()), "archive_end_missing"),
        ("bytes after the package", [&honest()[..], b"x"].concat(), "trailing_bytes"),
        ("nothing", signed(b""), "archive_end_missing"),
        ("no archive", signed(&[7; 4096]), "archive_end_missing"),
    ];
    let zips = [
        ("prefix", RawZip { prefix: b"#!/bin/sh\n".to_vec(), ..zip() }, "archive_gap"),
        ("comment", RawZip { comment: b"hello".to_vec(), ..zip() }, "archive_comment"),
        ("a whole archive in the comment", RawZip { comment: inside_comment, ..zip() }, "archive_directory"),
        ("bytes before the end", RawZip { before_end: vec![0; 20], ..zip() }, "archive_directory"),
        ("directory elsewhere", RawZip { directory_offset: Some(0), ..zip() }, "archive_directory"),
        ("directory larger", RawZip { directory_size: Some(1 << 31), ..zip() }, "archive_directory"),
        ("fewer entries", RawZip { count: Some(2), ..zip() }, "archive_directory"),
        ("more entries", RawZip { count: Some(4), ..zip() }, "archive_directory"),
        ("other count on this disk", RawZip { count_here: Some(2), ..zip() }, "archive_split"),
        ("second disk", RawZip { disk: 1, ..zip() }, "archive_split"),
        ("Zip64 count", RawZip { count: Some(u16::MAX), ..zip() }, "archive_zip64"),
        ("Zip64 offset", RawZip { directory_offset: Some(u32::MAX), ..zip() }, "archive_zip64"),
        ("gap", with_entry(text("a").with(|e| e.gap = vec![0; 4])), "archive_gap"),
        ("entry elsewhere", with_entry(text("a").with(|e| e.offset = Some(1 << 20))), "archive_gap"),
        ("entry over another", with_entry(text("a").with(|e| e.offset = Some(0))), "archive_overlap"),
        (
            "entry over the directory",
            with_entry(text("a").both(|h| (h.packed, h.unpacked) = (20, 20))),
            "archive_overlap",
        ),
        (
            "entry beyond the end",
            with_entry(text("a").both(|h| (h.packed, h.unpacked) = (9000, 9000))),
            "archive_overlap",
        ),
        ("other central magic", with_entry(text("a").with(|e| e.central.magic = 1)), "archive_directory"),
        ("no entries", RawZip::default(), "manifest_missing"),
    ];
    cases.extend(zips.into_iter().map(|(what, zip, code)| (what, signed(&zip.bytes()), code)));
    assert_refused(cases);
}

#[test]
fn an_archive_hidden_behind_another_is_not_believed() {
    let real = zip().bytes();
    let hidden = RawZip::of(vec![text("evil")]).bytes();
    let comment_length = u16::try_from(hidden.len()).unwrap().to_le_bytes();
    let mut both = real.clone();
    let end = both.len();
    both[end - 2..].copy_from_slice(&comment_length);
    both.extend(&hidden);
    assert_refused([("an end record in a comment", signed(&both), "archive_directory")]);
}

#[test]
fn both_headers_of_an_entry_agree() {
    let changes: [(&str, Change); 9] = [
        ("magic", |h| h.magic = 0),
        ("version", |h| h.needed = 10),
        ("flags", |h| h.flags = 0),
        ("method", |h| h.method = 8),
        ("time", |h| h.time = 1),
        ("CRC", |h| h.crc ^= 1),
        ("packed", |h| h.packed += 1),
        ("unpacked", |h| h.unpacked += 1),
        ("name", |h| h.name = b"b".to_vec()),
    ];
    for (what, change) in changes {
        let lying = with_entry(text("a").with(|e| change(&mut e.local)));
        payloads(vec![(what, lying, "archive_header_mismatch")]);
    }
    let longer = text("a").with(|e| e.local.name = b"../../evil".to_vec());
    payloads(vec![("another length of name", with_entry(longer), "archive_header_mismatch")]);
}

#[test]
fn only_plain_entries_are_read() {
    let with = |change: fn(&mut Header)| with_entry(text("a").both(change));
    let extra = |h: &mut Header| h.extra = vec![1, 0, 0, 0];
    payloads(vec![
        ("encrypted", with(|h| h.flags |= 1), "archive_encrypted"),
        ("data descriptor", with(|h| h.flags |= 8), "archive_data_descriptor"),
        ("strong encryption", with(|h| h.flags |= 1 << 6), "archive_flags"),
        ("masked headers", with(|h| h.flags |= 1 << 13), "archive_flags"),
        ("bzip2", with(|h| h.method = 12), "archive_method"),
        ("zstd", with(|h| h.method = 93), "archive_method"),
        ("AES", with(|h| h.method = 99), "archive_method"),
        ("Zip64 size", with(|h| (h.packed, h.unpacked) = (u32::MAX, u32::MAX)), "archive_zip64"),
        ("Zip64 version", with(|h| h.needed = 45), "archive_zip64"),
        ("extra fields", with(extra), "archive_extra_field"),
        ("central extra field", with_entry(text("a").with(|e| extra(&mut e.central))), "archive_extra_field"),
        ("entry comment", with_entry(text("a").with(|e| e.comment = b"x".to_vec())), "archive_entry_comment"),
        ("entry on disk 2", with_entry(text("a").with(|e| e.disk = 1)), "archive_split"),
        ("stored with two sizes", with(|h| h.unpacked = 5), "archive_sizes"),
    ]);
}

#[test]
fn entries_are_regular_files_with_plain_modes() {
    let modes = [
        ("symbolic link", 0o120_777),
        ("folder", 0o040_755),
        ("FIFO", 0o010_644),
        ("character device", 0o020_644),
        ("block device", 0o060_644),
        ("socket", 0o140_644),
        ("setuid", 0o104_755),
        ("setgid", 0o102_755),
        ("sticky", 0o101_644),
        ("writable by all", 0o100_666),
        ("no type", 0o000_644),
    ];
    for (what, mode) in modes {
        payloads(vec![(what, with_entry(text("a").with(|e| e.external = mode << 16)), "archive_attributes")]);
    }
    let link = RawEntry::stored("web/link", "/etc").with(|e| e.external = 0o120_777 << 16);
    let mut through = with_entry(link);
    through.entries.push(text("web/link/passwd"));
    payloads(vec![
        ("written through a link", through, "archive_attributes"),
        ("DOS", with_entry(text("a").with(|e| e.made_by = 20)), "archive_attributes"),
        ("DOS attributes", with_entry(text("a").with(|e| e.external |= 0x10)), "archive_attributes"),
        ("internal attributes", with_entry(text("a").with(|e| e.internal = 1)), "archive_attributes"),
        (
            "hard link",
            with_entry(text("a").both(|h| h.extra = b"ln\x04\0/etc".to_vec())),
            "archive_extra_field",
        ),
    ]);
    let executable = with_entry(text("a").with(|e| e.external = 0o100_755 << 16));
    assert!(Bench::new().offer(&signed(&executable.bytes())).unwrap().entries()[3].executable);
}

#[test]
fn bombs_are_refused_by_what_they_declare() {
    let zeros = RawEntry::deflated("web/zeros", &vec![0; 2 << 20]);
    let many = (0..10_001).map(|n| RawEntry::stored(format!("web/{n}"), "")).collect();
    let lie = |n| {
        let entry = RawEntry::stored(format!("web/{n}"), vec![0; 4 << 20]);
        entry.both(|h| (h.method, h.unpacked) = (8, 800 << 20))
    };
    let folders = vec!["a".repeat(250); 4].join("/");
    let long = (0..4200).map(|n| RawEntry::stored(format!("{folders}/{n}"), "")).collect();
    payloads(vec![
        ("ratio", with_entry(zeros), "archive_ratio"),
        ("count", RawZip::of(many), "too_many_entries"),
        ("total", RawZip::of((0..3).map(lie).collect()), "too_large"),
        ("directory", RawZip::of(long), "too_large"),
    ]);
}

/// The whole test process, other tests included, stays far below what the bombs declare.
#[test]
fn no_declared_size_is_believed_before_it_is_there() {
    let bench = Bench::new();
    for size in [800_u32 << 20, u32::MAX - 1] {
        let manifest = RawEntry::deflated("plugin.json", b"{}").both(|h| h.unpacked = size);
        bench.refuse(&signed(&RawZip::of(vec![manifest]).bytes()));
        let library = RawEntry::stored("plugin.json", "{}").both(|h| (h.packed, h.unpacked) = (size, size));
        bench.refuse(&signed(&RawZip::of(vec![library]).bytes()));
    }
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kib: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    assert!(kib < 300 << 10, "{kib} KiB");
}

#[test]
fn an_entry_gives_no_more_than_it_declares() {
    let manifest = plugin_json().to_string();
    let with_manifest =
        |entry: RawEntry| RawZip::of(vec![RawEntry::deflated("lib/libchatbot.so", &library(62)), entry]);
    let honest = || RawEntry::deflated("plugin.json", manifest.as_bytes());
    let endless = RawEntry::deflated("plugin.json", &vec![b' '; 1 << 20]).both(|h| h.unpacked = 300);
    let tail = honest().with(|e| e.data.extend(b"tail")).both(|h| h.packed += 4);
    let cut = honest().with(|e| _ = e.data.pop()).both(|h| h.packed -= 1);
    payloads(vec![
        ("CRC", with_manifest(honest().both(|h| h.crc ^= 1)), "entry_corrupt"),
        ("more than declared", with_manifest(endless), "entry_corrupt"),
        ("less than declared", with_manifest(honest().both(|h| h.unpacked += 1)), "entry_corrupt"),
        ("bytes after the stream", with_manifest(tail), "entry_corrupt"),
        ("a stream without end", with_manifest(cut), "entry_corrupt"),
        ("no deflate at all", with_manifest(honest().with(|e| e.data.fill(0xff))), "entry_corrupt"),
        (
            "a huge manifest",
            with_manifest(RawEntry::stored("plugin.json", vec![b' '; 300 << 10])),
            "too_large",
        ),
        (
            "a huge locale",
            with_entry(RawEntry::stored("locales/en.json", vec![b' '; 300 << 10])),
            "too_large",
        ),
    ]);
}

#[test]
fn a_lie_in_a_large_entry_is_found_when_it_is_read() {
    let page = |entry: RawEntry| with_entry(entry);
    let lying_library = |change: fn(&mut Header)| {
        let mut zip = zip();
        zip.entries[0] = zip.entries[0].clone().both(change);
        zip
    };
    let bench = Bench::new();
    let accept = |zip: RawZip| bench.offer(&signed(&zip.bytes())).unwrap();
    let package = accept(page(RawEntry::stored("web/a", "text").both(|h| h.crc = 1)));
    assert_eq!(package.read("web/a", 100).unwrap_err().code(), "entry_corrupt");
    let changes: [Change; 3] = [|h| h.crc ^= 1, |h| h.unpacked += 1, |h| h.unpacked -= 1];
    for change in changes {
        let mut sink = Vec::new();
        let error = accept(lying_library(change)).inflate_library(&mut sink).unwrap_err();
        assert_eq!(error.code(), "entry_corrupt");
        assert!(sink.len() <= 4097, "never more than declared");
    }
}

#[test]
fn the_library_is_a_shared_object_for_this_processor() {
    let with_library = |bytes: &[u8]| {
        let mut zip = zip();
        zip.entries[0] = RawEntry::deflated("lib/libchatbot.so", bytes);
        zip
    };
    let changed = |at: usize, value: u8| {
        let mut bytes = library(62);
        bytes[at] = value;
        with_library(&bytes)
    };
    payloads(vec![
        ("a script", with_library(b"#!/bin/sh\n"), "library_not_elf"),
        ("empty", with_library(b""), "library_not_elf"),
        ("a program", changed(16, 2), "library_not_elf"),
        ("arm", with_library(&library(183)), "library_wrong_architecture"),
        ("32 bit", changed(4, 1), "library_wrong_architecture"),
        ("header cut", with_library(&library(62)[..40]), "library_wrong_architecture"),
    ]);
}

#[test]
fn only_regular_files_are_opened() {
    let bench = Bench::new();
    let inside = tempfile::tempdir().unwrap();
    let at = |name: &str| inside.path().join(name);
    fs::write(at("real"), honest()).unwrap();
    symlink(at("real"), at("link")).unwrap();
    assert!(Command::new("mkfifo").arg(at("fifo")).status().unwrap().success());
    let _socket = std::os::unix::net::UnixListener::bind(at("socket")).unwrap();
    let code = |path: &std::path::Path| bench.offer_path(path, &TrustNone).unwrap_err().code();
    assert_eq!(code(&at("link")), "is_a_link");
    for name in ["fifo", "socket", ""] {
        assert_eq!(code(&at(name)), "not_a_file", "{name}");
    }
    assert_eq!(code(std::path::Path::new("/dev/zero")), "not_a_file");
    assert_eq!(code(&at("missing")), "io");
    bench.assert_clean();
}

#[test]
fn an_endless_source_is_cut_at_the_limit() {
    let bench = Bench::new();
    let limits = Limits { file: 1 << 20, ..Limits::default() };
    let bytes = honest();
    let mut endless = std::io::Read::chain(bytes.as_slice(), std::io::repeat(7));
    let error =
        stage(&mut endless, &bench.staging(), &limits, &mut |_| ControlFlow::Continue(())).unwrap_err();
    assert_eq!((error.code(), &error.details()["limit"]), ("too_large", &(1 << 20).into()));
    bench.assert_clean();
}

#[test]
fn one_flipped_bit_anywhere_is_refused() {
    let bytes = honest();
    let bench = Bench::new();
    for at in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << (at % 8);
        bench.refuse(&flipped);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_answered_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), magic: bool) {
        let head: &[u8] = if magic { b"SPK1\x40\0\0\0" } else { b"" };
        Bench::new().refuse(&[head, &bytes].concat());
    }

    #[test]
    fn a_changed_package_is_never_accepted(
        edits in prop::collection::vec((any::<prop::sample::Index>(), 1_u8..), 1..8),
        cut in any::<prop::sample::Index>(),
        grow in prop::collection::vec(any::<u8>(), 0..40),
        kind in 0..3,
    ) {
        let mut bytes = honest();
        match kind {
            0 => for (at, xor) in &edits { let at = at.index(bytes.len()); bytes[at] ^= xor },
            1 => bytes.truncate(cut.index(bytes.len())),
            _ => { let at = cut.index(bytes.len()); bytes.splice(at..at, grow.iter().copied()); }
        }
        if bytes != honest() {
            Bench::new().refuse(&bytes);
        }
    }

    /// Signed by its maker, so only the reader of the archive stands between the lie and the center.
    #[test]
    fn a_signed_archive_full_of_lies_never_gives_wrong_bytes(
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut payload = zip().bytes();
        for (at, value) in edits {
            let at = at.index(payload.len());
            payload[at] = value;
        }
        let bench = Bench::new();
        if let Ok(package) = bench.offer(&signed(&payload)) {
            let mut other = zip::ZipArchive::new(std::io::Cursor::new(&payload)).unwrap();
            prop_assert_eq!(other.len(), package.entries().len());
            for entry in package.entries() {
                let Ok(bytes) = package.read(&entry.name, 1 << 20) else { continue };
                let mut seen = Vec::new();
                std::io::Read::read_to_end(&mut other.by_name(&entry.name).unwrap(), &mut seen).unwrap();
                prop_assert_eq!(bytes, seen);
            }
        }
    }
}
