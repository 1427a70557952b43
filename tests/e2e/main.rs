//! The product as people have it: real programs, real packages, a real center in a home of its own for each test.
//! One file for each part of the promise; `world` is the way in, `fixtures` the packages.

#[path = "../support/wait.rs"]
mod wait;

mod command_line;
mod data;
mod dump;
mod examples;
mod feed;
mod fixtures;
mod folder;
mod isolation;
mod kept;
mod logs;
mod people;
mod permissions;
mod processes;
mod refusals;
mod roles;
mod secrets;
mod settings;
mod switch;
mod upgrades;
mod world;
