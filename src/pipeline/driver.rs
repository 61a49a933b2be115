//! The loop: reads captures and processes them on the requested number of threads, and puts the
//! results into input order. Knows no command.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::capture::Capture;
use super::console::Console;
use super::enclosed;
use super::line_index::{Counting, LineIndex, LinesBefore};
use super::locked;
use super::order::{Message, Order, Parts, Place};
use super::pass::{Collector, Counts, End, Flow, Needs, Pass};
use super::queue::{Feed, OpenFile, Queue, Stream, Work};
use super::signal::Signal;
use crate::capture::{
    Block, Damage, Numbering, Opened, Part, Sequence, SequenceSettings, Shape, Source,
};
use crate::check::{At, Checked, Checker, Line, Validator};
use crate::error::Error;

/// Reads `captures` through `pass` into `collector`, and returns the collector.
pub(crate) fn run<P: Pass, C: Collector<P>>(
    captures: &[Result<Arc<Capture>, Error>],
    pass: &P,
    collector: C,
    threads: usize,
    console: &Console,
) -> Result<C, Error> {
    let is_over = AtomicBool::new(false);
    let run = Run {
        captures,
        pass,
        needs: pass.needs(),
        threads,
        queue: Queue::new(captures.len()),
        order: Mutex::new(Order::new(pass, captures, console, collector, &is_over)),
        turn: Signal::default(),
        is_over: &is_over,
    };
    std::thread::scope(|scope| {
        let mut first = Worker::new(&run, 0);
        let mut others = 1..threads;
        while first.step() {
            // Work that one thread has already done does not need another thread.
            if run.queue.has_work() {
                for number in others.by_ref() {
                    let mut worker = Worker::new(&run, number);
                    scope.spawn(move || while worker.step() {});
                }
            }
        }
    });
    let order = run.order.into_inner().unwrap_or_else(PoisonError::into_inner);
    order.failure.map_or(Ok(order.collector), Err)
}

/// State that the workers share.
struct Run<'a, P: Pass, C> {
    captures: &'a [Result<Arc<Capture>, Error>],
    pass: &'a P,
    needs: Needs,
    threads: usize,
    queue: Queue,
    order: Mutex<Order<'a, P, C>>,
    /// Signalled when a message has been processed in its turn.
    turn: Signal,
    is_over: &'a AtomicBool,
}

/// Smaller blocks of a stream are processed before the next block is read.
const TRICKLE_BYTES: usize = 16 * 1024;

impl<P: Pass, C> Run<'_, P, C> {
    fn counting(&self) -> Counting {
        Counting::new(self.needs.line_numbers, self.threads)
    }
}

/// The state of one thread.
struct Worker<'r, 'a, P: Pass, C> {
    run: &'r Run<'a, P, C>,
    number: usize,
    /// For the capture that it processed last, and others with the same validator.
    checker: Option<(&'a Validator, Checker<'a>)>,
    /// A buffer to be reused.
    spare: Option<Block>,
}

impl<'r, 'a, P: Pass, C: Collector<P>> Worker<'r, 'a, P, C> {
    fn new(run: &'r Run<'a, P, C>, number: usize) -> Self {
        Self { run, number, checker: None, spare: None }
    }

    /// Does one piece of work; returns false if there is none left.
    fn step(&mut self) -> bool {
        if self.run.is_over.load(Ordering::Relaxed) {
            self.run.queue.close();
            return false;
        }
        match self.run.queue.take() {
            None => return false,
            Some(Work::Open(index)) => self.open(index),
            Some(Work::Span(file, index)) => self.span(&file, index),
            Some(Work::Block(stream)) => self.block(&stream),
        }
        self.run.pass.assist(self.number);
        true
    }

    fn open(&mut self, index: usize) {
        let run = self.run;
        let opened = match &run.captures[index] {
            Ok(capture) => capture.open(run.needs.read_size.bytes()),
            Err(_) => {
                run.queue.add_nothing();
                return self.hand_in((index, 0), Message::Unread(None));
            }
        };
        match opened {
            Ok(Opened::Spans(spans)) => {
                // Of one span, line numbers are known.
                let is_cut = spans.count() > 1;
                let counting = if is_cut { run.counting() } else { Counting::InTurn };
                let lines = LineIndex::new(counting);
                let file = OpenFile { capture: index, spans, lines };
                let file = Arc::new(file);
                run.queue.add_file(&file);
                self.span(&file, 0);
            }
            Ok(Opened::Sequence(reader)) => {
                let Ok(capture) = &run.captures[index] else { return };
                locked(&run.order).watch(index, reader.meter());
                let numbering = match run.counting() {
                    Counting::Ahead | Counting::OnDemand => Numbering::Counted,
                    Counting::InTurn | Counting::Never => Numbering::Told,
                };
                let settings = SequenceSettings {
                    format: capture.format,
                    max_line_bytes: capture.validator.limits.max_line_bytes,
                    numbering,
                    read_size: run.needs.read_size,
                };
                let cutter = Sequence::new(reader, settings);
                let feed = Feed { cutter, blocks: 0, damage: None, fragment: None };
                let stream = Arc::new(Stream { capture: index, feed: Mutex::new(feed) });
                run.queue.add_stream(&stream);
                self.block(&stream);
            }
            Err(error) => {
                run.queue.add_nothing();
                self.hand_in((index, 0), Message::Unread(Some(error)));
            }
        }
    }

    /// Processes a span of a file.
    fn span(&mut self, file: &Arc<OpenFile>, index: u64) {
        let run = self.run;
        let Ok(capture) = &run.captures[file.capture] else { return };
        let place = (file.capture, index);
        let buffer = self.spare.take().map(Block::into_buffer).unwrap_or_default();
        let span = match file.spans.read(index, buffer) {
            Ok(span) => span,
            Err(source) => {
                file.lines.add(index, 0);
                run.queue.end(file.capture);
                let error = Error::Read { capture: capture.name.clone(), source };
                return self.hand_in(place, Message::End(End::Failed(error)));
            }
        };
        // Only the loop over plain lines asks for numbers on the way.
        let is_plain = span.lines.as_ref().is_none_or(Block::has_plain_lines);
        let is_plain = is_plain && capture.validator.envelope.is_none();
        let before = if is_plain && span.long_line.is_none() {
            LinesBefore::on_demand(&file.lines, index, &span)
        } else {
            LinesBefore::counted(&file.lines, index, &span)
        };
        let mut parts = Parts { pieces: [None, None], rest: None, bytes: span.bytes };
        let mut lines_begun = 0;
        if let Some(mut lines) = span.lines {
            lines.first_line = before.known().unwrap_or(0) + 1;
            let (part, counts) = self.work(capture, lines, Some(&before));
            lines_begun += counts.lines + u64::from(counts.is_line_open);
            parts.pieces[0] = Some((part, counts));
        } else {
            self.spare = None;
        }
        if let Some(mut start) = span.long_line {
            start.first_line = before.known().unwrap_or(0) + lines_begun + 1;
            lines_begun += 1;
            let end = start.offset + start.bytes().len() as u64;
            parts.pieces[1] = Some(self.work(capture, start, None));
            parts.rest = Some((Arc::clone(file), end));
        }
        before.end(lines_begun);
        let is_end = index + 1 == file.spans.count();
        if is_end && capture.source == Source::Stdin {
            file.spans.leave();
        }
        if !is_end {
            return self.hand_in(place, Message::Part(parts));
        }
        let end = ((file.capture, index + 1), Message::End(End::Whole));
        self.hand_in_all([(place, Message::Part(parts)), end]);
    }

    /// Processes the next block of a stream.
    fn block(&mut self, stream: &Arc<Stream>) {
        let run = self.run;
        let Ok(capture) = &run.captures[stream.capture] else { return };
        let mut feed = locked(&stream.feed);
        if let Some(block) = self.spare.take() {
            feed.cutter.recycle(block);
        }
        let next = feed.next(capture);
        feed.blocks += 1;
        let place = (stream.capture, feed.blocks - 1);
        let block = match next {
            Ok(block) => block,
            Err(end) => {
                drop(feed);
                run.queue.end(stream.capture);
                return self.hand_in(place, Message::End(end));
            }
        };
        // If input arrives slowly, process each line at once instead of waiting for a full block.
        if run.threads > 1 && block.bytes().len() >= TRICKLE_BYTES {
            drop(feed);
            run.queue.give_back(stream);
            let parts = self.work_block(capture, block);
            return self.hand_in(place, Message::Part(parts));
        }
        let parts = self.work_block(capture, block);
        if matches!(run.counting(), Counting::InTurn | Counting::Never) {
            feed.cutter.pass_lines(parts.pieces[0].as_ref().map_or(0, |(_, counts)| counts.lines));
        }
        drop(feed);
        self.hand_in(place, Message::Part(parts));
        run.queue.give_back(stream);
    }

    fn work_block(&mut self, capture: &'a Capture, block: Block) -> Parts<P::Part> {
        let bytes = block.bytes().len();
        Parts { pieces: [Some(self.work(capture, block, None)), None], rest: None, bytes }
    }

    /// Processes a block. Its first line may be counted from its span, which begins after `before`.
    fn work(
        &mut self,
        capture: &'a Capture,
        block: Block,
        before: Option<&LinesBefore<'_>>,
    ) -> (P::Part, Counts) {
        let Run { pass, needs, .. } = *self.run;
        let mut part = P::Part::default();
        let is_line_open = block.is_open();
        let shape = block.shape();
        let (from, to) = (block.offset, block.offset + block.bytes().len() as u64);
        let mut counts = Counts { from, to, is_line_open, shape, ..Counts::default() };
        let checker = match &mut self.checker {
            Some((known, checker)) if std::ptr::eq(*known, &raw const *capture.validator) => {
                checker
            }
            checker => {
                let new = Checker::new(&capture.validator, needs.validations);
                &mut checker.insert((&capture.validator, new)).1
            }
        };
        match block.part {
            Part::Lines => {
                let of_block = || before.map_or(0, |before| before.of(&block));
                let is_unknown = before.is_some_and(|before| before.known().is_none());
                let before = is_unknown.then_some(&of_block as &dyn Fn() -> u64);
                let block = (&block, before);
                lines(pass, capture, checker, block, (&mut part, &mut counts));
            }
            Part::Start => {
                counts.payloads = u64::from(shape != Shape::Lines);
                let record = checker.too_long(&capture.name, &block);
                counts.is_last = pass.record(capture, &record, &mut part) == Flow::Stop;
            }
            Part::Rest => {
                counts.lines = u64::from(!is_line_open);
                let line = Line::new(&capture.name, block.first_line, block.offset, block.bytes());
                pass.rest(capture, &line, &mut part);
            }
        }
        self.spare = pass.seal(block, &mut part);
        (part, counts)
    }

    /// Submits the result of a piece of work, and waits if other threads are far behind.
    fn hand_in(&self, place: Place, message: Message<P::Part>) {
        self.hand_in_all([(place, message)]);
    }

    /// Submits several results, of which the last is the farthest ahead.
    fn hand_in_all<const N: usize>(&self, messages: [(Place, Message<P::Part>); N]) {
        let mut order = locked(&self.run.order);
        let mut farthest = (0, 0);
        for (place, message) in messages {
            order.hand_in(place, message);
            farthest = place;
        }
        self.run.turn.tell(&order);
        while order.is_far_ahead(farthest, self.run.threads) {
            order = self.run.turn.wait(order);
        }
    }
}

/// Processes the lines of a block, or only those that the pass may want. The block comes with a
/// function that counts the lines before it, unless its first line has its number.
fn lines<P: Pass>(
    pass: &P,
    capture: &Capture,
    checker: &mut Checker<'_>,
    (block, before): (&Block, Option<&dyn Fn() -> u64>),
    (part, counts): (&mut P::Part, &mut Counts),
) {
    if !checker.takes_lines_of(block) {
        return enclosed::records(pass, capture, checker, block, (part, counts));
    }
    let end = block.bytes().len();
    if let Some(search) = pass.search() {
        for candidate in search.lines(block.bytes()) {
            let range = candidate.start..end;
            let at = At { capture: &capture.name, number: 0, before: None, range };
            if let Checked::Record(record) = &checker.check(block, &at) {
                pass.record(capture, record, part);
            }
        }
        return;
    }
    let (mut at, mut number) = (0, block.first_line);
    while at < end {
        let place = At { capture: &capture.name, number, before, range: at..end };
        match &checker.check(block, &place) {
            Checked::Blank { raw_bytes } => {
                counts.blank += 1;
                at += raw_bytes;
                number += 1;
            }
            Checked::Record(record) => {
                at += record.line.raw.len();
                number += 1;
                if pass.record(capture, record, part) == Flow::Stop {
                    counts.is_last = true;
                    break;
                }
            }
        }
    }
    let open = u64::from(counts.is_line_open && at == end);
    counts.lines = number - block.first_line - open;
}

impl Feed {
    /// The next block, or how the capture ends.
    fn next(&mut self, capture: &Capture) -> Result<Block, End> {
        loop {
            match self.cutter.next_block() {
                Ok(Some(block)) if self.is_fragment(&block) => self.fragment = Some(block),
                Ok(Some(block)) => return Ok(block),
                Ok(None) => return Err(self.end()),
                Err(source) => match source.downcast::<Damage>() {
                    Ok(damage) => self.damage = Some(damage),
                    Err(source) => {
                        let capture = capture.name.clone();
                        return Err(End::Failed(Error::Read { capture, source }));
                    }
                },
            }
        }
    }

    fn is_fragment(&self, block: &Block) -> bool {
        self.damage.is_some() && block.is_cut_off()
    }

    fn end(&mut self) -> End {
        let fragment = self.fragment.take().map(|block| block.bytes().to_vec());
        let fragment = fragment.unwrap_or_default();
        self.damage.take().map_or(End::Whole, |damage| End::Damaged(damage, fragment))
    }
}
