//! `filter --around`: selected lines and the events next to them in their calls, in input order.
//!
//! A line can be wanted for the sake of a later one, and output keeps the order of the input: so
//! lines wait until it is known what becomes of them, but never for more than [`FAR`] bytes of
//! input. Threads compute which line is of which call, in a [`LineIndex`] for each block; which
//! lines are neighbours in a call is known only where blocks are in order.

mod calls;
mod line_index;

pub(crate) use line_index::{LineIndex, LineRole};

use std::collections::VecDeque;
use std::ops::Range;

use calls::Calls;

/// Bytes of input that may lie between a selected line and an event that is shown with it: half an
/// hour of a thousand calls at a time. What waits takes as much memory, and some 40 bytes a line:
/// 60 MB in all, measured, and 250 where every line is of another call.
pub(crate) const FAR: u64 = 32 * 1024 * 1024;

/// What the option asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reach {
    /// Events of the same call before and after a selected line.
    pub(crate) events: u32,
    /// Bytes between a selected line and such an event.
    pub(crate) bytes: u64,
}

/// The lines of the last [`Reach::bytes`] bytes of input, and their calls.
#[derive(Debug)]
pub(crate) struct Context {
    reach: Reach,
    /// Selected lines that may still come.
    left: u64,
    lines: VecDeque<Waiting>,
    /// Number of the first of `lines`, counted over the run.
    first: u64,
    /// Number of the first line of which it is not known what becomes of it.
    next: u64,
    texts: VecDeque<Text>,
    /// Bytes of input so far.
    position: u64,
    calls: Calls,
    /// Calls that have events to come which are wanted.
    owing: u64,
    /// Where the latest selected line ends.
    selected_end: u64,
    is_rest_wanted: bool,
    is_line_open: bool,
}

/// A line whose call may need it.
#[derive(Debug)]
struct Waiting {
    /// Bytes of input.
    span: Range<u64>,
    call: Option<u32>,
    /// Which line of its call it is, from 1; it wraps.
    ordinal: u32,
    /// Number of the line before it in its call.
    previous: Option<u64>,
    is_selected: bool,
    is_wanted: bool,
    is_rest: bool,
}

/// A block of which lines wait.
#[derive(Debug)]
struct Text {
    /// Bytes of input before it.
    start: u64,
    bytes: Vec<u8>,
}

impl Context {
    /// Looks for what is around the first `most` selected lines.
    pub(crate) fn new(reach: Reach, most: u64) -> Self {
        Self {
            reach,
            left: most,
            lines: VecDeque::new(),
            first: 0,
            next: 0,
            texts: VecDeque::new(),
            position: 0,
            calls: Calls::default(),
            owing: 0,
            selected_end: 0,
            is_rest_wanted: false,
            is_line_open: false,
        }
    }

    /// Takes in the next block; returns what can be written.
    pub(crate) fn take(&mut self, line_index: LineIndex) -> Vec<u8> {
        let calls: Vec<u32> = line_index.calls.into_iter().map(|id| self.calls.place(id)).collect();
        for entry in line_index.entries {
            let at = |place: u64| self.position + (place - line_index.offset);
            let span = at(entry.span.start)..at(entry.span.end);
            self.push(entry.role, entry.call.map(|call| calls[call as usize]), span);
        }
        let (start, length) = (self.position, line_index.text.len() as u64);
        self.texts.push_back(Text { start, bytes: line_index.text });
        self.position += length;
        let out = self.release();
        self.forget();
        out
    }

    /// What is still to be written when nothing more comes.
    pub(crate) fn finish(&mut self) -> Vec<u8> {
        self.left = 0;
        self.release()
    }

    /// Whether nothing that comes can be wanted.
    pub(crate) fn is_over(&self) -> bool {
        let is_far = || self.position - self.selected_end > self.reach.bytes;
        self.left == 0 && (self.owing == 0 || is_far())
    }

    fn push(&mut self, role: LineRole, call: Option<u32>, span: Range<u64>) {
        let is_selected = role == LineRole::Selected && self.left > 0;
        let is_rest = role == LineRole::Rest;
        let is_wanted = if is_rest { self.is_rest_wanted } else { is_selected };
        let mut line =
            Waiting { span, call, ordinal: 0, previous: None, is_selected, is_wanted, is_rest };
        if let Some(call) = call {
            self.join(&mut line, call);
        }
        if is_selected {
            self.left -= 1;
            self.selected_end = line.span.end;
            self.want_before(&line);
        }
        self.is_rest_wanted = line.is_wanted;
        self.lines.push_back(line);
    }

    /// Makes `line` the latest of its call.
    fn join(&mut self, line: &mut Waiting, call: u32) {
        let call = &mut self.calls[call];
        call.ordinal = call.ordinal.wrapping_add(1);
        call.within += 1;
        line.ordinal = call.ordinal;
        line.previous = call.latest.replace(self.first + self.lines.len() as u64);
        if call.owed > 0 {
            call.owed -= 1;
            self.owing -= u64::from(call.owed == 0);
            line.is_wanted |= line.span.start - call.selected_end <= self.reach.bytes;
        }
        if line.is_selected {
            self.owing += u64::from(call.owed == 0 && self.reach.events > 0);
            call.owed = self.reach.events;
            call.selected_end = line.span.end;
        }
    }

    /// The lines before `selected` in its call, back to the last selected one: what is before that
    /// is wanted already.
    fn want_before(&mut self, selected: &Waiting) {
        let mut previous = selected.previous;
        for _ in 0..self.reach.events {
            let index = previous.and_then(|number| number.checked_sub(self.first));
            let index = index.and_then(|index| usize::try_from(index).ok());
            let Some(line) = index.and_then(|index| self.lines.get_mut(index)) else { return };
            if line.is_selected || selected.span.start - line.span.end > self.reach.bytes {
                return;
            }
            line.is_wanted = true;
            previous = line.previous;
        }
    }

    /// Writes the lines, up to the first one of which it is not known whether it is wanted.
    fn release(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        while let Some(line) = self.upcoming() {
            if !line.is_wanted && self.can_be_wanted(line) {
                break;
            }
            if line.is_wanted {
                let (span, is_rest) = (line.span.clone(), line.is_rest);
                self.write(span, is_rest, &mut out);
            }
            self.next += 1;
        }
        let needed = self.upcoming().map_or(self.position, |line| line.span.start);
        self.drop_texts_before(needed);
        out
    }

    fn upcoming(&self) -> Option<&Waiting> {
        self.lines.get(usize::try_from(self.next - self.first).ok()?)
    }

    /// Whether a line that comes can want `line`.
    fn can_be_wanted(&self, line: &Waiting) -> bool {
        let Some(call) = line.call else { return false };
        self.left > 0
            && self.position - line.span.end <= self.reach.bytes
            && self.calls[call].ordinal.wrapping_sub(line.ordinal) < self.reach.events
    }

    fn write(&mut self, span: Range<u64>, is_rest: bool, out: &mut Vec<u8>) {
        self.drop_texts_before(span.start);
        let Some(text) = self.texts.front() else { return };
        let at = |position: u64| usize::try_from(position - text.start).unwrap_or(usize::MAX);
        let bytes = &text.bytes[at(span.start)..at(span.end)];
        // The last line of a capture may lack its newline.
        if self.is_line_open && !is_rest {
            out.push(b'\n');
        }
        out.extend_from_slice(bytes);
        self.is_line_open = !bytes.ends_with(b"\n");
    }

    fn drop_texts_before(&mut self, position: u64) {
        while self.texts.front().is_some_and(|it| it.start + it.bytes.len() as u64 <= position) {
            self.texts.pop_front();
        }
    }

    /// Forgets lines that are too far away for what comes, and calls that have no others.
    fn forget(&mut self) {
        while self.first < self.next
            && let Some(line) = self.lines.front()
            && self.position - line.span.end > self.reach.bytes
        {
            if let Some(index) = line.call {
                let call = &mut self.calls[index];
                call.within -= 1;
                if call.within == 0 {
                    self.owing -= u64::from(call.owed > 0);
                    self.calls.remove(index);
                }
            }
            self.lines.pop_front();
            self.first += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;
    use proptest::test_runner::RngSeed;

    use super::*;
    use crate::capture::{Cutter, Numbering};
    use crate::check::Line;

    /// A line begins with its call's name, `-` for none, and ends with `!` where it is selected.
    fn line_index(text: &[u8]) -> LineIndex {
        let mut cutter = Cutter::new(text, usize::MAX, Numbering::Told);
        let block = cutter.next_block().expect("it is read").expect("it holds lines");
        let mut line_index = LineIndex::default();
        let mut offset = 0;
        for line in text.split_inclusive(|byte| *byte == b'\n') {
            let call = (line[0] != b'-').then_some(&line[..1]);
            let role = LineRole::of(line.contains(&b'!'));
            line_index.add_line(&Line::new("", 0, offset, line), call, role);
            offset += line.len() as u64;
        }
        line_index.seal(&block);
        line_index
    }

    fn found(blocks: &[&str], reach: Reach, most: u64) -> (String, Context) {
        let mut around = Context::new(reach, most);
        let mut out = Vec::new();
        for block in blocks.iter().filter(|it| !it.is_empty()) {
            out.extend(around.take(line_index(block.as_bytes())));
        }
        out.extend(around.finish());
        (String::from_utf8(out).expect("it is text"), around)
    }

    /// The same with everything in memory.
    fn expected(text: &str, reach: Reach, most: usize) -> String {
        let mut start = 0;
        let mut lines = Vec::new();
        for line in text.split_inclusive('\n') {
            lines.push((start..start + line.len() as u64, line));
            start += line.len() as u64;
        }
        let mut wanted = vec![false; lines.len()];
        let selected = (0..lines.len()).filter(|&at| lines[at].1.contains('!')).take(most);
        for at in selected {
            wanted[at] = true;
            let call = &lines[at].1[..1];
            let is_near = |&other: &usize| lines[other].1.starts_with(call) && call != "-";
            let events = reach.events as usize;
            for other in (0..at).rev().filter(is_near).take(events) {
                wanted[other] |= lines[at].0.start - lines[other].0.end <= reach.bytes;
            }
            for other in (at + 1..lines.len()).filter(is_near).take(events) {
                wanted[other] |= lines[other].0.start - lines[at].0.end <= reach.bytes;
            }
        }
        let wanted = lines.iter().zip(wanted).filter(|(_, wanted)| *wanted);
        wanted.map(|((_, line), _)| *line).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

        #[test]
        fn what_is_found_is_what_a_reading_of_everything_finds(
            lines in vec((0_usize..5, 0_u8..6, 0_u8..5), 0..40),
            events in select(&[1, 2, 3, u32::MAX][..]),
            bytes in select(&[3, 10, 40, FAR][..]),
            most in select(&[1, 2, 1000][..]),
        ) {
            let (mut text, mut cuts) = (String::new(), vec![0]);
            for (number, (call, mark, cut)) in lines.into_iter().enumerate() {
                let mark = if mark == 0 { "!" } else { "" };
                let line = format!("{}{number}{mark}\n", ["a", "b", "c", "d", "-"][call]);
                text.push_str(&line);
                cuts.extend((cut == 0).then_some(text.len()));
            }
            cuts.push(text.len());
            let blocks: Vec<&str> = cuts.windows(2).map(|cut| &text[cut[0]..cut[1]]).collect();
            let reach = Reach { events, bytes };
            let (found, around) = found(&blocks, reach, most);
            let most = usize::try_from(most).unwrap_or(usize::MAX);
            prop_assert_eq!(found, expected(&text, reach, most), "{:?} {:?}", blocks, reach);
            prop_assert!(around.texts.is_empty());
        }
    }

    #[test]
    fn nothing_is_wanted_that_comes_once_enough_was_selected() {
        let reach = Reach { events: 1, bytes: FAR };
        let is_over = |blocks: &[&str], most| found(blocks, reach, most).1.is_over();
        assert!(!is_over(&["a!\n"], 1), "an event is owed");
        assert!(is_over(&["a!\n", "a\n"], 1) && !is_over(&["a!\n", "b\n"], 1));
        let near = Reach { events: 1, bytes: 4 };
        assert!(found(&["a!\n", "b\nb\nb\n"], near, 1).1.is_over(), "it would be too far away");
    }

    #[test]
    fn what_is_far_away_takes_no_memory() {
        let mut around = Context::new(Reach { events: 5, bytes: 1000 }, u64::MAX);
        for (number, call) in (0..10_000).zip(('a'..='z').cycle()) {
            let mark = if number % 7 == 0 { "!" } else { "" };
            around.take(line_index(format!("{call}{mark}\n").as_bytes()));
        }
        assert!(around.lines.len() < 1000 && around.texts.len() < 1000);
        for _ in 0..1000 {
            around.take(line_index(b"z\n"));
        }
        assert_eq!((around.calls.index.len(), around.calls.places.len()), (1, 26));
    }

    #[test]
    fn a_capture_that_ends_without_a_newline_does_not_run_into_the_next() {
        let (found, _) = found(&["a\n", "a!", "a\nb\n"], Reach { events: 1, bytes: FAR }, 9);
        assert_eq!(found, "a\na!\na\n");
    }
}
