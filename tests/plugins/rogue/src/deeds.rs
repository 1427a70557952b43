//! What does not need the kernel's leave: crashing, hanging, flooding, lying.

use std::fs::File;
use std::io::Write;
use std::mem::ManuallyDrop;
use std::os::fd::FromRawFd;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use plugin_sdk::{Fault, Host, Result, reply};
use tracing::Level;

/// Does it, and returns if one can return from it.
pub fn act(deed: &str, host: Host) -> Result<()> {
    match deed {
        "panic" => panic!("the rogue panics"),
        "fail" => return Err(Fault::new("rogue", "the rogue fails")),
        "fail-at-length" => return Err(Fault::new("rogue", "\u{1b}[2Jno ".repeat(300_000))),
        "flood" => flood(host),
        "spoil-and-fail" => {
            spoil(host)?;
            return Err(Fault::new("rogue", "the rogue fails"));
        }
        "spoil-and-hang" => {
            spoil(host)?;
            act_alone("hang");
        }
        "trace" => tracing::warn!(attempt = 3, path = "a\u{1b}[2Jb", "a line\nwith control characters \u{7}"),
        other => act_alone(other),
    }
    Ok(())
}

/// The deeds that need no host.
pub fn act_alone(deed: &str) {
    match deed {
        "abort" => std::process::abort(),
        "exit" => std::process::exit(0),
        "segfault" => segfault(),
        "hang" => loop {
            std::thread::park();
        },
        "spin" => loop {
            std::hint::spin_loop();
        },
        "freeze" => freeze(),
        "threads" => threads(),
        "gigabytes" => drop(std::hint::black_box(vec![1_u8; 64 << 30])),
        "garbage" => write_to_center(b"\x05\0\0\0hello"),
        "huge-frame" => write_to_center(&u32::MAX.to_le_bytes()),
        "deep-frame" => write_to_center(&[&100_000_u32.to_le_bytes()[..], &[b'['; 100_000]].concat()),
        "half-frame" => write_to_center(b"\xff\0\0\0{\"done\":"),
        "forged-answer" => {
            let body = br#"{"done":{"id":999999,"outcome":{"Ok":"forged"}}}"#;
            write_to_center(
                &[&u32::try_from(body.len()).expect("a short text").to_le_bytes()[..], body].concat(),
            );
        }
        other => panic!("the rogue knows no deed `{other}`"),
    }
}

/// Overwrites what an earlier version stored and wrote.
fn spoil(host: Host) -> Result<()> {
    host.store().put("kept", &"spoiled")?;
    std::fs::write("kept", "spoiled").map_err(|e| Fault::new("rogue", e.to_string()))?;
    std::fs::write("new", "spoiled").map_err(|e| Fault::new("rogue", e.to_string()))
}

/// Waits, without sleeping, until a second call does the same.
pub fn meet() -> Result {
    static PRESENT: AtomicU32 = AtomicU32::new(0);
    PRESENT.fetch_add(1, Ordering::SeqCst);
    tracing::info!("waiting for another call");
    let deadline = Instant::now() + Duration::from_secs(2);
    while PRESENT.load(Ordering::SeqCst) < 2 {
        if Instant::now() > deadline {
            return Err(Fault::new("alone", "no other call came"));
        }
        std::thread::yield_now();
    }
    reply("met")
}

fn flood(host: Host) {
    let line = format!("{}\u{1b}[31m\r\n\u{202e}{}", "flood ".repeat(20), '\u{0}');
    for number in 0..100_000 {
        host.log(Level::ERROR, "rogue\u{7}", &line, &format!("{{\"number\":{number}}}"));
    }
}

/// Two thousand threads, none of which does anything.
fn threads() {
    let wait = || {
        loop {
            std::thread::park();
        }
    };
    let spawn = || std::thread::Builder::new().stack_size(16 << 10).spawn(wait);
    let made = (0..2000).take_while(|_| spawn().is_ok()).count();
    tracing::info!(made, "threads");
    wait();
}

/// Every thread stops, so that nothing reads what the center sends.
fn freeze() {
    // SAFETY: a signal to this process, which has no preconditions.
    unsafe { libc::raise(libc::SIGSTOP) };
}

fn segfault() {
    let nowhere = std::hint::black_box(std::ptr::without_provenance_mut::<u8>(8));
    // SAFETY: none; this is what the test wants.
    unsafe { nowhere.write_volatile(1) };
}

/// Any plugin can find out which descriptor leads to the center: it is the one behind the standard ones that can only be written.
fn write_to_center(bytes: &[u8]) {
    // SAFETY: asking for the mode of a descriptor has no preconditions.
    let is_written =
        |number: &i32| unsafe { libc::fcntl(*number, libc::F_GETFL) & libc::O_ACCMODE == libc::O_WRONLY };
    let Some(number) = (3..16).find(is_written) else { return };
    // SAFETY: never closed, thanks to `ManuallyDrop`.
    let mut pipe = ManuallyDrop::new(unsafe { File::from_raw_fd(number) });
    let _ = pipe.write_all(bytes);
}
