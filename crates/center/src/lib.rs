//! Everything the product knows: packages become plugins, plugins become processes, people get what they were granted.
//! Knows no window. Modules in reading order: what acts, what is stored, what runs, what enters.

pub mod accounts;
pub mod actor;
pub mod attention;
pub mod audit;
pub mod backup;
pub mod bindings;
mod calls;
pub mod capabilities;
pub mod center;
pub mod clock;
pub mod control;
pub mod dependencies;
pub mod disk;
pub mod doctor;
pub mod encryption;
pub mod ending;
pub mod error;
pub mod events;
pub mod folder;
pub mod host_client;
pub mod hostcalls;
pub mod icons;
pub mod install;
pub mod license;
pub mod lifecycle;
pub mod logs;
pub mod mask;
pub mod meta;
pub mod mine;
pub mod packages;
pub mod paths;
pub mod permissions;
pub mod plugin_store;
pub mod plugins;
pub mod process;
pub mod reach;
pub mod refusals;
pub mod request;
pub mod resolve;
pub mod rollback;
pub mod secrets;
pub mod services;
pub mod settings;
mod settings_test;
pub mod snapshot;
pub mod spawner;
pub mod store;
pub mod suggest;
pub mod supervisor;
pub mod switch;
pub mod trust;
pub mod views;
mod weight;

#[cfg(test)]
mod test_world;
