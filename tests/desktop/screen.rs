//! A virtual screen, the web view's driver on it, and the application inside; all end with their owner.

use std::{
    io::{BufRead, BufReader},
    net::{TcpListener, TcpStream},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use fantoccini::{Client, ClientBuilder};
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::json;
use tempfile::TempDir;

use crate::wait;

/// The application as this build made it, beside the test binaries' folder.
pub fn binary() -> PathBuf {
    let tests = std::env::current_exe().expect("this test has a path");
    let profile = tests.parent().and_then(Path::parent).expect("tests lie in `deps`");
    let binary = profile.join("sprocket-desktop");
    assert!(binary.is_file(), "`{}` is not built; run `make test`", binary.display());
    binary
}

/// A process with everything that it started, ended together.
struct Family(Child);

impl Family {
    fn start(command: &mut Command) -> Self {
        Self(command.stdin(Stdio::null()).process_group(0).spawn().expect("`scripts/setup` installs it"))
    }
}

impl Drop for Family {
    fn drop(&mut self) {
        // The leader is not waited for yet, so its id cannot belong to anyone else.
        let _ = kill_process_group(Pid::from_child(&self.0), Signal::KILL);
        let _ = self.0.wait();
    }
}

/// One open window. Fields end in this order: the driver with its application, then the screen.
pub struct Window {
    pub client: Client,
    _driver: Family,
    _screen: Family,
    _locales: TempDir,
}

impl Window {
    /// Opens the application on a new screen, over `home`, in the language of `locale`, such as `zh_CN`.
    pub async fn open(home: &Path, locale: &str) -> Self {
        let locales = make_locale(locale);
        let (screen, display) = start_screen();
        let port = free_port();
        let mut driver = Command::new("WebKitWebDriver");
        driver.arg(format!("--port={port}")).env("DISPLAY", display).env_remove("WAYLAND_DISPLAY");
        driver.env("TAURI_WEBVIEW_AUTOMATION", "true").env("SPROCKET_HOME", home);
        driver.env("LC_ALL", format!("{locale}.UTF-8")).env("LOCPATH", locales.path()).env_remove("LANGUAGE");
        let driver = Family::start(&mut driver);
        wait::until("the driver to listen", Duration::from_secs(20), || {
            TcpStream::connect(("127.0.0.1", port)).ok()
        });
        Self { client: connect(port).await, _driver: driver, _screen: screen, _locales: locales }
    }

    pub async fn close(self) {
        self.client.clone().close().await.expect("the driver ends its session");
    }
}

async fn connect(port: u16) -> Client {
    let options = json!({ "webkitgtk:browserOptions": { "binary": binary(), "args": [] } });
    let options = options.as_object().expect("an object").clone();
    let mut builder = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
    builder.capabilities(options);
    builder.connect(&format!("http://127.0.0.1:{port}")).await.expect("the application opens its window")
}

/// A computer that nobody speaks this language on lacks its locale, and the web view would fall back to English.
fn make_locale(locale: &str) -> TempDir {
    let locales = tempfile::tempdir().expect("a folder for the locale");
    let made = Command::new("localedef")
        .args(["-i", locale, "-f", "UTF-8"])
        .arg(locales.path().join(format!("{locale}.UTF-8")))
        .output()
        .expect("`scripts/setup` installs it");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    locales
}

/// Xvfb chooses a free number itself and prints it once it is ready.
fn start_screen() -> (Family, String) {
    let mut command = Command::new("Xvfb");
    command.args(["-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp"]);
    let mut screen = Family::start(command.stdout(Stdio::piped()).stderr(Stdio::null()));
    let mut number = String::new();
    let output = screen.0.stdout.take().expect("piped");
    BufReader::new(output).read_line(&mut number).expect("Xvfb prints its number");
    (screen, format!(":{}", number.trim()))
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("it has an address").port()
}
