//! Where the documents of a block are.

use std::ops::Range;

use super::shape::Shape;

/// The documents of a block.
#[derive(Debug)]
pub(crate) struct Documents {
    pub(crate) shape: Shape,
    /// In their order.
    pub(crate) places: Vec<DocumentPlace>,
    /// Where the block ends.
    pub(crate) end: Position,
    /// Whether the capture ends in the last document.
    pub(crate) is_cut_off: bool,
}

/// Where a document is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DocumentPlace {
    /// Bytes of the block. Empty where an array was not closed before the capture's end.
    pub(crate) range: Range<usize>,
    pub(crate) position: Position,
}

/// A place of the capture: line and column in characters, both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) line: u64,
    pub(crate) column: u64,
}

impl Position {
    pub(crate) const START: Self = Self { line: 1, column: 1 };

    /// The place behind `text`, which begins here.
    pub(super) fn behind(self, text: &[u8]) -> Self {
        let Some(last) = memchr::memrchr(b'\n', text) else {
            return Self { column: self.column + characters(text), ..self };
        };
        let newlines = memchr::memchr_iter(b'\n', &text[..last]).count() as u64 + 1;
        Self { line: self.line + newlines, column: 1 + characters(&text[last + 1..]) }
    }
}

/// Characters of UTF-8: bytes that continue none.
fn characters(text: &[u8]) -> u64 {
    text.iter().filter(|byte| **byte & 0xc0 != 0x80).count() as u64
}
