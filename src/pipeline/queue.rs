//! The work queue: spans of files and blocks of streams, of any capture, in input order.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use super::line_index::LineIndex;
use super::locked;
use super::signal::Signal;
use crate::capture::{Block, Damage, Sequence, Spans};

/// Hands out work, starting with the earliest capture.
pub(super) struct Queue {
    state: Mutex<State>,
    /// Signalled when a stream can be read further, or has ended.
    is_free: Signal,
    captures: usize,
}

#[derive(Default)]
struct State {
    /// Number of captures that have been handed out to be opened.
    opened: usize,
    /// Captures that are being opened right now.
    opening: usize,
    files: VecDeque<(Arc<OpenFile>, u64)>,
    streams: VecDeque<(Arc<Stream>, Use)>,
    is_closed: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Free,
    Busy,
}

impl State {
    /// The next work on captures that are open, the earliest capture first: threads that are too
    /// far ahead wait for it, so it must never be left undone.
    fn earliest(&mut self) -> Option<Work> {
        let stream = self.streams.iter_mut().find(|(_, used)| *used == Use::Free);
        let file = self.files.front_mut();
        let is_stream_first = match (&stream, &file) {
            (Some((stream, _)), Some((file, _))) => stream.capture < file.capture,
            (stream, _) => stream.is_some(),
        };
        if is_stream_first {
            let (stream, used) = stream?;
            *used = Use::Busy;
            return Some(Work::Block(Arc::clone(stream)));
        }
        let (file, next) = file?;
        let work = Work::Span(Arc::clone(file), *next);
        *next += 1;
        if *next >= file.spans.count() {
            self.files.pop_front();
        }
        Some(work)
    }
}

/// What a worker does next.
pub(super) enum Work {
    /// Open the capture with this index.
    Open(usize),
    /// Read the span with this index.
    Span(Arc<OpenFile>, u64),
    /// Read the next block; the worker owns the stream until it returns it.
    Block(Arc<Stream>),
}

/// A file that is read by position.
pub(super) struct OpenFile {
    /// Index of the capture.
    pub(super) capture: usize,
    pub(super) spans: Spans,
    pub(super) lines: LineIndex,
}

/// A capture that is read in sequence.
pub(super) struct Stream {
    pub(super) capture: usize,
    pub(super) feed: Mutex<Feed>,
}

/// The blocks of a stream.
pub(super) struct Feed {
    pub(super) cutter: Sequence,
    /// Number of blocks so far.
    pub(super) blocks: u64,
    pub(super) damage: Option<Damage>,
    /// A block before the damage that ends within a line: the beginning of the lost line.
    pub(super) fragment: Option<Block>,
}

impl Queue {
    pub(super) fn new(captures: usize) -> Self {
        Self { state: Mutex::default(), is_free: Signal::default(), captures }
    }

    /// The next work; `None` if there is none and none can be added.
    pub(super) fn take(&self) -> Option<Work> {
        let mut state = locked(&self.state);
        loop {
            if state.is_closed {
                return None;
            }
            if let Some(work) = state.earliest() {
                return Some(work);
            }
            if state.opened < self.captures {
                state.opened += 1;
                state.opening += 1;
                return Some(Work::Open(state.opened - 1));
            }
            if state.streams.is_empty() && state.opening == 0 {
                return None;
            }
            state = self.is_free.wait(state);
        }
    }

    /// Whether another worker would find work.
    pub(super) fn has_work(&self) -> bool {
        let state = locked(&self.state);
        !state.files.is_empty() || !state.streams.is_empty() || state.opened < self.captures
    }

    /// Adds the spans of a capture that has been opened, except the first.
    pub(super) fn add_file(&self, file: &Arc<OpenFile>) {
        let mut state = locked(&self.state);
        state.opening -= 1;
        if file.spans.count() > 1 {
            let place = state.files.partition_point(|(other, _)| other.capture < file.capture);
            state.files.insert(place, (Arc::clone(file), 1));
        }
        self.is_free.tell(&state);
    }

    /// Adds a stream that has been opened; the worker that opened it owns it until it returns it.
    pub(super) fn add_stream(&self, stream: &Arc<Stream>) {
        let mut state = locked(&self.state);
        state.opening -= 1;
        let place = state.streams.partition_point(|(other, _)| other.capture < stream.capture);
        state.streams.insert(place, (Arc::clone(stream), Use::Busy));
        self.is_free.tell(&state);
    }

    /// Records that a capture could not be opened.
    pub(super) fn add_nothing(&self) {
        let mut state = locked(&self.state);
        state.opening -= 1;
        self.is_free.tell(&state);
    }

    /// Returns a stream, so that any worker can read further.
    pub(super) fn give_back(&self, stream: &Stream) {
        let mut state = locked(&self.state);
        for (other, used) in &mut state.streams {
            if other.capture == stream.capture {
                *used = Use::Free;
            }
        }
        self.is_free.tell(&state);
    }

    /// Removes the remaining work of a capture.
    pub(super) fn end(&self, capture: usize) {
        let mut state = locked(&self.state);
        state.files.retain(|(file, _)| file.capture != capture);
        state.streams.retain(|(stream, _)| stream.capture != capture);
        self.is_free.tell(&state);
    }

    /// Removes all work, because the run is over.
    pub(super) fn close(&self) {
        let mut state = locked(&self.state);
        state.is_closed = true;
        self.is_free.tell(&state);
    }
}
