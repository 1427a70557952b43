//! Calling services: as one should, too often, and for calls that are none of one's own.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use plugin_sdk::abi::{HostTable, Text};
use plugin_sdk::{Call, Json, Result, arguments, reply};
use serde::Deserialize;
use serde_json::Value;

use crate::deeds;

/// What the host gave, for calls that the library for authors does not allow.
static HOST: AtomicPtr<HostTable> = AtomicPtr::new(std::ptr::null_mut());

/// A service, and what it is to do.
#[derive(Deserialize)]
pub struct Wish {
    service: String,
    args: Value,
    /// Milliseconds that pass before it is called.
    #[serde(default)]
    after: u64,
}

/// What a service of the rogue does: a deed, asking a further one, meeting another call, or nothing but answering.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Order {
    Deed(String),
    Ask(Wish),
    Meet,
    Large(usize),
    Echo(Value),
}

pub fn know(host: *const HostTable) {
    HOST.store(host.cast_mut(), Ordering::Release);
}

pub fn serve(args: &str, call: Call) -> Result<Json> {
    match arguments(args)? {
        Order::Deed(deed) => {
            tracing::info!("is told to {deed}");
            deeds::act(&deed, call.host()).and_then(|()| reply("done"))
        }
        Order::Ask(wish) => ask(call, &wish),
        Order::Meet => deeds::meet(),
        Order::Large(bytes) => reply(&"x".repeat(bytes)),
        Order::Echo(value) => reply(&value),
    }
}

pub fn ask(call: Call, wish: &Wish) -> Result<Json> {
    let begins = Instant::now() + Duration::from_millis(wish.after);
    while Instant::now() < begins {
        thread::yield_now();
    }
    let answer: Result<Value> = call.call_service(&wish.service, &wish.args);
    match &answer {
        Ok(_) => tracing::info!("{} answered", wish.service),
        Err(fault) => tracing::warn!("{} failed: {}", wish.service, fault.code()),
    }
    reply(&answer?)
}

/// With nothing else to do: for measuring.
pub fn repeat(call: Call, wish: &Wish, times: usize) -> Result<usize> {
    for _ in 0..times {
        let _: Value = call.call_service(&wish.service, &wish.args)?;
    }
    Ok(times)
}

/// How often each code came; `ok` for an answer.
pub fn flood(call: Call, wish: &Wish, times: usize) -> BTreeMap<String, usize> {
    let once = || ask(call, wish).map_or_else(|fault| fault.code().to_owned(), |_| "ok".to_owned());
    let mut came = BTreeMap::new();
    thread::scope(|scope| {
        let asking: Vec<_> = (0..times).map(|_| scope.spawn(once)).collect();
        for code in asking.into_iter().filter_map(|thread| thread.join().ok()) {
            *came.entry(code).or_default() += 1;
        }
    });
    came
}

/// What came for the calls from 0 on, whoever they belong to: a code, `ok` for an answer, and the last number for which it came.
pub fn forge(service: &str, numbers: u64) -> BTreeMap<String, u64> {
    (0..numbers).map(|number| (ask_for(number, service), number)).collect()
}

fn ask_for(call: u64, service: &str) -> String {
    // SAFETY: the host's table lives as long as the process, and `create` ran before any command.
    let host = unsafe { &*HOST.load(Ordering::Acquire) };
    // SAFETY: the texts are borrowed for this call.
    let answer = unsafe { (host.call_service)(host, call, Text::lend(service), Text::lend(r#"{"echo":1}"#)) };
    // SAFETY: the text of an answer is valid until it is released.
    let code = String::from_utf8_lossy(unsafe { answer.code.bytes() }).into_owned();
    // SAFETY: given back once.
    unsafe { (host.release)(host, answer) };
    if code.is_empty() { "ok".to_owned() } else { code }
}
