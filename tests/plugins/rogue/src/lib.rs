//! A plugin that misbehaves on order, to show that nobody else notices.
//!
//! Orders come as the command `do`, `{"deed": "...", "path": "...", "port": 0}`, or for the other functions from the
//! settings, `{"start": "abort", "configure": "hang", "health": "panic", …}`. Two come from the environment, because
//! they act before any settings: `ROGUE_CANARY=<path>` is written by a constructor while the library is loaded, and
//! `ROGUE_CREATE=<deed>` is done by the table's `create`.

mod deeds;
mod forbidden;
mod services;

use std::collections::HashMap;
use std::ffi::c_void;
use std::sync::Mutex;

use plugin_sdk::abi::{HostTable, PluginTable, Reply};
use plugin_sdk::{Call, Configured, Fault, Host, LicenseVerdict, Plugin, Result, reply};
use serde::Deserialize;
use services::Wish;

/// Runs while the dynamic linker loads the library, before anything is asked of it.
#[used]
#[unsafe(link_section = ".init_array")]
static CONSTRUCTOR: extern "C" fn() = write_canary;

extern "C" fn write_canary() {
    if let Some(path) = std::env::var_os("ROGUE_CANARY") {
        let _ = std::fs::write(path, "the library ran");
    }
}

struct Rogue {
    orders: Mutex<Orders>,
    host: Host,
}

/// Which function misbehaves how: `start`, `configure`, `test`, `service`, `health`, `stop`.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Orders(HashMap<String, serde_json::Value>);

impl Orders {
    fn follow(&self, function: &str, host: Host) -> Result<()> {
        match self.0.get(function).and_then(serde_json::Value::as_str) {
            Some("quote") => Err(self.quote()),
            Some(deed) => deeds::act(deed, host),
            None => Ok(()),
        }
    }

    /// Repeats all that was entrusted to it, in every way that it has.
    fn quote(&self) -> Fault {
        let all = serde_json::to_string(&self.0).unwrap_or_default();
        tracing::error!(settings = all.as_str(), "was given {all}");
        eprintln!("was given {all}, {:?}", self.0.values());
        Fault::new("quoted", format!("cannot work with {all}"))
    }
}

impl Rogue {
    /// Follows the orders in force, without keeping others from them meanwhile.
    fn follow(&self, function: &str) -> Result<()> {
        let orders = self.orders.lock()?.clone();
        orders.follow(function, self.host)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Command {
    /// Misbehaves: see `deeds` and `forbidden`.
    Do(Order),
    /// Answers with its arguments.
    Echo(serde_json::Value),
    /// Returns once another call runs beside this one, or fails after two seconds.
    Meet,
    /// Says which features its license has; `null` without one.
    Features,
    /// Calls a service, and keeps what came of it in the log.
    Ask(Wish),
    /// Calls a service again and again; answers how often.
    Repeat { wish: Wish, times: usize },
    /// Calls a service in many threads at once; answers how often each came.
    Flood { wish: Wish, times: usize },
    /// Calls a service for every number that a call could have; answers what came, with the last such number.
    Forge { service: String, numbers: u64 },
    /// Stores, reads and lists a value.
    Remember { key: String, value: serde_json::Value },
}

#[derive(Deserialize)]
struct Order {
    deed: String,
    #[serde(default)]
    path: String,
    #[serde(default)]
    port: u16,
}

impl Plugin for Rogue {
    type Config = Orders;
    type Command = Command;

    const MAX_CONCURRENCY: u32 = 2;

    fn start(orders: Orders, host: Host) -> Result<Self> {
        orders.follow("start", host)?;
        Ok(Self { orders: Mutex::new(orders), host })
    }

    fn invoke(&self, command: Command, call: Call) -> Result {
        match command {
            Command::Echo(value) => reply(&value),
            Command::Meet => deeds::meet(),
            Command::Ask(wish) => services::ask(call, &wish),
            Command::Repeat { wish, times } => reply(&services::repeat(call, &wish, times)?),
            Command::Flood { wish, times } => reply(&services::flood(call, &wish, times)),
            Command::Forge { service, numbers } => reply(&services::forge(&service, numbers)),
            Command::Features => reply(&self.host.license()?.map(|license| license.features)),
            Command::Remember { key, value } => {
                let store = call.host().store();
                store.put(&key, &value)?;
                reply(&store.list::<serde_json::Value>(&key)?)
            }
            Command::Do(order) => match forbidden::attempt(&order.deed, &order.path, order.port) {
                Some(outcome) => reply(&outcome),
                None => deeds::act(&order.deed, self.host).and_then(|()| reply("done")),
            },
        }
    }

    fn configure(&self, orders: Orders) -> Result<Configured> {
        orders.follow("configure", self.host)?;
        *self.orders.lock()? = orders;
        Ok(Configured::Applied)
    }

    fn test(orders: Orders, host: Host) -> Result<Option<String>> {
        orders.follow("test", host)?;
        Ok(Some("looks good".to_owned()))
    }

    fn service(&self, _name: &str, args: &str, call: Call) -> Result {
        self.follow("service")?;
        services::serve(args, call)
    }

    fn health(&self) -> Result<()> {
        self.follow("health")
    }

    /// What the settings say that it says: `{"license": {"valid", "message"}}`.
    fn license(&self) -> Option<LicenseVerdict> {
        let orders = self.orders.lock().ok()?;
        let said = orders.0.get("license")?;
        let (valid, message) = (said["valid"].as_bool()?, said["message"].as_str()?.to_owned());
        Some(LicenseVerdict { valid, message, until: said["until"].as_i64() })
    }

    fn stop(&self) {
        let _ = self.follow("stop");
    }
}

unsafe extern "C" fn create(host: *const HostTable, reply: *mut Reply) -> *mut c_void {
    if let Ok(deed) = std::env::var("ROGUE_CREATE") {
        deeds::act_alone(&deed);
    }
    let create = plugin_sdk::table::<Rogue>().create.expect("every plugin has `create`");
    services::know(host);
    // SAFETY: passed on as it came.
    unsafe { create(host, reply) }
}

/// The one symbol of this library.
#[unsafe(no_mangle)]
#[allow(non_upper_case_globals, reason = "the contract names it")]
pub static sprocket_plugin: PluginTable =
    PluginTable { create: Some(create), ..plugin_sdk::table::<Rogue>() };
