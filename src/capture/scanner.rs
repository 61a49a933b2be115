//! Finds the JSON documents and the elements of arrays in a text, without parsing them.
//!
//! A broken document must not take others with it. So a string ends with its line at the latest, as
//! JSON has it; and where an object begins that cannot be a value of the one before it, that one
//! is broken and ends there. What is wrong with it is for the parser to say.

use std::ops::Range;

use super::shape::{RECORD_SEPARATOR, is_space};
use super::structure::{Carry, WINDOW, Window};

/// How far a text has been looked at. Takes the same time per byte, whatever the text holds.
#[derive(Debug)]
pub(super) struct Scanner {
    /// Everything before has been looked at.
    at: usize,
    state: State,
    /// Where the document begins that is open.
    start: usize,
    /// The brackets that are open in it, at most [`MOST_OPEN`].
    open: Vec<u8>,
    /// How many more are.
    deeper: u64,
    /// How many of them are those of arrays.
    arrays: usize,
    carry: Carry,
    /// Whether documents are the elements of an array.
    in_array: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Between,
    /// In an object or an array.
    Inside,
    /// In a string that is a document.
    Text,
    /// In what is none of these: a number, or no JSON.
    Other,
}

/// What a scan is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    /// The end of the first document.
    First,
    /// The end of the text.
    End,
}

/// Brackets whose kinds are remembered: a document that nests deeper is refused, so how it is broken
/// does not matter.
const MOST_OPEN: usize = 4096;

/// Where a document ends.
enum Stop {
    /// Before this byte, which belongs to what follows.
    Before(usize),
    /// Behind this byte.
    Behind(usize),
}

impl Scanner {
    pub(super) fn new() -> Self {
        Self {
            at: 0,
            state: State::Between,
            start: 0,
            open: Vec::new(),
            deeper: 0,
            arrays: 0,
            carry: Carry::default(),
            in_array: false,
        }
    }

    /// Where the document begins that has not ended yet.
    pub(super) fn open_document(&self) -> Option<usize> {
        (self.state != State::Between).then_some(self.start)
    }

    /// Everything before is documents that have ended, or stands between documents.
    pub(super) fn settled(&self) -> usize {
        self.open_document().unwrap_or(self.at)
    }

    pub(super) fn is_in_array(&self) -> bool {
        self.in_array
    }

    /// Says that the first `count` bytes of the text are gone.
    pub(super) fn shift(&mut self, count: usize) {
        self.at = self.at.saturating_sub(count);
        self.start = self.start.saturating_sub(count);
    }

    /// Looks at more of `text`, whose beginning has been looked at, and adds the documents that end
    /// in it to `found`.
    pub(super) fn scan(&mut self, text: &[u8], until: Until, found: &mut Vec<Range<usize>>) {
        while self.at < text.len() {
            let stop = match self.state {
                State::Between => {
                    self.between(text);
                    continue;
                }
                State::Inside => self.inside(text),
                State::Text => self.text(text),
                State::Other => self.other(text),
            };
            if let Some(stop) = stop {
                found.push(self.end(text, &stop));
                if until == Until::First {
                    return;
                }
            }
        }
    }

    /// Says that the first `count` bytes of the text hold no document that is open.
    pub(super) fn settle(&mut self, count: usize) {
        self.state = State::Between;
        self.in_array = false;
        self.at = count;
    }

    /// Ends the document that is open where the text ends.
    pub(super) fn finish(&mut self, text: &[u8], found: &mut Vec<Range<usize>>) {
        if self.state != State::Between {
            found.push(self.end(text, &Stop::Before(text.len())));
        }
    }

    fn end(&mut self, text: &[u8], stop: &Stop) -> Range<usize> {
        let (end, next) = match *stop {
            Stop::Behind(end) => (end, end),
            Stop::Before(next) => {
                let document = trimmed(&text[self.start.min(next)..next]);
                (self.start.min(next) + document.len(), next)
            }
        };
        self.state = State::Between;
        self.at = next;
        self.open.clear();
        self.deeper = 0;
        self.arrays = 0;
        self.carry = Carry::default();
        self.start..end
    }

    /// Goes on to where a document begins.
    fn between(&mut self, text: &[u8]) {
        let byte = text[self.at];
        match byte {
            b',' | RECORD_SEPARATOR => {}
            _ if is_space(byte) => {}
            b'[' if !self.in_array => self.in_array = true,
            b']' if self.in_array => self.in_array = false,
            _ => {
                self.start = self.at;
                self.state = match byte {
                    b'{' | b'[' => State::Inside,
                    b'"' => State::Text,
                    _ => State::Other,
                };
                // The bracket itself is looked at with what is inside.
                self.at += usize::from(self.state != State::Inside);
                return;
            }
        }
        self.at += 1;
    }

    /// Goes on in an object or an array, a window at a time.
    fn inside(&mut self, text: &[u8]) -> Option<Stop> {
        let end = text.len().min(self.at + WINDOW);
        let mut carry = self.carry;
        let window = Window::of(&text[self.at..end], &mut carry);
        let mut bits = window.brackets | window.breaks | window.separators;
        while bits != 0 {
            let bit = bits & bits.wrapping_neg();
            let place = self.at + bit.trailing_zeros() as usize;
            bits ^= bit;
            if text[place] == RECORD_SEPARATOR {
                return Some(Stop::Before(place));
            }
            if window.breaks & bit != 0 {
                // The string ends with its line: what follows is looked at anew.
                self.carry = Carry::default();
                self.at = place + 1;
                return None;
            }
            if let Some(stop) = self.bracket(text, place) {
                return Some(stop);
            }
        }
        self.carry = carry;
        self.at = end;
        None
    }

    /// Takes a bracket of the document; says where that ends, if it does.
    fn bracket(&mut self, text: &[u8], place: usize) -> Option<Stop> {
        let bracket = text[place];
        match bracket {
            b'{' | b'[' => {
                if bracket == b'{' && self.is_next_document(text, place) {
                    return Some(Stop::Before(place));
                }
                if self.open.len() < MOST_OPEN {
                    self.open.push(bracket);
                    self.arrays += usize::from(bracket == b'[');
                } else {
                    self.deeper += 1;
                }
            }
            _ if self.deeper > 0 => self.deeper -= 1,
            b']' if self.arrays == 0 => {
                return self.in_array.then_some(Stop::Before(place));
            }
            _ => {
                let opening = if bracket == b']' { b'[' } else { b'{' };
                while let Some(last) = self.open.pop() {
                    self.arrays -= usize::from(last == b'[');
                    if last == opening {
                        break;
                    }
                }
            }
        }
        self.open.is_empty().then_some(Stop::Behind(place + 1))
    }

    /// Whether the object that begins at `place` can be no value in the open document, and looks like
    /// the next one.
    fn is_next_document(&self, text: &[u8], place: usize) -> bool {
        let Some(container) = self.open.last() else { return false };
        let before = &text[self.start..place];
        let known = before.iter().rposition(|byte| !is_space(*byte));
        let Some((last, at)) = known.map(|at| (before[at], at)) else { return false };
        let is_value = match container {
            b'{' => last == b':',
            _ => matches!(last, b'[' | b','),
        };
        !is_value && (matches!(last, b',' | b'}' | b']') || before[at..].contains(&b'\n'))
    }

    /// Goes on in a string.
    fn text(&mut self, text: &[u8]) -> Option<Stop> {
        let found = memchr::memchr3(b'"', b'\\', b'\n', &text[self.at..]);
        let Some(place) = found.map(|found| self.at + found) else {
            self.at = text.len();
            return None;
        };
        match text[place] {
            b'"' => Some(Stop::Behind(place + 1)),
            b'\n' => Some(Stop::Before(place)),
            _ => {
                self.at = place + 2;
                None
            }
        }
    }

    /// Goes on in what is no object, array or string: it ends with its line at the latest.
    fn other(&mut self, text: &[u8]) -> Option<Stop> {
        let is_end = |byte: &u8| match byte {
            b'\n' | b'{' | &RECORD_SEPARATOR => true,
            b',' | b']' => self.in_array,
            _ => false,
        };
        let found = text[self.at..].iter().position(is_end);
        if found.is_none() {
            self.at = text.len();
        }
        found.map(|found| Stop::Before(self.at + found))
    }
}

/// A document without what stands between it and the next.
fn trimmed(document: &[u8]) -> &[u8] {
    let document = document.trim_ascii_end();
    document.strip_suffix(b",").unwrap_or(document).trim_ascii_end()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    /// The documents of `text`, looked at in pieces of `step` bytes.
    fn documents(text: &str, step: usize) -> Vec<&str> {
        let (mut scanner, mut found) = (Scanner::new(), Vec::new());
        let mut end = 0;
        while end < text.len() {
            end = (end + step).min(text.len());
            scanner.scan(&text.as_bytes()[..end], Until::End, &mut found);
        }
        scanner.finish(text.as_bytes(), &mut found);
        found.into_iter().map(|range| &text[range]).collect()
    }

    const ONE: &str = "{\"a\": \"}\\\"{\", \"b\": [1, {\"c\": []}]}";

    #[test]
    fn documents_are_found_wherever_they_stand() {
        for (text, count) in [
            (format!("[{ONE},{ONE}]"), 2),
            (format!("[\n  {ONE},\n  {ONE}\n]\n[{ONE}]"), 3),
            (format!("{ONE}{ONE}\r\n\n{ONE}"), 3),
            (format!("\u{1e}{ONE}\n\u{1e}{ONE}\n"), 2),
            (format!("{ONE}, {ONE},"), 2),
        ] {
            for step in [1, 7, 64, 1000] {
                assert_eq!(documents(&text, step), vec![ONE; count], "{text} {step}");
            }
        }
    }

    #[test]
    fn what_is_no_object_is_a_document_too() {
        let found = documents("[1, \"a,]\\\"\", null, [2, [3]], oops] x y\n", 3);
        assert_eq!(found, ["1", "\"a,]\\\"\"", "null", "[2, [3]]", "oops", "x y"]);
    }

    #[test]
    fn a_broken_document_does_not_take_the_next_with_it() {
        let open = "{\"a\":{\"b\":1}";
        let quote = "{\"a\":\"b}";
        let extra = "{\"a\":1}}";
        for (text, expected) in [
            (format!("[{open},{ONE}]"), vec![open, ONE]),
            (format!("[\n{open}\n,\n{ONE}\n]"), vec![open, ONE]),
            (format!("{open}\n{ONE}\n{open}"), vec![open, ONE, open]),
            (format!("[{ONE},{open}]\n[{ONE}]"), vec![ONE, open, ONE]),
            (format!("[\n{quote},\n{ONE}]"), vec!["{\"a\":\"b}", ONE]),
            (format!("{quote}\n{ONE}"), vec![quote, ONE]),
            (format!("[\n{extra},\n{ONE}]"), vec!["{\"a\":1}", "}", ONE]),
            (format!("\u{1e}{open}\n\u{1e}{{\"a\":\"\u{1e}{ONE}"), vec![open, "{\"a\":\"", ONE]),
            (format!("oops {ONE}"), vec!["oops", ONE]),
            (format!("[{{\"a\":[1}},{ONE}]"), vec!["{\"a\":[1}", ONE]),
        ] {
            for step in [1, 5, 1000] {
                assert_eq!(documents(&text, step), expected, "{text} {step}");
            }
        }
    }

    proptest! {
        #[test]
        fn pieces_do_not_change_what_is_found(
            pieces in prop::collection::vec(
                select(&["{", "}", "[", "]", "\"", "\\", ",", ":", "\n", " ", "a", "1", "\u{1e}"][..]), 0..200),
            step in 1_usize..80,
        ) {
            let text = pieces.concat();
            let whole = documents(&text, 10_000);
            prop_assert_eq!(documents(&text, step), whole);
        }

        #[test]
        fn nothing_but_separators_is_left_out(
            pieces in prop::collection::vec(
                select(&["{", "}", "[", "]", "\"", "\\", ",", ":", "\n", " ", "a", "1", "\u{1e}"][..]), 0..200),
        ) {
            let text = pieces.concat();
            let kept: String = documents(&text, 64).concat();
            let is_kept = |it: &char| !matches!(it, '[' | ']' | ',' | ' ' | '\n' | '\u{1e}');
            let letters = |text: &str| text.chars().filter(is_kept).collect::<String>();
            prop_assert_eq!(letters(&kept), letters(&text));
        }
    }
}
