//! What a call through a host costs beside the same bytes through a bare socket pair, and what an idle host weighs.
//! Prints a table; alternates the candidates so that a busy machine hurts all alike.

#[path = "../tests/host/harness.rs"]
mod harness;

use std::fs::read_to_string;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use harness::{Center, Setup};
use rustix::thread::{CpuSet, sched_setaffinity};
use serde_json::json;

const ROUNDS: usize = 40;
const CALLS: usize = 500;
const BYTES: usize = 100;

fn main() {
    if std::env::args().any(|argument| argument == "--echo") {
        return echo();
    }
    // On one processor: otherwise the scheduler's choice of processors, tenfold either way, is all one would see.
    let mut first = CpuSet::new();
    first.set(0);
    sched_setaffinity(None, &first).expect("there is a first processor");
    let mut bare = Bare::spawn();
    let mut single = Center::running(&Setup::of("clock"), &json!({}));
    let mut double = Center::running(&Setup::of("rogue"), &json!({}));
    let word = "x".repeat(BYTES);
    let mut samples: [Vec<Duration>; 3] = Default::default();
    for _ in 0..ROUNDS {
        time(&mut samples[0], || bare.round_trip());
        time(&mut samples[1], || drop(single.call("now", &json!(null)).expect("a time")));
        time(&mut samples[2], || drop(double.call("echo", &json!(word)).expect("an echo")));
    }
    println!("{:<44} {:>10} {:>10} {:>7}", "round trip", "median µs", "p99 µs", "ratio");
    let floor = report("bare socket pair, 100 bytes", &mut samples[0], None);
    report("`now` of clock, one call at a time", &mut samples[1], Some(floor));
    report("100 bytes to rogue, two calls at a time", &mut samples[2], Some(floor));
    weigh("clock", &Center::running(&Setup::of("clock"), &json!({})));
}

fn time(samples: &mut Vec<Duration>, mut work: impl FnMut()) {
    for _ in 0..CALLS {
        let start = Instant::now();
        work();
        samples.push(start.elapsed());
    }
}

fn report(name: &str, samples: &mut [Duration], floor: Option<f64>) -> f64 {
    samples.sort_unstable();
    let at = |share: usize| samples[samples.len() * share / 100].as_secs_f64() * 1e6;
    let ratio = floor.map_or(1.0, |floor| at(50) / floor);
    println!("{name:<44} {:>10.1} {:>10.1} {ratio:>7.2}", at(50), at(99));
    at(50)
}

/// Prints the proportional set size of a host, with and without its library.
fn weigh(name: &str, center: &Center) {
    let Ok(maps) = read_to_string(format!("/proc/{}/smaps", center.child.id())) else {
        return println!("idle host with {name}: its memory can be seen by root alone");
    };
    let (mut total, mut library, mut in_library) = (0, 0, false);
    for line in maps.lines() {
        let mut words = line.split_whitespace();
        match words.next() {
            Some("Pss:") => {
                let size: u64 = words.next().and_then(|size| size.parse().ok()).expect("a size in kB");
                total += size;
                library += if in_library { size } else { 0 };
            }
            Some(word) if word.contains('-') => in_library = line.contains("memfd:library"),
            _ => {}
        }
    }
    println!("idle host with {name}: PSS {total} kB, of which its library {library} kB");
}

/// The other process of the floor.
struct Bare {
    child: Child,
    socket: UnixStream,
}

impl Bare {
    fn spawn() -> Self {
        let (socket, there) = UnixStream::pair().expect("a socket pair");
        let child = Command::new(std::env::current_exe().expect("this program"))
            .arg("--echo")
            .stdin(OwnedFd::from(there))
            .stdout(Stdio::null())
            .spawn()
            .expect("this program starts");
        Self { child, socket }
    }

    fn round_trip(&mut self) {
        let mut bytes = [b'x'; BYTES];
        self.socket.write_all(&bytes).expect("the echo listens");
        self.socket.read_exact(&mut bytes).expect("the echo answers");
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn echo() {
    use std::os::fd::AsFd;
    let stdin = std::io::stdin().as_fd().try_clone_to_owned().expect("a descriptor");
    let mut socket = UnixStream::from(stdin);
    let mut bytes = [0; BYTES];
    while socket.read_exact(&mut bytes).is_ok() && socket.write_all(&bytes).is_ok() {}
}
