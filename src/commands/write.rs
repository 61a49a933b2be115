//! What `pretty` and `convert` share: each selected record through one writer, in input order.

use std::sync::{Arc, Mutex, PoisonError};

use super::follow::Joined;
use super::tally::Tally;
use crate::check::Totals;
use crate::check::{Finding, Line, Record, Validations};
use crate::contract::Severity;
use crate::error::Error;
use crate::output::{EventWriter, FindingFormat as _, Output, Short};
use crate::pipeline::{Capture, Collector, Console, Counts, End, Flow, LineNumbers, Needs, Pass};
use crate::select::Selection;

/// What is done with each line.
pub(super) struct Write {
    pub(super) selection: Selection,
    pub(super) writer: Box<dyn EventWriter>,
    /// How lines that cannot be written are reported on standard error.
    pub(super) complaints: Short,
    /// Memory of texts that have been written, to be reused: new memory costs a page fault for each
    /// 4 KiB, which takes as long as writing them.
    spare: Mutex<Vec<Vec<u8>>>,
}

/// Texts whose memory waits to be reused.
const MOST_REUSED: usize = 16;

/// Bytes of such a text; more was for a block with long records.
const MOST_REUSED_BYTES: usize = 1024 * 1024;

/// The result of the records of one block.
#[derive(Default)]
pub(super) struct Part {
    totals: Totals,
    text: Vec<u8>,
    /// Records in it.
    written: u64,
    rejected: Rejected,
}

/// Lines that could not be written, and what is said about them.
#[derive(Default)]
pub(super) struct Rejected {
    pub(super) lines: Vec<u8>,
    pub(super) complaints: Vec<u8>,
}

impl Rejected {
    /// Adds a line of `capture`, which cannot be written because of `finding`.
    pub(super) fn add(
        &mut self,
        (capture, record): (&Capture, &Record<'_>),
        finding: Finding,
        format: &Short,
    ) {
        record.write_line(&mut self.lines);
        let finding = capture.validator.settle(&record.line, finding);
        let finding = Finding { severity: Severity::Error, ..finding };
        format.write(&record.line, &finding, &mut self.complaints);
    }

    /// Size in bytes.
    pub(super) fn weight(&self) -> usize {
        self.lines.len() + self.complaints.len()
    }
}

impl Write {
    pub(super) fn new(
        selection: Selection,
        writer: Box<dyn EventWriter>,
        complaints: Short,
    ) -> Self {
        Self { selection, writer, complaints, spare: Mutex::default() }
    }

    #[cold]
    fn reused(&self) -> Vec<u8> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    /// Takes the memory of a text that has been written.
    fn reuse(&self, mut text: Vec<u8>) {
        text.clear();
        let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        if (1..=MOST_REUSED_BYTES).contains(&text.capacity()) && spare.len() < MOST_REUSED {
            spare.push(text);
        }
    }
}

impl Pass for Write {
    type Part = Part;

    fn needs(&self) -> Needs {
        Needs::numbered(Validations::Ignored)
    }

    fn record(&self, capture: &Capture, record: &Record<'_>, part: &mut Part) -> Flow {
        part.totals.see(record);
        if !self.selection.admits(record) {
            return Flow::On;
        }
        part.totals.select(record);
        if part.text.capacity() == 0 {
            part.text = self.reused();
        }
        if let Err(finding) = self.writer.record(record, &mut part.text) {
            part.totals.rejected += 1;
            part.rejected.add((capture, record), *finding, &self.complaints);
        } else {
            part.written += 1;
        }
        Flow::On
    }

    fn rest(&self, capture: &Capture, line: &Line<'_>, part: &mut Part) {
        let is_selected = self.selection.admits_too_long(&capture.validator, line);
        if is_selected && !self.writer.rest(line.raw, &mut part.text) {
            part.rejected.lines.extend_from_slice(line.raw);
        }
    }

    fn weight(&self, part: &Part) -> usize {
        part.text.len() + part.rejected.weight()
    }
}

/// The writer's output in input order.
pub(super) struct Written<'a> {
    pass: &'a Write,
    console: &'a Console,
    output: Output,
    rejects: Option<Output>,
    tally: Tally<'a>,
    is_separator_due: bool,
}

/// What came of all captures.
pub(super) struct Done {
    pub(super) totals: Totals,
    /// Whether something could not be read, or not to its end.
    pub(super) is_incomplete: bool,
}

impl<'a> Written<'a> {
    /// Begins to write.
    pub(super) fn new(
        pass: &'a Write,
        mut output: Output,
        rejects: Option<Output>,
        console: &'a Console,
    ) -> Result<Self, Error> {
        let mut text = Vec::new();
        pass.writer.begin(&mut text);
        output.write(&text)?;
        Ok(Self {
            pass,
            console,
            output,
            rejects,
            tally: Tally::new(console),
            is_separator_due: false,
        })
    }

    /// Ends the output. Files are put in place only if all captures could be read; rejected lines
    /// and damaged compressed data do not prevent that.
    pub(super) fn finish(mut self) -> Result<Done, Error> {
        self.console.end();
        let mut text = Vec::new();
        self.pass.writer.end(&mut text);
        self.output.write(&text)?;
        let is_any_unread = self.tally.is_any_unread();
        if !is_any_unread {
            self.output.finish()?;
            self.rejects.map_or(Ok(()), Output::finish)?;
        }
        let totals = self.tally.all;
        let is_incomplete = is_any_unread || totals.damaged > 0;
        Ok(Done { totals, is_incomplete })
    }
}

impl Joined for Written<'_> {
    fn has_enough(&self) -> bool {
        false
    }

    fn join(&mut self, other: Self) {
        self.tally.join(&other.tally);
    }
}

impl Collector<Write> for Written<'_> {
    fn begin(&mut self, capture: &Arc<Capture>) -> Result<(), Error> {
        self.tally.begin(capture);
        Ok(())
    }

    fn absorb(&mut self, part: Part, counts: Counts) -> Result<Flow, Error> {
        self.tally.add(&part.totals, counts);
        let is_first = !self.is_separator_due && part.written > 0;
        self.is_separator_due |= is_first;
        let start = if is_first { self.pass.writer.separator().len() } else { 0 };
        self.output.write(&part.text[start..])?;
        self.pass.reuse(part.text);
        if let Some(rejects) = &mut self.rejects {
            rejects.write(&part.rejected.lines)?;
        }
        self.console.write(&part.rejected.complaints);
        Ok(Flow::On)
    }

    fn end(&mut self, how: End) -> Result<Flow, Error> {
        let fragment = self.tally.check_end(how, LineNumbers::Wanted);
        self.rejects.as_mut().map_or(Ok(()), |rejects| rejects.write(&fragment))?;
        self.tally.close_line();
        self.tally.end();
        Ok(Flow::On)
    }

    fn unread(&mut self, error: &Error) -> Result<(), Error> {
        self.tally.unread(error);
        Ok(())
    }
}
