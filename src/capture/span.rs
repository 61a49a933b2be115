//! A file read by position: each worker reads its own span, so copying scales with the threads.
//!
//! The lines that begin in a span belong to it. The last of them may end in a later span: the
//! worker reads on to its end, up to the limit of a line. The rest of a longer line is read when
//! spans are in order again ([`Spans::rest`]), so that memory stays bounded.

use std::fs::File;
use std::io::{self, Seek as _, SeekFrom};
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use super::block::{Block, Layout, Part, whole_characters};
use super::compression::Start;
use super::piece::Piece;
use super::shape::{
    Extent, InputFormat, LOOKED_AT, Shape, detect, has_element_per_line, is_element,
};

/// A regular file, cut into spans of equal size.
#[derive(Debug)]
pub(crate) struct Spans {
    file: File,
    /// Bytes of the file before its first line: a byte order mark, or bytes that an earlier reader
    /// consumed.
    start: u64,
    /// The file's end when it was opened.
    end: u64,
    /// Where the last line begins before: the same, unless only a piece is read.
    last_start: u64,
    span_bytes: u64,
    max_line_bytes: usize,
    /// Whether the file is an array with one element per line.
    is_array: bool,
    /// All bytes of a small file, until its only span is read.
    whole: Mutex<Option<Text>>,
}

/// How a file is cut into spans.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SpanSettings {
    pub(crate) format: InputFormat,
    pub(crate) span_bytes: usize,
    pub(crate) max_line_bytes: usize,
    /// What is read of the file, if not all.
    pub(crate) piece: Option<Piece>,
}

/// Content of a span.
#[derive(Debug, Default)]
pub(crate) struct Span {
    /// The whole lines that begin in it, if any.
    pub(crate) lines: Option<Block>,
    /// The beginning of a line beyond the limit, which is the last that begins in the span.
    pub(crate) long_line: Option<Block>,
    /// Bytes of the file that the span covers.
    pub(crate) bytes: usize,
}

/// Bytes after a span that are read with it: the last line usually ends there, and a second read
/// costs more than these bytes.
const TAIL_BYTES: u64 = 4 * 1024;

/// Size of a page of the page cache on most systems, in bytes.
const PAGE_BYTES: u64 = 4 * 1024;

/// Bytes up to which a file is read at once when it is opened: one system call instead of three.
const SMALL_BYTES: u64 = 64 * 1024;

/// Bytes that most first lines end in.
const FIRST_LOOK: usize = 4 * 1024;

/// Bytes that tell whether a file is compressed.
const LONGEST_MAGIC: u64 = 16;

/// Places of an array that are looked at, and bytes of each.
const SAMPLES: u64 = 16;
const SAMPLE_BYTES: usize = 8 * 1024;

/// Bytes per read of the rest of a long line.
const REST_BYTES: u64 = 256 * 1024;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

impl Span {
    /// Number of lines that begin in it.
    pub(crate) fn count_lines(&self) -> u64 {
        let whole = self.lines.as_ref().map_or(0, Block::count_lines);
        whole + u64::from(self.long_line.is_some())
    }
}

impl Spans {
    /// `file` from `start` on in spans. The file comes back where it has to be read in sequence:
    /// because it is no regular file, compressed, of a size that nobody tells, or of payloads that
    /// are no lines.
    pub(crate) fn new(
        file: File,
        start: u64,
        settings: SpanSettings,
    ) -> io::Result<Result<Self, File>> {
        let metadata = file.metadata()?;
        let end = metadata.len();
        // A piece of an empty file is one without lines.
        if !metadata.is_file() || end <= start && settings.piece.is_none() {
            return Ok(Err(file));
        }
        let is_small = start == 0
            && settings.piece.is_none()
            && end <= SMALL_BYTES.min(settings.span_bytes as u64);
        let mut beginning = Text { bytes: Vec::new(), length: 0, base: start };
        fill(&file, &mut beginning, if is_small { end } else { start + LONGEST_MAGIC })?;
        let first = beginning.bytes.get(..beginning.length.min(narrow(LONGEST_MAGIC)));
        let first = first.unwrap_or_default();
        if !matches!(Start::of_all(first), Start::Open | Start::Plain) {
            return Ok(Err(file));
        }
        let mark = if first.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        let (start, span_bytes) = (start + mark as u64, settings.span_bytes as u64);
        let max_line_bytes = settings.max_line_bytes;
        let spans = Self {
            file,
            start,
            end,
            last_start: end,
            span_bytes,
            max_line_bytes,
            is_array: false,
            whole: Mutex::new(is_small.then_some(beginning)),
        };
        Ok(match spans.shape(settings.format)? {
            Shape::Lines => Ok(spans.of(settings.piece)?),
            Shape::Array if settings.format == InputFormat::Auto && spans.has_array_lines()? => {
                Ok(Self { is_array: true, ..spans }.of(settings.piece)?)
            }
            Shape::Array | Shape::Documents | Shape::TextSequence => Err(spans.file),
        })
    }

    /// The same with only the lines that begin in `piece`.
    fn of(self, piece: Option<Piece>) -> io::Result<Self> {
        let Some(piece) = piece else { return Ok(self) };
        if piece.start > self.end {
            return Err(io::Error::other(format!(
                "it has {} bytes, so it ends before --span begins; check that it is the file that \
                 was divided",
                self.end
            )));
        }
        let last_start = piece.end.map_or(self.end, |end| end.min(self.end));
        let start = if piece.start <= self.start {
            self.start
        } else {
            self.line_from(piece.start, last_start)?
        };
        Ok(Self { start: start.min(last_start), last_start, ..self })
    }

    /// Where the first line begins from `position` on; `limit` if none does before that.
    fn line_from(&self, position: u64, limit: u64) -> io::Result<u64> {
        // The newline before `position` is one, too.
        let mut at = position - 1;
        while at < limit {
            let bytes = self.text(at, narrow(REST_BYTES.min(limit - at)))?;
            if let Some(newline) = memchr::memchr(b'\n', &bytes) {
                return Ok(at + newline as u64 + 1);
            }
            if bytes.is_empty() {
                break;
            }
            at += bytes.len() as u64;
        }
        Ok(limit)
    }

    /// What the file is. Most tell by their first line.
    fn shape(&self, format: InputFormat) -> io::Result<Shape> {
        match format {
            InputFormat::Lines => return Ok(Shape::Lines),
            InputFormat::Json => return Ok(Shape::Documents),
            InputFormat::Auto => {}
        }
        let whole = self.whole.lock().unwrap_or_else(PoisonError::into_inner);
        let mut read = Text { bytes: Vec::new(), length: 0, base: self.start };
        for wanted in [FIRST_LOOK, LOOKED_AT] {
            let end = (self.start + wanted as u64).min(self.end);
            let text = match &*whole {
                Some(text) => text.bytes.get(narrow(self.start)..text.length.min(narrow(end))),
                None => {
                    self.fill(&mut read, end)?;
                    read.bytes.get(..read.length)
                }
            };
            let is_all = end == self.end || wanted == LOOKED_AT;
            let extent = if is_all { Extent::All } else { Extent::Beginning };
            if let Some(shape) = detect(text.unwrap_or_default(), extent) {
                return Ok(shape);
            }
        }
        Ok(Shape::Lines)
    }

    /// Whether the array that the file is has one element per line, as far as its beginning, its end
    /// and a few places between tell. So it can be cut at any newline.
    fn has_array_lines(&self) -> io::Result<bool> {
        let beginning = self.text(self.start, LOOKED_AT)?;
        let end =
            self.text(self.end.saturating_sub(SAMPLE_BYTES as u64).max(self.start), SAMPLE_BYTES)?;
        let is_closed = end.trim_ascii_end().ends_with(b"]");
        if !is_closed || !has_element_per_line(&beginning) {
            return Ok(false);
        }
        let step = (self.end - self.start) / SAMPLES;
        for index in (1..SAMPLES).take_while(|_| step > SAMPLE_BYTES as u64) {
            let sample = self.text(self.start + index * step, SAMPLE_BYTES)?;
            let whole = sample.split(|byte| *byte == b'\n').skip(1);
            let mut whole: Vec<&[u8]> = whole.collect();
            whole.pop();
            if !whole.into_iter().all(is_element) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Up to `length` bytes from `position` on.
    fn text(&self, position: u64, length: usize) -> io::Result<Vec<u8>> {
        let mut text = Text { bytes: Vec::new(), length: 0, base: position };
        self.fill(&mut text, (position + length as u64).min(self.end))?;
        text.bytes.truncate(text.length);
        Ok(text.bytes)
    }

    /// Number of spans.
    pub(crate) fn count(&self) -> u64 {
        (self.last_start - self.start).div_ceil(self.span_bytes).max(1)
    }

    /// Moves the file's own position to its end, as reading in sequence would.
    pub(crate) fn leave(&self) {
        // Only a process that reads standard input after voxev could notice.
        let _ = (&self.file).seek(SeekFrom::Start(self.end));
    }

    /// Reads the span with this index. `buffer` is memory to reuse.
    pub(crate) fn read(&self, index: u64, buffer: Vec<u8>) -> io::Result<Span> {
        let from = self.start + index * self.span_bytes;
        let to = (from + self.span_bytes).min(self.last_start);
        // The byte before the span tells whether a line begins with it. What is read begins half a
        // page off: a buffer begins near a page's beginning, and copying between addresses that
        // are nearly equal within their pages takes the kernel three times as long (measured).
        let page = from.saturating_sub(u64::from(index > 0)) / PAGE_BYTES * PAGE_BYTES;
        let base = page.saturating_sub(PAGE_BYTES / 2);
        let lead = narrow(from - base);
        let whole = self.whole.lock().unwrap_or_else(PoisonError::into_inner).take();
        let mut text = whole.unwrap_or(Text { bytes: buffer, length: 0, base });
        self.fill(&mut text, (to + TAIL_BYTES).min(self.end))?;
        let inner = text.length.min(narrow(to - text.base));
        let bytes = inner - lead.min(inner);
        let first = match index {
            0 => Some(lead),
            _ => {
                let start = (lead - 1).min(inner);
                memchr::memchr(b'\n', &text.bytes[start..inner]).map(|at| start + at + 1)
            }
        };
        // A line that begins at the end of the span belongs to the next one.
        let Some(first) = first.filter(|first| *first < inner) else {
            return Ok(Span { bytes, ..Span::default() });
        };
        let last = memchr::memrchr(b'\n', &text.bytes[first..inner - 1]);
        let last = last.map_or(first, |at| first + at + 1);
        let is_long = self.read_to_line_end(&mut text, last, inner - 1)?;
        let (base, length) = (text.base, text.length);
        let offset = |at: usize| base + at as u64;
        if !is_long {
            let block = self.block(text.bytes, first..length, offset(first), Part::Lines);
            return Ok(Span { lines: Some(block), bytes, ..Span::default() });
        }
        let end = last + whole_characters(&text.bytes[last..length]);
        let start =
            self.block(text.bytes[last..end].to_vec(), 0..end - last, offset(last), Part::Start);
        let lines =
            (last > first).then(|| self.block(text.bytes, first..last, offset(first), Part::Lines));
        Ok(Span { lines, long_line: Some(start), bytes })
    }

    fn block(&self, bytes: Vec<u8>, range: Range<usize>, offset: u64, part: Part) -> Block {
        let mut block = Block::of(bytes, range, offset, part);
        if self.is_array {
            block.layout = Layout::ArrayLines;
        }
        block
    }

    /// More of a line beyond the limit, from `position` of the file on; the last part ends with the
    /// line. `None` at the end of the file.
    pub(crate) fn rest(&self, position: u64) -> io::Result<Option<Block>> {
        let mut text = Text { bytes: Vec::new(), length: 0, base: position };
        self.fill(&mut text, (position + REST_BYTES).min(self.end))?;
        let bytes = &text.bytes[..text.length];
        let newline = memchr::memchr(b'\n', bytes).map(|at| at + 1);
        let whole = whole_characters(bytes);
        let length = newline.unwrap_or(if whole > 0 { whole } else { bytes.len() });
        Ok((length > 0).then(|| Block::of(text.bytes, 0..length, position, Part::Rest)))
    }

    fn fill(&self, text: &mut Text, end: u64) -> io::Result<()> {
        fill(&self.file, text, end)
    }

    /// Reads until the line that begins at `start` ends, and cuts `text` there. Bytes before
    /// `known` have been searched for a newline already. Returns true if the line is beyond the
    /// limit.
    fn read_to_line_end(&self, text: &mut Text, start: usize, known: usize) -> io::Result<bool> {
        let mut searched = known;
        loop {
            if let Some(at) = memchr::memchr(b'\n', &text.bytes[searched..text.length]) {
                text.length = searched + at + 1;
                return Ok(false);
            }
            searched = text.length;
            if text.length - start > self.max_line_bytes {
                return Ok(true);
            }
            let position = text.base + text.length as u64;
            self.fill(text, (position + self.span_bytes).min(self.end))?;
            if text.length == searched {
                return Ok(false);
            }
        }
    }
}

/// Reads up to `end`, or to the current end of the file.
fn fill(file: &File, text: &mut Text, end: u64) -> io::Result<()> {
    let wanted = narrow(end.saturating_sub(text.base));
    text.reserve(wanted)?;
    while text.length < wanted {
        let position = text.base + text.length as u64;
        let room = &mut text.bytes[text.length..wanted];
        match read_at(file, room, position) {
            Ok(0) => break,
            Ok(count) => text.length += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Bytes of a file from `base` on.
#[derive(Debug)]
struct Text {
    bytes: Vec<u8>,
    length: usize,
    base: u64,
}

impl Text {
    /// Makes room for `length` bytes and the slack that matchers may load after them.
    fn reserve(&mut self, length: usize) -> io::Result<()> {
        Block::make_room(&mut self.bytes, length)
    }
}

/// Spans, and lines up to the limit, fit into memory.
fn narrow(length: u64) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], position: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, position)
}

#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], position: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, position)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;
    use proptest::test_runner::RngSeed;

    use super::*;
    use crate::capture::{Cutter, Numbering};

    fn file(text: &[u8]) -> File {
        let mut file = tempfile::tempfile().expect("a temporary file can be made");
        file.write_all(text).expect("it can be written");
        file
    }

    fn settings(span_bytes: usize, max_line_bytes: usize) -> SpanSettings {
        SpanSettings { format: InputFormat::Lines, span_bytes, max_line_bytes, piece: None }
    }

    /// Lines as spans have them: whether they are beyond the limit, offset, and bytes.
    fn by_span(spans: &Spans) -> Vec<(bool, u64, Vec<u8>)> {
        let mut found = Vec::new();
        let mut lines = 0;
        for index in 0..spans.count() {
            let span = spans.read(index, Vec::new()).expect("it can be read");
            assert_eq!(lines, found.len() as u64, "lines before the span");
            lines += span.count_lines();
            if let Some(block) = span.lines {
                let mut offset = block.offset;
                for line in block.bytes().split_inclusive(|byte| *byte == b'\n') {
                    found.push((false, offset, line.to_vec()));
                    offset += line.len() as u64;
                }
            }
            if let Some(start) = span.long_line {
                let mut line = start.bytes().to_vec();
                while !line.ends_with(b"\n")
                    && let Some(rest) =
                        spans.rest(start.offset + line.len() as u64).expect("it can be read")
                {
                    line.extend_from_slice(rest.bytes());
                }
                found.push((true, start.offset, line));
            }
        }
        found
    }

    proptest! {
        #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(7), failure_persistence: None, ..ProptestConfig::with_cases(1_000) })]

        #[test]
        fn spans_hold_each_line_once_whatever_their_size(
            lines in vec(select(&["", "a", "é\r", "{\"type\":\"hold\"}", "0123456789012345678901234567890123456789"][..]), 0..30),
            is_open in any::<bool>(),
            has_mark in any::<bool>(),
            span_bytes in 1_usize..90,
            limit in select(&[1_usize, 7, 30, 1000][..]),
        ) {
            let mut text = lines.join("\n").into_bytes();
            text.extend_from_slice(if is_open || text.is_empty() { b"" } else { b"\n" });
            let mark: &[u8] = if has_mark { BYTE_ORDER_MARK } else { b"" };
            let whole = [mark, &text].concat();
            if let Ok(spans) = Spans::new(file(&whole), 0, settings(span_bytes, limit)).expect("it is read") {
                let found = by_span(&spans);
                let mut offset = mark.len() as u64;
                let expected: Vec<(u64, Vec<u8>)> = text.split_inclusive(|it| *it == b'\n').map(|line| {
                    offset += line.len() as u64;
                    (offset - line.len() as u64, line.to_vec())
                }).collect();
                let lines: Vec<_> = found.iter().map(|(_, at, line)| (*at, line.clone())).collect();
                prop_assert_eq!(lines, expected);
                for (is_long, _, line) in &found {
                    prop_assert!(!is_long || line.len() > limit);
                }
            } else {
                prop_assert!(whole.is_empty());
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(9), failure_persistence: None, ..ProptestConfig::with_cases(1_000) })]

        #[test]
        fn pieces_hold_each_line_once_wherever_they_are_cut(
            lines in vec(select(&["", "a", "é\r", "0123456789012345678901234567890123456789"][..]), 0..20),
            is_open in any::<bool>(),
            has_mark in any::<bool>(),
            cuts in vec(0_u64..500, 0..5),
            span_bytes in 1_usize..90,
            limit in select(&[1_usize, 7, 1000][..]),
        ) {
            let mut text = lines.join("\n").into_bytes();
            text.extend_from_slice(if is_open || text.is_empty() { b"" } else { b"\n" });
            let whole = [if has_mark { BYTE_ORDER_MARK } else { b"" }, &text].concat();
            let mut cuts: Vec<u64> = cuts.into_iter().map(|cut| cut.min(whole.len() as u64)).collect();
            cuts.extend([0, whole.len() as u64 + 5]);
            cuts.sort_unstable();
            let read = |piece| {
                let settings = SpanSettings { piece, ..settings(span_bytes, limit) };
                let spans = Spans::new(file(&whole), 0, settings).expect("it is read");
                spans.map_or_else(|_| Vec::new(), |spans| by_span(&spans))
            };
            let pieces = cuts.windows(2).flat_map(|it| {
                let found = read(Some(Piece { start: it[0], end: Some(it[1]) }));
                assert!(found.iter().all(|(_, at, _)| it[0] <= *at && *at < it[1] || it[0] < 3));
                found
            });
            prop_assert_eq!(pieces.collect::<Vec<_>>(), read(None));
        }
    }

    #[test]
    fn a_piece_behind_the_end_is_refused_and_one_at_the_end_is_empty() {
        let read = |start| {
            let piece = Some(Piece { start, end: None });
            Spans::new(file(b"{}\n{}"), 0, SpanSettings { piece, ..settings(64, 1000) })
        };
        let found = |start| by_span(&read(start).expect("it is read").expect("it is a file")).len();
        assert_eq!([0, 1, 3, 4, 5].map(found), [2, 1, 1, 0, 0]);
        assert!(read(6).is_err());
    }

    #[test]
    fn pieces_of_a_file_that_is_read_at_once_hold_each_line_once() {
        let text = b"0123456789012345678\n".repeat(1000);
        let read = |start, end| {
            let piece = Some(Piece { start, end: Some(end) });
            let settings = SpanSettings { piece, ..settings(256 * 1024, 1000) };
            let spans = Spans::new(file(&text), 0, settings).expect("it is read");
            by_span(&spans.expect("it is a file")).len()
        };
        assert_eq!([read(0, 5000), read(5000, 9010), read(9010, 20_000)], [250, 201, 549]);
    }

    #[test]
    fn a_file_that_shrinks_ends_where_it_ends_by_now() {
        let file = file(&b"{\"a\":1}\n".repeat(100));
        let spans = Spans::new(file.try_clone().expect("it is open"), 0, settings(64, 1000));
        let spans = spans.expect("it is read").expect("it is a file");
        file.set_len(100).expect("it can be cut");
        let found = by_span(&spans);
        assert_eq!((found.len(), found[12].2.as_slice()), (13, &b"{\"a\""[..]));
    }

    #[test]
    fn reading_begins_where_somebody_else_stopped() {
        let spans = Spans::new(file(b"one\ntwo\nthree\n"), 4, settings(4, 1000));
        let found = by_span(&spans.expect("it is read").expect("it is a file"));
        let lines: Vec<_> = found.into_iter().map(|(_, at, line)| (at, line)).collect();
        assert_eq!(lines, [(4, b"two\n".to_vec()), (8, b"three\n".to_vec())]);
    }

    #[test]
    fn what_is_compressed_is_left_to_who_reads_in_sequence() {
        for text in [&b"\x1f\x8b\x08"[..], b"\x28\xb5\x2f\xfd", b"", b"\xfd7zXZ\0"] {
            assert!(Spans::new(file(text), 0, settings(64, 1000)).expect("it is read").is_err());
        }
    }

    #[test]
    fn an_array_is_read_by_spans_only_where_each_element_has_a_line() {
        let reads = |text: &str| {
            let settings = SpanSettings { format: InputFormat::Auto, ..settings(64, 1000) };
            Spans::new(file(text.as_bytes()), 0, settings).expect("it is read").is_ok()
        };
        let line = "{\"type\":\"mute\",\"detail\":{\"callId\":\"a\"}},\n";
        let many = line.repeat(20_000);
        assert!(reads(&format!("[\n{many}{{}}\n]\n")));
        assert!(!reads(&format!("[\n{many}{{}}\n")), "it is not closed");
        let pretty = "{\n  \"type\": \"mute\"\n},\n".repeat(5_000);
        assert!(!reads(&format!("[\n{many}{pretty}{many}{{}}\n]\n")), "it changes in the middle");
        assert!(!reads(&format!("[{}{{}}]", line.trim_end().repeat(3))));
        assert!(!reads("{\n  \"type\": \"mute\"\n}\n"));
        assert!(reads(line));
    }

    #[test]
    fn spans_and_blocks_agree() {
        let text = b"{}\n\n[1]\nx".repeat(50);
        let mut cutter = Cutter::new(&text[..], 1000, Numbering::Told);
        let mut whole = Vec::new();
        while let Some(block) = cutter.next_block().expect("a slice never fails") {
            whole.extend_from_slice(block.bytes());
        }
        let spans = Spans::new(file(&text), 0, settings(33, 1000)).expect("it is read");
        let found = by_span(&spans.expect("it is a file"));
        assert_eq!(whole, found.into_iter().flat_map(|(_, _, line)| line).collect::<Vec<u8>>());
    }
}
