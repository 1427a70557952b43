//! A center in this very process whose clock is told, asked as people ask it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use center::actor::{AccountId, DepartmentId};
use center::center::{Center, Options};
use center::clock::{Clock, UnixMs};
use center::error::Error;
use center::paths::Home;
use center::request::{Answers, Password, Request, SessionKind, Token, TrustAnswer};
use center::snapshot::Subject;
use center::supervisor::Limits;
use center::views::{
    AccountView, AppliedView, DepartmentView, ImportView, ImportedView, InitView, PlanView, PluginDetailView,
    SignedInView,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use spk::PluginId;

use super::people::{PASSWORD, Person, table};
use crate::fixtures::built;

/// Longer than anything here takes.
const BOUND: Duration = Duration::from_secs(30);

/// A clock that stands until it is told otherwise.
#[derive(Default)]
struct Told(AtomicI64);

impl Clock for Told {
    fn now(&self) -> UnixMs {
        self.0.load(Ordering::SeqCst)
    }
}

/// The center, and whose session is used.
pub struct Sample {
    center: Arc<Center>,
    clock: Arc<Told>,
    home: PathBuf,
    token: Token,
}

impl Sample {
    /// A new center in an empty home, at this moment, with its first super administrator.
    pub async fn begin(home: &Path, at: UnixMs, (login, name): (&str, &str)) -> Self {
        let clock = Arc::new(Told(AtomicI64::new(at)));
        let options = Options {
            serve: true,
            host_program: Some(built("plugin-host")),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            limits: Limits { pauses: vec![Duration::from_millis(10)], ..Limits::default() },
            ..Options::default()
        };
        let center = Center::open(Home::at(home), options).await.expect("an empty home");
        let mut sample = Self { center, clock, home: home.into(), token: Token(String::new()) };
        let (login, name) = (login.into(), name.into());
        let init = Request::Init { login, name, password: password(PASSWORD), kind: SessionKind::Window };
        sample.token = sample.get::<InitView>(init).await.signed_in.token;
        sample
    }

    /// From now on it is this moment.
    pub fn it_is(&self, at: UnixMs) {
        self.clock.0.store(at, Ordering::SeqCst);
    }

    /// Stops every plugin and lets go of the home.
    pub async fn end(self) {
        self.center.shutdown().await;
    }

    /// Asks with the present session.
    pub async fn ask(&self, request: Request) -> Result<Value, Error> {
        let token = Some(&self.token).filter(|token| !token.0.is_empty());
        self.center.handle(token, request).await
    }

    /// Asks for what cannot be refused.
    pub async fn get<T: DeserializeOwned>(&self, request: Request) -> T {
        let word = json!(request)["command"].to_string();
        let answer = self.ask(request).await.unwrap_or_else(|e| panic!("{word}: {e:?}"));
        serde_json::from_value(answer).unwrap_or_else(|e| panic!("{word}: {e}"))
    }

    /// Asks for what is only done.
    pub async fn does(&self, request: Request) {
        let _: Value = self.get(request).await;
    }

    /// Signs in as somebody else from now on.
    pub async fn becomes(&mut self, login: &str) {
        let password = password(PASSWORD);
        let sign_in = Request::SignIn { login: login.into(), password, kind: SessionKind::Window };
        self.token = self.get::<SignedInView>(sign_in).await.token;
    }

    /// An account's first sign-in: the one-time password becomes the one that everybody here has.
    pub async fn first_sign_in(&mut self, login: &str, once: &str) {
        let sign_in =
            Request::SignIn { login: login.into(), password: password(once), kind: SessionKind::Window };
        self.token = self.get::<SignedInView>(sign_in).await.token;
        self.does(Request::PasswordChange { old: password(once), new: password(PASSWORD) }).await;
    }

    /// Imports a table of people; their one-time passwords by login.
    pub async fn import(&self, people: &[Person]) -> Vec<(String, String)> {
        let path = self.outbox().join("people.csv");
        std::fs::write(&path, table(people)).expect("a file");
        let plan: ImportView =
            self.get(Request::AccountImportPlan { path: path.clone(), departments: true }).await;
        assert!(plan.wrong.is_empty(), "{:?}", plan.wrong);
        let import = Request::AccountImport { path, departments: true, plan: plan.plan };
        let imported: ImportedView = self.get(import).await;
        imported.accounts.into_iter().map(|one| (one.login, one.one_time_password)).collect()
    }

    /// Where packages and licenses are made.
    pub fn outbox(&self) -> PathBuf {
        let outbox = self.home.with_extension("outbox");
        std::fs::create_dir_all(&outbox).expect("a folder beside the home");
        outbox
    }

    /// Reviews and installs.
    pub async fn install(&self, file: &Path, trust: Option<TrustAnswer>) -> PluginId {
        let plan: PlanView = self.get(Request::PackagePlan { path: file.into(), locale: "en".into() }).await;
        let answers = Answers { trust, capabilities: true, ..Answers::default() };
        let applied: AppliedView = self.get(Request::PackageApply { plan: plan.plan, answers }).await;
        applied.plugin
    }

    /// Turns a plugin on or off.
    pub async fn switch(&self, plugin: &str, on: bool) {
        self.does(Request::PluginSwitch { plugin: id(plugin), on, revision: None }).await;
    }

    /// Saves settings.
    pub async fn save(&self, plugin: &str, values: Value) {
        let plugin = id(plugin);
        self.does(Request::ConfigSet { plugin, values, revision: None, turn_off: false }).await;
    }

    /// Gives a permission.
    pub async fn grant(&self, plugin: &str, permission: &str, subject: Subject) {
        let (plugin, permission, locale) = (id(plugin), permission.into(), "en".into());
        self.does(Request::GrantAdd { plugin, permission, subject, locale, revision: None }).await;
    }

    /// An account by its login.
    pub async fn account(&self, login: &str) -> AccountId {
        let all: Vec<AccountView> = self.get(Request::AccountList).await;
        all.into_iter().find(|one| one.login == login).unwrap_or_else(|| panic!("no `{login}`")).id
    }

    /// A department by its full path.
    pub async fn department(&self, path: &str) -> DepartmentId {
        let all: Vec<DepartmentView> = self.get(Request::DepartmentList).await;
        all.into_iter().find(|one| one.path.join("/") == path).unwrap_or_else(|| panic!("no `{path}`")).id
    }

    /// Waits until a plugin is in this state.
    pub async fn wait_state(&self, plugin: &str, state: &str) {
        let shown = || self.get(Request::PluginShow { plugin: id(plugin), locale: "en".into() });
        self.until(&format!("`{plugin}` to be {state}"), async || {
            let shown: PluginDetailView = shown().await;
            json!(shown.plugin.observed)["state"] == state
        })
        .await;
    }

    /// Waits for a condition, within a bound.
    pub async fn until(&self, what: &str, mut holds: impl AsyncFnMut() -> bool) {
        let (began, mut looks) = (Instant::now(), tokio::time::interval(Duration::from_millis(10)));
        while !holds().await {
            assert!(began.elapsed() < BOUND, "waited {BOUND:?} in vain: {what}");
            looks.tick().await;
        }
    }
}

/// A password on its way in.
pub fn password(text: &str) -> Password {
    Password(text.into())
}

/// A plugin's id.
pub fn id(text: &str) -> PluginId {
    text.parse().expect("a good id")
}
