//! Who reads the socket and who runs calls: threads that take turns, so that a call is run by the thread that read
//! it and waits for no other.
//!
//! One thread more than the plugin takes calls at once. One of them holds the *turn* and reads. With one call at
//! a time it keeps the turn while it runs the call, and reads on its own when the call asks the center for
//! something; the spare thread takes the turn over only if the call lasts longer than a tick. With several at a
//! time it hands the turn on first.

use std::cell::Cell;
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use plugin_rpc::MAX_IN_FLIGHT;

use crate::link::lock;
use crate::plugin::Task;

/// How long a call may keep the turn, at least.
const TICK: Duration = Duration::from_millis(1);

thread_local! {
    /// The turn that this thread kept while it runs a call; 0 if none.
    static KEPT: Cell<u64> = const { Cell::new(0) };
}

/// A call that was read and not yet answered.
pub struct Work {
    pub call: u64,
    pub task: Task,
}

/// What a thread of the pool does next.
pub enum Next {
    /// It has the turn.
    Read,
    /// It runs a call that had to wait.
    Run(Work),
}

/// What becomes of a call that was just read.
pub enum Placed {
    /// The thread that read it runs it now.
    Run(Work),
    /// It waits for another to end.
    Queued,
    /// Too many wait.
    Refused(Work),
}

#[derive(Default)]
pub struct Pool {
    state: Mutex<State>,
    /// A thread of the pool has reason to look again.
    changed: Condvar,
    /// No call runs.
    quiet: Condvar,
}

#[derive(Default)]
struct State {
    turn: Turn,
    /// Numbers turns that were kept.
    last_kept: u64,
    /// Somebody waits for an answer that nobody reads.
    reader_wanted: bool,
    /// A spare thread sleeps until it is woken.
    spare_sleeps: bool,
    running: usize,
    limit: usize,
    queue: VecDeque<Work>,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Turn {
    #[default]
    Free,
    Reading,
    /// Held by a thread that runs a call.
    Kept(u64),
}

impl Pool {
    /// Allows this many calls at once.
    pub fn open(&self, limit: usize) {
        lock(&self.state).limit = limit;
        self.changed.notify_all();
    }

    /// What a thread without work does next. Waits for it.
    pub fn follow(&self) -> Next {
        let mut state = lock(&self.state);
        let mut seen = 0;
        loop {
            if let Some(work) = state.take_waiting() {
                return Next::Run(work);
            }
            match state.turn {
                Turn::Kept(kept) if kept != seen && !state.reader_wanted => seen = kept,
                Turn::Free | Turn::Kept(_) => {
                    (state.turn, state.reader_wanted) = (Turn::Reading, false);
                    return Next::Read;
                }
                Turn::Reading if state.last_kept != seen => seen = state.last_kept,
                Turn::Reading => {
                    state.spare_sleeps = true;
                    state = wait(&self.changed, state);
                    continue;
                }
            }
            state = self.changed.wait_timeout(state, TICK).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Decides who runs a call that the thread with the turn has read.
    pub fn place(&self, work: Work) -> Placed {
        let mut state = lock(&self.state);
        if state.running < state.limit {
            state.running += 1;
            self.part_with_turn(&mut state);
            Placed::Run(work)
        } else if state.queue.len() < MAX_IN_FLIGHT {
            state.queue.push_back(work);
            Placed::Queued
        } else {
            Placed::Refused(work)
        }
    }

    /// A call ended; the thread runs the next one that waits, if any.
    pub fn finish(&self) -> Option<Work> {
        let mut state = lock(&self.state);
        let next = state.queue.pop_front();
        if next.is_none() {
            state.running -= 1;
            if state.running == 0 {
                self.quiet.notify_all();
            }
        }
        next
    }

    /// Takes the kept turn up again to read. False if it was taken over meanwhile, or was never kept.
    pub fn resume(&self) -> bool {
        let kept = KEPT.take();
        let mut state = lock(&self.state);
        let still_mine = kept != 0 && state.turn == Turn::Kept(kept);
        if still_mine {
            state.turn = Turn::Reading;
        }
        still_mine
    }

    /// Ends reading in the middle of a call.
    pub fn pause(&self) {
        self.part_with_turn(&mut lock(&self.state));
    }

    /// Makes sure that somebody reads while this thread waits for an answer.
    pub fn call_reader(&self) {
        let mut state = lock(&self.state);
        if state.turn != Turn::Reading {
            state.reader_wanted = true;
            self.changed.notify_all();
        }
    }

    /// Takes no more calls, and waits until none runs or waits.
    pub fn drain(&self) -> Vec<Work> {
        let mut state = lock(&self.state);
        state.limit = 0;
        let waiting = state.queue.drain(..).collect();
        while state.running > 0 {
            state = wait(&self.quiet, state);
        }
        waiting
    }

    fn part_with_turn(&self, state: &mut State) {
        if state.limit == 1 {
            state.last_kept += 1;
            KEPT.set(state.last_kept);
            state.turn = Turn::Kept(state.last_kept);
            if std::mem::take(&mut state.spare_sleeps) {
                self.changed.notify_one();
            }
        } else {
            state.turn = Turn::Free;
            self.changed.notify_one();
        }
    }
}

impl State {
    fn take_waiting(&mut self) -> Option<Work> {
        let work = if self.running < self.limit { self.queue.pop_front() } else { None };
        self.running += usize::from(work.is_some());
        work
    }
}

fn wait<'a>(condition: &Condvar, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
    condition.wait(state).unwrap_or_else(PoisonError::into_inner)
}
