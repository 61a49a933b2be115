//! Output formats, one a file: a record in, bytes out. Sinks count nothing and ask nothing.

mod baseline;
mod csv;
mod events;
mod figures;
mod file;
mod findings;
pub(crate) mod packed;
mod reports;
pub(crate) mod summary;
#[cfg(test)]
mod tests;
mod totals;

pub(crate) use baseline::Baseline;
pub(crate) use csv::{Audience, CsvFormat, Separator};
pub(crate) use events::{
    Column, EXTRA, JsonArray, JsonLines, Layout, Lines, Naming, Oneline, Table, Tally,
};
pub(crate) use figures::{Book, By, Form, Sort, Window, merged};
pub(crate) use file::Output;
pub(crate) use findings::{
    FindingsJson, Found, Github, Gitlab, JUNIT_MOST, Junit, Pretty, Reporter, SARIF_MOST, Sarif,
    Short, Stream,
};
pub(crate) use reports::{Reporting, Reports, Wanted};
pub(crate) use totals::Totals;

use std::borrow::Cow;
use std::ops::Range;

use crate::calls::Notes;
use crate::check::matcher::Fields;
use crate::check::{Finding, Line, Verdict};
use crate::contract::{EventId, Rule, Severity};
use crate::json;

/// A selected line and what was found in it.
pub(crate) struct Record<'a> {
    pub(crate) line: &'a Line<'a>,
    pub(crate) verdict: &'a Verdict,
    /// Whether the line is beyond the limit and goes on: `line` holds its beginning.
    pub(crate) is_cut: bool,
}

/// A selected line that has been proven clean, and where it has what.
pub(crate) struct Proven<'a> {
    pub(crate) place: Place<'a>,
    /// Bytes of the line in `text`, its newline included.
    pub(crate) raw: Range<usize>,
    pub(crate) event: EventId,
    /// The block that the line is in: what the fields are ranges of.
    pub(crate) text: &'a [u8],
    pub(crate) fields: &'a Fields,
}

/// Where a line stands in its capture.
pub(crate) struct Place<'a> {
    pub(crate) capture: &'a str,
    pub(crate) number: u64,
    pub(crate) offset: u64,
}

/// Turns records into output.
pub(crate) trait Sink: Sync {
    /// What stands before everything.
    fn begin(&self, _out: &mut Vec<u8>) {}

    /// Writes a record, in as many pieces as it has parts that stand for themselves, or says in a
    /// finding why it cannot.
    fn take(&self, record: &Record<'_>, out: &mut Pieces) -> Result<(), Box<Finding>>;

    /// Writes a proven line; false where the sink needs to see it parsed.
    fn take_proven(&self, _proven: &Proven<'_>, _out: &mut Pieces) -> bool {
        false
    }

    /// Writes more of a line beyond the limit; false where the sink takes no such line.
    fn take_rest(&self, _bytes: &[u8], _out: &mut Vec<u8>) -> bool {
        false
    }

    /// What stands after each capture, of which `pieces` went out.
    fn end_capture(&self, _capture: &str, _pieces: u64, _out: &mut Vec<u8>) {}

    /// What stands after everything.
    fn end(&self, _out: &mut Vec<u8>) {}

    /// Whether output is the captures' own lines, the last of which may lack its newline.
    fn writes_lines(&self) -> bool {
        false
    }

    /// What every piece begins with; it is left out before the first.
    fn separator(&self) -> &'static [u8] {
        b""
    }
}

/// Output of a sink, in pieces that a limit can count.
#[derive(Debug)]
pub(crate) struct Pieces {
    pub(crate) bytes: Vec<u8>,
    /// Where each piece ends.
    pub(crate) ends: Vec<usize>,
    /// What the lines say of their calls, where somebody asks.
    pub(crate) notes: Notes,
    /// How many pieces can still be of use.
    room: usize,
}

impl Pieces {
    pub(crate) fn new(room: usize) -> Self {
        Self { bytes: Vec::new(), ends: Vec::new(), notes: Notes::default(), room }
    }

    /// Ends the piece that has been written to `bytes`.
    pub(crate) fn end_piece(&mut self) {
        self.ends.push(self.bytes.len());
    }

    /// Whether further pieces would be thrown away.
    pub(crate) fn is_full(&self) -> bool {
        self.ends.len() >= self.room
    }
}

/// How one finding is written.
pub(crate) trait FindingFormat: Send + Sync {
    /// Appends `finding`, which is about `line`.
    fn write(&self, line: &Line<'_>, finding: &Finding, out: &mut Vec<u8>);
}

/// The sink of `validate`: each finding that the policy does not allow is a piece.
pub(crate) struct Report {
    pub(crate) format: Box<dyn FindingFormat>,
}

impl Sink for Report {
    fn take(&self, record: &Record<'_>, out: &mut Pieces) -> Result<(), Box<Finding>> {
        for finding in &record.verdict.findings {
            if finding.severity != Severity::Allowed && !out.is_full() {
                self.format.write(record.line, finding, &mut out.bytes);
                out.end_piece();
            }
        }
        Ok(())
    }

    fn take_proven(&self, _proven: &Proven<'_>, _out: &mut Pieces) -> bool {
        true
    }

    fn take_rest(&self, _bytes: &[u8], _out: &mut Vec<u8>) -> bool {
        true
    }
}

/// The sink of `stats`, and of `validate` where a report takes standard output: what there is to
/// say goes there instead.
pub(crate) struct Silent;

impl Sink for Silent {
    fn take(&self, _record: &Record<'_>, _out: &mut Pieces) -> Result<(), Box<Finding>> {
        Ok(())
    }

    fn take_proven(&self, _proven: &Proven<'_>, _out: &mut Pieces) -> bool {
        true
    }

    fn take_rest(&self, _bytes: &[u8], _out: &mut Vec<u8>) -> bool {
        true
    }
}

/// Why a record without a payload cannot be taken: the judge has said so in its only finding.
fn refusal(record: &Record<'_>) -> Box<Finding> {
    let said = record.verdict.findings.first().cloned();
    Box::new(said.unwrap_or_else(|| {
        let message = "the line was not read".to_owned();
        Finding::about_line(record.line, Rule::NotAnEvent, 0..0, message)
    }))
}

impl<'a> Proven<'a> {
    /// The line.
    pub(crate) fn line(&self) -> Line<'a> {
        let place = &self.place;
        Line::new(place.capture, place.number, place.offset, &self.text[self.raw.clone()])
    }

    /// The call's identifier, escapes resolved, as [`crate::check::Payload`] has it: in UTF-8.
    pub(crate) fn call_id(&self) -> Option<Cow<'a, [u8]>> {
        Some(json::decode_utf8(&self.text[self.fields.call_id()?]))
    }
}
