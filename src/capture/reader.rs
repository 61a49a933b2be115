//! An open capture: its text, decompressed on a separate thread if it is compressed.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use super::compression::{Compression, Start};
use super::inflate::Inflate;

/// Bytes as stored.
type Raw = Box<dyn Read + Send>;

/// Bytes of a compressed capture that have been read so far; 0 where it is not compressed.
pub(crate) type Meter = Arc<AtomicU64>;

/// Reads a capture's text. The first read detects the format and needs room for a magic number.
pub(crate) struct Reader {
    state: State,
    meter: Meter,
}

enum State {
    Fresh(Raw),
    /// Reads directly into the caller's buffer.
    Plain(Raw),
    Inflated(Inflater),
    Over,
}

impl Reader {
    pub(crate) fn new(raw: Raw) -> Self {
        Self { state: State::Fresh(raw), meter: Meter::default() }
    }

    /// The progress counter, which can be observed while the capture is read.
    pub(crate) fn meter(&self) -> Meter {
        Arc::clone(&self.meter)
    }

    fn begin(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let State::Fresh(mut raw) = std::mem::replace(&mut self.state, State::Over) else {
            return Ok(0);
        };
        let mut filled = 0;
        let start = loop {
            let count = match raw.read(&mut buffer[filled..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => read?,
            };
            filled += count;
            if count == 0 {
                break Start::of_all(&buffer[..filled]);
            }
            let start = Start::of(&buffer[..filled]);
            if start != Start::Open {
                break start;
            }
        };
        match start {
            Start::Open | Start::Plain => {
                self.state = State::Plain(raw);
                Ok(filled)
            }
            Start::Compressed(compression) => {
                let metered = Metered { raw, meter: self.meter() };
                self.meter.store(filled as u64, Ordering::Relaxed);
                let inflate = Inflate::new(metered, compression, &buffer[..filled]);
                self.state = State::Inflated(Inflater::start(inflate, compression)?);
                self.read(buffer)
            }
            Start::Foreign(foreign) => Err(io::Error::new(
                io::ErrorKind::Unsupported,
                format!(
                    "it is compressed with {}; decompress it first: `{} FILE | voxev …`",
                    foreign.name, foreign.tool
                ),
            )),
        }
    }
}

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.state {
            State::Plain(raw) => raw.read(buffer),
            State::Inflated(inflater) => inflater.read(buffer),
            State::Fresh(_) => self.begin(buffer),
            State::Over => Ok(0),
        }
    }
}

/// Counts the bytes that are read.
struct Metered {
    raw: Raw,
    meter: Meter,
}

impl Read for Metered {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.raw.read(buffer)?;
        self.meter.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// The receiving end of a decompressing thread. Dropping it early leaves the thread without
/// buffers, which ends it.
struct Inflater {
    full: Receiver<io::Result<Chunk>>,
    /// Returns buffers to the thread.
    empty: Sender<Vec<u8>>,
    /// The buffer that is being read, and how much of it has been.
    chunk: Option<(Chunk, usize)>,
}

struct Chunk {
    buffer: Vec<u8>,
    length: usize,
}

/// Size of a buffer: the same as a read of a block.
const CHUNK_BYTES: usize = 256 * 1024;

/// Number of buffers: one is filled, one is read, and one waits.
const CHUNKS: usize = 3;

impl Inflater {
    fn start(mut inflate: Inflate<Metered>, compression: Compression) -> io::Result<Self> {
        let (sender, full) = mpsc::channel();
        let (empty, buffers) = mpsc::channel::<Vec<u8>>();
        for _ in 0..CHUNKS {
            // The receiver exists, so sending cannot fail.
            let _ = empty.send(vec![0; CHUNK_BYTES]);
        }
        thread::Builder::new().name(compression.name().into()).spawn(move || {
            while let Ok(mut buffer) = buffers.recv() {
                let read = inflate.read(&mut buffer);
                let is_going_on = matches!(read, Ok(1..));
                let is_wanted = sender.send(read.map(|length| Chunk { buffer, length })).is_ok();
                if !is_wanted || !is_going_on {
                    return;
                }
            }
        })?;
        Ok(Self { full, empty, chunk: None })
    }
}

impl Read for Inflater {
    fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
        let (chunk, at) = match self.chunk.take() {
            Some(chunk) => chunk,
            None => match self.full.recv() {
                Ok(chunk) => (chunk?, 0),
                // The thread announces its end, and nothing is read after that.
                Err(mpsc::RecvError) => return Err(io::Error::other("the decompressor stopped")),
            },
        };
        let count = output.len().min(chunk.length - at);
        output[..count].copy_from_slice(&chunk.buffer[at..at + count]);
        if at + count < chunk.length {
            self.chunk = Some((chunk, at + count));
        } else {
            // The thread may have ended already.
            let _ = self.empty.send(chunk.buffer);
        }
        Ok(count)
    }
}
