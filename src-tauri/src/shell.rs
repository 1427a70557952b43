//! What the window's process holds: its center, its session, what is under way. Knows no page.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use center::actor::Role;
use center::center::{Center, SHUTDOWN_WITHIN};
use center::control::Server;
use center::error::Code;
use center::paths::Home;
use center::request::{Request, Token};
use center::views::{AccountView, SignedInView};
use tauri::async_runtime::{self, JoinHandle};
use tauri::{AppHandle, Emitter};
use tokio::sync::watch;
use tokio::task::AbortHandle;

use crate::dispatch;
use crate::drafts::Drafts;
use crate::operations::Operations;
use crate::own::Session;
use crate::preferences::PreferencesFile;
use crate::window;

/// The event by which the page learns that its session is another one, or locked.
const SESSION: &str = "session";

/// Everything of this process but its window.
pub struct Shell {
    /// Where its center lives.
    pub home: Home,
    /// Who is signed in.
    pub session: crate::session::Keeper,
    /// How the window looks.
    pub preferences: PreferencesFile,
    /// Where packages to try may lie; the first folder with any counts.
    pub samples: Vec<PathBuf>,
    /// The plugin-host that came with this program, if one did.
    pub host: Option<PathBuf>,
    /// What people entered and did not save.
    pub drafts: Drafts,
    /// Plans and installs under way.
    pub operations: Operations,
    /// Tasks that send log lines to the page, by plugin.
    following: Mutex<HashMap<String, AbortHandle>>,
    files: Mutex<Vec<PathBuf>>,
    app: OnceLock<AppHandle>,
    center: Mutex<Arc<Center>>,
    serving: Mutex<Option<Serving>>,
    /// Held while one center makes way for another.
    pub exchange: tokio::sync::Mutex<()>,
    ended: AtomicBool,
}

/// What answers the control socket; ends when it is told, or when this is dropped.
struct Serving {
    end: watch::Sender<()>,
    task: JoinHandle<()>,
}

impl Serving {
    fn begin(server: Server<Center>) -> Self {
        let (end, mut ended) = watch::channel(());
        let until = async move { while ended.changed().await.is_ok() {} };
        Self { end, task: async_runtime::spawn(server.run(until)) }
    }

    /// Returns once running requests are answered, or their time is up.
    async fn end(self) {
        drop(self.end);
        let _ = self.task.await;
    }
}

/// What a [`Shell`] is made of.
pub struct Parts {
    /// Open, with `serve` and `window`.
    pub center: Arc<Center>,
    /// Bound for it.
    pub server: Server<Center>,
    /// Its home.
    pub home: Home,
    /// Given on the command line, absolute.
    pub files: Vec<PathBuf>,
    /// Where packages to try may lie.
    pub samples: Vec<PathBuf>,
    /// The plugin-host that came with this program, if one did.
    pub host: Option<PathBuf>,
}

impl Shell {
    /// A shell with nobody signed in.
    pub fn new(parts: Parts) -> Self {
        Self {
            preferences: PreferencesFile::open(&parts.home),
            drafts: Drafts::of(&parts.home),
            home: parts.home,
            session: crate::session::Keeper::default(),
            samples: parts.samples,
            host: parts.host,
            operations: Operations::default(),
            following: Mutex::default(),
            files: Mutex::new(parts.files),
            app: OnceLock::new(),
            center: Mutex::new(parts.center),
            serving: Mutex::new(Some(Serving::begin(parts.server))),
            exchange: tokio::sync::Mutex::default(),
            ended: AtomicBool::new(false),
        }
    }

    /// The center inside this process.
    pub fn center(&self) -> Arc<Center> {
        Arc::clone(&self.center.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes another center of the same home in, and has it answer the control socket.
    pub fn carry(&self, center: Arc<Center>, server: Server<Center>) {
        *self.center.lock().unwrap_or_else(PoisonError::into_inner) = center;
        *self.serving.lock().unwrap_or_else(PoisonError::into_inner) = Some(Serving::begin(server));
    }

    /// Closes the control socket, once running requests are answered.
    pub async fn serve_no_more(&self) {
        let serving = self.serving.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(serving) = serving {
            serving.end().await;
        }
    }

    /// Takes a new session in; the one before it is ended.
    pub async fn enter(self: &Arc<Self>, signed_in: SignedInView) -> Session {
        let token = signed_in.token.clone();
        let view = Session::of(&signed_in);
        if let Some(old) = self.session.replace(signed_in) {
            self.follow_no_more();
            dispatch::end(self, &old).await;
        }
        self.learn_name(&token).await;
        self.tell_session();
        self.session.view().unwrap_or(view)
    }

    /// The session of this token is over.
    pub fn leave(&self, token: &Token) {
        self.session.forget(token);
        self.follow_no_more();
        self.tell_session();
    }

    /// The session as the center sees it now; `None` if it ended meanwhile.
    pub async fn current(self: &Arc<Self>) -> Option<Session> {
        let token = self.session.token()?;
        match self.center().session(&token) {
            Ok(now) => {
                self.session.update(&token, |session| {
                    now.login().clone_into(&mut session.login);
                    session.role = now.role();
                    session.must_change = false;
                });
                self.learn_name(&token).await;
            }
            Err(error) if error.code == Code::PasswordChangeRequired => {
                self.session.update(&token, |session| session.must_change = true);
            }
            Err(error) if error.code == Code::NotSignedIn => self.leave(&token),
            // A database that is busy for a moment signs nobody out.
            Err(cause) => tracing::warn!(%cause, "the session could not be looked at"),
        }
        self.session.view()
    }

    /// Whether a superadmin is signed in and not locked, as the center sees it now.
    pub fn is_managed(&self) -> bool {
        let token = self.session.open_token();
        token
            .and_then(|token| self.center().session(&token).ok())
            .is_some_and(|s| s.role() == Role::Superadmin)
    }

    async fn learn_name(self: &Arc<Self>, token: &Token) {
        let Ok(answer) = self.center().handle(Some(token), Request::Me).await else { return };
        if let Ok(AccountView { name, .. }) = dispatch::read(answer) {
            self.session.update(token, |session| session.name = name);
        }
    }

    /// From now on the page of this application is told about its session.
    pub fn shown_by(&self, app: AppHandle) {
        let _ = self.app.set(app);
    }

    /// Tells the page what it may know of its session.
    pub fn tell_session(&self) {
        let Some(app) = self.app.get() else { return };
        if let Err(cause) = app.emit_to(window::MAIN, SESSION, self.session.view()) {
            tracing::warn!(%cause, "the page was not told about its session");
        }
    }

    /// Keeps files for the page to take once somebody may look at them.
    pub fn put_files(&self, files: Vec<PathBuf>) {
        self.files.lock().unwrap_or_else(PoisonError::into_inner).extend(files);
    }

    /// The files kept, once.
    pub fn take_files(&self) -> Vec<PathBuf> {
        std::mem::take(&mut *self.files.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Follows this plugin's log by that task, in place of an earlier one.
    pub fn follow(&self, plugin: String, task: AbortHandle) {
        let mut following = self.following.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(earlier) = following.insert(plugin, task) {
            earlier.abort();
        }
    }

    /// Ends what follows this plugin's log.
    pub fn unfollow(&self, plugin: &str) {
        let mut following = self.following.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(task) = following.remove(plugin) {
            task.abort();
        }
    }

    /// Ends what follows any log: a page without session is told nothing.
    pub fn follow_no_more(&self) {
        let mut following = self.following.lock().unwrap_or_else(PoisonError::into_inner);
        following.drain().for_each(|(_, task)| task.abort());
    }
}

/// The end.
impl Shell {
    /// Lets running requests finish, stops every plugin in order, and ends the process. Does so once.
    pub async fn end(&self, app: &AppHandle) {
        if self.ended.swap(true, Ordering::SeqCst) {
            return;
        }
        tracing::info!("stopping");
        let whole = async {
            self.serve_no_more().await;
            self.center().shutdown().await;
        };
        if tokio::time::timeout(SHUTDOWN_WITHIN, whole).await.is_err() {
            tracing::warn!("ended before every plugin had");
        }
        app.exit(0);
    }
}
