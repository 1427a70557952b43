//! The task that owns every process act of one plugin, in order. States and triggers are `lifecycle`'s; this carries them out.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use plugin_rpc::{Act, Level};
use serde_json::Value;
use spk::PluginId;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

use super::handle::{Due, Hold, Order};
use super::{Context, Handle, State, Supervisors, bring_up, failures, health, room, usage};
use crate::ending::Ending;
use crate::events::Event;
use crate::host_client::{HostClient, HostError, Launched, Trouble};
use crate::lifecycle::{Observed, Trigger, Wanted, next};

/// More threads than a thread pool on a large computer has. The kernel limits threads per user only, never per process.
const MAX_THREADS: u64 = 512;

pub(super) struct Supervisor {
    plugin: PluginId,
    context: Arc<Context>,
    all: std::sync::Weak<Supervisors>,
    changes: mpsc::UnboundedSender<PluginId>,
    orders: mpsc::UnboundedReceiver<Order>,
    state: watch::Sender<State>,
    active: Arc<ArcSwapOption<HostClient>>,
    host: Option<Launched>,
    hold: Option<Hold>,
    /// A process that was started for it while it was held.
    started: Option<Launched>,
    /// Settings were saved since the process got its own.
    settings: Option<Due>,
}

impl Supervisor {
    /// Off, and looking at the facts.
    pub(super) fn start(all: &Arc<Supervisors>, plugin: PluginId) -> Handle {
        let context = Arc::clone(&all.context);
        let (orders, inbox) = mpsc::unbounded_channel();
        let first = State {
            observed: Observed::Off,
            since: context.clock.now(),
            failures: 0,
            ending: None,
            resumes_at: None,
            pid: None,
            sandbox: Vec::new(),
            held: false,
        };
        let (state, seen) = watch::channel(first);
        let active = Arc::new(ArcSwapOption::empty());
        let handle = Handle { orders, state: seen, active: Arc::clone(&active) };
        let supervisor = Self {
            plugin,
            context,
            all: Arc::downgrade(all),
            changes: all.changes.clone(),
            orders: inbox,
            state,
            active,
            host: None,
            hold: None,
            started: None,
            settings: None,
        };
        tokio::spawn(supervisor.live());
        handle
    }

    /// Goes on until nobody can order anything any more.
    async fn live(mut self) {
        loop {
            let observed = self.observed();
            let trigger = match observed {
                Observed::Off | Observed::Waiting | Observed::Failed => self.rest().await,
                Observed::Starting => self.come_up().await,
                Observed::Running => self.watch().await,
                Observed::Stopping => Some(self.go_down().await),
                Observed::Restarting => self.pause().await,
            };
            let Some(trigger) = trigger else { return self.put_down().await };
            if let Some(to) = next(observed, self.wanted(), trigger) {
                self.enter(to);
            }
        }
    }

    fn observed(&self) -> Observed {
        self.state.borrow().observed
    }

    fn wanted(&self) -> Wanted {
        let on = self.context.store.snapshot().plugins.get(&self.plugin).is_some_and(|facts| facts.wanted);
        if on && self.hold.is_none() { Wanted::On } else { Wanted::Off }
    }

    fn look(&self) -> Trigger {
        Trigger::FactsChanged { startable: self.all.upgrade().is_some_and(|all| all.can_start(&self.plugin)) }
    }

    /// The trigger of the facts as they are, if it leads anywhere from here.
    fn due(&self) -> Option<Trigger> {
        let trigger = self.look();
        next(self.observed(), self.wanted(), trigger).map(|_| trigger)
    }

    /// The next order, already noted; `None` when the center has ended. Returns also when a hold is released.
    async fn order(&mut self) -> Option<Order> {
        let order = match &mut self.hold {
            Some(hold) => tokio::select! {
                order = self.orders.recv() => order?,
                started = &mut hold.released => { self.release(started.ok()); Order::Look }
            },
            None => self.orders.recv().await?,
        };
        Some(match order {
            Order::Configure(due) => {
                self.settings = self.settings.max(Some(due));
                Order::Configure(due)
            }
            Order::Hold(hold) => {
                self.hold = Some(hold);
                self.state.send_modify(|state| state.held = true);
                Order::Look
            }
            other => other,
        })
    }

    fn release(&mut self, started: Option<Launched>) {
        (self.hold, self.started) = (None, started);
        self.state.send_modify(|state| state.held = false);
    }

    async fn rest(&mut self) -> Option<Trigger> {
        loop {
            if let Some(stopped) = self.hold.as_mut().and_then(|hold| hold.stopped.take()) {
                let _ = stopped.send(());
            }
            if let Some(trigger) = self.due() {
                return Some(trigger);
            }
            // Not wanted after all, or it has to wait: dropping it ends its process.
            self.started = None;
            self.order().await?;
        }
    }

    async fn come_up(&mut self) -> Option<Trigger> {
        self.settings = None;
        if let Some(started) = self.started.take() {
            self.running(started);
            return Some(Trigger::Ready);
        }
        let coming = bring_up::bring_up(Arc::clone(&self.context), self.plugin.clone());
        tokio::pin!(coming);
        loop {
            tokio::select! {
                came = &mut coming => return Some(match came {
                    Ok(launched) => { self.running(launched); Trigger::Ready }
                    Err(cause) => self.failed(&cause),
                }),
                order = self.order() => {
                    order?;
                    if let Some(trigger) = self.due() {
                        // Dropping `coming` ends its process.
                        return Some(trigger);
                    }
                }
            }
        }
    }

    fn running(&mut self, launched: Launched) {
        self.state.send_modify(|state| {
            state.pid = launched.process.id();
            state.sandbox.clone_from(&launched.sandbox);
        });
        self.active.store(Some(Arc::new(launched.client.clone())));
        tokio::spawn(health::watch(Arc::clone(&self.context), self.plugin.clone(), launched.client.clone()));
        tokio::spawn(room::watch(Arc::clone(&self.context), self.plugin.clone(), launched.client.clone()));
        self.host = Some(launched);
    }

    async fn watch(&mut self) -> Option<Trigger> {
        let mut second = interval(Duration::from_secs(1));
        second.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            if let Some(due) = self.settings.take() {
                match self.configure(due).await {
                    Ok(Taken::Now) => {}
                    Ok(Taken::AfterRestart) => return Some(self.look()),
                    Err(cause) => return Some(self.kill(&cause).await),
                }
            }
            let Some(mut host) = self.host.take() else { return Some(self.failed(&Ending::Gone)) };
            let happened = tokio::select! {
                status = host.process.wait() => Happened::Ended((&status).into()),
                Some(trouble) = host.trouble.recv() => Happened::Trouble(trouble),
                _ = second.tick() => Happened::Second,
                order = self.order() => Happened::Ordered(order),
            };
            self.host = Some(host);
            match happened {
                Happened::Ended(cause) => return Some(self.ended(&cause).await),
                Happened::Trouble(trouble) => return Some(self.end(&trouble).await),
                Happened::Second => {
                    if let Some(cause) = self.too_much() {
                        return Some(self.kill(&cause).await);
                    }
                }
                Happened::Ordered(None) => return None,
                Happened::Ordered(Some(_)) => {
                    if let Some(trigger) = self.due() {
                        return Some(trigger);
                    }
                }
            }
        }
    }

    /// What it uses beyond what it may.
    fn too_much(&self) -> Option<Ending> {
        let used = usage::of(self.host.as_ref()?.process.id()?)?;
        let allowed = bring_up::memory_of(&self.context, &self.plugin)?;
        if used.memory > allowed {
            return Some(Ending::OverMemory { used: used.memory, allowed });
        }
        (used.threads > MAX_THREADS)
            .then_some(Ending::OverThreads { used: used.threads, allowed: MAX_THREADS })
    }

    /// Hands saved settings over; a plugin that asks for a restart, or has to be restarted, gets a new process.
    async fn configure(&mut self, due: Due) -> Result<Taken, Ending> {
        if due == Due::HandedOver && self.hand_over().await? == Taken::Now {
            return Ok(Taken::Now);
        }
        self.enter(Observed::Stopping);
        self.after_dependents().await;
        self.put_down().await;
        self.enter(Observed::Starting);
        Ok(Taken::AfterRestart)
    }

    async fn hand_over(&self) -> Result<Taken, Ending> {
        let Some(host) = &self.host else { return Ok(Taken::AfterRestart) };
        let config = bring_up::effective(&self.context, &self.plugin, &host.client)?;
        let refused = |e: &dyn std::fmt::Display| Ending::SettingsRefused { said: e.to_string() };
        let answer = host.client.act(Act::Configure { config }, self.context.limits.start).await;
        let answer = answer.map_err(|e| refused(&e))?;
        let configured: plugin_rpc::Configured =
            serde_json::from_str(answer.get()).map_err(|e| refused(&e))?;
        Ok(if configured.restart { Taken::AfterRestart } else { Taken::Now })
    }

    /// Its process ended by itself.
    async fn ended(&mut self, cause: &Ending) -> Trigger {
        self.active.store(None);
        if let Some(host) = self.host.take() {
            self.hush(host).await;
        }
        self.failed(cause)
    }

    /// The process has ended: what it asked last is not carried out any more once this returns.
    async fn hush(&self, host: Launched) {
        host.client.close();
        if tokio::time::timeout(self.context.limits.stop, host.listening).await.is_err() {
            tracing::warn!(plugin = %self.plugin, "what it asked last is still being carried out");
        }
    }

    async fn end(&mut self, trouble: &Trouble) -> Trigger {
        self.kill(&trouble.into()).await
    }

    async fn kill(&mut self, cause: &Ending) -> Trigger {
        self.active.store(None);
        if let Some(mut host) = self.host.take() {
            let _ = host.process.start_kill();
            let _ = host.process.wait().await;
            self.hush(host).await;
        }
        self.failed(cause)
    }

    async fn go_down(&mut self) -> Trigger {
        self.after_dependents().await;
        self.put_down().await;
        Trigger::Exited
    }

    /// Those that need it stop first; if it ends by itself meanwhile, there is nothing to wait for.
    async fn after_dependents(&mut self) {
        let (Some(all), Some(host)) = (self.all.upgrade(), &mut self.host) else { return };
        tokio::select! {
            () = all.dependents_down(&self.plugin, self.context.limits.stop) => {}
            _ = host.process.wait() => {}
        }
    }

    /// Asks it to stop, then ends it.
    async fn put_down(&mut self) {
        self.active.store(None);
        let Some(mut host) = self.host.take() else { return };
        if let Some(hold) = &self.hold {
            host.client.rest(hold.calls).await;
        }
        let limit = self.context.limits.stop;
        let deadline = Instant::now() + limit;
        if let Err(HostError::Fault(fault)) = host.client.act(Act::Stop, limit).await {
            tracing::warn!(plugin = %self.plugin, %fault, "stopped with a fault");
        }
        if tokio::time::timeout_at(deadline, host.process.wait()).await.is_err() {
            let said = format!("it did not stop within {} s and was killed", limit.as_secs_f32());
            let at = (self.context.clock.now(), Level::Warn);
            self.context.logs.remark(&self.plugin, at, said, Value::Null);
            let _ = host.process.start_kill();
            let _ = host.process.wait().await;
        }
        self.hush(host).await;
    }

    async fn pause(&mut self) -> Option<Trigger> {
        let resumes_at = self.state.borrow().resumes_at.unwrap_or_default();
        let left = u64::try_from(resumes_at - self.context.clock.now()).unwrap_or_default();
        let end = Instant::now() + Duration::from_millis(left);
        loop {
            tokio::select! {
                () = sleep_until(end) => return Some(Trigger::PauseOver),
                order = self.order() => {
                    order?;
                    if let Some(trigger) = self.due() {
                        return Some(trigger);
                    }
                }
            }
        }
    }

    /// Records a failure and decides whether it may be tried again.
    fn failed(&mut self, cause: &Ending) -> Trigger {
        if self.wanted() == Wanted::Off {
            return Trigger::Exited;
        }
        let now = self.context.clock.now();
        self.context.logs.remark(&self.plugin, (now, Level::Error), format!("failed: {cause}"), Value::Null);
        let failures = failures::record(&self.context, &self.plugin, cause).unwrap_or_else(|error| {
            tracing::error!(plugin = %self.plugin, %error, "a failure could not be recorded");
            1
        });
        let pauses = &self.context.limits.pauses;
        let pause =
            pauses.get(failures.saturating_sub(1) as usize).or(pauses.last()).copied().unwrap_or_default();
        self.state.send_modify(|state| {
            state.failures = failures;
            state.ending = Some(cause.clone());
            state.resumes_at = Some(now + i64::try_from(pause.as_millis()).unwrap_or_default());
        });
        Trigger::Crashed { again: failures < failures::ALLOWED }
    }

    fn enter(&mut self, to: Observed) {
        let from = self.observed();
        let now = self.context.clock.now();
        let gone = !matches!(to, Observed::Running | Observed::Stopping);
        self.state.send_modify(|state| {
            state.observed = to;
            state.since = now;
            if gone {
                state.pid = None;
                state.sandbox.clear();
            }
            if to != Observed::Restarting {
                state.resumes_at = None;
            }
            // Told before anybody can act on it, so that what follows from it is told later.
            tracing::info!(plugin = %self.plugin, ?from, ?to, "state");
            let cause = state.ending.as_ref().map(ToString::to_string);
            self.publish((from, to), cause.unwrap_or_default());
        });
        let _ = self.changes.send(self.plugin.clone());
    }

    fn publish(&self, (from, to): (Observed, Observed), cause: String) {
        let plugin = self.plugin.clone();
        let event = match to {
            Observed::Running => Event::PluginStarted { plugin },
            Observed::Restarting => Event::PluginCrashed { plugin, cause },
            Observed::Failed => Event::PluginTurnedOff { plugin, cause },
            Observed::Off if from == Observed::Stopping => Event::PluginStopped { plugin },
            _ => Event::PluginChanged { plugin },
        };
        self.context.bus.publish(self.context.clock.now(), event);
    }
}

/// When saved settings are in force.
#[derive(PartialEq, Eq)]
enum Taken {
    Now,
    AfterRestart,
}

enum Happened {
    Ended(Ending),
    Trouble(Trouble),
    Second,
    Ordered(Option<Order>),
}
