//! Temporary copies of captures that can be read only once, for commands that read them twice.

use std::fs::File;
use std::io;

use tempfile::NamedTempFile;

use crate::capture::Source;
use crate::error::Error;
use crate::output::temporary;

/// Whether a capture can be read again. What is missing or a folder is reported when it is opened.
pub(super) fn is_regular(source: &Source) -> bool {
    match source {
        Source::Stdin => false,
        Source::File(path) => path.metadata().map_or(true, |it| it.is_file() || it.is_dir()),
    }
}

/// A copy of a capture, which is removed when it is dropped. An [`Error::Read`] if the capture called
/// `name` cannot be read, an [`Error::Write`] if there is no room for it.
pub(super) fn copied(source: &Source, name: &str) -> Result<NamedTempFile, Error> {
    let not_read = |source| Error::Read { capture: name.to_owned(), source };
    let mut reader: Box<dyn io::Read> = match source {
        Source::Stdin => Box::new(io::stdin().lock()),
        Source::File(path) => Box::new(File::open(path).map_err(not_read)?),
    };
    let mut copy = temporary().map_err(not_written)?;
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        let read = match reader.read(&mut buffer) {
            Ok(0) => return Ok(copy),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(not_read(error)),
        };
        io::Write::write_all(copy.as_file_mut(), &buffer[..read]).map_err(not_written)?;
    }
}

/// Bytes that are read at a time.
const BUFFER_BYTES: usize = 256 * 1024;

fn not_written(source: io::Error) -> Error {
    let target =
        format!("{} (a copy of what can be read only once)", std::env::temp_dir().display());
    Error::Write { target, source }
}
