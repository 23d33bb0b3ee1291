//! Lets threads that work on numbered pieces do one step in the order of the numbers.

use std::sync::{Condvar, Mutex, PoisonError};

/// Another thread has failed: there is nothing left to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stopped;

struct State<T> {
    next: u64,
    stopped: bool,
    value: T,
}

/// A value that piece 0 uses first, then piece 1, and so on.
pub(super) struct Turn<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

impl<T> Turn<T> {
    /// Piece 0 comes first.
    pub(super) fn new(value: T) -> Self {
        Self {
            state: Mutex::new(State {
                next: 0,
                stopped: false,
                value,
            }),
            changed: Condvar::new(),
        }
    }

    /// Waits until every earlier piece has been here, then runs `step`.
    pub(super) fn take<R>(&self, piece: u64, step: impl FnOnce(&mut T) -> R) -> Result<R, Stopped> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut state = self
            .changed
            .wait_while(state, |state| !state.stopped && state.next != piece)
            .unwrap_or_else(PoisonError::into_inner);
        if state.stopped {
            return Err(Stopped);
        }
        let result = step(&mut state.value);
        state.next += 1;
        drop(state);
        self.changed.notify_all();
        Ok(result)
    }

    /// Wakes every thread that waits; none of them will have its turn.
    pub(super) fn stop(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.stopped = true;
        drop(state);
        self.changed.notify_all();
    }

    /// The value, once all threads are done.
    pub(super) fn into_inner(self) -> T {
        let state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        state.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_take_their_turn_in_order_whatever_thread_they_are_on() {
        let turn = Turn::new(Vec::new());
        std::thread::scope(|scope| {
            for thread in 0..4_u64 {
                let turn = &turn;
                scope.spawn(move || {
                    for piece in (thread..100).step_by(4) {
                        turn.take(piece, |seen| seen.push(piece)).unwrap();
                    }
                });
            }
        });
        assert_eq!(turn.into_inner(), (0..100).collect::<Vec<_>>());
    }

    #[test]
    fn a_stop_wakes_those_who_wait() {
        let turn = Turn::new(());
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| turn.take(5, |()| ()));
            turn.stop();
            assert_eq!(waiting.join().unwrap(), Err(Stopped));
        });
    }
}
