//! JSON again: compact lines, or one array of them. Keys and numbers stay as they are spelled.

use crate::check::{Finding, Proven};
use crate::json;
use crate::output::{Pieces, Record, Sink, refusal};

/// `convert --to jsonl`.
pub(crate) struct JsonLines;

impl Sink for JsonLines {
    fn take(&self, record: &Record<'_>, out: &mut Pieces) -> Result<(), Box<Finding>> {
        if record.verdict.payload.is_none() {
            return Err(refusal(record));
        }
        json::compact(record.line.bytes, &mut out.bytes);
        out.bytes.push(b'\n');
        out.end_piece();
        Ok(())
    }

    fn take_proven(&self, proven: &Proven<'_>, out: &mut Pieces) -> bool {
        compact(proven, &mut out.bytes);
        out.bytes.push(b'\n');
        out.end_piece();
        true
    }
}

/// `convert --to json`: an array with a payload a line.
pub(crate) struct JsonArray;

const BETWEEN: &[u8] = b",\n";

impl Sink for JsonArray {
    fn begin(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"[\n");
    }

    fn take(&self, record: &Record<'_>, out: &mut Pieces) -> Result<(), Box<Finding>> {
        if record.verdict.payload.is_none() {
            return Err(refusal(record));
        }
        out.bytes.extend_from_slice(BETWEEN);
        json::compact(record.line.bytes, &mut out.bytes);
        out.end_piece();
        Ok(())
    }

    fn take_proven(&self, proven: &Proven<'_>, out: &mut Pieces) -> bool {
        out.bytes.extend_from_slice(BETWEEN);
        compact(proven, &mut out.bytes);
        out.end_piece();
        true
    }

    fn separator(&self) -> &'static [u8] {
        BETWEEN
    }

    fn end(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"\n]\n");
    }
}

/// A proven line, which often is compact already.
fn compact(proven: &Proven<'_>, out: &mut Vec<u8>) {
    if proven.fields.is_compact() {
        out.extend_from_slice(proven.line().bytes);
    } else {
        json::compact(proven.line().bytes, out);
    }
}
