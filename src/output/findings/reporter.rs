//! Reports: formats that see the findings of the whole run, in order, one by one.
//!
//! A [`FindingFormat`] writes one finding at a time, on any thread. A reporter may count, group and
//! number findings, so it is only called in input order.

use crate::check::Totals;
use crate::check::{Finding, Fingerprint, Line};
use crate::output::FindingFormat;
use crate::text::{count, shortened, visible};

/// A finding for reports.
pub(crate) struct Found<'a> {
    pub(crate) line: &'a Line<'a>,
    pub(crate) finding: &'a Finding,
    /// The capture's path relative to the repository's root, with forward slashes.
    pub(crate) file: &'a str,
    /// Unique among the findings of a run, and the same in the next run.
    pub(crate) fingerprint: Fingerprint,
}

/// Turns the findings of a run into one report.
pub(crate) trait Reporter: Send {
    /// Takes a finding; appends to `out` what can be written at once.
    fn take(&mut self, found: &Found<'_>, out: &mut Vec<u8>);

    /// Called when the capture `file` has been read, with its counts.
    fn end_capture(&mut self, _file: &str, _totals: &Totals) {}

    /// Called if something could not be read; the run continues without it.
    fn trouble(&mut self, _message: &str, _out: &mut Vec<u8>) {}

    /// The summary of the run in Markdown, for formats that have one.
    fn step_summary(&mut self, _totals: &Totals) -> Option<String> {
        None
    }

    /// Writes the rest.
    fn end(&mut self, totals: &Totals, out: &mut Vec<u8>);
}

/// A report in a format that writes one finding at a time.
pub(crate) struct Stream {
    pub(crate) format: Box<dyn FindingFormat>,
    /// How many findings may still be written.
    pub(crate) room: u64,
}

impl Reporter for Stream {
    fn take(&mut self, found: &Found<'_>, out: &mut Vec<u8>) {
        if self.room > 0 {
            self.room -= 1;
            self.format.write(found.line, found.finding, out);
        }
    }

    fn end(&mut self, _totals: &Totals, _out: &mut Vec<u8>) {}
}

/// Start and end column of the finding, in characters from 1. The end is exclusive and greater than
/// the start, even for an empty range at the end of a line.
pub(super) fn columns(found: &Found<'_>) -> (u64, u64) {
    let start = found.finding.place.column.max(1);
    (start, start + found.line.characters_in(&found.finding.place.span).max(1))
}

/// The message and, on a separate line, the help.
pub(super) fn with_help(finding: &Finding) -> String {
    let message = bounded(&finding.full_message());
    match &finding.help {
        Some(help) => format!("{message}\nhelp: {}", bounded(help)),
        None => message,
    }
}

/// Maximum number of characters of a type, key or value in a report; these may be as long as a
/// line.
pub(super) const MOST_CHARACTERS: usize = 1000;

/// `text` for a report, without characters that could control a terminal.
pub(super) fn bounded(text: &str) -> String {
    visible(&shortened(text, MOST_CHARACTERS)).into_owned()
}

/// Remaining capacity of a report that is held in memory.
pub(super) struct Room {
    findings: u64,
    bytes: usize,
    left_out: u64,
}

/// Bytes of text in a report: 1 KiB for each finding that GitHub accepts in one upload.
const MOST_BYTES: usize = 32 * 1024 * 1024;

impl Room {
    pub(super) fn new(findings: u64) -> Self {
        Self { findings, bytes: MOST_BYTES, left_out: 0 }
    }

    /// Whether a finding with so much text still fits; otherwise it is counted as omitted.
    pub(super) fn take(&mut self, bytes: usize) -> bool {
        if self.findings == 0 || self.bytes < bytes {
            self.left_out += 1;
            return false;
        }
        self.findings -= 1;
        self.bytes -= bytes;
        true
    }

    /// The note about omitted findings.
    pub(super) fn left_out(&self) -> Option<String> {
        match self.left_out {
            0 => None,
            number if self.findings == 0 => Some(left_out(number)),
            number => Some(format!(
                "{} not in this report, which is limited to {} MiB; --report json=FILE has all of them",
                more_findings(number),
                MOST_BYTES >> 20
            )),
        }
    }
}

/// The note in a report with a limited number of findings.
pub(super) fn left_out(number: u64) -> String {
    format!("{} not in this report; --max-findings N includes more", more_findings(number))
}

fn more_findings(number: u64) -> String {
    count(number, "more finding is", "more findings are")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_bounded_in_findings_and_in_bytes() {
        let mut few = Room::new(2);
        assert_eq!([1, 1, 1].map(|bytes| few.take(bytes)), [true, true, false]);
        assert_eq!(few.left_out(), Some(left_out(1)));
        let mut large = Room::new(10);
        assert_eq!([MOST_BYTES, 1].map(|bytes| large.take(bytes)), [true, false]);
        assert!(large.left_out().is_some_and(|said| said.contains("limited to 32 MiB")));
        assert_eq!(Room::new(0).left_out(), None);
    }
}
