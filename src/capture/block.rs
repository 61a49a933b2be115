//! Cuts a capture into blocks of whole lines, in bounded memory whatever the capture holds.
//!
//! One read makes one block, so a line that comes through a pipe is answered at once. A line that
//! outgrows the limit comes in parts, which carry its bytes but are never looked into.

use std::io::{self, Read};

/// Whole lines of a capture, or a part of a line beyond the limit.
#[derive(Debug)]
pub struct Block {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Number of the first line, from 1.
    pub first_line: u64,
    /// Bytes of the capture before this block.
    pub offset: u64,
    /// What the bytes are.
    pub part: Part,
}

/// What a block holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Whole lines; only the capture's last one may lack its newline.
    Lines,
    /// The beginning of a line beyond the limit.
    Start,
    /// More of that line; the last part ends with its newline, if it has one.
    Rest,
}

/// Reads a capture block by block.
pub struct Cutter<R> {
    reader: R,
    max_line_bytes: usize,
    /// The beginning of a line whose end has not been read yet.
    pending: Vec<u8>,
    /// How many bytes of `pending` are known to hold no newline.
    searched: usize,
    next_line: u64,
    offset: u64,
    in_long_line: bool,
    started: bool,
    finished: bool,
}

/// Bytes asked for in one read. Larger ones stay no longer in the second-level cache; a quarter of
/// a MiB also keeps what a block of nothing but faults turns into within tens of MiB.
const BLOCK_BYTES: usize = 256 * 1024;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

impl<R: Read> Cutter<R> {
    /// Cuts what `reader` gives; lines longer than `max_line_bytes` come in parts.
    pub fn new(reader: R, max_line_bytes: usize) -> Self {
        Self {
            reader,
            max_line_bytes,
            pending: Vec::new(),
            searched: 0,
            next_line: 1,
            offset: 0,
            in_long_line: false,
            started: false,
            finished: false,
        }
    }

    /// The next block; `None` at the capture's end. After an error, what had been read before it
    /// still comes.
    pub fn next_block(&mut self) -> io::Result<Option<Block>> {
        while !self.finished {
            let read = self.read_more();
            self.finished = !matches!(read, Ok(1..));
            read?;
            if (self.started || self.skip_byte_order_mark())
                && let Some(block) = self.cut()
            {
                return Ok(Some(block));
            }
        }
        let rest = std::mem::take(&mut self.pending);
        // A line beyond the limit may end with a cut character, which waited for its other bytes.
        let is_rest = self.in_long_line;
        Ok((!rest.is_empty())
            .then(|| if is_rest { self.long_part(rest, Part::Rest) } else { self.lines(rest) }))
    }

    /// Cuts the next block off `pending`, if it holds one.
    fn cut(&mut self) -> Option<Block> {
        if self.in_long_line {
            let end = memchr::memchr(b'\n', &self.pending).map(|at| at + 1);
            self.in_long_line = end.is_none();
            let part = self.take(end.unwrap_or_else(|| whole_characters(&self.pending)), 0);
            return (!part.is_empty()).then(|| self.long_part(part, Part::Rest));
        }
        if let Some(at) = memchr::memrchr(b'\n', &self.pending[self.searched..]) {
            let lines = self.take(self.searched + at + 1, usize::MAX);
            return Some(self.lines(lines));
        }
        self.searched = self.pending.len();
        (self.pending.len() > self.max_line_bytes).then(|| {
            self.in_long_line = true;
            let part = self.take(whole_characters(&self.pending), 0);
            self.long_part(part, Part::Start)
        })
    }

    /// The first `length` bytes of `pending`; of the others, `searched` hold no newline.
    fn take(&mut self, length: usize, searched: usize) -> Vec<u8> {
        let rest = self.pending.split_off(length);
        self.searched = searched.min(rest.len());
        std::mem::replace(&mut self.pending, rest)
    }

    fn lines(&mut self, bytes: Vec<u8>) -> Block {
        let newlines = memchr::memchr_iter(b'\n', &bytes).count() as u64;
        self.block(bytes, Part::Lines, newlines)
    }

    fn long_part(&mut self, bytes: Vec<u8>, part: Part) -> Block {
        let newlines = u64::from(bytes.ends_with(b"\n"));
        self.block(bytes, part, newlines)
    }

    fn block(&mut self, bytes: Vec<u8>, part: Part, newlines: u64) -> Block {
        let block = Block { first_line: self.next_line, offset: self.offset, part, bytes };
        self.next_line += newlines;
        self.offset += block.bytes.len() as u64;
        block
    }

    /// A byte order mark belongs to the file, not to its first line. False while it takes more
    /// bytes to know.
    fn skip_byte_order_mark(&mut self) -> bool {
        let start = &self.pending[..self.pending.len().min(BYTE_ORDER_MARK.len())];
        self.started = start.len() == BYTE_ORDER_MARK.len() || !BYTE_ORDER_MARK.starts_with(start);
        if start == BYTE_ORDER_MARK {
            self.pending.drain(..BYTE_ORDER_MARK.len());
            self.offset = BYTE_ORDER_MARK.len() as u64;
        }
        self.started
    }

    fn read_more(&mut self) -> io::Result<usize> {
        let start = self.pending.len();
        self.pending.resize(start + BLOCK_BYTES, 0);
        let read = loop {
            match self.reader.read(&mut self.pending[start..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        self.pending.truncate(start + read.as_ref().map_or(0, |&count| count));
        read
    }
}

/// How many bytes of `bytes` there are without a UTF-8 character cut at the end, so that what is
/// shown of a line does not depend on how it was read.
fn whole_characters(bytes: &[u8]) -> usize {
    let tail = &bytes[bytes.len().saturating_sub(4)..];
    match tail.utf8_chunks().last() {
        Some(chunk) if matches!(chunk.invalid(), [0xc2..=0xf4, ..]) => {
            bytes.len() - chunk.invalid().len()
        }
        _ => bytes.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one piece a read, as a pipe may.
    struct Pieces(Vec<Vec<u8>>);

    impl Read for Pieces {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.0.is_empty() {
                return Ok(0);
            }
            let piece = self.0.remove(0);
            buffer[..piece.len()].copy_from_slice(&piece);
            Ok(piece.len())
        }
    }

    fn cut(pieces: &[&str], limit: usize) -> Vec<(String, u64, u64, Part)> {
        let pieces = pieces.iter().map(|piece| piece.as_bytes().to_vec()).collect();
        let mut cutter = Cutter::new(Pieces(pieces), limit);
        let mut blocks = Vec::new();
        while let Some(block) = cutter.next_block().expect("pieces never fail") {
            let text = String::from_utf8(block.bytes).expect("the test is UTF-8");
            blocks.push((text, block.first_line, block.offset, block.part));
        }
        blocks
    }

    #[test]
    fn blocks_end_with_a_line() {
        let blocks = cut(&["a\nb", "c\nd", "e"], 100);
        let expected = [("a\n", 1, 0), ("bc\n", 2, 2), ("de", 3, 5)];
        let expected = expected.map(|(text, line, at)| (text.to_owned(), line, at, Part::Lines));
        assert_eq!(blocks, expected);
    }

    #[test]
    fn a_line_beyond_the_limit_comes_in_parts() {
        let blocks = cut(&["a\nlong", "er", "est\nb", "\n"], 3);
        let expected = [
            ("a\n", 1, 0, Part::Lines),
            ("longer", 2, 2, Part::Start),
            ("est\n", 2, 8, Part::Rest),
            ("b\n", 3, 12, Part::Lines),
        ];
        assert_eq!(
            blocks,
            expected.map(|(text, line, at, part)| (text.to_owned(), line, at, part))
        );
    }

    #[test]
    fn a_cut_character_at_the_end_belongs_to_its_long_line() {
        let mut cutter = Cutter::new(Pieces(vec![b"long\xe2".to_vec()]), 3);
        let mut parts = Vec::new();
        while let Some(block) = cutter.next_block().expect("pieces never fail") {
            parts.push((block.bytes, block.first_line, block.part));
        }
        assert_eq!(parts, [(b"long".to_vec(), 1, Part::Start), (vec![0xe2], 1, Part::Rest)]);
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_first_line() {
        let mut cutter = Cutter::new(&b"\xef\xbb\xbf{}\n"[..], 100);
        let block = cutter.next_block().expect("a slice never fails").expect("there is a line");
        assert_eq!((&*block.bytes, block.offset), (&b"{}\n"[..], 3));
        assert!(cutter.next_block().expect("a slice never fails").is_none());
    }
}
