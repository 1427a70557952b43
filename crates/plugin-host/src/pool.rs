//! Who reads the socket and who runs calls: threads that take turns, so that a call is run by the thread that read
//! it and waits for no other.
//!
//! One thread more than the plugin takes calls at once. One of them holds the *turn* and reads. It keeps the turn
//! while it runs a call, and reads on its own when the call asks the center for something: waking another thread
//! would cost more than most calls do. A spare thread takes the turn over if the call lasts longer than a tick. Only
//! if the next message is there already, and may run beside this call, is the turn handed on first.

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
    /// Spare threads that look again after a tick, and that sleep until they are woken.
    watching: usize,
    sleeping: usize,
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
            let wanted = std::mem::take(&mut state.reader_wanted);
            state = match state.turn {
                Turn::Free => return state.begin_reading(),
                Turn::Kept(kept) if kept == seen || wanted => return state.begin_reading(),
                Turn::Reading if state.last_kept == seen => self.sleep(state),
                Turn::Kept(_) | Turn::Reading => {
                    seen = state.last_kept;
                    self.look_again_soon(state)
                }
            };
        }
    }

    /// Decides who runs a call that the thread with the turn has read. `more`: the next message is there already.
    pub fn place(&self, work: Work, more: bool) -> Placed {
        let mut state = lock(&self.state);
        if state.running >= state.limit {
            return state.queue(work);
        }
        state.running += 1;
        if more && state.running < state.limit {
            state.turn = Turn::Free;
            self.changed.notify_one();
        } else {
            self.keep_turn(&mut state);
        }
        Placed::Run(work)
    }

    /// Leaves a call to other threads, because the one that read it is in the middle of another.
    pub fn leave(&self, work: Work) -> Placed {
        let placed = lock(&self.state).queue(work);
        self.changed.notify_one();
        placed
    }

    /// A call ended; the thread runs the next one that waits, if any.
    pub fn finish(&self) -> Option<Work> {
        let mut state = lock(&self.state);
        let next = state.queue.pop_front();
        if next.is_none() {
            state.running -= 1;
            // Only `drain` waits for this; a wake-up that nobody waits for still costs a system call.
            if state.running == 0 && state.limit == 0 {
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
        self.keep_turn(&mut lock(&self.state));
    }

    /// Makes sure that somebody reads while this thread waits for an answer.
    pub fn call_reader(&self) {
        let mut state = lock(&self.state);
        if matches!(state.turn, Turn::Kept(_)) {
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

    fn keep_turn(&self, state: &mut State) {
        state.last_kept += 1;
        KEPT.set(state.last_kept);
        state.turn = Turn::Kept(state.last_kept);
        if state.watching == 0 && state.sleeping > 0 {
            self.changed.notify_one();
        }
    }

    fn sleep<'a>(&self, mut state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        state.sleeping += 1;
        state = wait(&self.changed, state);
        state.sleeping -= 1;
        state
    }

    /// One spare thread watches whether a turn is kept too long; the others sleep.
    fn look_again_soon<'a>(&self, mut state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        if state.watching > 0 {
            return self.sleep(state);
        }
        state.watching += 1;
        state = self.changed.wait_timeout(state, TICK).unwrap_or_else(PoisonError::into_inner).0;
        state.watching -= 1;
        state
    }
}

impl State {
    fn take_waiting(&mut self) -> Option<Work> {
        let work = if self.running < self.limit { self.queue.pop_front() } else { None };
        self.running += usize::from(work.is_some());
        work
    }

    fn begin_reading(&mut self) -> Next {
        self.turn = Turn::Reading;
        Next::Read
    }

    fn queue(&mut self, work: Work) -> Placed {
        if self.queue.len() >= MAX_IN_FLIGHT {
            return Placed::Refused(work);
        }
        self.queue.push_back(work);
        Placed::Queued
    }
}

fn wait<'a>(condition: &Condvar, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
    condition.wait(state).unwrap_or_else(PoisonError::into_inner)
}
