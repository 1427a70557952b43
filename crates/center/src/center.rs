//! The whole API of the product: open a center, ask it, shut it down. Sessions and roles are checked here, before any use case.

mod answers;
mod calls;
mod opening;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;
use spk::PluginId;
use tokio::sync::{RwLock, broadcast};

use self::answers::Asking;
use crate::accounts;
use crate::actor::{Actor, Session};
use crate::backup::Prepared;
use crate::clock::{Clock, SystemClock};
use crate::error::{Code, Error, Result};
use crate::events::Listener;
use crate::folder::{self, Folder, Mirror, Waits};
use crate::install::{self, Installer, Progress};
use crate::license;
use crate::logs::Line;
use crate::packages;
use crate::paths::Home;
use crate::plugins;
use crate::refusals::Attempt;
use crate::request::{Answers, Asker, Request, Token};
use crate::secrets::{self, Keyring};
use crate::supervisor::{Context, Limits, Supervisors};
use crate::views::{AppliedView, FolderFileView, PlanView, RestoredView};

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
    /// The home's lock, where it is held already.
    pub lock: Option<File>,
    /// Where the key of stored passwords may lie.
    pub keyring: Keyring,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            serve: false,
            window: false,
            host_program: None,
            limits: Limits::default(),
            clock: Arc::new(SystemClock),
            lock: None,
            keyring: Keyring::None,
        }
    }
}

/// A center over one home.
pub struct Center {
    context: Arc<Context>,
    supervisors: Arc<Supervisors>,
    installer: Arc<Installer>,
    mirror: Arc<Mirror>,
    folder: RwLock<Option<Folder>>,
    licenses: Mutex<Option<license::Watch>>,
    keyring: Mutex<Option<secrets::Watch>>,
    serving: bool,
    window: bool,
    lock: Mutex<Option<File>>,
}

impl Center {
    /// Takes the home's lock, opens its database and, to serve, starts what was on.
    ///
    /// # Errors
    /// `center_running` if another process holds this home; `home_unavailable`; `database_newer`; `database`.
    pub async fn open(home: Home, mut options: Options) -> Result<Arc<Self>> {
        home.create()?;
        let lock = options.lock.take().map_or_else(|| home.lock(), Ok)?;
        let context = Arc::new(opening::context(home, &options)?);
        install::recover(&context)?;
        packages::sweep(&context.home, &context.store, context.clock.now())?;
        let supervisors = Supervisors::new(Arc::clone(&context));
        let mirror = Arc::new(opening::mirror(&context)?);
        let installer = Installer::new(Arc::clone(&context), Arc::clone(&supervisors), Arc::clone(&mirror));
        let installer = Arc::new(installer);
        let folder = options.serve.then(|| {
            supervisors.serve();
            Folder::start(Arc::clone(&installer), Arc::clone(&mirror), Waits::default())
        });
        let licenses = options.serve.then(|| license::Watch::start(&context, &supervisors));
        let keyring = options.serve.then(|| secrets::Watch::start(&context, &supervisors));
        Ok(Arc::new(Self {
            context,
            supervisors,
            installer,
            mirror,
            folder: RwLock::new(folder),
            licenses: Mutex::new(licenses),
            keyring: Mutex::new(keyring),
            serving: options.serve,
            window: options.window,
            lock: Mutex::new(Some(lock)),
        }))
    }

    /// Stops every plugin, in order, and everything else.
    pub async fn shutdown(&self) {
        if let Some(folder) = self.folder.write().await.take() {
            folder.stop().await;
        }
        drop(self.licenses.lock().unwrap_or_else(PoisonError::into_inner).take());
        drop(self.keyring.lock().unwrap_or_else(PoisonError::into_inner).take());
        self.supervisors.stop_all().await;
        if let Err(error) = self.context.licenses.keep_time() {
            tracing::error!(%error, "the latest time seen could not be stored");
        }
    }

    /// Ends for a backup that takes this home's place, unless somebody lives here by now. In either case the home is to be
    /// opened anew, with the lock that comes back: nobody could take the home meanwhile.
    ///
    /// # Errors
    /// `center_not_running` if it gave way before.
    pub async fn give_way(&self, backup: Prepared) -> Result<(File, Result<RestoredView>)> {
        let lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner).take();
        let held = lock.ok_or_else(|| Error::new(Code::CenterNotRunning, "this center has ended"))?;
        self.shutdown().await;
        Ok(match self.context.store.close().and_then(|()| backup.take_place(&held)) {
            Ok((lock, view)) => (lock, Ok(view)),
            Err(refused) => (held, Err(refused)),
        })
    }

    /// Answers a request of whoever holds this token.
    ///
    /// # Errors
    /// `not_signed_in` and `not_a_superadmin` before anything else; then the use case's own.
    pub async fn handle(self: &Arc<Self>, token: Option<&Token>, request: Request) -> Result<Value> {
        let actor = self.actor(token, &request)?;
        let attempt = Attempt::of(&request);
        let asking = Asking { actor: &actor, token, now: self.context.clock.now() };
        let answer = self.answer(asking, request).await;
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
    ) -> Result<Option<PlanView>> {
        let installer = Arc::clone(&self.installer);
        let plan = move || installer.put_back(&actor, &plugin, &locale, &progress);
        whole(tokio::task::spawn_blocking(plan)).await
    }

    async fn go_back(
        &self,
        actor: Actor,
        plugin: PluginId,
        (digest, locale): (String, String),
    ) -> Result<PlanView> {
        let digest =
            digest.parse().map_err(|e| Error::new(Code::InvalidInput, format!("`{digest}`: {e}")))?;
        let installer = Arc::clone(&self.installer);
        let plan = move || installer.go_back(&actor, (&plugin, digest), &locale);
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

    fn waits_in_folder(&self, plugin: &PluginId) -> Result<bool> {
        let files = folder::list(&self.context.store, "en")?;
        let concerns = |file: &FolderFileView| {
            let conflicts = file.cause.as_ref().and_then(|cause| cause.details["conflicts"].as_array());
            file.plugin.as_deref() == Some(plugin.as_ref()) || conflicts.is_some_and(|all| !all.is_empty())
        };
        Ok(files.iter().any(|file| file.state == "waiting" && concerns(file)))
    }

    /// Something was approved: what waits in the folder is looked at anew.
    async fn reconsider(&self) {
        if let Some(folder) = &*self.folder.read().await {
            folder.reconsider().await;
        }
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

/// How long a clean end may take before a process gives up waiting.
pub const SHUTDOWN_WITHIN: Duration = Duration::from_secs(10);
