//! Tables: one row per event, one column per documented property, and the rest in the last column.
//!
//! A cell contains a value of the documented type, so a column of counters contains only numbers.
//! Everything else (undocumented properties, values of another type) is in `extra` as JSON with its
//! original nesting, so a row can be converted back to its payload.

use std::collections::{BTreeMap, HashSet};

use super::cells::Cells;
use super::column::Column;
use super::left_out::LeftOut;
use crate::check::{Finding, Payload, Record};
use crate::contract::{EventId, Rule};
use crate::json::{self, Node};
use crate::output::{CsvFormat, EventWriter};
use crate::text::{is_unsafe, visible_json};

/// `convert --to csv|tsv`.
pub(crate) struct Table {
    pub(crate) format: CsvFormat,
    pub(crate) columns: Vec<Column>,
    /// Properties in no column, if there is no `extra`.
    pub(crate) left_out: Option<LeftOut>,
    /// For each event, which cells of a row can have a value.
    rows: Vec<EventRow>,
    /// As many separators as a row can have.
    separators: Vec<u8>,
}

/// The cells of an event's row that can have a value.
#[derive(Debug, Default)]
struct EventRow {
    cells: Vec<Cell>,
    /// Separators behind the last of them.
    separators_after: usize,
}

/// A cell of an event's row.
#[derive(Debug)]
struct Cell {
    /// The index of the property.
    slot: usize,
    /// Separators between it and the last cell before.
    separators_before: usize,
}

impl EventRow {
    fn new(event: EventId, columns: &[Column]) -> Self {
        let mut row = Self::default();
        for (index, column) in columns.iter().enumerate() {
            row.separators_after += usize::from(index > 0);
            let Column::Property { slots, .. } = column else { continue };
            if let Some(slot) = slots[event.index()] {
                let separators_before = std::mem::take(&mut row.separators_after);
                row.cells.push(Cell { slot, separators_before });
            }
        }
        row
    }
}

impl EventWriter for Table {
    fn begin(&self, out: &mut Vec<u8>) {
        self.format.begin(out);
        for (index, column) in self.columns.iter().enumerate() {
            self.format.separate(index, out);
            self.format.text(column.name().as_bytes(), out);
        }
        self.format.end_row(out);
    }

    fn record(&self, record: &Record<'_>, out: &mut Vec<u8>) -> Result<(), Box<Finding>> {
        if self.documented(record, out) {
            return Ok(());
        }
        record.with_payload(|payload| self.payload(record, payload, out))?
    }

    fn remark(&self) -> String {
        self.left_out.as_ref().map_or_else(String::new, LeftOut::remark)
    }
}

impl Table {
    pub(crate) fn new(format: CsvFormat, columns: Vec<Column>, left_out: Option<LeftOut>) -> Self {
        let mut rows = Vec::new();
        rows.resize_with(EventId::COUNT, EventRow::default);
        for event in EventId::all() {
            rows[event.index()] = EventRow::new(event, &columns);
        }
        let mut separators = Vec::new();
        // More than there are, so that they are copied at once.
        for index in 0..columns.len() + SPARE {
            format.separate(index + 1, &mut separators);
        }
        Self { format, columns, left_out, rows, separators }
    }

    /// Writes a record directly from the line's bytes; returns false and writes nothing if
    /// something has to go to `extra`.
    fn documented(&self, record: &Record<'_>, out: &mut Vec<u8>) -> bool {
        let (Some(fields), Some(event)) = (record.documented(), record.event) else {
            return false;
        };
        let Some(row) = self.rows.get(event.index()) else { return false };
        let start = out.len();
        let (mut left, mut is_refused) = (fields.count(), false);
        let mut cells = Cells::new(out, record.line.raw.len() + self.columns.len());
        for cell in &row.cells {
            match (cell.separators_before, self.separators.first()) {
                (1, Some(separator)) => cells.push_byte(*separator),
                (count, _) => cells.push(&self.separators, count),
            }
            let Some((text, length)) = record.property_in_text(cell.slot) else { continue };
            if self.cell(text, length, &mut cells) {
                left -= 1;
            } else {
                is_refused = true;
            }
        }
        cells.push(&self.separators, row.separators_after);
        cells.end();
        if left > 0 {
            // If a value does not fit its cell, parsing finds out which one.
            let Some(left_out) = self.left_out.as_ref().filter(|_| !is_refused) else {
                out.truncate(start);
                return false;
            };
            left_out.documented(record, event);
        }
        self.format.end_row(out);
        true
    }

    /// Writes the scalar of `length` bytes that `text` begins with, as [`Table::value`] does.
    #[inline]
    fn cell(&self, text: &[u8], length: usize, cells: &mut Cells<'_>) -> bool {
        match text.first() {
            Some(b'"') => {
                let bare = text.get(1..length.saturating_sub(1)).unwrap_or_default();
                if self.format.stands_as_it_is(bare) {
                    cells.push(&text[1..], bare.len());
                    return true;
                }
                let spelled = text.get(..length).unwrap_or_default();
                cells.append(|out| self.value(spelled, out))
            }
            Some(b'n') => true,
            _ => {
                cells.push(text, length);
                true
            }
        }
    }

    /// Writes a record that was parsed.
    fn payload(
        &self,
        record: &Record<'_>,
        payload: &Payload,
        out: &mut Vec<u8>,
    ) -> Result<(), Box<Finding>> {
        if let Some(finding) = not_a_row(record, payload) {
            return Err(finding);
        }
        let text = record.payload_text();
        let mut held = HashSet::new();
        for (index, column) in self.columns.iter().enumerate() {
            self.format.separate(index, out);
            match column {
                Column::Property { pointer, kinds, .. } => {
                    let node = payload.root.at(text, pointer);
                    let node = node.filter(|node| is_of(node, payload.event, kinds));
                    let spelled = node.map(|node| &text[node.span.clone()]);
                    if spelled.is_some_and(|spelled| self.value(spelled, out)) {
                        held.extend(node.map(|node| node.span.start));
                    }
                }
                Column::Extra => {
                    let mut left = Vec::new();
                    if rest(&payload.root, text, &held, &mut left) {
                        let mut shown = Vec::new();
                        visible_json(&left, &mut shown);
                        self.format.text(&shown, out);
                    }
                }
            }
        }
        if let Some(left_out) = &self.left_out {
            left_out.rest(&payload.root, text, "", &held);
        }
        self.format.end_row(out);
        Ok(())
    }

    /// Writes a scalar as spelled. Returns false if its text cannot be a cell: lone surrogates are
    /// not text, and control characters would control a terminal that shows the table.
    fn value(&self, spelled: &[u8], out: &mut Vec<u8>) -> bool {
        match spelled.first() {
            Some(b'"') => {
                let bare = spelled.get(1..spelled.len().saturating_sub(1)).unwrap_or_default();
                if self.format.stands_as_it_is(bare) {
                    out.extend_from_slice(bare);
                    return true;
                }
                let content = json::decode(spelled);
                let is_text = is_plain(&content)
                    || std::str::from_utf8(&content).is_ok_and(|content| {
                        let is_safe = |one| !is_unsafe(one) || matches!(one, '\t' | '\n' | '\r');
                        content.chars().all(is_safe)
                    });
                if is_text {
                    self.format.text(&content, out);
                }
                is_text
            }
            Some(b'n') => true,
            _ => {
                out.extend_from_slice(spelled);
                true
            }
        }
    }
}

/// Separators that are copied at once, and written over.
const SPARE: usize = 64;

/// Whether there is nothing but printable ASCII.
fn is_plain(content: &[u8]) -> bool {
    content.iter().all(|byte| (b' '..=b'~').contains(byte))
}

/// Appends the parts of `node` that are in no cell; returns false and appends nothing if there are
/// none.
pub(in crate::output) fn rest(
    node: &Node,
    text: &[u8],
    held: &HashSet<usize>,
    out: &mut Vec<u8>,
) -> bool {
    if held.contains(&node.span.start) {
        return false;
    }
    let members = node.members();
    if members.is_empty() {
        json::compact(&text[node.span.clone()], out);
        return true;
    }
    let start = out.len();
    let mut separator = b'{';
    for member in members {
        let before = out.len();
        out.push(separator);
        out.extend_from_slice(&text[member.key.clone()]);
        out.push(b':');
        if rest(&member.value, text, held, out) {
            separator = b',';
        } else {
            out.truncate(before);
        }
    }
    if out.len() == start {
        return false;
    }
    out.push(b'}');
    true
}

/// Whether the value has the type that its event documents. For unknown events, any documented type
/// except null, which is an empty cell.
pub(in crate::output) fn is_of(
    node: &Node,
    event: Option<EventId>,
    kinds: &BTreeMap<EventId, String>,
) -> bool {
    let found = node.type_name();
    let fits = |kind: &str| kind == found || kind == "integer" && found == "number";
    match event {
        Some(event) => kinds.get(&event).is_some_and(|kind| fits(kind)),
        None => found != "null" && kinds.values().any(|kind| fits(kind)),
    }
}

/// A row needs an object without duplicate keys, because a cell has room for one value.
pub(in crate::output) fn not_a_row(record: &Record<'_>, payload: &Payload) -> Option<Box<Finding>> {
    if let Some(repeated) = payload.repeated.first() {
        let message = "a line with a duplicate key cannot be a table row".to_owned();
        let span = record.place_in(repeated.second.clone());
        return Some(Box::new(Finding {
            help: Some("keep one of them, or convert to jsonl".into()),
            ..Finding::about_line(&record.line, Rule::DuplicateKey, span, message)
        }));
    }
    if payload.kind.is_none() {
        let message = "only an object with a \"type\" can be a table row".to_owned();
        let span = record.place_in(payload.root.span.clone());
        let span = span.start..span.end.min(span.start + 1);
        return Some(Box::new(Finding {
            help: Some("convert to jsonl, which accepts any JSON".into()),
            ..Finding::about_line(&record.line, Rule::NotAnEvent, span, message)
        }));
    }
    None
}
