//! The stretch of a capture that is in memory: read into at its end, used up at its start.

use std::io::{self, Read};

use super::utf16::Utf16;
use crate::capture::SLACK;

/// Bytes asked for in one read.
const READ_BYTES: usize = 256 * 1024;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Bytes of a capture, with zeros behind them.
pub(super) struct Window<R> {
    reader: R,
    buffer: Vec<u8>,
    /// Where the bytes are that are still needed.
    pub(super) start: usize,
    pub(super) end: usize,
    encoding: Encoding,
    /// Whether nothing more will come.
    pub(super) is_over: bool,
    /// What ended it before its time.
    pub(super) failure: Option<io::Error>,
}

/// How the capture's characters are encoded.
enum Encoding {
    /// The first bytes have not come yet.
    Unknown,
    Utf8 {
        has_mark: bool,
    },
    Utf16(Utf16),
}

impl<R: Read> Window<R> {
    pub(super) fn new(reader: R) -> Self {
        Self {
            reader,
            buffer: Vec::new(),
            start: 0,
            end: 0,
            encoding: Encoding::Unknown,
            is_over: false,
            failure: None,
        }
    }

    /// The bytes up to `end`, and those before `start`, which are not needed any more.
    pub(super) fn text(&self) -> &[u8] {
        &self.buffer[..self.end]
    }

    /// The same and the zeros behind them.
    pub(super) fn padded(&self) -> &[u8] {
        &self.buffer[..self.end + SLACK]
    }

    /// Whether the capture began with a byte order mark of UTF-8.
    pub(super) fn has_mark(&self) -> bool {
        matches!(self.encoding, Encoding::Utf8 { has_mark: true })
    }

    /// Whether the capture is UTF-16.
    pub(super) fn is_utf16(&self) -> bool {
        matches!(self.encoding, Encoding::Utf16(_))
    }

    /// Reads more; returns by how much all places have moved towards the front.
    pub(super) fn fill(&mut self) -> io::Result<usize> {
        let moved = self.compact();
        self.make_room(READ_BYTES)?;
        let (from, to) = (self.end, self.end + READ_BYTES);
        let read = loop {
            match self.reader.read(&mut self.buffer[from..to]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        let count = read.unwrap_or_else(|error| {
            self.failure = Some(error);
            0
        });
        self.is_over = count == 0;
        if let Encoding::Utf16(utf16) = &mut self.encoding {
            let text = utf16.decode(&self.buffer[from..from + count], self.is_over);
            self.replace_from(from, &text)?;
        } else {
            self.end = from + count;
        }
        if matches!(self.encoding, Encoding::Unknown) {
            self.recognise()?;
        }
        self.buffer[self.end..self.end + SLACK].fill(0);
        Ok(moved)
    }

    /// Whether the first bytes are still to come.
    pub(super) fn is_fresh(&self) -> bool {
        matches!(self.encoding, Encoding::Unknown)
    }

    fn recognise(&mut self) -> io::Result<()> {
        let text = &self.buffer[self.start..self.end];
        if text.len() < BYTE_ORDER_MARK.len() && !self.is_over {
            return Ok(());
        }
        if let Some(mut utf16) = Utf16::begins(text) {
            let from = self.start;
            let text = utf16.decode(&self.buffer[from..self.end], self.is_over);
            self.encoding = Encoding::Utf16(utf16);
            return self.replace_from(from, &text);
        }
        let has_mark = text.starts_with(BYTE_ORDER_MARK);
        self.encoding = Encoding::Utf8 { has_mark };
        self.start += if has_mark { BYTE_ORDER_MARK.len() } else { 0 };
        Ok(())
    }

    /// Puts `text` where the bytes from `from` on are.
    fn replace_from(&mut self, from: usize, text: &[u8]) -> io::Result<()> {
        self.end = from;
        self.make_room(text.len())?;
        self.buffer[from..from + text.len()].copy_from_slice(text);
        self.end = from + text.len();
        Ok(())
    }

    /// Moves what is needed to the front, where that costs no more than what was used up.
    fn compact(&mut self) -> usize {
        let used = self.start;
        if used == 0 || used < self.end - self.start {
            return 0;
        }
        self.buffer.copy_within(self.start..self.end, 0);
        self.start = 0;
        self.end -= used;
        used
    }

    fn make_room(&mut self, count: usize) -> io::Result<()> {
        let needed = self.end + count + SLACK;
        if self.buffer.len() < needed {
            self.buffer.try_reserve(needed - self.buffer.len())?;
            self.buffer.resize(needed, 0);
        }
        Ok(())
    }
}
