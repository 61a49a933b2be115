//! Findings: what is wrong with a line, as data that each format renders in its own way.

use std::borrow::Cow;
use std::ops::Range;

use super::key::is_data;
use super::line::{Line, characters};
use crate::contract::{Rule, Severity};
use crate::json::{self, Fix};

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
    /// The same without personal values, where the message or the help quotes one.
    pub public: Option<Box<PublicWords>>,
    /// A short label shown under the position.
    pub label: String,
    /// A second range of the same line that the message refers to, and its label.
    pub also: Option<(Range<usize>, String)>,
    /// Whether the line's payload is nested in it. Then most lines of the capture have the same
    /// finding, and one option mends them all.
    pub is_nested: bool,
    /// The earlier line that this one contradicts.
    pub earlier: Option<Earlier>,
    /// The edits of the line that mend it, where there are some.
    pub fix: Option<Fix>,
    /// The violated keyword of a schema: `EVENT#POINTER` into the output of `voxev schema EVENT`,
    /// or with `--strict`, `EVENT --strict#POINTER`.
    pub schema: Option<String>,
}

/// A finding's words for reports, which more people read than may see the capture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicWords {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
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

    /// The finding for a report: without personal values, and without keys that are data.
    pub(crate) fn for_report(&self) -> Cow<'_, Self> {
        let pointer = self.place.pointer.as_deref().map(public_pointer);
        let has_data = pointer.as_deref() != self.place.pointer.as_deref();
        if self.public.is_none() && !has_data {
            return Cow::Borrowed(self);
        }
        let mut finding = self.clone();
        if let Some(PublicWords { message, help }) = finding.public.take().map(|words| *words) {
            finding.message = message;
            finding.help = help;
        } else if matches!(self.rule, Rule::UndocumentedProperty | Rule::DuplicateKey) {
            // These are the ones that quote the key.
            finding.message = self.rule.info().summary.trim_end_matches('.').to_lowercase();
            finding.help = None;
        }
        finding.place.pointer = pointer.map(Cow::into_owned);
        finding.fix = finding.fix.filter(|fix| !fix.is_personal);
        Cow::Owned(finding)
    }

    /// The column of a byte of `line`, from 1: counted from the finding's own, for a line may have
    /// megabytes.
    pub(crate) fn column_of(&self, line: &Line<'_>, at: usize) -> u64 {
        let start = self.place.span.start;
        let column = self.place.column.max(1);
        if at < start {
            column.saturating_sub(line.characters_in(&(at..start)))
        } else {
            column + line.characters_in(&(start..at))
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
            public: None,
            label: String::new(),
            also: None,
            is_nested: false,
            earlier: None,
            fix: None,
            schema: None,
        }
    }
}

/// Digits of a pointer's token that can be an index: a line of the usual length has fewer items.
const INDEX_DIGITS: usize = 6;

/// What stands for a key that is data.
const HIDDEN: &str = "*";

/// The pointer with `*` for each key that is data.
pub(super) fn public_pointer(pointer: &str) -> Cow<'_, str> {
    let is_index = |token: &str| {
        token.len() <= INDEX_DIGITS && token.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_hidden = |token: &str| is_data(token) && !is_index(token) && token != HIDDEN;
    if !json::split(pointer).any(|token| is_hidden(&token)) {
        return Cow::Borrowed(pointer);
    }
    let shown = |token: Cow<'_, str>| {
        if is_hidden(&token) { HIDDEN.to_owned() } else { token.into_owned() }
    };
    let tokens = json::split(pointer).map(shown);
    Cow::Owned(tokens.fold(String::new(), |so_far, token| json::join(&so_far, &token)))
}

/// A line with findings that waits for its turn in input order.
#[derive(Debug)]
pub(crate) struct LineFindings {
    pub(crate) number: u64,
    pub(crate) column: u64,
    /// How many lines the findings are about: this one and those that follow it.
    pub(crate) lines: u64,
    pub(crate) offset: u64,
    pub(crate) raw: Vec<u8>,
    pub(crate) findings: Vec<Finding>,
}

impl LineFindings {
    pub(crate) fn new(line: &Line<'_>, findings: Vec<Finding>) -> Self {
        let Line { number, column, offset, raw, .. } = *line;
        Self { number, column, lines: 1, offset, raw: raw.to_vec(), findings }
    }

    /// The line, in the capture with this name.
    pub(crate) fn line<'a>(&'a self, capture: &'a str) -> Line<'a> {
        Line { column: self.column, ..Line::new(capture, self.number, self.offset, &self.raw) }
    }
}

/// Fills in the lines and columns of the findings of `line`, which must be sorted by place, in one
/// pass: a hostile line can have a hundred thousand. A column counts characters from 1; a broken
/// UTF-8 sequence counts as one. What a finding is about ends with its line.
pub(super) fn set_columns(findings: &mut [Finding], line: &Line<'_>) {
    let (mut at, mut number, mut column) = (0, line.number, line.column);
    for finding in findings {
        let span = &mut finding.place.span;
        let start = span.start.min(line.bytes.len());
        let between = &line.bytes[at..start];
        match memchr::memrchr(b'\n', between) {
            Some(newline) => {
                number += memchr::memchr_iter(b'\n', between).count() as u64;
                column = 1 + characters(&between[newline + 1..]);
            }
            None => column += characters(between),
        }
        at = start;
        let marked = line.bytes.get(span.clone()).unwrap_or_default();
        if let Some(newline) = memchr::memchr(b'\n', marked) {
            span.end = start + marked[..newline].trim_ascii_end().len();
        }
        (finding.place.line, finding.place.column) = (number, column);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_in_a_report_has_no_key_that_is_data() {
        for (pointer, public) in [
            ("/detail/content/text", "/detail/content/text"),
            ("/detail/audioStats/stats/12/x", "/detail/audioStats/stats/12/x"),
            ("/detail/+1 (415) 999-0000/name", "/detail/*/name"),
            ("/4159990000", "/*"),
            ("/a~1b", "/*"),
            ("", ""),
        ] {
            assert_eq!(public_pointer(pointer), public);
        }
    }
}
