//! Plans and applies of real packages in a center of its own that runs no plugin.

mod kept;
mod plans;
mod progress;
mod review;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use spk::{HostFacts, PackInput, SigningKey};

use super::Progress;
use crate::center::{Center, Options};
use crate::error::Error;
use crate::packages::TARGET;
use crate::paths::Home;
use crate::request::{Answers, Password, Request, SessionKind, Token, TrustAnswer};
use crate::views::{InitView, PlanView, SignedInView};

/// Large enough for several reads of each pass.
const LIBRARY: usize = 3 * 1024 * 1024;

const PASSWORD: &str = "correct horse battery";

/// A center with one superadmin, and a publisher.
struct World {
    folder: tempfile::TempDir,
    center: Arc<Center>,
    token: Token,
    key: SigningKey,
    release: AtomicU64,
}

impl World {
    async fn new() -> Self {
        Self::opened(Options::default()).await
    }

    async fn opened(options: Options) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path().join("home"));
        let center = Center::open(home, options).await.unwrap();
        let init = Request::Init {
            login: "boss".into(),
            name: "Boss".into(),
            password: Password(PASSWORD.into()),
            kind: SessionKind::Window,
        };
        let answer = center.handle(None, init).await.unwrap();
        let init: InitView = serde_json::from_value(answer).unwrap();
        Self {
            folder,
            center,
            token: init.signed_in.token,
            key: SigningKey::generate().unwrap(),
            release: AtomicU64::new(1),
        }
    }

    /// A new session, after time has passed.
    async fn sign_in(&mut self) {
        let (login, password) = ("boss".into(), Password(PASSWORD.into()));
        let request = Request::SignIn { login, password, kind: SessionKind::Window };
        let answer = self.center.handle(None, request).await.unwrap();
        self.token = serde_json::from_value::<SignedInView>(answer).unwrap().token;
    }

    /// Packs a plugin with a library that has the right head and nothing else.
    fn pack(&self, manifest: &Value) -> PathBuf {
        self.pack_with(manifest, &[])
    }

    /// The same, with further files. Each package has a higher release than the one before.
    fn pack_with(&self, manifest: &Value, files: &[(&str, &[u8])]) -> PathBuf {
        let tree = tempfile::tempdir().unwrap();
        let mut whole = json!({
            "id": "com.example.a", "name": "A", "version": "1.0.0", "publisher": "Example Ltd",
            "library": { TARGET: "lib.so" },
        });
        whole.as_object_mut().unwrap().extend(manifest.as_object().unwrap().clone());
        std::fs::write(tree.path().join("plugin.json"), whole.to_string()).unwrap();
        std::fs::write(tree.path().join("lib.so"), library()).unwrap();
        for (name, content) in files {
            let path = tree.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        let host = HostFacts {
            sprocket_version: env!("CARGO_PKG_VERSION").parse().unwrap(),
            target: TARGET.into(),
            now: jiff::Timestamp::now(),
        };
        let input = PackInput {
            folder: tree.path(),
            output: self.folder.path(),
            release: Some(self.release.fetch_add(1, Ordering::Relaxed)),
            created: None,
            expires: None,
            key: Some(&self.key),
            recipients: &[],
            host: &host,
        };
        spk::pack(&input).unwrap().path
    }

    async fn plan(&self, path: &Path, progress: &Progress) -> Result<PlanView, Error> {
        self.center.plan_package(Some(&self.token), path, "en", progress).await
    }

    async fn apply(&self, plan: &str, progress: &Progress) -> Result<(), Error> {
        let trust = TrustAnswer {
            label: "Example".into(),
            namespaces: vec!["com.example.*".into()],
            checked: "here".into(),
        };
        let answers = Answers { trust: Some(trust), capabilities: true, ..Answers::default() };
        self.center.apply_package(Some(&self.token), plan, &answers, progress).await.map(drop)
    }

    /// Plans and applies a package, approving all that it asks.
    async fn install(&self, path: &Path) {
        let plan = self.plan(path, &Progress::silent()).await.unwrap();
        self.apply(&plan.plan, &Progress::silent()).await.unwrap();
    }

    /// Waits for something that the center does by itself.
    async fn until<T: serde::de::DeserializeOwned>(
        &self,
        (what, request): (&str, Request),
        holds: impl Fn(&T) -> bool,
    ) -> T {
        let looking = async {
            loop {
                self.ask(Request::FolderRescan).await;
                let answer = serde_json::from_value(self.ask(request.clone()).await).unwrap();
                if holds(&answer) {
                    return answer;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), looking)
            .await
            .unwrap_or_else(|_| panic!("in vain: {what}"))
    }

    async fn ask(&self, request: Request) -> Value {
        self.center.handle(Some(&self.token), request).await.unwrap()
    }

    /// How many packages are on the disk: private copies, and stored ones.
    fn packages(&self) -> (usize, usize) {
        let home = Home::at(self.folder.path().join("home"));
        let packages = |folder: PathBuf| {
            let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
            entries.filter(|path| path.is_file()).count()
        };
        (packages(home.staging()), packages(home.packages()))
    }
}

/// Pseudo-random bytes behind an ELF header, so that packing cannot make them small.
fn library() -> Vec<u8> {
    let machine: u16 = if cfg!(target_arch = "aarch64") { 183 } else { 62 };
    let mut bytes = b"\x7fELF\x02\x01\x01".to_vec();
    bytes.resize(16, 0);
    bytes.extend([3_u16, machine].map(u16::to_le_bytes).concat());
    bytes.extend([1, 0, 0, 0]);
    bytes.resize(64, 0);
    let mut stream = blake3::Hasher::new().finalize_xof();
    bytes.resize(LIBRARY, 0);
    stream.fill(&mut bytes[64..]);
    bytes
}
