//! Cuts a capture into blocks of whole JSON documents: payloads that are no lines of their own.
//!
//! Documents stay as they are in the file; a block says where each one is. Memory is bounded by the
//! longest document. One that outgrows the limit comes in parts, as a line beyond the limit does.

use std::io::{self, Read};
use std::ops::Range;

use super::block::{Block, Part, ReadSize, whole_characters};
use super::places::{DocumentPlace, Documents, Position};
use super::scanner::{Scanner, Until};
use super::shape::Shape;

/// Reads a capture document by document.
pub(crate) struct DocumentCutter<R> {
    reader: R,
    shape: Shape,
    max_bytes: usize,
    read_size: ReadSize,
    scanner: Scanner,
    /// What was read beyond the last block.
    pending: Vec<u8>,
    /// Where that begins.
    offset: u64,
    position: Position,
    spare: Vec<Vec<u8>>,
    in_long_document: bool,
    finished: bool,
    has_failed: bool,
}

impl<R: Read> DocumentCutter<R> {
    /// Cuts what `reader` gives, which begins `offset` bytes into the capture.
    pub(super) fn new(reader: R, shape: Shape, max_bytes: usize, offset: u64) -> Self {
        Self {
            reader,
            shape,
            max_bytes,
            read_size: ReadSize::Usual,
            scanner: Scanner::new(),
            pending: Vec::new(),
            offset,
            position: Position::START,
            spare: Vec::new(),
            in_long_document: false,
            finished: false,
            has_failed: false,
        }
    }

    /// Takes back a block's memory.
    pub(super) fn recycle(&mut self, block: Block) {
        let buffer = block.into_buffer();
        if buffer.len() <= 4 * self.read_size.bytes() {
            self.spare.push(buffer);
        }
    }

    /// The next block; `None` at the capture's end. After an error, what had been read before it
    /// still comes.
    pub(super) fn next_block(&mut self) -> io::Result<Option<Block>> {
        let mut buffer = self.spare.pop().unwrap_or_default();
        let mut filled = self.pending.len();
        Block::make_room(&mut buffer, filled)?;
        buffer[..filled].copy_from_slice(&self.pending);
        self.pending.clear();
        loop {
            let until = if self.in_long_document { Until::First } else { Until::End };
            let mut found = Vec::new();
            self.scanner.scan(&buffer[..filled], until, &mut found);
            if self.in_long_document && (filled > 0 || self.finished) {
                if let Some(block) = self.rest(&buffer[..filled], found.first()) {
                    return Ok(Some(block));
                }
            } else if !found.is_empty() {
                return Ok(Some(self.block(buffer, filled, found)));
            } else if self.is_too_long(filled) {
                return Ok(Some(self.start(&buffer[..filled])));
            }
            if self.finished {
                return Ok(self.last(buffer, filled));
            }
            self.skip_settled(&mut buffer, &mut filled);
            filled += self.read_more(&mut buffer, filled)?;
        }
    }

    fn is_too_long(&self, filled: usize) -> bool {
        self.scanner.open_document().is_some_and(|start| filled - start > self.max_bytes)
    }

    /// Forgets what stands between documents.
    fn skip_settled(&mut self, buffer: &mut [u8], filled: &mut usize) {
        let settled = self.scanner.settled().min(*filled);
        if settled > 0 && !self.in_long_document {
            self.pass(&buffer[..settled]);
            buffer.copy_within(settled..*filled, 0);
            *filled -= settled;
        }
    }

    /// Says that `text`, with which the buffer begins, is done with.
    fn pass(&mut self, text: &[u8]) {
        self.position = self.position.behind(text);
        self.offset += text.len() as u64;
        self.scanner.shift(text.len());
    }

    /// Reads once more into the buffer, behind its first `filled` bytes.
    fn read_more(&mut self, buffer: &mut Vec<u8>, filled: usize) -> io::Result<usize> {
        let room = self.read_size.bytes();
        let read = Block::make_room(buffer, filled + room).and_then(|()| {
            loop {
                match self.reader.read(&mut buffer[filled..filled + room]) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    read => return read,
                }
            }
        });
        self.finished = !matches!(read, Ok(1..));
        if read.is_err() {
            self.has_failed = true;
            if self.pending.try_reserve(filled).is_ok() {
                self.pending.extend_from_slice(&buffer[..filled]);
            }
        }
        read
    }

    /// The block of the documents `found` in the first `filled` bytes of `buffer`.
    fn block(&mut self, buffer: Vec<u8>, filled: usize, found: Vec<Range<usize>>) -> Block {
        let end = self.scanner.settled().min(filled);
        self.pending.extend_from_slice(&buffer[end..filled]);
        let documents = self.documents(&buffer[..end], found);
        let mut block = Block::of(buffer, 0..end, self.offset, Part::Lines);
        block.first_line = self.position.line;
        self.pass(block.bytes());
        block.set_documents(documents);
        block
    }

    /// Where the documents `found` in `text` are.
    fn documents(&self, text: &[u8], found: Vec<Range<usize>>) -> Documents {
        let (mut at, mut position) = (0, self.position);
        let mut places = Vec::with_capacity(found.len());
        for range in found {
            position = position.behind(&text[at..range.start]);
            at = range.start;
            places.push(DocumentPlace { range, position });
        }
        let end = position.behind(&text[at..]);
        Documents { shape: self.shape, places, end, is_cut_off: false }
    }

    /// The beginning of a document beyond the limit.
    fn start(&mut self, text: &[u8]) -> Block {
        let start = self.scanner.settled();
        self.pass(&text[..start]);
        let text = &text[start..];
        let end = whole_characters(text);
        self.pending.extend_from_slice(&text[end..]);
        self.in_long_document = true;
        let range = 0..end;
        let place = DocumentPlace { range, position: self.position };
        self.part(&text[..end], Part::Start, vec![place])
    }

    /// More of a document beyond the limit, which ends where the one `found` does. `None` where more
    /// of it has to be read.
    fn rest(&mut self, text: &[u8], found: Option<&Range<usize>>) -> Option<Block> {
        let is_end = found.is_some() || self.finished;
        let end = match found {
            Some(document) => document.end,
            None if self.finished => text.len(),
            None => whole_characters(text),
        };
        if end == 0 && !is_end {
            return None;
        }
        self.pending.extend_from_slice(&text[end..]);
        if is_end {
            self.in_long_document = false;
            self.scanner.finish(&text[..end], &mut Vec::new());
        }
        let mut block = self.part(&text[..end], Part::Rest, Vec::new());
        if is_end {
            block.push_newline();
        }
        Some(block)
    }

    /// A part of a document beyond the limit: on one line, as its copies will be.
    fn part(&mut self, text: &[u8], part: Part, places: Vec<DocumentPlace>) -> Block {
        let is_break = |byte: u8| matches!(byte, b'\n' | b'\r');
        let line = text.iter().map(|byte| if is_break(*byte) { b' ' } else { *byte }).collect();
        let mut block = Block::of(line, 0..text.len(), self.offset, part);
        block.first_line = self.position.line;
        self.pass(text);
        let end = self.position;
        block.set_documents(Documents { shape: self.shape, places, end, is_cut_off: false });
        block
    }

    /// What is left where the capture ends: a document that does, or an array that is not closed.
    fn last(&mut self, buffer: Vec<u8>, filled: usize) -> Option<Block> {
        let is_cut_off = self.scanner.open_document().is_some();
        let is_unclosed = self.scanner.is_in_array() && !is_cut_off && !self.has_failed;
        let mut found = Vec::new();
        self.scanner.finish(&buffer[..filled], &mut found);
        if is_unclosed {
            found.push(filled..filled);
        }
        if is_cut_off || is_unclosed {
            self.scanner.settle(filled);
            let mut block = self.block(buffer, filled, found);
            block.set_cut_off(is_cut_off);
            return Some(block);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes of a capture: text, line, column and offset of each document, and what block it
    /// is a part of.
    type Row = (String, u64, u64, u64, Part);

    struct Pieces<'a>(&'a [u8], usize);

    impl Read for Pieces<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(self.0.len()).min(buffer.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn cut(text: &str, step: usize, limit: usize) -> Vec<Row> {
        let pieces = Pieces(text.as_bytes(), step);
        let mut cutter = DocumentCutter::new(pieces, Shape::Documents, limit, 0);
        let mut rows = Vec::new();
        while let Some(block) = cutter.next_block().expect("pieces never fail") {
            let documents = block.documents().expect("the block has documents");
            if block.part == Part::Rest {
                let text = String::from_utf8_lossy(block.bytes()).into_owned();
                rows.push((text, block.first_line, 0, block.offset, Part::Rest));
            }
            for DocumentPlace { range, position } in &documents.places {
                let bytes = &block.bytes()[range.clone()];
                let text = String::from_utf8_lossy(bytes).into_owned();
                let offset = block.offset + range.start as u64;
                rows.push((text, position.line, position.column, offset, block.part));
            }
            cutter.recycle(block);
        }
        rows
    }

    #[test]
    fn a_document_has_its_line_column_and_offset() {
        let text = "[\n  {\"é\": 1}, {\"a\":\n 2}\n]\n\n{}";
        for step in [1, 3, 1000] {
            let rows = cut(text, step, 1000);
            let expected = [("{\"é\": 1}", 2, 3, 4), ("{\"a\":\n 2}", 2, 13, 15), ("{}", 6, 1, 28)];
            let expected = expected
                .map(|(text, line, column, at)| (text.to_owned(), line, column, at, Part::Lines));
            assert_eq!(rows, expected, "{step}");
        }
    }

    #[test]
    fn a_document_beyond_the_limit_comes_in_parts_on_one_line() {
        let text = "{\"a\":1}\n{\"b\":\n[1,2,3,4,5,6,7,8,9]\n}\n{\"c\":1}";
        for step in [1, 5] {
            let rows = cut(text, step, 12);
            let long: String =
                rows.iter().filter(|row| row.4 != Part::Lines).map(|row| row.0.as_str()).collect();
            assert_eq!(long, "{\"b\": [1,2,3,4,5,6,7,8,9] }\n", "{step}");
            let whole: Vec<_> = rows.iter().filter(|row| row.4 == Part::Lines).collect();
            assert_eq!((whole.len(), whole[1].1, whole[1].3), (2, 5, 36));
        }
    }

    #[test]
    fn an_array_that_is_not_closed_is_said_where_the_capture_ends() {
        let rows = cut("[{}\n", 1, 100);
        let expected = ("".to_owned(), 2, 1, 4, Part::Lines);
        assert_eq!(rows.last(), Some(&expected));
        assert_eq!(cut("[{},{\"a\"", 1, 100).len(), 2, "the cut document says it");
        assert_eq!(cut("[{}]", 1, 100).len(), 1);
    }
}
