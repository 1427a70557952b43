//! What a plugin may ask of Sprocket. Hides pointers; knows nothing of the process around it.

use std::mem::offset_of;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tracing::Level;

use crate::abi::{Answer, HostTable, Text};
use crate::{Fault, Result};

/// The way to Sprocket. Cheap to copy, usable from any thread of the plugin.
#[derive(Clone, Copy)]
pub struct Host {
    table: &'static HostTable,
    call: u64,
}

/// The call that a command or a service runs for.
#[derive(Clone, Copy)]
pub struct Call {
    host: Host,
}

impl Call {
    pub(crate) fn new(host: Host, id: u64) -> Self {
        Self { host: Host { call: id, ..host } }
    }

    /// The host, acting on behalf of this call.
    #[must_use]
    pub fn host(self) -> Host {
        self.host
    }

    /// Calls a service that plugin.json declares under `services.uses`, with the rights of this call's account and within
    /// its time. Both values may have 1 MiB of JSON; 16 such calls may be under way at once.
    ///
    /// ```no_run
    /// # fn suggest(call: plugin_sdk::Call) -> plugin_sdk::Result<String> {
    /// let answer: String = call.call_service("faq.answer", &"Where is the canteen?")?;
    /// # Ok(answer) }
    /// ```
    ///
    /// # Errors
    /// Those of the service, as its plugin gives them. Of Sprocket: `service_undeclared`, `service_missing`,
    /// `service_version`, `service_cycle`, `not_permitted`, `account_disabled`, `license_needed`, `plugin_stopped`, also if
    /// the other plugin ends meanwhile, `upgrading`, `timed_out`, `too_many_calls`, `too_large`, and `no_call` once this
    /// call has ended.
    pub fn call_service<T: DeserializeOwned>(self, name: &str, args: &impl Serialize) -> Result<T> {
        let (Host { table, call }, args) = (self.host, serde_json::to_string(args)?);
        // SAFETY: the table is valid until `destroy` returned, and the texts are borrowed for this call.
        self.host.take(unsafe { (table.call_service)(table, call, Text::lend(name), Text::lend(&args)) })
    }
}

impl Host {
    pub(crate) fn new(table: &'static HostTable) -> Self {
        Self { table, call: 0 }
    }

    /// The plugin's own store.
    #[must_use]
    pub fn store(self) -> Store {
        Store { host: self }
    }

    /// A line for the plugin's log. `fields` is a JSON object or empty. The macros of `tracing` end here.
    pub fn log(self, level: Level, target: &str, message: &str, fields: &str) {
        let level = match level {
            Level::TRACE => 0,
            Level::DEBUG => 1,
            Level::INFO => 2,
            Level::WARN => 3,
            Level::ERROR => 4,
        };
        let [target, message, fields] = [target, message, fields].map(Text::lend);
        // SAFETY: the table is valid until `destroy` returned, and the texts are borrowed for this call.
        unsafe { (self.table.log)(self.table, level, target, message, fields) }
    }

    /// The time.
    #[must_use]
    pub fn now(self) -> SystemTime {
        // SAFETY: as in `log`.
        let milliseconds = unsafe { (self.table.now)(self.table) };
        UNIX_EPOCH + Duration::from_millis(milliseconds.unsigned_abs())
    }

    /// The terms of the license that the plugin runs by now, with `"license": {"mode": "host"}` in plugin.json; `None`
    /// without one. Ask when it matters: a renewal may come at any time.
    ///
    /// # Errors
    /// `unsupported` if Sprocket is too old for this.
    pub fn license(self) -> Result<Option<License>> {
        let reached = offset_of!(HostTable, license) + size_of::<fn()>();
        if (self.table.size as usize) < reached {
            return Err(Fault::new("unsupported", "this version of Sprocket tells nothing of licenses"));
        }
        // SAFETY: the table reaches this function, and is valid until `destroy` returned.
        self.take(unsafe { (self.table.license)(self.table) })
    }

    /// Tells the plugin's own pages.
    ///
    /// # Errors
    /// If the payload has no JSON form or Sprocket does not take it.
    pub fn publish(self, event: &str, payload: &impl Serialize) -> Result<()> {
        let payload = serde_json::to_string(payload)?;
        // SAFETY: as in `log`.
        let answer =
            unsafe { (self.table.publish)(self.table, self.call, Text::lend(event), Text::lend(&payload)) };
        self.take(answer)
    }

    /// Reads an answer and gives it back.
    fn take<T: DeserializeOwned>(self, answer: Answer) -> Result<T> {
        // SAFETY: the texts of an answer stay valid until it is released.
        let (value, code) = unsafe { (answer.value.bytes(), answer.code.bytes()) };
        let taken = if answer.ok == 1 {
            serde_json::from_slice(value).map_err(|error| Fault::new("unexpected_answer", error.to_string()))
        } else {
            Err(Fault::new(String::from_utf8_lossy(code), String::from_utf8_lossy(value)))
        };
        // SAFETY: it came from this table, and nothing of it is borrowed any more.
        unsafe { (self.table.release)(self.table, answer) };
        taken
    }
}

/// The terms of a license.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct License {
    /// The issuer's own number for it.
    pub serial: String,
    /// Whom it was issued to.
    pub licensee: String,
    /// The plugin's own words for what is licensed.
    pub features: Vec<String>,
    /// How many accounts may use the plugin.
    pub seats: Option<u32>,
    /// Its last moment, in milliseconds since 1970.
    pub not_after: Option<i64>,
}

/// A store of JSON values by key, kept by Sprocket for this plugin alone.
#[derive(Clone, Copy)]
pub struct Store {
    host: Host,
}

impl Store {
    /// The value of a key.
    ///
    /// # Errors
    /// If the value has another shape, or Sprocket can't read it.
    pub fn get<T: DeserializeOwned>(self, key: &str) -> Result<Option<T>> {
        let Host { table, call } = self.host;
        // SAFETY: the table is valid until `destroy` returned, and the texts are borrowed for this call.
        self.host.take(unsafe { (table.storage_get)(table, call, Text::lend(key)) })
    }

    /// Stores a value. `null` deletes.
    ///
    /// # Errors
    /// `quota_exceeded`, or if the value has no JSON form.
    pub fn put(self, key: &str, value: &impl Serialize) -> Result<()> {
        let (Host { table, call }, value) = (self.host, serde_json::to_string(value)?);
        // SAFETY: as in `get`.
        self.host.take(unsafe { (table.storage_put)(table, call, Text::lend(key), Text::lend(&value)) })
    }

    /// Deletes a value. Returns whether there was one.
    ///
    /// # Errors
    /// If Sprocket can't write.
    pub fn delete(self, key: &str) -> Result<bool> {
        let Host { table, call } = self.host;
        // SAFETY: as in `get`.
        self.host.take(unsafe { (table.storage_delete)(table, call, Text::lend(key)) })
    }

    /// One page of the entries whose keys begin with `prefix`, behind the key `after`.
    ///
    /// # Errors
    /// If a value has another shape, or Sprocket can't read them.
    pub fn page<T: DeserializeOwned>(self, prefix: &str, after: &str, limit: u32) -> Result<Page<T>> {
        let (Host { table, call }, prefix, after) = (self.host, Text::lend(prefix), Text::lend(after));
        // SAFETY: as in `get`.
        self.host.take(unsafe { (table.storage_list)(table, call, prefix, after, limit) })
    }

    /// All entries whose keys begin with `prefix`, in the order of their keys.
    ///
    /// # Errors
    /// As [`Store::page`].
    pub fn list<T: DeserializeOwned>(self, prefix: &str) -> Result<Vec<(String, T)>> {
        let mut all: Vec<(String, T)> = Vec::new();
        loop {
            let after = all.last().map_or("", |(key, _)| key.as_str());
            let page = self.page(prefix, after, 500)?;
            let ends = !page.more || page.entries.is_empty();
            all.extend(page.entries.into_iter().map(|entry| (entry.key, entry.value)));
            if ends {
                return Ok(all);
            }
        }
    }

    /// Replaces a value if it still is `expected` (`None`: absent). Returns whether it was.
    ///
    /// # Errors
    /// As [`Store::put`].
    pub fn compare_and_swap<T: Serialize>(
        self,
        key: &str,
        expected: Option<&T>,
        value: Option<&T>,
    ) -> Result<bool> {
        let Host { table, call } = self.host;
        let (expected, value) = (serde_json::to_string(&expected)?, serde_json::to_string(&value)?);
        let [key, expected, value] = [key, &expected, &value].map(Text::lend);
        // SAFETY: as in `get`.
        self.host.take(unsafe { (table.storage_swap)(table, call, key, expected, value) })
    }
}

/// One page of entries.
#[derive(Debug, Deserialize)]
pub struct Page<T> {
    /// In the order of their keys.
    pub entries: Vec<Entry<T>>,
    /// Whether there are more behind the last one.
    pub more: bool,
}

/// One entry of the store.
#[derive(Debug, Deserialize)]
#[allow(missing_docs, reason = "a key and its value")]
pub struct Entry<T> {
    pub key: String,
    pub value: T,
}
