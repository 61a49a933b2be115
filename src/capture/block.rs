//! Cuts a capture into blocks of whole lines, in bounded memory.
//!
//! One read makes one block, so a line that arrives through a pipe is processed at once. A line
//! beyond the limit is delivered in parts, which carry its bytes but are never parsed.

use std::io::{self, Read};
use std::ops::Range;

use super::places::Documents;
use super::shape::Shape;

/// Zero bytes after a block, so that wide loads near its end stay inside the buffer.
pub(crate) const SLACK: usize = 64;

/// What a read and the bytes around it need. A buffer of up to this size is allocated at once;
/// only a larger one, for a long line, can be refused.
const FIRST_BYTES: usize = 2 * ReadSize::Large.bytes();

/// Whole lines of a capture, or a part of a line beyond the limit.
#[derive(Debug)]
pub struct Block {
    /// Bytes that were in the buffer before, the bytes of the block, then [`SLACK`] zeros.
    buffer: Vec<u8>,
    range: Range<usize>,
    /// Number of the first line, from 1.
    pub first_line: u64,
    /// Bytes of the capture before this block.
    pub offset: u64,
    /// What the bytes are.
    pub part: Part,
    pub(super) layout: Layout,
}

/// How the bytes of a block are divided into payloads.
#[derive(Debug)]
pub(super) enum Layout {
    /// One per line.
    Lines,
    /// One element of an array per line.
    ArrayLines,
    /// Where it says.
    Documents(Box<Documents>),
}

impl Block {
    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.buffer[self.range.clone()]
    }

    /// The bytes and the [`SLACK`] zeros after them, for wide loads.
    pub(crate) fn padded(&self) -> &[u8] {
        &self.buffer[self.range.start..self.range.end + SLACK]
    }

    /// The block with the bytes `range` of `buffer`, which has room for the zeros after them.
    pub(super) fn of(mut buffer: Vec<u8>, range: Range<usize>, offset: u64, part: Part) -> Self {
        if buffer.len() < range.end + SLACK {
            buffer.resize(range.end + SLACK, 0);
        }
        buffer[range.end..range.end + SLACK].fill(0);
        Self { buffer, range, first_line: 0, offset, part, layout: Layout::Lines }
    }

    /// Number of its lines, also one without a newline.
    pub(crate) fn count_lines(&self) -> u64 {
        let newlines = memchr::memchr_iter(b'\n', self.bytes()).count() as u64;
        newlines + u64::from(!self.bytes().ends_with(b"\n"))
    }

    /// Whether each line is a payload, as in JSON Lines.
    pub(crate) fn has_plain_lines(&self) -> bool {
        matches!(self.layout, Layout::Lines)
    }

    /// The documents in it, where it was cut into documents.
    pub(crate) fn documents(&self) -> Option<&Documents> {
        match &self.layout {
            Layout::Documents(documents) => Some(documents),
            Layout::Lines | Layout::ArrayLines => None,
        }
    }

    /// What the capture is that the block is of.
    pub(crate) fn shape(&self) -> Shape {
        match &self.layout {
            Layout::Lines => Shape::Lines,
            Layout::ArrayLines => Shape::Array,
            Layout::Documents(documents) => documents.shape,
        }
    }

    pub(super) fn set_documents(&mut self, documents: Documents) {
        self.layout = Layout::Documents(Box::new(documents));
    }

    pub(super) fn set_cut_off(&mut self, is_cut_off: bool) {
        if let Layout::Documents(documents) = &mut self.layout {
            documents.is_cut_off = is_cut_off;
        }
    }

    /// Whether the capture may go on in the middle of the block's last payload.
    pub(crate) fn is_cut_off(&self) -> bool {
        match &self.layout {
            Layout::Documents(documents) => documents.is_cut_off,
            Layout::Lines | Layout::ArrayLines => {
                self.part == Part::Lines && !self.bytes().ends_with(b"\n")
            }
        }
    }

    /// Whether more parts of the payload follow that the block ends with.
    pub(crate) fn is_open(&self) -> bool {
        let is_whole = self.part == Part::Lines && matches!(self.layout, Layout::Documents(_));
        !is_whole && !self.bytes().ends_with(b"\n")
    }

    /// Ends the block with a newline that the capture does not have.
    pub(super) fn push_newline(&mut self) {
        let end = self.range.end;
        self.buffer.resize(end + 1 + SLACK, 0);
        self.buffer[end] = b'\n';
        self.range.end += 1;
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

    /// The buffer, to be reused.
    pub(crate) fn into_buffer(self) -> Vec<u8> {
        self.buffer
    }
}

/// Content of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Whole lines; only the last line of the capture may lack its newline.
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
    /// Buffers of earlier blocks, to be reused.
    spare: Vec<Vec<u8>>,
    next_line: u64,
    offset: u64,
    in_long_line: bool,
    started: bool,
    finished: bool,
}

/// How blocks get the number of their first line. Counting newlines takes a quarter of the time
/// that reading takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbering {
    /// The cutter counts newlines.
    Counted,
    /// The caller reports the number of lines of each block with [`Cutter::pass_lines`] before the
    /// next block is cut, or does not need line numbers.
    Told,
}

/// Number of bytes per read, which is also the size of blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReadSize {
    /// For a pass that keeps much of each block. Two bytes of line become half a KiB if a finding
    /// is kept until lines are in order, and a few blocks per thread wait for that. This size keeps
    /// a block below 8 MiB.
    Small,
    /// Fits into the second-level cache while the block is checked, and limits a block that
    /// consists of faults to tens of MiB of findings.
    Usual,
    /// For a pass that looks at few lines. Larger reads are faster to copy: 80 ms per GiB with
    /// reads of 256 KiB, 54 ms with reads of 1 MiB.
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
    /// Cuts what `reader` yields; lines longer than `max_line_bytes` are delivered in parts.
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

    /// The same with another block size.
    pub(crate) fn with(self, read_size: ReadSize) -> Self {
        Self { read_size, ..self }
    }

    /// Takes back a block's buffer.
    pub fn recycle(&mut self, block: Block) {
        // Larger buffers were made for a long line; they are dropped to free their memory.
        if block.buffer.len() <= 4 * self.read_size.bytes() {
            self.spare.push(block.buffer);
        }
    }

    /// Changes how blocks are numbered from here on.
    pub fn set_numbering(&mut self, numbering: Numbering) {
        self.numbering = numbering;
    }

    /// Reports that the last block contained `count` newlines.
    pub fn pass_lines(&mut self, count: u64) {
        self.next_line += count;
    }

    /// The next block; `None` at the end of the capture. After a read error, everything read before
    /// it is still returned first.
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
        // If a read fails, whole lines may still be waiting after a line beyond the limit.
        if self.searched < filled
            && let Some((length, part)) = self.cut(&buffer[..filled])
        {
            self.keep(&buffer[length..filled], part);
            return Ok(Some(self.block(buffer, length, part)));
        }
        // A line beyond the limit may end in an incomplete character whose remaining bytes never
        // came.
        let part = if self.in_long_line { Part::Rest } else { Part::Lines };
        Ok((filled > 0).then(|| self.block(buffer, filled, part)))
    }

    /// Length of the next block, if it is already in `bytes`.
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

    /// Keeps bytes that were read beyond a block. After whole lines they contain no newline.
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

    /// Reads into `buffer` after its first `filled` bytes. A line may be larger than the available
    /// memory, which is an error and ends the capture.
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

/// Number of bytes in `bytes` without an incomplete UTF-8 character at the end, so that the shown
/// beginning of a line does not depend on how it was read.
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

    /// Yields one piece per read, as a pipe may.
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
