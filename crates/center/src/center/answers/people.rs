//! Answers about people: who they are, and who signs in.

use serde::Serialize;
use serde_json::Value;
use spk::PluginId;

use super::{Asking, json};
use crate::accounts::{self, Credentials, FirstAccount, NewAccount, Recovery, Whom, departments};
use crate::actor::{DepartmentId, Role};
use crate::center::Center;
use crate::clock::UnixMs;
use crate::error::Result;
use crate::events::Event;
use crate::request::{Password, SessionKind};

impl Center {
    pub(super) fn init(
        &self,
        now: UnixMs,
        (login, name, password): (&str, &str, &Password),
        kind: SessionKind,
    ) -> Result<Value> {
        let first = FirstAccount { login, name, password, kind };
        json(accounts::initialise(&self.context.store, first, now)?)
    }

    pub(super) fn sign_in(
        &self,
        now: UnixMs,
        (login, password): (&str, &Password),
        kind: SessionKind,
    ) -> Result<Value> {
        json(accounts::sign_in(&self.context.store, Credentials { login, password, kind }, now)?)
    }

    pub(super) fn account_create(
        &self,
        asking: Asking<'_>,
        (login, name): (&str, &str),
        role: Role,
    ) -> Result<Value> {
        let new = NewAccount { login, name, role };
        self.people_told(accounts::create(&self.context.store, asking.actor, &new, asking.now)?)
    }

    pub(super) fn account_recover(
        &self,
        now: UnixMs,
        login: &str,
        (code, new): (&Password, &Password),
    ) -> Result<Value> {
        self.people_told(accounts::recover(&self.context.store, Recovery { login, code, new }, now)?)
    }

    pub(super) fn account_delete(&self, asking: Asking<'_>, whom: Whom) -> Result<Value> {
        self.grants_went(asking.now, accounts::delete(&self.context.store, asking.actor, whom)?)
    }

    pub(super) fn department_delete(&self, asking: Asking<'_>, department: DepartmentId) -> Result<Value> {
        self.grants_went(asking.now, departments::delete(&self.context.store, asking.actor, department)?)
    }

    /// Somebody is gone, and with them what they were granted.
    fn grants_went(&self, now: UnixMs, of: Vec<PluginId>) -> Result<Value> {
        for plugin in of {
            self.context.bus.publish(now, Event::GrantsChanged { plugin });
        }
        self.people_told(())
    }

    pub(super) fn people_told(&self, view: impl Serialize) -> Result<Value> {
        self.told(Event::PeopleChanged, view)
    }
}
