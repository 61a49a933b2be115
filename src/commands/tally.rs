//! The totals of a run while captures are read one after the other.

use crate::check::Totals;
use crate::pipeline::Counts;

/// Totals of the run, and of the capture that is read.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Of the captures before the current one.
    pub(super) all: Totals,
    pub(super) current: Totals,
    is_line_open: bool,
}

impl Tally {
    pub(super) fn begin(&mut self) {
        self.current = Totals { captures: 1, ..Totals::default() };
        self.is_line_open = false;
    }

    pub(super) fn add(&mut self, totals: &Totals, counts: Counts) {
        self.current.add(totals);
        self.current.lines += counts.lines;
        self.current.blank += counts.blank;
        self.is_line_open = counts.is_line_open;
    }

    /// Says that the capture ends in the middle of a line that nobody took.
    pub(super) fn cut_off(&mut self) {
        self.is_line_open = true;
    }

    /// Counts a last line without a newline: nothing more comes.
    pub(super) fn close_line(&mut self) {
        self.current.unterminated = u64::from(std::mem::take(&mut self.is_line_open));
    }

    /// Adds the current capture to the run.
    pub(super) fn end(&mut self) {
        self.all.add(&std::mem::take(&mut self.current));
    }
}
