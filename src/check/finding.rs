//! What is wrong with a line: data that every sink renders in its own way.

use std::borrow::Cow;
use std::ops::Range;

use super::line::{Line, characters};
use crate::contract::{Rule, Severity};

/// One broken rule at one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The broken rule.
    pub rule: Rule,
    /// What the policy makes of it.
    pub severity: Severity,
    /// Where.
    pub place: Place,
    /// The event's name as far as it is known; unknown names included.
    pub event: Option<String>,
    /// The call that the payload belongs to.
    pub call_id: Option<String>,
    /// The value that is wrong, or the missing property's name: what tells this finding from one of
    /// the same rule at the same place. `None` where that could be somebody's personal data, and
    /// where there is nothing to tell.
    pub value: Option<String>,
    /// What is wrong: a lower-case sentence fragment, on one line.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// A few words to stand under the place.
    pub label: String,
    /// A second place that the message speaks of, and its label: bytes of the same line.
    pub also: Option<(Range<usize>, String)>,
    /// The earlier line that this one contradicts.
    pub earlier: Option<Earlier>,
    /// Which keyword of which schema is broken: `EVENT#POINTER` into what `voxev schema EVENT`
    /// prints, or with `--strict`, `EVENT --strict#POINTER`.
    pub schema: Option<String>,
}

/// An earlier line of the same capture, and the place in it that matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// Line number from 1.
    pub line: u64,
    /// Column from 1, in characters.
    pub column: u64,
    /// Bytes of the capture before the place.
    pub offset: u64,
    /// Bytes of `text` that are meant; empty where the line was too long to be kept.
    pub span: Range<usize>,
    /// The line; empty where it was too long to be kept.
    pub text: Vec<u8>,
    /// A few words to stand under the place.
    pub label: &'static str,
}

impl Earlier {
    /// How many characters are meant.
    pub(crate) fn characters(&self) -> u64 {
        Line::new("", self.line, 0, &self.text).characters_in(&self.span)
    }
}

/// Where a finding is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// Line number from 1.
    pub line: u64,
    /// Column from 1, in characters.
    pub column: u64,
    /// Bytes of the capture before the place.
    pub offset: u64,
    /// Bytes of the line that are meant; may be empty at the line's end.
    pub span: Range<usize>,
    /// JSON Pointer (RFC 6901) of the value that is meant, where the line is JSON.
    pub pointer: Option<String>,
}

impl Place {
    /// The bytes `span` of `line`. The column is the validator's to fill in.
    #[must_use]
    pub fn new(line: &Line<'_>, span: Range<usize>, pointer: Option<String>) -> Self {
        Self {
            line: line.number,
            column: 0,
            offset: line.offset + span.start as u64,
            span,
            pointer,
        }
    }
}

impl Finding {
    /// The message for readers who see no second line: `MESSAGE (line 7: muted here)`.
    pub(crate) fn full_message(&self) -> Cow<'_, str> {
        match &self.earlier {
            None => Cow::Borrowed(&self.message),
            Some(Earlier { line, label, .. }) => {
                Cow::Owned(format!("{} (line {line}: {label})", self.message))
            }
        }
    }

    /// A finding about a whole line whose contents are not known: `severity` and column are the
    /// validator's to fill in.
    pub(crate) fn about_line(
        line: &Line<'_>,
        rule: Rule,
        span: Range<usize>,
        message: String,
    ) -> Self {
        Self {
            rule,
            severity: rule.info().severity,
            place: Place::new(line, span, None),
            event: None,
            call_id: None,
            value: None,
            message,
            help: None,
            label: String::new(),
            also: None,
            earlier: None,
            schema: None,
        }
    }
}

/// A line with findings, waiting for its turn.
#[derive(Debug)]
pub(crate) struct LineFindings {
    pub(crate) number: u64,
    /// How many lines the findings are about: this one and those that follow it.
    pub(crate) lines: u64,
    pub(crate) offset: u64,
    pub(crate) raw: Vec<u8>,
    pub(crate) findings: Vec<Finding>,
}

impl LineFindings {
    pub(crate) fn new(line: &Line<'_>, findings: Vec<Finding>) -> Self {
        let Line { number, offset, raw, .. } = *line;
        Self { number, lines: 1, offset, raw: raw.to_vec(), findings }
    }
}

/// Fills in the columns of the findings of `line`, which must be sorted by place, in one pass: a
/// hostile line can have a hundred thousand. A column counts characters from 1; a broken
/// UTF-8 sequence counts as one.
pub(super) fn set_columns(findings: &mut [Finding], line: &Line<'_>) {
    let (mut at, mut column) = (0, 1);
    for finding in findings {
        let start = finding.place.span.start.min(line.bytes.len());
        column += characters(&line.bytes[at..start]);
        at = start;
        finding.place.column = column;
    }
}
