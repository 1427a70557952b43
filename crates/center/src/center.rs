//! The whole API of the product: open a center, ask it, shut it down. Sessions and roles are checked here, before any use case.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;
use spk::PluginId;
use tokio::sync::{RwLock, broadcast};

use crate::accounts::{self, Credentials, FirstAccount, NewAccount, Recovery, Whom, departments};
use crate::actor::{Actor, Session};
use crate::clock::{Clock, SystemClock};
use crate::error::{Code, Error, Result};
use crate::events::{Bus, Event, Listener};
use crate::folder::{self, Folder, Mirror, MirrorParts, Waits};
use crate::host_client::HostError;
use crate::icons::Icons;
use crate::install::{Installer, Progress, kept};
use crate::logs::{Line, Logs};
use crate::packages::{self, Libraries};
use crate::paths::Home;
use crate::permissions::{self, Granting};
use crate::reach::GrantChange;
use crate::refusals::Attempt;
use crate::request::{Answers, Asker, Request, Token, TrustAnswer};
use crate::secrets::Secrets;
use crate::settings;
use crate::snapshot::PluginFacts;
use crate::spawner::Spawner;
use crate::store::Store;
use crate::supervisor::{Ahead, Context, Limits, Supervisors};
use crate::views::{AppliedView, Obstacle, PlanView, StatusView, SwitchedView};
use crate::{attention, audit, meta, mine, plugins, reach, switch, trust};

/// How a center is opened.
pub struct Options {
    /// Run plugins and watch the folder. Without it the home is only read and changed.
    pub serve: bool,
    /// A window belongs to this process, and follows [`Center::listen`].
    pub window: bool,
    /// The plugin-host program; `None`: beside this program, or in `../lib/sprocket/`.
    pub host_program: Option<PathBuf>,
    /// How long things may take.
    pub limits: Limits,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            serve: false,
            window: false,
            host_program: None,
            limits: Limits::default(),
            clock: Arc::new(SystemClock),
        }
    }
}

/// A center over one home.
pub struct Center {
    context: Arc<Context>,
    supervisors: Arc<Supervisors>,
    installer: Arc<Installer>,
    folder: RwLock<Option<Folder>>,
    serving: bool,
    window: bool,
    _lock: File,
}

impl Center {
    /// Takes the home's lock, opens its database and, to serve, starts what was on.
    ///
    /// # Errors
    /// `center_running` if another process holds this home; `home_unavailable`; `database_newer`; `database`.
    pub async fn open(home: Home, options: Options) -> Result<Arc<Self>> {
        home.create()?;
        let lock = take_lock(&home)?;
        let context = Arc::new(context(home, &options)?);
        packages::sweep(&context.home, &context.store, context.clock.now())?;
        let supervisors = Supervisors::new(Arc::clone(&context));
        let mirror = Arc::new(mirror(&context)?);
        let installer = Installer::new(Arc::clone(&context), Arc::clone(&supervisors), Arc::clone(&mirror));
        let installer = Arc::new(installer);
        let folder = options.serve.then(|| {
            supervisors.serve();
            Folder::start(Arc::clone(&installer), mirror, Waits::default())
        });
        Ok(Arc::new(Self {
            context,
            supervisors,
            installer,
            folder: RwLock::new(folder),
            serving: options.serve,
            window: options.window,
            _lock: lock,
        }))
    }

    /// Stops every plugin, in order, and everything else.
    pub async fn shutdown(&self) {
        if let Some(folder) = self.folder.write().await.take() {
            folder.stop().await;
        }
        self.supervisors.stop_all().await;
    }

    /// Answers a request of whoever holds this token.
    ///
    /// # Errors
    /// `not_signed_in` and `not_a_superadmin` before anything else; then the use case's own.
    pub async fn handle(self: &Arc<Self>, token: Option<&Token>, request: Request) -> Result<Value> {
        let actor = self.actor(token, &request)?;
        let attempt = Attempt::of(&request);
        let answer = self.answer(&actor, token, request).await;
        self.noted(&attempt, &actor, answer)
    }

    /// Events from now on.
    ///
    /// # Errors
    /// As [`Center::handle`].
    pub fn events(&self, token: Option<&Token>) -> Result<Listener> {
        self.actor(token, &Request::Events)?;
        Ok(self.context.bus.subscribe())
    }

    /// Events from now on, for the process that this center is part of.
    #[must_use]
    pub fn listen(&self) -> Listener {
        self.context.bus.subscribe()
    }

    /// A plugin's log lines from now on.
    ///
    /// # Errors
    /// As [`Center::handle`].
    pub fn follow_log(&self, token: Option<&Token>, plugin: &PluginId) -> Result<broadcast::Receiver<Line>> {
        self.actor(token, &Request::LogFollow { plugin: plugin.clone() })?;
        plugins::must_be_known(&self.context.store, plugin)?;
        Ok(self.context.logs.follow(plugin))
    }

    /// The session of a token, as its account is now.
    ///
    /// # Errors
    /// `not_signed_in`, `account_disabled`, `password_change_required`.
    pub fn session(&self, token: &Token) -> Result<Session> {
        accounts::resolve(&self.context.store, token, self.context.clock.now())
    }

    /// Calls a command of a plugin, if this account may. Decided in memory.
    ///
    /// # Errors
    /// `not_permitted`, `plugin_stopped`, `upgrading`, `unknown_command`, `timed_out`, `plugin_fault`.
    pub async fn call(
        &self,
        session: &Session,
        plugin: &PluginId,
        command: &str,
        args: Box<RawValue>,
    ) -> Result<Box<RawValue>> {
        let active = self.supervisors.active(plugin);
        {
            let snapshot = self.context.store.snapshot();
            let facts = snapshot.plugins.get(plugin);
            let declared = facts.and_then(|f| f.package.manifest.commands.iter().find(|c| c.id == command));
            let permission = declared.map_or("use", |command| command.permission.as_str());
            let running = active.is_some();
            match permissions::can_use(&snapshot, running, session.account(), plugin, permission) {
                Ok(()) => {}
                Err(Obstacle::NotRunning) => {
                    let held = self.supervisors.get(plugin).is_some_and(|supervisor| supervisor.state().held);
                    return Err(not_running(plugin, held));
                }
                Err(obstacle) => return Err(not_permitted(plugin, permission, obstacle)),
            }
            if declared.is_none() {
                return Err(Error::new(
                    Code::UnknownCommand,
                    format!("`{plugin}` has no command `{command}`"),
                ));
            }
        }
        let host = active.ok_or_else(|| not_running(plugin, false))?;
        host.call(command, args, self.context.limits.call).await.map_err(|cause| call_failed(plugin, &cause))
    }

    /// [`Request::PackagePlan`], telling how far it is; `Progress::cancel` ends it with `cancelled` and leaves nothing.
    /// Runs off the reactor.
    ///
    /// # Errors
    /// As [`Center::handle`]; `cancelled`.
    pub async fn plan_package(
        &self,
        token: Option<&Token>,
        path: &Path,
        locale: &str,
        progress: &Progress,
    ) -> Result<PlanView> {
        let (path, locale) = (path.to_owned(), locale.to_owned());
        let request = Request::PackagePlan { path: path.clone(), locale: locale.clone() };
        let actor = self.actor(token, &request)?;
        let planned = self.plan(actor.clone(), path, locale, progress.clone()).await;
        self.noted(&Attempt::of(&request), &actor, planned)
    }

    /// [`Request::PackageApply`], telling how far it is. `Progress::cancel` ends it with `cancelled` until it is
    /// committed; the plan is gone then. Goes on to its end if the future is dropped.
    ///
    /// # Errors
    /// As [`Center::handle`]; `cancelled`.
    pub async fn apply_package(
        self: &Arc<Self>,
        token: Option<&Token>,
        plan: &str,
        answers: &Answers,
        progress: &Progress,
    ) -> Result<AppliedView> {
        let (plan, answers) = (plan.to_owned(), answers.clone());
        let request = Request::PackageApply { plan: plan.clone(), answers: answers.clone() };
        let actor = self.actor(token, &request)?;
        let (center, progress) = (Arc::clone(self), progress.clone());
        let attempt = Attempt::of(&request);
        whole(tokio::spawn(async move {
            let applied = center.apply(&actor, &plan, &answers, &progress).await;
            center.noted(&attempt, &actor, applied)
        }))
        .await
    }

    async fn plan(
        &self,
        actor: Actor,
        path: PathBuf,
        locale: String,
        progress: Progress,
    ) -> Result<PlanView> {
        let installer = Arc::clone(&self.installer);
        whole(tokio::task::spawn_blocking(move || installer.plan(&actor, &path, &locale, &progress))).await
    }

    async fn put_back(
        &self,
        actor: Actor,
        plugin: PluginId,
        locale: String,
        progress: Progress,
    ) -> Result<PlanView> {
        let installer = Arc::clone(&self.installer);
        let plan = move || installer.put_back(&actor, &plugin, &locale, &progress);
        whole(tokio::task::spawn_blocking(plan)).await
    }

    async fn apply(
        &self,
        actor: &Actor,
        plan: &str,
        answers: &Answers,
        progress: &Progress,
    ) -> Result<AppliedView> {
        let applied = self.installer.apply(actor, plan, answers, progress).await?;
        if answers.trust.is_some() || self.waits_in_folder(&applied.plugin)? {
            self.reconsider().await;
        }
        Ok(applied)
    }

    /// Who asks, if they may; a refusal of somebody who signed in is on record.
    fn actor(&self, token: Option<&Token>, request: &Request) -> Result<Actor> {
        let actor = self.identify(token, request)?;
        self.noted(&Attempt::of(request), &actor, admit(&actor, request))?;
        Ok(actor)
    }

    /// Passes the answer on, with what was probably meant by a plugin's id that is not there, and puts a refusal on record.
    fn noted<T>(&self, attempt: &Attempt, actor: &Actor, answer: Result<T>) -> Result<T> {
        let answer = answer.map_err(|cause| attempt.suggest(&self.context.store.snapshot(), actor, cause));
        if let Err(cause) = &answer
            && let Err(failed) = attempt.refused(&self.context.store, actor, cause)
        {
            tracing::error!(%failed, "a refusal could not be put on record");
        }
        answer
    }

    /// Who asks, as the account is now; for what everybody may ask, nobody. Admits nobody to anything.
    fn identify(&self, token: Option<&Token>, request: &Request) -> Result<Actor> {
        Ok(match (token, request.asker()) {
            (Some(token), Asker::SignedIn | Asker::Superadmin) => {
                let changing = matches!(request, Request::PasswordChange { .. } | Request::SignOut);
                let now = self.context.clock.now();
                let session = if changing {
                    accounts::resolve_for_password_change(&self.context.store, token, now)?
                } else {
                    accounts::resolve(&self.context.store, token, now)?
                };
                Actor::Person(session)
            }
            _ => Actor::Nobody,
        })
    }

    async fn answer(
        self: &Arc<Self>,
        actor: &Actor,
        token: Option<&Token>,
        request: Request,
    ) -> Result<Value> {
        let (context, store, now) = (&*self.context, &*self.context.store, self.context.clock.now());
        match request {
            Request::Status => json(self.status().await?),
            Request::Init { login, name, password, kind } => {
                let first = FirstAccount { login: &login, name: &name, password: &password, kind };
                json(accounts::initialise(store, first, now)?)
            }
            Request::SignIn { login, password, kind } => {
                let given = Credentials { login: &login, password: &password, kind };
                json(accounts::sign_in(store, given, now)?)
            }
            Request::SignOut => done(accounts::sign_out(store, actor, token)?),
            Request::Me => json(accounts::me(store, actor)?),
            Request::PluginMine { locale } => {
                let seen = |plugin: &PluginId, facts: &PluginFacts| {
                    let icon = context.icons.of(store, facts.digest, &facts.package.manifest);
                    (self.supervisors.is_running(plugin), icon)
                };
                json(mine::mine(store, actor, seen, &locale)?)
            }
            Request::PasswordChange { old, new } => {
                done(accounts::change_password(store, token, &old, &new, now)?)
            }
            Request::AccountList => json(accounts::list(store, actor)?),
            Request::AccountCreate { login, name, role } => {
                let new = NewAccount { login: &login, name: &name, role };
                self.told(Event::PeopleChanged, accounts::create(store, actor, &new, now)?)
            }
            Request::AccountEnable { account, enabled, revision } => {
                let whom = Whom { account, revision };
                self.told(Event::PeopleChanged, accounts::enable(store, actor, whom, enabled)?)
            }
            Request::AccountRole { account, role, revision } => {
                let whom = Whom { account, revision };
                self.told(Event::PeopleChanged, accounts::set_role(store, actor, whom, role)?)
            }
            Request::AccountRename { account, name, revision } => {
                let whom = Whom { account, revision };
                self.told(Event::PeopleChanged, accounts::rename(store, actor, whom, &name)?)
            }
            Request::AccountReset { account } => {
                self.told(Event::PeopleChanged, accounts::reset(store, actor, account)?)
            }
            Request::AccountDepartments { account, departments, revision } => {
                let whom = Whom { account, revision };
                self.told(Event::PeopleChanged, accounts::set_departments(store, actor, whom, &departments)?)
            }
            Request::AccountRecover { login, code, new } => {
                let given = Recovery { login: &login, code: &code, new: &new };
                self.told(Event::PeopleChanged, accounts::recover(store, given, now)?)
            }
            Request::DepartmentList => json(departments::list(store, actor)?),
            Request::DepartmentCreate { name, parent } => {
                self.told(Event::PeopleChanged, departments::create(store, actor, &name, parent)?)
            }
            Request::DepartmentRename { department, name } => {
                self.told(Event::PeopleChanged, departments::rename(store, actor, department, &name)?)
            }
            Request::DepartmentMove { department, parent } => {
                self.told(Event::PeopleChanged, departments::relocate(store, actor, department, parent)?)
            }
            Request::DepartmentDelete { department } => {
                for plugin in departments::delete(store, actor, department)? {
                    context.bus.publish(now, Event::GrantsChanged { plugin });
                }
                self.told(Event::PeopleChanged, ())
            }
            Request::PeoplePreview { change, locale } => {
                json(reach::of_people(store, actor, &change, &locale)?)
            }
            Request::PublisherList => json(trust::list(store, actor)?),
            Request::PublisherTrust { key, label, namespaces, checked } => {
                let given = TrustAnswer { label, namespaces, checked };
                let view = trust::trust(store, actor, &key, &given, now)?;
                self.supervisors.look_all();
                self.reconsider().await;
                context.bus.publish(now, Event::AttentionChanged);
                self.told(Event::PublishersChanged, view)
            }
            Request::PublisherWithdraw { key, reason } => {
                trust::withdraw(store, actor, &key, &reason, now)?;
                self.supervisors.look_all();
                context.bus.publish(now, Event::AttentionChanged);
                self.told(Event::PublishersChanged, ())
            }
            Request::PluginList { locale } => json(plugins::list(context, &self.supervisors, &locale)?),
            Request::PluginShow { plugin, locale } => {
                json(plugins::show(context, &self.supervisors, &plugin, &locale)?)
            }
            Request::PackagePlan { path, locale } => {
                json(self.plan(actor.clone(), path, locale, Progress::silent()).await?)
            }
            Request::PackageApply { plan, answers } => {
                json(self.apply(actor, &plan, &answers, &Progress::silent()).await?)
            }
            Request::PlanDiscard { plan } => done(self.installer.discard(actor, &plan)?),
            Request::FolderList { locale } => json(folder::list(store, &locale)?),
            Request::FolderRescan => {
                self.rescan().await;
                done(())
            }
            Request::FolderRemovals { answer } => match &*self.folder.read().await {
                Some(folder) => done(folder.answer_removals(actor, answer).await?),
                None => {
                    Err(Error::new(Code::CenterNotRunning, "only a running center follows the plugin folder"))
                }
            },
            Request::PluginSwitch { plugin, on, revision } => {
                let wish = switch::Wish { on, revision };
                switch::switch(context, &self.supervisors, actor, (&plugin, wish)).await?;
                json(self.switched(&plugin)?)
            }
            Request::CapabilitiesApprove { plugin } => {
                self.installer.approve_capabilities(actor, &plugin)?;
                self.told(Event::PluginChanged { plugin }, ())
            }
            Request::PackagePutBack { plugin, locale } => {
                json(self.put_back(actor.clone(), plugin, locale, Progress::silent()).await?)
            }
            Request::UninstallPreview { plugin, locale } => {
                let locale = locale.unwrap_or_else(|| "en".into());
                json(kept::preview(context, actor, &plugin, &locale)?)
            }
            Request::KeptList { locale } => json(kept::list(context, actor, &locale)?),
            Request::KeptPurge { plugin } => done(self.installer.purge(actor, &plugin).await?),
            Request::PluginUninstall { plugin, purge } => {
                done(self.installer.uninstall(actor, &plugin, purge).await?)
            }
            Request::ConfigGet { plugin, locale } => {
                json(settings::view(store, &context.secrets, actor, &plugin, &locale)?)
            }
            Request::ConfigCheck { plugin, values, locale } => {
                json(settings::check(store, &context.secrets, actor, &plugin, (&values, &locale))?)
            }
            Request::ConfigSet { plugin, values, revision, turn_off } => {
                let save = settings::Save { values: &values, revision, turn_off, now };
                let view = settings::save(store, &context.secrets, actor, &plugin, &save)?;
                if let Some(supervisor) = self.supervisors.get(&plugin) {
                    if view.turned_off { supervisor.look() } else { supervisor.configure() }
                }
                let revision = view.revision;
                self.told(Event::SettingsChanged { plugin, revision }, view)
            }
            Request::GrantList { plugin, locale } => json(permissions::list(store, actor, &plugin, &locale)?),
            Request::GrantAdd { plugin, permission, subject, locale, revision } => {
                let new = Granting { plugin: &plugin, permission: &permission, subject, revision };
                permissions::grant(store, actor, new, now)?;
                let view = permissions::view(&store.snapshot(), &plugin, &locale);
                self.told(Event::GrantsChanged { plugin }, view)
            }
            Request::GrantRemove { plugin, permission, subject, locale, revision } => {
                let old = Granting { plugin: &plugin, permission: &permission, subject, revision };
                permissions::revoke(store, actor, old)?;
                let view = permissions::view(&store.snapshot(), &plugin, &locale);
                self.told(Event::GrantsChanged { plugin }, view)
            }
            Request::GrantPreview { plugin, permission, add, remove } => {
                let change =
                    GrantChange { plugin: &plugin, permission: &permission, add: &add, remove: &remove };
                json(reach::of_grants(store, actor, change, now)?)
            }
            Request::Why { plugin, permission, account } => {
                let running = self.supervisors.is_running(&plugin);
                plugins::must_be_known(store, &plugin)?;
                json(permissions::explain(&store.snapshot(), running, account, (&plugin, &permission))?)
            }
            Request::PluginCall { plugin, call, args } => {
                let args = serde_json::value::to_raw_value(&args)?;
                let answer = self.call(actor.must_be_signed_in()?, &plugin, &call, args).await?;
                Ok(serde_json::from_str(answer.get())?)
            }
            Request::LogTail { plugin, lines } => {
                plugins::must_be_known(store, &plugin)?;
                json(context.logs.tail(&plugin, lines).await?)
            }
            Request::AttentionList => json(store.read(attention::list)?),
            Request::AttentionDismiss { id } => {
                self.told(Event::AttentionChanged, attention::dismiss(store, actor, id, now)?)
            }
            Request::AuditList { last } => json(store.read(|db| audit::last(db, last))?),
            Request::WindowRaise { files } if self.window => self.told(Event::RaiseRequested { files }, ()),
            Request::WindowRaise { .. } => {
                Err(Error::new(Code::NoWindow, "the center of this home runs without a window"))
            }
            Request::Events | Request::LogFollow { .. } => {
                Err(Error::new(Code::InvalidInput, "this is a stream, not a request"))
            }
        }
    }

    async fn status(&self) -> Result<StatusView> {
        let snapshot = self.context.store.snapshot();
        Ok(StatusView {
            folder_path: self.context.home.plugins().display().to_string(),
            sandbox: self.context.sandbox.load().iter().map(plugins::measure).collect(),
            version: env!("CARGO_PKG_VERSION").into(),
            home: self.context.home.root().display().to_string(),
            serving: self.serving,
            initialised: !snapshot.accounts.is_empty(),
            installed: snapshot.plugins.len(),
            running: snapshot.plugins.keys().filter(|plugin| self.supervisors.is_running(plugin)).count(),
            attention: self.context.store.read(attention::list)?.len(),
            folder: self
                .folder
                .read()
                .await
                .as_ref()
                .map_or_else(|| "idle".into(), |folder| folder.status().to_string()),
        })
    }

    fn switched(&self, plugin: &PluginId) -> Result<SwitchedView> {
        let snapshot = self.context.store.snapshot();
        let facts = switch::installed(&snapshot, plugin)?;
        let observed = plugins::observe(&self.context, &self.supervisors, (plugin, facts), "en")?;
        Ok(SwitchedView { wanted: facts.wanted, observed })
    }

    fn waits_in_folder(&self, plugin: &PluginId) -> Result<bool> {
        let files = folder::list(&self.context.store, "en")?;
        Ok(files
            .iter()
            .any(|file| file.state == "waiting" && file.plugin.as_deref() == Some(plugin.as_ref())))
    }

    /// Something was approved: what waits in the folder is looked at anew.
    async fn reconsider(&self) {
        if let Some(folder) = &*self.folder.read().await {
            folder.reconsider().await;
        }
    }

    async fn rescan(&self) {
        if let Some(folder) = &*self.folder.read().await {
            folder.rescan().await;
        }
    }

    fn told(&self, event: Event, view: impl Serialize) -> Result<Value> {
        self.context.bus.publish(self.context.clock.now(), event);
        json(view)
    }
}

/// The one gate before every use case.
fn admit(actor: &Actor, request: &Request) -> Result<()> {
    let role = match actor {
        Actor::Person(session) => Some(session.role()),
        _ => None,
    };
    match request.asker().admits(role) {
        true => Ok(()),
        false if role.is_none() => Err(Error::new(Code::NotSignedIn, "nobody is signed in")),
        false => Err(Error::new(Code::NotASuperadmin, "only a super administrator may do this")),
    }
}

fn mirror(context: &Context) -> Result<Mirror> {
    Ok(Mirror::new(MirrorParts {
        home: context.home.clone(),
        store: Arc::clone(&context.store),
        bus: context.bus.clone(),
        clock: Arc::clone(&context.clock),
        center: meta::center_id(&context.store)?,
    }))
}

fn context(home: Home, options: &Options) -> Result<Context> {
    let clock = Arc::clone(&options.clock);
    let store = Arc::new(Store::open(&home, Arc::clone(&clock))?);
    let secrets = Arc::new(Secrets::new(&store, &home)?);
    let host_program = options.host_program.clone().map_or_else(find_host, Ok)?;
    Ok(Context {
        logs: Logs::open(&home)?,
        spawner: Spawner::start().map_err(|e| Error::io("cannot start the spawning thread", &e))?,
        icons: Icons::new(home.clone()),
        libraries: Libraries::new(home.clone()),
        ahead: Ahead::default(),
        bus: Bus::default(),
        limits: options.limits.clone(),
        sandbox: ArcSwap::default(),
        home,
        store,
        secrets,
        clock,
        host_program,
    })
}

/// Beside this program, or where a bundle puts it.
fn find_host() -> Result<PathBuf> {
    let this = std::env::current_exe().map_err(|e| Error::io("this program's own path is not known", &e))?;
    let folder = this.parent().unwrap_or(&this);
    let places = [folder.join("plugin-host"), folder.join("../lib/sprocket/plugin-host")];
    let found = places.iter().find(|place| place.is_file()).cloned();
    // A center that runs nothing does without; one that serves says at the first start what is missing.
    Ok(found.unwrap_or_else(|| places[0].clone()))
}

fn take_lock(home: &Home) -> Result<File> {
    let path = home.lock();
    let unusable = |e: std::io::Error| {
        Error::new(Code::HomeUnavailable, format!("cannot open the lock `{}`: {e}", path.display()))
    };
    let lock = File::options().create(true).truncate(false).write(true).open(&path).map_err(unusable)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(std::fs::TryLockError::WouldBlock) => {
            let message = format!("another process runs the center of `{}`", home.root().display());
            Err(Error::new(Code::CenterRunning, message))
        }
        Err(std::fs::TryLockError::Error(cause)) => Err(unusable(cause)),
    }
}

/// The result of a task that nobody aborts.
async fn whole<T>(task: tokio::task::JoinHandle<Result<T>>) -> Result<T> {
    match task.await {
        Ok(result) => result,
        Err(failed) => match failed.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(Error::internal("the center is ending")),
        },
    }
}

fn json(view: impl Serialize) -> Result<Value> {
    Ok(serde_json::to_value(view)?)
}

fn done((): ()) -> Result<Value> {
    Ok(Value::Null)
}

fn not_running(plugin: &PluginId, upgrading: bool) -> Error {
    if upgrading {
        return Error::new(Code::Upgrading, format!("`{plugin}` is being replaced by another version"));
    }
    Error::new(Code::PluginStopped, format!("`{plugin}` does not run"))
}

fn not_permitted(plugin: &PluginId, permission: &str, obstacle: Obstacle) -> Error {
    match obstacle {
        Obstacle::NotInstalled => Error::new(Code::NotFound, format!("`{plugin}` is not installed")),
        Obstacle::AccountDisabled => Error::new(Code::AccountDisabled, "the account is disabled"),
        _ => Error::new(
            Code::NotPermitted,
            format!("this account does not have the permission `{permission}` of `{plugin}`"),
        ),
    }
}

fn call_failed(plugin: &PluginId, cause: &HostError) -> Error {
    let message = format!("`{plugin}`: {cause}");
    match cause {
        HostError::TimedOut(_) => Error::new(Code::TimedOut, message),
        HostError::Unsendable(_) => Error::new(Code::InvalidInput, message),
        HostError::Fault(fault) => Error::new(Code::PluginFault, message)
            .details(serde_json::json!({ "code": fault.code, "message": fault.message })),
        HostError::Gone | HostError::Launch(_) => Error::new(Code::PluginStopped, message),
    }
}

/// How long a clean end may take before a process gives up waiting.
pub const SHUTDOWN_WITHIN: Duration = Duration::from_secs(10);
