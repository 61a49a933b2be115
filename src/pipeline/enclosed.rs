//! The records of a block whose lines are not its payloads: documents, elements of an array, and
//! payloads in a wrapper. Apart from the loop over plain lines, which has no time to ask.

use super::capture::Capture;
use super::pass::{Counts, Flow, Pass};
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
    let mut taker = Taker { pass, capture, checker, block, part, counts };
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
    part: &'a mut P::Part,
    counts: &'a mut Counts,
}

impl<P: Pass> Taker<'_, '_, P> {
    /// Takes a payload, if it may be wanted.
    fn take(&mut self, at: &EnclosedAt<'_>) -> Flow {
        self.counts.payloads += u64::from(!at.range.is_empty());
        if let Some(search) = self.pass.search()
            && search.lines(&self.block.bytes()[at.range.clone()]).next().is_none()
        {
            return Flow::On;
        }
        let record = self.checker.check_enclosed(self.block, at);
        let flow = self.pass.record(self.capture, &record, self.part);
        self.counts.is_last |= flow == Flow::Stop;
        flow
    }

    /// Takes the documents of the block, if it was cut into some.
    fn documents(&mut self) -> Option<()> {
        let documents = self.block.documents()?;
        self.counts.lines = documents.end.line - self.block.first_line;
        for place in &documents.places {
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

    /// Takes the payloads of the block's lines.
    fn lines(&mut self) {
        let text = self.block.bytes();
        let is_array = self.block.shape() == Shape::Array;
        let (mut start, mut number) = (0, self.block.first_line);
        while start < text.len() {
            let newline = memchr::memchr(b'\n', &text[start..]);
            let end = newline.map_or(text.len(), |found| start + found + 1);
            let line = &text[start..end];
            let inner = if is_array { element(line) } else { 0..line.len() };
            let range = start + inner.start..start + inner.end;
            let is_blank = line.trim_ascii().is_empty();
            let column = 1 + inner.start as u64;
            start = end;
            if is_blank && !is_array {
                self.counts.blank += 1;
            } else if !range.is_empty() {
                let capture = &self.capture.name;
                let at = EnclosedAt { capture, number, column, range, is_document: is_array };
                if self.take(&at) == Flow::Stop {
                    number += u64::from(newline.is_some());
                    break;
                }
            }
            number += u64::from(newline.is_some());
        }
        self.counts.lines = number - self.block.first_line;
    }
}
