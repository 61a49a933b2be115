//! Extracts the payloads of one capture: read after read, line after line, in bounded memory.
//!
//! Most lines hold one payload or none, and are done at a glance. An object that is still open at the
//! end of its line joins the next lines, until it is closed, cannot go on, or is too long; then it is
//! given up, and what is in it counts alone. So an array or a wrapper may be of any length.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::ops::Range;

use super::account::Account;
use super::braces::{Brace, Braces, MOST_OPEN};
use super::finder::{Context, Ending, Finder, MOST_LEVELS, is_array};
use super::joining;
use super::lines::Lines;
use super::names::Names;
use super::treatment::Treatment;
use super::treatments::Treatments;
use super::window::Window;
use crate::check::Validator;

/// What came of a read.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// Payloads.
    pub(crate) taken: Vec<u8>,
    /// Lines that nothing was taken from.
    pub(crate) rejects: Vec<u8>,
}

impl Batch {
    /// Makes room for the next one.
    pub(crate) fn clear(&mut self) {
        self.taken.clear();
        self.rejects.clear();
    }
}

/// How a run extracts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ExtractSettings<'a> {
    pub(crate) validator: &'a Validator,
    pub(crate) names: &'a Names,
    /// Longest payload.
    pub(crate) max_payload_bytes: usize,
    pub(crate) keeps_rejects: bool,
}

/// Extracts the payloads of one capture.
pub(crate) struct Extractor<'a, R> {
    window: Window<R>,
    finder: Finder<'a>,
    lines: Lines<'a>,
    max_payload_bytes: usize,
    braces: Braces,
    /// Where objects are open.
    open: VecDeque<usize>,
    /// Where the current line begins, and how far it was scanned.
    line: usize,
    at: usize,
    /// No newline is between `at` and here.
    searched: usize,
    /// Whether everything so far was copied as it is, and whether a byte order mark is, too.
    is_untouched: bool,
    is_first: bool,
    /// The last payload that was copied has no newline.
    is_line_open: bool,
}

impl<'a, R: Read> Extractor<'a, R> {
    pub(crate) fn new(reader: R, settings: ExtractSettings<'a>, account: &'a mut Account) -> Self {
        let ExtractSettings { validator, names, max_payload_bytes, keeps_rejects } = settings;
        let is_first = account.captures.len() == 1;
        Self {
            window: Window::new(reader),
            finder: Finder::new(validator, names, account),
            lines: Lines::new(names, keeps_rejects),
            max_payload_bytes,
            braces: Braces::default(),
            open: VecDeque::new(),
            line: 0,
            at: 0,
            searched: 0,
            is_untouched: true,
            is_first,
            is_line_open: false,
        }
    }

    /// Reads once and adds what comes of it to `batch`; false at the end. After a failure to read,
    /// what had been read before it still comes.
    pub(crate) fn read(&mut self, batch: &mut Batch) -> io::Result<bool> {
        if self.window.is_over {
            return self.window.failure.take().map_or(Ok(false), Err);
        }
        let was_fresh = self.window.is_fresh();
        let moved = self.window.fill()?;
        for place in self.open.iter_mut().chain([&mut self.line, &mut self.at, &mut self.searched])
        {
            *place = place.saturating_sub(moved);
        }
        if self.window.is_fresh() {
            return Ok(true);
        }
        if was_fresh {
            (self.line, self.at, self.searched) = (self.window.start, self.window.start, 0);
        }
        while let Some(end) = self.next_stop() {
            let is_whole_line = self.open.is_empty()
                && self.at == self.window.start
                && self.at == self.line
                && self.lines.is_at_start()
                && (self.window.text()[end - 1] == b'\n' || self.window.is_over);
            if !(is_whole_line && self.whole_line(end, batch)) {
                self.scan(end, batch);
            }
        }
        if self.window.is_over {
            self.finish(batch);
        }
        Ok(true)
    }

    /// How far to go next: to the end of the line, or as far as the longest payload goes.
    fn next_stop(&mut self) -> Option<usize> {
        let text = self.window.text();
        let from = self.searched.max(self.at);
        let limit = text.len().min(self.at.saturating_add(self.max_payload_bytes));
        if let Some(newline) = memchr::memchr(b'\n', text.get(from..limit)?) {
            return Some(from + newline + 1);
        }
        self.searched = limit;
        let is_long = limit - self.at >= self.max_payload_bytes;
        (is_long || self.window.is_over && limit > self.at).then_some(limit)
    }

    /// Takes a line that is one payload, holds a payload at its end, or has no object at all.
    fn whole_line(&mut self, end: usize, batch: &mut Batch) -> bool {
        let (text, start) = (self.window.padded(), self.at);
        let limit = self.window.end;
        let is_plain_text = !self.window.is_utf16();
        if is_plain_text && self.finder.fast_path.match_clean(text, start..limit).is_some() {
            if self.finder.is_browser_event(&text[start..end]) {
                return false;
            }
            self.settle(false, batch);
            self.copy(start..end, batch);
            self.lines.add_clean(self.finder.account);
            self.go_on(end);
            return true;
        }
        let Some(brace) = memchr::memchr(b'{', &text[start..end]) else {
            self.plain_line(end, batch);
            return true;
        };
        let brace = start + brace;
        let Some(close) = memchr::memrchr(b'}', &text[brace..end]) else { return false };
        let (payload, after) = text[brace..end].split_at(close + 1);
        // A line that ends with its payload can be looked at where it is.
        let is_clean = if is_blank(after) {
            self.finder.fast_path.match_clean(text, brace..limit).is_some()
        } else {
            !after.contains(&b'{') && self.finder.is_clean(payload)
        };
        if !is_plain_text || !is_clean || self.finder.is_browser_event(payload) {
            return false;
        }
        let is_item = is_array(&text[start..brace]) && is_array(after);
        let treatment = if is_item { Treatment::Array } else { Treatment::TextAround };
        end_line(&mut self.is_line_open, batch);
        batch.taken.extend_from_slice(payload);
        batch.taken.push(b'\n');
        self.settle(false, batch);
        self.is_untouched = false;
        self.finder.account.payloads += 1;
        self.lines.add(Treatments::of(treatment), self.finder.account);
        self.go_on(end);
        true
    }

    fn plain_line(&mut self, end: usize, batch: &mut Batch) {
        let raw = self.at..end;
        let is_blank = is_blank(&self.window.text()[raw.clone()]);
        if is_blank && self.is_untouched {
            self.copy(raw, batch);
        } else {
            self.is_untouched &= is_blank;
        }
        let raw = &self.window.text()[self.at..end];
        self.lines.add_plain(raw, self.finder.account, &mut batch.rejects);
        self.go_on(end);
    }

    /// Goes over a part of the text in which objects open and close.
    fn scan(&mut self, end: usize, batch: &mut Batch) {
        while let Some(brace) =
            self.braces.next(self.window.text(), &mut self.at, end, !self.open.is_empty())
        {
            match brace {
                Brace::Close(_) => {
                    self.open.pop_back();
                }
                Brace::Open(place) if self.is_new_beginning(place) => {
                    self.open.clear();
                    self.braces.reset();
                    self.emit(self.line, Ending::Natural, batch);
                    self.at = self.line;
                    self.searched = self.at;
                    return;
                }
                Brace::Open(place) => {
                    if self.open.len() == MOST_OPEN {
                        self.open.pop_front();
                    }
                    self.open.push_back(place);
                }
            }
        }
        self.at = end;
        if self.window.text()[end - 1] == b'\n' {
            self.line = end;
        }
        if self.open.is_empty() {
            self.emit(end, Ending::Natural, batch);
        } else {
            self.shorten(end, batch);
        }
    }

    /// Whether the object at `place` cannot be a part of the one that is open: it begins a payload of
    /// its own, and the open one was none, or misses its end.
    fn is_new_beginning(&self, place: usize) -> bool {
        let Some(&first) = self.open.front() else { return false };
        if self.line <= first {
            return false;
        }
        let text = self.window.text();
        let (before, line) = (&text[first..self.line], &text[self.line..place]);
        !line.contains(&b'{') && !joining::continues(before, line)
    }

    /// Gives up objects that are too long, outermost first.
    fn shorten(&mut self, end: usize, batch: &mut Batch) {
        while end - self.window.start > self.max_payload_bytes {
            match self.open.front() {
                Some(&first) if first > self.window.start => self.emit(first, Ending::Limit, batch),
                Some(_) => {
                    self.open.pop_front();
                }
                None => {
                    self.braces.reset();
                    self.emit(end, Ending::Limit, batch);
                }
            }
        }
    }

    /// Takes what is in the text up to `end`.
    fn emit(&mut self, end: usize, ending: Ending, batch: &mut Batch) {
        let text = &self.window.text()[self.window.start..end];
        let announced = self.lines.announced();
        let context = Context { name: announced, levels: MOST_LEVELS, ending };
        let mut spans = self.finder.spans(text, context);
        if self.window.is_utf16() {
            for span in spans.iter_mut().filter(|span| span.treatments.is_taken()) {
                span.treatments = span.treatments.with(Treatment::Utf16);
            }
        }
        let is_as_is = match &spans[..] {
            [only] => {
                only.treatments == Treatments::of(Treatment::AsIs)
                    && is_blank(&text[..only.range.start])
                    && is_blank(&text[only.range.end..])
                    && self.lines.is_at_start()
                    && (text.ends_with(b"\n") || self.window.is_over)
            }
            _ => false,
        };
        let is_taken_up = spans.first().is_some_and(|span| {
            let has_own_name = self.finder.names.announced(&text[..span.range.start]).is_some();
            span.treatments.has(Treatment::NameBefore) && !has_own_name
        });
        let range = self.window.start..end;
        self.settle(is_taken_up, batch);
        if is_as_is {
            self.finder.out.clear();
            self.copy(range.clone(), batch);
        } else {
            self.is_untouched = false;
            if !self.finder.out.is_empty() {
                end_line(&mut self.is_line_open, batch);
                batch.taken.append(&mut self.finder.out);
            }
        }
        let is_last = self.window.is_over && end == self.window.end;
        let text = &self.window.text()[range];
        let account = &mut *self.finder.account;
        self.lines.add_spans((text, is_last), &spans, account, &mut batch.rejects);
        self.window.start = end;
    }

    fn settle(&mut self, is_taken_up: bool, batch: &mut Batch) {
        self.lines.settle_announcement(is_taken_up, self.finder.account, &mut batch.rejects);
    }

    /// Copies a line byte for byte, and the byte order mark before the first.
    fn copy(&mut self, range: Range<usize>, batch: &mut Batch) {
        if std::mem::take(&mut self.is_first) && self.is_untouched && self.window.has_mark() {
            batch.taken.extend_from_slice("\u{feff}".as_bytes());
        }
        end_line(&mut self.is_line_open, batch);
        let raw = &self.window.text()[range];
        self.is_line_open = !raw.ends_with(b"\n");
        batch.taken.extend_from_slice(raw);
    }

    fn go_on(&mut self, end: usize) {
        self.window.start = end;
        self.at = end;
        self.line = end;
    }

    /// Takes what is left at the end of the capture.
    fn finish(&mut self, batch: &mut Batch) {
        if self.window.start < self.window.end {
            self.open.clear();
            self.emit(self.window.end, Ending::Natural, batch);
        }
        self.settle(false, batch);
    }
}

/// Whether there is nothing but white space that JSON knows.
fn is_blank(text: &[u8]) -> bool {
    text.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
}

/// Ends a payload that was copied without a newline.
fn end_line(is_open: &mut bool, batch: &mut Batch) {
    if std::mem::take(is_open) {
        batch.taken.push(b'\n');
    }
}
