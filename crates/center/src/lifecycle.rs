//! The life of a plugin as states and triggers. Pure: knows no process, clock or database.

/// What is: seen by the plugin's supervisor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Observed {
    /// No process, none asked for.
    Off,
    /// Wanted, but something it needs is not there.
    Waiting,
    /// A process is coming up.
    Starting,
    /// It answers.
    Running,
    /// It was asked to stop.
    Stopping,
    /// It ended by itself and comes back after a pause.
    Restarting,
    /// It ended too often; a person has to switch it on again.
    Failed,
}

/// What superadmins want.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// On.
    On,
    /// Off.
    Off,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    /// The switch, the package or a dependency changed; `startable`: everything it needs is there.
    FactsChanged {
        /// Whether it could be started.
        startable: bool,
    },
    /// It answered its start.
    Ready,
    /// Its process has ended after it was asked to.
    Exited,
    /// Its process ended, hung or could not be started; `again`: it has not failed too often yet.
    Crashed {
        /// Whether it may be tried again.
        again: bool,
    },
    /// The pause before a restart is over.
    PauseOver,
}

/// The next state; `None` means the trigger makes no sense in this state.
#[must_use]
pub fn next(observed: Observed, wanted: Wanted, trigger: Trigger) -> Option<Observed> {
    use {Observed::*, Trigger::*};
    Some(match (observed, wanted, trigger) {
        (Off | Waiting | Failed, Wanted::On, FactsChanged { startable: true }) => Starting,
        (Off | Failed, Wanted::On, FactsChanged { startable: false }) => Waiting,
        (Waiting | Restarting, Wanted::Off, FactsChanged { .. }) => Off,
        (Starting | Running, Wanted::Off, FactsChanged { .. }) => Stopping,
        (Starting | Running | Restarting, Wanted::On, FactsChanged { startable: false }) => Stopping,
        (Starting, _, Ready) => Running,
        (Stopping, _, Exited | Crashed { .. }) => Off,
        (Starting | Running, Wanted::On, Exited | Crashed { again: true }) => Restarting,
        (Starting | Running, _, Crashed { again: false }) => Failed,
        (Starting | Running, Wanted::Off, Exited | Crashed { again: true }) => Off,
        (Restarting, Wanted::On, PauseOver) => Starting,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use Observed::*;
    use Trigger::*;

    const STATES: [Observed; 7] = [Off, Waiting, Starting, Running, Stopping, Restarting, Failed];
    const TRIGGERS: [Trigger; 7] = [
        FactsChanged { startable: true },
        FactsChanged { startable: false },
        Ready,
        Exited,
        Crashed { again: true },
        Crashed { again: false },
        PauseOver,
    ];

    #[test]
    fn nothing_starts_that_is_not_wanted() {
        for state in STATES {
            for trigger in TRIGGERS {
                let to = next(state, Wanted::Off, trigger);
                assert!(
                    to != Some(Starting) && to != Some(Restarting),
                    "{state:?} on {trigger:?} led to {to:?}"
                );
            }
        }
    }

    #[test]
    fn every_state_of_a_wanted_plugin_has_a_way_to_running() {
        for state in STATES {
            let mut reached = vec![state];
            let mut looked_at = 0;
            while let Some(from) = reached.get(looked_at).copied() {
                looked_at += 1;
                for trigger in TRIGGERS {
                    if let Some(to) = next(from, Wanted::On, trigger)
                        && !reached.contains(&to)
                    {
                        reached.push(to);
                    }
                }
            }
            assert!(reached.contains(&Running), "{state:?} is a dead end");
        }
    }

    #[test]
    fn every_state_of_an_unwanted_plugin_ends_off() {
        let cases = [
            (Waiting, FactsChanged { startable: false }, Off),
            (Restarting, FactsChanged { startable: true }, Off),
            (Running, FactsChanged { startable: true }, Stopping),
            (Starting, FactsChanged { startable: true }, Stopping),
            (Stopping, Exited, Off),
            (Running, Crashed { again: true }, Off),
        ];
        for (from, trigger, to) in cases {
            assert_eq!(next(from, Wanted::Off, trigger), Some(to), "{from:?} on {trigger:?}");
        }
    }

    #[test]
    fn the_last_allowed_failure_turns_it_off_and_a_person_may_try_again() {
        assert_eq!(next(Running, Wanted::On, Crashed { again: false }), Some(Failed));
        assert_eq!(next(Failed, Wanted::On, PauseOver), None);
        assert_eq!(next(Failed, Wanted::On, FactsChanged { startable: true }), Some(Starting));
    }
}
