//! Synthetic captures: a contact centre's log from a seed, for benchmarks, tests and demonstrations.
//!
//! ```text
//!  Mix       → Quota     → Call     → Moment     → Template     → FaultInjector → out
//!  share of    events of   a call's   the next     a line from    breaks some
//!  each event  each call   events     event        the schema     lines
//! ```
//! With whole calls (`--calls`) each event's share is within 0.3 points of what was asked for from
//! 200 calls on; `--size` cuts the log off where it has grown large enough, with calls still
//! open, as a log that is rotated does.

mod breakage;
mod call;
mod fault;
mod generator;
mod mix;
mod quota;
mod random;
mod script;
mod shape;
mod template;
mod words;

use std::io::Write as _;
use std::path::PathBuf;

pub use fault::{Fault, Rate};
pub use generator::Generator;
pub use mix::Mix;

use crate::contract::Bundle;
use crate::error::Error;
use crate::output::Output;

/// What a capture is made from.
#[derive(Debug, Clone)]
pub struct Recipe {
    /// How much of it.
    pub amount: Amount,
    /// What all that looks random follows from.
    pub seed: u64,
    /// How often each event comes.
    pub mix: Mix,
    /// How many lines are broken.
    pub faults: Rate,
}

/// How long a capture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    /// So many calls, each to its end.
    Calls(u64),
    /// Whole lines of at least so many bytes together, and no line more.
    Bytes(u64),
}

/// A capture to be written.
pub(crate) struct Order {
    pub(crate) recipe: Recipe,
    pub(crate) bundle: Bundle,
    pub(crate) output: Option<PathBuf>,
    /// Where it says which line breaks which rule.
    pub(crate) sidecar: Option<PathBuf>,
}

/// Writes the capture, and what is wrong with it.
pub(crate) fn write(order: &Order) -> Result<(), Error> {
    let mut output = Output::open(order.output.as_deref())?;
    let sidecar = order.sidecar.as_deref();
    let mut sidecar = sidecar.map(|path| Output::open(Some(path))).transpose()?;
    let mut generator = Generator::new(&order.recipe, &order.bundle);
    let (mut block, mut faults, mut notes) = (Vec::new(), Vec::new(), Vec::new());
    let mut is_going_on = true;
    while is_going_on {
        is_going_on = generator.write(&mut block, &mut faults);
        output.write(&block)?;
        block.clear();
        if let Some(sidecar) = &mut sidecar {
            for Fault { line, rule } in faults.drain(..) {
                // A vector takes whatever is written to it.
                let _ = writeln!(notes, "{{\"line\":{line},\"rule\":\"{rule}\"}}");
            }
            sidecar.write(&notes)?;
            notes.clear();
        }
    }
    output.finish()?;
    sidecar.map_or(Ok(()), Output::finish)
}
