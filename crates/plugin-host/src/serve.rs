//! The conversation with the center, from the hello to the end: which message goes to which thread.

use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use plugin_rpc::{
    Act, Ask, Fault, FromHost, Hello, Outcome, PROTOCOL, ToHost, fault, raw, receive_with_rights,
};

use crate::asks::Asks;
use crate::link::{Link, lock};
use crate::plugin::{Plugin, Task};
use crate::pool::{Next, Placed, Pool, Work};
use crate::{loader, process, sandbox};

/// How long a plugin waits for an answer of the center.
const ANSWER: Duration = Duration::from_secs(30);
/// What comes with every hello: the pipes and the library.
const FIXED_RIGHTS: usize = 3;
/// Stack of a thread that runs code of the plugin.
const STACK: usize = 2 << 20;

static SESSION: OnceLock<Session> = OnceLock::new();

/// What all threads share.
pub struct Session {
    pub link: Link,
    asks: Asks,
    pool: Pool,
    plugin: OnceLock<Plugin>,
    /// Between a successful start and the stop.
    started: AtomicBool,
    acts: Mutex<Sender<(u64, Act)>>,
    probes: Mutex<Sender<u64>>,
    /// Held while `health` runs.
    probing: Mutex<()>,
}

/// The session of this process.
///
/// # Panics
/// Before the hello: nothing of a plugin runs then.
pub fn session() -> &'static Session {
    SESSION.get().expect("a plugin runs only within a session")
}

/// Serves until the center says stop or goes away.
pub fn run() -> Result<(), String> {
    std::panic::set_hook(Box::new(|panic| {
        eprintln!("plugin-host: {panic}");
        process::end(101);
    }));
    process::keep_heap_small();
    let socket = process::claim_socket().map_err(|error| format!("descriptor 0 is no socket: {error}"))?;
    process::bind_to_parent().map_err(|error| format!("can't be bound to its parent: {error}"))?;
    let (message, mut rights) = receive_with_rights::<ToHost>(&socket).map_err(|error| error.to_string())?;
    let ToHost::Hello(hello) = message else { return Err("the first message is no hello".to_owned()) };
    drop(socket);
    check(&hello, &rights)?;
    std::env::set_current_dir(&hello.private_dir).map_err(|error| format!("no private folder: {error}"))?;
    let granted = rights.split_off(FIXED_RIGHTS);
    let [from, to, library]: [OwnedFd; FIXED_RIGHTS] = rights.try_into().expect("their number was checked");
    let sandbox = sandbox::confine(&hello, granted);
    let link = Link::new(from, to);
    link.send(&FromHost::Welcome { protocol: PROTOCOL, sandbox }).map_err(|error| error.to_string())?;
    drop(hello);
    live(link, library)
}

fn check(hello: &Hello, rights: &[OwnedFd]) -> Result<(), String> {
    if hello.protocol != PROTOCOL {
        return Err(format!("the center speaks version {}, this host {PROTOCOL}", hello.protocol));
    }
    if hello.center_pid != process::parent() {
        return Err("the center is not the parent of this process".to_owned());
    }
    if rights.len() != hello.granted.len() + FIXED_RIGHTS {
        return Err(format!(
            "{} descriptors came for {} paths, the library and two pipes",
            rights.len(),
            hello.granted.len()
        ));
    }
    Ok(())
}

/// Starts the threads; this one is that of the plugin's life.
fn live(link: Link, library: OwnedFd) -> Result<(), String> {
    let ((acts, next_act), (probes, next_probe)) = (channel(), channel());
    let session = SESSION.get_or_init(|| Session {
        link,
        asks: Asks::default(),
        pool: Pool::default(),
        plugin: OnceLock::new(),
        started: AtomicBool::new(false),
        acts: Mutex::new(acts),
        probes: Mutex::new(probes),
        probing: Mutex::default(),
    });
    spawn("calls", move || session.work()).map_err(|error| error.to_string())?;
    spawn("health", move || session.probe(&next_probe)).map_err(|error| error.to_string())?;
    session.act(&next_act, library);
    Ok(())
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> std::io::Result<()> {
    thread::Builder::new().name(name.to_owned()).stack_size(STACK).spawn(work).map(drop)
}

impl Session {
    /// The plugin's life, step by step.
    fn act(&'static self, acts: &Receiver<(u64, Act)>, library: OwnedFd) {
        let mut library = Some(library);
        while let Ok((id, act)) = acts.recv() {
            let (starts, stops) = (matches!(act, Act::Start { .. }), matches!(act, Act::Stop));
            let outcome = match act {
                Act::Load => self.load(library.take()),
                Act::Configure { config } => self.running().and_then(|plugin| plugin.configure(&config)),
                Act::Start { config } => self.start(&config),
                Act::Test { config } => self.loaded().and_then(|plugin| plugin.test(&config)),
                Act::Stop => self.stop(),
            };
            self.link.done(id, outcome);
            if starts {
                process::give_back_code();
            }
            if stops {
                process::end(0);
            }
        }
    }

    fn load(&'static self, library: Option<OwnedFd>) -> Outcome {
        let library = library.ok_or_else(|| out_of_order("the library was loaded already"))?;
        let plugin = Plugin::create(loader::load(library)?)?;
        let loaded = plugin.describe();
        for _ in 0..loaded.max_concurrency {
            spawn("calls", move || self.work()).map_err(|error| Fault::new("failed", error.to_string()))?;
        }
        self.plugin.set(plugin).ok().expect("the library is there to load only once");
        self.pool.open(loaded.max_concurrency as usize);
        Ok(raw(&loaded))
    }

    fn start(&self, config: &serde_json::value::RawValue) -> Outcome {
        let plugin = self.loaded()?;
        if self.started.load(Ordering::Acquire) {
            return Err(out_of_order("the plugin was started already"));
        }
        let outcome = plugin.start(config)?;
        self.started.store(true, Ordering::Release);
        Ok(outcome)
    }

    /// Stops and destroys, with nothing else running at the end.
    fn stop(&self) -> Outcome {
        let Ok(plugin) = self.loaded() else { return Ok(raw(&())) };
        let was_started = self.started.swap(false, Ordering::AcqRel);
        let outcome = if was_started { plugin.stop() } else { Ok(raw(&())) };
        for work in self.pool.drain() {
            self.link.done(work.call, Err(not_running()));
        }
        let _nothing_probes = lock(&self.probing);
        // SAFETY: no call runs or will, `health` needs the lock held here, and this thread alone does the rest.
        unsafe { plugin.destroy() };
        outcome
    }

    fn loaded(&self) -> Result<&Plugin, Fault> {
        self.plugin.get().ok_or_else(|| out_of_order("the library was not loaded"))
    }

    fn running(&self) -> Result<&Plugin, Fault> {
        if self.started.load(Ordering::Acquire) { self.loaded() } else { Err(not_running()) }
    }

    /// One thread of the pool.
    fn work(&self) {
        loop {
            match self.pool.follow() {
                Next::Read => self.lead(),
                Next::Run(work) => self.run_all(work),
            }
        }
    }

    /// Reads, and runs what it reads, as long as it has the turn.
    fn lead(&self) {
        loop {
            let Some(work) = self.receive() else { continue };
            if let Some(work) = self.settle(self.pool.place(work, self.link.has_more())) {
                self.run_all(work);
                if !self.pool.resume() {
                    return;
                }
            }
        }
    }

    /// Handles one message. Returns it if it is a call for the plugin.
    fn receive(&self) -> Option<Work> {
        let (call, task) = match self.link.receive() {
            ToHost::Call { id, command, args } => (id, Task::Command(command, args)),
            ToHost::Service { id, name, args } => (id, Task::Service(name, args)),
            other => {
                self.pass_on(other);
                return None;
            }
        };
        match self.running() {
            Ok(_) => Some(Work { call, task }),
            Err(fault) => {
                self.link.done(call, Err(fault));
                None
            }
        }
    }

    /// Answers a call that has no place. Returns the one that this thread has to run.
    fn settle(&self, placed: Placed) -> Option<Work> {
        match placed {
            Placed::Run(work) => Some(work),
            Placed::Queued => None,
            Placed::Refused(work) => {
                let fault = Fault::new(fault::TOO_MANY_CALLS, "too many calls wait for this plugin");
                self.link.done(work.call, Err(fault));
                None
            }
        }
    }

    fn pass_on(&self, message: ToHost) {
        match message {
            ToHost::Do { id, act } => drop(lock(&self.acts).send((id, act))),
            ToHost::Health { id } => drop(lock(&self.probes).send(id)),
            ToHost::Answer { id, outcome } => self.asks.deliver(id, outcome),
            ToHost::Hello(_) | ToHost::Call { .. } | ToHost::Service { .. } => {
                eprintln!("plugin-host: a second hello");
                process::end(2);
            }
        }
    }

    fn run_all(&self, first: Work) {
        let mut next = Some(first);
        while let Some(Work { call, task }) = next {
            // It was running when the call was placed, and is not destroyed before the call ends.
            let outcome = self.loaded().and_then(|plugin| plugin.run(call, &task));
            self.link.done(call, outcome);
            next = self.pool.finish();
        }
    }

    fn probe(&self, probes: &Receiver<u64>) {
        while let Ok(id) = probes.recv() {
            let _no_destroy = lock(&self.probing);
            let outcome = self.running().and_then(Plugin::health);
            self.link.done(id, outcome);
        }
    }

    /// Asks the center and waits for its answer, on any thread of the plugin.
    pub fn ask(&self, call: Option<u64>, ask: Ask) -> Outcome {
        let deadline = Instant::now() + ANSWER;
        let (id, answer) = self.asks.open();
        if let Err(error) = self.link.send(&FromHost::Ask { id, call, ask }) {
            self.asks.close(id);
            return Err(Fault::new("invalid_arguments", error.to_string()));
        }
        let outcome = if self.pool.resume() {
            let outcome = self.read_for(&answer, deadline);
            self.pool.pause();
            outcome
        } else {
            self.pool.call_reader();
            answer.recv_timeout(deadline.saturating_duration_since(Instant::now())).ok()
        };
        self.asks.close(id);
        outcome.unwrap_or_else(|| Err(timed_out()))
    }

    /// Reads until an answer is there, and leaves the calls that come meanwhile to others.
    fn read_for(&self, answer: &Receiver<Outcome>, deadline: Instant) -> Option<Outcome> {
        loop {
            if let Ok(outcome) = answer.try_recv() {
                return Some(outcome);
            }
            if !self.link.wait_until(deadline) {
                return None;
            }
            if let Some(work) = self.receive() {
                self.settle(self.pool.leave(work));
            }
        }
    }
}

fn out_of_order(message: &str) -> Fault {
    Fault::new(fault::OUT_OF_ORDER, message)
}

fn not_running() -> Fault {
    out_of_order("the plugin is not running")
}

fn timed_out() -> Fault {
    Fault::new(fault::TIMED_OUT, "the center did not answer in time")
}
