//! Why no window opened, in the words of the person before the screen: on standard error, and in a message where there is one.

use std::process::ExitCode;

use center::error::{Code, ErrorView};

/// Why the window did not open.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// There is no screen to open a window on.
    #[error("there is no display to open a window on")]
    NoDisplay,
    /// The center of this home cannot be had.
    #[error("{}", .0.message)]
    Center(Box<ErrorView>),
    /// The platform refused the window.
    #[error("the window could not be opened: {0}")]
    Window(#[from] tauri::Error),
}

impl From<ErrorView> for Failure {
    fn from(refused: ErrorView) -> Self {
        Self::Center(refused.into())
    }
}

impl From<center::error::Error> for Failure {
    fn from(refused: center::error::Error) -> Self {
        ErrorView::from(refused).into()
    }
}

impl Failure {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &str {
        match self {
            Self::NoDisplay => "sign in to a desktop, or set DISPLAY or WAYLAND_DISPLAY to a running one",
            Self::Center(refused) => &refused.hint,
            Self::Window(_) => "look at the message above; the platform's web view may be missing",
        }
    }

    /// 69, the customary code of something that is unavailable, without a display; 75, of something to be tried again
    /// later, if the home's center runs without a window or is held by another command; 1 otherwise.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::NoDisplay => ExitCode::from(69),
            Self::Center(refused) if is(refused, Code::NoWindow) || is(refused, Code::CenterRunning) => {
                ExitCode::from(75)
            }
            _ => ExitCode::FAILURE,
        }
    }

    /// The cause and the next step, in the language of this computer.
    fn words(&self, language: Language) -> (String, String) {
        let own = (self.to_string(), self.hint().to_owned());
        let (Self::Center(refused), Language::Chinese) = (self, language) else { return own };
        let told = [
            (
                Code::NoWindow,
                "本机的 Sprocket 正在无窗口运行（sprocket serve）。",
                "请先停止它，再打开窗口：窗口会运行同一个中心。",
            ),
            (Code::CenterRunning, "另一个 Sprocket 命令正在使用此数据目录。", "请等它结束后再试。"),
            (Code::DatabaseNewer, "数据由更新版本的 Sprocket 写入。", "请启动更新的版本，或恢复备份。"),
            (Code::HomeUnavailable, "无法使用 Sprocket 的数据目录。", "请检查目录的所有者、权限和剩余空间。"),
        ];
        let found = told.into_iter().find(|(code, ..)| is(refused, *code));
        // What has no translation is better told in English than not at all.
        found.map_or(own, |(_, cause, step)| (format!("{cause}\n{}", refused.message), step.to_owned()))
    }

    /// Shows it, and returns when it was read.
    pub fn show(&self) {
        eprintln!("sprocket-desktop: {self}");
        eprintln!("hint: {}", self.hint());
        let (cause, step) = self.words(Language::of_system());
        show_message(&sentence(&cause), &sentence(&step));
    }
}

/// A language that failures are told in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Language {
    English,
    Chinese,
}

impl Language {
    fn of_system() -> Self {
        let set = |name| std::env::var(name).ok().filter(|value: &String| !value.is_empty());
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set).unwrap_or_default();
        if locale.starts_with("zh") { Self::Chinese } else { Self::English }
    }
}

fn is(refused: &ErrorView, code: Code) -> bool {
    refused.code == code.as_str()
}

fn sentence(phrase: &str) -> String {
    let mut letters = phrase.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(target_os = "linux")]
fn show_message(cause: &str, step: &str) {
    use gtk::prelude::*;
    if !crate::display::is_there() {
        return;
    }
    let message = gtk::MessageDialog::new(
        None::<&gtk::Window>,
        gtk::DialogFlags::empty(),
        gtk::MessageType::Error,
        gtk::ButtonsType::Close,
        cause,
    );
    message.set_title("Sprocket");
    message.set_secondary_text(Some(step));
    message.run();
}

#[cfg(not(target_os = "linux"))]
fn show_message(_: &str, _: &str) {}

#[cfg(test)]
mod tests {
    use center::error::Error;

    use super::*;

    #[test]
    fn each_failure_of_a_start_is_told_in_both_languages_with_the_next_step() {
        for code in [Code::NoWindow, Code::CenterRunning, Code::DatabaseNewer, Code::HomeUnavailable] {
            let failure = Failure::from(Error::new(code, "the cause of `x`"));
            let (cause, step) = failure.words(Language::English);
            assert_eq!((cause.as_str(), step.as_str()), ("the cause of `x`", failure.hint()));
            let (cause, step) = failure.words(Language::Chinese);
            assert!(cause.ends_with("`x`") && !cause.is_ascii() && !step.is_ascii(), "{cause} {step}");
        }
    }
}
