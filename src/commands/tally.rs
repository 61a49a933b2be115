//! The totals of a run while captures are read one after the other, and what happened to these.

use crate::check::Totals;
use crate::error::Error;
use crate::pipeline::{Capture, Console, Counts, End, LineNumbers};

/// Totals of the run, and of the capture that is read.
pub(super) struct Tally<'a> {
    console: &'a Console,
    /// Of the captures before the current one.
    pub(super) all: Totals,
    pub(super) current: Totals,
    capture: String,
    is_line_open: bool,
    is_any_unread: bool,
}

impl<'a> Tally<'a> {
    /// Begins with nothing; what goes wrong is said on `console`.
    pub(super) fn new(console: &'a Console) -> Self {
        Self {
            console,
            all: Totals::default(),
            current: Totals::default(),
            capture: String::new(),
            is_line_open: false,
            is_any_unread: false,
        }
    }

    pub(super) fn begin(&mut self, capture: &Capture) {
        capture.name.clone_into(&mut self.capture);
        self.current = Totals { captures: 1, ..Totals::default() };
        self.is_line_open = false;
    }

    /// The name of the current capture.
    pub(super) fn capture(&self) -> &str {
        &self.capture
    }

    pub(super) fn add(&mut self, totals: &Totals, counts: Counts) {
        self.current.add(totals);
        self.current.lines += counts.lines;
        self.current.blank += counts.blank;
        self.is_line_open = counts.is_line_open;
    }

    /// Says what went wrong with the current capture, if anything. Returns the bytes of an
    /// incomplete last line, which no pass has seen.
    pub(super) fn check_end(&mut self, how: End, line_numbers: LineNumbers) -> Vec<u8> {
        match how {
            End::Whole => Vec::new(),
            End::Failed(error) => {
                self.unread(&error);
                Vec::new()
            }
            End::Damaged(damage, fragment) => {
                let is_numbered = matches!(line_numbers, LineNumbers::Wanted);
                let number = is_numbered.then_some(self.current.lines + 1);
                let error = damage.error(&self.capture, number, &fragment);
                self.console.say(&error.to_string());
                self.count_damage(&fragment);
                fragment
            }
        }
    }

    /// Counts the current capture as damaged, with what is left of its last line.
    pub(super) fn count_damage(&mut self, fragment: &[u8]) {
        self.current.damaged = 1;
        self.is_line_open |= !fragment.is_empty();
    }

    /// Says that something cannot be read, or not to its end.
    pub(super) fn unread(&mut self, error: &Error) {
        self.is_any_unread = true;
        self.console.say(&error.to_string());
    }

    /// Counts a last line without a newline: nothing more comes.
    pub(super) fn close_line(&mut self) {
        self.current.unterminated = u64::from(std::mem::take(&mut self.is_line_open));
    }

    /// Adds the current capture to the run.
    pub(super) fn end(&mut self) {
        self.all.add(&std::mem::take(&mut self.current));
    }

    /// Whether something could not be read, or not to its end. Damaged compressed data is counted
    /// in the totals.
    pub(super) fn is_any_unread(&self) -> bool {
        self.is_any_unread
    }
}
