//! The loop: cuts captures into spans and blocks, processes them on any thread, and orders the
//! results.
//!
//! ```text
//!  captures → Queue → Worker (a thread): span or block → Checker → Record → Pass → Part
//!                                                            Order → Collector, in input order
//! ```

mod capture;
mod console;
mod driver;
mod enclosed;
mod line_index;
mod order;
mod pass;
mod progress;
mod queue;
mod signal;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub(crate) use capture::Capture;
pub(crate) use console::{Console, complain};
pub(crate) use driver::run;
pub(crate) use pass::{Collector, Counts, End, Flow, LineNumbers, Needs, Pass, Times};
pub(crate) use progress::ProgressTarget;

/// A thread that panics ends the process, so no other thread sees a value that it left
/// half-updated.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
