//! The C functions behind [`crate::export_plugin`]: one set for each plugin type. A panic ends in them.

use std::any::Any;
use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::abi::{ABI_VERSION, HostTable, PluginTable, Reply, Text, size_of_table};
use crate::{Call, Configured, Fault, Host, Json, LicenseVerdict, Plugin, Result, command, log, reply};

/// The table of a plugin type.
#[must_use]
pub const fn table<P: Plugin>() -> PluginTable {
    PluginTable {
        version: ABI_VERSION,
        size: size_of_table::<PluginTable>(),
        max_concurrency: P::MAX_CONCURRENCY,
        reserved: 0,
        create: Some(create::<P>),
        configure: Some(configure::<P>),
        start: Some(start::<P>),
        test: Some(test::<P>),
        invoke: Some(invoke::<P>),
        call_service: Some(service::<P>),
        health: Some(health::<P>),
        stop: Some(stop::<P>),
        destroy: Some(destroy::<P>),
    }
}

/// What `health` says beside that all is well.
#[derive(Serialize)]
struct Health {
    license: LicenseVerdict,
}

/// What `create` makes: the plugin itself is there between `start` and `stop`.
struct Instance<P> {
    table: &'static HostTable,
    running: Mutex<Option<Arc<P>>>,
}

impl<P: Plugin> Instance<P> {
    fn host(&self) -> Host {
        Host::new(self.table)
    }

    fn slot(&self) -> MutexGuard<'_, Option<Arc<P>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn running(&self) -> Result<Arc<P>> {
        self.slot().clone().ok_or_else(|| Fault::new("out_of_order", "the plugin is not running"))
    }
}

unsafe extern "C" fn create<P: Plugin>(host: *const HostTable, reply: *mut Reply) -> *mut c_void {
    // SAFETY: the contract keeps the table valid until `destroy` returned, after which nothing of the plugin runs.
    let table: &'static HostTable = unsafe { &*host };
    let mut made = std::ptr::null_mut();
    answer(table, reply, || {
        log::forward(Host::new(table), P::LOG_LEVEL);
        made = Box::into_raw(Box::new(Instance::<P> { table, running: Mutex::new(None) })).cast();
        null()
    });
    made
}

unsafe extern "C" fn configure<P: Plugin>(this: *mut c_void, config: Text, reply: *mut Reply) {
    // SAFETY: `this` is what `create` made, and `config` is valid for this call.
    let (instance, config) = unsafe { (borrow::<P>(this), config.bytes()) };
    answer(instance.table, reply, || match instance.running()?.configure(settings(config)?)? {
        Configured::Applied => Ok(Json(r#"{"restart":false}"#.to_owned())),
        Configured::NeedsRestart => Ok(Json(r#"{"restart":true}"#.to_owned())),
    });
}

unsafe extern "C" fn start<P: Plugin>(this: *mut c_void, config: Text, reply: *mut Reply) {
    // SAFETY: as in `configure`.
    let (instance, config) = unsafe { (borrow::<P>(this), config.bytes()) };
    answer(instance.table, reply, || {
        let plugin = P::start(settings(config)?, instance.host())?;
        *instance.slot() = Some(Arc::new(plugin));
        null()
    });
}

unsafe extern "C" fn test<P: Plugin>(this: *mut c_void, config: Text, reply_to: *mut Reply) {
    // SAFETY: as in `configure`.
    let (instance, config) = unsafe { (borrow::<P>(this), config.bytes()) };
    answer(instance.table, reply_to, || reply(&P::test(settings(config)?, instance.host())?));
}

unsafe extern "C" fn invoke<P: Plugin>(
    this: *mut c_void,
    call: u64,
    name: Text,
    args: Text,
    reply: *mut Reply,
) {
    // SAFETY: as in `configure`.
    let (instance, name, args) = unsafe { (borrow::<P>(this), name.bytes(), args.bytes()) };
    answer(instance.table, reply, || {
        let command = command::read(std::str::from_utf8(name)?, std::str::from_utf8(args)?)?;
        instance.running()?.invoke(command, Call::new(instance.host(), call))
    });
}

unsafe extern "C" fn service<P: Plugin>(
    this: *mut c_void,
    call: u64,
    name: Text,
    args: Text,
    reply: *mut Reply,
) {
    // SAFETY: as in `configure`.
    let (instance, name, args) = unsafe { (borrow::<P>(this), name.bytes(), args.bytes()) };
    answer(instance.table, reply, || {
        let (name, args) = (std::str::from_utf8(name)?, std::str::from_utf8(args)?);
        instance.running()?.service(name, args, Call::new(instance.host(), call))
    });
}

unsafe extern "C" fn health<P: Plugin>(this: *mut c_void, reply_to: *mut Reply) {
    // SAFETY: as in `configure`.
    let instance = unsafe { borrow::<P>(this) };
    answer(instance.table, reply_to, || {
        let plugin = instance.running()?;
        plugin.health()?;
        match plugin.license() {
            Some(license) => reply(&Health { license }),
            None => null(),
        }
    });
}

unsafe extern "C" fn stop<P: Plugin>(this: *mut c_void, reply: *mut Reply) {
    // SAFETY: as in `configure`.
    let instance = unsafe { borrow::<P>(this) };
    answer(instance.table, reply, || {
        let stopped = instance.slot().take();
        if let Some(plugin) = stopped {
            plugin.stop();
        }
        null()
    });
}

unsafe extern "C" fn destroy<P: Plugin>(this: *mut c_void) {
    // SAFETY: `this` is what `create` made, nothing else runs, and it is not used again.
    let instance = unsafe { Box::from_raw(this.cast::<Instance<P>>()) };
    let _ = catch_unwind(AssertUnwindSafe(|| drop(instance)));
}

/// # Safety
/// `this` is what `create` of the same type made, and `destroy` did not run.
unsafe fn borrow<'a, P>(this: *mut c_void) -> &'a Instance<P> {
    // SAFETY: passed on to the caller.
    unsafe { &*this.cast::<Instance<P>>() }
}

/// Runs a function of the plugin and hands its result, or its panic, to the host.
fn answer(table: &HostTable, to: *mut Reply, work: impl FnOnce() -> Result) {
    let result = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(panicked(panic.as_ref())));
    match result {
        // SAFETY: the reply is the one of the running function, on its thread.
        Ok(Json(text)) => unsafe { (table.respond)(to, Text::lend(&text)) },
        // SAFETY: as above.
        Err(fault) => unsafe { (table.fail)(to, Text::lend(fault.code()), Text::lend(fault.message())) },
    }
}

fn panicked(panic: &(dyn Any + Send)) -> Fault {
    let text =
        panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    Fault::new("panicked", text.unwrap_or("the plugin panicked"))
}

fn settings<C: DeserializeOwned>(config: &[u8]) -> Result<C> {
    serde_json::from_slice(config).map_err(|error| Fault::new("invalid_settings", error.to_string()))
}

fn null() -> Result {
    Ok(Json("null".to_owned()))
}
