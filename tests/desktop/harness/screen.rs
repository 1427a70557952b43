//! A virtual screen of one's own, and processes that end with their owner.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tempfile::TempDir;

/// Room below the window, where a drag can begin outside of it; in pixels.
pub const MARGIN: u32 = 80;

/// A program of this build, beside the test binaries' folder.
///
/// # Panics
/// If it was not built.
pub fn built(name: &str) -> PathBuf {
    let this = std::env::current_exe().expect("this program has a path");
    let folder = this.parent().expect("it lies in a folder");
    let profile = if folder.ends_with("deps") { folder.parent().expect("of a profile") } else { folder };
    let program = profile.join(name);
    assert!(program.is_file(), "`{}` is not built; run `make test`", program.display());
    program
}

/// A process with everything that it started, ended together.
pub struct Family(pub Child);

impl Family {
    /// Starts it with nothing to read.
    ///
    /// # Panics
    /// If it is not installed.
    pub fn start(command: &mut Command) -> Self {
        let started = command.stdin(Stdio::null()).process_group(0).spawn();
        Self(started.unwrap_or_else(|e| panic!("{command:?}: {e}; `scripts/setup` installs it")))
    }

    /// The leader's process id.
    pub fn pid(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Family {
    fn drop(&mut self) {
        // The leader is not waited for yet, so its id cannot belong to anyone else.
        let _ = kill_process_group(Pid::from_child(&self.0), Signal::KILL);
        let _ = self.0.wait();
    }
}

/// A screen that nobody sees.
pub struct Screen {
    display: String,
    size: (u32, u32),
    _server: Family,
    manager: Option<Family>,
}

impl Screen {
    /// With room for one window of this size, in pixels.
    pub fn start(width: u32, height: u32) -> Self {
        let mut command = Command::new("Xvfb");
        let size = format!("{width}x{}x24", height + MARGIN);
        // Without `-noreset` the server closes every connection whenever its last client leaves, also one that just came.
        command.args(["-displayfd", "1", "-screen", "0", &size, "-nolisten", "tcp", "-noreset"]);
        let mut server = Family::start(command.stdout(Stdio::piped()).stderr(Stdio::null()));
        let mut number = String::new();
        let output = server.0.stdout.take().expect("piped");
        // Xvfb chooses a free number itself and prints it once it is ready.
        BufReader::new(output).read_line(&mut number).expect("Xvfb prints its number");
        Self { display: format!(":{}", number.trim()), size: (width, height), _server: server, manager: None }
    }

    /// With title bars and keys such as Alt+F4, by which a person closes a window.
    pub fn managed(mut self) -> Self {
        let mut manager = self.on(Command::new("openbox"));
        self.manager = Some(Family::start(manager.stderr(Stdio::null())));
        self
    }

    /// As `DISPLAY` has it.
    pub fn display(&self) -> &str {
        &self.display
    }

    /// The window's room.
    pub fn size(&self) -> (u32, u32) {
        self.size
    }

    /// A command on this screen.
    pub fn on(&self, mut command: Command) -> Command {
        command.env("DISPLAY", &self.display).env_remove("WAYLAND_DISPLAY");
        command
    }

    /// Moves, presses and types by the screen's own input, as `xdotool` names it.
    pub fn xdotool(&self, arguments: &[&str]) -> String {
        let output = self.on(Command::new("xdotool")).args(arguments).output();
        let output = output.expect("`scripts/setup` installs it");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Whether a window is there and can be seen.
    pub fn shows(&self, window: &str) -> bool {
        self.asked("xwininfo", &["-id", window]).contains("IsViewable")
    }

    /// What a window says that it is, as the window manager is told.
    pub fn kind(&self, window: &str) -> String {
        self.asked("xprop", &["-id", window, "_NET_WM_WINDOW_TYPE"])
    }

    fn asked(&self, program: &str, arguments: &[&str]) -> String {
        let output = self.on(Command::new(program)).args(arguments).output();
        String::from_utf8_lossy(&output.expect("`scripts/setup` installs it").stdout).into_owned()
    }

    /// What is on the screen now, without the room below, as PNG.
    pub fn picture(&self) -> Vec<u8> {
        let crop = format!("{}x{}+0+0", self.size.0, self.size.1);
        let mut import = self.on(Command::new("import"));
        let taken = import.args(["-window", "root", "-crop", &crop, "+repage", "-strip", "png:-"]).output();
        taken.expect("`scripts/setup` installs it").stdout
    }
}

/// A computer that nobody speaks this language on lacks its locale, and the web view would fall back to English.
pub fn make_locale(locale: &str) -> TempDir {
    let locales = tempfile::tempdir().expect("a folder for the locale");
    let made = Command::new("localedef")
        .args(["-i", locale, "-f", "UTF-8"])
        .arg(locales.path().join(format!("{locale}.UTF-8")))
        .output()
        .expect("`scripts/setup` installs it");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    locales
}

/// A port that nobody listens on just now.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("it has an address").port()
}

/// Sends a signal to a process that a test's own program started.
pub fn signal(pid: u32, signal: Signal) {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw).expect("a process id");
    kill_process(pid, signal).expect("it runs");
}

/// Whether a process is there and has not ended.
pub fn is_alive(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(')').is_some_and(|(_, rest)| !rest.trim_start().starts_with(['Z', 'X']))
}

/// Processes that this one started and that have not ended, by their program's name.
pub fn children(parent: u32, name: &str) -> Vec<u32> {
    let entries = fs::read_dir("/proc").expect("this is Linux").filter_map(Result::ok);
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let is_child = |pid: &u32| {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let above = stat.rsplit_once(')').and_then(|(_, rest)| rest.split_whitespace().nth(1)?.parse().ok());
        let program = fs::read_link(format!("/proc/{pid}/exe")).unwrap_or_default();
        above == Some(parent) && program.ends_with(name) && is_alive(*pid)
    };
    pids.filter(is_child).collect()
}
