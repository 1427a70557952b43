//! What is packed is read; what is read is what was packed.

use std::{
    fs,
    io::{Cursor, Read},
    ops::ControlFlow,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
};

use spk::{
    Completeness, Digest, HostFacts, Limits, PackInput, Packed, Stage, Standing, StoredPackage, TrustNone,
    completeness, pack, sign, stage, stage_path,
};

use crate::forge::{self, Bench, TARGET, host, key, library, payload_start, plugin_json};
use crate::rawzip;

pub struct Source {
    pub folder: tempfile::TempDir,
}

impl Source {
    pub fn new() -> Self {
        let source = Self { folder: tempfile::tempdir().unwrap() };
        source.write("plugin.json", plugin_json().to_string().as_bytes());
        source.write("lib/libchatbot.so", &library(62));
        source.write("web/index.html", b"<p>Hello</p>");
        source.write(".git/config", b"never packed");
        fs::create_dir(source.folder.path().join("out")).unwrap();
        source
    }

    pub fn root(&self) -> PathBuf {
        self.folder.path().join("in")
    }

    pub fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.root().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub fn pack(&self, key: Option<&spk::SigningKey>, host: &HostFacts) -> Result<Packed, spk::Error> {
        let (folder, output) = (self.root(), self.folder.path().join("out"));
        pack(&PackInput {
            folder: &folder,
            output: &output,
            release: None,
            created: Some(host.now),
            expires: None,
            key,
            recipients: &[],
            host,
        })
    }
}

fn go_on<T>(_: T) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn verify(path: &Path, staging: &Path) -> Result<spk::VerifiedPackage, spk::Error> {
    stage_path(path, staging, &Limits::default(), &mut go_on)?.verify(&TrustNone, &host(), &mut go_on)
}

#[test]
fn a_packed_folder_verifies_and_gives_back_its_files() {
    let source = Source::new();
    let packed = source.pack(Some(&key()), &host()).unwrap();
    assert_eq!(packed.path.file_name().unwrap(), "com.example.chatbot.v1.4.0.spk");
    assert_eq!(packed.left_out, [".git"]);
    let package = verify(&packed.path, &source.folder.path().join("staging")).unwrap();
    assert_eq!((package.digest(), package.key()), (packed.digest, key().public()));
    assert_eq!(package.standing(), Standing::Unknown);
    assert_eq!(package.statement().release, 1_780_315_200);
    let names: Vec<&str> = package.entries().iter().map(|e| e.name.as_str()).collect();
    assert_eq!(names, ["lib/libchatbot.so", "plugin.json", "web/index.html"]);
    assert_eq!(package.read("web/index.html", 100).unwrap(), b"<p>Hello</p>");
    assert_eq!(package.read("web/index.html", 5).unwrap_err().code(), "too_large");
    assert_eq!(package.read("../x", 5).unwrap_err().code(), "no_such_entry");
    let mut bytes = Vec::new();
    let (size, digest) = package.inflate_library(&mut bytes).unwrap();
    assert_eq!((size, digest, &bytes), (4096, Digest::of(&library(62)), &library(62)));
}

#[test]
fn another_reader_finds_the_same_files() {
    let source = Source::new();
    source.write("web/zeros", &vec![0; 3 << 20]);
    source.write("文档/说明.md", "你好".as_bytes());
    let packed = source.pack(Some(&key()), &host()).unwrap();
    let bytes = fs::read(packed.path).unwrap();
    let payload = Cursor::new(bytes[payload_start(&bytes)..].to_vec());
    let mut archive = zip::ZipArchive::new(payload).unwrap();
    for name in ["plugin.json", "lib/libchatbot.so", "web/index.html", "web/zeros", "文档/说明.md"] {
        let mut found = Vec::new();
        let mut entry = archive.by_name(name).unwrap();
        assert_eq!(entry.unix_mode(), Some(0o100_644));
        entry.read_to_end(&mut found).unwrap();
        assert_eq!(found, fs::read(source.root().join(name)).unwrap(), "{name}");
    }
    assert_eq!(archive.len(), 5);
}

#[test]
fn the_same_folder_gives_the_same_bytes() {
    let (one, two) = (Source::new(), Source::new());
    fs::set_permissions(two.root().join("web/index.html"), fs::Permissions::from_mode(0o600)).unwrap();
    let bytes = |source: &Source| fs::read(source.pack(Some(&key()), &host()).unwrap().path).unwrap();
    let first = bytes(&one);
    assert_eq!(first, bytes(&two));
    assert_eq!(first, bytes(&one));
    two.write("web/index.html", b"<p>Other</p>");
    assert_ne!(first, bytes(&two));
}

#[test]
fn the_files_name_does_not_matter() {
    let source = Source::new();
    let packed = source.pack(Some(&key()), &host()).unwrap();
    let renamed = source.folder.path().join("org.other.v9.9.9.zip");
    fs::rename(packed.path, &renamed).unwrap();
    let package = verify(&renamed, &source.folder.path().join("staging")).unwrap();
    assert_eq!(package.statement().id.as_str(), forge::ID);
}

#[test]
fn an_unsigned_package_can_be_signed_once() {
    let source = Source::new();
    let packed = source.pack(None, &host()).unwrap();
    let staging = source.folder.path().join("staging");
    assert_eq!(verify(&packed.path, &staging).unwrap_err().code(), "unsigned");
    let signed = sign(&packed.path, &key(), &[], &host()).unwrap();
    assert_ne!(signed.digest, packed.digest);
    assert_eq!(verify(&packed.path, &staging).unwrap().digest(), signed.digest);
    assert_eq!(sign(&packed.path, &key(), &[], &host()).unwrap_err().code(), "already_signed");
    let direct = source.pack(Some(&key()), &host()).unwrap();
    assert_eq!(direct.digest, signed.digest, "signing later makes the same package");
}

#[test]
fn packing_refuses_what_reading_would_refuse() {
    let code = |change: &dyn Fn(&Source)| {
        let source = Source::new();
        change(&source);
        let error = source.pack(Some(&key()), &host()).unwrap_err();
        assert_eq!(fs::read_dir(source.folder.path().join("out")).unwrap().count(), 0, "nothing is left");
        error.code()
    };
    assert_eq!(code(&|s| s.write("a:b", b"")), "unsafe_path");
    assert_eq!(code(&|s| s.write("web/INDEX.html", b"")), "duplicate_name");
    assert_eq!(code(&|s| symlink("/etc/passwd", s.root().join("web/link")).unwrap()), "is_a_link");
    assert_eq!(code(&|s| fs::remove_file(s.root().join("plugin.json")).unwrap()), "manifest_missing");
    assert_eq!(code(&|s| s.write("plugin.json", b"{")), "manifest_invalid");
    assert_eq!(code(&|s| s.write("lib/libchatbot.so", b"#!/bin/sh")), "library_not_elf");
    assert_eq!(code(&|s| s.write("lib/libchatbot.so", &library(183))), "library_wrong_architecture");
}

#[test]
fn packing_refuses_dates_that_keep_everybody_from_installing() {
    let (source, host) = (Source::new(), host());
    let (folder, output) = (source.root(), source.folder.path().join("out"));
    for key in [Some(&key()), None] {
        for (created, expires, code) in [
            ("2026-06-03T12:00:00Z", None, "from_the_future"),
            ("2026-06-01T12:00:00Z", Some("2026-06-01T11:00:00Z"), "expired"),
        ] {
            let (created, expires) = (Some(created.parse().unwrap()), expires.map(|at| at.parse().unwrap()));
            let input = PackInput {
                folder: &folder,
                output: &output,
                release: None,
                created,
                expires,
                key,
                recipients: &[],
                host: &host,
            };
            assert_eq!(pack(&input).unwrap_err().code(), code);
            assert_eq!(fs::read_dir(&output).unwrap().count(), 0);
        }
    }
}

#[test]
fn a_publisher_need_not_own_the_platform() {
    let source = Source::new();
    let elsewhere = HostFacts { target: "aarch64-unknown-linux-gnu".into(), ..host() };
    assert!(source.pack(Some(&key()), &elsewhere).is_ok());
}

#[test]
fn a_release_stays_within_its_range() {
    let source = Source::new();
    let (folder, output, host) = (source.root(), source.folder.path().join("out"), host());
    for (release, fits) in [(0, false), (1, true), (spk::MAX_RELEASE, true), (spk::MAX_RELEASE + 1, false)] {
        let input = PackInput {
            folder: &folder,
            output: &output,
            release: Some(release),
            created: Some(host.now),
            expires: None,
            key: Some(&key()),
            recipients: &[],
            host: &host,
        };
        let code =
            pack(&input).map(|packed| assert_eq!(packed.statement.release, release)).map_err(|e| e.code());
        assert_eq!(code, if fits { Ok(()) } else { Err("release_out_of_range") });
    }
}

#[test]
fn stored_packages_compare_every_read_with_the_record() {
    let source = Source::new();
    let packed = source.pack(Some(&key()), &host()).unwrap();
    let package = verify(&packed.path, &source.folder.path().join("staging")).unwrap();
    let table = package.index(&mut go_on).unwrap();
    assert_eq!(
        serde_json::from_str::<spk::EntryTable>(&serde_json::to_string(&table).unwrap()).unwrap(),
        table
    );
    let place = source.folder.path().join("kept.spk");
    let (again, size, digest) = package.index_and_inflate(&mut Vec::new(), &mut go_on).unwrap();
    assert_eq!((again, size, digest), (table.clone(), 4096, Digest::of(&library(62))));
    package.persist(&place).unwrap();
    let stored = || StoredPackage::open(&place, table.clone(), None).unwrap();
    assert_eq!(stored().read("web/index.html", 100).unwrap(), b"<p>Hello</p>");
    let (size, digest) = stored().inflate("lib/libchatbot.so", &mut Vec::new()).unwrap();
    assert_eq!((size, digest), (4096, Digest::of(&library(62))));
    let changed = source.folder.path().join("changed.spk");
    for record in &table.entries {
        let mut bytes = fs::read(&place).unwrap();
        let start = usize::try_from(record.offset).unwrap();
        for (byte, flip) in bytes[start..].iter_mut().zip(same_checksum()) {
            *byte ^= flip;
        }
        fs::write(&changed, bytes).unwrap();
        let changed = StoredPackage::open(&changed, table.clone(), None).unwrap();
        assert_eq!(changed.read(&record.name, 1 << 20).unwrap_err().code(), "entry_corrupt");
        assert_eq!(changed.inflate(&record.name, &mut Vec::new()).unwrap_err().code(), "entry_corrupt");
    }
}

/// Flipping these bits anywhere in bytes leaves their CRC-32 as it is: the polynomial itself, first bit lowest.
fn same_checksum() -> [u8; 5] {
    let polynomial = 1_u64 << 32 | 0x04c1_1db7;
    let [low @ .., _, _, _] = (polynomial.reverse_bits() >> 31).to_le_bytes();
    assert_eq!(rawzip::crc(&low), rawzip::crc(&[0; 5]));
    low
}

#[test]
fn another_packages_records_do_not_open_this_one() {
    let (one, two) = (Source::new(), Source::new());
    two.write("web/index.html", b"<p>Jello</p>");
    let stage = |s: &Source| {
        let packed = s.pack(Some(&key()), &host()).unwrap();
        (verify(&packed.path, &s.folder.path().join("staging")).unwrap(), packed.path)
    };
    let (first, _) = stage(&one);
    let (_, other) = stage(&two);
    let stored = StoredPackage::open(&other, first.index(&mut go_on).unwrap(), None).unwrap();
    assert_eq!(stored.read("web/index.html", 100).unwrap_err().code(), "entry_corrupt");
}

#[test]
fn a_verified_copy_is_private_and_goes_when_dropped() {
    let source = Source::new();
    let packed = source.pack(Some(&key()), &host()).unwrap();
    let staging = source.folder.path().join("deep/staging");
    let package = verify(&packed.path, &staging).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&staging), mode(package.path().unwrap())), (0o700, 0o600));
    fs::write(&packed.path, "swapped").unwrap();
    assert_eq!(package.read("web/index.html", 100).unwrap(), b"<p>Hello</p>", "the copy is what is read");
    drop(package);
    assert_eq!(fs::read_dir(&staging).unwrap().count(), 0);
}

#[test]
fn each_check_is_announced_in_order_and_can_be_cancelled() {
    let bench = Bench::new();
    let bytes = forge::honest();
    let run = |stop: Option<Stage>| {
        let mut seen = Vec::new();
        let staged = stage(&mut bytes.as_slice(), &bench.staging(), &Limits::default(), &mut go_on).unwrap();
        let result = staged.verify(&TrustNone, &host(), &mut |step| {
            seen.push(step);
            if Some(step) == stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        (seen, result.map(|_| ()).map_err(|e| e.code()))
    };
    assert_eq!(run(None), (Stage::ALL[2..].to_vec(), Ok(())));
    for (at, stop) in Stage::ALL.iter().enumerate().skip(2) {
        assert_eq!(run(Some(*stop)), (Stage::ALL[2..=at].to_vec(), Err("cancelled")));
    }
    bench.assert_clean();
    let cancelled =
        stage(&mut bytes.as_slice(), &bench.staging(), &Limits::default(), &mut |_| ControlFlow::Break(()));
    assert_eq!(cancelled.unwrap_err().code(), "cancelled");
    bench.assert_clean();
}

#[test]
fn completeness_follows_the_announced_length() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("arriving");
    let bytes = forge::honest();
    let all = bytes.len() as u64;
    let head = payload_start(&bytes) as u64;
    let look = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        completeness(&path).unwrap()
    };
    for have in [0, 3, 7] {
        assert_eq!(look(&bytes[..have]), Completeness::Arriving { have: have as u64, expect: 8 });
    }
    assert_eq!(look(&bytes[..9]), Completeness::Arriving { have: 9, expect: head });
    let short = bytes.len() - 1;
    assert_eq!(look(&bytes[..short]), Completeness::Arriving { have: short as u64, expect: all });
    assert_eq!(look(&bytes), Completeness::Complete);
    assert_eq!(look(&[&bytes[..], b"x"].concat()), Completeness::TooLong { have: all + 1, expect: all });
    for other in [&b"PK\x03\x04"[..], b"S", b"<html>", b"SPK2xxxxxxxx"] {
        let expected = if other == b"S" {
            Completeness::Arriving { have: 1, expect: 8 }
        } else {
            Completeness::NotAPackage
        };
        assert_eq!(look(other), expected);
    }
    assert_eq!(look(b"SPK1\xff\xff\xff\xff and so on"), Completeness::Complete, "left to the verification");
}

#[test]
fn peeking_verifies_the_signature_and_nothing_behind_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("p");
    let mut bytes = forge::honest();
    let look = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        spk::peek(&path).map(|claim| (claim.id.to_string(), claim.digest)).map_err(|e| e.code())
    };
    let start = payload_start(&bytes);
    let digest = Digest::of(&bytes[8..start]);
    assert_eq!(look(&bytes[..start]), Ok((forge::ID.to_owned(), digest)));
    assert_eq!(look(&bytes[..start - 1]), Err("truncated"));
    let signature = start - 40;
    bytes[signature] = if bytes[signature] == b'A' { b'B' } else { b'A' };
    assert_eq!(look(&bytes), Err("tampered"));
}

#[test]
fn a_packages_texts_come_with_it() {
    let source = Source::new();
    source.write("locales/en.json", br#"{"name":"Clock"}"#);
    source.write("locales/zh-CN.json", "{\"name\":\"时钟\"}".as_bytes());
    let packed = source.pack(Some(&key()), &host()).unwrap();
    let package = verify(&packed.path, &source.folder.path().join("staging")).unwrap();
    assert_eq!(package.texts().resolve("%name%", "zh-CN"), "时钟");
    assert_eq!(package.claim().digest, packed.digest);
    source.write("locales/en.json", b"[]");
    assert_eq!(source.pack(Some(&key()), &host()).unwrap_err().code(), "manifest_invalid");
}

#[test]
fn a_package_without_a_library_for_this_platform_says_which_it_has() {
    let bench = Bench::new();
    let mut elsewhere = host();
    elsewhere.target = "riscv64gc-unknown-linux-gnu".into();
    let bytes = forge::honest();
    let staged = stage(&mut bytes.as_slice(), &bench.staging(), &Limits::default(), &mut go_on).unwrap();
    let error = staged.verify(&TrustNone, &elsewhere, &mut go_on).unwrap_err();
    assert_eq!(error.code(), "library_missing_for_platform");
    assert_eq!(error.details()["offered"], serde_json::json!([TARGET]));
    bench.assert_clean();
}
