//! Decompresses a stream of gzip members or zstd frames, one after the other, in bounded memory.
//!
//! It yields every byte before a fault: the decoders are fed so that a failing call never discards
//! what it has already decompressed.

use std::io::{self, Read};

use flate2::{Decompress, FlushDecompress, Status};
use zstd::stream::raw::{DParameter, Decoder as ZstdDecoder, InBuffer, Operation as _, OutBuffer};

use super::compression::Compression;
use super::damage::{Damage, Fault};

/// Decompresses what `reader` yields.
pub(super) struct Inflate<R> {
    reader: R,
    compression: Compression,
    input: Vec<u8>,
    /// `input[start..end]` has been read but not decompressed.
    start: usize,
    end: usize,
    /// Compressed bytes that have been consumed.
    offset: u64,
    /// The decoder of the current member.
    decoder: Option<Decoder>,
    /// The decoder of the previous member, whose memory the next one reuses.
    spare: Option<Decoder>,
    /// Whether the decoder has more output than there was room for.
    is_full: bool,
    /// An error to return after the text that was decompressed before it.
    failure: Option<io::Error>,
}

enum Decoder {
    Gzip(Box<Decompress>),
    /// Given only the bytes that it asks for: the rest of a block and the header of the next. Given
    /// more, it would start the next block, and a fault there would lose this one.
    Zstd(ZstdDecoder<'static>, usize),
}

/// Result of one call of a decoder.
struct Step {
    taken: usize,
    written: usize,
    outcome: Result<Progress, Fault>,
}

#[derive(PartialEq, Eq)]
enum Progress {
    Within,
    AtEnd,
}

/// Bytes per read.
const INPUT_BYTES: usize = 64 * 1024;

/// The longest magic number of a member.
const MAGIC_BYTES: usize = 4;

/// Binary logarithm of the largest window of a zstd frame, all of which is held in memory. RFC 8878
/// recommends supporting 8 MiB and requiring no more; zstd's levels up to 19 comply.
const MOST_WINDOW_LOG: u32 = 23;

/// The first bytes of a frame's header, which determine its length.
const ZSTD_HEADER_BYTES: usize = 5;

impl<R: Read> Inflate<R> {
    /// Starts with `head`, which has been read already.
    pub(super) fn new(reader: R, compression: Compression, head: &[u8]) -> Self {
        let mut input = vec![0; INPUT_BYTES.max(head.len())];
        input[..head.len()].copy_from_slice(head);
        Self {
            reader,
            compression,
            input,
            start: 0,
            end: head.len(),
            offset: 0,
            decoder: None,
            spare: None,
            is_full: false,
            failure: None,
        }
    }

    /// Decompresses until `output` is full, or no more can be had without waiting for input.
    fn fill(&mut self, output: &mut [u8]) -> io::Result<usize> {
        let mut written = 0;
        while written < output.len() {
            if written > 0 && (self.wants_input() || self.decoder.is_none()) {
                break;
            }
            if self.decoder.is_none() && !self.begin_member()? {
                break;
            }
            if self.wants_input() && self.read_more()? == 0 {
                return Err(self.damage(Fault::Cut));
            }
            let Some(decoder) = &mut self.decoder else { break };
            let step = decoder.step(&self.input[self.start..self.end], &mut output[written..]);
            let has_moved = step.taken + step.written > 0;
            self.take(step.taken);
            written += step.written;
            self.is_full = written == output.len();
            match step.outcome {
                Ok(Progress::AtEnd) => self.spare = self.decoder.take(),
                Ok(Progress::Within) if has_moved || self.start == self.end => {}
                Ok(Progress::Within) => {
                    return self.fail(written, Fault::Corrupt("the data cannot be decoded".into()));
                }
                Err(fault) => return self.fail(written, fault),
            }
        }
        Ok(written)
    }

    /// Whether the decoder needs more input.
    fn wants_input(&self) -> bool {
        self.start == self.end && !self.is_full
    }

    /// Whether another member follows.
    fn begin_member(&mut self) -> io::Result<bool> {
        self.is_full = false;
        loop {
            while self.end - self.start < MAGIC_BYTES && self.read_more()? > 0 {}
            let bytes = &self.input[self.start..self.end];
            // gzip(1) accepts trailing zeros as padding, because tapes and disks are written in
            // blocks.
            let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
            if self.compression == Compression::Zstd || zeros == 0 || self.offset == 0 {
                break;
            }
            self.take(zeros);
        }
        let bytes = &self.input[self.start..self.end];
        if bytes.is_empty() {
            return Ok(false);
        }
        if !self.compression.begins(&bytes[..bytes.len().min(MAGIC_BYTES)]) {
            return Err(self.damage(Fault::Trailing));
        }
        self.decoder = Some(match self.spare.take() {
            Some(Decoder::Zstd(decoder, _)) => Decoder::Zstd(decoder, ZSTD_HEADER_BYTES),
            Some(Decoder::Gzip(_)) | None => Decoder::new(self.compression)?,
        });
        Ok(true)
    }

    /// Reads more input after what is there; returns the number of bytes.
    fn read_more(&mut self) -> io::Result<usize> {
        self.input.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        loop {
            match self.reader.read(&mut self.input[self.end..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
                Ok(count) => {
                    self.end += count;
                    return Ok(count);
                }
            }
        }
    }

    fn take(&mut self, count: usize) {
        self.start += count;
        self.offset += count as u64;
    }

    fn fail(&mut self, written: usize, fault: Fault) -> io::Result<usize> {
        let error = self.damage(fault);
        if written == 0 {
            return Err(error);
        }
        self.failure = Some(error);
        Ok(written)
    }

    fn damage(&self, fault: Fault) -> io::Error {
        let damage = Damage { compression: self.compression, offset: self.offset, fault };
        io::Error::new(io::ErrorKind::InvalidData, damage)
    }
}

impl<R: Read> Read for Inflate<R> {
    fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
        self.failure.take().map_or_else(|| self.fill(output), Err)
    }
}

impl Decoder {
    fn new(compression: Compression) -> io::Result<Self> {
        match compression {
            // 15: the largest window of the format, 32 KiB.
            Compression::Gzip => Ok(Self::Gzip(Box::new(Decompress::new_gzip(15)))),
            Compression::Zstd => {
                let mut decoder = ZstdDecoder::new()?;
                decoder.set_parameter(DParameter::WindowLogMax(MOST_WINDOW_LOG))?;
                Ok(Self::Zstd(decoder, ZSTD_HEADER_BYTES))
            }
        }
    }

    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        match self {
            Self::Gzip(decoder) => gzip_step(decoder, input, output),
            Self::Zstd(decoder, wanted) => {
                let (mut input, mut output) = (
                    InBuffer::around(&input[..input.len().min(*wanted)]),
                    OutBuffer::around(output),
                );
                let result = decoder.run(&mut input, &mut output);
                let outcome = match result {
                    Ok(0) => Ok(Progress::AtEnd),
                    Ok(next) => {
                        *wanted = next;
                        Ok(Progress::Within)
                    }
                    Err(error) => Err(zstd_fault(&error)),
                };
                Step { taken: input.pos(), written: output.pos(), outcome }
            }
        }
    }
}

fn gzip_step(decoder: &mut Decompress, input: &[u8], output: &mut [u8]) -> Step {
    let (taken, written) = (decoder.total_in(), decoder.total_out());
    let result = decoder.decompress(input, output, FlushDecompress::None);
    let since = |now: u64, before: u64| usize::try_from(now - before).unwrap_or(usize::MAX);
    Step {
        taken: since(decoder.total_in(), taken),
        written: since(decoder.total_out(), written),
        outcome: match result {
            Ok(Status::StreamEnd) => Ok(Progress::AtEnd),
            Ok(Status::Ok | Status::BufError) => Ok(Progress::Within),
            Err(error) => Err(Fault::Corrupt(error.message().unwrap_or("no deflate").into())),
        },
    }
}

/// The library reports only the name of an error.
fn zstd_fault(error: &io::Error) -> Fault {
    let why = error.to_string();
    if why.contains("too much memory") {
        return Fault::Window(1 << MOST_WINDOW_LOG);
    }
    let mut letters = why.chars();
    Fault::Corrupt(letters.next().into_iter().flat_map(char::to_lowercase).chain(letters).collect())
}
