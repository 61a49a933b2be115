//! Captures that can be read only once, kept in temporary files, because a report reads twice.

use std::fs::File;
use std::io;
use std::sync::Arc;

use tempfile::NamedTempFile;

use crate::capture::Source;
use crate::commands::captures::Captures;
use crate::error::Error;
use crate::output::scratch_file;
use crate::pipeline::Capture;

/// Reads standard input, and files that are no regular ones, into temporary files, which are read in
/// their place under their names. They are removed with what is returned.
pub(super) fn keep(captures: &mut Captures) -> Result<Vec<NamedTempFile>, Error> {
    let mut copies = Vec::new();
    for capture in captures {
        let Ok(known) = capture else { continue };
        if is_regular(&known.source) {
            continue;
        }
        let mut copy = scratch_file().map_err(not_kept)?;
        match copied(&known.source, copy.as_file_mut()) {
            Ok(()) => {
                let source = Source::File(copy.path().to_path_buf());
                *capture = Ok(Arc::new(Capture { source, ..(**known).clone() }));
                copies.push(copy);
            }
            Err(Failed::Reading(source)) => {
                *capture = Err(Error::Read { capture: known.name.clone(), source });
            }
            Err(Failed::Writing(source)) => return Err(not_kept(source)),
        }
    }
    Ok(copies)
}

/// Why there is no copy.
enum Failed {
    Reading(io::Error),
    Writing(io::Error),
}

/// What is missing or a folder is told when it is opened.
fn is_regular(source: &Source) -> bool {
    match source {
        Source::Stdin => false,
        Source::File(path) => path.metadata().map_or(true, |it| it.is_file() || it.is_dir()),
    }
}

fn copied(source: &Source, copy: &mut File) -> Result<(), Failed> {
    let mut reader: Box<dyn io::Read> = match source {
        Source::Stdin => Box::new(io::stdin().lock()),
        Source::File(path) => Box::new(File::open(path).map_err(Failed::Reading)?),
    };
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        let read = match reader.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Failed::Reading(error)),
        };
        io::Write::write_all(copy, &buffer[..read]).map_err(Failed::Writing)?;
    }
}

/// Bytes that are read at a time.
const BUFFER_BYTES: usize = 256 * 1024;

fn not_kept(source: io::Error) -> Error {
    let target =
        format!("{} (a copy of what can be read only once)", std::env::temp_dir().display());
    Error::Write { target, source }
}
