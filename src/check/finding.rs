//! Findings: what is wrong with a line, as data that each format renders in its own way.

use std::borrow::Cow;
use std::ops::Range;

use super::line::{Line, characters};
use crate::contract::{Rule, Severity};

/// One broken rule at one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The broken rule.
    pub rule: Rule,
    /// Its severity under the policy.
    pub severity: Severity,
    /// Its position.
    pub place: Place,
    /// The event's name, if known; may be an unknown name.
    pub event: Option<String>,
    /// The call that the payload belongs to.
    pub call_id: Option<String>,
    /// The wrong value, or the name of the missing property, which distinguishes findings of the
    /// same rule at the same place. `None` if it could be personal data, or if there is no value.
    pub value: Option<String>,
    /// What is wrong: a lower-case sentence fragment, on one line.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// A short label shown under the position.
    pub label: String,
    /// A second range of the same line that the message refers to, and its label.
    pub also: Option<(Range<usize>, String)>,
    /// The earlier line that this one contradicts.
    pub earlier: Option<Earlier>,
    /// The violated keyword of a schema: `EVENT#POINTER` into the output of `voxev schema EVENT`,
    /// or with `--strict`, `EVENT --strict#POINTER`.
    pub schema: Option<String>,
}

/// An earlier line of the same capture, and the relevant position in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// Line number from 1.
    pub line: u64,
    /// Column from 1, in characters.
    pub column: u64,
    /// Bytes of the capture before the place.
    pub offset: u64,
    /// The relevant bytes of `text`; empty if the line was too long to be kept.
    pub span: Range<usize>,
    /// The line; empty where it was too long to be kept.
    pub text: Vec<u8>,
    /// A short label shown under the position.
    pub label: &'static str,
}

impl Earlier {
    /// Length of the range in characters.
    pub(crate) fn characters(&self) -> u64 {
        Line::new("", self.line, 0, &self.text).characters_in(&self.span)
    }
}

/// Position of a finding.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// Line number from 1.
    pub line: u64,
    /// Column from 1, in characters.
    pub column: u64,
    /// Bytes of the capture before the place.
    pub offset: u64,
    /// The relevant bytes of the line; may be empty at the line's end.
    pub span: Range<usize>,
    /// JSON Pointer (RFC 6901) of the relevant value, if the line is JSON.
    pub pointer: Option<String>,
}

impl Place {
    /// The bytes `span` of `line`. The validator fills in the column.
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
    /// The message for formats that do not show the earlier line: `MESSAGE (line 7: muted here)`.
    pub(crate) fn full_message(&self) -> Cow<'_, str> {
        match &self.earlier {
            None => Cow::Borrowed(&self.message),
            Some(Earlier { line, label, .. }) => {
                Cow::Owned(format!("{} (line {line}: {label})", self.message))
            }
        }
    }

    /// A finding about a whole line whose content is not known; the validator fills in `severity`
    /// and column.
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

/// A line with findings that waits for its turn in input order.
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
