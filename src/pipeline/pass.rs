//! What a command does with captures: a [`Pass`] on any thread, and a [`Collector`] in input order.

use std::sync::Arc;

use super::capture::Capture;
use crate::capture::{Block, Damage, ReadSize, Shape};
use crate::check::{Line, Record, Validations};
use crate::error::Error;
use crate::select::Search;

/// Whether the run goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    /// Continue with the next line.
    On,
    /// Stop. A line that has been started is finished.
    Stop,
}

/// What a pass needs from the driver. Decided before the first line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Needs {
    /// Whether records carry the findings of validation.
    pub(crate) validations: Validations,
    /// Whether records carry their line numbers.
    pub(crate) line_numbers: LineNumbers,
    /// How many bytes are read at a time.
    pub(crate) read_size: ReadSize,
}

impl Needs {
    /// Line numbers, and reads of the usual size.
    pub(crate) fn numbered(validations: Validations) -> Self {
        Self { validations, line_numbers: LineNumbers::Wanted, read_size: ReadSize::Usual }
    }
}

/// Whether line numbers are needed: with several threads, lines have to be counted for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineNumbers {
    Wanted,
    /// Only of records that are not clean; other numbers may count from the block's first line.
    OfFindings,
    Ignored,
}

/// What happens to each record, on any thread.
pub(crate) trait Pass: Sync {
    /// The result of the records of one block; empty before the first.
    type Part: Default + Send;

    fn needs(&self) -> Needs;

    /// Selects the lines that the pass needs to see, if it does not need all of them.
    fn search(&self) -> Option<&Search> {
        None
    }

    /// Processes the next record of `capture`.
    fn record(&self, capture: &Capture, record: &Record<'_>, part: &mut Self::Part) -> Flow;

    /// Processes more of a line beyond the limit, whose beginning was a record. It goes to the same
    /// place.
    fn rest(&self, capture: &Capture, line: &Line<'_>, part: &mut Self::Part);

    /// Takes the block whose records are in `part`; the returned buffer is reused for another
    /// block.
    fn seal(&self, block: Block, _part: &mut Self::Part) -> Option<Block> {
        Some(block)
    }

    /// Approximate size of `part` in bytes, which bounds the memory of parts that wait for their
    /// turn.
    fn weight(&self, part: &Self::Part) -> usize;

    /// Cleans up parts that have been processed in order.
    fn assist(&self, _worker: usize) {}
}

/// Counts of a block that every pass needs.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    /// Newlines.
    pub(crate) lines: u64,
    /// Blank lines.
    pub(crate) blank: u64,
    /// Where the block begins and ends, in bytes of the capture.
    pub(crate) from: u64,
    pub(crate) to: u64,
    /// Whether the block ends in the middle of a line.
    pub(crate) is_line_open: bool,
    /// What the capture is.
    pub(crate) shape: Shape,
    /// Payloads, where they are not lines of JSON Lines.
    pub(crate) payloads: u64,
    /// Whether events have a time in their wrapper.
    pub(crate) times: Times,
    /// Whether the pass needs nothing after this block.
    pub(crate) is_last: bool,
}

/// Whether events have a time in their wrapper, where one is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Times {
    /// None was asked for, or there is no event.
    #[default]
    NotAsked,
    /// No event has one.
    Missing,
    /// Some event has one.
    Found,
}

/// Takes the results of blocks in input order, one thread at a time.
pub(crate) trait Collector<P: Pass>: Send {
    /// Called when a capture begins.
    fn begin(&mut self, capture: &Arc<Capture>) -> Result<(), Error>;

    /// Takes the result of the capture's next block.
    fn absorb(&mut self, part: P::Part, counts: Counts) -> Result<Flow, Error>;

    /// Called when the capture ends.
    fn end(&mut self, how: End) -> Result<Flow, Error>;

    /// Called if a capture could not be opened.
    fn unread(&mut self, error: &Error) -> Result<(), Error>;
}

/// How a capture ended.
#[derive(Debug)]
pub(crate) enum End {
    /// The capture was read to its end, or as far as the pass needed.
    Whole,
    /// The capture is compressed and damaged; it could be read up to here. The bytes are the
    /// beginning of a line.
    Damaged(Damage, Vec<u8>),
    /// Reading failed.
    Failed(Error),
}
