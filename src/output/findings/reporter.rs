//! Reports: formats that see the findings of the whole run, in order, one by one.
//!
//! A [`FindingFormat`] knows one finding at a time and may run on any thread; a reporter may count,
//! group and number, so it is only ever fed where the run is put in order.

use crate::check::{Finding, Fingerprint, Line};
use crate::output::{FindingFormat, Totals};

/// A finding on its way into reports.
pub(crate) struct Found<'a> {
    pub(crate) line: &'a Line<'a>,
    pub(crate) finding: &'a Finding,
    /// The capture's path from the repository's root on, with forward slashes.
    pub(crate) file: &'a str,
    /// Different for every finding of a run, and the same in the next run.
    pub(crate) fingerprint: Fingerprint,
}

/// Turns the findings of a run into one report.
pub(crate) trait Reporter: Send {
    /// Takes a finding; what can be written at once is appended to `out`.
    fn take(&mut self, found: &Found<'_>, out: &mut Vec<u8>);

    /// Says that the capture `file` has been read, and what was seen in it.
    fn end_capture(&mut self, _file: &str, _totals: &Totals) {}

    /// Says that something could not be read; the run goes on without it.
    fn trouble(&mut self, _message: &str, _out: &mut Vec<u8>) {}

    /// The tally of the run as Markdown, from formats whose readers show one.
    fn step_summary(&mut self, _totals: &Totals) -> Option<String> {
        None
    }

    /// Writes what is left to write.
    fn end(&mut self, totals: &Totals, out: &mut Vec<u8>);
}

/// A report in a format that needs no more than one finding at a time.
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

/// Columns that the finding begins and ends at, in characters from 1; the end is exclusive, and
/// beyond the beginning even where a finding is about the end of a line.
pub(super) fn columns(found: &Found<'_>) -> (u64, u64) {
    let start = found.finding.place.column.max(1);
    (start, start + found.line.characters_in(&found.finding.place.span).max(1))
}

/// The message and, on a line of its own, what to do.
pub(super) fn with_help(finding: &Finding) -> String {
    let message = finding.full_message();
    let message = crate::text::visible(&message);
    match &finding.help {
        Some(help) => format!("{message}\nhelp: {}", crate::text::visible(help)),
        None => message.into_owned(),
    }
}

/// What a report says where it is bounded.
pub(super) fn left_out(number: u64) -> String {
    let findings = crate::text::count(number, "more finding is", "more findings are");
    format!("{findings} left out of this report; --max-findings N takes in more")
}
