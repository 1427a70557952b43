//! The folder with real packages, real events and a real database; only the installer is one that keeps no plugin running.

mod believing;
mod coming;
mod desk;
mod going;
mod mirrored;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use spk::{Digest, HostFacts, PackInput, PluginId, SigningKey};
use tokio::time::{Instant, sleep};

use super::{Folder, Mirror, MirrorParts, Status, Waits, list};
use crate::attention;
use crate::clock::SystemClock;
use crate::events::Bus;
use crate::paths::Home;
use crate::store::Store;
use crate::views::{AttentionView, FolderFileView};
use desk::Desk;

/// How long anything may take before a test fails.
const BOUND: Duration = Duration::from_secs(20);
const CENTER: &str = "center-1";

/// One home, with or without a watched folder.
struct World {
    temp: tempfile::TempDir,
    home: Home,
    store: Arc<Store>,
    mirror: Arc<Mirror>,
    desk: Arc<Desk>,
    folder: Option<Folder>,
    waits: Waits,
}

impl World {
    fn new() -> Self {
        let temp = tempfile::tempdir().unwrap();
        let home = Home::at(temp.path().join("home"));
        home.create().unwrap();
        fs::create_dir(temp.path().join("elsewhere")).unwrap();
        let store = Arc::new(Store::open(&home, Arc::new(SystemClock)).unwrap());
        let (clock, center) = (Arc::new(SystemClock), CENTER.to_owned());
        let parts =
            MirrorParts { home: home.clone(), store: Arc::clone(&store), bus: Bus::default(), clock, center };
        let mirror = Arc::new(Mirror::new(parts));
        let desk = Arc::new(Desk::new(home.clone(), Arc::clone(&store), Arc::clone(&mirror)));
        let ms = Duration::from_millis;
        let waits = Waits {
            still: Duration::from_secs(60),
            grace: ms(80),
            settle: ms(60),
            shown: ms(20),
            retry: ms(30),
            heartbeat: ms(30),
            poll: ms(20),
            soon: ms(5),
            listen: true,
        };
        Self { temp, home, store, mirror, desk, folder: None, waits }
    }

    /// A world whose folder is watched.
    async fn watched() -> Self {
        let mut world = Self::new();
        world.start().await;
        world
    }

    async fn start(&mut self) {
        self.folder = Some(Folder::start(Arc::clone(&self.desk), Arc::clone(&self.mirror), self.waits));
        self.until("the folder is followed", |world| world.status() != Status::Starting).await;
        self.rescan().await;
    }

    async fn stop(&mut self) {
        self.folder.take().unwrap().stop().await;
    }

    fn followed(&self) -> &Folder {
        self.folder.as_ref().unwrap()
    }

    fn status(&self) -> Status {
        self.followed().status()
    }

    async fn rescan(&self) {
        self.followed().rescan().await;
    }

    /// Waits for a condition, never longer than [`BOUND`].
    async fn until(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        let end = Instant::now() + BOUND;
        while !holds(self) {
            let seen = (self.states(), self.desk.calls(), self.attention());
            assert!(Instant::now() < end, "in vain waited until {what}; {seen:#?}");
            sleep(Duration::from_millis(1)).await;
        }
    }

    /// Lets a plugin of its own come and go. What was due before its going was decided by then.
    async fn let_grace_pass(&self) {
        let bystander = package("test.bystander", 1);
        self.write("bystander.spk", &bystander.bytes);
        self.until_installed(&bystander).await;
        self.remove("test.bystander.v1.0.0.spk");
        self.until("the bystander is gone", |world| !world.is_installed("test.bystander")).await;
    }

    async fn until_installed(&self, package: &Package) {
        let what = format!("{} {} is installed", package.plugin, package.version);
        self.until(&what, |world| {
            let name = package.canonical();
            world.desk.digest(package.plugin.as_str()) == Some(package.digest)
                && world.state(&name) == "installed"
        })
        .await;
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.plugins().join(name)
    }

    fn elsewhere(&self, name: &str) -> PathBuf {
        self.temp.path().join("elsewhere").join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.path(name), bytes).unwrap();
    }

    fn remove(&self, name: &str) {
        fs::remove_file(self.path(name)).unwrap();
    }

    fn is_installed(&self, plugin: &str) -> bool {
        self.desk.digest(plugin).is_some()
    }

    fn list(&self) -> Vec<FolderFileView> {
        list(&self.store, "en").unwrap()
    }

    fn states(&self) -> BTreeMap<String, String> {
        self.list().into_iter().map(|file| (file.file, file.state)).collect()
    }

    fn state(&self, name: &str) -> String {
        self.states().remove(name).unwrap_or_default()
    }

    /// The code of the cause that a file is shown with.
    fn cause(&self, name: &str) -> String {
        let file = self.list().into_iter().find(|file| file.file == name);
        file.and_then(|file| file.cause).map(|cause| cause.code).unwrap_or_default()
    }

    fn attention(&self) -> Vec<AttentionView> {
        self.store.read(attention::list).unwrap()
    }

    /// The names of the files that people see.
    fn names(&self) -> Vec<String> {
        names_in(&self.home.plugins()).into_iter().filter(|name| !name.starts_with('.')).collect()
    }
}

fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// A signed package.
struct Package {
    plugin: PluginId,
    version: String,
    digest: Digest,
    bytes: Vec<u8>,
}

impl Package {
    fn canonical(&self) -> String {
        format!("{}.v{}.spk", self.plugin, self.version)
    }
}

fn host() -> HostFacts {
    HostFacts {
        sprocket_version: semver::Version::new(0, 1, 0),
        target: "x86_64-unknown-linux-gnu".into(),
        now: "2026-06-01T12:00:00Z".parse().unwrap(),
    }
}

fn key() -> &'static SigningKey {
    static KEY: OnceLock<SigningKey> = OnceLock::new();
    KEY.get_or_init(|| SigningKey::generate().unwrap())
}

/// A package of this plugin whose version is `release.0.0`.
fn package(id: &str, release: u64) -> Package {
    packed(id, release, Some(key()))
}

fn packed(id: &str, release: u64, key: Option<&SigningKey>) -> Package {
    let temp = tempfile::tempdir().unwrap();
    let (folder, output) = (temp.path().join("in"), temp.path().join("out"));
    fs::create_dir_all(folder.join("lib")).unwrap();
    fs::create_dir(&output).unwrap();
    let host = host();
    let manifest = serde_json::json!({
        "id": id, "name": "Test", "version": format!("{release}.0.0"), "publisher": "Example Ltd",
        "engines": { "sprocket": ">=0.1, <2" }, "library": { host.target.as_str(): "lib/libtest.so" },
    });
    fs::write(folder.join("plugin.json"), manifest.to_string()).unwrap();
    fs::write(folder.join("lib/libtest.so"), library()).unwrap();
    let created = Some(host.now);
    let input = PackInput {
        folder: &folder,
        output: &output,
        release: Some(release),
        created,
        expires: None,
        key,
        recipients: &[],
        host: &host,
    };
    let packed = spk::pack(&input).unwrap();
    let (plugin, version) = (packed.statement.id, packed.statement.version.to_string());
    Package { plugin, version, digest: packed.digest, bytes: fs::read(&packed.path).unwrap() }
}

/// The head of a shared library, and bytes that do not shrink.
fn library() -> Vec<u8> {
    let head = [0x7f, b'E', b'L', b'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 62, 0];
    let mut filler = blake3::Hasher::new().finalize_xof();
    let mut bytes = vec![0; 4096];
    filler.fill(&mut bytes);
    bytes[..head.len()].copy_from_slice(&head);
    bytes
}
