//! A desktop session of a test's own: a message bus and a real keyring on it, far from those of whoever runs the tests.
//! Ends its processes by their own handles.

use std::fs::{self, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use crate::wait;

/// What the keyring is unlocked with.
const PASSWORD: &str = "three green lamps";
/// Long enough for bus and keyring to begin, also on a busy computer.
const SOON: Duration = Duration::from_secs(20);
const SERVICE: &str = "/org/freedesktop/secrets";
const KEYRING: &str = "/org/freedesktop/secrets/collection/login";

/// The session; its keyring may be gone, locked or open.
pub struct DesktopSession {
    folder: TempDir,
    bus: Child,
    keyring: Option<Child>,
}

impl DesktopSession {
    /// With an open keyring.
    pub fn new() -> Self {
        let folder =
            tempfile::Builder::new().prefix("sprocket-session-").tempdir().expect("a temporary folder");
        for name in ["run", "home"] {
            fs::create_dir(folder.path().join(name)).expect("a folder");
            fs::set_permissions(folder.path().join(name), Permissions::from_mode(0o700)).expect("its own");
        }
        let bus = start_bus(folder.path());
        let mut session = Self { folder, bus, keyring: None };
        session.unlock();
        session
    }

    /// What a program of this session has in its environment, besides its own.
    pub fn address(&self) -> String {
        address(self.folder.path())
    }

    /// Starts the keyring anew, opened.
    pub fn unlock(&mut self) {
        self.start_keyring(&["--unlock"], PASSWORD);
        self.wait_for("boolean false");
    }

    /// Starts the keyring anew, closed: what it holds takes its password.
    pub fn lock(&mut self) {
        self.start_keyring(&[], "");
        self.wait_for("boolean true");
    }

    /// Ends the keyring; nobody answers.
    pub fn end_keyring(&mut self) {
        if let Some(mut keyring) = self.keyring.take() {
            keyring.kill().expect("its own child");
            keyring.wait().expect("its own child");
        }
    }

    /// How many keys of centers the open keyring holds.
    pub fn keys(&self) -> usize {
        let asked = ["org.freedesktop.Secret.Service.SearchItems", "dict:string:string:application,sprocket"];
        self.send(SERVICE, &asked).expect("the keyring answers").matches("object path").count()
    }

    /// Where the keyring keeps its files.
    pub fn files(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    fn start_keyring(&mut self, options: &[&str], password: &str) {
        self.end_keyring();
        let mut command = self.command("gnome-keyring-daemon");
        command.args(["--foreground", "--components=secrets"]).args(options).stdin(Stdio::piped());
        let mut keyring = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("`gnome-keyring-daemon` is installed: scripts/setup");
        let mut input = keyring.stdin.take().expect("piped");
        input.write_all(password.as_bytes()).expect("it reads its password");
        self.keyring = Some(keyring);
    }

    fn wait_for(&self, locked: &str) {
        let asked = [
            "org.freedesktop.DBus.Properties.Get",
            "string:org.freedesktop.Secret.Collection",
            "string:Locked",
        ];
        wait::until(&format!("the keyring: {locked}"), SOON, || {
            self.send(KEYRING, &asked).filter(|said| said.contains(locked))
        });
    }

    fn send(&self, to: &str, message: &[&str]) -> Option<String> {
        let mut command = self.command("dbus-send");
        command.args(["--session", "--print-reply", "--dest=org.freedesktop.secrets", to]).args(message);
        let output = command.output().expect("`dbus-send` is installed: scripts/setup");
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let (home, run) = (self.files(), self.folder.path().join("run"));
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", home).env("XDG_RUNTIME_DIR", run).env("DBUS_SESSION_BUS_ADDRESS", self.address());
        command
    }
}

fn address(folder: &Path) -> String {
    format!("unix:path={}/run/bus", folder.display())
}

fn start_bus(folder: &Path) -> Child {
    let config = folder.join("bus.conf");
    // No folder of services: nothing but what a test starts answers on this bus.
    let text = format!(
        r#"<busconfig><type>session</type><listen>{}</listen><policy context="default">
           <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>"#,
        address(folder)
    );
    fs::write(&config, text).expect("a file of its own");
    let mut command = Command::new("dbus-daemon");
    command.arg("--nofork").arg(format!("--config-file={}", config.display()));
    let bus = command.stdin(Stdio::null()).stderr(Stdio::null()).spawn();
    let bus = bus.expect("`dbus-daemon` is installed: scripts/setup");
    wait::until("the message bus", SOON, || folder.join("run/bus").exists().then_some(()));
    bus
}

impl Drop for DesktopSession {
    fn drop(&mut self) {
        for child in self.keyring.iter_mut().chain([&mut self.bus]) {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
