//! One running application and its window: opened over a home, looked at, clicked, typed into, closed and killed.

use std::cell::RefCell;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::{Element, ElementRef};
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder};
use rustix::process::Signal;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::drag::Drag;
use super::page::{self, Asked, By};
use super::screen::{Family, Screen, built, children, free_port, is_alive, make_locale, signal};
use super::wait;

/// Long enough for anything that happens at once, also on a busy computer.
pub const SOON: Duration = Duration::from_secs(20);
/// A picture of nothing is shorter, in bytes.
const BLANK: usize = 2000;
/// So many pictures are compared until two are the same.
const MOST_LOOKS: usize = 20;
/// Nothing moves any more: what fades in is not seen yet, or has other colours meanwhile.
const STILL: &str = "return document.getAnimations().every(({ playState, effect }) =>
    playState !== 'running' || effect.getTiming().iterations === Infinity)
    && [...document.querySelectorAll('[role=menu], [role=dialog]')].every((one) => getComputedStyle(one).opacity === '1');";
/// The key of a web element in the driver's answers.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// The colours that the system asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    Light,
    Dark,
}

/// How a window is opened; begin with [`Window::over`].
pub struct Opening {
    home: PathBuf,
    locale: String,
    scheme: Scheme,
    size: (u32, u32),
    environment: Vec<(String, String)>,
    files: Vec<PathBuf>,
    screen: Option<Arc<Screen>>,
}

/// One open window. Fields end in this order: the driver with its application, then the screen.
pub struct Window {
    /// The driver's session, for what is not offered here.
    pub client: Client,
    /// The application's process.
    pub pid: u32,
    /// Where it is shown.
    pub screen: Arc<Screen>,
    home: PathBuf,
    secrets: RefCell<Vec<String>>,
    driver: Family,
    _locales: TempDir,
    _runtime: TempDir,
}

/// Opening.
impl Opening {
    /// Such as `zh_CN`; `en_US` unless said.
    pub fn locale(mut self, locale: &str) -> Self {
        self.locale = locale.into();
        self
    }

    /// Light unless said.
    pub fn scheme(mut self, scheme: Scheme) -> Self {
        self.scheme = scheme;
        self
    }

    /// In pixels; 1280×800 unless said.
    pub fn size(mut self, width: u32, height: u32) -> Self {
        self.size = (width, height);
        self
    }

    /// A further variable of its environment.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// Files on its command line.
    pub fn files(mut self, files: &[PathBuf]) -> Self {
        self.files.extend_from_slice(files);
        self
    }

    /// On a screen that is there already.
    pub fn on(mut self, screen: &Arc<Screen>) -> Self {
        self.screen = Some(Arc::clone(screen));
        self
    }

    /// Starts the driver, which starts the application, and waits for its page.
    pub async fn open(self) -> Window {
        let screen = self.screen.clone();
        let screen = screen.unwrap_or_else(|| Arc::new(Screen::start(self.size.0, self.size.1)));
        let (locales, runtime) = (make_locale(&self.locale), tempfile::tempdir().expect("a folder"));
        let port = free_port();
        let mut driver = screen.on(Command::new("WebKitWebDriver"));
        driver.arg(format!("--port={port}")).stdout(Stdio::null());
        self.prepare(&mut driver, &locales, &runtime);
        let driver = Family::start(&mut driver);
        wait::until("the driver to listen", SOON, || TcpStream::connect(("127.0.0.1", port)).ok());
        let client = connect(port, &self.files).await;
        let pid = wait::until("the application's process", SOON, || {
            children(driver.pid(), "sprocket-desktop").pop()
        });
        let home = self.home.clone();
        let (secrets, _locales, _runtime) = (RefCell::default(), locales, runtime);
        let window = Window { client, pid, screen, home, secrets, driver, _locales, _runtime };
        window.settle(self.size).await;
        window
    }

    fn prepare(&self, driver: &mut Command, locales: &TempDir, runtime: &TempDir) {
        driver.env("TAURI_WEBVIEW_AUTOMATION", "true").env("SPROCKET_HOME", &self.home);
        driver.env("LC_ALL", format!("{}.UTF-8", self.locale)).env("LOCPATH", locales.path());
        driver
            .env_remove("LANGUAGE")
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .env("XDG_RUNTIME_DIR", runtime.path())
            .env("NO_AT_BRIDGE", "1");
        // What a test lets start by itself must not start on this computer.
        driver.env("XDG_CONFIG_HOME", runtime.path());
        // Without a server for it, the input method of some languages loses capitals that the driver types.
        driver.env("GTK_IM_MODULE", "gtk-im-context-simple");
        let theme = if self.scheme == Scheme::Dark { "Adwaita:dark" } else { "Adwaita" };
        driver.env("GTK_THEME", theme);
        driver.envs(self.environment.iter().map(|(name, value)| (name, value)));
    }
}

impl Window {
    /// A window over this home, in English and light, 1280×800 pixels, on a screen of its own.
    pub fn over(home: &Path) -> Opening {
        Opening {
            home: home.to_owned(),
            locale: "en_US".into(),
            scheme: Scheme::Light,
            size: (1280, 800),
            environment: Vec::new(),
            files: Vec::new(),
            screen: None,
        }
    }

    /// The home that it was opened over.
    pub fn home(&self) -> &Path {
        &self.home
    }

    async fn settle(&self, (width, height): (u32, u32)) {
        let loaded =
            "return document.readyState === 'complete' && Boolean(window.__TAURI_INTERNALS__?.callbacks)";
        self.until("the page to load", async || self.run(loaded, vec![]).await == Value::Bool(true)).await;
        self.run(page::WATCH, vec![]).await;
        self.client.set_window_rect(0, 0, width, height).await.expect("the window can be sized");
    }

    /// Runs a script in the page.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute(script, arguments).await.unwrap_or_else(|e| panic!("{e}\nin the script {script}"))
    }

    /// Loads the page anew, as after a fault; what was heard before is forgotten.
    pub async fn reload(&self) {
        self.client.refresh().await.expect("the page loads again");
        let size = self.screen.size();
        self.settle(size).await;
    }
}

/// Looking.
impl Window {
    /// The element, as soon as it is shown.
    pub async fn find(&self, by: By<'_>) -> Element {
        let began = Instant::now();
        loop {
            if let Some(found) = self.look(by).await {
                return found;
            }
            assert!(began.elapsed() < SOON, "{by:?} is not shown; the page says:\n{}", self.says().await);
            pause().await;
        }
    }

    /// The element, if it is there now.
    pub async fn look(&self, by: By<'_>) -> Option<Element> {
        let asked = by.asked();
        if let Some(locator) = asked.locator() {
            return self.client.find(locator).await.ok();
        }
        let Asked::Script(arguments) = asked else { return None };
        let found = self.run(page::FIND, arguments).await;
        let id = found.get(ELEMENT)?.as_str()?.to_owned();
        Some(Element::from_element_id(self.client.clone(), ElementRef::from(id)))
    }

    /// Everything that the page shows, as text.
    pub async fn says(&self) -> String {
        let text = self.run("return document.body.innerText", vec![]).await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until the page shows this text.
    pub async fn sees(&self, text: &str) {
        self.until(&format!("the page to show `{text}`"), async || self.says().await.contains(text)).await;
    }

    /// Waits until the page no longer shows this text.
    pub async fn sees_no(&self, text: &str) {
        self.until(&format!("`{text}` to go"), async || !self.says().await.contains(text)).await;
    }

    /// The text of an element, as soon as it is shown.
    pub async fn text(&self, by: By<'_>) -> String {
        self.find(by).await.text().await.expect("it has a text")
    }

    /// Waits for a condition; on failure says what the page shows.
    pub async fn until(&self, what: &str, mut holds: impl AsyncFnMut() -> bool) {
        let began = Instant::now();
        while !holds().await {
            assert!(
                began.elapsed() < SOON,
                "waited {SOON:?} in vain: {what}; the page says:\n{}",
                self.says().await
            );
            pause().await;
        }
    }

    /// Waits until what opens or closes has done so; what turns without end is not waited for.
    pub async fn stands_still(&self) {
        self.until("everything to stand still", async || self.run(STILL, vec![]).await == Value::Bool(true))
            .await;
    }

    /// What is on the screen, as a PNG file, once it is painted and stands still; a blinking caret is not waited for.
    pub async fn picture(&self, path: &Path) {
        self.stands_still().await;
        let frames =
            "const [done] = arguments; requestAnimationFrame(() => requestAnimationFrame(() => done()))";
        let _ = self.client.execute_async(frames, vec![]).await;
        let mut last = Vec::new();
        for _ in 0..MOST_LOOKS {
            let now = self.screen.picture();
            let still = now.len() > BLANK && now == last;
            last = now;
            if still {
                break;
            }
            pause().await;
        }
        assert!(last.len() > BLANK, "nothing was painted");
        std::fs::create_dir_all(path.parent().expect("a file's path")).expect("a folder for pictures");
        std::fs::write(path, last).expect("a picture can be written");
    }
}

/// Acting.
impl Window {
    /// Clicks it, as soon as it is shown and nothing lies over it.
    pub async fn click(&self, by: By<'_>) {
        self.until(&format!("{by:?} to be clicked"), async || match self.look(by).await {
            Some(found) => found.click().await.is_ok(),
            None => false,
        })
        .await;
    }

    /// Clicks into a field until it has the focus: what moves at that moment lets a click miss it.
    pub async fn click_into(&self, by: By<'_>) {
        let here = "return document.activeElement === arguments[0]";
        self.until(&format!("{by:?} to get the focus"), async || {
            let Some(field) = self.look(by).await else { return false };
            let reference = serde_json::to_value(&field).expect("an element's reference");
            field.click().await.is_ok() && self.run(here, vec![reference]).await == Value::Bool(true)
        })
        .await;
    }

    /// Replaces what a field holds.
    pub async fn fill(&self, by: By<'_>, text: &str) {
        let field = self.find(by).await;
        field.clear().await.expect("it can be cleared");
        field.send_keys(text).await.expect("it takes keys");
    }

    /// Types into whatever has the focus.
    pub async fn type_text(&self, text: &str) {
        let strokes = text.chars().flat_map(|value| [KeyAction::Down { value }, KeyAction::Up { value }]);
        self.act(strokes.collect()).await;
    }

    /// Presses one key, or several together, such as Control and `o`.
    pub async fn press(&self, keys: &[char]) {
        let down = keys.iter().map(|&value| KeyAction::Down { value });
        let up = keys.iter().rev().map(|&value| KeyAction::Up { value });
        self.act(down.chain(up).collect()).await;
    }

    /// Presses one key that has a name.
    pub async fn press_key(&self, key: Key) {
        self.press(&[key.into()]).await;
    }

    async fn act(&self, keys: Vec<KeyAction>) {
        let actions = keys.into_iter().fold(KeyActions::new("keys".into()), KeyActions::then);
        self.client.perform_actions(actions).await.expect("the window takes keys");
    }

    /// Takes files up outside of the window; continue with [`Drag::hover`] and [`Drag::release`].
    pub fn drag(&self, files: &[PathBuf]) -> Drag {
        Drag::begin(&self.screen, files)
    }

    /// Drops files natively onto the middle of the window.
    pub fn drop_files(&self, files: &[PathBuf]) {
        let (width, height) = self.screen.size();
        let mut drag = self.drag(files);
        drag.hover(width / 2, height / 2);
        drag.release();
    }
}

/// The page's way to the shell, and what came over it.
impl Window {
    /// Calls a command of the shell, from the page. The error is what the page would catch.
    pub async fn invoke(&self, name: &str, args: Value) -> Result<Value, Value> {
        let answer = self.client.execute_async(page::INVOKE, vec![json!(name), args]).await;
        let mut answer = answer.unwrap_or_else(|e| panic!("`{name}` was not answered: {e}"));
        match answer.get_mut("error") {
            Some(error) => Err(error.take()),
            None => Ok(answer["ok"].take()),
        }
    }

    /// Everything that the shell told the page since it was loaded: answers, refusals, events and streams, as JSON texts.
    pub async fn heard(&self) -> Vec<String> {
        let heard = self.run("return window.harness.heard", vec![]).await;
        serde_json::from_value(heard).expect("texts")
    }

    /// What the content security policy refused since the page was loaded.
    pub async fn violations(&self) -> Vec<String> {
        let violations = self.run("return window.harness.violations", vec![]).await;
        serde_json::from_value(violations).expect("texts")
    }

    /// From now on the page must not be told this; [`Window::end`] looks.
    pub fn keeps_secret(&self, secret: &str) {
        self.secrets.borrow_mut().push(secret.to_owned());
    }

    /// What the page was told and must not know: a secret that was typed, or a session's token.
    async fn told_secrets(&self) -> Vec<String> {
        let secrets = self.secrets.borrow().clone();
        let told =
            |heard: &String| page::has_token(heard) || secrets.iter().any(|secret| heard.contains(secret));
        self.heard().await.into_iter().filter(told).collect()
    }
}

/// The end.
impl Window {
    /// Whether the application runs.
    pub fn is_running(&self) -> bool {
        is_alive(self.pid)
    }

    /// `kill -9` of the application; the driver's session is lost with it.
    pub fn kill(self) {
        signal(self.pid, Signal::KILL);
        self.wait_for_end();
    }

    /// The end of a test: nothing that the policy forbids was tried, and the page was told no secret and no token; then
    /// as [`Window::terminate`].
    pub async fn end(self) {
        assert_eq!(self.violations().await, Vec::<String>::new(), "the policy was violated");
        assert_eq!(
            self.told_secrets().await,
            Vec::<String>::new(),
            "the page was told what it must not know"
        );
        self.terminate();
    }

    /// Asks the application to end in order, and waits until it has.
    pub fn terminate(self) {
        signal(self.pid, Signal::TERM);
        self.wait_for_end();
    }

    /// Waits until the application has ended by itself.
    pub fn wait_for_end(&self) {
        wait::until("the application to end", SOON, || (!self.is_running()).then_some(()));
    }

    /// The driver's own process, which the application hangs below.
    pub fn driver_pid(&self) -> u32 {
        self.driver.pid()
    }
}

/// Between two looks at the page.
async fn pause() {
    tokio::time::sleep(Duration::from_millis(20)).await;
}

async fn connect(port: u16, files: &[PathBuf]) -> Client {
    let options =
        json!({ "webkitgtk:browserOptions": { "binary": built("sprocket-desktop"), "args": files } });
    let options = options.as_object().expect("an object").clone();
    let mut builder = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
    builder.capabilities(options);
    builder.connect(&format!("http://127.0.0.1:{port}")).await.expect("the application opens its window")
}
