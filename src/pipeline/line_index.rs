//! Turns the numbers of lines in spans, which become known in any order, into line numbers.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use super::locked;
use super::pass::LineNumbers;
use super::signal::Signal;
use crate::capture::{Block, Span};

/// How many lines come before each span of a file.
pub(super) struct LineIndex {
    counting: Counting,
    state: Mutex<State>,
    is_known: Signal,
}

/// How the number of lines before a span becomes known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counting {
    /// One thread processes span after span.
    InTurn,
    /// Lines of each span are counted before it is processed, because other threads wait for it.
    Ahead,
    /// The same, but only once a record needs its number. Few captures have such a record in each
    /// span, and counting takes a tenth of the time of validating.
    OnDemand,
    /// It does not.
    Never,
}

#[derive(Default)]
struct State {
    /// Number of spans whose lines have been added up.
    spans: u64,
    lines: u64,
    counted: BTreeMap<u64, u64>,
    /// Spans whose worker waits for the number of lines before.
    asked: BTreeSet<u64>,
    /// These numbers, until the worker takes them.
    before: BTreeMap<u64, u64>,
}

impl Counting {
    pub(super) fn new(line_numbers: LineNumbers, threads: usize) -> Self {
        match line_numbers {
            LineNumbers::Ignored => Self::Never,
            LineNumbers::Wanted | LineNumbers::OfFindings if threads == 1 => Self::InTurn,
            LineNumbers::Wanted => Self::Ahead,
            LineNumbers::OfFindings => Self::OnDemand,
        }
    }
}

impl LineIndex {
    pub(super) fn new(counting: Counting) -> Self {
        Self { counting, state: Mutex::default(), is_known: Signal::default() }
    }

    /// Records that `lines` begin in the span `index`.
    pub(super) fn add(&self, index: u64, lines: u64) {
        let mut state = locked(&self.state);
        state.add(index, lines);
        self.is_known.tell(&state);
    }

    /// The same, and returns how many lines come before the span, as soon as those of all earlier
    /// spans have been counted.
    fn count(&self, index: u64, lines: u64) -> u64 {
        let mut state = locked(&self.state);
        state.asked.insert(index);
        state.add(index, lines);
        self.is_known.tell(&state);
        loop {
            if let Some(before) = state.before.remove(&index) {
                return before;
            }
            state = self.is_known.wait(state);
        }
    }
}

impl State {
    fn add(&mut self, index: u64, lines: u64) {
        self.counted.insert(index, lines);
        while let Some(lines) = self.counted.remove(&self.spans) {
            if self.asked.remove(&self.spans) {
                self.before.insert(self.spans, self.lines);
            }
            self.lines += lines;
            self.spans += 1;
        }
    }
}

/// How many lines come before a span that is being processed.
pub(super) struct LinesBefore<'a> {
    lines: &'a LineIndex,
    index: u64,
    known: OnceCell<u64>,
}

impl<'a> LinesBefore<'a> {
    /// For the span `index`, whose content is `span`. The number is known at once.
    pub(super) fn counted(lines: &'a LineIndex, index: u64, span: &Span) -> Self {
        let known = match lines.counting {
            Counting::InTurn => locked(&lines.state).lines,
            Counting::Ahead | Counting::OnDemand => lines.count(index, span.count_lines()),
            Counting::Never => 0,
        };
        Self { lines, index, known: OnceCell::from(known) }
    }

    /// The same for a span whose lines may be counted later, if at all.
    pub(super) fn on_demand(lines: &'a LineIndex, index: u64, span: &Span) -> Self {
        match lines.counting {
            Counting::OnDemand => Self { lines, index, known: OnceCell::new() },
            Counting::InTurn | Counting::Ahead | Counting::Never => {
                Self::counted(lines, index, span)
            }
        }
    }

    /// The number, if it is known without counting.
    pub(super) fn known(&self) -> Option<u64> {
        self.known.get().copied()
    }

    /// The number; `block` is all lines of the span.
    pub(super) fn of(&self, block: &Block) -> u64 {
        *self.known.get_or_init(|| self.lines.count(self.index, block.count_lines()))
    }

    /// Says how many lines begin in the span, unless they were counted.
    pub(super) fn end(&self, lines: u64) {
        match self.lines.counting {
            Counting::InTurn => self.lines.add(self.index, lines),
            Counting::OnDemand if self.known.get().is_none() => self.lines.add(self.index, lines),
            Counting::OnDemand | Counting::Ahead | Counting::Never => {}
        }
    }
}
