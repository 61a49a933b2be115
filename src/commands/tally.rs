//! The totals of a run and of the capture that is being read, and what could not be read.

use crate::capture::Shape;
use crate::check::{Envelope, Totals};
use crate::error::Error;
use crate::pipeline::{Capture, Console, Counts, End, LineNumbers, Times};

/// Totals of the run, and of the capture that is read.
pub(super) struct Tally<'a> {
    console: &'a Console,
    /// Of the captures before the current one.
    pub(super) all: Totals,
    pub(super) current: Totals,
    capture: String,
    is_line_open: bool,
    /// JSON Pointer of the time in each wrapper, if there is to be one.
    time: Option<String>,
    times: Times,
    /// Newlines of the capture where its payloads are no lines.
    newlines: u64,
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
            time: None,
            times: Times::NotAsked,
            newlines: 0,
            is_any_unread: false,
        }
    }

    pub(super) fn begin(&mut self, capture: &Capture) {
        capture.name.clone_into(&mut self.capture);
        self.current = Totals { captures: 1, ..Totals::default() };
        self.is_line_open = false;
        let envelope = capture.validator.envelope.as_ref();
        self.time = envelope.and_then(Envelope::time).map(str::to_owned);
        self.times = Times::NotAsked;
        self.newlines = 0;
    }

    /// The name of the current capture.
    pub(super) fn capture(&self) -> &str {
        &self.capture
    }

    pub(super) fn add(&mut self, totals: &Totals, counts: Counts) {
        self.current.add(totals);
        self.times = self.times.max(counts.times);
        if counts.shape != Shape::Lines {
            self.current.payloads[counts.shape as usize] += counts.payloads;
            self.current.shaped[counts.shape as usize] = 1;
            self.newlines += counts.lines;
            return;
        }
        self.current.lines += counts.lines;
        self.current.blank += counts.blank;
        self.is_line_open = counts.is_line_open;
    }

    /// Number of the capture's line behind what was read.
    pub(super) fn next_line(&self) -> u64 {
        self.current.lines + self.newlines + 1
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
                let is_numbered = line_numbers != LineNumbers::Ignored;
                let number = is_numbered.then(|| self.next_line());
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
        let has_lines = self.current.shaped.iter().sum::<u64>() == 0;
        self.is_line_open |= has_lines && !fragment.is_empty();
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

    /// Takes in what another one has come to.
    pub(super) fn join(&mut self, other: &Self) {
        self.all.add(&other.all);
        self.is_any_unread |= other.is_any_unread;
    }

    /// Adds the current capture to the run, and reports if none of its events has a time at the
    /// pointer of --time.
    pub(super) fn end(&mut self) {
        if let Some(time) = self.time.take().filter(|_| self.times == Times::Missing) {
            let capture = &self.capture;
            self.console.say(&format!("{capture}: no event has a time at {time} (--time)"));
        }
        self.all.add(&std::mem::take(&mut self.current));
    }

    /// Whether something could not be read, or not to its end. Damaged compressed data is counted
    /// in the totals.
    pub(super) fn is_any_unread(&self) -> bool {
        self.is_any_unread
    }
}
