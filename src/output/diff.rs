//! A unified diff of a capture and what its fixes would make of it.
//!
//! A fix changes a line and never adds or removes one, so both sides have the same line numbers. A
//! diff is for people and for logs: characters that a terminal would obey are spelled out.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::Path;

use owo_colors::{OwoColorize as _, Style};

use crate::terminal::TextStyle;
use crate::text::visible;

/// Unchanged lines around a change, as diff(1) has them.
const CONTEXT: usize = 3;

/// Bytes of an unchanged line that are shown.
const LONGEST_CONTEXT: usize = 64 * 1024;

/// Bytes of a hunk. More changed lines in a row become several hunks.
const LONGEST_HUNK: usize = 1 << 20;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The diff of one capture, which is read along with its changes.
pub(crate) struct Diff {
    name: String,
    style: TextStyle,
    source: BufReader<File>,
    /// Number of the line that is read next.
    next: u64,
    is_begun: bool,
    /// The unchanged lines before the next one.
    before: VecDeque<Vec<u8>>,
    hunk: Hunk,
}

/// Changed lines, and unchanged ones around them.
#[derive(Default)]
struct Hunk {
    rows: Vec<Row>,
    /// Number of the first line.
    first: u64,
    bytes: usize,
    /// Unchanged lines behind the last change.
    unchanged: usize,
}

enum Row {
    Same(Vec<u8>),
    Changed { old: Vec<u8>, new: Vec<u8> },
}

impl Diff {
    pub(crate) fn open(path: &Path, name: &str, style: &TextStyle) -> io::Result<Self> {
        let mut source = BufReader::new(File::open(path)?);
        if source.fill_buf()?.starts_with(BYTE_ORDER_MARK) {
            source.consume(BYTE_ORDER_MARK.len());
        }
        Ok(Self {
            name: name.to_owned(),
            style: style.clone(),
            source,
            next: 1,
            is_begun: false,
            before: VecDeque::new(),
            hunk: Hunk::default(),
        })
    }

    /// Takes the change of line `number` from `old` to `new`, and appends to `out` what is complete.
    pub(crate) fn change(
        &mut self,
        number: u64,
        (old, new): (&[u8], &[u8]),
        out: &mut Vec<u8>,
    ) -> io::Result<()> {
        while self.next < number && self.pass(out)? {}
        self.read(0)?;
        if self.hunk.rows.is_empty() {
            let before = std::mem::take(&mut self.before);
            self.hunk.first = number - before.len() as u64;
            self.hunk.rows = before.into_iter().map(Row::Same).collect();
        }
        self.hunk.rows.push(Row::Changed { old: old.to_vec(), new: new.to_vec() });
        self.hunk.bytes += old.len() + new.len();
        self.hunk.unchanged = 0;
        if self.hunk.bytes > LONGEST_HUNK {
            self.close(out);
        }
        Ok(())
    }

    /// Appends what is left.
    pub(crate) fn finish(mut self, out: &mut Vec<u8>) -> io::Result<()> {
        while !self.hunk.rows.is_empty() && self.hunk.unchanged < CONTEXT && self.pass(out)? {}
        self.close(out);
        Ok(())
    }

    /// Passes an unchanged line. False at the end of the capture.
    fn pass(&mut self, out: &mut Vec<u8>) -> io::Result<bool> {
        let Some(line) = self.read(LONGEST_CONTEXT)? else { return Ok(false) };
        if self.hunk.rows.is_empty() {
            self.remember(line);
            return Ok(true);
        }
        self.hunk.rows.push(Row::Same(line));
        self.hunk.unchanged += 1;
        if self.hunk.unchanged > 2 * CONTEXT {
            self.close(out);
        }
        Ok(true)
    }

    fn remember(&mut self, line: Vec<u8>) {
        self.before.push_back(line);
        if self.before.len() > CONTEXT {
            self.before.pop_front();
        }
    }

    /// The next line, of which at most `most` bytes are kept; `None` at the end of the capture.
    fn read(&mut self, most: usize) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let mut is_cut = false;
        loop {
            let bytes = self.source.fill_buf()?;
            if bytes.is_empty() {
                return Ok((!line.is_empty() || is_cut).then_some(line));
            }
            let newline = memchr::memchr(b'\n', bytes);
            let length = newline.map_or(bytes.len(), |at| at + 1);
            let room = most.saturating_sub(line.len()).min(length);
            line.extend_from_slice(&bytes[..room]);
            is_cut |= room < length;
            self.source.consume(length);
            if newline.is_some() {
                self.next += 1;
                if is_cut {
                    line.extend_from_slice("…\n".as_bytes());
                }
                return Ok(Some(line));
            }
        }
    }

    /// Appends the hunk. The unchanged lines that end it may begin the next one.
    fn close(&mut self, out: &mut Vec<u8>) {
        let mut hunk = std::mem::take(&mut self.hunk);
        let kept = hunk.rows.len() - hunk.unchanged.saturating_sub(CONTEXT);
        for row in hunk.rows.drain(kept..) {
            if let Row::Same(line) = row {
                self.remember(line);
            }
        }
        if hunk.rows.is_empty() {
            return;
        }
        if !std::mem::replace(&mut self.is_begun, true) {
            let name = visible(&self.name);
            let strong = self.style.strong();
            let _ = writeln!(out, "{}", format_args!("--- {name}").style(strong));
            let _ = writeln!(out, "{}", format_args!("+++ {name}").style(strong));
        }
        let place = format!("@@ -{0},{1} +{0},{1} @@", hunk.first, hunk.rows.len());
        let _ = writeln!(out, "{}", place.style(self.style.note()));
        for row in &hunk.rows {
            match row {
                Row::Same(line) => write_line(' ', line, Style::new(), out),
                Row::Changed { old, new } => {
                    write_line('-', old, self.style.removed(), out);
                    write_line('+', new, self.style.added(), out);
                }
            }
        }
    }
}

/// Appends a line behind its sign. Its terminator stays what it is.
fn write_line(sign: char, line: &[u8], style: Style, out: &mut Vec<u8>) {
    let text = line.strip_suffix(b"\n").unwrap_or(line);
    let is_crlf = text.len() < line.len() && text.ends_with(b"\r");
    let text = if is_crlf { &text[..text.len() - 1] } else { text };
    let text = String::from_utf8_lossy(text);
    let _ = write!(out, "{}", format_args!("{sign}{}", visible(&text)).style(style));
    out.extend_from_slice(if is_crlf { b"\r\n" } else { b"\n" });
    if !line.ends_with(b"\n") {
        out.extend_from_slice(b"\\ No newline at end of file\n");
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use crate::terminal::{Charset, Colour};

    /// The diff of `text` whose lines with these numbers become upper case.
    fn diff(text: &str, changed: &[u64]) -> String {
        let mut file = tempfile::NamedTempFile::new().expect("a temporary file can be made");
        file.write_all(text.as_bytes()).expect("it can be written");
        let style = TextStyle { colour: Colour::Off, charset: Charset::Unicode, width: 80 };
        let mut diff = Diff::open(file.path(), "c", &style).expect("it can be read");
        let text = text.trim_start_matches('\u{feff}');
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let mut out = Vec::new();
        for &number in changed {
            let old = lines[usize::try_from(number).expect("it is small") - 1];
            let new = old.to_uppercase();
            let change = (old.as_bytes(), new.as_bytes());
            diff.change(number, change, &mut out).expect("it can be read");
        }
        diff.finish(&mut out).expect("it can be read");
        String::from_utf8(out).expect("it is UTF-8")
    }

    #[test]
    fn changes_stand_among_three_unchanged_lines() {
        let text = "a\nb\nc\nd\ne\nf\ng\nh\ni\n";
        let expected = "--- c\n+++ c\n@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n";
        assert_eq!(diff(text, &[5]), expected);
    }

    #[test]
    fn changes_far_apart_are_hunks_of_their_own() {
        let lines: String = ('a'..='z').flat_map(|one| [one, '\n']).collect();
        let places = |changed: &[u64]| {
            let text = diff(&lines, changed);
            let places = text.lines().filter(|line| line.starts_with("@@"));
            places.map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(places(&[1, 8]), ["@@ -1,11 +1,11 @@"]);
        assert_eq!(places(&[1, 9]), ["@@ -1,4 +1,4 @@", "@@ -6,7 +6,7 @@"]);
        assert_eq!(places(&[25, 26]), ["@@ -22,5 +22,5 @@"]);
        assert_eq!(places(&[]), [""; 0]);
    }

    #[test]
    fn terminators_marks_and_hostile_text_are_shown_as_they_can_be() {
        let expected = "--- c\n+++ c\n@@ -1,2 +1,2 @@\n-a\r\n+A\r\n \\u{1b}[31m\n\\ No newline at end of file\n";
        assert_eq!(diff("\u{feff}a\r\n\u{1b}[31m", &[1]), expected);
        let expected = "--- c\n+++ c\n@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+A\n\\ No newline at end of file\n";
        assert_eq!(diff("a", &[1]), expected);
    }

    #[test]
    fn a_long_unchanged_line_is_cut_and_many_changes_become_several_hunks() {
        let long = "x".repeat(3 * LONGEST_CONTEXT);
        let text = format!("{long}\na\n{long}\nb\n{long}");
        assert!(diff(&text, &[2, 4]).len() < 4 * LONGEST_CONTEXT);
        let text = format!("{}\n", "y".repeat(LONGEST_HUNK / 4)).repeat(3);
        let found = diff(&text, &[1, 2, 3]);
        let places: Vec<&str> = found.lines().filter(|line| line.starts_with("@@")).collect();
        assert_eq!(places, ["@@ -1,2 +1,2 @@", "@@ -3,1 +3,1 @@"]);
    }
}
