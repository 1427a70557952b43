//! A temporary folder in which the real program runs. Knows how to ask and what came out, nothing of what is tested.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

/// How long anything here may take.
const BOUND: Duration = Duration::from_secs(20);
pub const PASSWORD: &str = "correct horse battery";

/// What a command left behind.
#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ended {
    /// The one JSON document on standard output.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("no JSON document ({e}): {self:?}"))
    }

    /// The document of a command that succeeded.
    pub fn done(&self) -> Value {
        assert_eq!(self.code, 0, "{self:?}");
        self.json()
    }

    /// The error of a command that failed with this code.
    pub fn failed(&self, code: i32, error: &str) -> Value {
        let document = self.json();
        assert_eq!((self.code, document["error"]["code"].as_str()), (code, Some(error)), "{self:?}");
        document["error"].clone()
    }
}

/// A home, a place for sessions, and files.
pub struct World {
    folder: tempfile::TempDir,
}

impl World {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("run")).unwrap();
        Self { folder }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn home(&self) -> PathBuf {
        self.path("home")
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sprocket"));
        command.current_dir(self.folder.path()).env("SPROCKET_HOME", self.home());
        command.env("XDG_RUNTIME_DIR", self.path("run")).env("LC_ALL", "C").env_remove("SOURCE_DATE_EPOCH");
        command
    }

    /// Runs a command as a person does.
    pub fn person(&self, arguments: &[&str]) -> Ended {
        self.run(arguments, "")
    }

    /// Runs a command as a script does, with `--json`.
    pub fn ask(&self, arguments: &[&str]) -> Ended {
        self.ask_with(arguments, "")
    }

    /// The same with something on standard input.
    pub fn ask_with(&self, arguments: &[&str], input: &str) -> Ended {
        self.run(&[arguments, &["--json"]].concat(), input)
    }

    fn run(&self, arguments: &[&str], input: &str) -> Ended {
        let mut command = self.command();
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A command that needs no input may end before it is written.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        Ended {
            code: output.status.code().expect("it ends by itself"),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Makes the home and signs in as its super administrator `li`.
    pub fn init(&self) -> Value {
        self.ask_with(&["init", "--login", "li", "--password-stdin"], PASSWORD).done()
    }

    pub fn login(&self, login: &str, password: &str) -> Ended {
        self.ask_with(&["login", login, "--password-stdin"], password)
    }

    /// Starts the center and waits until it is ready.
    pub fn serve(&self) -> Running {
        let running = self.start(&["serve", "--json"]);
        let ready: Value = serde_json::from_str(&running.next_line("readiness")).unwrap();
        assert_eq!(ready["ready"]["home"], json!(self.home()));
        running
    }

    /// Starts a command that goes on.
    pub fn start(&self, arguments: &[&str]) -> Running {
        let mut command = self.command();
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (send, lines) = mpsc::channel();
        thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|line| send.send(line)));
        Running { child, lines }
    }

    /// A plugin's folder, ready to pack.
    pub fn plugin(&self, id: &str, version: &str) -> PathBuf {
        let folder = self.path(&format!("{id}-{version}"));
        std::fs::create_dir_all(folder.join("lib")).unwrap();
        let target = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
        let manifest = json!({
            "id": id, "name": "Test plugin", "version": version, "publisher": "Example Ltd",
            "library": { target: "lib/plugin.so" },
            "commands": [{ "id": "ask", "permission": "use" }],
            "config": { "type": "object", "required": ["clientId", "secret"], "properties": {
                "clientId": { "type": "string", "title": "Client ID" },
                "secret": { "type": "string", "format": "password", "title": "Secret" },
                "threshold": { "type": "number", "minimum": 0, "maximum": 1, "default": 0.8 },
            }},
        });
        write(&folder.join("plugin.json"), manifest.to_string().as_bytes());
        write(&folder.join("lib/plugin.so"), &elf_header());
        folder
    }

    /// A key, made once.
    pub fn key(&self) -> PathBuf {
        let key = self.path("key");
        if !key.exists() {
            self.ask(&["keygen", "key"]).done();
        }
        key
    }

    /// A signed package.
    pub fn package(&self, id: &str, version: &str, release: &str) -> PathBuf {
        let (folder, key) = (self.plugin(id, version), self.key());
        let (folder, key) = (folder.to_str().unwrap(), key.to_str().unwrap());
        let packed = self.ask(&["pack", folder, "--key", key, "--release", release]).done();
        self.path(packed["file"].as_str().unwrap())
    }
}

/// A command that goes on until it is told to end.
pub struct Running {
    child: Child,
    lines: mpsc::Receiver<String>,
}

impl Running {
    /// The next line of its output.
    pub fn next_line(&self, what: &str) -> String {
        self.lines.recv_timeout(BOUND).unwrap_or_else(|e| panic!("waiting for {what}: {e}"))
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    fn signal(&self, signal: Signal) {
        let _ = kill_process(Pid::from_child(&self.child), signal);
    }

    /// Asks it to end, and says how it ended.
    pub fn end(mut self, signal: Signal) -> Option<i32> {
        self.signal(signal);
        self.wait()
    }

    /// Waits until it ends by itself: until its output does.
    pub fn wait(&mut self) -> Option<i32> {
        loop {
            match self.lines.recv_timeout(BOUND) {
                Ok(_) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => return self.child.wait().unwrap().code(),
                Err(mpsc::RecvTimeoutError::Timeout) => panic!("waited {BOUND:?} for the end of a command"),
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn write(path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).unwrap();
}

/// As much of a shared library as a package's check looks at.
fn elf_header() -> Vec<u8> {
    let machine: u16 = if cfg!(target_arch = "aarch64") { 183 } else { 62 };
    let mut header = vec![0; 64];
    header[..8].copy_from_slice(b"\x7fELF\x02\x01\x01\0");
    header[16..18].copy_from_slice(&3_u16.to_le_bytes());
    header[18..20].copy_from_slice(&machine.to_le_bytes());
    header[20..24].copy_from_slice(&1_u32.to_le_bytes());
    header
}
