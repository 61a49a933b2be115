//! The part of a long line that a finding is about, cut to fit the terminal.

use std::ops::Range;

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::text::{is_unsafe, visible};

/// A part of a line as shown: escaped for a terminal, with dots where something is omitted.
#[derive(Debug, PartialEq)]
pub(super) struct Window {
    pub(super) text: String,
    /// The requested ranges in `text`, in order.
    pub(super) spans: Vec<Range<usize>>,
}

impl Window {
    /// Shows `spans` of `line`, which are sorted and do not overlap, within about `width` columns,
    /// including the dots. Each has an equal share of the width around it.
    pub(super) fn new(line: &[u8], spans: &[Range<usize>], width: usize, dots: &str) -> Self {
        let is_whole = columns(line, width).0 == line.len();
        let share = (width / spans.len().max(1)).saturating_sub(2 * dots.width());
        let room = if is_whole { width } else { share };
        let mut parts: Vec<Range<usize>> = Vec::new();
        for span in spans {
            let part = around(line, span, room);
            match parts.last_mut() {
                Some(last) if part.start <= last.end => last.end = part.end.max(last.end),
                _ => parts.push(part),
            }
        }
        let mut window = Self { text: String::new(), spans: Vec::new() };
        let mut shown = 0;
        for part in &parts {
            if part.start > shown {
                window.text.push_str(dots);
            }
            window.show(line, part, spans);
            shown = part.end;
        }
        if shown < line.len() {
            window.text.push_str(dots);
        }
        window
    }

    fn show(&mut self, line: &[u8], part: &Range<usize>, spans: &[Range<usize>]) {
        let mut at = part.start;
        for span in spans.iter().filter(|it| part.contains(&it.start) || it.start == part.end) {
            if span.start < at {
                continue;
            }
            self.push(&line[at..span.start]);
            let start = self.text.len();
            at = span.end.min(part.end);
            self.push(&line[span.start..at]);
            self.spans.push(start..self.text.len());
        }
        self.push(&line[at..part.end]);
    }

    fn push(&mut self, bytes: &[u8]) {
        self.text.push_str(&visible(&String::from_utf8_lossy(bytes)));
    }
}

/// Whole characters around the start of `span`: a third of the width before it, or more if the text
/// after it does not fill the rest.
fn around(line: &[u8], span: &Range<usize>, room: usize) -> Range<usize> {
    let (before, after) = line.split_at(span.start);
    let room_before = (room / 3).max(room - columns(after, room).1);
    let near = &before[before.len().saturating_sub(4 * room)..];
    let (mut start, mut used) = (span.start, 0);
    for (length, width) in characters(near).into_iter().rev() {
        if used + width > room_before {
            break;
        }
        used += width;
        start -= length;
    }
    start..span.start + columns(after, room - used).0
}

/// The bytes and columns of as many characters as fit into `room` columns.
fn columns(bytes: &[u8], room: usize) -> (usize, usize) {
    let mut fitting = (0, 0);
    for (length, width) in characters(&bytes[..bytes.len().min(4 * room + 4)]) {
        if fitting.1 + width > room {
            break;
        }
        fitting = (fitting.0 + length, fitting.1 + width);
    }
    fitting
}

/// Length in bytes and width in columns of each character as it will be shown.
fn characters(bytes: &[u8]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for chunk in bytes.utf8_chunks() {
        found.extend(chunk.valid().chars().map(|one| {
            let width = if is_unsafe(one) {
                one.escape_unicode().count()
            } else {
                one.width().unwrap_or(0)
            };
            (one.len_utf8(), width)
        }));
        if !chunk.invalid().is_empty() {
            found.push((chunk.invalid().len(), 1));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A range in a form that clippy does not mistake for a list of numbers.
    fn only(span: Range<usize>) -> Vec<Range<usize>> {
        std::iter::once(span).collect()
    }

    #[test]
    fn a_short_line_is_shown_whole() {
        let window = Window::new(b"{\"a\":1}", &only(5..6), 80, "...");
        assert_eq!(window, Window { text: "{\"a\":1}".into(), spans: only(5..6) });
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let line = format!("{}X{}", "a".repeat(300), "b".repeat(300));
        let window = Window::new(line.as_bytes(), &only(300..301), 40, "...");
        assert_eq!(window.text.len(), 40);
        assert_eq!(&window.text[window.spans[0].clone()], "X");
        assert!(window.text.starts_with("...a") && window.text.ends_with("b..."));
    }

    #[test]
    fn two_places_far_apart_are_both_shown() {
        let line = format!("X{}Y", "a".repeat(300));
        let window = Window::new(line.as_bytes(), &[0..1, 301..302], 60, "...");
        let shown: Vec<&str> = window.spans.iter().map(|it| &window.text[it.clone()]).collect();
        assert_eq!(shown, ["X", "Y"]);
    }

    #[test]
    fn the_end_of_the_line_can_be_pointed_at() {
        let window = Window::new(b"{\"a\":1", &only(6..6), 80, "...");
        assert_eq!(window.spans, only(6..6));
    }

    #[test]
    fn what_a_terminal_would_obey_is_spelled_out() {
        let window = Window::new(b"\x1bX\xff", &only(1..2), 80, "...");
        assert_eq!(window, Window { text: "\\u{1b}X\u{fffd}".into(), spans: only(6..7) });
    }
}
