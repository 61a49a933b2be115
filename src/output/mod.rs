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
mod unfinished;

pub(crate) use baseline::{Baseline, Entry};
pub(crate) use csv::{Audience, CsvFormat, Separator};
pub(crate) use events::{Column, EXTRA, JsonArray, JsonLines, Layout, Naming, Oneline, Table};
pub(crate) use figures::{Book, By, Form, Sort, Window, merged};
pub(crate) use file::{Output, followed, is_stdout};
pub(crate) use findings::{
    FindingsJson, Found, Frame, Github, Gitlab, JUNIT_MOST, Junit, Reporter, SARIF_MOST, Sarif,
    Short, Stream,
};
pub(crate) use reports::{Reporting, Reports, Wanted};
pub(crate) use totals::Totals;

use crate::check::{self, Finding, Line, Proven, Shape, Verdict};
use crate::contract::Rule;

/// A selected line and what was found in it.
pub(crate) struct Record<'a> {
    pub(crate) line: &'a Line<'a>,
    pub(crate) verdict: &'a Verdict,
    /// Whether the line is beyond the limit and goes on: `line` holds its beginning.
    pub(crate) is_cut: bool,
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

    /// Writes a checked record, whichever way it was read.
    fn record(&self, record: &check::Record<'_>, out: &mut Pieces) -> Result<(), Box<Finding>> {
        let line = &record.line;
        match &record.shape {
            Shape::Clean { validator, .. } => {
                if self.take_proven(&Proven::of(record), out) {
                    return Ok(());
                }
                let verdict = validator.read_only(line);
                self.take(&Record { line, verdict: &verdict, is_cut: false }, out)
            }
            Shape::Read(verdict) => self.take(&Record { line, verdict, is_cut: false }, out),
            Shape::Cut(verdict) => self.take(&Record { line, verdict, is_cut: true }, out),
        }
    }

    /// Writes more of a line beyond the limit; false where the sink takes no such line.
    fn take_rest(&self, _bytes: &[u8], _out: &mut Vec<u8>) -> bool {
        false
    }

    /// What stands after everything.
    fn end(&self, _out: &mut Vec<u8>) {}

    /// What every piece begins with; it is left out before the first.
    fn separator(&self) -> &'static [u8] {
        b""
    }
}

/// Output of a sink, in pieces.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    pub(crate) bytes: Vec<u8>,
    /// Where each piece ends.
    pub(crate) ends: Vec<usize>,
}

impl Pieces {
    /// Ends the piece that has been written to `bytes`.
    pub(crate) fn end_piece(&mut self) {
        self.ends.push(self.bytes.len());
    }
}

/// How one finding is written.
pub(crate) trait FindingFormat: Send + Sync {
    /// Appends `finding`, which is about `line`.
    fn write(&self, line: &Line<'_>, finding: &Finding, out: &mut Vec<u8>);
}

/// Why a record without a payload cannot be taken: the judge has said so in its only finding.
fn refusal(record: &Record<'_>) -> Box<Finding> {
    let said = record.verdict.findings.first().cloned();
    Box::new(said.unwrap_or_else(|| {
        let message = "the line was not read".to_owned();
        Finding::about_line(record.line, Rule::NotAnEvent, 0..0, message)
    }))
}
