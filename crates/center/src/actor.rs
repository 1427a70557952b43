//! Who acts: the evidence that each use case asks for. A [`Session`] is made by `accounts` alone, from the account as it is now.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::{Code, Error, Result};

/// An account's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct AccountId(pub i64);

/// A department's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct DepartmentId(pub i64);

/// What an account may do in the center itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Manages the center.
    Superadmin,
    /// Uses granted plugins.
    Account,
}

/// A signed-in person; re-read from the database for every request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub(crate) account: AccountId,
    pub(crate) login: String,
    pub(crate) role: Role,
}

impl Session {
    /// Whose session it is.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.account
    }
    /// The account's login.
    #[must_use]
    pub fn login(&self) -> &str {
        &self.login
    }
    /// The account's role now.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }
}

/// Who wants something done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A person who signed in.
    Person(Session),
    /// The plugin folder: may do only what was approved before.
    Folder,
    /// The center itself.
    System,
    /// Somebody who has not signed in.
    Nobody,
}

impl Actor {
    /// The account behind it, if there is one.
    #[must_use]
    pub fn account(&self) -> Option<AccountId> {
        match self {
            Self::Person(session) => Some(session.account),
            _ => None,
        }
    }

    /// The word that the audit trail keeps.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Person(_) => "person",
            Self::Folder => "folder",
            Self::System => "system",
            Self::Nobody => "nobody",
        }
    }

    /// Passes for a superadmin and for the center itself.
    ///
    /// # Errors
    /// [`Code::NotASuperadmin`], or [`Code::NotSignedIn`] for nobody.
    pub fn must_manage(&self) -> Result<()> {
        match self {
            Self::System => Ok(()),
            Self::Person(session) if session.role == Role::Superadmin => Ok(()),
            Self::Nobody => Err(Error::new(Code::NotSignedIn, "nobody is signed in")),
            _ => Err(Error::new(Code::NotASuperadmin, "only a super administrator may do this")),
        }
    }

    /// Passes for anyone who signed in.
    ///
    /// # Errors
    /// [`Code::NotSignedIn`].
    pub fn must_be_signed_in(&self) -> Result<&Session> {
        match self {
            Self::Person(session) => Ok(session),
            _ => Err(Error::new(Code::NotSignedIn, "nobody is signed in")),
        }
    }
}
