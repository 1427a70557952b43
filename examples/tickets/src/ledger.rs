//! The tickets in the store: `last` holds the last number, `ticket/<number>` a ticket each.

use std::time::UNIX_EPOCH;

use plugin_sdk::{Fault, Host, Result, Store};
use serde::{Deserialize, Serialize};

const LAST: &str = "last";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    pub number: u64,
    pub title: String,
    pub category: String,
    /// In milliseconds since 1970.
    pub opened: u64,
    pub closed: Option<Closed>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// In milliseconds since 1970.
    pub at: u64,
    pub note: String,
}

#[derive(Clone, Copy)]
pub struct Ledger {
    host: Host,
}

impl Ledger {
    pub fn of(host: Host) -> Self {
        Self { host }
    }

    /// All tickets, oldest first.
    pub fn all(self) -> Result<Vec<Ticket>> {
        Ok(self.store().list("ticket/")?.into_iter().map(|(_, ticket)| ticket).collect())
    }

    pub fn find(self, number: u64) -> Result<Ticket> {
        let unknown = || Fault::new("unknown_ticket", format!("there is no ticket {number}"));
        self.store().get(&key(number))?.ok_or_else(unknown)
    }

    pub fn open(self, title: String, category: String) -> Result<Ticket> {
        let ticket =
            Ticket { number: self.next_number()?, title, category, opened: self.now()?, closed: None };
        self.store().put(&key(ticket.number), &ticket)?;
        self.tell(&ticket);
        Ok(ticket)
    }

    pub fn close(self, number: u64, note: String) -> Result<Ticket> {
        let before = self.find(number)?;
        if before.closed.is_some() {
            return Err(Fault::new("closed_already", format!("ticket {number} is closed already")));
        }
        let after = Ticket { closed: Some(Closed { at: self.now()?, note }), ..before.clone() };
        if !self.store().compare_and_swap(&key(number), Some(&before), Some(&after))? {
            return Err(Fault::new(
                "changed_meanwhile",
                format!("ticket {number} was changed by another call"),
            ));
        }
        self.tell(&after);
        Ok(after)
    }

    /// Numbers are given out once, also if two calls want one at the same time.
    fn next_number(self) -> Result<u64> {
        loop {
            let last: Option<u64> = self.store().get(LAST)?;
            let next = last.unwrap_or(0) + 1;
            if self.store().compare_and_swap(LAST, last.as_ref(), Some(&next))? {
                return Ok(next);
            }
        }
    }

    /// Open pages may show it at once; a ticket does not fail because none is told.
    fn tell(self, ticket: &Ticket) {
        if let Err(fault) = self.host.publish("ticket_changed", ticket) {
            tracing::warn!(number = ticket.number, ?fault, "pages were not told");
        }
    }

    fn now(self) -> Result<u64> {
        Ok(u64::try_from(self.host.now().duration_since(UNIX_EPOCH)?.as_millis())?)
    }

    fn store(self) -> Store {
        self.host.store()
    }
}

/// Ordered like the numbers.
fn key(number: u64) -> String {
    format!("ticket/{number:010}")
}
