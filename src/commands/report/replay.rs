//! Captures that can be read only once, kept in temporary files, because a report reads twice.

use std::sync::Arc;

use tempfile::NamedTempFile;

use crate::capture::Source;
use crate::commands::captures::Captures;
use crate::commands::copy::{copied, is_regular};
use crate::error::Error;
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
        match copied(&known.source, &known.name) {
            Ok(copy) => {
                let source = Source::File(copy.path().to_path_buf());
                *capture = Ok(Arc::new(Capture { source, ..(**known).clone() }));
                copies.push(copy);
            }
            Err(error @ Error::Read { .. }) => *capture = Err(error),
            Err(error) => return Err(error),
        }
    }
    Ok(copies)
}
