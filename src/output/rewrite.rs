//! A file that is written anew with some of its bytes replaced, and takes its own place in the end.

use std::fs::{File, Metadata};
use std::io::{self, Read as _};
use std::path::Path;
use std::time::SystemTime;

use crate::error::Error;
use crate::output::Output;

/// Bytes that are copied at a time.
const COPIED_BYTES: usize = 256 * 1024;

/// A file under way. Without [`Rewrite::finish`] the file stays as it is.
pub(crate) struct Rewrite {
    name: String,
    source: File,
    /// Size and time of the file when it was opened.
    version: Version,
    /// How much of the file was copied or replaced.
    at: u64,
    output: Output,
    buffer: Vec<u8>,
}

type Version = (u64, Option<SystemTime>);

impl Rewrite {
    /// Opens `path`, called `name`, which must be writable.
    pub(crate) fn open(path: &Path, name: &str) -> Result<Self, Error> {
        let failed = |source| Error::Write { target: name.to_owned(), source };
        let source = File::open(path).map_err(failed)?;
        let version = version(&source.metadata().map_err(failed)?);
        let output = Output::replacing(path)?;
        Ok(Self { name: name.to_owned(), source, version, at: 0, output, buffer: Vec::new() })
    }

    /// Puts `new` in the place of `old`, which begins at byte `offset`, behind all before.
    pub(crate) fn replace(&mut self, offset: u64, old: &[u8], new: &[u8]) -> Result<(), Error> {
        let Some(before) = offset.checked_sub(self.at) else { return Err(self.changed()) };
        self.copy(before)?;
        self.buffer.resize(old.len(), 0);
        let is_same = match self.source.read_exact(&mut self.buffer) {
            Ok(()) => self.buffer == old,
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => false,
            Err(error) => return Err(self.error(error)),
        };
        if !is_same {
            return Err(self.changed());
        }
        self.at = offset + old.len() as u64;
        self.output.write(new)
    }

    /// Copies the rest, and puts the new file in its place.
    pub(crate) fn finish(mut self) -> Result<(), Error> {
        self.copy(u64::MAX)?;
        let now = self.source.metadata().map_err(|error| self.error(error))?;
        if version(&now) != self.version {
            return Err(self.changed());
        }
        // Windows replaces no file that is open.
        drop(self.source);
        self.output.finish()
    }

    /// Copies `count` bytes, or all there are.
    fn copy(&mut self, count: u64) -> Result<(), Error> {
        let mut left = count;
        while left > 0 {
            let room = usize::try_from(left).unwrap_or(usize::MAX).min(COPIED_BYTES);
            self.buffer.resize(room, 0);
            let read = match self.source.read(&mut self.buffer) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(self.error(error)),
            };
            self.output.write(&self.buffer[..read])?;
            left -= read as u64;
            self.at += read as u64;
        }
        Ok(())
    }

    fn error(&self, source: io::Error) -> Error {
        Error::Write { target: self.name.clone(), source }
    }

    fn changed(&self) -> Error {
        self.error(io::Error::other("it changed while it was being fixed; run again"))
    }
}

fn version(metadata: &Metadata) -> Version {
    (metadata.len(), metadata.modified().ok())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn file(text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let path = folder.path().join("c.jsonl");
        fs::write(&path, text).expect("there is room for a file");
        (folder, path)
    }

    #[test]
    fn only_the_replaced_bytes_change() {
        let (_folder, path) = file("one two three");
        let mut rewrite = Rewrite::open(&path, "c").expect("it can be opened");
        rewrite.replace(4, b"two", b"2").expect("it is there");
        rewrite.replace(8, b"three", b"3!").expect("it is there");
        rewrite.finish().expect("it can be written");
        assert_eq!(fs::read_to_string(&path).expect("it is there"), "one 2 3!");
    }

    #[test]
    fn a_file_that_has_changed_stays_as_it_is() {
        let (folder, path) = file("one two");
        let mut rewrite = Rewrite::open(&path, "c").expect("it can be opened");
        assert!(rewrite.replace(4, b"owt", b"2").is_err());
        drop(rewrite);
        let mut rewrite = Rewrite::open(&path, "c").expect("it can be opened");
        rewrite.replace(4, b"two", b"2").expect("it is there");
        fs::write(&path, "one two three").expect("it can be written");
        let error = rewrite.finish().expect_err("it has changed");
        assert!(error.to_string().contains("it changed while it was being fixed"), "{error}");
        assert_eq!(fs::read_to_string(&path).expect("it is there"), "one two three");
        assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 1);
    }
}
