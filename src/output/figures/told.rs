//! What is handed to whatever writes figures: calls, comparisons, and where the bytes go.

use crate::calls::call_table::Entry;
use crate::calls::comparison::{Pair, RunLimit};
use crate::calls::figures::Figures;
use crate::error::Error;

/// Where the bytes go that are told.
pub(crate) type Out<'a> = &'a mut dyn FnMut(&[u8]) -> Result<(), Error>;

/// A call that is written.
#[derive(Debug)]
pub(super) struct Row<'a> {
    pub(super) entry: Entry<'a>,
    pub(super) channels: [Figures; 2],
}

/// What a limit of all calls, or of each group of them, comes to.
pub(super) struct RunCheck {
    pub(super) limit: RunLimit,
    /// How many are beyond it: all calls are one.
    pub(super) beyond: u64,
    /// How many it could be checked of.
    pub(super) checked: u64,
}

/// All calls, and groups of them, in an earlier run and now. Without an earlier run there is only now.
pub(super) struct Comparison {
    pub(super) all: Pair,
    pub(super) groups: Vec<Pair>,
}
