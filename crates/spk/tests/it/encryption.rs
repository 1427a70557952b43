//! Packages for one center's eyes: read with its key, never without, and every lie inside is found as outside.

use std::{fs, io::Write, ops::ControlFlow, path::Path, sync::Arc};

use serde_json::{Value, json};
use spk::{Digest, Identity, Limits, PackInput, Recipient, SigningKey, StoredPackage, pack, sign, stage};

use crate::{
    forge::{
        Bench, ID, TYPE, envelope_text, file, honest_entries, host, key, library, payload_start, plugin_json,
        signed_bytes, signed_statement, statement,
    },
    rawzip::{RawEntry, RawZip},
    roundtrip::Source,
};

const MARKER: &[u8] = b"only the center may read this sentence";

fn go_on<T>(_: T) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn center() -> Arc<Identity> {
    Arc::new(Identity::generate())
}

/// A folder whose plugin.json names its publisher, with more in it than fits one piece of the encryption.
fn secret_source() -> Source {
    let source = Source::new();
    let mut plugin = plugin_json();
    plugin["publisherKey"] = key().public().to_string().into();
    source.write("plugin.json", plugin.to_string().as_bytes());
    source.write("web/secret.txt", MARKER);
    let noise: Vec<u8> =
        (0..300_000_u32).flat_map(|n| blake3::hash(&n.to_le_bytes()).as_bytes()[..1].to_vec()).collect();
    source.write("web/noise", &noise);
    source
}

fn packed_for(source: &Source, recipients: &[Recipient]) -> Result<Vec<u8>, spk::Error> {
    let (folder, output, host) = (source.root(), source.folder.path().join("out"), host());
    let key = key();
    let input = PackInput {
        folder: &folder,
        output: &output,
        release: Some(7),
        created: Some(host.now),
        expires: None,
        key: Some(&key),
        recipients,
        host: &host,
    };
    pack(&input).map(|packed| fs::read(packed.path).unwrap())
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// The archive of an honest secret package, by hand.
fn entries_naming(key: Option<String>) -> Vec<RawEntry> {
    let mut entries = honest_entries();
    let mut plugin = plugin_json();
    if let Some(key) = key {
        plugin["publisherKey"] = key.into();
    }
    entries[1] = RawEntry::deflated("plugin.json", plugin.to_string().as_bytes());
    entries
}

fn archive() -> Vec<u8> {
    RawZip::of(entries_naming(Some(key().public().to_string()))).bytes()
}

fn age_for(recipients: &[&dyn age::Recipient], plain: &[u8]) -> Vec<u8> {
    let encryptor = age::Encryptor::with_recipients(recipients.iter().copied()).unwrap();
    let mut sealed = Vec::new();
    let mut writer = encryptor.wrap_output(&mut sealed).unwrap();
    writer.write_all(plain).unwrap();
    writer.finish().unwrap();
    sealed
}

fn sealed_for(identity: &Identity, plain: &[u8]) -> Vec<u8> {
    let recipient: age::x25519::Recipient = identity.recipient().to_string().parse().unwrap();
    age_for(&[&recipient], plain)
}

/// A rightly signed package around this payload, which says of its inside what `change` makes of the truth.
fn stating(payload: &[u8], plain: &[u8], change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut statement = statement(payload);
    statement["plaintext"] = json!({ "size": plain.len(), "blake3": Digest::of(plain).to_string() });
    change(&mut statement);
    signed_statement(statement.to_string().as_bytes(), payload)
}

fn refuse(bytes: &[u8], identity: &Arc<Identity>) -> &'static str {
    let bench = Bench::new();
    let error = bench.offer_opened(bytes, identity).expect_err("this has to be refused");
    assert!(!error.hint().is_empty() && !error.to_string().is_empty());
    bench.assert_clean();
    error.code()
}

#[test]
fn an_encrypted_package_is_read_with_its_key_alone() {
    let (center, other) = (center(), center());
    let bytes =
        packed_for(&secret_source(), &[center.recipient(), Identity::generate().recipient()]).unwrap();
    assert!(!holds(&bytes, MARKER) && !holds(&bytes, b"plugin.json") && !holds(&bytes, b"web/secret.txt"));
    let bench = Bench::new();
    let package = bench.offer_opened(&bytes, &center).unwrap();
    assert!(package.is_encrypted());
    assert_eq!(package.read("web/secret.txt", 100).unwrap(), MARKER);
    assert_eq!(package.statement().id.as_str(), ID);
    let copy = fs::read(package.path().unwrap()).unwrap();
    assert_eq!(copy, bytes, "the private copy is encrypted as well");
    drop(package);
    assert_eq!(refuse(&bytes, &other), "not_for_this_center");
    assert_eq!(bench.refuse(&bytes).code(), "not_for_this_center");
}

#[test]
fn without_the_key_the_outside_can_still_be_checked() {
    let center = center();
    let bytes = packed_for(&secret_source(), &[center.recipient()]).unwrap();
    let bench = Bench::new();
    let staged = stage(&mut bytes.as_slice(), &bench.staging(), &Limits::default(), &mut go_on).unwrap();
    let outside = staged.outside(&host(), &mut go_on).unwrap();
    assert_eq!((outside.key, outside.statement.release), (key().public(), 7));
    assert_eq!(staged.recipients(&outside.statement).unwrap(), Some(1));
    let mut tampered = bytes.clone();
    *tampered.last_mut().unwrap() ^= 1;
    let staged = stage(&mut tampered.as_slice(), &bench.staging(), &Limits::default(), &mut go_on).unwrap();
    assert_eq!(staged.outside(&host(), &mut go_on).unwrap_err().code(), "tampered");
    assert_eq!(refuse(&tampered, &center), "tampered");
}

#[test]
fn a_stored_package_stays_encrypted_and_every_read_is_compared() {
    let (center, source) = (center(), secret_source());
    let bytes = packed_for(&source, &[center.recipient()]).unwrap();
    let bench = Bench::new();
    let package = bench.offer_opened(&bytes, &center).unwrap();
    let (table, size, digest) = package.index_and_inflate(&mut Vec::new(), &mut go_on).unwrap();
    assert_eq!((size, digest), (4096, Digest::of(&library(62))));
    assert_eq!(table, package.index(&mut go_on).unwrap());
    let place = source.folder.path().join("kept.spk");
    package.persist(&place).unwrap();
    assert_eq!(fs::read(&place).unwrap(), bytes);
    let open = |place: &Path, identity: Option<&Arc<Identity>>| {
        StoredPackage::open(place, table.clone(), identity.map(|one| &**one))
    };
    let other = self::center();
    let stored = open(&place, Some(&center)).unwrap();
    for record in &table.entries {
        let expected = fs::read(source.root().join(&record.name)).unwrap();
        assert_eq!(stored.read(&record.name, 1 << 20).unwrap(), expected, "{}", record.name);
    }
    let mut memory = Vec::new();
    stored.inflate("web/noise", &mut memory).unwrap();
    assert_eq!(memory, fs::read(source.root().join("web/noise")).unwrap());
    assert_eq!(open(&place, None).unwrap_err().code(), "not_for_this_center");
    assert_eq!(open(&place, Some(&other)).unwrap_err().code(), "not_for_this_center");
    let mut changed = bytes.clone();
    let middle = payload_start(&bytes) + 1000;
    changed[middle] ^= 1;
    fs::write(&place, changed).unwrap();
    let read = open(&place, Some(&center)).and_then(|stored| {
        table.entries.iter().try_for_each(|record| stored.read(&record.name, 1 << 20).map(drop))
    });
    assert!(["io", "entry_corrupt"].contains(&read.unwrap_err().code()));
}

#[test]
fn another_makers_stored_package_is_not_believed() {
    let (center, source) = (center(), secret_source());
    let bench = Bench::new();
    let first = bench.offer_opened(&packed_for(&source, &[center.recipient()]).unwrap(), &center).unwrap();
    let table = first.index(&mut go_on).unwrap();
    source.write("web/secret.txt", &MARKER.to_ascii_uppercase());
    let place = source.folder.path().join("other.spk");
    fs::write(&place, packed_for(&source, &[center.recipient()]).unwrap()).unwrap();
    let stored = StoredPackage::open(&place, table, Some(&*center)).unwrap();
    assert_eq!(stored.read("web/secret.txt", 100).unwrap_err().code(), "entry_corrupt");
}

#[test]
fn a_stripped_and_signed_again_package_is_refused() {
    let center = center();
    let plain = archive();
    let sealed = sealed_for(&center, &plain);
    assert!(Bench::new().offer_opened(&stating(&sealed, &plain, |_| ()), &center).is_ok());
    let thief = SigningKey::generate().unwrap();
    let mut stated = statement(&sealed);
    stated["plaintext"] = json!({ "size": plain.len(), "blake3": Digest::of(&plain).to_string() });
    stated["publisher"]["key"] = thief.public().to_string().into();
    let text = stated.to_string();
    let sig = thief.sign(&signed_bytes(TYPE, text.as_bytes())).to_vec();
    let envelope = envelope_text(text.as_bytes(), &[(thief.public().to_string(), sig)]);
    assert_eq!(refuse(&file(&envelope, &sealed), &center), "publisher_key_mismatch");
}

#[test]
fn an_encrypted_package_names_its_publisher_inside() {
    let center = center();
    let nameless = RawZip::of(entries_naming(None)).bytes();
    let bytes = stating(&sealed_for(&center, &nameless), &nameless, |_| ());
    assert_eq!(refuse(&bytes, &center), "publisher_key_mismatch");
    let open = Source::new();
    assert_eq!(packed_for(&open, &[center.recipient()]).unwrap_err().code(), "publisher_key_mismatch");
    assert_eq!(fs::read_dir(open.folder.path().join("out")).unwrap().count(), 0, "nothing is left");
    let other =
        RawZip::of(entries_naming(Some(SigningKey::generate().unwrap().public().to_string()))).bytes();
    let error = Bench::new().refuse(&crate::forge::signed(&other));
    assert_eq!(error.code(), "publisher_key_mismatch", "an open package that names another is refused too");
}

#[test]
fn what_the_statement_says_of_the_inside_is_compared() {
    let center = center();
    let plain = archive();
    let sealed = sealed_for(&center, &plain);
    let code = |change: fn(&mut Value)| refuse(&stating(&sealed, &plain, change), &center);
    assert_eq!(code(|s| s["plaintext"]["size"] = 5.into()), "plaintext_mismatch");
    assert_eq!(code(|s| s["plaintext"]["size"] = u64::MAX.into()), "plaintext_mismatch");
    assert_eq!(code(|s| s["plaintext"]["blake3"] = "0".repeat(64).into()), "plaintext_mismatch");
    assert_eq!(code(|s| drop(s.as_object_mut().unwrap().remove("plaintext"))), "archive_end_missing");
    assert_eq!(code(|s| s["plaintext"]["x"] = 1.into()), "statement_malformed");
}

#[test]
fn what_is_signed_but_no_encryption_is_refused() {
    let center = center();
    let plain = vec![7; 200_000];
    let sealed = sealed_for(&center, &plain);
    let code = |payload: &[u8]| refuse(&stating(payload, &plain, |_| ()), &center);
    for at in [sealed.len() - 1, sealed.len() - 70_000, sealed.len() - 190_000] {
        let mut flipped = sealed.clone();
        flipped[at] ^= 1;
        assert_eq!(code(&flipped), "decryption_failed", "flipped at {at}");
    }
    for cut in (0..sealed.len()).step_by(1024).chain([1, 21, 22, 23, sealed.len() - 1]) {
        let code = code(&sealed[..cut]);
        assert!(["decryption_failed", "unsupported_encryption"].contains(&code), "cut at {cut}: {code}");
    }
    assert_eq!(code(&[&sealed[..], b"x"].concat()), "decryption_failed");
    assert_eq!(code(&archive()), "decryption_failed");
    let header = str::from_utf8(&sealed[..40]).unwrap().replace("/v1", "/v2");
    assert_eq!(code(&[header.as_bytes(), &sealed[40..]].concat()), "decryption_failed");
}

#[test]
fn only_a_few_keys_of_one_kind_are_taken() {
    let center = center();
    let plain = archive();
    let words = age::scrypt::Recipient::new("words".to_owned().into());
    let code = |sealed: Vec<u8>| refuse(&stating(&sealed, &plain, |_| ()), &center);
    assert_eq!(code(age_for(&[&words], &plain)), "unsupported_encryption");
    let many: Vec<age::x25519::Recipient> =
        (0..17).map(|_| age::x25519::Identity::generate().to_public()).collect();
    let many: Vec<&dyn age::Recipient> = many.iter().map(|one| one as &dyn age::Recipient).collect();
    assert_eq!(code(age_for(&many, &plain)), "unsupported_encryption");
    assert_eq!(code(b"age-encryption.org/v1\n-> X25519 x\n".repeat(2000)), "unsupported_encryption");
    let recipients: Vec<Recipient> = (0..17).map(|_| Identity::generate().recipient()).collect();
    assert_eq!(packed_for(&secret_source(), &recipients).unwrap_err().code(), "unsupported_encryption");
    let bytes = packed_for(&secret_source(), &[&recipients[..15], &[center.recipient()]].concat()).unwrap();
    assert!(Bench::new().offer_opened(&bytes, &center).is_ok(), "sixteen are not too many");
}

#[test]
fn the_archive_inside_keeps_every_rule_too() {
    let center = center();
    let with = |entry: RawEntry| {
        let mut entries = entries_naming(Some(key().public().to_string()));
        entries.push(entry);
        RawZip::of(entries).bytes()
    };
    for (what, plain, code) in [
        ("a way out", with(RawEntry::stored("../x", "text")), "unsafe_path"),
        ("a bomb", with(RawEntry::deflated("web/zeros", &vec![0; 2 << 20])), "archive_ratio"),
        ("twice", with(RawEntry::stored("plugin.json", "{}")), "duplicate_name"),
        ("no archive", vec![7; 4096], "archive_end_missing"),
        ("nothing", Vec::new(), "archive_end_missing"),
        ("bytes after it", [archive(), vec![0; 30]].concat(), "archive_end_missing"),
    ] {
        let bytes = stating(&sealed_for(&center, &plain), &plain, |_| ());
        assert_eq!(refuse(&bytes, &center), code, "{what}");
    }
}

#[test]
fn signing_later_may_encrypt_as_well() {
    let (center, source) = (center(), secret_source());
    let packed = source.pack(None, &host()).unwrap();
    let signed = sign(&packed.path, &key(), &[center.recipient()], &host()).unwrap();
    assert!(signed.statement.plaintext.is_some());
    let bytes = fs::read(&packed.path).unwrap();
    assert!(!holds(&bytes, MARKER));
    let package = Bench::new().offer_opened(&bytes, &center).unwrap();
    assert_eq!(
        (package.digest(), package.read("web/secret.txt", 99).unwrap()),
        (signed.digest, MARKER.to_vec())
    );
    let again = sign(&packed.path, &key(), &[center.recipient()], &host()).unwrap_err();
    assert_eq!(again.code(), "already_signed");
}

#[test]
fn an_identity_is_a_private_file_that_is_never_replaced() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("center.age");
    let identity = Identity::generate();
    identity.save(&path).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(Identity::load(&path).unwrap().recipient(), identity.recipient());
    assert_eq!(Identity::generate().save(&path).unwrap_err().code(), "io");
    assert_eq!(Identity::load(&path).unwrap().recipient(), identity.recipient());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left");
    let shown = format!("{identity:?}");
    assert!(!shown.contains("SECRET") && shown.contains("age1"), "{shown}");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(Identity::load(&path).unwrap_err().code(), "key_file_too_open");
    for bad in ["", "# nothing\n", "AGE-SECRET-KEY-1XXXX", "age1xyz", "a\nb"] {
        let path = folder.path().join("bad");
        fs::write(&path, bad).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(Identity::load(&path).unwrap_err().code(), "invalid_identity", "{bad:?}");
    }
    for bad in ["", "age1", "ed25519:x", "AGE-SECRET-KEY-1XXXX"] {
        assert_eq!(bad.parse::<Recipient>().unwrap_err().code(), "invalid_recipient", "{bad:?}");
    }
}
