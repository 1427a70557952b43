//! Answers about licenses.

use serde_json::Value;

use crate::actor::Actor;
use crate::center::Center;
use crate::error::{Error, Result};
use crate::events::Event;
use crate::license::{self, Import};

impl Center {
    pub(super) fn license_import(&self, actor: &Actor, wish: Import<'_>, locale: &str) -> Result<Value> {
        let parts = (&*self.context.store, &*self.context.licenses);
        let (plugin, id) = license::import(parts, &*self.context.clock, actor, wish)?;
        if let Some(supervisor) = self.supervisors.get(&plugin) {
            supervisor.look();
        }
        let id = id.to_string();
        let views = license::list(parts, actor, locale)?;
        let view = views.into_iter().find(|view| view.id == id);
        let view = view.ok_or_else(|| Error::internal("the license could not be stored"))?;
        self.told(Event::LicensesChanged { plugin }, view)
    }

    pub(super) fn license_remove(&self, actor: &Actor, license: &str) -> Result<Value> {
        let parts = (&*self.context.store, &*self.context.licenses);
        let plugin = license::remove(parts, actor, license)?;
        if let Some(supervisor) = self.supervisors.get(&plugin) {
            supervisor.look();
        }
        self.told(Event::LicensesChanged { plugin }, ())
    }
}
