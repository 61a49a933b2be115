//! JSON output: compact lines, or one array. Keys and numbers keep their spelling.

use crate::check::{Finding, Record};
use crate::json;
use crate::output::EventWriter;

/// `convert --to jsonl`.
pub(crate) struct JsonLines;

impl EventWriter for JsonLines {
    fn record(&self, record: &Record<'_>, out: &mut Vec<u8>) -> Result<(), Box<Finding>> {
        compact(record, out)?;
        out.push(b'\n');
        Ok(())
    }
}

/// `convert --to json`: an array with one payload per line.
pub(crate) struct JsonArray;

const BETWEEN: &[u8] = b",\n";

impl EventWriter for JsonArray {
    fn begin(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"[\n");
    }

    fn record(&self, record: &Record<'_>, out: &mut Vec<u8>) -> Result<(), Box<Finding>> {
        let start = out.len();
        out.extend_from_slice(BETWEEN);
        compact(record, out).inspect_err(|_| out.truncate(start))
    }

    fn separator(&self) -> &'static [u8] {
        BETWEEN
    }

    fn end(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"\n]\n");
    }
}

/// Writes the payload without white space; a clean line often has none.
fn compact(record: &Record<'_>, out: &mut Vec<u8>) -> Result<(), Box<Finding>> {
    if record.is_compact() {
        out.extend_from_slice(record.line.bytes);
        return Ok(());
    }
    if !record.is_readable() {
        return record.with_payload(|_| ());
    }
    json::compact(record.line.bytes, out);
    Ok(())
}
