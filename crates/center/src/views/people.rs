//! What leaves the center about people: accounts, their sessions, departments, and what a change would mean for them.

use serde::{Deserialize, Serialize};
use spk::PluginId;
use ts_rs::TS;

use super::TitledView;
use crate::actor::{AccountId, DepartmentId, Role};
use crate::clock::UnixMs;
use crate::request::{SessionKind, Token};

/// The first superadmin, created.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct InitView {
    /// To print and keep; shown once.
    pub recovery_code: String,
    /// The new session.
    pub signed_in: SignedInView,
}

impl std::fmt::Debug for InitView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InitView").field("signed_in", &self.signed_in).finish_non_exhaustive()
    }
}

/// A new session.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SignedInView {
    /// Whose.
    pub account: AccountId,
    /// Its login.
    pub login: String,
    /// Its role.
    pub role: Role,
    /// The one-time password has to be changed before anything else.
    pub must_change: bool,
    /// Proves the session; kept by the shell or the command line, never given to a web view.
    pub token: Token,
}

/// An open session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SessionView {
    /// Names it; opens nothing.
    pub id: String,
    /// Where it lives.
    pub kind: SessionKind,
    /// When somebody signed in.
    pub since: UnixMs,
    /// When it was used last, to within five minutes.
    pub seen: UnixMs,
    /// It is the one that asks.
    pub own: bool,
}

/// An account.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AccountView {
    /// Its id.
    pub id: AccountId,
    /// What it signs in with.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// What it may do in the center.
    pub role: Role,
    /// Whether it may sign in.
    pub enabled: bool,
    /// Full paths of its departments.
    pub departments: Vec<DepartmentView>,
    /// It has a recovery code; only superadmins have one.
    pub recovery_code: bool,
    /// Its revision.
    pub revision: i64,
}

/// An account, created.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct AccountCreatedView {
    /// Its id.
    pub id: AccountId,
    /// To hand over; works once, shown once.
    pub one_time_password: String,
}

impl std::fmt::Debug for AccountCreatedView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccountCreatedView").field("id", &self.id).finish_non_exhaustive()
    }
}

/// What an import of accounts from a table would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ImportView {
    /// Names all that is shown here; carrying it out is refused if anything of it has changed.
    pub plan: String,
    /// How the file's letters were read: `UTF-8` or `GB18030`.
    pub encoding: String,
    /// The accounts that would be created.
    pub accounts: Vec<ImportRowView>,
    /// The lines that are left out.
    pub wrong: Vec<WrongRowView>,
    /// Full paths of the departments that would be made, those above first.
    pub departments: Vec<Vec<String>>,
}

/// An account in a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ImportRowView {
    /// Its line in the file, from 1.
    pub line: u64,
    /// What it will sign in with.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// What it may do in the center.
    pub role: Role,
    /// Full paths of its departments.
    pub departments: Vec<Vec<String>>,
}

/// A line of a table that cannot be imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WrongRowView {
    /// Its line in the file, from 1.
    pub line: u64,
    /// Its login, as it is written there.
    pub login: String,
    /// Everything that is wrong with it.
    pub problems: Vec<RowProblem>,
}

/// What is wrong with a line of a table.
#[allow(missing_docs, reason = "the fields are what their variant says")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum RowProblem {
    /// The login is missing, too long, or has spaces.
    LoginInvalid,
    /// An account signs in with it already.
    LoginTaken,
    /// An earlier line has the same login.
    LoginTwice { first: u64 },
    /// The name is missing or too long.
    NameInvalid,
    /// It is neither `account` nor `superadmin`.
    RoleUnknown { role: String },
    /// There is no such department.
    DepartmentUnknown { path: String },
    /// No department can be there.
    DepartmentInvalid { path: String },
}

/// The accounts of a table, created.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ImportedView {
    /// With their one-time passwords, in the order of the table.
    pub accounts: Vec<HandOverView>,
}

/// An account to hand over to its person.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct HandOverView {
    /// What it signs in with.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// To hand over; works once, shown once.
    pub one_time_password: String,
}

impl std::fmt::Debug for HandOverView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HandOverView").field("login", &self.login).finish_non_exhaustive()
    }
}

/// An account with a new recovery code: one was made, or the one before it was used.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct RecoveredView {
    /// What it signs in with.
    pub login: String,
    /// To print and keep; shown once.
    pub recovery_code: String,
}

impl std::fmt::Debug for RecoveredView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RecoveredView").field("login", &self.login).finish_non_exhaustive()
    }
}

/// A department.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DepartmentView {
    /// Its id.
    pub id: DepartmentId,
    /// Its full path, from the top.
    pub path: Vec<String>,
    /// The department above.
    pub parent: Option<DepartmentId>,
}

/// A person, shortly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PersonView {
    /// The account.
    pub id: AccountId,
    /// What it signs in with.
    pub login: String,
    /// The person's name.
    pub name: String,
}

/// What a change of grants would mean for people; superadmins are not counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReachView {
    /// How many can use it now.
    pub before: usize,
    /// How many could after.
    pub after: usize,
    /// Who would gain it.
    pub gains: Vec<PersonView>,
    /// Who would lose it.
    pub loses: Vec<PersonView>,
    /// The seats of the plugin's license; `None` if any number of accounts may use it.
    pub seats: Option<SeatsChangeView>,
}

/// What a change of grants would mean for the seats of a plugin's license.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SeatsChangeView {
    /// How many there are.
    pub seats: u32,
    /// How many accounts can use the plugin now, by any permission.
    pub before: usize,
    /// How many could after.
    pub after: usize,
    /// Whether the license has a seat for each; without, the change is refused.
    pub enough: bool,
}

/// What a change of people would mean for one permission of one plugin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReachChangeView {
    /// Which plugin.
    pub plugin: PluginId,
    /// Its name in the asked language.
    pub name: String,
    /// Which permission.
    pub permission: TitledView,
    /// Who would gain it.
    pub gains: Vec<PersonView>,
    /// Who would lose it.
    pub loses: Vec<PersonView>,
}
