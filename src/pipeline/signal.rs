//! Waiting for what another thread does.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, MutexGuard, PoisonError};

/// A change of state that threads wait for. Telling them costs a system call even where none waits,
/// so they are counted: 20,000 small captures would take 80,000 calls.
#[derive(Default)]
pub(super) struct Signal {
    condvar: Condvar,
    /// Changed only by threads that hold the lock of the state.
    waiting: AtomicUsize,
}

impl Signal {
    /// Waits for the next change of the state behind `guard`.
    pub(super) fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let guard = self.condvar.wait(guard).unwrap_or_else(PoisonError::into_inner);
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        guard
    }

    /// Tells all threads that wait; the lock of the state must be held, as `_guard` shows.
    pub(super) fn tell<T>(&self, _guard: &MutexGuard<'_, T>) {
        if self.waiting.load(Ordering::Relaxed) > 0 {
            self.condvar.notify_all();
        }
    }
}
