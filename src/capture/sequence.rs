//! A capture that is read from its beginning to its end, cut as its content asks for.

use std::io::{self, Read};

use super::block::{Block, Cutter, Numbering, ReadSize};
use super::documents::DocumentCutter;
use super::reader::Reader;
use super::shape::{Extent, InputFormat, LOOKED_AT, Shape, detect};

/// The blocks of a capture, which nobody has looked at before the first is asked for.
pub(crate) struct Sequence {
    state: State,
    settings: SequenceSettings,
}

/// How a capture is cut.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SequenceSettings {
    pub(crate) format: InputFormat,
    pub(crate) max_line_bytes: usize,
    pub(crate) numbering: Numbering,
    pub(crate) read_size: ReadSize,
}

enum State {
    Unread(Reader),
    Lines(Cutter<Prefixed>),
    Documents(DocumentCutter<Prefixed>),
    Over,
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

impl Sequence {
    pub(crate) fn new(reader: Reader, settings: SequenceSettings) -> Self {
        Self { state: State::Unread(reader), settings }
    }

    /// The next block; `None` at the capture's end. After an error, what had been read before it
    /// still comes.
    pub(crate) fn next_block(&mut self) -> io::Result<Option<Block>> {
        if let State::Unread(reader) = &mut self.state {
            let beginning = Beginning::read(reader, self.settings.format);
            self.begin(beginning);
        }
        match &mut self.state {
            State::Lines(cutter) => cutter.next_block(),
            State::Documents(cutter) => cutter.next_block(),
            State::Unread(_) | State::Over => Ok(None),
        }
    }

    fn begin(&mut self, beginning: Beginning) {
        let State::Unread(reader) = std::mem::replace(&mut self.state, State::Over) else { return };
        let SequenceSettings { max_line_bytes, numbering, read_size, .. } = self.settings;
        let Beginning { shape, bytes, end } = beginning;
        let mut text = Prefixed { bytes, at: 0, end, reader };
        self.state = if shape == Shape::Lines {
            State::Lines(Cutter::new(text, max_line_bytes, numbering).with(read_size))
        } else {
            let mark =
                if text.bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
            text.at = mark;
            State::Documents(DocumentCutter::new(text, shape, max_line_bytes, mark as u64))
        };
    }

    /// Takes back a block's memory.
    pub(crate) fn recycle(&mut self, block: Block) {
        match &mut self.state {
            State::Lines(cutter) => cutter.recycle(block),
            State::Documents(cutter) => cutter.recycle(block),
            State::Unread(_) | State::Over => {}
        }
    }

    /// Says that `count` newlines were in the last block.
    pub(crate) fn pass_lines(&mut self, count: u64) {
        if let State::Lines(cutter) = &mut self.state {
            cutter.pass_lines(count);
        }
    }
}

/// What a capture begins with, and what that makes it.
struct Beginning {
    shape: Shape,
    bytes: Vec<u8>,
    /// The end of the capture, or what kept the beginning from being longer.
    end: Option<io::Result<()>>,
}

impl Beginning {
    /// Reads no more than it takes to tell: a line that comes through a pipe is answered at once.
    fn read(reader: &mut Reader, format: InputFormat) -> Self {
        let mut beginning = Self { shape: Shape::Lines, bytes: Vec::new(), end: None };
        if format == InputFormat::Lines {
            return beginning;
        }
        let mut buffer = vec![0; LOOKED_AT];
        let mut filled = 0;
        let mut found = None;
        while found.is_none() {
            let mut extent = Extent::Beginning;
            match reader.read(&mut buffer[filled..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    beginning.end = Some(Err(error));
                    extent = Extent::All;
                }
                Ok(0) => {
                    beginning.end = Some(Ok(()));
                    extent = Extent::All;
                }
                Ok(count) => filled += count,
            }
            if filled == buffer.len() {
                extent = Extent::All;
            }
            found = told(&buffer[..filled], extent);
        }
        buffer.truncate(filled);
        beginning.bytes = buffer;
        beginning.shape = match (found.unwrap_or_default(), format) {
            (Shape::Lines, InputFormat::Json) => Shape::Documents,
            (shape, _) => shape,
        };
        beginning
    }
}

/// The shape of what begins with `text`, a byte order mark left out.
fn told(text: &[u8], extent: Extent) -> Option<Shape> {
    let rest = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let may_be_mark = rest.len() == text.len() && BYTE_ORDER_MARK.starts_with(text);
    if may_be_mark && extent == Extent::Beginning { None } else { detect(rest, extent) }
}

/// A reader of which the first bytes have been read.
struct Prefixed {
    bytes: Vec<u8>,
    at: usize,
    /// How the capture ends, if that was met: then nothing more is read.
    end: Option<io::Result<()>>,
    reader: Reader,
}

impl Read for Prefixed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = &self.bytes[self.at..];
        if rest.is_empty() {
            self.bytes = Vec::new();
            self.at = 0;
            return match &mut self.end {
                Some(end) => std::mem::replace(end, Ok(())).map(|()| 0),
                None => self.reader.read(buffer),
            };
        }
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.at += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn documents(text: &'static [u8], format: InputFormat) -> Vec<(Shape, u64, String)> {
        let settings = SequenceSettings {
            format,
            max_line_bytes: 1000,
            numbering: Numbering::Counted,
            read_size: ReadSize::Usual,
        };
        let mut sequence = Sequence::new(Reader::new(Box::new(text)), settings);
        let mut found = Vec::new();
        while let Some(block) = sequence.next_block().expect("a slice never fails") {
            let text = String::from_utf8_lossy(block.bytes()).into_owned();
            found.push((block.shape(), block.offset, text));
        }
        found
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_first_document() {
        let found = documents(b"\xef\xbb\xbf[{\"a\":1}]", InputFormat::Auto);
        assert_eq!(found, [(Shape::Array, 3, "[{\"a\":1}]".to_owned())]);
        let found = documents(b"\xef\xbb\xbf{}\n", InputFormat::Auto);
        assert_eq!(found, [(Shape::Lines, 3, "{}\n".to_owned())]);
        assert_eq!(documents(b"\xef\xbb", InputFormat::Auto).len(), 1);
    }

    #[test]
    fn what_was_asked_for_holds_whatever_the_content() {
        let shape = |text, format| documents(text, format)[0].0;
        assert_eq!(shape(b"[{\"a\":1}]", InputFormat::Lines), Shape::Lines);
        assert_eq!(shape(b"{}\n", InputFormat::Json), Shape::Documents);
        assert_eq!(shape(b"[{\"a\":1}]", InputFormat::Json), Shape::Array);
    }
}
