//! Puts the results of workers into input order.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::capture::Capture;
use super::console::Console;
use super::pass::{Collector, Counts, End, Flow, Pass};
use super::queue::OpenFile;
use crate::capture::{Meter, Part};
use crate::check::Line;
use crate::error::Error;

/// A position in the input: which capture, and which of its blocks.
pub(super) type Place = (usize, u64);

/// The result of one piece of work.
pub(super) enum Message<T> {
    /// The first part of a capture, or its end.
    Part(Parts<T>),
    End(End),
    /// A capture could not be opened; `None` if the error was reported before.
    Unread(Option<Error>),
}

/// The result of a span or a block.
pub(super) struct Parts<T> {
    /// Whole lines, and the beginning of a line beyond the limit.
    pub(super) pieces: [Option<(T, Counts)>; 2],
    /// Where that line continues.
    pub(super) rest: Option<(Arc<OpenFile>, u64)>,
    /// Bytes that were read for this result.
    pub(super) bytes: usize,
}

/// Puts messages into input order.
pub(super) struct Order<'a, P: Pass, C> {
    pass: &'a P,
    captures: &'a [Result<Arc<Capture>, Error>],
    console: &'a Console,
    pub(super) collector: C,
    /// For each capture that is open, its progress counter.
    meters: BTreeMap<usize, Meter>,
    waiting: BTreeMap<Place, Waiting<P::Part>>,
    /// Approximate number of bytes in `waiting`.
    weight: usize,
    /// The place of the next message to process.
    next: Place,
    has_begun: bool,
    is_line_open: bool,
    has_enough: bool,
    pub(super) failure: Option<Error>,
    /// The same as [`Order::is_over`], readable without a lock.
    is_over: &'a AtomicBool,
}

/// A message and its weight. A box: a part takes hundreds of bytes, which the map would move about.
type Waiting<T> = (Box<Message<T>>, usize);

/// Messages per thread that may wait for an earlier one. Without a limit, one slow block would let
/// the other threads fill the memory with the rest of the captures.
const WAITING_PER_THREAD: usize = 32;

/// Bytes that they may take: a block with a finding on every line becomes several times its size.
const WAITING_BYTES: usize = 16 * 1024 * 1024;

impl<'a, P: Pass, C: Collector<P>> Order<'a, P, C> {
    pub(super) fn new(
        pass: &'a P,
        captures: &'a [Result<Arc<Capture>, Error>],
        console: &'a Console,
        collector: C,
        is_over: &'a AtomicBool,
    ) -> Self {
        Self {
            pass,
            captures,
            console,
            collector,
            meters: BTreeMap::new(),
            waiting: BTreeMap::new(),
            weight: 0,
            next: (0, 0),
            has_begun: false,
            is_line_open: false,
            has_enough: false,
            failure: None,
            is_over,
        }
    }

    /// Registers the progress counter of a capture before any of its results are submitted.
    pub(super) fn watch(&mut self, capture: usize, meter: Meter) {
        self.meters.insert(capture, meter);
    }

    /// Whether the thread that submitted the message for `place` has to wait for earlier messages.
    pub(super) fn is_far_ahead(&self, place: Place, threads: usize) -> bool {
        if place < self.next {
            return false;
        }
        let is_full = self.waiting.len() > WAITING_PER_THREAD * threads;
        (is_full || self.weight > WAITING_BYTES) && !self.is_over()
    }

    fn is_over(&self) -> bool {
        self.failure.is_some() || self.has_enough && !self.is_line_open
    }

    /// Takes a message, and those that were waiting for it.
    pub(super) fn hand_in(&mut self, place: Place, message: Message<P::Part>) {
        if place != self.next {
            let weight = self.weigh(&message);
            self.weight += weight;
            self.waiting.insert(place, (Box::new(message), weight));
            return;
        }
        self.take(message);
        while let Some((message, weight)) = self.waiting.remove(&self.next) {
            self.weight -= weight;
            self.take(*message);
        }
    }

    /// Processes the message for the next place.
    fn take(&mut self, message: Message<P::Part>) {
        if self.is_over() {
            return;
        }
        if let Err(error) = self.process(message) {
            self.failure = Some(error);
        }
        if self.is_over() {
            self.is_over.store(true, Ordering::Relaxed);
            self.waiting.clear();
            self.weight = 0;
        }
    }

    fn weigh(&self, message: &Message<P::Part>) -> usize {
        match message {
            Message::Part(parts) => {
                parts.pieces.iter().flatten().map(|(part, _)| self.pass.weight(part)).sum()
            }
            Message::End(_) | Message::Unread(_) => 0,
        }
    }

    fn process(&mut self, message: Message<P::Part>) -> Result<(), Error> {
        match message {
            Message::Unread(error) => {
                let known = self.captures[self.next.0].as_ref().err();
                if let Some(error) = error.as_ref().or(known) {
                    self.collector.unread(error)?;
                }
                self.leave();
            }
            Message::End(end) => {
                self.begin()?;
                self.end(end)?;
            }
            Message::Part(parts) => {
                self.begin()?;
                self.console.advance(parts.bytes);
                for (part, counts) in parts.pieces.into_iter().flatten() {
                    self.absorb(part, counts)?;
                }
                if let Some((file, position)) = parts.rest {
                    self.rest(&file, position)?;
                }
                self.next.1 += 1;
            }
        }
        if self.is_over() && self.has_begun {
            self.end(End::Whole)?;
        }
        Ok(())
    }

    fn begin(&mut self) -> Result<(), Error> {
        if self.has_begun {
            return Ok(());
        }
        self.has_begun = true;
        self.is_line_open = false;
        let meter = self.meters.remove(&self.next.0).unwrap_or_default();
        self.console.begin_capture(meter);
        match &self.captures[self.next.0] {
            Ok(capture) => self.collector.begin(capture),
            Err(_) => Ok(()),
        }
    }

    fn absorb(&mut self, part: P::Part, counts: Counts) -> Result<(), Error> {
        if self.is_over() {
            return Ok(());
        }
        self.is_line_open = counts.is_line_open;
        let flow = self.collector.absorb(part, counts)?;
        self.has_enough |= flow == Flow::Stop || counts.is_last;
        Ok(())
    }

    /// Reads the rest of a line beyond the limit.
    fn rest(&mut self, file: &OpenFile, mut position: u64) -> Result<(), Error> {
        let Ok(capture) = &self.captures[self.next.0] else { return Ok(()) };
        while self.is_line_open {
            let block = match file.spans.rest(position) {
                Ok(Some(block)) => block,
                Ok(None) => return Ok(()),
                Err(source) => {
                    let capture = capture.name.clone();
                    return self.end(End::Failed(Error::Read { capture, source }));
                }
            };
            debug_assert_eq!(block.part, Part::Rest);
            let bytes = block.bytes();
            let from = position;
            let mut part = P::Part::default();
            let line = Line::new(&capture.name, 0, position, bytes);
            self.pass.rest(capture, &line, &mut part);
            let is_line_open = !bytes.ends_with(b"\n");
            let lines = u64::from(!is_line_open);
            position += bytes.len() as u64;
            self.pass.seal(block, &mut part);
            let counts = Counts { lines, from, to: position, is_line_open, ..Counts::default() };
            self.absorb(part, counts)?;
        }
        Ok(())
    }

    fn end(&mut self, end: End) -> Result<(), Error> {
        let flow = self.collector.end(end)?;
        self.has_enough |= flow == Flow::Stop;
        self.is_line_open = false;
        self.leave();
        Ok(())
    }

    /// Moves on to the next capture; later results of this one are ignored.
    fn leave(&mut self) {
        self.has_begun = false;
        self.next = (self.next.0 + 1, 0);
        while let Some(late) = self.waiting.first_entry().filter(|late| *late.key() < self.next) {
            self.weight -= late.remove().1;
        }
    }
}
