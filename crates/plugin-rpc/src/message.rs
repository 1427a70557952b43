//! What the two sides say. JSON of settings, arguments and results passes through unparsed.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

/// From the center to a host.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToHost {
    /// The first frame, once. With it travel the descriptors of the pipe to read, of the pipe to write, of the
    /// library, and of each path in `granted`.
    Hello(Hello),
    /// A step of the plugin's life. One at a time; answered by `Done`.
    Do {
        /// Chosen by the center, unique among `Do`, `Call`, `Service` and `Health` of this process, never 0.
        id: u64,
        /// What to do.
        act: Act,
    },
    /// Run a command of the plugin. Answered by `Done`.
    Call {
        /// As in `Do`. A plugin's `Ask` during the call carries it.
        id: u64,
        /// As declared in `commands` of plugin.json.
        command: String,
        /// Any JSON.
        args: Box<RawValue>,
    },
    /// Run a service that this plugin provides, for another plugin. Answered by `Done`.
    Service {
        /// As in `Call`.
        id: u64,
        /// As declared in `services.provides` of plugin.json.
        name: String,
        /// Any JSON.
        args: Box<RawValue>,
    },
    /// Are you well? Answered by `Done`: `Ok(null)`, or a fault that says what is wrong.
    Health {
        /// As in `Do`.
        id: u64,
    },
    /// The answer to an `Ask`.
    Answer {
        /// That of the `Ask`.
        id: u64,
        /// What the variant of [`Ask`] describes.
        outcome: Outcome,
    },
}

/// What a host must know before it loads anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// [`crate::PROTOCOL`].
    pub protocol: u32,
    /// The center's process id. A host with another parent ends.
    pub center_pid: u32,
    /// The plugin's id.
    pub plugin: String,
    /// The plugin's version.
    pub version: String,
    /// The plugin's private folder: absolute, existing, writable.
    pub private_dir: PathBuf,
    /// For `RLIMIT_DATA`, in bytes: the approved memory and what the host itself needs.
    pub data_limit: u64,
    /// The most bytes a file in the private folder may have.
    pub storage_limit: u64,
    /// The approved paths, in the order of their descriptors.
    pub granted: Vec<Granted>,
}

/// A path that the plugin may use, opened by the center.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Granted {
    /// As the package or the settings name it.
    pub path: PathBuf,
    /// Whether it may be written too.
    pub write: bool,
}

/// A step of the plugin's life. All run on one thread, never two at once.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Load the library and create the plugin. Outcome: [`Loaded`].
    Load,
    /// Take new settings while running. Outcome: [`Configured`].
    Configure {
        /// The effective settings, secrets in clear.
        config: Box<RawValue>,
    },
    /// Begin to work. Outcome: `null`.
    Start {
        /// As in `Configure`.
        config: Box<RawValue>,
    },
    /// Try these settings, keep nothing. Outcome: a text for people, or `null`.
    Test {
        /// As in `Configure`.
        config: Box<RawValue>,
    },
    /// Stop and destroy the plugin. The process ends after `Done`.
    Stop,
}

/// The outcome of [`Act::Load`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loaded {
    /// The version of the contract that the library was built for.
    pub abi: u32,
    /// How many calls it takes at once, at least 1.
    pub max_concurrency: u32,
}

/// The outcome of [`Act::Configure`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Configured {
    /// The new settings take effect only in a new process.
    pub restart: bool,
}

/// From a host to the center. After `Load` the process is the plugin: nothing in here can be believed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FromHost {
    /// The answer to `Hello`: the sandbox stands.
    Welcome {
        /// [`crate::PROTOCOL`].
        protocol: u32,
        /// Each measure of the sandbox, in the order in which it was taken.
        sandbox: Vec<Measure>,
    },
    /// The answer to `Do`, `Call`, `Service` or `Health`.
    Done {
        /// That of the request.
        id: u64,
        /// What the request describes.
        outcome: Outcome,
    },
    /// A line for the plugin's log.
    Log {
        /// How grave.
        level: Level,
        /// Where in the plugin it arose, such as a module's path. May be empty.
        target: String,
        /// For people.
        message: String,
        /// An object of further values, or `null`.
        fields: Box<RawValue>,
    },
    /// Something that the plugin wants of the center. Answered by `Answer`.
    Ask {
        /// Chosen by the host, unique among its asks.
        id: u64,
        /// The `Call` or `Service` on whose behalf it asks, if any.
        call: Option<u64>,
        /// What it wants.
        ask: Ask,
    },
}

/// How grave a line of the log is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the five levels of `tracing`")]
pub enum Level {
    Trace,
    Debug,
    Info,
    Warn,
    Error,
}

/// A measure of the sandbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// A stable word: `capabilities`, `no_new_privileges`, `memory`, `files`, `network`, `signals`, `calls`, ….
    pub name: String,
    /// Whether the kernel holds the plugin to it.
    pub enforced: bool,
    /// Why not, or what is missing.
    pub note: Option<String>,
}

/// What a plugin may want of the center. In the store, JSON `null` and absence are the same.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Outcome: the value, or `null`.
    StorageGet {
        /// Of the plugin's own store.
        key: String,
    },
    /// Outcome: `null`.
    StoragePut {
        /// Of the plugin's own store.
        key: String,
        /// Any JSON; `null` deletes.
        value: Box<RawValue>,
    },
    /// Outcome: `true` if there was a value.
    StorageDelete {
        /// Of the plugin's own store.
        key: String,
    },
    /// Outcome: [`Page`].
    StorageList {
        /// Every key that begins so. May be empty.
        prefix: String,
        /// Only keys behind this one, in the order of their bytes.
        after: Option<String>,
        /// The most entries wanted. The center may return fewer.
        limit: u32,
    },
    /// Replaces a value if it still is what the plugin believes. Outcome: whether it was.
    StorageSwap {
        /// Of the plugin's own store.
        key: String,
        /// Compared as JSON values; `None` means absent.
        expected: Option<Box<RawValue>>,
        /// `None` deletes.
        value: Option<Box<RawValue>>,
    },
    /// The terms of the license that this plugin runs by. Outcome: an object, or `null` without one.
    License,
    /// Tells the plugin's own pages. Outcome: `null`.
    Publish {
        /// The plugin's own name for it.
        event: String,
        /// Any JSON.
        payload: Box<RawValue>,
    },
    /// Calls a service of another plugin. Outcome: what that returns.
    CallService {
        /// As declared in `services.uses` of plugin.json.
        name: String,
        /// Any JSON.
        args: Box<RawValue>,
    },
}

/// The outcome of [`Ask::StorageList`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Page {
    /// In the order of their keys.
    pub entries: Vec<Entry>,
    /// Whether there are more behind the last one.
    pub more: bool,
}

/// One entry of a plugin's store.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs, reason = "a key and its value")]
pub struct Entry {
    pub key: String,
    pub value: Box<RawValue>,
}

/// What came of a request.
pub type Outcome = Result<Box<RawValue>, Fault>;

/// Why something did not succeed, from a host or from the center.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message} ({code})")]
pub struct Fault {
    /// A stable word; those of hosts are in [`fault`], a plugin has its own.
    pub code: String,
    /// For people, in English or as the plugin says it.
    pub message: String,
}

impl Fault {
    /// A fault of this code.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into() }
    }
}

/// The JSON of a value.
///
/// # Panics
/// If the value has no JSON form, such as a map whose keys are no strings.
#[must_use]
pub fn raw(value: &(impl Serialize + ?Sized)) -> Box<RawValue> {
    to_raw_value(value).expect("messages are made of values that JSON has")
}

/// The codes of faults that a host itself gives.
pub mod fault {
    /// The file is no library that this platform can load.
    pub const LIBRARY_UNLOADABLE: &str = "library_unloadable";
    /// The library was built for another processor.
    pub const OTHER_ARCHITECTURE: &str = "other_architecture";
    /// The library has no `sprocket_plugin`.
    pub const SYMBOL_MISSING: &str = "symbol_missing";
    /// The library was built for another version of the contract.
    pub const ABI_MISMATCH: &str = "abi_mismatch";
    /// The library describes itself in a way that cannot be right.
    pub const DESCRIPTOR_INVALID: &str = "descriptor_invalid";
    /// The request makes no sense now, such as a call before the start.
    pub const OUT_OF_ORDER: &str = "out_of_order";
    /// The plugin panicked and caught it.
    pub const PANICKED: &str = "panicked";
    /// The plugin returned something that is no JSON, or too much of it.
    pub const BAD_RESULT: &str = "bad_result";
    /// The plugin does not have what was asked for.
    pub const UNSUPPORTED: &str = "unsupported";
    /// More calls wait than [`crate::MAX_IN_FLIGHT`].
    pub const TOO_MANY_CALLS: &str = "too_many_calls";
    /// The center did not answer in time.
    pub const TIMED_OUT: &str = "timed_out";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{decode, encode};

    #[test]
    fn json_passes_through_byte_for_byte() {
        let args = RawValue::from_string("{ \"b\":1.50, \"a\":\"\\u4f60\" }".into()).unwrap();
        let frame = encode(&ToHost::Call { id: 1, command: "ask".into(), args }).unwrap();
        let ToHost::Call { args, .. } = decode(&frame[4..]).unwrap() else { panic!("another message") };
        assert_eq!(args.get(), "{ \"b\":1.50, \"a\":\"\\u4f60\" }");
    }

    #[test]
    fn an_outcome_is_ok_or_err_on_the_wire() {
        let text = |outcome: Outcome| serde_json::to_string(&FromHost::Done { id: 3, outcome }).unwrap();
        assert_eq!(text(Ok(raw(&true))), r#"{"done":{"id":3,"outcome":{"Ok":true}}}"#);
        assert_eq!(
            text(Err(Fault::new("panicked", "oh"))),
            r#"{"done":{"id":3,"outcome":{"Err":{"code":"panicked","message":"oh"}}}}"#
        );
    }

    #[test]
    fn acts_without_settings_are_plain_words() {
        assert_eq!(
            serde_json::to_string(&ToHost::Do { id: 1, act: Act::Load }).unwrap(),
            r#"{"do":{"id":1,"act":"load"}}"#
        );
    }
}
