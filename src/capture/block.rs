//! Cuts a capture into blocks of whole lines, in bounded memory whatever the capture holds.
//!
//! One read makes one block, so a line that comes through a pipe is answered at once. A line that
//! outgrows the limit comes in parts, which carry its bytes but are never parsed.

use std::io::{self, Read};
use std::ops::Range;

/// Zero bytes behind a block: wide loads near its end stay inside the buffer.
pub(crate) const SLACK: usize = 64;

/// What a read and the bytes around it need. A buffer of up to this size is allocated at once;
/// only a larger one, for a long line, can be refused.
const FIRST_BYTES: usize = 2 * ReadSize::Large.bytes();

/// Whole lines of a capture, or a part of a line beyond the limit.
#[derive(Debug)]
pub struct Block {
    /// Whatever was there before, the bytes, then [`SLACK`] zeros.
    buffer: Vec<u8>,
    range: Range<usize>,
    /// Number of the first line, from 1.
    pub first_line: u64,
    /// Bytes of the capture before this block.
    pub offset: u64,
    /// What the bytes are.
    pub part: Part,
}

impl Block {
    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.buffer[self.range.clone()]
    }

    /// The bytes and [`SLACK`] zeros after them, for loads that are wider than what is left.
    pub(crate) fn padded(&self) -> &[u8] {
        &self.buffer[self.range.start..self.range.end + SLACK]
    }

    /// The block of the bytes `range` of `buffer`, which has room for the zeros behind them.
    pub(super) fn of(mut buffer: Vec<u8>, range: Range<usize>, offset: u64, part: Part) -> Self {
        if buffer.len() < range.end + SLACK {
            buffer.resize(range.end + SLACK, 0);
        }
        buffer[range.end..range.end + SLACK].fill(0);
        Self { buffer, range, first_line: 0, offset, part }
    }

    /// Lets `buffer` hold `length` bytes and the zeros behind them. Buffers come back initialized,
    /// so that only new ones are zeroed; the first allocation, of a read's size, comes zeroed.
    pub(super) fn make_room(buffer: &mut Vec<u8>, length: usize) -> io::Result<()> {
        let needed = length + SLACK;
        if buffer.is_empty() && length <= FIRST_BYTES {
            *buffer = vec![0; needed];
        } else if buffer.len() < needed {
            buffer.try_reserve(needed - buffer.len())?;
            buffer.resize(needed, 0);
        }
        Ok(())
    }

    /// The memory, to be used again.
    pub(crate) fn into_buffer(self) -> Vec<u8> {
        self.buffer
    }
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
    read_size: ReadSize,
    numbering: Numbering,
    /// The beginning of a line whose end has not been read yet.
    pending: Vec<u8>,
    /// How many bytes of `pending` are known to hold no newline.
    searched: usize,
    /// Buffers of blocks that are done with.
    spare: Vec<Vec<u8>>,
    next_line: u64,
    offset: u64,
    in_long_line: bool,
    started: bool,
    finished: bool,
}

/// How blocks know the number of their first line. Counting newlines takes a quarter of the time
/// that reading takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbering {
    /// The cutter counts.
    Counted,
    /// Whoever looks at the lines of a block says how many they were, with [`Cutter::pass_lines`],
    /// before the next block is cut; or nobody wants to know.
    Told,
}

/// How much is asked for in one read, and so how large blocks are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReadSize {
    /// For who keeps much of each block. Two bytes of line become half a KiB where a finding is kept
    /// until lines are in order, and a few blocks a thread wait for that: a block is not to become
    /// more than 8 MiB.
    Small,
    /// Small enough for the second-level cache to have a block when it is checked, and for what a
    /// block of nothing but faults turns into to stay within tens of MiB.
    Usual,
    /// For who looks at little of it. The larger the reads, the sooner the kernel has copied a file:
    /// 80 ms a GiB in pieces of 256 KiB, 54 in pieces of one MiB.
    Large,
}

impl ReadSize {
    pub(crate) const fn bytes(self) -> usize {
        match self {
            Self::Small => 32 * 1024,
            Self::Usual => 256 * 1024,
            Self::Large => 1024 * 1024,
        }
    }
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

impl<R: Read> Cutter<R> {
    /// Cuts what `reader` gives; lines longer than `max_line_bytes` come in parts.
    pub fn new(reader: R, max_line_bytes: usize, numbering: Numbering) -> Self {
        Self {
            reader,
            max_line_bytes,
            read_size: ReadSize::Usual,
            numbering,
            pending: Vec::new(),
            searched: 0,
            spare: Vec::new(),
            next_line: 1,
            offset: 0,
            in_long_line: false,
            started: false,
            finished: false,
        }
    }

    /// The same with blocks of another size.
    pub(crate) fn with(self, read_size: ReadSize) -> Self {
        Self { read_size, ..self }
    }

    /// Takes back a block's memory.
    pub fn recycle(&mut self, block: Block) {
        // Larger buffers were made for a long line; keeping them would keep its memory.
        if block.buffer.len() <= 4 * self.read_size.bytes() {
            self.spare.push(block.buffer);
        }
    }

    /// Numbers blocks from here on in another way.
    pub fn set_numbering(&mut self, numbering: Numbering) {
        self.numbering = numbering;
    }

    /// Says that `count` newlines were in the last block.
    pub fn pass_lines(&mut self, count: u64) {
        self.next_line += count;
    }

    /// The next block; `None` at the capture's end. After an error, what had been read before it
    /// still comes.
    pub fn next_block(&mut self) -> io::Result<Option<Block>> {
        if self.finished && self.pending.is_empty() {
            return Ok(None);
        }
        let mut buffer = self.spare.pop().unwrap_or_default();
        let mut filled = self.pending.len();
        self.make_room(&mut buffer, filled)?;
        buffer[..filled].copy_from_slice(&self.pending);
        self.pending.clear();
        while !self.finished {
            self.make_room(&mut buffer, filled)?;
            let room = filled + self.read_size.bytes();
            let read = self.read(&mut buffer[filled..room]);
            self.finished = !matches!(read, Ok(1..));
            match read {
                Ok(count) => filled += count,
                Err(error) => {
                    if self.pending.try_reserve(filled).is_ok() {
                        self.pending.extend_from_slice(&buffer[..filled]);
                    }
                    return Err(error);
                }
            }
            if !self.started {
                filled -= self.skip_byte_order_mark(&mut buffer[..filled]);
            }
            if self.started
                && let Some((length, part)) = self.cut(&buffer[..filled])
            {
                self.keep(&buffer[length..filled], part);
                return Ok(Some(self.block(buffer, length, part)));
            }
        }
        // Behind a line beyond the limit whole lines may be waiting when a read fails.
        if self.searched < filled
            && let Some((length, part)) = self.cut(&buffer[..filled])
        {
            self.keep(&buffer[length..filled], part);
            return Ok(Some(self.block(buffer, length, part)));
        }
        // A line beyond the limit may end with a cut character, which waited for its other bytes.
        let part = if self.in_long_line { Part::Rest } else { Part::Lines };
        Ok((filled > 0).then(|| self.block(buffer, filled, part)))
    }

    /// How much of `bytes` is the next block, if it is there already.
    fn cut(&mut self, bytes: &[u8]) -> Option<(usize, Part)> {
        if self.in_long_line {
            let end = memchr::memchr(b'\n', bytes).map(|at| at + 1);
            self.in_long_line = end.is_none();
            let length = end.unwrap_or_else(|| whole_characters(bytes));
            return (length > 0).then_some((length, Part::Rest));
        }
        if let Some(at) = memchr::memrchr(b'\n', &bytes[self.searched..]) {
            return Some((self.searched + at + 1, Part::Lines));
        }
        self.searched = bytes.len();
        (bytes.len() > self.max_line_bytes).then(|| {
            self.in_long_line = true;
            (whole_characters(bytes), Part::Start)
        })
    }

    /// Keeps what was read beyond a block. After whole lines it holds no newline.
    fn keep(&mut self, rest: &[u8], part: Part) {
        self.pending.extend_from_slice(rest);
        self.searched = if part == Part::Lines { rest.len() } else { 0 };
    }

    fn block(&mut self, buffer: Vec<u8>, length: usize, part: Part) -> Block {
        let mut block = Block::of(buffer, 0..length, self.offset, part);
        block.first_line = self.next_line;
        if self.numbering == Numbering::Counted {
            self.next_line += memchr::memchr_iter(b'\n', block.bytes()).count() as u64;
        }
        self.offset += length as u64;
        block
    }

    /// A byte order mark belongs to the file, not to its first line. Returns how many bytes it
    /// took off the front; `started` stays false while it takes more bytes to know.
    fn skip_byte_order_mark(&mut self, bytes: &mut [u8]) -> usize {
        let start = &bytes[..bytes.len().min(BYTE_ORDER_MARK.len())];
        let length = BYTE_ORDER_MARK.len();
        self.started = start.len() == length || !BYTE_ORDER_MARK.starts_with(start);
        if start != BYTE_ORDER_MARK {
            return 0;
        }
        bytes.copy_within(length.., 0);
        self.offset = length as u64;
        length
    }

    /// Lets `buffer` take a read behind its first `filled` bytes.
    /// A line may be longer than there is memory: that is an error, and the end.
    fn make_room(&mut self, buffer: &mut Vec<u8>, filled: usize) -> io::Result<()> {
        let made = Block::make_room(buffer, filled + self.read_size.bytes());
        if made.is_err() {
            self.finished = true;
            self.pending = Vec::new();
        }
        made
    }

    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.reader.read(room) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => return read,
            }
        }
    }
}

/// How many bytes of `bytes` there are without a UTF-8 character cut at the end, so that what is
/// shown of a line does not depend on how it was read.
pub(super) fn whole_characters(bytes: &[u8]) -> usize {
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
        let mut cutter = Cutter::new(Pieces(pieces), limit, Numbering::Counted);
        let mut blocks = Vec::new();
        while let Some(block) = cutter.next_block().expect("pieces never fail") {
            let text = String::from_utf8(block.bytes().to_vec()).expect("the test is UTF-8");
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
        let pieces = Pieces(vec![b"long\xe2".to_vec()]);
        let mut cutter = Cutter::new(pieces, 3, Numbering::Counted);
        let mut parts = Vec::new();
        while let Some(block) = cutter.next_block().expect("pieces never fail") {
            parts.push((block.bytes().to_vec(), block.first_line, block.part));
        }
        assert_eq!(parts, [(b"long".to_vec(), 1, Part::Start), (vec![0xe2], 1, Part::Rest)]);
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_first_line() {
        let mut cutter = Cutter::new(&b"\xef\xbb\xbf{}\n"[..], 100, Numbering::Counted);
        let block = cutter.next_block().expect("a slice never fails").expect("there is a line");
        assert_eq!((block.bytes(), block.offset), (&b"{}\n"[..], 3));
        assert!(cutter.next_block().expect("a slice never fails").is_none());
    }
}
