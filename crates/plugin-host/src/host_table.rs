//! The functions that the plugin may call, on any of its threads. Each copies what it is given before it returns.

use std::ffi::c_void;
use std::time::{SystemTime, UNIX_EPOCH};

use plugin_rpc::{Ask, Fault, FromHost, Level, MAX_FRAME, Outcome, fault, raw};
use plugin_sdk::abi::{ABI_VERSION, Answer, HostTable, Reply, Text, size_of_table};
use serde_json::value::RawValue;

use crate::plugin::Slot;
use crate::serve::session;

/// The one table of this process.
pub static HOST: HostTable = HostTable {
    version: ABI_VERSION,
    size: size_of_table::<HostTable>(),
    respond,
    fail,
    log,
    now,
    storage_get,
    storage_put,
    storage_delete,
    storage_list,
    storage_swap,
    publish,
    call_service,
    release,
    license,
};

/// The longest text of a log line; the rest is cut off.
const LOG_TEXT: usize = 64 << 10;

unsafe extern "C" fn respond(reply: *mut Reply, json: Text) {
    // SAFETY: the plugin returns the reply that it was given, on the thread that runs its function.
    let (slot, json) = unsafe { (&mut *reply.cast::<Slot>(), json.bytes()) };
    slot.0 =
        parse(json).map_err(|error| Fault::new(fault::BAD_RESULT, format!("the result is no JSON: {error}")));
}

unsafe extern "C" fn fail(reply: *mut Reply, code: Text, message: Text) {
    // SAFETY: as in `respond`.
    let slot = unsafe { &mut *reply.cast::<Slot>() };
    // SAFETY: the plugin's texts are valid for this call.
    let (code, message) = unsafe { (lossy(code), lossy(message)) };
    slot.0 = Err(Fault { code, message });
}

unsafe extern "C" fn log(_: *const HostTable, level: u32, target: Text, message: Text, fields: Text) {
    // SAFETY: as in `fail`.
    let (target, message, fields) = unsafe { (lossy(target), lossy(message), fields.bytes()) };
    let level = match level {
        0 => Level::Trace,
        1 => Level::Debug,
        2 => Level::Info,
        3 => Level::Warn,
        _ => Level::Error,
    };
    let (target, message, fields) = (cut(target), cut(message), log_fields(fields));
    let line = FromHost::Log { level, target, message, fields };
    if let Err(error) = session().link.send(&line) {
        eprintln!("plugin-host: a log line was dropped: {error}");
    }
}

unsafe extern "C" fn now(_: *const HostTable) -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

unsafe extern "C" fn storage_get(_: *const HostTable, call: u64, key: Text) -> Answer {
    // SAFETY: as in `fail`.
    ask(call, unsafe { strict(key) }.map(|key| Ask::StorageGet { key }))
}

unsafe extern "C" fn storage_put(_: *const HostTable, call: u64, key: Text, value: Text) -> Answer {
    // SAFETY: as in `fail`.
    let given = unsafe { strict(key).and_then(|key| Ok((key, json(value)?))) };
    ask(call, given.map(|(key, value)| Ask::StoragePut { key, value }))
}

unsafe extern "C" fn storage_delete(_: *const HostTable, call: u64, key: Text) -> Answer {
    // SAFETY: as in `fail`.
    ask(call, unsafe { strict(key) }.map(|key| Ask::StorageDelete { key }))
}

unsafe extern "C" fn storage_list(
    _: *const HostTable,
    call: u64,
    prefix: Text,
    after: Text,
    limit: u32,
) -> Answer {
    // SAFETY: as in `fail`.
    let given = unsafe { strict(prefix).and_then(|prefix| Ok((prefix, strict(after)?))) };
    ask(
        call,
        given.map(|(prefix, after)| {
            let after = Some(after).filter(|after| !after.is_empty());
            Ask::StorageList { prefix, after, limit }
        }),
    )
}

unsafe extern "C" fn storage_swap(
    _: *const HostTable,
    call: u64,
    key: Text,
    expected: Text,
    value: Text,
) -> Answer {
    // SAFETY: as in `fail`.
    let given = unsafe { strict(key).and_then(|key| Ok((key, json(expected)?, json(value)?))) };
    let given = given.map(|(key, expected, value)| Ask::StorageSwap {
        key,
        expected: present(expected),
        value: present(value),
    });
    ask(call, given)
}

unsafe extern "C" fn publish(_: *const HostTable, call: u64, event: Text, payload: Text) -> Answer {
    // SAFETY: as in `fail`.
    let given = unsafe { strict(event).and_then(|event| Ok((event, json(payload)?))) };
    ask(call, given.map(|(event, payload)| Ask::Publish { event, payload }))
}

unsafe extern "C" fn call_service(_: *const HostTable, call: u64, name: Text, args: Text) -> Answer {
    // SAFETY: as in `fail`.
    let given = unsafe { strict(name).and_then(|name| Ok((name, json(args)?))) };
    ask(call, given.map(|(name, args)| Ask::CallService { name, args }))
}

unsafe extern "C" fn license(_: *const HostTable) -> Answer {
    ask(0, Ok(Ask::License))
}

unsafe extern "C" fn release(_: *const HostTable, answer: Answer) {
    if !answer.owner.is_null() {
        // SAFETY: `owner` came from `lend`, and the plugin gives an answer back only once.
        drop(unsafe { Box::from_raw(answer.owner.cast::<Outcome>()) });
    }
}

fn ask(call: u64, ask: Result<Ask, Fault>) -> Answer {
    lend(ask.and_then(|ask| session().ask((call != 0).then_some(call), ask)))
}

/// Lends an outcome to the plugin until it releases it.
fn lend(outcome: Outcome) -> Answer {
    let owned = Box::new(outcome);
    let (ok, value, code) = match owned.as_ref() {
        Ok(value) => (1, Text::lend(value.get()), Text::lend("")),
        Err(fault) => (0, Text::lend(&fault.message), Text::lend(&fault.code)),
    };
    Answer { ok, reserved: 0, value, code, owner: Box::into_raw(owned).cast::<c_void>() }
}

fn parse(bytes: &[u8]) -> serde_json::Result<Box<RawValue>> {
    serde_json::from_slice(bytes)
}

fn present(value: Box<RawValue>) -> Option<Box<RawValue>> {
    Some(value).filter(|value| value.get() != "null")
}

fn log_fields(bytes: &[u8]) -> Box<RawValue> {
    match parse(bytes) {
        Ok(fields) if fields.get().starts_with('{') && bytes.len() <= MAX_FRAME / 4 => fields,
        _ => raw(&()),
    }
}

fn cut(mut text: String) -> String {
    text.truncate(text.floor_char_boundary(LOG_TEXT));
    text
}

/// # Safety
/// The text is valid for this call.
unsafe fn lossy(text: Text) -> String {
    // SAFETY: passed on to the caller.
    String::from_utf8_lossy(unsafe { text.bytes() }).into_owned()
}

/// # Safety
/// The text is valid for this call.
unsafe fn strict(text: Text) -> Result<String, Fault> {
    // SAFETY: passed on to the caller.
    let bytes = unsafe { text.bytes() };
    String::from_utf8(bytes.to_vec()).map_err(|_| Fault::new("invalid_arguments", "a text is not UTF-8"))
}

/// # Safety
/// The text is valid for this call.
unsafe fn json(text: Text) -> Result<Box<RawValue>, Fault> {
    // SAFETY: passed on to the caller.
    parse(unsafe { text.bytes() })
        .map_err(|error| Fault::new("invalid_arguments", format!("no JSON: {error}")))
}
