//! The selected lines themselves, byte for byte, or only how many they are.

use std::io::Write as _;

use crate::check::Finding;
use crate::output::{Pieces, Proven, Record, Sink};
use crate::text::visible;

/// `filter`.
pub(crate) struct Lines;

impl Sink for Lines {
    fn take(&self, record: &Record<'_>, out: &mut Pieces) -> Result<(), Box<Finding>> {
        out.bytes.extend_from_slice(record.line.raw);
        out.end_piece();
        Ok(())
    }

    fn take_proven(&self, proven: &Proven<'_>, out: &mut Pieces) -> bool {
        out.bytes.extend_from_slice(&proven.text[proven.raw.clone()]);
        out.end_piece();
        true
    }

    fn take_rest(&self, bytes: &[u8], out: &mut Vec<u8>) -> bool {
        out.extend_from_slice(bytes);
        true
    }

    fn writes_lines(&self) -> bool {
        true
    }
}

/// `filter --count`: a number, or `capture:number` where there are several captures.
pub(crate) struct Tally {
    pub(crate) naming: Naming,
}

/// Whether lines of output say which capture they are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Naming {
    /// There is only one.
    Needless,
    /// There are several.
    Named,
}

impl Sink for Tally {
    fn take(&self, _record: &Record<'_>, out: &mut Pieces) -> Result<(), Box<Finding>> {
        out.end_piece();
        Ok(())
    }

    fn take_proven(&self, _proven: &Proven<'_>, out: &mut Pieces) -> bool {
        out.end_piece();
        true
    }

    fn take_rest(&self, _bytes: &[u8], _out: &mut Vec<u8>) -> bool {
        true
    }

    fn end_capture(&self, capture: &str, pieces: u64, out: &mut Vec<u8>) {
        let _ = match self.naming {
            Naming::Needless => writeln!(out, "{pieces}"),
            Naming::Named => writeln!(out, "{}:{pieces}", visible(capture)),
        };
    }
}
