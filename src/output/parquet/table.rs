//! Rows of events for Parquet: the columns of the CSV table, with types.
//!
//! A column holds the values that its type can hold, and missing values otherwise. Everything else
//! is in `extra`, as JSON with its original nesting.

use std::collections::HashSet;

use parquet::errors::Result as ParquetResult;
use parquet::schema::types::TypePtr;

use super::column_type::ColumnType;
use super::partition::{Partitions, TYPE};
use super::rows::Rows;
use crate::check::{Finding, Payload, Record};
use crate::contract::EventId;
use crate::output::events::{Column, LeftOut, is_of, not_a_row, rest};

/// `convert --to parquet`.
pub(crate) struct EventTable {
    columns: Vec<Column>,
    types: Vec<ColumnType>,
    /// For each event, its properties with a column: the column, and the index of the property.
    slots: Vec<Vec<(usize, usize)>>,
    /// Properties in no column, if there is no `extra`.
    left_out: Option<LeftOut>,
    pub(super) partitions: Partitions,
}

impl EventTable {
    /// A table of these columns, less the one that the names of partitions replace.
    pub(crate) fn new(
        mut columns: Vec<Column>,
        left_out: Option<LeftOut>,
        partitions: Partitions,
    ) -> Self {
        if matches!(partitions, Partitions::ByType(_)) {
            columns.retain(|column| column.name() != TYPE);
        }
        let types = columns.iter().map(ColumnType::of).collect();
        let slots = EventId::all().map(|event| {
            let columns = columns.iter().enumerate();
            let slot = |(number, column): (usize, &Column)| match column {
                Column::Property { slots, .. } => Some((number, slots[event.index()]?)),
                Column::Extra => None,
            };
            columns.filter_map(slot).collect()
        });
        Self { slots: slots.collect(), columns, types, left_out, partitions }
    }

    /// The columns of the Parquet schema.
    pub(super) fn fields(&self) -> ParquetResult<Vec<TypePtr>> {
        let columns = self.columns.iter().zip(&self.types);
        columns.map(|(column, kind)| kind.field(column.name())).collect()
    }

    /// Adds a record to the rows of its partition, or returns a finding that says why it cannot.
    pub(crate) fn record(
        &self,
        record: &Record<'_>,
        parts: &mut Vec<Rows>,
    ) -> Result<(), Box<Finding>> {
        parts.resize_with(self.partitions.count(), Rows::default);
        let (partition, is_named) = self.partitions.of(record.type_name().unwrap_or_default());
        let rows = &mut parts[partition];
        if self.documented(record, rows, is_named) {
            return Ok(());
        }
        record.with_payload(|payload| self.payload(record, payload, (rows, is_named)))?
    }

    /// Adds a record directly from the line's bytes; returns false and adds nothing if something has
    /// to go to `extra`.
    fn documented(&self, record: &Record<'_>, rows: &mut Rows, is_named: bool) -> bool {
        let (Some(fields), Some(event)) = (record.documented(), record.event) else {
            return false;
        };
        rows.begin(&self.types);
        let mut held = usize::from(is_named);
        let mut is_refused = false;
        for (column, slot) in &self.slots[event.index()] {
            let Some(spelled) = record.property(*slot) else { continue };
            if is_null(spelled) || rows.push(*column, spelled) {
                held += 1;
            } else {
                is_refused = true;
            }
        }
        if held < fields.count() {
            // If a value does not fit its column, parsing finds out which one.
            let Some(left_out) = self.left_out.as_ref().filter(|_| !is_refused) else {
                rows.discard();
                return false;
            };
            left_out.documented(record, event);
        }
        rows.end();
        true
    }

    /// Adds a record that was parsed. Cold.
    fn payload(
        &self,
        record: &Record<'_>,
        payload: &Payload,
        (rows, is_named): (&mut Rows, bool),
    ) -> Result<(), Box<Finding>> {
        if let Some(finding) = not_a_row(record, payload) {
            return Err(finding);
        }
        let text = record.payload_text();
        let mut held = HashSet::new();
        if is_named {
            held.extend(payload.root.get(text, TYPE).map(|node| node.span.start));
        }
        rows.begin(&self.types);
        for (number, column) in self.columns.iter().enumerate() {
            let Column::Property { pointer, kinds, .. } = column else { continue };
            let node = payload.root.at(text, pointer);
            let Some(node) = node.filter(|node| is_of(node, payload.event, kinds)) else {
                continue;
            };
            let spelled = &text[node.span.clone()];
            if is_null(spelled) || rows.push(number, spelled) {
                held.insert(node.span.start);
            }
        }
        if let Some(extra) = self.columns.iter().position(|column| *column == Column::Extra) {
            let mut left = Vec::new();
            if rest(&payload.root, text, &held, &mut left) {
                rows.push_text(extra, &left);
            }
        }
        if let Some(left_out) = &self.left_out {
            left_out.rest(&payload.root, text, "", &held);
        }
        rows.end();
        Ok(())
    }

    /// Notes for standard error about the records that were written.
    pub(crate) fn remark(&self) -> String {
        self.left_out.as_ref().map_or_else(String::new, LeftOut::remark)
    }
}

/// Null is documented for some properties: their columns have no value then.
fn is_null(spelled: &[u8]) -> bool {
    spelled.first() == Some(&b'n')
}
