//! Who there is: accounts, their passwords and sessions, the department tree. Knows no plugin and no grant.

pub mod departments;
mod password;
mod people;
mod sessions;
mod throttle;

pub use people::{NewAccount, create, enable, initialise, list, set_departments, set_role};
pub use sessions::{change_password, resolve, resolve_for_password_change, sign_in, sign_out};

#[cfg(test)]
mod tests;
