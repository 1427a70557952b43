//! Packages made by code: plugin.json in many variants, packed and signed by the library that publishers use,
//! and files that only look like packages. Knows no center.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use spk::{HostFacts, PackInput, Recipient, SigningKey};
use walkdir::WalkDir;

/// The platform that these tests run on.
pub const TARGET: &str =
    if cfg!(target_arch = "aarch64") { "aarch64-unknown-linux-gnu" } else { "x86_64-unknown-linux-gnu" };

/// A program or library of this build, beside the test.
///
/// # Panics
/// If it was not built.
pub fn built(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own path");
    let folder = test.ancestors().nth(2).expect("a test lies in `deps`");
    let path = folder.join(name);
    assert!(path.is_file(), "`{}` is not there; `make test` builds it", path.display());
    path
}

/// A publisher: a key and a name.
#[derive(Clone)]
pub struct Publisher {
    pub key: Arc<SigningKey>,
    pub label: String,
}

impl Publisher {
    /// With a key of its own.
    pub fn new(label: &str) -> Self {
        let key = SigningKey::generate().expect("the system has random numbers");
        Self { key: Arc::new(key), label: label.into() }
    }
}

/// What is in a package, to be varied before it is packed.
#[derive(Clone)]
pub struct Package {
    pub manifest: Value,
    pub release: u64,
    library: PathBuf,
    extra: Vec<(String, Vec<u8>)>,
    expires: Option<Timestamp>,
    created: Option<Timestamp>,
    recipients: Vec<Recipient>,
}

impl Package {
    /// The plugin that misbehaves on order, under this id.
    pub fn rogue(id: &str) -> Self {
        let commands = ["do", "echo", "meet", "remember", "features", "ask", "flood", "forge"]
            .map(|id| json!({ "id": id, "permission": "use" }));
        Self::of(id, built("librogue.so")).with("commands", json!(commands))
    }

    /// A plugin that shows, when it is loaded, that it was: its constructor leaves a file in its private folder.
    /// `knows` answers whether the settings that it was given contain its arguments, as text; `relay` calls the services that
    /// its arguments list, one after the other, and answers what the last one did. One call at once.
    pub fn probe(id: &str) -> Self {
        let commands = ["knows", "relay"].map(|id| json!({ "id": id, "permission": "use" }));
        Self::of(id, probe_library()).with("commands", json!(commands))
    }

    /// A package around any library.
    pub fn of(id: &str, library: PathBuf) -> Self {
        let manifest = json!({
            "id": id, "name": id, "version": "1.0.0", "publisher": "Example Ltd",
            "library": { TARGET: "lib/plugin.so" },
        });
        let (extra, recipients) = (Vec::new(), Vec::new());
        Self { manifest, release: 1, library, extra, expires: None, created: None, recipients }
    }

    /// One of the examples, as its authors pack it.
    pub fn example(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(name);
        let read = |path: &Path| fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let manifest: Value = serde_json::from_slice(&read(&folder.join("plugin.json"))).expect("JSON");
        let library = if folder.join("Cargo.toml").exists() {
            built(&format!("lib{name}.so"))
        } else {
            compiled(name, &folder.join("hello.c"))
        };
        let mut package = Self { manifest, ..Self::of("com.example.any", library) };
        for part in ["locales", "web"] {
            for file in WalkDir::new(folder.join(part)).into_iter().filter_map(Result::ok) {
                let inside = file.path().strip_prefix(&folder).expect("below its folder").to_string_lossy();
                if file.file_type().is_file() {
                    package.extra.push((inside.into_owned(), read(file.path())));
                }
            }
        }
        package
    }

    /// Sets a top-level key of plugin.json.
    pub fn with(mut self, key: &str, value: Value) -> Self {
        self.manifest[key] = value;
        self
    }

    /// Another version, and a release counter of its own.
    pub fn version(mut self, version: &str, release: u64) -> Self {
        self.release = release;
        self.with("version", json!(version))
    }

    /// The settings: properties, and which of them are required.
    pub fn config(self, required: &[&str], properties: Value) -> Self {
        let mut config = json!({ "type": "object", "required": required });
        config["properties"] = properties;
        self.with("config", config)
    }

    /// A further file.
    pub fn file(mut self, name: &str, content: &[u8]) -> Self {
        self.extra.push((name.into(), content.into()));
        self
    }

    /// Until when it may be installed; it is packed a second before.
    pub fn expires(mut self, at: Timestamp) -> Self {
        self.expires = Some(at);
        self
    }

    /// When it says that it was packed.
    #[allow(dead_code, reason = "only the sample center's packages are older than their test")]
    pub fn created(mut self, at: Timestamp) -> Self {
        self.created = Some(at);
        self
    }

    /// Encrypts it for a center; plugin.json then names the publisher.
    pub fn encrypted_for(mut self, recipient: &str, publisher: &Publisher) -> Self {
        self.recipients.push(recipient.parse().expect("a recipient"));
        self.with("publisherKey", json!(publisher.key.public()))
    }

    /// Packs and signs it into `folder` under the name that packing gives.
    pub fn pack(&self, publisher: &Publisher, folder: &Path) -> PathBuf {
        self.pack_with(Some(&publisher.key), folder)
    }

    /// Packs it without a signature.
    pub fn pack_unsigned(&self, folder: &Path) -> PathBuf {
        self.pack_with(None, folder)
    }

    fn pack_with(&self, key: Option<&SigningKey>, folder: &Path) -> PathBuf {
        let tree = tempfile::tempdir().expect("a temporary folder");
        let write = |name: &str, content: &[u8]| {
            let path = tree.path().join(name);
            fs::create_dir_all(path.parent().expect("below the tree")).expect("a folder");
            fs::write(path, content).expect("a file");
        };
        write("plugin.json", self.manifest.to_string().as_bytes());
        let library = self.manifest["library"][TARGET].as_str().expect("a library for this platform");
        write(library, &fs::read(&self.library).expect("the library is readable"));
        for (name, content) in &self.extra {
            write(name, content);
        }
        fs::create_dir_all(folder).expect("a folder for packages");
        let ended = self.expires.map(|end| end - Duration::from_secs(1));
        let input = PackInput {
            folder: tree.path(),
            output: folder,
            release: Some(self.release),
            created: self.created,
            expires: self.expires,
            key,
            recipients: &self.recipients,
            host: &host_facts(ended.or(self.created).unwrap_or_else(Timestamp::now)),
        };
        spk::pack(&input).expect("a good package").path
    }
}

fn host_facts(now: Timestamp) -> HostFacts {
    HostFacts {
        sprocket_version: env!("CARGO_PKG_VERSION").parse().expect("Cargo's versions are semver"),
        target: TARGET.into(),
        now,
    }
}

/// The probe, compiled once per run of the tests.
fn probe_library() -> PathBuf {
    static PROBE: OnceLock<PathBuf> = OnceLock::new();
    let source = || Path::new(env!("CARGO_MANIFEST_DIR")).join("e2e/probe.c");
    PROBE.get_or_init(|| compiled("probe", &source())).clone()
}

/// A library made from C, against the contract that C authors get.
fn compiled(name: &str, source: &Path) -> PathBuf {
    static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| tempfile::tempdir().expect("a temporary folder"));
    let library = folder.path().join(format!("lib{name}.so"));
    let status = Command::new("cc")
        .args(["-std=gnu99", "-Wall", "-Werror", "-shared", "-fPIC", "-fvisibility=hidden", "-O1", "-I"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/plugin-sdk/include"))
        .arg("-o")
        .arg(&library)
        .arg(source)
        .status()
        .expect("`cc` is there");
    assert!(status.success(), "`{name}` compiles");
    library
}
