//! Who there is: accounts, their passwords and sessions, the department tree. Knows no plugin and no grant.

mod changes;
pub mod departments;
pub mod import;
mod password;
mod people;
mod recovery;
pub mod session_list;
mod sessions;
mod table;
mod throttle;

pub use changes::{Whom, delete, enable, rename, reset, set_departments, set_role};
pub(crate) use changes::{write_deleted, write_departments, write_enabled};
pub use people::{FirstAccount, NewAccount, create, initialise, list, me};
pub use recovery::{Recovery, make_code, recover};
pub use sessions::{Credentials, change_password, resolve, resolve_for_password_change, sign_in, sign_out};

#[cfg(test)]
mod tests;
