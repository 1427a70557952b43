//! Leads through the window: every act is a click, a key or a native drop; every step is looked at, told and pictured.

use std::path::{Path, PathBuf};
use std::time::Instant;

use fantoccini::key::Key;

use crate::harness::observer::Observer;
use crate::harness::page::By;
use crate::harness::window::{Scheme, Window};
use crate::words::Words;

/// In which language and colours one tour is made.
pub struct Manner {
    /// `en` or `zh-CN`, as the window names it.
    pub locale: &'static str,
    /// As the system names it.
    pub system: &'static str,
    pub scheme: Scheme,
    /// The folder of its pictures.
    pub name: &'static str,
}

/// The hands, the eyes and the mouth of one tour.
pub struct Guide {
    pub window: Window,
    words: Words,
    pictures: PathBuf,
    told: usize,
    began: Instant,
}

impl Guide {
    /// Opens the window over an empty home.
    pub async fn begin(manner: &Manner, home: &Path, pictures: &Path) -> Self {
        let window = Window::over(home).locale(manner.system).scheme(manner.scheme).open().await;
        let (words, pictures) = (Words::of(manner.locale), pictures.join(manner.name));
        let _ = std::fs::remove_dir_all(&pictures);
        Self { window, words, pictures, told: 0, began: Instant::now() }
    }

    /// One of the window's texts.
    pub fn say(&self, key: &str) -> String {
        self.words.say(key, &[])
    }

    /// One of the window's texts with values.
    pub fn say_with(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.words.say(key, values)
    }

    /// Tells a step that was verified, and keeps a picture of it.
    pub async fn tell(&mut self, picture: &str, step: &str) {
        self.told += 1;
        let file = self.pictures.join(format!("{:02}-{picture}.png", self.told));
        self.window.picture(&file).await;
        println!("  {:>4.1} s  {:02}. {step}", self.began.elapsed().as_secs_f32(), self.told);
    }

    /// Clicks what has this role and is called by this text.
    pub async fn click(&self, role: &str, key: &str) {
        self.window.click(By::Role(role, &self.say(key))).await;
    }

    /// Clicks what has this role and exactly this name.
    pub async fn click_named(&self, role: &str, name: &str) {
        self.window.click(By::Role(role, name)).await;
    }

    /// Clicks what bears this mark.
    pub async fn click_marked(&self, mark: &str) {
        self.window.click(By::TestId(mark)).await;
    }

    /// Puts the focus into a field by a click, and types.
    pub async fn type_into(&self, key: &str, text: &str) {
        self.type_into_named(&self.say(key), text).await;
    }

    /// As [`Guide::type_into`], by the label itself.
    pub async fn type_into_named(&self, label: &str, text: &str) {
        self.window.click_into(By::Role("textbox", label)).await;
        self.window.press(&[Key::Control.into(), 'a']).await;
        self.window.type_text(text).await;
    }

    /// Waits for a text of the window.
    pub async fn sees(&self, key: &str) {
        self.window.sees(&self.say(key)).await;
    }

    /// Waits until the form's last line counts two changes, and nothing that is missing.
    pub async fn nothing_is_left_to_fill_in(&self) {
        let changes = self.say_with("plugin.settings.changes_other", &[("count", "2")]);
        let line = "return document.querySelector('[data-testid=save-bar] [role=status]')?.innerText.trim()";
        let all = async || self.window.run(line, vec![]).await.as_str() == Some(&changes);
        self.window.until(&format!("the form to say `{changes}` and no more"), all).await;
    }

    /// Scrolls to what was found, as somebody who looks for it would.
    pub async fn brings_into_view(&self, css: &str) {
        self.window.find(By::Css(css)).await;
        let scroll = "document.querySelector(arguments[0]).scrollIntoView({ block: 'center' })";
        self.window.run(scroll, vec![css.into()]).await;
    }

    /// Signs out, and in as somebody else.
    pub async fn sign_in_as(&self, present: &str, login: &str, password: &str) {
        self.click_named("button", present).await;
        self.click("menuitem", "session.signOut").await;
        self.type_into("session.login", login).await;
        self.type_into("session.password", password).await;
        self.click("button", "session.signIn").await;
    }

    /// Looks at the center from beside, as the command line does.
    pub async fn observer(&self, login: &str, password: &str) -> Observer {
        Observer::sign_in(self.window.home(), login, password).await
    }

    /// The end: nothing that the policy forbids was tried, and quitting ends the process.
    pub async fn end(self, present: &str) {
        assert_eq!(self.window.violations().await, Vec::<String>::new(), "the policy was violated");
        self.click_named("button", present).await;
        self.click("menuitem", "session.quit").await;
        // The page may be gone before it can answer the click; whether it was clicked shows in the end of the process.
        let quit = self.window.find(By::Role("button", &self.say("session.quitAndStop"))).await;
        let _answer = quit.click().await;
        self.window.wait_for_end();
        println!(
            "  {:>4.1} s  The window is closed, and nothing runs on.",
            self.began.elapsed().as_secs_f32()
        );
    }
}
