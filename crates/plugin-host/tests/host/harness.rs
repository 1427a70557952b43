//! The least of a center: spawns a host, says hello with a sealed library, answers its asks from memory.
#![allow(dead_code, reason = "tests and benches use different parts")]

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{PipeReader, PipeWriter, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use plugin_rpc::{
    Act, Ask, Entry, Fault, FrameError, FrameReader, FromHost, Granted, Hello, Level, Measure, Outcome,
    PROTOCOL, Page, ToHost, raw, send_with_rights, write_frame,
};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{MemfdFlags, SealFlags};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use tempfile::TempDir;

/// How long anything may take before a test counts as failed.
const BOUND: Duration = Duration::from_secs(20);

/// What a host is started with.
pub struct Setup {
    pub library: Vec<u8>,
    pub env: Vec<(&'static str, String)>,
    pub center_pid: u32,
    pub protocol: u32,
    pub data_limit: u64,
    pub storage_limit: u64,
    pub granted: Vec<Granted>,
}

impl Setup {
    /// Of a library that Cargo built, by its crate's name.
    pub fn of(name: &str) -> Self {
        Self::with(std::fs::read(built(name)).expect("the plugins are built with these tests"))
    }

    /// Of any bytes.
    pub fn with(library: Vec<u8>) -> Self {
        Self {
            library,
            env: Vec::new(),
            center_pid: std::process::id(),
            protocol: PROTOCOL,
            data_limit: 320 << 20,
            storage_limit: 1 << 20,
            granted: Vec::new(),
        }
    }
}

/// Where Cargo puts the library of a crate that these tests depend on.
fn built(name: &str) -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_plugin-host")).with_file_name("deps").join(format!("lib{name}.so"))
}

/// The bytes of a library made from C.
pub fn compile(source: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (file, library) = (folder.path().join("plugin.c"), folder.path().join("plugin.so"));
    std::fs::write(&file, source).expect("the source is written");
    let include = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugin-sdk/include");
    let compiled = Command::new("cc")
        .args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-I"])
        .args([&include, &file, Path::new("-o"), &library])
        .status()
        .expect("a C compiler named `cc` is installed");
    assert!(compiled.success(), "the fixture does not compile");
    std::fs::read(library).expect("the library was written")
}

/// Memory that holds these bytes and never others.
pub fn seal(bytes: &[u8]) -> OwnedFd {
    let memory = rustix::fs::memfd_create("library", MemfdFlags::ALLOW_SEALING | MemfdFlags::CLOEXEC);
    let mut file = File::from(memory.expect("the kernel has memfd"));
    file.write_all(bytes).expect("there is memory");
    let seals = SealFlags::WRITE | SealFlags::SHRINK | SealFlags::GROW | SealFlags::SEAL;
    rustix::fs::fcntl_add_seals(&file, seals).expect("memory can be sealed");
    file.into()
}

/// A host and the center's ends of its socket and pipes.
pub struct Center {
    pub child: Child,
    /// Until the hello.
    pub socket: Option<UnixStream>,
    /// From the hello on; `to` until the stream is ended.
    from: Option<PipeReader>,
    pub to: Option<PipeWriter>,
    reader: FrameReader,
    pub private: TempDir,
    last: u64,
    pub store: BTreeMap<String, Value>,
    /// What the plugin is told about its license.
    pub license: Value,
    pub log: Vec<(Level, String, String, Value)>,
    answered: BTreeMap<u64, Outcome>,
}

impl Center {
    /// A host that was told nothing yet.
    pub fn spawn(setup: &Setup) -> Self {
        let (here, there) = UnixStream::pair().expect("a socket pair");
        let child = Command::new(env!("CARGO_BIN_EXE_plugin-host"))
            .env_clear()
            .envs(setup.env.iter().map(|(name, value)| (name, value)))
            .stdin(OwnedFd::from(there))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the host is built");
        let private = tempfile::tempdir().expect("a temporary folder");
        Self {
            child,
            socket: Some(here),
            from: None,
            to: None,
            reader: FrameReader::default(),
            private,
            last: 0,
            store: BTreeMap::new(),
            license: Value::Null,
            log: Vec::new(),
            answered: BTreeMap::new(),
        }
    }

    /// A host that was told hello. Nothing is loaded.
    pub fn greeted(setup: &Setup) -> (Self, Vec<Measure>) {
        let mut center = Self::spawn(setup);
        center.hello(setup);
        let FromHost::Welcome { sandbox, .. } = center.read() else {
            panic!("the first answer is a welcome")
        };
        (center, sandbox)
    }

    /// A host whose library is loaded.
    pub fn loaded(setup: &Setup) -> Self {
        let (mut center, _) = Self::greeted(setup);
        center.act(Act::Load).expect("the library loads");
        center
    }

    /// A host whose plugin runs with these settings.
    pub fn running(setup: &Setup, config: &Value) -> Self {
        let mut center = Self::loaded(setup);
        center.act(Act::Start { config: raw(config) }).expect("the plugin starts");
        center
    }

    pub fn greeting(&self, setup: &Setup) -> ToHost {
        ToHost::Hello(Hello {
            protocol: setup.protocol,
            center_pid: setup.center_pid,
            plugin: "com.example.fixture".to_owned(),
            version: "1.0.0".to_owned(),
            private_dir: self.private.path().to_owned(),
            data_limit: setup.data_limit,
            storage_limit: setup.storage_limit,
            granted: setup.granted.clone(),
        })
    }

    pub fn hello(&mut self, setup: &Setup) {
        let (reads, to) = std::io::pipe().expect("a pipe");
        let (from, writes) = std::io::pipe().expect("a pipe");
        (self.from, self.to) = (Some(from), Some(to));
        let mut rights = vec![reads.into(), writes.into(), seal(&setup.library)];
        rights.extend(
            setup
                .granted
                .iter()
                .map(|granted| OwnedFd::from(File::open(&granted.path).expect("a granted path exists"))),
        );
        let lent: Vec<_> = rights.iter().map(AsFd::as_fd).collect();
        let socket = self.socket.take().expect("one hello");
        send_with_rights(socket, &self.greeting(setup), &lent).expect("the host listens");
    }

    pub fn act(&mut self, act: Act) -> Outcome {
        let id = self.send(|id| ToHost::Do { id, act });
        self.wait_for(id)
    }

    pub fn call(&mut self, command: &str, args: &Value) -> Outcome {
        let id = self.begin(command, args);
        self.wait_for(id)
    }

    /// A call of the rogue: the errno that an attempt ended with, or whatever else it said.
    pub fn attempt(&mut self, deed: &str, path: &str) -> Value {
        let outcome = self.call("do", &json!({ "deed": deed, "path": path, "port": 9 }));
        let said: Value = serde_json::from_str(outcome.expect("an attempt is answered").get()).expect("JSON");
        said.get("errno").cloned().unwrap_or(said)
    }

    /// Sends a call and waits for nothing.
    pub fn begin(&mut self, command: &str, args: &Value) -> u64 {
        let (command, args) = (command.to_owned(), raw(args));
        self.send(|id| ToHost::Call { id, command, args })
    }

    pub fn health(&mut self) -> Outcome {
        let id = self.send(|id| ToHost::Health { id });
        self.wait_for(id)
    }

    pub fn send(&mut self, message: impl FnOnce(u64) -> ToHost) -> u64 {
        self.last += 1;
        let message = message(self.last);
        self.write(&message);
        self.last
    }

    /// Reads, answers asks and collects log lines until this request is answered.
    pub fn wait_for(&mut self, id: u64) -> Outcome {
        loop {
            if let Some(outcome) = self.answered.remove(&id) {
                return outcome;
            }
            let message = self.read();
            self.take(message);
        }
    }

    /// Reads until the plugin has logged this.
    pub fn wait_for_log(&mut self, wanted: &str) {
        while !self.log.iter().any(|(_, _, message, _)| message == wanted) {
            let message = self.read();
            self.take(message);
        }
    }

    pub fn read(&mut self) -> FromHost {
        self.receive().expect("the host answers in time")
    }

    fn receive(&mut self) -> Result<FromHost, FrameError> {
        self.reader.read(&mut Bounded(self.from.as_ref().expect("after the hello")))
    }

    fn write(&self, message: &ToHost) {
        write_frame(&mut self.to.as_ref().expect("not ended"), message).expect("the host listens");
    }

    /// The code of the fault that reading ends with.
    pub fn read_to_fault(&mut self) -> &'static str {
        loop {
            match self.receive() {
                Ok(message) => self.take(message),
                Err(error) => return error.code(),
            }
        }
    }

    /// How the process ended, once it closed its socket.
    pub fn wait_for_end(&mut self) -> ExitStatus {
        assert_eq!(self.read_to_fault(), "closed", "the host ends");
        self.child.wait().expect("it is our child")
    }

    fn take(&mut self, message: FromHost) {
        match message {
            FromHost::Done { id, outcome } => drop(self.answered.insert(id, outcome)),
            FromHost::Log { level, target, message, fields } => {
                self.log.push((level, target, message, serde_json::from_str(fields.get()).expect("JSON")));
            }
            FromHost::Ask { id, ask, .. } => {
                let outcome = self.answer(ask);
                self.write(&ToHost::Answer { id, outcome });
            }
            FromHost::Welcome { .. } => panic!("a second welcome"),
        }
    }

    fn answer(&mut self, ask: Ask) -> Outcome {
        let value = |json: &RawValue| serde_json::from_str::<Value>(json.get()).expect("JSON");
        Ok(match ask {
            Ask::StorageGet { key } => raw(&self.store.get(&key)),
            Ask::StoragePut { key, value: json } => raw(&self.store.insert(key, value(&json)).map(|_| ())),
            Ask::StorageDelete { key } => raw(&self.store.remove(&key).is_some()),
            Ask::StorageList { prefix, after, limit } => raw(&self.page(&prefix, after.as_deref(), limit)),
            Ask::StorageSwap { key, expected, value: new } => {
                let matches = self.store.get(&key) == expected.as_deref().map(value).as_ref();
                if matches {
                    self.store.remove(&key);
                    self.store.extend(new.as_deref().map(|new| (key, value(new))));
                }
                raw(&matches)
            }
            Ask::License => raw(&self.license),
            Ask::Publish { .. } => raw(&()),
            Ask::CallService { name, .. } => return Err(Fault::new("unsupported", name)),
        })
    }

    fn page(&self, prefix: &str, after: Option<&str>, limit: u32) -> Page {
        let behind = self
            .store
            .iter()
            .filter(|(key, _)| key.starts_with(prefix) && after.is_none_or(|after| key.as_str() > after));
        let all: Vec<_> = behind.map(|(key, value)| Entry { key: key.clone(), value: raw(value) }).collect();
        let more = all.len() > limit as usize;
        Page { entries: all.into_iter().take(limit as usize).collect(), more }
    }
}

/// Reading that gives up.
struct Bounded<'a>(&'a PipeReader);

impl Read for Bounded<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let bound = Timespec { tv_sec: BOUND.as_secs().cast_signed(), tv_nsec: 0 };
        match poll(&mut [PollFd::new(self.0, PollFlags::IN)], Some(&bound))? {
            0 => Err(std::io::ErrorKind::TimedOut.into()),
            _ => self.0.read(into),
        }
    }
}

impl Drop for Center {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The code of the fault that an outcome is.
pub fn code(outcome: Outcome) -> String {
    outcome.expect_err("a fault").code
}

/// The value that an outcome is.
pub fn value(outcome: Outcome) -> Value {
    serde_json::from_str(outcome.expect("no fault").get()).expect("JSON")
}
