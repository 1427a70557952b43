//! The loaded plugin as a value: each function of its table with JSON in and an outcome out.
//! Which thread may call which, and when, is kept by `serve` and `pool`.

use std::ffi::c_void;

use plugin_rpc::{Configured, Fault, Loaded, Outcome, fault, raw};
use plugin_sdk::abi::{PluginTable, Reply, Text};
use serde_json::value::RawValue;

use crate::host_table::HOST;

/// A created plugin.
pub struct Plugin {
    table: PluginTable,
    this: *mut c_void,
}

// SAFETY: the contract lets the functions of one plugin be called from several threads, as its header says.
unsafe impl Send for Plugin {}
// SAFETY: as above.
unsafe impl Sync for Plugin {}

/// Work that may run beside other work.
pub enum Task {
    /// A command, with its arguments.
    Command(String, Box<RawValue>),
    /// A service, with its arguments.
    Service(String, Box<RawValue>),
}

/// What a running function of the plugin has said so far; the plugin knows it as a `sprocket_reply`.
pub struct Slot(pub Outcome);

impl Slot {
    fn collect(run: impl FnOnce(*mut Reply)) -> Outcome {
        let mut slot = Self(Ok(null()));
        run((&raw mut slot).cast());
        slot.0
    }
}

impl Plugin {
    /// Has the library make its plugin.
    pub fn create(table: PluginTable) -> Result<Self, Fault> {
        let (Some(create), Some(_)) = (table.create, table.destroy) else {
            return Err(Fault::new(
                fault::DESCRIPTOR_INVALID,
                "the library's table lacks `create` or `destroy`",
            ));
        };
        let mut this = std::ptr::null_mut();
        // SAFETY: as the contract has it; `HOST` lives as long as the process.
        Slot::collect(|reply| this = unsafe { create(&raw const HOST, reply) })?;
        if this.is_null() {
            return Err(Fault::new(fault::DESCRIPTOR_INVALID, "the plugin's `create` made nothing"));
        }
        Ok(Self { table, this })
    }

    pub fn describe(&self) -> Loaded {
        Loaded { abi: self.table.version, max_concurrency: self.table.max_concurrency }
    }

    pub fn configure(&self, config: &RawValue) -> Outcome {
        let Some(configure) = self.table.configure else { return Ok(raw(&Configured { restart: true })) };
        // SAFETY: `this` came from `create`, `destroy` did not run, and the text outlives the call.
        let outcome = Slot::collect(|reply| unsafe { configure(self.this, text(config), reply) })?;
        let said = serde_json::from_str::<Option<Configured>>(outcome.get());
        let said = said.map_err(|error| Fault::new(fault::BAD_RESULT, format!("of `configure`: {error}")))?;
        Ok(raw(&said.unwrap_or(Configured { restart: false })))
    }

    pub fn start(&self, config: &RawValue) -> Outcome {
        let Some(start) = self.table.start else { return Ok(null()) };
        // SAFETY: as in `configure`.
        Slot::collect(|reply| unsafe { start(self.this, text(config), reply) })
    }

    pub fn test(&self, config: &RawValue) -> Outcome {
        let Some(test) = self.table.test else { return Err(lacks("test")) };
        // SAFETY: as in `configure`.
        Slot::collect(|reply| unsafe { test(self.this, text(config), reply) })
    }

    /// Runs work for the call of this number.
    pub fn run(&self, call: u64, task: &Task) -> Outcome {
        let (function, name, args, kind) = match task {
            Task::Command(name, args) => (self.table.invoke, name, args, "commands"),
            Task::Service(name, args) => (self.table.call_service, name, args, "services"),
        };
        let Some(function) = function else { return Err(lacks(kind)) };
        // SAFETY: as in `configure`.
        Slot::collect(|reply| unsafe { function(self.this, call, Text::lend(name), text(args), reply) })
    }

    pub fn health(&self) -> Outcome {
        let Some(health) = self.table.health else { return Ok(null()) };
        // SAFETY: as in `configure`.
        Slot::collect(|reply| unsafe { health(self.this, reply) })
    }

    pub fn stop(&self) -> Outcome {
        let Some(stop) = self.table.stop else { return Ok(null()) };
        // SAFETY: as in `configure`.
        Slot::collect(|reply| unsafe { stop(self.this, reply) })
    }

    /// Frees what `create` made.
    ///
    /// # Safety
    /// No other function of the plugin runs, and none is called afterwards.
    pub unsafe fn destroy(&self) {
        if let Some(destroy) = self.table.destroy {
            // SAFETY: passed on to the caller.
            unsafe { destroy(self.this) }
        }
    }
}

fn text(json: &RawValue) -> Text {
    Text::lend(json.get())
}

fn null() -> Box<RawValue> {
    raw(&())
}

fn lacks(what: &str) -> Fault {
    Fault::new(fault::UNSUPPORTED, format!("this plugin has no {what}"))
}
