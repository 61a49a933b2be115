//! Checks line after line: accepted as clean by the fast path if possible, otherwise validated.

use std::ops::Range;

use super::enclosed::Enclosed;
use super::fast_path::FastPath;
use super::line::Line;
use super::record::{Parsed, Record};
use super::validator::{Validation, Validator};
use crate::capture::Block;

/// Whether lines that the fast path does not accept are validated, or only parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Validations {
    Wanted,
    Ignored,
}

/// Checks the lines of one capture, on one thread.
#[derive(Debug)]
pub(crate) struct Checker<'a> {
    pub(super) validator: &'a Validator,
    validations: Validations,
    pub(super) fast_path: FastPath<'a>,
    /// The line that was parsed last.
    pub(super) parsed: Parsed,
    /// Where the last payload was that is not a line of its own.
    pub(super) enclosed: Enclosed,
    /// Memory for documents on one line.
    pub(super) joined: Vec<u8>,
}

/// Position of a line: its range in the block, and its number.
pub(crate) struct At<'a> {
    pub(crate) capture: &'a str,
    pub(crate) number: u64,
    /// Lines before those that `number` counts, if only lines with findings need their numbers.
    pub(crate) before: Option<&'a dyn Fn() -> u64>,
    pub(crate) range: Range<usize>,
}

/// A line that was checked.
pub(crate) enum Checked<'a> {
    Blank { raw_bytes: usize },
    Record(Record<'a>),
}

impl<'a> Checker<'a> {
    pub(crate) fn new(validator: &'a Validator, validations: Validations) -> Self {
        Self {
            validator,
            validations,
            fast_path: FastPath::for_lines(validator),
            parsed: Parsed::default(),
            enclosed: Enclosed::default(),
            joined: Vec::new(),
        }
    }

    /// Checks the line of `block` at the start of `at.range`, whose end is the end of the block.
    #[expect(clippy::inline_always, reason = "a record that is moved costs 50 instructions a line")]
    #[inline(always)]
    pub(crate) fn check<'b>(&'b mut self, block: &'b Block, at: &At<'b>) -> Checked<'b> {
        let text = block.padded();
        let Range { start, end } = at.range;
        let Some(newline) = self.fast_path.match_clean(text, start..end) else {
            return self.check_slowly(block, at);
        };
        let raw = &text[start..(newline + 1).min(end)];
        let line = Line::new(at.capture, at.number, block.offset + start as u64, raw);
        let found = (self.fast_path.event(), text, self.fast_path.fields());
        Checked::Record(Record::clean(line, found, self.validator))
    }

    #[cold]
    fn check_slowly<'b>(&'b mut self, block: &'b Block, at: &At<'b>) -> Checked<'b> {
        let text = block.padded();
        let Range { start, end } = at.range;
        let offset = block.offset + start as u64;
        let newline = memchr::memchr(b'\n', &text[start..end]);
        let next = newline.map_or(end, |at| start + at + 1);
        let number = at.number + at.before.map_or(0, |count| count());
        let line = Line::new(at.capture, number, offset, &text[start..next]);
        if line.is_blank() {
            return Checked::Blank { raw_bytes: line.raw.len() };
        }
        let validation = self.look(&line);
        self.parsed.set(validation, &line, &self.validator.bundle);
        Checked::Record(self.parsed.record(line, self.validator))
    }

    /// Takes the cold path.
    pub(super) fn look(&self, line: &Line<'_>) -> Validation {
        match self.validations {
            Validations::Wanted => self.validator.validate(line),
            Validations::Ignored => self.validator.read_only(line),
        }
    }

    /// The beginning of a line beyond the limit.
    pub(crate) fn too_long<'b>(&'b mut self, capture: &'b str, block: &'b Block) -> Record<'b> {
        let line = Line::new(capture, block.first_line, block.offset, block.bytes());
        let place = block.documents().and_then(|documents| documents.places.first());
        let line = Line { column: place.map_or(1, |it| it.position.column), ..line };
        self.parsed.set(self.validator.too_long(&line), &line, &self.validator.bundle);
        self.parsed.cut(line, self.validator)
    }
}
