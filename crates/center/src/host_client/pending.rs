//! Requests that wait for their answer.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use plugin_rpc::Outcome;
use tokio::sync::oneshot;

use super::Errand;

#[derive(Debug)]
enum Waiting {
    /// Somebody waits for the outcome.
    Caller { caller: oneshot::Sender<Outcome>, errand: Option<Errand> },
    /// The deadline has passed; only whether it still comes matters.
    Overdue { _until_dropped: oneshot::Sender<()> },
}

/// By id; `None` once the host has gone.
#[derive(Debug)]
pub struct Pending(Mutex<Option<BTreeMap<u64, Waiting>>>);

impl Default for Pending {
    fn default() -> Self {
        Self(Mutex::new(Some(BTreeMap::new())))
    }
}

impl Pending {
    /// Notes a request; `None` if the host has gone. The receiver fails when the host goes.
    pub fn expect(&self, id: u64, errand: Option<Errand>) -> Option<oneshot::Receiver<Outcome>> {
        let (caller, outcome) = oneshot::channel();
        self.lock().as_mut()?.insert(id, Waiting::Caller { caller, errand });
        Some(outcome)
    }

    /// Hands an outcome over; false if nobody asked for it.
    pub fn answer(&self, id: u64, outcome: Outcome) -> bool {
        match self.lock().as_mut().and_then(|waiting| waiting.remove(&id)) {
            Some(Waiting::Caller { caller, .. }) => {
                // The caller may have gone in this very moment; then nobody wants it.
                let _ = caller.send(outcome);
                true
            }
            Some(Waiting::Overdue { .. }) => true,
            None => false,
        }
    }

    /// The errand of a call that is awaited and not overdue.
    pub fn errand(&self, id: u64) -> Option<Errand> {
        match self.lock().as_ref()?.get(&id)? {
            Waiting::Caller { errand, .. } => errand.clone(),
            Waiting::Overdue { .. } => None,
        }
    }

    /// Nobody waits any more for this one.
    pub fn forget(&self, id: u64) {
        if let Some(waiting) = self.lock().as_mut() {
            waiting.remove(&id);
        }
    }

    /// Marks a request as overdue; the receiver resolves (with an error) when the answer comes or the host goes.
    /// `None` if it was answered in the meantime.
    pub fn overdue(&self, id: u64) -> Option<oneshot::Receiver<()>> {
        let mut pending = self.lock();
        let waiting = pending.as_mut()?.get_mut(&id)?;
        let (sender, answered) = oneshot::channel();
        *waiting = Waiting::Overdue { _until_dropped: sender };
        Some(answered)
    }

    /// The host has gone: everybody who waits learns it now.
    pub fn close(&self) {
        self.lock().take();
    }

    fn lock(&self) -> MutexGuard<'_, Option<BTreeMap<u64, Waiting>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::actor::AccountId;

    #[tokio::test]
    async fn an_answer_reaches_its_caller_and_an_unasked_one_nobody() {
        let pending = Pending::default();
        let outcome = pending.expect(1, None).unwrap();
        assert!(!pending.answer(2, Ok(plugin_rpc::raw(&0))));
        assert!(pending.answer(1, Ok(plugin_rpc::raw(&7))));
        assert_eq!(outcome.await.unwrap().unwrap().get(), "7");
        assert!(!pending.answer(1, Ok(plugin_rpc::raw(&8))), "a second answer has no caller");
    }

    #[tokio::test]
    async fn a_call_has_its_errand_only_while_it_is_awaited() {
        let pending = Pending::default();
        let plugin = "com.example.a".parse().unwrap();
        let errand = Errand::new(AccountId(7), &plugin, Duration::from_secs(1));
        let _outcomes = [1, 2].map(|id| pending.expect(id, Some(errand.clone())).unwrap());
        let _act = pending.expect(3, None).unwrap();
        let account = |id| pending.errand(id).map(|errand| errand.account);
        assert_eq!([0, 1, 2, 3, 4].map(account), [None, Some(AccountId(7)), Some(AccountId(7)), None, None]);
        assert!(pending.answer(1, Ok(plugin_rpc::raw(&0))));
        let _overdue = pending.overdue(2).unwrap();
        assert_eq!([1, 2].map(account), [None, None], "answered, and overdue");
    }

    #[tokio::test]
    async fn when_the_host_goes_everybody_learns_it() {
        let pending = Pending::default();
        let outcome = pending.expect(1, None).unwrap();
        pending.close();
        assert!(outcome.await.is_err());
        assert!(pending.expect(2, None).is_none());
    }
}
