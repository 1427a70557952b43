//! A center of one's own: a temporary home, the real programs of this build, and the ways in that people have.
//! Ends its processes by their own handles; keeps everything it wrote if the test fails.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use center::actor::{AccountId, Role};
use center::control::Client;
use center::error::ErrorView;
use center::paths::Home;
use center::request::{Answers, Password, Request, Token};
use center::snapshot::Subject;
use center::views::{
    AccountCreatedView, AppliedView, FolderFileView, InitView, PlanView, PluginDetailView, PluginView,
    SettingsView, SignedInView, StatusView, SwitchedView,
};
use rustix::process::{Pid, Signal, kill_process};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use spk::PluginId;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::feed::Feed;
use crate::fixtures::{Package, Publisher, built};
use crate::wait;

/// Long enough for anything that happens at once, also on a busy computer.
pub const SOON: Duration = Duration::from_secs(10);
/// The superadmin's password; the login is `root`.
pub const PASSWORD: &str = "violet kettle 417";

/// Why something was refused.
pub type Refusal = Box<ErrorView>;

/// A center and everything around it.
pub struct World {
    folder: Option<TempDir>,
    runtime: Runtime,
    serving: Option<Child>,
    /// The message bus of its desktop session, if it has one.
    pub bus: Option<String>,
    /// Signs what the packages of this world are signed with, unless a test says otherwise.
    pub publisher: Publisher,
    /// The superadmin's session.
    pub root: Token,
}

/// An ordinary account, signed in.
pub struct Person {
    pub id: AccountId,
    pub token: Token,
}

impl World {
    /// A running, initialised center that trusts [`World::publisher`] for `com.example.*`.
    pub fn new() -> Self {
        let world = Self::distrustful();
        world.trust(&world.publisher);
        world
    }

    /// A running, initialised center that trusts nobody yet.
    pub fn distrustful() -> Self {
        Self::raw().initialised()
    }

    /// The same, of an empty home.
    pub fn initialised(mut self) -> Self {
        self.start();
        let init = Request::Init {
            login: "root".into(),
            name: "Root".into(),
            password: password(PASSWORD),
            kind: center::request::SessionKind::CommandLine,
        };
        self.root = self.get_as::<InitView>(None, init).signed_in.token;
        self
    }

    /// An empty home and no process.
    pub fn raw() -> Self {
        let folder = tempfile::Builder::new().prefix("sprocket-e2e-").tempdir().expect("a temporary folder");
        fs::create_dir(folder.path().join("run")).expect("a folder for tokens");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let (publisher, root) = (Publisher::new("Example Ltd"), Token(String::new()));
        Self { folder: Some(folder), runtime, serving: None, bus: None, publisher, root }
    }

    /// Everything of this world lies below.
    pub fn folder(&self) -> &Path {
        self.folder.as_ref().expect("there as long as the world").path()
    }

    /// The center's home.
    pub fn home(&self) -> Home {
        Home::at(self.folder().join("home"))
    }

    /// Where packages are made, outside of the home.
    pub fn outbox(&self) -> PathBuf {
        self.folder().join("outbox")
    }

    /// The plugin folder.
    pub fn plugins(&self) -> PathBuf {
        self.home().plugins()
    }

    /// What the running center wrote on its output so far.
    pub fn output(&self) -> String {
        fs::read_to_string(self.folder().join("serve.log")).unwrap_or_default()
    }

    /// The running center's process id.
    pub fn pid(&self) -> u32 {
        self.serving.as_ref().expect("a center runs").id()
    }
}

/// Starting and ending the center.
impl World {
    /// Starts `sprocket serve` and waits until it answers.
    pub fn start(&mut self) {
        assert!(self.serving.is_none(), "a center runs already");
        let log = || File::options().append(true).create(true).open(self.folder().join("serve.log"));
        let (out, err) = (log().expect("a log"), log().expect("a log"));
        built("plugin-host");
        let child = self.sprocket(&["serve"]).stdin(Stdio::null()).stdout(out).stderr(err).spawn();
        self.serving = Some(child.expect("`sprocket` starts"));
        wait::until("the center to answer", SOON, || {
            let child = self.serving.as_mut().expect("started above");
            if let Some(status) = child.try_wait().expect("its own child") {
                panic!("the center ended at once ({status}):\n{}", self.output());
            }
            self.try_as(None, Request::Status).ok()
        });
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        let mut center = self.serving.take().expect("a center runs");
        center.kill().expect("its own child");
        center.wait().expect("its own child");
    }

    /// Asks it to end, and waits until it has.
    pub fn stop(&mut self) {
        let mut center = self.serving.take().expect("a center runs");
        kill_process(Pid::from_child(&center), Signal::TERM).expect("its own child");
        let status = wait::until("the center to end", Duration::from_secs(20), || {
            center.try_wait().expect("its own child")
        });
        assert!(status.success(), "a clean end says so: {status}");
    }

    /// The command line, for this home.
    pub fn sprocket(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(built("sprocket"));
        command
            .args(arguments)
            .env_clear()
            .env("SPROCKET_HOME", self.home().root())
            .env("XDG_RUNTIME_DIR", self.folder().join("run"))
            .env("RUST_LOG", "debug")
            .envs(self.bus.iter().map(|address| ("DBUS_SESSION_BUS_ADDRESS", address)));
        command
    }

    /// Runs a command to its end; `input` is what is typed.
    pub fn run(&self, arguments: &[&str], input: &str) -> Output {
        use std::io::Write;
        let mut command = self.sprocket(arguments);
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("`sprocket` starts");
        // A command that reads nothing may have ended already.
        let _ = child.stdin.take().expect("piped").write_all(input.as_bytes());
        child.wait_with_output().expect("it ends")
    }

    /// Runs a command that must succeed; returns its JSON.
    pub fn run_json(&self, arguments: &[&str]) -> Value {
        let output = self.run(&[&["--json"], arguments].concat(), "");
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "sprocket {arguments:?}: {out}{err}");
        serde_json::from_str(&out).unwrap_or_else(|e| panic!("sprocket {arguments:?}: {e}: {out}"))
    }
}

/// Asking.
impl World {
    /// Asks as the superadmin.
    pub fn ask(&self, request: Request) -> Result<Value, Refusal> {
        self.try_as(Some(&self.root), request)
    }

    /// Asks with a session, or with none.
    pub fn try_as(&self, token: Option<&Token>, request: Request) -> Result<Value, Refusal> {
        self.runtime.block_on(ask(&self.home(), token, request))
    }

    /// Asks as the superadmin for what cannot be refused.
    #[track_caller]
    pub fn get<T: DeserializeOwned>(&self, request: Request) -> T {
        self.get_as(Some(&self.root), request)
    }

    /// Asks for what cannot be refused.
    #[track_caller]
    pub fn get_as<T: DeserializeOwned>(&self, token: Option<&Token>, request: Request) -> T {
        let shown = name_of(&request);
        let answer = self.try_as(token, request).unwrap_or_else(|e| panic!("{shown}: {e:?}"));
        serde_json::from_value(answer).unwrap_or_else(|e| panic!("{shown}: {e}"))
    }

    /// Asks as the superadmin for what must be refused.
    #[track_caller]
    pub fn refusal(&self, request: Request) -> Refusal {
        let shown = name_of(&request);
        match self.ask(request) {
            Err(refusal) => refusal,
            Ok(answer) => panic!("{shown} was not refused: {answer}"),
        }
    }

    /// How the center is.
    pub fn status(&self) -> StatusView {
        self.get_as(None, Request::Status)
    }

    /// What keeps coming after `Events` or `LogFollow`, from now on.
    pub fn follow(&self, request: Request) -> Feed {
        Feed::open(self.home(), self.root.clone(), request)
    }
}

/// What superadmins do.
impl World {
    /// Trusts a publisher for `com.example.*`.
    pub fn trust(&self, publisher: &Publisher) {
        let _: Value = self.get(Request::PublisherTrust {
            key: publisher.key.public(),
            label: publisher.label.clone(),
            namespaces: vec!["com.example.*".into()],
            checked: "compared by telephone".into(),
        });
    }

    /// Packs with this world's publisher.
    pub fn pack(&self, package: &Package) -> PathBuf {
        package.pack(&self.publisher, &self.outbox())
    }

    /// A review of a file.
    pub fn plan(&self, file: &Path) -> Result<PlanView, Refusal> {
        let answer = self.ask(Request::PackagePlan { path: file.into(), locale: "en".into() })?;
        Ok(serde_json::from_value(answer).expect("a review"))
    }

    /// Packs, reviews, approves.
    #[track_caller]
    pub fn install(&self, package: &Package) -> PluginId {
        let file = self.pack(package);
        let plan = self.plan(&file).unwrap_or_else(|e| panic!("{e:?}"));
        let answers = Answers { capabilities: true, ..Answers::default() };
        self.get::<AppliedView>(Request::PackageApply { plan: plan.plan, answers }).plugin
    }

    /// Installs and switches on.
    #[track_caller]
    pub fn install_running(&self, package: &Package) -> PluginId {
        let plugin = self.install(package);
        self.switch_on(&plugin);
        plugin
    }

    /// Switches on what has nothing against it.
    #[track_caller]
    pub fn switch_on(&self, plugin: &PluginId) {
        let switched: SwitchedView =
            self.get(Request::PluginSwitch { plugin: plugin.clone(), on: true, revision: None });
        assert!(switched.wanted);
        self.wait_state(plugin, "running");
    }

    /// Switches off.
    #[track_caller]
    pub fn switch_off(&self, plugin: &PluginId) {
        let _: SwitchedView =
            self.get(Request::PluginSwitch { plugin: plugin.clone(), on: false, revision: None });
    }

    /// An ordinary account that has changed its one-time password.
    pub fn person(&self, login: &str) -> Person {
        self.account(login, Role::Account)
    }

    /// An account that has changed its one-time password.
    pub fn account(&self, login: &str, role: Role) -> Person {
        let new = Request::AccountCreate { login: login.into(), name: login.to_uppercase(), role };
        let created: AccountCreatedView = self.get(new);
        let once = password(&created.one_time_password);
        let kind = center::request::SessionKind::CommandLine;
        let first = Request::SignIn { login: login.into(), password: once.clone(), kind };
        let first: SignedInView = self.get_as(None, first);
        let change = Request::PasswordChange { old: once, new: password(PASSWORD) };
        let _: Value = self.get_as(Some(&first.token), change);
        let signed_in: SignedInView = self.get_as(None, sign_in(login));
        Person { id: created.id, token: signed_in.token }
    }

    /// Grants the permission `use`.
    pub fn grant(&self, plugin: &PluginId, subject: Subject) {
        self.grant_permission(plugin, "use", subject);
    }

    /// Grants any permission.
    pub fn grant_permission(&self, plugin: &PluginId, permission: &str, subject: Subject) {
        let (plugin, permission) = (plugin.clone(), permission.to_owned());
        let locale = "en".into();
        let _: Value = self.get(Request::GrantAdd { plugin, permission, subject, locale, revision: None });
    }

    /// Calls a command of a plugin.
    pub fn call(&self, who: &Token, plugin: &PluginId, call: &str, args: Value) -> Result<Value, Refusal> {
        self.try_as(Some(who), Request::PluginCall { plugin: plugin.clone(), call: call.into(), args })
    }

    /// Whether a plugin answers the superadmin.
    pub fn answers(&self, plugin: &PluginId) -> bool {
        self.call(&self.root, plugin, "echo", json!("hello")) == Ok(json!("hello"))
    }

    /// A plugin's settings.
    pub fn settings(&self, plugin: &PluginId) -> SettingsView {
        self.get(Request::ConfigGet { plugin: plugin.clone(), locale: "en".into() })
    }

    /// Saves settings.
    pub fn save(&self, plugin: &PluginId, values: Value) -> Result<Value, Refusal> {
        self.ask(Request::ConfigSet { plugin: plugin.clone(), values, revision: None, turn_off: false })
    }
}

/// Looking.
impl World {
    /// The plugins, as listed.
    pub fn list(&self) -> Vec<PluginView> {
        self.get(Request::PluginList { locale: "en".into() })
    }

    /// Whether a plugin is listed, in this version.
    pub fn has(&self, plugin: &PluginId, version: &str) -> bool {
        self.list().iter().any(|listed| listed.id == *plugin && listed.version == version)
    }

    /// One plugin.
    #[track_caller]
    pub fn show(&self, plugin: &PluginId) -> PluginDetailView {
        self.get(Request::PluginShow { plugin: plugin.clone(), locale: "en".into() })
    }

    /// What a plugin is doing, as JSON.
    #[track_caller]
    pub fn state(&self, plugin: &PluginId) -> Value {
        json!(self.show(plugin).plugin.observed)
    }

    /// Waits until a plugin is in this state; returns the state's JSON.
    #[track_caller]
    pub fn wait_state(&self, plugin: &PluginId, state: &str) -> Value {
        self.wait_state_within(plugin, state, SOON)
    }

    /// Waits longer.
    #[track_caller]
    pub fn wait_state_within(&self, plugin: &PluginId, state: &str, within: Duration) -> Value {
        let mut last = Value::Null;
        wait::until(&format!("`{plugin}` to be {state}"), within, || {
            last = self.state(plugin);
            (last["state"] == state).then(|| last.clone())
        })
    }

    /// The process of a running plugin.
    #[track_caller]
    pub fn host_pid(&self, plugin: &PluginId) -> u32 {
        self.show(plugin).process.expect("it runs").pid
    }

    /// What the center thinks of a file in the plugin folder.
    pub fn verdict(&self, file: &str) -> Option<FolderFileView> {
        self.get::<Vec<FolderFileView>>(Request::FolderList { locale: "en".into() })
            .into_iter()
            .find(|view| view.file == file)
    }

    /// Waits for a verdict.
    #[track_caller]
    pub fn wait_verdict(&self, file: &str, state: &str) -> FolderFileView {
        let within = Duration::from_secs(20);
        wait::until(&format!("`{file}` to be {state}"), within, || {
            self.verdict(file).filter(|view| view.state == state)
        })
    }

    /// Names of the visible files in the plugin folder.
    pub fn mirror(&self) -> Vec<String> {
        let names = names_in(&self.plugins());
        names.into_iter().filter(|name| !name.starts_with('.')).collect()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(mut center) = self.serving.take() {
            // Its hosts end with it.
            let _ = center.kill();
            let _ = center.wait();
        }
        if std::thread::panicking() {
            let output = self.output();
            let from = output.len().saturating_sub(4000);
            let tail = output.get(output.ceil_char_boundary(from)..).unwrap_or_default();
            let kept = self.folder.take().map(TempDir::keep);
            eprintln!("--- the end of the center's output:\n{tail}\n--- everything is kept in {kept:?}");
        }
    }
}

/// The word by which a request is known: its values are not for printing.
pub fn name_of(request: &Request) -> String {
    json!(request)["command"].to_string()
}

/// A plugin's id.
pub fn id(text: &str) -> PluginId {
    text.parse().expect("a good id")
}

/// A password on its way in.
pub fn password(text: &str) -> Password {
    Password(text.into())
}

/// Signing in with the password that every account of these tests has.
pub fn sign_in(login: &str) -> Request {
    let kind = center::request::SessionKind::CommandLine;
    Request::SignIn { login: login.into(), password: password(PASSWORD), kind }
}

/// Names in a folder, sorted; none if it is not there.
pub fn names_in(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let name = |entry: std::io::Result<fs::DirEntry>| entry.ok()?.file_name().into_string().ok();
    let mut names: Vec<String> = entries.filter_map(name).collect();
    names.sort();
    names
}

/// Runs a program of the system, as a person would.
pub fn run(program: &str, arguments: &[&Path]) {
    let status = Command::new(program).args(arguments).status().expect("it is there");
    assert!(status.success(), "{program} {arguments:?}: {status}");
}

/// Ends a process that a center of this test started, with `kill -9`.
pub fn kill_dash_nine(pid: u32) {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw).expect("a process id");
    kill_process(pid, Signal::KILL).expect("it runs");
}

/// Whether a process is there and not a zombie.
pub fn is_alive(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(')').is_some_and(|(_, rest)| !rest.trim_start().starts_with(['Z', 'X']))
}

fn not_there() -> Refusal {
    Box::new(ErrorView {
        code: "no_center".into(),
        message: "no center answers".into(),
        hint: String::new(),
        details: Value::Null,
    })
}

/// Asks from a thread of its own.
pub fn ask_alone(home: &Home, token: &Token, request: Request) -> Result<Value, Refusal> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(ask(home, Some(token), request))
}

async fn ask(home: &Home, token: Option<&Token>, request: Request) -> Result<Value, Refusal> {
    let client = Client::connect(home).await.map_err(|error| Box::new(ErrorView::from(error)))?;
    Ok(client.ok_or_else(not_there)?.ask(token, request).await?)
}
