//! What a command does with captures: a [`Pass`] on any thread, a [`Collector`] in input order.

use std::sync::Arc;

use super::capture::Capture;
use crate::capture::{Block, Damage, ReadSize, Shape};
use crate::check::{Line, Record, Validations};
use crate::error::Error;
use crate::select::Search;

/// Whether the run goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    /// With the next line.
    On,
    /// Nothing more is wanted. A line that has been begun is finished.
    Stop,
}

/// What a pass asks of the driver. Decided before the first line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Needs {
    /// Whether records carry what the contract has against them.
    pub(crate) validations: Validations,
    /// Whether records carry their line numbers.
    pub(crate) line_numbers: LineNumbers,
    /// How much is read at a time.
    pub(crate) read_size: ReadSize,
}

/// Whether line numbers are wanted: several threads have to count newlines for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineNumbers {
    Wanted,
    Ignored,
}

/// What happens to each record, on any thread.
pub(crate) trait Pass: Sync {
    /// What comes of the records of a block.
    type Part: Send;

    fn needs(&self) -> Needs;

    /// What lines are worth a look, where not all of them are.
    fn search(&self) -> Option<&Search> {
        None
    }

    /// An empty part.
    fn part(&self) -> Self::Part;

    /// Takes the next record of `capture`.
    fn record(&self, capture: &Capture, record: &Record<'_>, part: &mut Self::Part) -> Flow;

    /// Takes more of a line beyond the limit, whose beginning was a record: it goes where that went.
    fn rest(&self, capture: &Capture, line: &Line<'_>, part: &mut Self::Part);

    /// Takes the block whose records are in `part`; what is returned is used for another.
    fn seal(&self, block: Block, _part: &mut Self::Part) -> Option<Block> {
        Some(block)
    }

    /// Bytes that `part` takes, about: while it waits for its turn, memory must be bounded.
    fn weight(&self, part: &Self::Part) -> usize;

    /// Does what is left to do with parts that had their turn.
    fn assist(&self, _worker: usize) {}
}

/// What was counted in a block, whatever the pass.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    /// Newlines.
    pub(crate) lines: u64,
    /// Lines without anything in them.
    pub(crate) blank: u64,
    /// Whether the block ends in the middle of a line.
    pub(crate) is_line_open: bool,
    /// What the capture is.
    pub(crate) shape: Shape,
    /// Payloads, where they are not lines of JSON Lines.
    pub(crate) payloads: u64,
    /// Whether the pass wants nothing after it.
    pub(crate) is_last: bool,
}

/// Takes what comes of blocks, in input order, one thread at a time.
pub(crate) trait Collector<P: Pass>: Send {
    /// A capture begins.
    fn begin(&mut self, capture: &Arc<Capture>) -> Result<(), Error>;

    /// Takes what comes of its next block.
    fn absorb(&mut self, part: P::Part, counts: Counts) -> Result<Flow, Error>;

    /// The capture ends.
    fn end(&mut self, how: End) -> Result<Flow, Error>;

    /// A capture could not be opened.
    fn unread(&mut self, error: &Error) -> Result<(), Error>;
}

/// How a capture ended.
#[derive(Debug)]
pub(crate) enum End {
    /// Everything was read, or enough.
    Whole,
    /// It is compressed and could be read up to here; the bytes are the beginning of a line.
    Damaged(Damage, Vec<u8>),
    /// Reading failed.
    Failed(Error),
}
