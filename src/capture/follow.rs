//! A file that is read on as it grows, as `tail -F` does it: also when it is replaced or truncated.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// Set when following is to end.
pub(crate) type Interrupt = Arc<AtomicBool>;

/// Reads a file, and waits for more where it ends.
pub(super) struct Follower {
    path: PathBuf,
    file: File,
    /// Bytes of the file that were read.
    position: u64,
    last: u8,
    /// Whether a newline is due that the file does not have: a line does not go on in another file.
    is_newline_due: bool,
    interrupt: Interrupt,
    say: fn(&str),
}

/// How often a file is looked at: an answer is to come within 100 ms.
const POLL: Duration = Duration::from_millis(20);

impl Follower {
    /// Follows the file at `path` until `interrupt` is set; `say` tells people of what happens to it.
    pub(super) fn open(path: PathBuf, interrupt: Interrupt, say: fn(&str)) -> io::Result<Self> {
        let file = File::open(&path)?;
        Ok(Self { path, file, position: 0, last: b'\n', is_newline_due: false, interrupt, say })
    }

    /// Looks whether the file was replaced or truncated, and begins anew if so.
    fn look(&mut self) -> io::Result<()> {
        let own = self.file.metadata()?;
        // While a file is replaced, there may be none.
        let Ok(named) = self.path.metadata() else { return Ok(()) };
        let what = if !is_same(&own, &named) {
            // What was written before it was replaced has been read: the file has ended.
            let Ok(file) = File::open(&self.path) else { return Ok(()) };
            self.file = file;
            "was replaced: reading the new file"
        } else if own.len() < self.position {
            self.file.rewind()?;
            "was truncated: reading it from its beginning"
        } else {
            return Ok(());
        };
        self.position = 0;
        self.is_newline_due = self.last != b'\n';
        (self.say)(&format!("{:?} {what}", self.path.display()));
        Ok(())
    }
}

impl Read for Follower {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(first) = buffer.first_mut().filter(|_| self.is_newline_due) {
                (*first, self.is_newline_due, self.last) = (b'\n', false, b'\n');
                return Ok(1);
            }
            let count = self.file.read(buffer)?;
            if let Some(last) = buffer[..count].last() {
                self.last = *last;
                self.position += count as u64;
                return Ok(count);
            }
            if self.interrupt.load(Ordering::Relaxed) || buffer.is_empty() {
                return Ok(0);
            }
            self.look()?;
            if self.position > 0 {
                thread::sleep(POLL);
            } else if !self.is_newline_due {
                // A new file may have been written already; an empty one is waited for.
                let count = self.file.metadata()?.len();
                if count == 0 {
                    thread::sleep(POLL);
                }
            }
        }
    }
}

#[cfg(unix)]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// Where files have no numbers, a replaced file is known by its creation.
#[cfg(not(unix))]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    match (one.created(), other.created()) {
        (Ok(one), Ok(other)) => one == other,
        _ => true,
    }
}
