//! What leaves the center: plain structs for the window and the command line. No secret and no token of another session is ever in one.

mod backup;
mod dependencies;
mod doctor;
mod licenses;
mod packages;
mod people;
mod permissions;
mod plugins;
mod secrets;
mod services;
mod settings;

pub use backup::*;
pub use dependencies::*;
pub use doctor::*;
pub use licenses::*;
pub use packages::*;
pub use people::*;
pub use permissions::*;
pub use plugins::*;
pub use secrets::*;
pub use services::*;
pub use settings::*;
