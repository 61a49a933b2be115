//! Findings for programs: one JSON object per line.

use serde::Serialize;

use crate::check::{Finding, Line};
use crate::json::Edit;
use crate::output::FindingFormat;
use crate::text::visible_json;

/// `validate --format json`.
pub(crate) struct FindingsJson;

/// Bytes of a usual object.
const USUAL_LENGTH: usize = 1024;

/// The object; the order and names of its members are an interface.
#[derive(Serialize)]
struct Entry<'a> {
    file: &'a str,
    line: u64,
    /// From 1, in characters.
    column: u64,
    /// Bytes of the file before the place.
    offset: u64,
    /// Length of the finding in bytes.
    length: usize,
    /// JSON Pointer; null if the line is not JSON.
    pointer: Option<&'a str>,
    rule: &'static str,
    severity: &'static str,
    event: Option<&'a str>,
    #[serde(rename = "callId")]
    call_id: Option<&'a str>,
    message: &'a str,
    help: Option<&'a str>,
    fix: Option<FixEntry<'a>>,
    /// `EVENT#POINTER` or `EVENT --strict#POINTER`, into what `voxev schema` prints.
    schema: Option<&'a str>,
    /// The earlier line that this one contradicts.
    related: Option<Related>,
}

/// The edits of the same line that mend it.
#[derive(Serialize)]
struct FixEntry<'a> {
    /// `safe` or `suggested`.
    applicability: &'static str,
    message: &'a str,
    /// In order; they do not overlap.
    edits: Vec<EditEntry<'a>>,
}

/// What takes the place of some bytes.
#[derive(Serialize)]
struct EditEntry<'a> {
    column: u64,
    offset: u64,
    length: usize,
    replacement: &'a str,
}

impl<'a> FixEntry<'a> {
    fn new(line: &Line<'_>, finding: &'a Finding) -> Option<Self> {
        let fix = finding.fix.as_ref()?;
        let entry = |edit: &'a Edit| EditEntry {
            column: finding.column_of(line, edit.span.start),
            offset: line.offset + edit.span.start as u64,
            length: edit.span.len(),
            replacement: &edit.replacement,
        };
        Some(Self {
            applicability: fix.applicability.name(),
            message: &fix.title,
            edits: fix.edits.iter().map(entry).collect(),
        })
    }
}

/// A place in another line of the same file.
#[derive(Serialize)]
struct Related {
    line: u64,
    column: u64,
    offset: u64,
    length: usize,
    message: &'static str,
}

impl FindingFormat for FindingsJson {
    fn write(&self, line: &Line<'_>, finding: &Finding, out: &mut Vec<u8>) {
        let place = &finding.place;
        let entry = Entry {
            file: line.capture,
            line: place.line,
            column: place.column,
            offset: place.offset,
            length: place.span.len(),
            pointer: place.pointer.as_deref(),
            rule: finding.rule.code(),
            severity: finding.severity.name(),
            event: finding.event.as_deref(),
            call_id: finding.call_id.as_deref(),
            message: &finding.message,
            help: finding.help.as_deref(),
            fix: FixEntry::new(line, finding),
            schema: finding.schema.as_deref(),
            related: finding.earlier.as_ref().map(|earlier| Related {
                line: earlier.line,
                column: earlier.column,
                offset: earlier.offset,
                length: earlier.span.len(),
                message: earlier.label,
            }),
        };
        // Strings and numbers can always be written.
        let mut text = Vec::with_capacity(USUAL_LENGTH);
        let _ = serde_json::to_writer(&mut text, &entry);
        // `serde_json` escapes only what JSON requires; a terminal interprets more than that.
        visible_json(&text, out);
        out.push(b'\n');
    }
}
