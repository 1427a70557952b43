//! Plans and applies of real packages in a center of its own that runs nothing.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use spk::{HostFacts, PackInput, SigningKey};

use super::Progress;
use crate::center::{Center, Options};
use crate::error::{Code, Error};
use crate::packages::TARGET;
use crate::paths::Home;
use crate::request::{Answers, Password, Request, SessionKind, Token, TrustAnswer};
use crate::views::{InitView, PlanView, ProgressStage, ProgressView};

use ProgressStage::{Contents, Copying, Saving, Signature, Unpacking};

/// Large enough for several reads of each pass.
const LIBRARY: usize = 3 * 1024 * 1024;

/// A center with one superadmin, and a publisher.
struct World {
    folder: tempfile::TempDir,
    center: Arc<Center>,
    token: Token,
    key: SigningKey,
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path().join("home"));
        let center = Center::open(home, Options::default()).await.unwrap();
        let init = Request::Init {
            login: "boss".into(),
            name: "Boss".into(),
            password: Password("correct horse battery".into()),
            kind: SessionKind::Window,
        };
        let answer = center.handle(None, init).await.unwrap();
        let init: InitView = serde_json::from_value(answer).unwrap();
        Self { folder, center, token: init.signed_in.token, key: SigningKey::generate().unwrap() }
    }

    /// Packs a plugin with a library that has the right head and nothing else.
    fn pack(&self, manifest: &Value) -> PathBuf {
        let tree = tempfile::tempdir().unwrap();
        let mut whole = json!({
            "id": "com.example.a", "name": "A", "version": "1.0.0", "publisher": "Example Ltd",
            "library": { TARGET: "lib.so" },
        });
        whole.as_object_mut().unwrap().extend(manifest.as_object().unwrap().clone());
        std::fs::write(tree.path().join("plugin.json"), whole.to_string()).unwrap();
        std::fs::write(tree.path().join("lib.so"), library()).unwrap();
        let host = HostFacts {
            sprocket_version: env!("CARGO_PKG_VERSION").parse().unwrap(),
            target: TARGET.into(),
            now: jiff::Timestamp::now(),
        };
        let input = PackInput {
            folder: tree.path(),
            output: self.folder.path(),
            release: None,
            created: None,
            expires: None,
            key: Some(&self.key),
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
        let answers = Answers { trust: Some(trust), capabilities: true, turn_on: false };
        self.center.apply_package(Some(&self.token), plan, &answers, progress).await.map(drop)
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

/// A progress that remembers what it was told, and cancels at the first telling that `at` names.
fn cancelling(at: impl Fn(&ProgressView) -> bool + Send + Sync + 'static) -> (Progress, Told) {
    let told = Told::default();
    let (heard, own) = (told.clone(), Arc::new(Mutex::new(None::<Progress>)));
    let itself = Arc::clone(&own);
    let progress = Progress::new(move |view| {
        heard.0.lock().unwrap().push(view.clone());
        if at(view) {
            let itself = itself.lock().unwrap().clone().unwrap();
            assert!(itself.cancel(), "it can still be cancelled in {view:?}");
        }
    });
    *own.lock().unwrap() = Some(progress.clone());
    (progress, told)
}

#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<ProgressView>>>);

impl Told {
    fn views(&self) -> Vec<ProgressView> {
        self.0.lock().unwrap().clone()
    }

    fn stages(&self) -> Vec<ProgressStage> {
        let mut stages: Vec<_> = self.views().iter().map(|view| view.stage).collect();
        stages.dedup();
        stages
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_and_an_apply_tell_how_far_they_are() {
    let world = World::new().await;
    let path = world.pack(&json!({}));
    let size = std::fs::metadata(&path).unwrap().len();
    let (progress, told) = cancelling(|_| false);
    let plan = world.plan(&path, &progress).await.unwrap();
    assert_eq!(told.stages(), [Copying, Signature, Contents]);
    let copied: Vec<_> = told.views().into_iter().filter(|view| view.stage == Copying).collect();
    assert!(copied.len() > 3 && copied.is_sorted_by_key(|view| view.done), "{copied:?}");
    assert!(copied.iter().all(|view| view.total == Some(size)), "{copied:?}");
    assert_eq!(copied.last().unwrap().done, size);

    assert_eq!(world.packages(), (1, 0), "a plan keeps its private copy");
    let (progress, told) = cancelling(|_| false);
    world.apply(&plan.plan, &progress).await.unwrap();
    assert_eq!(told.stages(), [Unpacking, Saving]);
    let unpacked: Vec<_> = told.views().into_iter().filter(|view| view.stage == Unpacking).collect();
    let last = unpacked.last().unwrap();
    assert!(unpacked.len() > 3 && last.total == Some(last.done), "{unpacked:?}");
    assert!(!progress.cancel(), "what is committed is not cancelled");
    assert_eq!(world.packages(), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_cancelled_between_and_within_stages_and_leaves_nothing() {
    let world = World::new().await;
    let path = world.pack(&json!({}));
    for stage in [Copying, Signature, Contents] {
        let (progress, told) = cancelling(move |view| view.stage == stage);
        let refused = world.plan(&path, &progress).await.unwrap_err();
        assert_eq!(refused.code, Code::Cancelled, "{stage:?}");
        assert_eq!(told.stages().last(), Some(&stage));
        assert_eq!(world.packages(), (0, 0), "{stage:?}");
    }
    let (progress, told) = cancelling(|view| view.done > 0);
    assert_eq!(world.plan(&path, &progress).await.unwrap_err().code, Code::Cancelled);
    let last = told.views().pop().unwrap();
    assert!(last.stage == Copying && last.done < last.total.unwrap(), "the copy was broken off: {last:?}");
    assert_eq!(world.packages(), (0, 0));
    assert_eq!(world.ask(Request::PluginList { locale: "en".into() }).await, json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_apply_is_cancelled_until_it_is_committed_and_its_plan_is_gone() {
    let world = World::new().await;
    let path = world.pack(&json!({}));
    let at: [fn(&ProgressView) -> bool; 3] = [
        |view| view.stage == Unpacking,
        |view| view.stage == Unpacking && view.done > 0 && view.total > Some(view.done),
        |view| view.stage == Saving,
    ];
    for at in at {
        let plan = world.plan(&path, &Progress::silent()).await.unwrap().plan;
        let (progress, told) = cancelling(at);
        let refused = world.apply(&plan, &progress).await.unwrap_err();
        assert_eq!(refused.code, Code::Cancelled, "{:?}", told.views());
        assert_eq!(world.packages(), (0, 0), "{:?}", told.views());
        let again = world.apply(&plan, &Progress::silent()).await.unwrap_err();
        assert_eq!(again.code, Code::PlanGone);
    }
    assert_eq!(world.ask(Request::PluginList { locale: "en".into() }).await, json!([]));
    assert_eq!(
        world.ask(Request::PublisherList).await,
        json!([]),
        "trust given in a cancelled apply is not kept"
    );
    let plan = world.plan(&path, &Progress::silent()).await.unwrap().plan;
    world.apply(&plan, &Progress::silent()).await.unwrap();
}
