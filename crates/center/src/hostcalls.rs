//! What a plugin may ask of the center, and what comes of it. Every ask is hostile: each has bounds and a fault.
//! Which plugin asks is known from the process, never from what it says.

use std::sync::{Arc, Mutex, PoisonError};

use plugin_rpc::{Ask, Entry, Fault, Level, Outcome, Page, raw};
use serde_json::json;
use serde_json::value::RawValue;
use spk::PluginId;

use crate::clock::Clock;
use crate::error::{Code, Error};
use crate::events::{Bus, Event};
use crate::host_client::Errand;
use crate::license::Licenses;
use crate::logs::{Line, Logs, MAX_LINE, Pace, Source};
use crate::mask::Mask;
use crate::plugin_store::PluginStore;
use crate::services::Services;

/// The most bytes of a published payload.
pub const MAX_PAYLOAD: usize = 64 << 10;
/// The most bytes of an event's name.
pub const MAX_EVENT_NAME: usize = 64;
/// Events that a plugin may publish each second, after a burst.
const EVENTS_PER_SECOND: u32 = 50;
/// Events that a plugin may publish at once.
const EVENTS_AT_ONCE: u32 = 200;

/// The codes of faults that the center gives to a plugin's asks.
pub mod refused {
    /// A key, value, name or payload breaks its bounds.
    pub const INVALID_INPUT: &str = "invalid_input";
    /// The approved amount of storage is used up.
    pub const QUOTA_EXCEEDED: &str = "quota_exceeded";
    /// The store could not be read or written.
    pub const STORAGE_FAILED: &str = "storage_failed";
    /// More than the center passes on.
    pub const TOO_MANY_EVENTS: &str = "too_many_events";
}

/// What one running plugin reaches through its asks.
pub struct HostCalls {
    plugin: PluginId,
    store: PluginStore,
    logs: Logs,
    bus: Bus,
    clock: Arc<dyn Clock>,
    licenses: Arc<Licenses>,
    services: Arc<Services>,
    mask: Arc<Mask>,
    pace: Mutex<Pace>,
}

/// What a plugin's asks lead to.
pub struct Reach {
    /// Its own store.
    pub store: PluginStore,
    /// Where its lines are kept.
    pub logs: Logs,
    /// Where its events go.
    pub bus: Bus,
    /// The time of lines and events.
    pub clock: Arc<dyn Clock>,
    /// What it may know of its license.
    pub licenses: Arc<Licenses>,
    /// What other plugins provide to it.
    pub services: Arc<Services>,
    /// What lines and events must not show.
    pub mask: Arc<Mask>,
}

/// A line of a plugin's log as its process sent it.
#[derive(Debug)]
pub struct SentLine {
    /// How grave.
    pub level: Level,
    /// Where in the plugin it arose.
    pub target: String,
    /// For people.
    pub message: String,
    /// An object, or `null`.
    pub fields: Box<RawValue>,
}

impl HostCalls {
    /// For the process of this plugin.
    #[must_use]
    pub fn new(plugin: PluginId, reach: Reach) -> Self {
        let Reach { store, logs, bus, clock, licenses, services, mask } = reach;
        Self {
            plugin,
            store,
            logs,
            bus,
            clock,
            licenses,
            services,
            mask,
            pace: Mutex::new(Pace::new(EVENTS_PER_SECOND, EVENTS_AT_ONCE)),
        }
    }

    /// Keeps a line that the plugin sent.
    pub fn log(&self, sent: SentLine) {
        let SentLine { level, target, message, fields } = sent;
        // What cannot be kept whole is not even parsed.
        let fields = match fields.get().len() {
            ..=MAX_LINE => serde_json::from_str(&self.mask.hide(fields.get())).unwrap_or_default(),
            bytes => json!({ "cut": format!("{bytes} bytes of fields") }),
        };
        let hidden = |text: String| self.mask.hide(text).into_owned();
        let (target, message) = (hidden(target), hidden(message));
        let line = Line { at: self.clock.now(), level, source: Source::Plugin, target, message, fields };
        self.logs.append(&self.plugin, line);
    }

    /// Keeps a line that the plugin's process wrote on its standard output or error.
    pub fn output(&self, source: Source, text: &[u8]) {
        let text = self.mask.hide(String::from_utf8_lossy(text)).into_owned();
        self.logs.append(&self.plugin, Line::of_process(self.clock.now(), source, text.as_bytes()));
    }

    /// Closes what the asks opened.
    pub async fn close(&self) {
        self.store.close().await;
    }

    fn publish(&self, event: String, payload: &RawValue) -> Outcome {
        if !is_event_name(&event) {
            let rule = format!("an event's name has 1 to {MAX_EVENT_NAME} letters, digits, `.`, `_` or `-`");
            return Err(Fault::new(refused::INVALID_INPUT, rule));
        }
        if payload.get().len() > MAX_PAYLOAD {
            let rule = format!("an event's payload has at most {MAX_PAYLOAD} bytes of JSON");
            return Err(Fault::new(refused::INVALID_INPUT, rule));
        }
        let payload = serde_json::from_str(&self.mask.hide(payload.get()))
            .map_err(|e| Fault::new(refused::INVALID_INPUT, format!("the payload cannot be read: {e}")))?;
        let now = self.clock.now();
        if !self.pace.lock().unwrap_or_else(PoisonError::into_inner).admits(now) {
            let rule = format!("a plugin publishes at most {EVENTS_PER_SECOND} events a second");
            return Err(Fault::new(refused::TOO_MANY_EVENTS, rule));
        }
        self.bus.publish(now, Event::PluginPublished { plugin: self.plugin.clone(), event, payload });
        Ok(raw(&()))
    }
}

/// Answers one ask. Asks of one plugin that touch its store are carried out one at a time, in the order in which
/// their answers were first polled. `call`: that on whose behalf the plugin asks, if it works on it now.
///
/// # Errors
/// A [`Fault`] with one of [`refused`]'s codes; of a service, with one of [`crate::services::refused`]'s or the provider's own.
pub async fn answer(calls: &HostCalls, call: Option<(u64, Errand)>, ask: Ask) -> Outcome {
    let store = &calls.store;
    match ask {
        Ask::StorageGet { key } => document(store.get(key).await.map_err(fault_of)?),
        Ask::StoragePut { key, value } => done(store.put(key, text(value)).await.map_err(fault_of)?),
        Ask::StorageDelete { key } => done(store.delete(key).await.map_err(fault_of)?),
        Ask::StorageList { prefix, after, limit } => {
            let limit = usize::try_from(limit).unwrap_or(usize::MAX);
            page(store.list(prefix, after, limit).await.map_err(fault_of)?)
        }
        Ask::StorageSwap { key, expected, value } => {
            done(store.swap(key, expected.map(text), value.map(text)).await.map_err(fault_of)?)
        }
        Ask::License => done(calls.licenses.told_to(&calls.plugin)),
        Ask::Publish { event, payload } => calls.publish(event, &payload),
        Ask::CallService { name, args } => calls.services.call(&calls.plugin, call, (&name, args)).await,
    }
}

fn text(json: Box<RawValue>) -> String {
    Box::<str>::from(json).into()
}

fn done(value: impl serde::Serialize) -> Outcome {
    Ok(raw(&value))
}

fn document(value: Option<String>) -> Outcome {
    stored(value.unwrap_or_else(|| "null".into()))
}

fn page(found: crate::plugin_store::Page) -> Outcome {
    let entry = |(key, value)| Ok(Entry { key, value: stored(value)? });
    let entries = found.entries.into_iter().map(entry).collect::<Result<_, Fault>>()?;
    Ok(raw(&Page { entries, more: found.more }))
}

fn stored(json: String) -> Outcome {
    RawValue::from_string(json)
        .map_err(|_| Fault::new(refused::STORAGE_FAILED, "what was stored is no JSON any more"))
}

/// What a plugin learns of a failure: nothing of the center's paths or of SQLite.
fn fault_of(error: Error) -> Fault {
    match error.code {
        Code::InvalidInput => Fault::new(refused::INVALID_INPUT, error.message),
        Code::QuotaExceeded => Fault::new(refused::QUOTA_EXCEEDED, error.message),
        _ => {
            tracing::warn!(%error, "a plugin's store failed");
            Fault::new(refused::STORAGE_FAILED, "the store could not be read or written")
        }
    }
}

fn is_event_name(name: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    !name.is_empty() && name.len() <= MAX_EVENT_NAME && name.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::clock::UnixMs;
    use crate::paths::Home;
    use crate::store::Store;

    struct StoppedClock;
    impl Clock for StoppedClock {
        fn now(&self) -> UnixMs {
            1_000
        }
    }

    fn calls(home: &Home, plugin: &str) -> (HostCalls, Bus) {
        let plugin: PluginId = plugin.parse().unwrap();
        let bus = Bus::default();
        let store = Arc::new(Store::open(home, Arc::new(StoppedClock)).unwrap());
        let licenses = Licenses::open(&store, Arc::new(StoppedClock)).unwrap();
        let reach = Reach {
            store: PluginStore::new(home, &plugin, 1 << 20),
            logs: Logs::open(home).unwrap(),
            bus: bus.clone(),
            clock: Arc::new(StoppedClock),
            licenses: Arc::new(licenses),
            services: Arc::default(),
            mask: Arc::default(),
        };
        (HostCalls::new(plugin, reach), bus)
    }

    fn home() -> (tempfile::TempDir, Home) {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path());
        home.create().unwrap();
        (folder, home)
    }

    async fn value(calls: &HostCalls, ask: Ask) -> Value {
        serde_json::from_str(answer(calls, None, ask).await.unwrap().get()).unwrap()
    }

    async fn fault_code(calls: &HostCalls, ask: Ask) -> String {
        answer(calls, None, ask).await.unwrap_err().code
    }

    fn put(key: &str, value: &Value) -> Ask {
        Ask::StoragePut { key: key.into(), value: raw(value) }
    }

    #[tokio::test]
    async fn each_ask_of_the_store_is_answered_as_the_protocol_says() {
        let (_folder, home) = home();
        let (calls, _bus) = calls(&home, "a.one");
        let key = || "faq/1".to_owned();
        assert_eq!(value(&calls, Ask::StorageGet { key: key() }).await, Value::Null);
        assert_eq!(value(&calls, put("faq/1", &json!({ "q": "?" }))).await, Value::Null);
        assert_eq!(value(&calls, Ask::StorageGet { key: key() }).await, json!({ "q": "?" }));
        let list = Ask::StorageList { prefix: "faq/".into(), after: None, limit: 5 };
        let listed = json!({ "entries": [{ "key": "faq/1", "value": { "q": "?" } }], "more": false });
        assert_eq!(value(&calls, list).await, listed);
        let swap = |expected, value| Ask::StorageSwap { key: key(), expected, value };
        assert_eq!(value(&calls, swap(None, Some(raw(&2)))).await, json!(false));
        assert_eq!(value(&calls, swap(Some(raw(&json!({ "q": "?" }))), Some(raw(&2)))).await, json!(true));
        assert_eq!(value(&calls, Ask::StorageDelete { key: key() }).await, json!(true));
        assert_eq!(value(&calls, Ask::StorageDelete { key: key() }).await, json!(false));
    }

    #[tokio::test]
    async fn a_plugin_reaches_only_its_own_store() {
        let (_folder, home) = home();
        let (one, _) = calls(&home, "a.one");
        let (two, _) = calls(&home, "a.two");
        answer(&one, None, put("k", &json!("one's"))).await.unwrap();
        for key in ["k", "a.one/k", "../a.one.db", "k' OR '1'='1"] {
            assert_eq!(value(&two, Ask::StorageGet { key: key.into() }).await, Value::Null, "{key}");
        }
        let list = Ask::StorageList { prefix: String::new(), after: None, limit: u32::MAX };
        assert_eq!(value(&two, list).await["entries"], json!([]));
    }

    #[tokio::test]
    async fn what_breaks_a_bound_gets_a_fault_and_changes_nothing() {
        let (_folder, home) = home();
        let (calls, bus) = calls(&home, "a.one");
        let mut listener = bus.subscribe();
        let large = json!("x".repeat(1 << 20));
        assert_eq!(fault_code(&calls, put("", &json!(1))).await, refused::INVALID_INPUT);
        assert_eq!(fault_code(&calls, put(&"k".repeat(513), &json!(1))).await, refused::INVALID_INPUT);
        assert_eq!(fault_code(&calls, put("k", &large)).await, refused::INVALID_INPUT);
        let publish =
            |event: &str, payload: &Value| Ask::Publish { event: event.into(), payload: raw(payload) };
        for name in ["", "a b", "a\n", "ü", &"n".repeat(65)] {
            assert_eq!(
                fault_code(&calls, publish(name, &json!(1))).await,
                refused::INVALID_INPUT,
                "{name:?}"
            );
        }
        assert_eq!(
            fault_code(&calls, publish("n", &json!("x".repeat(64 << 10)))).await,
            refused::INVALID_INPUT
        );
        answer(&calls, None, publish("last", &json!(1))).await.unwrap();
        let Event::PluginPublished { event, .. } = listener.next().await.unwrap().event else {
            panic!("another event")
        };
        assert_eq!(event, "last", "nothing before it was published");
    }

    #[tokio::test]
    async fn a_full_store_says_so_and_tells_nothing_of_the_center() {
        let (_folder, home) = home();
        let (calls, _bus) = calls(&home, "a.full");
        let half = json!("x".repeat(600_000));
        answer(&calls, None, put("a", &half)).await.unwrap();
        assert_eq!(fault_code(&calls, put("b", &half)).await, refused::QUOTA_EXCEEDED);
        calls.close().await;
        std::fs::write(home.store(&"a.full".parse().unwrap()), "this is no database").unwrap();
        let fault = answer(&calls, None, Ask::StorageGet { key: "a".into() }).await.unwrap_err();
        assert_eq!(fault.code, refused::STORAGE_FAILED);
        assert!(!fault.message.contains("database"), "{fault}");
    }

    #[tokio::test]
    async fn a_flood_of_events_is_refused() {
        let (_folder, home) = home();
        let (calls, bus) = calls(&home, "a.loud");
        let mut listener = bus.subscribe();
        let mut published = 0;
        for _ in 0..500 {
            published += usize::from(
                answer(&calls, None, Ask::Publish { event: "e".into(), payload: raw(&1) }).await.is_ok(),
            );
        }
        assert_eq!(published, EVENTS_AT_ONCE as usize);
        let first = listener.next().await.unwrap();
        assert_ne!(first.event, Event::Lagged, "one plugin's events make no listener lag");
        assert_eq!(first.at, 1_000);
    }

    #[tokio::test]
    async fn lines_go_to_the_log_of_the_plugin_that_sent_them() {
        let (_folder, home) = home();
        let (calls, _bus) = calls(&home, "a.one");
        let fields = raw(&json!({ "n": 1 }));
        calls.log(SentLine { level: Level::Warn, target: "t".into(), message: "m".into(), fields });
        calls.output(Source::Stdout, b"printed\n");
        let lines = calls.logs.tail(&"a.one".parse().unwrap(), 9).await.unwrap();
        assert_eq!((lines[0].message.as_str(), &lines[0].fields), ("m", &json!({ "n": 1 })));
        assert_eq!((lines[1].message.as_str(), lines[1].source), ("printed", Source::Stdout));
    }

    #[tokio::test]
    async fn fields_that_no_line_holds_are_named_by_their_size() {
        let (_folder, home) = home();
        let (calls, _bus) = calls(&home, "a.wordy");
        let fields = raw(&json!({ "text": "x".repeat(1 << 20) }));
        calls.log(SentLine { level: Level::Info, target: "t".into(), message: "m".into(), fields });
        let lines = calls.logs.tail(&"a.wordy".parse().unwrap(), 9).await.unwrap();
        assert_eq!(lines[0].fields, json!({ "cut": "1048587 bytes of fields" }));
    }
}
