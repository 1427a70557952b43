//! The product as people have it: real programs, real packages, a real center in a home of its own for each test.
//! One file for each part of the promise; `world` is the way in, `fixtures` the packages.

#[path = "../support/wait.rs"]
mod wait;

mod audit;
mod backup;
mod command_line;
mod data;
mod dependencies;
mod desktop_session;
mod doctor;
mod dump;
mod encrypted;
mod examples;
mod feed;
mod fixtures;
mod folder;
#[path = "../../crates/spk/tests/it/forge.rs"]
#[allow(clippy::unwrap_used, dead_code, reason = "the package format's own tests use more of it")]
mod forge;
mod hostile;
mod hostile_files;
mod isolation;
mod kept;
mod keyring;
mod licenses;
mod logs;
mod people;
mod permissions;
mod processes;
#[path = "../../crates/spk/tests/it/rawzip.rs"]
#[allow(clippy::unwrap_used, dead_code, reason = "the package format's own tests use more of it")]
mod rawzip;
mod refusals;
mod roles;
mod secrets;
mod services;
mod settings;
mod switch;
mod trying;
mod upgrades;
mod world;
