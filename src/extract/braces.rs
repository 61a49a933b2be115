//! Where objects begin and end in any text: braces outside of strings and comments.
//!
//! It can stop within a string and go on later. A string ends with its line at the latest, as a JSON
//! string does, so that a stray quote costs one line.

use std::collections::VecDeque;
use std::ops::Range;

/// How the quotes of an object are spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    /// As `""`, in a cell of CSV.
    Doubled,
    /// Behind this many backslashes, in a string.
    Escaped(usize),
}

/// What follows in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Brace {
    Open(usize),
    Close(usize),
}

/// A scanner's state between two braces.
#[derive(Debug)]
pub(super) struct Braces {
    style: Style,
    quote: Option<Quote>,
    /// The next byte belongs to an escape.
    is_escaped: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quote {
    Ascii(u8),
    Curly,
    /// `/* … */`
    Comment,
}

const CURLY_OPEN: &[u8] = "\u{201c}".as_bytes();
const CURLY_CLOSE: &[u8] = "\u{201d}".as_bytes();

impl Default for Braces {
    fn default() -> Self {
        Self { style: Style::Plain, quote: None, is_escaped: false }
    }
}

impl Braces {
    /// The next brace of `text[*at..end]`, which `*at` is moved behind. `is_inside` says whether an
    /// object is open.
    pub(super) fn next(
        &mut self,
        text: &[u8],
        at: &mut usize,
        end: usize,
        is_inside: bool,
    ) -> Option<Brace> {
        if !is_inside {
            let start = std::mem::replace(at, end);
            let found = start + memchr::memchr(b'{', text.get(start..end)?)?;
            self.style = style(&text[found..end]);
            self.quote = None;
            *at = found + 1;
            return Some(Brace::Open(found));
        }
        while *at < end {
            if self.quote.is_some() {
                *at = self.end_of_quote(text, *at, end);
                continue;
            }
            let here = *at;
            *at += 1;
            match text[here] {
                b'{' => return Some(Brace::Open(here)),
                b'}' => return Some(Brace::Close(here)),
                b'"' | b'\'' | b'`' | b'/' | b'\\' | 0xe2 => {
                    let rest = &text[here..end];
                    if let Some((quote, length)) = self.opening(rest, &text[..here]) {
                        self.quote = quote;
                        *at = (here + length).min(end);
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// Starts anew, as if nothing had been open.
    pub(super) fn reset(&mut self) {
        *self = Self::default();
    }

    /// The string or comment that `rest` begins with, and the length of its opening, or of what is to
    /// be passed over.
    fn opening(&self, rest: &[u8], before: &[u8]) -> Option<(Option<Quote>, usize)> {
        let opens = |quote, length| Some((Some(quote), length));
        match (self.style, rest) {
            (Style::Plain, [b'"', ..]) => opens(Quote::Ascii(b'"'), 1),
            (Style::Plain, [quote @ (b'\'' | b'`'), ..]) if begins_value(before) => {
                opens(Quote::Ascii(*quote), 1)
            }
            (Style::Plain, _) if rest.starts_with(CURLY_OPEN) => {
                opens(Quote::Curly, CURLY_OPEN.len())
            }
            (Style::Plain, [b'/', b'*', ..]) => opens(Quote::Comment, 2),
            (Style::Plain, [b'/', b'/', ..]) if before.last() != Some(&b':') => {
                opens(Quote::Comment, 2)
            }
            (Style::Doubled, [b'"', b'"', ..]) => opens(Quote::Ascii(b'"'), 2),
            (Style::Escaped(depth), [b'\\', ..]) => {
                let run = rest.iter().take_while(|byte| **byte == b'\\').count();
                let is_quote = rest.get(run) == Some(&b'"') && run == depth;
                Some(if is_quote { (Some(Quote::Ascii(b'"')), run + 1) } else { (None, run) })
            }
            _ => None,
        }
    }

    /// Where the open string or comment ends, or `end`. A newline ends it, too.
    fn end_of_quote(&mut self, text: &[u8], at: usize, end: usize) -> usize {
        if std::mem::take(&mut self.is_escaped) {
            return at + 1;
        }
        let rest = &text[at..end];
        let found = match self.quote {
            Some(Quote::Ascii(quote)) => memchr::memchr3(quote, b'\\', b'\n', rest),
            Some(Quote::Curly) => memchr::memchr2(0xe2, b'\n', rest),
            Some(Quote::Comment) => memchr::memchr2(b'*', b'\n', rest),
            None => None,
        };
        let Some(found) = found else { return end };
        let rest = &rest[found..];
        let length = match (self.style, rest) {
            (_, [b'\n', ..]) => self.close(1),
            (_, [b'*', b'/', ..]) | (Style::Doubled, [b'"', b'"', ..]) => self.close(2),
            (_, [b'*', ..]) => 1,
            (_, [0xe2, ..]) if rest.starts_with(CURLY_CLOSE) || rest.starts_with(CURLY_OPEN) => {
                self.close(CURLY_CLOSE.len())
            }
            (Style::Plain, [b'\\', ..]) => {
                self.is_escaped = rest.len() < 2;
                2
            }
            (Style::Doubled, [b'\\', b'"', b'"', ..]) => 3,
            (Style::Escaped(depth), [b'\\', ..]) => {
                let run = rest.iter().take_while(|byte| **byte == b'\\').count();
                match rest.get(run) {
                    Some(b'"') if run == depth => self.close(run + 1),
                    Some(b'"') => run + 1,
                    _ => run,
                }
            }
            (Style::Plain, [quote, ..]) if *quote != 0xe2 => self.close(1),
            _ => 1,
        };
        (at + found + length).min(end)
    }

    fn close(&mut self, length: usize) -> usize {
        self.quote = None;
        length
    }
}

/// How the quotes of the object that `text` begins with are spelled.
pub(super) fn style(text: &[u8]) -> Style {
    let inner = text.get(1..).unwrap_or_default().trim_ascii_start();
    let run = inner.iter().take_while(|byte| **byte == b'\\').count();
    match inner.get(run..) {
        Some([b'"', b'"', next, ..]) if run == 0 && !b": ,}".contains(next) => Style::Doubled,
        Some([b'"', ..]) if run > 0 => Style::Escaped(run),
        _ => Style::Plain,
    }
}

/// Whether a value or a key can begin after `before`, so that an apostrophe is a quote.
fn begins_value(before: &[u8]) -> bool {
    const MOST_SPACES: usize = 32;
    let tail = &before[before.len().saturating_sub(MOST_SPACES)..];
    matches!(tail.trim_ascii_end().last(), Some(b'{' | b'[' | b',' | b':' | b'(') | None)
}

/// An object in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) range: Range<usize>,
    pub(super) style: Style,
    pub(super) is_closed: bool,
}

/// Objects within each other that are told apart; of deeper ones, only the innermost are.
pub(super) const MOST_OPEN: usize = 256;

/// The outermost closed objects of `text`, in order, and then the first one that is not closed,
/// if it is the last thing in the text.
pub(super) fn pieces(text: &[u8]) -> Vec<Piece> {
    let mut found: Vec<Piece> = Vec::new();
    let mut open: VecDeque<(usize, Style)> = VecDeque::new();
    let (mut braces, mut at) = (Braces::default(), 0);
    while let Some(brace) = braces.next(text, &mut at, text.len(), !open.is_empty()) {
        match brace {
            Brace::Open(start) => {
                if open.len() == MOST_OPEN {
                    open.pop_front();
                }
                open.push_back((start, braces.style));
            }
            Brace::Close(end) => {
                let Some((start, style)) = open.pop_back() else { continue };
                while found.last().is_some_and(|piece| piece.range.start > start) {
                    found.pop();
                }
                found.push(Piece { range: start..end + 1, style, is_closed: true });
            }
        }
    }
    if let Some(&(start, style)) = open.front() {
        found.push(Piece { range: start..text.len(), style, is_closed: false });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        pieces(text.as_bytes()).into_iter().map(|piece| &text[piece.range]).collect()
    }

    #[test]
    fn braces_in_strings_and_comments_do_not_count() {
        for text in [
            r#"{"a":"}{","b":1}"#,
            r#"{"a":"\"}","b":1}"#,
            "{a: '}', b: `{`}",
            "{“a”: “}”}",
            "{a: 1, // }\n b: 2}",
            "{a: 1 /* } */}",
            r#"{""a"":""}""}"#,
            r#"{\"a\":\"} \\\" }\"}"#,
        ] {
            assert_eq!(found(&format!("x {text} y")), [text]);
        }
    }

    #[test]
    fn a_stray_quote_costs_one_line() {
        let text = "{ 5\" wide\n \"a\": 1}";
        assert_eq!(found(text), [text]);
        assert_eq!(found("{ it's } {1}"), ["{ it's }", "{1}"]);
    }

    #[test]
    fn closed_objects_are_found_in_one_that_is_not() {
        assert_eq!(found("if { {\"a\":{}} {b}"), ["{\"a\":{}}", "{b}", "{ {\"a\":{}} {b}"]);
    }

    #[test]
    fn it_stops_and_goes_on_at_any_byte_of_a_string() {
        let text = br#"{a: '}\'', "b\"}": {}, `c`: "}"}"#;
        let all = |cut: usize| {
            let (mut braces, mut at, mut depth, mut seen) =
                (Braces::default(), 0, 0_u32, Vec::new());
            for end in [cut, text.len()] {
                while let Some(brace) = braces.next(text, &mut at, end, depth > 0) {
                    depth = match brace {
                        Brace::Open(_) => depth + 1,
                        Brace::Close(_) => depth.saturating_sub(1),
                    };
                    seen.push(brace);
                }
            }
            seen
        };
        for cut in 0..text.len() {
            assert_eq!(all(cut), all(text.len()), "{cut}");
        }
        assert_eq!(all(text.len()).len(), 4);
    }
}
