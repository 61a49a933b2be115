//! One line of a capture and its position.

use std::ops::Range;

/// A line without its terminator, and its position in the capture.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// Name of the capture in messages: its path, or `<stdin>`.
    pub capture: &'a str,
    /// Line number from 1.
    pub number: u64,
    /// Bytes of the capture before this line.
    pub offset: u64,
    /// The line without `\n` or `\r\n`.
    pub bytes: &'a [u8],
    /// The line with its terminator, if it has one.
    pub raw: &'a [u8],
}

impl<'a> Line<'a> {
    /// Removes the terminator from `raw`.
    #[must_use]
    pub fn new(capture: &'a str, number: u64, offset: u64, raw: &'a [u8]) -> Self {
        let bytes = raw.strip_suffix(b"\n").unwrap_or(raw);
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        Self { capture, number, offset, bytes, raw }
    }

    /// Whether the line is empty or white space only.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.bytes.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r'))
    }

    /// Number of characters in the bytes `span` of this line.
    pub(crate) fn characters_in(&self, span: &Range<usize>) -> u64 {
        self.bytes.get(span.clone()).map_or(0, characters)
    }
}

/// Number of characters in `text`; a broken UTF-8 sequence counts as one.
pub(super) fn characters(text: &[u8]) -> u64 {
    let chunks = text.utf8_chunks();
    let count = chunks.map(|it| it.valid().chars().count() + usize::from(!it.invalid().is_empty()));
    count.sum::<usize>() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crlf_line_loses_both_and_keeps_its_raw_bytes() {
        let line = Line::new("c", 7, 0, b"{}\r\n");
        assert_eq!((line.bytes, line.raw), (&b"{}"[..], &b"{}\r\n"[..]));
    }

    #[test]
    fn columns_count_characters() {
        assert_eq!(characters("é😀x".as_bytes()), 3);
        assert_eq!(characters(b"a\xffb"), 3);
    }
}
