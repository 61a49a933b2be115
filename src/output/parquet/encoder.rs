//! Encodes the columns of a row group on all threads, while others read the next one.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use parquet::errors::Result;

use super::encode::{ColumnJob, EncodedColumn};

/// Columns of one row group. Each thread takes the next; the one that writes the file waits for all.
#[derive(Default)]
pub(crate) struct ColumnEncoder {
    state: Mutex<State>,
    /// Signalled when a column is encoded.
    is_done: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<(usize, ColumnJob)>,
    /// Columns that some thread is encoding.
    running: usize,
    /// The others, by their numbers.
    done: Vec<Option<Result<EncodedColumn>>>,
}

impl ColumnEncoder {
    /// Begins a row group. The one before has been taken by [`ColumnEncoder::finish`].
    pub(super) fn begin(&self, jobs: Vec<ColumnJob>) {
        let mut state = self.state();
        state.done.resize_with(jobs.len(), || None);
        state.waiting.extend(jobs.into_iter().enumerate());
    }

    /// Encodes columns until none waits.
    pub(crate) fn help(&self) {
        loop {
            let mut state = self.state();
            let Some((number, job)) = state.waiting.pop_front() else { return };
            state.running += 1;
            drop(state);
            let done = job.run();
            let mut state = self.state();
            state.running -= 1;
            if let Some(slot) = state.done.get_mut(number) {
                *slot = Some(done);
            }
            self.is_done.notify_all();
        }
    }

    /// The columns of the row group in their order, once all are encoded.
    pub(super) fn finish(&self) -> Result<Vec<EncodedColumn>> {
        self.help();
        let mut state = self.state();
        while state.running > 0 {
            state = self.is_done.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        std::mem::take(&mut state.done).into_iter().flatten().collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
