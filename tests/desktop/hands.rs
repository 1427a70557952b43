//! A person at the window: finds things by the window's own words, in one language, and counts the clicks.
//! Knows no screen.

use std::cell::Cell;
use std::path::{Path, PathBuf};

use center::request::{Answers, Request, TrustAnswer};
use center::views::{AppliedView, PlanView};
use fantoccini::key::Key;
use regex::Regex;
use serde_json::{Value, json};
use spk::PluginId;

use crate::fixtures::{Package, Publisher};
use crate::harness::observer::Observer;
use crate::harness::page::By;
use crate::harness::wait;
use crate::harness::window::{Opening, SOON, Window};
use crate::words::Words;
use crate::{PASSWORD, initialise};

/// So many stops of the Tab key lie between any two things of one screen, at most.
const MOST_STOPS: usize = 90;

/// A dialog of the platform is looked at so often before its keys are pressed again; pressed while it still looks for the
/// file that was named, they take the name away from it.
const LOOKS: u32 = 150;

/// As the window and the system name it.
#[derive(Debug, Clone, Copy)]
pub struct Language {
    pub tag: &'static str,
    pub system: &'static str,
}

pub const ENGLISH: Language = Language { tag: "en", system: "en_US" };
pub const CHINESE: Language = Language { tag: "zh-CN", system: "zh_CN" };

/// One window with somebody before it.
pub struct Hands {
    pub window: Window,
    pub clicks: Cell<usize>,
    language: Language,
    words: Words,
}

/// Beginning and ending.
impl Hands {
    /// Before a new center, signed in as its first superadmin `root`, called Li Na.
    pub async fn begin(home: &Path, language: Language) -> Self {
        Self::begin_in(Window::over(home), language).await
    }

    /// As [`Hands::begin`], in a window that is described.
    pub async fn begin_in(opening: Opening, language: Language) -> Self {
        let hands = Self::open(opening, language).await;
        initialise(&hands.window).await;
        hands.window.reload().await;
        hands.sees("plugins.empty.text").await;
        hands
    }

    /// Before whatever the window opens with.
    pub async fn open(opening: Opening, language: Language) -> Self {
        let window = opening.locale(language.system).open().await;
        Self { window, clicks: Cell::new(0), language, words: Words::of(language.tag) }
    }

    /// The end of the window, which kept its policy and its secrets.
    pub async fn end(self) {
        self.window.end().await;
    }
}

/// Reading.
impl Hands {
    /// One of the window's texts.
    pub fn say(&self, key: &str) -> String {
        self.words.say(key, &[])
    }

    /// One of the window's texts with values.
    pub fn say_with(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.words.say(key, values)
    }

    /// The window's text for one of something; not every language tells it from many.
    pub fn say_one(&self, key: &str) -> String {
        let one = format!("{key}_one");
        let key = if self.has(&one) { one } else { format!("{key}_other") };
        self.say_with(&key, &[("count", "1")])
    }

    /// The language, as the window names it.
    pub fn tag(&self) -> &'static str {
        self.language.tag
    }

    /// Whether the window has a text at `key`.
    pub fn has(&self, key: &str) -> bool {
        self.words.has(key)
    }

    /// Waits for a text of the window.
    pub async fn sees(&self, key: &str) {
        self.window.sees(&self.say(key)).await;
    }

    /// Waits until nothing is being read any more.
    pub async fn sees_nothing_being_read(&self) {
        self.window.sees_no(&self.say("common.reading")).await;
    }

    /// Whether this is the window's text at `key`, with these values, and anything short in place of its others.
    pub fn reads(&self, text: &str, key: &str, values: &[(&str, &str)]) -> bool {
        let whole = regex::escape(&self.say_with(key, values));
        let open = Regex::new(r"\\\{\\\{\w+\\\}\\\}").expect("a pattern");
        let pattern = open.replace_all(&whole, ".{1,80}?").replace(['\n', ' '], r"\s");
        Regex::new(&pattern).expect("a pattern").is_match(text)
    }

    /// What an element shows now, as lines; empty if it is not there.
    pub async fn shown(&self, css: &str) -> String {
        let text = "return document.querySelector(arguments[0])?.innerText ?? ''";
        let text = self.window.run(text, vec![json!(css)]).await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// A field's present value.
    pub async fn value(&self, label: &str) -> String {
        let field = self.window.find(By::Role("textbox", label)).await;
        field.prop("value").await.expect("the page lives").unwrap_or_default()
    }
}

/// Doing.
impl Hands {
    /// Clicks something, and counts it.
    pub async fn click(&self, by: By<'_>) {
        self.clicks.set(self.clicks.get() + 1);
        self.window.click(by).await;
    }

    /// Clicks what has this role and is called by this text of the window.
    pub async fn click_on(&self, role: &str, key: &str) {
        self.click(By::Role(role, &self.say(key))).await;
    }

    /// Puts the focus into a field by a click, and types in place of what it held.
    pub async fn type_into(&self, label: &str, text: &str) {
        self.clicks.set(self.clicks.get() + 1);
        self.window.click_into(By::Role("textbox", label)).await;
        self.window.press(&[Key::Control.into(), 'a']).await;
        self.window.type_text(text).await;
    }

    /// Types a password or a secret, which the page must not be told afterwards.
    pub async fn type_secret_into(&self, label: &str, secret: &str) {
        self.window.keeps_secret(secret);
        self.type_into(label, secret).await;
    }

    /// Opens the platform's dialog for saving by `act`, and types the path of a new file into it.
    pub async fn save_to(&self, path: &Path, act: impl AsyncFnOnce()) {
        let dialog = self.dialog_of(act).await;
        self.answer(&dialog, ("ctrl+a", "alt+s"), path);
    }

    /// Opens the platform's dialog for a file by `act`, and types the path of one into it.
    pub async fn choose(&self, path: &Path, act: impl AsyncFnOnce()) {
        let dialog = self.dialog_of(act).await;
        // Where a path can be typed.
        self.answer(&dialog, ("ctrl+l", "alt+o"), path);
    }

    /// Opens one of the platform's dialogs by `act`, and closes it without an answer.
    pub async fn choose_nothing(&self, act: impl AsyncFnOnce()) {
        let dialog = self.dialog_of(act).await;
        self.until_closed(&dialog, || {
            drop(self.window.screen.xdotool(&["key", "--window", &dialog, "Escape"]));
        });
    }

    /// The window of the dialog that `act` opens, with the focus in it.
    async fn dialog_of(&self, act: impl AsyncFnOnce()) -> String {
        act().await;
        let dialog = wait::until("the platform's dialog", SOON, || self.window_of(true));
        self.window.screen.xdotool(&["windowfocus", "--sync", &dialog]);
        dialog
    }

    /// Return could press whatever has the focus in a dialog that is not ready, and that may be its way out.
    fn answer(&self, dialog: &str, (place, accept): (&str, &str), path: &Path) {
        let typed = path.to_str().expect("a path in UTF-8");
        let keys = |keys: &[&str]| self.window.screen.xdotool(&[&["key", "--window", dialog], keys].concat());
        keys(&[place]);
        self.until_closed(dialog, || {
            keys(&["ctrl+a", "type", "--delay", "0", "--window", dialog, typed]);
            keys(&[accept]);
        });
    }

    /// Until it is ready, a dialog loses keys: it gets them again. They go to it alone, never to what is below it.
    fn until_closed(&self, dialog: &str, act: impl Fn()) {
        let mut looks = 0;
        wait::until("the platform's dialog to close", SOON, || {
            if looks % LOOKS == 0 {
                act();
            }
            looks += 1;
            (!self.window.screen.shows(dialog)).then_some(())
        });
        // As a window manager would; what is typed into a window without it may be lost.
        let main = wait::until("the application's own window", SOON, || self.window_of(false));
        self.window.screen.xdotool(&["windowfocus", "--sync", &main]);
    }

    /// A window of the application that can be seen: a dialog of the platform, or its own. The list of all is short by some
    /// while others come and go, so that a missing one says nothing.
    fn window_of(&self, dialog: bool) -> Option<String> {
        let found = self.window.screen.xdotool(&["search", "--onlyvisible", "--class", "sprocket"]);
        let kind = if dialog { "_NET_WM_WINDOW_TYPE_DIALOG" } else { "_NET_WM_WINDOW_TYPE_NORMAL" };
        found.lines().find(|id| self.window.screen.kind(id).contains(kind)).map(str::to_owned)
    }

    /// Drops one file natively.
    pub fn drop(&self, file: &Path) {
        self.window.drop_files(&[file.to_owned()]);
    }

    /// Signs in where nobody is.
    pub async fn sign_in(&self, login: &str, password: &str) {
        self.type_into(&self.say("session.login"), login).await;
        self.type_secret_into(&self.say("session.password"), password).await;
        self.click_on("button", "session.signIn").await;
    }

    /// Signs out.
    pub async fn sign_out(&self, present: &str) {
        self.click(By::Role("button", present)).await;
        self.click_on("menuitem", "session.signOut").await;
    }
}

/// By keyboard alone.
impl Hands {
    /// Waits until the focus is there.
    pub async fn has_focus(&self, by: By<'_>) {
        let wanted = serde_json::to_value(self.window.find(by).await).expect("an element's reference");
        let here = "return document.activeElement === arguments[0]";
        self.window
            .until(&format!("{by:?} to have the focus"), async || {
                self.window.run(here, vec![wanted.clone()]).await == Value::Bool(true)
            })
            .await;
    }

    /// Presses Tab until the focus is on this, where it has to be seen.
    pub async fn tab_to(&self, by: By<'_>) {
        let wanted = self.window.find(by).await;
        let wanted = serde_json::to_value(&wanted).expect("an element's reference");
        let here = "const at = document.activeElement; const [wanted] = arguments;
            return [at === wanted, at?.outerHTML?.slice(0, 160) ?? '']";
        let mut stops = Vec::new();
        for _ in 0..MOST_STOPS {
            let now = self.window.run(here, vec![wanted.clone()]).await;
            if now[0] == Value::Bool(true) {
                return;
            }
            stops.push(now[1].clone());
            self.window.press_key(Key::Tab).await;
        }
        panic!("{by:?} is not reached by the Tab key; it stops at:\n{stops:#?}");
    }

    /// Goes there by Tab, and presses a key.
    pub async fn tab_and_press(&self, by: By<'_>, key: char) {
        self.tab_to(by).await;
        self.window.press(&[key]).await;
    }
}

/// Another superadmin's session beside the window, to prepare and to look.
pub async fn root(home: &Path) -> Observer {
    Observer::sign_in(home, "root", PASSWORD).await
}

/// Trusts a publisher for these ids.
pub async fn trust(root: &Observer, publisher: &Publisher, namespace: &str) {
    let (key, label) = (publisher.key.public(), publisher.label.clone());
    let (namespaces, checked) = (vec![namespace.into()], "in a test".into());
    let _: Value = root.get(Request::PublisherTrust { key, label, namespaces, checked }).await;
}

/// Installs a package of a trusted publisher, and agrees with everything that it asks for.
pub async fn install(root: &Observer, file: &Path) -> PluginId {
    let path = file.to_owned();
    let plan: PlanView = root.get(Request::PackagePlan { path, locale: "en".into() }).await;
    let answers = Answers { capabilities: true, ..Answers::default() };
    root.get::<AppliedView>(Request::PackageApply { plan: plan.plan, answers }).await.plugin
}

/// As [`install`], from a publisher that is trusted by it, and turned on.
pub async fn install_first(root: &Observer, package: &Package, folder: &Path) -> PluginId {
    let path: PathBuf = package.pack(&Publisher::new("Example Ltd"), folder);
    let plan: PlanView = root.get(Request::PackagePlan { path, locale: "en".into() }).await;
    let (label, namespaces) = ("Example Ltd".into(), vec!["com.example.*".into()]);
    let trust = Some(TrustAnswer { label, namespaces, checked: "in a test".into() });
    let answers = Answers { trust, capabilities: true, turn_on: true, ..Answers::default() };
    root.get::<AppliedView>(Request::PackageApply { plan: plan.plan, answers }).await.plugin
}
