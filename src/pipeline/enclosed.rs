//! The records of a block whose lines are not its payloads: documents, elements of an array, and
//! payloads in a wrapper. Apart from the loop over plain lines, which has no time to ask.

use super::capture::Capture;
use super::pass::{Counts, Flow, Pass, Times};
use crate::capture::{Block, Position, Shape, element};
use crate::check::{Checker, EnclosedAt};

/// Takes the records of a block, or those that may be wanted.
pub(super) fn records<P: Pass>(
    pass: &P,
    capture: &Capture,
    checker: &mut Checker<'_>,
    block: &Block,
    (part, counts): (&mut P::Part, &mut Counts),
) {
    let envelope = capture.validator.envelope.as_ref();
    let asks_for_time = envelope.is_some_and(|envelope| envelope.time().is_some());
    let mut taker = Taker { pass, capture, checker, block, asks_for_time, part, counts };
    taker.counts.shape = block.shape();
    if taker.documents().is_none() {
        taker.lines();
    }
}

/// Hands records to a pass.
struct Taker<'a, 'c, P: Pass> {
    pass: &'a P,
    capture: &'a Capture,
    checker: &'a mut Checker<'c>,
    block: &'a Block,
    asks_for_time: bool,
    part: &'a mut P::Part,
    counts: &'a mut Counts,
}

impl<P: Pass> Taker<'_, '_, P> {
    fn take(&mut self, at: &EnclosedAt<'_>) -> Flow {
        self.counts.payloads += u64::from(!at.range.is_empty());
        let record = self.checker.check_enclosed(self.block, at);
        if self.asks_for_time && record.event.is_some() && self.counts.times < Times::Found {
            self.counts.times = if record.time().is_some() { Times::Found } else { Times::Missing };
        }
        let flow = self.pass.record(self.capture, &record, self.part);
        self.counts.is_last |= flow == Flow::Stop;
        flow
    }

    /// Takes the documents of the block that may be wanted, if it was cut into some.
    fn documents(&mut self) -> Option<()> {
        let documents = self.block.documents()?;
        self.counts.lines = documents.end.line - self.block.first_line;
        for place in &documents.places {
            if let Some(search) = self.pass.search()
                && search.lines(&self.block.bytes()[place.range.clone()]).next().is_none()
            {
                self.counts.payloads += u64::from(!place.range.is_empty());
                continue;
            }
            let Position { line: number, column } = place.position;
            let range = place.range.clone();
            let capture = &self.capture.name;
            let at = EnclosedAt { capture, number, column, range, is_document: true };
            if self.take(&at) == Flow::Stop {
                self.counts.lines = number - self.block.first_line;
                break;
            }
        }
        Some(())
    }

    /// Takes the payloads of the block's lines, or those that may be wanted.
    fn lines(&mut self) {
        let text = self.block.bytes();
        if let Some(search) = self.pass.search() {
            for candidate in search.lines(text) {
                self.line(candidate.start, 0);
            }
            return;
        }
        let (mut start, mut number) = (0, self.block.first_line);
        while start < text.len() {
            let (end, flow) = match self.element(start, number) {
                Some(found) => found,
                None => self.line(start, number),
            };
            number += u64::from(text[end - 1] == b'\n');
            start = end;
            if flow == Flow::Stop {
                break;
            }
        }
        self.counts.lines = number - self.block.first_line;
    }

    /// Takes the clean element of an array in the line at `start`, if it is alone there. Also
    /// returns where the next line begins.
    fn element(&mut self, start: usize, number: u64) -> Option<(usize, Flow)> {
        let (range, end) = self.checker.match_element(self.block, start)?;
        let column = 1 + (range.start - start) as u64;
        let at =
            EnclosedAt { capture: &self.capture.name, number, column, range, is_document: true };
        self.counts.payloads += 1;
        let record = self.checker.clean_element(self.block, &at);
        let flow = self.pass.record(self.capture, &record, self.part);
        self.counts.is_last |= flow == Flow::Stop;
        Some((end, flow))
    }

    /// Takes the payload of the line at `start`, if it has one. Also returns where the next line
    /// begins.
    fn line(&mut self, start: usize, number: u64) -> (usize, Flow) {
        let text = self.block.bytes();
        let is_document = self.block.shape() == Shape::Array;
        let newline = memchr::memchr(b'\n', &text[start..]);
        let end = newline.map_or(text.len(), |found| start + found + 1);
        let line = &text[start..end];
        if !is_document && line.trim_ascii().is_empty() {
            self.counts.blank += 1;
            return (end, Flow::On);
        }
        let inner = if is_document { element(line) } else { 0..line.len() };
        if inner.is_empty() {
            return (end, Flow::On);
        }
        let column = 1 + inner.start as u64;
        let range = start + inner.start..start + inner.end;
        let at = EnclosedAt { capture: &self.capture.name, number, column, range, is_document };
        (end, self.take(&at))
    }
}
