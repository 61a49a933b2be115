//! The lines of one call, up to the one with a finding about their order.

use std::collections::VecDeque;
use std::sync::Arc;

use super::locate::Found;
use crate::capture::ReadSize;
use crate::check::{Line, Record, Validations, join_lines};
use crate::commands::tally::Tally;
use crate::error::Error;
use crate::pipeline::{
    self, Capture, Collector, Console, Counts, End, Flow, LineNumbers, Needs, Pass,
};
use crate::select::{Search, Selection, Unreadable};

/// Bytes of a call's lines that are kept in memory: a call of a whole day has about 2 MiB.
pub(super) const MOST_BYTES: usize = 8 << 20;

/// A line of the call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CallLine {
    /// The payload on one line, without a terminator.
    pub(super) text: Vec<u8>,
    /// Whether the finding names it as the line that is contradicted.
    pub(super) is_earlier: bool,
}

impl CallLine {
    pub(super) fn new(text: &[u8]) -> Self {
        let mut joined = Vec::with_capacity(text.len());
        join_lines(text, &mut joined);
        Self { text: joined, is_earlier: false }
    }
}

/// Reads the lines of the call that `found` is about; that of `found` is the last. If they have more
/// than [`MOST_BYTES`], the first ones are left out.
pub(super) fn read(found: &Found, console: &Console) -> Result<Vec<CallLine>, Error> {
    let finding = found.finding();
    let call = finding.and_then(|it| it.call_id.as_deref()).unwrap_or_default();
    let selection = Selection {
        call_ids: Some([call].into_iter().collect()),
        unreadable: Unreadable::NoMatch,
        ..Selection::default()
    };
    let call = Call {
        search: selection.search(),
        selection,
        last: found.line.offset,
        earlier: finding.and_then(|it| it.earlier.as_ref()).map(|earlier| earlier.offset),
    };
    let kept = Kept { lines: VecDeque::new(), bytes: 0, tally: Tally::new(console) };
    let captures = [Ok(Arc::clone(&found.capture))];
    let kept = pipeline::run(&captures, &call, kept, 1, console)?;
    Ok(kept.lines.into())
}

/// Which lines are wanted.
struct Call {
    selection: Selection,
    search: Option<Search>,
    /// Bytes of the capture before the last line.
    last: u64,
    /// Bytes of the capture before a place in the earlier line that the finding refers to.
    earlier: Option<u64>,
}

impl Pass for Call {
    type Part = Vec<CallLine>;

    fn needs(&self) -> Needs {
        Needs {
            validations: Validations::Ignored,
            line_numbers: LineNumbers::Ignored,
            read_size: ReadSize::Usual,
        }
    }

    fn search(&self) -> Option<&Search> {
        self.search.as_ref()
    }

    fn record(&self, _capture: &Capture, record: &Record<'_>, part: &mut Vec<CallLine>) -> Flow {
        let offset = record.line.offset;
        if offset <= self.last && self.selection.admits(record) {
            let end = offset + record.line.raw.len() as u64;
            let is_earlier = self.earlier.is_some_and(|it| (offset..end).contains(&it));
            part.push(CallLine { is_earlier, ..CallLine::new(record.payload_text()) });
        }
        if offset < self.last { Flow::On } else { Flow::Stop }
    }

    fn rest(&self, _capture: &Capture, _line: &Line<'_>, _part: &mut Vec<CallLine>) {}

    fn weight(&self, part: &Vec<CallLine>) -> usize {
        part.iter().map(|line| line.text.len()).sum()
    }
}

/// The last of them, in the order of the capture.
struct Kept<'a> {
    lines: VecDeque<CallLine>,
    bytes: usize,
    tally: Tally<'a>,
}

impl Collector<Call> for Kept<'_> {
    fn begin(&mut self, capture: &Arc<Capture>) -> Result<(), Error> {
        self.tally.begin(capture);
        Ok(())
    }

    fn absorb(&mut self, part: Vec<CallLine>, counts: Counts) -> Result<Flow, Error> {
        for line in part {
            self.bytes += line.text.len();
            self.lines.push_back(line);
        }
        while self.bytes > MOST_BYTES {
            let first = self.lines.iter().position(|line| !line.is_earlier);
            let Some(gone) = first.and_then(|at| self.lines.remove(at)) else { break };
            self.bytes -= gone.text.len();
        }
        Ok(if counts.is_last { Flow::Stop } else { Flow::On })
    }

    fn end(&mut self, how: End) -> Result<Flow, Error> {
        // What is damaged has been said when the finding was looked for.
        match how {
            End::Failed(error) => self.tally.unread(&error),
            End::Whole | End::Damaged(..) => {}
        }
        Ok(Flow::On)
    }

    fn unread(&mut self, error: &Error) -> Result<(), Error> {
        self.tally.unread(error);
        Ok(())
    }
}
